"""Answers that are right for another question: another quantity, or another cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from chainrule.algebra import (
    ADD,
    DIVIDE,
    FUNCTIONS,
    MULTIPLY,
    NEGATE,
    POWER_OF,
    SCALAR,
    SIGMA,
    SOFTMAX,
    AlgebraError,
    Array,
    Definition,
    DomainError,
    Expression,
    Parsed,
    Point,
    Sheet,
    fits,
    gradient,
    multiply,
    parse,
    postorder,
    symbols,
    text,
)
from chainrule.derivation.asking.cost_scale import means
from chainrule.derivation.asking.layout import layout, value_at
from chainrule.derivation.asking.question import ABSOLUTE, Question, Truth, equal, points_of
from chainrule.derivation.asking.verdict import Mistake

ENTRYWISE = (ADD, DIVIDE, MULTIPLY, NEGATE, POWER_OF)
"""With the functions, the operations that work entry by entry."""


def something_else(parsed: Parsed, truth: Truth, values: Sequence[Array | None]) -> Mistake | None:
    """What else the answer is the gradient of; None if nothing is found."""
    if not fits(parsed.expression):
        return None
    quantity = _other_quantity(parsed, truth)
    if quantity is not None:
        return quantity
    described = _other_cost(truth, values)
    whole = (0, len(parsed.text))
    if described is None:
        return None
    message = f"this is {truth.question.name} for {described}; the sheet has another cost"
    return Mistake("other-cost", message, parsed.text, None, whole)


# Another quantity.


def _other_quantity(parsed: Parsed, truth: Truth) -> Mistake | None:
    asked = truth.question
    sheet = asked.sheet
    meaning = sheet.scope.meaning(asked.name)
    whole = (0, len(parsed.text))
    for name in (*reversed(sheet.shapes),):
        if name == sheet.cost or name in targets(sheet):
            continue
        leaf = sheet.scope.adjoint(name)
        if _is_asked(leaf, truth) or not _same(parsed.expression, leaf, truth):
            continue
        if meaning is not None and _one_step(sheet, meaning[1], name):
            # dC/da2 for delta2: the slope between them is what is missing.
            return None
        message = f"this is {text(leaf)}, not {asked.name}"
        return Mistake("other-quantity", message, parsed.text, None, whole)
    for name in sheet.shapes:
        leaf = sheet.symbol(name)
        if parsed.expression is leaf or (
            parsed.expression.size > 1 and _same(parsed.expression, leaf, truth)
        ):
            if parsed.expression is leaf and leaf.shape == asked.leaf.shape:
                return None  # a bare name may be one factor of the answer
            if name == sheet.cost or leaf.shape == SCALAR:
                return None
            message = f"this is {name} itself, not {asked.name}"
            return Mistake("other-quantity", message, parsed.text, None, whole)
    return None


def _is_asked(leaf: Expression, truth: Truth) -> bool:
    """Whether a derivative is what is asked for, by its name or by its numbers: dC/db2, delta2."""
    if leaf.shape != truth.question.leaf.shape:
        return False
    pairs = zip(truth.points, truth.values, strict=True)
    return all(equal(point.value(leaf), goal) for point, goal in pairs)


@lru_cache(maxsize=64)
def targets(sheet: Sheet) -> frozenset[str]:
    """What the output is compared with: declared, and in the cost beside an output of its shape.

    Nobody asks for the derivative by it.
    """
    used = symbols(sheet.expressions[sheet.cost])
    outputs = {sheet.shapes[name] for name in used if name in sheet.expressions}
    given = {d.name: d.shape for d in sheet.declarations if d.name in used}
    return frozenset(name for name, shape in given.items() if shape in outputs)


def _one_step(sheet: Sheet, under: str, name: str) -> bool:
    """Whether `name` is an elementwise function of `under` alone: a2 = sigma(z2)."""
    expression = sheet.expressions.get(name)
    return (
        expression is not None
        and set(symbols(expression)) == {under}
        and all(
            not part.args or part.operation in ENTRYWISE or part.operation in FUNCTIONS.values()
            for part in postorder(expression)
        )
    )


def _same(yours: Expression, leaf: Expression, truth: Truth) -> bool:
    """Whether an expression has the values of a name at every point, and they are not zero."""
    other = Question(truth.question.sheet, leaf)
    where = layout(yours.shape, yours.indices, other)
    if where is None or where.flipped or (where.stretched and leaf.shape != SCALAR):
        return False
    order = sorted(range(len(truth.points)), key=lambda i: i != truth.cheapest)
    for i in order:
        point = truth.points[i]
        goal = point.value(leaf)
        if abs(goal).max() <= ABSOLUTE:
            return False
        try:
            if not equal(value_at(yours, where, point, goal.shape), goal):
                return False
        except DomainError:
            return False
    return True


# Another cost.

COSTS = (
    ("the quadratic cost", "1/2 * sum(({a} - {y})**2)"),
    ("the cross-entropy cost", "-sum({y}*log({a}) + (1 - {y})*log(1 - {a}))"),
    ("the log-likelihood cost", "-sum({y}*log({a}))"),
    ("the sum of absolute errors", "sum(abs({a} - {y}))"),
)


@lru_cache(maxsize=128)
def other_costs(asked: Question) -> tuple[tuple[str, tuple[Array, ...]], ...]:
    """What the answer would be for other costs of the same network, at every point."""
    meaning = asked.sheet.scope.meaning(asked.name)
    if meaning is None or meaning[0] != asked.sheet.cost:
        return ()
    found: list[tuple[str, tuple[Array, ...]]] = []
    for described, sheet in _with_other_costs(asked.sheet):
        try:
            values = tuple(_elsewhere(sheet, point, meaning[1]) for point in points_of(asked.sheet))
        except AlgebraError:
            continue
        found.append((described, values))
    return tuple(found)


def _elsewhere(sheet: Sheet, point: Point, under: str) -> Array:
    given = {d.name: point.values[d.name] for d in sheet.declarations}
    return Point(sheet, given, point.sizes).value(gradient(sheet, under))


def _with_other_costs(sheet: Sheet) -> Iterator[tuple[str, Sheet]]:
    """The sheet with each other cost of its last output and its target."""
    end = sheet.expressions[sheet.cost]
    outputs = [
        name
        for name in reversed(sheet.expressions)
        if name != sheet.cost and sheet.expressions[name].operation in (SIGMA, SOFTMAX)
    ]
    used = symbols(end)
    for output in outputs[:1]:
        shape = sheet.shapes[output]
        targets = [d.name for d in sheet.declarations if d.name in used and d.shape == shape]
        for target in targets[:1]:
            for described, form in COSTS:
                words = form.format(a=output, y=target)
                for scale in _scales(sheet):
                    cost = parse(words, sheet.scope).expression
                    if scale is not None:
                        cost = multiply(parse(scale, sheet.scope).expression, cost)
                    kept = tuple(d for d in sheet.definitions if d.name != sheet.cost)
                    yield (
                        described,
                        Sheet(
                            sheet.declarations, (*kept, Definition(sheet.cost, cost)), sheet.cost
                        ),
                    )


def _scales(sheet: Sheet) -> list[str | None]:
    return [None, *(f"1/{text(size)}" for size in means(sheet))]


def _other_cost(truth: Truth, values: Sequence[Array | None]) -> str | None:
    for described, others in other_costs(truth.question):
        if any(abs(o).max() <= ABSOLUTE for o in others):
            continue
        proportional = True
        matches = True
        for value, other, goal in zip(values, others, truth.values, strict=True):
            if value is None or not equal(value, other):
                matches = False
                break
            square = float((goal * goal).sum())
            ratio = float((other * goal).sum()) / square if square else 0.0
            proportional = proportional and equal(other, ratio * goal)
        if matches and not (proportional and truth.values[0].size > 1):
            return described
    return None
