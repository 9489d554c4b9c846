"""The view *Descent*: the cost along one weight or over two, and a ball that rolls down it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from starlette.requests import Request
from starlette.responses import Response

from chainrule.network import Network, evaluate
from chainrule.web.plots import Frame
from chainrule.web.rendering import address_of, render
from chainrule.web.studio import NotThere, Studio
from chainrule.web.view import View, number, whole_number

EXAMPLES = 100
"""The cost is the mean over so many training examples, the first ones."""
POINTS = 81
REACH = 6.0
MOST_STEPS = 40
FINEST = 33
FAR = 1e6


@dataclass(frozen=True)
class Slope:
    """The cost of a network as a function of some numbers: the rest of the parameters held."""

    network: Network
    X: np.ndarray
    y: np.ndarray
    start: np.ndarray
    directions: np.ndarray
    """(d, number of parameters): where each of the d numbers leads."""

    def cost(self, *amounts: float) -> float:
        """C where each direction is gone along so far from the network's own parameters."""
        self.network.flat[:] = self.start + np.asarray(amounts) @ self.directions
        return evaluate(self.network, self.X, self.y).cost

    def gradient(self, *amounts: float) -> np.ndarray:
        """dC/d(amounts): the gradient by backpropagation, along the directions."""
        self.network.flat[:] = self.start + np.asarray(amounts) @ self.directions
        found = self.network.backward(self.X, self.y)
        whole = Network.with_parameters(self.network.architecture, 0.0, "float64")
        whole.parameters = {name: found[f"dC/d{name}"] for name in whole.parameters}
        return self.directions @ whole.flat


def slope(studio: Studio, directions: np.ndarray) -> Slope:
    network = studio.network.copy("float64")
    train = studio.dataset.train
    X = train.values[:EXAMPLES] * np.float64(train.scale)
    return Slope(network, X, train.y[:EXAMPLES], network.flat.copy(), directions)


def direction_of(network: Network, ref: str) -> np.ndarray:
    """The direction in which one parameter grows: `W2[3,5]`, `b1[0]`."""
    name, _, rest = ref.replace(" ", "").rstrip("]").partition("[")
    unit = Network.with_parameters(network.architecture, 0.0, "float64")
    places = rest.split(",")
    try:
        array = unit.parameters[name]
        place = tuple(int(digits) for digits in places if digits.isdecimal())
        if len(place) != array.ndim or len(places) != array.ndim:
            raise IndexError
        array[place] = 1
    except (KeyError, IndexError):
        raise NotThere(
            f"{ref[:30]!r} is no weight or bias of this network; one is W1[0,0], or b1[0]"
        ) from None
    return unit.flat.copy()


def random_directions(network: Network, seed: int) -> np.ndarray:
    """Two random directions (2, number of parameters), each as long as the weights of its layer.

    Scaled layer by layer as in Li and others, Visualizing the loss landscape, 2018, section 4.
    """
    rng = np.random.default_rng(seed)
    rows = []
    for _ in range(2):
        drawn = Network.with_parameters(network.architecture, 0.0, "float64")
        for name, array in drawn.parameters.items():
            sample = rng.standard_normal(array.shape)
            length = np.linalg.norm(network.parameters[name]) / np.linalg.norm(sample)
            array[:] = sample * length
        rows.append(drawn.flat.copy())
    return np.array(rows)


@dataclass(frozen=True)
class Ball:
    """Where gradient descent goes from a place, step after step, and how it ends."""

    places: tuple[float, ...]
    costs: tuple[float, ...]
    words: str


def roll(along: Slope, at: float, rate: float, steps: int) -> Ball:
    """w = w - eta * dC/dw, so many times; it stops where the numbers leave every bound."""
    places, costs = [at], [along.cost(at)]
    for _ in range(steps):
        new = places[-1] - rate * float(along.gradient(places[-1])[0])
        if not math.isfinite(new) or abs(new) > FAR:
            return Ball(tuple(places), tuple(costs), "It diverges: each step overshoots further.")
        places.append(new)
        costs.append(along.cost(new))
    return Ball(tuple(places), tuple(costs), in_words(costs))


def in_words(costs: list[float]) -> str:
    if len(costs) == 1:
        return ""
    change = costs[-1] - costs[0]
    rises = sum(b > a + 1e-12 for a, b in pairwise(costs))
    if change > 0:
        return "It ends higher than it began: the learning rate is too large here."
    if rises:
        return "It comes down, but overshoots on the way: a smaller learning rate goes straight."
    if -change < 1e-6 * (abs(costs[0]) + 1e-12):
        return "It hardly moves: the slope is flat here, or the learning rate is very small."
    return "It comes down with every step."


def gradient_in_words(gradient: float, cost: float) -> str:
    """What the gradient asks of the weight: `increase it a little`."""
    size = abs(gradient) / (cost + 1e-12)
    if size < 1e-3:
        return "leave it: it hardly matters here"
    much = "a lot" if size > 0.2 else "somewhat" if size > 0.03 else "a little"
    return f"{'decrease' if gradient > 0 else 'increase'} it {much}"


def page(request: Request) -> Response:
    studio: Studio = request.app.state.studio
    query = address_of(request).query
    ref = query.get("weight") or "b2[0]"
    along = slope(studio, direction_of(studio.network, ref)[None])
    own = float(along.start @ along.directions[0])
    at = bounded(query, "at", REACH, otherwise=-5.0)
    rate = bounded(query, "rate", 1e6, otherwise=20.0)
    steps = whole_number(query.get("steps"), 0, MOST_STEPS, otherwise=10)
    xs = np.linspace(-REACH, REACH, POINTS)
    costs = np.array([along.cost(x) for x in xs])
    ball = roll(along, at, rate, steps)
    gradient = float(along.gradient(at)[0])
    frame = Frame.around(xs + own, costs, width=480, height=220)
    tangent = [ball.costs[0] + gradient * (x - at) for x in (at - 1, at + 1)]
    inside = [
        (*frame.place(x + own, c), n)
        for n, (x, c) in enumerate(zip(ball.places, ball.costs, strict=True))
        if abs(x) <= REACH
    ]
    return render(
        request,
        "descent.html",
        view=VIEW,
        ref=ref,
        own=own,
        at=at,
        here=own + at,
        reach=REACH,
        rate=rate,
        steps=steps,
        most_steps=MOST_STEPS,
        frame=frame,
        path=frame.path(xs + own, costs),
        tangent=frame.path([own + at - 1, own + at + 1], tangent),
        ball=ball,
        balls=inside,
        gradient=gradient,
        words=gradient_in_words(gradient, ball.costs[0]),
        cost=ball.costs[0],
        examples=len(along.y),
        plane=plane(studio, query),
    )


def bounded(query: Mapping[str, str], name: str, most: float, otherwise: float) -> float:
    given = number(query.get(name))
    value = otherwise if given is None else given
    if abs(value) > most:
        raise NotThere(f"{name} is {value:g}; expected -{most:g} to {most:g}")
    return value


@dataclass(frozen=True)
class Plane:
    """The cost over two directions, on a square of points; rows from the top down."""

    costs: np.ndarray
    first: str
    second: str
    bands: np.ndarray
    """Each cost as one of 12 steps from the lowest to the highest, evenly filled."""


def plane(studio: Studio, query: Mapping[str, str]) -> Plane:
    fine = whole_number(query.get("fine"), 5, FINEST, otherwise=9)
    seed = whole_number(query.get("seed"), 0, 999, otherwise=0)
    first, second = query.get("first", ""), query.get("second", "")
    if first and second:
        directions = np.array([direction_of(studio.network, ref) for ref in (first, second)])
        reach, names = REACH, (first, second)
    else:
        directions = random_directions(studio.network, seed)
        reach, names = 1.0, ("a random direction", "another")
    over = slope(studio, directions)
    steps = np.linspace(-reach, reach, fine)
    costs = np.array([[over.cost(x, y) for x in steps] for y in steps[::-1]])
    order = np.argsort(np.argsort(costs, axis=None)).reshape(costs.shape)
    return Plane(costs, names[0], names[1], 1 + order * 12 // costs.size)


VIEW = View(
    "Descent",
    "The cost as one weight changes and the rest are held. Place the ball, choose the learning "
    "rate, and let it roll. Then make the rate ten times larger, and again.",
    gets=(("/descent", page),),
)
