"""Grade networks in many styles, right ones and wrong ones: how many verdicts are false.

    python -m benchmarks.generated_networks 5000 [FIRST SEED]

Prints the number of verdicts, the false ones with their seeds, and how many mistakes had a name.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from chainrule.workshop import Guard, grade_file
from tests.support.generated_networks import generated


def main(number: int, first: int) -> int:
    """Grade so many networks, from a first seed on; the number of false verdicts."""
    false: list[str] = []
    named: Counter[tuple[str, str | None]] = Counter()
    with Guard() as guard:
        for seed in range(first, first + number):
            one = generated(seed)
            path = Path("network.py").absolute()
            report = grade_file(one.source.encode(), path, guard, cost=one.cost)
            if report.passed != (one.bug is None):
                false.append(f"{seed}: {one.bug}, {one.cost}, {one.start}, {one.dtype}")
            if one.bug is not None:
                named[one.bug, report.mistake] += 1
    print(f"{number} verdicts, {len(false)} false")
    print("\n".join(false))
    for (bug, mistake), times in sorted(named.items(), key=str):
        print(f"{times:6}  {bug}: {mistake}")
    return len(false)


if __name__ == "__main__":
    number, first = [int(given) for given in sys.argv[1:]] + [1000, 0][len(sys.argv) - 1 :]
    sys.exit(min(1, main(number, first)))
