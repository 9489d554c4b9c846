// The weights of a neuron are painted: by mouse, finger or pen with a brush, by keyboard with + - 0.
// What is painted goes into the form, and the form is shown anew; Python computes with it.

import { follow } from "./live-form.js";

const brushes = document.getElementById("brush");
const form = document.getElementById("neuron");
const per = Number(brushes.dataset.perWeight);
const KEYS = { "+": 1, "=": 1, "-": -1, "−": -1, 0: 0 };

let painting = false;

const brush = () => brushes.querySelector(":checked").value;
const paper = (event) => event.target.closest?.(".painted pixel-grid");

function cellAt(grid, event) {
  const box = grid.canvas.getBoundingClientRect();
  const column = Math.floor(((event.clientX - box.left) / box.width) * grid.columns);
  const row = Math.floor(((event.clientY - box.top) / box.height) * grid.rows);
  return row >= 0 && row < grid.rows && column >= 0 && column < grid.columns ? [row, column] : null;
}

function paint(grid, [row, column], value) {
  grid.values[row * grid.columns + column] = value;
  grid.choose(row, column);
}

// The painted weights as bytes of the address, and the page with them.
async function send(grid, keyboard) {
  const { row, column } = grid;
  const bytes = grid.values.map((weight) => Math.max(-127, Math.min(127, Math.round(weight * per))) & 255);
  const text = btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
  form.elements.weights.value = text;
  const url = new URL(location.href);
  url.searchParams.set("weights", text);
  await follow(url);
  if (!keyboard) return;
  const next = document.querySelector(".painted pixel-grid");
  next.focus();
  next.choose(row, column);
}

document.addEventListener("pointerdown", (event) => {
  const grid = paper(event);
  if (!grid || brush() === "ask") return;
  event.preventDefault();
  grid.setPointerCapture(event.pointerId);
  painting = true;
  const cell = cellAt(grid, event);
  if (cell) paint(grid, cell, Number(brush()));
});

document.addEventListener("pointermove", (event) => {
  const grid = paper(event);
  if (!painting || !grid) return;
  for (const one of event.getCoalescedEvents?.() ?? [event]) {
    const cell = cellAt(grid, one);
    if (cell) paint(grid, cell, Number(brush()));
  }
});

for (const name of ["pointerup", "pointercancel"]) {
  document.addEventListener(name, (event) => {
    const grid = paper(event);
    if (!painting || !grid) return;
    painting = false;
    send(grid, false);
  });
}

// A click after painting does not ask.
document.addEventListener("click", (event) => {
  if (paper(event) && brush() !== "ask") event.stopPropagation();
}, true);

document.addEventListener("keydown", (event) => {
  const grid = paper(event);
  if (!grid || event.ctrlKey || event.metaKey || event.altKey) return;
  const brushed = (event.key === " " || event.key === "Enter") && brush() !== "ask";
  if (!(event.key in KEYS) && !brushed) return;
  event.preventDefault();
  event.stopPropagation();
  paint(grid, [grid.row, grid.column], brushed ? Number(brush()) : KEYS[event.key]);
  send(grid, true);
}, true);

const follows = () => document.body.classList.toggle("painting", brush() !== "ask");
brushes.addEventListener("change", follows);
follows();
