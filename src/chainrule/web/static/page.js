// What all pages share: a number that is clicked opens its explanation without loading the page anew.

import { leave, request } from "./connection.js";
import "./live-form.js";
import "./pixel-grid.js";
import { mine } from "./mine.js";
import "./unsent-text.js";

const aside = document.getElementById("why");

// The address of the panel for the state that the page's address holds.
function panelAddress(url) {
  const wanted = new URL("/why", location.origin);
  for (const [name, value] of url.searchParams) wanted.searchParams.set(name, value);
  wanted.searchParams.set("page", url.pathname);
  return wanted;
}

let waiting = 0;

async function show(url) {
  const turn = ++waiting;
  if (!url.searchParams.has("why")) {
    aside.replaceChildren();
    mark(url);
    return;
  }
  const answer = await request(panelAddress(url), {}, () => turn === waiting);
  if (answer === null || turn !== waiting) return;
  if (!answer.ok) {
    location.assign(url);
    return;
  }
  aside.innerHTML = await answer.text();
  aside.scrollTop = 0;
  mine();
  mark(url);
  reach();
}

// An equation that is wider than its place can be scrolled by keyboard, too.
function reach() {
  for (const one of document.querySelectorAll(".equation")) {
    if (one.scrollWidth > one.clientWidth) one.tabIndex = 0;
  }
}

document.addEventListener("state", () => mark(new URL(location.href)));

// A number that stands for one example of several has the example in data-row.
function mark({ searchParams }) {
  for (const old of document.querySelectorAll("[data-ref][aria-current]")) old.removeAttribute("aria-current");
  for (const one of document.querySelectorAll("[data-ref]")) {
    const same = one.dataset.ref === searchParams.get("why") && (one.dataset.row ?? null) === searchParams.get("row");
    if (same) one.setAttribute("aria-current", "true");
  }
}

// Where one was when the panel was opened: whoever closes it is there again.
let opener = null;

// The panel's title is focused, so that it is read out and Tab goes on from there.
export async function ask(href) {
  const url = new URL(href, location.href);
  const [from, ref] = [document.activeElement, new URL(location.href).searchParams.get("why")];
  if (!aside.contains(from)) opener = from;
  history.pushState(null, "", url);
  await show(url);
  if (url.searchParams.has("why")) aside.querySelector("h2")?.focus({ preventScroll: true });
  else (numbered(ref) ?? opener)?.focus();
}

function numbered(ref) {
  return [...document.querySelectorAll("main [data-ref]")].find((one) => one.dataset.ref === ref);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-ref], a.rest, a.close");
  if (link === null || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  const url = new URL(link.href);
  if (url.pathname !== location.pathname) return;
  event.preventDefault();
  ask(link.href);
});

document.addEventListener("keydown", (event) => {
  const close = document.querySelector("a.close");
  if (event.key !== "Escape" || close === null) return;
  ask(close.href);
});

document.addEventListener("pixel", (event) => {
  const url = new URL(location.href);
  url.searchParams.set("why", event.detail.ref);
  url.searchParams.delete("terms");
  if (event.detail.row === undefined) url.searchParams.delete("row");
  else url.searchParams.set("row", event.detail.row);
  ask(url.href);
});

addEventListener("popstate", () => {
  const url = new URL(location.href);
  if (url.pathname === shownPath && same(url)) show(url);
  else leave(() => location.reload());
});

// Only the panel changed if nothing but `why`, `terms` and `row` did.
const shownPath = location.pathname;
let shownQuery = rest(new URL(location.href));
document.addEventListener("state", () => {
  shownQuery = rest(new URL(location.href));
});
function rest(url) {
  const query = new URLSearchParams(url.searchParams);
  query.delete("why");
  query.delete("terms");
  query.delete("row");
  return query.toString();
}
function same(url) {
  return rest(url) === shownQuery;
}

document.addEventListener("state", mine);
document.addEventListener("state", reach);

mark(new URL(location.href));
mine();
reach();
