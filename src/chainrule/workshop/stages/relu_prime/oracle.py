"""How `relu_prime` is judged: against the step at 0."""

import numpy as np

from chainrule.workshop.elementwise import elementwise_cases, shaped_like
from chainrule.workshop.oracle import Case, Mistake, Oracle


def cases() -> list[Case]:
    at_zero = Case({"z": np.array([-1.5, 0.0, 2.5])}, "small", "z = 0 among them")
    return [at_zero, *elementwise_cases(24)]


ORACLE = Oracle(
    cases=cases,
    right=lambda z: np.heaviside(z, 0.0),
    returns=shaped_like("relu_prime(z)"),
    mistakes=(
        Mistake(
            "relu' = relu",
            "This is relu(z) itself: its slope is 1 where z > 0.",
            lambda z: np.maximum(z, 0),
        ),
        Mistake(
            "relu' = 1",
            "This is 1 everywhere: left of 0 relu is flat, and its slope 0.",
            lambda z: np.ones_like(z, dtype=float),
        ),
        Mistake(
            "1 at z = 0",
            "At z = 0 this is 1: it should be 0 there.",
            lambda z: np.where(z >= 0, 1.0, 0.0),
        ),
        Mistake(
            "1/2 at z = 0",
            "At z = 0 this is 1/2: it should be 0 there.",
            lambda z: np.heaviside(z, 0.5),
        ),
        Mistake(
            "sides swapped",
            "The sides are swapped: the slope is 1 on the right.",
            lambda z: np.where(z > 0, 0.0, 1.0),
        ),
        Mistake(
            "sides swapped",
            "The sides are swapped: the slope is 1 on the right.",
            lambda z: np.where(z < 0, 1.0, 0.0),
        ),
        Mistake(
            "sign of z",
            "This is the sign of z, -1 on the left: there the slope is 0.",
            lambda z: np.sign(z),
        ),
        Mistake("relu' = z", "This is z. The slope of the line z is 1.", lambda z: z + 0.0),
        Mistake("relu' = 0", "This is 0 everywhere.", lambda z: np.zeros_like(z, dtype=float)),
        Mistake(
            "leaky",
            "Left of 0 this is 0.01, the slope of leaky ReLU: relu is flat there.",
            lambda z: np.where(z > 0, 1.0, 0.01),
        ),
        Mistake(
            "sign of z",
            "This is -1 on the left: there relu is flat, and its slope 0.",
            lambda z: np.where(z >= 0, 1.0, -1.0),
        ),
        Mistake(
            "1 for 0",
            "z is compared with 1: the slope changes at 0.",
            lambda z: np.where(z > 1, 1.0, 0.0),
        ),
    ),
)
