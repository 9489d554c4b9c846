"""Elementwise products as a number times powers, and how a textbook writes them.

A product, quotient, negation or power is taken apart into a rational coefficient and a table of
bases with rational exponents; what is equal is gathered; then it is written in one way: scalars in
front, what is divided by below one bar.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import gcd

from chainrule.algebra.rewriting.facts import Facts
from chainrule.algebra.rewriting.ordering import factor_key, in_order
from chainrule.algebra.tree.arithmetic import ADD, MULTIPLY, NEGATE, add, multiply, negate, negated
from chainrule.algebra.tree.elementary_functions import SIGMA, SQRT
from chainrule.algebra.tree.expression import Expression, Index, node
from chainrule.algebra.tree.indexing import ENTRY, entry
from chainrule.algebra.tree.leaves import NUMBER, ONE, ONES, ZERO, decimal, ones
from chainrule.algebra.tree.powers import DIVIDE, EXP, POWER_OF, divide, number, power, rational
from chainrule.algebra.tree.reductions import SUM_OF, softmax
from chainrule.algebra.tree.shapes import SCALAR, Shape, broadcast_all

HALF = Fraction(1, 2)
_UNIT = Fraction(1)
MAX_EXPONENT = 64
"""The largest whole power of a number that is worked out."""

MAX_DIGITS = 10**30
"""Numbers above this are not multiplied out."""


_COMPOSED = (MULTIPLY, DIVIDE, NEGATE, NUMBER)
_TAKEN_APART = (*_COMPOSED, POWER_OF, SQRT)


@dataclass(frozen=True, slots=True)
class Monomial:
    """coefficient * base**exponent * ..., elementwise, broadcast to `shape`."""

    coefficient: Fraction
    powers: Mapping[Expression, Fraction]
    shape: Shape

    def times(self, base: Expression, exponent: Fraction) -> Monomial:
        powers = dict(self.powers)
        powers[base] = powers.get(base, Fraction(0)) + exponent
        if powers[base] == 0:
            del powers[base]
        return Monomial(self.coefficient, powers, self.shape)


def monomial(x: Expression) -> Monomial:
    """`x` as a monomial. What is no product, quotient or power is its own base."""
    if x.operation not in _TAKEN_APART:
        return Monomial(_UNIT, {x: _UNIT}, x.shape)
    powers: dict[Expression, Fraction] = {}
    coefficient = _gather(x, powers)
    # Two roots may have met and made a whole power of what can be taken apart.
    for base, exponent in list(powers.items()):
        if exponent.denominator == 1 and base.operation in _COMPOSED:
            del powers[base]
            inner = power(base, plain_number(exponent)) if exponent != 1 else base
            coefficient *= _gather(inner, powers)
    return Monomial(coefficient, powers, x.shape)


def _gather(x: Expression, powers: dict[Expression, Fraction]) -> Fraction:
    """The factors of `x` added to `powers`; the number in front is returned."""
    coefficient = Fraction(1)
    stack: list[tuple[Expression, Fraction]] = [(x, _UNIT)]
    while stack:
        factor, exponent = stack.pop()
        operation = factor.operation
        if operation is MULTIPLY and exponent.denominator == 1:
            stack.extend((arg, exponent) for arg in reversed(factor.args))
        elif operation is DIVIDE and exponent.denominator == 1:
            over, under = factor.args
            stack.append((under, -exponent))
            stack.append((over, exponent))
        elif operation is NEGATE and exponent.denominator == 1:
            if exponent.numerator % 2:
                coefficient = -coefficient
            stack.append((factor.args[0], exponent))
        elif operation is NUMBER:
            worth = _powered_number(factor.params[0], exponent)
            if worth is None or not _is_small(coefficient * worth):
                _put(powers, factor, exponent)
            else:
                coefficient *= worth
        elif operation is ONES:
            powers[factor] = _UNIT
        elif operation is SQRT and factor.params[0] == 0:
            _put_power(stack, powers, factor.args[0], exponent * HALF)
        elif operation is POWER_OF and exponent.denominator == 1:
            inner = rational(factor.args[1])
            if inner is None:
                _put(powers, factor, exponent)
            else:
                _put_power(stack, powers, factor.args[0], inner * exponent)
        else:
            _put(powers, factor, exponent)
    return coefficient


def _put_power(
    stack: list[tuple[Expression, Fraction]],
    powers: dict[Expression, Fraction],
    base: Expression,
    exponent: Fraction,
) -> None:
    """base**exponent, taken apart further only if the power is whole: sqrt(x*y) stays."""
    if exponent.denominator == 1:
        stack.append((base, exponent))
    else:
        _put(powers, base, exponent)


def _put(powers: dict[Expression, Fraction], base: Expression, exponent: Fraction) -> None:
    total = powers.get(base, Fraction(0)) + exponent
    if total == 0:
        powers.pop(base, None)
    else:
        powers[base] = total


def _powered_number(value: int | Fraction, exponent: Fraction) -> Fraction | None:
    if exponent.denominator != 1 or abs(exponent) > MAX_EXPONENT:
        return None
    if value == 0:
        return Fraction(0) if exponent > 0 else None
    result = Fraction(value) ** exponent.numerator
    return result if _is_small(result) else None


def _is_small(value: Fraction) -> bool:
    return max(abs(value.numerator), value.denominator) < MAX_DIGITS


def with_letters(found: Monomial, letters: Iterable[Index]) -> Monomial:
    """The monomial depending on exactly these free letters: by entries of ones where it lacks one,
    and without such entries where something else has the letter."""
    powers = {base: e for base, e in found.powers.items() if not _is_one(base)}
    have = {index for base in powers for index in base.indices}
    for letter, size in letters:
        if (letter, size) not in have:
            powers[entry(ones((size, 1)), letter)] = _UNIT
    return Monomial(found.coefficient, powers, found.shape)


def _is_one(base: Expression) -> bool:
    return base.operation is ENTRY and base.args[0].operation is ONES


def normal_monomial(found: Monomial, facts: Facts) -> tuple[Monomial, str | None]:
    """The monomial with what has a name of its own gathered, and the name of that step."""
    powers = found.powers
    for base, exponent in powers.items():
        if base.operation is POWER_OF and exponent == 1:
            below, above = base.args
            extra = powers.get(below)
            if extra is not None and extra.denominator == 1 and rational(above) is None:
                joined = power(below, add(above, plain_number(extra)))
                changed = found.times(base, -_UNIT).times(below, -extra).times(joined, _UNIT)
                return changed, "collect powers"
        if exponent < 0 and base.operation is SUM_OF and base.args[0].operation is EXP:
            top = base.args[0]
            if powers.get(top, Fraction(0)) >= 1 and exponent.denominator == 1:
                axis = base.params[0]
                if axis is None:
                    if 1 not in top.shape or top.shape == SCALAR:
                        continue
                    axis = 0 if top.shape[1] == 1 else 1
                named = softmax(top.args[0], axis)
                changed = found.times(top, -_UNIT).times(base, _UNIT).times(named, _UNIT)
                return changed, "definition of softmax"
        if exponent < 0 and exponent.denominator == 1 and base.operation is ADD:
            argument = _sigmoid_argument(base)
            if argument is not None and facts.knows_sigma:
                named = node(SIGMA, (argument,), (0,))
                return found.times(base, _UNIT).times(named, _UNIT), "definition of sigma"
    return found, None


def _sigmoid_argument(base: Expression) -> Expression | None:
    """z, if `base` is 1 + exp(-z)."""
    if len(base.args) != 2 or ONE not in base.args:
        return None
    other = base.args[0] if base.args[1] is ONE else base.args[1]
    return negated(other.args[0]) if other.operation is EXP and other.params[0] == 0 else None


def written(found: Monomial, facts: Facts) -> Expression:
    """The monomial as a tree, in the order of the textbooks and in its full shape."""
    coefficient, powers, shape = found.coefficient, found.powers, found.shape
    if coefficient == 0:
        lettered = [base for base in powers if _is_one(base)]
        filler = lettered if shape == SCALAR else [*lettered, ones(shape)]
        return multiply(ZERO, *filler) if filler else ZERO
    negative = coefficient < 0
    magnitude = abs(coefficient)
    over: list[tuple[tuple[object, ...], Expression]] = []
    under: list[tuple[tuple[object, ...], Expression]] = []
    real = [(base, exponent) for base, exponent in powers.items() if base.operation is not ONES]
    for base, exponent in real:
        part = (factor_key(base, abs(exponent), facts), powered_base(base, abs(exponent)))
        (over if exponent > 0 else under).append(part)
    if negative:
        over, turned = _sign_taken(over, facts)
        negative = not turned
    over.sort(key=lambda part: part[0])
    under.sort(key=lambda part: part[0])
    covered = broadcast_all(base.shape for base, _ in real)
    above = [part for _, part in over]
    below = [part for _, part in under]
    if covered != shape and covered is not None:
        above.append(ones(missing(covered, shape)))
    result = _fraction(magnitude, above, below)
    return negate(result) if negative else result


def _sign_taken(
    over: list[tuple[tuple[object, ...], Expression]], facts: Facts
) -> tuple[list[tuple[tuple[object, ...], Expression]], bool]:
    """A minus sign taken into a bracket, if there is one that is better off with it."""
    for i, (key, part) in enumerate(over):
        if part.operation is ADD and _better_turned(part):
            turned = in_order((negated(arg) for arg in part.args), facts)
            return [*over[:i], (key, add(*turned)), *over[i + 1 :]], True
    return over, False


def _better_turned(bracket: Expression) -> bool:
    """Whether minus the bracket has fewer minus signs; a number stays positive, as in 1 - a."""
    minus = sum(arg.operation is NEGATE for arg in bracket.args)
    if 2 * minus != len(bracket.args):
        return 2 * minus > len(bracket.args)
    return not any(arg.operation is not NEGATE and rational(arg) for arg in bracket.args)


def missing(covered: Shape, shape: Shape) -> Shape:
    """The ones that stretch `covered` to `shape`."""
    return (
        1 if covered[0] == shape[0] else shape[0],
        1 if covered[1] == shape[1] else shape[1],
    )


def powered_base(base: Expression, exponent: Fraction) -> Expression:
    """base**exponent for a positive exponent; the square root has its own sign."""
    if exponent == 1:
        return base
    if exponent == HALF:
        return node(SQRT, (base,), (0,))
    return power(base, plain_number(exponent))


def plain_number(value: Fraction) -> Expression:
    """A number as it would be written by hand: 3, 1/2, -2/3, but 0.1 and 2.35."""
    if value < 0:
        return negate(plain_number(-value))
    rest = value.denominator
    if rest % 5 == 0 or rest == 1:
        return number(value)
    return divide(decimal(value.numerator), decimal(rest))


def _fraction(magnitude: Fraction, above: list[Expression], below: list[Expression]) -> Expression:
    """The number, the scalars, then the rest: lam/n * W2, (A2 - Y)/m, -y/a2."""
    rest = magnitude.denominator
    while rest % 2 == 0:
        rest //= 2
    while rest % 5 == 0:
        rest //= 5
    if magnitude.denominator % 5 == 0 and rest == 1:
        top, bottom = [number(magnitude)], []
    else:
        top = [] if magnitude.numerator == 1 else [decimal(magnitude.numerator)]
        bottom = [] if magnitude.denominator == 1 else [decimal(magnitude.denominator)]
    scalars = [part for part in above if _is_plain(part)]
    matrices = [part for part in above if not _is_plain(part)]
    dividing = [part for part in below if _is_plain(part)]
    dividing_matrices = [part for part in below if not _is_plain(part)]
    top += scalars
    bottom += dividing
    if not matrices and not dividing_matrices:
        return _over(top, bottom)
    if not top:
        return _over(matrices, [*bottom, *dividing_matrices])
    front = _over(top, bottom)
    pieces = [*(front.args if front.operation is MULTIPLY else (front,)), *matrices]
    return _over(pieces, dividing_matrices)


def _is_plain(part: Expression) -> bool:
    """Whether a factor is one number, not an entry that stands for many."""
    return part.shape == SCALAR and not part.indices


def _over(above: list[Expression], below: list[Expression]) -> Expression:
    top = multiply(*above) if above else ONE
    return divide(top, multiply(*below)) if below else top


def common(monomials: Iterable[Monomial]) -> Monomial | None:
    """The greatest factor that all monomials share, its number positive; None if it is 1."""
    found = list(monomials)
    first = found[0]
    shared: dict[Expression, Fraction] = {}
    for base in first.powers:
        if base.operation is ONES:
            continue
        exponents = [m.powers.get(base, Fraction(0)) for m in found]
        least, most = min(exponents), max(exponents)
        if least > 0:
            shared[base] = least
        elif most < 0:
            shared[base] = most
    top = gcd(*(abs(m.coefficient.numerator) for m in found))
    bottom = gcd(*(m.coefficient.denominator for m in found))
    coefficient = Fraction(top, bottom)
    if not shared and coefficient == 1:
        return None
    shape = broadcast_all(base.shape for base in shared) or SCALAR
    return Monomial(coefficient, shared, shape)


def quotient(of: Monomial, by: Monomial) -> Monomial:
    """`of` divided by `by`, in the shape that is left of its factors."""
    powers = dict(of.powers)
    for base, exponent in by.powers.items():
        _put(powers, base, -exponent)
    shape = broadcast_all(base.shape for base in powers) or SCALAR
    return Monomial(of.coefficient / by.coefficient, powers, shape)


def product_of(found: Iterable[Monomial], shape: Shape) -> Monomial:
    """The product of monomials, broadcast to `shape`."""
    coefficient = Fraction(1)
    powers: dict[Expression, Fraction] = {}
    for part in found:
        coefficient *= part.coefficient
        for base, exponent in part.powers.items():
            if base.operation is ONES:
                powers[base] = _UNIT
            else:
                _put(powers, base, exponent)
    return Monomial(coefficient, powers, shape)
