"""The worked solution of a derivative, step by step, with no step that says nothing."""

from __future__ import annotations

from chainrule.algebra import Sheet, unicode
from chainrule.derivation import NOTATIONS, Step, derive

PAPER = NOTATIONS["unicode"]


def worked(sheet: Sheet, wrt: str, name: str = "f′") -> tuple[str, ...]:
    """The steps of a derivation, the first one first, and the derivative at the end."""
    derivation = derive(sheet, wrt)
    whole = sheet.expressions[sheet.cost]
    lines: list[str] = []
    for step in derivation.telling:
        if step.kind == "slope":
            left = name if step.before is whole else f"({unicode(step.before)})′"
            lines.append(_line(f"{left} = {unicode(step.after)}", step))
        elif step.kind == "rewriting":
            lines.append(_line(f"   = {unicode(step.after)}", step))
    return tuple(lines) or (f"{name} = {unicode(derivation.result)}",)


def _line(equation: str, step: Step) -> str:
    return f"{equation}   {step.rule}: {PAPER.sentence(step.reason)}"
