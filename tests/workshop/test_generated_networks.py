"""Networks in many styles: a right one passes whatever its start, a wrong one does not.

`benchmarks/generated_networks.py` does the same with thousands.
"""

from __future__ import annotations

import pytest

from chainrule.workshop import Guard, NetworkReport, grade_file
from tests.support.generated_networks import BUGS, generated

from .conftest import PATH

NAMES = {
    "no slope in the hidden layers": "sigma' left out in the hidden layers",
    "the sign": "sign",
    "the sign of the weights": "sign of dW",
    "the mean twice": "mean taken twice",
    "only the last example": "= for += over the examples",
    "biases over everything": "bias gradient summed over everything, for every neuron",
    "z for a": "z for a in dW",
}
"""What each bug is called. The others have no name: where they are is said."""
SEEDS = range(60)


def graded(source: str, guard: Guard, cost: str) -> NetworkReport:
    return grade_file(source.encode(), PATH, guard, cost=cost)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_verdict_is_false(seed: int, guard: Guard):
    one = generated(seed)
    report = graded(one.source, guard, one.cost)
    assert report.passed == (one.bug is None), report
    assert report.mistake in (None, NAMES.get(one.bug or "")), "none is called by another name"
    if one.bug in NAMES and one.inside == "f8":
        assert report.mistake == NAMES[one.bug]


def test_each_bug_is_among_them():
    assert {generated(seed).bug for seed in SEEDS} == {*BUGS, None}
    assert {*NAMES} < {*BUGS}


def of_start(start: str) -> str:
    """The source of a right network that starts so."""
    return next(
        one.source
        for one in map(generated, range(0, 1000, 2))
        if (one.start, one.dtype, one.cost) == (start, "f8", "quadratic")
    )


@pytest.mark.parametrize(
    ("start", "old", "new"),
    [
        ("biases of 0", "db = ", "db = - 5 * b[k].reshape(-1) + "),
        ("last of 0", "back = delta @", "back = -delta @"),
        ("tiny", "delta = back *", "delta = 2 * back *"),
    ],
)
def test_what_the_starting_values_hide_is_found(start: str, old: str, new: str, guard: Guard):
    source = of_start(start)
    assert source.count(old) == 1
    assert graded(source, guard, "quadratic").passed
    assert not graded(source.replace(old, new), guard, "quadratic").passed


def test_a_row_that_is_never_filled_is_found_in_a_large_array(guard: Guard):
    """No more than forty places of it are moved one by one."""
    source = of_start("usual")
    sizes = source[source.index("sizes = [") : source.index("]\n") + 1]
    source = source.replace(sizes, "sizes = [90, 80, 5]", 1)
    assert graded(source, guard, "quadratic").passed
    skipped = "        dW = dW.copy(); dW[-1] *= dW.shape[0] < 80\n        db = "
    unfilled = source.replace("        db = ", skipped, 1)
    for seed in range(3):
        report = grade_file(unfilled.encode(), PATH, guard, cost="quadratic", seed=seed)
        assert not report.passed


def test_a_row_alone_is_named_in_a_small_one(guard: Guard):
    source = of_start("usual")
    wrong = source.replace("        db = ", "        dW = dW.copy(); dW[1] = 0\n        db = ", 1)
    assert "is wrong in row 1 alone" in graded(wrong, guard, "quadratic").explanation


@pytest.mark.parametrize(
    ("last", "passes"),
    [
        ("np.sum(delta)", False),
        ("delta.sum(axis=0)", True),
    ],
)
def test_a_sum_that_is_nothing_for_softmax_is_named(last: str, passes: bool, guard: Guard):
    """The sum of all of softmax's errors is 0 but for rounding."""
    source = next(
        one.source
        for one in map(generated, range(0, 1000, 2))
        if (one.cost, one.dtype) == ("log-likelihood", "f8")
    )
    source = source.replace("db = delta.sum(axis=0)", f"db = {last} + np.zeros(delta.shape[1])")
    report = graded(source, guard, "log-likelihood")
    assert report.passed == passes
    if not passes:
        assert report.mistake == "bias gradient summed over everything, for every neuron"
