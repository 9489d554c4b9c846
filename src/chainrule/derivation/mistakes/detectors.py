"""What names the mistake of a wrong answer: the detectors, in the order in which they are asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from chainrule.algebra import AlgebraError
from chainrule.derivation.asking.case import Case, agrees
from chainrule.derivation.asking.time_limit import OutOfTime
from chainrule.derivation.asking.verdict import Mistake
from chainrule.derivation.mistakes.chain_links import chain_link
from chainrule.derivation.mistakes.entrywise import entrywise
from chainrule.derivation.mistakes.missing_path import path_left_out
from chainrule.derivation.mistakes.other_quantity import other_cost, other_quantity
from chainrule.derivation.mistakes.row_plus_column import stretched
from chainrule.derivation.mistakes.same_slip_everywhere import same_slip
from chainrule.derivation.mistakes.search import MAX_SIZE
from chainrule.derivation.mistakes.smallest_edits import (
    almost_one_edit,
    named_with_repair,
    one_edit,
    one_name_everywhere,
    two_edits,
    with_repair,
)
from chainrule.derivation.mistakes.wrong_factor import multiple
from chainrule.derivation.mistakes.wrong_rule_answers import (
    antiderivative,
    two_wrong_rules,
    wrong_rule,
)
from chainrule.derivation.mistakes.zero_answers import zero

Mistakes = tuple[Mistake, ...]


@dataclass(frozen=True, slots=True)
class Detector:
    """Looks for one sort of mistake; nothing found is ().

    fitting: it is asked only where all sizes inside the answer fit. most: the largest answer, in
    nodes of its tree, that it is asked about. complete: what to add to the mistakes it finds.
    """

    name: str
    looks_for: str
    find: Callable[[Case], Mistakes]
    fitting: bool = False
    most: int | None = None
    complete: Callable[[Case, Mistakes], Mistakes] | None = None

    def __call__(self, case: Case) -> Mistakes:
        case.patience.wait()
        if self.fitting and not case.fits:
            return ()
        if self.most is not None and case.root.size > self.most:
            return ()
        mistakes = self.find(case)
        return self.complete(case, mistakes) if mistakes and self.complete else mistakes


def entry_by_entry(case: Case) -> Mistakes:
    """The mistakes in the slopes of a function that works entry by entry."""
    alone = case.question.known(entrywise)
    if alone is None:
        return ()
    slopes = Case(alone, case.text)
    if isinstance(slopes.reading, AlgebraError) or agrees(slopes.values, slopes.truth):
        return ()
    return mistakes_in(slopes)


DETECTORS: list[Detector] = [
    Detector("zero", "nothing but zeros, or something where 0 is right", zero),
    Detector("chain link", "a factor of the chain rule that is missing or another one", chain_link),
    Detector(
        "entry by entry",
        "a wrong slope, for the Jacobian of a function that works entry by entry",
        entry_by_entry,
    ),
    Detector("stretched", "a row added to a column", stretched, fitting=True),
    Detector(
        "wrong rule",
        "a rule of differentiation applied wrongly",
        wrong_rule,
        complete=with_repair,
    ),
    Detector(
        "multiple",
        "the right answer times the same number, or times a size, everywhere",
        multiple,
        fitting=True,
    ),
    Detector(
        "other quantity",
        "the gradient by another quantity, or a quantity itself",
        other_quantity,
        fitting=True,
        complete=named_with_repair,
    ),
    Detector(
        "other cost",
        "the gradient of another cost of the same network",
        other_cost,
        fitting=True,
        complete=named_with_repair,
    ),
    Detector(
        "antiderivative",
        "a function whose derivative is the one given",
        antiderivative,
        complete=named_with_repair,
    ),
    Detector("one edit", "one small change that makes it right", one_edit, most=MAX_SIZE),
    Detector(
        "one name everywhere",
        "one name that is wrong wherever it stands",
        one_name_everywhere,
        fitting=True,
        most=MAX_SIZE,
    ),
    Detector(
        "path left out",
        "a part that depends on the variable and is held still",
        path_left_out,
        most=MAX_SIZE,
    ),
    Detector(
        "same slip", "one small change in every place that it can be made", same_slip, most=MAX_SIZE
    ),
    Detector(
        "two wrong rules",
        "two rules of differentiation applied wrongly, each in its place",
        two_wrong_rules,
        most=MAX_SIZE,
    ),
    Detector("two edits", "two small changes that make it right", two_edits, most=MAX_SIZE),
    Detector(
        "almost one edit",
        "one small change that makes it right but for a number or a transpose",
        almost_one_edit,
        most=MAX_SIZE,
    ),
]
"""In order; the first that finds something names the mistakes."""


def mistakes_in(case: Case) -> Mistakes:
    """The mistakes in an answer that is wrong; () if they have no small repair."""
    return next(found_by_each(case), ())


def found_by_each(case: Case) -> Iterator[Mistakes]:
    """What each detector that finds something finds, in order.

    It ends where looking for them took too long, which `case.patience` knows.
    """
    try:
        for detector in DETECTORS:
            mistakes = detector(case)
            if mistakes:
                yield mistakes
    except OutOfTime:
        return
