"""The normal form: local rules, applied from the leaves upwards until none applies.

Every rule keeps shape and value, and makes the tree simpler in a fixed sense: transposes nearer to
the names, numbers and scalars nearer to the front, fewer brackets, fewer terms, fewer ones. That is
why it ends, and why the normal form of a normal form is itself.
"""

from __future__ import annotations

from collections.abc import Callable

from chainrule.algebra.errors import LimitError
from chainrule.algebra.rewriting import (
    arithmetic_rules,
    entry_rules,
    function_rules,
    matrix_rules,
    reduction_rules,
)
from chainrule.algebra.rewriting.facts import NOTHING, Facts
from chainrule.algebra.rewriting.products import monomial, with_letters, written
from chainrule.algebra.rewriting.rule import Rewrite, Rewriter, Rule
from chainrule.algebra.tree.expression import Expression, with_args
from chainrule.algebra.tree.text import brief

MAX_STEPS = 20_000
"""A guard: no tree that can be typed comes near it."""

DEFINITION = Rule("definition", "The sheet gives this expression a name.")

RULES: dict[object, tuple[Rewriter, ...]] = {
    **arithmetic_rules.RULES,
    **matrix_rules.RULES,
    **reduction_rules.RULES,
    **entry_rules.RULES,
}

_OF_FUNCTIONS = (function_rules.functions,)  # which pass over whatever else has no rules

Log = Callable[[Rewrite], None]


def normal_form(root: Expression, facts: Facts = NOTHING, log: Log | None = None) -> Expression:
    """The normal form of a tree, of the same shape and value.

    log is called for every step, in order; what is told of a node that occurs twice holds for both
    places. Raises LimitError if the steps exceed MAX_STEPS.
    """
    done = facts.normal if log is None and facts is not NOTHING else {}
    found = done.get(root)
    if found is not None:
        return found
    following: dict[Expression, Expression] = {}
    stack = [root]
    steps = 0
    while stack:
        steps += 1
        if steps > MAX_STEPS + 4 * root.size:
            raise LimitError(f"`{brief(root)}` takes more than {MAX_STEPS} steps to simplify")
        current = stack[-1]
        if current in done:
            stack.pop()
            continue
        following_node = following.get(current)
        if following_node is not None:
            result = done.get(following_node)
            if result is None:
                stack.append(following_node)
                continue
            done[current] = result
            stack.pop()
            continue
        args = current.args
        if args:
            missing = [arg for arg in args if arg not in done]
            if missing:
                stack.extend(reversed(missing))
                continue
            changed = with_args(current, tuple(done[arg] for arg in args))
            if changed is not current:
                following[current] = changed
                continue
        step = one_step(current, facts)
        if step is None:
            done[current] = current
            stack.pop()
            continue
        rule, after = step
        if log is not None:
            log(Rewrite(rule, current, after))
        following[current] = after
    return done[root]


def one_step(node: Expression, facts: Facts) -> tuple[Rule, Expression] | None:
    """The first rule that applies to a node whose arguments are in normal form."""
    for rewriter in RULES.get(node.operation, _OF_FUNCTIONS):
        step = rewriter(node, facts)
        if step is not None:
            rule, after = step
            if after.indices != node.indices:  # what cancelled had the only use of a letter
                kept = with_letters(monomial(after), node.indices)
                after = written(kept, facts)
            return None if after is node else (rule, after)
    name = facts.definitions.get(node)
    return None if name is None else (DEFINITION, name)
