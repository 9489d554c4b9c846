"""How `numerical_derivative` is judged: against the centred difference of known functions."""

from typing import Any

import numpy as np

from chainrule.workshop.guarded.codec import Given
from chainrule.workshop.guarded.given import GIVEN_FUNCTIONS as FUNCTIONS
from chainrule.workshop.oracle import Case, Mistake, Oracle
from chainrule.workshop.returns import One


def difference(f: Any, x: Any, h: Any) -> Any:
    """The centred difference of the true functions, which a right answer equals to rounding."""
    call = FUNCTIONS[f.name]
    return (call(x + h) - call(x - h)) / (2 * h)


def cases() -> list[Case]:
    rng = np.random.default_rng(11)
    return [
        Case({"f": Given("square"), "x": 3.0, "h": 0.5}, "small"),
        Case({"f": Given("cube"), "x": 1.5, "h": 0.25}, words="a wide step, h = 0.25"),
        Case({"f": Given("exponential"), "x": 0.5, "h": 0.4}, words="a wide step, h = 0.4"),
        Case({"f": Given("sine"), "x": 0.7, "h": 1e-5}),
        Case({"f": Given("exponential"), "x": -1.2, "h": 1e-4}),
        Case({"f": Given("cube"), "x": 2, "h": 0.125}, "integer", "x as a whole number"),
        Case(
            {"f": Given("sine_of_square"), "x": rng.normal(0, 1, 5).round(2), "h": 1e-3},
            words="x as an array",
        ),
        Case({"f": Given("cube"), "x": rng.normal(0, 1, (2, 3)), "h": 0.1}, words="x as a table"),
    ]


def one_sided(f: Any, x: Any, h: Any, step: Any) -> Any:
    call = FUNCTIONS[f.name]
    return (call(x + step) - call(x)) / step


def scaled(factor: Any) -> Any:
    return lambda f, x, h: factor(h) * difference(f, x, h)


ORACLE = Oracle(
    cases=cases,
    right=difference,
    returns=One("slope", {0: "one number", 1: "one slope for each x", 2: "the shape of x"}),
    mistakes=(
        Mistake("one-sided difference", lambda f, x, h: one_sided(f, x, h, h)),
        Mistake("one-sided difference to the left", lambda f, x, h: one_sided(f, x, h, -h)),
        Mistake("h not used", lambda f, x, h: difference(f, x, 1e-5)),
        Mistake(
            "more than two places",
            lambda f, x, h: (4 * difference(f, x, h / 2) - difference(f, x, h)) / 3,
        ),
        Mistake(
            "more than two places",
            lambda f, x, h: (4 * difference(f, x, h) - difference(f, x, 2 * h)) / 3,
        ),
        Mistake(
            "parentheses of the rise",
            lambda f, x, h: FUNCTIONS[f.name](x + h) - FUNCTIONS[f.name](x - h) / (2 * h),
        ),
        Mistake("run of h for 2 h", scaled(lambda h: 2)),
        Mistake("/ 2 * h for / (2 * h)", scaled(lambda h: h * h)),
        Mistake("not divided by the run", scaled(lambda h: 2 * h)),
        Mistake("divided by 2 only", scaled(lambda h: h)),
        Mistake("sign", scaled(lambda h: -1)),
        Mistake("the function itself", lambda f, x, h: FUNCTIONS[f.name](x)),
        Mistake(
            "the second derivative",
            lambda f, x, h: (
                (FUNCTIONS[f.name](x + h) - 2 * FUNCTIONS[f.name](x) + FUNCTIONS[f.name](x - h))
                / h**2
            ),
        ),
        Mistake(
            "sum for difference",
            lambda f, x, h: (FUNCTIONS[f.name](x + h) + FUNCTIONS[f.name](x - h)) / (2 * h),
        ),
        Mistake("f left out", lambda f, x, h: (FUNCTIONS[f.name](x + h) - (x - h)) / (2 * h)),
        Mistake("h added to f", lambda f, x, h: np.ones_like(x, dtype=float)),
        Mistake("half a step", lambda f, x, h: difference(f, x, h / 2)),
        Mistake("one-sided difference over 2 h", lambda f, x, h: one_sided(f, x, h, h) / 2),
        Mistake("one-sided difference", lambda f, x, h: one_sided(f, x, h, 2 * h)),
        Mistake("divided by h twice", scaled(lambda h: 1 / h)),
    ),
    tolerance=1e-6,
)
