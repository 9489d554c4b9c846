"""Networks that are loops of a script: how the loop itself is fed decides how it is read."""

from __future__ import annotations

import pytest

from chainrule.workshop import Guard, NetworkReport, NoAdapter, grade_file

from .conftest import PATH

HEAD = """\
import numpy as np
rng = np.random.default_rng(4)
def squash(v): return 1 / (1 + np.exp(-v))
X = rng.normal(size=(9, 3))
Y = (rng.random((9, 2)) < 0.5) * 1.0
V = rng.normal(size=(3, 4)) / 2
U = rng.normal(size=(4, 2)) / 2
"""


def graded(source: str, guard: Guard, cost: str | None = "quadratic") -> NetworkReport:
    return grade_file(source.encode(), PATH, guard, cost=cost)


ADDED_UP = """\
for epoch in range(3):
    dV, dU = np.zeros_like(V), np.zeros_like(U)
    for x, y in zip(X, Y):
        h = squash(x @ V)
        out = squash(h @ U)
        back = (out - y) * out * (1 - out)
        dU RESET np.outer(h, back)
        dV RESET np.outer(x, (U @ back) * h * (1 - h))
        V -= 0.1 * dV
        U -= 0.1 * dU
"""


def test_what_is_added_up_but_applied_after_each_example_is_no_pass(guard: Guard):
    right = graded(HEAD + ADDED_UP.replace("RESET", "="), guard)
    assert right.passed
    wrong = graded(HEAD + ADDED_UP.replace("RESET", "+="), guard)
    assert not wrong.passed
    assert "after_another" in wrong.adapter


WHOLE = """\
for _ in range(3):
    h = squash(X @ V)
    out = squash(h @ U)
    back = (out - Y) * out * (1 - out) / len(X)
    dU = h.T @ back
    dV = X.T @ ((back @ U.T) * h * (1 - h))EXTRA
    U -= 0.1 * dU
    V -= 0.1 * dV
"""


def test_a_loop_over_all_examples_is_never_read_one_at_a_time(guard: Guard):
    """Of one example alone, a second 1/m would be right."""
    assert graded(HEAD + WHOLE.replace("EXTRA", ""), guard).passed
    wrong = graded(HEAD + WHOLE.replace("EXTRA", " / X.shape[0]"), guard)
    assert not wrong.passed
    assert 'examples = "rows"' in wrong.adapter
    assert [each.name for each in wrong.arrays if not each.passed] == ["V"]


def test_another_loop_that_is_right_does_not_hide_a_mistake(guard: Guard):
    both = WHOLE.replace("EXTRA", " * 1.5") + "\n" + WHOLE.replace("EXTRA", "")
    wrong = graded(HEAD + both, guard)
    assert not wrong.passed
    assert f"loop({HEAD.count(chr(10)) + 1})" in wrong.adapter


SETS_ITS_OWN = """\
for k in range(4):
    x = X[:3]
    h = squash(x @ V)
    out = squash(h @ U)
    back = (out - Y[:3]) * out * (1 - out)
    U -= 0.1 * h.T @ back
    V -= 0.1 * x.T @ (back @ U.T * h * (1 - h))
"""


def test_outputs_that_do_not_move_with_the_examples_are_none(guard: Guard):
    """The body sets `x` itself: what it is fed is never seen."""
    source = HEAD.replace("X =", "store = X =") + SETS_ITS_OWN.replace("X[:3]", "store['x']")
    source = source.replace("store = X = ", "x = y = store = ").replace("Y[:3]", "y")
    source = source.replace("store['x']", "np.ones((7, 3))")
    with pytest.raises(NoAdapter):
        graded(source, guard)


RECORDS = """\
right = np.zeros(9)
for epoch in range(3):
    for i in range(len(X)):
        h = squash(X[i:i + 1] @ V)
        out = squash(h @ U)
        right[i] = record(out, Y[i])
        missed = record(right)
        print("example", i, missed + 1)
        back = (out - Y[i:i + 1]) * out * (1 - out)
        dU = h.T @ back
        dV = X[i:i + 1].T @ (back @ U.T * h * (1 - h))
        U -= 0.1 * dU
        V -= 0.1 * dV
"""


def test_what_only_shows_something_may_fail(guard: Guard):
    """An accuracy, a print: no parameter depends on them."""
    assert graded(HEAD + RECORDS, guard).passed


STEP_THAT_SHOWS = """\
class Net:
    def __init__(self, n, k, o):
        self.V, self.U = rng.normal(size=(n, k)), rng.normal(size=(k, o))
    def forward(self, x):
        self.h = squash(x @ self.V)
        return squash(self.h @ self.U)
    def train(self, x, y, rate=0.1, verbose=True):
        out = self.forward(x)
        back = (out - y) * out * (1 - out) / len(x)
        dV = x.T @ (back @ self.U.T * self.h * (1 - self.h))
        self.U -= rate * self.h.T @ back
        self.V -= rate * dV
        if verbose:
            hits = np.mean(out.reshape(-1, 10) == y.reshape(-1, 10))
            print(f"{hits:.2f}")
net = Net(3, 4, 2)
"""


def test_a_step_whose_words_fail_is_a_step(guard: Guard):
    head = HEAD.partition("X =")[0]
    assert graded(head + STEP_THAT_SHOWS, guard).passed


ASLEEP = """\
import numpy as np
rng = np.random.default_rng(4)
V, c = rng.normal(size=(3, 2)), np.full(2, -40.0)
U, d = rng.normal(size=(2, 2)), np.zeros(2)
c[:] = -1.9
def forward(x):
    global z, h
    z = x @ V + c
    h = np.maximum(z, 0)
    return h @ U + d
def backward(x, y, out):
    delta = (out - y) / len(x)
    dU, dd = h.T @ delta, delta.sum(axis=0)
    delta = delta @ U.T * SLOPE
    return x.T @ delta, delta.sum(axis=0), dU, dd
"""


def test_relus_that_are_all_asleep_are_woken(guard: Guard):
    """A mistake in what they hand back cannot be seen while they give 0."""
    assert graded(ASLEEP.replace("SLOPE", "(z > 0)"), guard).passed
    wrong = graded(ASLEEP.replace("SLOPE", "(z > 0) * 1.5"), guard)
    assert not wrong.passed
    assert [each.name for each in wrong.arrays if not each.passed] == ["V", "c"]


AFTER_EACH = """
import numpy as np

class Net:
    def __init__(self, lr={rate}):
        rng = np.random.default_rng(3)
        self.W1, self.b1 = rng.normal(0, 0.5, (2, 3)), np.zeros(3)
        self.W2, self.b2 = rng.normal(0, 0.5, (3, 1)), np.zeros(1)
        self.lr = lr
    def forward(self, x):
        self.a1 = 1 / (1 + np.exp(-(x @ self.W1 + self.b1)))
        self.a2 = 1 / (1 + np.exp(-(self.a1 @ self.W2 + self.b2)))
        return self.a2
    def train(self, X, Y, epochs):
        for _ in range(epochs):
            for x, y in zip(X, Y):
                out = self.forward(x)
                d2 = (out - y) * out * (1 - out)
                d1 = (d2 @ self.W2.T) * {slope}
                self.W2 -= self.lr * np.outer(self.a1, d2)
                self.b2 -= self.lr * d2
                self.W1 -= self.lr * np.outer(x, d1)
                self.b1 -= self.lr * d1

net = Net()
net.train(np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), np.array([[0.0], [1], [1], [0]]), 100)
"""


@pytest.mark.parametrize("rate", ["0.001", "0.1", "1.0"])
def test_a_step_after_each_example_is_read_one_at_a_time(rate: str, guard: Guard):
    """For small rates it is nearly that of all examples together: only their order shows it."""
    right = AFTER_EACH.format(rate=rate, slope="self.a1 * (1 - self.a1)")
    report = grade_file(right.encode(), PATH, guard, cost="quadratic")
    assert report.passed, report
    wrong = AFTER_EACH.format(rate=rate, slope="self.a1")
    report = grade_file(wrong.encode(), PATH, guard, cost="quadratic")
    assert report.mistake == "a for sigma' in the hidden layers", report


PENALTY_IN_THE_STEP = """
import numpy as np

rng = np.random.default_rng(3)
X, Y = rng.random((20, 4)), np.eye(3)[rng.integers(0, 3, 20)]
w_h, w_o = rng.normal(0, 0.4, (4, 5)), rng.normal(0, 0.4, (5, 3))
l2 = 0.05

def sigmoid(z): return 1 / (1 + np.exp(-z))

def cost(output, target):
    penalty = l2 / 2 * (np.sum(w_h ** 2) + np.sum(w_o ** 2))
    return np.sum((output - target) ** 2) / 2 + penalty

for epoch in range(3):
    hidden = sigmoid(X @ w_h)
    output = sigmoid(hidden @ w_o)
    delta_o = (output - Y) * output * (1 - output)
    delta_h = delta_o @ w_o.T * hidden * (1 - hidden)
    grad_w_o = hidden.T @ delta_o
    grad_w_h = X.T @ delta_h
    w_o -= 0.1 * (grad_w_o + l2 * w_o)
    w_h -= 0.1 * (grad_w_h + l2 * w_h)
"""


def test_a_penalty_that_only_the_step_has_is_seen(guard: Guard):
    """What is called a gradient there lacks it."""
    right = grade_file(PENALTY_IN_THE_STEP.encode(), PATH, guard)
    assert right.passed, right
    for more in (" + l2 * w_h", " + l2 * w_o"):
        wrong = grade_file(PENALTY_IN_THE_STEP.replace(more, "").encode(), PATH, guard)
        assert (wrong.passed, wrong.mistake) == (False, "L2 penalty left out")
    twice = PENALTY_IN_THE_STEP.replace("l2 / 2 *", "l2 *")
    assert grade_file(twice.encode(), PATH, guard).mistake == "factor of the L2 penalty"


TWO_WAYS = """
import numpy as np

rng = np.random.default_rng(3)

class Filter:
    def __init__(self): self.k = rng.normal(0, 0.4, 2)
    def forward(self, image):
        self.image = image
        return (image[1:] * self.k[0] + image[:-1] * self.k[1])
    def back(self, d, rate):
        self.k -= rate * np.array([np.sum(d * self.image[1:]), np.sum(d * self.image[:-1])])

class Output:
    def __init__(self): self.w, self.b = rng.normal(0, 0.4, (12, 3)), np.zeros(3)
    def forward(self, x):
        self.x = x.flatten()
        e = np.exp(self.x @ self.w + self.b)
        self.p = e / e.sum()
        return self.p
    def back(self, d, rate):
        below = (d @ self.w.T).reshape(3, 4)
        self.w -= rate * np.outer(self.x, d)
        self.b -= rate * d
        return below

filtered, last = Filter(), Output()
images = rng.random((3, 4, 4))

def train(im, label, rate=0.1):
    p = last.forward(filtered.forward(im))
    d = p.copy()
    d[label] -= 1
    filtered.back(last.back(d, rate), rate)

for label, im in enumerate(images):
    train(im, label)
"""


def test_a_step_that_another_input_does_not_change_is_none(guard: Guard):
    """`train(im, y)` after `last.forward(x)`: what it does has nothing to do with x."""
    try:
        report = grade_file(TWO_WAYS.encode(), PATH, guard)
    except NoAdapter:
        return
    assert "own.im" not in report.adapter, report.adapter


IN_A_FUNCTION = """
import numpy as np

def squash(v): return 1 / (1 + np.exp(-v))

def train(X, y, hidden=4, epochs=100, lr=0.1):
    W1, b1 = np.random.randn(X.shape[1], hidden), np.zeros((1, hidden))
    W2, b2 = np.random.randn(hidden, y.shape[1]), np.zeros((1, y.shape[1]))
    for epoch in range(epochs):
        a1 = squash(X @ W1 + b1)
        a2 = squash(a1 @ W2 + b2)
        loss = {loss}
        d2 = (a2 - y) / len(X)
        d1 = (d2 @ W2.T) * a1 * (1 - a1)
        W2 -= lr * a1.T @ d2
        b2 -= lr * d2.sum(axis=0, keepdims=True)
        W1 -= lr * X.T @ d1
        b1 -= lr * d1.sum(axis=0, keepdims=True)
    return W1, b1, W2, b2
"""
ENTROPY = "-np.mean(np.sum(y * np.log(a2) + (1 - y) * np.log(1 - a2), axis=1))"


def test_the_cost_that_a_loop_works_out_is_its_cost(guard: Guard):
    """Unless it may be there to be shown alone, beside right gradients of another."""
    report = graded(IN_A_FUNCTION.format(loss=ENTROPY), guard, cost=None)
    assert report.passed, report
    assert (report.cost, report.cost_function) == ("cross-entropy", "loss")
    report = graded(IN_A_FUNCTION.format(loss="np.mean((a2 - y) ** 2)"), guard, cost=None)
    assert not report.passed
    assert report.rival == "quadratic"
