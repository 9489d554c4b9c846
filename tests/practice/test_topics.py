"""Every topic: what it asks is short, finite and different each time, and has its place."""

from __future__ import annotations

import json
import re
from itertools import pairwise

import pytest

from chainrule.practice import KINDS, TOPICS, PracticeFault, Topic, problem, topics_for
from chainrule.roadmap import Concept, concepts

from .instances import INSTANCES, LARGEST, LONGEST_ANSWER, LONGEST_ASK, instances, name_of

CONCEPTS = [
    "slope", "rules", "chain-rule", "gradient", "matrices", "neuron", "forward", "cost", "descent",
    "one-path", "output-error", "hidden-error", "weight-gradients", "mini-batch", "gradient-check",
    "cross-entropy", "softmax", "start-and-penalty", "momentum",
]  # fmt: skip
"""The concepts of the road that something is practised in, in their order."""

each = pytest.mark.parametrize("topic", TOPICS, ids=name_of)


def test_there_are_sixty_topics_and_more():
    assert len(TOPICS) >= 60
    assert len({topic.name for topic in TOPICS}) == len(TOPICS)


def test_every_concept_has_topics_in_the_order_of_the_road():
    found = list(dict.fromkeys(topic.concept for topic in TOPICS))
    assert found == CONCEPTS


@pytest.mark.parametrize("one", concepts(), ids=lambda one: one.slug)
def test_the_road_names_the_topics_of_each_concept(one: Concept):
    found = [topic.name for topic in TOPICS if topic.concept == one.slug]
    assert list(one.practise) == found


def test_topics_are_found_by_name_by_concept_or_all():
    assert topics_for(None) == TOPICS
    assert {topic.concept for topic in topics_for("rules")} == {"rules"}
    assert [topic.name for topic in topics_for("quotient")] == ["quotient"]
    with pytest.raises(PracticeFault, match="did you mean quotient"):
        topics_for("qotient")


@each
def test_an_instance_is_as_the_topic_says(topic: Topic):
    for one in instances(topic):
        said = one.to_dict()
        json.dumps(said, allow_nan=False)
        assert said["topic"] == topic.name
        assert said["kind"] == topic.kind == one.task.answer.kind
        assert topic.kind in KINDS
        assert ("function" in said) == ("variable" in said)
        assert len(one.ask) <= LONGEST_ASK
        assert one.ask[-1] != " "
        assert len(one.task.answer.text()) <= LONGEST_ANSWER
        for number in re.findall(r"\d+(?:\.\d+)?", one.task.answer.text()):
            assert float(number) <= LARGEST


@each
def test_the_same_seed_gives_the_same_question(topic: Topic):
    for one in instances(topic, 3):
        assert problem(topic.name, one.seed).to_dict() == one.to_dict()


@each
def test_no_two_questions_in_a_row_are_alike(topic: Topic):
    asks = [one.ask for one in instances(topic, max(INSTANCES, 12))]
    assert all(first != second for first, second in pairwise(asks))


@each
def test_there_is_more_than_one_question(topic: Topic):
    asks = {one.ask for one in instances(topic, max(INSTANCES, 12))}
    assert len(asks) >= 8


@each
def test_the_hints_give_away_more_and_more(topic: Topic):
    for one in instances(topic, 3):
        texts = {rung.name: rung.text for rung in one.ladder.rungs}
        steps = one.task.worked()
        first = ["first step"] if len(steps) > 1 else []
        assert list(texts) == ["nudge", "rule", *first, "solution"]
        assert all(text.strip() for text in texts.values())
        assert len(set(texts.values())) == len(texts)
        assert texts["solution"].startswith(texts.get("first step", ""))


@each
def test_the_answer_is_right_and_each_wrong_rule_has_its_name(topic: Topic):
    for one in instances(topic):
        assert one.grade(one.task.answer.text()).passed
        for wrong in one.wrong:
            graded = one.grade(wrong.answer.text())
            assert graded.check.verdict == "wrong", wrong.answer.text()
            assert graded.wrong is not None
            assert graded.wrong.rule.name == wrong.rule.name
            (mistake,) = graded.check.mistakes
            assert mistake.kind == wrong.rule.kind
            assert wrong.rule.used in mistake.message
            assert wrong.rule.wanted.rstrip(".").lower() in mistake.message.lower()


@each
def test_wrong_rules_apply_to_most_instances(topic: Topic):
    asked = list(instances(topic, max(INSTANCES, 6)))
    assert sum(bool(one.wrong) for one in asked) >= 0.95 * len(asked)


@each
@pytest.mark.parametrize("typed", ["", "   ", "???", "((", "§$%", "1 2 3 4 5 6 7 8 9 banana"])
def test_what_cannot_be_read_costs_nothing(topic: Topic, typed: str):
    graded = problem(topic.name, 1).grade(typed)
    assert graded.check.verdict == "unreadable"
    assert graded.check.message
