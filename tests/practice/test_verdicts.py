"""A sample of `benchmarks/practice_verdicts.py` and `benchmarks/practice_mistakes.py`."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from benchmarks.practice_mistakes import Share, measured
from benchmarks.practice_verdicts import FORMS, tallied
from chainrule.practice import TOPICS, Topic

from .instances import DERIVATIVES, INSTANCES, name_of

SEED = 41
"""One that the other tests of practice do not look at."""

WITH_NAMES = [topic.name for topic in DERIVATIVES]
WITH_NUMBERS = [topic.name for topic in TOPICS if topic not in DERIVATIVES]


@pytest.mark.parametrize("topic", TOPICS, ids=name_of)
def test_verdicts_are_the_truth(topic: Topic):
    tally = tallied(topic.name, range(SEED, SEED + max(1, INSTANCES // 3)), rules=4)
    assert not tally.faults
    assert tally.counts["right forms"] >= FORMS * tally.counts["questions"]
    assert tally.counts["steps"] >= tally.counts["questions"]


@pytest.mark.parametrize("topics", [WITH_NAMES, WITH_NUMBERS], ids=["derivatives", "numbers"])
def test_every_mistake_worth_naming_is_named(topics: Sequence[str]):
    most = measured(topics, range(SEED, SEED + (1 if topics is WITH_NAMES else 5)))
    shares = {title: share for title, share in most.items() if share.topics}
    assert len(shares) >= 20
    whole = Share()
    for title, share in shares.items():
        assert not share.faults, title
        whole.counts.update(share.counts)
    assert whole.share >= 0.9
    assert whole.made >= 60
