"""What a check says: a verdict, the mistake by name, a condition, and a witness.

All values are frozen, and `to_dict()` is what `--json` prints and the page reads.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from chainrule.algebra import Span
from chainrule.ground.mistakes import KINDS

Verdict = Literal["right", "right-other-form", "right-if", "wrong", "undecided", "unreadable"]

VERDICTS: tuple[Verdict, ...] = (
    "right",
    "right-other-form",
    "right-if",
    "wrong",
    "undecided",
    "unreadable",
)

RIGHT = frozenset({"right", "right-other-form", "right-if"})
"""The verdicts that are no mistake of calculus. `undecided` and `unreadable` count for nothing."""

PASSES = frozenset({"right", "right-other-form"})
"""The verdicts that pass: a condition that the sheet does not declare is no pass."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake.

    kind: one of KINDS. message: what is there, what belongs there, and why. yours: the piece of
    the text it concerns. repaired: the whole text with that piece mended and nothing else changed;
    None where no small change mends it. span: the place of the piece in the text.
    """

    kind: str
    message: str
    yours: str
    repaired: str | None = None
    span: Span | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"`{self.kind}` is no kind of mistake")

    @classmethod
    def of_whole(cls, kind: str, message: str, text: str, repaired: str | None = None) -> Mistake:
        """A mistake of the whole text."""
        return cls(kind, message, text, repaired, (0, len(text)))

    def to_dict(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "message": self.message,
            "yours": self.yours,
            "repaired": self.repaired,
            "span": None if self.span is None else list(self.span),
        }


def _digits(value: float) -> str:
    """A number in as many digits as it has, without a 0 that is negative."""
    return next(w for n in range(6, 18) if float(w := f"{value + 0:.{n}g}") == value)


MOST_GIVEN = 4
"""Numbers that say where a witness is."""


@dataclass(frozen=True, slots=True)
class Witness:
    """Values at which the two sides differ.

    entry: the row and column, from 1, that is compared. yours, expected: the numbers there, in as
    many digits as it takes to tell them apart; yours is None where the answer has no value, and
    absent says that it has no such entry at all. given: the values of what is declared, row by row,
    and sizes: of the dimensions. They are rounded first and then put in, so that the numbers can be
    checked by hand. alone: what is compared is one number, not an entry of several.
    """

    entry: tuple[int, int]
    yours: float | None
    expected: float
    given: dict[str, list[list[float]]]
    sizes: dict[str, int]
    absent: bool = False
    alone: bool = False

    @property
    def words(self) -> str:
        """Both numbers as a person reads them: `entry 1,2: yours 2, expected 3`.

        Of one number, instead, where it is: `at x = 1.5: yours 2, expected 3`.
        """
        row, column = self.entry
        expected = _digits(self.expected)
        if self.alone and not self.absent:
            mine = "no number" if self.yours is None else _digits(self.yours)
            return f"{self._place()}yours {mine}, expected {expected}"
        if self.absent:
            return f"your matrix has no entry {row},{column}; expected {expected} there"
        if self.yours is None:
            return f"entry {row},{column} should be {expected}; your line has no number there"
        return f"entry {row},{column}: yours {_digits(self.yours)}, expected {expected}"

    def _place(self) -> str:
        """The values of what is given, where those are a few numbers."""
        rows = self.given.values()
        if len(rows) > MOST_GIVEN or any((len(row), len(row[0])) != (1, 1) for row in rows):
            return ""
        values = [f"{name} = {_digits(number)}" for name, [[number]] in self.given.items()]
        return f"at {', '.join(values)}: " if values else ""

    def to_dict(self) -> dict[str, Any]:
        return {
            "entry": list(self.entry),
            "yours": self.yours,
            "expected": self.expected,
            "absent": self.absent,
            "given": self.given,
            "sizes": self.sizes,
        }


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an answer.

    text: as typed. verdict: against the truth. follows: whether it equals the line before; None
    for a first line, or where that cannot be told. message: one sentence.
    """

    text: str
    verdict: Verdict
    message: str
    follows: bool | None = None
    mistakes: tuple[Mistake, ...] = ()
    span: Span | None = None
    """For a line that cannot be read, where."""
    understood: str | None = None
    """The line as it was read, where that is not what was typed."""

    def to_dict(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "understood": self.understood,
            "verdict": self.verdict,
            "message": self.message,
            "follows": self.follows,
            "mistakes": [mistake.to_dict() for mistake in self.mistakes],
            "span": None if self.span is None else list(self.span),
        }


@dataclass(frozen=True, slots=True)
class Check:
    """What is said of one expression.

    mistakes: all that were named, the one that matters most first. condition: what has to hold for
    a `right-if`, in words. message: the verdict in one sentence. expected_shape: of the answer.
    """

    text: str
    verdict: Verdict
    message: str
    mistakes: tuple[Mistake, ...] = ()
    condition: str | None = None
    witness: Witness | None = None
    span: Span | None = None
    """For a text that cannot be read, where."""
    understood: str | None = None
    """The text as it was read, where that is not what was typed."""

    @property
    def mistake(self) -> Mistake | None:
        """The mistake to talk about first."""
        return self.mistakes[0] if self.mistakes else None

    @property
    def right(self) -> bool:
        return self.verdict in RIGHT

    @property
    def passes(self) -> bool:
        """Whether it is right as it stands, on no condition."""
        return self.verdict in PASSES

    def line(self, follows: bool | None = None) -> Line:
        mistakes, where = self.mistakes, self.span
        return Line(
            self.text, self.verdict, self.message, follows, mistakes, where, self.understood
        )

    def to_dict(self) -> dict[str, Any]:
        return {
            "verdict": self.verdict,
            "understood": self.understood,
            "lines": [self.line().to_dict()],
            "mistake": None if self.mistake is None else self.mistake.to_dict(),
            "condition": self.condition,
            "witness": None if self.witness is None else self.witness.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class ChainCheck:
    """What is said of a chain of lines.

    verdict: of the answer as a whole: the last line's, unless two errors cancelled on the way.
    mistakes: of the first line that breaks. breaks: its number, from 1.
    """

    verdict: Verdict
    lines: tuple[Line, ...]
    message: str
    mistakes: tuple[Mistake, ...] = ()
    condition: str | None = None
    witness: Witness | None = None
    breaks: int | None = None

    @property
    def mistake(self) -> Mistake | None:
        return self.mistakes[0] if self.mistakes else None

    @property
    def right(self) -> bool:
        return self.verdict in RIGHT

    @property
    def passes(self) -> bool:
        """Whether the chain is right as it stands, on no condition."""
        return self.verdict in PASSES

    @property
    def understood(self) -> str | None:
        """The lines as they were read, one below the other, where that is not what was typed."""
        if all(line.understood is None for line in self.lines):
            return None
        return "\n".join(line.understood or line.text for line in self.lines)

    def to_dict(self) -> dict[str, Any]:
        return {
            "verdict": self.verdict,
            "understood": self.understood,
            "lines": [line.to_dict() for line in self.lines],
            "mistake": None if self.mistake is None else self.mistake.to_dict(),
            "condition": self.condition,
            "witness": None if self.witness is None else self.witness.to_dict(),
        }


def with_text(check: Check, text: str, offset: int) -> Check:
    """The check of a piece of a longer text: all places counted in the whole."""
    before, after = text[:offset], text[offset + len(check.text) :]
    moved = tuple(
        replace(
            mistake,
            repaired=None if mistake.repaired is None else before + mistake.repaired + after,
            span=_moved(mistake.span, offset),
        )
        for mistake in check.mistakes
    )
    return replace(check, text=text, mistakes=moved, span=_moved(check.span, offset))


def _moved(span: Span | None, offset: int) -> Span | None:
    return None if span is None else (span[0] + offset, span[1] + offset)
