"""Naming the mistake in an answer that is known to be wrong.

The order: sizes that do not fit, values that do not exist, the gradient of something else, the
smallest edit that makes it right, a path left out, an edit up to a number or a transpose, and two
edits.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from chainrule.algebra import (
    SCALAR,
    UNKNOWN,
    AlgebraError,
    Array,
    DomainError,
    Expression,
    Parsed,
    Point,
    Scope,
    Span,
    at,
    divide,
    fits,
    multiply,
    negate,
    negated,
    number,
    parse,
    text,
    transposed,
)
from chainrule.derivation.asking.cost_scale import averaged, halved
from chainrule.derivation.asking.layout import layout, value_at
from chainrule.derivation.asking.question import ABSOLUTE, Question, Truth, equal
from chainrule.derivation.asking.verdict import Mistake
from chainrule.derivation.mistakes.edits import Edit, shifted
from chainrule.derivation.mistakes.explain import explained, quoted
from chainrule.derivation.mistakes.missing_path import path_left_out
from chainrule.derivation.mistakes.other_quantity import something_else
from chainrule.derivation.mistakes.repairs import mended, pieces
from chainrule.derivation.mistakes.search import Found, Search, applied
from chainrule.derivation.mistakes.vocabulary import Vocabulary, vocabulary
from chainrule.derivation.mistakes.wrong_rules import wrong_rule

MAX_CONFIRMED = 60
"""How many edits that fit at one point are tried at the others."""

MAX_SIZE = 160
"""The largest answer that is searched for edits."""


def named(parsed: Parsed, truth: Truth, values: Sequence[Array | None]) -> tuple[Mistake, ...]:
    """The mistakes in an answer that is wrong, or none if they have no small repair.

    values: of the answer at every point, laid out like the truth; None where it has none.
    """
    asked = truth.question
    root = parsed.expression
    words = vocabulary(asked)
    zero = _zero(parsed, truth, values)
    if zero is not None:
        return (zero,)
    whole = _scaled(parsed, truth, values, words) if fits(root) else ()
    small = root.size <= MAX_SIZE
    if whole:
        return _located(parsed, truth, whole, Search(root, truth, words)) if small else whole
    rule = wrong_rule(parsed, truth, values)
    if rule is not None and rule.kind != "other-quantity":
        return (rule,)
    other = something_else(parsed, truth, values) or rule
    if other is not None:
        return (_with_repair(other, parsed, truth, words),)
    if not small:
        return ()
    search = Search(root, truth, words)
    found = search.single()
    best = _first_right(parsed, truth, found)
    everywhere = _everywhere(parsed, truth, words)
    if best is not None and (everywhere is None or best.cost <= everywhere[0]):
        return _mistakes(parsed, best.edits, asked)
    if everywhere is not None:
        return (everywhere[1],)
    left_out = path_left_out(parsed, truth, values)
    if left_out is not None:
        return (left_out,)
    loose = _first_right(parsed, truth, search.single(loose=True))
    search.carry_twice()
    pairs = search.double()
    if loose is not None:
        # The edit that leaves only a number or a transpose, with the place of that too.
        alike = [pair for pair in pairs if loose.edits[0] in pair.edits and _scales(pair)]
        pair = _first_right(parsed, truth, alike)
        if pair is not None:
            return _mistakes(parsed, pair.edits, asked)
    pair = _first_right(parsed, truth, pairs)
    if pair is not None and (loose is None or round(pair.cost - loose.cost, 6) <= 0):
        return _mistakes(parsed, pair.edits, asked)
    if loose is not None:
        named_first = _mistakes(parsed, loose.edits, asked)
        return tuple(replace(m, repaired=None) for m in named_first) + _rest(parsed, loose, asked)
    return ()


def _located(
    parsed: Parsed, truth: Truth, whole: tuple[Mistake, ...], search: Search
) -> tuple[Mistake, ...]:
    """Mistakes that are known to be a sign or a number of the whole, with their place if an edit
    of the same kinds mends it."""
    kinds = sorted(_as_scale(mistake.kind) for mistake in whole)
    if len(whole) == 1:
        found = search.single()
    else:
        search.carry_twice()
        found = search.double()
    alike = [f for f in found if sorted(_as_scale(edit.kind) for edit in f.edits) == kinds]
    best = _first_right(parsed, truth, alike)
    if best is None:
        return whole
    made = _mistakes(parsed, best.edits, truth.question)
    by_kind = {_as_scale(mistake.kind): mistake for mistake in whole}
    merged: list[Mistake] = []
    for mistake, edit in zip(made, best.edits, strict=True):
        known = by_kind[_as_scale(edit.kind)]
        message = f"{known.message}; {mistake.message}"
        # Of a size, only the place tells whether it is a factor too many or a divisor too few.
        kind = edit.kind if known.kind in ("extra-factor", "missing-factor") else known.kind
        merged.append(replace(mistake, kind=kind, message=message))
    return tuple(merged)


def _scales(pair: Found) -> bool:
    """Whether one of two edits only changes a sign, a number or a transpose."""
    kinds = {_as_scale(edit.kind) for edit in pair.edits}
    return bool(kinds & {"sign", "factor", "sum-mean", "transpose"})


def _as_scale(kind: str) -> str:
    """An edit that only changes a number: what it is called when the whole is off by a number."""
    return {"extra-factor": "factor", "missing-factor": "factor", "power": "factor"}.get(kind, kind)


def _with_repair(mistake: Mistake, parsed: Parsed, truth: Truth, words: Vocabulary) -> Mistake:
    """The mistake, with the smallest edit that mends it if there is one.

    Where one wrong name inside the answer, or a sum or a term left out, is all that lies between,
    that is what is told: nobody who writes `(yhat - y) * w` for dC/dw means dC/dx.
    """
    if parsed.expression.size > MAX_SIZE:
        return mistake
    search = Search(parsed.expression, truth, words)
    best = _first_right(parsed, truth, search.single())
    if best is None:
        return mistake
    made = _mistakes(parsed, best.edits, truth.question)[0]
    edit = best.edits[0]
    slip = (
        (edit.kind == "symbol" and edit.path)
        or (edit.kind == "axis" and mistake.kind == "other-quantity")
        or edit.kind == "missing-term"
    )
    if slip:
        return made
    message = f"{mistake.message}; {made.message}"
    return Mistake(mistake.kind, message, made.yours, made.repaired, made.span)


def _zero(parsed: Parsed, truth: Truth, values: Sequence[Array | None]) -> Mistake | None:
    """An answer of nothing but zeros, or one that should be."""
    whole = (0, len(parsed.text))
    if all(v is not None and not np.abs(v).max() > ABSOLUTE for v in values):
        return Mistake(
            "zero",
            f"this is 0, but {truth.question.name} is not: the cost depends on it",
            parsed.text,
            None,
            whole,
        )
    if all(np.abs(v).max() <= ABSOLUTE for v in truth.values):
        return Mistake(
            "zero",
            f"{truth.question.name} is 0: the cost does not change with it",
            parsed.text,
            "0" if truth.question.leaf.shape == SCALAR else None,
            whole,
        )
    return None


def right_everywhere(root: Expression, truth: Truth) -> bool:
    """Whether a tree has the right values at every point."""
    if not fits(root):
        return False
    where = layout(root.shape, root.indices, truth.question)
    if where is None or where.flipped or (where.stretched and truth.values[0].size != 1):
        return False
    try:
        return all(
            equal(value_at(root, where, point, goal.shape), goal)
            for point, goal in zip(truth.points, truth.values, strict=True)
        )
    except DomainError:
        return False


def _first_right(parsed: Parsed, truth: Truth, found: Iterable[Found]) -> Found | None:
    """The first of the edits after which the answer is right at all points."""
    for candidate in itertools.islice(found, MAX_CONFIRMED):
        tree = applied(parsed.expression, candidate.edits)
        if len(candidate.edits) > 1 and not tree.args:
            continue  # that puts a name in place of the whole answer, and mends nothing
        for turned in _completed(tree, candidate):
            if right_everywhere(turned, truth):
                return candidate
    return None


def _completed(tree: Expression, found: Found) -> list[Expression]:
    """The tree with what is still off put right: the transpose, the number in front."""
    if tree.shape == UNKNOWN:
        return []
    if found.flipped:
        tree = transposed(tree)
    if found.ratio == 1.0:
        return [tree]
    factor = _fraction(found.ratio)
    return [] if factor is None else [divide(multiply(number(abs(factor.denominator)), negate(tree)
            if factor < 0 else tree), number(abs(factor.numerator)))]  # fmt: skip


def _fraction(ratio: float) -> Fraction | None:
    nearest = Fraction(ratio).limit_denominator(60)
    close = nearest != 0 and abs(float(nearest) - ratio) <= 1e-8 * abs(ratio)
    return nearest if close and abs(nearest.numerator) <= 60 else None


def _mistakes(parsed: Parsed, edits: Sequence[Edit], asked: Question) -> tuple[Mistake, ...]:
    """The edits as mistakes, each with the text mended of all of them."""
    result = mended(parsed, edits, asked.sheet.scope)
    repaired = None if result is None else result[0]
    made: list[Mistake] = []
    for repair in pieces(parsed, edits):
        yours = repair.dropped if repair.dropped is not None else repair.was
        message = explained(repair, asked)
        made.append(Mistake(repair.edit.kind, message, yours, repaired, repair.span))
    return tuple(made)


def _rest(parsed: Parsed, found: Found, asked: Question) -> tuple[Mistake, ...]:
    """What is off besides the edit: a sign, a number, a transpose."""
    whole = (0, len(parsed.text))
    extra: list[Mistake] = []
    if found.flipped:
        extra.append(
            Mistake("transpose", f"the whole should be transposed to be {asked.name}", parsed.text,
                    None, whole)
        )  # fmt: skip
    if found.ratio != 1.0:
        factor = _fraction(found.ratio)
        if factor is not None and factor < 0:
            extra.append(
                Mistake("sign", "the sign of the whole is wrong", parsed.text, None, whole)
            )
        if factor is not None and abs(factor) != 1:
            message = f"the whole is {abs(factor)} times too large"
            extra.append(Mistake("factor", message, parsed.text, None, whole))
    return tuple(extra)


def _everywhere(parsed: Parsed, truth: Truth, words: Vocabulary) -> tuple[float, Mistake] | None:
    """One name that is wrong wherever it stands."""
    root = parsed.expression
    counts: dict[Expression, int] = {}
    for _, part in parsed.places():
        if part.expression.name == "symbol":
            counts[part.expression] = counts.get(part.expression, 0) + 1
    if not any(count > 1 for count in counts.values()) or not fits(root):
        return None
    for kind, cost, tree in shifted(root, words):
        if right_at_one(tree, truth) and right_everywhere(tree, truth):
            return cost, _renamed(parsed, kind, tree)
    return None


def right_at_one(root: Expression, truth: Truth) -> bool:
    where = layout(root.shape, root.indices, truth.question)
    if where is None:
        return False
    i = truth.cheapest
    try:
        value = value_at(root, where, truth.points[i], truth.values[i].shape)
    except DomainError:
        return False
    return equal(value, truth.values[i])


def _renamed(parsed: Parsed, kind: str, tree: Expression) -> Mistake:
    """The mistake of one name that stands wrong in several places."""
    words = parsed.text
    first: tuple[int, int] | None = None
    was = now = ""
    for path, syntax in sorted(parsed.places(), key=lambda place: -place[1].start):
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


def _scaled(
    parsed: Parsed,
    truth: Truth,
    values: Sequence[Array | None],
    words: Vocabulary,
) -> tuple[Mistake, ...]:
    """An answer that is the right one times the same number, or times a size, everywhere."""
    ratios: list[float] = []
    points: list[Point] = []
    for point, value, goal in zip(truth.points, values, truth.values, strict=True):
        if value is None:
            return ()
        square = float((goal * goal).sum())
        if square <= ABSOLUTE**2 and not value.any():
            continue  # 0 for 0, where a unit is off
        if square <= ABSOLUTE**2:
            return ()
        ratio = float((value * goal).sum()) / square
        if ratio == 0 or not equal(value, ratio * goal):
            return ()
        ratios.append(ratio)
        points.append(point)
    if len(points) < 2:
        return ()
    fitting: list[tuple[Fraction, Expression | None, bool]] = []
    for size in (None, *words.sizes):
        for up in (True, False) if size is not None else (True,):
            sizes = [1.0 if size is None else _size(size, point) for point in points]
            rest = [r / s if up else r * s for r, s in zip(ratios, sizes, strict=True)]
            if max(rest) - min(rest) > 1e-8 * max(abs(r) for r in rest):
                continue
            factor = _fraction(rest[0])
            if factor is not None:
                fitting.append((factor, size, up))
    if not fitting:
        return ()
    if len(points) < len(truth.points):
        # At few points a size may be the same number: then the one that explains all of it.
        fitting.sort(key=lambda fit: abs(fit[0]) != 1)
    factor, size, up = fitting[0]
    return _times_too_large(parsed, factor, size, up, words, truth.question)


def _size(size: Expression, point: Point) -> float:
    return float(point.value(size)[0, 0])


def _times_too_large(
    parsed: Parsed,
    factor: Fraction,
    size: Expression | None,
    up: bool,
    words: Vocabulary,
    asked: Question,
) -> tuple[Mistake, ...]:
    """What is said of an answer that is `factor` times the right one, and `size` times or once more
    divided by it."""
    whole: Span = (0, len(parsed.text))
    scope = asked.sheet.scope
    made: list[Mistake] = []
    tree = parsed.expression
    if size is not None:
        tree = divide(tree, size) if up else multiply(size, tree)
        name = text(size)
        kind = "sum-mean" if size in words.means else "extra-factor" if up else "missing-factor"
        mean = size in averaged(asked)
        if up:
            message = f"this is {name} times {asked.name}"
            if mean:
                message += (
                    ": it is right for a cost that is summed; the cost of this sheet is a mean, "
                    f"so divide by {name}"
                )
        else:
            message = f"this is {asked.name} divided by {name}"
            if mean:
                message += " once more: the mean is taken twice"
        made.append(Mistake(kind, message, parsed.text, _try_text(tree, scope), whole))
    if factor < 0:
        made.append(
            Mistake("sign", f"this is minus {asked.name}", parsed.text,
                    _try_text(negated(parsed.expression), scope), whole)
        )  # fmt: skip
    if abs(factor) != 1:
        message = f"this is {abs(factor)} times {asked.name}"
        if abs(factor) == 2 and halved(asked):
            message += ": right for a cost without its factor 1/2"
        elif abs(factor) == Fraction(1, 2) and _of_the_cost(asked):
            message += ": right for a cost with a factor 1/2 more"
        tree = divide(
            multiply(number(factor.denominator), parsed.expression), number(abs(factor.numerator))
        )
        made.append(Mistake("factor", message, parsed.text, _try_text(tree, scope), whole))
    return tuple(made)


def _of_the_cost(asked: Question) -> bool:
    meaning = asked.sheet.scope.meaning(asked.name)
    return meaning is not None and meaning[0] == asked.sheet.cost


def _try_text(tree: Expression, scope: Scope) -> str | None:
    words = text(tree)
    try:
        parse(words, scope)
    except AlgebraError:
        return None
    return words
