"""What a session of practice is told of the learner's record."""

from __future__ import annotations

from collections.abc import Iterable

from chainrule.practice import Past, Topic
from chainrule.roadmap.standing import Standing


def past_of(topics: Iterable[Topic], of: Standing, *, passed: bool = True) -> dict[str, Past]:
    """How hard each topic is and what was asked of it; `passed`: whether it matters what passed."""
    return {
        topic.name: Past(
            of.level(topic.name),
            of.topics[topic.name].seeds if topic.name in of.topics else (),
            passed and ("practise", topic.name) in of.passed,
        )
        for topic in topics
    }
