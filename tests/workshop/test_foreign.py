"""Networks in other styles than ours: the sound one passes, and a bug in each is found by name."""

from __future__ import annotations

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

from .conftest import PATH

PER_EXAMPLE = '''
import numpy as np


class Net:
    """Lists of weights and biases, an example at a time, as columns."""

    def __init__(self, sizes):
        rng = np.random.default_rng(1)
        self.biases = [rng.normal(size=(n, 1)) for n in sizes[1:]]
        self.weights = [rng.normal(size=(n, m)) for m, n in zip(sizes[:-1], sizes[1:])]

    def feedforward(self, a):
        for b, w in zip(self.biases, self.weights):
            a = sigma(np.dot(w, a) + b)
        return a

    def backprop(self, x, y):
        nabla_b = [np.zeros(b.shape) for b in self.biases]
        nabla_w = [np.zeros(w.shape) for w in self.weights]
        activation, activations, zs = x, [x], []
        for b, w in zip(self.biases, self.weights):
            z = np.dot(w, activation) + b
            zs.append(z)
            activation = sigma(z)
            activations.append(activation)
        delta = (activations[-1] - y) * sigma_prime(zs[-1])
        nabla_b[-1] = delta
        nabla_w[-1] = np.dot(delta, activations[-2].T)
        for l in range(2, len(self.weights) + 1):
            delta = np.dot(self.weights[-l + 1].T, delta) * sigma_prime(zs[-l])
            nabla_b[-l] = delta
            nabla_w[-l] = np.dot(delta, activations[-l - 1].T)
        return nabla_b, nabla_w

    def batch(self, X, Y):
        total = None
        for x, y in zip(X, Y):
            b, w = self.backprop(x[:, None], y[:, None])
            both = b + w
            total = both if total is None else [s + t for s, t in zip(total, both)]
        return [t / len(X) for t in total]


def sigma(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigma_prime(z):
    return sigma(z) * (1 - sigma(z))


net = Net([4, 6, 5, 3])
def forward(X): return net.feedforward(X.T).T
def gradients(X, Y): return net.batch(X, Y)
parameters = [*net.biases, *net.weights]
'''

COLUMNS = """
import numpy as np

rng = np.random.default_rng(2)
n_x, n_h, digits = 5, 6, 4
W1 = rng.normal(size=(n_h, n_x)) * 0.7
b1 = rng.normal(size=(n_h, 1))
W2 = rng.normal(size=(digits, n_h)) * 0.7
b2 = rng.normal(size=(digits, 1))


def run(X):
    Z1 = np.matmul(W1, X) + b1
    A1 = 1 / (1 + np.exp(-Z1))
    Z2 = np.matmul(W2, A1) + b2
    A2 = np.exp(Z2) / np.sum(np.exp(Z2), axis=0)
    return A1, A2


def derive(X, Y):
    m = X.shape[1]
    A1, A2 = run(X)
    dZ2 = A2 - Y
    dW2 = (1. / m) * np.matmul(dZ2, A1.T)
    db2 = (1. / m) * np.sum(dZ2, axis=1, keepdims=True)
    dA1 = np.matmul(W2.T, dZ2)
    dZ1 = dA1 * A1 * (1 - A1)
    dW1 = (1. / m) * np.matmul(dZ1, X.T)
    db1 = (1. / m) * np.sum(dZ1, axis=1, keepdims=True)
    return dW1, db1, dW2, db2


def forward(X): return run(X.T)[1].T
def gradients(X, Y): return derive(X.T, Y.T)
parameters = [W1, b1, W2, b2]
"""

CLASSES = '''
import numpy as np


class Dense:
    """Weights (n_in, n_out), rows of examples."""

    def __init__(self, n_in, n_out, rng):
        self.W = rng.standard_normal((n_in, n_out)) / np.sqrt(n_in)
        self.b = rng.standard_normal(n_out) * 0.3

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, grad):
        self.dW = self.x.T @ grad
        self.db = grad.sum(axis=0)
        return grad @ self.W.T


class Relu:
    def forward(self, x):
        self.x = x
        return np.maximum(x, 0)

    def backward(self, grad):
        return grad * (self.x > 0)


class SoftmaxLoss:
    def forward(self, x):
        e = np.exp(x - x.max(axis=1, keepdims=True))
        self.a = e / e.sum(axis=1, keepdims=True)
        return self.a

    def backward(self, y):
        return (self.a - y) / len(y)


class Sequential:
    def __init__(self):
        rng = np.random.default_rng(3)
        self.layers = [Dense(6, 8, rng), Relu(), Dense(8, 5, rng), Relu(), Dense(5, 3, rng)]
        self.loss = SoftmaxLoss()

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return self.loss.forward(x)

    def backward(self, x, y):
        self.forward(x)
        grad = self.loss.backward(y)
        for layer in reversed(self.layers):
            grad = layer.backward(grad)
        return [g for d in self.layers if isinstance(d, Dense) for g in (d.dW, d.db)]


net = Sequential()
def forward(X): return net.forward(X)
def gradients(X, Y): return net.backward(X, Y)
def parameters(): return [p for d in net.layers if isinstance(d, Dense) for p in (d.W, d.b)]
'''

SOUND = {
    "per example, in lists": (PER_EXAMPLE, "quadratic", "4-6-5-3 sigmoid, sigmoid"),
    "columns": (COLUMNS, "log-likelihood", "5-6-4 sigmoid, softmax"),
    "a class for each layer": (CLASSES, "log-likelihood", "6-8-5-3 relu, softmax"),
}

BUGS = [
    (PER_EXAMPLE, "delta = (activations[-1] - y) *", "delta = (y - activations[-1]) *", "sign"),
    (PER_EXAMPLE, "delta) * sigma_prime(zs[-l])", "delta)", "sigma' left out in the hidden layers"),
    (PER_EXAMPLE, "* sigma_prime(zs[-l])", "* sigma_prime(activations[-l])",
     "sigma'(a) for sigma'(z) in the hidden layers"),
    (PER_EXAMPLE, "(activations[-1] - y) * sigma_prime(zs[-1])",
     "(activations[-1] - y) * sigma_prime(activations[-1])",
     "sigma'(a) for sigma'(z) at the output"),
    (PER_EXAMPLE, "delta = (activations[-1] - y) *", "delta = 2 * (activations[-1] - y) *",
     None),
    (PER_EXAMPLE, "[s + t for s, t in zip(total, both)]", "both", "= for += over the examples"),
    (COLUMNS, "dZ1 = dA1 * A1 * (1 - A1)", "dZ1 = dA1", "sigma' left out in the hidden layers"),
    (COLUMNS, "dZ2 = A2 - Y", "dZ2 = (A2 - Y) * A2 * (1 - A2)", "extra a(1-a)"),
    (COLUMNS, "db2 = (1. / m) * np.sum(dZ2, axis=1, keepdims=True)\n    dA1",
     "db2 = (1. / m) * np.mean(dZ2, axis=1, keepdims=True)\n    dA1", None),
    (COLUMNS, "dZ1 = dA1 * A1 * (1 - A1)", "dZ1 = dA1 * A1", "a for sigma' in the hidden layers"),
    (COLUMNS, "dW2 = (1. / m) * np.matmul(dZ2, A1.T)",
     "dW2 = (1. / m) * np.matmul(dZ2, (W1 @ X + b1).T)", "z for a in dW"),
    (CLASSES, "return grad * (self.x > 0)", "return grad",
     "sigma' left out in the hidden layers"),
    (CLASSES, "return grad * (self.x > 0)", "return grad * np.maximum(self.x, 0)",
     "a for sigma' in the hidden layers"),
    (CLASSES, "return (self.a - y) / len(y)", "return (y - self.a) / len(y)", "sign"),
    (CLASSES, "self.db = grad.sum(axis=0)", "self.db = grad.mean(axis=0)",
     "bias gradient averaged twice"),
    (CLASSES, "return (self.a - y) / len(y)", "return (self.a - y) / len(y)**2",
     "mean taken twice"),
    (CLASSES, "self.db = grad.sum(axis=0)", "self.db = grad.sum()",
     "bias gradient summed over everything"),
    (CLASSES, "self.dW = self.x.T @ grad", "self.dW = grad.T @ self.x", "dW transposed"),
]  # fmt: skip


def graded(source: str, guard: Guard, **options: str) -> NetworkReport:
    return grade_file(source.encode(), PATH, guard, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("style", SOUND)
def test_a_sound_network_passes(style: str, guard: Guard):
    source, cost, network = SOUND[style]
    report = graded(source, guard)
    assert report.passed, report
    assert (report.cost, report.reduction, report.network) == (cost, "mean", network)
    assert max(each.error for each in report.arrays) < 1e-6
    assert graded(source, guard, cost=cost).passed


@pytest.mark.parametrize(("source", "old", "new", "name"), BUGS)
def test_a_seeded_bug_is_found(source: str, old: str, new: str, name: str | None, guard: Guard):
    assert source.count(old) == 1
    cost = next(c for s, c, _ in SOUND.values() if s is source)
    report = graded(source.replace(old, new), guard, cost=cost)
    assert not report.passed
    assert report.mistake == name or (name is None and report.mistake == "factor 2")


def test_sums_are_right_and_said_to_be_sums(guard: Guard):
    report = graded(PER_EXAMPLE.replace("[t / len(X) for t in total]", "total"), guard)
    assert report.passed
    assert report.reduction == "sum"
    assert "divides by m" in report.explanation


def test_without_a_cost_the_one_that_fits_is_found(guard: Guard):
    source = PER_EXAMPLE.replace(" * sigma_prime(zs[-1])", "")
    found = graded(source, guard)
    assert found.passed
    assert found.cost == "cross-entropy"
    named = graded(source, guard, cost="quadratic")
    assert not named.passed
    assert named.mistake == "sigma' left out at the output"


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
    assert "3 times what it should be" in wrong.explanation


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
        graded(COLUMNS, guard, cost="hinge")


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
    assert graded(returning(text), guard).passed


@pytest.mark.parametrize(
    "text",
    [
        "[(X.T @ d1).tolist(), d1.sum(0).tolist(), (a1.T @ d2).tolist(), d2.sum(0).tolist()]",
        "(g for g in (X.T @ d1, d1.sum(0), a1.T @ d2, d2.sum(0)))",
        "np.array([X.T @ d1, d1.sum(0), a1.T @ d2, d2.sum(0)], dtype=object)",
    ],
)
def test_gradients_may_be_rows_of_numbers_a_generator_or_objects(text: str, guard: Guard):
    assert graded(returning(text), guard).passed


def test_a_gradient_that_a_step_would_stretch_to_the_row_is_right(guard: Guard):
    text = "[X.T @ d1, d1.sum(axis=0), a1.T @ d2, d2.sum(axis=0)]"
    assert graded(returning(text), guard).passed
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
    assert graded(options + "p.parse_args()\n" + PLAIN, guard).passed


@pytest.mark.parametrize(("form", "name"), [("W{}", "L2"), ("np.sign(W{})", "L1")])
def test_a_penalty_in_the_gradients_is_right_and_is_said(form: str, name: str, guard: Guard):
    text = "[X.T @ d1 + 0.1 * {}, d1.sum(axis=0), a1.T @ d2 + 0.1 * {}, d2.sum(axis=0)]"
    right = graded(returning(text.format(form.format(1), form.format(2))), guard)
    assert right.passed
    assert all(check.passed for check in right.arrays)
    assert "parameters[0], parameters[2] have 0.1 times" in right.explanation
    assert name in right.explanation
    for other in ("-0.1 *", "0.1 * abs"):
        wrong = text.replace("0.1 *", other, 1).format(f"({form.format(1)})", form.format(2))
        assert not graded(returning(wrong), guard).passed


def test_dropout_in_forward_is_not_called_a_wrong_gradient(guard: Guard):
    noisy = PLAIN.replace(
        "sigma(X @ W1 + b1) @ W2", "(sigma(X @ W1 + b1) * (rng.random(5) < 0.5)) @ W2"
    )
    report = graded(noisy, guard)
    assert "other outputs for the same X" in report.message


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
