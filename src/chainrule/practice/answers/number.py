"""Answers that are one number: `3`, `-1/3`, `0.33`, `sqrt(2)/2`, `z = 3`."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any, ClassVar

from chainrule.algebra import AlgebraError, Scope, evaluate, parse, parse_sheet, symbols
from chainrule.derivation import Check
from chainrule.practice.answers.answer import (
    NOTHING,
    Answer,
    UnreadableError,
    right,
    right_side,
    unreadable,
    wrong,
)

EXACT = 1e-9
REMEMBERED = 512
"""Texts whose reading is kept: one answer is compared with every wrong one."""
COMMA = re.compile(r"[-+]?\d+(?:,\d+)+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Number:
    """A number. places: decimal places that are enough; None where it is to be exact."""

    number: float | Fraction
    places: int | None = None
    kind: ClassVar[str] = "number"

    def check(self, typed: str, name_mistakes: bool = True) -> Check:
        try:
            readings = numbers(right_side(typed))
        except UnreadableError as fault:
            return unreadable(typed, str(fault))
        if any(self.near(number) for number in readings):
            return right(typed)
        if any(self.coarse(number, typed) for number in readings):
            return rounded_too_far(typed, self.places)
        return wrong(typed, "that is not the number")

    def same(self, typed: str, units: float = 1) -> bool:
        try:
            return any(self.near(number, units) for number in numbers(right_side(typed)))
        except UnreadableError:
            return False

    def near(self, number: float, units: float = 1) -> bool:
        """Whether a number is this one, within units of the last place that is asked for."""
        return close(number, float(self.number), self.places, units)

    def coarse(self, number: float, typed: str) -> bool:
        """Whether it is this number, rounded to fewer places than are asked for."""
        decimal = re.fullmatch(r"[-+]?\d*[.,]?\d*", right_side(typed)) is not None
        return decimal and coarse(number, float(self.number), self.places)

    def alike(self, other: Answer, units: float = 1) -> bool:
        return self.same(other.text(), units)

    def text(self) -> str:
        return number_text(self.number, self.places)

    def value(self) -> Any:
        return plain(self.number, self.places)

    def how(self) -> str:
        return how_rounded(self.places)


def rounded_too_far(typed: str, places: int | None) -> Check:
    return Check(typed, "undecided", f"that is rounded too far: give {places} decimal places")


def how_rounded(places: int | None) -> str:
    """What is said of rounding."""
    if places is None:
        return "A whole number, a decimal or a fraction such as -1/3."
    are = "place is" if places == 1 else "places are"
    return f"{places} decimal {are} enough; one unit in the last place is allowed."


def close(number: float, expected: float, places: int | None, units: float = 1) -> bool:
    """Whether a number is the expected one, up to so many units of the last place."""
    exact = EXACT * max(1.0, abs(expected))
    allowed = exact if places is None else units * 10**-places * (1 + 1e-6) + exact
    return abs(number - expected) <= allowed


def coarse(number: float, expected: float, places: int | None) -> bool:
    """Whether a number is the expected one, rounded to fewer places than are asked for."""
    fewer = range(places or 0)
    few = next((n for n in fewer if abs(round(number, n) - number) < EXACT), None)
    return few is not None and number != 0 and close(number, expected, few, units=0.5)


def number_text(number: float | Fraction, places: int | None) -> str:
    """As one types it: whole, a fraction, or rounded."""
    if isinstance(number, Fraction) or float(number).is_integer():
        return str(Fraction(number))
    return f"{number:.{10 if places is None else places}f}".rstrip("0").rstrip(".")


def plain(number: float | Fraction, places: int | None) -> int | float | str:
    """A number as JSON has it; a fraction that no decimal equals is a text."""
    if float(number).is_integer():
        return int(number)
    if isinstance(number, Fraction) and places is None:
        return str(number)
    return round(float(number), 12)


def numbers(typed: str) -> tuple[float, ...]:
    """The numbers that a text may be: `0,33` is a decimal, `13,002` may be a thousand."""
    if not typed:
        raise UnreadableError(NOTHING)
    if COMMA.fullmatch(typed):
        joined = (typed.replace(",", "."), typed.replace(",", ""))
        whole = re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?", typed) is not None
        tries = joined if whole and typed.count(",") == 1 else joined[1:] if whole else joined[:1]
        found = [float(text) for text in tries if text.count(".") < 2]
        if not found:
            raise UnreadableError("expected one number, such as 3, -1/3 or 0.33")
        return tuple(found)
    return (one_number(typed),)


@lru_cache(maxsize=REMEMBERED)
def one_number(typed: str) -> float:
    """The value of a text without names. Raises UnreadableError."""
    percent = typed.endswith("%")
    try:
        expression = parse(typed.rstrip("% "), without_names()).expression
        if symbols(expression) or expression.indices:
            raise UnreadableError(f"expected a number, found the name in `{typed}`")
        value = float(evaluate(expression, {}, {}).ravel()[0])
    except AlgebraError as fault:
        raise UnreadableError(f"expected a number such as 3, -1/3 or 0.33: {fault}") from fault
    if not math.isfinite(value):
        raise UnreadableError("expected a number, and this is none")
    return value / 100 if percent else value


@lru_cache(maxsize=1)
def without_names() -> Scope:
    """A scope for reading numbers."""
    return parse_sheet("unused_: scalar\nunused_out_ = unused_").scope
