"""The check of a line that cannot be read: what to write instead."""

from __future__ import annotations

from chainrule.algebra import AlgebraError, ParseError
from chainrule.algebra import text as printed
from chainrule.derivation.asking.case import Case
from chainrule.derivation.asking.verdict import Check, Mistake
from chainrule.derivation.checking.unknown_names import unknown_names

MOST_NAMES = 12
"""So many names of a sheet are listed in a message."""

LONGEST_READING = 120
"""Characters of a reading that is typed out in a message."""


def unreadable(case: Case, error: AlgebraError) -> Check:
    """A text that cannot be read. Unknown names are named, each with the likely one.

    Nothing is offered in their place: what stands around them was not read either.
    """
    if isinstance(error, ParseError) and error.is_ambiguous:
        shown = "" if "; write `" in error.message else _typed_out(case)
        message = f"{error.message}{shown}"
        return Check(case.text, "unreadable", message, span=error.span)
    names = unknown_names(case)
    if not names:
        return Check(case.text, "unreadable", error.message, span=error.span)
    mistakes = tuple(
        Mistake("symbol", name.message, case.text[slice(*name.span)], None, name.span)
        for name in names
    )
    message = "; ".join(mistake.message for mistake in mistakes)
    if not any(name.mend for name in names):
        message += f"; the sheet has {', '.join(list(case.question.sheet.shapes)[:MOST_NAMES])}"
    return Check(case.text, "unreadable", message, mistakes, span=error.span)


def _typed_out(case: Case) -> str:
    """Two of the readings of a line, whole."""
    readings = list(dict.fromkeys(printed(other.root) for _, other in case.other_readings()))
    if len(readings) < 2 or any(len(words) > LONGEST_READING for words in readings[:2]):
        return ""
    return f"; the whole line is then `{readings[0]}` or `{readings[1]}`"
