"""A step of a derivation, with its rule and the reason it holds.

A step is of one of six kinds.

derivative   a local rule, backwards: `before` is the derivative of the cost by `node`, `after` that
             by `part`, an argument of it. With `through`, `after` is only what comes to the part
             from there; another step adds up.
slope        ordinary calculus: `after` is the derivative of `before`.
jacobian     `after` is the Jacobian of `before`.
entries      `after` is `before`, one entry of a quantity, written out in entries.
gathering    `before` is one entry of `after`: all of them together are the matrix.
rewriting    `before` and `after` are the whole right-hand side and have the same value; `node` is
             the part that changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from chainrule.algebra import Expression, brief, text

Kind = Literal["derivative", "slope", "jacobian", "entries", "gathering", "rewriting"]

Piece = str | Expression | tuple[Expression, ...]
"""A piece of a sentence: words, an expression, or expressions that are equal, to be joined by `=`.
What stands between backticks in the words is a formula of the rule itself: `(u*v)' = u'*v + u*v'`.
"""

Reason = tuple[Piece, ...]


def plain(reason: Reason) -> str:
    """A reason as text, its expressions between backticks."""
    return "".join(
        piece if isinstance(piece, str) else f"`{' = '.join(map(brief, _sides(piece)))}`"
        for piece in reason
    )


def _sides(piece: Expression | tuple[Expression, ...]) -> tuple[Expression, ...]:
    return piece if isinstance(piece, tuple) else (piece,)


@dataclass(frozen=True, slots=True)
class Step:
    """One step. node: what it concerns. reason: why it holds, in pieces.

    part, through: see `derivative` above. of: in a slope or Jacobian, the name of what `before`
    defines, if it is all of a definition. between: what the rule gives, before it is tidied up
    to `after`.
    """

    kind: Kind
    rule: str
    before: Expression
    after: Expression
    node: Expression
    reason: Reason
    part: Expression | None = None
    through: Expression | None = None
    of: str | None = None
    between: Expression | None = None

    @property
    def why(self) -> str:
        """The reason as text."""
        return plain(self.reason)

    def to_dict(self) -> dict[str, object]:
        return {
            "kind": self.kind,
            "rule": self.rule,
            "before": text(self.before),
            "after": text(self.after),
            "node": text(self.node),
            "part": None if self.part is None else text(self.part),
            "why": self.why,
        }
