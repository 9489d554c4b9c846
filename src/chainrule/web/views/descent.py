"""The view *Descent*: the cost along one weight or over two, and a ball that rolls down it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
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
from chainrule.web.figures import Addend, Figure, Part, equal, place_in
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
PLACE = re.compile(
    r"(?P<step>\d{1,3})|p(?P<ball>\d{1,3})|c(?P<row>\d{1,2}),(?P<column>\d{1,2}),(?P<fine>\d{1,2})"
)
STEP = equal(
    Markup("<msub><mi>w</mi><mtext>new</mtext></msub>"),
    Markup(
        "<mrow><mi>w</mi><mo>−</mo><mi>η</mi>"
        "<mfrac><mrow><mo>∂</mo><mi>C</mi></mrow><mrow><mo>∂</mo><mi>w</mi></mrow></mfrac></mrow>"
    ),
)


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
    """The step on the examples where the ball starts, or where the `row` of the address says.

    `3` is where the ball is after three steps, `p3` the ball of the plane; `c5,7,33` is the
    point in row 5 and column 7 of a plane of 33 by 33.
    """
    match = PLACE.fullmatch(query.get("row") or "0")
    if match is None:
        raise NotThere(f"{query['row'][:20]!r} is no place here; one is 3, p3, or c5,7,33")
    if match["step"] is not None:
        moved = along(studio, chosen_weight(query))
        amounts = at_step(slice_ball(studio, query), int(match["step"]))
    else:
        moved, seen = over_plane(studio, query), plane(studio, query)
        if match["ball"] is not None:
            amounts = at_step(seen.ball, int(match["ball"]))
        else:
            amounts = seen.amounts(*(int(match[name]) for name in ("row", "column", "fine")))
    moved.network.flat[:] = moved.start + np.asarray(amounts) @ moved.directions
    return studio.step(moved.network, moved.X, moved.y)


def at_step(ball: Ball, step: int) -> tuple[float, ...]:
    if step >= len(ball.places):
        raise NotThere(f"the ball makes {len(ball.places) - 1} steps, and no step {step}")
    return ball.places[step]


def slice_ball(studio: Studio, query: Mapping[str, str]) -> Ball:
    """The ball on the slice along one weight."""
    at, rate = bounded(query, "at", REACH, otherwise=-5.0), chosen_rate(query)
    steps = whole_number(query.get("steps"), 0, MOST_STEPS, otherwise=10)
    return roll(along(studio, chosen_weight(query)), (at,), rate, steps)


def chosen_rate(query: Mapping[str, str]) -> float:
    return bounded(query, "rate", 1e6, otherwise=20.0)


def figure(studio: Studio, query: Mapping[str, str], ref: str) -> Figure | None:
    """Where the ball is after so many steps: `ball[3]`, by the step before it."""
    n = place_in(ref, "ball", MOST_STEPS + 1)
    if n is None:
        return None
    ball, weight, rate = slice_ball(studio, query), chosen_weight(query), chosen_rate(query)
    one = along(studio, weight)
    own = float(one.start @ one.directions[0])
    value = own + at_step(ball, n)[0]
    if n == 0:
        return Figure(ref, value, f"{weight} where the ball starts", given="You place it there.")
    (before,) = at_step(ball, n - 1)
    gradient = float(one.gradient(before)[0])
    terms = (
        Addend((Part(f"ball[{n - 1}]", own + before),)),
        Addend((Part(f"dC/d{weight}", gradient, str(n - 1)),), -rate),
    )
    return Figure(ref, value, f"{weight} after {n} {'step' if n == 1 else 'steps'}", STEP, terms)


def page(request: Request) -> Response:
    studio: Studio = request.app.state.studio
    query = address_of(request).query
    ref = chosen_weight(query)
    one = along(studio, ref)
    own = float(one.start @ one.directions[0])
    at = bounded(query, "at", REACH, otherwise=-5.0)
    rate = chosen_rate(query)
    xs = np.linspace(-REACH, REACH, POINTS)
    costs = np.array([one.cost(x) for x in xs])
    ball = slice_ball(studio, query)
    here = inspection(studio, {**query, "row": ""})
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
        steps=whole_number(query.get("steps"), 0, MOST_STEPS, otherwise=10),
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

    def amounts(self, row: int, column: int, fine: int) -> tuple[float, float]:
        """How far along the directions a point lies; rows from the top down."""
        if fine not in FINENESS or max(row, column) >= fine:
            raise NotThere(f"there is no point {row},{column} in a plane of {fine} by {fine}")
        steps = np.linspace(-self.reach, self.reach, fine)
        return float(steps[column]), float(steps[fine - 1 - row])

    def extreme(self, sign: int) -> str:
        """The point of the highest (1) or the lowest (-1) cost, as the `row` of an address."""
        row, column = np.unravel_index(np.argmax(sign * self.costs), self.costs.shape)
        return f"c{row},{column},{self.fine}"

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


def over_plane(studio: Studio, query: Mapping[str, str]) -> Slope:
    """The cost over the two directions of the address: two weights, or random ones."""
    first, second = query.get("first", ""), query.get("second", "")
    if first and second:
        return along(studio, first, second)
    seed = whole_number(query.get("seed"), 0, 999, otherwise=0)
    return slope(studio.network, *examples(studio), random_directions(studio.network, seed))


def plane(studio: Studio, query: Mapping[str, str]) -> Plane:
    fine = whole_number(query.get("fine"), FINENESS[0], FINENESS[-1], otherwise=FINENESS[0])
    if fine not in FINENESS:
        raise NotThere(f"{fine} points are not there; expected {', '.join(map(str, FINENESS))}")
    first, second = query.get("first", ""), query.get("second", "")
    over = over_plane(studio, query)
    reach, names = 1.0, ("a random direction", "another")
    if first and second:
        reach, names = REACH, (first, second)
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
    figure=figure,
    of_a_network=True,
)
