"""Ordinary derivatives, rule by rule: the derivative of every part that depends on the variable.

The parts come before the whole, so each step only uses what is known. Rules have the names of the
textbooks: constant multiple, sum, product, quotient, power, chain rule. A name that the sheet gives
to a part, `u = x**2`, may be used with its derivative by name, `du/dx`.
"""

from __future__ import annotations

from collections.abc import Mapping

from chainrule.algebra import (
    ADD,
    DIVIDE,
    FUNCTIONS,
    MULTIPLY,
    NEGATE,
    ONE,
    POWER_OF,
    SCALAR,
    SYMBOL,
    TWO,
    ZERO,
    Expression,
    Facts,
    RuleUse,
    divide,
    divided,
    natural_log,
    negated,
    normal_form,
    plus,
    postorder,
    powered,
    subtract,
    symbols,
    text,
    times,
)
from chainrule.derivation.deriving.reasons import sentence
from chainrule.derivation.deriving.step import Piece, Reason, Step


def is_ordinary(root: Expression) -> bool:
    """Whether all of it are scalars, elementwise operations and numbers: ordinary calculus."""
    return all(
        part.shape == SCALAR and not part.indices and (part.operation.broadcasts or not part.args)
        for part in postorder(root)
    )


Found = tuple[str, Expression, Reason]
"""The name of a rule, the derivative that it gives, and why."""


def slopes(
    root: Expression,
    by: Expression,
    facts: Facts,
    known: Mapping[Expression, Expression] | None = None,
    name: str | None = None,
) -> tuple[list[Step], Expression]:
    """The steps to the derivative of `root` by the name `by`, and the derivative as they give it.

    Each step says: the derivative of `before` is `after`. known: the derivatives of names in
    `root` that depend on `by`. name: what `root` defines.
    """
    slope: dict[Expression, Expression] = {by: ONE, **(known or {})}
    steps: list[Step] = []
    if root in slope:
        why: Reason = (root, " grows as fast as itself.") if root is by else (root, " is the same.")
        return [Step("slope", "same", root, slope[root], root, why, of=name)], slope[root]
    for part in postorder(root):
        if part in slope or not any(arg in slope for arg in part.args):
            continue
        rule, raw, why = _slope(part, by, slope)
        tidy = normal_form(raw, facts)
        last = part is root
        steps.append(
            Step(
                "slope",
                rule,
                part,
                raw if last else tidy,
                part,
                why,
                of=name if last else None,
                between=None if last or tidy is raw else raw,
            )
        )
        slope[part] = raw if last else tidy
    return steps, slope.get(root, ZERO)


def _slope(part: Expression, by: Expression, slope: Mapping[Expression, Expression]) -> Found:
    """The rule for one part, its derivative from those of its arguments, and the sentence."""
    operation, args = part.operation, part.args
    if operation is ADD:
        return _sum(part, slope)
    if operation is NEGATE:
        return "constant multiple rule", negated(slope[args[0]]), ("The minus sign stays.",)
    if operation is MULTIPLY:
        return _product(part, slope)
    if operation is DIVIDE:
        return _quotient(part, slope)
    if operation is POWER_OF:
        return _power(part, by, slope)
    if operation in FUNCTIONS.values():
        return _function(part, by, slope)
    return _other(part, slope)


def _sum(part: Expression, slope: Mapping[Expression, Expression]) -> Found:
    moving = [arg for arg in part.args if arg in slope]
    still = [
        arg.args[0] if arg.operation is NEGATE else arg for arg in part.args if arg not in slope
    ]
    why: Reason = ("The derivative of a sum is the sum of the derivatives",)
    if still:
        names = tuple(piece for arg in still for piece in (" and ", arg))[1:]
        words = _CONSTANT[len(still) == 1]
        why = (*why, "; ", *names, f" {words} 0")
    return "sum rule", plus(*(slope[arg] for arg in moving)), (*why, ".")


_CONSTANT = {
    True: "is constant here: its derivative is",
    False: "are constant here: each derivative is",
}


def _function(part: Expression, by: Expression, slope: Mapping[Expression, Expression]) -> Found:
    operation, inner = part.operation, part.args[0]
    outer = operation.adjoint(part, ONE, 0)
    name = f"{operation.name}{chr(39) * part.params[0]}"
    if outer is None:
        return f"derivative of {name}", ZERO, (f"{name} is constant between its jumps.",)
    if inner is by:
        return f"derivative of {name}", outer, ("The derivative of ", part, " is ", outer, ".")
    return "chain rule", times(outer, slope[inner]), _chain(name, inner, outer, slope[inner])


def _chain(outer: str, inner: Expression, slope: Expression, of_inner: Expression) -> Reason:
    return (
        f"The outer function is {outer}, the inner is ", inner, ": the derivative of the outer, "
        "taken at the inner, is ", slope, "; it is multiplied by that of the inner, ", of_inner,
        ".",
    )  # fmt: skip


def _product(part: Expression, slope: Mapping[Expression, Expression]) -> Found:
    args = part.args
    places = [i for i, arg in enumerate(args) if arg in slope]
    terms = [times(*args[:i], slope[args[i]], *args[i + 1 :]) for i in places]
    if len(places) == 1:
        constants = [arg for i, arg in enumerate(args) if i != places[0]]
        names = [piece for arg in constants for piece in (" and ", arg)][1:]
        said = ("The constant factor " if len(constants) == 1 else "The constant factors ", *names)
        return "constant multiple rule", terms[0], (*said, _STAYS[len(constants) == 1])
    why: Reason = (
        "One factor at a time is replaced by its derivative, the others stay; then add up.",
    )
    if len(args) == 2:
        u, v = args
        terms = [times(slope[u], v), times(u, slope[v])]
        why = _formula("`(u*v)' = u'*v + u*v'`", u, v, slope)
    return "product rule", plus(*terms), why


_STAYS = {True: " stays.", False: " stay."}


def _quotient(part: Expression, slope: Mapping[Expression, Expression]) -> Found:
    u, v = part.args
    if v not in slope:
        return (
            "constant multiple rule",
            divided(slope[u], v),
            ("The constant divisor ", v, " stays."),
        )
    dv = slope[v]
    if u not in slope:
        found = negated(divide(times(u, dv), powered(v, TWO)))
        rule, (over, under) = _letters("`(c/v)' = -c*v'/v**2`", ("c", "v"), (u, v))
        why = (
            f"{rule} with `{over}` = ", u, f", `{under}` = ", v, f", `{under}'` = ", dv, ".",
        )  # fmt: skip
        return "quotient rule", found, why
    du = slope[u]
    found = divide(subtract(times(du, v), times(u, dv)), powered(v, TWO))
    return "quotient rule", found, _formula("`(u/v)' = (u'*v - u*v')/v**2`", u, v, slope)


def _formula(
    rule: str, u: Expression, v: Expression, slope: Mapping[Expression, Expression]
) -> Reason:
    """The rule for u and v with what they are here; the sheet may call its own parts u and v."""
    names = [x.params[0] if x.operation is SYMBOL else None for x in (u, v)]
    rule, letters = _letters(rule, ("u", "v"), (u, v))
    pieces: list[Piece] = []
    for letter, name, x in zip(letters, names, (u, v), strict=True):
        pieces += [] if name == letter else [f", `{letter}` = ", x]
        pieces += [f", `{letter}'` = ", slope[x]]
    return (f"{rule} with ", str(pieces[0])[2:], *pieces[1:], ".")


def _letters(
    rule: str, letters: tuple[str, str], parts: tuple[Expression, Expression]
) -> tuple[str, tuple[str, str]]:
    """The rule in its own letters, or in p and q where the parts have those for something else."""
    for letter, part in zip(letters, parts, strict=True):
        if set(symbols(part)) & set(letters) and text(part) != letter:
            return rule.translate(str.maketrans("".join(letters), "pq")), ("p", "q")
    return rule, letters


def _power(part: Expression, by: Expression, slope: Mapping[Expression, Expression]) -> Found:
    base, exponent = part.args
    lower = part.operation.adjoint(part, ONE, 0)
    upper = times(natural_log(base), part)
    if exponent not in slope and lower is not None:
        if base is by:
            why = ("The exponent ", exponent, " comes in front and the power goes down by one.")
            return "power rule", lower, why
        raised = f"the power {text(exponent)}"
        return "chain rule", times(lower, slope[base]), _chain(raised, base, lower, slope[base])
    if base not in slope:
        if exponent is by:
            why = ("An exponential `a**x` has the derivative `log(a)*a**x`; here `a` = ", base, ".")
            return "exponential rule", upper, why
        why = _chain(f"{text(base)} to a power", exponent, upper, slope[exponent])
        return "chain rule", times(upper, slope[exponent]), why
    found = plus(times(lower or ZERO, slope[base]), times(upper, slope[exponent]))
    rule = "`u**v` is `exp(v*log(u))`: its derivative is `v*u**(v-1)*u' + log(u)*u**v*v'`"
    why = _formula(rule, base, exponent, slope)
    return "logarithmic differentiation", found, why


def _other(part: Expression, slope: Mapping[Expression, Expression]) -> Found:
    """maximum, minimum and comparisons: the rule that the operation itself has."""
    terms: list[Expression] = []
    why: Reason = ()
    for i, arg in enumerate(part.args):
        factor = part.operation.adjoint(part, ONE, i) if arg in slope else None
        if factor is not None:
            terms.append(times(factor, slope[arg]))
            why = why or sentence(RuleUse(part.operation.rule, part, i, ONE, factor))
    return part.operation.rule, plus(*terms), why or ("It is constant between its jumps.",)
