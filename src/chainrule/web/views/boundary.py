"""The view *Boundary*: points in a plane, and where each neuron draws its line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from starlette.requests import Request
from starlette.responses import Response

from chainrule.network import ACTIVATIONS, Adam, Network, train
from chainrule.web.rendering import address_of, render
from chainrule.web.studio import NotThere
from chainrule.web.view import View, whole_number

CELLS = 25
MOST_POINTS = 200
POINT = re.compile(r"([01])(-?\d{1,3}),(-?\d{1,3})")
LAYERS = re.compile(r"\d{1,2}(,\d{1,2}){0,3}")
MOST_NEURONS = 12


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
    """Train from the same start every time: 300 epochs take a fraction of a second."""
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
    return Fitted(network, X, y, float(np.mean((answers >= 0.5) == y)), cost, maps(network))


def maps(network: Network) -> list[tuple[str, np.ndarray]]:
    steps = np.linspace(-1, 1, CELLS)
    square = np.array([[x, y] for y in steps[::-1] for x in steps])
    values = network.forward(square)
    return [
        (f"a{k}[{j}]", values[f"a{k}"][:, j].reshape(CELLS, CELLS))
        for k in range(network.architecture.layers, 0, -1)
        for j in range(network.architecture.sizes[k])
    ]


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
    )


VIEW = View(
    "Boundary",
    "Two classes in a plane. Take the hidden layer away: only a straight line is left. Give it two "
    "neurons, then four, and see each one's line, and what they make together.",
    gets=(("/boundary", page),),
)
