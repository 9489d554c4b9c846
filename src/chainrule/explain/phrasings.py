"""Phrasings: what people say for an idea, written so that a teacher can read and add them.

    "slope|steepness & multipl*|product|times"
    "rise > divid*|over|per > run"
    "{error} & {back} & {weights}"

Groups stand between `&`, in any order; between `>` they come in this order. In a group `|` parts
what may stand for one another. A word stands for all its endings; `multipl*` for every word that
begins so; `...` in a phrase for up to three words. `{error}` is a set of the table of synonyms.
In a wide phrasing a word also stands for the others in its row of the thesaurus, `=word` does not.
All groups stand in one sentence; three or more may be spread over two neighbours, and two if the
second sentence points back ("It does ...").
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files

from chainrule.explain.errors import ExplainError
from chainrule.explain.sentences import tokens

GAP = "..."
NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Element:
    """One word of a phrase: a stem, or the beginning of words; the stems that mean the same."""

    text: str
    prefix: bool = False
    alike: frozenset[str] = NOTHING


Phrase = tuple[Element | None, ...]
"""Words in a row; None for a gap."""


@dataclass(frozen=True, slots=True)
class Group:
    """What may stand for one another, and whether it comes after the group before it."""

    phrases: tuple[Phrase, ...]
    after: bool = False


@dataclass(frozen=True, slots=True)
class Phrasing:
    """Groups that have to be there together. source: as it is written."""

    source: str
    groups: tuple[Group, ...]

    @property
    def example(self) -> str:
        """The first of each group, as words: `slope … multiply`."""
        found: list[str] = []
        for group in re.split("[&>]", self.source):
            every = [each.strip() for each in expanded(group, self.source).split("|")]
            whole = [each for each in every if not each.endswith("*") and len(each) > 1]
            found.append(whole[0] if whole else f"{every[0].rstrip('*')}-")
        return " … ".join(found)


@functools.cache
def synonyms() -> Mapping[str, str]:
    """The sets that phrasings name in braces."""
    source = (files("chainrule.explain") / "synonyms.toml").read_text("utf-8")
    return {name: "|".join(words) for name, words in tomllib.loads(source).items()}


@functools.cache
def phrasing(source: str, wide: bool = False) -> Phrasing:
    """The phrasing as a value; wide: each word stands for its row of the thesaurus, too.

    Raises ExplainError where a set is not known or a group is empty.
    """
    groups: list[Group] = []
    for chain in source.split("&"):
        for number, group in enumerate(chain.split(">")):
            words = expanded(group, source).split("|")
            every = [one for each in words for one in ways_to_say(each, wide)]
            phrases = tuple(each for each in dict.fromkeys(every) if any(each))
            if not phrases:
                raise ExplainError(f"a group of {source!r} has no word that counts")
            groups.append(Group(phrases, after=number > 0))
    return Phrasing(source, tuple(groups))


def expanded(group: str, source: str, depth: int = 0) -> str:
    """The group with every set in braces written out."""

    def words(match: re.Match[str]) -> str:
        known = synonyms().get(match[1])
        if known is None or depth > 5:
            raise ExplainError(f"no set of synonyms is called {match[1]!r}, in {source!r}")
        return expanded(known, source, depth + 1)

    return re.sub(r"\{([\w-]+)\}", words, group)


def phrase(text: str, wide: bool = False) -> Phrase:
    """The words in a row; those that never count (`the`, `its`) are left out."""
    found: list[Element | None] = []
    for word in text.split():
        if word == GAP:
            found.append(None)
        elif word.endswith("*") and word != "*":
            beginning = word[:-1].lower()
            found.append(Element(beginning, True, alike(beginning, True) if wide else NOTHING))
        else:
            found += [
                Element(one.stem, alike=alike(one.stem) if wide else NOTHING)
                for one in tokens(word)
            ]
    return tuple(found)


def ways_to_say(text: str, wide: bool) -> Iterator[Phrase]:
    """A phrase and, for a single word, the phrases of several words that mean the same."""
    literal = text.strip().startswith("=") and len(text.strip()) > 1
    whole = phrase(text.strip().removeprefix("=") if literal else text, wide and not literal)
    yield whole
    if wide and not literal and len(whole) == 1 and whole[0] is not None:
        for row in rows_of(whole[0].text, whole[0].prefix):
            yield from row.phrases


@dataclass(frozen=True, slots=True)
class Row:
    """A meaning of the thesaurus: the stems of its words, and its phrases of several words."""

    stems: frozenset[str]
    phrases: tuple[Phrase, ...]


@functools.cache
def thesaurus() -> tuple[Row, ...]:
    """The rows of words that mean nearly the same."""
    source = (files("chainrule.explain") / "thesaurus.toml").read_text("utf-8")
    found: list[Row] = []
    for row in tomllib.loads(source)["rows"]:
        every = [tuple(Element(token.stem) for token in tokens(each)) for each in row]
        found.append(
            Row(
                frozenset(each[0].text for each in every if len(each) == 1),
                tuple(each for each in every if len(each) > 1),
            )
        )
    return tuple(found)


@functools.cache
def rows_of(text: str, prefix: bool = False) -> tuple[Row, ...]:
    """The rows with a stem, or with a word that begins so."""
    if prefix:
        return tuple(r for r in thesaurus() if any(one.startswith(text) for one in r.stems))
    return tuple(row for row in thesaurus() if text in row.stems)


@functools.cache
def alike(text: str, prefix: bool = False) -> frozenset[str]:
    """The stems that mean nearly the same."""
    return frozenset[str]().union(*(row.stems for row in rows_of(text, prefix))) - {text}
