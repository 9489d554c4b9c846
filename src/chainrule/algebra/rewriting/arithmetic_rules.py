"""Rewriting sums and products: like terms, powers, numbers, signs, order."""

from __future__ import annotations

from fractions import Fraction

from chainrule.algebra.rewriting.facts import Facts
from chainrule.algebra.rewriting.ordering import in_order
from chainrule.algebra.rewriting.products import (
    Monomial,
    missing,
    monomial,
    normal_monomial,
    with_letters,
    written,
)
from chainrule.algebra.rewriting.rule import Rewriter, Rule
from chainrule.algebra.tree.arithmetic import ADD, MULTIPLY, NEGATE, add, multiply, negated
from chainrule.algebra.tree.elementary_functions import SQRT
from chainrule.algebra.tree.expression import Expression, postorder
from chainrule.algebra.tree.leaves import NUMBER, ONE, ONES, ZERO, ones
from chainrule.algebra.tree.powers import DIVIDE, POWER_OF, rational
from chainrule.algebra.tree.shapes import SCALAR, broadcast_all

NUMBERS = Rule("work the numbers out", "The numbers are multiplied, divided or added up.")
CANCEL = Rule("cancel", "The same factor stands above and below the bar, so it cancels.")
POWERS = Rule("collect powers", "Powers of the same base are multiplied by adding exponents.")
ROOTS = Rule("root as a power", "A square root is the power 1/2: its square is what is under it.")
POWER_OF_POWER = Rule("power of a power", "The exponents are multiplied: (u**a)**b is u**(a*b).")
BELOW = Rule("negative power", "A negative exponent puts the power below the bar.")
ZERO_FACTOR = Rule("a factor is zero", "A product with a factor 0 is 0.")
ORDER = Rule("order the factors", "A product may be written in any order: numbers come first.")
SIGN = Rule("two minus signs", "Two minus signs make a plus.")
MINUS_FRONT = Rule("minus sign to the front", "A minus sign is written in front of a product.")
MINUS_INSIDE = Rule("minus sign into the bracket", "-(a - b) is b - a.")
ONE_FACTOR = Rule("factor 1", "A factor 1 changes nothing.")
NAMED = {
    "collect powers": POWERS,
    "definition of softmax": Rule(
        "definition of softmax", "exp(z) divided by its sum is softmax(z)."
    ),
    "definition of sigma": Rule("definition of sigma", "1/(1 + exp(-z)) is sigma(z)."),
}
LIKE_TERMS = Rule("collect like terms", "Terms that differ only in their numbers are added up.")
BRACKETS = Rule(
    "take the brackets off", "A minus sign in front of a bracket turns every sign in it."
)
TERM_ORDER = Rule("order the terms", "A sum may be written in any order.")
NO_ONES = Rule("broadcasting", "A matrix of ones is not needed: the other part has the shape.")
ONE_POWER = Rule("power of one", "1 to any power is 1; anything to the power 1 is itself.")


def product(node: Expression, facts: Facts) -> tuple[Rule, Expression] | None:
    """A product, quotient, negation or power, gathered and put in order."""
    if node.operation is POWER_OF:
        base, exponent = node.args
        if rational(exponent) is None:
            return (ONE_POWER, filled_one(node)) if base is ONE else None
    found = monomial(node)
    named, name = normal_monomial(found, facts)
    if node.indices:
        named = with_letters(named, node.indices)
    after = written(named, facts)
    if after is node:
        return None
    return (NAMED[name] if name is not None else _change(node, after, found)), after


def filled_one(node: Expression) -> Expression:
    return ONE if node.shape == SCALAR else ones(node.shape)


def _change(before: Expression, after: Expression, found: Monomial) -> Rule:
    """What a step on a product did, by the most telling thing it did."""
    if found.coefficient == 0:
        return ZERO_FACTOR
    sides: dict[Expression, list[int]] = {}
    numbers = signs = ones_met = 0
    lost = False
    stack = [(before, 1)]
    while stack:
        part, side = stack.pop()
        operation = part.operation
        if operation is NUMBER:
            numbers += part is not ONE
            ones_met += part is ONE
        elif operation is ONES:
            lost = lost or part not in after.args
        elif operation in (MULTIPLY, NEGATE):
            signs += operation is NEGATE
            stack.extend((arg, side) for arg in part.args)
        elif operation is DIVIDE:
            stack += [(part.args[0], side), (part.args[1], -side)]
        elif operation is POWER_OF and rational(part.args[1]) is not None:
            stack.append((part.args[0], side))
        else:
            sides.setdefault(part, []).append(side)
    left = set(postorder(after))
    gone = [base for base in sides if base not in found.powers and base not in left]
    if any(base.operation is SQRT and base.args[0] in found.powers for base in gone):
        return ROOTS
    if gone or any(len(set(where)) > 1 for where in sides.values()):
        return CANCEL
    if any(len(where) > 1 for where in sides.values()):
        return POWERS
    if any(p.operation is POWER_OF and p.args[0].operation is POWER_OF for p in postorder(before)):
        return POWER_OF_POWER
    if numbers > 1 or _numbers(before) != _numbers(after):
        return NUMBERS
    if lost:
        return NO_ONES
    if _negative_powers(before) > _negative_powers(after):
        return BELOW
    if signs > 1:
        return SIGN
    if ones_met and ONE not in after.args:
        return ONE_FACTOR
    if signs and before.operation is not NEGATE:
        return MINUS_FRONT
    return MINUS_INSIDE if signs and after.operation is ADD else ORDER


def _negative_powers(x: Expression) -> int:
    powers = [rational(p.args[1]) for p in postorder(x) if p.operation is POWER_OF]
    return sum(power is not None and power < 0 for power in powers)


def _numbers(x: Expression) -> list[str]:
    """The numbers in a product, sorted, other than 1."""
    return sorted(str(p.params[0]) for p in postorder(x) if p.operation is NUMBER and p is not ONE)


def sum_of_terms(node: Expression, facts: Facts) -> tuple[Rule, Expression] | None:
    """A sum, flattened, like terms collected, in order."""
    terms: list[tuple[Fraction, Expression]] = []
    stack = [(arg, 1) for arg in reversed(node.args)]
    while stack:
        arg, sign = stack.pop()
        if arg.operation is ADD:
            stack.extend((inner, sign) for inner in reversed(arg.args))
        elif arg.operation is NEGATE:
            stack.append((arg.args[0], -sign))
        else:
            coefficient, rest = split(arg, facts)
            terms.append((sign * coefficient, rest))
    collected: dict[Expression, Fraction] = {}
    for coefficient, rest in terms:
        collected[rest] = collected.get(rest, Fraction(0)) + coefficient
    had_ones = any(_has_ones(rest) for rest in collected)
    if had_ones:
        collected = _without_ones(collected, node, facts)
    kept = [(coefficient, rest) for rest, coefficient in collected.items() if coefficient != 0]
    after = _sum(kept, node, facts)
    if after is node:
        return None
    if len(kept) == len(terms):
        if had_ones and not any(_has_ones(rest) for _, rest in kept):
            return NO_ONES, after
        turned = any(a.operation is NEGATE and a.args[0].operation is ADD for a in node.args)
        return (BRACKETS if turned else TERM_ORDER), after
    return (NUMBERS if all(rest is ONE for _, rest in terms) else LIKE_TERMS), after


def split(term: Expression, facts: Facts) -> tuple[Fraction, Expression]:
    """A term as a number times the rest."""
    operation = term.operation
    if operation in (MULTIPLY, DIVIDE, NEGATE):
        found = monomial(term)
        if found.coefficient == 0:
            return Fraction(0), term
        if found.coefficient == 1:
            return found.coefficient, term
        rest = Monomial(Fraction(1), found.powers, found.shape)
        return found.coefficient, written(rest, facts)
    if operation is NUMBER:
        return Fraction(term.params[0]), ONE
    return Fraction(1), term


def scaled(coefficient: Fraction, rest: Expression, facts: Facts) -> Expression:
    """coefficient * rest, in normal form."""
    if coefficient == 1:
        return rest
    if coefficient == -1 and rest.operation is not ADD:
        return negated(rest)
    found = monomial(rest)
    return written(Monomial(found.coefficient * coefficient, found.powers, found.shape), facts)


def _sum(kept: list[tuple[Fraction, Expression]], node: Expression, facts: Facts) -> Expression:
    covered = broadcast_all(rest.shape for _, rest in kept)
    if not kept:
        return ZERO if node.shape == SCALAR else multiply(ZERO, ones(node.shape))
    if covered != node.shape and covered is not None:
        coefficient, rest = kept[0]
        stretched = multiply(rest, ones(missing(rest.shape, node.shape)))
        kept[0] = (coefficient, written(monomial(stretched), facts))
    return add(*in_order((scaled(coefficient, rest, facts) for coefficient, rest in kept), facts))


def _has_ones(rest: Expression) -> bool:
    return rest.operation is ONES or (
        rest.operation in (MULTIPLY, DIVIDE)
        and any(base.operation is ONES for base in monomial(rest).powers)
    )


def _without_ones(
    collected: dict[Expression, Fraction], node: Expression, facts: Facts
) -> dict[Expression, Fraction]:
    """The terms without the ones that the other terms make needless."""
    terms = list(collected.items())
    for i, (rest, coefficient) in enumerate(terms):
        if not _has_ones(rest):
            continue
        powers = {b: e for b, e in monomial(rest).powers.items() if b.operation is not ONES}
        shape = broadcast_all(base.shape for base in powers) or SCALAR
        others = [other.shape for j, (other, c) in enumerate(terms) if j != i and c != 0]
        if broadcast_all([shape, *others]) == node.shape:
            terms[i] = (written(Monomial(Fraction(1), powers, shape), facts), coefficient)
    result: dict[Expression, Fraction] = {}
    for rest, coefficient in terms:
        result[rest] = result.get(rest, Fraction(0)) + coefficient
    return result


RULES: dict[object, tuple[Rewriter, ...]] = {
    ADD: (sum_of_terms,),
    MULTIPLY: (product,),
    DIVIDE: (product,),
    NEGATE: (product,),
    POWER_OF: (product,),
}
