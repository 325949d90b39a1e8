// Ready stories, played on the phones at a pace one can follow. What they say stands in stories.yml.

import { gist } from "./bubble.js";
import { desk } from "./desk.js";
import { ask, button, make, pause, recall, tell } from "./small.js";
import { language, say, worded } from "./texts.js";

const PATIENCE = 30 * 1000; // ms that a story waits for what it expects
const LOOK = 150; // ms between looks
const SETTLED = 4000; // ms after which what was due when the clock had moved is on the phones
const BETWEEN = 1400, READING = 18, LONGEST_READING = 4500; // ms: between steps; for each sign of an answer
const KEYSTROKE = 28, LONGEST_TYPING = 2200; // ms
const PACE = Number(recall("pace") ?? 1); // 0: as fast as the answers come
const STOPPED = new Error("stopped");

export class Stories {
  constructor(phones, bring) {
    this.phones = phones; // by role: patient, consultant
    this.bring = bring; // shows a phone on a narrow page
    this.run = 0;
    this.narrator = document.querySelector(".narrator");
    this.narrator.querySelector(".stop").addEventListener("click", () => this.stop());
  }

  async load() { this.told = await ask("api/stories"); }

  translate() {
    if (!this.told) return;
    document.querySelector(".stories").replaceChildren(...this.told.map((story) => this.card(story)));
  }

  card(story) {
    const item = make("li");
    const play = button("story", "", () => this.play(story));
    play.dataset.story = story.key;
    play.append(make("strong", "", worded(story.title)), make("small", "", worded(story.about)));
    if (story.key === this.playing) play.setAttribute("aria-current", "true");
    item.append(play);
    return item;
  }

  stop() {
    if (!this.playing) return;
    this.run += 1;
    this.end(say("storyStopped"));
  }

  async play(story) {
    this.stop();
    const run = ++this.run;
    this.playing = story.key;
    this.heard = new Set();
    this.narrator.hidden = false;
    this.narrator.classList.remove("over");
    this.narrate(say("playing", { title: worded(story.title) }));
    this.translate();
    try {
      await this.begin(story);
      for (const step of story.steps) await this.step(step, run);
      this.end(say("storyDone", { title: worded(story.title) }));
    } catch (error) {
      if (error !== STOPPED) this.end(error.message);
    }
  }

  // A new patient each time: nothing of an earlier play is known of her.
  async begin(story) {
    const { name, speaks, channel } = story.patient;
    this.patient = name;
    this.phones.patient.people.readAll();
    await this.phones.patient.people.welcome(name, speaks || language(), channel);
    const somebody = desk.people.find((person) => person.role === "consultant");
    if (story.consultant && somebody) this.phones.consultant.show(somebody.key, story.consultant);
    this.remember();
    this.begun = Math.floor(Date.parse(desk.now) / 1000) * 1000; // Telegram's times are whole seconds
  }

  async step(step, run) {
    this.check(run);
    if (step.tells) this.narrate(worded(step.tells));
    const phone = this.phones[step.who];
    if (!phone) { await this.wait(BETWEEN, run); return; }
    this.bring(phone);
    if (step.say) await this.write(phone, worded(step.say), step.quote, run);
    else if (step.tap) await this.tap(phone, worded(step.tap), run);
    else await this.hear(phone, worded(step.hears), run, step.moves);
  }

  check(run) { if (run !== this.run) throw STOPPED; }

  async wait(milliseconds, run) {
    await pause(milliseconds * PACE);
    this.check(run);
  }

  async until(found, wanted, run) {
    for (const deadline = Date.now() + PATIENCE; ;) {
      this.check(run);
      const what = await found();
      if (what) return what;
      if (Date.now() > deadline) throw new Error(say("storyStuck", { wanted }));
      await pause(LOOK);
    }
  }

  // --- what people in a story do ---

  async write(phone, text, quote, run) {
    await this.until(() => !phone.find(".composer").hidden || this.press(phone), text, run);
    if (quote) phone.quote(this.quotable(phone));
    const each = Math.min(KEYSTROKE, LONGEST_TYPING / text.length);
    for (let end = 1; PACE > 0 && end < text.length; end += 2) {
      phone.input.value = text.slice(0, end);
      await this.wait(2 * each, run);
    }
    phone.input.value = text;
    await this.wait(BETWEEN / 3, run);
    this.remember();
    phone.send();
    await this.wait(BETWEEN, run);
  }

  // A consultant may hold other cases: what she quotes is about this patient.
  quotable(phone) {
    const fresh = [...phone.bubbles.values()].filter((bubble) => !bubble.mine && this.isNew(bubble));
    return fresh.findLast((bubble) => bubble.text.includes(this.patient)) || fresh.at(-1) || null;
  }

  // Telegram begins with START.
  async press(phone) {
    const start = phone.find(".start");
    if (!start.hidden) start.click();
    await pause(LOOK);
    return !phone.find(".composer").hidden;
  }

  async tap(phone, title, run) {
    const [bubble, place] = await this.until(() => this.offered(phone, title), title, run);
    const item = phone.thread.querySelector(`li[data-id="${CSS.escape(bubble.id)}"]`);
    if (bubble.list_button && phone.channel === "whatsapp") phone.openSheet(bubble);
    const pressed = phone.find(".sheet").hidden ? item.querySelectorAll(".options :is(button, a)")[place] : phone.find(".rows").children[place];
    pressed.classList.add("pressed");
    await this.wait(BETWEEN / 2, run);
    pressed.classList.remove("pressed");
    this.remember();
    await phone.tap(bubble, place);
    await this.wait(BETWEEN, run);
  }

  // The newest bubble of this story with such a button. A case may be offered to any consultant: her phone is shown.
  async offered(phone, title) {
    const place = (bubble) => typeof title === "number" ? Math.min(title, bubble.options.length) - 1
      : bubble.options.findIndex((option) => option.title === title);
    const here = [...phone.bubbles.values()].reverse().find((bubble) => this.isNew(bubble) && place(bubble) >= 0);
    if (here) return [here, place(here)];
    if (phone !== this.phones.consultant || phone.bubbles.size === 0 && !phone.after) return null;
    const other = await this.elsewhere(phone, title);
    if (other) phone.show(...other);
    return null;
  }

  async elsewhere(phone, title) {
    for (const person of phone.people.mine) {
      for (const channel of Object.keys(person.channels)) {
        if (phone.people.unread(person, channel) <= 0) continue;
        const { bubbles } = await ask(`api/phones/${person.key}/${channel}?after=0`);
        const last = bubbles.filter((bubble) => !bubble.mine && !bubble.deleted).at(-1);
        if (last?.options.some((option) => option.title === title)) return [person.key, channel];
      }
    }
    return null;
  }

  // `moves`: the clock goes to the next moment of that kind, and on to the one after it while that was somebody else's.
  async hear(phone, wanted, run, moves) {
    const wordings = [].concat(wanted === "any" ? "" : wanted);
    const fits = (bubble) => !bubble.mine && !this.heard.has(id(phone, bubble))
      && wordings.some((wording) => bubble.text.toLowerCase().includes(wording.toLowerCase()));
    const come = () => [...phone.bubbles.values()].find(fits);
    const bubble = await this.until(moves ? () => this.later(moves, come, run) : come, wordings.join(" | "), run);
    await this.wait(Math.min(BETWEEN + gist(bubble).length * READING, LONGEST_READING), run);
  }

  async later(to, come, run) {
    if (!come()) await tell("api/clock", { to });
    for (let left = SETTLED; left > 0 && !come(); left -= LOOK) {
      await pause(LOOK);
      this.check(run);
    }
    return come();
  }

  // What stood on the phones before somebody acted is no answer to it.
  remember() {
    Object.values(this.phones).forEach((phone) => phone.bubbles?.forEach((bubble) => {
      if (!bubble.mine) this.heard.add(id(phone, bubble));
    }));
  }

  isNew(bubble) { return !bubble.deleted && Date.parse(bubble.at) >= this.begun; }

  // --- what is told of it ---

  narrate(text) { this.narrator.querySelector(".tale").textContent = text; }

  end(text) {
    this.playing = "";
    this.narrate(text);
    this.narrator.classList.add("over");
    this.translate();
  }
}

function id(phone, bubble) { return `${phone.person.key} ${phone.channel} ${bubble.id}`; }
