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
    SGD,
    Adam,
    Momentum,
    Nesterov,
    Network,
    Optimizer,
    RMSProp,
    Training,
    train,
)

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


def a_training(
    sizes: list[int], m: int, optimizer: Optimizer, *, stored: str = "floats", **options: Any
) -> Training:
    rng = np.random.default_rng(0)
    n = max(2 * m, 700)
    X: Any = rng.random((n, sizes[0]), dtype="float32")
    y = rng.integers(0, sizes[-1], n)
    if stored == "bytes":
        X = rng.integers(1, 255, (n, sizes[0]), dtype=np.uint8)
        data: Any = Split(X, 1 / 255, y)
    else:
        data = X, y
    network = Network(sizes, init="he", **options)
    return train(
        network, data, optimizer=optimizer, batch_size=m, l1=0.01, l2=0.02, dropout=0.2, epochs=3
    )


def largest_call(training: Training) -> tuple[int, Any]:
    """The call of a step that takes the most memory for a moment."""
    next(training)
    batches = training._replay._batches
    calls = batches._calls[: batches._length]
    with traced():
        for function, arguments in calls:
            function(*arguments)
        found = [(peak(lambda c=call: c[0](*c[1])), call[0]) for call in calls]
    return max(found, key=lambda pair: pair[0])


def test_an_array_is_seen_by_the_measurement():
    a = np.ones(20_000, "float32")
    out = np.empty_like(a)
    with traced():
        assert peak(lambda: np.add(a, a)) >= a.nbytes > SMALL
        assert peak(lambda: np.add(a, a, out)) < 2_000


@pytest.mark.parametrize("hidden", ["sigmoid", "tanh", "relu", "leaky-relu", "softmax"])
@pytest.mark.parametrize("output", ["sigmoid", "softmax", "identity"])
def test_no_call_on_a_batch_allocates(hidden: str, output: str):
    cost = "log-likelihood" if output == "softmax" else "quadratic"
    # So many examples that even one number an example would be 48 KB.
    training = a_training([13, 12, 11], 12_000, SGD(0.01), hidden=hidden, output=output, cost=cost)
    most, call = largest_call(training)
    assert most < SMALL, call


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_no_call_on_the_parameters_allocates(optimizer: Optimizer, dtype: str):
    # 64 KB of weights a layer at the least, and the first in several blocks.
    training = a_training([300, 250, 80], 10, optimizer, dtype=dtype)
    most, call = largest_call(training)
    assert most < SMALL, call


@pytest.mark.parametrize("stored", ["floats", "bytes"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_nothing_grows_over_thousands_of_steps(optimizer: Optimizer, stored: str):
    training = a_training([300, 20, 10], 10, optimizer, stored=stored)
    next(training)
    replay, n = training._replay, training.examples
    order = np.arange(n)
    pieces = [order[start : start + replay.rows] for start in range(0, n, replay.rows)]

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


def test_the_buffers_are_where_they_were():
    training = a_training([300, 20, 10], 10, Adam())
    batches = training._replay._batches
    places = [array.ctypes.data for _, args in batches._calls for array in args
              if isinstance(array, np.ndarray)]  # fmt: skip
    list(training)
    after = [array.ctypes.data for _, args in batches._calls for array in args
             if isinstance(array, np.ndarray)]  # fmt: skip
    assert places == after


def test_a_batch_is_a_view_of_its_chunk():
    training = a_training([300, 20, 10], 10, SGD())
    batches = training._replay._batches
    assert len(batches._calls) == 32 * batches._length  # 320 rows, 10 at a time
    first = [batches._calls[place * batches._length] for place in range(32)]
    for place, (function, arguments) in enumerate(first):
        assert function.__name__ == "dot"
        assert np.shares_memory(arguments[0], batches._rows)
        assert arguments[0].shape[1] == 10, place
