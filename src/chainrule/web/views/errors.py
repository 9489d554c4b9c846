"""The view *Errors*: which class is taken for which, and the very examples."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from starlette.requests import Request
from starlette.responses import Response

from chainrule.data import as_png
from chainrule.network import Evaluation, Inspection, evaluate
from chainrule.web.figures import (
    MEAN_COST,
    Addend,
    Figure,
    Part,
    accuracy,
    costs_of,
    mean_cost,
    place_in,
)
from chainrule.web.rendering import address_of, render
from chainrule.web.studio import NotThere, Studio
from chainrule.web.view import View, number, whole_number
from chainrule.web.why_panel import panel
from chainrule.workshop import find_folder

CELL = re.compile(r"(\d{1,4}),(\d{1,4})")
COUNT = re.compile(r"count\[(\d{1,4}),(\d{1,4})\]")
MOST_TERMS = 1000
"""Of more examples the costs are added up class by class first."""
MOST_SHOWN = 48
LARGEST_NOISE = 2.0
MOST_OWN = 1000
"""The learner's functions are called for so many examples."""


@dataclass(frozen=True)
class Measured:
    """The test set, perhaps with noise on its inputs or with its labels dealt anew."""

    X: np.ndarray
    y: np.ndarray
    evaluation: Evaluation

    def examples(self, cell: tuple[int, int]) -> list[int]:
        """The examples of class i that were taken for class j."""
        i, j = cell
        return np.flatnonzero((self.y == i) & (self.evaluation.predictions == j)).tolist()


def measure(studio: Studio, noise: float, shuffled: bool) -> Measured:
    """`noise` is the standard deviation of what is added to every input; the same every time."""
    test, rng = studio.dataset.test, np.random.default_rng(0)
    X, y = test.X, test.y
    if noise:
        X = X + np.float32(noise) * rng.standard_normal(X.shape, np.float32)
    if shuffled:
        y = rng.permutation(y)
    return Measured(X, y, evaluate(studio.network, X, y))


def measured_at(studio: Studio, query: Mapping[str, str]) -> Measured:
    """What the address asks to measure: with noise, or with other labels."""
    noise = number(query.get("noise")) or 0.0
    if not 0 <= noise <= LARGEST_NOISE:
        raise NotThere(f"a noise of {noise:g} is out of reach; expected 0 to {LARGEST_NOISE:g}")
    return measure(studio, noise, query.get("labels") == "shuffled")


def inspection(studio: Studio, query: Mapping[str, str]) -> Inspection:
    """The step on one of the examples that are measured: the `row` of the address."""
    measured = measured_at(studio, query)
    row = whole_number(query.get("row"), 0, len(measured.y) - 1, otherwise=0)
    return studio.step(studio.network, measured.X[[row]], measured.y[[row]])


def figure(studio: Studio, query: Mapping[str, str], ref: str) -> Figure | None:
    """The accuracy and the counts that it is made of, down to the examples; the mean cost."""
    measured, classes = measured_at(studio, query), studio.dataset.classes
    said = measured.evaluation.predictions
    counted = COUNT.fullmatch(ref)
    if ref == "cost":
        return cost_figure(studio, measured)
    if ref == "accuracy":
        return accuracy(int(np.sum(said == measured.y)), len(said))
    if ref == "right":
        counts = [int(np.sum((measured.y == k) & (said == k))) for k in range(len(classes))]
        parts = [
            Part(f"count[{k},{k}]", n, words=f"class {classes[k]}") for k, n in enumerate(counts)
        ]
        terms = tuple(Addend((part,)) for part in parts)
        return Figure(ref, sum(counts), "the right answers, class by class", terms=terms)
    if counted is not None:
        cell = read_cell(f"{counted[1]},{counted[2]}", len(classes))
        those = [] if cell is None else measured.examples(cell)
        meaning = (
            f"examples of class {classes[int(counted[1])]}, taken for {classes[int(counted[2])]}"
        )
    elif ref == "wrong":
        those, meaning = np.flatnonzero(said != measured.y).tolist(), "the wrong answers"
    elif (k := place_in(ref, "class", len(classes))) is not None:
        those = np.flatnonzero(measured.y == k).tolist()
        costs = costs_of(studio.network, measured.X, measured.y, those)
        parts = [
            Part("C", c, str(e), f"C of example {e}") for e, c in zip(those, costs, strict=True)
        ]
        meaning = f"the sum of the costs of the examples of class {classes[k]}"
        return Figure(ref, sum(costs), meaning, terms=tuple(Addend((part,)) for part in parts))
    else:
        return None
    costs = costs_of(studio.network, measured.X, measured.y, those[:MOST_SHOWN])
    parts = tuple(
        Part(
            "C",
            cost,
            str(e),
            f"example {e}, {classes[measured.y[e]]} taken for {classes[said[e]]}: C",
        )
        for e, cost in zip(those, costs, strict=False)
    )
    if len(those) > MOST_SHOWN:
        meaning += f"; the first {MOST_SHOWN} are shown"
    heading, none = "The examples, each with its cost", "There are none."
    return Figure(ref, len(those), meaning, operands=parts, heading=heading, given=none)


def cost_figure(studio: Studio, measured: Measured) -> Figure:
    """The mean cost, by the examples; of many examples first by their classes."""
    count = len(measured.y)
    if count <= MOST_TERMS:
        costs = costs_of(studio.network, measured.X, measured.y, range(count))
        return mean_cost("cost", costs, range(count), "example")
    terms = []
    for k, name in enumerate(studio.dataset.classes):
        those = measured.y == k
        if those.any():
            mean = evaluate(studio.network, measured.X[those], measured.y[those]).cost
            part = Part(f"class[{k}]", mean * int(those.sum()), words=f"all of class {name}")
            terms.append(Addend((part,), 1 / count))
    value = measured.evaluation.cost
    return Figure(
        "cost", value, f"the mean of the costs of {count} examples", MEAN_COST, tuple(terms)
    )


@dataclass(frozen=True)
class Own:
    """What the learner's functions say to the first examples, or the `problem` why nothing."""

    confusion: np.ndarray
    accuracy: float
    examples: int
    first: int | None
    """The first example to which they say another class than Chainrule's network."""
    problem: str = ""


def own(studio: Studio, measured: Measured, classes: int) -> Own:
    """The learner's `forward`, or what else gives the outputs, on the first examples."""
    X, y = measured.X[:MOST_OWN], measured.y[:MOST_OWN]
    step = studio.step(studio.network, X, y)
    name = f"a{step.layers}"
    outputs = studio.own.step(find_folder(), step, [name]).quantities[name]
    table = np.zeros((classes, classes), int)
    if outputs.values is None:
        return Own(table, 0.0, len(y), None, outputs.problem)
    said = outputs.values.argmax(axis=1)
    np.add.at(table, (y, said), 1)
    other = np.flatnonzero(said != measured.evaluation.predictions[:MOST_OWN])
    first = int(other[0]) if len(other) else None
    return Own(table, float(np.mean(said == y)), len(y), first)


def page(request: Request) -> Response:
    """Looking runs nothing: with `numbers=mine` the page's script posts to the same address."""
    return shown(request, mine=False)


def own_page(request: Request) -> Response:
    """The same with the learner's answers, their functions being run."""
    return shown(request, mine=True)


def shown(request: Request, *, mine: bool) -> Response:
    studio: Studio = request.app.state.studio
    query = address_of(request).query
    measured = measured_at(studio, query)
    confusion = measured.evaluation.confusion
    if confusion is None:
        raise NotThere("these targets name no classes: there is nothing to confuse")
    cell = read_cell(query.get("cell"), len(confusion))
    places = [] if cell is None else measured.examples(cell)
    theirs = own(studio, measured, len(confusion)) if mine else None
    compared = confusion
    if theirs is not None:
        compared = np.zeros_like(confusion)
        first = slice(theirs.examples)
        np.add.at(compared, (measured.y[first], measured.evaluation.predictions[first]), 1)
    return render(
        request,
        "errors.html",
        view=VIEW,
        noise=number(query.get("noise")) or 0.0,
        most_noise=LARGEST_NOISE,
        shuffled=query.get("labels") == "shuffled",
        evaluation=measured.evaluation,
        rows=compared.tolist(),
        own=theirs,
        own_rows=None if theirs is None or theirs.problem else theirs.confusion.tolist(),
        classes=studio.dataset.classes,
        cell=cell,
        count=len(places),
        places=places[:MOST_SHOWN],
        **panel(request),
    )


def read_cell(text: str | None, classes: int) -> tuple[int, int] | None:
    if not text:
        return None
    match = CELL.fullmatch(text)
    if match is None or max(int(match[1]), int(match[2])) >= classes:
        raise NotThere(f"{text[:20]!r} is no cell; expected two classes, such as 3,5")
    return int(match[1]), int(match[2])


def picture(request: Request) -> Response:
    """One example of the test set as a PNG."""
    studio: Studio = request.app.state.studio
    test = studio.dataset.test
    place = whole_number(request.query_params.get("example"), 0, len(test) - 1, otherwise=0)
    pixels = (test.values[place] * np.float32(test.scale)).reshape(studio.image_shape)
    return Response(as_png(pixels), media_type="image/png")


VIEW = View(
    "Errors",
    "Each row is what a picture is, each column what the network says. Click a number to see the "
    "pictures. Then add noise, or deal the labels anew, and see what one figure of accuracy hides.",
    gets=(("/errors", page), ("/picture", picture)),
    posts=(("/errors", own_page),),
    inspect=inspection,
    figure=figure,
    of_a_network=True,
)
