// A form of class "live" shows its result while it is changed: the page of its address is asked for,
// and the part #live of it put in the place of the one that is there. The address follows.

import { request } from "./connection.js";

let waiting = 0;

export async function follow(url, remember = "replace", options = {}) {
  const turn = ++waiting;
  const wanted = () => turn === waiting;
  const answer = await request(url, options, wanted);
  if (answer === null) return false;
  const text = await answer.text();
  if (!wanted()) return false;
  const next = new DOMParser().parseFromString(text, "text/html");
  const [old, made] = [document.getElementById("live"), next.getElementById("live")];
  if (!answer.ok) {
    fault(next.querySelector(".fault")?.textContent ?? text);
    return false;
  }
  if (made === null) {
    location.assign(answer.url);
    return true;
  }
  const shown = document.importNode(made, true);
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  old.replaceWith(shown);
  if (focused !== null) alike(focused, shown)?.focus({ preventScroll: true });
  speak(shown);
  history[`${remember}State`](null, "", answer.redirected ? answer.url : url);
  document.dispatchEvent(new Event("state"));
  return true;
}

const MARKS = ["data-ref", "name", "id", "data-do", "data-name", "aria-label"];

// What stands now where one was: the same number, field or button.
function alike(focused, shown) {
  const marks = MARKS.filter((mark) => focused.hasAttribute(mark));
  const same = (one) => marks.length > 0 ? marks.every((mark) => one.getAttribute(mark) === focused.getAttribute(mark)) : one.textContent === focused.textContent;
  return [...shown.querySelectorAll(focused.localName)].find(same);
}

// What is new is read out from one place that is always there: what comes with its own is not heard.
function speak(shown) {
  const parts = [...shown.querySelectorAll("[role=status], [role=alert], [data-spoken]")];
  const words = parts.map((part) => part.innerText.trim()).filter(Boolean).join(" ");
  document.getElementById("spoken").textContent = words;
}

// What cannot be done is said where it was asked for; what is there stays.
function fault(message) {
  const live = document.getElementById("live");
  live.querySelector(":scope > .fault.of-form")?.remove();
  const note = document.createElement("p");
  note.className = "fault of-form";
  note.setAttribute("role", "alert");
  note.textContent = message;
  live.prepend(note);
}

function addressOf(form) {
  const url = new URL(form.action, location.href);
  for (const [name, value] of new FormData(form)) url.searchParams.set(name, value);
  return url;
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("form.live");
  if (form === null) return;
  for (const output of form.querySelectorAll("output[data-of]")) output.value = form.elements[output.dataset.of].value;
  follow(addressOf(form));
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form.live")) return;
  event.preventDefault();
  follow(addressOf(event.target), "push");
});

// A form of class "graded" is judged, and what happened is kept: it is sent as it is without scripts,
// and the page that it leads to is shown in the place of this one.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form.graded")) return;
  event.preventDefault();
  if (form.getAttribute("aria-busy") === "true") return;
  form.setAttribute("aria-busy", "true");
  const body = new URLSearchParams(new FormData(form, event.submitter));
  const url = new URL(form.action, location.href);
  const done = await follow(url, "push", { method: "POST", body });
  form.removeAttribute("aria-busy");
  if (!done) return;
  document.dispatchEvent(new CustomEvent("sent", { detail: form }));
  document.querySelector("#live [data-focus], form.graded .answer-line")?.focus();
});

// A link of class "follow" leads to another state of what is shown.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a.follow");
  if (link === null || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  follow(new URL(link.href), "push").then((done) => done && document.querySelector("form.graded .answer-line")?.focus());
});
