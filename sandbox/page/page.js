// Two phones on one desk, and what stands around them.

import { connected, desk, refresh } from "./desk.js";
import { Drawer } from "./drawer.js";
import { Phone } from "./phone.js";
import { Side } from "./side.js";
import { keep, named, pause, recall } from "./small.js";
import { Stories } from "./stories.js";
import { label, language, otherLanguage, say, speak } from "./texts.js";

const drawer = new Drawer();
const explain = (phone, bubble, opener) => drawer.open(phone, bubble, opener);
const patient = new Phone(["patient"], explain);
const consultant = new Phone(["consultant", "operator"], explain);
const phones = [patient, consultant];
const side = new Side();
const stories = new Stories({ patient, consultant }, front);

function translate() {
  document.documentElement.lang = language();
  label(document);
  const other = document.querySelector("#language");
  other.textContent = say("other");
  other.lang = otherLanguage();
  named(document.querySelector("#theme"), say("theme"));
  phones.forEach((phone) => phone.translate());
  side.translate();
  stories.translate();
}

function turnTheme() {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const now = document.documentElement.dataset.theme || (dark ? "dark" : "light");
  document.documentElement.dataset.theme = now === "dark" ? "light" : "dark";
  keep("theme", document.documentElement.dataset.theme);
}

// On a narrow page one phone is in view.
function front(phone) {
  document.body.dataset.front = phone.roles[0];
  document.querySelectorAll(".fronts button").forEach((button) =>
    button.setAttribute("aria-pressed", String(button.dataset.front === phone.roles[0])));
}

function announce() {
  phones.forEach((phone) => phone.people.announce());
  side.announce();
}

async function watch() {
  for (;;) {
    await pause(1000);
    await refresh().then(announce).catch(() => connected(false));
  }
}

// Lists that fall open close again by Escape, or by a press elsewhere.
function closeLists() {
  document.addEventListener("click", (event) => document.querySelectorAll("details.falls[open]").forEach((list) => {
    if (!list.contains(event.target)) list.open = false;
  }));
  document.addEventListener("keydown", (event) => {
    const list = event.key === "Escape" && event.target.closest?.("details.falls[open]");
    if (!list) return;
    list.open = false;
    list.querySelector("summary").focus();
  });
}

function listen() {
  document.querySelector("#theme").addEventListener("click", turnTheme);
  document.querySelector("#language").addEventListener("click", () => { speak(otherLanguage()); translate(); });
  document.querySelector("#happened").addEventListener("click", (event) => {
    if (drawer.isOpen) drawer.close();
    else drawer.open(patient, [...patient.bubbles.values()].filter((bubble) => bubble.mine).at(-1), event.currentTarget);
  });
  document.querySelectorAll(".fronts button").forEach((button) =>
    button.addEventListener("click", () => front(phones.find((phone) => phone.roles[0] === button.dataset.front))));
  closeLists();
}

async function begin() {
  if (recall("theme")) document.documentElement.dataset.theme = recall("theme");
  if (matchMedia("(max-width: 46rem)").matches) document.querySelectorAll(".panel").forEach((panel) => { panel.open = false; });
  listen();
  front(patient);
  translate();
  while (!desk.people.length) {
    await refresh().catch(() => connected(false));
    if (!desk.people.length) await pause(1000);
  }
  phones.forEach((phone) => {
    const [key, channel] = (recall(phone.roles[0]) || "").split(" ");
    const first = phone.people.mine.find((person) => person.key === key) || phone.people.mine[0];
    if (first) phone.show(first.key, channel || "whatsapp");
  });
  announce();
  await stories.load().then(() => stories.translate()).catch(() => connected(false));
  watch();
}

begin();
