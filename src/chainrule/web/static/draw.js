// <draw-pad> is a sheet of paper: mouse, finger, pen, or the arrow keys with Space to put the pen down
// and lift it. What is drawn goes to the server, which fits it as the network's examples are.

import { request } from "./connection.js";
import { follow } from "./live-form.js";

const SIDE = 140;
const PEN = 11;

class DrawPad extends HTMLElement {
  connectedCallback() {
    this.canvas = document.createElement("canvas");
    this.canvas.width = this.canvas.height = SIDE;
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute("role", "application");
    this.canvas.setAttribute("aria-roledescription", "paper");
    this.canvas.setAttribute("aria-label", "Paper. Draw a digit; or move with the arrow keys, Space puts the pen down and lifts it.");
    this.prepend(this.canvas);
    this.context = this.canvas.getContext("2d", { willReadFrequently: true });
    this.sent = 0;
    this.strokes = this.kept();
    this.pen = { x: SIDE / 2, y: SIDE / 4, down: false };
    this.canvas.addEventListener("pointerdown", (event) => this.start(event));
    this.canvas.addEventListener("pointermove", (event) => this.move(event));
    this.canvas.addEventListener("pointerup", () => this.end());
    this.canvas.addEventListener("pointercancel", () => this.end());
    this.canvas.addEventListener("keydown", (event) => this.key(event));
    this.querySelector("[data-do=clear]").addEventListener("click", () => this.clear());
    this.querySelector("[data-do=undo]").addEventListener("click", () => this.undo());
    document.addEventListener("change", (event) => {
      if (event.target.name === "fit" && this.strokes.length > 0) this.send();
    });
    this.paint();
    if (this.strokes.length > 0 && new URL(location.href).searchParams.has("input")) this.send(false);
  }

  place(event) {
    const box = this.canvas.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * SIDE, ((event.clientY - box.top) / box.height) * SIDE];
  }

  start(event) {
    event.preventDefault();
    this.canvas.setPointerCapture(event.pointerId);
    this.strokes.push([this.place(event)]);
    this.drawing = true;
    this.paint();
  }

  move(event) {
    if (!this.drawing) return;
    for (const one of event.getCoalescedEvents?.() ?? [event]) this.strokes.at(-1).push(this.place(one));
    this.paint();
  }

  end() {
    if (!this.drawing) return;
    this.drawing = false;
    this.send();
  }

  key(event) {
    const moves = { ArrowUp: [0, -4], ArrowDown: [0, 4], ArrowLeft: [-4, 0], ArrowRight: [4, 0] };
    if (event.key === " ") {
      this.pen.down = !this.pen.down;
      if (this.pen.down) this.strokes.push([[this.pen.x, this.pen.y]]);
      else this.send();
    } else if (event.key in moves) {
      this.pen.x = Math.min(Math.max(this.pen.x + moves[event.key][0], 0), SIDE);
      this.pen.y = Math.min(Math.max(this.pen.y + moves[event.key][1], 0), SIDE);
      if (this.pen.down) this.strokes.at(-1).push([this.pen.x, this.pen.y]);
    } else {
      return;
    }
    event.preventDefault();
    this.keyboard = true;
    const [across, down] = [this.pen.x, this.pen.y].map((at) => Math.round((100 * at) / SIDE));
    this.querySelector("[role=status]").textContent = `Pen ${this.pen.down ? "down" : "up"}, ${across} % across, ${down} % down.`;
    this.paint();
  }

  clear() {
    this.strokes = [];
    document.getElementById("fitting").replaceChildren();
    this.pen.down = false;
    this.keep();
    this.paint();
  }

  undo() {
    this.strokes.pop();
    this.keep();
    this.paint();
    if (this.strokes.length > 0) this.send();
  }

  // What is drawn stays on the paper when the page is loaded again.
  kept() {
    if (new URL(location.href).searchParams.has("example")) return [];
    try {
      return JSON.parse(sessionStorage.getItem("strokes")) ?? [];
    } catch {
      return [];
    }
  }

  paint() {
    const c = this.context;
    c.fillStyle = "#fff";
    c.fillRect(0, 0, SIDE, SIDE);
    c.strokeStyle = c.fillStyle = "#000";
    c.lineWidth = PEN;
    c.lineCap = c.lineJoin = "round";
    for (const stroke of this.strokes) {
      c.beginPath();
      c.moveTo(...stroke[0]);
      for (const point of stroke) c.lineTo(...point);
      c.stroke();
    }
    if (this.keyboard && document.activeElement === this.canvas) {
      c.strokeStyle = "#1f5fbf";
      c.lineWidth = 1.5;
      c.beginPath();
      c.arc(this.pen.x, this.pen.y, PEN / 2 + 1, 0, 7);
      c.stroke();
    }
  }

  keep() {
    sessionStorage.setItem("strokes", JSON.stringify(this.strokes));
  }

  // What is drawn, fitted, and the page of it; without `show` only how it is fitted.
  async send(show = true) {
    this.keep();
    const keyboard = this.keyboard;
    this.keyboard = false;
    this.paint();
    const pixels = this.context.getImageData(0, 0, SIDE, SIDE).data;
    this.keyboard = keyboard;
    const grey = new Uint8Array(SIDE * SIDE);
    for (let i = 0; i < grey.length; i++) grey[i] = pixels[4 * i];
    const fit = document.querySelector("[name=fit]").checked ? "yes" : "no";
    const turn = ++this.sent;
    const answer = await request(`/draw/fit?side=${SIDE}&fit=${fit}`, { method: "POST", body: grey }, () => turn === this.sent);
    if (answer === null) return;
    const status = this.querySelector("[role=status]");
    status.textContent = "";
    if (!answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      status.textContent = page.querySelector(".fault")?.textContent ?? "The drawing could not be read.";
      return;
    }
    const { input, steps } = await answer.json();
    document.getElementById("fitting").innerHTML = steps;
    if (!show) return;
    const url = new URL(location.href);
    url.searchParams.delete("example");
    url.searchParams.delete("label");
    url.searchParams.set("input", input);
    url.searchParams.set("fit", fit);
    await follow(url, "push");
  }
}

customElements.define("draw-pad", DrawPad);
