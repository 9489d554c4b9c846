"""The view *Backprop*: one example through the real network, forward and back, step by step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from chainrule.algebra import Sheet
from chainrule.network import Inspection
from chainrule.web.numbers import of_one_example, set_equation, sheet_of
from chainrule.web.rendering import address_of, render
from chainrule.web.studio import Studio
from chainrule.web.view import View, whole_number
from chainrule.web.why_panel import panel


@dataclass(frozen=True)
class Step:
    """One equation of the step, and the quantities that it gives."""

    title: str
    names: tuple[str, ...]


def steps(inspection: Inspection) -> tuple[Step, ...]:
    """Forward, the cost, the errors from the last layer to the first, the gradients."""
    return tuple(_steps(inspection))


def _steps(inspection: Inspection) -> Iterator[Step]:
    last, values = inspection.layers, inspection.values
    yield Step("The input and its target", ("x", "y"))
    for k in range(1, last + 1):
        yield Step(f"Layer {k}: the weighted inputs", (f"z{k}",))
        yield Step(f"Layer {k}: the activations", (f"a{k}",))
    yield Step("The cost", ("C",))
    for k in range(last, 0, -1):
        slope = inspection.architecture.activation(k).slope_name(k)
        before = tuple(name for name in (f"dC/da{k}", slope) if name in values)
        if before:
            yield Step(f"Layer {k}: what its error is made of", before)
        title = (
            "BP1: the error of the output layer" if k == last else f"BP2: the error of layer {k}"
        )
        yield Step(title, (f"delta{k}",))
    for k in range(last, 0, -1):
        yield Step(f"BP3: the gradient of the biases of layer {k}", (f"dC/db{k}",))
        yield Step(f"BP4: the gradient of the weights of layer {k}", (f"dC/dW{k}",))


@dataclass(frozen=True)
class Numbers:
    """The numbers of a quantity: a list (n,), or the rows of a matrix as images."""

    name: str
    values: np.ndarray
    equation: Markup
    kind: str

    @property
    def refs(self) -> list[tuple[str, float]]:
        if self.values.ndim == 0:
            return [(self.name, float(self.values))]
        return [(f"{self.name}[{i}]", float(value)) for i, value in enumerate(self.values)]

    @property
    def largest(self) -> float:
        return float(np.abs(self.values).max()) or 1.0


def numbers(sheet: Sheet, inspection: Inspection, name: str) -> Numbers:
    values, kind = inspection.values[name], "matrix"
    if not name.startswith("dC/dW"):
        values, kind = values.squeeze(), "image" if name == "x" else "list"
    equation = inspection.computation(name).equation
    text = of_one_example(equation) if equation else ""
    made = set_equation(text, sheet) if text else Markup("")
    return Numbers(name, values, made, kind)


def page(request: Request) -> Response:
    studio: Studio = request.app.state.studio
    address = address_of(request)
    example = studio.example(address.query)
    inspection = studio.inspection(example)
    plan, sheet = steps(inspection), sheet_of(studio.network)
    at = whole_number(address.query.get("step"), 0, len(plan) - 1, otherwise=0)
    return render(
        request,
        "backprop.html",
        view=VIEW,
        example=example,
        steps=plan,
        at=at,
        done=[
            (step, [numbers(sheet, inspection, n) for n in step.names]) for step in plan[: at + 1]
        ],
        prediction=prediction(inspection, plan, at, address.query),
        **panel(request),
    )


def prediction(
    inspection: Inspection, plan: tuple[Step, ...], at: int, query: Any
) -> dict[str, Any]:
    """The number to predict before it is revealed, and how near the last guess was."""
    result: dict[str, Any] = {"next": None, "guess": None}
    if at + 1 < len(plan):
        name = plan[at + 1].names[0]
        values = inspection.values[name]
        flat = int(np.abs(values).argmax())
        index = tuple(int(i) for i in np.unravel_index(flat, values.shape))
        result["next"] = inspection.operand(name, *index).ref
    guess, ref = query.get("guess"), query.get("of")
    if guess and ref:
        number = inspection.number(ref)
        try:
            given = float(guess.replace("−", "-").replace(",", "."))
        except ValueError:
            result["guess"] = f"{guess[:20]!r} is no number."
            return result
        result["guess"] = compared(given, number.value)
        result["of"] = number
    return result


def compared(given: float, value: float) -> str:
    """How near a guess is, in words."""
    if abs(given - value) <= 0.05 * abs(value):
        return "Within 5 %."
    if given * value < 0:
        return "The sign is the other one."
    if abs(given - value) <= 0.5 * abs(value):
        return "The sign is right, and it is near."
    return "The sign is right." if given * value > 0 else "It is another number."


VIEW = View(
    "Backprop",
    "Go forward through the network and back, one equation at a time. Click any number to see "
    "where it comes from, down to the pixel.",
    gets=(("/backprop", page),),
    of_a_network=True,
)
