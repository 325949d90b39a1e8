// What the page knows of the whole desk: who there is, what time it is, which faults are on.

import { ask } from "./small.js";
import { language, say } from "./texts.js";

const MINUTE = 60 * 1000;
const DAY = 24 * 60 * MINUTE;

export const desk = { people: [], zone: "UTC", now: "", moved: 0, movable: false, faults: {}, inside: false };
let heardAt = Date.now();

export async function refresh() {
  Object.assign(desk, await ask("api/desk"));
  heardAt = Date.now();
  return desk;
}

export function connected(yes) {
  const state = document.querySelector(".state");
  state.hidden = yes;
  state.textContent = yes ? "" : say("lost");
}

// The office's time, which the sandbox may have moved.
export function now() { return new Date((desk.now ? Date.parse(desk.now) : heardAt) + Date.now() - heardAt); }

function told(moment, how) { return new Date(moment).toLocaleString(language(), { timeZone: desk.zone, ...how }); }

export function time(moment, seconds = false) {
  return told(moment, { hour: "2-digit", minute: "2-digit", hour12: false, ...(seconds && { second: "2-digit" }) });
}

export function dayOf(moment) { return told(moment, { year: "numeric", month: "2-digit", day: "2-digit" }); }

export function dayName(moment) {
  if (dayOf(moment) === dayOf(now())) return say("today");
  if (dayOf(moment) === dayOf(now() - DAY)) return say("yesterday");
  return told(moment, { weekday: "long", day: "numeric", month: "long" });
}

export function moment(at) { return told(at, { weekday: "short", day: "numeric", month: "short" }) + ` · ${time(at)}`; }

// "23 h 58 min", from seconds.
export function lasting(seconds) {
  const minutes = Math.floor(seconds / 60);
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24];
  const parts = [days && `${days} d`, hours && `${hours} h`, minutes % 60 && `${minutes % 60} min`];
  return parts.filter(Boolean).join(" ") || "0 min";
}
