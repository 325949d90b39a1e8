// Keeps what is marked data-live up to date, without a reload: every five seconds the page is fetched and what differs is put in
// its place. Without this script everything works; the page then changes when it is loaded again.
"use strict";

const EVERY = 5000;
const notice = document.getElementById("ended");
const shown = new WeakMap(); // the words last put into each part: what was unfolded meanwhile is no difference
let ended = false;

function mark(element) {
  return element.id ? `#${CSS.escape(element.id)}` : null;
}

function put(fresh) {
  for (const part of document.querySelectorAll("[data-live]")) {
    const next = fresh.getElementById(part.id);
    if (!next || next.innerHTML === (shown.get(part) ?? part.innerHTML)) continue;
    const focused = part.contains(document.activeElement) ? mark(document.activeElement) : null;
    const unfolded = [...part.querySelectorAll("details[open]")].map(mark).filter(Boolean);
    shown.set(part, next.innerHTML);
    part.replaceChildren(...document.importNode(next, true).childNodes);
    for (const one of unfolded) document.querySelector(one)?.setAttribute("open", "");
    if (focused) document.querySelector(focused)?.focus({ preventScroll: true });
  }
}

async function refresh() {
  if (ended || document.hidden || !document.querySelector("[data-live]")) return;
  try {
    const answer = await fetch(location.href, { headers: { "X-Live": "1" }, redirect: "error", signal: AbortSignal.timeout(EVERY) });
    if (answer.status === 401) {
      ended = true;
      notice.textContent = notice.dataset.ended;
    } else if (answer.ok) {
      notice.textContent = "";
      put(new DOMParser().parseFromString(await answer.text(), "text/html"));
    }
  } catch {
    notice.textContent = notice.dataset.offline;
  }
}

setInterval(refresh, EVERY);
document.addEventListener("visibilitychange", refresh);
