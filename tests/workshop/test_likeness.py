"""Wrong numbers that no known mistake leads to: what is said of them is true of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from chainrule.workshop import NAMED_FUNCTIONS, Oracle, Pair, looks, stage

from .conftest import Graded

AGREE = Oracle(cases=list).agree
rng = np.random.default_rng(1)
CASES = [{"u": rng.normal(size=(3, 4)), "v": rng.normal(size=5)} for _ in range(3)]
Change = Callable[[int, str, Any], Any]


def said(change: Change) -> list[str]:
    """What is said where each array is changed so, by the number of its case and its name."""
    pairs = [
        [Pair(name, change(number, name, right), right) for name, right in case.items()]
        for number, case in enumerate(CASES)
    ]
    return looks(pairs[0], pairs, AGREE, elementwise=False)


def only(part: str, change: Callable[[Any], Any]) -> Change:
    return lambda number, name, right: change(right) if name == part else right


def last_zero(right: Any) -> Any:
    return np.append(right[:-1], 0.0)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda n, name, right: 3 * right, ["every number is 3 times what it should be"]),
        (lambda n, name, right: -right, ["every number has its sign turned"]),
        (lambda n, name, right: (n + 2) * right, [
            "every number is a multiple of what it should be: 2 times here, and another "
            "multiple in other cases. Is it divided by the wrong count?"
        ]),
        (only("u", lambda right: 0.5 * right), [
            "u is 0.5 times what it should be", "Here v is right"
        ]),
        (lambda n, name, right: right + 1, ["every number is 1 too large"]),
        (only("v", lambda right: right + 1), ["v is 1 too large", "Here u is right"]),
        (lambda n, name, right: 1.0001 * right, [
            "every number is 1.0001 times what it should be"
        ]),
        (lambda n, name, right: np.zeros_like(right), [
            "What is wrong is 0: is the result stored, and not as a whole number?"
        ]),
        (lambda n, name, right: np.round(right, 2), [
            "The numbers are rounded to 2 decimals: leave them as they are"
        ]),
        (lambda n, name, right: np.abs(right), [
            "The sizes are right, and some signs are not: is an absolute value taken?"
        ]),
        (only("v", last_zero), [
            "Only the last one is wrong, along an axis: does a loop end one too early?",
            "Here u is right",
        ]),
        (only("v", np.flip), ["Here u is right"]),
        (lambda n, name, right: right**3 + 1, []),
        (lambda n, name, right: right * np.nan, []),
    ],
)  # fmt: skip
def test_what_is_said_is_what_was_done(change: Change, words: list[str]):
    assert said(change) == words


def test_fractions_that_are_cut_off():
    (first,) = said(lambda n, name, right: np.trunc(right))
    assert "The fractions are cut off" in first


@pytest.mark.parametrize("name", ["sigmoid", "sigmoid_prime", "relu", "relu_prime", "tanh"])
def test_another_function_is_recognised_and_the_right_one_is_not_among_them(name: str):
    """All functions that have names are told apart on the cases of a stage."""
    oracle = stage(name).oracle
    assert oracle.right is not None
    cases = [c.arguments["z"] for c in oracle.cases() if c.kind in ("small", "plain", "integer")]
    cases = [np.asarray(z, np.float64) for z in cases]
    for words, function in NAMED_FUNCTIONS.items():
        with np.errstate(all="ignore"):
            answers = [function(z) for z in cases]
        right = [oracle.right(z) for z in cases] if oracle.right is not None else []
        if all(AGREE(np.asarray(a), r).all() for a, r in zip(answers, right, strict=True)):
            continue
        if not all(np.isfinite(a).all() for a in answers):
            continue
        pairs = [
            [Pair(name, np.asarray(a), np.asarray(r), z)]
            for z, a, r in zip(cases, answers, right, strict=True)
        ]
        assert looks(pairs[0], pairs, AGREE, elementwise=True) == [f"This is {words}"]


def test_the_side_of_0_on_which_it_is_wrong(graded: Graded):
    source = "def sigmoid(z):\n    return 1 / (1 + np.exp(-np.abs(z)))"
    assert (
        "It is wrong where z is negative, and right elsewhere." in graded("sigmoid", source).details
    )


def test_the_parts_that_are_right_are_named(graded: Graded):
    source = """
def backprop(x, y, weights, biases):
    zs, a = forward(x, weights, biases)
    d = output_error(zs[-1], a[-1], y)
    dW, db = [], []
    for l in reversed(range(len(weights))):
        dW.insert(0, np.outer(d, a[l]))
        db.insert(0, d)
        if l:
            d = d.sum() * weights[l].sum(axis=0) * sigmoid_prime(zs[l - 1])
    return dW, db
"""
    assert "Here dC/dW2 and dC/db2 are right." in graded("backprop", source).details


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("relu", lambda z: np.where(z > 0.2, z, 0.0)),
        ("relu_prime", lambda z: (z > 0.3) * 1.0),
        ("sigmoid", lambda z: np.where((z > 0) & (z < 0.4), 2.0, 1.0) / (1 + np.exp(-z))),
    ],
)
def test_what_is_wrong_near_0_alone_is_found(name: str, wrong: Callable[[Any], Any]):
    oracle = stage(name).oracle
    assert oracle.right is not None
    cases = [case for case in oracle.cases() if case.kind != "extreme"]
    near = [
        bool(oracle.agree(wrong(case.arguments["z"]), oracle.right(case.arguments["z"])).all())
        for case in cases
    ]
    assert False in near
