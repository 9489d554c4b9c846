// What is typed and not sent yet is kept under the name that its field has in `data-unsent`: in this
// tab, and by the server for a tab that is opened later, or at another port.

import { request } from "./connection.js";

const SECONDS = 0.6;
const timers = new Map();

const here = (name) => `unsent ${name}`;
const address = (name) => `/unsent?${new URLSearchParams({ name })}`;

function keep(name, text) {
  sessionStorage.setItem(here(name), text);
  clearTimeout(timers.get(name));
  timers.set(name, setTimeout(() => hand(name), 1000 * SECONDS));
}

function hand(name, options = {}) {
  clearTimeout(timers.get(name));
  timers.delete(name);
  const body = sessionStorage.getItem(here(name)) ?? "";
  const wanted = () => body === (sessionStorage.getItem(here(name)) ?? "");
  return request(address(name), { method: "POST", body, ...options }, wanted);
}

async function kept(name) {
  const own = sessionStorage.getItem(here(name));
  if (own !== null) return own;
  const answer = await request(address(name));
  return answer.ok ? answer.text() : "";
}

document.addEventListener("input", (event) => {
  const name = event.target.dataset?.unsent;
  if (name !== undefined) keep(name, event.target.value);
});

// What was sent is no longer unsent.
document.addEventListener("sent", (event) => {
  for (const field of event.detail.querySelectorAll("[data-unsent]")) {
    sessionStorage.removeItem(here(field.dataset.unsent));
    hand(field.dataset.unsent);
  }
});

addEventListener("pagehide", () => {
  for (const name of [...timers.keys()]) hand(name, { keepalive: true });
});

// What was typed before this script listened stays, and is kept too.
async function restore() {
  for (const field of document.querySelectorAll("[data-unsent]")) {
    const name = field.dataset.unsent;
    if (field.value !== field.defaultValue) {
      keep(name, field.value);
      continue;
    }
    const text = await kept(name);
    if (text === "" || field.value !== field.defaultValue || text === field.value) continue;
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    const note = document.createElement("p");
    note.className = "restored";
    note.setAttribute("role", "status");
    field.form.append(note);
    note.textContent = "What you had typed and not sent is here again.";
  }
}
restore();
