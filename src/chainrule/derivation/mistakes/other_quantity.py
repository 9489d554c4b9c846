"""Answers that are right for another question: another quantity, or another cost."""

from __future__ import annotations

from collections.abc import Iterator

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
    Point,
    Sheet,
    gradient,
    multiply,
    parse,
    postorder,
    symbols,
    text,
)
from chainrule.derivation.asking.case import Case
from chainrule.derivation.asking.cost_scale import means
from chainrule.derivation.asking.layout import layout
from chainrule.derivation.asking.points import ABSOLUTE, equal, given_at, points_of
from chainrule.derivation.asking.question import Question
from chainrule.derivation.asking.truth import Truth
from chainrule.derivation.asking.verdict import Mistake

ENTRYWISE = (ADD, DIVIDE, MULTIPLY, NEGATE, POWER_OF)
"""With the functions, the operations that work entry by entry."""


def other_quantity(case: Case) -> tuple[Mistake, ...]:
    """The mistake, if the answer is the gradient by another quantity, or a quantity itself."""
    asked, root = case.question, case.root
    sheet = asked.sheet
    unlikely = (sheet.cost, *sheet.known(targets))
    for name in reversed(sheet.shapes):
        leaf = sheet.scope.adjoint(name)
        if name in unlikely or _is_asked(leaf, case.truth) or not _same(case, leaf):
            continue
        if asked.meaning is not None and _one_step(sheet, asked.meaning[1], name):
            return ()  # dC/da2 for delta2: the slope between them is what is missing
        message = f"this is {text(leaf)}, not {asked.name}"
        return (Mistake.of_whole("other-quantity", message, case.text),)
    for name in sheet.shapes:
        leaf = sheet.symbol(name)
        if root is leaf or (root.size > 1 and _same(case, leaf)):
            if root is leaf and leaf.shape == asked.leaf.shape:
                return ()  # a bare name may be one factor of the answer
            if name == sheet.cost or leaf.shape == SCALAR:
                return ()
            message = f"this is {name} itself, not {asked.name}"
            return (Mistake.of_whole("other-quantity", message, case.text),)
    return ()


def _is_asked(leaf: Expression, truth: Truth) -> bool:
    """Whether a derivative is what is asked for, by its name or by its numbers: dC/db2, delta2."""
    if leaf.shape != truth.question.leaf.shape:
        return False
    pairs = zip(truth.points, truth.values, strict=True)
    return all(equal(point.value(leaf), goal) for point, goal in pairs)


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


def _same(case: Case, leaf: Expression) -> bool:
    """Whether an answer has the values of a name at every point, and they are not zero."""
    root, facts = case.root, case.truth
    where = layout(root.shape, root.indices, Question(case.question.sheet, leaf))
    if where is None or where.flipped or (where.stretched and leaf.shape != SCALAR):
        return False
    for point, value in zip(facts.points, case.plain_values, strict=True):
        goal = point.value(leaf)
        if isinstance(value, DomainError) or abs(goal).max() <= ABSOLUTE:
            return False
        if not equal(where.laid(value, goal.shape), goal):
            return False
    return True


# Another cost.

COSTS = (
    ("the quadratic cost", "1/2 * sum(({a} - {y})**2)"),
    ("the cross-entropy cost", "-sum({y}*log({a}) + (1 - {y})*log(1 - {a}))"),
    ("the log-likelihood cost", "-sum({y}*log({a}))"),
    ("the sum of absolute errors", "sum(abs({a} - {y}))"),
)


def other_costs(asked: Question) -> tuple[tuple[str, tuple[Array, ...]], ...]:
    """What the answer would be for other costs of the same network, at every point."""
    if asked.by is None:
        return ()
    found: list[tuple[str, tuple[Array, ...]]] = []
    for described, sheet in _with_other_costs(asked.sheet):
        try:
            values = tuple(_elsewhere(sheet, point, asked.by) for point in points_of(asked.sheet))
        except AlgebraError:
            continue
        found.append((described, values))
    return tuple(found)


def _elsewhere(sheet: Sheet, point: Point, under: str) -> Array:
    return Point(sheet, given_at(point), point.sizes).value(gradient(sheet, under))


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


def other_cost(case: Case) -> tuple[Mistake, ...]:
    """The mistake, if the answer is right for another cost of the same network."""
    right = case.truth.values
    for described, others in case.question.known(other_costs):
        if any(abs(other).max() <= ABSOLUTE for other in others) or not case.has_values(others):
            continue
        if right[0].size == 1 or not all(map(_proportional, others, right)):
            message = f"this is {case.question.name} for {described}; the sheet has another cost"
            return (Mistake.of_whole("other-cost", message, case.text),)
    return ()


def _proportional(other: Array, goal: Array) -> bool:
    square = float((goal * goal).sum())
    return equal(other, (float((other * goal).sum()) / square if square else 0.0) * goal)
