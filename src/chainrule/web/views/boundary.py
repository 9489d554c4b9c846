"""The view *Boundary*: points in a plane, and where each neuron draws its line."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from starlette.requests import Request
from starlette.responses import Response

from chainrule.network import ACTIVATIONS, Adam, Inspection, Network, train
from chainrule.web.figures import Figure, Part, accuracy, costs_of, mean_cost
from chainrule.web.rendering import address_of, render
from chainrule.web.studio import NotThere, Studio
from chainrule.web.view import View, whole_number
from chainrule.web.why_panel import panel

CELLS = 25
MOST_POINTS = 200
POINT = re.compile(r"([01])(-?\d{1,3}),(-?\d{1,3})")
LAYERS = re.compile(r"\d{1,2}(,\d{1,2}){0,3}")
MOST_NEURONS = 12
STARTS = {"data": "xor", "points": "", "layers": "4", "hidden": "tanh", "epochs": ""}
"""What an address may choose, and what it is else."""
PLACE = re.compile(r"(?P<point>\d{1,3})|c(?P<row>\d{1,2}),(?P<column>\d{1,2})")


def xor(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    X = rng.uniform(-0.9, 0.9, (120, 2))
    return X, (X[:, 0] * X[:, 1] < 0).astype(int)


def circle(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    y = rng.permutation(np.arange(120) % 2)
    radius = np.where(y == 1, rng.uniform(0, 0.4, 120), rng.uniform(0.6, 0.9, 120))
    angle = rng.uniform(0, 2 * np.pi, 120)
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]), y


def line(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    X = rng.uniform(-0.9, 0.9, (120, 2))
    return X, (X[:, 0] + 0.5 * X[:, 1] > 0.1).astype(int)


def spiral(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    turn = np.linspace(0.3, 1, 60)
    angle = turn * 3 * np.pi
    arm = np.column_stack([turn * np.cos(angle), turn * np.sin(angle)]) * 0.9
    return np.vstack([arm, -arm]), np.repeat([0, 1], 60)


DATA = {"line": line, "xor": xor, "circle": circle, "spiral": spiral}


@dataclass(frozen=True)
class Fitted:
    """A network trained on points, and what each neuron says everywhere in the square."""

    network: Network
    X: np.ndarray
    y: np.ndarray
    accuracy: float
    cost: float
    maps: list[tuple[str, np.ndarray]]
    """For each neuron its name and its activation on the square, (CELLS, CELLS), top row first."""
    right: np.ndarray
    """Whether each point is answered rightly (m,)."""


def points(query: Mapping[str, str]) -> tuple[np.ndarray, np.ndarray]:
    """A data set by name, and the points of the learner: `points=120,30;0-40,7`, hundredths."""
    name = query.get("data", "xor")
    if name not in (*DATA, "none"):
        raise NotThere(f"{name[:20]!r} is no data set; expected {', '.join([*DATA, 'none'])}")
    X, y = np.empty((0, 2)), np.empty(0, int)
    if name != "none":
        X, y = DATA[name](np.random.default_rng(0))
    own = [POINT.fullmatch(word) for word in query.get("points", "").split(";") if word]
    if None in own or len(own) > MOST_POINTS:
        raise NotThere(f"the points are not readable; one is 120,30, and there are {MOST_POINTS}")
    placed = [match for match in own if match is not None]
    if placed:
        X = np.vstack([X, [[int(m[2]) / 100, int(m[3]) / 100] for m in placed]])
        y = np.concatenate([y, [int(m[1]) for m in placed]])
    if not len(y):
        raise NotThere("there is no point yet: choose a data set, or place some")
    return X, y


def fit(query: Mapping[str, str]) -> Fitted:
    """What an address asks for, trained from the same start every time and kept."""
    return fitted(*(query.get(name, start) for name, start in STARTS.items()))


@functools.lru_cache(maxsize=16)
def fitted(*asked: str) -> Fitted:
    """300 epochs take a fraction of a second."""
    query = dict(zip(STARTS, asked, strict=True))
    X, y = points(query)
    layers = query.get("layers", "4")
    if layers and not LAYERS.fullmatch(layers):
        raise NotThere(f"the layers {layers[:20]!r} are not readable; expected such as 4 or 4,3")
    hidden = [int(size) for size in layers.split(",")] if layers else []
    if any(not 1 <= size <= MOST_NEURONS for size in hidden):
        raise NotThere(f"a layer has from 1 to {MOST_NEURONS} neurons here")
    activation = query.get("hidden", "tanh")
    if activation not in ACTIVATIONS or ACTIVATIONS[activation].competes:
        raise NotThere(f"{activation[:20]!r} is no activation of hidden neurons")
    epochs = whole_number(query.get("epochs"), 0, 1000, otherwise=300)
    network = Network(
        [2, *hidden, 1], hidden=activation, cost="cross-entropy", init="scaled", seed=1
    )
    if epochs:
        for _ in train(network, (X, y), epochs=epochs, batch_size=20, optimizer=Adam(0.03)):
            pass
    answers = network.forward(X)[f"a{network.architecture.layers}"][:, 0]
    cost = float(network.backward(X, y)["C"])
    right = (answers >= 0.5) == y
    return Fitted(network, X, y, float(np.mean(right)), cost, maps(network), right)


def square() -> np.ndarray:
    """The points of the square (CELLS * CELLS, 2), rows from the top down."""
    steps = np.linspace(-1, 1, CELLS)
    return np.array([[x, y] for y in steps[::-1] for x in steps])


def maps(network: Network) -> list[tuple[str, np.ndarray]]:
    values = network.forward(square())
    return [
        (f"a{k}[{j}]", values[f"a{k}"][:, j].reshape(CELLS, CELLS))
        for k in range(network.architecture.layers, 0, -1)
        for j in range(network.architecture.sizes[k])
    ]


def inspection(studio: Studio, query: Mapping[str, str]) -> Inspection:
    """The step on a point of the data, or on a point of the square: the `row` of the address.

    `7` is point 7, `c3,4` the point of the square in row 3 and column 4, its class as answered.
    """
    fitted = fit(query)
    match = PLACE.fullmatch(query.get("row") or "0")
    if match is None:
        raise NotThere(f"{query['row'][:20]!r} is no place here; one is 7, or c3,4")
    if match["point"] is not None:
        place = whole_number(match["point"], 0, len(fitted.y) - 1, otherwise=0)
        return studio.step(fitted.network, fitted.X[[place]], fitted.y[[place]])
    row, column = int(match["row"]), int(match["column"])
    if max(row, column) >= CELLS:
        raise NotThere(f"the square has {CELLS} rows and columns of points")
    at = square()[[row * CELLS + column]]
    answer = int(
        fitted.network.copy().forward(at)[f"a{fitted.network.architecture.layers}"][0, 0] >= 0.5
    )
    return studio.step(fitted.network, at, np.array([answer]))


def figure(studio: Studio, query: Mapping[str, str], ref: str) -> Figure | None:
    """The accuracy on the points, and their mean cost."""
    if ref not in ("accuracy", "right", "wrong", "cost"):
        return None
    fitted = fit(query)
    right = fitted.right
    if ref == "accuracy":
        return accuracy(int(right.sum()), len(right))
    if ref == "cost":
        costs = costs_of(fitted.network, fitted.X, fitted.y, range(len(fitted.y)))
        return mean_cost("cost", costs, range(len(costs)), "point")
    those = np.flatnonzero(right if ref == "right" else ~right).tolist()
    output = f"a{fitted.network.architecture.layers}"
    answers = fitted.network.copy().forward(fitted.X)[output][:, 0]
    parts = tuple(
        Part(
            f"{output}[0]",
            float(answers[i]),
            str(i),
            f"point {i}, class {fitted.y[i]}: {output}[0]",
        )
        for i in those
    )
    heading, none = "The points, each with the output", "There are none."
    meaning = f"the {ref} answers: 0.5 and above says class 1"
    return Figure(ref, len(those), meaning, operands=parts, heading=heading, given=none)


def page(request: Request) -> Response:
    query = address_of(request).query
    fitted = fit(query)
    return render(
        request,
        "boundary.html",
        view=VIEW,
        fitted=fitted,
        cells=CELLS,
        data=[*DATA, "none"],
        activations=[name for name, kind in ACTIVATIONS.items() if not kind.competes],
        places=[(x, y, label) for (x, y), label in zip(fitted.X, fitted.y, strict=True)],
        **panel(request),
    )


VIEW = View(
    "Boundary",
    "Two classes in a plane. Take the hidden layer away: only a straight line is left. Give it two "
    "neurons, then four, and see each one's line, and what they make together.",
    gets=(("/boundary", page),),
    inspect=inspection,
    figure=figure,
    of_a_network=True,
)
