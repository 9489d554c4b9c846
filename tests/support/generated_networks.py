"""Networks in many styles, written out as files, each right or with one bug in its gradients.

Truth is by construction: the right ones are the equations of backpropagation; each bug changes one
of them.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

COSTS = {
    "quadratic": ("sigmoid", "(A - Y) * A * (1 - A)"),
    "cross-entropy": ("sigmoid", "A - Y"),
    "log-likelihood": ("softmax", "A - Y"),
    "squared": ("identity", "2 * (A - Y)"),
    "mean-squared": ("tanh", "2 * (A - Y) * (1 - A**2) / n"),
    "mean-cross-entropy": ("sigmoid", "(A - Y) / n"),
    "log-likelihood-of-scores": ("identity", "softmax(A) - Y"),
    "cross-entropy-of-scores": ("identity", "sigmoid(A) - Y"),
}
"""The output's activation and the error of the output layer, for outputs A and targets Y."""
SLOPES = {
    "sigmoid": "sigmoid(Z[k]) * (1 - sigmoid(Z[k]))",
    "tanh": "(1 - np.tanh(Z[k])**2)",
    "relu": "(Z[k] > 0)",
}
STARTS = {
    "usual": ("rng.normal(size={}) / 2", "rng.normal(size={}) / 2"),
    "biases of 0": ("rng.normal(size={}) / 2", "np.zeros({})"),
    "tiny": ("rng.normal(size={}) * 1e-4", "np.zeros({})"),
    "wide": ("rng.normal(size={})", "rng.normal(size={})"),
    "last of 0": ("rng.normal(size={}) * (LAST == 0)", "np.zeros({})"),
}
BUGS = {
    "no slope in the hidden layers": ("delta = back * SLOPE", "delta = back"),
    "the sign": ("delta = ERROR", "delta = -(ERROR)"),
    "the sign of the weights": ("dW = DW", "dW = -(DW)"),
    "biases too large": ("db = DB", "db = 3 * (DB)"),
    "an entry of the weights": ("dW = DW", "dW = DW; dW[0, 0] += 0.1"),
    "a row of the weights": ("dW = DW", "dW = DW; dW[-1] = 0"),
    "a bias pulled to itself": ("db = DB", "db = DB - 5 * b[k]"),
    "the mean twice": ("delta = ERROR", "delta = (ERROR) / len(X)"),
    "only the last example": ("delta = ERROR", "delta = (ERROR); delta[:-1] = 0"),
    "biases over everything": ("db = DB", "db = DB * 0 + np.sum(DB)"),
    "z for a": ("below = H[k]", "below = H[k] if k == 0 else Z[k - 1]"),
    "the output twice": ("delta = ERROR", "delta = (ERROR) * (1.5 + A)"),
}
"""Each changes what is computed for every network that it is used in."""

SOURCE = """
import numpy as np

rng = np.random.default_rng({seed})
sizes = {sizes}


def sigmoid(z): return 0.5 * (1 + np.tanh(0.5 * z))
def relu(z): return np.maximum(z, 0)
def tanh(z): return np.tanh(z)
def identity(z): return z


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


W, b = [], []
for i in range(len(sizes) - 1):
    LAST = i == len(sizes) - 2
    n_in, n_out = sizes[i], sizes[i + 1]
    W.append(({weight}).astype("{dtype}"))
    b.append(({bias}).astype("{dtype}"))


def run(X):
    Z, H = [], [X.astype("{inside}")]
    for k in range(len(W)):
        Z.append(H[-1] @ {forward} + b[k].reshape(1, -1))
        H.append(({output} if k == len(W) - 1 else {hidden})(Z[-1]))
    return Z, H


def forward(X): return run(X)[1][-1]


def gradients(X, Y):
    Z, H = run(X)
    A, n = H[-1], Y.shape[1]
    delta = ERROR
    delta = delta / {divisor}
    dWs, dbs = [], []
    for k in range(len(W) - 1, -1, -1):
        below = H[k]
        dW = DW
        db = DB
        dWs.insert(0, dW)
        dbs.insert(0, db.reshape(b[k].shape))
        if k:
            back = delta @ {back}
            k = k - 1
            delta = back * SLOPE
    return {order}


parameters = {parameters}
"""


@dataclass(frozen=True)
class Generated:
    """A file with a network, its cost, and what is wrong with its gradients, if anything."""

    source: str
    cost: str
    start: str
    dtype: str
    inside: str
    hidden: str
    bug: str | None


def generated(seed: int) -> Generated:
    """The network of this seed; every second one is right."""
    draw = random.Random(seed)
    sizes = draw.sample(range(3, 9), draw.choice([3, 3, 4]))
    cost = draw.choice(list(COSTS))
    output, error = COSTS[cost]
    hidden = draw.choice(list(SLOPES))
    turned = draw.random() < 0.5
    start = draw.choice(list(STARTS))
    dtype = draw.choice(["f8", "f8", "f4"])
    inside = draw.choice(["f8", "f8", "f4"]) if dtype == "f4" else "f8"
    shape = "(n_in, n_out)" if turned else "(n_out, n_in)"
    bias = draw.choice(["n_out", "(1, n_out)", "(n_out, 1)"])
    weight_text, bias_text = STARTS[start]
    by_layer = draw.random() < 0.5
    order = "[g for pair in zip({0}, {1}) for g in pair]" if by_layer else "[*{0}, *{1}]"
    bug = draw.choice(list(BUGS)) if seed % 2 else None
    if bug == "z for a" and len(sizes) < 3:
        bug = "the sign"
    source = SOURCE
    if bug is not None:
        old, new = BUGS[bug]
        assert source.count(old) == 1
        source = source.replace(old, new)
    source = source.format(
        seed=seed,
        sizes=sizes,
        weight=weight_text.format(shape),
        bias=bias_text.format(bias),
        dtype=dtype,
        inside=inside,
        forward="W[k]" if turned else "W[k].T",
        back="W[k].T" if turned else "W[k]",
        output=output,
        hidden=hidden,
        divisor=draw.choice(["len(X)", "1"]) if bug != "the mean twice" else "len(X)",
        order=order.format("dWs", "dbs"),
        parameters=order.format("W", "b"),
    )
    source = source.replace("ERROR", error).replace("SLOPE", SLOPES[hidden])
    source = source.replace("DW", "below.T @ delta" if turned else "delta.T @ below")
    source = source.replace("DB", "delta.sum(axis=0)")
    return Generated(source, cost, start, dtype, inside, hidden, bug)
