"""A sample of `benchmarks/verdicts.py`: verdicts held against the truth in 150 digits."""

from __future__ import annotations

import mpmath
import pytest

from benchmarks.verdicts import run


@pytest.mark.parametrize("seed", range(4))
def test_verdicts_on_random_lines(seed: int) -> None:
    """Right lines rewritten, and lines that are wrong somewhere, on random sheets."""
    with mpmath.workdps(15):  # as another test in this process may have left it
        tally = run(60, seed, share=0.1)
    assert tally.checks >= 60
    right = sum(n for what, n in tally.counts.items() if what.startswith("right: right"))
    assert right > 10
    assert tally.counts["wrong: wrong"] > 10
    assert tally.faults == 0, "see what is printed"
