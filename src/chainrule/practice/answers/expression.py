"""Answers that are expressions: right in any equivalent form, judged by `chainrule.derivation`."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, ClassVar

import numpy as np

from chainrule.algebra import (
    NOTHING,
    SCALAR,
    AlgebraError,
    Expression,
    Point,
    Sheet,
    evaluate,
    normal_form,
    parse,
    parse_sheet,
    sample,
    text,
)
from chainrule.derivation import Check, check, derive
from chainrule.practice.answers.answer import Answer, unreadable, wrong
from chainrule.practice.answers.matrix import split, unwrapped

SEED = 12_332
WIDTHS = (1.0, 0.5, 1.0, 2.0, 4.0, 4.0, 6.0)
"""How far from 0, in the usual width, the points are drawn: on both sides of a kink."""
RELATIVE, ABSOLUTE = 1e-9, 1e-12
FEWEST = 2
"""At how many points an answer has to have a value."""
Values = tuple[float, ...]
PROBE = "probe_"
LEFT_SIDE = re.compile(
    r"^\s*(?:[a-zA-Z]\s*['′″]{0,2}\s*(?:\(\s*[a-zA-Z](?:\s*,\s*[a-zA-Z])?\s*\))?"
    r"|[d∂]\^?[2²]?[a-zA-Z]/[d∂]\w+(?:\^2|²)?|d/d\w+[^=]*)\s*=(?!=)"
)
"""What learners write on the left: `f'(x) =`, `y' =`, `y =`."""


@dataclass(frozen=True)
class Asked:
    """What an expression is to be equal to: the derivative of a sheet by one of its names.

    named: whether the checker looks for the mistake in a wrong answer. whole: a name that a right
    answer must have a value at 0 of: an `h` that has to be cancelled.
    """

    sheet: Sheet
    by: str
    named: bool = True
    whole: str | None = None

    @cached_property
    def points(self) -> tuple[Point, ...]:
        """Where answers are compared with wrong rules."""
        rng = np.random.default_rng(SEED)
        return tuple(sample(self.sheet, rng, width) for width in WIDTHS)

    def values(self, tree: Expression) -> Values:
        """The values of an expression at the points; NaN where it has none."""
        return tuple(_value(tree, point) for point in self.points)

    @cached_property
    def typed_values(self) -> Callable[[str], Values]:
        """The values of what was typed; the last ones are kept for the next wrong rule."""

        @lru_cache(maxsize=4)
        def values(typed: str) -> Values:
            tree = self.read(typed)
            return () if tree is None else self.values(tree)

        return values

    def read(self, typed: str) -> Expression | None:
        """The scalar that was typed; None where it is none."""
        try:
            tree = parse(LEFT_SIDE.sub("", typed), self.sheet.scope).expression
        except AlgebraError:
            return None
        return tree if tree.shape == SCALAR and not tree.indices else None


def _value(tree: Expression, point: Point) -> float:
    try:
        return float(point.value(tree)[0, 0])
    except AlgebraError:
        return math.nan


@dataclass(frozen=True)
class ExpressionAnswer:
    """An expression. tree: a wrong one, or one that has a better form than the derived one."""

    asked: Asked
    tree: Expression | None = None
    kind: ClassVar[str] = "expression"

    def check(self, typed: str, name_mistakes: bool = True) -> Check:
        asked, words = self.asked, LEFT_SIDE.sub("", typed)
        offset = len(typed) - len(words)
        naming = asked.named and name_mistakes
        try:
            result = check(asked.sheet, asked.by, words, name_mistakes=naming)
        except AlgebraError as fault:
            return unreadable(typed, fault.message)
        if not asked.named and result.verdict == "wrong":
            return wrong(typed, "that is not equal to it")
        mistakes = tuple(replace(m, message=self.said(m.message)) for m in result.mistakes)
        result = replace(result, message=self.said(result.message), mistakes=mistakes)
        span = None if result.span is None else (result.span[0] + offset, result.span[1] + offset)
        result = replace(result, text=typed, span=span)
        if result.right and asked.whole is not None and not self.has_value_at_0(words):
            message = f"right only if {asked.whole} is not 0: cancel it below the bar"
            condition = f"{asked.whole} is not 0"
            return replace(result, verdict="right-if", message=message, condition=condition)
        return result

    def said(self, message: str) -> str:
        """A message of the checker, in which the derivative has no name of the sheet's."""
        return message.replace(f"not equal to df/d{self.asked.by}", "not equal to the derivative")

    def has_value_at_0(self, typed: str) -> bool:
        """Whether 0 can be put in for the name `whole`."""
        tree = self.asked.read(typed.rpartition("=")[2])
        if tree is None:
            return True
        values = {**self.asked.points[0].values, str(self.asked.whole): np.zeros((1, 1))}
        try:
            evaluate(tree, values, {})
        except AlgebraError:
            return False
        return True

    @cached_property
    def written(self) -> Expression:
        """As it is written down: the textbook's form."""
        if self.tree is not None:
            return self.tree
        return derive(self.asked.sheet, self.asked.by).result

    @cached_property
    def values(self) -> Values:
        """Its values at a few points; NaN where it has none."""
        leaf = self.asked.sheet.scope.adjoint(self.asked.by)
        return self.asked.values(leaf if self.tree is None else self.tree)

    def same(self, typed: str, units: float = 1) -> bool:
        return self.has(self.asked.typed_values(typed))

    def alike(self, other: Answer, units: float = 1) -> bool:
        return isinstance(other, ExpressionAnswer) and self.has(other.values)

    def has(self, values: Values) -> bool:
        """Whether these are its values at the points, and there are none at the same ones."""
        if len(values) != len(self.values) or sum(map(math.isfinite, values)) < FEWEST:
            return False
        return all(
            abs(a - b) <= RELATIVE * max(abs(a), abs(b)) + ABSOLUTE
            or (math.isnan(a) and math.isnan(b))
            for a, b in zip(values, self.values, strict=True)
        )

    def text(self) -> str:
        return self._text

    @cached_property
    def _text(self) -> str:
        return text(self.written if self.tree is None else normal_form(self.tree, NOTHING))

    def value(self) -> Any:
        return self.text()

    def how(self) -> str:
        return "Any form will do: 3x^2 and 3*x**2 are the same; log is the natural logarithm."


def equal_to(expression: str, declarations: str, whole: str | None = None) -> ExpressionAnswer:
    """Any expression with this value, of declared names: `x: scalar`."""
    sheet = parse_sheet(f"{declarations}\n{PROBE}: scalar\nf = {PROBE} * ({expression})")
    tree = parse(expression, sheet.scope).expression
    return ExpressionAnswer(Asked(sheet, PROBE, named=False, whole=whole), tree)


@dataclass(frozen=True)
class Expressions:
    """A vector whose entries are expressions: a gradient."""

    entries: tuple[ExpressionAnswer, ...]
    kind: ClassVar[str] = "vector"

    def check(self, typed: str, name_mistakes: bool = True) -> Check:
        pieces = self.pieces(typed)
        if len(pieces) != len(self.entries):
            return unreadable(typed, f"expected {len(self.entries)} entries. {self.how()}")
        checks = [
            entry.check(piece, name_mistakes)
            for entry, piece in zip(self.entries, pieces, strict=True)
        ]
        worst = next((i for i, c in enumerate(checks) if c.verdict == "wrong"), None)
        for verdict in ("unreadable", "undecided"):
            for number, result in enumerate(checks, start=1):
                if result.verdict == verdict and (worst is None or verdict == "unreadable"):
                    return Check(typed, verdict, f"entry {number}: {result.message}")
        if worst is None:
            kinds = [c.verdict for c in checks]
            verdict = "right" if set(kinds) == {"right"} else "right-other-form"
            condition = next((c.condition for c in checks if c.condition), None)
            if condition is not None:
                return Check(typed, "right-if", f"right only if {condition}", (), condition)
            return Check(
                typed, verdict, "right" if verdict == "right" else "right, in another form"
            )
        found = checks[worst]
        where = self.entries[worst].asked.by
        return wrong(typed, f"the partial derivative by {where}: {found.message}", found.mistakes)

    def same(self, typed: str, units: float = 1) -> bool:
        pieces = self.pieces(typed)
        return len(pieces) == len(self.entries) and all(
            entry.same(piece) for entry, piece in zip(self.entries, pieces, strict=True)
        )

    def alike(self, other: Answer, units: float = 1) -> bool:
        return isinstance(other, Expressions) and all(
            a.alike(b) for a, b in zip(self.entries, other.entries, strict=True)
        )

    @staticmethod
    def pieces(typed: str) -> list[str]:
        words = unwrapped(
            re.sub(r"^\s*(?:∇\s*f|grad(?:ient)?(?:\s*f)?)\s*(?:\([^)]*\))?\s*=", "", typed)
        )
        return [piece.strip() for piece in split(words, ",;\n") if piece.strip()]

    def text(self) -> str:
        return f"({', '.join(entry.text() for entry in self.entries)})"

    def value(self) -> Any:
        return [entry.text() for entry in self.entries]

    def how(self) -> str:
        return "Type it as (2x, 3y^2); any form of an entry will do."
