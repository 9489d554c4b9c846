"""What NumPy's matrix products run on: which kernels, and how many threads.

NumPy computes products with a BLAS library, most often OpenBLAS. Two of its defaults cost a
small network dearly. On AMD processors with AVX-512 some versions take kernels half as wide as
the processor's registers. And it splits small products between threads, which gains nothing, and
beside another busy program makes them wait for each other.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import pairwise
from numbers import Real
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

    from chainrule.network import Architecture, Evaluation, Network, Training

KERNELS = "OPENBLAS_CORETYPE"
WIDE = "SkylakeX"
"""OpenBLAS's name for its AVX-512 kernels, after the first processor that had them."""

NARROW = frozenset({"haswell", "zen", "sandybridge", "nehalem", "prescott", "core2"})
"""Its names for kernels of processors that had no AVX-512."""

KEEP = "CHAINRULE_KERNELS"
AVX512 = frozenset({"avx512f", "avx512bw", "avx512dq", "avx512vl"})
"""The features that the AVX-512 kernels need."""

ONE_THREAD_BELOW = 250e6
"""Floating-point operations in the largest product of a step: below, one thread is best."""

P = ParamSpec("P")


def flags() -> tuple[str, frozenset[str]]:
    """The processor's maker and its features, as Linux tells them; elsewhere nothing."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "", frozenset()
    fields: dict[str, str] = {}
    for line in text.splitlines()[:60]:
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


def threads_that_pay(architecture: Architecture, batch_size: Any) -> int:
    """How many threads the products of a training step are worth."""
    sizes = architecture.sizes
    largest = max(2 * batch_size * n_in * n_out for n_in, n_out in pairwise(sizes))
    return 1 if largest < ONE_THREAD_BELOW else os.cpu_count() or 1


@functools.cache
def controller() -> ThreadpoolController:
    """The BLAS libraries that this process has loaded."""
    import numpy  # noqa: F401  (so that its BLAS is among them)
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


@contextmanager
def threads(number: int) -> Iterator[None]:
    """Run products on at most so many threads."""
    with controller().limit(limits=number, user_api="blas"):
        yield


def train_on_paying_threads(train: Callable[P, Training]) -> Callable[P, Training]:
    """`train`, with its products on as many threads as pay."""

    @functools.wraps(train)
    def limited(*args: P.args, **kwargs: P.kwargs) -> Training:
        options: dict[str, Any] = dict(kwargs)
        network: Any = args[0] if args else options.get("network")
        batch_size: Any = options.get("batch_size", 10)
        architecture: Architecture | None = getattr(network, "architecture", None)
        if architecture is not None and isinstance(batch_size, Real):
            number = threads_that_pay(architecture, batch_size)
            options.setdefault("within", functools.partial(threads, number))
        return train(*args, **options)  # type: ignore[arg-type]

    return limited


def evaluate_on_paying_threads(evaluate: Callable[..., Evaluation]) -> Callable[..., Evaluation]:
    """`evaluate`, with its products on as many threads as pay."""

    @functools.wraps(evaluate)
    def limited(network: Network, *args: Any, **kwargs: Any) -> Evaluation:
        from chainrule.network.evaluation import CHUNK

        architecture: Architecture | None = getattr(network, "architecture", None)
        if architecture is None:
            return evaluate(network, *args, **kwargs)
        with threads(threads_that_pay(architecture, CHUNK)):
            return evaluate(network, *args, **kwargs)

    return limited


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
        threads=int(blas.get("num_threads", os.cpu_count() or 1)),
        processor=maker,
        avx512="avx512f" in features,
        kernels_asked_for=os.environ.get(KERNELS),
    )
