"""What is wrong with gradients that have no mistake of a name: one factor, one row, one column."""

from __future__ import annotations

from collections.abc import Sequence

from chainrule.workshop.network_gradients import ArrayCheck


def factors(checks: Sequence[ArrayCheck], examples: int) -> str:
    """What is wrong with each array: one factor, or one row or column."""
    wrong = [c for c in checks if not c.passed]
    same = {f"{c.factor:.3g}" if c.factor is not None else "" for c in wrong}
    first = wrong[0].factor if wrong else None
    if len(wrong) == len(checks) > 1 and len(same) == 1 and first:
        return f"All gradients are {times(first, examples)} times what they should be."
    sentences = []
    for check in wrong:
        if check.factor == 0:
            sentences.append(
                f"the gradient of parameters[{check.index}] is 0 everywhere, or None: nothing "
                "leads back to it, as after `.detach()`"
            )
        elif check.factor is not None:
            sentences.append(
                f"the gradient of parameters[{check.index}] is {times(check.factor, examples)} "
                "times what it should be"
            )
        elif check.where:
            sentences.append(
                f"the gradient of parameters[{check.index}] is wrong in {check.where} alone"
            )
    text = "; ".join(sentences[:4])
    return f"{text[0].upper()}{text[1:]}." if text else ""


def times(factor: float, examples: int) -> str:
    """A factor, as 1/m or m where it is that of the number of examples."""
    for words, value in (("1/m", 1 / examples), ("m", examples)):
        if abs(factor / value - 1) < 1e-3:
            return f"{words} (here {factor:.4g})"
    return f"{factor:.4g}"
