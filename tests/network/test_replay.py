"""A step of training allocates nothing: every call writes into a buffer that is there."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

from chainrule.data import Split
from chainrule.network import (
    ACTIVATIONS,
    SGD,
    Adam,
    Momentum,
    Nesterov,
    Network,
    Optimizer,
    Program,
    Recipe,
    RMSProp,
    train,
)
from chainrule.network.compiling import shared_buffers
from chainrule.network.engine.replay import Replay
from chainrule.network.engine.running import run
from chainrule.network.examples import Inputs, as_targets

SMALL = 40_000
"""Bytes. NumPy's iterators may take so much for the moment of a call (33 KB: 8,192 numbers)."""

OPTIMIZERS = [SGD(0.01), Momentum(0.01), Nesterov(0.01), RMSProp(), Adam()]


@contextmanager
def traced() -> Iterator[None]:
    tracemalloc.start()
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        tracemalloc.stop()


def peak(call: Callable[[], Any]) -> int:
    """The bytes that a call has at most taken at one time, of Python's memory and of NumPy's."""
    tracemalloc.reset_peak()
    before = tracemalloc.get_traced_memory()[0]
    call()
    return tracemalloc.get_traced_memory()[1] - before


def some_examples(sizes: list[int], n: int, stored: str = "floats") -> tuple[Any, Any]:
    rng = np.random.default_rng(0)
    y = rng.integers(0, sizes[-1], n)
    if stored == "bytes":
        return Split(rng.integers(1, 255, (n, sizes[0]), dtype=np.uint8), 1 / 255, y), y
    return rng.random((n, sizes[0]), dtype="float32"), y


def largest_call(program: Program) -> tuple[int, Any]:
    """The call of a step that takes the most memory for a moment."""
    calls = program.bind(rng=np.random.default_rng(0))
    run(calls)
    with traced():
        found = [(peak(lambda c=call: c[0](*c[1])), call[0]) for call in calls]
    return max(found, key=lambda pair: pair[0])


def test_an_array_is_seen_by_the_measurement():
    a = np.ones(20_000, "float32")
    out = np.empty_like(a)
    with traced():
        assert peak(lambda: np.add(a, a)) >= a.nbytes > SMALL
        assert peak(lambda: np.add(a, a, out)) < 2_000


@pytest.mark.parametrize("hidden", ACTIVATIONS)
@pytest.mark.parametrize("output", ["sigmoid", "softmax", "identity"])
def test_no_call_on_a_batch_allocates(hidden: str, output: str):
    cost = "log-likelihood" if output == "softmax" else "quadratic"
    # So many examples that even one number an example would be 48 KB.
    network = Network([13, 12, 11], hidden=hidden, output=output, cost=cost, init="he")
    recipe = Recipe(SGD(0.01), 12_000, l1=0.01, l2=0.02, dropout=0.2)
    most, call = largest_call(network.program(recipe))
    assert most < SMALL, call


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_no_call_on_the_parameters_allocates(optimizer: Optimizer, dtype: str):
    # 64 KB of weights a layer at the least, and the first in several blocks.
    network = Network([300, 250, 80], dtype=dtype, init="he")
    most, call = largest_call(network.program(Recipe(optimizer, 10, l1=0.01, l2=0.02, dropout=0.2)))
    assert most < SMALL, call


@pytest.mark.parametrize("stored", ["floats", "bytes"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_nothing_grows_over_thousands_of_steps(optimizer: Optimizer, stored: str):
    X, y = some_examples([300, 20, 10], 700, stored)
    network, recipe = (
        Network([300, 20, 10], init="he"),
        Recipe(optimizer, 10, l1=0.01, l2=0.02, dropout=0.2),
    )
    architecture = network.architecture
    shared = shared_buffers(architecture, network.flat, recipe, 700)
    targets = as_targets(y, 700, architecture, network.dtype)
    inputs, rng = Inputs(X, 300, network.dtype), np.random.default_rng(0)
    replay = Replay(architecture, recipe, shared, inputs, targets, rng)
    order = np.arange(700)
    pieces = [order[start : start + replay.rows] for start in range(0, 700, replay.rows)]

    def epochs(count: int) -> None:
        for _ in range(count):
            for piece in pieces:
                replay.chunk(piece)

    with traced():
        epochs(3)
        before = tracemalloc.get_traced_memory()[0]
        most = peak(lambda: epochs(30))  # 2,100 steps
        after = tracemalloc.get_traced_memory()[0]
    assert after - before < 1_000
    # A chunk is 384,000 bytes as floats and 96,000 as bytes. Bytes are cast through a buffer of
    # NumPy's own, of 8,192 numbers at a time.
    assert most < (SMALL if stored == "floats" else 80_000)


def test_training_replays_the_bound_program_on_views_of_a_chunk(monkeypatch: pytest.MonkeyPatch):
    """Its calls are those of the program, and after two epochs its arrays are where they were."""
    bound: list[list[Any]] = []
    real = Program.bind

    def bind(program: Program, *args: Any) -> Any:
        bound.append(real(program, *args))
        return bound[-1]

    monkeypatch.setattr(Program, "bind", bind)
    network = Network([300, 20, 10], init="he")
    training = train(
        network, some_examples([300, 20, 10], 700), optimizer=Adam(), dropout=0.2, epochs=2
    )
    assert len(bound) == 32  # 320 rows, 10 at a time; the 700 rows leave no short mini-batch
    assert len({len(calls) for calls in bound}) == 1
    firsts = [calls[0][1][0] for calls in bound]
    assert {array.shape[1] for array in firsts} == {10}
    assert all(np.shares_memory(array, firsts[0].base) for array in firsts)
    arrays = [a for calls in bound for _, args in calls for a in args if isinstance(a, np.ndarray)]
    places = [array.ctypes.data for array in arrays]
    before = [array.copy() for array in arrays]
    list(training)
    assert [array.ctypes.data for array in arrays] == places
    assert sum(not np.array_equal(a, b) for a, b in zip(arrays, before, strict=True)) > 500
