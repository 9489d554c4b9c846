"""What arithmetic runs on: which BLAS kernels, and how many threads. Every door runs on the same.

NumPy computes products with a BLAS library, most often OpenBLAS. Two of its defaults cost a
small network dearly. On AMD processors with AVX-512 some versions take kernels half as wide as
the processor's registers. And it splits even small products between threads, which wait for each
other in a loop: that gains little, and beside another busy program it loses much. So the library
is held to one thread, and whoever trains cuts up what is large and runs it on `helpers`.
"""

from __future__ import annotations

import functools
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from threadpoolctl import ThreadpoolController

KERNELS = "OPENBLAS_CORETYPE"
FROM_THE_SHELL = os.environ.get(KERNELS)
"""The kernels that the environment named, before any were asked for here."""

WIDE = "SkylakeX"
"""OpenBLAS's name for its AVX-512 kernels, after the first processor that had them."""

NARROW = frozenset({"haswell", "zen", "sandybridge", "nehalem", "prescott", "core2"})
"""Its names for kernels of processors that had no AVX-512."""

IN_PLACE = frozenset({"skylakex", "cooperlake", "sapphirerapids"})
"""Its names for kernels that multiply small matrices where they lie, without copying them first."""

KEEP = "CHAINRULE_KERNELS"
AVX512 = frozenset({"avx512f", "avx512bw", "avx512dq", "avx512vl"})
"""The features that the AVX-512 kernels need."""

LINES_OF_A_PROCESSOR = 60


def flags() -> tuple[str, frozenset[str]]:
    """The processor's maker and its features, as Linux reports them; elsewhere nothing."""
    try:
        with Path("/proc/cpuinfo").open(encoding="utf-8", errors="replace") as file:
            lines = list(islice(file, LINES_OF_A_PROCESSOR))
    except OSError:
        return "", frozenset()
    fields: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        fields[name.strip()] = value.strip()
    return fields.get("vendor_id", ""), frozenset(fields.get("flags", "").split())


def prefer_wide_kernels() -> None:
    """Ask OpenBLAS for its AVX-512 kernels where it would not take them; before NumPy loads.

    It would not on AMD, or where `OPENBLAS_CORETYPE` names kernels for older processors.
    `CHAINRULE_KERNELS=keep` leaves the choice as it is.
    """
    maker, features = flags()
    asked_for = os.environ.get(KERNELS, "")
    narrower = asked_for.lower() in NARROW if asked_for else maker == "AuthenticAMD"
    if (
        narrower
        and features >= AVX512
        and os.environ.get(KEEP) != "keep"
        and "numpy" not in sys.modules
    ):
        os.environ[KERNELS] = WIDE


@functools.cache
def controller() -> ThreadpoolController:
    """The BLAS libraries that this process has loaded."""
    import numpy  # noqa: F401  (so that its BLAS is among them)
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def allowed_threads() -> int:
    """How many threads this process may use: what the BLAS library would take now.

    That is the number of processors, or what `OMP_NUM_THREADS` and the like say. One where the
    library is none that can be held to one thread.
    """
    with one_thread.lock:
        return one_thread.allowed if one_thread.holders else blas_threads()


def blas_threads() -> int:
    """How many threads the BLAS library would take now, of those there are processors for."""
    numbers = [info["num_threads"] for info in controller().info() if info["user_api"] == "blas"]
    return min([*numbers, processors()]) if numbers else 1


class OneThread:
    """The BLAS library on one thread, for as long as anybody asks for it.

    The limit is one for the whole process, so that of several threads that train or evaluate, the
    first sets it and the last takes it back.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.holders = 0
        self.allowed = 1

    @contextmanager
    def held(self) -> Iterator[None]:
        with self.lock:
            if not self.holders:
                self.allowed = blas_threads()
                self.limit = controller().limit(limits=1, user_api="blas")
            self.holders += 1
        try:
            yield
        finally:
            with self.lock:
                self.holders -= 1
                if not self.holders:
                    self.limit.restore_original_limits()


one_thread = OneThread()


def processors() -> int:
    """How many processors this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def small_in_place() -> bool:
    """Whether NumPy's products run on kernels that take small ones in place."""
    libraries = [info for info in controller().info() if info["internal_api"] == "openblas"]
    kernels = {str(info["architecture"]).lower() for info in libraries}
    return bool(kernels) and kernels <= IN_PLACE


@dataclass(frozen=True)
class Helpers:
    """The threads beside the one that trains."""

    threads: Executor
    number: int


_helpers: ContextVar[Helpers | None] = ContextVar("_helpers", default=None)


def helpers() -> Helpers | None:
    """The threads that may help this one now, where there are any."""
    return _helpers.get()


@contextmanager
def on_threads(number: int) -> Iterator[None]:
    """While this lasts, parts run on so many threads, the caller's own among them."""
    if number <= 1:
        yield
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(number - 1, "chainrule") as threads:
        before = _helpers.set(Helpers(threads, number - 1))
        try:
            yield
        finally:
            _helpers.reset(before)


@contextmanager
def threads(number: int) -> Iterator[None]:
    """A product runs on one thread, and large ones side by side on `number`."""
    with one_thread.held(), on_threads(number):
        yield


@contextmanager
def allowed() -> Iterator[None]:
    """Run on all the threads that are allowed."""
    with threads(allowed_threads()):
        yield


@dataclass(frozen=True)
class Report:
    """What NumPy runs on here."""

    numpy: str
    blas: str
    version: str
    kernels: str
    threads: int
    processor: str
    avx512: bool
    kernels_asked_for: str | None

    @property
    def wide_kernels_missed(self) -> bool:
        """Whether the processor has AVX-512 and OpenBLAS runs narrower kernels."""
        return self.avx512 and self.blas == "openblas" and self.kernels.lower() in NARROW

    def to_dict(self) -> dict[str, Any]:
        return {**asdict(self), "wide_kernels_missed": self.wide_kernels_missed}


def report() -> Report:
    """What NumPy's products run on, as the loaded library tells it."""
    import numpy

    maker, features = flags()
    libraries = [info for info in controller().info() if info["user_api"] == "blas"]
    blas = libraries[0] if libraries else {}
    return Report(
        numpy=numpy.__version__,
        blas=str(blas.get("internal_api", "unknown")),
        version=str(blas.get("version", "unknown")),
        kernels=str(blas.get("architecture", "unknown")),
        threads=allowed_threads(),
        processor=maker,
        avx512="avx512f" in features,
        kernels_asked_for=os.environ.get(KERNELS),
    )
