"""The names in a text that mean nothing on the sheet, all of them at once."""

from __future__ import annotations

from chainrule.algebra import ParseError
from chainrule.derivation.asking.case import Case

STAND_IN = "e"
"""Put in for a name to read on: a number, as long as the shortest name."""

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
        name = words[start:end]
        if not (found and name[:1] == "d" and case.question.sheet.scope.quantity(name[1:])):
            found.setdefault(name, error)  # the d of a derivative by what is not known is no name
        words = words[:start] + STAND_IN.ljust(end - start) + words[end:]
    return list(found.values())
