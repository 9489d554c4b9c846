"""A function that keeps something from one call to the next, or ignores the rng, is found."""

from __future__ import annotations

import numpy as np
import pytest

from chainrule.workshop import Stage, all_stages, with_repeats

from .conftest import Graded

KEEPING = {
    "a global that is filled once": (
        "hidden_error",
        """kept = {}
def hidden_error(delta_next, W_next, z):
    if W_next.shape not in kept:
        kept[W_next.shape] = sigmoid_prime(z)
    return (W_next.T @ delta_next) * kept[W_next.shape]
""",
    ),
    "a default that is filled once": (
        "cost",
        """def cost(a, y, kept={}):
    if a.shape not in kept:
        kept[a.shape] = (a - y) ** 2
    return kept[a.shape].sum() / (2 * len(a))
""",
    ),
    "a velocity": (
        "update",
        """kept = {}
def update(parameters, gradients, learning_rate):
    out = []
    for i, (p, g) in enumerate(zip(parameters, gradients)):
        key = i, p.shape
        out.append(p - learning_rate * (g + 0.5 * kept.get(key, 0 * g)))
        kept[key] = g
    return out
""",
    ),
    "a run that ends": (
        "relu",
        """kept = []
def relu(z):
    if any(np.shape(z) == shape for shape in kept):
        raise RuntimeError("called twice")
    kept.extend([np.shape(z)] if np.shape(z) == (5,) else [])
    return np.maximum(z, 0)
""",
    ),
}


@pytest.mark.parametrize("what", KEEPING)
def test_an_answer_that_depends_on_earlier_calls_is_wrong(what: str, graded: Graded):
    verdict = graded(*KEEPING[what])
    assert verdict.outcome == "numbers", verdict
    assert verdict.mistake == "depends on earlier calls"


ONE_BUFFER = {
    "sigmoid": """kept = {}
def sigmoid(z):
    z = np.asarray(z, float)
    out = kept.setdefault(z.shape, np.empty(z.shape))
    out[...] = 0.5 * (1 + np.tanh(z / 2))
    return out
""",
    "forward": """kept = {}
def forward(x, weights, biases):
    zs, activations = [], []
    for i, (W, b) in enumerate(zip(weights, biases)):
        z = kept.setdefault((i, b.shape), np.empty(b.shape))
        z[...] = W @ x + b
        zs.append(z)
        x = sigmoid(z)
        activations.append(x)
    return zs, activations
""",
}


@pytest.mark.parametrize("name", ONE_BUFFER)
def test_an_answer_that_a_later_call_writes_over_is_fragile(name: str, graded: Graded):
    verdict = graded(name, ONE_BUFFER[name])
    assert verdict.outcome == "fragile", verdict
    assert "changes at the next call" in verdict.message


DRAWING = {
    "minibatches": """import random
ours = np.random.default_rng(0)
def minibatches(X, y, batch_size, rng):
    rng = {}
    o = rng.permutation(len(X))
    for i in range(0, len(X), batch_size):
        yield X[o[i:i + batch_size]], y[o[i:i + batch_size]]
""",
    "init": """ours = np.random.default_rng(0)
def init(sizes, rng):
    rng = {}
    pairs = list(zip(sizes, sizes[1:]))
    return [rng.normal(0, i ** -0.5, (o, i)) for i, o in pairs], [np.zeros(o) for o in sizes[1:]]
""",
    "train": """ours = np.random.default_rng(0)
def train(X, Y, weights, biases, epochs, batch_size, learning_rate, rng):
    rng = {}
    for _ in range(epochs):
        for x, y in minibatches(X, Y, batch_size, rng):
            dW, db = backprop_batch(x, y, weights, biases)
            weights = update(weights, dW, learning_rate)
            biases = update(biases, db, learning_rate)
    return weights, biases
""",
}


@pytest.mark.parametrize("other", ["np.random.default_rng()", "ours", "np.random"])
@pytest.mark.parametrize("name", DRAWING)
def test_the_same_seed_gives_the_same_answer(name: str, other: str, graded: Graded):
    verdict = graded(name, DRAWING[name].format(other))
    assert verdict.outcome == "numbers", verdict
    assert verdict.mistake == "rng not used"
    assert ("np.random.seed" in " ".join(verdict.details)) == (other == "np.random")
    assert graded(name, DRAWING[name].format("rng")).outcome == "right"


@pytest.mark.parametrize("one", all_stages(), ids=lambda one: one.name)
def test_cases_are_repeated_in_the_same_shapes_with_another_answer(one: Stage):
    """What takes long comes last; a later case could not be told from an earlier one else."""
    cases = with_repeats(one.oracle)
    kinds = [case.kind for case in cases]
    assert "again" in kinds
    assert "timed" not in kinds[: len(kinds) - kinds.count("timed")]
    for case in cases:
        if case.kind == "later":
            assert case.of is not None
            before, after = one.oracle.expected(case.of), one.oracle.expected(case)
            assert not one.oracle.close(before, after)
            assert [np.shape(a) for a in before.values()] == [np.shape(a) for a in after.values()]
