"""The value of a tree, in float64 or complex128.

Complex values are for the complex step: functions with kinks branch on the real part, everything
else is analytic, and a transpose does not conjugate. NumPy's floating-point errors are raised,
never silenced: a value that does not exist is a DomainError with the node it happened at.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TypeVar

import numpy as np

from chainrule.algebra.errors import AlgebraError
from chainrule.algebra.language.sheet import symbols
from chainrule.algebra.tree.arithmetic import ADD, NEGATE, OutOfDomain
from chainrule.algebra.tree.elementary_functions import SIGMA
from chainrule.algebra.tree.expression import Array, Expression, Setting, node, postorder
from chainrule.algebra.tree.leaves import ONE
from chainrule.algebra.tree.powers import EXP, LOG
from chainrule.algebra.tree.reductions import (
    LOG_SIGMOID,
    LOG_SOFTMAX,
    LOG_SUM_EXP,
    SOFTMAX,
    SUM_OF,
)
from chainrule.algebra.tree.text import brief

T = TypeVar("T")


class DomainError(AlgebraError):
    """A value does not exist or is not a finite number. `node` is where it happened."""

    def __init__(self, reason: str, where: Expression) -> None:
        super().__init__(f"{reason}, in `{brief(where)}`")
        self.reason = reason
        self.node = where


def letters_of(*roots: Expression) -> tuple[str, ...]:
    """Every index letter of the trees, free or summed over, sorted."""
    found: set[str] = set()
    for part in postorder(*roots):
        found.update(letter for letter, _ in part.indices)
    return tuple(sorted(found))


def evaluate(
    root: Expression,
    values: Mapping[str, Array],
    sizes: Mapping[str, int],
    memo: dict[Expression, Array] | None = None,
) -> Array:
    """The value of `root`, an array of its shape.

    values: an array for every name, (..., rows, columns); leading axes are a batch.
    sizes: a number for every dimension.
    memo: values already worked out at the same point; it is added to. Nodes with index letters
    are kept out of it.

    Free index letters give leading axes, in the order of the alphabet: `delta1[j]` is (n1, 1, 1).
    Raises DomainError, and AlgebraError if a name has no value.
    """
    memo = {} if memo is None else memo
    found = memo.get(root)
    if found is not None:
        return found
    letters = letters_of(root)
    if letters:
        memo = {}
    axes = {letter: i - len(letters) - 2 for i, letter in enumerate(letters)}
    at = Setting(values, sizes, axes)

    def value_of(current: Expression, steady: Expression, arguments: list[Array]) -> Array:
        try:
            return steady.operation.value(steady, arguments, at)
        except OutOfDomain as error:
            raise DomainError(error.message, current) from error
        except FloatingPointError as error:
            reason = f"the number is too large or undefined ({error})"
            raise DomainError(reason, current) from error

    with np.errstate(all="raise", under="ignore"):
        result = work_out(root, memo, value_of)
    if not np.isfinite(result).all():
        raise DomainError("not a finite number", root)
    if not letters:
        return result
    unused = tuple(axes[k] for k in letters if k not in dict(root.indices))
    return result if result.ndim < len(letters) + 2 else result.squeeze(axis=unused)


def work_out(
    root: Expression,
    memo: dict[Expression, T],
    value_of: Callable[[Expression, Expression, list[T]], T],
) -> T:
    """The value of `root`, each node worked out once, after what it is made of.

    memo: the values known; it is added to. value_of: the value of a node, from its `stable` form
    and the values of that form's arguments.
    """
    stack = [root]
    while stack:
        current = stack[-1]
        if current in memo:
            stack.pop()
            continue
        steady = stable(current)
        missing = [arg for arg in steady.args if arg not in memo]
        if missing:
            stack.extend(reversed(missing))
            continue
        memo[current] = value_of(current, steady, [memo[arg] for arg in steady.args])
        stack.pop()
    return memo[root]


def stable(current: Expression) -> Expression:
    """The node to work out in place of `current`: a logarithm together with what it is taken of.

    log(softmax(z)), log(sigma(z)), log(1 - sigma(z)) and log(sum(exp(z))) are right for any z.
    """
    if current.operation is not LOG or current.params[0] != 0:
        return current
    inner = current.args[0]
    if inner.operation is SOFTMAX:
        return node(LOG_SOFTMAX, inner.args, inner.params)
    if inner.operation is SIGMA and inner.params[0] == 0:
        return node(LOG_SIGMOID, inner.args, (1.0,))
    if inner.operation is SUM_OF and inner.args[0].operation is EXP:
        return node(LOG_SUM_EXP, inner.args[0].args, inner.params)
    if (
        inner.operation is ADD
        and len(inner.args) == 2
        and inner.args[0] is ONE
        and inner.args[1].operation is NEGATE
        and inner.args[1].args[0].operation is SIGMA
        and inner.args[1].args[0].params[0] == 0
    ):
        return node(LOG_SIGMOID, inner.args[1].args[0].args, (-1.0,))
    return current


def bent_parts(root: Expression) -> list[Expression]:
    """The nodes of a tree that have a kink."""
    return [part for part in postorder(root) if part.operation.margin is not None]


def moves_not(part: Expression, still: Collection[str]) -> bool:
    """Whether a node is made of names that never move a little."""
    return bool(still) and all(name in still for name in symbols(part))


def kink_distance(
    roots: list[Expression],
    values: Mapping[str, Array],
    sizes: Mapping[str, int],
    memo: dict[Expression, Array] | None = None,
    relative: bool = False,
    still: Collection[str] = (),
) -> float:
    """How close any node of the trees is to a kink (relu at 0, a tie of a maximum); inf: none.

    still: names of what never moves a little, such as labels: a comparison of them is no kink.
    relative: where all arguments of the node are below 1, relative to the largest of them.
    """
    memo = {} if memo is None else memo
    nearest = float("inf")
    for root in roots:
        bent = [part for part in bent_parts(root) if not moves_not(part, still)]
        for part in bent:
            margin = part.operation.margin
            if margin is not None and not letters_of(part):
                arguments = [evaluate(arg, values, sizes, memo) for arg in part.args]
                distance = margin(part, arguments)
                if relative:
                    largest = max(float(np.abs(argument).max()) for argument in arguments)
                    distance /= min(largest, 1.0) or 1.0
                nearest = min(nearest, distance)
    return nearest
