"""One plain sentence for every rule of differentiation, with the parts it speaks of."""

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
    POWER_OF,
    SOFTMAX,
    SUM_OF,
    SYMBOL,
    TRANSPOSE,
    UNFOLD,
    UNFOLD_PRIME,
    Expression,
    Facts,
    Rewrite,
    RuleUse,
    brief,
    symbols,
)

STRETCHED = "sum over the stretched axes"


def rule_name(use: RuleUse) -> str:
    """The rule as the textbooks call it."""
    operation = use.node.operation
    if use.rule == STRETCHED:
        return "sum over what was broadcast"
    if operation in (MULTIPLY, MATMUL) and _constant(use):
        return "constant factor" if operation is MULTIPLY else "matrix product rule"
    if operation is DIVIDE and use.argument == 0:
        return "constant factor"
    if operation in FUNCTIONS.values() or operation in (SOFTMAX, POWER_OF):
        return "chain rule" if use.node.args[0].operation is not SYMBOL else use.rule
    return {NEGATE: "constant factor", SUM_OF: "sum rule", MEAN: "sum rule"}.get(
        operation, use.rule
    )


def _constant(use: RuleUse) -> bool:
    """Whether all other factors are numbers and sizes."""
    others = [arg for i, arg in enumerate(use.node.args) if i != use.argument]
    return not any(symbols(arg) for arg in others)


def sentence(use: RuleUse) -> str:
    """Why the rule gives what it gives, in one sentence."""
    node, operation = use.node, use.node.operation
    part = brief(node.args[use.argument])
    if use.rule == STRETCHED:
        return f"`{part}` was used for every row or column it was stretched over; those add up."
    if operation is ADD:
        return f"`{part}` is a term of the sum; its slope is 1, so it gets all of it."
    if operation is NEGATE:
        return f"The minus sign in front of `{part}` stays."
    if operation is MULTIPLY:
        others = [arg for i, arg in enumerate(node.args) if i != use.argument]
        kept = " * ".join(f"`{brief(arg)}`" for arg in others)
        return f"`{part}` is multiplied by {kept}, so its derivative is too."
    if operation is DIVIDE:
        under = brief(node.args[1])
        if use.argument == 0:
            return f"`{part}` is divided by `{under}`, so its derivative is too."
        return f"`{under}` stands below the bar: the slope of u/v by v is -u/v**2."
    if operation is MATMUL:
        return _matrix_sentence(node, use.argument, part)
    if operation is SUM_OF or operation.name == "sum over":
        return f"Every entry of `{part}` is a term of the sum and gets the same."
    if operation is MEAN:
        return "A mean is a sum divided by the number of terms; every term gets that share."
    if operation is POWER_OF:
        if use.argument == 1:
            return f"The slope of u**v by v is log(u) * u**v; here v is `{part}`."
        return f"The outer function is the power, the inner is `{part}`: u**n has slope n*u**(n-1)."
    if operation is SOFTMAX:
        return (
            f"Every entry of `{brief(node)}` depends on every entry of `{part}`: a*(g - sum(g*a))."
        )
    if operation is TRANSPOSE:
        return f"`{part}` was transposed, so what comes back is transposed."
    if operation in FUNCTIONS.values():
        outer = f"{operation.name}{chr(39) * node.params[0]}"
        return f"The outer function is {outer}, the inner is `{part}`; the slope of {outer} is " + (
            f"taken at `{part}`."
        )
    return f"{_capital(use.rule)}, used on `{brief(node)}`."


def _matrix_sentence(node: Expression, argument: int, part: str) -> str:
    if argument == 0:
        other = " @ ".join(brief(arg) for arg in node.args[1:])
        return f"`{part}` is multiplied from the right by `{other}`; its transpose goes there."
    other = " @ ".join(brief(arg) for arg in node.args[:argument])
    return f"`{part}` is multiplied from the left by `{other}`; its transpose goes there."


def reason(rewrite: Rewrite, facts: Facts) -> str:
    """Why a rewriting step is allowed, with the names it is about."""
    rule, before, after = rewrite.rule, rewrite.before, rewrite.after
    if rule in (DEFINITION, UNFOLD):
        return f"`{brief(before)}` is `{brief(after)}`: the sheet says so."
    if rule is DISTRIBUTION:
        of = before.args[0]
        base = of.args[0] if of.operation is TRANSPOSE else of
        because = "it is declared so" if base in facts.distributions else "it is a softmax"
        if base in facts.meanings:
            because = "it is a softmax"
        return f"The entries of `{brief(of)}` add up to 1: {because}."
    if rule in (UNFOLD_PRIME, FOLD_PRIME):
        return f"`{brief(before)}` is `{brief(after)}`: {rule.why}"
    if rule is CANCEL:
        gone = [base for base in _bases(before) if base not in _bases(after)]
        if gone:
            names = " and ".join(f"`{brief(base)}`" for base in gone)
            return f"{names} stands above and below the bar, so it cancels."
    return rule.why


def _bases(x: Expression) -> list[Expression]:
    """The factors of a product or quotient, above and below."""
    found: list[Expression] = []
    stack = [x]
    while stack:
        part = stack.pop()
        if part.operation in (MULTIPLY, DIVIDE, NEGATE):
            stack.extend(part.args)
        elif part.operation is POWER_OF:
            stack.append(part.args[0])
        elif symbols(part) and part not in found:
            found.append(part)
    return found


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
