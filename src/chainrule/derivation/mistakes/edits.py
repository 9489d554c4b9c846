"""The small changes that turn a learner's line into another one, each with its name.

A change sees one node and makes another in its place from the node's arguments. Its cost says how
readily it is believed: a slip that is often made costs less than one that just happens to fit.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

from chainrule.algebra import (
    ADD,
    COMPARE,
    DIMENSION,
    DIVIDE,
    ENTRY,
    EXP,
    FUNCTIONS,
    LEAKY_RELU,
    MATMUL,
    MAX,
    MEAN,
    MULTIPLY,
    NEGATE,
    NUMBER,
    ONE,
    POWER_OF,
    RELU,
    SCALAR,
    SOFTMAX,
    SUM_OF,
    SUM_OVER,
    SYMBOL,
    TRANSPOSE,
    TWO,
    UNKNOWN,
    Dimension,
    Expression,
    Shape,
    add,
    apply,
    compare,
    divide,
    entry,
    matmul,
    matmul_folded,
    mean_of,
    multiply,
    negate,
    negated,
    number,
    plus,
    power,
    rational,
    softmax,
    substitute,
    sum_of,
    sum_over,
    symbols,
    times,
    transposed,
    with_args,
)
from chainrule.algebra.rewriting.function_rules import named_prime
from chainrule.algebra.tree.shapes import broadcast, product
from chainrule.derivation.mistakes.change import Change, Make
from chainrule.derivation.mistakes.vocabulary import Vocabulary

SHIFTED = 2.5
"""What it costs, at least, to put one name for another wherever that stands."""


def changes(
    node: Expression,
    parent: Expression | None,
    place: int,
    words: Vocabulary,
    runs: Mapping[str, Dimension],
    exponent: bool = False,
    negative: bool = False,
) -> Iterator[Change]:
    """Every change worth trying at `node`, which is argument `place` of `parent`.

    runs: the index letters there are, and what they run over. exponent: whether it stands in one.
    negative: whether it is a factor of what a minus sign stands in front of.

    A node whose sizes do not fit has shape UNKNOWN; then only changes that may mend it are given.
    """
    operation = node.operation
    same: Make = lambda args: with_args(node, args)  # noqa: E731
    if operation is SYMBOL:
        yield from _names(node, words)
    if operation in (NUMBER, DIMENSION):
        yield from _numbers(node, parent, place, exponent, words)
    if operation is ENTRY:
        yield from _entries(node, words, runs)
    if operation is ADD:
        yield from _sums(node, parent, negative)
    if operation is MULTIPLY:
        yield from _products(node, words)
    if operation is MATMUL:
        yield from _matrix_products(node)
        yield from _missing_within(node, words)
    if operation is DIVIDE:
        yield from _quotients(node, words)
    if operation is POWER_OF:
        yield from _powers(node)
    if operation in FUNCTIONS.values():
        yield from _functions(node, words)
    if operation in (SUM_OF, MEAN, MAX, SOFTMAX, SUM_OVER):
        yield from _reductions(node)
    if operation is NEGATE:
        yield Change("sign", 1.0, lambda args: args[0], wraps=True)
    if operation is TRANSPOSE:
        yield Change("transpose", 1.0, lambda args: args[0])
    if operation is COMPARE:
        other = {">": "<", "<": ">", ">=": "<=", "<=": ">="}[node.params[0]]
        yield Change("operator", 2.0, lambda args: _compared(args, other))
    if node.shape == UNKNOWN:
        return
    yield from _around(node, parent, place, same, words, negative)


def _compared(args: tuple[Expression, ...], sign: str) -> Expression:
    return compare(args[0], sign, args[1])


# A name for another.


def is_derivative(leaf: Expression) -> bool:
    """Whether a name is that of a derivative: `dC/da2`, `delta1`."""
    return "/" in leaf.params[0] or leaf.params[0].lower().startswith("delta")


def stem(name: str) -> str:
    """`W` of `W1`, `dC/da` of `dC/da2`."""
    return name.rstrip("0123456789_")


def _names(node: Expression, words: Vocabulary) -> Iterator[Change]:
    for rank, other in enumerate(words.names):
        if other is node:
            continue
        close = other in words.near or stem(other.params[0]) == stem(node.params[0])
        cost = (2.0 if close else 3.2) + (0 if other.shape == node.shape else 0.6) + rank / 1000
        if is_derivative(other) and not is_derivative(node):
            cost += 0.6  # a value is seldom written where a derivative belongs
        yield Change("symbol", cost, lambda args, other=other: other)
    for slope in words.slopes:
        if slope.shape == node.shape:
            cost = 3.2 if node.shape == SCALAR else 2.6
            yield Change("function", cost, lambda args, slope=slope: slope)


def _entries(
    node: Expression, words: Vocabulary, runs: Mapping[str, Dimension]
) -> Iterator[Change]:
    """Another letter, or the entry of another name with whatever letters it takes."""
    inner = node.args[0]
    if inner.operation is not SYMBOL:
        return
    used = [index[0] for index in node.params if index is not None]
    for rank, name in enumerate((inner, *words.names)):
        sizes = [size for size in name.shape if size != 1]
        choices = [[k for k, size in runs.items() if size == wanted] for wanted in sizes]
        for letters in itertools.islice(itertools.product(*choices), 6):
            if not letters or (name is inner and list(letters) == used):
                continue
            if name is not inner and name.shape == inner.shape and list(letters) == used:
                continue  # that is a change of the name alone
            close = name is inner or name in words.near
            cost = (1.8 if close else 3.2) + rank / 1000
            make: Make = lambda args, n=name, k=letters: entry(n, *k)  # noqa: E731
            yield Change("symbol", cost, make)


def shifted(root: Expression, words: Vocabulary) -> Iterator[tuple[str, float, Expression]]:
    """The whole tree with one name changed wherever it stands."""
    used = symbols(root)
    for leaf in used.values():
        for other in words.of_shape(leaf.shape):
            if other is not leaf:
                yield ("symbol", SHIFTED, substitute(root, {leaf: other}))
        for slope in (s for s in words.slopes if s.shape == leaf.shape):
            yield ("function", 3.0, substitute(root, {leaf: slope}))
        for f in words.functions:
            yield ("function", 3.0, substitute(root, {leaf: apply(f.name, leaf)}))


# Numbers.

_CLOSE = [Fraction(n) for n in (1, 2, 3, 4, 5, 6)] + [Fraction(1, 2), Fraction(1, 3)]


def _numbers(
    node: Expression, parent: Expression | None, place: int, exponent: bool, words: Vocabulary
) -> Iterator[Change]:
    kind = "power" if exponent else "factor"
    if node.operation is NUMBER:
        value = Fraction(node.params[0])
        tried = [
            value + 1,
            value - 1,
            value * 2,
            value / 2,
            -value,
            *_CLOSE,
            1 / value if value else 1,
        ]
        for rank, other in enumerate(dict.fromkeys(tried)):
            if other == 1 and parent is not None and _may_go(parent, place):
                continue  # that is a factor or a divisor too many
            if other != value and abs(other) < 10**6:
                cost = 1.8 + rank / 50
                yield Change(kind, cost, lambda args, other=other: number(other))
        for size in words.sizes:
            yield Change("sum-mean" if size in words.means else "symbol", 3.4, _always(size))
        for name in words.of_shape(SCALAR):
            yield Change("symbol", 3.6, _always(name))
    else:
        for size in words.sizes:
            if size is not node:
                yield Change("symbol", 2.0, _always(size))
        yield Change("sum-mean", 2.2, _always(ONE))


def _may_go(parent: Expression, place: int) -> bool:
    """Whether a number may be left out rather than be 1."""
    return parent.operation is MULTIPLY or (parent.operation is DIVIDE and place == 1)


def _always(made: Expression) -> Make:
    return lambda args: made


# Sums.


def _sums(node: Expression, parent: Expression | None, negative: bool) -> Iterator[Change]:
    n = len(node.args)
    factor = parent is not None and parent.operation is MULTIPLY
    for i in range(n):
        flipped: Make = lambda args, i=i: _signed(args, i)  # noqa: E731
        yield Change("sign", 1.0 + i / 100, flipped)
        if factor and n == 2 and node.args[1 - i] is ONE:
            continue  # 1 would be left: that is a factor too many
        rest: Make = lambda args, i=i: add(*args[:i], *args[i + 1 :])  # noqa: E731
        yield Change("extra-term", 1.6, rest)
    if n == 2 and not negative:  # or else the minus sign in front is one too many
        yield Change("sign", 0.9, lambda args: add(negated(args[1]), negated(args[0]))
                     if args[0].operation is NEGATE else add(*(
                         (args[1].args[0], negated(args[0])) if args[1].operation is NEGATE
                         else (negated(args[0]), negated(args[1])))))  # fmt: skip
    if n == 2:
        yield Change("operator", 3.2, lambda args: multiply(_bare(args[0]), _bare(args[1])))
        yield Change("operator", 3.4, lambda args: divide(_bare(args[0]), _bare(args[1])))
    # a + b * c for (a + b) * c: brackets forgotten.
    last = _bare(node.args[-1])
    if last.operation in (MULTIPLY, MATMUL, DIVIDE):
        yield Change("grouping", 2.4, _bracket_left)
    first = node.args[0]
    if first.operation in (MULTIPLY, MATMUL, DIVIDE):
        yield Change("grouping", 2.4, lambda args: _bracket_right(args, len(args)))
        if n > 2:
            yield Change("grouping", 2.4, lambda args: _bracket_right(args, 2))
    # x**(n - 1) for x**n - 1.
    for i in range(n - 1):
        if _ends_in_power(node.args[i]):
            yield Change("grouping", 1.7, lambda args, i=i: _into_exponent(args, i))


def _into_exponent(args: tuple[Expression, ...], i: int) -> Expression:
    """Term i, which ends in a power, with the term after it in the exponent."""
    merged = _with_exponent(args[i], lambda n: add(n, args[i + 1]))
    return plus(*args[:i], merged, *args[i + 2 :])


def _bare(x: Expression) -> Expression:
    return x.args[0] if x.operation is NEGATE else x


def _signed(args: tuple[Expression, ...], i: int) -> Expression:
    return add(*args[:i], negated(args[i]), *args[i + 1 :])


def _bracket_left(args: tuple[Expression, ...]) -> Expression:
    last = args[-1]
    inner = _bare(last)
    if not inner.args:
        return add(*args)
    head = inner.args[0]
    bracket = add(*args[:-1], negate(head) if last.operation is NEGATE else head)
    return with_args(inner, (bracket, *inner.args[1:]))


def _bracket_right(args: tuple[Expression, ...], count: int) -> Expression:
    """a * b + c + d as a * (b + c) + d, with so many terms in the bracket."""
    first = args[0]
    if not first.args:
        return add(*args)
    bracket = add(first.args[-1], *args[1:count])
    return add(with_args(first, (*first.args[:-1], bracket)), *args[count:])


# Products.


def _dropped_kind(factor: Expression, words: Vocabulary) -> str:
    if factor in words.means:
        return "sum-mean"
    bare = _bare(factor)
    return "factor" if bare.operation is NUMBER else "extra-factor"


def _products(node: Expression, words: Vocabulary) -> Iterator[Change]:
    args = node.args
    n = len(args)
    for i in range(n):
        rest: Make = lambda args, i=i: multiply(*args[:i], *args[i + 1 :])  # noqa: E731
        yield Change(_dropped_kind(args[i], words), 1.9 + i / 100, rest)
    for i in range(n - 1):
        if n > 2:
            pair: Make = lambda args, i=i: multiply(*args[:i], *args[i + 2 :])  # noqa: E731
            yield Change("extra-factor", 2.5, pair)
        joined: Make = lambda args, i=i: _joined(args, i)  # noqa: E731
        yield Change("operator", 2.2, joined)
        for j in (i, i + 1):
            turned: Make = lambda args, i=i, j=j: _joined(_turned(args, j), i)  # noqa: E731
            yield Change("transpose", 2.6, turned)
        swapped: Make = lambda args, i=i: _swapped(args, i, matmul)  # noqa: E731
        yield Change("order", 2.9, swapped)
    for i in range(n):
        inverse: Make = lambda args, i=i: _over(args, i)  # noqa: E731
        yield Change("operator", 2.6, inverse)
    if n == 2:
        yield Change("operator", 3.0, lambda args: add(*args))
        yield Change("operator", 3.0, lambda args: add(args[0], negated(args[1])))
    if args[0].operation is MATMUL:
        yield Change("grouping", 2.2, _hadamard_first)
    for i in range(n):
        if args[i].operation is ADD:
            out: Make = lambda args, i=i: _unbracketed(args, i)  # noqa: E731
            yield Change("grouping", 2.4, out)


def _joined(args: tuple[Expression, ...], i: int) -> Expression:
    """`@` for the `*` between factors i and i+1; the matrix product first, the rest around it."""
    return multiply(*args[:i], matmul(args[i], args[i + 1]), *args[i + 2 :])


def _turned(args: tuple[Expression, ...], j: int) -> tuple[Expression, ...]:
    return (*args[:j], transposed(args[j]), *args[j + 1 :])


def _swapped(args: tuple[Expression, ...], i: int, chain: Callable[..., Expression]) -> Expression:
    return chain(*args[:i], args[i + 1], args[i], *args[i + 2 :])


def _over(args: tuple[Expression, ...], i: int) -> Expression:
    rest = (*args[:i], *args[i + 1 :])
    return divide(multiply(*rest), args[i])


def _unbracketed(args: tuple[Expression, ...], i: int) -> Expression:
    """a * (b + c) as a * b + c, and (b + c) * a as b + c * a."""
    if args[i].operation is not ADD:
        return multiply(*args)
    terms = args[i].args
    if i > 0:
        head = multiply(*args[:i], terms[0], *args[i + 1 :])
        return add(head, *terms[1:])
    last = terms[-1]
    tail = multiply(_bare(last), *args[1:])
    return add(*terms[:-1], negate(tail) if last.operation is NEGATE else tail)


def _hadamard_first(args: tuple[Expression, ...]) -> Expression:
    """A @ (b * c) for what reads as (A @ b) * c."""
    chain = args[0].args
    return matmul(*chain[:-1], multiply(chain[-1], *args[1:])) if chain else multiply(*args)


def _matmul_first(args: tuple[Expression, ...]) -> Expression:
    """(A @ b) * c for A @ (b * c)."""
    inner = args[-1].args
    return multiply(matmul(*args[:-1], inner[0]), *inner[1:]) if inner else matmul(*args)


def _matrix_products(node: Expression) -> Iterator[Change]:
    n = len(node.args)
    for i in range(n):
        rest: Make = lambda args, i=i: matmul(*args[:i], *args[i + 1 :])  # noqa: E731
        yield Change("extra-factor", 2.3, rest)
    for i in range(n - 1):
        yield Change("order", 2.0, lambda args, i=i: _swapped(args, i, matmul))
        elementwise: Make = lambda args, i=i: _hadamard(args, i)  # noqa: E731
        yield Change("operator", 2.2, elementwise)
    if node.args[-1].operation is MULTIPLY:
        yield Change("grouping", 2.2, _matmul_first)
    if n == 2:
        # Both: the order, and one of the transposes that belongs to it.
        yield Change("order", 2.3, lambda args: matmul(transposed(args[1]), args[0]))
        yield Change("order", 2.3, lambda args: matmul(args[1], transposed(args[0])))
        yield Change(
            "transpose", 2.1, lambda args: matmul(transposed(args[0]), transposed(args[1]))
        )


def _hadamard(args: tuple[Expression, ...], i: int) -> Expression:
    """`*` for the `@` between factors i and i+1."""
    left, right = matmul(*args[: i + 1]), matmul(*args[i + 1 :])
    return multiply(left, right)


def _quotients(node: Expression, words: Vocabulary) -> Iterator[Change]:
    over, under = node.args
    yield Change(_dropped_kind(under, words), 1.9, lambda args: args[0])
    yield Change("operator", 2.1, lambda args: multiply(*args))
    yield Change("order", 2.0, lambda args: divide(args[1], args[0]))
    yield Change("power", 1.5, lambda args: divide(args[0], power(args[1], TWO)))
    if over is not ONE:
        kind = _dropped_kind(over, words)
        yield Change(
            "extra-factor" if kind == "sum-mean" else kind, 2.4, lambda args: divide(ONE, args[1])
        )
    # x**(n/2) for x**n/2, a + b/c for (a + b)/c, a/b*c for a/(b*c).
    if _ends_in_power(over):
        yield Change(
            "grouping", 1.7, lambda args: _with_exponent(args[0], lambda n: divide(n, args[1]))
        )
    if over.operation is ADD:
        yield Change(
            "grouping",
            1.5,
            lambda args: (
                add(*args[0].args[:-1], divide(args[0].args[-1], args[1]))
                if args[0].operation is ADD
                else divide(*args)
            ),
        )
    if under.operation in (MULTIPLY, ADD):
        yield Change(
            "grouping",
            2.4,
            lambda args: (
                with_args(args[1], (divide(args[0], args[1].args[0]), *args[1].args[1:]))
                if args[1].args
                else divide(*args)
            ),
        )


def _powers(node: Expression) -> Iterator[Change]:
    yield Change("power", 1.55, lambda args: args[0])
    yield Change("order", 2.4, lambda args: power(args[1], args[0]))
    yield Change("power", 2.4, lambda args: multiply(args[1], args[0]))
    yield Change("power", 1.9, lambda args: power(args[0], add(args[1], negate(ONE))))
    yield Change("power", 1.95, lambda args: power(args[0], add(args[1], ONE)))
    yield Change("sign", 2.0, lambda args: power(args[0], negated(args[1])))
    # a + b**n for (a + b)**n.
    for i in range(len(node.args[0].args)) if node.args[0].operation is ADD else ():
        yield Change("grouping", 1.7, lambda args, i=i: _power_inside(args, i))


def _power_inside(args: tuple[Expression, ...], i: int) -> Expression:
    """The power of one term instead of the whole sum's."""
    base, exponent = args
    if base.operation is not ADD:
        return power(*args)
    term = base.args[i]
    raised = power(_bare(term), exponent)
    signed = negate(raised) if term.operation is NEGATE else raised
    return add(*base.args[:i], signed, *base.args[i + 1 :])


def _ends_in_power(x: Expression) -> bool:
    while x.operation in (MULTIPLY, DIVIDE, NEGATE):
        x = x.args[-1]
    return x.operation is POWER_OF


def _with_exponent(x: Expression, change: Callable[[Expression], Expression]) -> Expression:
    """`x`, which ends in a power, with a change of the exponent that leaves one."""
    if x.operation in (MULTIPLY, DIVIDE, NEGATE):
        return with_args(x, (*x.args[:-1], _with_exponent(x.args[-1], change)))
    if x.operation is not POWER_OF:
        return x
    exponent = change(x.args[1])
    return x if rational(exponent) == 1 else power(x.args[0], exponent)


# Functions and reductions.


def _functions(node: Expression, words: Vocabulary) -> Iterator[Change]:
    order = node.params[0]
    rest = node.params[1:]
    if order == 0:
        yield Change("function", 1.4, lambda args: _slope(node, args[0]))
    else:
        yield Change("function", 1.4, lambda args: apply(node.name, args[0], order - 1, *rest))
        yield Change("function", 2.0, lambda args: apply(node.name, args[0], order + 1, *rest))
    for axis in words.softmax_axes if order == 0 else ():
        yield Change("function", 1.7, lambda args, axis=axis: softmax(args[0], axis))
    for rank, f in enumerate(words.functions):
        if f is not node.operation:
            yield Change(
                "function", 1.7 + rank / 50, lambda args, f=f: apply(f.name, args[0], order)
            )
            if order:
                yield Change("function", 2.2, lambda args, f=f: apply(f.name, args[0], 0))
    yield Change("function", 2.4, lambda args: args[0])


def _slope(node: Expression, inner: Expression) -> Expression:
    """The slope of a function, by its own name if it has one: cos for sin'."""
    primed = apply(node.name, inner, 1, *node.params[1:])
    return named_prime(primed) or primed


def _reductions(node: Expression) -> Iterator[Change]:
    if node.operation is SUM_OVER:
        return
    axis = node.params[0]
    make = {SUM_OF: sum_of, MEAN: mean_of}.get(node.operation)
    other = {SUM_OF: mean_of, MEAN: sum_of}.get(node.operation)
    for choice in (0, 1, None) if node.operation is not SOFTMAX else (0, 1):
        if choice == axis:
            continue
        if node.operation is SOFTMAX:
            yield Change("axis", 1.2, lambda args, choice=choice: softmax(args[0], choice or 0))
        elif make is not None and (choice is None or node.args[0].shape[choice] != 1):
            yield Change("axis", 1.2, lambda args, choice=choice: make(args[0], choice))
    if other is not None:
        yield Change("sum-mean", 1.2, lambda args: other(args[0], axis))
        yield Change("axis", 2.6, lambda args: args[0])


# What is put around a node.


def _around(
    node: Expression,
    parent: Expression | None,
    place: int,
    same: Make,
    words: Vocabulary,
    negative: bool,
) -> Iterator[Change]:
    above = None if parent is None else parent.operation
    if node.operation is MATMUL:
        yield Change(
            "transpose", 1.3, lambda args: matmul(*(transposed(a) for a in reversed(args)))
        )
    elif node.shape != SCALAR and node.operation is not TRANSPOSE:
        yield Change("transpose", 1.1, lambda args: transposed(same(args)), wraps=True)
    signed = negative or node.operation is NEGATE  # then that minus sign is one too many
    if not signed and (above is None or node.operation not in (ADD, NUMBER)):
        cost = 1.5 if above is ADD or above is None else 1.9
        yield Change("sign", cost, lambda args: negate(same(args)), wraps=True)
    inside = above in (MULTIPLY, MATMUL, DIVIDE) and node.operation in (
        MULTIPLY,
        MATMUL,
        DIVIDE,
    )
    if node.operation is not NUMBER and not inside:
        yield Change("factor", 2.1, lambda args: multiply(TWO, same(args)), wraps=True)
        yield Change("factor", 2.1, lambda args: divide(same(args), TWO), wraps=True)
        for size in words.sizes:
            kind, cost = ("sum-mean", 2.0) if size in words.means else ("missing-factor", 3.2)
            yield Change(kind, cost, lambda args, s=size: divide(same(args), s), wraps=True)
            yield Change(kind, cost + 0.1, lambda args, s=size: multiply(s, same(args)), wraps=True)
    if node.operation is NUMBER and above is POWER_OF:
        return
    yield from _missing_factors(node, parent, place, same, words)
    divides = above is DIVIDE and place == 1
    if not inside and not divides:
        yield from _missing_divisors(node, same, words)
    if above is not ADD and node.operation is not NUMBER:
        yield from _missing_terms(node, same, words)
    if node.shape != SCALAR:
        for axis in (0, 1):
            if node.shape[axis] != 1:
                cost = 1.6 if above is None else 2.4
                yield Change("axis", cost, lambda args, a=axis: sum_of(same(args), a), wraps=True)
        yield Change("axis", 2.6, lambda args: sum_of(same(args)), wraps=True)
    if node.operation in FUNCTIONS.values() and node.operation is not EXP:
        yield Change("power", 1.65, lambda args: power(same(args), TWO), wraps=True)
    if node.operation not in FUNCTIONS.values() and node.operation is not NUMBER:
        for f in words.functions:
            yield Change("function", 2.7, lambda args, f=f: apply(f.name, same(args)), wraps=True)
            yield Change(
                "function", 2.9, lambda args, f=f: apply(f.name, same(args), 1), wraps=True
            )
        yield Change("power", 2.5, lambda args: power(same(args), TWO), wraps=True)
        yield Change("operator", 2.8, lambda args: divide(ONE, same(args)), wraps=True)
    if not node.indices and node.shape == SCALAR:
        return
    for letter, _ in node.indices:
        if node.shape == SCALAR:
            yield Change("axis", 2.7, lambda args, k=letter: _summed(same(args), k), wraps=True)


def _summed(x: Expression, letter: str) -> Expression:
    return sum_over(letter, x)


def _missing_factors(
    node: Expression, parent: Expression | None, place: int, same: Make, words: Vocabulary
) -> Iterator[Change]:
    seen: set[Expression] = set()
    divisor = parent is not None and parent.operation is DIVIDE and place == 1
    term = parent is not None and parent.operation in (ADD, NEGATE)
    total = node.operation in (SUM_OF, MEAN)
    kind = (
        "symbol" if _bare(node) is ONE and term else "missing-factor"
    )  # a 1 gives way to the factor
    groups = ((1.6, words.slopes), (1.7, words.factors), (3.0, words.names))
    for cost, group in groups:
        for rank, factor in enumerate(group):
            if factor in seen or rational(factor) is not None or factor is node:
                continue
            if factor.operation in (RELU, LEAKY_RELU) and factor.args[0] is node:
                continue  # z * relu'(z) is relu(z): that is the function left out
            seen.add(factor)
            near = 0 if factor in words.near or cost < 2 else 0.4
            price = cost + rank / 200 + near + max(factor.size - 4, 0) / 6
            if divisor or node.operation is NUMBER:
                price += 1.0  # a divisor too few would do, or another number
            beside = _entrywise(factor, node)
            if (
                beside is not None
                and broadcast(node.shape, beside.shape) is not None
                and (node.shape != SCALAR or beside.shape == SCALAR or cost < 2 or (term and total))
            ):
                make: Make = lambda args, f=beside: times(same(args), f)  # noqa: E731
                yield Change(kind, price, make, wraps=True)
            if node.indices:
                continue
            for turned in (factor, transposed(factor)):
                if turned.shape == SCALAR or node.shape == SCALAR:
                    continue
                extra = 0.05 if turned is factor else 0.1
                if product(node.shape, turned.shape) is not None:
                    right: Make = lambda args, f=turned: matmul_folded(same(args), f)  # noqa: E731
                    yield Change("missing-factor", price + extra, right, wraps=True)
                if product(turned.shape, node.shape) is not None:
                    left: Make = lambda args, f=turned: matmul_folded(f, same(args))  # noqa: E731
                    yield Change("missing-factor", price + extra, left, wraps=True)
    for factor in words.factors:
        if rational(factor) is not None and node.operation is not NUMBER:
            make = lambda args, f=factor: times(f, same(args))  # noqa: E731
            yield Change("factor", 2.05, make, wraps=True)


def _missing_divisors(node: Expression, same: Make, words: Vocabulary) -> Iterator[Change]:
    if node.operation is NUMBER:
        return
    for rank, under in enumerate(dict.fromkeys((*words.divisors, *words.of_shape(SCALAR)))):
        beside = _entrywise(under, node)
        if beside is None or broadcast(node.shape, beside.shape) != node.shape:
            continue
        over: Make = lambda args, u=beside: divide(same(args), u)  # noqa: E731
        cost = 1.9 if under in words.divisors else 3.1
        yield Change("missing-factor", cost + rank / 200, over, wraps=True)


def _entrywise(factor: Expression, node: Expression) -> Expression | None:
    """The factor as it can stand beside `node`: itself, or its entry if the node is an entry."""
    if not node.indices or factor.indices or factor.shape == SCALAR:
        return factor
    letters = []
    for size in factor.shape:
        if size == 1:
            continue
        letter = next((k for k, n in node.indices if n == size and k not in letters), None)
        if letter is None:
            return None
        letters.append(letter)
    return _entry_inside(factor, letters)


def _entry_inside(factor: Expression, letters: list[str]) -> Expression:
    """sigma'(z1[j]) rather than sigma'(z1)[j]."""
    if factor.operation in FUNCTIONS.values():
        return with_args(factor, (_entry_inside(factor.args[0], letters),))
    return entry(factor, *letters)


def _missing_terms(node: Expression, same: Make, words: Vocabulary) -> Iterator[Change]:
    for rank, signed in enumerate((*words.terms, ONE)):
        term = _bare(signed)
        base = 2.2 if term is not ONE else 2.8
        if term is node or not _adds(node.shape, term.shape):
            continue
        if node.indices and term.shape != SCALAR:
            inside = _entrywise(term, node) if term.operation is SYMBOL else None
            if inside is None:
                continue
            term = inside
        cost = base + rank / 100
        flipped = signed.operation is NEGATE
        for t, extra in ((term, 0.2 if flipped else 0.0), (negated(term), 0.0 if flipped else 0.2)):
            with_term: Make = lambda args, t=t: plus(same(args), t)  # noqa: E731
            yield Change("missing-term", cost + extra, with_term, wraps=True)
        if term is ONE:
            yield Change(
                "missing-term", cost + 0.1, lambda args: add(ONE, negate(same(args))), wraps=True
            )


def _missing_within(node: Expression, words: Vocabulary) -> Iterator[Change]:
    """A @ (B @ c + d) for A @ B @ c: a term left out beside the end of a chain."""
    for i in range(1, len(node.args) - 1):
        ends = (node.args[i].shape[0], node.args[-1].shape[1])
        for rank, term in enumerate(words.terms):
            if _adds(ends, term.shape):
                make: Make = lambda args, i=i, t=term: _with_end(args, i, t)  # noqa: E731
                yield Change("missing-term", 2.4 + rank / 100, make)


def _with_end(args: tuple[Expression, ...], i: int, term: Expression) -> Expression:
    return matmul(*args[:i], plus(matmul(*args[i:]), term))


def _adds(shape: Shape, term: Shape) -> bool:
    return broadcast(shape, term) == shape
