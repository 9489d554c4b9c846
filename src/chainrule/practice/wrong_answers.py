"""A wrong answer to an instance, and the wrong rule that it comes from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chainrule.algebra import Expression
from chainrule.derivation import KINDS, used_and_wanted

if TYPE_CHECKING:
    from chainrule.practice.answers.answer import Answer


@dataclass(frozen=True, slots=True)
class WrongRule:
    """What learners take for a rule. name: its own. kind: one of the checker's kinds of mistake.

    used: the rule that was used. wanted: the one that was wanted.
    """

    name: str
    kind: str
    used: str
    wanted: str

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"`{self.kind}` is no kind of mistake")

    def gives(self, answer: Answer) -> Wrong:
        """The answer to this instance that comes of the rule."""
        return Wrong(self, answer)


def within(sentence: str) -> str:
    """A sentence as the end of another: no capital, where it begins with a plain word, no stop."""
    if re.match(r"[A-Z][a-z]+\b(?!\()|A (?!is\b|@)", sentence):
        sentence = sentence[0].lower() + sentence[1:]
    return sentence.removesuffix(".")


@dataclass(frozen=True)
class Wrong:
    """One wrong answer to one instance.

    part: the part of the function that the rule was used on; taken: what it took for the
    derivative of that part.
    """

    rule: WrongRule
    answer: Answer
    part: Expression | None = None
    taken: Expression | None = None

    @property
    def message(self) -> str:
        """The rule that was used, and where, and the rule that was wanted."""
        used, wanted = self.rule.used, self.rule.wanted
        if self.part is None or self.taken is None:
            return f"{used}; {within(wanted)}"
        return used_and_wanted(used, wanted, self.part, self.taken)

    def to_dict(self) -> dict[str, str]:
        return {"text": self.answer.text(), "kind": self.rule.kind, "rule": self.rule.name}
