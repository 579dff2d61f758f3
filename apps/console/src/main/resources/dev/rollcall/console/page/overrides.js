// What operators ask of an instance: how it is told, and the buttons for asking.

import { post } from "./feed.js";
import { changed, state } from "./store.js";
import { say } from "./rows.js";
import { now, span, statusWords, time } from "./words.js";

/** After this time it is worth saying why nobody may follow. */
const PATIENCE_MILLIS = 5000;
const DEAF = "Its owner may be other software, or told to ignore overrides, or cut off.";

const panel = document.getElementById("asking");
const buttons = document.getElementById("asking-buttons");
const confirm = document.getElementById("asking-confirm");
const question = document.getElementById("asking-question");
const weight = document.getElementById("asking-weight");
const minutes = document.getElementById("asking-minutes");
const yes = document.getElementById("asking-yes");
const result = document.getElementById("asking-result");

const ACTIONS = {
  draining: { word: "Drain", sentence: (id) => `Ask ${id} to take no new requests?` },
  out_of_service: { word: "Take out of service", sentence: (id) => `Ask for ${id} to be out of service?` },
  weight: { word: "Change weight", sentence: (id) => `Ask ${id} for another weight?` },
  clear: { word: "Put back", sentence: (id) => `Leave ${id} as its owner says?` },
};

let shown = null; // the instance that the buttons are about
let action = null;
let busy = false;
let answer = { of: null, text: "", failed: false };

/** What is asked of an instance now; null if nothing is. */
export function askedOf(instance) {
  return instance.override && instance.override.until > now() ? instance.override : null;
}

/** "draining, weight 3". */
export function askedWords(override) {
  const parts = [];
  if (override.status) parts.push(statusWords[override.status]);
  if (override.weight !== undefined) parts.push(`weight ${override.weight}`);
  return parts.join(", ");
}

/** What a row says of it in short. */
export function askedMark(override) {
  const words = `asked: ${askedWords(override)}`;
  return override.seen ? words : `${words}, not yet followed (${span(now() - override.since)})`;
}

/** The lines of the details. */
export function askedLines(override) {
  const lines = [["Asked for", `${askedWords(override)}${override.by ? `, by ${override.by}` : ""}; until ${time(override.until)}, in ${span(override.until - now())}`]];
  if (!override.seen) {
    const waiting = now() - override.since;
    lines.push(["", `not yet followed since ${time(override.since)}, ${span(waiting)} ago. ${waiting > PATIENCE_MILLIS ? DEAF : ""}`]);
  }
  return lines;
}

/** Shows the buttons for an instance. */
export function drawAsking(instance) {
  panel.hidden = !state.allowChanges;
  if (!state.allowChanges) return;
  if (shown === null || shown.id !== instance.id) close(false);
  shown = instance;
  const override = askedOf(instance);
  for (const button of buttons.children) {
    button.hidden = button.dataset.ask === "clear" && override === null;
    button.setAttribute("aria-expanded", button.dataset.ask === action);
  }
  say(result, resultText(instance, override));
  result.classList.toggle("failed", answer.of === instance.id && answer.failed);
}

function resultText(instance, override) {
  if (answer.of !== instance.id) return "";
  if (answer.failed || answer.text) return answer.text;
  if (override === null) return "";
  return override.seen ? `Its owner follows: ${askedWords(override)}.` : "Asked for; its owner has not followed yet.";
}

function ask(name) {
  action = name;
  confirm.hidden = false;
  say(question, ACTIONS[name].sentence(shown.id));
  say(yes, ACTIONS[name].word);
  weight.parentElement.hidden = name !== "weight";
  minutes.parentElement.hidden = name === "clear";
  weight.value = shown.weight;
  changed("instances");
  confirm.scrollIntoView({ block: "nearest" });
  (name === "weight" ? weight : yes).focus();
}

/** @param focus whether the focus goes back to the button that asked */
function close(focus) {
  const before = action;
  action = null;
  confirm.hidden = true;
  changed("instances");
  if (focus && before !== null) buttons.querySelector(`[data-ask=${before}]`)?.focus();
}

/** The whole override: what was asked before and isn't changed now stays. */
function query(instance) {
  const before = askedOf(instance);
  const asked = new URLSearchParams({ service: state.opened, id: instance.id });
  if (action === "clear") return asked;
  const status = action === "weight" ? before?.status : action;
  const heavy = action === "weight" ? weight.value : before?.weight;
  if (status) asked.set("status", status);
  if (heavy !== undefined && heavy !== "") asked.set("weight", heavy);
  asked.set("minutes", minutes.value);
  return asked;
}

async function carryOut() {
  if (busy || action === null || shown === null) return;
  if (action === "weight" && !weight.reportValidity()) return;
  busy = true;
  const instance = shown;
  const path = action === "clear" ? "api/override/clear" : "api/override";
  const asked = query(instance);
  const done = action === "clear" ? "Put back: it is as its owner says." : "";
  try {
    const response = await post(`${path}?${asked}`);
    const failed = !response.ok;
    answer = { of: instance.id, failed, text: failed ? (await response.text()).trim() : done };
  } catch {
    answer = { of: instance.id, failed: true, text: "The console can't be reached; nothing is known to be asked." };
  }
  busy = false;
  close(true);
}

export function startAsking() {
  for (const button of buttons.children) button.addEventListener("click", () => ask(button.dataset.ask));
  yes.addEventListener("click", carryOut);
  weight.addEventListener("keydown", (event) => {
    if (event.key === "Enter") carryOut();
  });
  document.getElementById("asking-no").addEventListener("click", () => close(true));
  confirm.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    close(true);
    event.stopPropagation();
  });
}
