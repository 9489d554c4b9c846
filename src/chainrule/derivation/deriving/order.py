"""Which derivatives a learner works out, in the order of the backward pass."""

from __future__ import annotations

import re

from chainrule.algebra import SCALAR, Declaration, Sheet, backward

TARGETS = ("y", "Y")
DATA = ("x", "X", *TARGETS)
"""The letters of inputs and targets. Where there is no target, x is what one derives by."""


def to_work_out(sheet: Sheet) -> tuple[str, ...]:
    """The quantities that the cost is derived by, from the cost back; parameters, not data.

    All that the cost depends on, where nothing would be left.
    """
    passed = [name for name in backward(sheet) if name != sheet.cost]
    given = {declaration.name for declaration in sheet.declarations if _is_data(sheet, declaration)}
    kept = tuple(name for name in passed if name not in given)
    if not any(name not in sheet.expressions for name in kept):
        return tuple(passed)
    return kept


def _is_data(sheet: Sheet, declaration: Declaration) -> bool:
    """Whether it is an input or a target, or a number that is chosen before training."""
    if declaration.shape == SCALAR and "positive" in declaration.assumptions:
        return True
    stem, number = _stem(declaration.name)
    layered = number == "0" and any(_stem(name)[0] == stem for name in sheet.expressions)
    has_target = any(_stem(d.name)[0] in TARGETS for d in sheet.declarations)
    return layered or (has_target and stem in DATA)


def _stem(name: str) -> tuple[str, str]:
    """`a`, `0` of `a0`."""
    match = re.fullmatch(r"(.*?)_?(\d*)", name)
    return (name, "") if match is None else (match[1], match[2])
