// The one dialog: asks for a few words, or a choice of some.

import { make } from "./small.js";
import { label, say } from "./texts.js";

const TITLES = { es: "Español", en: "English", whatsapp: "WhatsApp", telegram: "Telegram" };

// Words by key with what stands there at first; choices by key with their values. Null when it was cancelled.
export function details(title, words, choices = {}) {
  const dialog = document.querySelector("#details");
  label(dialog);
  dialog.querySelector("h2").textContent = say(title);
  const fields = [...Object.entries(words).map(field), ...Object.entries(choices).map(choice)];
  dialog.querySelector(".fields").replaceChildren(...fields);
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((done) => {
    dialog.addEventListener("close", () => done(dialog.returnValue === "send" ? told(dialog) : null), { once: true });
  });
}

function told(dialog) {
  const data = new FormData(dialog.querySelector("form"));
  return Object.fromEntries([...data.entries()].map(([name, value]) => [name, String(value).trim()]));
}

function field([name, value]) {
  const input = make("input");
  Object.assign(input, { name, value, required: true, maxLength: 60 });
  return labelled(name, input);
}

function choice([name, values]) {
  const select = make("select");
  select.name = name;
  values.forEach((value) => select.append(Object.assign(make("option", "", TITLES[value]), { value })));
  return labelled(name, select);
}

function labelled(name, control) {
  const element = make("label");
  element.append(make("span", "", say(name)), control);
  return element;
}
