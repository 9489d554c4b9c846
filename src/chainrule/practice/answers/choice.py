"""Answers that are one of several: its letter or its words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from chainrule.derivation import Check
from chainrule.ground.words import fold, listed
from chainrule.practice.answers.answer import Answer, right, unreadable, wrong

LETTERS = "abcdefgh"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several. options: what there is to choose from; chosen: the place of the right one."""

    options: tuple[str, ...]
    chosen: int
    kind: ClassVar[str] = "choice"

    @staticmethod
    def of(options: tuple[str, ...], chosen: str) -> Choice:
        return Choice(options, options.index(chosen))

    def check(self, typed: str, name_mistakes: bool = True) -> Check:
        found = self.read(typed)
        if found is None:
            known = listed([f"{LETTERS[i]} ({words})" for i, words in enumerate(self.options)])
            return unreadable(typed, f"expected {known}")
        return right(typed) if found == self.chosen else wrong(typed, "that is not the one")

    def same(self, typed: str, units: float = 1) -> bool:
        return self.read(typed) == self.chosen

    def read(self, typed: str) -> int | None:
        """The place of the option that is meant."""
        words = " ".join(fold(typed).split()).strip(" .")
        for place, option in enumerate(self.options):
            letter = LETTERS[place]
            if words in (letter, f"{letter})", f"({letter})", " ".join(fold(option).split())):
                return place
        return None

    def alike(self, other: Answer, units: float = 1) -> bool:
        return self.same(other.text(), units)

    def text(self) -> str:
        return self.options[self.chosen]

    def value(self) -> Any:
        return self.options[self.chosen]

    def how(self) -> str:
        return "Type the letter or the words."
