"""Small pictures made of characters, drawn from the numbers of a worked example.

A picture is a table in a note: its kind, and expressions in the names of the example. Each kind is
one function here; `DRAWN` names them. Nothing in a picture is typed by hand but its labels.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from chainrule.roadmap.errors import RoadmapError
from chainrule.roadmap.example import Array, Example

Spec = Mapping[str, Any]

WIDEST = 64
"""Columns beyond which a picture does not grow."""

PLAIN = str.maketrans(dict(zip("·█│─┌┐└┘┬┴├┤┼▶◀●░▒▓", ".#|-+++++++++><o.:#", strict=True)))
"""The same picture for a terminal that shows ASCII only."""

SHADES = " ░▒▓█"


@dataclass(frozen=True)
class Canvas:
    """What a picture is drawn with: the example's numbers, and the columns that there are."""

    example: Example
    width: int

    def number(self, expression: str | float) -> float:
        return self.example.number(expression)


def draw(picture: str, example: Example, width: int, ascii_only: bool = False) -> list[str]:
    """The lines of a picture, none longer than `width`."""
    spec = tomllib.loads(picture)
    kind = spec.get("kind")
    if kind not in DRAWN:
        raise RoadmapError(f"no picture is called {kind!r}; there are {', '.join(DRAWN)}")
    lines = DRAWN[kind](spec, Canvas(example, min(width, WIDEST)))
    return [(line.translate(PLAIN) if ascii_only else line).rstrip() for line in lines]


def figure(value: float) -> str:
    """A number in at most three digits."""
    return f"{value + 0:.3g}" if abs(value) >= 1e-12 else "0"


def rounded(value: float, span: float) -> str:
    """A number for the edge of a picture, with no digits that the picture cannot show."""
    return figure(round(value, max(0, 2 - math.floor(math.log10(span or 1.0)))))


def bars(spec: Spec, canvas: Canvas) -> list[str]:
    """Labelled bars from a common 0, to the right for positive numbers, to the left otherwise."""
    rows = [(str(label), canvas.number(of)) for label, of in spec["rows"]]
    label = max(len(text) for text, _ in rows)
    figures = [figure(value) for _, value in rows]
    room = max(canvas.width - label - max(map(len, figures)) - 3, 8)
    low, high = min(0.0, *(v for _, v in rows)), max(0.0, *(v for _, v in rows))
    scale = room / ((high - low) or 1.0)
    left = round(-low * scale)
    right = room - left
    lines = []
    for (text, value), number in zip(rows, figures, strict=True):
        length = round(abs(value) * scale) or int(value != 0)
        before = "█" * min(length, left) if value < 0 else ""
        after = "█" * min(length, right) if value > 0 else ""
        lines.append(f"{text:<{label}} {before:>{left}}│{after:<{right}} {number}")
    return lines


def curve(spec: Spec, canvas: Canvas) -> list[str]:
    """Functions of one variable, straight lines through two points of the first, and marks on it.

    `of` is a function or several; `marks` are labels of one character with their places; `lines`
    are pairs of places.
    """
    functions = [spec["of"]] if isinstance(spec["of"], str) else spec["of"]
    variable = spec.get("variable", "x")
    start, end = canvas.number(spec["from"]), canvas.number(spec["to"])
    height, across = spec.get("height", 11), min(canvas.width - 12, 52)
    at = np.linspace(start, end, across)
    heights = [canvas.example.curve(function, variable, at) for function in functions]
    low, high = float(np.min(heights)), float(np.max(heights))
    grid = [[" "] * across for _ in range(height)]

    def place(x: float, y: float, sign: str) -> None:
        column = round((x - start) / (end - start) * (across - 1))
        row = round((high - y) / ((high - low) or 1.0) * (height - 1))
        if 0 <= column < across and 0 <= row < height:
            grid[row][column] = sign

    def on_curve(x: float) -> float:
        return float(canvas.example.curve(functions[0], variable, np.array([x]))[0])

    for sign, values in zip("·░▒", heights, strict=False):
        for x, y in zip(at, values, strict=True):
            place(x, y, sign)
    for ends in spec.get("lines", ()):
        first, second = map(canvas.number, ends)
        slope = (on_curve(second) - on_curve(first)) / (second - first)
        for x in at:
            place(x, on_curve(first) + slope * (x - first), "─")
    for label, where in spec.get("marks", ()):
        x = canvas.number(where)
        place(x, on_curve(x), str(label))
    edges = {0: rounded(high, high - low), height - 1: rounded(low, high - low)}
    margin = max(map(len, edges.values()))
    lines = [f"{edges.get(row, ''):>{margin}} │{''.join(cells)}" for row, cells in enumerate(grid)]
    lines.append(f"{'':>{margin}} └{'─' * across}")
    lines.append(f"{'':>{margin}}  {figure(start)}{figure(end):>{across - len(figure(start))}}")
    return lines


def moves(spec: Spec, canvas: Canvas) -> list[str]:
    """Number lines, one below the other, on one scale: each has a start, and how far it moves."""
    rows = [(str(label), canvas.number(a), canvas.number(b)) for label, a, b in spec["rows"]]
    label = max(len(text) for text, _, _ in rows)
    room = canvas.width - label - 2
    widest = max(abs(end - start) for _, start, end in rows) or 1.0
    left = min(0.0, *(end - start for _, start, end in rows)) / widest
    right = max(0.0, *(end - start for _, start, end in rows)) / widest
    scale = (room - 6) / ((right - left) or 1.0)
    origin = 2 + round(-left * scale)
    lines = []
    for text, start, end in rows:
        move = round((end - start) / widest * scale)
        cells = list("─" * room)
        step = 1 if move > 0 else -1
        for i in range(step, move, step) if move else ():
            cells[origin + i] = "█"
        if move:
            cells[origin + move] = "▶" if move > 0 else "◀"
        cells[origin] = "●"
        lines.append(f"{text:<{label}} {''.join(cells)}")
        lines.append(f"{'':<{label}} {figure(start)} to {figure(end)}")
    return lines


def levels(spec: Spec, canvas: Canvas) -> list[str]:
    """A map of a function of two variables in bands of equal height, with a path on it.

    `path` is a list of points, marked 0, 1, 2 and so on.
    """
    across, height = min(canvas.width - 2, 48), spec.get("height", 13)
    x_name, y_name = spec.get("variables", ["x", "y"])
    (left, right), (bottom, top) = (map(canvas.number, spec[side]) for side in ("x", "y"))
    x, y = np.linspace(left, right, across), np.linspace(top, bottom, height)
    values = np.array([surface(canvas.example, spec["of"], x_name, y_name, x, b) for b in y])
    bands = spec.get("bands", 8)
    level = np.floor((values - values.min()) / (np.ptp(values) or 1.0) * bands * 0.999)
    grid = [["░" if band % 2 else " " for band in row] for row in level]
    for number, (a, b) in enumerate(spec.get("path", ())):
        column = round((canvas.number(a) - x[0]) / (x[-1] - x[0]) * (across - 1))
        row = round((y[0] - canvas.number(b)) / (y[0] - y[-1]) * (height - 1))
        if 0 <= column < across and 0 <= row < height:
            grid[row][column] = str(number)
    edge = "─" * across
    return [f"┌{edge}┐", *(f"│{''.join(cells)}│" for cells in grid), f"└{edge}┘"]


def surface(example: Example, of: str, x_name: str, y_name: str, x: Array, y: float) -> Array:
    """The values along one row of a map."""
    row = Example(example.given, (), {**example.values, y_name: np.full((1, 1), y)})
    return row.curve(of, x_name, x)


def rectangle(spec: Spec, canvas: Canvas) -> list[str]:
    """A rectangle in parts, to scale: `across` and `down` are sides, each with its name."""
    wide = [(str(label), canvas.number(of)) for label, of in spec["across"]]
    high = [(str(label), canvas.number(of)) for label, of in spec["down"]]
    margin = max(len(label) for label, _ in high) + 1
    room = canvas.width - margin - len(wide) - 1
    columns = shares([value for _, value in wide], min(room, 40), 7)
    rows = shares([value for _, value in high], spec.get("height", 8), 1)
    blank = " " * margin
    lines = [
        blank + " ".join(f" {label:^{n}}" for (label, _), n in zip(wide, columns, strict=True))
    ]
    for number, ((label, side), n) in enumerate(zip(high, rows, strict=True)):
        rule = ("┌┬┐", "├┼┤")[number > 0]
        lines.append(blank + rule[0] + rule[1].join("─" * c for c in columns) + rule[2])
        for i in range(n):
            middle = i == (n - 1) // 2
            areas = [figure(side * value) if middle else "" for _, value in wide]
            cells = "│".join(f"{area:^{c}}" for area, c in zip(areas, columns, strict=True))
            lines.append(f"{label if middle else '':>{margin - 1}} │{cells}│")
    lines.append(blank + "└" + "┴".join("─" * c for c in columns) + "┘")
    return lines


def shares(values: Sequence[float], total: int, least: int) -> list[int]:
    """Whole numbers in the proportion of the values, none below the least."""
    return [max(round(total * value / sum(values)), least) for value in values]


def boxes(spec: Spec, canvas: Canvas) -> list[str]:
    """Matrices as boxes of their sizes, with signs between them: how the shapes of a product fit.

    Each item is a name of the example, or a sign.
    """
    items = spec["items"]
    values = {name: canvas.example.value(name) for name in items if name not in "@=+*"}
    height = max(value.shape[0] for value in values.values())
    lines = [""] * (height + 4)
    for name in items:
        if name in values:
            rows, columns = values[name].shape
            size = f"({rows},{columns})"
            wide = max(3 * columns, len(size) - 2, len(name) - 2)
            cells = " ".join("●" * columns)
            body = [f"┌{'─' * wide}┐", *[f"│{cells:^{wide}}│"] * rows, f"└{'─' * wide}┘"]
            block = [f"{name:^{wide + 2}}", *body, f"{size:^{wide + 2}}"]
            block[-1:-1] = [" " * (wide + 2)] * (height - rows)
        else:
            middle = 1 + (height + 1) // 2
            block = [f" {name} " if row == middle else "   " for row in range(height + 4)]
        lines = [line + piece for line, piece in zip(lines, block, strict=True)]
    return lines


def table(spec: Spec, canvas: Canvas) -> list[str]:
    """A matrix as a table, with a row of heads above it and a column of heads beside it."""
    cells = canvas.example.value(spec["cells"])
    across, down = heads(spec["across"], canvas), heads(spec["down"], canvas)
    body = [[figure(value) for value in row] for row in cells]
    wide = max(len(text) for text in (*across, *(cell for row in body for cell in row)))
    margin = max(map(len, down))
    lines = [f"{'':>{margin}} │" + "".join(f" {head:>{wide}}" for head in across)]
    lines.append("─" * margin + "─┼" + "─" * ((wide + 1) * len(across)))
    for head, row in zip(down, body, strict=True):
        lines.append(f"{head:>{margin}} │" + "".join(f" {cell:>{wide}}" for cell in row))
    return lines


def heads(of: str | list[str], canvas: Canvas) -> list[str]:
    """The heads of a table: words, or the entries of a vector."""
    if isinstance(of, list):
        return [str(word) for word in of]
    return [figure(value) for value in canvas.example.value(of).reshape(-1)]


def image(spec: Spec, canvas: Canvas) -> list[str]:
    """A picture of the bundled digits in shades, darker for a larger number; its label below."""
    from chainrule.data import load

    data = load("digits").train
    pixels = data.X[spec["digit"]]
    values = np.asarray(pixels, dtype=np.float64).reshape(round(len(pixels) ** 0.5), -1)
    scaled = values / values.max() * (len(SHADES) - 1)
    lines = ["".join(SHADES[round(float(shade))] * 2 for shade in row) for row in scaled]
    return [*lines, "", f"target: {data.y[spec['digit']]}"]


DRAWN: dict[str, Callable[[Spec, Canvas], list[str]]] = {
    "bars": bars,
    "curve": curve,
    "moves": moves,
    "levels": levels,
    "rectangle": rectangle,
    "boxes": boxes,
    "table": table,
    "image": image,
}
"""Every kind of picture, by its name in a note."""
