// Small things that every part of the page uses.

export function recall(key) { try { return localStorage.getItem(`puente.${key}`); } catch { return null; } }

export function keep(key, value) { try { localStorage.setItem(`puente.${key}`, value); } catch { /* private window */ } }

export function pause(milliseconds) { return new Promise((done) => { setTimeout(done, milliseconds); }); }

// All that people wrote enters the page here, as text, never as markup.
export function make(tag, className = "", text = undefined) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

export function button(className, text, act) {
  const element = make("button", className, text);
  element.type = "button";
  element.addEventListener("click", act);
  return element;
}

export function named(element, name) {
  element.setAttribute("aria-label", name);
  element.title = name;
  return element;
}

export function link(address, text = address) {
  const anchor = make("a", "", text);
  anchor.href = address;
  anchor.target = "_blank";
  anchor.rel = "noopener noreferrer";
  return anchor;
}

const DRAWN = "http://www.w3.org/2000/svg";

// A line drawing by its path, in the colour of the text around it.
export function drawing(path, width = 16, height = 16) {
  const svg = document.createElementNS(DRAWN, "svg");
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("width", width);
  svg.setAttribute("height", height);
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(DRAWN, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

export async function ask(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

export function tell(address, told) {
  const options = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(told) };
  return fetch(address, options);
}
