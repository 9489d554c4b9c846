"""Terms of the field that a text uses, and whether it explains them.

A term is explained where a sentence beside it says what it means, or where a sentence names it as
people name things: "called the transpose", "the bias is a number that ...", "weights (how much each
input counts)".
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from chainrule.explain.matching import Matcher
from chainrule.explain.sentences import Sentence
from chainrule.explain.subject import Source, Term

TERM = "\ue010"
"""Stands for the term in a sentence."""

BEGINNING = 30
"""Characters at the head of a sentence: a term there points back, as in "The mean is ..."."""

IS = re.compile(r"\b(that|it|there|here|what|which|this)'s\b", re.IGNORECASE)
NO_TERM = re.compile(r"\\?Delta(?=\s*[a-z]\b)|Δ(?=\s*[a-z]\b)|\baxis(?==)")
"""The difference in `Δx`, and the name of an argument."""

ASKED = re.compile(rf"(?:^\W*(?:\w+\W+){{0,3}}|\bwhat (?:is|are) (?:an? |the )?){TERM}s?\W*\?")
"""A question after the term, which the next sentence answers."""

THEN = re.compile(
    r"\W*(?:it|this|that|they|these|he|she)"
    r"(?:'s| is| are| means?| says?| tells?| stands?| shows?)\b",
    re.IGNORECASE,
)
"""How a sentence begins that goes on to explain the last word of the one before."""

QUOTES = r"[\"'“”*_`]*"


@dataclass(frozen=True, slots=True)
class Unexplained:
    """A term that the text uses and never explains, and where it uses it first."""

    name: str
    line: int
    source: Source


@functools.cache
def written(words: tuple[str, ...]) -> str:
    """The ways to write a term, as one pattern."""
    every = [
        r"[\s-]+".join(re.escape(w[:-1]) + r"\w*" if w.endswith("*") else re.escape(w) + r"(?:e?s)?"
                       for w in one.split())
        for one in words
    ]  # fmt: skip
    return rf"(?<![\w-])(?:{'|'.join(every)})(?![\w])"


@functools.cache
def frames() -> re.Pattern[str]:
    """The ways in which people explain a term in half a sentence, for the term that is marked."""
    source = (files("chainrule.explain") / "frames.toml").read_text("utf-8")
    every = tomllib.loads(source).values()
    whole = "|".join(f"(?:{each})" for each in every)
    return re.compile(whole.replace("{T}", TERM).replace("{Q}", QUOTES), re.IGNORECASE)


def unexplained(terms: Sequence[Term], matcher: Matcher) -> list[Unexplained]:
    """The terms that are used and never explained, in the order of the text."""
    found: list[Unexplained] = []
    for term in terms:
        pattern = re.compile(written(term.words), re.IGNORECASE)
        places = [i for i, one in enumerate(matcher.sentences) if used(pattern, one)]
        if places and not explained(term, pattern, places, matcher):
            found.append(Unexplained(term.name, matcher.sentences[places[0]].line, term.source))
    return sorted(found, key=lambda one: one.line)


def used(pattern: re.Pattern[str], sentence: Sentence) -> bool:
    return pattern.search(as_said(sentence)) is not None


def as_said(sentence: Sentence) -> str:
    """The words of a sentence: `that's` in two words, without what is a sign and no term."""
    return NO_TERM.sub("", IS.sub(r"\1 is", sentence.text.replace("’", "'")))


def explained(
    term: Term, pattern: re.Pattern[str], places: Sequence[int], matcher: Matcher
) -> bool:
    """Whether one of the sentences with the term says what it means."""
    marked = {place: pattern.sub(TERM, as_said(matcher.sentences[place])) for place in places}
    if any(frames().search(text) for text in marked.values()):
        return True
    if any(goes_on_to_explain(text, place, matcher) for place, text in marked.items()):
        return True
    for place in places:
        for meaning in term.means:
            if not matcher.possible(meaning):
                continue
            if matcher.stands(meaning, (place,)):
                return True
            for pair in ((place - 1, place), (place, place + 1)):
                if pair[0] < 0 or pair[1] == len(matcher.sentences):
                    continue
                second = matcher.sentences[pair[1]]
                starts = pair[1] == place and pattern.search(second.text, 0, BEGINNING)
                if (second.goes_on or starts) and matcher.stands(meaning, pair):
                    return True
    return False


def goes_on_to_explain(text: str, place: int, matcher: Matcher) -> bool:
    """Whether a sentence asks what the term is, or ends with it, and the next one says it."""
    if place + 1 == len(matcher.sentences):
        return False
    if ASKED.search(text):
        return True
    after = matcher.sentences[place + 1].text
    return re.search(rf"{TERM}\W*$", text) is not None and THEN.match(after) is not None
