// Times in words: how long is left, and when something came.

import { language, say } from "./texts.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const timeOfDay = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" });
const dayAndMonth = new Intl.DateTimeFormat(language, { day: "numeric", month: "short" });
const whole = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });

/** "6 days", "23 h 59 min": rounded down, so that nothing is promised that is not there. */
export function timeLeft(until, now = Date.now()) {
  const left = until - now;
  if (left < MINUTE) return say("lessThanAMinute");
  if (left < HOUR) return say("minutes", { count: Math.floor(left / MINUTE) });
  if (left < 2 * DAY)
    return say("hoursAndMinutes", {
      hours: Math.floor(left / HOUR),
      minutes: Math.floor((left % HOUR) / MINUTE),
    });
  return say("days", { count: Math.floor(left / DAY) });
}

/** As a list shows it: "now", the time of today, or the day. */
export function shortTime(at, now = Date.now()) {
  if (now - at < MINUTE) return say("now");
  const isToday = new Date(at).toDateString() === new Date(now).toDateString();
  return (isToday ? timeOfDay : dayAndMonth).format(at);
}

/** Day and time. */
export function longTime(at) {
  return whole.format(at);
}

/** A count of bytes as people say it. */
export function size(bytes, units) {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}
