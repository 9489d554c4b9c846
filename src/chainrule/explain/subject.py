"""What a write-up is about: its ideas, its terms, and what its formulas are judged on.

All of it is handed in as values; who keeps them is another room's business.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from chainrule.explain.boards import Board
from chainrule.explain.notation import compact
from chainrule.explain.phrasings import Phrasing, phrasing


@dataclass(frozen=True, slots=True)
class Source:
    """Where to read again: for a person, whole, with its address."""

    title: str
    address: str
    section: str | None = None

    def to_dict(self) -> dict[str, Any]:
        return {"title": self.title, "section": self.section, "address": self.address}


@dataclass(frozen=True, slots=True)
class Evidence:
    """A right formula that shows an idea: one about `of`, in which all of `names` occur.

    Either is what may stand for one another: `("delta1", "dC/dz1")`.
    """

    of: tuple[str, ...]
    names: tuple[tuple[str, ...], ...]

    @classmethod
    def written(cls, of: str, names: list[str]) -> Evidence:
        return cls(alternatives(of), tuple(alternatives(name) for name in names))

    def shows(self, sides: tuple[str, ...]) -> bool:
        """Whether a formula with these sides, as they are compared, is such a one."""
        rest = "=".join(sides[1:])
        return sides[0] in self.of and all(
            any(each in rest for each in name) for name in self.names
        )


def alternatives(text: str) -> tuple[str, ...]:
    return tuple(compact(each) for each in text.split("|"))


@dataclass(frozen=True, slots=True)
class Idea:
    """One thing that a good explanation says.

    says: phrasings of it. formulas and written: formulas that show it, by what they are about or
    by how they look. contrary: phrasings of its opposite. scattered: phrasings whose groups may lie
    several sentences apart, for an idea that is a list. unless: phrasings of what is said with the
    same words, and is something else.
    """

    id: str
    title: str
    says: tuple[Phrasing, ...]
    source: Source
    formulas: tuple[Evidence, ...] = ()
    written: tuple[str, ...] = ()
    contrary: tuple[Phrasing, ...] = ()
    scattered: tuple[Phrasing, ...] = ()
    unless: tuple[Phrasing, ...] = ()

    @property
    def looked_for(self) -> tuple[str, ...]:
        """A few of the word groups that are looked for, as a person can read them."""
        return tuple(dict.fromkeys(one.example for one in self.says[:3]))


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the field: its name, how it is written, and what is said where it is explained."""

    name: str
    words: tuple[str, ...]
    means: tuple[Phrasing, ...]
    source: Source


@dataclass(frozen=True)
class Subject:
    """A concept as something to be explained.

    own_functions: whether its letters may be functions of the learner's. familiar: words that count
    as known however long they are. `asked` has phrases for quantities: "the error is `...`".
    """

    concept: str
    title: str
    prompt: str
    source: Source
    ideas: tuple[Idea, ...]
    terms: tuple[Term, ...]
    boards: tuple[Board, ...]
    own_functions: bool = False
    familiar: frozenset[str] = field(default_factory=frozenset[str])
    called: tuple[tuple[str, Phrasing], ...] = ()


def phrasings_of(texts: list[str], wide: bool = False) -> tuple[Phrasing, ...]:
    return tuple(phrasing(text, wide) for text in texts)
