"""Changes that put something around a node: what was left out."""

from __future__ import annotations

from collections.abc import Iterator

from chainrule.algebra import (
    ADD,
    DIVIDE,
    EXP,
    FUNCTIONS,
    LEAKY_RELU,
    MATMUL,
    MEAN,
    MULTIPLY,
    NEGATE,
    NUMBER,
    ONE,
    POWER_OF,
    RELU,
    SCALAR,
    SUM_OF,
    SYMBOL,
    TRANSPOSE,
    TWO,
    Expression,
    Shape,
    add,
    apply,
    broadcast,
    divide,
    entry,
    matmul,
    matmul_folded,
    multiply,
    negate,
    negated,
    plus,
    power,
    product,
    rational,
    sum_of,
    sum_over,
    times,
    transposed,
    with_args,
)
from chainrule.derivation.mistakes.change import Change, Make, Node, bare
from chainrule.derivation.mistakes.leaf_edits import is_derivative

SCALED = (MULTIPLY, MATMUL, DIVIDE)


def _inside(at: Node) -> bool:
    """Whether a node is a product or quotient within another: what multiplies it all is above."""
    above = None if at.parent is None else at.parent.operation
    return above in SCALED and at.node.operation in SCALED


def _is_exponent(at: Node) -> bool:
    above = None if at.parent is None else at.parent.operation
    return at.node.operation is NUMBER and above is POWER_OF


def transpose_missing(at: Node) -> Iterator[Change]:
    node = at.node
    if node.operation is MATMUL:
        make: Make = lambda args: matmul(*(transposed(a) for a in reversed(args)))  # noqa: E731
        yield Change("transpose", 1.3, make)
    elif node.shape != SCALAR and node.operation is not TRANSPOSE:
        yield Change("transpose", 1.1, lambda args: transposed(at.same(args)), wraps=True)


def sign_missing(at: Node) -> Iterator[Change]:
    above = None if at.parent is None else at.parent.operation
    if at.negative or at.node.operation is NEGATE:
        return  # then that minus sign is one too many
    if above is None or at.node.operation not in (ADD, NUMBER):
        argument = above in FUNCTIONS.values()  # sigma(-x) for sigma(x)
        cost = 1.5 if above is ADD or above is None or argument else 1.9
        yield Change("sign", cost, lambda args: negate(at.same(args)), wraps=True)


def twice_or_half(at: Node) -> Iterator[Change]:
    if at.node.operation is not NUMBER and not _inside(at):
        yield Change("factor", 2.1, lambda args: multiply(TWO, at.same(args)), wraps=True)
        yield Change("factor", 2.1, lambda args: divide(at.same(args), TWO), wraps=True)


def size_missing(at: Node) -> Iterator[Change]:
    if at.node.operation is NUMBER or _inside(at):
        return
    for size in at.words.sizes:
        kind, cost = ("sum-mean", 2.0) if size in at.words.means else ("missing-factor", 3.2)
        yield Change(kind, cost, lambda args, s=size: divide(at.same(args), s), wraps=True)
        yield Change(kind, cost + 0.1, lambda args, s=size: multiply(s, at.same(args)), wraps=True)


def factor_missing(at: Node) -> Iterator[Change]:
    node, parent, words, same = at.node, at.parent, at.words, at.same
    if _is_exponent(at):
        return
    seen: set[Expression] = set()
    divisor = parent is not None and parent.operation is DIVIDE and at.place == 1
    term = parent is not None and parent.operation in (ADD, NEGATE)
    total = node.operation in (SUM_OF, MEAN)
    kind = (
        "symbol" if bare(node) is ONE and term else "missing-factor"
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
                stretches = node.shape not in (SCALAR, beside.shape) and beside.shape != SCALAR
                make: Make = lambda args, f=beside: times(same(args), f)  # noqa: E731
                yield Change(kind, price + (0.3 if stretches else 0), make, wraps=True)
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


def constant_missing(at: Node) -> Iterator[Change]:
    if at.node.operation is NUMBER:
        return
    for factor in at.words.factors:
        if rational(factor) is not None:
            make: Make = lambda args, f=factor: times(f, at.same(args))  # noqa: E731
            yield Change("factor", 2.05, make, wraps=True)


def divisor_missing(at: Node) -> Iterator[Change]:
    node, words, same = at.node, at.words, at.same
    divides = at.parent is not None and at.parent.operation is DIVIDE and at.place == 1
    if node.operation is NUMBER or _inside(at) or divides:
        return
    scalars = (name for name in words.of_shape(SCALAR) if not is_derivative(name))
    for rank, under in enumerate(dict.fromkeys((*words.divisors, *scalars))):
        beside = _entrywise(under, node)
        if beside is None or broadcast(node.shape, beside.shape) != node.shape:
            continue
        over: Make = lambda args, u=beside: divide(same(args), u)  # noqa: E731
        cost = 1.9 if under in words.divisors else 3.1
        yield Change("missing-factor", cost + rank / 200, over, wraps=True)


def term_missing(at: Node) -> Iterator[Change]:
    node, words, same = at.node, at.words, at.same
    above = None if at.parent is None else at.parent.operation
    if above is ADD or node.operation is NUMBER:
        return
    for rank, signed in enumerate((*words.terms, ONE)):
        term = bare(signed)
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


def term_missing_within(at: Node) -> Iterator[Change]:
    """A @ (B @ c + d) for A @ B @ c: a term left out beside the end of a chain."""
    node, words = at.node, at.words
    for i in range(1, len(node.args) - 1):
        ends = (node.args[i].shape[0], node.args[-1].shape[1])
        for rank, term in enumerate(words.terms):
            if _adds(ends, term.shape):
                make: Make = lambda args, i=i, t=term: _with_end(args, i, t)  # noqa: E731
                yield Change("missing-term", 2.4 + rank / 100, make)


def sum_missing(at: Node) -> Iterator[Change]:
    node = at.node
    if node.shape == SCALAR or _is_exponent(at):
        return
    for axis in (0, 1):
        if node.shape[axis] != 1:
            cost = 1.6 if at.parent is None else 2.4
            yield Change("axis", cost, lambda args, a=axis: sum_of(at.same(args), a), wraps=True)
    yield Change("axis", 2.6, lambda args: sum_of(at.same(args)), wraps=True)


def square_missing(at: Node) -> Iterator[Change]:
    operation = at.node.operation
    if operation is EXP or operation is NUMBER:
        return
    cost = 1.65 if operation in FUNCTIONS.values() else 2.5
    yield Change("power", cost, lambda args: power(at.same(args), TWO), wraps=True)


def function_missing(at: Node) -> Iterator[Change]:
    if at.node.operation in FUNCTIONS.values() or at.node.operation is NUMBER:
        return
    for f in at.words.functions:
        for order, cost in ((0, 2.7), (1, 2.9)):
            make: Make = lambda args, f=f, n=order: apply(f.name, at.same(args), n)  # noqa: E731
            yield Change("function", cost, make, wraps=True)


def reciprocal_missing(at: Node) -> Iterator[Change]:
    if at.node.operation not in FUNCTIONS.values() and at.node.operation is not NUMBER:
        yield Change("operator", 2.8, lambda args: divide(ONE, at.same(args)), wraps=True)


def sum_over_missing(at: Node) -> Iterator[Change]:
    for letter, _ in at.node.indices if at.node.shape == SCALAR else ():
        yield Change("axis", 2.7, lambda args, k=letter: sum_over(k, at.same(args)), wraps=True)


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


def _with_end(args: tuple[Expression, ...], i: int, term: Expression) -> Expression:
    return matmul(*args[:i], plus(matmul(*args[i:]), term))


def _adds(shape: Shape, term: Shape) -> bool:
    return broadcast(shape, term) == shape
