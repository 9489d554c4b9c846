"""Answers that come from a rule applied wrongly, wherever in the derivation that was.

The derivative is worked out with one rule replaced at one place by what learners take for it. An
answer with those values is named by the rule, whatever form it is written in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from chainrule.algebra import (
    DIVIDE,
    EXP,
    FUNCTIONS,
    MULTIPLY,
    ONE,
    POWER_OF,
    RELU,
    SCALAR,
    SIGMA,
    SOFTMAX,
    SYMBOL,
    TANH,
    TWO,
    ZERO,
    AlgebraError,
    Array,
    Expression,
    Operation,
    backward,
    derivative,
    diag,
    divide,
    evaluate,
    multiply,
    plus,
    postorder,
    power,
    substitute,
    subtract,
    symbols,
    text,
    times,
    with_args,
)
from chainrule.derivation.asking.case import Case
from chainrule.derivation.asking.points import ABSOLUTE, equal, points_of
from chainrule.derivation.asking.question import Question
from chainrule.derivation.asking.verdict import Mistake

MAX_SIZE = 120
"""The largest function that wrong rules are tried on."""

Rule = tuple[str, str, Expression]
"""The kind of the mistake, what is said of it, and the derivative that comes of it."""


def wrong_rule(case: Case) -> tuple[Mistake, ...]:
    """The mistake, if the answer comes from a rule applied wrongly."""
    for kind, message, wrong in case.question.known(wrong_values):
        if case.has_values(wrong):
            return (Mistake.of_whole(kind, message, case.text),)
    return ()


def wrong_values(asked: Question) -> tuple[tuple[str, str, tuple[Array, ...]], ...]:
    """The values at every point of each wrong derivative that has values and is wrong."""
    found: list[tuple[str, str, tuple[Array, ...]]] = []
    for kind, message, wrong in (*_calculus(asked), *_diagonals(asked), *_other_slopes(asked)):
        values: list[Array] = []
        try:
            for point in points_of(asked.sheet):
                value = point.value(wrong)
                if equal(value, point.value(asked.leaf)) or abs(value).max() <= ABSOLUTE:
                    break
                values.append(value)
        except AlgebraError:
            continue
        if len(values) == len(points_of(asked.sheet)):
            found.append((kind, message, tuple(values)))
    return tuple(found)


def _diagonals(asked: Question) -> Iterator[Rule]:
    """Softmax taken for an elementwise function: the diagonal of its Jacobian only."""
    sheet, meaning = asked.sheet, asked.meaning
    if meaning is None:
        return
    for name, expression in sheet.expressions.items():
        if meaning[0] not in (sheet.cost, name):
            continue
        if expression.operation is SOFTMAX and expression.args[0] is sheet.symbol(meaning[1]):
            a = sheet.symbol(name)
            slope = multiply(a, subtract(ONE, a))
            if meaning[0] == name:
                wrong = diag(slope)
            else:
                wrong = multiply(sheet.scope.adjoint(name), slope)
            message = (
                f"only the diagonal of the softmax's Jacobian is used: every entry of {name} "
                f"depends on every entry of {meaning[1]}, so the terms off the diagonal are missing"
            )
            yield "missing-term", message, wrong
            if meaning[0] != name:
                passed = text(sheet.scope.adjoint(name))
                slopes = (
                    f"these are only the slopes of {name} entry by entry: {passed} is missing, and "
                    f"every entry of {name} depends on every entry of {meaning[1]}"
                )
                yield "missing-factor", slopes, slope


def _other_slopes(asked: Question) -> Iterator[Rule]:
    """The slope of another activation, in terms of the activation itself: a*(1 - a) after tanh."""
    sheet = asked.sheet
    if asked.by is None:
        return
    passed = backward(sheet).get(asked.by)
    for name, expression in sheet.expressions.items():
        if expression.operation not in ACTIVATIONS or expression.params[0] > 0:
            continue
        inner = expression.args[0]
        if inner.operation is not SYMBOL or passed is None:
            continue
        by = sheet.scope.adjoint(inner.params[0])
        if by is not asked.leaf and by not in symbols(passed).values():
            continue
        for message, slope in _mistaken_for(expression.operation, sheet.symbol(name)):
            wrong = multiply(sheet.scope.adjoint(name), slope)
            whole = wrong if by is asked.leaf else substitute(passed, {by: wrong})
            yield "function", message, whole


def _mistaken_for(activation: Operation, a: Expression) -> Iterator[tuple[str, Expression]]:
    """What is said, and the slope of another activation, from the value `a` of this one."""
    for other, slope in _SLOPES.items():
        if other is not activation:
            message = f"{text(slope(a))} is the slope of {other.name}, not of {activation.name}"
            yield message, slope(a)


ACTIVATIONS = (SIGMA, TANH, RELU)
_SLOPES: dict[Operation, Callable[[Expression], Expression]] = {
    SIGMA: lambda a: multiply(a, subtract(ONE, a)),
    TANH: lambda a: subtract(ONE, power(a, TWO)),
}
"""The slope of an activation, from the activation."""


# Ordinary calculus.


def _calculus(asked: Question) -> Iterator[Rule]:
    sheet = asked.sheet
    if asked.by is None:
        return
    if any(shape != SCALAR for shape in sheet.shapes.values()):
        return
    by = sheet.symbol(asked.by)
    whole = sheet.unfolded(sheet.symbol(sheet.cost))
    if whole.size > MAX_SIZE or whole.indices:
        return
    depends: set[Expression] = set()
    for node in postorder(whole):
        if node is by or any(arg in depends for arg in node.args):
            depends.add(node)
    for place in [node for node in postorder(whole) if node in depends]:
        for kind, message, rule in _wrong_at(place, depends):
            try:
                wrong = _derived(whole, by, place, rule, depends)
            except AlgebraError:
                continue
            yield kind, message, wrong


Wrong = Callable[[dict[Expression, Expression]], Expression]


def _derived(
    whole: Expression, by: Expression, place: Expression, rule: Wrong, depends: set[Expression]
) -> Expression:
    """The derivative in forward mode, with `rule` for the derivative of one node."""
    slopes: dict[Expression, Expression] = {by: ONE}
    for node in postorder(whole):
        if node not in depends:
            slopes[node] = ZERO
        elif node is place:
            slopes[node] = rule(slopes)
        elif node is not by:
            parts = [
                node.operation.adjoint(node, slopes[arg], i)
                for i, arg in enumerate(node.args)
                if arg in depends
            ]
            slopes[node] = plus(*(part for part in parts if part is not None))
    return slopes[whole]


def _wrong_at(node: Expression, depends: set[Expression]) -> Iterator[tuple[str, str, Wrong]]:
    moving = [arg for arg in node.args if arg in depends]
    if node.operation is MULTIPLY and len(moving) > 1:
        yield (
            "missing-term",
            "this multiplies the derivatives of the factors: the derivative of f*g has two terms, "
            "f' * g + f * g'",
            lambda slopes: times(*(slopes[a] if a in depends else a for a in node.args)),
        )
    if node.operation is DIVIDE and len(moving) == 2:
        over, under = node.args
        yield (
            "missing-term",
            "this divides the derivatives: the derivative of f/g is (f' * g - f * g')/g**2",
            lambda slopes: divide(slopes[over], slopes[under]),
        )
    if node.operation is DIVIDE and moving == [node.args[1]]:
        over, under = node.args
        yield (
            "grouping",
            "this divides by the derivative: the derivative of 1/g is -g'/g**2",
            lambda slopes: divide(over, slopes[under]),
        )
    message = "the power rule is for x**n; where x is in the exponent the function comes back"
    if node.operation is POWER_OF and moving == [node.args[1]]:
        base, exponent = node.args
        lower = multiply(exponent, power(base, subtract(exponent, ONE)))
        yield "power", message, lambda slopes: lower
        yield "power", message, lambda slopes: times(lower, slopes[exponent])
    if node.operation is EXP:
        inner = node.args[0]
        yield (
            "power",
            message,
            lambda slopes: multiply(inner, with_args(node, (subtract(inner, ONE),))),
        )
    if len(moving) == 1 and node.args[0] in depends and node.args[0].args:
        f = node.operation
        inner = node.args[0]
        if f in FUNCTIONS.values() or f is POWER_OF:
            rest = node.args[1:]
            inside = (
                "the derivative of the inner function stands inside the outer one: it multiplies, "
                "f'(g) * g'"
            )
            yield "grouping", inside, lambda slopes: _outer_slope(node, slopes[inner], rest)
            yield "grouping", inside, lambda slopes: with_args(node, (slopes[inner], *rest))
        if f in ACTIVATIONS and node.params[0] == 0:
            for said, slope in _mistaken_for(f, node):
                yield "function", said, lambda slopes, s=slope: times(s, slopes[inner])
        if f in FUNCTIONS.values() and f is not EXP:
            kept = f"{f.name} is left as it is: where f(g) is derived, f'(g) * g' comes"
            yield "function", kept, lambda slopes: node
    if node.operation is POWER_OF and len(moving) == 1 and node.args[1] in depends:
        base, exponent = node.args
        inside = "the derivative of the exponent stands in the exponent: it multiplies, f'(g) * g'"
        yield "grouping", inside, lambda slopes: power(base, slopes[exponent])


def _outer_slope(node: Expression, at: Expression, rest: tuple[Expression, ...]) -> Expression:
    """f' at another place."""
    moved = with_args(node, (at, *rest))
    found = node.operation.adjoint(moved, ONE, 0)
    return ZERO if found is None else found


def antiderivative(case: Case) -> tuple[Mistake, ...]:
    """The mistake, if the answer's own derivative is the function that was to be derived."""
    asked, root = case.question, case.root
    sheet = asked.sheet
    if asked.by is None or root.shape != SCALAR or root.indices:
        return ()
    if any(shape != SCALAR for shape in sheet.shapes.values()):
        return ()
    by = sheet.symbol(asked.by)
    whole = sheet.unfolded(root)
    if by not in symbols(whole).values():
        return ()
    try:
        slope = derivative(whole, by)
        for point in case.truth.points:
            value = evaluate(slope, point.values, point.sizes)
            if not equal(value, point.values[sheet.cost]):
                return ()
    except AlgebraError:
        return ()
    message = f"this is an antiderivative of {sheet.cost}: its derivative is the function"
    return (Mistake.of_whole("other-quantity", message, case.text),)
