// <pixel-grid data-name="x" data-rows="8" data-columns="8" data-values="0 0.5 ..."> draws numbers as
// an image. Each cell is a number: a click, or Enter at the cell that the arrow keys chose, asks why.
// Cells that are no numbers of the network say what they are in data-caption ("x[{i}] * 2") and ask
// about data-ask, or nothing where it is empty; data-labels are the numbers to read out, where the
// values are only colours.

class PixelGrid extends HTMLElement {
  connectedCallback() {
    const { rows, columns, values, signed } = this.dataset;
    this.rows = Number(rows);
    this.columns = Number(columns);
    this.values = values.split(" ").map(Number);
    this.labels = this.dataset.labels?.split(" ").map(Number) ?? this.values;
    this.signed = signed === "yes";
    this.row = this.column = 0;
    this.canvas = document.createElement("canvas");
    const side = Math.max(4, Math.min(24, Math.floor(224 / Math.max(this.rows, this.columns))));
    this.side = side;
    this.canvas.width = this.columns * side;
    this.canvas.height = this.rows * side;
    // What the arrow keys chose is written under the image, and read out.
    this.at = document.createElement("output");
    this.append(this.canvas, this.at);
    // With a script it takes the arrow keys, which a reader of screens would keep for itself else.
    this.setAttribute("role", "application");
    this.setAttribute("aria-roledescription", "image of numbers");
    this.draw();
    this.addEventListener("click", (event) => this.click_(event));
    this.addEventListener("keydown", (event) => this.key(event));
    this.addEventListener("pointermove", (event) => event.pointerType === "mouse" && this.point(event));
    this.addEventListener("pointerleave", () => this.leave());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
  }

  colour(value) {
    const style = getComputedStyle(document.documentElement);
    const name = value < 0 ? "--negative" : this.signed ? "--positive" : "--ink";
    return style.getPropertyValue(name).trim();
  }

  draw(focused = false) {
    const context = this.canvas.getContext("2d");
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    const largest = this.values.reduce((most, value) => Math.max(most, Math.abs(value) || 0), 0) || 1;
    const [negative, positive] = [this.colour(-1), this.colour(1)];
    this.values.forEach((value, place) => {
      context.globalAlpha = (Math.abs(value) || 0) / largest;
      context.fillStyle = value < 0 ? negative : positive;
      const [row, column] = [Math.floor(place / this.columns), place % this.columns];
      context.fillRect(column * this.side, row * this.side, this.side, this.side);
    });
    context.globalAlpha = 1;
    this.strike(context);
    if (focused) {
      context.strokeStyle = getComputedStyle(document.documentElement).getPropertyValue("--focus");
      context.lineWidth = 2;
      context.strokeRect(this.column * this.side + 1, this.row * this.side + 1, this.side - 2, this.side - 2);
    }
  }

  strike(context) {
    context.strokeStyle = getComputedStyle(document.documentElement).getPropertyValue("--ink");
    context.lineWidth = 1;
    context.beginPath();
    for (const place of this.differs ?? []) {
      const [x, y] = [(place % this.columns) * this.side, Math.floor(place / this.columns) * this.side];
      context.moveTo(x + 1, y + this.side - 1);
      context.lineTo(x + this.side - 1, y + 1);
    }
    context.stroke();
  }

  // Other numbers in the place of these, null where one is not finite; those at the places of
  // `differs` are struck through.
  replace(values, differs) {
    this.replaced ??= this.labels;
    this.values = this.labels = values.map((value) => value ?? NaN);
    this.differs = new Set(differs);
    this.setAttribute("aria-label", `${this.getAttribute("aria-label").replace(/ \d+ of them differ\.$/, "")} ${differs.length} of them differ.`);
    this.draw();
  }

  get ref() {
    return `${this.dataset.name}[${this.dataset.prefix ?? ""}${this.row * this.columns + this.column}]`;
  }

  choose(row, column) {
    this.row = Math.min(Math.max(row, 0), this.rows - 1);
    this.column = Math.min(Math.max(column, 0), this.columns - 1);
    if (this.row * this.columns + this.column >= this.values.length) this.column = (this.values.length - 1) % this.columns;
    const place = this.row * this.columns + this.column;
    const value = this.labels[place];
    const caption = this.placed(this.dataset.caption);
    this.dataset.at = `${caption ?? this.ref} = ${Number(value.toPrecision(4))}`;
    if (this.differs?.has(place)) this.dataset.at += ` (Chainrule's: ${Number(this.replaced[place].toPrecision(4))})`;
    this.at.value = this.dataset.at;
    this.draw(true);
  }

  // A text with the chosen cell put in for {i}, {row} and {column}.
  placed(text) {
    return text?.replaceAll("{i}", this.row * this.columns + this.column).replaceAll("{row}", this.row).replaceAll("{column}", this.column);
  }

  ask() {
    if (this.dataset.ask === "") return;
    this.dispatchEvent(new CustomEvent("pixel", { bubbles: true, detail: { ref: this.dataset.ask ?? this.ref, row: this.placed(this.dataset.row) } }));
  }

  click_(event) {
    if (this.point(event)) this.ask();
  }

  // Choose the cell under the pointer.
  point(event) {
    const box = this.canvas.getBoundingClientRect();
    const column = Math.floor(((event.clientX - box.left) / box.width) * this.columns);
    const row = Math.floor(((event.clientY - box.top) / box.height) * this.rows);
    if (row < 0 || column < 0 || row >= this.rows || column >= this.columns) return false;
    this.choose(row, column);
    return true;
  }

  // What the pointer read out goes with it; what the keys chose stays.
  leave() {
    if (document.activeElement === this) return;
    this.at.value = "";
    this.draw();
  }

  key(event) {
    const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    if (event.key in moves) {
      const [down, right] = moves[event.key];
      this.choose(this.row + down, this.column + right);
    } else if (event.key === "Enter" || event.key === " ") {
      this.choose(this.row, this.column);
      this.ask();
    } else {
      return;
    }
    event.preventDefault();
  }
}

customElements.define("pixel-grid", PixelGrid);
