"""One entry of a derivative: dC/dW2[j,k] = delta2[j] * a1[k].

The matrix form is taken entry by entry. Entry j of W2.T @ delta2 adds up W2[k,j] * delta2[k] over
k: one term for every path from neuron j to the next layer.
"""

from __future__ import annotations

from chainrule.algebra import (
    SCALAR,
    AlgebraError,
    Sheet,
    entry,
    facts_of,
    is_vector,
    simplify,
    text,
)
from chainrule.derivation.deriving.derive import derive, replayed
from chainrule.derivation.deriving.steps import Derivation, Step

LETTERS = ("j", "k")
ENTRY_OF = "take one entry"


def derive_entry(sheet: Sheet, wrt: str, letters: tuple[str, ...] = LETTERS) -> Derivation:
    """The derivative by one entry of a quantity; `letters` are the row's and the column's.

    Raises AlgebraError if the quantity is a scalar, which has no entries.
    """
    whole = derive(sheet, wrt)
    if whole.target.shape == SCALAR:
        raise AlgebraError(f"`{text(whole.target)}` is a scalar and has no entries")
    used = letters[:1] if is_vector(whole.target.shape) else letters[:2]
    for letter in used:
        if sheet.scope.resolve(letter) is not None:
            raise AlgebraError(f"`{letter}` is a name of the sheet; choose another letter")
    target = entry(whole.target, *used)
    facts = facts_of(sheet)
    raw = entry(whole.result, *used)
    found = simplify(raw, facts)
    where = ", ".join(used)
    why = f"Both sides are taken at entry {where}."
    first = Step("derivative", ENTRY_OF, whole.result, raw, whole.result, why)
    steps = (*whole.steps, first, *replayed(raw, found.steps, facts))
    lines = (raw,) if found.result is raw else (raw, found.result)
    return Derivation(whole.wrt, target, steps, lines, whole.uses)
