// "What happened": the way of one message, hop by hop, as the bot and the provider tell it.

import { desk, time } from "./desk.js";
import { ask, make, pause } from "./small.js";
import { say } from "./texts.js";

const AGAIN = 1500; // ms: while it is open it is asked again
const CHANNELS = { whatsapp: "WhatsApp", telegram: "Telegram" };

export class Drawer {
  constructor() {
    this.root = document.querySelector(".drawer");
    this.hops = this.root.querySelector(".hops");
    this.note = this.root.querySelector(".note");
    this.turn = 0;
    this.root.querySelector(".close").addEventListener("click", () => this.close());
    this.root.addEventListener("keydown", (event) => { if (event.key === "Escape") this.close(); });
  }

  get isOpen() { return !this.root.hidden; }

  // Without a bubble it says how to choose one.
  open(phone, bubble, opener) {
    this.opener = opener;
    this.root.hidden = false;
    document.querySelectorAll("li.explained").forEach((item) => item.classList.remove("explained"));
    this.hops.replaceChildren();
    this.note.textContent = say("happenedHint");
    if (bubble) this.follow(phone, bubble);
    this.root.querySelector(".close").focus();
  }

  close() {
    this.turn += 1;
    this.root.hidden = true;
    document.querySelectorAll("li.explained").forEach((item) => item.classList.remove("explained"));
    this.opener?.focus();
  }

  async follow(phone, bubble) {
    const turn = ++this.turn;
    const address = `api/happened/${phone.person.key}/${phone.channel}/${encodeURIComponent(bubble.id)}`;
    phone.thread.querySelector(`li[data-id="${CSS.escape(bubble.id)}"]`)?.classList.add("explained");
    this.note.textContent = bubble.text.slice(0, 120);
    let drawn = "";
    while (turn === this.turn) {
      const story = await ask(address).catch(() => null);
      if (turn !== this.turn) return;
      const hops = story ? hopsOf(story) : [{ text: say("unknown") }];
      const shown = JSON.stringify(hops);
      if (shown !== drawn) this.hops.replaceChildren(...hops.map(drawHop));
      drawn = shown;
      await pause(AGAIN);
    }
  }
}

function drawHop({ at, text, kind }) {
  const item = make("li", kind || "");
  item.append(make("time", "", at ? time(at, true) : ""), make("span", "", text));
  return item;
}

// In the order of time; what has none stays where it was put.
function hopsOf(story) {
  const { message, sends } = story;
  const hops = [];
  if (message) hops.push(...ofMessage(message, story));
  sends.forEach((send) => hops.push(...ofSend(send)));
  if (story.case) hops.push(...ofCase(story.case));
  let last = "";
  hops.forEach((hop, place) => { last = hop.sort = hop.at || last; hop.place = place; });
  hops.sort((one, other) => Date.parse(one.sort) - Date.parse(other.sort) || one.place - other.place);
  return hops;
}

function ofMessage(message, story) {
  const { why } = message;
  const hops = story.mine ? [{ at: story.written, text: say("hopWritten") }] : [];
  hops.push({ at: message.received, text: say("hopReceived") });
  if (message.masked.length) hops.push({ text: say("hopMasked", { what: message.masked.join(", ") }) });
  const verdict = message.verdict === "none" ? say("verdictNone") : message.verdict || say("notScreened");
  const danger = message.verdict && message.verdict !== "none";
  hops.push({ text: say("hopScreened", { verdict }), kind: danger ? "danger" : "" });
  if (why.label) hops.push({ text: say("hopUnderstood", { label: why.label, confidence: percent(why.confidence) }) });
  if (why.by) hops.push({ text: say("hopBy", { by: [why.by, why.rule, why.command].filter(Boolean).join(" · ") }) });
  if (!message.answered) hops.push({ text: say("hopWaiting") });
  else if (message.keys.length) hops.push({ at: message.answered, text: say("hopAnswered", { keys: message.keys.join(", ") }) });
  else if (!story.sends.length) hops.push({ at: message.answered, text: say("hopSilent") });
  return hops;
}

function percent(confidence) { return confidence === undefined ? "–" : `${Math.round(confidence * 100)} %`; }

function ofSend(send) {
  const who = desk.people.length && send.to === "patient" ? say("patient").toLowerCase() : send.to;
  const hops = [{ at: send.queued, text: say("hopQueued", { who, purpose: send.purpose }) }];
  const tries = send.attempts > 1 ? ` · ${say("hopTries", { count: send.attempts })}` : "";
  const state = say(send.state in TOLD ? TOLD[send.state] : "queued");
  if (send.error) hops.push({ at: send.sent, text: say("hopFailed", { error: send.error }) + tries, kind: "danger" });
  else if (send.sent) hops.push({ at: send.sent, text: say("hopHanded", { state }) + tries });
  send.ticks.filter(([status]) => status !== "queued").forEach(([status, at]) => hops.push({ at, text: tick(status) }));
  return hops;
}

const TOLD = { accepted: "sent", sent: "sent", delivered: "delivered", read: "read", failed: "failed" };

function tick(status) { return `${CHANNELS.whatsapp}: ${TOLD[status] ? say(TOLD[status]) : status}`; }

function ofCase(found) {
  const about = { number: found.number, reason: [found.reason, found.topic].join(" · "), urgency: found.urgency };
  const hops = [{ at: found.opened, text: say("hopCase", about), kind: "case" }];
  found.offered.forEach((send) => hops.push(
    { at: send.sent || send.queued, text: say("hopOffered", { who: send.to, channel: CHANNELS[send.channel] }), kind: "case" }));
  found.entries.filter((entry) => entry.kind !== "opened").forEach((entry) => hops.push(
    { at: entry.at, text: say("hopEntry", { number: found.number, kind: entry.kind, by: entry.by }).trim(), kind: "case" }));
  return hops;
}
