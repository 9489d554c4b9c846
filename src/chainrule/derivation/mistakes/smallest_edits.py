"""The smallest change that makes a wrong answer right: one edit, one name everywhere, two edits."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from chainrule.algebra import (
    UNKNOWN,
    DomainError,
    Expression,
    at,
    divide,
    multiply,
    negate,
    number,
    text,
    transposed,
)
from chainrule.derivation.asking.case import Case, right_everywhere
from chainrule.derivation.asking.layout import layout, value_at
from chainrule.derivation.asking.points import equal
from chainrule.derivation.asking.truth import Truth
from chainrule.derivation.asking.verdict import Mistake
from chainrule.derivation.mistakes.change import Edit, applied
from chainrule.derivation.mistakes.leaf_edits import SHIFTED, shifted
from chainrule.derivation.mistakes.mistake_words import explained, quoted
from chainrule.derivation.mistakes.pair_search import PairSearch
from chainrule.derivation.mistakes.repairs import makes_sense, right_answers
from chainrule.derivation.mistakes.search import MAX_SIZE, Found, Search
from chainrule.derivation.mistakes.text_repairs import mended, pieces
from chainrule.derivation.mistakes.vocabulary import vocabulary

NEAR = {"missing-factor": ("factor",), "power": ("extra-factor",), "symbol": ("function",)}
"""Kinds of edits that mend a mistake of another kind."""

TWICE = ", in more than one place"

MAX_CONFIRMED = 60
"""How many edits that fit at one point are tried at the others."""


def one_edit(case: Case) -> tuple[Mistake, ...]:
    """The mistake, if one edit mends it and no name that is wrong everywhere is likelier."""
    best = case.known(_best_edit)
    if best is None:
        return ()
    if best.cost > SHIFTED:
        everywhere = case.known(_name_everywhere)
        if everywhere is not None and everywhere[0] < best.cost:
            return ()
    return mistakes_of(case, best.edits)


def _best_edit(case: Case) -> Found | None:
    return first_right(case, case.known(Search).single())


def named_with_repair(case: Case, mistakes: tuple[Mistake, ...]) -> tuple[Mistake, ...]:
    """A mistake of the whole, with the smallest edit that mends it if there is one.

    Where one wrong name inside the answer, or a sum or a term left out, is all that lies between,
    only that is named: nobody who writes `(yhat - y) * w` for dC/dw means dC/dx.
    """
    best = case.known(_best_edit) if case.root.size <= MAX_SIZE else None
    if best is None:
        return mistakes
    (mistake,) = mistakes
    (mend,) = mistakes_of(case, best.edits)
    (edit,) = best.edits
    slip = (
        (edit.kind == "symbol" and edit.path)
        or (edit.kind == "axis" and mistake.kind == "other-quantity")
        or edit.kind == "missing-term"
    )
    if slip:
        return (mend,)
    return (replace(mend, kind=mistake.kind, message=f"{mistake.message}; {mend.message}"),)


def with_repair(case: Case, mistakes: tuple[Mistake, ...]) -> tuple[Mistake, ...]:
    """A mistake of the whole under its own name, at the place of the edit that mends it.

    Where no edit of that kind does, its repair is the right answer.
    """
    (mistake,) = mistakes
    best = case.known(_best_edit) if case.root.size <= MAX_SIZE else None
    if best is not None and best.edits[0].kind in (mistake.kind, *NEAR.get(mistake.kind, ())):
        (mend,) = mistakes_of(case, best.edits)
        return (replace(mend, kind=mistake.kind, message=mistake.message),)
    return (replace(mistake, repaired=next(right_answers(case), None)),)


def two_edits(case: Case) -> tuple[Mistake, ...]:
    """The mistakes, if two edits mend the answer and are likelier than one that nearly does."""
    loose = case.known(_best_loose_edit)
    pairs = case.known(PairSearch).found
    if loose is None:
        pair = first_right(case, pairs())
    else:
        # The edit that leaves only a number or a transpose, with the place of that too.
        first = loose.edits[0]
        pair = first_right(case, (p for p in pairs() if first in p.edits and _scales(p)))
        if pair is None:
            likelier = itertools.takewhile(lambda p: p.cost <= loose.cost + 1e-6, pairs())
            pair = first_right(case, likelier)
    return () if pair is None else mistakes_of(case, pair.edits)


def _best_loose_edit(case: Case) -> Found | None:
    return first_right(case, case.known(Search).single(loose=True))


def almost_one_edit(case: Case) -> tuple[Mistake, ...]:
    """The mistakes, if the answer is right after one edit but for a number or a transpose."""
    loose = case.known(_best_loose_edit)
    if loose is None:
        return ()
    completed = _completed(applied(case.root, loose.edits), loose)
    words = None if completed is None else text(completed)
    found = (*mistakes_of(case, loose.edits), *_left_over(case, loose))
    return tuple(replace(mistake, repaired=words) for mistake in found)


def _left_over(case: Case, found: Found) -> tuple[Mistake, ...]:
    """What is off besides the edit: a sign, a number, a transpose."""
    messages: list[tuple[str, str]] = []
    if found.flipped:
        name = case.question.name
        messages.append(("transpose", f"the whole should be transposed to be {name}"))
    factor = as_fraction(found.ratio) if found.ratio != 1.0 else None
    if factor is not None and factor < 0:
        messages.append(("sign", "the sign of the whole is wrong"))
    if factor is not None and abs(factor) != 1:
        messages.append(("factor", f"the whole is {abs(factor)} times what it should be"))
    return tuple(Mistake.of_whole(kind, message, case.text) for kind, message in messages)


def _scales(pair: Found) -> bool:
    """Whether one of two edits only changes a sign, a number or a transpose."""
    kinds = {as_scale(edit.kind) for edit in pair.edits}
    return bool(kinds & {"sign", "factor", "sum-mean", "transpose"})


def as_scale(kind: str) -> str:
    """An edit that only changes a number: what it is called when the whole is off by a number."""
    return {"extra-factor": "factor", "missing-factor": "factor", "power": "factor"}.get(kind, kind)


def first_right(case: Case, found: Iterable[Found]) -> Found | None:
    """The first of the edits after which the answer is right at all points."""
    for candidate in itertools.islice(found, MAX_CONFIRMED):
        tree = applied(case.root, candidate.edits)
        if len(candidate.edits) > 1 and not tree.args:
            continue  # that puts a name in place of the whole answer, and mends nothing
        if not makes_sense(case.root, tree):
            continue
        completed = _completed(tree, candidate)
        if completed is not None and right_everywhere(completed, case.truth):
            return candidate
    return None


def _completed(tree: Expression, found: Found) -> Expression | None:
    """The tree with what is still off put right: the transpose, the number in front."""
    if tree.shape == UNKNOWN:
        return None
    if found.flipped:
        tree = transposed(tree)
    if found.ratio == 1.0:
        return tree
    factor = as_fraction(found.ratio)
    if factor is None:
        return None
    signed = negate(tree) if factor < 0 else tree
    return divide(multiply(number(abs(factor.denominator)), signed), number(abs(factor.numerator)))


def as_fraction(ratio: float) -> Fraction | None:
    """The small fraction that a ratio is; None if it is none."""
    nearest = Fraction(ratio).limit_denominator(60)
    close = nearest != 0 and abs(float(nearest) - ratio) <= 1e-8 * abs(ratio)
    return nearest if close and abs(nearest.numerator) <= 60 else None


def mistakes_of(case: Case, edits: Sequence[Edit]) -> tuple[Mistake, ...]:
    """The edits as mistakes, each with the text mended of all of them."""
    result = mended(case.parsed, edits, case.question.sheet.scope)
    repaired = None if result is None else result[0]
    found: dict[tuple[str, str], Mistake] = {}
    for repair in pieces(case.parsed, edits):
        kind, message = repair.edit.kind, explained(repair, case.question)
        yours = repair.dropped if repair.dropped is not None else repair.was
        mistake = Mistake(kind, message, yours, repaired, repair.span)
        first = found.setdefault((kind, message), mistake)
        if first is not mistake and not first.message.endswith(TWICE):
            found[kind, message] = replace(first, message=f"{message}{TWICE}")
    return tuple(found.values())


# One name that is wrong wherever it stands.


def one_name_everywhere(case: Case) -> tuple[Mistake, ...]:
    """The mistake, if one name is wrong wherever it stands."""
    everywhere = case.known(_name_everywhere)
    return () if everywhere is None else (everywhere[1],)


def _name_everywhere(case: Case) -> tuple[float, Mistake] | None:
    """The mistake, and how readily it is believed."""
    names = [
        part.expression for _, part in case.parsed.places() if part.expression.name == "symbol"
    ]
    if len(names) == len(set(names)) or not case.fits:
        return None
    for kind, cost, tree in shifted(case.root, vocabulary(case.question)):
        if _right_at_one(tree, case.truth) and right_everywhere(tree, case.truth):
            return cost, _renamed(case, kind, tree)
    return None


def _right_at_one(root: Expression, facts: Truth) -> bool:
    where = layout(root.shape, root.indices, facts.question)
    if where is None:
        return False
    i = facts.cheapest
    try:
        value = value_at(root, where, facts.points[i], facts.values[i].shape)
    except DomainError:
        return False
    return equal(value, facts.values[i])


def _renamed(case: Case, kind: str, tree: Expression) -> Mistake:
    """The mistake of one name that stands wrong in several places."""
    words = case.text
    first: tuple[int, int] | None = None
    was = now = ""
    for path, syntax in sorted(case.parsed.places(), key=lambda place: -place[1].start):
        try:
            after = at(tree, path)
        except IndexError:
            continue
        before = syntax.expression
        if before.name == "symbol" and after is not before:
            was, now = words[syntax.start : syntax.end], text(after)
            words = words[: syntax.start] + now + words[syntax.end :]
            first = syntax.span
    message = f"{quoted(was)} should be {quoted(now)} in every place"
    return Mistake(kind, message, was, words, first)
