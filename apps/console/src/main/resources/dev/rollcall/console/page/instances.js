// The instances of the opened service.

import { changed, paint, state } from "./store.js";
import { RowList, make, say, widen } from "./rows.js";
import { askedLines, askedMark, askedOf, drawAsking, startAsking } from "./overrides.js";
import { ago, now, number, plural, rate, span, statusWords } from "./words.js";

const narrow = matchMedia("(max-width: 760px)");
const panel = document.getElementById("instances-panel");
const title = document.getElementById("service-name");
const summary = document.getElementById("service-summary");
const filter = document.getElementById("filter");
const scroller = document.getElementById("instances");
const empty = document.getElementById("instances-empty");
const details = document.getElementById("details");
const byId = new Intl.Collator("en", { numeric: true });
let opened = null;
let sought = null; // the instance to be scrolled to as soon as it is known

const list = new RowList(scroller, {
  rowHeight: () => (narrow.matches ? 76 : 52),
  key: (instance) => instance.id,
  choose: (instance) => toggle(instance.id),
  make() {
    const row = make("div", "instance");
    for (const cell of ["who", "status", "weight", "zone", "version", "age", "change", "share"]) {
      row[cell + "Cell"] = make("span", cell);
      row.append(row[cell + "Cell"]);
    }
    row.id_ = make("span", "id");
    row.asked = make("span", "asked");
    row.at = make("span", "");
    row.whoCell.append(row.id_, make("span", "where", row.asked, row.at));
    row.shareFill = make("span", "fill");
    row.shareText = make("span", "");
    row.shareCell.append(make("span", "bar", row.shareFill), row.shareText);
    return row;
  },
  fill(row, instance) {
    say(row.id_, instance.id);
    say(row.at, instance.endpoints.join(", "));
    const override = askedOf(instance);
    say(row.asked, override ? askedMark(override) : "");
    row.asked.hidden = override === null;
    row.asked.classList.toggle("unheard", override !== null && !override.seen);
    if (row.shown !== instance) {
      row.shown = instance;
      row.whoCell.title = `${instance.id}\n${instance.endpoints.join("\n")}`;
    }
    const ejected = ejectedOf(instance);
    const status = ejected ? "ejected" : instance.status;
    if (row.dataset.status !== status) row.dataset.status = status;
    say(row.statusCell, ejected ? "up, ejected" : instance.held ? "held" : statusWords[instance.status]);
    row.statusCell.title = ejected ? `The gateway sends it nothing for a while: ${ejected}` : "";
    say(row.weightCell, number(instance.weight));
    say(row.zoneCell, instance.zone || "–");
    say(row.versionCell, instance.version || "–");
    say(row.ageCell, age(instance));
    row.ageCell.title = instance.older ? "It was there before this console began to look." : "";
    say(row.changeCell, instance.changed ? ago(instance.changed) : "–");
    row.changeCell.classList.toggle("never", !instance.changed);
    share(row, instance);
  },
});

/** Why the gateway beside this console sends it nothing now; null if it does, or nobody may. */
function ejectedOf(instance) {
  return (instance.status === "up" && state.traffic.ejected[instance.id]) || null;
}

/** The registry doesn't say when an instance came, only the console saw it, or not. */
function age(instance) {
  return `${instance.older ? "≥ " : ""}${span(now() - instance.since)}`;
}

function share(row, instance) {
  if (!state.hasTraffic) return;
  const perSecond = state.traffic.instances[instance.id] ?? 0;
  const all = Object.values(state.traffic.instances).reduce((sum, one) => sum + one, 0);
  widen(row.shareFill, all > 0 ? Math.round((100 * perSecond) / all) : 0);
  say(row.shareText, all > 0 ? `${Math.round((100 * perSecond) / all)} %` : "–");
  row.shareCell.title = rate(perSecond);
}

function matches(instance, text) {
  if (!text) return true;
  const all = [instance.id, ...instance.endpoints, instance.zone, instance.version, statusWords[instance.status]];
  for (const [key, value] of Object.entries(instance.metadata)) all.push(`${key}=${value}`);
  return all.some((one) => one.toLowerCase().includes(text));
}

function draw() {
  panel.dataset.open = state.opened !== null;
  panel.classList.toggle("with-traffic", state.hasTraffic);
  if (state.opened === null) {
    say(title, "Instances");
    title.title = "";
    say(summary, "");
    list.show([]);
    say(empty, state.services.size ? "Choose a service to see who answers for it." : "");
    empty.hidden = false;
    details.hidden = true;
    return;
  }
  say(title, state.opened);
  title.title = state.opened;
  drawSummary();
  const text = filter.value.trim().toLowerCase();
  const shown = [...state.instances.values()]
    .filter((one) => matches(one, text))
    .sort((a, b) => byId.compare(a.id, b.id));
  list.chosen = opened;
  list.show(shown);
  if (sought !== null && shown.some((one) => one.id === sought)) {
    list.seek(sought);
    sought = null;
  }
  say(empty, emptyText(text));
  empty.hidden = shown.length > 0;
  drawDetails();
}

function drawSummary() {
  if (state.opened === null) return;
  const service = state.services.get(state.opened);
  say(summary, summaryOf(service));
  summary.classList.toggle("stale", service !== undefined && service.freshness !== "fresh");
}

function summaryOf(service) {
  if (!service) return state.known ? "not in the registry" : "";
  const parts = [];
  // What must be known first stands where a narrow screen doesn't cut it off.
  if (service.freshness === "stale") parts.push(`stale for ${span(now() - service.since)}`);
  parts.push(`${number(service.up)} up`);
  const ejected = [...state.instances.values()].filter(ejectedOf).length;
  if (ejected) parts.push(`${number(ejected)} of them ejected`);
  if (service.draining) parts.push(`${number(service.draining)} draining`);
  if (service.out) parts.push(`${number(service.out)} out of service`);
  parts.push(`${number(service.total)} in all`);
  if (service.freshness === "fresh") parts.push("fresh");
  else if (service.freshness === "pending") parts.push("not known yet");
  return parts.join(" · ");
}

function emptyText(text) {
  if (!state.instancesKnown) return "Asking…";
  if (state.instances.size && text) return `None of ${plural(state.instances.size, "instance")} matches “${filter.value.trim()}”.`;
  return "No instance answers for this service now.";
}

function toggle(id) {
  opened = opened === id ? null : id;
  changed("instances");
}

function drawDetails() {
  const instance = opened === null ? undefined : state.instances.get(opened);
  details.hidden = instance === undefined;
  if (!instance) return;
  const lines = [
    ["Instance", instance.id],
    ...instance.endpoints.map((endpoint, index) => [index ? "" : "Endpoints", endpoint]),
    ["Status", `${statusWords[instance.status]}, seen for ${span(now() - instance.statusSince)}`],
    ...(ejectedOf(instance) ? [["Ejected", `the gateway sends it nothing for a while: ${ejectedOf(instance)}`]] : []),
    ...(askedOf(instance) ? askedLines(askedOf(instance)) : []),
    ["Weight", number(instance.weight)],
    ["Zone", instance.zone || "not told"],
    ["Version", instance.version || "not told"],
    ...Object.entries(instance.metadata),
  ];
  drawAsking(instance);
  const drawn = details.querySelector("dl");
  const text = JSON.stringify(lines);
  if (drawn.drawnText === text) return;
  drawn.drawnText = text;
  drawn.replaceChildren(...lines.flatMap(([name, value]) => [make("dt", "", name), make("dd", "", value)]));
}

export function startInstances() {
  paint("instances", draw);
  startAsking();
  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    opened = null;
    changed("instances");
    list.focus();
    event.stopPropagation();
  });
  paint("services", drawSummary);
  filter.addEventListener("input", () => changed("instances"));
  narrow.addEventListener("change", () => changed("instances"));
  document.getElementById("details-close").addEventListener("click", () => {
    opened = null;
    changed("instances");
    list.focus();
  });
  scroller.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && opened !== null) {
      opened = null;
      changed("instances");
      event.stopPropagation();
    }
  });
}

/** Shows an instance's details, as soon as it is known. */
export function seekInstance(id) {
  opened = id;
  sought = id;
  filter.value = "";
  changed("instances");
}

/** Another service is shown from now on. */
export function resetInstances() {
  opened = null;
  sought = null;
  filter.value = "";
  scroller.scrollTop = 0;
}

export function focusInstances() {
  list.focus();
}
