"""Grade the networks of the tests without an adapter: at many seeds, and with a bug in each piece.

    python -m benchmarks.own_networks 20 [PART OF A STYLE]

Prints which are recognised, the right ones that fail, and the bugs that are missed or misnamed.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from chainrule.workshop import Guard, NoAdapter, grade_file
from tests.support.own_networks import OwnNetwork, own_networks

PATH = Path("own network.py").absolute()


def main(seeds: int, part: str) -> int:
    """The number of verdicts that are false, and of networks that are not recognised."""
    false = unknown = bugs = named = 0
    with Guard() as guard:
        for one in own_networks():
            if part not in one.style:
                continue
            began = time.perf_counter()
            report = graded(one.right, one, guard, "")
            if report is None:
                unknown += 1
                print(f"NOT RECOGNISED  {one.style}")
                continue
            seconds = time.perf_counter() - began
            print(f"{seconds:5.1f} s  {report.network or 'unknown kind':32}  {one.style}")
            adapter = report.adapter
            for seed in range(seeds):
                for own_start in (False, True):
                    again = graded(one.right, one, guard, adapter, seed, own_start)
                    if again is None or not again.passed:
                        false += 1
                        words = "" if again is None else again.message
                        print(f"    RIGHT, CALLED WRONG  seed {seed}, {own_start}: {words}")
            for bug in one.bugs:
                bugs += 1
                report = graded(one.with_bug(bug), one, guard, "")
                if report is None:
                    print(f"    NOT RECOGNISED with {bug.piece}: {bug.code}")
                elif report.passed:
                    false += 1
                    print(f"    WRONG, PASSED  {bug.piece}: {bug.code}")
                elif report.mistake != bug.name:
                    print(f"    {bug.piece}: {bug.code}  {report.mistake}  {report.explanation}")
                named += report is not None and report.mistake == bug.name is not None
    print(f"{false} false verdicts; {unknown} not recognised; {named} of {bugs} bugs named")
    return false + unknown


def graded(
    source: str,
    one: OwnNetwork,
    guard: Guard,
    adapter: str,
    seed: int = 0,
    own_start: bool = False,
):
    cost = one.cost or None
    try:
        return grade_file(
            source.encode(), PATH, guard, cost=cost, adapter=adapter, seed=seed, own_start=own_start
        )
    except NoAdapter:
        return None


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 2
    sys.exit(min(1, main(number, sys.argv[2] if len(sys.argv) > 2 else "")))
