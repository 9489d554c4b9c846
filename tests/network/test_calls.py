"""Calls side by side: each part once, nothing lost, and the same bits on any number of threads."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainrule import machine
from chainrule.machine import on_threads
from chainrule.network import (
    SGD,
    Adam,
    Diverged,
    Momentum,
    Nesterov,
    Network,
    Optimizer,
    Recipe,
    RMSProp,
    train,
)
from chainrule.network.engine.running import (
    MOST_PARTS,
    ROWS_OF_A_KERNEL,
    bands,
    bands_in_place,
    run,
    side_by_side,
    small_products_in_place,
)

DEEP = "300-900-900-10 tanh softmax"
"""Every kind of product of its second layer is cut for 128 examples: 207 million operations."""


@given(st.integers(1, 5000), st.floats(0, 1e12))
def test_bands_hold_every_row_once(rows: int, operations: float):
    cut = bands(rows, operations)
    assert [row for band in cut for row in range(rows)[band]] == list(range(rows))
    assert len(cut) <= MOST_PARTS
    assert all(band.start % ROWS_OF_A_KERNEL == 0 and band.stop > band.start for band in cut)
    assert len(cut) == 1 or operations / len(cut) >= 50e6


@pytest.mark.parametrize(
    ("rows", "operations", "number"),
    [(800, 99e6, 1), (800, 100e6, 2), (800, 399e6, 4), (800, 1e12, 16), (15, 1e12, 1),
     (32, 1e12, 2)],
)  # fmt: skip
def test_what_is_cut(rows: int, operations: float, number: int):
    assert len(bands(rows, operations)) == number


@given(st.integers(1, 3000), st.integers(1, 3000), st.integers(1, 300), st.booleans())
def test_bands_in_place_hold_every_row_once(rows: int, inner: int, columns: int, transposed: bool):
    with small_products_in_place(True):
        cut = bands_in_place(rows, inner, columns, transposed)
    assert [row for band in cut for row in range(rows)[band]] == list(range(rows))
    assert len(cut) <= MOST_PARTS
    for band in cut if len(cut) > 1 else []:
        height = band.stop - band.start
        assert band.start % ROWS_OF_A_KERNEL == 0
        assert height * inner * columns <= 1e6
        assert not transposed or height * columns <= 1200
    assert bands_in_place(rows, inner, columns, transposed) == [slice(0, rows)]


@pytest.mark.parametrize(
    ("rows", "inner", "columns", "transposed", "number"),
    [
        (128, 720, 32, True, 4),  # z1 of 784-128-64-10, mini-batches of 32
        (128, 32, 720, False, 4),  # its dC/dW1
        (64, 129, 32, False, 1),  # its z2 is small enough as it is
        (30, 720, 10, True, 1),  # and z1 of 784-30-10, mini-batches of 10
        (100, 720, 64, True, 7),
        (100, 720, 100, True, 1),  # bands of fewer rows than a kernel takes at once
        (800, 720, 128, False, 1),
        (1000, 1000, 60, False, 1),  # more bands than gain anything
    ],
)
def test_what_is_cut_to_be_taken_in_place(
    rows: int, inner: int, columns: int, transposed: bool, number: int
):
    with small_products_in_place(True):
        assert len(bands_in_place(rows, inner, columns, transposed)) == number


@pytest.mark.parametrize("number", [1, 2, 3, 8])
def test_every_part_is_run_once_and_in_its_own_order(number: int):
    ran: list[tuple[int, int]] = []
    parts = [[(ran.append, ((part, call),)) for call in range(3)] for part in range(20)]
    with on_threads(number):
        side_by_side(parts)
        side_by_side(parts)
    assert sorted(ran) == sorted([(part, call) for part in range(20) for call in range(3)] * 2)
    for part in range(20):
        assert [call for found, call in ran if found == part] == [0, 1, 2, 0, 1, 2]


def test_parts_are_run_on_several_threads():
    """Two parts that wait for each other can only end where both run at a time."""
    both = threading.Barrier(2, timeout=30)
    with on_threads(2):
        side_by_side([[(both.wait, ())], [(both.wait, ())]])


def test_it_ends_when_every_part_has_ended():
    begun, ended = threading.Event(), []

    def slow() -> None:
        begun.set()
        threading.Event().wait(0.05)
        ended.append("slow")

    with on_threads(2):
        side_by_side([[(begun.wait, (30,))], [(slow, ())]])
        assert ended == ["slow"]


def test_a_helper_that_has_not_begun_is_not_waited_for():
    """The only helper is busy elsewhere: the caller does all parts and goes on."""
    free, busy, ran = threading.Event(), threading.Event(), []

    def occupy() -> None:
        busy.set()
        assert free.wait(30)

    def in_between() -> None:
        assert busy.wait(30)
        side_by_side([[(ran.append, (part,))] for part in range(5)])
        assert not free.is_set()
        free.set()

    with on_threads(2):
        side_by_side([[(occupy, ())], [(in_between, ())]])
    assert sorted(ran) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_fault_in_any_part_is_raised(number: int):
    def fault() -> None:
        raise FloatingPointError("overflow")

    for place in range(4):
        parts: list[list[Any]] = [[(threading.Event().wait, (0.01,))] for _ in range(4)]
        parts[place] = [(fault, ())]
        with on_threads(number), pytest.raises(FloatingPointError, match="overflow"):
            side_by_side(parts)


def test_numpy_raises_in_a_helper_as_it_does_in_the_caller():
    large, out = np.full(4, 3e38, np.float32), np.zeros(4, np.float32)
    both = threading.Barrier(2, timeout=30)
    part = [(both.wait, ()), (np.multiply, (large, large, out))]
    with on_threads(2), np.errstate(over="raise"), pytest.raises(FloatingPointError):
        side_by_side([[(both.wait, ())], part])
    with on_threads(2), np.errstate(over="raise"), pytest.raises(FloatingPointError):
        side_by_side([part, [(both.wait, ())]])


def test_threads_end_with_the_block():
    before = threading.active_count()
    with on_threads(4):
        side_by_side([[(threading.Event().wait, (0.01,))] for _ in range(8)])
        assert threading.active_count() > before
    assert threading.active_count() == before


def cut_products(text: str, m: int, optimizer: Optimizer, how: Any = side_by_side) -> int:
    """How many calls of a training step are run side by side, or in parts one after another."""
    program = Network.of(text).program(Recipe(optimizer, batch_size=m))
    return sum(function is how for function, _ in program.bind())


@pytest.mark.parametrize(
    ("text", "m", "optimizer", "number"),
    [
        ("784-30-10", 10, SGD(), 0),
        ("784-128-64-10 relu softmax", 32, Momentum(), 0),
        ("784-800-10 relu softmax", 128, SGD(), 2),  # z1 and dC/dW1
        ("784-800-10 relu softmax", 128, Adam(), 3),  # and the update
        ("784-800-10 relu softmax", 10, Adam(), 1),  # the update alone
        (DEEP, 128, SGD(), 3),  # z2, dC/da1 and dC/dW2
    ],
)
def test_which_calls_are_side_by_side(text: str, m: int, optimizer: Optimizer, number: int):
    assert cut_products(text, m, optimizer) == number


def test_z1_and_its_weights_gradient_are_taken_in_place():
    step = "784-128-64-10 relu softmax", 32, Momentum()
    assert cut_products(*step, how=run) == 0
    with small_products_in_place(True):
        assert cut_products(*step, how=run) == 2
    assert cut_products(*step, how=run) == 0


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_step_in_bands_taken_in_place_is_the_step(dtype: str, monkeypatch: pytest.MonkeyPatch):
    rng = np.random.default_rng(0)
    X, y = rng.random((96, 784)), np.arange(96) % 10
    trained = []
    for in_place in (False, True):
        network = Network.of("784-128-64-10 relu softmax", init="he", seed=1, dtype=dtype)
        monkeypatch.setattr(machine, "small_in_place", lambda in_place=in_place: in_place)
        list(train(network, (X, y), epochs=3, batch_size=32, optimizer=Momentum(0.02)))
        trained.append(network.flat.astype(np.float64))
    error = np.abs(trained[0] - trained[1]).max() / np.abs(trained[0]).max()
    assert error < (1e-13 if dtype == "float64" else 1e-5)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_products_in_bands_are_the_products(dtype: str):
    network = Network.of(DEEP, dtype=dtype, init="glorot", seed=1)
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((128, 300)), np.arange(128) % 10
    with on_threads(3):
        found = network.backward(X, y)
    w = {name: part.astype(np.float64) for name, part in network.parameters.items()}
    a1 = np.tanh(X @ w["W1"].T + w["b1"])
    z2 = a1 @ w["W2"].T + w["b2"]
    a2 = np.tanh(z2)
    z3 = a2 @ w["W3"].T + w["b3"]
    a3 = np.exp(z3) / np.exp(z3).sum(axis=1, keepdims=True)
    delta3 = (a3 - np.eye(10)[y]) / 128
    delta2 = (delta3 @ w["W3"]) * (1 - a2**2)
    delta1 = (delta2 @ w["W2"]) * (1 - a1**2)
    expected = {
        "z2": z2, "delta2": delta2, "delta1": delta1, "dC/dW2": delta2.T @ a1,
        "dC/db2": delta2.sum(axis=0), "dC/dW1": delta1.T @ X,
    }  # fmt: skip
    for name, value in expected.items():
        error = np.abs(found[name] - value).max() / np.abs(value).max()
        assert error < (1e-13 if dtype == "float64" else 1e-5), name


@pytest.mark.parametrize("optimizer", [SGD(0.1), Momentum(), Nesterov(), RMSProp(), Adam()])
def test_the_same_bits_on_any_number_of_threads(
    optimizer: Optimizer, monkeypatch: pytest.MonkeyPatch
):
    rng = np.random.default_rng(0)
    X, y = rng.random((300, 300), np.float32), np.arange(300) % 10
    results: list[np.ndarray[Any, Any]] = []
    for number in (1, 2, 5):
        monkeypatch.setattr(machine, "allowed_threads", lambda number=number: number)
        network = Network.of(DEEP, init="glorot", seed=1)
        list(train(network, (X, y), epochs=2, batch_size=128, optimizer=optimizer, l2=1.0))
        results.append(network.flat)
    for other in results[1:]:
        assert np.array_equal(results[0], other)


def test_divergence_on_several_threads_is_explained(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(machine, "allowed_threads", lambda: 2)
    rng = np.random.default_rng(0)
    X, y = rng.random((256, 300), np.float32), np.arange(256) % 10
    network = Network.of(DEEP.replace("tanh", "relu"), init="he", seed=1)
    with pytest.raises(Diverged, match="learning rate"):
        list(train(network, (X, y), epochs=20, batch_size=128, optimizer=SGD(1e20)))
