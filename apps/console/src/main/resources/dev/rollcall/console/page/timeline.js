// What happened, the newest first.

import { paint, state } from "./store.js";
import { make, say } from "./rows.js";
import { ago, time } from "./words.js";

/** More are kept, but nobody scrolls further. */
const MAX_SHOWN = 150;

/** Faster than this nobody reads. */
const PAUSE_MILLIS = 250;

/** More at once come without a transition. */
const MAX_GENTLE = 5;

/** A sign and a word for each kind, so that nothing is told by colour alone. */
const KINDS = {
  came: ["+", "came"],
  changed: ["~", "changed"],
  draining: ["◐", "draining"],
  out: ["○", "out of service"],
  up: ["●", "up"],
  left: ["−", "left"],
  lost: ["×", "lost"],
  stale: ["!", "registry away"],
  fresh: ["✓", "registry back"],
  asked: ["»", "asked"],
  ejected: ["⊘", "ejected"],
  returned: ["↺", "chosen again"],
};

const list = document.getElementById("timeline");
const empty = document.getElementById("timeline-empty");
const drawn = new Map();
let chooseService = () => {};

function entry(happening) {
  const [sign, word] = KINDS[happening.kind] ?? ["·", happening.kind];
  const signed = make("span", "sign", sign);
  signed.setAttribute("role", "img");
  signed.setAttribute("aria-label", word);
  const when = make("time", "", time(happening.at));
  when.dateTime = new Date(happening.at).toISOString();
  const who = make("span", "who");
  if (happening.service) {
    const service = make("button", "link", happening.service);
    service.type = "button";
    service.addEventListener("click", () => chooseService(happening.service));
    who.append(service);
    if (happening.instance) who.append(make("span", "id", happening.instance));
  } else {
    who.append(make("span", "name", "the registry"));
  }
  const item = make("li", "", signed, who, when, make("span", "what", happening.text));
  item.dataset.kind = happening.kind;
  return item;
}

let timer = null;
let epoch = 0;

function draw() {
  timer ??= setTimeout(drawNow, drawn.size ? PAUSE_MILLIS : 0);
}

function drawNow() {
  timer = null;
  if (epoch !== state.epoch) {
    epoch = state.epoch;
    drawn.forEach((item) => item.remove());
    drawn.clear();
  }
  const shown = state.timeline.slice(0, MAX_SHOWN);
  const numbers = new Set(shown.map((one) => one.number));
  for (const [number, item] of drawn) {
    if (!numbers.has(number)) {
      item.remove();
      drawn.delete(number);
    }
  }
  const gentle = drawn.size > 0 && shown.filter((one) => !drawn.has(one.number)).length <= MAX_GENTLE;
  let before = list.firstChild;
  for (const happening of shown) {
    let item = drawn.get(happening.number);
    if (!item) {
      item = entry(happening);
      item.classList.toggle("gentle", gentle);
      drawn.set(happening.number, item);
      list.insertBefore(item, before);
    }
    before = item.nextSibling;
  }
  empty.hidden = shown.length > 0;
  drawAges();
}

function drawAges() {
  const newest = state.timeline[0];
  say(document.getElementById("timeline-age"), newest ? `latest ${ago(newest.at)}` : "");
}

export function startTimeline(choose) {
  chooseService = choose;
  paint("timeline", draw);
  paint("tick", drawAges);
}
