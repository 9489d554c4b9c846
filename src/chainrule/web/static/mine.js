// The learner's own numbers in the place of Chainrule's, where the address says numbers=mine. Python
// runs their functions and compares; this puts the answers in place and marks what differs.

import { request } from "./connection.js";
import { follow } from "./live-form.js";

let waiting = 0;

export async function mine() {
  const here = new URL(location.href);
  const box = document.getElementById("whose");
  if (box === null || here.searchParams.get("numbers") !== "mine") return;
  const page = document.getElementById("live");
  if (page?.dataset.own) {
    if (page.dataset.own === "no") follow(here, "replace", { method: "POST" });
    return;
  }
  const turn = ++waiting;
  const status = box.querySelector("[role=status]");
  if (status.textContent === "") status.textContent = "Your functions are being run.";
  for (const [row, group] of groups(here)) {
    const told = await ask(here, row, group);
    if (turn !== waiting) return;
    if (row === "") document.querySelectorAll("main .lacking").forEach((note) => note.remove());
    if (told.message) {
      status.textContent = `${told.message}. These are Chainrule's numbers.`.replace("..", ".");
      return;
    }
    group.links.forEach((link) => put(link, told.numbers[link.dataset.ref]));
    group.images.forEach((image, place) => {
      const cells = told.grids[place];
      if (cells.values) image.replace(cells.values, cells.differs);
    });
    if (group.panel) explain(group.panel, told.numbers[group.panel.dataset.number]);
    if (row !== "") continue;
    told.notes.forEach(note);
    if (location.hash === "#number") arrive(group.links, here.searchParams.get("why"));
    tell(status, told);
  }
}

// The numbers of the page, by the example that they are of where the page has several.
function groups(here) {
  const found = new Map([["", { links: [], images: [] }]]);
  const of = (row) => {
    if (!found.has(row)) found.set(row, { links: [], images: [] });
    return found.get(row);
  };
  for (const link of document.querySelectorAll("main a[data-ref]:not([data-figure])")) of(link.dataset.row ?? "").links.push(link);
  for (const image of document.querySelectorAll("main pixel-grid:not([data-ask])")) of(image.dataset.row ?? "").images.push(image);
  const panel = document.querySelector("#why .why:not([data-figure])");
  if (panel) of(here.searchParams.get("row") ?? "").panel = panel;
  return found;
}

async function ask(here, row, { links, images, panel }) {
  const refs = new Set(links.map((link) => link.dataset.ref));
  if (panel) refs.add(panel.dataset.number);
  const asked = {
    refs: [...refs],
    grids: images.map((image) => ({ name: image.dataset.name, prefix: image.dataset.prefix, count: image.values.length })),
  };
  const wanted = new URL("/own", location.origin);
  for (const [name, value] of here.searchParams) wanted.searchParams.set(name, value);
  wanted.searchParams.set("page", here.pathname);
  wanted.searchParams.set("row", row);
  const answer = await request(wanted, { method: "POST", body: JSON.stringify(asked) });
  const json = answer.headers.get("content-type") === "application/json";
  return json ? await answer.json() : { message: "Your numbers could not be had" };
}

// Whoever jumped to a number stands at it.
function arrive(links, ref) {
  const link = links.find((one) => one.dataset.ref === ref);
  history.replaceState(null, "", location.pathname + location.search);
  link?.scrollIntoView({ block: "center" });
  link?.focus({ preventScroll: true });
}

function put(link, number) {
  link.dataset.whose = number.state;
  link.nextElementSibling?.matches(".beside") && link.nextElementSibling.remove();
  if (number.state === "given" || number.state === "same") return;
  const beside = document.createElement("span");
  beside.className = "beside";
  if (number.state === "differs") {
    beside.textContent = `≠ ${link.dataset.text ?? link.textContent}`;
    link.dataset.text ??= link.textContent;
    link.dataset.value = number.value;
    link.textContent = number.text;
    link.ariaLabel = `${link.dataset.ref} = ${number.text}`;
  } else {
    beside.textContent = "Chainrule's";
  }
  link.after(beside);
}

function explain(panel, number) {
  const line = panel.querySelector(".yours");
  line.hidden = number.state === "given";
  line.dataset.whose = number.state;
  if (number.state === "ours") line.textContent = number.by;
  else if (number.state === "same") line.replaceChildren(...coded(`Yours, by ${number.by}: the same.`));
  else line.replaceChildren(...coded(`Yours, by ${number.by}: ${number.text}. It differs. What follows explains Chainrule's.`));
}

// A text with what stands between backticks as code.
function coded(text) {
  return text.split("`").map((part, place) => {
    const node = document.createElement(place % 2 ? "code" : "span");
    node.textContent = part;
    return node;
  });
}

// Where numbers of the learner's would be and are not, it says why.
function note({ names, message }) {
  const all = [...document.querySelectorAll("main a[data-ref]:not([data-figure]), main pixel-grid[data-name]:not([data-ask])")];
  for (const name of names) {
    const first = all.find((one) => (one.dataset.ref ?? one.dataset.name).replace(/\[.*/, "") === name);
    const place = first?.closest("ol, .images, table, p") ?? first;
    if (place === undefined || place.previousElementSibling?.matches(".lacking")) continue;
    const line = document.createElement("p");
    line.className = "lacking";
    line.replaceChildren(...coded(message));
    place.before(line);
  }
}

function tell(status, { differing, compared, first }) {
  if (compared === 0) {
    status.textContent = "None of your functions gave a number.";
  } else if (first === null) {
    status.textContent = `All ${compared} numbers of this step that your functions give are Chainrule's.`;
  } else {
    const jump = document.createElement("a");
    jump.className = "button jump";
    jump.href = `${first.href}#number`;
    jump.textContent = `Jump to the first that differs: ${first.ref}`;
    status.replaceChildren(`${differing} of the ${compared} numbers of this step that your functions give differ. `, jump);
  }
}
