"""Whether an answer is right: numbers decide.

The answer and what is asked for are compared at four points of the sheet with all sizes different
and above 1, and, if they agree there, at many more, near and far. The right values come from the
derived backward pass and, independent of it, from the complex step. Two numbers are equal if they
differ by no more than rounding (`asking/agreement.py`). A number that does not exist equals
nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from chainrule.algebra import (
    SCALAR,
    AlgebraError,
    DomainError,
    LimitError,
    ParseError,
    SamplingError,
    ShapeError,
    concrete,
    shape_text,
    symbols,
)
from chainrule.algebra import text as printed
from chainrule.derivation.asking.agreement import Counterexample, disproof
from chainrule.derivation.asking.case import Case, agrees
from chainrule.derivation.asking.derived_forms import sources
from chainrule.derivation.asking.diagonal import is_diagonal
from chainrule.derivation.asking.layout import (
    Layout,
    TooLargeError,
    measure,
    overflows,
)
from chainrule.derivation.asking.points import equal
from chainrule.derivation.asking.question import Question, same_meaning
from chainrule.derivation.asking.truth import OracleError, Truth
from chainrule.derivation.asking.verdict import Check, Mistake, Witness
from chainrule.derivation.checking.conditions import (
    ABSENT,
    Condition,
    condition_for,
    hides_a_transpose,
)
from chainrule.derivation.checking.other_shape import (
    FLIPS,
    in_other_layout,
    shape_mistake,
    shape_of,
)
from chainrule.derivation.checking.same_form import Form, form
from chainrule.derivation.checking.unreadable import unreadable
from chainrule.derivation.checking.witnesses import absent, difference, witness
from chainrule.derivation.deriving.derive import derive
from chainrule.derivation.mistakes.detectors import found_by_each
from chainrule.derivation.mistakes.mistake_words import quoted
from chainrule.derivation.mistakes.repairs import shown

Mistakes = tuple[Mistake, ...]
Naming = Callable[[Case], Mistakes]
"""What names the mistakes of a wrong answer."""

Wrong = Callable[[Naming], Check]
"""The check of an answer that is wrong, once something names its mistakes."""

ENTRY_BY_ENTRY = "the slopes entry by entry stand for the diagonal of the Jacobian"
"""The condition for a Jacobian of which only its diagonal is written down."""


def judged(asked: Question, text: str, name_mistakes: bool = True) -> Check:
    """The verdict on `text` as an answer to a question."""
    return judge(Case(asked, text), name_mistakes)


def judge(case: Case, name_mistakes: bool = True) -> Check:
    """The verdict on a case, and the mistakes of a wrong one by name."""
    check = _judge(case, name_mistakes)
    if check.verdict == "unreadable" or check.understood is not None:
        return check
    return replace(check, understood=case.understood)


def _judge(case: Case, name_mistakes: bool) -> Check:
    text, reading, _ = case.text, case.reading, case.patience
    naming = _named if name_mistakes else nameless
    if isinstance(reading, AlgebraError) and not isinstance(reading, ShapeError):
        return _right_as_meant(case) or unreadable(case, reading)
    try:
        facts = case.truth
    except (OracleError, SamplingError) as error:
        return Check(text, "undecided", error.message)
    try:
        if isinstance(reading, ShapeError):
            found = _badly_shaped(case.misfit or reading, text, facts)
        else:
            found = compared(case, naming)
        if isinstance(found, Check):
            return found
        return _right_otherwise(case) or _misread(case) or _in_time(case, found(naming))
    except (TooLargeError, LimitError) as error:
        return Check(text, "undecided", f"this cannot be worked out: {error.message}")


def _in_time(case: Case, check: Check) -> Check:
    """A check that says so if the mistake was not looked for to the end."""
    if not case.patience.lost:
        return check
    message = f"{check.message}; the mistake was looked for no further, to be quick"
    return replace(check, message=message)


def _misread(case: Case) -> Check | None:
    """A line with names that are not written out, or with entries beside whole matrices, that was
    read as something of another shape."""
    if isinstance(case.reading, AlgebraError):
        return None
    mixed = bool(case.fits and case.root.indices and case.root.shape != SCALAR)
    if not case.is_loose and not mixed:
        return None
    where = case.layout
    if where is not None and not where.flipped:
        return None
    asked, words = case.question, printed(case.root)
    shape = f"has the shape {shape_of(case.root)}" if case.fits else "does not fit together"
    message = (
        f"read as {words}, this {shape}; {asked.name} has the shape "
        f"{shape_text(asked.leaf.shape)}; write every name and index out"
    )
    error = ParseError(message, (0, len(case.text)))
    return unreadable(case, error)


def _right_as_meant(case: Case) -> Check | None:
    """A line that has no usual reading, but another one, which is right."""
    try:
        return _right_otherwise(case)
    except AlgebraError:
        return None


def _right_otherwise(case: Case) -> Check | None:
    """A line that is right in another reading that people give it: that one was meant."""
    for reading, other in case.other_readings():
        found = compared(other, nameless)
        if isinstance(found, Check) and found.passes:
            words = printed(other.root)
            message = f"right, read as {words}: {reading.message}"
            return Check(case.text, "right-other-form", message, understood=words)
    return None


def nameless(case: Case) -> Mistakes:
    """No mistakes: for when only the verdict is wanted."""
    return ()


def compared(case: Case, naming: Naming) -> Check | Wrong:
    """The check of an answer that could be read, or, if it is wrong, how to complete it."""
    asked, root, facts, text = case.question, case.root, case.truth, case.text
    if any(same_meaning(asked, leaf) for leaf in symbols(root).values()):
        message = f"the line uses {asked.name} itself, so it says nothing about it"
        return Check(text, "undecided", message)
    measure(root, facts.points)
    if not case.fits:
        return lambda naming: _misfit(case, naming)
    where = case.layout
    if where is None or where.flipped or (where.stretched and facts.values[0].size > 1):
        return _other_shape(case)
    missing = case.missing
    agreed = _agreement(case)
    if isinstance(agreed, DomainError):
        return _without_values(case, agreed)
    if agreed is None and missing is not None:
        if not overflows(missing):
            return _without_values(case, missing)
        return Check(text, "undecided", f"this cannot be worked out: {missing.message}")
    if agreed:
        counterexample = disproof(root, where, asked)
        if counterexample is None:
            return _right(case)
        if counterexample.missing is not None:
            shown = difference(None, counterexample.truth)
            return _only_where(case, counterexample.missing, shown)
        return lambda naming: _elsewhere(case, counterexample)
    condition = condition_for(case)
    if condition is None:
        return lambda naming: _wrong(case, where, naming)
    if hides_a_transpose(case, condition):
        return lambda naming: _wrong(case, where, naming, condition)
    if condition.words == ABSENT and _is_missing_term(naming(case)):
        return lambda naming: _wrong(case, where, naming)
    message = f"right only if {condition}"
    mistake = Mistake("assumption", message, text, None, (0, len(text)))
    return Check(text, "right-if", message, (mistake,), str(condition), witness(root, where, facts))


def _is_missing_term(mistakes: Mistakes) -> bool:
    return [mistake.kind for mistake in mistakes] == ["missing-term"]


def _right(case: Case) -> Check:
    if form(case.root) in case.question.known(textbook_forms):
        return Check(case.text, "right", "right")
    return Check(case.text, "right-other-form", "right, in another form")


def _agreement(case: Case) -> bool | DomainError | None:
    """Whether the values at the first points are the right ones; or why there are none."""
    try:
        return case.agrees()
    except DomainError as error:
        return error


def _elsewhere(case: Case, example: Counterexample) -> Check:
    """An answer that is right at some values only."""
    message = (
        f"it equals {case.question.name} at some values, but not at all that the sheet allows: "
        "not at the ones shown"
    )
    shown = difference(example.yours, example.truth)
    return Check(case.text, "wrong", message, (), None, shown)


def _only_where(case: Case, missing: DomainError, shown: Witness | None = None) -> Check:
    """An answer that has no value somewhere; shown: the values there."""
    condition = f"the numbers are such that it has a value: {missing.message}"
    return Check(case.text, "right-if", f"right only if {condition}", (), condition, shown)


def textbook_forms(asked: Question) -> frozenset[Form]:
    """The lines of the derivation, and the answer with the derivatives in it put in."""
    lines = list(sources(asked))
    meaning = asked.meaning
    if lines and meaning is not None and meaning[1] != asked.sheet.cost:  # dC/dC is 1
        lines += derive(asked.sheet, meaning[1]).lines
    return frozenset(form(line) for line in lines)


def _wrong(case: Case, where: Layout, naming: Naming, transposed: Condition | None = None) -> Check:
    """transposed: the symmetry that would hide the mistake, where it is a forgotten transpose."""
    mistakes = naming(case)
    if transposed is not None and {mistake.kind for mistake in mistakes} != {"transpose"}:
        message = f"a transpose of `{transposed.name}` is missing; it is right only if {transposed}"
        mistakes = (Mistake.of_whole("transpose", message, case.text),)
    shown = witness(case.root, where, case.truth)
    return Check(case.text, "wrong", _message(mistakes, case), mistakes, None, shown)


def _named(case: Case) -> Mistakes:
    return case.known(_shown_mistakes)


def _shown_mistakes(case: Case) -> Mistakes:
    """The mistakes, with the repairs that may be shown, each judged again as it is printed.

    One whose repair is wrong, as it may be beyond a kink or far out, is none: the next is asked.
    """
    checks: dict[str, Check] = {}

    def again(words: str) -> Check:
        if words not in checks:
            checks[words] = judged(case.question, words, name_mistakes=False)
        return checks[words]

    for mistakes in found_by_each(case):
        true = tuple(m for m in mistakes if m.repaired is None or not _is_wrong(again(m.repaired)))
        if true:
            return shown(case, true, lambda words: _is_accepted(again(words)))
    return ()


def _is_wrong(check: Check) -> bool:
    return check.verdict == "wrong"


def _is_accepted(check: Check) -> bool:
    """Whether a text may be shown as right: on no condition."""
    return check.passes


def _message(mistakes: Sequence[Mistake], case: Case) -> str:
    if mistakes:
        return "; ".join(dict.fromkeys(mistake.message for mistake in mistakes))
    if case.patience.lost:
        return f"not equal to {case.question.name}"
    return f"not equal to {case.question.name}, and no small change makes it so"


def _without_witness(case: Case, mistakes: Mistakes) -> Check:
    """A wrong answer that has no number to show beside the right one."""
    shown = absent(_size(case), witness(None, None, case.truth))
    return Check(case.text, "wrong", _message(mistakes, case), mistakes, None, shown)


def _size(case: Case) -> tuple[int, int] | None:
    """The size of an answer at the point of a witness; None where it has none of its own."""
    if not case.fits or case.root.indices:
        return None
    return concrete(case.root.shape, case.truth.points[case.truth.cheapest].sizes)


def _misfit(case: Case, naming: Naming) -> Check:
    """Sizes inside the answer that do not fit."""
    mistakes = naming(case)
    if not mistakes:
        error = case.misfit
        if error is None:
            raise AssertionError("a misfit without a ShapeError")
        mistakes = (shape_mistake(error, case.text),)
    return _without_witness(case, mistakes)


def _badly_shaped(error: ShapeError, text: str, facts: Truth) -> Wrong:
    mistakes = (shape_mistake(error, text),)
    shown = witness(None, None, facts)
    return lambda naming: Check(text, "wrong", error.message, mistakes, None, shown)


def _other_shape(case: Case) -> Check | Wrong:
    """A readable answer whose own shape is not the one asked for."""
    asked, facts, text, where = case.question, case.truth, case.text, case.layout
    if is_diagonal(case.root, facts):
        words = f"diag({printed(case.root)})"
        message = f"right, read as {words}: {ENTRY_BY_ENTRY}"
        return Check(text, "right-other-form", message, understood=words)
    right = where is not None and agrees(case.laid(where), facts)
    if right and where is not None and where.flipped and asked.by in asked.sheet.flat:
        lies = shape_text(case.root.shape)
        message = f"right: `{asked.by}` has one axis, so its gradient may lie as {lies}"
        return Check(text, "right-other-form", message)
    if right and where is not None and where.stretched:
        shape = shape_text(asked.leaf.shape)
        condition = f"this one number stands for every entry of the {shape} matrix"
        return Check(text, "right-if", f"right if {condition}", (), condition)
    return lambda naming: _wrong_shape(case, right, naming)


def _wrong_shape(case: Case, right: bool, naming: Naming) -> Check:
    """right: whether only the layout is another one."""
    asked, text, where = case.question, case.text, case.layout
    flipped = where is not None and where.flipped
    mistakes = naming(case)
    if not mistakes or (flipped and mistakes[0].kind not in FLIPS):
        message = (
            f"{quoted(text)} has the shape {shape_of(case.root)}; {asked.name} has the shape "
            f"{shape_text(asked.leaf.shape)}"
        )
        mistakes = (Mistake("shape", message, text, None, (0, len(text))),)
    if flipped and right:
        mistakes = (in_other_layout(mistakes[0], asked), *mistakes[1:])
    return _without_witness(case, mistakes)


def _without_values(case: Case, missing: DomainError) -> Check | Wrong:
    """An answer that has no value at some points, where what is asked for has one."""
    facts = case.truth
    pairs = zip(case.values, facts.values, strict=True)
    there = [(value, goal) for value, goal in pairs if value is not None]
    if there and all(equal(value, goal) for value, goal in there):
        return _only_where(case, missing)
    return lambda naming: _undefined(case, missing, bool(there), naming)


def _undefined(case: Case, missing: DomainError, somewhere: bool, naming: Naming) -> Check:
    """somewhere: whether the answer has a value at some of the points."""
    mistakes = naming(case)
    if not mistakes or not somewhere:
        message = f"{missing.message}, where {case.question.name} has a value"
        places = case.parsed.spans().get(missing.node)
        span = places[0] if places else (0, len(case.text))
        repaired = mistakes[0].repaired if len(mistakes) == 1 else None
        mistakes = (Mistake("domain", message, case.text[slice(*span)], repaired, span),)
    return _without_witness(case, mistakes)
