"""Ordinary derivatives, rule by rule: the derivative of every part that depends on the variable.

The parts come before the whole, so each step only uses what is known. Rules have the names of the
textbooks: constant multiple, sum, product, quotient, power, chain rule.
"""

from __future__ import annotations

from chainrule.algebra import (
    ADD,
    DIVIDE,
    FUNCTIONS,
    MULTIPLY,
    NEGATE,
    ONE,
    POWER_OF,
    SCALAR,
    TWO,
    ZERO,
    Expression,
    Facts,
    RuleUse,
    brief,
    divide,
    divided,
    natural_log,
    negated,
    normal_form,
    plus,
    postorder,
    powered,
    subtract,
    text,
    times,
)
from chainrule.derivation.deriving.reasons import sentence
from chainrule.derivation.deriving.steps import Step


def is_ordinary(root: Expression) -> bool:
    """Whether all of it are scalars, elementwise operations and numbers: ordinary calculus."""
    return all(
        part.shape == SCALAR and not part.indices and (part.operation.broadcasts or not part.args)
        for part in postorder(root)
    )


def slopes(root: Expression, by: Expression, facts: Facts) -> tuple[list[Step], Expression]:
    """The steps to the derivative of `root` by the name `by`, and the derivative as they give it.

    Each step says: the derivative of `before` is `after`.
    """
    slope: dict[Expression, Expression] = {by: ONE}
    steps: list[Step] = []
    for part in postorder(root):
        if part is by or not any(arg in slope for arg in part.args):
            continue
        rule, raw, why = _slope(part, by, slope)
        steps.append(Step("slope", rule, part, raw, part, why))
        slope[part] = raw if part is root else normal_form(raw, facts)
    return steps, slope.get(root, ZERO)


def _slope(
    part: Expression, by: Expression, slope: dict[Expression, Expression]
) -> tuple[str, Expression, str]:
    """The rule for one part, its derivative from those of its arguments, and the sentence."""
    operation, args = part.operation, part.args
    moving = [arg for arg in args if arg in slope]
    if operation is ADD:
        found = plus(*(slope[arg] for arg in moving))
        return "sum rule", found, "The derivative of a sum is the sum of the derivatives."
    if operation is NEGATE:
        return "constant multiple rule", negated(slope[args[0]]), "The minus sign stays."
    if operation is MULTIPLY:
        return _product(part, slope)
    if operation is DIVIDE:
        return _quotient(part, by, slope)
    if operation is POWER_OF:
        return _power(part, by, slope)
    if operation in FUNCTIONS.values():
        outer = operation.adjoint(part, ONE, 0)
        inner = args[0]
        name = f"{operation.name}{chr(39) * part.params[0]}"
        if outer is None:
            return f"derivative of {name}", ZERO, f"{name} is constant between its jumps."
        if inner is by:
            why = f"The derivative of {name}({text(by)}) is {text(outer)}."
            return f"derivative of {name}", outer, why
        why = (
            f"The outer function is {name}(u), the inner is u = {brief(inner)}: the derivative of "
            f"the outer at u, {brief(outer)}, times that of the inner, {brief(slope[inner])}."
        )
        return "chain rule", times(outer, slope[inner]), why
    return _other(part, slope)


def _product(part: Expression, slope: dict[Expression, Expression]) -> tuple[str, Expression, str]:
    args = part.args
    places = [i for i, arg in enumerate(args) if arg in slope]
    terms = [times(*args[:i], slope[args[i]], *args[i + 1 :]) for i in places]
    if len(places) == 1:
        constant = " * ".join(brief(arg) for i, arg in enumerate(args) if i != places[0])
        return "constant multiple rule", terms[0], f"The constant factor {constant} stays."
    why = "One factor at a time is replaced by its derivative, the others stay; then add up."
    if len(args) == 2:
        u, v = (brief(arg) for arg in args)
        du, dv = (brief(slope[arg]) for arg in args)
        why = f"(u*v)' = u'*v + u*v' with u = {u}, u' = {du}, v = {v}, v' = {dv}."
    return "product rule", plus(*terms), why


def _quotient(
    part: Expression, by: Expression, slope: dict[Expression, Expression]
) -> tuple[str, Expression, str]:
    u, v = part.args
    if v not in slope:
        why = f"The constant divisor {brief(v)} stays."
        return "constant multiple rule", divided(slope[u], v), why
    dv = slope[v]
    if u not in slope:
        found = negated(divide(times(u, dv), powered(v, TWO)))
        why = f"(c/v)' = -c*v'/v**2 with c = {brief(u)}, v = {brief(v)}, v' = {brief(dv)}."
        return "quotient rule", found, why
    du = slope[u]
    found = divide(subtract(times(du, v), times(u, dv)), powered(v, TWO))
    why = (
        f"(u/v)' = (u'*v - u*v')/v**2 with u = {brief(u)}, u' = {brief(du)}, "
        f"v = {brief(v)}, v' = {brief(dv)}."
    )
    return "quotient rule", found, why


def _power(
    part: Expression, by: Expression, slope: dict[Expression, Expression]
) -> tuple[str, Expression, str]:
    base, exponent = part.args
    lower = part.operation.adjoint(part, ONE, 0)
    upper = times(natural_log(base), part)
    if exponent not in slope and lower is not None:
        if base is by:
            n = brief(exponent)
            why = f"The exponent {n} comes in front and the power goes down by one."
            return "power rule", lower, why
        why = (
            f"The outer function is u**{brief(exponent)}, the inner is u = {brief(base)}: the "
            f"power rule at u, {brief(lower)}, times the derivative of the inner, "
            f"{brief(slope[base])}."
        )
        return "chain rule", times(lower, slope[base]), why
    if base not in slope:
        if exponent is by:
            why = f"An exponential a**x has the derivative log(a) * a**x; here a = {brief(base)}."
            return "exponential rule", upper, why
        why = (
            f"The outer function is {brief(base)}**u, the inner is u = {brief(exponent)}: "
            f"{brief(upper)} times the derivative of the inner, {brief(slope[exponent])}."
        )
        return "chain rule", times(upper, slope[exponent]), why
    found = plus(times(lower or ZERO, slope[base]), times(upper, slope[exponent]))
    why = "u**v is exp(v*log(u)): its derivative is v*u**(v-1)*u' + log(u)*u**v*v'."
    return "logarithmic differentiation", found, why


def _other(part: Expression, slope: dict[Expression, Expression]) -> tuple[str, Expression, str]:
    """maximum, minimum and comparisons: the rule that the operation itself has."""
    terms: list[Expression] = []
    why = ""
    for i, arg in enumerate(part.args):
        factor = part.operation.adjoint(part, ONE, i) if arg in slope else None
        if factor is not None:
            terms.append(times(factor, slope[arg]))
            why = why or sentence(RuleUse(part.operation.rule, part, i, ONE, factor))
    return part.operation.rule, plus(*terms), why or "It is constant between its jumps."
