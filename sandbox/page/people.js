// The list above a phone: who there is, and what each has not read. A patient can be added.

import { desk, refresh } from "./desk.js";
import { details } from "./details.js";
import { button, keep, make, recall, tell } from "./small.js";
import { language, say } from "./texts.js";

export class People {
  constructor(phone) {
    this.phone = phone;
    this.box = phone.find(".who");
    this.drawn = "";
  }

  get mine() { return desk.people.filter((person) => this.phone.roles.includes(person.role)); }

  // Counts are remembered for each phone and application: what stands on a screen in view is read.
  seen() {
    const { person, channel, bubbles } = this.phone;
    keep(`seen.${person.key}.${channel}`, String([...bubbles.values()].filter((b) => !b.mine).length));
  }

  // What an earlier story left unread distracts from the next.
  readAll() {
    this.mine.forEach((person) => Object.entries(person.channels).forEach(([channel, count]) =>
      keep(`seen.${person.key}.${channel}`, String(count))));
  }

  unread(person, channel) {
    const shown = this.phone.person;
    if (shown && person.key === shown.key && channel === this.phone.channel) return 0;
    const name = `seen.${person.key}.${channel}`;
    const count = person.channels[channel] || 0;
    if (count < Number(recall(name) || 0)) keep(name, "0"); // the sandbox was restarted
    return count - Number(recall(name) || 0);
  }

  // Draw what changed; a list that is open keeps the focus where it is.
  announce() {
    const rows = this.mine.map((person) => [person, Object.keys(person.channels).map((c) => [c, this.unread(person, c)])]);
    const shown = JSON.stringify([rows, this.phone.person?.key, this.phone.channel, language()]);
    if (shown === this.drawn) return;
    this.drawn = shown;
    const { person, channel } = this.phone;
    const elsewhere = rows.flatMap(([, counts]) => counts).reduce((sum, [, count]) => sum + count, 0);
    this.summary(person, elsewhere);
    this.list(rows);
    this.phone.root.querySelectorAll(".channels button").forEach((element) => {
      const count = person && element.dataset.channel !== channel ? this.unread(person, element.dataset.channel) : 0;
      element.querySelector(".count").textContent = count > 0 ? String(count) : "";
    });
  }

  summary(person, elsewhere) {
    const name = person ? person.name || say(person.role) : "";
    this.phone.find(".who .role").textContent = say(this.phone.roles[0]);
    this.phone.find(".who .name").textContent = name;
    this.phone.find(".who summary .count").textContent = elsewhere > 0 ? String(elsewhere) : "";
    const unread = elsewhere > 0 ? `, ${elsewhere} ${say("unread")}` : "";
    this.phone.find(".who summary").setAttribute("aria-label", `${say(this.phone.roles[0])}: ${name}. ${say("someone")}${unread}`);
  }

  list(rows) {
    const focused = this.box.contains(document.activeElement) && document.activeElement.dataset.key;
    const list = this.phone.find(".who .list");
    list.replaceChildren(...rows.map(([person, counts]) => this.row(person, counts)));
    if (this.phone.roles.includes("patient")) list.append(button("add", say("newPatient"), () => this.add()));
    if (focused) list.querySelector(`[data-key="${focused}"]`)?.focus();
  }

  row(person, counts) {
    const news = counts.find(([, count]) => count > 0);
    const element = button("person", "", () => {
      this.box.open = false;
      this.phone.show(person.key, news ? news[0] : this.phone.channel);
      this.phone.find(".who summary").focus();
    });
    element.dataset.key = person.key;
    if (person.key === this.phone.person?.key) element.setAttribute("aria-current", "true");
    element.append(make("span", "name", person.name || say(person.role)));
    counts.forEach(([channel, count]) => {
      const badge = make("span", `badge ${channel}`, channel === "telegram" ? "Telegram" : "WhatsApp");
      if (count > 0) badge.append(make("b", "count", String(count)));
      element.append(badge);
    });
    return element;
  }

  async add() {
    this.box.open = false;
    const told = await details("newTitle", { name: "" }, { language: ["es", "en"], app: ["whatsapp", "telegram"] });
    if (told) await this.welcome(told.name, told.language, told.app);
  }

  // A new patient, at once on this phone.
  async welcome(name, tongue, channel) {
    const answer = await tell("api/people", { name, language: tongue });
    const { key } = await answer.json();
    await refresh();
    this.phone.show(key, channel);
  }
}
