"""Changes of functions, of what is summed and along which axis, and of what stands around a part:
a minus sign, a transpose."""

from __future__ import annotations

from collections.abc import Iterator

from chainrule.algebra import (
    MEAN,
    SCALAR,
    SOFTMAX,
    SUM_OF,
    TRANSPOSE,
    Expression,
    apply,
    compare,
    mean_of,
    multiply,
    named_prime,
    softmax,
    sum_of,
    transposed,
)
from chainrule.derivation.mistakes.change import Change, Node


def derivative_for_function(at: Node) -> Iterator[Change]:
    node = at.node
    order, rest = node.params[0], node.params[1:]
    if order == 0:
        yield Change("function", 1.4, lambda args: _slope(node, args[0]))
    else:
        yield Change("function", 1.4, lambda args: apply(node.name, args[0], order - 1, *rest))
        yield Change("function", 2.0, lambda args: apply(node.name, args[0], order + 1, *rest))


def _slope(node: Expression, inner: Expression) -> Expression:
    """The slope of a function, by its own name if it has one: cos for sin'."""
    primed = apply(node.name, inner, 1, *node.params[1:])
    return named_prime(primed) or primed


def other_function(at: Node) -> Iterator[Change]:
    node, order = at.node, at.node.params[0]
    for axis in at.words.softmax_axes if order == 0 else ():
        yield Change("function", 1.7, lambda args, axis=axis: softmax(args[0], axis))
    for rank, f in enumerate(at.words.functions):
        if f is not node.operation:
            yield Change(
                "function", 1.7 + rank / 50, lambda args, f=f: apply(f.name, args[0], order)
            )
            if order:
                yield Change("function", 2.2, lambda args, f=f: apply(f.name, args[0], 0))


def function_dropped(at: Node) -> Iterator[Change]:
    yield Change("function", 2.4, lambda args: args[0])


def other_axis(at: Node) -> Iterator[Change]:
    node, axis = at.node, at.node.params[0]
    make = {SUM_OF: sum_of, MEAN: mean_of}.get(node.operation)
    for choice in (0, 1, None) if node.operation is not SOFTMAX else (0, 1):
        if choice == axis:
            continue
        if node.operation is SOFTMAX:
            yield Change("axis", 1.2, lambda args, choice=choice: softmax(args[0], choice or 0))
        elif make is not None and (choice is None or node.args[0].shape[choice] != 1):
            yield Change("axis", 1.2, lambda args, choice=choice: make(args[0], choice))


def sum_for_mean(at: Node) -> Iterator[Change]:
    other, axis = (mean_of if at.node.operation is SUM_OF else sum_of), at.node.params[0]
    yield Change("sum-mean", 1.2, lambda args: other(args[0], axis))


def sum_dropped(at: Node) -> Iterator[Change]:
    yield Change("axis", 2.6, lambda args: args[0])


def sign_dropped(at: Node) -> Iterator[Change]:
    yield Change("sign", 1.0, lambda args: args[0], wraps=True)


def transpose_dropped(at: Node) -> Iterator[Change]:
    yield Change("transpose", 1.0, lambda args: args[0])


def comparison_turned(at: Node) -> Iterator[Change]:
    other = {">": "<", "<": ">", ">=": "<=", "<=": ">="}[at.node.params[0]]
    yield Change("operator", 2.0, lambda args: compare(args[0], other, args[1]))


def mean_of_product(at: Node) -> Iterator[Change]:
    """mean(a * b) for mean(a) * mean(b), the sums and means transposed or not."""
    args = at.node.args
    for i in range(len(args) - 1):
        first, second = _untransposed(args[i]), _untransposed(args[i + 1])
        if first.operation is second.operation and first.operation in (SUM_OF, MEAN):
            yield Change("grouping", 2.2, lambda args, i=i: _joined_under(args, i))


def _untransposed(x: Expression) -> Expression:
    return x.args[0] if x.operation is TRANSPOSE else x


def _joined_under(args: tuple[Expression, ...], i: int) -> Expression:
    """Factors i and i+1 under one sum or mean: that of the larger one."""
    parts = [_untransposed(arg) for arg in args[i : i + 2]]
    if not all(part.args for part in parts):
        return multiply(*args)
    place = 0 if parts[1].shape == SCALAR else 1
    large = parts[place]
    make = sum_of if large.operation is SUM_OF else mean_of
    joined = make(multiply(*(part.args[0] for part in parts)), large.params[0])
    if args[i + place].operation is TRANSPOSE:
        joined = transposed(joined)
    return multiply(*args[:i], joined, *args[i + 2 :])
