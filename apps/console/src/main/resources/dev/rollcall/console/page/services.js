// The list of services, and the figures above it.

import { changed, paint, state } from "./store.js";
import { RowList, make, say, widen } from "./rows.js";
import { ago, number, now, plural, rate, span } from "./words.js";

const search = document.getElementById("search");
const scroller = document.getElementById("services");
const empty = document.getElementById("services-empty");
const troubleOnly = document.getElementById("trouble-only");
let chooseService = () => {};

const list = new RowList(scroller, {
  rowHeight: () => 56,
  key: (service) => service.name,
  choose: (service) => chooseService(service.name),
  make() {
    const row = make("div", "service");
    row.name = make("span", "name");
    row.count = make("span", "count");
    row.note = make("span", "note");
    row.fill = make("span", "fill");
    row.drain = make("span", "fill drain");
    row.append(row.name, row.count, row.note, make("span", "bar", row.fill, row.drain));
    return row;
  },
  fill(row, service) {
    say(row.name, service.name);
    if (row.name.title !== service.name) row.name.title = service.name;
    say(row.count, `${number(service.up)}/${number(service.total)}`);
    const healthNow = health(service);
    if (row.dataset.health !== healthNow) row.dataset.health = healthNow;
    say(row.note, note(service));
    if (row.note.title !== (service.why ?? "")) row.note.title = service.why ?? "";
    row.note.classList.toggle("stale", service.freshness !== "fresh");
    const total = Math.max(1, service.total);
    widen(row.fill, Math.round((100 * service.up) / total));
    widen(row.drain, Math.round((100 * service.draining) / total));
  },
});

function health(service) {
  if (service.freshness === "pending") return "unknown";
  if (service.up === 0) return "none";
  return service.out ? "some" : "all";
}

/** Whether somebody should look at it: nobody serves, somebody is out of service, or its list is not current. Draining is no trouble. */
function isTrouble(service) {
  return service.up === 0 || service.out > 0 || service.freshness !== "fresh" || service.held > 0;
}

function note(service) {
  if (service.freshness === "pending") return service.why ? `not known yet: ${service.why}` : "not known yet";
  const parts = [];
  if (service.freshness === "stale") {
    const stale = `stale for ${span(now() - service.since)}`;
    // Why the whole registry is away stands above the list.
    if (state.freshness.freshness === "fresh") return `${stale}: ${service.why}`;
    parts.push(stale);
  }
  if (service.total === 0) parts.push("no instance");
  if (service.draining) parts.push(`${number(service.draining)} draining`);
  if (service.out) parts.push(`${number(service.out)} out of service`);
  if (service.held) parts.push(`${number(service.held)} held after a mass loss`);
  if (service.undecodable) parts.push(plural(service.undecodable, "unreadable entry", "unreadable entries"));
  const perSecond = state.traffic.services[service.name];
  if (perSecond !== undefined) parts.push(rate(perSecond));
  if (parts.length === 0) parts.push("fresh");
  if (service.changed) parts.push(`changed ${ago(service.changed)}`);
  return parts.join(" · ");
}

let names = [];
let namesOf = null;

/** All services by their names, which are sorted only when they are others than before. */
function sorted() {
  if (namesOf !== state.services || names.length !== state.services.size || !names.every((name) => state.services.has(name))) {
    namesOf = state.services;
    names = [...state.services.keys()].sort();
  }
  return names.map((name) => state.services.get(name));
}

function draw() {
  const text = search.value.trim().toLowerCase();
  const all = sorted();
  const troubled = all.filter(isTrouble);
  const shown = (troubleOnly.checked ? troubled : all).filter((one) => one.name.toLowerCase().includes(text));
  list.chosen = state.opened;
  list.show(shown);
  say(empty, emptyText(all.length, text));
  empty.hidden = shown.length > 0;
  figures(all, troubled.length);
}

function emptyText(count, text) {
  if (!state.known) return "Asking the registry…";
  if (count === 0) return "No service is registered. The first one appears here by itself.";
  if (text) return `No service is called “${search.value.trim()}”.`;
  return "No trouble: nobody is out of service, every list is fresh.";
}

function figures(all, troubled) {
  const sum = (field) => all.reduce((total, service) => total + service[field], 0);
  say(document.getElementById("figure-services"), number(all.filter((one) => one.total > 0).length));
  say(document.getElementById("figure-up"), number(sum("up")));
  say(document.getElementById("figure-total"), `of ${number(sum("total"))}`);
  say(document.getElementById("figure-trouble"), number(troubled));
  document.getElementById("figure-trouble").parentElement.classList.toggle("quiet", troubled === 0);
}

export function startServices(choose) {
  chooseService = choose;
  paint("services", draw);
  const fromTheTop = () => {
    scroller.scrollTop = 0;
    changed("services");
  };
  search.addEventListener("input", fromTheTop);
  troubleOnly.addEventListener("change", fromTheTop);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      search.value = "";
      changed("services");
    } else if (event.key === "ArrowDown" || event.key === "Enter") {
      list.focus();
      if (event.key === "Enter" && list.items.length) chooseService(list.items[0].name);
      event.preventDefault();
    }
  });
}

export function focusServices() {
  list.focus();
}
