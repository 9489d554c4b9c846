"""The history of a training as a drawing that stands alone: cost and accuracy by epoch."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from chainrule.network import Epoch
from chainrule.web.numbers import shown
from chainrule.web.plots import Frame

WIDTH, HEIGHT = 300, 150
COLOURS = {"training": "#1f5fbf", "validation": "#c2410c"}


def curves(epochs: Sequence[Epoch]) -> Markup:
    """The cost and the accuracy of training and validation, each in a plot, as SVG."""
    if not epochs:
        return Markup("<p>No epoch is done yet.</p>")
    last = epochs[-1]
    cost = plot(
        "cost", epochs, [e.cost for e in epochs], [e.validation_cost for e in epochs], (0.0,)
    )
    accuracy = plot(
        "accuracy", epochs, [e.accuracy for e in epochs], [e.validation_accuracy for e in epochs]
    )
    caption = Markup("<p>epoch {} of {}, {} examples a second</p>").format(
        last.number, last.epochs, f"{last.examples_per_second:,.0f}"
    )
    return Markup("{}{}{}").format(cost, accuracy, caption)


def plot(
    title: str,
    epochs: Sequence[Epoch],
    training: Sequence[float | None],
    validation: Sequence[float | None],
    also: tuple[float, ...] = (),
) -> Markup:
    """One plot; a part without values has no curve, and without any there is no plot."""
    numbers = [epoch.number for epoch in epochs]
    parts = {
        name: [float("nan") if value is None else value for value in values]
        for name, values in (("training", training), ("validation", validation))
        if any(value is not None for value in values)
    }
    if not parts:
        return Markup("")
    frame = Frame.around([0, epochs[-1].epochs], *parts.values(), also, width=WIDTH, height=HEIGHT)
    drawn = Markup("").join(
        Markup(
            '<path d="{}" fill="none" stroke="{}" stroke-width="2.5"{}/>'
            '<circle cx="{}" cy="{}" r="3" fill="{}"/>'
        ).format(
            frame.path(numbers, values),
            COLOURS[name],
            Markup(' stroke-dasharray="6 3"') if name == "validation" else "",
            *frame.place(numbers[-1], values[-1]),
            COLOURS[name],
        )
        for name, values in parts.items()
    )
    words = ", ".join(f"{name} {shown(values[-1])}" for name, values in parts.items())
    return Markup(
        '<svg viewBox="-6 -22 {} {}" width="{}" role="img" aria-label="{}">'
        '<text x="0" y="-8" font-size="12" fill="currentColor">{}: {}</text>'
        '<line x1="0" x2="{}" y1="{}" y2="{}" stroke="currentColor" stroke-opacity=".3"/>{}</svg>'
    ).format(
        WIDTH + 14, HEIGHT + 28, WIDTH + 14, f"{title}: {words}", title, words, WIDTH, HEIGHT,
        HEIGHT, drawn,
    )  # fmt: skip
