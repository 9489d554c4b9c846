"""Bare NumPy calls, run one after another or, where they are large, side by side on threads.

A large product is cut into bands of rows, and the update of many parameters into blocks, which do
not need one another. The cuts depend on the sizes alone, so the bits are the same on any number of
threads. A thread that has nothing to do sleeps: beside another busy program it takes nothing from
it, and no call waits for a part that nobody has begun.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from concurrent.futures import Executor

Call = tuple[Callable[..., Any], tuple[Any, ...]]

OPERATIONS_WORTH_A_THREAD = 50e6
"""Floating-point operations in a band of a product, at least: some 250 microseconds of one core.
To hand a part to another thread and hear that it is done takes up to 100."""

NUMBERS_WORTH_A_THREAD = 2.5e6
"""Numbers that the calls of an update write, for each of two threads: as long."""

MOST_PARTS = 16
LANES = 16
"""Bands begin at multiples of so many rows, as the BLAS library's kernels do."""


def run(calls: Iterable[Call]) -> None:
    """Replay the calls."""
    for function, arguments in calls:
        function(*arguments)


@dataclass(frozen=True)
class Helpers:
    """The threads beside the one that trains."""

    threads: Executor
    number: int


_helpers: ContextVar[Helpers | None] = ContextVar("_helpers", default=None)


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


def side_by_side(parts: Sequence[Sequence[Call]]) -> None:
    """Run parts that do not need one another; every thread takes the next that is left."""
    left, helpers, helping = iter(parts), _helpers.get(), []
    if helpers is not None:
        for _ in range(min(helpers.number, len(parts) - 1)):
            helping.append(helpers.threads.submit(copy_context().run, run_each, left))
    run_each(left)
    for helper in helping:
        if not helper.cancel():  # it has begun
            helper.result()


def run_each(parts: Iterator[Sequence[Call]]) -> None:
    """Run parts until none is left."""
    for part in parts:
        run(part)


def bands(rows: int, operations: float) -> list[slice]:
    """The rows of a product of so many operations, cut where a band is worth a thread."""
    number = 1
    while 2 * number <= min(operations / OPERATIONS_WORTH_A_THREAD, rows / LANES, MOST_PARTS):
        number *= 2
    edges = [rows * i // (number * LANES) * LANES for i in range(number)] + [rows]
    return [slice(edges[i], edges[i + 1]) for i in range(number)]
