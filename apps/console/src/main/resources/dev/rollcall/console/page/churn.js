// Who came and left in the last five minutes, as bars around a line.

import { paint, state } from "./store.js";
import { say } from "./rows.js";
import { now, number } from "./words.js";

const SECONDS = 300;
/** Seconds in one bar. */
const BUCKET = 3;

const canvas = document.getElementById("churn");
const text = document.getElementById("churn-text");

function buckets() {
  const end = Math.floor(now() / 1000 / BUCKET);
  const bars = Array.from({ length: SECONDS / BUCKET }, () => [0, 0, 0]);
  for (const [second, counts] of state.churn) {
    const at = bars.length - 1 - (end - Math.floor(second / BUCKET));
    if (at >= 0 && at < bars.length) counts.forEach((count, kind) => (bars[at][kind] += count));
  }
  return bars;
}

function draw() {
  const bars = buckets();
  const sums = [0, 1, 2].map((kind) => bars.reduce((sum, bar) => sum + bar[kind], 0));
  const told = sums.some((sum) => sum > 0)
    ? `${number(sums[0])} came, ${number(sums[2])} left, ${number(sums[1])} changed`
    : "nobody came, left or changed";
  say(text, told);
  canvas.setAttribute("aria-label", `In the last five minutes ${told}`);
  drawBars(bars);
}

function drawBars(bars) {
  const ratio = devicePixelRatio || 1;
  const width = Math.round(canvas.clientWidth * ratio);
  const height = Math.round(canvas.clientHeight * ratio);
  if (!width || !height) return;
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const pen = canvas.getContext("2d");
  pen.clearRect(0, 0, width, height);
  const middle = Math.round(height / 2);
  const highest = Math.max(3, ...bars.map((bar) => Math.max(bar[0] + bar[1], bar[2])));
  // By the root, so that one instance is still seen beside a thousand.
  const scale = (count) => (count === 0 ? 0 : Math.max(2 * ratio, (middle - 2) * Math.sqrt(count / highest)));
  const step = width / bars.length;
  const bar = Math.max(1, step - Math.max(1, ratio));
  pen.fillStyle = colour("--line");
  pen.fillRect(0, middle, width, Math.max(1, Math.round(ratio)));
  bars.forEach(([came, changed, left], index) => {
    const x = index * step;
    const up = scale(came + changed);
    const green = came + changed === 0 ? 0 : (up * came) / (came + changed);
    pen.fillStyle = colour("--good");
    pen.fillRect(x, middle - green, bar, green);
    pen.fillStyle = colour("--muted");
    pen.fillRect(x, middle - up, bar, up - green);
    pen.fillStyle = colour("--bad");
    const down = scale(left);
    pen.fillRect(x, middle + ratio, bar, down);
  });
}

export function startChurn() {
  paint("churn", draw);
  paint("tick", draw);
  addEventListener("themechange", draw);
  new ResizeObserver(draw).observe(canvas);
}
