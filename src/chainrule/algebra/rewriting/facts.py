"""What is known about the names of a sheet, for rewriting: definitions, assumptions, order.

A rewriting step may use these facts and no others, so each step can be justified: `softmax(z2)` is
`a2` because the sheet says so, `sum(y)` is 1 because `y` is declared onehot.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from chainrule.algebra.language.declared_names import Scope
from chainrule.algebra.tree.expression import Expression

ADJOINT_RANK = 1_000_000
"""Added to the rank of a derivative of the cost, so that it comes before forward names."""

Weight = tuple[bool, int, int, int, int]
"""What `ordering` knows of a node: has an adjoint, degree, rank, digest, cost."""


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """The facts that rewriting may use. `NOTHING` has none.

    definitions: the normal form of a right-hand side -> the name it defines.
    meanings: a defined name -> its right-hand side as written.
    distributions: names that sum to 1 along an axis -> those axes.
    symmetric: names equal to their transpose.
    scope: the sheet's, for the order of names; None without a sheet.
    reserved: letters that name something in the sheet, so no index is called by them.
    diagonals: whether `diag(v) @ w` becomes `v * w`.
    knows_sigma: whether 1/(1 + exp(-z)) may be called sigma(z).
    """

    definitions: Mapping[Expression, Expression] = field(
        default_factory=dict[Expression, Expression]
    )
    meanings: Mapping[Expression, Expression] = field(default_factory=dict[Expression, Expression])
    distributions: Mapping[Expression, tuple[int, ...]] = field(
        default_factory=dict[Expression, tuple[int, ...]]
    )
    symmetric: frozenset[Expression] = frozenset()
    scope: Scope | None = None
    reserved: frozenset[str] = frozenset()
    diagonals: bool = True
    knows_sigma: bool = True
    ranks: Mapping[str, int] = field(default_factory=dict[str, int])
    normal: dict[Expression, Expression] = field(
        default_factory=dict[Expression, Expression], repr=False
    )
    """Normal forms already found under these facts."""
    weights: dict[Expression, Weight] = field(default_factory=dict[Expression, Weight], repr=False)
    """Sort keys and costs already found under these facts."""

    def rank(self, name: str) -> int:
        """The place of a name in the sheet; derivatives of the cost come after all of them."""
        found = self.ranks.get(name)
        if found is not None:
            return found
        meaning = None if self.scope is None else self.scope.meaning(name)
        return 0 if meaning is None else ADJOINT_RANK + self.ranks.get(meaning[1], 0)

    def without_diagonals(self) -> Facts:
        """The same facts, with `diag(v) @ w` left as it is."""
        return replace(self, diagonals=False, normal={}, weights={})

    def forgetting(self) -> Facts:
        """The same facts without any definition, so that no name is put in."""
        return replace(self, definitions={}, normal={}, weights={})


NOTHING = Facts()
