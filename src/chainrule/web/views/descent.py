"""The view *Descent*: the cost along one weight or over two, and a ball that rolls down it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from starlette.requests import Request
from starlette.responses import Response

from chainrule.network import Inspection
from chainrule.web.address import Address
from chainrule.web.cost_surface import (
    FINENESS,
    Ball,
    Slope,
    direction_of,
    gradient_in_words,
    random_directions,
    roll,
    slope,
)
from chainrule.web.plots import Frame
from chainrule.web.rendering import address_of, render
from chainrule.web.studio import NotThere, Studio
from chainrule.web.surface_drawing import SCALE, Contour, Relief, bands, contours
from chainrule.web.view import View, number, whole_number
from chainrule.web.why_panel import panel

EXAMPLES = 100
"""The cost is the mean over so many training examples, the first ones."""
POINTS = 81
REACH = 6.0
MOST_STEPS = 40
TURN, TILT = 15, 10
"""Degrees of one touch of a button."""
LOWEST, HIGHEST = 10, 90


def examples(studio: Studio) -> tuple[np.ndarray, np.ndarray]:
    train = studio.dataset.train
    return train.values[:EXAMPLES] * np.float64(train.scale), train.y[:EXAMPLES]


def along(studio: Studio, *refs: str) -> Slope:
    """The cost along these weights and biases."""
    directions = np.array([direction_of(studio.network, ref) for ref in refs])
    return slope(studio.network, *examples(studio), directions)


def chosen_weight(query: Mapping[str, str]) -> str:
    return (query.get("weight") or "b2[0]").replace(" ", "")


def inspection(studio: Studio, query: Mapping[str, str]) -> Inspection:
    """The step on the examples where the ball starts."""
    moved = along(studio, chosen_weight(query))
    at = bounded(query, "at", REACH, otherwise=-5.0)
    moved.network.flat[:] = moved.start + at * moved.directions[0]
    return studio.step(moved.network, moved.X, moved.y)


def page(request: Request) -> Response:
    studio: Studio = request.app.state.studio
    query = address_of(request).query
    ref = chosen_weight(query)
    one = along(studio, ref)
    own = float(one.start @ one.directions[0])
    at = bounded(query, "at", REACH, otherwise=-5.0)
    rate = bounded(query, "rate", 1e6, otherwise=20.0)
    steps = whole_number(query.get("steps"), 0, MOST_STEPS, otherwise=10)
    xs = np.linspace(-REACH, REACH, POINTS)
    costs = np.array([one.cost(x) for x in xs])
    ball = roll(one, (at,), rate, steps)
    here = inspection(studio, query)
    gradient = here.number(f"dC/d{ref}").value
    frame = Frame.around(xs + own, costs, width=480, height=220)
    tangent = [ball.costs[0] + gradient * (x - at) for x in (at - 1, at + 1)]
    inside = [
        (*frame.place(x + own, c), n)
        for n, ((x,), c) in enumerate(zip(ball.places, ball.costs, strict=True))
        if abs(x) <= REACH
    ]
    return render(
        request,
        "descent.html",
        view=VIEW,
        ref=ref,
        own=own,
        at=at,
        weight=own + at,
        reach=REACH,
        rate=rate,
        steps=steps,
        most_steps=MOST_STEPS,
        frame=frame,
        path=frame.path(xs + own, costs),
        tangent=frame.path([own + at - 1, own + at + 1], tangent),
        ball=ball,
        balls=inside,
        end=ball.places[-1][0] + own,
        gradient=gradient,
        words=gradient_in_words(gradient, ball.costs[0]),
        cost=float(here.values["C"]),
        examples=len(one.y),
        plane=plane(studio, query),
        plane_at=address_of(request),
        **panel(request),
    )


def bounded(query: Mapping[str, str], name: str, most: float, otherwise: float) -> float:
    given = number(query.get(name))
    value = otherwise if given is None else given
    if abs(value) > most:
        raise NotThere(f"{name} is {value:g}; expected -{most:g} to {most:g}")
    return value


# --- the plane ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Plane:
    """The cost over two directions, on a square of points, and the ball on it."""

    costs: np.ndarray
    """(fine, fine), rows from the top down."""
    first: str
    second: str
    reach: float
    relief: Relief
    rate: float
    start: tuple[float, float]
    ball: Ball
    whole: bool
    """Whether the directions are two weights, and no random ones."""

    @property
    def fine(self) -> int:
        return len(self.costs)

    @property
    def finer(self) -> int | None:
        """The next finer square; None for the finest."""
        return next((fine for fine in FINENESS if fine > self.fine), None)

    @property
    def bands(self) -> list[int]:
        return bands(self.costs).ravel().tolist()

    @property
    def contours(self) -> list[Contour]:
        return contours(self.costs)

    @property
    def inside(self) -> list[tuple[float, float, float]]:
        """The ball's way as far as it is on the square: across and up from -1 to 1, and C."""
        found = []
        for (x, y), cost in zip(self.ball.places, self.ball.costs, strict=True):
            if max(abs(x), abs(y)) > self.reach:
                break
            found.append((x / self.reach, y / self.reach, cost))
        return found

    def cell(self, across: float, up: float) -> tuple[float, float]:
        """A place of the square in columns and rows of its points."""
        half = (self.fine - 1) / 2
        return round((across + 1) * half, 2), round((1 - up) * half, 2)

    @property
    def on_relief(self) -> list[tuple[int, int]]:
        """The ball's way as the relief shows it."""
        placed = [self.relief.place(*point) for point in self.inside]
        return [(round(SCALE * x), round(SCALE * y)) for x, y, _ in placed]

    @property
    def way(self) -> list[tuple[float, float]]:
        return [self.cell(across, up) for across, up, _ in self.inside]


def plane(studio: Studio, query: Mapping[str, str]) -> Plane:
    fine = whole_number(query.get("fine"), FINENESS[0], FINENESS[-1], otherwise=FINENESS[0])
    if fine not in FINENESS:
        raise NotThere(f"{fine} points are not there; expected {', '.join(map(str, FINENESS))}")
    seed = whole_number(query.get("seed"), 0, 999, otherwise=0)
    first, second = query.get("first", ""), query.get("second", "")
    if first and second:
        over, reach, names = along(studio, first, second), REACH, (first, second)
    else:
        over = slope(studio.network, *examples(studio), random_directions(studio.network, seed))
        reach, names = 1.0, ("a random direction", "another")
    costs = studio.planes.costs(over, reach, fine)
    turn = whole_number(query.get("turn"), 0, 359, otherwise=30)
    tilt = whole_number(query.get("tilt"), LOWEST, HIGHEST, otherwise=40)
    rate = bounded(query, "prate", 1e6, otherwise=20.0 if first and second else 0.1)
    across, up = (bounded(query, name, 1.0, otherwise=0.8) * reach for name in ("across", "up"))
    start = across, up
    steps = whole_number(query.get("steps"), 0, MOST_STEPS, otherwise=10)
    ball = roll(over, start, rate, steps)
    relief = Relief(costs, turn, tilt)
    return Plane(costs, *names, reach, relief, rate, start, ball, bool(first and second))


def part(request: Request) -> Response:
    """The plane by itself, as fine or turned as the address says."""
    studio: Studio = request.app.state.studio
    query = address_of(request).query
    at = Address("/descent", query).with_(fine=None)
    return render(request, "plane.html", plane=plane(studio, query), plane_at=at)


VIEW = View(
    "Descent",
    "The cost as one weight changes and the rest are held. Place the ball, choose the learning "
    "rate, and let it roll. Then make the rate ten times larger, and again.",
    gets=(("/descent", page), ("/descent/plane", part)),
    inspect=inspection,
    of_a_network=True,
)
