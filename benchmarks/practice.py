"""How long practice makes a learner wait: the next question, its hints, and each verdict.

    python -m benchmarks.practice [SEEDS]

Milliseconds of processor time over that many seeds (30) of every topic. The targets: a question
under 50 ms, a verdict under 50 ms in the median.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from typing import TypeVar

from chainrule.practice import TOPICS, problem

T = TypeVar("T")
NONSENSE = "17*x - 3"


def main() -> None:
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    taken: dict[str, list[float]] = {}

    def timed(what: str, work: Callable[[], T]) -> T:
        started = time.process_time()
        result = work()
        taken.setdefault(what, []).append((time.process_time() - started) * 1000)
        return result

    for topic in TOPICS:
        for seed in range(seeds):
            asked = timed("the next question", lambda t=topic, s=seed: problem(t.name, s))
            right = asked.task.answer.text()
            timed("a right answer", lambda a=asked, r=right: a.grade(r))
            fresh = problem(topic.name, seed)
            for wrong in asked.wrong[:1]:
                words = wrong.answer.text()
                timed("a wrong rule, the first answer", lambda f=fresh, w=words: f.grade(w))
            for wrong in asked.wrong[1:3]:
                words = wrong.answer.text()
                timed("a wrong rule, later", lambda f=fresh, w=words: f.grade(w))
            timed("another wrong answer", lambda f=fresh: f.grade(NONSENSE))
            timed("the hints", lambda f=fresh: f.ladder)
    for what, times in taken.items():
        ordered = sorted(times)
        print(
            f"{what:32} median {statistics.median(times):7.2f} ms   "
            f"99 % under {ordered[int(len(ordered) * 0.99)]:7.2f} ms   max {ordered[-1]:7.2f} ms   "
            f"({len(times):,})"
        )


if __name__ == "__main__":
    main()
