"""The pictures of a note as drawings: curves and bars; any other kind is set in characters."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from markupsafe import Markup

from chainrule import roadmap
from chainrule.roadmap import Concept
from chainrule.web.numbers import shown
from chainrule.web.plots import Frame

WIDTH = 60
"""Columns of a picture in characters."""
POINTS = 121
DIGITS = 3
STYLES = ("curve", "curve second", "curve own")


def note_picture(one: Concept, text: str) -> Markup:
    """A picture of a concept's note, drawn from the numbers of its worked example."""
    spec = tomllib.loads(text)
    drawn = DRAWN.get(spec.get("kind", ""))
    if drawn is None:
        lines = "\n".join(roadmap.draw(text, one.note.example, WIDTH))
        return Markup('<pre class="picture">{}</pre>').format(lines)
    return Markup('<figure class="picture">{}</figure>').format(drawn(spec, one))


def bars(spec: Mapping[str, Any], one: Concept) -> Markup:
    """Labelled bars from a common 0, as a table that is read out row by row."""
    rows = [(str(label), one.note.example.number(of)) for label, of in spec["rows"]]
    low, high = min(0.0, *(v for _, v in rows)), max(0.0, *(v for _, v in rows))
    whole = (high - low) or 1.0
    zero = -low / whole * 100
    return Markup('<table class="bars"><tbody>{}</tbody></table>').format(
        Markup("").join(
            Markup(
                '<tr><th scope="row">{}</th><td><svg aria-hidden="true"><rect class="{}" x="{}%" '
                'width="{}%" y="15%" height="70%"/><line class="axis" x1="{}%" x2="{}%" y2="100%"/>'
                "</svg></td><td>{}</td></tr>"
            ).format(
                label,
                "neg" if value < 0 else "pos",
                round(zero + min(value, 0) / whole * 100, 2),
                round(abs(value) / whole * 100, 2),
                round(zero, 2),
                round(zero, 2),
                shown(value, DIGITS),
            )
            for label, value in rows
        )
    )


def curve(spec: Mapping[str, Any], one: Concept) -> Markup:
    """Functions of one variable, straight lines through two points of the first, and marks."""
    example, variable = one.note.example, spec.get("variable", "x")
    functions = [spec["of"]] if isinstance(spec["of"], str) else spec["of"]
    start, end = example.number(spec["from"]), example.number(spec["to"])
    xs = np.linspace(start, end, POINTS)
    heights = [example.curve(function, variable, xs) for function in functions]
    frame = Frame.around(xs, *heights, width=400, height=200)

    def on_curve(x: float) -> float:
        return float(example.curve(functions[0], variable, np.array([x]))[0])

    def parts() -> Iterator[Markup]:
        for style, ys in zip(STYLES, heights, strict=False):
            yield Markup('<path class="{}" d="{}"/>').format(style, frame.path(xs, ys))
        for ends in spec.get("lines", ()):
            first, second = map(example.number, ends)
            slope = (on_curve(second) - on_curve(first)) / (second - first)
            ys = on_curve(first) + slope * (xs - first)
            within = np.where((frame.y[0] <= ys) & (ys <= frame.y[1]), ys, np.nan)
            yield Markup('<path class="tangent" d="{}"/>').format(frame.path(xs, within))
        for label, where in spec.get("marks", ()):
            at = example.number(where)
            x, y = frame.place(at, on_curve(at))
            yield Markup(
                '<circle class="dot" cx="{}" cy="{}" r="5"/><text x="{}" y="{}">{}</text>'
            ).format(x, y, x + 8, y + 16, label)

    low, high = edges(float(np.min(heights)), float(np.max(heights)))
    marks = "".join(
        f"; {label} at {shown(example.number(at), DIGITS)}" for label, at in spec.get("marks", ())
    )
    words = f"{' and '.join(functions)} from {start:g} to {end:g}{marks}"
    return Markup(
        '<svg class="plot" viewBox="-64 -8 482 240" role="img" aria-label="{}">'
        '<line class="axis" x1="0" x2="400" y1="200" y2="200"/>'
        '<line class="axis" x1="0" x2="0" y1="0" y2="200"/>'
        '<text x="-6" y="14" text-anchor="end">{}</text>'
        '<text x="-6" y="198" text-anchor="end">{}</text>'
        '<text x="0" y="222">{} = {}</text><text x="400" y="222" text-anchor="end">{}</text>{}'
        "</svg>"
    ).format(
        words, high, low, variable, shown(start, DIGITS), shown(end, DIGITS),
        Markup("").join(parts()),
    )  # fmt: skip


def edges(low: float, high: float) -> tuple[str, str]:
    """The ends of an axis, without digits that the drawing cannot show."""
    digits = max(0, 2 - math.floor(math.log10((high - low) or 1.0)))
    return shown(round(low, digits) + 0.0, DIGITS), shown(round(high, digits) + 0.0, DIGITS)


DRAWN = {"bars": bars, "curve": curve}
