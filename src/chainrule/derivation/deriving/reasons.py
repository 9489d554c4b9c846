"""Why a rule of differentiation gives what it gives, with the parts it speaks of."""

from __future__ import annotations

from chainrule.algebra import (
    ADD,
    CANCEL,
    DEFINITION,
    DISTRIBUTION,
    DIVIDE,
    FOLD_PRIME,
    FUNCTIONS,
    MATMUL,
    MEAN,
    MULTIPLY,
    NEGATE,
    ONE,
    POWER_OF,
    SCALAR,
    SOFTMAX,
    SUM_OF,
    SUM_OVER,
    SYMBOL,
    TRANSPOSE,
    UNFOLD,
    UNFOLD_PRIME,
    ZERO,
    Expression,
    Facts,
    Rewrite,
    RuleUse,
    symbols,
)
from chainrule.derivation.deriving.products_by_entry import product_reason, transpose_reason
from chainrule.derivation.deriving.reasons_of_parts import REASONS
from chainrule.derivation.deriving.step import Reason

STRETCHED = "sum over the stretched axes"


def rule_name(use: RuleUse, alone: bool) -> str:
    """The rule as the textbooks call it.

    alone: whether no other argument depends on what the derivative is taken by.
    """
    operation = use.node.operation
    if use.rule == STRETCHED:
        return "sum over what was broadcast"
    if operation is MULTIPLY:
        return "constant factor" if alone else "product rule"
    if operation is DIVIDE:
        return "constant factor" if alone and use.argument == 0 else "quotient rule"
    if operation in FUNCTIONS.values() or operation in (SOFTMAX, POWER_OF):
        return "chain rule" if use.node.args[0].operation is not SYMBOL else use.rule
    return _NAMES.get(operation, use.rule)


_NAMES = {NEGATE: "constant factor", SUM_OF: "sum rule", MEAN: "sum rule", SUM_OVER: "sum rule"}


def sentence(use: RuleUse, letters: tuple[str, ...] = ("j", "k", "l")) -> Reason:
    """Why the rule gives what it gives. letters: for entries, none of them a name of the sheet."""
    node, operation = use.node, use.node.operation
    part = node.args[use.argument]
    if use.rule == STRETCHED:
        return _stretched(node, part)
    if operation is ADD:
        return (
            part, " is a term of ", node, ": its slope is 1, so its derivative is that of the ",
            "sum, ", use.upstream, ".",
        )  # fmt: skip
    if operation is NEGATE:
        return (part, " has a minus sign in front: the slope is -1.")
    if operation is MULTIPLY:
        others = [arg for i, arg in enumerate(node.args) if i != use.argument]
        factors = [piece for arg in others for piece in (" times ", arg)][1:]
        return (part, " is multiplied by ", *factors, ": that is the slope.")
    if operation is DIVIDE:
        under = node.args[1]
        if use.argument == 0:
            return (part, " is divided by ", under, ": the slope is 1 over that.")
        return ("`p/q` has the slope `-p/q**2` by `q`; here `q` is ", under, ".")
    if operation is MATMUL:
        return product_reason(use, letters)
    if operation in (SUM_OF, SUM_OVER):
        return ("Each entry of ", part, " is a term of the sum, with slope 1.")
    if operation is MEAN:
        return ("A mean is the sum of the entries of ", part, ", divided by how many there are.")
    if operation is POWER_OF:
        return _power(node, use.argument)
    if operation is SOFTMAX:
        return _softmax(node, part)
    if operation is TRANSPOSE:
        return transpose_reason(use, letters)
    if operation in FUNCTIONS.values():
        return _function(use, part)
    if operation.name in REASONS:
        return REASONS[operation.name](use)
    return (f"{use.rule[:1].upper()}{use.rule[1:]}: what comes back to ", part, " from ", node, ".")


def _softmax(node: Expression, part: Expression) -> Reason:
    lying = "" if 1 in node.shape else f"In each {'row' if node.params[0] == 1 else 'column'}: "
    return (
        f"{lying}{'the' if lying else 'The'} slope of entry `i` of ", node, " by entry `j` of ",
        part, " is `a[i]*(1 - a[i])` for `i = j` and `-a[i]*a[j]` otherwise, with `a` for the "
        "softmax. With `g` for the derivative by the softmax, `g[i]` times these slopes, added up "
        "over `i`, is `a[j]*(g[j] - sum(g*a))`.",
    )  # fmt: skip


def _stretched(node: Expression, part: Expression) -> Reason:
    if part.shape == SCALAR:
        return (part, " is used for every entry: what comes from each of them is added up.")
    lying = "row" if part.shape[0] == 1 else "column"
    return (part, f" is used for every {lying}: what comes from each of them is added up.")


def _power(node: Expression, argument: int) -> Reason:
    base, exponent = node.args
    slope = node.operation.adjoint(node, ONE, argument)
    if slope is None or argument == 1 or base.operation is SYMBOL:
        return ("The slope of ", node, " by ", node.args[argument], " is ", slope or ZERO, ".")
    return (
        "The outer function is the power ", exponent, ", the inner is ", base,
        ": the slope of the outer, taken at the inner, is ", slope, ".",
    )  # fmt: skip


def _function(use: RuleUse, part: Expression) -> Reason:
    name = f"{use.node.operation.name}{chr(39) * use.node.params[0]}"
    slope = use.node.operation.adjoint(use.node, ONE, 0)
    if slope is None:
        return (f"{name} is constant between its jumps.",)
    if part.operation is SYMBOL:
        return ("The slope of ", use.node, " by ", part, " is ", slope, ".")
    return (
        f"The outer function is {name}, the inner is ", part,
        ": the slope of the outer, taken at the inner, is ", slope, ".",
    )  # fmt: skip


def reason(rewrite: Rewrite, facts: Facts) -> Reason:
    """Why a rewriting step is allowed, with the names it is about."""
    rule, before, after = rewrite.rule, rewrite.before, rewrite.after
    if rule in (DEFINITION, UNFOLD):
        return (before, " is ", after, ": the sheet says so.")
    if rule is DISTRIBUTION:
        of = before.args[0]
        base = of.args[0] if of.operation is TRANSPOSE else of
        declared = base in facts.distributions and base not in facts.meanings
        because = "it is declared so" if declared else "it is a softmax"
        along = _AXES.get(before.params[0], "")
        return ("The entries ", f"{along}of " if along else "of ", of, f" add up to 1: {because}.")
    if rule is UNFOLD_PRIME:
        return (before, " is ", after, f": {_SLOPES.get(before.operation.name, rule.why)}.")
    if rule is FOLD_PRIME:
        return (before, " is ", after, ".")
    if rule is CANCEL:
        return _cancelled(before, after)
    return (rule.why,)


_AXES = {0: "of each column ", 1: "of each row "}
_SLOPES = {
    "sigma": "the slope of the sigmoid, by its own value",
    "tanh": "the slope of the hyperbolic tangent, by its own value",
}


def _cancelled(before: Expression, after: Expression) -> Reason:
    """What stood above and below the bar: gone, or there less often."""
    over, under = (_bases(before, side) for side in (1, -1))
    both = [base for base in over if base in under]
    gone = [base for base in both if base not in (*_bases(after, 1), *_bases(after, -1))]
    if not both:
        return (CANCEL.why,)
    names = [piece for base in gone or both for piece in (" and ", base)][1:]
    if not gone:
        return (*names, " stands above and below the bar: as often as above, it cancels.")
    verb, so = ("stands", "it cancels") if len(gone) == 1 else ("stand", "they cancel")
    return (*names, f" {verb} above and below the bar, so {so}.")


def _bases(x: Expression, wanted: int) -> list[Expression]:
    """The factors of a product or quotient above the bar (1) or below it (-1)."""
    found: list[Expression] = []
    stack = [(x, 1)]
    while stack:
        part, side = stack.pop()
        if part.operation in (MULTIPLY, NEGATE):
            stack.extend((arg, side) for arg in part.args)
        elif part.operation is DIVIDE:
            stack += [(part.args[0], side), (part.args[1], -side)]
        elif part.operation is POWER_OF:
            stack.append((part.args[0], side))
        elif side == wanted and symbols(part) and part not in found:
            found.append(part)
    return found
