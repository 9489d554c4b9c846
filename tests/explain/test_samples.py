"""Explanations in different voices, read back: nothing that is there is reported missing."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from chainrule.explain import Report, read_back
from chainrule.roadmap import ORDER, write_up

HERE = Path(__file__).parent
Sample = Mapping[str, Any]


def samples(name: str | Path) -> list[Sample]:
    return tomllib.loads((HERE / name).read_text("utf-8"))["sample"]


def named(sample: Sample) -> str:
    return f"{sample['concept']}: {sample['voice']}"


def report_of(sample: Sample) -> Report:
    return reading(sample["concept"], sample["text"])


@functools.cache
def reading(concept: str, text: str) -> Report:
    return read_back(write_up(concept), text)


def missing(report: Report) -> set[str]:
    return {one.idea.id for one in report.ideas if not one.found}


def terms(report: Report) -> set[str]:
    return {one.name for one in report.unexplained}


def wrong(report: Report) -> set[str]:
    return {one.text for one in report.formulas if one.wrong}


SAMPLES = samples("samples.toml")
HELD_OUT = [sample for name in sorted(HERE.glob("held_out*.toml")) for sample in samples(name)]
"""Written while the phrasings were fixed; docs/explain.md has what was found at first."""

EVERY = SAMPLES + HELD_OUT
every_sample = pytest.mark.parametrize("sample", EVERY, ids=map(named, EVERY))


def test_there_are_enough_of_each_kind() -> None:
    assert len(SAMPLES) >= 24
    assert {sample["concept"] for sample in SAMPLES} == set(ORDER)
    assert len({sample["voice"] for sample in SAMPLES}) == 4
    for kind, least in {"missing": 15, "wrong": 12, "unexplained": 8}.items():
        assert sum(kind in sample for sample in SAMPLES) >= least
    assert sum(not {"missing", "wrong", "unexplained"} & sample.keys() for sample in SAMPLES) >= 12


@every_sample
def test_no_idea_is_reported_missing_that_is_there(sample: Sample) -> None:
    allowed = {each for kind in ("missing", "either", "beyond") for each in sample.get(kind, ())}
    assert missing(report_of(sample)) <= allowed


@every_sample
def test_every_wrong_formula_is_found_and_no_other(sample: Sample) -> None:
    report = report_of(sample)
    assert wrong(report) == set(sample.get("wrong", ()))
    for one in report.formulas:
        assert not one.wrong or one.judgement.message


def test_what_is_there_and_not_found_is_rare() -> None:
    """Comparisons that nobody has thought of; docs/explain.md has how many."""
    assert sum(len(sample.get("beyond", ())) for sample in EVERY) <= 5


@pytest.mark.parametrize("sample", SAMPLES, ids=map(named, SAMPLES))
def test_no_term_is_called_unexplained_that_is_explained(sample: Sample) -> None:
    assert terms(report_of(sample)) <= set(sample.get("unexplained", ()))


@pytest.mark.parametrize("every", [SAMPLES, HELD_OUT], ids=["samples", "held out"])
def test_nine_gaps_of_ten_are_found(every: list[Sample]) -> None:
    there = noticed = 0
    for sample in every:
        report = report_of(sample)
        ideas, words = set(sample.get("missing", ())), set(sample.get("unexplained", ()))
        there += len(ideas) + len(words)
        contrary = {one.idea.id for one in report.contrary}
        noticed += len(ideas & (missing(report) | contrary)) + len(words & terms(report))
    assert there >= 40
    assert noticed >= 0.9 * there
