"""Whole solutions as students write them: the mistake in each is named, and said in true words."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from chainrule.workshop import Given, made, outline, stage
from tests.support import cases

from .conftest import Graded

TABLE = Path(__file__).with_name("students.toml")


class Wrong(NamedTuple):
    stage: str
    mistake: str
    source: str


class Right(NamedTuple):
    stage: str
    source: str


@pytest.mark.parametrize(
    "one", cases(TABLE, "wrong", Wrong), ids=lambda w: f"{w.stage}: {w.mistake}"
)
def test_the_mistake_is_named(one: Wrong, graded: Graded):
    verdict = graded(one.stage, one.source)
    assert not verdict.passed, verdict
    assert verdict.mistake == one.mistake, verdict


@pytest.mark.parametrize("one", cases(TABLE, "right", Right), ids=lambda r: r.stage)
def test_these_are_right_and_nothing_is_said_against_them(one: Right, graded: Graded):
    verdict = graded(one.stage, one.source)
    assert verdict.outcome == "right", verdict


def batch(weight: str = "D.T @ A[l] / m", bias: str = "D.sum(axis=0) / m", m: str = "len(X)",
          back: str = "") -> str:  # fmt: skip
    return f"""
def backprop_batch(X, Y, weights, biases):
    m = {m}
    A = [X]
    for W, b in zip(weights, biases):
        A.append(sigmoid(A[-1] @ W.T + b))
    D = (A[-1] - Y) * A[-1] * (1 - A[-1])
    dW, db = [], []
    for l in reversed(range(len(weights))):
        dW.insert(0, {weight})
        db.insert(0, {bias})
        D = (D @ weights[l]) {back} * A[l] * (1 - A[l])
    return dW, db
"""


def initial(draw: str, bias: str = "np.zeros(o)") -> str:
    return f"""
def init(sizes, rng):
    pairs = list(zip(sizes, sizes[1:]))
    return [{draw} for i, o in pairs], [{bias} for i, o in pairs]
"""


NORMAL = "rng.standard_normal((o, i)) / np.sqrt(i)"


def said(verdict) -> str:
    return " ".join([verdict.message, verdict.explanation, *verdict.details])


def test_lists_in_backward_order_are_not_called_transposed(graded: Graded):
    source = """
def backprop(x, y, weights, biases):
    zs, a = forward(x, weights, biases)
    d = output_error(zs[-1], a[-1], y)
    dW, db = [], []
    for l in reversed(range(len(weights))):
        dW.append(np.outer(d, a[l]))
        db.append(d)
        if l:
            d = hidden_error(d, weights[l], zs[l - 1])
    return dW, db
"""
    verdict = graded("backprop", source)
    assert verdict.mistake == "last layer first"
    assert "transposed" not in said(verdict)


def test_a_bias_gradient_with_two_axes_is_told_how_to_lose_one(graded: Graded):
    verdict = graded("backprop_batch", batch(bias="D.sum(axis=0, keepdims=True) / m"))
    assert verdict.outcome == "shape"
    assert "Yours is a row, with two axes" in said(verdict)


def test_biases_of_one_are_not_said_to_have_the_wrong_spread(graded: Graded):
    assert "All elements of b1 are 1" in said(graded("init", initial(NORMAL, "np.ones(o)")))
    off = said(graded("init", initial(NORMAL, "rng.normal(3, 1, o)")))
    assert "a mean of 3" in off or "a mean of 2.9" in off


def test_nothing_given_back_and_nothing_changed_in_place(graded: Graded):
    source = (
        "def update(parameters, gradients, learning_rate):\n"
        "    for p, g in zip(parameters, gradients):\n        p = p - learning_rate * g"
    )
    assert "`parameters` came through unchanged" in said(graded("update", source))


def test_lists_of_the_wrong_length_are_counted_in_words(graded: Graded):
    last = "def forward(x, weights, biases):\n    z = weights[0] @ x + biases[0]\n    return {}"
    one = graded("forward", last.format("z, sigmoid(z)"))
    assert "`zs` is one array: expected a list of 2 arrays, one for each layer" in said(one)
    two = graded("forward", last.format("[z], [sigmoid(z)]"))
    assert "`zs` has 1 entry: expected a list of 2 arrays" in said(two)


def test_wrong_numbers_come_with_what_numpy_warned_of_and_what_was_changed(graded: Graded):
    from_a = "def cross_entropy(a, y):\n    return -np.sum(y * np.log(a)) / len(a)"
    assert "NumPy warns: invalid value encountered in log" in said(graded("cross_entropy", from_a))
    changed = "def output_error(z, a, y):\n    a -= 2 * y\n    return a * sigmoid_prime(z) * 3"
    assert "it changes its argument `a`" in said(graded("output_error", changed))


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("import math\ndef relu(z):\n    return math.sqrt(z)", "`np.exp`, take arrays"),
        ("def relu(z):\n    return z ^ 2", "a power is `**`"),
        ("def relu(z):\n    return 0.5 * [1, 2]", "A list is no array"),
        ("def relu(z):\n    return [1].sort()[0]", "which change in place"),
        (
            "def relu(z):\n    out = np.zeros(3)\n    out[0] = z\n    return out",
            "one number is stored",
        ),
        (
            "def relu(z):\n    return np.array([np.ones(2), np.ones((2, 2))])",
            "arrays of different shapes: keep them in a list",
        ),
        ("def relu(z):\n    return z[z * 1.0]", "`Y.argmax(axis=1)` gives the classes"),
        ("import sys\ndef relu(z):\n    sys.exit(2)", "give every option a default"),
        ("def relu(z):\n    return z if z > 0 else 0", "`np.where` or a mask"),
        ("def relu(z):\n    z = z + 0\n    z /= 2\n    return z", "cannot hold fractions"),
    ],
)
def test_what_python_says_of_arrays_in_plain_words(source: str, words: str, graded: Graded):
    verdict = graded("relu", source)
    assert words in said(verdict), verdict


ENTROPY = """
def cross_entropy(z, y):
    a = {}
    return -np.sum(y * np.log({}) + (1 - y) * np.log({})) / len(z)
"""
EXACT, BY_TANH = "sigmoid(z)", "0.5 * (1 + np.tanh(z / 2))"


@pytest.mark.parametrize("of_z", [EXACT, BY_TANH])
@pytest.mark.parametrize(
    ("a", "first", "second"),
    [
        ("np.clip({}, 1e-2, 1 - 1e-2)", "a", "1 - a"),
        ("np.clip({}, 1e-7, 1 - 1e-7)", "a", "1 - a"),
        ("{}", "a + 1e-8", "1 - a + 1e-8"),
        ("{}", "np.maximum(a, 1e-9)", "np.maximum(1 - a, 1e-9)"),
    ],
)
def test_a_bound_on_the_cost_that_is_met_is_wrong(
    of_z: str, a: str, first: str, second: str, graded: Graded
):
    verdict = graded("cross_entropy", ENTROPY.format(a.format(of_z), first, second))
    assert verdict.outcome == "numbers", verdict


def test_a_bound_on_z_is_wrong_and_is_said_to_be_one(graded: Graded):
    source = (
        "def cross_entropy(z, y):\n    z = np.clip(z, -20, 20)\n"
        "    return np.sum(np.logaddexp(0, z) - y * z) / len(z)"
    )
    assert "keeps their cost too small" in said(graded("cross_entropy", source))


@pytest.mark.parametrize("of_z", [EXACT, BY_TANH])
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("a", "1 - a"),
        ("a + 1e-15", "1 - a + 1e-15"),
        ("np.where(a > 0, a, 1)", "np.where(a < 1, 1 - a, 1)"),
    ],
)
def test_a_bound_that_is_far_out_is_fragile(of_z: str, first: str, second: str, graded: Graded):
    verdict = graded("cross_entropy", ENTROPY.format(of_z, first, second))
    assert verdict.outcome == "fragile", verdict
    assert "z = [[800, -800], [-1e+04, 50]]" in said(verdict)


def test_what_has_no_loop_is_not_called_slow():
    text = (
        "import numpy as np\n"
        "def one(z):\n    return np.exp(z)\n"
        "def two(z):\n    return [one(v) for v in z]\n"
        "def three(z):\n    return two(z)\n"
        "four = np.vectorize(one)\n"
        "def five(z):\n    return five(z[1:])\n"
    )
    top = outline(text.encode())
    assert top is not None
    loops = [name for name in ("one", "two", "three", "four", "five") if top.loops(name)]
    assert loops == ["two", "three", "four", "five"]


def test_every_order_of_three_examples_leads_to_weights_of_its_own():
    from itertools import combinations

    from chainrule.workshop.stages.train import oracle

    case = oracle.drawn()[0]
    X, Y, weights, biases = list(case.arguments.values())[:4]
    ends = []
    for order in oracle.ORDERS:
        after = oracle.after(X, Y, weights, biases, oracle.in_step(order))
        ends.append(np.concatenate([a.ravel() for arrays in after for a in arrays]))
    assert all(np.abs(a - b).max() > 0.01 for a, b in combinations(ends, 2))


def test_the_reference_takes_orders_of_every_kind():
    """The generators handed in do not happen to lead to one order."""
    orders = set()
    for case in stage("train").oracle.cases():
        rng = case.arguments["rng"]
        if case.kind == "drawn" and isinstance(rng, Given):
            orders.add(tuple(made(rng).permutation(3)))
    assert len(orders) >= 4


ONE = {
    "sigmoid": "def sigmoid(z):\n    {} 0.5 * (1 + np.tanh(np.multiply(z, 0.5))){}",
    "cost": "def cost(a, y):\n    {} np.sum((a - y) ** 2) / (2 * len(a)){}",
    "output_error": "def output_error(z, a, y):\n    {} (a - y) * a * (1 - a){}",
    "hidden_error": "def hidden_error(d, W, z):\n    {} (W.T @ d) * sigmoid_prime(z){}",
    "softmax": "def softmax(z):\n    e = np.exp(z - np.max(z, axis=-1, keepdims=True))\n"
    "    {} e / e.sum(axis=-1, keepdims=True){}",
}


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("return", ",", "is a tuple of one: is there a comma after the `return` value?"),
        ("return [", "]", "is a list of one: expected the"),
        ("yield", "", "`yield` where `return` should be"),
        ("return map(abs, [", "])", "an iterator (map), which gives its numbers once"),
    ],
)
@pytest.mark.parametrize("name", ONE)
def test_what_holds_the_answer_is_not_the_answer(
    name: str, before: str, after: str, words: str, graded: Graded
):
    """Whoever calls the function cannot go on with a tuple of one, a list of one, a generator."""
    verdict = graded(name, ONE[name].format(before, after))
    assert verdict.outcome == "shape"
    assert words in verdict.message
    assert graded(name, ONE[name].format("return", "")).passed


BATCHES = """
def minibatches(X, y, batch_size, rng):
    {}
    for i in range(0, len(X){}, batch_size):
        p = o[i:i + batch_size]
        {}
        yield X[p], y[p]
"""
IN_ORDER = "o = np.arange(len(X))"


@pytest.mark.parametrize(
    ("before", "less", "inside", "mistake"),
    [
        ("o = rng.permutation(len(X))", " - 1", "pass", "last batch dropped"),
        (IN_ORDER, "", "p = rng.permutation(p)", "shuffled inside the mini-batches only"),
        ("o = np.roll(np.arange(len(X)), rng.integers(1, len(X)))", "", "pass", "not shuffled"),
        ("o = np.arange(len(X))[::-1]", "", "pass", "not shuffled"),
        (IN_ORDER, "", "pass", "not shuffled"),
    ],
)
def test_a_division_that_is_not_random_or_not_whole(
    before: str, less: str, inside: str, mistake: str, graded: Graded
):
    verdict = graded("minibatches", BATCHES.format(before, less, inside))
    assert verdict.mistake == mistake, verdict


def test_one_missing_example_is_counted_as_one(graded: Graded):
    source = BATCHES.format("o = rng.permutation(len(X))", "", "p = p[1:] if i == 0 else p")
    assert "Missing: 1 example." in said(graded("minibatches", source))


def test_what_raises_for_every_array_is_not_put_down_to_the_first(graded: Graded):
    """One number alone goes through `if`; z = 0 has nothing to do with it."""
    source = "def relu_prime(z):\n    if z > 0:\n        return 1\n    else:\n        return 0"
    verdict = graded("relu_prime", source)
    assert verdict.outcome == "raises"
    assert "That is only with" not in said(verdict)
    at_zero = "def relu_prime(z):\n    assert np.all(z), 'z is 0'\n    return np.where(z > 0, 1, 0)"
    elementwise = graded("relu_prime", at_zero)
    assert "That is only with" not in said(elementwise)
    far = "def sigmoid(z):\n    assert np.all(np.abs(z) < 5), z\n    return 1 / (1 + np.exp(-z))"
    assert "That is only with z from 5 to 30, far out" in said(graded("sigmoid", far))


@pytest.mark.parametrize(
    ("name", "source", "words"),
    [
        (
            "forward",
            "def forward(x, weights, biases):\n    a, zs, out = x.reshape(-1, 1), [], []\n"
            "    for W, b in zip(weights, biases):\n        zs.append(W @ a + b)\n"
            "        a = sigmoid(zs[-1])\n        out.append(a)\n    return zs, out",
            "is a matrix (n, n)",
        ),
        (
            "forward",
            "def forward(x, weights, biases):\n    z = np.dot(weights[0], x[:, None]) + biases[0]\n"
            "    z2 = np.dot(weights[1], sigmoid(z)) + biases[1]\n"
            "    return [z, z2], [sigmoid(z), sigmoid(z2)]",
            "add `b[:, None]`",
        ),
        (
            "backprop",
            "def backprop(x, y, weights, biases):\n"
            "    zs, a = forward(x, weights, biases)\n    d = output_error(zs[-1], a[-1], y)\n"
            "    d1 = hidden_error(d, weights[1], zs[0])\n"
            "    return [d1 @ x.T, d @ a[-2].T], [d1, d]",
            "`.T` of an array with one axis does nothing",
        ),
    ],
)
def test_what_numpy_does_silently_with_columns_is_named(
    name: str, source: str, words: str, graded: Graded
):
    verdict = graded(name, source)
    assert not verdict.passed
    assert words in said(verdict), verdict


def test_columns_and_turned_weights_that_fit_are_not_blamed(graded: Graded):
    source = (
        "def forward(x, weights, biases):\n    a, zs, out = x.reshape(-1, 1), [], []\n"
        "    for W, b in zip(weights, biases):\n        zs.append(W @ a + b[:, None])\n"
        "        a = sigmoid(zs[-1])\n        out.append(a)\n    return zs, {}"
    )
    assert graded("forward", source.format("out")).passed
    wrong = graded("forward", source.format("out[:1]"))
    assert not wrong.passed
    assert "(n, n)" not in said(wrong)
