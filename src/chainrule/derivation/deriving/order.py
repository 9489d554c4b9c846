"""Which derivatives a learner works out, in the order of the backward pass."""

from __future__ import annotations

from chainrule.algebra import Sheet, backward
from chainrule.derivation.deriving.given import given


def to_work_out(sheet: Sheet) -> tuple[str, ...]:
    """The quantities that the cost is derived by, from the cost back; not what is given.

    All that the cost depends on, where nothing that is declared would be left.
    """
    passed = tuple(name for name in backward(sheet) if name != sheet.cost)
    kept = tuple(name for name in passed if name not in given(sheet))
    return kept if any(name not in sheet.expressions for name in kept) else passed
