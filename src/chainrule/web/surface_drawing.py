"""A plane of costs as a drawing: lines of equal cost, and a relief seen from any side."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import contourpy
import numpy as np

BANDS = 12
LINES = 9
HEIGHT = 0.9
"""The height of the highest point; the side of the square is 2."""
SCALE = 1000
"""Units of the drawing of a relief for 1 of the square."""
ROOM = 80
"""What is left free above and below the relief."""


@dataclass(frozen=True)
class Contour:
    """A line of equal cost, as the `d` of a path in columns and rows of the square of points."""

    level: float
    path: str


@dataclass(frozen=True)
class Face:
    """A patch of the relief: the corners as the `points` of a polygon, and its band of height."""

    points: str
    band: int


def bands(costs: np.ndarray) -> np.ndarray:
    """Each cost as one of BANDS steps from the lowest to the highest, evenly filled."""
    order = np.argsort(np.argsort(costs, axis=None)).reshape(costs.shape)
    return 1 + order * BANDS // costs.size


def contours(costs: np.ndarray) -> list[Contour]:
    """Lines through a square of costs, evenly many points between two of them."""
    finite = costs[np.isfinite(costs)]
    if not finite.size or finite.min() == finite.max():
        return []
    generator = contourpy.contour_generator(z=np.ma.masked_invalid(costs))
    levels = np.unique(np.quantile(finite, np.arange(1, LINES + 1) / (LINES + 1)))
    made = []
    for level in levels.tolist():
        lines = generator.lines(level)
        path = "".join(as_path(np.asarray(line)) for line in lines)
        if path:
            made.append(Contour(level, path))
    return made


def as_path(points: np.ndarray) -> str:
    return "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in points)


@dataclass(frozen=True)
class Relief:
    """A square of costs as a surface, turned and tilted (degrees), its faces from far to near."""

    costs: np.ndarray
    turn: float
    tilt: float

    @property
    def _range(self) -> tuple[float, float]:
        finite = self.costs[np.isfinite(self.costs)]
        if not finite.size:
            return 0.0, 1.0
        low, high = float(finite.min()), float(finite.max())
        return low, high if high > low else low + 1

    def height(self, cost: float) -> float:
        """How high a cost lies, from 0 to HEIGHT; what is not finite lies highest."""
        low, high = self._range
        part = (cost - low) / (high - low) if math.isfinite(cost) else 1.0
        return HEIGHT * min(max(part, 0.0), 1.0)

    def place(self, across: float, up: float, cost: float) -> tuple[float, float, float]:
        """Where a point of the square [-1, 1] x [-1, 1] is drawn: x, y, and how far away it is."""
        turn, tilt = math.radians(self.turn), math.radians(self.tilt)
        x = across * math.cos(turn) - up * math.sin(turn)
        depth = across * math.sin(turn) + up * math.cos(turn)
        y = -depth * math.sin(tilt) - self.height(cost) * math.cos(tilt)
        return x, y, depth

    @cached_property
    def placed(self) -> list[list[tuple[float, float, float]]]:
        """Where each point of the square is drawn, rows from the top down."""
        steps = np.linspace(-1, 1, len(self.costs))
        return [
            [self.place(x, y, float(self.costs[row, column])) for column, x in enumerate(steps)]
            for row, y in enumerate(steps[::-1])
        ]

    @property
    def box(self) -> tuple[int, int]:
        """The top of the drawing and how high it is, with a little room, in its units."""
        ys = [SCALE * y for row in self.placed for _, y, _ in row]
        return round(min(ys) - ROOM), round(max(ys) - min(ys) + 2 * ROOM)

    def faces(self) -> list[Face]:
        n, placed = len(self.costs), self.placed
        band = bands(self.costs)
        found = []
        for row in range(n - 1):
            for column in range(n - 1):
                corners = [
                    placed[row][column],
                    placed[row][column + 1],
                    placed[row + 1][column + 1],
                    placed[row + 1][column],
                ]
                highest = int(band[row : row + 2, column : column + 2].mean())
                depth = sum(corner[2] for corner in corners)
                points = " ".join(f"{x * SCALE:.0f},{y * SCALE:.0f}" for x, y, _ in corners)
                found.append((depth, Face(points, highest)))
        found.sort(key=lambda one: -one[0])
        return [face for _, face in found]
