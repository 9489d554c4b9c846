"""The kinks of relu make no right network wrong, and hide no wrong one."""

from __future__ import annotations

import numpy as np
import pytest

from chainrule.workshop import Guard, grade_file
from chainrule.workshop.guarded.kinks import Pair, straightest
from chainrule.workshop.network_layers import MOST_STEPS, layers
from tests.support.generated_networks import generated

from .conftest import PATH

WIDE = """
import numpy as np

rng = np.random.default_rng(0)
W1 = (rng.normal(0, 0.05, (1000, 80))).astype(np.float32)
W2 = (rng.normal(0, 0.1, (80, 6))).astype(np.float32)
parameters = [W1, W2]

def forward(X):
    return np.maximum(X.astype(np.float32) @ W1, 0) @ W2

def gradients(X, Y):
    X = X.astype(np.float32)
    z = X @ W1
    a = np.maximum(z, 0)
    d = (a @ W2 - Y.astype(np.float32)) / len(X)
    return [X.T @ (d @ W2.T * (z > {threshold})), a.T @ d]
"""
SHARED = """
import numpy as np

rng = np.random.default_rng(0)
K, W = rng.normal(0, 0.5, (9, 8)), rng.normal(0, 0.05, (3200, 5))
parameters = [K, W]

def windows(X):
    image = np.outer(np.arange(20) + 1.0, np.arange(20) - 9.5) / 50
    many = np.sin(image.reshape(1, 400) * X.sum(axis=1, keepdims=True) + np.arange(400) * X[:, :1])
    return np.stack([np.roll(many, k, axis=1) for k in range(9)], axis=2)

def run(X):
    z = windows(X) @ K
    return z, np.maximum(z, 0).reshape(len(X), -1)

def forward(X):
    return run(X)[1] @ W

def gradients(X, Y):
    z, a = run(X)
    d = (a @ W - Y) / len(X)
    back = (d @ W.T).reshape(z.shape) * (z > {threshold})
    return [np.einsum("mpk,mpf->kf", windows(X), back), a.T @ d]
"""


@pytest.mark.parametrize(
    "source", [WIDE, SHARED], ids=["1000 inputs in float32", "a shared kernel"]
)
@pytest.mark.parametrize("seed", range(3))
def test_a_right_network_of_many_relus_passes(source: str, seed: int, guard: Guard):
    right = source.format(threshold=0)
    report = grade_file(right.encode(), PATH, guard, cost="quadratic", seed=seed)
    assert report.passed, report


@pytest.mark.parametrize(
    "source", [WIDE, SHARED], ids=["1000 inputs in float32", "a shared kernel"]
)
def test_a_wrong_slope_of_relu_is_still_found(source: str, guard: Guard):
    wrong = source.format(threshold=0.3)
    report = grade_file(wrong.encode(), PATH, guard, cost="quadratic")
    assert [check.passed for check in report.arrays] == [False, True]


def test_the_longest_step_that_does_not_bend_is_taken():
    def step(part: float) -> Pair:
        none = np.zeros((1, 1))
        return Pair(none, none, ([], []), part, 0.5 if part > 0.05 else 0.0)

    assert straightest(step, (8, False)).width == 0.01


def test_many_small_arrays_are_read_as_layers_in_a_bounded_time():
    """Twenty arrays of one size go together in more ways than can be tried."""
    arrays = [np.ones(4) for _ in range(20)]
    assert sum(1 for _ in layers(arrays, 4, 3)) <= MOST_STEPS


def test_examples_at_which_every_relu_sleeps_prove_nothing(guard: Guard):
    """They bend least of all, and a gradient of 0 is right for them whatever its sign."""
    one = generated(104725)
    report = grade_file(one.source.encode(), PATH, guard, cost=one.cost)
    assert (report.passed, report.mistake) == (False, "sign of dW")
