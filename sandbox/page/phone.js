// One phone: whose it is, what stands on its screen, what its holder does.

import { draw, foot, gist, key } from "./bubble.js";
import { connected, dayName, dayOf, desk, lasting } from "./desk.js";
import { details } from "./details.js";
import { People } from "./people.js";
import { ask, keep, make, pause, tell } from "./small.js";
import { label, say } from "./texts.js";

const LONGEST_WAIT = 8; // seconds a question for news may stay open
const WARNING = 3 * 3600; // seconds: a window that ends so soon is shown in colour

export class Phone {
  constructor(roles, explain) {
    this.roles = roles;
    this.root = document.querySelector("#phone").content.firstElementChild.cloneNode(true);
    this.root.dataset.side = roles[0];
    this.find = (selector) => this.root.querySelector(selector);
    this.thread = this.find(".thread");
    this.list = this.find(".thread ol");
    this.input = this.find("textarea");
    this.people = new People(this);
    this.turn = 0; // which question for news is the current one
    this.explain = (bubble, opener) => explain(this, bubble, opener);
    this.listen();
    document.querySelector(".desk").append(this.root);
  }

  get base() { return `api/phones/${this.person.key}/${this.channel}`; }

  listen() {
    this.root.querySelectorAll(".channels button").forEach((button) =>
      button.addEventListener("click", () => this.show(this.person.key, button.dataset.channel)));
    this.find(".composer").addEventListener("submit", (event) => { event.preventDefault(); this.send(); });
    this.input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); this.send(); }
    });
    this.thread.addEventListener("scroll", () => { this.follows = this.isAtEnd(); });
    this.find(".unquote").addEventListener("click", () => this.quote(null));
    this.find(".start").addEventListener("click", () => this.act("say", { text: "/start" }));
    this.find(".unblock").addEventListener("click", () => this.act("unblock", {}));
    this.find(".picker").addEventListener("change", (event) => this.attach(event.target));
    this.find(".close-sheet").addEventListener("click", () => this.closeSheet());
    this.find(".sheet").addEventListener("keydown", (event) => { if (event.key === "Escape") this.closeSheet(); });
    this.root.querySelectorAll("[data-act]").forEach((button) =>
      button.addEventListener("click", () => this.menu(button.dataset.act)));
  }

  // --- whose phone it is ---

  show(key, channel) {
    this.person = desk.people.find((p) => p.key === key);
    this.channel = channel in this.person.channels ? channel : Object.keys(this.person.channels)[0];
    this.root.dataset.channel = this.channel;
    this.root.querySelectorAll(".channels button").forEach((button) => {
      button.disabled = !(button.dataset.channel in this.person.channels);
      button.setAttribute("aria-pressed", String(button.dataset.channel === this.channel));
    });
    keep(this.roles[0], `${key} ${this.channel}`);
    this.clear();
    this.typing(0);
    this.people.announce();
    this.follow();
  }

  clear() {
    this.list.replaceChildren();
    this.bubbles = new Map();
    this.after = 0;
    this.follows = true; // the end of the thread, until somebody scrolls up
    this.toasts = null;
    this.lastDay = "";
    this.closeSheet();
    this.quote(null);
  }

  // --- news ---

  async follow() {
    const turn = ++this.turn;
    let wait = 0; // the first answer says how things are, the next ones what is new
    while (turn === this.turn) {
      try {
        const news = await ask(`${this.base}?after=${this.after}&wait=${wait}`);
        if (turn === this.turn) this.take(news);
        wait = LONGEST_WAIT;
        connected(true);
      } catch {
        wait = 0;
        connected(false);
        await pause(1000);
      }
    }
  }

  take(news) {
    if (news.revision < this.after) this.clear(); // the sandbox was restarted
    news.bubbles.forEach((bubble) => this.put(bubble));
    this.after = news.revision;
    if (this.follows && news.bubbles.length) this.toEnd();
    this.typing(news.typing);
    this.toast(news.toasts);
    this.window(news.window);
    this.find(".start").hidden = news.started || news.blocked;
    this.find(".unblock").hidden = !news.blocked;
    this.find(".composer").hidden = news.blocked || !news.started;
    this.people.seen();
  }

  put(bubble) {
    const old = this.thread.querySelector(`li[data-id="${CSS.escape(bubble.id)}"]`);
    const known = this.bubbles.get(bubble.id);
    this.bubbles.set(bubble.id, bubble);
    if (!old) this.append(bubble);
    else if (isSame(known, bubble)) old.querySelector(".foot").replaceWith(foot(bubble, this.channel)); // only the ticks
    else old.replaceWith(draw(bubble, this));
  }

  append(bubble) {
    if (dayOf(bubble.at) !== this.lastDay) {
      const day = make("li", "day");
      day.append(make("span", "", dayName(bubble.at)));
      this.list.append(day);
      this.lastDay = dayOf(bubble.at);
    }
    this.list.append(draw(bubble, this));
  }

  isAtEnd() { return this.thread.scrollHeight - this.thread.scrollTop - this.thread.clientHeight < 80; }

  toEnd() { this.thread.scrollTop = this.thread.scrollHeight; }

  // A picture has got its size.
  grown() { if (this.follows) this.toEnd(); }

  typing(seconds) {
    clearTimeout(this.typingTimer);
    const idle = this.channel === "telegram" ? say("bot") : say("business");
    this.find(".typing").textContent = seconds > 0 ? say("typing") : idle;
    if (seconds > 0) this.typingTimer = setTimeout(() => this.typing(0), seconds * 1000);
  }

  toast(toasts) {
    const shown = this.find(".toast");
    if (this.toasts !== null && toasts.length > this.toasts) {
      shown.textContent = toasts[toasts.length - 1];
      shown.hidden = false;
      setTimeout(() => { shown.hidden = true; }, 4000);
    }
    this.toasts = toasts.length;
  }

  // WhatsApp's 24 hours after the last message of this person.
  window(seconds) {
    const shown = this.find(".window");
    const shut = seconds === 0 || desk.faults.window;
    this.windowSeconds = seconds;
    shown.hidden = seconds === null || (seconds === 0 && !this.bubbles.size);
    shown.classList.toggle("over", shut);
    shown.classList.toggle("soon", !shut && seconds < WARNING);
    if (seconds !== null) shown.textContent = shut ? say("windowOver") : say("windowLeft", { left: lasting(seconds) });
  }

  // --- what its holder does ---

  quote(bubble) {
    this.quoted = bubble;
    this.find(".quoting").hidden = !bubble;
    this.find(".quoted").textContent = bubble ? gist(bubble) : "";
    if (bubble) this.input.focus();
  }

  send() {
    const text = this.input.value.trim();
    if (!text) return;
    this.act("say", { text, quote: this.quoted ? this.quoted.id : "" });
    this.input.value = "";
    this.quote(null);
  }

  tap(bubble, place) {
    this.closeSheet();
    return this.act("tap", { bubble: bubble.id, option: place });
  }

  async act(name, told) {
    await tell(`${this.base}/${name}`, told).catch(() => connected(false));
    this.toEnd();
  }

  openSheet(bubble) {
    this.find(".sheet-title").textContent = bubble.list_button;
    this.find(".rows").replaceChildren(...bubble.options.map((option, place) => key(bubble, option, place, this)));
    this.find(".sheet").hidden = false;
    this.openedFrom = document.activeElement;
    this.find(".rows button").focus();
  }

  closeSheet() {
    if (this.find(".sheet").hidden) return;
    this.find(".sheet").hidden = true;
    this.openedFrom?.focus();
  }

  async menu(act) {
    this.find(".more").open = false;
    if (act === "file") this.find(".picker").click();
    else if (act === "block") this.act("block", {});
    else if (act === "contact") {
      const told = await details("contact", { name: "Mamá", phone: "+525500000001" });
      if (told) this.act("contact", told);
    } else {
      const told = await details("location", { place: "Zócalo", position: "19.4326, -99.1332" });
      const [latitude, longitude] = told ? told.position.split(",").map(Number) : [NaN, NaN];
      if (Number.isFinite(latitude + longitude)) this.act("location", { latitude, longitude, label: told.place });
    }
  }

  async attach(picker) {
    const file = picker.files[0];
    if (!file) return;
    const form = new FormData();
    form.append("file", file);
    form.append("voice", String(file.type.startsWith("audio/")));
    form.append("caption", this.input.value.trim());
    picker.value = this.input.value = "";
    await fetch(`${this.base}/files`, { method: "POST", body: form }).catch(() => connected(false));
  }

  translate() {
    label(this.root);
    this.root.setAttribute("aria-label", say(this.roles[0]));
    this.input.placeholder = say("message");
    this.people.announce();
    if (!this.bubbles) return;
    this.list.replaceChildren();
    this.lastDay = "";
    this.bubbles.forEach((bubble) => this.append(bubble));
    this.typing(0);
    this.window(this.windowSeconds);
    if (this.follows) this.toEnd();
  }
}

function isSame(one, other) {
  const wording = (bubble) => JSON.stringify({ ...bubble, status: "", error: "" });
  return wording(one) === wording(other);
}
