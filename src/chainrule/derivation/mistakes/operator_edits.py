"""Changes of sums, products, quotients and powers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from chainrule.algebra import (
    ADD,
    DIVIDE,
    MATMUL,
    MULTIPLY,
    NEGATE,
    NUMBER,
    ONE,
    POWER_OF,
    TWO,
    Expression,
    add,
    divide,
    matmul,
    multiply,
    negate,
    negated,
    plus,
    power,
    rational,
    transposed,
    with_args,
)
from chainrule.derivation.mistakes.change import Change, Make, Node, bare
from chainrule.derivation.mistakes.vocabulary import Vocabulary


def term_sign(at: Node) -> Iterator[Change]:
    for i in range(len(at.node.args)):
        yield Change("sign", 1.0 + i / 100, lambda args, i=i: _signed(args, i))


def term_dropped(at: Node) -> Iterator[Change]:
    args = at.node.args
    factor = at.parent is not None and at.parent.operation is MULTIPLY
    for i in range(len(args)):
        if factor and len(args) == 2 and args[1 - i] is ONE:
            continue  # 1 would be left: that is a factor too many
        yield Change("extra-term", 1.6, lambda args, i=i: add(*args[:i], *args[i + 1 :]))


def both_signs(at: Node) -> Iterator[Change]:
    if len(at.node.args) == 2 and not at.negative:  # or else the sign in front is one too many
        yield Change("sign", 0.9, _turned_round)


def _turned_round(args: tuple[Expression, ...]) -> Expression:
    """b - a for a - b."""
    first, second = args
    if first.operation is NEGATE:
        return add(negated(second), negated(first))
    if second.operation is NEGATE:
        return add(second.args[0], negated(first))
    return add(negated(first), negated(second))


def product_for_sum(at: Node) -> Iterator[Change]:
    if len(at.node.args) == 2:
        yield Change("operator", 3.2, lambda args: multiply(bare(args[0]), bare(args[1])))
        yield Change("operator", 3.4, lambda args: divide(bare(args[0]), bare(args[1])))


def bracket_forgotten(at: Node) -> Iterator[Change]:
    args = at.node.args
    if bare(args[-1]).operation in (MULTIPLY, MATMUL, DIVIDE):
        yield Change("grouping", 2.4, _bracket_left)
    if args[0].operation in (MULTIPLY, MATMUL, DIVIDE):
        yield Change("grouping", 2.4, lambda args: _bracket_right(args, len(args)))
        if len(args) > 2:
            yield Change("grouping", 2.4, lambda args: _bracket_right(args, 2))


def term_into_exponent(at: Node) -> Iterator[Change]:
    for i in range(len(at.node.args) - 1):
        if _ends_in_power(at.node.args[i]):
            yield Change("grouping", 1.7, lambda args, i=i: _into_exponent(args, i))


def factor_dropped(at: Node) -> Iterator[Change]:
    for i, arg in enumerate(at.node.args):
        kind = _dropped_kind(arg, at.words)
        yield Change(kind, 1.9 + i / 100, lambda args, i=i: multiply(*args[:i], *args[i + 1 :]))


def two_factors_dropped(at: Node) -> Iterator[Change]:
    for i in range(len(at.node.args) - 1) if len(at.node.args) > 2 else ():
        yield Change("extra-factor", 2.5, lambda args, i=i: multiply(*args[:i], *args[i + 2 :]))


def matmul_for_product(at: Node) -> Iterator[Change]:
    for i in range(len(at.node.args) - 1):
        yield Change("operator", 2.2, lambda args, i=i: _joined(args, i))


def transposed_matmul_for_product(at: Node) -> Iterator[Change]:
    for i in range(len(at.node.args) - 1):
        for j in (i, i + 1):
            yield Change("transpose", 2.6, lambda args, i=i, j=j: _joined(_turned(args, j), i))


def swapped_matmul_for_product(at: Node) -> Iterator[Change]:
    for i in range(len(at.node.args) - 1):
        yield Change("order", 2.9, lambda args, i=i: _swapped(args, i, matmul))


def swapped_and_transposed_matmul_for_product(at: Node) -> Iterator[Change]:
    for i in range(len(at.node.args) - 1):
        for j in (i, i + 1):
            make: Make = lambda args, i=i, j=j: _swapped(_turned(args, j), i, matmul)  # noqa: E731
            yield Change("operator", 2.9, make)


def quotient_for_product(at: Node) -> Iterator[Change]:
    for i in range(len(at.node.args)):
        yield Change("operator", 2.6, lambda args, i=i: _over(args, i))


def sum_for_product(at: Node) -> Iterator[Change]:
    if len(at.node.args) == 2:
        yield Change("operator", 3.0, lambda args: add(*args))
        yield Change("operator", 3.0, lambda args: add(args[0], negated(args[1])))


def matmul_of_product(at: Node) -> Iterator[Change]:
    if at.node.args[0].operation is MATMUL:
        yield Change("grouping", 2.2, _hadamard_first)


def bracket_opened(at: Node) -> Iterator[Change]:
    for i, arg in enumerate(at.node.args):
        if arg.operation is ADD:
            yield Change("grouping", 2.4, lambda args, i=i: _unbracketed(args, i))


def matrix_dropped(at: Node) -> Iterator[Change]:
    for i in range(len(at.node.args)):
        yield Change("extra-factor", 1.95, lambda args, i=i: matmul(*args[:i], *args[i + 1 :]))


def matrices_swapped(at: Node) -> Iterator[Change]:
    for i in range(len(at.node.args) - 1):
        yield Change("order", 2.0, lambda args, i=i: _swapped(args, i, matmul))


def product_for_matmul(at: Node) -> Iterator[Change]:
    for i in range(len(at.node.args) - 1):
        yield Change("operator", 2.2, lambda args, i=i: _hadamard(args, i))


def product_of_matmul(at: Node) -> Iterator[Change]:
    if at.node.args[-1].operation is MULTIPLY:
        yield Change("grouping", 2.2, _matmul_first)


def matrices_swapped_and_transposed(at: Node) -> Iterator[Change]:
    if len(at.node.args) == 2:
        yield Change("order", 2.3, lambda args: matmul(transposed(args[1]), args[0]))
        yield Change("order", 2.3, lambda args: matmul(args[1], transposed(args[0])))


def both_transposed(at: Node) -> Iterator[Change]:
    if len(at.node.args) == 2:
        make: Make = lambda args: matmul(transposed(args[0]), transposed(args[1]))  # noqa: E731
        yield Change("transpose", 2.1, make)


def divisor_dropped(at: Node) -> Iterator[Change]:
    yield Change(_dropped_kind(at.node.args[1], at.words), 1.9, lambda args: args[0])


def product_for_quotient(at: Node) -> Iterator[Change]:
    yield Change("operator", 2.1, lambda args: multiply(*args))


def quotient_upside_down(at: Node) -> Iterator[Change]:
    yield Change("order", 2.0, lambda args: divide(args[1], args[0]))


def divisor_squared(at: Node) -> Iterator[Change]:
    yield Change("power", 1.5, lambda args: divide(args[0], power(args[1], TWO)))


def dividend_dropped(at: Node) -> Iterator[Change]:
    over = at.node.args[0]
    if over is not ONE:
        kind = _dropped_kind(over, at.words)
        kind = "extra-factor" if kind == "sum-mean" else kind
        yield Change(kind, 2.4, lambda args: divide(ONE, args[1]))


def divisor_into_exponent(at: Node) -> Iterator[Change]:
    if _ends_in_power(at.node.args[0]):
        make: Make = lambda args: _with_exponent(args[0], lambda n: divide(n, args[1]))  # noqa: E731
        yield Change("grouping", 1.7, make)


def last_term_divided(at: Node) -> Iterator[Change]:
    if at.node.args[0].operation is ADD:
        yield Change("grouping", 1.5, _last_term_over)


def _last_term_over(args: tuple[Expression, ...]) -> Expression:
    over, under = args
    if over.operation is not ADD:
        return divide(*args)
    return add(*over.args[:-1], divide(over.args[-1], under))


def first_part_divides(at: Node) -> Iterator[Change]:
    if at.node.args[1].operation in (MULTIPLY, ADD):
        yield Change("grouping", 2.4, _first_part_under)


def _first_part_under(args: tuple[Expression, ...]) -> Expression:
    over, under = args
    if not under.args:
        return divide(*args)
    return with_args(under, (divide(over, under.args[0]), *under.args[1:]))


def power_dropped(at: Node) -> Iterator[Change]:
    yield Change("power", 1.55, lambda args: args[0])


def power_swapped(at: Node) -> Iterator[Change]:
    yield Change("order", 2.4, lambda args: power(args[1], args[0]))


def product_for_power(at: Node) -> Iterator[Change]:
    yield Change("power", 2.4, lambda args: multiply(args[1], args[0]))


def exponent_off_by_one(at: Node) -> Iterator[Change]:
    yield Change("power", 1.9, lambda args: power(args[0], add(args[1], negate(ONE))))
    yield Change("power", 1.95, lambda args: power(args[0], add(args[1], ONE)))


def exponent_sign(at: Node) -> Iterator[Change]:
    yield Change("sign", 2.0, lambda args: power(args[0], negated(args[1])))


def power_of_one_term(at: Node) -> Iterator[Change]:
    base = at.node.args[0]
    for i in range(len(base.args)) if base.operation is ADD else ():
        yield Change("grouping", 1.7, lambda args, i=i: _power_inside(args, i))


def _dropped_kind(factor: Expression, words: Vocabulary) -> str:
    if factor in words.means:
        return "sum-mean"
    return "factor" if bare(factor).operation is NUMBER else "extra-factor"


def _into_exponent(args: tuple[Expression, ...], i: int) -> Expression:
    """Term i, which ends in a power, with the term after it in the exponent."""
    merged = _with_exponent(args[i], lambda n: add(n, args[i + 1]))
    return plus(*args[:i], merged, *args[i + 2 :])


def _signed(args: tuple[Expression, ...], i: int) -> Expression:
    return add(*args[:i], negated(args[i]), *args[i + 1 :])


def _bracket_left(args: tuple[Expression, ...]) -> Expression:
    last = args[-1]
    inner = bare(last)
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
    tail = multiply(bare(last), *args[1:])
    return add(*terms[:-1], negate(tail) if last.operation is NEGATE else tail)


def _hadamard_first(args: tuple[Expression, ...]) -> Expression:
    """A @ (b * c) for what reads as (A @ b) * c."""
    chain = args[0].args
    return matmul(*chain[:-1], multiply(chain[-1], *args[1:])) if chain else multiply(*args)


def _matmul_first(args: tuple[Expression, ...]) -> Expression:
    """(A @ b) * c for A @ (b * c)."""
    inner = args[-1].args
    return multiply(matmul(*args[:-1], inner[0]), *inner[1:]) if inner else matmul(*args)


def _hadamard(args: tuple[Expression, ...], i: int) -> Expression:
    """`*` for the `@` between factors i and i+1."""
    left, right = matmul(*args[: i + 1]), matmul(*args[i + 1 :])
    return multiply(left, right)


def _power_inside(args: tuple[Expression, ...], i: int) -> Expression:
    """The power of one term instead of the whole sum's."""
    base, exponent = args
    if base.operation is not ADD:
        return power(*args)
    term = base.args[i]
    raised = power(bare(term), exponent)
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
