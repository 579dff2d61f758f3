// The stream of events from the server: comes back by itself, and says when it is away.

import { changed, state, takeConfig, takeDelta, takeInstances, takeState, takeTraffic } from "./store.js";
import { now, setNow } from "./words.js";

/** The server says something every 15 s at the least. */
const SILENCE_MILLIS = 40_000;
const LONGEST_PAUSE_MILLIS = 10_000;

let source = null;
let stream = null;
let heardAt = 0;
let failures = 0;

export function connect() {
  source?.close();
  stream = null;
  const asked = new URLSearchParams();
  if (state.opened !== null) asked.set("service", state.opened);
  if (state.configOpen) asked.set("config", "");
  source = new EventSource(`events?${asked}`);
  heardAt = performance.now();
  const current = source;
  on("hello", (message) => {
    stream = message.stream;
    state.registry = message.registry;
    state.allowChanges = message.changes;
    state.hasTraffic = message.traffic;
    failures = 0;
    state.connected = true;
    changed("registry");
  });
  on("state", (message) => {
    setNow(message.now);
    takeState(message);
  });
  on("delta", (message) => {
    setNow(message.now);
    takeDelta(message);
  });
  on("instances", takeInstances);
  on("traffic", takeTraffic);
  on("config", takeConfig);
  source.onerror = () => {
    if (current === source) lost();
  };
}

function on(name, take) {
  const current = source;
  source.addEventListener(name, (event) => {
    if (current !== source) return;
    heardAt = performance.now();
    take(JSON.parse(event.data));
  });
}

function lost() {
  if (state.connected) state.lostAt = now();
  state.connected = false;
  changed("registry");
  // A browser gives up after some answers, such as 503; this never does.
  const pause = Math.min(LONGEST_PAUSE_MILLIS, 500 * 2 ** Math.min(failures++, 5)) * (0.75 + Math.random() / 2);
  source.close();
  source = null;
  setTimeout(() => {
    if (source === null) connect();
  }, pause);
}

/** Asks for a service's instances instead of another's; none for null. */
export async function open(service) {
  state.opened = service;
  state.instances = new Map();
  state.instancesKnown = false;
  state.traffic.instances = {};
  state.traffic.ejected = {};
  changed("services", "instances");
  await ask(`open?service=${encodeURIComponent(service ?? "")}`);
}

/** Asks for the configuration's keys, or for no more of them. */
export async function askForConfig(open) {
  state.configOpen = open;
  await ask(`config?open=${open}`);
}

async function ask(what) {
  if (stream === null) return;
  const asked = stream;
  try {
    const answer = await post(`api/streams/${asked}/${what}`);
    // A stream that the server doesn't know any more is replaced by one that asks for all of this.
    if (answer.status === 404 && asked === stream) connect();
  } catch {
    // The server is away: the next stream asks for it.
  }
}

export function post(path, body) {
  return fetch(path, {
    method: "POST",
    headers: { "X-Rollcall-Console": "1", ...(body ? { "Content-Type": "application/json" } : {}) },
    body: body ? JSON.stringify(body) : undefined,
  });
}

// A page that is kept to be gone back to must not keep its stream: a browser has six connections to one host, for all of its pages.
addEventListener("pagehide", () => {
  source?.close();
  source = null;
});
addEventListener("pageshow", (event) => {
  if (event.persisted) connect();
});

// Comments, the server's heartbeat, are no events; so silence is judged by what the network says when the page is looked at again.
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && source !== null && performance.now() - heardAt > SILENCE_MILLIS) connect();
});
