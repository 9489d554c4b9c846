"""Functions that give their own cost and its gradients, with no forward pass beside them."""

from __future__ import annotations

import pytest

from chainrule.workshop import Guard, grade_file

from .conftest import PATH

EXERCISE = """
import numpy as np

def logistic(z): return 1 / (1 + np.exp(-z))

def nn_cost(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_):
    cut = hidden_layer_size * (input_layer_size + 1)
    Theta1 = nn_params[:cut].reshape(hidden_layer_size, input_layer_size + 1)
    Theta2 = nn_params[cut:].reshape(num_labels, hidden_layer_size + 1)
    m = X.shape[0]
    wanted = np.zeros((m, num_labels))
    for i in range(m):
        wanted[i, int(y[i]) - 1] = 1
    A1 = np.hstack([np.ones((m, 1)), X])
    A2 = np.hstack([np.ones((m, 1)), logistic(A1 @ Theta1.T)])
    H = logistic(A2 @ Theta2.T)
    J = -np.sum(wanted * np.log(H) + (1 - wanted) * np.log(1 - H)) / m
    J += lambda_ / (2 * m) * (np.sum(Theta1[:, 1:] ** 2) + np.sum(Theta2[:, 1:] ** 2))
    d3 = H - wanted
    d2 = (d3 @ Theta2[:, 1:]) * A2[:, 1:] * (1 - A2[:, 1:])
    G1, G2 = d2.T @ A1 / m, d3.T @ A2 / m
    G1[:, 1:] += lambda_ / m * Theta1[:, 1:]
    G2[:, 1:] += lambda_ / m * Theta2[:, 1:]
    return J, np.concatenate([G1.ravel(), G2.ravel()])
"""
"""Labels from 1, biases inside, a penalty."""
NAMES = "input_layer_size, hidden_layer_size, num_labels, X, y, lambda_"
FORTRAN = (
    EXERCISE.replace(f"{NAMES}):", f"*args):\n    {NAMES} = args")
    .replace(".reshape(hidden_layer_size", ".reshape((hidden_layer_size")
    .replace(".reshape(num_labels", ".reshape((num_labels")
    .replace("layer_size + 1)\n    Th", 'layer_size + 1), order="F")\n    Th')
    .replace("layer_size + 1)\n    m =", 'layer_size + 1), order="F")\n    m =')
    .replace("    cut = hidden_layer_size * (input_layer_size + 1), order=\"F\")",
             "    cut = hidden_layer_size * (input_layer_size + 1)")
    .replace("ravel()", 'ravel(order="F")')
)  # fmt: skip
"""The same, its arguments packed, and cut as Matlab does."""
TWO = """
import numpy as np
from scipy.optimize import minimize

def unpack(theta):
    return theta[:18].reshape(6, 3), theta[18:].reshape(3, 7)

def through(theta, X):
    T1, T2 = unpack(theta)
    a1 = np.insert(X, 0, 1, axis=1)
    a2 = np.insert(np.tanh(a1 @ T1.T), 0, 1, axis=1)
    scores = a2 @ T2.T
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return a1, a2, e / e.sum(axis=1, keepdims=True)

def plain_cost(theta, X, y):
    return -np.mean(np.log(through(theta, X)[-1][y == 1]))

def plain_gradient(theta, X, y):
    T1, T2 = unpack(theta)
    a1, a2, p = through(theta, X)
    delta = (p - y) / len(X)
    back = (delta @ T2[:, 1:]) * (1 - a2[:, 1:] ** 2)
    return np.r_[(back.T @ a1).ravel(), (delta.T @ a2).ravel()]

def ridge_cost(theta, X, y, lam=1):
    T1, T2 = unpack(theta)
    return plain_cost(theta, X, y) + lam / 2 * (np.sum(T1[:, 1:] ** 2) + np.sum(T2[:, 1:] ** 2))

def ridge_gradient(theta, X, y, lam=1):
    T1, T2 = unpack(theta)
    T1, T2 = T1.copy(), T2.copy()
    T1[:, 0], T2[:, 0] = 0, 0
    return plain_gradient(theta, X, y) + lam * np.r_[T1.ravel(), T2.ravel()]
"""
"""Two functions of each kind; sizes that stand in the source."""
DEEP = """
import numpy as np

def objective(w, layers, X, Y):
    Ws, bs, at = [], [], 0
    for fan_in, fan_out in zip(layers[:-1], layers[1:]):
        Ws.append(w[at:at + fan_in * fan_out].reshape(fan_in, fan_out))
        at += fan_in * fan_out
        bs.append(w[at:at + fan_out].reshape(1, fan_out))
        at += fan_out
    acts = [X]
    for W, b in zip(Ws, bs):
        acts.append(np.sin(acts[-1] @ W + b))
    loss = 0.5 * np.sum((acts[-1] - Y) ** 2)
    d, grads = (acts[-1] - Y) * np.sqrt(1 - acts[-1] ** 2), []
    d = (acts[-1] - Y) * np.cos(acts[-2] @ Ws[-1] + bs[-1])
    for l in range(len(Ws) - 1, -1, -1):
        grads = [acts[l].T @ d, d.sum(axis=0)] + grads
        if l:
            d = (d @ Ws[l].T) * np.cos(acts[l - 1] @ Ws[l - 1] + bs[l - 1])
    return [loss, np.concatenate([g.ravel() for g in grads])]
"""
"""Sizes in a list, and an activation that no usual network has."""
RECURRENT = """
import numpy as np

vocabulary, size = 8, 6
U = 0.01 * np.random.randn(size, vocabulary)
W = 0.01 * np.random.randn(size, size)
V = 0.01 * np.random.randn(vocabulary, size)
b, c = np.zeros((size, 1)), np.zeros((vocabulary, 1))

def loss_and_slopes(inputs, targets, h_before):
    h, probs, loss = {-1: h_before.copy()}, {}, 0.0
    columns = [np.eye(vocabulary)[:, [i]] for i in inputs]
    for t, column in enumerate(columns):
        h[t] = np.tanh(U @ column + W @ h[t - 1] + b)
        e = np.exp(V @ h[t] + c)
        probs[t] = e / e.sum()
        loss -= np.log(probs[t][targets[t], 0])
    dU, dW, dV = np.zeros_like(U), np.zeros_like(W), np.zeros_like(V)
    db, dc, later = np.zeros_like(b), np.zeros_like(c), np.zeros((size, 1))
    for t in range(len(inputs) - 1, -1, -1):
        d = probs[t].copy()
        d[targets[t]] -= 1
        dV += d @ h[t].T
        dc += d
        dz = (1 - h[t] ** 2) * (V.T @ d + later)
        db += dz
        dU += dz @ columns[t].T
        dW += dz @ h[t - 1].T
        later = W.T @ dz
    return loss, dU, dW, dV, db, dc, h[len(inputs) - 1]
"""
"""A recurrent network over numbers of words, all in one function."""
SPLIT = """
import numpy as np

class Reader:
    def __init__(self, input_size, hidden_size, output_size):
        self.Wx = np.random.randn(hidden_size, input_size) * 0.1
        self.Wh = np.random.randn(hidden_size, hidden_size) * 0.1
        self.Wy = np.random.randn(output_size, hidden_size) * 0.1

    def forward(self, inputs, targets, h_prev):
        hs, ps, loss = {-1: h_prev}, {}, 0
        for t in range(len(inputs)):
            hs[t] = np.tanh(self.Wx[:, [inputs[t]]] + self.Wh @ hs[t - 1])
            e = np.exp(self.Wy @ hs[t])
            ps[t] = e / np.sum(e)
            loss += -np.log(ps[t][targets[t], 0])
        return hs, ps, loss

    def backward(self, inputs, targets, hs, ps):
        dWx, dWh, dWy = (np.zeros_like(w) for w in (self.Wx, self.Wh, self.Wy))
        after = np.zeros_like(hs[0])
        for t in reversed(range(len(inputs))):
            dy = ps[t].copy()
            dy[targets[t]] -= 1
            dWy += dy @ hs[t].T
            dz = (self.Wy.T @ dy + after) * (1 - hs[t] ** 2)
            dWx[:, [inputs[t]]] += dz
            dWh += dz @ hs[t - 1].T
            after = self.Wh.T @ dz
        return dWx, dWh, dWy
"""
"""Its cost in `forward`, its gradients in another function that takes what that gave."""
THREE = """
import numpy as np

class Letters:
    def __init__(self, letters, size):
        self.letters, self.size = letters, size
        self.U = np.random.randn(size, letters) * 0.3
        self.W = np.random.randn(size, size) * 0.3
        self.V = np.random.randn(letters, size) * 0.3
        self.b, self.c = np.zeros((size, 1)), np.zeros((letters, 1))

    def forward(self, inputs, hprev):
        xs, hs, ps = {}, {-1: hprev}, {}
        for t in range(len(inputs)):
            xs[t] = np.zeros((self.letters, 1))
            xs[t][inputs[t]] = 1
            hs[t] = np.tanh(self.U @ xs[t] + self.W @ hs[t - 1] + self.b)
            e = np.exp(self.V @ hs[t] + self.c)
            ps[t] = e / e.sum()
        return xs, hs, ps

    def loss(self, ps, targets):
        return sum(-np.log(ps[t][targets[t], 0]) for t in range(len(targets)))

    def backward(self, xs, hs, ps, targets):
        dU, dW, dV = np.zeros_like(self.U), np.zeros_like(self.W), np.zeros_like(self.V)
        db, dc, later = np.zeros_like(self.b), np.zeros_like(self.c), np.zeros_like(hs[0])
        for t in reversed(range(len(targets))):
            dy = ps[t].copy()
            dy[targets[t]] -= 1
            dV += dy @ hs[t].T
            dc += dy
            dz = (self.V.T @ dy + later) * (1 - hs[t] ** 2)
            dU += dz @ xs[t].T
            dW += dz @ hs[t - 1].T
            db += dz
            later = self.W.T @ dz
        return dU, dW, dV, db, dc
"""
"""Its way forward, its cost and its gradients in three functions."""
COLUMNS = """
import numpy as np

def activate(v): return 1 / (1 + np.exp(-v))

def initial_weights(n):
    return np.zeros((n, 1)), 0.0

def cost_and_slopes(w, b, X, Y):
    count = X.shape[1]
    A = activate(w.T @ X + b)
    cost = -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / count
    return {"dw": X @ (A - Y).T / count, "db": np.sum(A - Y) / count}, cost

def learn(X, Y, rounds, rate):
    w, b = initial_weights(len(X))
    for _ in range(rounds):
        slopes, cost = cost_and_slopes(w, b, X, Y)
        w, b = w - rate * slopes["dw"], b - rate * slopes["db"]
    return w, b

def predict(w, b, X): return activate(w.T @ X + b) > 0.5
"""
"""No function of it gives the outputs."""

KINDS = {
    "one vector": EXERCISE,
    "packed, by columns": FORTRAN,
    "two functions": TWO,
    "a list of sizes": DEEP,
    "recurrent, one function": RECURRENT,
    "recurrent, two functions": SPLIT,
    "recurrent, three functions": THREE,
    "arguments in columns": COLUMNS,
}


@pytest.mark.parametrize("source", KINDS.values(), ids=KINDS)
def test_a_right_function_passes_and_so_it_does_by_its_own_adapter(source: str, guard: Guard):
    report = grade_file(source.encode(), PATH, guard)
    assert report.passed, report
    assert "def cost(" in report.adapter
    again = grade_file(source.encode(), PATH, guard, adapter=report.adapter, seed=1)
    assert again.passed, again


@pytest.mark.parametrize(
    ("source", "right", "wrong", "mistake"),
    [
        (EXERCISE, " * A2[:, 1:] * (1 - A2[:, 1:])", "", "sigma' left out in the hidden layers"),
        (EXERCISE, "d2.T @ A1 / m", "d2.T @ A1", None),
        (EXERCISE, "G2[:, 1:] += lambda_ / m * Theta2[:, 1:]", "pass", "L2 penalty left out"),
        (EXERCISE, "    G2[:, 1:] += lambda_ / m * Theta2[:, 1:]", "    G2 += lambda_ / m * Theta2",
         "L2 penalty in the biases"),
        (EXERCISE, "G1[:, 1:] += lambda_ / m", "G1[:, 1:] += lambda_", "factor of the L2 penalty"),
        (TWO, " + lam * np.r_", " + 2 * lam * np.r_", "factor of the L2 penalty"),
        (TWO, "(1 - a2[:, 1:] ** 2)", "a2[:, 1:] * (1 - a2[:, 1:])", "a(1-a) for tanh'"),
        (DEEP, "np.cos(acts[-2] @ Ws[-1] + bs[-1])", "np.cos(acts[-1])", None),
        (RECURRENT, "later = W.T @ dz", "later = W @ dz", None),
        (SPLIT, "dWh += dz @ hs[t - 1].T", "dWh += dz @ hs[t].T", None),
        (THREE, "later = self.W.T @ dz", "later = self.W @ dz", None),
        (THREE, "dc += dy", "dc += dc", None),
        (COLUMNS, "(A - Y).T / count", "(A - Y).T", "sum for mean in the weights"),
        (COLUMNS, "(A - Y).T / count", "(Y - A).T / count", "sign of dW"),
    ],
)  # fmt: skip
def test_a_mistake_is_found(source: str, right: str, wrong: str, mistake: str | None, guard: Guard):
    assert right in source
    report = grade_file(source.replace(right, wrong).encode(), PATH, guard)
    assert not report.passed, report
    assert report.arrays
    assert report.mistake == mistake, report
