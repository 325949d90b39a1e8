// Sends the chosen files one after the other, a slice at a time. The server knows how much of a file it has: after a broken
// connection, or when the page was closed and the same file is chosen again, it goes on from there.
"use strict";

const SMALLEST = 64 * 1024; // bytes
let most = 8 * 1024 * 1024; // bytes of a slice; a proxy on the way may let less through
const LONGEST_PAUSE = 30000; // milliseconds
const list = document.getElementById("files");
const words = list.dataset;
const queue = [];
let busy = false;

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

// As the server says it.
function sizeOf(bytes) {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  if (bytes >= 1e6) return `${(bytes / 1e6).toFixed(1)} MB`;
  return `${Math.max(1, Math.round(bytes / 1000))} KB`;
}

class Ended extends Error {}

function show(row, state, status, percent) {
  row.dataset.state = state;
  row.querySelector(".status").textContent = status;
  const bar = row.querySelector("progress");
  bar.hidden = !["waiting", "sending", "paused"].includes(state);
  if (percent !== undefined) bar.value = percent;
  const what = row.querySelector(".what");
  if (what) what.hidden = state !== "kept";
  row.querySelector(".remove").hidden = !row.dataset.id || state === "refused";
  if (["kept", "refused", "failed"].includes(state)) {
    document.getElementById("told").textContent = `${row.querySelector(".name").textContent}: ${status}`;
  }
}

function newRow(file) {
  const row = document.getElementById("row").content.cloneNode(true).querySelector("li");
  row.querySelector(".name").textContent = file.name;
  row.querySelector(".size").textContent = sizeOf(file.size);
  row.querySelector(".remove .visually-hidden").textContent = ` ${file.name}`;
  list.append(row);
  document.getElementById("none").hidden = true;
  show(row, "waiting", words.waiting, 0);
  return row;
}

// Resolves with the answer, whatever its status; rejects when the connection broke.
function call(method, address, { body = null, headers = {}, progress = null } = {}) {
  return new Promise((done, broken) => {
    const request = new XMLHttpRequest();
    request.open(method, address);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    if (progress) request.upload.onprogress = progress;
    request.onload = () => done(request);
    request.onerror = request.ontimeout = request.onabort = () => broken(new Error("broken"));
    request.send(body);
  });
}

// Asks until the server answers with something that is no trouble of the moment.
async function insist(row, method, address, how) {
  for (let wait = 1000; ; wait = Math.min(wait * 2, LONGEST_PAUSE)) {
    try {
      const answer = await call(method, address, how);
      if (answer.status < 500 && ![408, 423, 429].includes(answer.status)) return answer;
      if (answer.status === 507) return answer;
    } catch {
      // the connection broke: wait
    }
    show(row, "paused", words.paused);
    await pause(wait);
  }
}

function asJson(answer) {
  try {
    return JSON.parse(answer.responseText);
  } catch {
    return {};
  }
}

async function begin(file, row) {
  const body = JSON.stringify({ name: file.name, size: file.size, modified: Math.floor(file.lastModified || 0) });
  const address = `${words.base}?lang=${words.language}`;
  const answer = await insist(row, "POST", address, { body, headers: { "Content-Type": "application/json" } });
  if (answer.status === 410) throw new Ended(words.over);
  if (answer.status !== 201) throw new Ended(asJson(answer).error || words.failed);
  const begun = asJson(answer);
  for (const other of list.querySelectorAll("li")) {
    if (other !== row && other.dataset.id === begun.id) other.remove(); // the one that broke off
  }
  row.dataset.id = begun.id;
  return begun.offset;
}

async function offsetOf(row, address) {
  const answer = await insist(row, "HEAD", address, {});
  if (answer.status !== 200) throw new Ended(words.over);
  return Number(answer.getResponseHeader("Upload-Offset"));
}

async function sendSlice(file, row, address, offset) {
  const slice = file.slice(offset, offset + most);
  const progress = (event) => show(row, "sending", words.sending, (100 * (offset + event.loaded)) / file.size);
  if (offset + slice.size === file.size) progress({ loaded: 0 });
  return call("PATCH", `${address}?lang=${words.language}`, {
    body: slice,
    headers: { "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" },
    progress,
  });
}

async function send(file, row) {
  let offset = await begin(file, row);
  const address = `${words.base}/${row.dataset.id}`;
  for (let wait = 1000; ; ) {
    let answer = null;
    try {
      answer = await sendSlice(file, row, address, offset);
    } catch {
      // the connection broke: the server tells how far it came
    }
    if (answer && answer.status === 200) return asJson(answer);
    if (answer && answer.status === 404) throw new Ended(words.over);
    if (answer && answer.status === 204) {
      offset = Number(answer.getResponseHeader("Upload-Offset"));
      wait = 1000;
      continue;
    }
    if (answer && answer.status === 413 && most > SMALLEST) {
      most /= 2;
      continue;
    }
    show(row, "paused", words.paused);
    await pause(wait);
    wait = Math.min(wait * 2, LONGEST_PAUSE);
    offset = await offsetOf(row, address);
  }
}

async function work() {
  if (busy) return;
  busy = true;
  while (queue.length) {
    const { file, row } = queue.shift();
    if (!row.isConnected) continue;
    try {
      const ended = await send(file, row);
      show(row, ended.state || "failed", ended.status || words.failed, 100);
    } catch (error) {
      show(row, "failed", error instanceof Ended ? error.message : words.failed);
    }
  }
  busy = false;
}

document.getElementById("picker").addEventListener("change", (event) => {
  for (const file of event.target.files) queue.push({ file, row: newRow(file) });
  event.target.value = "";
  work();
});

list.addEventListener("click", async (event) => {
  const button = event.target.closest(".remove");
  if (!button) return;
  const row = button.closest("li");
  button.disabled = true;
  await insist(row, "DELETE", `${words.base}/${row.dataset.id}`, {});
  row.remove();
  document.getElementById("none").hidden = list.children.length > 0;
  document.getElementById("picker").focus();
});

list.addEventListener("change", (event) => {
  const row = event.target.closest("li");
  const body = JSON.stringify({ item: event.target.value });
  call("POST", `${words.base}/${row.dataset.id}/item`, { body, headers: { "Content-Type": "application/json" } });
});

window.addEventListener("beforeunload", (event) => {
  if (busy) event.preventDefault();
});

document.getElementById("done").form.addEventListener("submit", (event) => {
  if (busy) {
    event.preventDefault();
    document.getElementById("told").textContent = words.waiting;
  }
});
