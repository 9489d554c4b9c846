"""The lines of a sheet, without comments, each with its place in the text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from chainrule.algebra.errors import AlgebraError
from chainrule.algebra.language.real_shapes import plain_declaration

MAX_SHEET_LENGTH = 40_000
"""The longest sheet that is read, in characters."""

MAX_LINES = 1_000
"""The most lines of a sheet."""


class SheetError(AlgebraError):
    """A sheet cannot be used. `span` is in the sheet; line and column count from 1."""

    def __init__(self, message: str, line: int, column: int, span: tuple[int, int]) -> None:
        super().__init__(f"line {line}, column {column}: {message}", span)
        self.reason = message
        self.line_number = line
        self.column = column

    def to_dict(self) -> dict[str, object]:
        return {**super().to_dict(), "line": self.line_number, "column": self.column}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a sheet. steps: what the letter of a step in time stands for in it."""

    number: int
    offset: int
    words: str
    steps: Mapping[str, int] = field(default_factory=dict[str, int])

    def error(self, message: str, start: int = 0, end: int | None = None) -> SheetError:
        end = len(self.words) if end is None else end
        span = (self.offset + start, self.offset + max(end, start))
        return SheetError(message, self.number, start + 1, span)


_ONE = r"[^\W\d][\w\u0302-\u0305]*(?:[_^]\{[^{}:=]*\})?"
_SEVERAL = re.compile(rf"\s*{_ONE}(?:\s*,\s*{_ONE})+\s*(?=:)")


def lines_of(source: str) -> list[Line]:
    """The lines that say something, without comments."""
    if len(source) > MAX_SHEET_LENGTH:
        line = source.count("\n", 0, MAX_SHEET_LENGTH) + 1
        raise SheetError(
            f"the sheet has {len(source)} characters; at most {MAX_SHEET_LENGTH} are read",
            line,
            1,
            (MAX_SHEET_LENGTH, len(source)),
        )
    found: list[Line] = []
    offset = 0
    for number, raw in enumerate(re.split(r"(?<=\n)", source), start=1):
        words = raw.partition("#")[0].rstrip()
        if words:
            words = plain_declaration(words)
            found += [Line(number, offset, part) for part in _declared_apart(words)]
        offset += len(raw)
        if number > MAX_LINES:
            raise SheetError(f"a sheet has at most {MAX_LINES} lines", number, 1, (offset, offset))
    return found


def _declared_apart(words: str) -> list[str]:
    """`x, y: (n,1)` as a line for each name, which stands where it stood."""
    several = _SEVERAL.match(words)
    if several is None:
        return [words]
    end = several.end()
    return [
        " " * name.start() + name.group().ljust(end - name.start()) + words[end:]
        for name in re.finditer(_ONE, words[:end])
    ]
