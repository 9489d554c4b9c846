"""Right answers written differently, and answers with something changed: cases for the judge.

Every rewriting keeps the value for a reason of algebra; none is taken from the package. Whether a
change keeps the value is found out at points of its own.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from chainrule.algebra import (
    ADD,
    DIMENSION,
    DIVIDE,
    FUNCTIONS,
    MATMUL,
    MEAN,
    MULTIPLY,
    NEGATE,
    NUMBER,
    ONE,
    POWER_OF,
    RELU,
    SCALAR,
    SIGMA,
    SOFTMAX,
    SUM_OF,
    SYMBOL,
    TANH,
    TRANSPOSE,
    TWO,
    ZERO,
    AlgebraError,
    Expression,
    Point,
    Sheet,
    add,
    apply,
    backward,
    compare,
    divide,
    entry,
    gradient,
    matmul,
    mean_of,
    multiply,
    negate,
    number,
    occurrences,
    ones,
    power,
    replace_at,
    sample,
    softmax,
    subtract,
    sum_of,
    sum_over,
    symbols,
    transpose,
    transposed,
    with_args,
)

Random = np.random.Generator


def pick(rng: Random, items: list) -> object:
    return items[int(rng.integers(len(items)))]


# Rewritings that keep the value.


def rewritings(x: Expression, sheet: Sheet, passes: dict[str, Expression], rng: Random) -> Iterator:
    """Other ways to write `x`, each equal to it."""
    yield multiply(ONE, x)
    yield negate(negate(x))
    yield divide(x, ONE)
    yield add(x, ZERO)
    yield divide(multiply(TWO, x), TWO)
    yield multiply(number(3), x, divide(ONE, number(3)))
    yield subtract(multiply(TWO, x), x)
    yield transpose(transpose(x))
    operation = x.operation
    args = x.args
    arity = len(x.args)
    if operation in (ADD, MULTIPLY):
        order = rng.permutation(arity)
        yield with_args(x, tuple(args[i] for i in order))
        if arity > 2:
            yield with_args(x, (args[0], with_args(x, args[1:])))
            yield with_args(x, (with_args(x, args[:-1]), args[-1]))
    if operation is ADD:
        yield negate(add(*(negate(arg) for arg in args)))
        yield transpose(add(*(transpose(arg) for arg in args)))
    if operation is MULTIPLY:
        for i, arg in enumerate(args):
            if arg.operation is ADD:
                rest = (*args[:i], *args[i + 1 :])
                yield add(*(multiply(*rest, term) for term in arg.args))
            if arg.operation is DIVIDE:
                yield divide(multiply(*args[:i], arg.args[0], *args[i + 1 :]), arg.args[1])
        if arity == 2 and args[0] is args[1]:
            yield power(args[0], TWO)
        yield transpose(multiply(*(transpose(arg) for arg in args)))
    if operation is MATMUL:
        yield transpose(matmul(*(transpose(arg) for arg in reversed(args))))
        if arity > 2:
            yield matmul(matmul(*args[:2]), *args[2:])
            yield matmul(args[0], matmul(*args[1:]))
        for i, arg in enumerate(args):
            if arg.operation is ADD and all(term.shape == arg.shape for term in arg.args):
                yield add(*(matmul(*args[:i], term, *args[i + 1 :]) for term in arg.args))
        if arity == 2 and args[0].shape[1] == 1 and args[0].shape[0] != 1 != args[1].shape[1]:
            yield multiply(*args)  # an outer product is a product that stretches
    if operation is DIVIDE:
        yield multiply(args[0], divide(ONE, args[1]))
        yield multiply(args[0], power(args[1], negate(ONE)))
        yield negate(divide(negate(args[0]), args[1]))
        if args[0].operation is ADD:
            yield add(*(divide(term, args[1]) for term in args[0].args))
    if operation is NEGATE:
        yield multiply(negate(ONE), args[0])
        yield subtract(ZERO, args[0])
    if operation is POWER_OF and args[1] is TWO:
        yield multiply(args[0], args[0])
    if operation is TRANSPOSE and args[0].operation is MATMUL:
        yield matmul(*(transpose(arg) for arg in reversed(args[0].args)))
    if operation is NUMBER:
        value = Fraction(x.params[0])
        yield divide(number(value * 4), number(4))
        yield subtract(number(value + 1), ONE)
        yield divide(number(value.numerator), number(value.denominator))
        yield power(apply("sqrt", number(value)), TWO)
    if operation is DIMENSION:
        yield sum_of(ones((x.params[0], 1)))
    if operation is SYMBOL:
        name = x.params[0]
        if name in sheet.expressions:
            yield sheet.expressions[name]
        meaning = sheet.scope.meaning(name)
        if meaning is not None and meaning[0] == sheet.cost and meaning[1] in passes:
            yield passes[meaning[1]]
    if operation in (SUM_OF, MEAN):
        yield from _sums(x)
    if operation in FUNCTIONS.values():
        yield from _functions(x)
    if operation is SOFTMAX:
        top = apply("exp", args[0])
        yield divide(top, sum_of(top, x.params[0]))
        yield softmax(add(args[0], number(3)), x.params[0])
        yield transpose(softmax(transpose(args[0]), 1 - x.params[0]))


def _sums(x: Expression) -> Iterator[Expression]:
    inner, axis = x.args[0], x.params[0]
    rows, columns = inner.shape
    left, right = ones((1, rows)), ones((columns, 1))
    summed = {0: matmul(left, inner), 1: matmul(inner, right), None: matmul(left, inner, right)}
    size = {0: (rows,), 1: (columns,), None: (rows, columns)}[axis]
    if x.operation is SUM_OF:
        yield summed[axis]
        other = mean_of(inner, axis)
        yield multiply(*(sum_of(ones((n, 1))) for n in size), other)
    else:
        yield divide(sum_of(inner, axis), multiply(*(sum_of(ones((n, 1))) for n in size)))
    yield transpose(with_args_axis(x, transpose(inner)))


def with_args_axis(x: Expression, inner: Expression) -> Expression:
    axis = x.params[0]
    make = sum_of if x.operation is SUM_OF else mean_of
    return make(inner, None if axis is None else 1 - axis)


def _functions(x: Expression) -> Iterator[Expression]:
    z, order = x.args[0], x.params[0]
    s, t = apply("sigma", z), apply("tanh", z)
    if x.operation is SIGMA and order == 0:
        yield divide(ONE, add(ONE, apply("exp", negate(z))))
        yield subtract(ONE, apply("sigma", negate(z)))
    if x.operation is SIGMA and order == 1:
        yield multiply(s, subtract(ONE, s))
        yield multiply(s, apply("sigma", negate(z)))
        yield subtract(s, power(s, TWO))
        yield apply("sigma", negate(z), 1)
    if x.operation is TANH and order == 1:
        yield subtract(ONE, power(t, TWO))
        yield multiply(subtract(ONE, t), add(ONE, t))
    if x.operation is TANH and order == 0:
        yield subtract(multiply(TWO, apply("sigma", multiply(TWO, z))), ONE)
    if x.operation is RELU and order == 1:
        yield compare(z, ">", ZERO)
        yield apply("relu", multiply(TWO, z), 1)


def rewritten(
    answer: Expression, sheet: Sheet, passes: dict[str, Expression], avoid: str, rng: Random
) -> Expression:
    """The answer after one to four rewritings at random places."""
    for _ in range(int(rng.integers(1, 5))):
        places = list(occurrences(answer))
        path, chosen = places[int(rng.integers(len(places)))]
        try:
            ways = list(rewritings(chosen, sheet, passes, rng))
        except AlgebraError:
            continue
        # Prefer what is particular to the node over what can be done anywhere.
        way = ways[int(rng.integers(8, len(ways)))] if len(ways) > 8 else ways[-1]
        if rng.random() < 0.25:
            way = ways[int(rng.integers(len(ways)))]
        try:
            other = replace_at(answer, path, way)
        except AlgebraError:
            continue
        if other.size < 120 and other.shape == answer.shape and avoid not in symbols(other):
            answer = other
    return answer


def by_entries(
    x: Expression, rows: str | None, columns: str | None, fresh: list[str]
) -> Expression:
    """The entry of `x` in row `rows` and column `columns`, written with index letters.

    Raises AlgebraError where that cannot be done.
    """
    if x.shape == SCALAR:
        return x
    operation, args = x.operation, x.args
    if operation in (ADD, MULTIPLY, NEGATE, DIVIDE, POWER_OF) or operation in FUNCTIONS.values():
        inner = tuple(
            by_entries(
                arg,
                rows if arg.shape[0] != 1 else None,
                columns if arg.shape[1] != 1 else None,
                fresh,
            )
            for arg in args
        )
        return with_args(x, inner)
    if operation is TRANSPOSE:
        return by_entries(args[0], columns, rows, fresh)
    if operation is MATMUL:
        left, right = matmul(*args[:-1]), args[-1]
        middle = None if right.shape[0] == 1 else fresh.pop(0)
        body = multiply(
            by_entries(left, rows, middle, fresh), by_entries(right, middle, columns, fresh)
        )
        return body if middle is None else sum_over(middle, body)
    if operation is SUM_OF and args[0].shape[x.params[0] or 0] != 1 and x.params[0] is not None:
        letter = fresh.pop(0)
        place = (letter, columns) if x.params[0] == 0 else (rows, letter)
        return sum_over(letter, by_entries(args[0], *place, fresh))
    letters = [k for k in (rows, columns) if k is not None]
    return entry(x, *letters)


# Changes that as a rule do not keep the value.


def changed(answer: Expression, sheet: Sheet, avoid: str, rng: Random) -> Expression | None:
    """The answer with something changed at one place, or None if the change does not fit."""
    names = [sheet.symbol(name) for name in sheet.shapes]
    names += [sheet.scope.adjoint(name) for name in sheet.shapes if name != sheet.cost]
    places = list(occurrences(answer))
    path, x = places[int(rng.integers(len(places)))]
    same = [name for name in names if name.shape == x.shape and name.params[0] != avoid]
    ways: list[Expression] = [negate(x), multiply(TWO, x), divide(x, number(3)), add(x, ONE)]
    ways += [multiply(x, n) for n in same[:6]]
    if x.operation is SYMBOL:
        ways += same
    if x.operation is NUMBER:
        ways += [number(Fraction(x.params[0]) + 1), number(Fraction(x.params[0]) / 2)]
    if x.operation in (ADD, MULTIPLY, MATMUL):
        i = int(rng.integers(len(x.args)))
        rest = (*x.args[:i], *x.args[i + 1 :])
        make = {ADD: add, MULTIPLY: multiply, MATMUL: matmul}[x.operation]
        with contextlib.suppress(AlgebraError):
            ways.append(make(*rest))
    if x.operation in FUNCTIONS.values():
        ways += [x.args[0], apply("tanh", x.args[0]), apply("sigma", x.args[0])]
        if x.params[0]:
            ways.append(apply(x.name, x.args[0], 0, *x.params[1:]))
    if x.operation is DIVIDE:
        ways += [x.args[0], multiply(*x.args)]
    if x.operation is POWER_OF:
        ways += [x.args[0], power(x.args[0], number(3))]
    if x.operation in (SUM_OF, MEAN):
        ways += [sum_of(x.args[0], axis) for axis in (0, 1, None)] + [mean_of(x.args[0])]
    if x.shape[0] == x.shape[1] != 1:
        ways.append(transposed(x))
    way = ways[int(rng.integers(len(ways)))]
    try:
        return replace_at(answer, path, way)
    except AlgebraError:
        return None


class Judge:
    """Whether two expressions are equal, by points that the package does not judge by."""

    def __init__(self, sheet: Sheet, seed: int, count: int = 25) -> None:
        rng = np.random.default_rng(1_000_003 + seed)
        self.points: list[Point] = [sample(sheet, rng) for _ in range(count)]

    def differ(self, a: Expression, b: Expression) -> bool | None:
        """True if they surely differ, False if they surely do not, None if that is unsure."""
        if a.shape != b.shape:
            return True
        most = 0.0
        for point in self.points:
            try:
                u = point.value(a)
            except AlgebraError:
                return None
            v = point.value(b)
            scale = max(float(np.abs(v).max()), 1e-12)
            most = max(most, float(np.abs(u - v).max()) / scale)
        return True if most > 1e-6 else False if most < 1e-11 else None


def answers(sheet: Sheet, wrt: str, lines: tuple[Expression, ...]) -> list[Expression]:
    """Right answers to start from: the lines of the derivation, and in forward names only."""
    found = [*lines, backward(sheet)[wrt], gradient(sheet, wrt)]
    leaf = sheet.scope.adjoint(wrt)
    return [a for a in dict.fromkeys(found) if a.size < 60 and leaf not in symbols(a).values()]
