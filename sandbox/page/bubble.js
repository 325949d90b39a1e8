// One bubble as its application draws it.

import { time } from "./desk.js";
import { button, drawing, link, make, named } from "./small.js";
import { say } from "./texts.js";

const ONE_TICK = "M1 6l3 3 6-7";
const TWO_TICKS = "M1 6l3 3 6-7M7 9l6-7";
const CLOCK = "M7 1a5 5 0 100 10A5 5 0 007 1zM7 3v3l2 1";
const INFORMATION = "M8 1.5a6.5 6.5 0 100 13 6.5 6.5 0 000-13zM8 7v4.5M8 4.4v.2";
const TICKS = { queued: CLOCK, sent: ONE_TICK, delivered: TWO_TICKS, read: TWO_TICKS };
const BARS = 28; // of a voice message's wave

// The list item for a bubble; `phone` quotes, taps, opens the sheet and the drawer.
export function draw(bubble, phone) {
  const item = make("li", bubble.mine ? "mine" : "");
  item.dataset.id = bubble.id;
  item.classList.toggle("gone", bubble.deleted);
  item.classList.toggle("from-template", bubble.template);
  const box = make("div", "bubble");
  if (bubble.author) box.append(make("div", "author", bubble.author));
  const quoted = phone.bubbles.get(bubble.reply_to);
  if (quoted) box.append(make("p", "quote", gist(quoted)));
  if (bubble.deleted) box.append(make("p", "words", say("deleted")));
  else box.append(...content(bubble, phone));
  box.append(foot(bubble, phone.channel));
  box.addEventListener("click", (event) => {
    if (!event.target.closest("a, button, audio, video, input") && !String(getSelection())) phone.quote(bubble);
  });
  const line = make("div", "line");
  line.append(box, acts(bubble, phone));
  item.append(line);
  if (bubble.options.length && !bubble.deleted) offer(bubble, phone, item, box);
  return item;
}

export function gist(bubble) { return bubble.text.replaceAll("*", "") || (bubble.file && bubble.file.name) || "…"; }

// Only ticks and times: what changes without new words.
export function foot(bubble, channel) {
  const element = make("div", "foot");
  const notes = [bubble.template && say("template"), bubble.edited && say("edited"), time(bubble.at)];
  element.append(make("span", "", notes.filter(Boolean).join(" · ")));
  if (bubble.status === "failed") element.append(make("span", "failed", `! ${say("failed")}`));
  else if (bubble.mine) element.append(ticks(bubble, channel));
  return element;
}

function ticks(bubble, channel) {
  const status = channel === "telegram" && bubble.status === "delivered" ? "read" : bubble.status || "queued";
  const mark = make("span", `ticks ${status}`);
  mark.append(drawing(TICKS[status] || CLOCK, 14, 12));
  mark.setAttribute("role", "img");
  return named(mark, [say(status), bubble.error].filter(Boolean).join(" "));
}

function acts(bubble, phone) {
  const box = make("div", "acts");
  const reply = named(button("reply", "↩", () => phone.quote(bubble)), say("reply"));
  const happened = named(button("happened", "", () => phone.explain(bubble, happened)), say("happenedWith"));
  happened.append(drawing(INFORMATION));
  box.append(reply, happened);
  return box;
}

function content(bubble, phone) {
  const parts = [];
  if (bubble.file) parts.push(file(bubble, phone));
  if (bubble.place) parts.push(make("p", "words", `📍 ${bubble.place.label} (${bubble.place.at})`));
  if (bubble.contact) parts.push(make("p", "words", `👤 ${bubble.contact.name} · ${bubble.contact.phone}`));
  if (bubble.text) parts.push(words(bubble, phone.channel));
  return parts;
}

// *bold* of WhatsApp, the bold header of Telegram, links.
function words(bubble, channel) {
  const paragraph = make("p", "words");
  let text = bubble.text;
  if (bubble.header && text.startsWith(bubble.header)) {
    paragraph.append(make("strong", "", bubble.header));
    text = text.slice(bubble.header.length);
  }
  const pattern = channel === "whatsapp" ? /(\*[^*\s](?:[^*\n]*[^*\s])?\*)|(https?:\/\/\S+)/ : /()(https?:\/\/\S+)/;
  for (let found = pattern.exec(text); found; found = pattern.exec(text)) {
    paragraph.append(text.slice(0, found.index));
    paragraph.append(found[1] ? make("strong", "", found[1].slice(1, -1)) : link(found[2]));
    text = text.slice(found.index + found[0].length);
  }
  paragraph.append(text);
  return paragraph;
}

function file(bubble, phone) {
  const address = `${phone.base}/files/${encodeURIComponent(bubble.id)}`;
  if (bubble.file.kind === "audio") return voice(address, phone);
  const kind = { image: "img", sticker: "img", video: "video" }[bubble.file.kind];
  if (!kind) {
    const anchor = link(address, `📄 ${bubble.file.name || say("document")}`);
    anchor.className = "document";
    anchor.download = bubble.file.name;
    return anchor;
  }
  const element = make(kind);
  element.addEventListener(kind === "img" ? "load" : "loadedmetadata", () => phone.grown());
  element.src = address;
  if (kind === "img") element.alt = bubble.file.name || say("image"); else element.controls = true;
  return element;
}

// A voice message: a round button, a wave that fills while it plays, its length.
function voice(address, phone) {
  const box = make("div", "voice");
  const sound = new Audio(address);
  const length = make("span", "length", "0:00");
  const wave = make("span", "wave");
  for (let bar = 0; bar < BARS; bar += 1) wave.append(make("i", `bar${(bar * 7 + bar % 3) % 5}`));
  const play = named(button("play", "▶", () => { if (sound.paused) sound.play(); else sound.pause(); }), say("play"));
  const show = () => {
    play.textContent = sound.paused ? "▶" : "❚❚";
    named(play, say(sound.paused ? "play" : "stopSound"));
    const part = sound.duration > 0 ? sound.currentTime / sound.duration : 0;
    [...wave.children].forEach((bar, place) => bar.classList.toggle("heard", place < part * BARS));
    const seconds = Math.round(sound.currentTime || (Number.isFinite(sound.duration) ? sound.duration : 0));
    length.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  };
  ["play", "pause", "ended", "timeupdate", "loadedmetadata"].forEach((event) => sound.addEventListener(event, show));
  box.setAttribute("role", "group");
  box.append(play, wave, length);
  phone.grown();
  return named(box, say("voice"));
}

// WhatsApp: buttons inside the bubble, or one that opens the list. Telegram: rows of keys below it.
function offer(bubble, phone, item, box) {
  if (phone.channel === "telegram") {
    item.append(keyboard(bubble, phone));
    return;
  }
  const options = make("div", "options");
  if (bubble.list_button) options.append(button("list", `☰ ${bubble.list_button}`, () => phone.openSheet(bubble)));
  else options.append(...bubble.options.map((option, place) => key(bubble, option, place, phone)));
  box.append(options);
}

function keyboard(bubble, phone) {
  const box = make("div", "options keyboard");
  const rows = new Map();
  bubble.options.forEach((option, place) => {
    if (!rows.has(option.row)) rows.set(option.row, box.appendChild(make("div", "row")));
    rows.get(option.row).append(key(bubble, option, place, phone));
  });
  return box;
}

export function key(bubble, option, place, phone) {
  if (option.url && /^(https?|tg|tel|mailto):/i.test(option.url)) return link(option.url, option.title);
  const element = button("", option.title, () => phone.tap(bubble, place));
  if (option.description) element.append(make("small", "", option.description));
  return element;
}
