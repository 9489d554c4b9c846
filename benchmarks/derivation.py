"""How long a whole derivation takes: every gradient of a deep network, in the textbook's form.

    python -m benchmarks.derivation [LAYERS ...]

Milliseconds of processor time, median of 15 after a first run: reading the sheet, deriving all
gradients with their steps, and writing the equations out. Target: 20 layers in under 50 ms.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from typing import TypeVar

from chainrule.algebra import parse_sheet
from chainrule.derivation import derive_all
from chainrule.network import Network

RUNS = 15
Result = TypeVar("Result")


def measured(work: Callable[[], Result]) -> tuple[float, Result]:
    """The median of RUNS in milliseconds, and the result."""
    result = work()
    times: list[float] = []
    for _ in range(RUNS):
        start = time.process_time()
        result = work()
        times.append((time.process_time() - start) * 1e3)
    return statistics.median(times), result


def row(layers: int, form: str) -> str:
    sizes = [8 + layer for layer in range(layers + 1)]
    net = Network(sizes, hidden="sigmoid", output="softmax", cost="log-likelihood")
    source = net.sheet("rows" if form == "rows" else "one", l2=form == "rows")
    reading, sheet = measured(lambda: parse_sheet(source))
    deriving, whole = measured(lambda: derive_all(sheet))
    printing, words = measured(whole.text)
    steps = sum(len(derivation.steps) for derivation in whole.derivations)
    equations = len(words.splitlines())
    return (
        f"{layers:6} {form:>5} {equations:9} {steps:6} {reading:9.1f} {deriving:9.1f} "
        f"{printing:9.1f}"
    )


def main() -> int:
    counts = [int(word) for word in sys.argv[1:]] or [1, 3, 20, 50]
    print("layers  form equations  steps   reading  deriving  printing   (ms)")
    for layers in counts:
        for form in ("one", "rows"):
            print(row(layers, form))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
