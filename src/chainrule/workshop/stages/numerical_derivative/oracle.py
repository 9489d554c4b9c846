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
        Mistake(
            "one-sided difference",
            "This is the forward difference, (f(x + h) - f(x)) / h: its error shrinks with h, that "
            "of the centred difference with h**2.",
            lambda f, x, h: one_sided(f, x, h, h),
        ),
        Mistake(
            "one-sided difference to the left",
            "This is the backward difference, (f(x) - f(x - h)) / h. Step to both sides.",
            lambda f, x, h: one_sided(f, x, h, -h),
        ),
        Mistake(
            "h not used",
            "This is measured with a step of its own: step by the h that is handed in.",
            lambda f, x, h: difference(f, x, 1e-5),
        ),
        Mistake(
            "more than two places",
            "This is nearer to the slope than asked for: it measures at four places, x + h / 2 and "
            "x - h / 2 too. Here the slope is measured at x + h and x - h alone.",
            lambda f, x, h: (4 * difference(f, x, h / 2) - difference(f, x, h)) / 3,
        ),
        Mistake(
            "more than two places",
            "This is nearer to the slope than asked for: it measures at four places, x + 2 * h and "
            "x - 2 * h too. Here the slope is measured at x + h and x - h alone.",
            lambda f, x, h: (4 * difference(f, x, h) - difference(f, x, 2 * h)) / 3,
        ),
        Mistake(
            "parentheses of the rise",
            "Only f(x - h) is divided: the rise is (f(x + h) - f(x - h)).",
            lambda f, x, h: FUNCTIONS[f.name](x + h) - FUNCTIONS[f.name](x - h) / (2 * h),
        ),
        Mistake(
            "run of h for 2 h",
            "Twice too large: from x - h to x + h is a run of 2 * h, not of h.",
            scaled(lambda h: 2),
        ),
        Mistake(
            "/ 2 * h for / (2 * h)",
            "`/ 2 * h` divides by 2 and then multiplies by h. Divide by (2 * h).",
            scaled(lambda h: h * h),
        ),
        Mistake(
            "not divided by the run",
            "This is the rise alone. A slope is the rise over the run: divide by 2 * h.",
            scaled(lambda h: 2 * h),
        ),
        Mistake(
            "divided by 2 only",
            "The rise is divided by 2, not by 2 * h.",
            scaled(lambda h: h),
        ),
        Mistake(
            "sign",
            "The sign is turned: it should be f(x + h) - f(x - h).",
            scaled(lambda h: -1),
        ),
        Mistake(
            "the function itself",
            "This is f(x), not its slope.",
            lambda f, x, h: FUNCTIONS[f.name](x),
        ),
        Mistake(
            "the second derivative",
            "This is (f(x + h) - 2 * f(x) + f(x - h)) / h**2, the second derivative.",
            lambda f, x, h: (
                (FUNCTIONS[f.name](x + h) - 2 * FUNCTIONS[f.name](x) + FUNCTIONS[f.name](x - h))
                / h**2
            ),
        ),
        Mistake(
            "sum for difference",
            "f(x - h) is added: the rise is f(x + h) - f(x - h).",
            lambda f, x, h: (FUNCTIONS[f.name](x + h) + FUNCTIONS[f.name](x - h)) / (2 * h),
        ),
        Mistake(
            "f left out",
            "x - h itself is subtracted: f is to be taken of it too, f(x - h).",
            lambda f, x, h: (FUNCTIONS[f.name](x + h) - (x - h)) / (2 * h),
        ),
        Mistake(
            "h added to f",
            "h is added to f(x): it belongs inside, f(x + h).",
            lambda f, x, h: np.ones_like(x, dtype=float),
        ),
        Mistake(
            "half a step",
            "This steps by h / 2 to either side: step by h, and divide by 2 * h.",
            lambda f, x, h: difference(f, x, h / 2),
        ),
        Mistake(
            "one-sided difference over 2 h",
            "From x to x + h is a run of h, not of 2 * h: begin at x - h.",
            lambda f, x, h: one_sided(f, x, h, h) / 2,
        ),
        Mistake(
            "one-sided difference",
            "This is a forward difference from x to x + 2 * h: step by h to both sides of x.",
            lambda f, x, h: one_sided(f, x, h, 2 * h),
        ),
        Mistake(
            "divided by h twice",
            "This is divided by 2 * h**2: divide by 2 * h.",
            scaled(lambda h: 1 / h),
        ),
    ),
    tolerance=1e-6,
)
