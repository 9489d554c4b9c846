"""A sheet: what is given, with shapes and assumptions, the forward equations, and the cost.

    x: (n0,1)               a declaration: name, shape, assumptions
    y: (n2,1) onehot
    lam: scalar positive
    z1 = W1 @ x + b1        a definition: only names from the lines above
    C = -sum(y * log(a1))   the cost: `C`, or the last scalar

A name in a shape is a dimension and may be used as a number (`1/m`). `#` starts a comment.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from chainrule.algebra.errors import AlgebraError
from chainrule.algebra.language.declared_names import Scope
from chainrule.algebra.language.time_steps import fixed_steps
from chainrule.algebra.tree.expression import Expression, postorder, substitute
from chainrule.algebra.tree.leaves import SYMBOL
from chainrule.algebra.tree.shapes import SCALAR, Shape, shape_text
from chainrule.algebra.tree.sizes import names_of_size
from chainrule.algebra.tree.text import text

Result = TypeVar("Result")

ASSUMPTIONS = {
    "onehot": "every column (`onehot axis=1`: every row) has a single 1 and is 0 elsewhere",
    "prob": "every column (`prob axis=1`: every row) is positive and sums to 1",
    "positive": "every entry is above 0",
    "nonzero": "no entry is 0",
    "unit": "every entry is between 0 and 1",
    "binary": "every entry is 0 or 1",
    "sign": "every entry is -1 or 1",
    "symmetric": "equal to its transpose",
}
"""What may be said of a declared quantity."""


WHOLE = frozenset({"binary", "sign", "onehot", "onehot axis=1"})
"""What says that every entry is a whole number."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """A quantity that is given. assumptions: `onehot`, `prob axis=1`, ..., sorted as declared."""

    name: str
    shape: Shape
    assumptions: tuple[str, ...] = ()

    def text(self) -> str:
        shape = "scalar" if self.shape == SCALAR else shape_text(self.shape)
        return " ".join([f"{self.name}: {shape}", *self.assumptions])

    def to_dict(self) -> dict[str, object]:
        return {
            "name": self.name,
            "shape": list(self.shape),
            "assumptions": list(self.assumptions),
        }


@dataclass(frozen=True, slots=True)
class Definition:
    """A quantity that is worked out from those before it."""

    name: str
    expression: Expression

    @property
    def shape(self) -> Shape:
        return self.expression.shape

    def text(self) -> str:
        return f"{self.name} = {text(self.expression)}"

    def to_dict(self) -> dict[str, object]:
        return {
            "name": self.name,
            "shape": list(self.shape),
            "expression": text(self.expression),
        }


@dataclass(frozen=True)
class Sheet:
    """Declarations and definitions in order, and the name of the cost.

    Equal sheets are equal; comments and spacing are not part of a sheet.
    """

    declarations: tuple[Declaration, ...]
    definitions: tuple[Definition, ...]
    cost: str
    lines: Mapping[str, int] = field(default_factory=dict[str, int], compare=False, repr=False)
    """The line, from 1, that each name was given in."""
    ranges: Mapping[str, tuple[int, int]] = field(
        default_factory=dict[str, tuple[int, int]], compare=False, repr=False
    )
    """The first and last step of each letter that counts steps in time."""
    matlab: bool = field(default=False, compare=False, repr=False)
    """Whether it is written in MATLAB, so that `*` is the matrix product."""
    notes: tuple[str, ...] = field(default=(), compare=False, repr=False)
    """How what its lines leave open was read, in words."""
    flat: frozenset[str] = field(default=frozenset(), compare=False, repr=False)
    """What is declared with one axis, `(n,)`, and so may lie as a row or as a column."""
    _known: dict[Any, Any] = field(
        default_factory=dict[Any, Any], init=False, compare=False, repr=False
    )

    def known(self, work: Callable[..., Result], *about: Hashable) -> Result:
        """`work(sheet, *about)`: done the first time it is asked for, then kept with the sheet."""
        key = (work, *about)
        if key not in self._known:
            self._known[key] = work(self, *about)
        return self._known[key]

    @cached_property
    def shapes(self) -> dict[str, Shape]:
        """Every quantity's shape, in order."""
        return {part.name: part.shape for part in (*self.declarations, *self.definitions)}

    @cached_property
    def dimensions(self) -> tuple[str, ...]:
        """The names of sizes, in order of first mention."""
        sizes = (size for part in self.declarations for size in part.shape)
        return tuple(dict.fromkeys(name for size in sizes for name in names_of_size(size)))

    @cached_property
    def whole_numbers(self) -> frozenset[str]:
        """What is declared to have only whole numbers as entries, such as labels and masks."""
        return frozenset(d.name for d in self.declarations if WHOLE & set(d.assumptions))

    @cached_property
    def scope(self) -> Scope:
        """What names mean in an answer to this sheet."""
        inputs: dict[str, frozenset[str]] = {}
        for definition in self.definitions:
            used = symbols(definition.expression)
            inputs[definition.name] = frozenset(used).union(*(inputs.get(u, ()) for u in used))
        return Scope(
            self.shapes,
            frozenset(self.dimensions),
            self.cost,
            inputs=inputs,
            definitions=self.expressions,
            onehot=tuple(
                part.name
                for part in self.declarations
                if any(words.startswith("onehot") for words in part.assumptions)
            ),
            ranges=self.ranges,
            steps=fixed_steps(self.ranges),
            matlab=self.matlab,
            flat=bool(self.flat),
        )

    @cached_property
    def expressions(self) -> dict[str, Expression]:
        """Each definition's right-hand side, by name, in order."""
        return {definition.name: definition.expression for definition in self.definitions}

    def symbol(self, name: str) -> Expression:
        """The leaf of a declared or defined quantity. AlgebraError names the known ones."""
        found = self.scope.resolve(name)
        if found is None or found.operation is not SYMBOL or found.params[0] not in self.shapes:
            known = ", ".join(self.shapes)
            raise AlgebraError(f"`{name}` is not a quantity of the sheet; there are {known}")
        return found

    def unfolded(self, expression: Expression) -> Expression:
        """The expression with every defined name replaced, down to what is declared."""
        by: dict[Expression, Expression] = {}
        for definition in self.definitions:
            by[self.symbol(definition.name)] = substitute(definition.expression, by)
        return substitute(expression, by)

    def text(self) -> str:
        """The sheet as text that reads back as an equal sheet."""
        lines = [part.text() for part in (*self.declarations, *self.definitions)]
        return "\n".join(lines) + "\n"

    def to_dict(self) -> dict[str, object]:
        return {
            "declarations": [part.to_dict() for part in self.declarations],
            "definitions": [part.to_dict() for part in self.definitions],
            "cost": self.cost,
        }


def symbols(expression: Expression) -> dict[str, Expression]:
    """The names an expression uses, in order of first use, with their leaves."""
    return {node.params[0]: node for node in postorder(expression) if node.operation is SYMBOL}
