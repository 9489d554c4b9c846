// Draws what the server sends of a training: curves, a readout, the weights as images.

import { request } from "./connection.js";

const settings = document.getElementById("settings");
const state = document.getElementById("state");
const NAMESPACE = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT] = [380, 190];

let lanes = [];

async function post(path) {
  const answer = await request(path, { method: "POST" });
  const said = await answer.json();
  if (!answer.ok) show(said.message);
  return answer.ok;
}

function query() {
  const wanted = new URLSearchParams();
  for (const [name, value] of new FormData(settings)) if (value !== "") wanted.set(name, value);
  return wanted;
}

async function start(until = 0) {
  const wanted = query();
  history.replaceState(null, "", `/train?${wanted}`);
  if (until) wanted.set("until", until);
  await post(`/train/start?${wanted}`);
}

document.getElementById("commands").addEventListener("click", (event) => {
  const name = event.target.dataset?.do;
  if (name === "start") start();
  else if (name === "pause") post(`/train/command?do=${event.target.textContent === "Pause" ? "pause" : "go"}`);
  else if (name === "step") post("/train/command?do=step");
  else if (name === "rewind") start().then(() => post("/train/command?do=pause"));
});
document.querySelector("[name=speed]").addEventListener("change", (event) => post(`/train/command?do=speed&value=${event.target.value}`));

// --- what happens -----------------------------------------------------------------------------

const kinds = {
  start(event) {
    lanes = event.lanes.map((about) => ({ about, epochs: [], note: "" }));
    document.querySelector("#epochs tbody").replaceChildren();
    document.getElementById("lanes").replaceChildren(...lanes.map(makeLane));
    drawCurves();
  },
  epoch(event) {
    lanes[event.lane].epochs.push(event);
    addRow(event);
    drawCurves();
  },
  frame(event) {
    const lane = lanes[event.lane];
    if (!lane.ended) lane.note = `epoch ${Math.min(event.epoch + (event.examples > 0 ? 1 : 0), lane.about.epochs)} of ${lane.about.epochs}` + (event.examples > 0 ? `, ${event.examples} of ${event.total} examples` : "");
    paintWeights(lane, event.weights);
    document.querySelector("[data-do=pause]").textContent = event.paused ? "Go on" : "Pause";
    tell();
  },
  ended(event) {
    Object.assign(lanes[event.lane], { ended: true, note: `done: ${event.epochs} epochs` });
    tell(true);
  },
  fault(event) {
    Object.assign(lanes[event.lane], { ended: true, note: event.message });
    tell(true);
  },
};

const OFTEN = 5000;
let spoken = 0;

// What is shown thirty times a second is read out only every few seconds, and at the end.
function tell(atOnce = false) {
  show(lanes.map((lane) => `${name(lane)}: ${lane.note}`).join(" · "), atOnce);
}

function show(words, atOnce = true) {
  state.textContent = words;
  if (!atOnce && Date.now() - spoken < OFTEN) return;
  spoken = Date.now();
  document.getElementById("spoken").textContent = words;
}

const name = (lane) => `learning rate ${lane.about.learning_rate}`;

function listen() {
  const stream = new EventSource("/train/events");
  stream.onmessage = (message) => {
    const event = JSON.parse(message.data);
    kinds[event.kind](event);
  };
  stream.onerror = () => {
    if (stream.readyState === EventSource.CLOSED) setTimeout(listen, 1000);
  };
}

// What was trained in memory has gone with its server; the address has all that is needed for it.
document.addEventListener("restarted", () => {
  if (lanes.length === 0) return;
  show("The server was started anew, and this training has ended with it. Start begins it again: the same settings and the same seed give the same numbers.");
});

const FIGURES = ["cost", "accuracy", "validation_cost", "validation_accuracy"];

// A figure of an epoch, which leads to its own explanation.
function figure(epoch, ref) {
  const link = document.createElement("a");
  const row = `${epoch.lane},${epoch.number}`;
  link.className = "n pos";
  Object.assign(link.dataset, { ref, row, figure: "" });
  link.textContent = printed(epoch[ref]);
  link.ariaLabel = `${ref.replace("_", " ")} after epoch ${epoch.number} = ${link.textContent}`;
  link.href = `/train?${new URLSearchParams({ ...Object.fromEntries(query()), why: ref, row })}#why`;
  return link;
}

function addRow(epoch) {
  const row = document.createElement("tr");
  const cells = [lanes[epoch.lane].about.learning_rate, epoch.number, ...FIGURES.map((ref) => epoch[ref]), epoch.seconds];
  cells.forEach((value, place) => {
    const cell = document.createElement("td");
    if (value !== null) cell.append(FIGURES[place - 2] === undefined ? printed(value) : figure(epoch, FIGURES[place - 2]));
    cell.dataset.value = value;
    row.append(cell);
  });
  document.querySelector("#epochs tbody").append(row);
}

// --- drawing ----------------------------------------------------------------------------------

function element(tag, attributes, text) {
  const made = document.createElementNS(NAMESPACE, tag);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

function drawCurves() {
  curve("cost", (epoch) => epoch.cost, null);
  curve("accuracy", (epoch) => epoch.validation_accuracy, 1);
}

function curve(id, value, top) {
  const svg = document.getElementById(id);
  const epochs = Math.max(1, ...lanes.map((lane) => lane.about.epochs));
  const values = lanes.flatMap((lane) => lane.epochs.map(value)).filter((v) => v !== null);
  const most = top ?? (Math.max(...values, 0) || 1);
  const least = top === null ? 0 : Math.min(...values, top) - 0.02;
  const x = (epoch) => (epoch / epochs) * WIDTH;
  const y = (v) => HEIGHT - ((v - least) / (most - least)) * HEIGHT;
  const parts = [
    element("line", { class: "axis", x1: 0, x2: WIDTH, y1: HEIGHT, y2: HEIGHT }),
    element("line", { class: "axis", x1: 0, x2: 0, y1: 0, y2: HEIGHT }),
    element("text", { x: -6, y: 8, "text-anchor": "end" }, Number(most.toPrecision(3))),
    element("text", { x: -6, y: HEIGHT, "text-anchor": "end" }, Number(least.toPrecision(3))),
    element("text", { x: WIDTH, y: HEIGHT + 18, "text-anchor": "end" }, `${epochs} epochs`),
  ];
  lanes.forEach((lane, number) => {
    const shown = lane.epochs.filter((epoch) => value(epoch) !== null);
    const points = shown.map((epoch) => `${x(epoch.number)} ${y(value(epoch))}`);
    if (points.length > 0) parts.push(element("path", { class: number ? "curve second" : "curve", d: `M${points.join("L")}` }));
  });
  svg.replaceChildren(...parts);
  readOut(id, lanes.map((lane) => lane.epochs.at(-1)));
}

// What each run has come to, at the last epoch or under the pointer.
function readOut(id, epochs) {
  const ref = id === "cost" ? "cost" : "validation_accuracy";
  const parts = epochs.filter((epoch) => epoch !== undefined && epoch[ref] !== null).flatMap((epoch) => [
    `${name(lanes[epoch.lane])}, epoch ${epoch.number}: `,
    figure(epoch, ref),
    document.createElement("br"),
  ]);
  if (parts.length > 0) document.getElementById(`${id}-readout`).replaceChildren(...parts);
}

const printed = (v) => (v === null ? "none" : String(Number(v.toPrecision(4))));

// The epoch under the pointer is read out.
for (const id of ["cost", "accuracy"]) {
  const svg = document.getElementById(id);
  svg.addEventListener("pointermove", (event) => {
    const box = svg.getBoundingClientRect();
    const across = ((event.clientX - box.left) / box.width) * 440 - 46;
    const epochs = Math.max(1, ...lanes.map((lane) => lane.about.epochs));
    const number = Math.round((across / WIDTH) * epochs);
    readOut(id, lanes.map((lane) => lane.epochs[number - 1]));
  });
}

// The example that is sent on is seen before it is.
const example = document.querySelector("#send [name=example]");
example.addEventListener("input", () => {
  if (example.validity.valid && example.value !== "") document.querySelector("#send img").src = `/picture?example=${example.value}`;
});

function makeLane(lane, number) {
  const section = document.createElement("section");
  const heading = document.createElement("h2");
  heading.textContent = `Weights of the first layer, ${name(lane)}`;
  lane.canvas = document.createElement("canvas");
  lane.canvas.className = "weights";
  lane.canvas.setAttribute("role", "img");
  lane.canvas.setAttribute("aria-label", `The weights of the first neurons as images, ${name(lane)}`);
  const use = document.createElement("button");
  use.type = "button";
  use.textContent = "Show this network in every view";
  use.addEventListener("click", async () => {
    if (await post(`/train/command?do=use&lane=${number}`)) use.textContent = "It is shown in every view now";
  });
  const send = document.createElement("button");
  send.type = "button";
  send.textContent = "Send the example to Backprop";
  send.addEventListener("click", async () => {
    if (await post(`/train/command?do=use&lane=${number}`)) location.assign(`/backprop?example=${example.value}`);
  });
  const buttons = document.createElement("div");
  buttons.className = "row";
  buttons.append(use, send);
  section.append(heading, lane.canvas, buttons);
  return section;
}

function paintWeights(lane, text) {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const weights = new Int8Array(bytes.buffer);
  const { rows, columns } = document.getElementById("lanes").dataset;
  const [h, w] = [Number(rows), Number(columns)];
  const neurons = Math.floor(weights.length / (h * w));
  const across = Math.min(10, neurons);
  const canvas = lane.canvas;
  canvas.width = across * (w + 1);
  canvas.height = Math.ceil(neurons / across) * (h + 1);
  const style = getComputedStyle(document.documentElement);
  const positive = rgb(style.getPropertyValue("--positive"));
  const negative = rgb(style.getPropertyValue("--negative"));
  const context = canvas.getContext("2d");
  const image = context.createImageData(canvas.width, canvas.height);
  for (let n = 0; n < neurons; n++) {
    const [left, top] = [(n % across) * (w + 1), Math.floor(n / across) * (h + 1)];
    for (let i = 0; i < h * w; i++) {
      const weight = weights[n * h * w + i];
      const place = 4 * ((top + Math.floor(i / w)) * canvas.width + left + (i % w));
      const colour = weight < 0 ? negative : positive;
      image.data.set([...colour, Math.round((Math.abs(weight) / 127) * 255)], place);
    }
  }
  context.putImageData(image, 0, 0);
}

function rgb(hex) {
  const digits = hex.trim().slice(1);
  return [0, 2, 4].map((at) => parseInt(digits.slice(at, at + 2), 16));
}

listen();
