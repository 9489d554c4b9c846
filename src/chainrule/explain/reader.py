"""A text read back: what was found in it, and what was not.

report = read_back(subject, text)     a Report
report.gaps                           each with where to read again
compare(report, before)               what changed since an earlier draft
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chainrule.explain.errors import ExplainError
from chainrule.explain.formulas import Judged, judge_all
from chainrule.explain.matching import Matcher
from chainrule.explain.notation import compact, without_indices
from chainrule.explain.readability import Readability, readability
from chainrule.explain.rejection import REJECTED, without_rejected
from chainrule.explain.sentences import Formula, Sentence, Text, read_text
from chainrule.explain.subject import Idea, Source, Subject
from chainrule.explain.terms import Unexplained, unexplained

LONGEST = 200_000
"""The most characters of a text."""

FEWEST = 5
"""The fewest words that are worth reading."""

LONG_FORMULA = 6
"""Signs of a formula that is told from words although nothing marks it."""

SCATTERED = 6
"""The most sentences over which an idea that is a list may be spread."""

OPERATOR = re.compile(r"[()=^*/+]")

COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class IdeaFound:
    """An idea, and where it was found; `by` is words, a formula, or you."""

    idea: Idea
    sentence: str | None = None
    line: int | None = None
    by: str | None = None

    @property
    def found(self) -> bool:
        return self.sentence is not None

    def to_dict(self) -> dict[str, Any]:
        return {"id": self.idea.id, "title": self.idea.title, "found": self.found,
                "sentence": self.sentence, "line": self.line, "by": self.by,
                "looked_for": list(self.idea.looked_for)}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Gap:
    """What the text leaves out or has wrong, and where to read about it.

    kind: idea, term, formula, or contrary. name: the idea's id, the term, or the formula.
    """

    kind: str
    name: str
    what: str
    resource: Source
    line: int | None = None

    def to_dict(self) -> dict[str, Any]:
        return {"kind": self.kind, "name": self.name, "what": self.what,
                "resource": self.resource.to_dict(), "line": self.line}  # fmt: skip


@dataclass(frozen=True)
class Report:
    """What was found in a text."""

    subject: Subject
    ideas: tuple[IdeaFound, ...]
    contrary: tuple[IdeaFound, ...]
    unexplained: tuple[Unexplained, ...]
    formulas: tuple[Judged, ...]
    readability: Readability

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Everything to go back for: what is said wrong first, then what is not said."""
        found = [self.contrary_gap(one) for one in self.contrary]
        found += [self.formula_gap(one) for one in self.formulas if one.wrong]
        found += [
            Gap("idea", one.idea.id, f"not found: {one.idea.title}", one.idea.source)
            for one in self.ideas
            if not one.found
        ]
        found += [
            Gap("term", one.name, f"“{one.name}” is used and not explained", one.source, one.line)
            for one in self.unexplained
        ]
        return tuple(found)

    @staticmethod
    def contrary_gap(one: IdeaFound) -> Gap:
        what = f"line {one.line} seems to say the contrary of: {one.idea.title}"
        return Gap("contrary", one.idea.id, what, one.idea.source, one.line)

    def formula_gap(self, one: Judged) -> Gap:
        left = one.sides[0] if one.sides else ""
        source = next(
            (idea.source for idea in self.subject.ideas for e in idea.formulas if left in e.of),
            self.subject.source,
        )
        what = f"`{one.text}` is wrong: {one.judgement.message}"
        return Gap("formula", one.text, what, source, one.formula.line)

    @property
    def askable(self) -> tuple[str, ...]:
        """What was not found and may be there: ids of ideas, then names of terms."""
        ideas = tuple(one.idea.id for one in self.ideas if not one.found)
        return ideas + tuple(one.name for one in self.unexplained)

    @property
    def complete(self) -> bool:
        return not self.gaps

    def to_dict(self) -> dict[str, Any]:
        return {
            "concept": self.subject.concept,
            "ideas": [one.to_dict() for one in self.ideas],
            "unexplained": [one.name for one in self.unexplained],
            "formulas": [one.to_dict() for one in self.formulas],
            "gaps": [one.to_dict() for one in self.gaps],
            "readability": self.readability.to_dict(),
        }


def read_back(subject: Subject, source: str, marks: Mapping[str, str] | None = None) -> Report:
    """What was found in a text. marks: the sentences in which the learner says that an idea is, or
    that a term is explained, by the idea's id or the term's name.

    Raises ExplainError if there is nothing to read, or too much.
    """
    if len(source) > LONGEST:
        raise ExplainError(f"the text has {len(source):,} characters; at most {LONGEST:,} are read")
    text = read_text(without_comments(source))
    if len(text.prose.split()) < FEWEST:
        raise ExplainError(f"there is no text to read: fewer than {FEWEST} words")
    matcher = Matcher(text.sentences)
    claims = [*text.equations, *spoken_formulas(subject, text)]
    judged = without_rejected(
        judge_all(claims, subject.boards, subject.own_functions, words_by(text), text.source), text
    )
    ideas = tuple(look_for(idea, text, matcher, judged, marks or {}) for idea in subject.ideas)
    contrary = tuple(found for idea in subject.ideas for found in against(idea, matcher))
    return Report(
        subject=subject,
        ideas=ideas,
        contrary=contrary,
        unexplained=tuple(
            one
            for one in unexplained(subject.terms, matcher)
            if marked(text, (marks or {}).get(one.name)) is None
        ),
        formulas=tuple(judged),
        readability=readability(text, subject.familiar),
    )


def words_by(text: Text) -> dict[Formula, str]:
    """For each formula the sentence around it, after the one before it."""
    found: dict[Formula, str] = {}
    before = ""
    for one in text.sentences:
        for formula in one.equations:
            found[formula] = f"{before} {one.text}"
        before = one.text
    return found


def look_for(
    idea: Idea, text: Text, matcher: Matcher, judged: list[Judged], marks: Mapping[str, str]
) -> IdeaFound:
    """Where an idea is: by its words, by a right formula, or because the learner said so."""
    place = matcher.first(idea.says, idea.unless)
    if place is None and idea.scattered:
        place = matcher.scattered(idea.scattered, SCATTERED)
    if place is not None:
        one = matcher.sentences[place]
        return IdeaFound(idea, one.text, one.line, "words")
    formula = shown_by(idea, text, judged)
    if formula is not None:
        return IdeaFound(idea, formula.text, formula.line, "formula")
    sentence = marked(text, marks.get(idea.id))
    if sentence is not None:
        return IdeaFound(idea, sentence.text, sentence.line, "you")
    return IdeaFound(idea)


def shown_by(idea: Idea, text: Text, judged: list[Judged]) -> Formula | None:
    """The first formula that shows an idea: a right one, or one that looks like it."""
    for one in judged:
        if one.right and any(evidence.shows(one.sides) for evidence in idea.formulas):
            return one.formula
    wrong = {one.text for one in judged if one.wrong or one.judgement is REJECTED}
    looks = [each for each in idea.written if len(each) >= LONG_FORMULA and OPERATOR.search(each)]
    for one in text.sentences if looks else ():
        signs = compact(one.text)
        if not any(each.text in wrong for each in one.equations) and any(e in signs for e in looks):
            return Formula(one.text, one.line)
    for formula in text.equations:
        if formula.text in wrong:
            continue
        signs = compact(formula.text)
        bare = without_indices(signs)
        if any(each in signs or each in bare for each in idea.written):
            return formula
    return None


def against(idea: Idea, matcher: Matcher) -> list[IdeaFound]:
    """The sentences that say the contrary of an idea."""
    places = list(matcher.every(idea.contrary)) if idea.contrary else []
    return [
        IdeaFound(idea, matcher.sentences[place].text, matcher.sentences[place].line, "words")
        for place in places
    ]


def marked(text: Text, sentence: str | None) -> Sentence | None:
    """The sentence that the learner pointed at, if it is still there."""
    return next((one for one in text.sentences if one.text == sentence), None)


def sentence_on(source: str, line: int) -> str | None:
    """The sentence that stands on a line of a text: the last that begins there or before."""
    text = read_text(without_comments(source))
    lines = source.splitlines()
    if not 1 <= line <= len(lines) or not lines[line - 1].strip():
        return None
    before = [one for one in text.sentences if one.line <= line]
    on_it = [one for one in before if one.line == line]
    return on_it[0].text if on_it else (before[-1].text if before else None)


def without_comments(source: str) -> str:
    """The text without what stands between `<!--` and `-->`; its lines keep their numbers."""
    return COMMENT.sub(lambda m: "\n" * m[0].count("\n"), source)


SAID = re.compile(
    r"(?P<name>.{3,80}?)\s(?:is|are|equals|becomes|gives|=|:)\s*"
    r"(?:then |just |simply |therefore |so )?`(?P<formula>[^`]+)`"
)


def spoken_formulas(subject: Subject, text: Text) -> list[Formula]:
    """Formulas that are said in half a sentence: "the slope of the sigmoid is `a(1 - a)`"."""
    found: list[Formula] = []
    for one in text.sentences:
        for said in SAID.finditer(one.text):
            if "=" in said["formula"]:
                continue
            name = re.search(r"`([^`=]+)`\s*$", said["name"])
            if name is not None:
                found.append(Formula(f"{name[1]} = {said['formula']}", one.line))
                continue
            before = read_text(said["name"]).sentences
            if not before:
                continue
            inner = Matcher(before)
            for quantity, wanted in subject.called:
                if inner.possible(wanted) and inner.stands(wanted, (len(before) - 1,)):
                    found.append(Formula(f"{quantity} = {said['formula']}", one.line))
                    break
    return found
