"""What names mean: the quantities and sizes of a sheet, and the derivatives among them.

`dC/dW1`, `da2/dz2` and `delta1` are names too. A derivative of the cost has the shape of what it
is taken by. A derivative of a vector by a vector is the Jacobian in numerator layout: row i is the
i-th entry of the numerator, column j the j-th entry of what it is taken by.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from chainrule.algebra.errors import AlgebraError, ShapeError
from chainrule.algebra.tree.adjoints import adjoints
from chainrule.algebra.tree.arithmetic import dimension, filled, plus
from chainrule.algebra.tree.expression import Expression, postorder
from chainrule.algebra.tree.leaves import CONSTANTS, SYMBOL, constant, symbol
from chainrule.algebra.tree.shapes import SCALAR, Shape, is_vector, length, shape_text
from chainrule.ground.words import nearest

SAME_LETTER = {
    "lam": ("lambda", "lmbda"), "lambda": ("lam",), "lmbda": ("lam",),
    "eps": ("epsilon",), "epsilon": ("eps",),
}  # fmt: skip
"""Other spellings of one Greek letter."""


def spellings(name: str) -> tuple[str, ...]:
    """The names that a name may be declared by: `z_1` may be `z1`, and λ may be `lambda`."""
    return (name, name.replace("_", ""), *SAME_LETTER.get(name, ()))


@dataclass(frozen=True, slots=True)
class Scope:
    """shapes: every declared or defined quantity. dimensions: the names of sizes.

    cost: the name of the cost, or None while it is not known; without it there are no deltas.
    inputs: of every defined quantity, all that it is worked out from, near and far. definitions:
    the right-hand side of each, in order.
    """

    shapes: Mapping[str, Shape]
    dimensions: frozenset[str] = frozenset()
    cost: str | None = None
    derivatives: bool = True
    """Whether names such as dC/dW1 may be used."""
    inputs: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    definitions: Mapping[str, Expression] = field(
        default_factory=dict[str, Expression], repr=False, compare=False
    )
    onehot: tuple[str, ...] = ()
    """The declared quantities of which every column, or every row, has a single 1."""
    ranges: Mapping[str, tuple[int, int]] = field(
        default_factory=dict[str, tuple[int, int]], repr=False, compare=False
    )
    """The first and last step of each letter that counts steps in time."""
    steps: Mapping[str, int] = field(default_factory=dict[str, int], repr=False, compare=False)
    """The step that such a letter stands for."""
    matlab: bool = field(default=False, repr=False, compare=False)
    """Whether `*` is the matrix product."""
    flat: bool = field(default=False, repr=False, compare=False)
    """Whether something is declared with one axis, as in NumPy."""
    _seen: dict[str, Expression | None] = field(
        default_factory=dict[str, Expression | None], repr=False, compare=False
    )

    @property
    def variable(self) -> str | None:
        """What everything is a function of, where only one number is given; u' is du/dx then."""
        given = [name for name in self.shapes if name not in self.inputs]
        plain = all(shape == SCALAR for shape in self.shapes.values())
        return given[0] if plain and len(given) == 1 and self.derivatives else None

    def resolve(self, name: str) -> Expression | None:
        """The leaf a name stands for, or None. `z_1` is `z1` unless `z_1` itself is declared."""
        if name not in self._seen:
            self._seen[name] = self._resolve(name)
        return self._seen[name]

    def _resolve(self, name: str) -> Expression | None:
        for spelling in spellings(name):
            if spelling in self.shapes:
                return symbol(spelling, self.shapes[spelling])
            if spelling in self.dimensions:
                return dimension(spelling)
        target = self._delta_of(name)
        if target is not None:
            return self.adjoint(target)
        return constant(name) if name in CONSTANTS else None

    def quantity(self, name: str) -> str | None:
        """The declared or defined name that `name` spells, or None."""
        for spelling in spellings(name):
            if spelling in self.shapes:
                return spelling
        return None

    def used_in(self, name: str) -> list[str]:
        """The quantities in the right-hand side of a definition, in order."""
        nodes = postorder(self.definitions[name])
        return [node.params[0] for node in nodes if node.operation is SYMBOL]

    def _delta_of(self, name: str) -> str | None:
        """The quantity that `delta1` is the cost's derivative by: `z1`, or `Z1` for a batch."""
        if not self.derivatives or self.cost is None:
            return None
        for prefix, letters in (("delta", "zZ"), ("Delta", "Zz")):
            if name.startswith(prefix):
                suffix = name[len(prefix) :].replace("_", "")
                for letter in letters:
                    if letter + suffix in self.shapes:
                        return letter + suffix
        return None

    def delta_name(self, quantity: str) -> str | None:
        """`delta1` for `z1`, `Delta1` for `Z1`; None for others, or if that name is declared.

        None too for the variable of a function of one number.
        """
        prefix = {"z": "delta", "Z": "Delta"}.get(quantity[:1])
        if prefix is None or self.cost is None or not self.derivatives:
            return None
        if quantity == self.variable:
            return None  # the z of a function of z is no neuron's weighted input
        name = prefix + quantity[1:]
        if name in self.shapes or name in self.dimensions or name.replace("_", "") in self.shapes:
            return None
        return name if self._delta_of(name) == quantity else None

    def adjoint(self, quantity: str) -> Expression:
        """The cost's derivative by a quantity, by the name the books give it."""
        if self.cost is None:
            raise ShapeError("there is no cost yet, so there are no derivatives of it")
        name = self.delta_name(quantity) or f"d{self.cost}/d{quantity}"
        return symbol(name, self.shapes[quantity])

    def derivative(self, over: str, under: str) -> Expression:
        """d over / d under, both quantities: a gradient if `over` is a scalar, or a Jacobian.

        The derivative of a matrix, or of a vector by a matrix, has no name here: AlgebraError.
        """
        numerator, denominator = self.shapes[over], self.shapes[under]
        if numerator == SCALAR:
            return symbol(f"d{over}/d{under}", denominator)
        for name, shape in ((over, numerator), (under, denominator)):
            if not is_vector(shape):
                words = f"d{over}/d{under}: `{name}` {shape_text(shape)} is a matrix"
                message = f"{words}; a Jacobian is between vectors"
                if name == under or not is_vector(denominator):
                    message += f"; write d{self.cost or 'C'}/d{over} d{over}/d{under}"
                raise AlgebraError(message)
        return symbol(f"d{over}/d{under}", (length(numerator), length(denominator)))

    def carried(self, over: str, under: str, gradient: Expression) -> Expression:
        """The cost's derivative by `under`, as far as it comes from its `gradient` by `over`.

        That is the gradient times d over / d under, which needs no name and may be by a matrix.
        AlgebraError if `over` does not depend on `under`.
        """
        received: dict[str, list[Expression]] = {over: [gradient]}
        for name, expression in reversed(list(self.definitions.items())):
            if name == under or name not in received:
                continue
            parts = adjoints(expression, plus(*received.pop(name)))
            for leaf, part in parts.items():
                if leaf.operation is SYMBOL:
                    received.setdefault(leaf.params[0], []).append(part)
        if under not in received:
            raise AlgebraError(f"`{over}` does not depend on `{under}`; d{over}/d{under} is 0")
        return filled(plus(*received[under]), self.shapes[under])

    def meaning(self, name: str) -> tuple[str, str] | None:
        """What a derivative's name says: (numerator, by what); None for other names."""
        if name in self.shapes:
            return None
        over, slash, under = name.partition("/")
        if slash:
            return (over[1:], under[1:])
        target = self._delta_of(name)
        return None if target is None or self.cost is None else (self.cost, target)

    def close_to(self, name: str) -> list[str]:
        """Up to three known names that look like `name`."""
        known = [*self.shapes, *sorted(self.dimensions), *CONSTANTS]
        known += [delta for q in self.shapes if (delta := self.delta_name(q)) is not None]
        stem = name.rstrip("0123456789_")
        same = [k for k in known if k != name and k.rstrip("0123456789_") == stem]
        if same:
            return same[:3]
        return nearest(name, known, 3)
