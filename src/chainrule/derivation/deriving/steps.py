"""What a derivation is made of: steps, each with its rule and one sentence, and the lines between.

A step is of one of four kinds.

derivative   a local rule, backwards: `before` is what reached the node from above, `after` is what
             it hands on to its argument.
slope        ordinary calculus: `after` is the derivative of `before`.
jacobian     `after` is the Jacobian of `before`.
rewriting    `before` and `after` are the whole right-hand side and have the same value; `node` is
             the part that changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from chainrule.algebra import Expression, Sheet, text

Kind = Literal["derivative", "slope", "jacobian", "rewriting"]


@dataclass(frozen=True, slots=True)
class Step:
    """One step. node: the part it concerns. why: one plain sentence."""

    kind: Kind
    rule: str
    before: Expression
    after: Expression
    node: Expression
    why: str

    def to_dict(self) -> dict[str, object]:
        return {
            "kind": self.kind,
            "rule": self.rule,
            "before": text(self.before),
            "after": text(self.after),
            "node": text(self.node),
            "why": self.why,
        }


@dataclass(frozen=True, slots=True)
class Derivation:
    """How one derivative comes about.

    target: its name as a tree (`delta2`, `dC/dW1`, `dC/dW1[j,k]`). wrt: what it is taken by.
    steps: in order. lines: the right-hand sides to write down, equal in value, from what the rules
    give to the textbook's form. uses: the derivatives it is built on, which come before it.
    """

    wrt: str
    target: Expression
    steps: tuple[Step, ...]
    lines: tuple[Expression, ...]
    uses: tuple[str, ...]

    @property
    def result(self) -> Expression:
        """The textbook's form."""
        return self.lines[-1]

    def text(self) -> str:
        """`delta2 = dC/da2 * sigma'(z2) = (a2 - y) * sigma'(z2)`."""
        return " = ".join([text(self.target), *(text(line) for line in self.lines)])

    def equation(self) -> str:
        """`delta2 = (a2 - y) * sigma'(z2)`."""
        return f"{text(self.target)} = {text(self.result)}"

    def to_dict(self) -> dict[str, object]:
        return {
            "wrt": self.wrt,
            "target": text(self.target),
            "equation": self.equation(),
            "steps": [step.to_dict() for step in self.steps],
            "lines": [text(line) for line in self.lines],
            "result": text(self.result),
            "uses": list(self.uses),
        }


@dataclass(frozen=True, slots=True)
class Backpropagation:
    """The whole backward pass of a sheet: one derivation after another, from the cost backwards."""

    sheet: Sheet
    derivations: tuple[Derivation, ...]

    def __getitem__(self, wrt: str) -> Derivation:
        for derivation in self.derivations:
            if wrt in (derivation.wrt, text(derivation.target)):
                return derivation
        raise KeyError(wrt)

    def text(self) -> str:
        """The equations, one a line."""
        return "\n".join(derivation.equation() for derivation in self.derivations)

    def to_dict(self) -> dict[str, object]:
        return {
            "sheet": self.sheet.to_dict(),
            "derivations": [derivation.to_dict() for derivation in self.derivations],
        }
