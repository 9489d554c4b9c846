"""The view *Cost*: outputs beside targets, what each adds, and the mean over examples."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from starlette.requests import Request
from starlette.responses import Response

from chainrule import algebra
from chainrule.algebra import DomainError, Point, Sheet
from chainrule.network import COSTS, Inspection, Network
from chainrule.web.figures import Addend, Figure, Part, costs_of, mean_cost, place_in
from chainrule.web.numbers import set_equation, sheet_of
from chainrule.web.plots import Frame
from chainrule.web.rendering import address_of, render
from chainrule.web.studio import Studio
from chainrule.web.view import View, whole_number
from chainrule.web.why_panel import panel

MOST_EXAMPLES = 300


def parts(cost: str, outputs: np.ndarray, targets: np.ndarray) -> list[float] | None:
    """What each output adds to the cost, by the cost's own equation; None where they share it.

    NaN where an output is so near 0 or 1 that the equation, taken by itself, has no value.
    """
    if not COSTS[cost].separate:
        return None
    sheet = algebra.parse_sheet(f"a: scalar\ny: scalar\nC = {COSTS[cost].sheet('a', 'y')}")
    return [part(sheet, a, y) for a, y in zip(outputs, targets, strict=True)]


def part(sheet: Sheet, a: float, y: float) -> float:
    try:
        point = Point(sheet, {"a": np.full((1, 1), a), "y": np.full((1, 1), y)}, {})
    except DomainError:
        return float("nan")
    return float(point.values["C"].item())


def running_means(network: Network, X: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The mean cost of the first 1, 2, ... examples (m,)."""
    costs = costs_of(network, X, y, range(len(y)))
    return np.cumsum(costs) / np.arange(1, len(y) + 1)


def inspection(studio: Studio, query: Mapping[str, str]) -> Inspection:
    """The step on the example of the address; with a `row` on that of the test set."""
    if not query.get("row"):
        return studio.inspected(query)
    test = studio.dataset.test
    row = whole_number(query["row"], 0, len(test) - 1, otherwise=0)
    return studio.step(studio.network, test.X[[row]], test.y[[row]])


def figure(studio: Studio, query: Mapping[str, str], ref: str) -> Figure | None:
    """The squares and their sum, what each output adds, the mean over examples."""
    inspected = studio.inspected(query)
    last, classes = inspected.layers, inspected.architecture.sizes[-1]
    outputs, targets = inspected.values[f"a{last}"][0], inspected.values["y"][0]
    if ref == "mean":
        test, count = studio.dataset.test, chosen_count(studio, query)
        costs = costs_of(studio.network, test.X, test.y, range(count))
        return mean_cost("mean", costs, range(count), "example")
    if ref == "squares":
        squares = ((outputs - targets) ** 2).tolist()
        terms = tuple(Addend((Part(f"square[{i}]", s),)) for i, s in enumerate(squares))
        return Figure(ref, sum(squares), "the sum of the squared differences", terms=terms)
    cost = COSTS[inspected.architecture.cost]
    for name in ("square", "adds"):
        i = place_in(ref, name, classes)
        if i is None:
            continue
        a, y = float(outputs[i]), float(targets[i])
        operands = Part(f"a{last}[{i}]", a), Part(f"y[{i}]", y)
        sheet = algebra.parse_sheet("a: scalar\ny: scalar\nC = (a - y)**2")
        if name == "square":
            meaning, text = f"the squared difference of output {i} and its target", "(a - y)**2"
            return Figure(ref, (a - y) ** 2, meaning, set_equation(text, sheet), operands=operands)
        added = parts(cost.name, outputs, targets)
        if added is None:
            return None
        meaning, text = f"what output {i} adds to the cost", cost.sheet("a", "y")
        return Figure(ref, added[i], meaning, set_equation(text, sheet), operands=operands)
    return None


def chosen_count(studio: Studio, query: Mapping[str, str]) -> int:
    most = min(MOST_EXAMPLES, len(studio.dataset.test))
    return whole_number(query.get("count"), 1, most, otherwise=min(50, most))


def page(request: Request) -> Response:
    studio: Studio = request.app.state.studio
    query = address_of(request).query
    example = studio.example(query)
    inspection = studio.inspection(example)
    last, cost = inspection.layers, COSTS[inspection.architecture.cost]
    outputs, targets = inspection.values[f"a{last}"][0], inspection.values["y"][0]
    squares = (outputs - targets) ** 2
    test = studio.dataset.test
    count = chosen_count(studio, query)
    means = running_means(studio.network, test.X[:count], test.y[:count])
    xs = np.arange(1, count + 1)
    frame = Frame.around(xs, means, [0.0], width=480)
    return render(
        request,
        "cost.html",
        view=VIEW,
        example=example,
        last=last,
        cost=cost.name,
        equation=set_equation(f"C = {cost.sheet(f'a{last}', 'y')}", sheet_of(studio.network)),
        rows=list(
            zip(
                studio.dataset.classes,
                outputs.tolist(),
                targets.tolist(),
                squares.tolist(),
                parts(cost.name, outputs, targets) or [None] * len(outputs),
                strict=False,
            )
        ),
        total=float(inspection.values["C"]),
        squares=float(squares.sum()),
        count=count,
        most=min(MOST_EXAMPLES, len(test)),
        mean=float(means[-1]),
        frame=frame,
        path=frame.path(xs, means),
        **panel(request),
    )


VIEW = View(
    "Cost",
    "The cost of one example is small where each output is near its target. The cost of the "
    "network is the mean over examples: take more of them and see it settle.",
    gets=(("/cost", page),),
    inspect=inspection,
    figure=figure,
    of_a_network=True,
)
