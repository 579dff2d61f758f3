// What the page knows. Parts say when they have changed; whoever draws them is called once a frame.

export const state = {
  /** How often everything has been told anew: numbers of the timeline are comparable within one. */
  epoch: 0,
  connected: false,
  /** Since when not, once it was. */
  lostAt: 0,
  known: false,
  registry: "",
  freshness: { freshness: "pending", since: 0, why: "", unfollowed: 0 },
  allowChanges: false,
  hasTraffic: false,
  services: new Map(),
  timeline: [],
  churn: new Map(),
  opened: null,
  instances: new Map(),
  instancesKnown: false,
  traffic: { services: {}, instances: {}, ejected: {} },
  configOpen: false,
  config: { freshness: "pending", since: 0, why: "", more: 0, entries: [] },
};

/** As many lines of the timeline are kept as the server keeps. */
const MAX_LINES = 1000;
const CHURN_SECONDS = 300;

const painters = new Map();
const dirty = new Set();
let scheduled = false;

/** Calls a function in the next frame after a part has changed. */
export function paint(part, painter) {
  painters.set(part, [...(painters.get(part) ?? []), painter]);
}

export function changed(...parts) {
  parts.forEach((part) => dirty.add(part));
  if (!scheduled) {
    scheduled = true;
    requestAnimationFrame(flush);
  }
}

function flush() {
  scheduled = false;
  const parts = [...dirty];
  dirty.clear();
  const called = new Set();
  for (const part of parts) {
    for (const painter of painters.get(part) ?? []) {
      if (!called.has(painter)) {
        called.add(painter);
        painter();
      }
    }
  }
}

export function takeState(message) {
  state.known = true;
  state.epoch++;
  state.freshness = message.registry;
  state.services = new Map(message.services.map((service) => [service.name, service]));
  state.timeline = message.timeline.reverse();
  state.churn = new Map(message.churn.map(([second, ...counts]) => [second, counts]));
  changed("registry", "services", "timeline", "churn", "instances");
}

export function takeDelta(message) {
  if (message.registry) {
    state.freshness = message.registry;
    changed("registry");
  }
  for (const service of message.services) state.services.set(service.name, service);
  for (const name of message.forgotten) state.services.delete(name);
  if (message.services.length || message.forgotten.length) changed("services");
  if (message.timeline.length) {
    state.timeline = [...message.timeline.reverse(), ...state.timeline].slice(0, MAX_LINES);
    changed("timeline");
  }
  if (message.churn.length) {
    for (const [second, ...counts] of message.churn) state.churn.set(second, counts);
    const oldest = Math.max(...state.churn.keys()) - CHURN_SECONDS;
    for (const second of state.churn.keys()) if (second < oldest) state.churn.delete(second);
    changed("churn");
  }
}

export function takeInstances(message) {
  if (message.service !== state.opened) return;
  if (message.all) {
    state.instances = new Map();
    state.instancesKnown = true;
  }
  for (const instance of message.instances) state.instances.set(instance.id, instance);
  for (const id of message.gone ?? []) state.instances.delete(id);
  changed("instances");
}

export function takeTraffic(message) {
  state.traffic.services = message.services;
  if (message.service === (state.opened ?? "")) {
    state.traffic.instances = message.instances;
    state.traffic.ejected = message.ejected;
  }
  changed("services", "instances");
}

export function takeConfig(message) {
  state.config = message;
  changed("config");
}
