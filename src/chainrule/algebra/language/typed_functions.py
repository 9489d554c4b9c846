"""A sheet of one function that is typed as on paper: `x**2 * sin(x)`, `f(x) = 2x + 1`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from chainrule.algebra.errors import AlgebraError
from chainrule.algebra.language import names
from chainrule.algebra.language.sheet import Sheet
from chainrule.algebra.language.sheet_lines import parse_sheet
from chainrule.algebra.language.sheet_text import SheetError
from chainrule.algebra.language.tokens import ParseError, Token, canonical, tokenize
from chainrule.algebra.tree.leaves import CONSTANTS

MATRIX_SIGNS = ("@", ".T", "[")
"""Signs between matrices, whose sizes an expression alone does not say."""

CALLED = ("f", "g", "h", "F")
"""What the function is called where the text gives it no name."""

_LEFT = re.compile(r"\s*([^\W\d]\w*)\s*(?:\(\s*([^\W\d]\w*)\s*\)\s*)?=(?!=)")


@dataclass(frozen=True, slots=True)
class TypedFunction:
    """A function of numbers as a sheet. variable: what it is one of; None if of several."""

    sheet: Sheet
    variable: str | None


def typed_function(text: str) -> TypedFunction:
    """The function that a text writes down, its names taken for numbers that may vary.

    The text may name the function, and say what it is one of: `f(x) = a*x + b`. Raises
    AlgebraError where it cannot be read, or where it is no function of numbers.
    """
    left = _LEFT.match(text)
    body = text[left.end() :] if left is not None else text
    start = len(text) - len(body)
    try:
        tokens = tokenize(body)
        variables = _variables(tokens)
    except ParseError as error:
        raise ParseError(error.message, (error.span[0] + start, error.span[1] + start)) from error
    of = canonical(left.group(2)) if left is not None and left.group(2) else None
    name = canonical(left.group(1)) if left is not None else _free_name(variables)
    if not variables:
        raise AlgebraError(f"`{body.strip()[:60]}` names nothing that may vary, such as x")
    if of is not None and of not in variables:
        raise AlgebraError(f"`{name}({of})`: there is no `{of}` in `{body.strip()[:60]}`")
    if name in variables:
        raise AlgebraError(f"`{name}` is defined by itself")
    lines = [*(f"{variable}: scalar" for variable in variables), f"{name} ="]
    source = "\n".join(lines)
    try:
        sheet = parse_sheet(source + body.replace("\n", " "))
    except SheetError as error:
        first = error.span[0] if error.span is not None else len(source)
        last = error.span[1] if error.span is not None else len(source)
        place = (max(first - len(source), 0) + start, max(last - len(source), 0) + start)
        raise ParseError(error.reason, place) from error
    only = variables[0] if len(variables) == 1 else None
    return TypedFunction(sheet, of or only)


def _variables(tokens: list[Token]) -> list[str]:
    """The names that are neither functions nor constants, in order. Raises ParseError."""
    found: list[str] = []
    for token, following in pairwise(tokens):
        if token.kind in MATRIX_SIGNS:
            raise ParseError(
                f"`{token.text}` stands between matrices, and their sizes are not known; "
                "a sheet declares them: `W: (n1,n0)`",
                (token.start, token.end),
            )
        called = following.kind == "(" and not following.spaced and len(token.text) > 1
        known = names.is_callable(token.text) and token.text not in names.FREE
        if token.kind == "name" and token.text not in CONSTANTS and not known and not called:
            found.append(token.text)
    return list(dict.fromkeys(found))


def _free_name(variables: list[str]) -> str:
    return next((name for name in CALLED if name not in variables), "function")
