"""Answers that are vectors and matrices: `(2, 3)`, `2; 3`, `[[1, 2], [3, 4]]`, `1 2; 3 4`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

from chainrule.derivation import Check, Mistake
from chainrule.ground.words import counted
from chainrule.practice.answers.answer import (
    NOTHING,
    Answer,
    UnreadableError,
    right,
    right_side,
    unreadable,
    wrong,
)
from chainrule.practice.answers.number import (
    REMEMBERED,
    close,
    coarse,
    how_rounded,
    number_text,
    one_number,
    plain,
    rounded_too_far,
)
from chainrule.practice.drawn_numbers import Matrix as Rows
from chainrule.practice.drawn_numbers import Vector as Entries

OPEN, CLOSED = "([{", ")]}"
CALL = re.compile(r"(?:np\.|numpy\.)?(?:array|matrix)\s*\(|\\begin\{\w+\}|\\end\{\w+\}", re.I)


@dataclass(frozen=True, slots=True)
class Vector:
    """A vector, typed as a row or a column."""

    entries: Entries
    places: int | None = None
    kind: ClassVar[str] = "vector"

    def check(self, typed: str, name_mistakes: bool = True) -> Check:
        try:
            entries = flat(rows_of(right_side(typed)))
        except UnreadableError as fault:
            return unreadable(typed, str(fault))
        if len(entries) != len(self.entries):
            message = (
                f"expected {counted(len(self.entries), 'entry', 'entries')}, found {len(entries)}"
            )
            return wrong(typed, message, (Mistake("shape", message, typed, None, (0, len(typed))),))
        if self.near(entries):
            return right(typed)
        if too_coarse(entries, self.entries, self.places):
            return rounded_too_far(typed, self.places)
        wrongs = [
            i
            for i, (a, b) in enumerate(zip(entries, self.entries, strict=True), start=1)
            if not close(a, b, self.places)
        ]
        return wrong(typed, f"entry {wrongs[0]} is not right" if len(wrongs) == 1 else NOT_IT)

    def same(self, typed: str, units: float = 1) -> bool:
        try:
            return self.near(flat(rows_of(right_side(typed))), units)
        except UnreadableError:
            return False

    def near(self, entries: Entries, units: float = 1) -> bool:
        return len(entries) == len(self.entries) and all(
            close(a, b, self.places, units) for a, b in zip(entries, self.entries, strict=True)
        )

    def alike(self, other: Answer, units: float = 1) -> bool:
        return self.same(other.text(), units)

    def text(self) -> str:
        return f"({', '.join(number_text(e, self.places) for e in self.entries)})"

    def value(self) -> Any:
        return [plain(entry, self.places) for entry in self.entries]

    def how(self) -> str:
        return f"Type it as (2, 3) or 2; 3. {how_rounded(self.places)}"


NOT_IT = "more than one entry is not right"


@dataclass(frozen=True, slots=True)
class Matrix:
    """A matrix, row by row."""

    rows: Rows
    places: int | None = None
    kind: ClassVar[str] = "matrix"

    def check(self, typed: str, name_mistakes: bool = True) -> Check:
        try:
            rows = rows_of(right_side(typed))
        except UnreadableError as fault:
            return unreadable(typed, str(fault))
        shape, expected = shape_of(rows), shape_of(self.rows)
        if shape != expected:
            message = f"this is {shape[0]} by {shape[1]}, and the answer has another shape"
            return wrong(typed, message, (Mistake("shape", message, typed, None, (0, len(typed))),))
        if self.near(rows):
            return right(typed)
        if too_coarse(flat(rows), flat(self.rows), self.places):
            return rounded_too_far(typed, self.places)
        wrongs = [
            (i, j)
            for i, row in enumerate(self.rows, start=1)
            for j, entry in enumerate(row, start=1)
            if not close(rows[i - 1][j - 1], entry, self.places)
        ]
        where = f"the entry in row {wrongs[0][0]}, column {wrongs[0][1]} is not right"
        return wrong(typed, where if len(wrongs) == 1 else NOT_IT)

    def same(self, typed: str, units: float = 1) -> bool:
        try:
            return self.near(rows_of(right_side(typed)), units)
        except UnreadableError:
            return False

    def near(self, rows: Rows, units: float = 1) -> bool:
        return shape_of(rows) == shape_of(self.rows) and all(
            close(a, b, self.places, units)
            for a, b in zip(flat(rows), flat(self.rows), strict=True)
        )

    def alike(self, other: Answer, units: float = 1) -> bool:
        return self.same(other.text(), units)

    def text(self) -> str:
        return "; ".join(" ".join(number_text(e, self.places) for e in row) for row in self.rows)

    def value(self) -> Any:
        return [[plain(entry, self.places) for entry in row] for row in self.rows]

    def how(self) -> str:
        return f"Type it row by row: 1 2; 3 4 or [[1, 2], [3, 4]]. {how_rounded(self.places)}"


def too_coarse(typed: Entries, expected: Entries, places: int | None) -> bool:
    """Whether every entry is right, but for some that are rounded too far."""
    return all(
        close(a, b, places) or coarse(a, b, places) for a, b in zip(typed, expected, strict=True)
    )


def shape_of(rows: Rows) -> tuple[int, int]:
    return len(rows), len(rows[0])


def flat(rows: Rows) -> Entries:
    return tuple(entry for row in rows for entry in row)


@lru_cache(maxsize=REMEMBERED)
def rows_of(typed: str) -> Rows:
    """The rows of a typed matrix. Raises UnreadableError."""
    text = CALL.sub(" ", typed).replace("\\\\", ";").replace("&", ",")
    text = re.sub(r"(?:\.T|\^T|ᵀ)\s*$", "", text.replace("\n", ";").strip()).strip()
    text = unwrapped(balanced(text))
    if not text:
        raise UnreadableError(NOTHING)
    groups = split(text, ";")
    if len(groups) == 1 and text[0] in OPEN and len(bracketed := groups_of(text)) > 1:
        groups = bracketed
    rows = tuple(
        tuple(one_number(unwrapped(entry)) for entry in entries_of(unwrapped(group)))
        for group in groups
        if group.strip()
    )
    if not rows or len({len(row) for row in rows}) > 1:
        raise UnreadableError("expected rows of one length, such as 1 2; 3 4")
    return rows


def balanced(text: str) -> str:
    """The text without the bracket that closes a call, `np.array(`."""
    surplus = sum(text.count(c) for c in CLOSED) - sum(text.count(c) for c in OPEN)
    while surplus > 0 and text and text[-1] in CLOSED:
        text, surplus = text[:-1].strip(), surplus - 1
    if surplus:
        raise UnreadableError("a bracket is missing")
    return text


def unwrapped(text: str) -> str:
    """The text without the brackets around the whole of it."""
    text = text.strip().strip(",").strip()
    while len(text) > 1 and text[0] in OPEN and closing(text) == len(text) - 1:
        text = text[1:-1].strip()
    return text


def closing(text: str) -> int:
    """The place of the bracket that closes the first one."""
    depth = 0
    for place, character in enumerate(text):
        depth += (character in OPEN) - (character in CLOSED)
        if depth == 0:
            return place
    return -1


def split(text: str, separators: str) -> list[str]:
    """The pieces between separators that stand in no bracket."""
    pieces, depth = [""], 0
    for character in text:
        depth += (character in OPEN) - (character in CLOSED)
        if depth == 0 and character in separators:
            pieces.append("")
        else:
            pieces[-1] += character
    return pieces


def groups_of(text: str) -> list[str]:
    """`[1, 2], [3, 4]` as its groups; one group where it is not made of brackets alone."""
    groups = [piece.strip() for piece in split(text, ", \t") if piece.strip()]
    whole = all(piece[0] in OPEN and closing(piece) == len(piece) - 1 for piece in groups)
    return groups if whole else [text]


def entries_of(row: str) -> list[str]:
    """The entries of a row: between commas, or between spaces where there is no comma."""
    pieces = split(row, ",")
    if len(pieces) == 1:
        pieces = re.sub(r"\s*([-+*/^])\s+", r"\1", row).split() if "," not in row else pieces
        pieces = [piece for piece in pieces if piece]
    return [piece.strip() for piece in pieces if piece.strip()]
