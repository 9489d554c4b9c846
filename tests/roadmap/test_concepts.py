"""The concepts: their order, what they need, and that everything they offer is there and right."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import chainrule.roadmap
from chainrule.algebra import load_sheet, sheet_names
from chainrule.derivation import check
from chainrule.roadmap import (
    ORDER,
    WHOLE_FILE,
    Challenge,
    Concept,
    RoadmapError,
    concept,
    concepts,
    opened_by,
    place,
)
from chainrule.workshop import stage, stage_names

FOLDER = Path(chainrule.roadmap.__file__).parent / "concepts"

PLAN = {
    "slope": ("", "K1"),
    "rules": ("slope", "K1"),
    "chain-rule": ("rules", "K2"),
    "gradient": ("chain-rule", "K2 B2"),
    "matrices": ("gradient", "N2 B1"),
    "neuron": ("chain-rule", "N1 B1 W1"),
    "forward": ("matrices neuron", "N1 B1 W1"),
    "cost": ("forward", "N1 B2 W1"),
    "descent": ("gradient cost", "N1 B2 W1"),
    "one-path": ("chain-rule cost", "B4"),
    "output-error": ("matrices one-path", "N2 B3"),
    "hidden-error": ("output-error", "N2 B3 B4"),
    "weight-gradients": ("hidden-error", "N2 B4"),
    "mini-batch": ("weight-gradients", "N2 W1"),
    "gradient-check": ("slope mini-batch", "N2"),
    "mnist": ("descent mini-batch", "N1 W2"),
    "cross-entropy": ("mnist", "N3 W1"),
    "softmax": ("cross-entropy", "N3 W2"),
    "start-and-penalty": ("mnist", "N3 W2"),
    "momentum": ("descent", "N3 W2"),
    "whole": ("mnist", "K1 K2 N1 N2"),
}
"""What each concept needs, and the resources that its note points at."""

every_concept = pytest.mark.parametrize("one", concepts(), ids=ORDER)
CHALLENGES = [(one.slug, each) for one in concepts() for each in one.derive]
every_challenge = pytest.mark.parametrize(
    ("slug", "one"), CHALLENGES, ids=[f"{slug}: {each.title}" for slug, each in CHALLENGES]
)


def test_there_is_a_folder_for_each_and_no_other() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(ORDER)
    assert list(PLAN) == list(ORDER)


@every_concept
def test_a_concept_needs_what_the_plan_says(one: Concept) -> None:
    needs, read = PLAN[one.slug]
    assert list(one.needs) == needs.split()
    assert {place.resource.key for place in one.read} >= set(read.split())


@every_concept
def test_what_is_needed_comes_before(one: Concept) -> None:
    for slug in one.needs:
        assert concept(slug).number < one.number
        assert one.slug in opened_by(slug)


@every_concept
def test_a_concept_has_something_to_do_and_to_write(one: Concept) -> None:
    assert one.practise or one.derive or one.build
    assert one.write.endswith((".", "?"))
    assert len(set(one.practise)) == len(one.practise)
    for slug in (*one.practise, *([one.see] if one.see else [])):
        assert re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", slug)


def test_no_topic_belongs_to_two_concepts() -> None:
    topics = [topic for one in concepts() for topic in one.practise]
    assert len(set(topics)) == len(topics) >= 60


def test_every_function_of_the_workshop_is_built_by_one_concept() -> None:
    built = [name for one in concepts() for name in one.build if name != WHOLE_FILE]
    assert sorted(built) == sorted(stage_names())
    for one in concepts():
        for name in one.build:
            assert name == WHOLE_FILE or stage(name).concept == one.number


@every_challenge
def test_what_is_to_be_derived_can_be(slug: str, one: Challenge) -> None:
    sheet = load_sheet(one.sheet)
    assert one.sheet in sheet_names()
    assert check(sheet, one.wrt, one.answer).verdict.startswith("right")


def test_an_unknown_concept_is_answered_with_the_nearest() -> None:
    with pytest.raises(RoadmapError, match="did you mean chain-rule"):
        concept("chainrule")
    with pytest.raises(RoadmapError, match=r"the nearest are [a-z-]+, [a-z-]+ and [a-z-]+$"):
        concept("zzz")


@pytest.mark.parametrize(("of", "section"), [("X1", None), ("N2", "no_such_section")])
def test_an_unknown_place_is_an_error(of: str, section: str | None) -> None:
    with pytest.raises(RoadmapError):
        place(of, section)


@every_concept
def test_a_concept_goes_into_json(one: Concept) -> None:
    found = one.to_dict()
    assert found["concept"] == one.slug
    assert ORDER[found["number"] - 1] == one.slug
    assert all(place["address"].startswith("http") for place in found["read"])
