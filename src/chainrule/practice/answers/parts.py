"""Answers of several parts: `left = -1; right = 2`, with or without the names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from chainrule.derivation import Check
from chainrule.practice.answers.answer import Answer, right, unreadable, wrong
from chainrule.practice.answers.matrix import split

NAMED = re.compile(r"\s*([^=<>]*?)\s*=(.*)", re.S)


@dataclass(frozen=True)
class Parts:
    """Several answers, each with its name."""

    parts: tuple[tuple[str, Answer], ...]
    kind: ClassVar[str] = "parts"

    def check(self, typed: str, name_mistakes: bool = True) -> Check:
        pieces = self.pieces(typed)
        if pieces is None:
            return unreadable(typed, f"expected {len(self.parts)} parts. {self.how()}")
        checks = [
            (name, part.check(piece, name_mistakes))
            for (name, part), piece in zip(self.parts, pieces, strict=True)
        ]
        for verdict in ("unreadable", "wrong", "undecided"):
            for name, check in checks:
                if check.verdict == verdict:
                    return replace(check, text=typed, message=f"{name}: {check.message}", span=None)
        for name, check in checks:
            if not check.right:
                return wrong(typed, f"{name}: {check.message}", check.mistakes)
        return right(typed)

    def same(self, typed: str, units: float = 1) -> bool:
        pieces = self.pieces(typed)
        return pieces is not None and all(
            part.same(piece, units) for (_, part), piece in zip(self.parts, pieces, strict=True)
        )

    def pieces(self, typed: str) -> list[str] | None:
        """What was typed for each part, by name or in order; None where a part is missing."""
        for separators in (";\n", ",;\n"):
            found = [piece for piece in split(typed, separators) if piece.strip()]
            if len(found) == len(self.parts):
                return list(self.in_order(found))
        return None

    def in_order(self, pieces: list[str]) -> Iterator[str]:
        names = [folded(name) for name, _ in self.parts]
        given = [NAMED.fullmatch(piece) for piece in pieces]
        left = [folded(found[1]) if found else "" for found in given]
        if sorted(left) == sorted(names):
            yield from (pieces[left.index(name)].partition("=")[2].strip() for name in names)
        else:
            for piece, found in zip(pieces, given, strict=True):
                yield (found[2] if found and folded(found[1]) in names else piece).strip()

    def alike(self, other: Answer, units: float = 1) -> bool:
        return self.same(other.text(), units)

    def text(self) -> str:
        return "; ".join(f"{name} = {part.text()}" for name, part in self.parts)

    def value(self) -> Any:
        return {name: part.value() for name, part in self.parts}

    def how(self) -> str:
        names = "; ".join(f"{name} = ..." for name, _ in self.parts)
        return f"Type {names}, or the parts in this order between semicolons."


def folded(name: str) -> str:
    return "".join(name.casefold().split())
