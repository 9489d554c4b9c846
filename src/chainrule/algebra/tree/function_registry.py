"""Functions of one variable, applied to every entry: what the algebra has to know of each.

A function is one value. Whatever reads, works out, differentiates, rewrites, samples or prints a
function asks that value, so that to add a function is to `register` it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from chainrule.algebra.errors import AlgebraError, LimitError
from chainrule.algebra.tree.arithmetic import times
from chainrule.algebra.tree.expression import Array, Expression, Operation, Part, node
from chainrule.algebra.tree.leaves import decimal

MAX_ORDER = 6
"""The most primes a function may carry."""

PRIME = "'"


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Function:
    """A function of one variable. What is not given is as for sigma: nothing special.

    value(x, order)      NumPy's answer, of the derivative of that order; OutOfDomain where there
                         is none. Complex numbers are branched on their real part.
    source(x, order)     the same as NumPy source. `x` is the argument's source. It may call what
                         `definitions` defines: the source of functions, by their names.
    slope(x, order)      the derivative of that order where it has a plainer name than a prime:
                         cos(x) for sin. None where it has none.
    adjoint(node, g)     the slope times g, where that has a plainer form than a product.
    unfolded(f)          the first derivative written with the function itself: a * (1 - a).
    aliases              other names that may be typed.
    known                values at numbers.
    parity               1 of an even function, -1 of an odd one.
    kink                 whether it bends or jumps at 0; no point is drawn there.
    straight             whether it is made of straight lines: its second derivative is 0.
    saturates            whether it is flat for large arguments, which are not drawn.
    setting              a second number that it takes, and its usual value; `value` and `source`
                         are handed it as well: value(x, order, setting).
    sign                 how Unicode writes its name, where that is not the name.
    """

    name: str
    value: Callable[..., Array]
    source: Callable[..., str]
    definitions: Mapping[str, str] = field(default_factory=dict[str, str])
    slope: Callable[[Expression, int], Expression | None] | None = None
    adjoint: Callable[[Expression, Expression], Expression] | None = None
    unfolded: Callable[[Expression], Expression] | None = None
    aliases: tuple[str, ...] = ()
    known: Mapping[Expression, Expression] = field(default_factory=dict[Expression, Expression])
    parity: int = 0
    kink: bool = False
    straight: bool = False
    saturates: bool = False
    setting: Fraction | None = None
    sign: str = ""

    def params(self, order: int, setting: Fraction | None = None) -> tuple[int | Fraction, ...]:
        """The params of a node of this function."""
        usual = self.setting
        return (order,) if usual is None else (order, usual if setting is None else setting)

    def unusual(self, applied: Expression) -> Expression | None:
        """The second number of a node, if it is not the usual one."""
        if self.setting is None or applied.params[1] == self.setting:
            return None
        return decimal(applied.params[1])


FUNCTIONS: dict[str, Operation] = {}
"""The functions of one variable by name."""

_KNOWN: dict[Operation, Function] = {}
_WORDS: dict[str, str] = {}  # what a function may be called by -> its name


def register(function: Function) -> Operation:
    """Make a function part of the language. Returns the operation that its nodes have."""
    name = function.name
    if name in FUNCTIONS:
        raise AlgebraError(f"there is a function `{name}` already")
    operation = Operation(
        name=name,
        shape=lambda args, params: args[0].shape,
        value=lambda applied, values, at: function.value(
            values[0], applied.params[0], *map(float, applied.params[1:])
        ),
        adjoint=lambda applied, g, i: _adjoint(function, applied, g),
        text=lambda applied, parts: _words(function, applied, parts),
        rule=f"derivative of {name}",
        broadcasts=True,
        margin=_distance_from_0 if function.kink else None,
    )
    FUNCTIONS[name] = operation
    _KNOWN[operation] = function
    _WORDS.update(dict.fromkeys((name, *function.aliases), name))
    return operation


def forget(name: str) -> None:
    """Take a function out of the language again."""
    function = _KNOWN.pop(FUNCTIONS.pop(name))
    for word in (name, *function.aliases):
        del _WORDS[word]


def function_of(operation: Operation) -> Function | None:
    """What is known of an operation that is a function of one variable; None of any other."""
    return _KNOWN.get(operation)


def functions() -> list[Function]:
    """All that are registered, in order."""
    return list(_KNOWN.values())


def named(word: str) -> str | None:
    """The name of the function that a word calls, by its name or another; None if none."""
    return _WORDS.get(word)


def apply(name: str, x: Expression, order: int = 0, setting: Fraction | None = None) -> Expression:
    """`name` of every entry of `x`, with `order` primes: apply("sigma", z, 1) is sigma'(z).

    setting: the second number of a function that takes one, the slope of leaky_relu.
    """
    if name not in FUNCTIONS:
        known = ", ".join(FUNCTIONS)
        raise AlgebraError(f"`{name}` is no function of one variable; there are {known}")
    if not 0 <= order <= MAX_ORDER:
        raise AlgebraError(f"{name} with {order} primes; 0 to {MAX_ORDER} are known")
    operation = FUNCTIONS[name]
    return node(operation, (x,), _KNOWN[operation].params(order, setting))


def _distance_from_0(applied: Expression, values: list[Array]) -> float:
    return float(np.abs(values[0].real).min())


def _adjoint(function: Function, applied: Expression, g: Expression) -> Expression | None:
    order, *rest = applied.params
    if order == 0 and function.adjoint is not None:
        return function.adjoint(applied, g)
    slope = function.slope(applied.args[0], 1) if order == 0 and function.slope else None
    if slope is not None:
        return times(g, slope)
    if function.straight and order > 0:
        return None
    if order == MAX_ORDER:
        raise LimitError(f"{function.name} is differentiated more than {MAX_ORDER} times")
    return times(g, node(applied.operation, applied.args, (order + 1, *rest)))


def _words(function: Function, applied: Expression, parts: list[Part]) -> str:
    unusual = function.unusual(applied)
    extra = "" if unusual is None else f", {unusual.operation.text(unusual, [])}"
    return f"{function.name}{PRIME * applied.params[0]}({parts[0].text}{extra})"
