"use strict";

// Two phones on one desk. All that people wrote enters the page as text nodes, never as markup.

const TEXTS = {
  es: {
    subtitle: "entorno de prueba", patient: "Paciente", consultant: "Consultor", operator: "Operador",
    message: "Mensaje", send: "Enviar", start: "INICIAR", unblock: "DESBLOQUEAR", block: "Bloquear", more: "Más",
    file: "Foto, PDF, audio…", location: "Ubicación", contact: "Contacto", cancel: "Cancelar", typing: "escribiendo…",
    reply: "Responder a este mensaje", unquote: "Quitar la cita", options: "Opciones", deleted: "Mensaje eliminado",
    edited: "editado", template: "plantilla", lost: "Sin conexión con el entorno de prueba; se reintenta.",
    sent: "enviado", delivered: "entregado", read: "leído", failed: "no entregado", queued: "en camino",
    name: "Nombre", phone: "Teléfono", place: "Nombre del lugar", position: "Latitud, longitud", app: "Aplicación",
    thread: "Conversación", other: "English", theme: "Claro u oscuro", document: "Documento", image: "Foto",
    nobody: "No hay personas: falta el archivo de la oficina.",
  },
  en: {
    subtitle: "sandbox", patient: "Patient", consultant: "Consultant", operator: "Operator",
    message: "Message", send: "Send", start: "START", unblock: "UNBLOCK", block: "Block", more: "More",
    file: "Photo, PDF, audio…", location: "Location", contact: "Contact", cancel: "Cancel", typing: "typing…",
    reply: "Reply to this message", unquote: "Remove the quote", options: "Options", deleted: "Message deleted",
    edited: "edited", template: "template", lost: "No connection to the sandbox; trying again.",
    sent: "sent", delivered: "delivered", read: "read", failed: "not delivered", queued: "on its way",
    name: "Name", phone: "Phone", place: "Name of the place", position: "Latitude, longitude", app: "Application",
    thread: "Conversation", other: "Español", theme: "Light or dark", document: "Document", image: "Photo",
    nobody: "There are no people: the office file is missing.",
  },
};
const DEMO = { place: "Zócalo", position: "19.4326, -99.1332", name: "Mamá", phone: "+525500000001" };
const LONGEST_WAIT = 8; // seconds a question for news may stay open
const DESK = document.querySelector(".desk");
const phones = [];
let people = [];
let language = recall("language") || (navigator.language.startsWith("en") ? "en" : "es");

function say(key) { return TEXTS[language][key]; }

function recall(key) { try { return localStorage.getItem(`puente.${key}`); } catch { return null; } }

function keep(key, value) { try { localStorage.setItem(`puente.${key}`, value); } catch { /* private window */ } }

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

function pause(milliseconds) { return new Promise((done) => setTimeout(done, milliseconds)); }

function connected(yes) {
  const state = document.querySelector(".state");
  state.hidden = yes;
  state.textContent = yes ? "" : say("lost");
}

// --- words: *bold* of WhatsApp, the bold header of Telegram, links -----------------------------------------

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

function link(address, text = address) {
  const anchor = make("a", "", text);
  anchor.href = address;
  anchor.target = "_blank";
  anchor.rel = "noopener noreferrer";
  return anchor;
}

function safe(address) { return /^(https?|tg|tel|mailto):/i.test(address); }

// --- one phone ---------------------------------------------------------------------------------------------

class Phone {
  constructor(roles) {
    this.roles = roles;
    this.root = document.querySelector("#phone").content.firstElementChild.cloneNode(true);
    this.find = (selector) => this.root.querySelector(selector);
    this.thread = this.find(".thread");
    this.input = this.find("textarea");
    this.select = this.find(".person");
    this.turn = 0; // which question for news is the current one
    this.listen();
    DESK.append(this.root);
  }

  get base() { return `api/phones/${this.person.key}/${this.channel}`; }

  listen() {
    this.select.addEventListener("change", () => this.show(this.select.value, this.channel));
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
    this.root.querySelectorAll("[data-act]").forEach((button) =>
      button.addEventListener("click", () => this.menu(button.dataset.act)));
  }

  show(key, channel) {
    this.person = people.find((p) => p.key === key);
    this.channel = channel in this.person.channels ? channel : Object.keys(this.person.channels)[0];
    this.root.dataset.channel = this.channel;
    this.select.value = key;
    this.root.querySelectorAll(".channels button").forEach((button) => {
      button.disabled = !(button.dataset.channel in this.person.channels);
      button.setAttribute("aria-pressed", String(button.dataset.channel === this.channel));
    });
    keep(this.roles[0], `${key} ${this.channel}`);
    this.clear();
    this.follow();
  }

  clear() {
    this.thread.replaceChildren();
    this.bubbles = new Map();
    this.after = 0;
    this.follows = true; // the end of the thread, until somebody scrolls up
    this.toasts = null;
    this.quote(null);
  }

  async follow() {
    const turn = ++this.turn;
    let wait = 0; // the first answer says how things are, the next ones what is new
    while (turn === this.turn) {
      try {
        const answer = await fetch(`${this.base}?after=${this.after}&wait=${wait}`);
        if (!answer.ok) throw new Error(String(answer.status));
        const news = await answer.json();
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
    this.find(".start").hidden = news.started || news.blocked;
    this.find(".unblock").hidden = !news.blocked;
    this.find(".composer").hidden = news.blocked || !news.started;
    this.seen();
  }

  isAtEnd() { return this.thread.scrollHeight - this.thread.scrollTop - this.thread.clientHeight < 80; }

  toEnd() { this.thread.scrollTop = this.thread.scrollHeight; }

  seen() {
    keep(`seen.${this.person.key}.${this.channel}`, String([...this.bubbles.values()].filter((b) => !b.mine).length));
  }

  typing(seconds) {
    clearTimeout(this.typingTimer);
    this.find(".typing").textContent = seconds > 0 ? say("typing") : "";
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

  put(bubble) {
    const old = this.thread.querySelector(`li[data-id="${CSS.escape(bubble.id)}"]`);
    const known = this.bubbles.get(bubble.id);
    this.bubbles.set(bubble.id, bubble);
    if (!old) this.thread.append(this.draw(bubble));
    else if (isSame(known, bubble)) old.querySelector(".foot").replaceWith(this.foot(bubble)); // only the ticks
    else old.replaceWith(this.draw(bubble));
  }

  draw(bubble) {
    const item = make("li", bubble.mine ? "mine" : "");
    item.dataset.id = bubble.id;
    item.classList.toggle("gone", bubble.deleted);
    const box = make("div", "bubble");
    if (bubble.author) box.append(make("div", "author", bubble.author));
    const quoted = this.bubbles.get(bubble.reply_to);
    if (quoted) box.append(make("p", "quote", gist(quoted)));
    if (bubble.deleted) box.append(make("p", "words", say("deleted")));
    else box.append(...this.content(bubble));
    box.append(this.foot(bubble));
    box.addEventListener("click", (event) => {
      if (!event.target.closest("a, button, audio, video, summary") && !String(getSelection())) this.quote(bubble);
    });
    item.append(box);
    if (bubble.options.length && !bubble.deleted) item.append(this.options(bubble));
    return item;
  }

  content(bubble) {
    const parts = [];
    if (bubble.file) parts.push(this.file(bubble));
    if (bubble.place) parts.push(make("p", "words", `📍 ${bubble.place.label} (${bubble.place.at})`));
    if (bubble.contact) parts.push(make("p", "words", `👤 ${bubble.contact.name} · ${bubble.contact.phone}`));
    if (bubble.text) parts.push(words(bubble, this.channel));
    return parts;
  }

  file(bubble) {
    const address = `${this.base}/files/${encodeURIComponent(bubble.id)}`;
    const kind = { image: "img", sticker: "img", audio: "audio", video: "video" }[bubble.file.kind];
    if (!kind) {
      const anchor = link(address, `📄 ${bubble.file.name || say("document")}`);
      anchor.download = bubble.file.name;
      return anchor;
    }
    const element = make(kind);
    element.addEventListener(kind === "img" ? "load" : "loadedmetadata", () => { if (this.follows) this.toEnd(); });
    element.src = address;
    if (kind === "img") element.alt = bubble.file.name || say("image"); else element.controls = true;
    return element;
  }

  foot(bubble) {
    const foot = make("div", "foot");
    const reply = make("button", "reply", "↩");
    reply.type = "button";
    reply.setAttribute("aria-label", say("reply"));
    reply.addEventListener("click", () => this.quote(bubble));
    const notes = [bubble.template && say("template"), bubble.edited && say("edited"), clock(bubble.at)];
    foot.append(reply, make("span", "", notes.filter(Boolean).join(" · ")), ticks(bubble));
    return foot;
  }

  options(bubble) {
    const box = make("div", "options");
    const buttons = bubble.options.map((option, place) => this.option(bubble, option, place));
    if (!bubble.list_button) { box.append(...buttons); return box; }
    const rows = make("details");
    rows.append(make("summary", "", `☰ ${bubble.list_button}`), ...buttons);
    box.append(rows);
    return box;
  }

  option(bubble, option, place) {
    if (option.url && safe(option.url)) return link(option.url, option.title);
    const button = make("button", "", option.title);
    button.type = "button";
    if (option.description) button.append(make("small", "", option.description));
    button.addEventListener("click", () => {
      button.closest("details")?.removeAttribute("open");
      this.act("tap", { bubble: bubble.id, option: place });
    });
    return button;
  }

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

  async act(name, told) {
    const options = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(told) };
    await fetch(`${this.base}/${name}`, options).catch(() => connected(false));
    this.toEnd();
  }

  async menu(act) {
    this.find(".more").open = false;
    if (act === "file") this.find(".picker").click();
    else if (act === "block") this.act("block", {});
    else if (act === "contact") {
      const told = await ask("name", "phone");
      if (told) this.act("contact", { name: told[0], phone: told[1] });
    } else {
      const told = await ask("place", "position");
      const [latitude, longitude] = told ? told[1].split(",").map(Number) : [NaN, NaN];
      if (Number.isFinite(latitude + longitude)) this.act("location", { latitude, longitude, label: told[0] });
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
    const [role] = this.roles;
    this.find(".role").textContent = say(role);
    this.root.setAttribute("aria-label", say(role));
    this.find(".channels").setAttribute("aria-label", say("app"));
    this.find(".more summary").setAttribute("aria-label", say("more"));
    this.find(".send").setAttribute("aria-label", say("send"));
    this.find(".unquote").setAttribute("aria-label", say("unquote"));
    this.thread.setAttribute("aria-label", say("thread"));
    this.input.placeholder = say("message");
    this.input.setAttribute("aria-label", say("message"));
    if (!this.bubbles) return;
    this.thread.replaceChildren(...[...this.bubbles.values()].map((b) => this.draw(b)));
    if (this.follows) this.toEnd();
  }

  // Who has something new on a phone that is not in view.
  announce() {
    const known = people.filter((p) => this.roles.includes(p.role));
    if (this.select.options.length !== known.length) {
      this.select.replaceChildren(...known.map((p) => { const o = make("option"); o.value = p.key; return o; }));
    }
    known.forEach((person, place) => {
      const fresh = Object.keys(person.channels).filter((channel) => this.hasNews(person, channel));
      const label = (fresh.length ? "● " : "") + (person.name || say(person.role));
      if (this.select.options[place].textContent !== label) this.select.options[place].textContent = label;
    });
    this.root.querySelectorAll(".channels button").forEach((button) =>
      button.classList.toggle("news", Boolean(this.person) && this.hasNews(this.person, button.dataset.channel)));
  }

  hasNews(person, channel) {
    if (this.person && person.key === this.person.key && channel === this.channel) return false;
    const name = `seen.${person.key}.${channel}`;
    const count = person.channels[channel] || 0;
    if (count < Number(recall(name) || 0)) keep(name, "0"); // the sandbox was restarted
    return count > Number(recall(name) || 0);
  }
}

// --- small things ------------------------------------------------------------------------------------------

function isSame(one, other) {
  const wording = (bubble) => JSON.stringify({ ...bubble, status: "", error: "" });
  return wording(one) === wording(other);
}

function gist(bubble) { return bubble.text.replaceAll("*", "") || (bubble.file && bubble.file.name) || "…"; }

function clock(moment) {
  return new Date(moment).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
}

function ticks(bubble) {
  const signs = { sent: "✓", delivered: "✓✓", read: "✓✓", failed: "!", queued: "🕓" };
  const mark = make("span", `ticks ${bubble.status}`, signs[bubble.status] || "");
  mark.title = [say(bubble.status) || "", bubble.error].filter(Boolean).join(" ");
  mark.setAttribute("role", "img");
  mark.setAttribute("aria-label", mark.title);
  return mark;
}

function ask(first, second) {
  const dialog = document.querySelector("#details");
  const inputs = dialog.querySelectorAll("input");
  [first, second].forEach((key, place) => {
    dialog.querySelectorAll("label span")[place].textContent = say(key);
    inputs[place].value = DEMO[key];
  });
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((done) => dialog.addEventListener("close", () => {
    done(dialog.returnValue === "send" ? [...inputs].map((i) => i.value.trim()) : null);
  }, { once: true }));
}

function translate() {
  document.documentElement.lang = language;
  document.querySelectorAll("[data-text]").forEach((element) => { element.textContent = say(element.dataset.text); });
  const button = document.querySelector("#language");
  button.textContent = say("other");
  button.lang = language === "es" ? "en" : "es";
  const theme = document.querySelector("#theme");
  theme.textContent = "◐";
  theme.title = say("theme");
  theme.setAttribute("aria-label", say("theme"));
  phones.forEach((phone) => phone.translate());
  phones.forEach((phone) => phone.announce());
}

function turnTheme() {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const now = document.documentElement.dataset.theme || (dark ? "dark" : "light");
  document.documentElement.dataset.theme = now === "dark" ? "light" : "dark";
  keep("theme", document.documentElement.dataset.theme);
}

async function refreshPeople() {
  const answer = await fetch("api/people");
  if (!answer.ok) throw new Error(String(answer.status));
  people = await answer.json();
  phones.forEach((phone) => phone.announce());
}

async function watchPeople() {
  for (;;) {
    await pause(1000);
    await refreshPeople().catch(() => connected(false));
  }
}

async function begin() {
  if (recall("theme")) document.documentElement.dataset.theme = recall("theme");
  document.querySelector("#theme").addEventListener("click", turnTheme);
  document.querySelector("#language").addEventListener("click", () => {
    language = language === "es" ? "en" : "es";
    keep("language", language);
    translate();
  });
  phones.push(new Phone(["patient"]), new Phone(["consultant", "operator"]));
  translate();
  while (!people.length) {
    await refreshPeople().catch(() => connected(false));
    if (!people.length) await pause(1000);
  }
  phones.forEach((phone) => {
    const [key, channel] = (recall(phone.roles[0]) || "").split(" ");
    const mine = people.filter((p) => phone.roles.includes(p.role));
    const first = mine.find((p) => p.key === key) || mine[0];
    if (first) phone.show(first.key, channel || "whatsapp");
  });
  watchPeople();
}

begin();
