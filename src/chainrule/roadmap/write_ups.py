"""What is to be explained of each concept: its ideas, its terms, and what its formulas are about.

`ideas.toml` in the folder of a concept has the ideas; `glossary.toml` the terms of the field, and
`boards.toml` the sheets that formulas are judged on.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from chainrule.algebra import load_sheet
from chainrule.explain import (
    Board,
    Evidence,
    Idea,
    Source,
    Subject,
    Term,
    compact,
    phrasing,
    phrasings_of,
    stem,
)
from chainrule.roadmap.concepts import Concept, concept, concepts
from chainrule.roadmap.errors import RoadmapError
from chainrule.roadmap.resources import Place, place

WORD = re.compile(r"[A-Za-z]+")
LAST = "whole"
"""The concept that takes nothing for known."""


@functools.cache
def write_up(slug: str) -> Subject:
    """The concept of this slug as something to be explained."""
    one = concept(slug)
    plan = table(f"concepts/{slug}/ideas.toml")
    try:
        return Subject(
            concept=slug,
            title=one.title,
            prompt=one.write,
            source=source_of(one.read[0]),
            ideas=tuple(idea(fields, one) for fields in plan["idea"]),
            terms=tuple(terms_for(one)),
            boards=tuple(board(name) for name in plan["boards"]),
            own_functions=plan.get("own_functions", False),
            familiar=familiar(),
            called=tuple((each["of"], phrasing(each["words"])) for each in plan.get("called", ())),
        )
    except (KeyError, TypeError) as fault:
        raise RoadmapError(f"a field is missing or unknown: {fault}", file=slug) from fault


@functools.cache
def table(name: str) -> Mapping[str, Any]:
    return tomllib.loads((files("chainrule.roadmap") / name).read_text("utf-8"))


def source_of(one: Place) -> Source:
    """The place in a resource, whole: author, title, section, address."""
    title = f"{one.resource.author}, {one.resource.short or one.resource.title}"
    section = one.resource.sections[one.section] if one.section is not None else None
    words = ", ".join(each for each in (section and f"“{section}”", one.part) if each)
    return Source(title=title, section=words or None, address=one.address)


def idea(fields: Mapping[str, Any], one: Concept) -> Idea:
    """An idea as a value."""
    return Idea(
        id=fields["id"],
        title=fields["title"],
        says=phrasings_of(fields["says"], wide=True),
        source=source_of(read_about(fields, one)),
        formulas=tuple(Evidence.written(e["of"], e["names"]) for e in fields.get("formulas", ())),
        written=tuple(compact(each) for each in fields.get("written", ())),
        contrary=phrasings_of(fields.get("contrary", [])),
        scattered=phrasings_of(fields.get("scattered", [])),
        unless=phrasings_of(fields.get("unless", []), wide=True),
    )


def read_about(fields: Mapping[str, Any], one: Concept) -> Place:
    """Where to read about an idea or a term: where it says, or where the concept begins."""
    return place(**fields["read"]) if "read" in fields else one.read[0]


@functools.cache
def board(name: str) -> Board:
    fields = table("boards.toml")[name]
    return Board(
        sheet=load_sheet(fields["sheet"]),
        needs=tuple(fields.get("needs", ())),
        unless=tuple(fields.get("unless", ())),
        near=tuple(fields.get("near", ())),
        loose=fields.get("loose", False),
        only=fields.get("only"),
        any=tuple(fields.get("any", ())),
        aliases=tuple(fields.get("aliases", {}).items()),
    )


def terms_for(one: Concept) -> list[Term]:
    """The terms that a write-up of the concept has to explain if it uses them."""
    known = before(one.slug) if one.slug != LAST else frozenset[str]()
    found: list[Term] = []
    assumed = table(f"concepts/{one.slug}/ideas.toml").get("assumes", ())
    for name, fields in table("glossary.toml").items():
        if name in assumed:
            continue
        if fields.get("basic", False) and fields["concept"] in known:
            continue
        found.append(
            Term(
                name=name,
                words=tuple(fields["words"]),
                means=phrasings_of(fields["means"]),
                source=source_of(read_about(fields, concept(fields["concept"]))),
            )
        )
    return found


@functools.cache
def before(slug: str) -> frozenset[str]:
    """All concepts that one needs, near and far."""
    needs = frozenset(concept(slug).needs)
    return needs.union(*(before(each) for each in needs))


@functools.cache
def familiar() -> frozenset[str]:
    """The words of the notes and the terms, as they are compared: no reader finds these rare."""
    texts = [one.note.text for one in concepts()]
    texts += [word for fields in table("glossary.toml").values() for word in fields["words"]]
    return frozenset(stem(word.lower()) for text in texts for word in WORD.findall(text))
