"""A named rule of rewriting, and one use of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from chainrule.algebra.rewriting.facts import Facts
from chainrule.algebra.tree.expression import Expression
from chainrule.algebra.tree.text import text


@dataclass(frozen=True, slots=True)
class Rule:
    """What a step is called, and one plain sentence that says why it is allowed."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Rewrite:
    """One use of a rule: `before` and `after` have the same shape and the same value."""

    rule: Rule
    before: Expression
    after: Expression

    def to_dict(self) -> dict[str, object]:
        return {
            "rule": self.rule.name,
            "why": self.rule.why,
            "before": text(self.before),
            "after": text(self.after),
        }


Rewriter = Callable[[Expression, Facts], tuple[Rule, Expression] | None]
"""Given a node whose arguments are in normal form: the rule and the new node, or None."""
