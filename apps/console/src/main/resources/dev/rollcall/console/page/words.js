// Numbers and times in words, the same everywhere.

let offset = 0;

/** Sets the server's clock as the page's. */
export function setNow(serverMillis) {
  offset = serverMillis - Date.now();
}

export function now() {
  return Date.now() + offset;
}

/** "4 s", "12 min", "3 h", "5 d". */
export function span(millis) {
  const seconds = Math.max(0, Math.round(millis / 1000));
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 100) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} d`;
}

/** "just now", "4 s ago". */
export function ago(atMillis) {
  const millis = now() - atMillis;
  return millis < 1500 ? "just now" : `${span(millis)} ago`;
}

const clock = new Intl.DateTimeFormat([], { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });

export function time(atMillis) {
  return clock.format(atMillis);
}

const whole = new Intl.NumberFormat("en");

export function number(value) {
  return whole.format(value);
}

export function rate(perSecond) {
  if (perSecond >= 100) return `${number(Math.round(perSecond))} req/s`;
  return `${perSecond >= 10 ? perSecond.toFixed(0) : perSecond.toFixed(1)} req/s`;
}

export function plural(count, one, many) {
  return `${number(count)} ${count === 1 ? one : many ?? one + "s"}`;
}

export const statusWords = { up: "up", draining: "draining", out_of_service: "out of service" };
