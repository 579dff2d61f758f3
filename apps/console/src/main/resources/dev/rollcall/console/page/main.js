// Ties the parts together: the address bar, the keyboard, the clock, what stands at the top.

import { connect, open } from "./feed.js";
import { changed, paint, state } from "./store.js";
import { say } from "./rows.js";
import { now, plural, span, time } from "./words.js";
import { focusServices, startServices } from "./services.js";
import { focusInstances, resetInstances, seekInstance, startInstances } from "./instances.js";
import { startTimeline } from "./timeline.js";
import { startChurn } from "./churn.js";
import { focusConfig, showConfig, startConfig } from "./config.js";

const pill = document.getElementById("pill");
const banner = document.getElementById("banner");
const body = document.body;

function drawRegistry() {
  say(document.getElementById("registry"), state.registry);
  const { freshness, since, why } = state.freshness;
  const away = span(now() - since);
  const cause = why ? ` Cause: ${why}` : "";
  let kind = "live";
  let text = "live";
  let sentence = "";
  if (!state.connected) {
    kind = "lost";
    text = state.known ? "console away" : "connecting";
    sentence = state.known ? `This console's server can't be reached since ${time(state.lostAt)}. What you see is the last it said; the page comes back by itself.` : "";
  } else if (freshness === "stale") {
    kind = "stale";
    text = `registry away ${away}`;
    sentence = `The registry can't be heard since ${time(since)}, for ${away}. What you see is the last known, and consumers go on with the same.${cause}`;
  } else if (freshness === "pending") {
    kind = "stale";
    text = "waiting";
    sentence = why ? `The registry has not answered for ${away}.${cause}` : "";
  } else if (state.freshness.unfollowed) {
    sentence = `${plural(state.freshness.unfollowed, "service")} more than this console follows.`;
  }
  pill.dataset.kind = kind;
  say(document.getElementById("pill-text"), text);
  say(banner, sentence);
  banner.hidden = sentence === "";
  document.title = kind === "live" ? "Rollcall" : `Rollcall (${text})`;
}

/** What the address asks for: a service and perhaps an instance of it, or the configuration and perhaps a key in it. */
function asked() {
  const services = /^#\/services\/([^/]+)(?:\/([^/]+))?$/.exec(location.hash);
  const config = /^#\/config(?:\/(.+))?$/.exec(location.hash);
  return {
    service: decoded(services?.[1]),
    instance: decoded(services?.[2]),
    config: config !== null,
    key: decoded(config?.[1]),
  };
}

function decoded(part) {
  try {
    return part === undefined ? null : decodeURIComponent(part);
  } catch {
    return null; // not ours: as if nothing were named
  }
}

/** @param instance the id of the one to show, or null */
function choose(service, instance = null) {
  const hash = `#/services/${encodeURIComponent(service)}${instance === null ? "" : `/${encodeURIComponent(instance)}`}`;
  if (location.hash === hash) {
    show("instances");
    if (instance !== null) seekInstance(instance);
    focusInstances();
  } else {
    location.hash = hash;
  }
}

function followAddress() {
  const { service, instance, config, key } = asked();
  body.dataset.view = config ? "config" : "services";
  showConfig(config, key);
  if (config) {
    show("config");
    body.dataset.key = key !== null;
    if (key === null) focusConfig();
    return;
  }
  if (service !== state.opened) {
    resetInstances();
    open(service);
  }
  if (instance !== null) seekInstance(instance);
  show(service === null ? "services" : "instances");
  if (service !== null) focusInstances();
}

/** Which part a narrow screen shows. */
function show(part) {
  body.dataset.part = part;
  for (const tab of document.querySelectorAll("#tabs button")) {
    tab.setAttribute("aria-pressed", tab.dataset.part === part);
  }
  for (const link of document.querySelectorAll("#views a")) {
    if ((link.dataset.view === "config") === (body.dataset.view === "config")) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  changed("services", "instances", "timeline");
}

function keys(event) {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const typing = event.target instanceof HTMLInputElement && event.target.type !== "checkbox";
  const config = body.dataset.view === "config";
  if (event.key === "/" && !typing) {
    show(config ? "config" : "services");
    document.getElementById(config ? "config-search" : "search").focus();
    event.preventDefault();
  } else if (event.key === "Escape" && !typing) {
    back();
  }
}

function back() {
  if (body.dataset.view === "config") {
    location.hash = "#/config";
  } else {
    show("services");
    focusServices();
  }
}

/** A tab of a narrow screen. */
function turnTo(part) {
  if (part === "config") {
    if (body.dataset.view !== "config") location.hash = "#/config";
  } else if (body.dataset.view === "config") {
    location.hash = state.opened === null ? "#/services" : `#/services/${encodeURIComponent(state.opened)}`;
    body.dataset.view = "services";
    show(part);
  } else {
    show(part);
  }
}

state.opened = asked().service;
state.configOpen = asked().config;
body.dataset.view = state.configOpen ? "config" : "services";
startServices(choose);
startInstances();
if (asked().instance !== null) seekInstance(asked().instance);
startTimeline(choose);
startChurn();
paint("registry", drawRegistry);
startConfig((key) => (location.hash = `#/config/${encodeURIComponent(key)}`));
if (state.configOpen) followAddress();
else show(state.opened === null ? "services" : "instances");
for (const tab of document.querySelectorAll("#tabs button")) tab.addEventListener("click", () => turnTo(tab.dataset.part));
for (const button of document.querySelectorAll(".back")) button.addEventListener("click", back);
document.getElementById("theme").addEventListener("click", () => window.toggleTheme());
addEventListener("hashchange", followAddress);
addEventListener("keydown", keys);
setInterval(() => {
  if (!document.hidden) changed("tick", "services", "instances", "registry", ...(state.configOpen ? ["config"] : []));
}, 1000);
connect();
