"""What is to be explained of each concept: ideas, terms, boards, and where to read again."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

import chainrule.roadmap
from chainrule.explain import read_back, synonyms
from chainrule.roadmap import ORDER, concept, write_up

FOLDER = Path(chainrule.roadmap.__file__).parent
GLOSSARY = tomllib.loads((FOLDER / "glossary.toml").read_text("utf-8"))
BOARDS = tomllib.loads((FOLDER / "boards.toml").read_text("utf-8"))
PLANS = {
    slug: tomllib.loads((FOLDER / "concepts" / slug / "ideas.toml").read_text("utf-8"))
    for slug in ORDER
}

every_concept = pytest.mark.parametrize("slug", ORDER)


@every_concept
def test_a_concept_has_ideas_each_with_phrasings_and_a_place(slug: str) -> None:
    subject = write_up(slug)
    assert subject.prompt == concept(slug).write
    assert 3 <= len(subject.ideas) <= 10
    assert len({one.id for one in subject.ideas}) == len(subject.ideas)
    for one in subject.ideas:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", one.id)
        assert one.says, one.id
        assert one.looked_for
        assert not one.title.endswith(".")


@every_concept
def test_every_place_is_whole_and_never_a_bare_key(slug: str) -> None:
    subject = write_up(slug)
    for source in [*(one.source for one in subject.ideas), *(one.source for one in subject.terms)]:
        assert source.address.startswith("http")
        assert len(source.title) > 15
        shown = f"{source.title} {source.section}"
        assert not re.search(r"\b[KNBW][1-4]\b", shown)


@every_concept
def test_fields_are_known(slug: str) -> None:
    assert PLANS[slug].keys() <= {"boards", "own_functions", "assumes", "called", "idea"}
    for one in PLANS[slug]["idea"]:
        known = {"id", "title", "says", "scattered", "unless", "contrary", "read"}
        known |= {"formulas", "written"}
        assert one.keys() <= known, one["id"]
    assert set(PLANS[slug].get("assumes", ())) <= GLOSSARY.keys()


def test_every_board_and_every_set_is_used() -> None:
    used = {name for plan in PLANS.values() for name in plan["boards"]}
    assert used == BOARDS.keys()
    phrasings = " ".join(
        text
        for texts in (
            [t for plan in PLANS.values() for one in plan["idea"] for t in one["says"]],
            [t for plan in PLANS.values() for one in plan["idea"] for t in one.get("contrary", ())],
            [t for term in GLOSSARY.values() for t in term["means"]],
        )
        for text in texts
    )
    assert synonyms().keys() == set(re.findall(r"\{([\w-]+)\}", phrasings))


def test_a_term_belongs_to_a_concept_and_has_a_meaning() -> None:
    assert len(GLOSSARY) >= 80
    for name, fields in GLOSSARY.items():
        assert fields["concept"] in ORDER, name
        assert fields["words"], name
        assert fields["means"], name


def test_what_a_concept_needs_may_be_taken_for_known_but_not_by_the_whole() -> None:
    def terms(slug: str) -> set[str]:
        return {one.name for one in write_up(slug).terms}

    assert "sigmoid" not in terms("hidden-error")
    assert "sigmoid" in terms("whole")
    assert "transpose" in terms("hidden-error")
    assert terms("whole") == GLOSSARY.keys()


@every_concept
def test_the_note_itself_says_nearly_all_of_it(slug: str) -> None:
    """The notes are in other words than the ideas; a note leaves out one idea at most."""
    note = re.sub(
        r"```(?:given|work|picture)\n.*?```", "", concept(slug).note.text, flags=re.DOTALL
    )
    report = read_back(write_up(slug), note)
    missing = [one.idea.id for one in report.ideas if not one.found]
    assert len(missing) <= 1, missing


@every_concept
def test_the_title_of_an_idea_is_found_as_that_idea(slug: str) -> None:
    """Whoever writes down the titles has said it all."""
    subject = write_up(slug)
    text = "\n\n".join(f"{one.title[0].upper()}{one.title[1:]}." for one in subject.ideas)
    missing = [one.idea.id for one in read_back(subject, text).ideas if not one.found]
    assert missing == []


@every_concept
def test_the_question_alone_says_nothing(slug: str) -> None:
    """Whoever repeats what was asked has explained nothing."""
    questions = [s for s in re.split(r"(?<=[.?:])\s", concept(slug).write) if s.endswith("?")]
    text = " ".join(questions) + " I will try to write a few lines about that tomorrow."
    found = [one.idea.id for one in read_back(write_up(slug), text).ideas if one.found]
    assert found == []
