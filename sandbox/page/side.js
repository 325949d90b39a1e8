// Beside the phones: the clock that moves ahead, and the faults that can be switched on.

import { desk, lasting, moment, now, refresh } from "./desk.js";
import { button, make, tell } from "./small.js";
import { say } from "./texts.js";

const STEPS = [["minutes10", { minutes: 10 }], ["hour", { minutes: 60 }], ["opening", { to: "opening" }], ["reminder", { to: "reminder" }],
  ["nearly", { minutes: 23 * 60 + 50 }], ["day", { minutes: 24 * 60 }]];
const FAULTS = [["down", "down"], ["throttled", "throttled"], ["window", "window"], ["lost", "lostAnswer"]];

export class Side {
  constructor() {
    this.clock = document.querySelector("#clock");
    this.faults = document.querySelector("#faults");
    setInterval(() => this.tick(), 1000);
  }

  translate() {
    this.clock.querySelector(".steps").replaceChildren(...STEPS.map(([key, told]) => button("", say(key), () => this.move(told))));
    this.faults.querySelector(".switches").replaceChildren(...FAULTS.map(([name, key]) => this.fault(name, key)));
    this.announce();
  }

  tick() {
    document.querySelectorAll(".now").forEach((shown) => {
      const text = moment(now());
      if (shown.textContent !== text) shown.textContent = text;
    });
  }

  announce() {
    this.tick();
    this.clock.hidden = !desk.movable;
    this.clock.querySelector(".moved").textContent = desk.moved >= 60 ? say("moved", { left: lasting(desk.moved) }) : "";
    STEPS.forEach(([, told], place) => { this.clock.querySelectorAll(".steps button")[place].hidden = Boolean(told.to) && !desk.inside; });
    document.querySelector("#happened").hidden = !desk.inside;
    document.body.classList.toggle("blind", !desk.inside);
    FAULTS.forEach(([name]) => { this.faults.querySelector(`[data-fault="${name}"]`).checked = Boolean(desk.faults[name]); });
    this.faults.classList.toggle("some", Object.values(desk.faults).some(Boolean));
  }

  async move(told) {
    const answer = await tell("api/clock", told).catch(() => null);
    document.querySelector(".state").hidden = Boolean(answer?.ok);
    document.querySelector(".state").textContent = answer?.ok ? "" : say("clockRefused");
    await refresh();
    this.announce();
  }

  fault(name, key) {
    const element = make("label", "switch");
    const box = make("input");
    box.type = "checkbox";
    box.setAttribute("role", "switch");
    box.dataset.fault = name;
    box.addEventListener("change", async () => {
      await tell("api/faults", { fault: name, on: box.checked }).catch(() => null);
      await refresh();
      this.announce();
    });
    element.append(box, make("span", "", say(key)));
    return element;
  }
}
