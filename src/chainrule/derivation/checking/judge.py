"""Whether an answer is right: numbers decide.

The answer and what is asked for are compared at four points of the sheet, in float64, with all
sizes different and above 1. The right values come from the derived backward pass and, independent
of it, from the complex step. Two matrices are equal if no entry differs by more than a billionth of
the largest. A number that does not exist equals nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache, reduce
from itertools import combinations

import numpy as np

from chainrule.algebra import (
    SCALAR,
    AlgebraError,
    Array,
    DomainError,
    Expression,
    LimitError,
    Parsed,
    ParseError,
    Reading,
    SamplingError,
    ShapeError,
    Syntax,
    fits,
    parse,
    parse_misfits,
    parse_otherwise,
    shape_text,
    sum_over,
    symbols,
)
from chainrule.algebra.tree.shapes import concrete, flip
from chainrule.derivation.asking.layout import (
    MAX_LETTERS,
    Layout,
    TooLargeError,
    disproof,
    layout,
    measure,
    overflows,
    value_at,
)
from chainrule.derivation.asking.question import (
    OracleError,
    Question,
    Truth,
    bends,
    equal,
    same_meaning,
    truth,
)
from chainrule.derivation.asking.verdict import Check, Mistake
from chainrule.derivation.checking.conditions import condition_for
from chainrule.derivation.checking.same_form import Form, form
from chainrule.derivation.checking.witnesses import witness
from chainrule.derivation.deriving.derive import derive
from chainrule.derivation.mistakes.explain import quoted
from chainrule.derivation.mistakes.name_mistake import named
from chainrule.derivation.mistakes.vocabulary import sources


def judged(asked: Question, text: str, name_mistakes: bool = True) -> Check:
    """What is to be said of `text` as an answer to a question."""
    try:
        parsed = parse_misfits(text, asked.sheet.scope)
    except ShapeError as error:
        parsed = _first_misfit(asked, text) or error
    except ParseError as error:
        return _unreadable(asked, text, error)
    except AlgebraError as error:
        return Check(text, "unreadable", error.message, span=error.span)
    try:
        facts = truth(asked)
    except (OracleError, SamplingError) as error:
        return Check(text, "undecided", error.message)
    try:
        if isinstance(parsed, ShapeError):
            told = _badly_shaped(parsed, text, facts)
        else:
            told = compared(parsed, facts, named if name_mistakes else nameless)
        if told.verdict == "wrong":
            return _read_otherwise(asked, text, facts) or told
    except (TooLargeError, LimitError) as error:
        return Check(text, "undecided", f"this cannot be worked out: {error.message}")
    return told


def _read_otherwise(asked: Question, text: str, facts: Truth) -> Check | None:
    """A wrong line that is right in another reading: nobody knows what was meant."""
    for other in (*parse_otherwise(text, asked.sheet.scope), *_summed_by_themselves(asked, text)):
        told = compared(other.parsed, facts, nameless)
        if told.right and told.condition is None:
            return Check(text, "unreadable", other.message, span=other.span)
    return None


def _summed_by_themselves(asked: Question, text: str) -> Iterator[Reading]:
    """`W[k,j] d[k]` as in physics, where a letter that stands twice is summed over."""
    try:
        root = parse(text, asked.sheet.scope).expression
    except AlgebraError:
        return
    letters = [letter for letter, _ in root.indices][:MAX_LETTERS]
    for number in range(1, len(letters)):
        for chosen in combinations(letters, number):
            total = reduce(lambda inner, letter: sum_over(letter, inner), chosen, root)
            said = f"no sum is written here; write sum({chosen[0]}, …) for a sum over {chosen[0]}"
            yield Reading(Parsed(text, Syntax(total, 0, len(text))), said)


HIDDEN = {"symmetric": "transpose", "is 0": "missing-term"}
"""What is a mistake, also where a condition hides it: a transpose left out, a penalty forgotten."""

Naming = Callable[[Parsed, Truth, Sequence[Array | None]], tuple[Mistake, ...]]
"""What names the mistakes in a wrong answer, given its values at every point."""


def nameless(parsed: Parsed, facts: Truth, values: Sequence[Array | None]) -> tuple[Mistake, ...]:
    """No mistakes: for when only the verdict is wanted."""
    return ()


def compared(parsed: Parsed, facts: Truth, naming: Naming = named) -> Check:
    """What is to be said of an answer that could be read."""
    asked, root, text = facts.question, parsed.expression, parsed.text
    if any(same_meaning(asked, leaf) for leaf in symbols(root).values()):
        message = f"the line uses {asked.name} itself, so it says nothing about it"
        return Check(text, "undecided", message)
    for point in facts.points:
        measure(root, point)
    if not fits(root):
        return _misfit(parsed, facts, naming)
    where = layout(root.shape, root.indices, asked)
    if where is None or where.flipped or (where.stretched and facts.values[0].size > 1):
        return _other_shape(parsed, facts, where, naming)
    values, missing = values_of(root, where, facts)
    if missing is not None:
        return _without_values(parsed, facts, values, missing, naming)
    if agrees(values, facts):
        found = disproof(root, where, asked)
        return _right(parsed, asked) if found is None else _bent(parsed, where, found)
    condition = condition_for(parsed, facts)
    hidden = next((HIDDEN[end] for end in HIDDEN if condition and condition.endswith(end)), None)
    if hidden is not None:
        wrong = _wrong(parsed, facts, values, where, naming)
        if [mistake.kind for mistake in wrong.mistakes] == [hidden]:
            return wrong
    if condition is not None:
        message = f"right only if {condition}"
        mistake = Mistake("assumption", message, text, None, (0, len(text)))
        return Check(text, "right-if", message, (mistake,), condition, witness(root, where, facts))
    return _wrong(parsed, facts, values, where, naming)


def values_of(
    root: Expression, where: Layout, facts: Truth
) -> tuple[list[Array | None], DomainError | None]:
    """The values of an answer at every point, None where it has none, and the first reason why."""
    values: list[Array | None] = []
    missing: DomainError | None = None
    for point, goal in zip(facts.points, facts.values, strict=True):
        try:
            values.append(value_at(root, where, point, goal.shape))
        except DomainError as error:
            values.append(None)
            missing = missing or error
    return values, missing


def agrees(values: Sequence[Array | None], facts: Truth) -> bool:
    """Whether the values are the right ones, at all points where there are any."""
    pairs = zip(values, facts.values, strict=True)
    return all(value is not None and equal(value, goal) for value, goal in pairs)


def _right(parsed: Parsed, asked: Question) -> Check:
    if form(parsed.expression) in textbook_forms(asked):
        return Check(parsed.text, "right", "right")
    return Check(parsed.text, "right-other-form", "right, in another form")


def _bent(parsed: Parsed, where: Layout, facts: Truth) -> Check:
    """An answer that is right on one side of a kink only."""
    message = (
        f"it equals {facts.question.name} at some values, but not at the ones shown: between them "
        "a slope jumps, or a comparison turns"
    )
    return Check(parsed.text, "wrong", message, (), None, witness(parsed.expression, where, facts))


@lru_cache(maxsize=256)
def textbook_forms(asked: Question) -> frozenset[Form]:
    """The lines of the derivation, and the answer with the derivatives in it put in."""
    found = list(sources(asked))
    meaning = asked.sheet.scope.meaning(asked.name)
    if found and meaning is not None and meaning[1] != asked.sheet.cost:  # dC/dC is 1
        found += derive(asked.sheet, meaning[1]).lines
    return frozenset(form(line) for line in found)


def _wrong(
    parsed: Parsed, facts: Truth, values: Sequence[Array | None], where: Layout, naming: Naming
) -> Check:
    mistakes = naming(parsed, facts, values)
    if bends(parsed.expression, *facts.question.sheet.expressions.values()):
        mistakes = tuple(mistake for mistake in mistakes if _mends(mistake, facts.question))
    shown = witness(parsed.expression, where, facts)
    return Check(parsed.text, "wrong", _message(mistakes, facts), mistakes, None, shown)


def _mends(mistake: Mistake, asked: Question) -> bool:
    """Whether what a mistake is mended to is right on both sides of every kink."""
    return mistake.repaired is None or judged(asked, mistake.repaired, name_mistakes=False).right


def _message(mistakes: Sequence[Mistake], facts: Truth) -> str:
    if mistakes:
        return "; ".join(dict.fromkeys(mistake.message for mistake in mistakes))
    return f"not equal to {facts.question.name}, and no small change makes it so"


def _misfit(parsed: Parsed, facts: Truth, naming: Naming) -> Check:
    """Sizes inside the answer that do not fit."""
    asked = facts.question
    mistakes = naming(parsed, facts, [None] * len(facts.points))
    if not mistakes:
        error = _first_misfit(asked, parsed.text)
        if error is None:
            raise AssertionError("a misfit without a ShapeError")
        mistakes = (_shape_mistake(error, parsed.text),)
    return Check(parsed.text, "wrong", _message(mistakes, facts), mistakes, None,
                 witness(None, None, facts))  # fmt: skip


def _first_misfit(asked: Question, text: str) -> ShapeError | None:
    """The first place where sizes do not fit; what stands around it may not fit for its sake."""
    try:
        parse(text, asked.sheet.scope)
    except ShapeError as error:
        return error
    except AlgebraError:
        return None
    return None


def _shape_mistake(error: ShapeError, text: str) -> Mistake:
    span = error.span or (0, len(text))
    return Mistake("shape", error.message, text[slice(*span)], None, span)


def _badly_shaped(error: ShapeError, text: str, facts: Truth) -> Check:
    mistakes = (_shape_mistake(error, text),)
    return Check(text, "wrong", error.message, mistakes, None, witness(None, None, facts))


def _other_shape(parsed: Parsed, facts: Truth, where: Layout | None, naming: Naming) -> Check:
    """A readable answer whose own shape is not the one asked for."""
    asked, root, text = facts.question, parsed.expression, parsed.text
    if _is_diagonal(root, facts):
        condition = "the slopes entry by entry stand for the diagonal of the Jacobian"
        return Check(text, "right-if", f"right if {condition}", (), condition)
    turned = False
    if where is not None:
        values, missing = values_of(root, where, facts)
        turned = where.flipped and missing is None and agrees(values, facts)
        if where.stretched and missing is None and agrees(values, facts):
            shape = shape_text(asked.leaf.shape)
            condition = f"this one number stands for every entry of the {shape} matrix"
            return Check(text, "right-if", f"right if {condition}", (), condition)
    nothing: list[Array | None] = [None] * len(facts.points)
    if where is not None and where.stretched:
        values, _ = values_of(root, where, facts)
        if all(value is not None and not value.any() for value in values):
            nothing = values  # 0 is nothing in any shape
    mistakes = naming(parsed, facts, nothing)
    if not mistakes or (where is not None and where.flipped and mistakes[0].kind not in _FLIPS):
        message = (
            f"{quoted(text)} has the shape {_shape(root)}; {asked.name} has the shape "
            f"{shape_text(asked.leaf.shape)}"
        )
        mistakes = (Mistake("shape", message, text, None, (0, len(text))),)
    if turned:
        mistakes = (_in_other_layout(mistakes[0], asked), *mistakes[1:])
    return Check(text, "wrong", _message(mistakes, facts), mistakes, None,
                 witness(None, None, facts))  # fmt: skip


def _is_diagonal(root: Expression, facts: Truth) -> bool:
    """Whether a vector holds the diagonal of a Jacobian that is 0 elsewhere: sigma'(z) for da/dz,
    as books write it for functions that work entry by entry."""
    asked = facts.question
    meaning = asked.sheet.scope.meaning(asked.name)
    size = asked.leaf.shape[0]
    if meaning is None or asked.leaf.shape != (size, size) or asked.letters or root.indices:
        return False
    if SCALAR in (asked.leaf.shape, asked.sheet.shapes[meaning[0]]):
        return False
    if root.shape not in ((size, 1), (1, size)):
        return False
    for point, goal in zip(facts.points, facts.values, strict=True):
        try:
            slopes = value_at(root, Layout(), point, concrete(root.shape, point.sizes))
        except AlgebraError:
            return False
        if not equal(np.diag(slopes.ravel()), goal):
            return False
    return True


def _in_other_layout(mistake: Mistake, asked: Question) -> Mistake:
    """An answer whose numbers are right and only lie the other way."""
    lies, wanted = shape_text(flip(asked.leaf.shape)), shape_text(asked.leaf.shape)
    message = (
        f"the numbers are right, but they lie in the other layout: this is {lies}, and the sheet "
        f"has {asked.name} as {wanted}; {mistake.message}"
    )
    return replace(mistake, kind="transpose", message=message)


_FLIPS = ("transpose", "order", "axis", "symbol", "other-quantity", "operator")


def _shape(root: Expression) -> str:
    if root.indices:
        letters = ", ".join(f"{letter} up to {size}" for letter, size in root.indices)
        return f"of an entry ({letters})"
    return shape_text(root.shape)


def _without_values(
    parsed: Parsed,
    facts: Truth,
    values: Sequence[Array | None],
    missing: DomainError,
    naming: Naming,
) -> Check:
    """An answer that has no value at some points, where what is asked for has one."""
    text = parsed.text
    if overflows(missing):
        return Check(text, "undecided", f"this cannot be worked out: {missing.message}")
    there = [(v, g) for v, g in zip(values, facts.values, strict=True) if v is not None]
    if there and all(equal(v, g) for v, g in there):
        condition = f"the numbers are such that it has a value: {missing.message}"
        return Check(text, "right-if", f"right only if {condition}", (), condition)
    mistakes = naming(parsed, facts, values)
    if not mistakes or not there:
        message = f"{missing.message}, where {facts.question.name} has a value"
        span = _span_of(parsed, missing.node)
        repaired = mistakes[0].repaired if len(mistakes) == 1 else None
        mistakes = (Mistake("domain", message, text[slice(*span)], repaired, span),)
    return Check(text, "wrong", _message(mistakes, facts), mistakes, None,
                 witness(None, None, facts))  # fmt: skip


def _span_of(parsed: Parsed, node: Expression) -> tuple[int, int]:
    places = parsed.spans().get(node)
    return places[0] if places else (0, len(parsed.text))


def _unreadable(asked: Question, text: str, error: ParseError) -> Check:
    """A text that cannot be read. An unknown name is named, with the likely one."""
    if not error.message.startswith("unknown name"):
        return Check(text, "unreadable", error.message, span=error.span)
    start, end = error.span
    repaired = None
    for close in asked.sheet.scope.close_to(text[start:end])[:1]:
        if f"did you mean `{close}`" in error.message:
            repaired = text[:start] + close + text[end:]
    mistake = Mistake("symbol", error.message, text[start:end], repaired, error.span)
    return Check(text, "unreadable", error.message, (mistake,), span=error.span)
