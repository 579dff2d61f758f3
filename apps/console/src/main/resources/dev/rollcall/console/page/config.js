// The configuration: its keys as they come and go, and the text of the one that is chosen.

import { askForConfig, post } from "./feed.js";
import { changed, paint, state } from "./store.js";
import { RowList, make, say } from "./rows.js";
import { now, number, plural, span } from "./words.js";

const search = document.getElementById("config-search");
const empty = document.getElementById("config-empty");
const title = document.getElementById("config-key");
const summary = document.getElementById("config-summary");
const text = document.getElementById("config-text");
const reveal = document.getElementById("config-reveal");
let chooseKey = () => {};
let chosen = null;
let shown = null; // the text that is shown, with the tag of the list's entry that it belongs to

const list = new RowList(document.getElementById("config-keys"), {
  rowHeight: () => 52,
  key: (entry) => entry.key,
  choose: (entry) => chooseKey(entry.key),
  make() {
    const row = make("div", "entry");
    row.name = make("span", "name");
    row.preview = make("span", "note");
    row.append(row.name, row.preview);
    return row;
  },
  fill(row, entry) {
    say(row.name, entry.key);
    row.name.title = entry.key;
    say(row.preview, entry.preview || "empty");
  },
});

function draw() {
  const { freshness, entries, why, since, more } = state.config;
  const wanted = search.value.trim().toLowerCase();
  const matching = entries.filter((entry) => entry.key.toLowerCase().includes(wanted));
  list.chosen = chosen;
  list.show(matching);
  if (freshness === "refused") say(empty, why);
  else if (freshness === "pending") say(empty, why || "Asking the registry…");
  else if (entries.length === 0) say(empty, "Nothing is configured. “rollcall config put KEY VALUE” writes the first text.");
  else say(empty, `No key contains “${search.value.trim()}”.`);
  empty.hidden = matching.length > 0;
  const entry = entries.find((one) => one.key === chosen);
  drawText(entry, freshness === "stale" ? `stale for ${span(now() - since)}: ${why}` : "", more);
}

function drawText(entry, stale, more) {
  if (chosen === null) {
    say(title, "Configuration");
    say(summary, stale || (more ? `${plural(more, "key")} more than are listed` : ""));
    say(text, "");
    reveal.hidden = true;
    return;
  }
  say(title, chosen);
  if (entry && shown?.tag !== entry.tag) read(entry.tag);
  const known = shown?.key === chosen ? shown : null;
  const parts = [];
  if (stale) parts.push(stale);
  if (known?.revision) parts.push(`revision ${number(known.revision)}`);
  if (known?.revealed) parts.push("secrets shown");
  else if (known?.masked) parts.push("what looks like a secret is hidden");
  if (!entry && state.config.freshness === "fresh") parts.push("nothing is written here now");
  say(summary, parts.join(" · "));
  summary.classList.toggle("stale", stale !== "");
  say(text, known?.text ?? "");
  reveal.hidden = !known?.masked;
}

async function read(tag) {
  const key = chosen;
  const revealed = shown?.key === key && shown.revealed;
  shown = { key, tag, text: shown?.key === key ? shown.text : "", revealed };
  await take(key, tag, revealed);
}

async function take(key, tag, revealed) {
  const query = `key=${encodeURIComponent(key)}`;
  try {
    const answer = await (revealed ? post(`api/config/reveal?${query}`) : fetch(`api/config?${query}`));
    const found = answer.ok ? await answer.json() : { text: "", failure: await answer.text() };
    if (chosen !== key || shown?.tag !== tag) return;
    shown = { key, tag, revealed, ...found, text: found.failure ?? found.text };
  } catch {
    if (chosen === key && shown?.tag === tag) shown = { key, tag: null, text: shown.text, revealed };
  }
  changed("config");
}

export function startConfig(choose) {
  chooseKey = choose;
  paint("config", draw);
  search.addEventListener("input", () => changed("config"));
  search.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") {
      list.focus();
      event.preventDefault();
    }
  });
  reveal.addEventListener("click", () => {
    shown.revealed = true;
    take(shown.key, shown.tag, true);
  });
}

/** Shows the configuration and a key of it, or stops. */
export function showConfig(open, key) {
  if (key !== chosen) shown = null;
  chosen = key;
  if (state.configOpen !== open) askForConfig(open);
  changed("config");
}

export function focusConfig() {
  list.focus();
}
