"""Cases for a function that works on every element by itself."""

from __future__ import annotations

import numpy as np

from chainrule.workshop.oracle import Case
from chainrule.workshop.returns import One


def elementwise_cases(seed: int) -> list[Case]:
    """Numbers, vectors and tables; whole numbers; numbers so large that exp overflows."""
    rng = np.random.default_rng(seed)
    large = np.array([-1e4, -800.0, -50.0, 50.0, 800.0, 1e4])
    return [
        Case({"z": np.array([0.0, 1.0, -2.0])}, "small"),
        Case({"z": rng.normal(0, 2, 5)}),
        Case({"z": rng.normal(0, 2, (4, 3))}, words="z as a table"),
        Case({"z": np.array([1e-3, -1e-3, 0.1, -0.1, 0.3, -0.3])}, words="z near 0"),
        Case({"z": rng.uniform(5, 30, 6) * [1, -1, 1, -1, 1, -1]}, words="z from 5 to 30, far out"),
        Case({"z": np.float64(0.75)}, words="z as one number"),
        Case({"z": np.array([-3, 1, 2, -1])}, "integer", "z of whole numbers"),
        Case({"z": large}, "extreme"),
        Case({"z": rng.normal(0, 3, (200, 500))}, "timed"),
    ]


def shaped_like(name: str) -> One:
    """An answer in the shape of z."""
    return One(
        name,
        {
            0: "one number, as z is one",
            1: "one number for each element of z",
            2: "rows and columns as in z",
        },
    )
