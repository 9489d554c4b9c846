"""One change that is to be made wherever it can be: the same slip in every term or product."""

from __future__ import annotations

from dataclasses import replace

from chainrule.algebra import SYMBOL, AlgebraError
from chainrule.derivation.asking.case import Case, right_everywhere
from chainrule.derivation.asking.verdict import Mistake
from chainrule.derivation.mistakes.change import Edit, applied
from chainrule.derivation.mistakes.edits import EDITS, Mend
from chainrule.derivation.mistakes.search import Search
from chainrule.derivation.mistakes.smallest_edits import mistakes_of

MOST = 8
"""The most places at which the same slip is looked for."""


def same_slip(case: Case) -> tuple[Mistake, ...]:
    """The mistake, named once, if one edit at every place that it can be made mends the answer."""
    slips = sorted((mend for mend in EDITS if _is_alike(mend)), key=lambda mend: mend.cost)
    for mend in slips:
        edits = _edits(case, mend)
        if 2 <= len(edits) <= MOST and _mends(case, edits):
            first, *_ = sorted(mistakes_of(case, edits), key=lambda m: m.span or (0, 0))
            message = f"{first.message}; the same slip is made in {len(edits)} places"
            return (replace(first, message=message),)
    return ()


def _is_alike(mend: Mend) -> bool:
    """Whether an edit does the same to every node that it changes."""
    return mend.on is not None and SYMBOL not in mend.on


def _edits(case: Case, mend: Mend) -> list[Edit]:
    """The edit at each node where it is the only one of its sort."""
    search = case.known(Search)
    found: list[Edit] = []
    for path, place in search.places.items():
        if mend.applies_to(place.node):
            changes = list(mend.changes(search.node_at(path, place.node)))
            if len(changes) == 1:
                found.append(Edit(path, changes[0]))
    return found


def _mends(case: Case, edits: list[Edit]) -> bool:
    try:
        return right_everywhere(applied(case.root, edits), case.truth)
    except AlgebraError:
        return False
