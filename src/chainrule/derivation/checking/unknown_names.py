"""The names in a text that mean nothing on the sheet, all of them at once."""

from __future__ import annotations

import re

from chainrule.algebra import CONTROL, ParseError
from chainrule.derivation.asking.case import Case

STAND_IN = "e"
"""Put in for a name to read on: a number, as long as the shortest name."""

_COMMAND = re.compile(r"\\[A-Za-z]+")

MOST = 8
"""How many names are looked for."""


def unknown_names(case: Case) -> list[ParseError]:
    """The errors of a text that cannot be read for its names; [] if something else is the matter.

    Each name once, at its first place.
    """
    found: dict[str, ParseError] = {}
    words = case.text
    for _ in range(MOST):
        error = Case(case.question, words).reading
        if not isinstance(error, ParseError) or not error.message.startswith("unknown name"):
            break
        start, end = error.span
        command = _COMMAND.match(words, start)
        end = max(end, command.end()) if command is not None else end
        name = words[start:end]
        if not (found and name[:1] == "d" and case.question.sheet.scope.quantity(name[1:])):
            found.setdefault(name, error)  # the d of a derivative by what is not known is no name
        words = words[:start] + STAND_IN.ljust(end - start) + words[end:]
    controls = [error for name, error in found.items() if name in CONTROL]
    if controls:
        return controls[:1]
    return _prose(case, found) or list(found.values())


def _prose(case: Case, found: dict[str, ParseError]) -> list[ParseError]:
    """One error for a sentence in words, which is no formula."""
    words = [name for name in found if name.isalpha() and len(name) > 1 and name.islower()]
    if len(words) < 3 and not (len(words) == 2 and " ".join(words) in case.text):
        return []
    names = ", ".join(list(case.question.sheet.shapes)[:MOST])
    message = (
        f"this is in words; write a formula with the names of the sheet ({names}): `*` entry by "
        "entry, `@` for the matrix product, `.T` for the transpose"
    )
    return [ParseError(message, (0, len(case.text)))]
