"""Answers that are 0, or should be."""

from __future__ import annotations

import numpy as np

from chainrule.algebra import SCALAR
from chainrule.derivation.asking.case import Case
from chainrule.derivation.asking.points import ABSOLUTE
from chainrule.derivation.asking.verdict import Mistake


def zero(case: Case) -> tuple[Mistake, ...]:
    """The mistake, if the answer is nothing but zeros, or should be."""
    name, text = case.question.name, case.text
    of, by = case.question.meaning or (name, "that")
    if all(v is not None and not np.abs(v).max() > ABSOLUTE for v in case.values):
        message = f"this is 0, but {name} is not: {of} depends on {by}"
        return (Mistake.of_whole("zero", message, text),)
    if all(np.abs(v).max() <= ABSOLUTE for v in case.truth.values):
        message = f"{name} is 0: {of} does not change with {by}"
        repaired = "0" if case.question.leaf.shape == SCALAR else None
        return (Mistake.of_whole("zero", message, text, repaired),)
    return ()
