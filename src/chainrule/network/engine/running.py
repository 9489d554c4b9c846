"""Bare NumPy calls, run one after another or, where they are large, side by side on threads.

A large product is cut into bands of rows, and the update of many parameters into blocks, which do
not need one another. The cuts depend on the sizes alone, so the bits are the same on any number of
threads. A thread that has nothing to do sleeps: beside another busy program it takes nothing from
it, and no call waits for a part that nobody has begun.

A smaller product with a short side is cut into bands, too, where the kernels that are loaded
multiply a small product in place and copy the operands of a larger one first. So kernels change
the last bits, as they do without any cutting, and threads do not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from typing import Any

from chainrule import machine

Bound = tuple[Callable[..., Any], tuple[Any, ...]]

OPERATIONS_WORTH_A_THREAD = 50e6
"""Floating-point operations in a band of a product, at least: some 250 microseconds of one core.
To hand a part to another thread and hear that it is done takes up to 100."""

NUMBERS_WORTH_A_THREAD = 2.5e6
"""Numbers that the calls of an update write, for each of two threads: as long."""

MOST_PARTS = 16
ROWS_OF_A_KERNEL = 16
"""Bands begin at multiples of so many rows, as the BLAS library's kernels do."""

MOST_IN_PLACE = 1_000_000
"""Multiplications in a product that OpenBLAS's AVX-512 kernels take in place, at most."""

MOST_IN_PLACE_TRANSPOSED = 1200
"""Numbers in such a product's result, at most, where the second factor is transposed."""


def run(calls: Iterable[Bound]) -> None:
    """Replay the calls."""
    for function, arguments in calls:
        function(*arguments)


def side_by_side(parts: Sequence[Sequence[Bound]]) -> None:
    """Run parts that do not need one another; every thread takes the next that is left."""
    left, helpers, helping = iter(parts), machine.helpers(), []
    if helpers is not None:
        for _ in range(min(helpers.number, len(parts) - 1)):
            helping.append(helpers.threads.submit(copy_context().run, run_each, left))
    run_each(left)
    for helper in helping:
        if not helper.cancel():  # it has begun
            helper.result()


def run_each(parts: Iterator[Sequence[Bound]]) -> None:
    """Run parts until none is left."""
    for part in parts:
        run(part)


_in_place: ContextVar[bool] = ContextVar("_in_place", default=False)


@contextmanager
def small_products_in_place(done: bool) -> Iterator[None]:
    """Programs bound while this lasts run where the BLAS library does, or does not, do so."""
    before = _in_place.set(done)
    try:
        yield
    finally:
        _in_place.reset(before)


def bands(rows: int, operations: float) -> list[slice]:
    """The rows of a product of so many operations, cut where a band is worth a thread."""
    number, most = 1, min(MOST_PARTS, rows / ROWS_OF_A_KERNEL)
    while 2 * number <= min(operations / OPERATIONS_WORTH_A_THREAD, most):
        number *= 2
    size = number * ROWS_OF_A_KERNEL
    edges = [rows * i // size * ROWS_OF_A_KERNEL for i in range(number)] + [rows]
    return [slice(edges[i], edges[i + 1]) for i in range(number)]


def bands_in_place(rows: int, inner: int, columns: int, transposed: bool) -> list[slice]:
    """The rows of a product (rows, inner) @ (inner, columns), cut where every band is small enough.

    Not cut where that gains nothing: the whole is small, or the bands would be too low or too many.
    `transposed` says whether the second factor lies in memory as (columns, inner).
    """
    most = MOST_IN_PLACE // (inner * columns)
    if transposed:
        most = min(most, MOST_IN_PLACE_TRANSPOSED // columns)
    size = most // ROWS_OF_A_KERNEL * ROWS_OF_A_KERNEL
    if not _in_place.get() or rows <= most or rows > MOST_PARTS * size:
        return [slice(0, rows)]
    return [slice(start, min(start + size, rows)) for start in range(0, rows, size)]
