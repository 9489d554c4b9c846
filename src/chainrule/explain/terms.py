"""Terms of the field that a text uses, and whether it explains them.

A term is explained where a sentence beside it says what it means, or where a sentence names it as
people name things: "called the transpose", "the bias is a number that ...", "weights (how much each
input counts)".
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from chainrule.explain.matching import Matcher
from chainrule.explain.passages import Sentence
from chainrule.explain.subject import Source, Term

T = "@@"
"""Stands for the term in the frames below."""

NAMED = r"\b(?:call|calls|called|calling|name|names|named|known as|dub|dubbed|the (?:word|term|name)(?: for \w+)*(?: is)?)\s+(?:[\w']+\s+){0,3}?"
QUOTES = r"[\"'“”*_`]*"
OPENING = r"(?:a|an|the|how|what|where|when|one|like|just|simply|only|nothing|basically|our|its|number|numbers|another|made|that)"
EMPTY = (
    r"(?!(?:same|only|problem|reason|key|important|largest|smallest|biggest|most|least|best|first|"
    r"last|next|one|other|bit|lot|little|product|hard|easy|zero|case|mess|must|part)\b)"
)
FRAMES = tuple(
    frame.replace(T, "{term}")
    for frame in (
        rf"{NAMED}{QUOTES}{T}",
        rf"{T}{QUOTES}(?:\s+\([^)]*\))?(?:\s+of\s+(?:\w+\s+){{1,4}}|\s+)(?:is|are|was|=)\s+(?:\w+ly\s+)?{OPENING}\s+{EMPTY}\w+",
        rf"{T}{QUOTES}(?:\s+\w+)?\s+(?:means|mean|says|say|tells|tell|turns|converts|transforms|maps|describes|refers|denotes|measures|stands for|counts|is defined)\b",
        rf"{T}{QUOTES}\s*\((?!\w+\))[^)]*[a-z]{{3,}}\s+[a-z]{{2,}}[^)]*\)",
        rf"{T}{QUOTES}\s*(?:,\s*)?(?:that is|i\.e\.|meaning|in other words|or in|which is|which means|which are|which says|so the)\b",
        rf"{T}{QUOTES}\s*[-–—]\s+[a-z]\w*\s+\w+",
        rf"^\W*(?:the |a |an )?{T}{QUOTES}\s*[:=]\s*\w+\s+\w+",
        rf"\bwhich\s+(?:is|are|gives)\s+(?:just |simply )?(?:the|a|an|our|called)\s+{QUOTES}{T}",
        rf"{T}{QUOTES}\s*(?:is|says|:|=|,)?\s*`[^`]*=",
        rf"\((?:the |a |an |so-called |our |i\.e\. |also |or )*{QUOTES}{T}{QUOTES}\)",
        rf"\bby\s+{QUOTES}(?:the |a |an )?{T}{QUOTES}\s+(?:i|we|people|they|one)\s+mean",
        rf"\b(?:think|imagine|picture|see|view)\s+(?:of\s+)?(?:the |a |an |this |each )?{T}{QUOTES}\s+as\b",
        rf"\b(?:this|that|it|these|those|they|both|result|rest|name|number|value)\b[^.;:]{{0,50}}?\b(?:is|are|gives|makes|defines)\s+(?:just |simply |what \w+ |only )?(?:the |a |an |my |our |its )?{QUOTES}{T}{QUOTES}\s*(?:(?:at|of|in|for|there|here)\b[^.,;:]*)?(?:[.,;:)]|$)",
    )
)  # fmt: skip


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
def frames(words: tuple[str, ...]) -> re.Pattern[str]:
    term = written(words)
    return re.compile("|".join(f"(?:{f.replace('{term}', term)})" for f in FRAMES), re.IGNORECASE)


def unexplained(terms: Sequence[Term], matcher: Matcher) -> list[Unexplained]:
    """The terms that are used and never explained, in the order of the text."""
    found: list[Unexplained] = []
    for term in terms:
        pattern = re.compile(written(term.words), re.IGNORECASE)
        places = [i for i, one in enumerate(matcher.sentences) if used(pattern, one)]
        if places and not explained(term, places, matcher):
            found.append(Unexplained(term.name, matcher.sentences[places[0]].line, term.source))
    return sorted(found, key=lambda one: one.line)


def used(pattern: re.Pattern[str], sentence: Sentence) -> bool:
    return pattern.search(sentence.text) is not None


def explained(term: Term, places: Sequence[int], matcher: Matcher) -> bool:
    pattern = frames(term.words)
    if any(pattern.search(matcher.sentences[place].text) for place in places):
        return True
    for place in places:
        for meaning in term.means:
            if not matcher.possible(meaning):
                continue
            if matcher.stands(meaning, (place,)):
                return True
            for pair in ((place - 1, place), (place, place + 1)):
                linked = pair[0] >= 0 and pair[1] < len(matcher.sentences)
                if linked and matcher.sentences[pair[1]].goes_on and matcher.stands(meaning, pair):
                    return True
    return False
