"""Networks in other styles than ours: the sound one passes, and a bug in each is found by name."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from chainrule.workshop import (
    ADAPTER,
    Guard,
    NetworkReport,
    NoAdapter,
    WorkshopError,
    flat,
    grade_file,
)
from tests.support import cases

from .conftest import PATH

TABLE = Path(__file__).with_name("networks.toml")


class Sound(NamedTuple):
    style: str
    cost: str
    network: str
    source: str


class Bug(NamedTuple):
    style: str
    old: str
    new: str
    name: str | None = None


SOUND = {one.style: one for one in cases(TABLE, "sound", Sound)}
PER_EXAMPLE, COLUMNS, CLASSES = (one.source for one in SOUND.values())


def graded(source: str, guard: Guard, **options: str) -> NetworkReport:
    return grade_file(source.encode(), PATH, guard, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("one", SOUND.values(), ids=SOUND)
def test_a_sound_network_passes(one: Sound, guard: Guard):
    report = graded(one.source, guard, cost=one.cost)
    assert report.passed, report
    assert (report.cost, report.reduction, report.network) == (one.cost, "mean", one.network)
    assert max(each.error for each in report.arrays) < 1e-6


@pytest.mark.parametrize(
    "bug", cases(TABLE, "bug", Bug), ids=lambda bug: f"{bug.style}: {bug.name}"
)
def test_a_seeded_bug_is_found(bug: Bug, guard: Guard):
    sound = SOUND[bug.style]
    assert sound.source.count(bug.old) == 1
    report = graded(sound.source.replace(bug.old, bug.new), guard, cost=sound.cost)
    assert not report.passed
    assert report.mistake == bug.name or (bug.name is None and report.mistake == "factor 2")


def test_sums_are_right_and_said_to_be_sums(guard: Guard):
    summed = PER_EXAMPLE.replace("[t / len(X) for t in total]", "total")
    report = graded(summed, guard, cost="quadratic")
    assert report.passed
    assert report.reduction == "sum"
    assert "divides by m" in report.explanation


NO_SLOPE = PER_EXAMPLE.replace(" * sigma_prime(zs[-1])", "")
TWICE = CLASSES.replace(
    "return (self.a - y) / len(y)",
    "g = (self.a - y) / len(y)\n"
    "        return self.a * (g - (g * self.a).sum(axis=1, keepdims=True))",
)


@pytest.mark.parametrize(
    ("source", "cost", "other", "says"),
    [
        (NO_SLOPE, "cross-entropy", "quadratic", "sigma'(z) is missing"),
        (PER_EXAMPLE, "quadratic", "cross-entropy", "a * (1 - a) too many"),
        (TWICE, "quadratic", "log-likelihood", "once too often"),
    ],
)
def test_what_is_right_for_one_cost_and_wrong_for_another_is_no_pass(
    source: str, cost: str, other: str, says: str, guard: Guard
):
    report = graded(source, guard)
    assert not report.passed
    assert (report.cost, report.rival) == (cost, other)
    assert says in report.message
    assert graded(source, guard, cost=cost).passed
    assert not graded(source, guard, cost=other).passed


def test_where_no_other_cost_goes_with_the_outputs_the_one_that_fits_decides(guard: Guard):
    report = graded(CLASSES, guard)
    assert report.passed
    assert (report.cost, report.cost_found, report.rival) == ("log-likelihood", True, None)


OWN_COSTS = {
    "def cost(a, y): return np.sum((a - y) ** 2) / (2 * len(a))": "quadratic",
    "def loss(y, a): return -np.mean(np.sum(y*np.log(a) + (1-y)*np.log(1-a), axis=1))":
        "cross-entropy",
    "def compute_cost(A, Y): return np.sum((A - Y) ** 2) / (2 * Y.shape[1])  # columns":
        "quadratic",
    "def J(X, Y): return 0.5 * np.sum((forward(X) - Y) ** 2)": "quadratic",
    "class C:\n    def loss(self, X, Y): return np.sum((forward(X) - Y) ** 2) / len(X)\nc = C()":
        "squared",
}  # fmt: skip


@pytest.mark.parametrize("own", OWN_COSTS)
def test_the_cost_that_the_file_computes_decides(own: str, guard: Guard):
    """The network's gradients are those of the quadratic cost, or have sigma' left out."""
    right = graded(f"{PER_EXAMPLE}\n{own}\n", guard)
    assert right.passed == (OWN_COSTS[own] == "quadratic"), right
    assert right.cost == OWN_COSTS[own]
    assert right.cost_function is not None
    assert right.cost_function in own
    wrong = graded(f"{NO_SLOPE}\n{own}\n", guard)
    assert wrong.passed == (OWN_COSTS[own] == "cross-entropy"), wrong
    if OWN_COSTS[own] == "quadratic":
        assert wrong.mistake == "sigma' left out at the output"


SHOWN = "def mse(a, y): return np.mean((a - y) ** 2)\n"


def test_a_cost_that_is_shown_alone_may_be_a_multiple(guard: Guard):
    """A learning rate takes a factor in; a function of its derivative says that it is meant."""
    report = graded(f"{PER_EXAMPLE}\n{SHOWN}", guard)
    assert report.passed
    assert report.cost == "quadratic"
    assert "`mse` is a multiple" in report.explanation
    assert not graded(f"{NO_SLOPE}\n{SHOWN}", guard).passed
    twice = "def sse(a, y): return np.sum((a - y) ** 2) / len(a)\n"
    assert graded(f"{PER_EXAMPLE}\n{twice}", guard).passed
    assert not graded(f"{PER_EXAMPLE}\n{twice}def sse_prime(a, y): return 0\n", guard).passed


def test_two_costs_in_a_file_decide_nothing_and_a_general_name_comes_first(guard: Guard):
    both = (
        "def mse(a, y): return np.mean((a - y) ** 2)\n"
        "def cross_entropy(a, y): return -np.sum(y*np.log(a) + (1-y)*np.log(1-a)) / len(a)\n"
    )
    assert graded(f"{PER_EXAMPLE}\n{both}", guard).rival == "cross-entropy"
    general = "def cost(a, y): return np.sum((a - y) ** 2) / (2 * len(a))\n"
    assert graded(f"{PER_EXAMPLE}\n{both}{general}", guard).passed


def test_a_cost_of_the_file_s_own_making_is_held_against_its_own_slopes(guard: Guard):
    """A cost that no name stands for: the squares weighted, with a penalty."""
    own = (
        "def loss(X, Y): return np.sum((forward(X) - Y) ** 2 * [1, 2, 3]) / len(X)"
        " + 0.05 * sum(np.sum(w ** 2) for w in net.weights)\n"
    )
    source = PER_EXAMPLE.replace(
        "(activations[-1] - y) *", "2 * np.array([[1], [2], [3]]) * (activations[-1] - y) *"
    )
    source = source.replace(
        "return [t / len(X) for t in total]",
        "t = [t / len(X) for t in total]\n"
        "        return t[:3] + [g + 0.1 * w for g, w in zip(t[3:], self.weights)]",
    )
    right = graded(source + own, guard)
    assert right.passed
    assert "`loss`" in right.message
    assert not graded(source.replace("2 * np.array", "3 * np.array") + own, guard).passed


@pytest.mark.parametrize(
    "own",
    [
        "def cost(a, y): raise RuntimeError",
        "def cost(a, y): return 'high'",
        "def cost(a, y):\n    net.weights[0][:] = 0\n    return np.sum((a - y) ** 2) / 14",
        "def cost(a, y): return a - y",
        "loss = 3",
        "def cost(): return 1",
    ],
)
def test_a_cost_function_that_cannot_be_used_does_no_harm(own: str, guard: Guard):
    assert graded(f"{PER_EXAMPLE}\n{own}\n", guard, cost="quadratic").passed


def test_a_network_that_is_not_recognised_is_checked_all_the_same(guard: Guard):
    """Softplus hidden neurons: the slopes are measured, whatever the activation."""
    softplus = CLASSES.replace("np.maximum(x, 0)", "np.log1p(np.exp(x))").replace(
        "(self.x > 0)", "(1 / (1 + np.exp(-self.x)))"
    )
    right = graded(softplus, guard)
    assert right.passed
    assert right.network is None
    wrong = graded(softplus.replace("(self.a - y) /", "3 * (self.a - y) /"), guard,
                   cost="log-likelihood")  # fmt: skip
    assert not wrong.passed
    assert wrong.mistake is None
    assert "3 times what they should be" in wrong.explanation


def test_float32_networks_pass(guard: Guard):
    source = CLASSES.replace("np.sqrt(n_in)", "np.float32(np.sqrt(n_in))")
    source = source.replace(
        "standard_normal((n_in, n_out))", "standard_normal((n_in, n_out), 'f4')"
    )
    source = source.replace("standard_normal(n_out)", "standard_normal(n_out, 'f4')")
    report = graded(source, guard)
    assert report.passed, report


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("parameters = [W1, b1, W2, b2]", "parameters = [W1.copy(), b1, W2, b2]",
         "does not use parameters[0]"),
        ("parameters = [W1, b1, W2, b2]", "parameters = [W1, b1]", "4 arrays for 2 parameters"),
        ("parameters = [W1, b1, W2, b2]", "parameters = []", "`parameters` is empty"),
        ("parameters = [W1, b1, W2, b2]", "parameters = [W1, b1, W2, 3]",
         "parameters[3] is of type"),
        ("run(X.T)[1].T", "run(X.T)[1]", "for 7 rows"),
        ("A1, A2 = run(X)", "A1, A2 = run(X) / 0", "line"),
        ("return dW1, db1, dW2, db2", "return dW1, db1, dW2", "3 arrays for 4 parameters"),
        ("m = X.shape[1]", "W1[:] += 1; m = X.shape[1]", "`gradients` changes parameters[0]"),
        ("rng = np.random", "while True: pass\nrng = np.random", "__name__ == '__main__'"),
        ("dZ2 = A2 - Y", "import os; os._exit(0)", "ended the process"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_said(old: str, new: str, words: str, guard: Guard):
    report = grade_file(COLUMNS.replace(old, new, 1).encode(), PATH, guard, seconds=1.5)
    assert not report.passed
    assert words in report.message


def test_a_file_without_the_three_lines_is_told_so(guard: Guard):
    with pytest.raises(NoAdapter, match="`forward`, `gradients` or `parameters`"):
        graded("x = 1\n", guard)
    assert len(ADAPTER.splitlines()) == 3


def test_an_unknown_cost_lists_the_known(guard: Guard):
    with pytest.raises(WorkshopError, match="quadratic, cross-entropy"):
        graded(COLUMNS, guard, cost="perplexity")


PLAIN = """
import numpy as np

rng = np.random.default_rng(0)
W1, b1 = rng.normal(0, 0.8, (6, 5)), rng.normal(0, 0.8, (1, 5))
W2, b2 = rng.normal(0, 0.8, (5, 3)), rng.normal(0, 0.8, (1, 3))
parameters = {"W1": W1, "b1": b1, "W2": W2, "b2": b2}


def sigma(z):
    return 1 / (1 + np.exp(-z))


def forward(X):
    return sigma(sigma(X @ W1 + b1) @ W2 + b2)


def gradients(X, Y):
    m = len(X)
    a1 = sigma(X @ W1 + b1)
    a2 = sigma(a1 @ W2 + b2)
    d2 = (a2 - Y) * a2 * (1 - a2) / m
    d1 = (d2 @ W2.T) * a1 * (1 - a1)
    return [X.T @ d1, d1.sum(axis=0, keepdims=True), a1.T @ d2, d2.sum(axis=0, keepdims=True)]
"""
RETURNED = PLAIN[PLAIN.index("    return [X.T") :]


def returning(text: str) -> str:
    return PLAIN.replace(RETURNED, f"    return {text}\n")


def test_gradients_by_name_may_come_in_any_order(guard: Guard):
    text = "{'dW2': a1.T @ d2, 'db2': d2.sum(0), 'dW1': X.T @ d1, 'db1': d1.sum(0)}"
    assert graded(returning(text), guard, cost="quadratic").passed


@pytest.mark.parametrize(
    "text",
    [
        "[(X.T @ d1).tolist(), d1.sum(0).tolist(), (a1.T @ d2).tolist(), d2.sum(0).tolist()]",
        "(g for g in (X.T @ d1, d1.sum(0), a1.T @ d2, d2.sum(0)))",
        "np.array([X.T @ d1, d1.sum(0), a1.T @ d2, d2.sum(0)], dtype=object)",
    ],
)
def test_gradients_may_be_rows_of_numbers_a_generator_or_objects(text: str, guard: Guard):
    assert graded(returning(text), guard, cost="quadratic").passed


def test_a_gradient_that_a_step_would_stretch_to_the_row_is_right(guard: Guard):
    text = "[X.T @ d1, d1.sum(axis=0), a1.T @ d2, d2.sum(axis=0)]"
    assert graded(returning(text), guard, cost="quadratic").passed
    columns = returning(text).replace("(1, 5)", "(5, 1)").replace("+ b1", "+ b1.T")
    said = graded(columns, guard).message
    assert "has shape (5,): expected (5, 1)" in said
    assert "`keepdims=True`" in said


def test_one_output_a_row_is_told_its_form(guard: Guard):
    flat = PLAIN.replace("@ W2 + b2)\n\n", "@ W2 + b2)[:, 0]\n\n")
    assert "`def forward(X): return net.forward(X)[:, None]`" in graded(flat, guard).message


def test_half_precision_is_too_coarse_to_measure(guard: Guard):
    coarse = PLAIN.replace("rng.normal(0, 0.8, (1, 5))", "np.zeros((1, 5), np.float16)")
    assert "an array of float16: expected" in graded(coarse, guard).message


def test_options_of_the_file_itself_are_left_at_their_defaults(guard: Guard):
    options = (
        "import argparse\np = argparse.ArgumentParser()\np.add_argument('--rate', default=1)\n"
    )
    assert graded(options + "p.parse_args()\n" + PLAIN, guard, cost="quadratic").passed


@pytest.mark.parametrize(("form", "name"), [("W{}", "L2"), ("np.sign(W{})", "L1")])
def test_a_penalty_in_the_gradients_is_right_and_is_said(form: str, name: str, guard: Guard):
    text = "[X.T @ d1 + 0.1 * {}, d1.sum(axis=0), a1.T @ d2 + 0.1 * {}, d2.sum(axis=0)]"
    right = graded(returning(text.format(form.format(1), form.format(2))), guard, cost="quadratic")
    assert right.passed
    assert all(check.passed for check in right.arrays)
    assert "Those of W1 and W2 have 0.1 times" in right.explanation
    assert name in right.explanation
    for other in ("-0.1 *", "0.1 * abs"):
        wrong = text.replace("0.1 *", other, 1).format(f"({form.format(1)})", form.format(2))
        assert not graded(returning(wrong), guard, cost="quadratic").passed


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ('{"W1": W1, "b1": b1, "W2": W2, "b2": b2}', ["W1", "b1", "W2", "b2"]),
        ("[W1, b1, W2, b2]", ["W1", "b1", "W2", "b2"]),
        ("lambda: [W1, b1, W2, b2]", ["W1", "b1", "W2", "b2"]),
    ],
)
def test_arrays_are_called_what_they_are_called_in_the_file(
    given: str, names: list[str], guard: Guard
):
    old = 'parameters = {"W1": W1, "b1": b1, "W2": W2, "b2": b2}'
    wrong = PLAIN.replace(old, f"parameters = {given}").replace("a1.T @ d2", "3 * a1.T @ d2")
    report = graded(wrong, guard, cost="quadratic")
    assert [each.name for each in report.arrays] == names
    assert "wrong for W2 (5, 3)" in report.message
    assert "The gradient of W2 is 3 times" in report.explanation
    own = PER_EXAMPLE.replace(
        "delta = (activations[-1] - y) *", "delta = 3 * (activations[-1] - y) *"
    )
    report = graded(own, guard, cost="quadratic")
    assert report.arrays[0].name == "net.biases[0]"


def test_dropout_draws_the_same_at_each_call(guard: Guard):
    noisy = PLAIN.replace(
        "sigma(X @ W1 + b1) @ W2", "(sigma(X @ W1 + b1) * (rng.random(5) < 0.5)) @ W2"
    )
    assert noisy != PLAIN
    report = graded(noisy, guard)
    assert not report.passed
    assert "turn it off" in report.notes[0]
    unseeded = noisy.replace("rng.random(5)", "np.random.default_rng().random(5)")
    assert "other outputs for the same X" in graded(unseeded, guard).message


DROPOUT = """
import numpy as np
{imports}

class Net:
    def __init__(self, inputs, hidden, outputs):
        self.W1, self.b1 = np.random.randn(inputs, hidden), np.zeros(hidden)
        self.W2, self.b2 = np.random.randn(hidden, outputs), np.zeros(outputs)
    def forward(self, X):
        self.X, self.h = X, np.tanh(X @ self.W1 + self.b1)
        self.mask = {draw} < 0.7
        self.a = self.h * self.mask / 0.7
        return self.a @ self.W2 + self.b2
    def loss(self, out, Y): return 0.5 * np.sum((out - Y) ** 2) / len(Y)
    def backward(self, out, Y):
        d2 = (out - Y) / len(Y)
        d1 = d2 @ self.W2.T {mask} * (1 - self.h ** 2)
        return self.X.T @ d1, d1.sum(0), self.a.T @ d2, d2.sum(0)
"""
DRAWS = [
    ("", "np.random.rand(*self.h.shape)"),
    ("rng = np.random.default_rng(3)", "rng.random(self.h.shape)"),
    ("rng = np.random.RandomState(3)", "rng.rand(*self.h.shape)"),
    ("import random", "np.array([[random.random() for _ in row] for row in self.h])"),
]


@pytest.mark.parametrize(("imports", "draw"), DRAWS)
def test_dropout_is_checked_with_the_mask_that_was_drawn(imports: str, draw: str, guard: Guard):
    for mask, passes in (("* self.mask / 0.7", True), ("", False), ("* self.mask", False)):
        source = DROPOUT.format(imports=imports, draw=draw, mask=mask)
        report = graded(source, guard)
        assert report.passed is passes, report
        assert "draws random numbers" in report.notes[0]


def test_nothing_given_back_is_asked_for(guard: Guard):
    assert "is a `return` missing?" in graded(returning("None"), guard).message


@pytest.mark.parametrize("sizes", [(3, 4, 2), (3, 3, 3)])
def test_lists_of_lists_are_the_arrays_that_they_hold(sizes: tuple[int, int, int]):
    """Gradients as plain lists, by kind or by layer, whatever the sizes of the layers."""
    rng = np.random.default_rng(0)
    n0, n1, n2 = sizes
    W, b = [rng.random((n1, n0)), rng.random((n2, n1))], [rng.random((1, n1)), rng.random((1, n2))]
    for given in ([W, b], [[W[0], b[0]], [W[1], b[1]]]):
        wanted = [array for group in given for array in group]
        found = flat([[array.tolist() for array in group] for group in given], rows=True)
        assert [np.shape(array) for array in found] == [array.shape for array in wanted]
        assert all(np.array_equal(a, b) for a, b in zip(found, wanted, strict=True))
