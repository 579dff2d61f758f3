// The list of services, and the figures above it.

import { changed, paint, state } from "./store.js";
import { RowList, make, say, widen } from "./rows.js";
import { ago, number, now, plural, rate, span, statusWords } from "./words.js";

const search = document.getElementById("search");
const scroller = document.getElementById("services");
const empty = document.getElementById("services-empty");
const troubleOnly = document.getElementById("trouble-only");
let chooseService = () => {};

/** Fewer characters find nearly everything. */
const MIN_SOUGHT = 2;
/** How often what was found is looked for again, as instances come and go. */
const AGAIN_MILLIS = 3000;

/** Instances that the server found for a text. */
let found = { text: "", count: 0, instances: [] };
let asking = false;
let askedAt = 0;

const list = new RowList(scroller, {
  rowHeight: () => 56,
  key: (item) => (item.instance ? `${item.instance.service}/${item.instance.id}` : item.name),
  choose: (item) => (item.instance ? chooseService(item.instance.service, item.instance.id) : chooseService(item.name)),
  make() {
    const row = make("div", "service");
    row.name = make("span", "name");
    row.count = make("span", "count");
    row.note = make("span", "note");
    row.fill = make("span", "fill");
    row.drain = make("span", "fill drain");
    row.bar = make("span", "bar", row.fill, row.drain);
    row.append(row.name, row.count, row.note, row.bar);
    return row;
  },
  fill(row, item) {
    row.bar.hidden = item.instance !== undefined;
    row.classList.toggle("hit", item.instance !== undefined);
    if (item.instance) fillHit(row, item.instance);
    else fillService(row, item);
  },
});

/** An instance that was found. */
function fillHit(row, instance) {
  say(row.name, instance.id);
  row.name.title = instance.id;
  say(row.count, statusWords[instance.status]);
  const health = instance.status === "up" ? "all" : instance.status === "draining" ? "some" : "none";
  if (row.dataset.health !== health) row.dataset.health = health;
  const parts = [`instance of ${instance.service}`];
  if (instance.zone) parts.push(instance.zone);
  if (instance.version) parts.push(instance.version);
  if (!instance.endpoint.endsWith(`//${instance.id}`)) parts.push(instance.endpoint);
  say(row.note, parts.join(" · "));
  row.note.title = parts.join(" · ");
  row.note.classList.remove("stale");
}

function fillService(row, service) {
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
}

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
  const hits = found.text === text && text ? found.instances.map((instance) => ({ instance })) : [];
  list.chosen = state.opened;
  list.show([...shown, ...hits]);
  say(empty, emptyText(all.length, text));
  empty.hidden = shown.length + hits.length > 0;
  if (text.length >= MIN_SOUGHT && performance.now() - askedAt > AGAIN_MILLIS) void seek();
  const more = hits.length && found.count > hits.length ? `${number(hits.length)} of ${plural(found.count, "instance")} shown` : "";
  say(document.getElementById("search-more"), more);
  figures(all, troubled.length);
}

/** Asks the server for instances, one question at a time: what is typed meanwhile is asked for when the answer is there. */
async function seek() {
  const text = search.value.trim().toLowerCase();
  if (asking || text.length < MIN_SOUGHT) return;
  asking = true;
  askedAt = performance.now();
  try {
    const answer = await fetch(`api/find?text=${encodeURIComponent(text)}`);
    if (answer.ok) {
      const { found: count, instances } = await answer.json();
      found = { text, count, instances };
    }
  } catch {
    // The server is away: asked again after a while.
  }
  asking = false;
  if (search.value.trim().toLowerCase() !== text) void seek();
  changed("services");
}

function emptyText(count, text) {
  if (!state.known) return "Asking the registry…";
  if (count === 0) return "No service is registered. The first one appears here by itself.";
  if (text) return `No service and no instance matches “${search.value.trim()}”.`;
  return "No trouble: nobody is out of service, every list is fresh.";
}

function figures(all, troubled) {
  const sum = (field) => all.reduce((total, service) => total + service[field], 0);
  const count = all.filter((one) => one.total > 0).length;
  say(document.getElementById("figure-services"), number(count));
  say(document.getElementById("figure-services-word"), count === 1 ? "service" : "services");
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
    void seek();
  };
  search.addEventListener("input", fromTheTop);
  troubleOnly.addEventListener("change", fromTheTop);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      search.value = "";
      changed("services");
    } else if (event.key === "ArrowDown" || event.key === "Enter") {
      list.focus();
      if (event.key === "Enter" && list.items.length) list.options.choose(list.items[0]);
      event.preventDefault();
    }
  });
}

export function focusServices() {
  list.focus();
}
