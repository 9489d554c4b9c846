"""Every note: its sections, links, formulas, numbers, pictures, and how easy it is to read."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from chainrule.algebra import FUNCTIONS, AlgebraError, ShapeError, load_sheet, parse, sample
from chainrule.explain import read_back, reading_ease
from chainrule.roadmap import (
    KINDS,
    NUMBERS,
    ORDER,
    SENTENCE,
    SLIPS,
    Concept,
    concept,
    concepts,
    draw,
    resources,
    sides_of,
    statements,
    write_up,
)
from chainrule.workshop import stage_names

EASE = 75.0
"""The least Flesch reading ease of a note. Newspapers have 50 to 60, plain English 60 to 70."""

COLUMNS = 38
"""The most columns of a line in a block, so that it stands whole in a terminal of 40."""

LABELS = ("neuron", "neurons", "output", "layer", "example", "step", "mark")
"""Words before a number that only says which one."""

PLAIN_FUNCTIONS = {"sum", "abs", "sqrt", "mean", "T", "axis", "e", "pi"}
"""What every reader knows, or what is part of the spelling."""

every_concept = pytest.mark.parametrize("one", concepts(), ids=ORDER)


@dataclass(frozen=True)
class Formula:
    """A formula of a note: its text, where it stands, the heading it is under."""

    text: str
    inline: bool
    heading: str
    prose_before: str


def formulas(one: Concept) -> Iterator[Formula]:
    """Every formula in the order of the text, but those of the worked example's blocks."""
    heading, before = "", ""
    for kind, inside in one.note.pieces():
        if kind == "":
            for line in statements(re.sub(r"^[A-Za-z][\w ]*:\s+", "", inside, flags=re.MULTILINE)):
                yield Formula(line, False, heading, before)
        if kind is not None:
            continue
        for piece in re.split(r"(`[^`]+`|\*\*[^*]+\*\*)", inside):
            if piece.startswith("**"):
                heading = piece.strip("*").rstrip(".:")
            if piece.startswith("`"):
                yield Formula(piece.strip("`"), True, heading, before)
            before += piece if not piece.startswith("`") else " "


def is_mathematics(one: Concept, text: str) -> bool:
    return text not in (*one.words, *stage_names(), "@", "*", "**", "network.py")


def prose(one: Concept) -> str:
    """The words of a note, each piece of code read as one short word."""
    text = "\n\n".join(inside for kind, inside in one.note.pieces() if kind is None)
    return re.sub(r"[*“”]", "", re.sub(r"`[^`]+`", "it", text))


# --- the whole ---------------------------------------------------------------------------------


@every_concept
def test_all_sections_are_there_in_their_order(one: Concept) -> None:
    places = [one.note.text.find(f"**{heading}") for heading in (NUMBERS, SLIPS, SENTENCE)]
    assert places == sorted(places)
    assert min(places) > 0
    opening = one.note.text.partition("\n**")[0]
    assert "?" in opening, "a note begins with a question"
    assert one.note.blocks(""), "a note has an equation"
    assert one.note.blocks("work"), "a note has a worked example"
    assert len(one.note.blocks("picture")) == 1
    assert {kind for kind, _ in one.note.pieces() if kind is not None} <= set(KINDS)


@every_concept
def test_a_note_is_one_page(one: Concept) -> None:
    assert 250 <= len(prose(one).split()) <= 650
    assert 5 <= one.minutes <= 30


@every_concept
def test_the_words_are_plain(one: Concept) -> None:
    text = prose(one)
    assert "!" not in text
    assert "—" not in text
    for praise in ("easy", "simply", "just ", "of course", "obvious", "trivial", "beautiful"):
        assert praise not in text.lower(), praise
    for key in resources():
        assert not re.search(rf"\b{key}\b", text), f"{key} is shown bare"


@every_concept
def test_it_reads_more_easily_than_a_newspaper(one: Concept) -> None:
    assert reading_ease(prose(one)) >= EASE


PAGE = Path(__file__).parents[2] / "docs" / "notes.md"


@every_concept
def test_the_page_states_words_and_reading_ease(one: Concept) -> None:
    text = prose(one)
    row = f"| {one.number} | `{one.slug}` | {one.title} | {one.minutes} |"
    assert f"{row} {len(text.split())} | {reading_ease(text):.0f} |\n" in PAGE.read_text("utf-8")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("The cat sat on the mat.", 116), ("This sentence, taken as a reading passage unto itself, is "
      "being used to prove a point.", 69)],
)  # fmt: skip
def test_reading_ease_is_flesch_s(text: str, expected: float) -> None:
    assert reading_ease(text) == pytest.approx(expected, abs=8)


def test_long_words_and_sentences_are_found_hard() -> None:
    hard = "Differentiability presupposes continuity, notwithstanding the converse implication."
    assert reading_ease(hard) < 30


# --- links ---------------------------------------------------------------------------------------


def test_every_resource_has_its_author_title_and_address() -> None:
    assert " ".join(resources()) == "K1 K2 N1 N2 N3 B1 B2 B3 B4 W1 W2"
    for one in resources().values():
        assert re.fullmatch(r"https?://[a-z0-9.]+/[\w./%-]+", one.address)
        assert one.author in (
            "Khan Academy", "Michael Nielsen", "3Blue1Brown", "Jonathan Weisberg",
        )  # fmt: skip
        for anchor in one.sections:
            assert re.fullmatch(r"[a-z_-]+", anchor)


@every_concept
def test_links_are_whole(one: Concept) -> None:
    assert one.read
    for place in one.read:
        assert place.resource.author in place.title
        assert place.address.startswith(place.resource.address)
        assert not re.search(r"\b[KNBW][1-4]\b", place.title)


# --- formulas ------------------------------------------------------------------------------------


@every_concept
def test_every_formula_is_read_and_every_equality_holds(one: Concept) -> None:
    sheet = load_sheet(one.sheet)
    points = [sample(sheet, np.random.default_rng(seed)) for seed in range(3)]
    for formula in formulas(one):
        if not is_mathematics(one, formula.text) or formula.heading == NUMBERS:
            continue
        sides, _ = sides_of(formula.text)
        slips = formula.heading == SLIPS
        try:
            trees = [parse(side, sheet.scope).expression for side in sides]
        except ShapeError:
            assert slips, formula.text
            continue
        for point in points:
            first, *others = [point.value(tree) for tree in trees]
            for other in others:
                equal = np.allclose(first, other, rtol=1e-9, atol=1e-12)
                assert equal != slips, formula.text


@every_concept
def test_formulas_beside_the_numbers_are_about_the_example(one: Concept) -> None:
    for formula in formulas(one):
        if formula.heading == NUMBERS and is_mathematics(one, formula.text):
            sides, _ = sides_of(formula.text)
            first, *others = [one.note.example.value(side) for side in sides]
            for other in others:
                assert np.allclose(first, other), formula.text


SIMPLE = re.compile(r"[A-Za-z]\w*'*(?:\[[a-z,]+\])?(?:\.T)?|d\w+/d\w+")
CALL = re.compile(rf"[A-Za-z]\w*'*\((?:{SIMPLE.pattern})(?:, (?:{SIMPLE.pattern}))*\)")
NAME = re.compile(r"(?<![\w.])[A-Za-z]\w*")


def names(text: str) -> set[str]:
    """The names in a formula; `dC/dW1` counts as C and W1, `delta1[j]` as delta1 and j."""
    derivatives = re.sub(r"\bd([A-Za-z]\w*)/d([A-Za-z]\w*)", r"\1 \2", text)
    return set(NAME.findall(derivatives)) - PLAIN_FUNCTIONS


def before(slug: str) -> set[str]:
    """All concepts that one needs, near and far."""
    found = set(concept(slug).needs)
    return found.union(*(before(each) for each in found))


@every_concept
def test_every_symbol_is_introduced_before_it_is_used(one: Concept) -> None:
    """A symbol is introduced where it stands alone between words, or is defined on the left."""
    known = {
        name
        for slug in before(one.slug)
        for formula in formulas(concept(slug))
        for name in names(formula.text)
        if name in {*FUNCTIONS, "softmax", "diag", "maximum"}
    }
    for formula in formulas(one):
        if not is_mathematics(one, formula.text):
            continue
        sides, _ = sides_of(formula.text)
        alone = formula.inline and len(sides) == 1
        if alone and (SIMPLE.fullmatch(formula.text) or CALL.fullmatch(formula.text)):
            known |= names(formula.text)
        if len(sides) > 1 and (SIMPLE.fullmatch(sides[0]) or CALL.fullmatch(sides[0])):
            known |= names(sides[0])
        letters = {n for n in names(formula.text) if len(n) == 1 and n in "ijkl"}
        for letter in letters:
            said = re.search(rf"\b{letter}\b", formula.prose_before)
            assert said or letter in known, f"{letter} in {formula.text}"
        strange = names(formula.text) - known - letters - set(one.note.example.values)
        assert not strange, f"{strange} in {formula.text}"


# --- numbers and pictures ------------------------------------------------------------------------


@every_concept
def test_every_number_of_the_worked_example_is_computed(one: Concept) -> None:
    assert one.note.example.mistakes() == []


@every_concept
def test_no_number_stands_beside_the_example_only(one: Concept) -> None:
    """What the prose says of the example is in its blocks, where it is computed."""
    section = one.note.part(NUMBERS)
    blocks = [b for kind in ("given", "work") for b in one.note.blocks(kind)]
    printed = set(re.findall(r"\d+(?:\.\d+)?", "\n".join(blocks)))
    words = re.sub(r"^```.*?^```", "", section, flags=re.MULTILINE | re.DOTALL)
    words = re.sub(r"(?<=\d),(?=\d{3})", "", words)
    for match in re.finditer(r"(\w+)?\s*[−-]?(?<![A-Za-z_\d.])(\d+(?:\.\d+)?)", words):
        which, number = match.groups()
        assert number in printed or which in LABELS, f"{number} in: {match[0]}"


@every_concept
def test_blocks_fit_a_narrow_terminal(one: Concept) -> None:
    for kind, inside in one.note.pieces():
        if kind in ("", "given", "work"):
            for line in inside.splitlines():
                assert len(line) <= COLUMNS, line


@pytest.mark.parametrize("width", [COLUMNS, 50, 78, 200])
@every_concept
def test_pictures_are_drawn_at_any_width(one: Concept, width: int) -> None:
    for picture in one.note.blocks("picture"):
        lines = draw(picture, one.note.example, width)
        assert 3 <= len(lines) <= 24
        assert max(map(len, lines)) <= width
        assert "\n".join(draw(picture, one.note.example, width, ascii_only=True)).isascii()


@every_concept
def test_sheets_are_sheets(one: Concept) -> None:
    try:
        load_sheet(one.sheet)
    except AlgebraError as fault:
        pytest.fail(f"{one.slug}: {fault.message}")


def known_before(slug: str) -> set[str]:
    """The concepts that come before one: those it needs, near and far; all for the last."""
    if slug == ORDER[-1]:
        return set(ORDER)
    needs = set(concept(slug).needs)
    return needs.union(*(known_before(each) for each in needs))


GLOSSARY = tomllib.loads((files("chainrule.roadmap") / "glossary.toml").read_text("utf-8"))


def undefined_terms(slug: str, text: str) -> list[str]:
    """Terms of the field that a note uses, and that neither it nor what it needs explains."""
    prose = re.sub(r"```.*?```", "`the formula = below`", text, flags=re.DOTALL).replace("*", "")
    prose = re.sub(r"\s*\n\s*(?=`the formula)", " ", prose)
    report = read_back(write_up(slug), prose)
    known = known_before(slug)
    return [t.name for t in report.unexplained if GLOSSARY[t.name]["concept"] not in known]


@every_concept
def test_every_term_is_explained_here_or_in_what_comes_before(one: Concept) -> None:
    assert undefined_terms(one.slug, one.note.text) == []


def paragraphs(text: str) -> list[str]:
    """A note's paragraphs, each with the blocks that follow it."""
    found: list[str] = []
    for part in re.split(r"\n\n(?=(?:(?:^|(?<=\n))(?!```)|```))", text):
        if found and (part.startswith("```") or found[-1].count("```") % 2):
            found[-1] += "\n\n" + part
        else:
            found.append(part)
    return found


def first_uses(slug: str, parts: list[str]) -> Iterator[tuple[int, str]]:
    """The terms that are to be explained in a note, each with the paragraph that has it first."""
    known = known_before(slug)
    for name, term in GLOSSARY.items():
        if term["concept"] in known:
            continue
        words = "|".join(re.escape(word).replace(r"\*", r"\w*") for word in term["words"])
        used = re.compile(rf"(?<![\w`])(?:{words})(?![\w`])", re.IGNORECASE)
        where = next((i for i, part in enumerate(parts) if used.search(part)), None)
        if where is not None:
            yield where, name


@every_concept
def test_a_term_is_explained_by_the_paragraph_that_has_it_first(one: Concept) -> None:
    parts = paragraphs(one.note.text)
    for where in {where for where, _ in first_uses(one.slug, parts)}:
        names = {name for at, name in first_uses(one.slug, parts) if at == where}
        near = "\n\n".join(parts[max(where - 1, 0) : where + 1])
        if names & set(undefined_terms(one.slug, near)):
            late = names & set(undefined_terms(one.slug, "\n\n".join(parts[: where + 1])))
            assert not late, parts[where]


def test_a_term_that_is_explained_too_late_is_seen() -> None:
    late = ["A neuron has a slope.", "A slope is a rise over a run; a neuron is one small machine."]
    assert (0, "neuron") in first_uses("slope", late)
    assert undefined_terms("slope", late[0]) == ["neuron"]


def test_an_unexplained_term_of_a_note_is_seen() -> None:
    assert undefined_terms("slope", "A neuron has a slope. The slope is a rise over a run.") == [
        "neuron"
    ]
