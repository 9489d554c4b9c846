"""Curves as SVG: the points that Python computed, and where they lie in the drawing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from chainrule.network import Network


@dataclass(frozen=True)
class Frame:
    """A drawing `width` by `height` for x and y in these ranges; y grows upwards."""

    x: tuple[float, float]
    y: tuple[float, float]
    width: float = 320
    height: float = 180

    @classmethod
    def around(cls, xs: ArrayLike, *ys: ArrayLike, **sizes: float) -> Frame:
        """The frame that holds all of these finite points, with a little room."""
        flat = np.concatenate([np.asarray(y, float) for y in ys])
        flat = flat[np.isfinite(flat)]
        low, high = (float(flat.min()), float(flat.max())) if len(flat) else (0.0, 1.0)
        room = (high - low) * 0.06 or abs(high) * 0.1 or 1.0
        left, right = float(np.min(xs)), float(np.max(xs))
        return cls((left, right if right > left else left + 1), (low - room, high + room), **sizes)

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Where a point lies in the drawing."""
        across = (x - self.x[0]) / (self.x[1] - self.x[0])
        up = (y - self.y[0]) / (self.y[1] - self.y[0])
        return round(across * self.width, 2), round((1 - up) * self.height, 2)

    def path(self, xs: ArrayLike, ys: ArrayLike) -> str:
        """The curve as the `d` of a path; where y is not finite the curve is broken."""
        words, pen = [], "M"
        for x, y in zip(np.asarray(xs), np.asarray(ys), strict=True):
            if not np.isfinite(y):
                pen = "M"
                continue
            a, b = self.place(float(x), float(y))
            words.append(f"{pen}{a:g} {b:g}")
            pen = "L"
        return "".join(words)


def activation_curve(name: str, zs: np.ndarray) -> np.ndarray:
    """f(z) for each z, computed as a layer of a network computes it."""
    one = Network([1, 1], output=name, dtype="float64")
    one.parameters["W1"][:], one.parameters["b1"][:] = 1, 0
    return one.forward(zs[:, None])["a1"][:, 0]
