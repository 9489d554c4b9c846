"""What wrong numbers look like where no known mistake leads to them: a factor, lost signs, a part.

Each sentence is true of all cases that were tried, unless it says `here`: of the one that is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.ground.words import counted
from chainrule.workshop.backprop_equations import (
    relu,
    relu_prime,
    sigmoid,
    sigmoid_prime,
    tanh_prime,
)

Array = NDArray[Any]
Agree = Callable[[Array, Array], NDArray[np.bool_]]

NAMED_FUNCTIONS: Mapping[str, Callable[[Array], Array]] = {
    "sigma(z)": sigmoid,
    "sigma'(z)": sigmoid_prime,
    "sigma(z)**2": lambda z: sigmoid(z) ** 2,
    "(1 - sigma(z))**2": lambda z: sigmoid(-z) ** 2,
    "tanh(z)": np.tanh,
    "1 - tanh(z)**2, the derivative of tanh": tanh_prime,
    "relu(z)": relu,
    "the derivative of relu": relu_prime,
    "leaky ReLU": lambda z: np.where(z > 0, z, 0.1 * z),
    "exp(z)": np.exp,
    "exp(-z)": lambda z: np.exp(-z),
    "sinh(z)": np.sinh,
    "cosh(z)": np.cosh,
    "sin(z)": np.sin,
    "cos(z)": np.cos,
    "tan(z)": np.tan,
    "arctan(z)": np.arctan,
    "1 / cos(z)**2, the derivative of tan": lambda z: 1 / np.cos(z) ** 2,
    "1 / (1 + z**2), the derivative of arctan": lambda z: 1 / (1 + z**2),
    "1 / cosh(z**2)": lambda z: 1 / np.cosh(z**2),
    "ln(1 + exp(z)), softplus": lambda z: np.logaddexp(0, z),
    "ln(sigma(z))": lambda z: -np.logaddexp(0, -z),
    "z * sigma(z)": lambda z: z * sigmoid(z),
    "z / (1 + |z|)": lambda z: z / (1 + np.abs(z)),
    "|z|": np.abs,
    "z**2": lambda z: z**2,
    "z cut off at -1 and 1": lambda z: np.clip(z, -1, 1),
    "z cut off at 0 and 1": lambda z: np.clip(z, 0, 1),
    "z for z > 0 and exp(z) - 1 elsewhere, ELU": lambda z: np.where(
        z > 0, z, np.expm1(np.minimum(z, 0))
    ),
}
"""Functions of one number, by what they are called."""


SIDES: Mapping[str, Callable[[Array], NDArray[np.bool_]]] = {
    "negative": lambda z: z < 0,
    "0 or negative": lambda z: z <= 0,
    "positive": lambda z: z > 0,
    "0 or positive": lambda z: z >= 0,
}


@dataclass(frozen=True)
class Pair:
    """One array of an answer beside the right one; `z` where the argument is shaped alike."""

    name: str
    found: Array
    right: Array
    z: Array | None = None


def looks(
    here: Sequence[Pair], cases: Sequence[Sequence[Pair]], agree: Agree, *, elementwise: bool
) -> list[str]:
    """Sentences that are true: of all cases, and of the parts of the one shown `here`."""
    everything = [pair for case in cases for pair in case]
    wrong = [pair for pair in everything if not agree(pair.found, pair.right).all()]
    if not all(np.isfinite(pair.found).all() for pair in wrong):
        return []
    of_parts = parts(here, agree)
    sentence = None
    if elementwise:
        sentence = as_function(everything, agree) or where(everything, agree)
    sentence = (
        sentence
        or rounded(wrong, agree)
        or offset(wrong, here, agree)
        or factor(wrong, here, agree)
    )
    sentence = sentence or signs(wrong, agree) or ends(wrong, agree)
    return [text for text in (sentence, of_parts) if text]


def parts(here: Sequence[Pair], agree: Agree) -> str | None:
    """Which of several arrays are right."""
    right = [pair.name for pair in here if agree(pair.found, pair.right).all()]
    if not right or len(here) < 2:
        return None
    return f"Here {' and '.join(right)} {'are' if len(right) > 1 else 'is'} right"


def as_function(pairs: Sequence[Pair], agree: Agree) -> str | None:
    """Another function of z than the one that was asked for."""
    for words, function in NAMED_FUNCTIONS.items():
        with np.errstate(all="ignore"):  # of the function that is tried, not of the learner's
            same = all(
                pair.z is not None and agree(pair.found, function(pair.z)).all() for pair in pairs
            )
        if same:
            return f"This is {words}"
    return None


def where(pairs: Sequence[Pair], agree: Agree) -> str | None:
    """The side of 0 on which it is wrong, and nowhere right."""
    wrong = np.concatenate([z[~good] for z, good in judged(pairs, agree)])
    right = np.concatenate([z[good] for z, good in judged(pairs, agree)])
    for words, side in SIDES.items():
        if side(wrong).all() and not side(right).any():
            return f"It is wrong where z is {words}, and right elsewhere"
    return None


def judged(pairs: Sequence[Pair], agree: Agree) -> Iterator[tuple[Array, NDArray[np.bool_]]]:
    for pair in pairs:
        if pair.z is not None:
            yield np.ravel(pair.z), np.ravel(agree(pair.found, pair.right))


def rounded(wrong: Sequence[Pair], agree: Agree) -> str | None:
    """The right numbers with few decimals, or without their fractions."""
    if not any(pair.found.any() for pair in wrong):
        return "What is wrong is 0: is the result stored, and not as a whole number?"
    if all(np.array_equal(np.trunc(pair.right), pair.found) for pair in wrong):
        return (
            "The fractions are cut off: what holds the answer is of whole numbers (`np.vectorize` "
            "takes its type from the first answer)"
        )
    for decimals in range(5):
        if all(np.array_equal(np.round(pair.right, decimals), pair.found) for pair in wrong):
            return (
                f"The numbers are rounded to {counted(decimals, 'decimal')}: leave them as they are"
            )
    return None


def subject(wrong: Sequence[Pair], here: Sequence[Pair], agree: Agree) -> str:
    """What a sentence about all that is wrong is about."""
    names = {pair.name for pair in wrong}
    if not any(agree(pair.found, pair.right).all() for pair in here):
        return "every number"
    return names.pop() if len(names) == 1 else "all that is wrong"


def offset(wrong: Sequence[Pair], here: Sequence[Pair], agree: Agree) -> str | None:
    """The same number too much everywhere."""
    gap = float((wrong[0].found - wrong[0].right).flat[0])
    several = sum(pair.right.size for pair in wrong) > 1
    if several and all(agree(pair.found - gap, pair.right).all() for pair in wrong):
        what = subject(wrong, here, agree)
        return f"{what} is {abs(gap):.4g} too {'large' if gap > 0 else 'small'}"
    return None


def factor(wrong: Sequence[Pair], here: Sequence[Pair], agree: Agree) -> str | None:
    """One factor for all that is wrong, or one for each case."""
    found = [of_one(pair, agree) for pair in wrong]
    if sum(pair.right.size for pair in wrong) < 2 or any(k is None for k in found):
        return None
    sizes = [k for k in found if k is not None]
    what = subject(wrong, here, agree)
    if max(sizes) - min(sizes) <= 1e-3 * max(map(abs, sizes)):
        if abs(sizes[0] + 1) < 1e-3:
            return f"{what} has its sign turned"
        return f"{what} is {sizes[0]:.6g} times what it should be"
    k = next((of_one(pair, agree) for pair in here if not agree(pair.found, pair.right).all()), 0.0)
    if len(wrong) < 3 or all(pair.right.size == 1 for pair in wrong):
        return None
    return (
        f"{what} is a multiple of what it should be: {k:.4g} times here, and another multiple in "
        "other cases. Is it divided by the wrong count?"
    )


def of_one(pair: Pair, agree: Agree) -> float | None:
    """The factor of one array; None if there is none."""
    square = float(np.sum(pair.right * pair.right))
    if square == 0:
        return None
    k = float(np.sum(pair.found * pair.right)) / square
    if abs(k) < 1e-6 or not agree(pair.found / k, pair.right).all():
        return None
    return k


def signs(wrong: Sequence[Pair], agree: Agree) -> str | None:
    if all(agree(np.abs(pair.found), np.abs(pair.right)).all() for pair in wrong):
        return "The sizes are right, and some signs are not: is an absolute value taken?"
    return None


def ends(wrong: Sequence[Pair], agree: Agree) -> str | None:
    """Whether only the first or the last along some axis is wrong."""
    if any(pair.right.ndim == 0 or max(pair.right.shape) < 2 for pair in wrong):
        return None
    for last in (True, False):
        if all(at_end(pair, last, agree) for pair in wrong):
            end, loop = ("last", "end one too early") if last else ("first", "begin one too late")
            return f"Only the {end} one is wrong, along an axis: does a loop {loop}?"
    return None


def at_end(pair: Pair, last: bool, agree: Agree) -> bool:
    off = ~agree(pair.found, pair.right)
    ends_at = [
        np.arange(size) == (size - 1 if last else 0) if size > 1 else np.zeros(size, bool)
        for size in off.shape
    ]
    return any(
        not (off & ~ends_at[axis].reshape([-1 if i == axis else 1 for i in range(off.ndim)])).any()
        for axis in range(off.ndim)
    )
