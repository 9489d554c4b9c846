"""Kernels and threads: asked for where they pay, and only there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

import chainrule as cr
from chainrule import machine
from chainrule.network import Network, NetworkError, training

SOURCE = str(Path(cr.__file__).parents[1])
WIDE = frozenset({"avx512f", "avx512bw", "avx512dq", "avx512vl"})


def blas_threads() -> list[int]:
    return [info["num_threads"] for info in threadpool_info() if info["user_api"] == "blas"]


def test_the_threads_allowed_are_those_of_the_processors_and_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
):
    if not blas_threads():
        pytest.skip("NumPy's BLAS is not one that can be asked")
    monkeypatch.setattr(machine, "processors", lambda: 3)
    with threadpool_limits(2):
        assert machine.allowed_threads() == 2
    with threadpool_limits(1):
        assert machine.allowed_threads() == 1
    monkeypatch.setattr(machine, "processors", lambda: 1)
    with threadpool_limits(2):
        assert machine.allowed_threads() == 1


def test_a_library_that_cannot_be_held_to_one_thread_has_no_helpers(
    monkeypatch: pytest.MonkeyPatch,
):
    class Unknown:
        def info(self) -> list[Any]:
            return []

    monkeypatch.setattr(machine, "controller", Unknown)
    assert machine.allowed_threads() == 1


def test_several_threads_may_hold_it_at_once():
    """The limit is one for the process: whoever ends first leaves it to the others."""
    machine.controller.cache_clear()
    before = machine.allowed_threads()
    one, two = machine.threads(1), machine.threads(1)
    one.__enter__()
    two.__enter__()
    assert machine.allowed_threads() == before
    one.__exit__(None, None, None)
    assert set(blas_threads()) <= {1}
    two.__exit__(None, None, None)
    assert machine.allowed_threads() == machine.report().threads == before


def test_processors():
    assert 1 <= machine.processors() <= (os.cpu_count() or 1)


def test_threads_are_held_and_given_back():
    machine.controller.cache_clear()  # other tests load libraries of their own
    before = blas_threads()
    if not before:
        pytest.skip("NumPy's BLAS is not one that can be asked")
    for number in (1, 2):
        with machine.threads(number):
            assert set(blas_threads()) == {1}  # a product is cut up by us, or not at all
        assert blas_threads() == before


@pytest.mark.parametrize(
    ("kernels", "in_place"),
    [
        (["SkylakeX"], True),
        (["Cooperlake"], True),
        (["Haswell"], False),
        (["Zen"], False),
        (["SkylakeX", "Haswell"], False),  # NumPy's own may be the second
        (["SkylakeX", "mkl"], True),  # as PyTorch brings it
        (["mkl"], False),
        ([], False),
    ],
)
def test_which_kernels_take_small_products_in_place(
    monkeypatch: pytest.MonkeyPatch, kernels: list[str], in_place: bool
):
    class Libraries:
        def info(self) -> list[Any]:
            mkl = {"internal_api": "mkl"}
            return [
                {"internal_api": "openmp"},
                *(
                    mkl if name == "mkl" else {"internal_api": "openblas", "architecture": name}
                    for name in kernels
                ),
            ]

    monkeypatch.setattr(machine, "controller", Libraries)
    assert machine.small_in_place() == in_place


@pytest.mark.parametrize("in_place", [False, True])
def test_training_asks_whether_small_products_are_taken_in_place(
    monkeypatch: pytest.MonkeyPatch, in_place: bool
):
    asked: list[bool] = []

    @contextmanager
    def small_products_in_place(done: bool) -> Iterator[None]:
        asked.append(done)
        yield

    monkeypatch.setattr(machine, "small_in_place", lambda: in_place)
    monkeypatch.setattr(training, "small_products_in_place", small_products_in_place)
    cr.train(Network([6, 3]), (np.zeros((4, 6)), [0, 1, 2, 1]))
    assert asked == [in_place]


def test_training_runs_on_the_threads_allowed_and_nothing_else_does(
    monkeypatch: pytest.MonkeyPatch,
):
    asked: list[Any] = []
    real = machine.threads

    def threads(number: int) -> Any:
        asked.append(number)
        return real(number)

    monkeypatch.setattr(machine, "threads", threads)
    monkeypatch.setattr(machine, "allowed_threads", lambda: 3)
    before = blas_threads()
    X, y = np.random.default_rng(0).random((40, 6)), np.arange(40) % 3
    for _ in cr.train(Network([6, 3]), (X, y), epochs=2, batch_size=5):
        assert blas_threads() == before
    assert set(asked) == {3}
    assert len(asked) >= 2


def test_the_same_bits_on_one_thread(monkeypatch: pytest.MonkeyPatch):
    X, y = np.random.default_rng(0).random((400, 60)), np.arange(400) % 3
    one, two = Network([60, 30, 3], seed=1), Network([60, 30, 3], seed=1)
    list(cr.train(two, (X, y), epochs=2))
    monkeypatch.setattr(machine, "allowed_threads", lambda: 1)
    list(cr.network.train(one, (X, y), epochs=2))
    assert np.array_equal(one.flat, two.flat)


def test_wrong_arguments_are_explained_as_without():
    X, y = np.zeros((3, 2)), [0, 1, 1]
    for call in (
        lambda: cr.train(None, (X, y)),  # pyright: ignore
        lambda: cr.train(Network([2, 2]), (X, y), batch_size="10"),  # pyright: ignore
        lambda: cr.train(Network([2, 2]), (X, y), batch_size=float("nan")),  # pyright: ignore
    ):
        with pytest.raises(NetworkError):
            call()
    with pytest.raises(TypeError, match="train"):
        cr.train()  # pyright: ignore


@pytest.mark.parametrize(
    ("maker", "features", "set_before", "expected"),
    [
        ("AuthenticAMD", WIDE, None, "SkylakeX"),
        ("AuthenticAMD", WIDE | {"sse2"}, None, "SkylakeX"),
        ("AuthenticAMD", WIDE - {"avx512vl"}, None, None),
        ("AuthenticAMD", frozenset(), None, None),
        ("GenuineIntel", WIDE, None, None),  # there OpenBLAS takes them by itself
        ("", frozenset(), None, None),
        ("AuthenticAMD", WIDE, "", "SkylakeX"),
        ("AuthenticAMD", WIDE, "Haswell", "SkylakeX"),
        ("GenuineIntel", WIDE, "Haswell", "SkylakeX"),
        ("AuthenticAMD", frozenset({"avx2"}), "Haswell", "Haswell"),
        ("GenuineIntel", WIDE, "SapphireRapids", "SapphireRapids"),  # no narrower
    ],
)
def test_wide_kernels(
    maker: str,
    features: frozenset[str],
    set_before: str | None,
    expected: str | None,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(machine, "flags", lambda: (maker, features))
    monkeypatch.delitem(sys.modules, "numpy")
    monkeypatch.delenv("OPENBLAS_CORETYPE", raising=False)
    if set_before is not None:
        monkeypatch.setenv("OPENBLAS_CORETYPE", set_before)
    else:
        monkeypatch.setenv("OPENBLAS_CORETYPE", "x")
        monkeypatch.delenv("OPENBLAS_CORETYPE")
    machine.prefer_wide_kernels()
    assert os.environ.get("OPENBLAS_CORETYPE") == expected
    os.environ.pop("OPENBLAS_CORETYPE", None)


def test_the_choice_is_kept_where_that_is_asked_for(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(machine, "flags", lambda: ("AuthenticAMD", WIDE))
    monkeypatch.delitem(sys.modules, "numpy")
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Haswell")
    monkeypatch.setenv("CHAINRULE_KERNELS", "keep")
    machine.prefer_wide_kernels()
    assert os.environ["OPENBLAS_CORETYPE"] == "Haswell"


def test_evaluating_runs_on_the_threads_allowed(monkeypatch: pytest.MonkeyPatch):
    asked: list[int] = []
    real = machine.threads
    monkeypatch.setattr(machine, "allowed_threads", lambda: 2)
    monkeypatch.setattr(machine, "threads", lambda n: asked.append(n) or real(n))
    X, y = np.random.default_rng(0).random((40, 6)), np.arange(40) % 3
    network = Network([6, 3])
    assert cr.evaluate(network, X, y).cost == cr.network.evaluate(network, X, y).cost
    assert asked == [2, 2]


def test_too_late_once_numpy_is_there(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(machine, "flags", lambda: ("AuthenticAMD", WIDE))
    monkeypatch.delenv("OPENBLAS_CORETYPE", raising=False)
    machine.prefer_wide_kernels()
    assert "OPENBLAS_CORETYPE" not in os.environ


def test_there_is_one_train_and_one_evaluate():
    assert cr.train is cr.network.train
    assert cr.evaluate is cr.network.evaluate


CODE = """
import json, os, sys
from chainrule import machine
assert "numpy" not in sys.modules
machine.prefer_wide_kernels()
import numpy
print(json.dumps(machine.report().to_dict()))
"""


def test_the_report_says_what_numpy_runs_on():
    environment = {k: v for k, v in os.environ.items() if k != "OPENBLAS_CORETYPE"}
    printed = subprocess.run(
        [sys.executable, "-c", CODE],
        env={**environment, "PYTHONPATH": SOURCE},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout
    found = json.loads(printed)
    assert found["numpy"] == np.__version__
    assert found["threads"] >= 1
    maker, features = machine.flags()
    assert found["avx512"] == ("avx512f" in features)
    if maker == "AuthenticAMD" and features >= WIDE:
        assert found["kernels_asked_for"] == "SkylakeX"
        assert not found["wide_kernels_missed"]


def test_where_linux_does_not_tell(monkeypatch: pytest.MonkeyPatch):
    def nothing(*args: Any, **kwargs: Any) -> str:
        raise OSError

    monkeypatch.setattr(Path, "open", nothing)
    assert machine.flags() == ("", frozenset())


@pytest.mark.parametrize(
    ("kernels", "avx512", "blas", "missed"),
    [
        ("Haswell", True, "openblas", True),
        ("Zen", True, "openblas", True),
        ("SkylakeX", True, "openblas", False),
        ("Cooperlake", True, "openblas", False),
        ("Haswell", False, "openblas", False),
        ("Haswell", True, "mkl", False),
    ],
)
def test_kernels_that_are_missed(kernels: str, avx512: bool, blas: str, missed: bool):
    found = machine.Report("2.4", blas, "1", kernels, 1, "AuthenticAMD", avx512, None)
    assert found.wide_kernels_missed == missed
    assert found.to_dict()["wide_kernels_missed"] == missed
