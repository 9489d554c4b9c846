"""Derivations: the steps, the lines to write down, and the whole backward pass."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from chainrule.algebra import Expression, Sheet, text
from chainrule.derivation.deriving.folding import folded_lines, folded_steps
from chainrule.derivation.deriving.step import Step


@dataclass(frozen=True)
class Derivation:
    """How one derivative comes about.

    target: its name as a tree (`delta2`, `dC/dW1`, `dC/dW1[j,k]`). wrt: what it is taken by.
    steps: in order, every one. lines: the right-hand sides to write down, equal in value, from what
    the rules give to the textbook's form. uses: the derivatives it is built on, which come before
    it. gathered: of one entry, the whole derivative.
    """

    wrt: str
    target: Expression
    steps: tuple[Step, ...]
    lines: tuple[Expression, ...]
    uses: tuple[str, ...]
    gathered: Derivation | None = field(default=None, repr=False)

    @property
    def result(self) -> Expression:
        """The textbook's form."""
        return self.lines[-1]

    @cached_property
    def telling(self) -> tuple[Step, ...]:
        """The steps that change something a reader should see.

        One that only orders terms or factors, drops a factor 1 or turns signs is part of the step
        beside it.
        """
        return folded_steps(self.steps, self.lines)

    @cached_property
    def telling_lines(self) -> tuple[Expression, ...]:
        """The lines without those that differ from the next in such a thing only."""
        return folded_lines(self.lines)

    def text(self) -> str:
        """`delta2 = dC/da2 * sigma'(z2) = (a2 - y) * sigma'(z2)`."""
        return " = ".join([text(self.target), *(text(line) for line in self.lines)])

    def equation(self) -> str:
        """`delta2 = (a2 - y) * sigma'(z2)`."""
        return f"{text(self.target)} = {text(self.result)}"

    def to_dict(self, every: bool = False) -> dict[str, object]:
        """every: all steps and lines, those too that say nothing new."""
        return {
            "wrt": self.wrt,
            "target": text(self.target),
            "equation": self.equation(),
            "steps": [step.to_dict() for step in (self.steps if every else self.telling)],
            "lines": [text(line) for line in (self.lines if every else self.telling_lines)],
            "result": text(self.result),
            "uses": list(self.uses),
        }


@dataclass(frozen=True, slots=True)
class Backpropagation:
    """The whole backward pass of a sheet: one derivation after another, from the cost backwards.

    left_out: the quantities that the derivative was not taken by, since they are given.
    named: the definitions that the sheet did not have, for what it uses twice.
    """

    sheet: Sheet
    derivations: tuple[Derivation, ...]
    left_out: tuple[str, ...] = ()
    named: tuple[str, ...] = ()

    def __getitem__(self, wrt: str) -> Derivation:
        for derivation in self.derivations:
            if wrt in (derivation.wrt, text(derivation.target)):
                return derivation
        raise KeyError(wrt)

    def text(self) -> str:
        """The equations, one a line."""
        return "\n".join(derivation.equation() for derivation in self.derivations)

    def to_dict(self, every: bool = False) -> dict[str, object]:
        """every: all steps and lines of every derivation."""
        return {
            "sheet": self.sheet.to_dict(),
            "named": list(self.named),
            "left_out": list(self.left_out),
            "derivations": [derivation.to_dict(every) for derivation in self.derivations],
        }
