"""Right functions in many styles pass: only the signature counts."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from chainrule.workshop import Guard, grade
from tests.support import cases

from .conftest import PATH, Graded

TABLE = Path(__file__).with_name("right_solutions.toml")


class Right(NamedTuple):
    style: str
    stage: str
    source: str


class Fragile(NamedTuple):
    style: str
    stage: str
    source: str
    words: str


SLOW = cases(TABLE, "slow", Fragile)
FRAGILE = cases(TABLE, "fragile", Fragile)


@pytest.mark.parametrize("one", cases(TABLE, "right", Right), ids=lambda one: one.style)
def test_a_right_function_passes(one: Right, graded: Graded):
    verdict = graded(one.stage, one.source)
    assert verdict.passed, verdict
    assert verdict.mistake is None
    if "np.matrix" in one.source or "float32" in one.source:
        assert verdict.outcome == "right", verdict


@pytest.mark.parametrize("one", [*SLOW, *FRAGILE], ids=lambda one: one.style)
def test_right_but_fragile_passes_and_says_why(one: Fragile, graded: Graded):
    verdict = graded(one.stage, one.source)
    assert verdict.outcome == ("slow" if one in SLOW else "fragile"), verdict
    assert one.words in " ".join([verdict.message, *verdict.details])
    assert verdict.mistake is None


APPENDED = """
def sigmoid(z):
    if np.ndim(z) == 0:
        return 1 / (1 + np.exp(-z))
    out = np.array([])
    for v in z.flatten():
        out = np.append(out, 1 / (1 + np.exp(-np.clip(v, -700, 700))))
    return out.reshape(z.shape)
"""


def test_right_and_slower_than_it_has_time_for_is_slow_and_no_failure(guard: Guard):
    source = "import numpy as np\n" + APPENDED
    verdict = grade("sigmoid", source.encode(), PATH, guard, seconds=1.0)
    assert verdict.outcome == "slow", verdict
    assert "slow: more than 1 s with z = (200, 500), ours" in verdict.message


def test_wrong_and_slower_than_it_has_time_for_is_wrong(guard: Guard):
    source = "import numpy as np\n\ndef softmax(z):\n    e = np.exp(z)\n"
    source += "    return np.array([v / sum(e) for v in e])\n"
    verdict = grade("softmax", source.encode(), PATH, guard, seconds=1.0)
    assert verdict.outcome == "numbers", verdict
    assert verdict.mistake == "wrong axis"


def test_a_long_run_is_timed_once(tmp_path: Path, guard: Guard):
    runs = tmp_path / "runs"
    source = "import time\nimport numpy as np\n\ndef relu(z):\n    if np.size(z) > 1000:\n"
    source += f"        open({str(runs)!r}, 'a').write('.')\n        time.sleep(0.6)\n"
    source += "    return np.maximum(z, 0)\n"
    verdict = grade("relu", source.encode(), PATH, guard)
    assert verdict.passed
    assert runs.read_text() == "."
