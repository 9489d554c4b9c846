"""Wrong rules of differentiation, each applied to the very function that is asked about.

A wrong rule says what it takes for the derivative of one part, given those of what stands in it.
To add one is to add a value to RULES.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from chainrule.algebra import (
    ADD,
    COS,
    DIVIDE,
    EXP,
    FUNCTIONS,
    LOG,
    MULTIPLY,
    NUMBER,
    ONE,
    POWER_OF,
    RELU,
    SIGMA,
    SIN,
    SQRT,
    TAN,
    TANH,
    TWO,
    ZERO,
    AlgebraError,
    Expression,
    add,
    apply,
    divide,
    multiply,
    negate,
    plus,
    postorder,
    power,
    powered,
    subtract,
    text,
    times,
    with_args,
)
from chainrule.practice.wrong_answers import WrongRule


@dataclass(frozen=True, slots=True)
class Place:
    """One part of a function. slopes: the derivatives of its arguments that depend on `by`."""

    node: Expression
    slopes: Mapping[Expression, Expression]

    @property
    def moving(self) -> list[Expression]:
        return [arg for arg in self.node.args if arg in self.slopes]

    @property
    def inner(self) -> Expression:
        """The argument of a function, or the base of a power."""
        return self.node.args[0]

    @property
    def nested(self) -> bool:
        """Whether the chain rule is needed: what stands inside moves and is no bare name."""
        return self.inner in self.slopes and bool(self.inner.args)

    @property
    def powered(self) -> bool:
        """Whether it is a power of something that moves, with a constant exponent."""
        return self.node.operation is POWER_OF and self.moving == [self.node.args[0]]

    @property
    def exponential(self) -> bool:
        """Whether it is a constant to a power that moves."""
        return self.node.operation is POWER_OF and self.moving == [self.node.args[1]]

    def outer(self, at: Expression | None = None) -> Expression:
        """The slope of the outer function, at the inner one or at another place."""
        moved = self.node if at is None else with_args(self.node, (at, *self.node.args[1:]))
        return moved.operation.adjoint(moved, ONE, 0) or ZERO

    def chained(self, slope: Expression) -> Expression:
        """The slope of the outer function times the inner derivative."""
        return times(slope, self.slopes[self.inner])


Slope = Callable[[Place], Expression | None]
"""What the rule takes for the derivative of a part; None where it does not apply."""


def of(operation: object, slope: Callable[[Place], Expression]) -> Slope:
    """A rule for one function: its wrong slope, times the inner derivative."""

    def rule(place: Place) -> Expression | None:
        if place.node.operation is not operation or any(place.node.params):
            return None
        return place.chained(slope(place))

    return rule


def _power(change: Callable[[Expression, Expression], Expression]) -> Slope:
    """A rule for u**n from u and n."""

    def rule(place: Place) -> Expression | None:
        if not place.powered:
            return None
        return place.chained(change(*place.node.args))

    return rule


def _raised(u: Expression, n: Expression) -> Expression:
    return multiply(n, power(u, add(n, ONE)))


def _product(make: Callable[[Place, Expression, Expression], Expression]) -> Slope:
    def rule(place: Place) -> Expression | None:
        if place.node.operation is not MULTIPLY or len(place.moving) != 2:
            return None
        f, g = place.moving
        constant = [arg for arg in place.node.args if arg not in place.slopes]
        return times(*constant, make(place, f, g))

    return rule


def _quotient(
    make: Callable[[Expression, Expression, Expression, Expression], Expression],
) -> Slope:
    def rule(place: Place) -> Expression | None:
        if place.node.operation is not DIVIDE or len(place.moving) != 2:
            return None
        f, g = place.node.args
        return make(f, g, place.slopes[f], place.slopes[g])

    return rule


def _below(make: Callable[[Expression, Expression, Expression], Expression]) -> Slope:
    """A rule for c/g with a constant c."""

    def rule(place: Place) -> Expression | None:
        if place.node.operation is not DIVIDE or place.node.args[0] in place.slopes:
            return None
        c, g = place.node.args
        return make(c, g, place.slopes[g])

    return rule


def _as_power(place: Place) -> Expression | None:
    if place.node.operation is EXP:
        u = place.inner
        return multiply(u, with_args(place.node, (subtract(u, ONE),)))
    if place.exponential:
        base, u = place.node.args
        return multiply(u, power(base, subtract(u, ONE)))
    return None


def _base_log_missing(place: Place) -> Expression | None:
    if not place.exponential or place.node.args[0].operation is not NUMBER:
        return None
    return times(place.node, place.slopes[place.node.args[1]])


def _constant_kept(place: Place) -> Expression | None:
    if place.node.operation is not ADD:
        return None
    constant = [arg for arg in place.node.args if arg not in place.slopes]
    if not constant:
        return None
    return plus(*(place.slopes.get(arg, arg) for arg in place.node.args))


def _factor_lost(place: Place) -> Expression | None:
    """A constant factor differentiated to 0 or dropped: it is dropped."""
    if place.node.operation is not MULTIPLY or len(place.moving) != 1:
        return None
    return place.slopes[place.moving[0]]


def _inner_forgotten(place: Place) -> Expression | None:
    if place.exponential and place.node.args[1].args:
        u = place.node.args[1]
        return divide_out(place, u)
    if not place.nested or not (place.powered or place.node.operation in FUNCTIONS.values()):
        return None
    return place.outer()


def divide_out(place: Place, u: Expression) -> Expression:
    """log(a) * a**u, without the derivative of u."""
    base = place.node.args[0]
    log = ONE if text(base) == "e" else apply("log", base)
    return times(log, place.node)


def _at_inner_derivative(place: Place) -> Expression | None:
    if not place.nested or not (place.powered or place.node.operation in FUNCTIONS.values()):
        return None
    return place.outer(place.slopes[place.inner])


def _inner_replaced(place: Place) -> Expression | None:
    """f(g'): the derivative put inside, and the outer function left."""
    if place.exponential and place.node.args[1].args:
        return power(place.node.args[0], place.slopes[place.node.args[1]])
    if not place.nested or place.node.operation not in FUNCTIONS.values():
        return None
    if place.node.operation in (LOG, SQRT):
        return None
    return with_args(place.node, (place.slopes[place.inner],))


def _outer_kept(place: Place) -> Expression | None:
    """f(g)*g': the outer function is not differentiated."""
    f = place.node.operation
    if f in (EXP, RELU) or f not in FUNCTIONS.values() or not place.nested:
        return None
    return times(place.node, place.slopes[place.inner])


@dataclass(frozen=True, slots=True)
class CalculusRule:
    """A wrong rule and what it makes of a part."""

    rule: WrongRule
    slope: Slope


def _table(*lines: tuple[str, str, str, str, Slope]) -> tuple[CalculusRule, ...]:
    return tuple(CalculusRule(WrongRule(*words), slope) for *words, slope in lines)


POWER = "the derivative of u^n is n*u^(n-1)*u'"
EXPONENTIAL = "an exponential comes back: (e^u)' = e^u*u', (a^u)' = log(a)*a^u*u'"
PRODUCT = "the derivative of f*g is f'*g + f*g'"
QUOTIENT = "the derivative of f/g is (f'*g - f*g')/g^2"
CHAIN = "the derivative of f(g) is f'(g)*g'"
ROOT = "the derivative of sqrt(u) is u'/(2*sqrt(u))"

RULES: tuple[CalculusRule, ...] = _table(
    ("power-not-lowered", "power", "the exponent was not lowered", POWER,
     _power(lambda u, n: multiply(n, power(u, n)))),
    ("power-not-multiplied", "missing-factor", "the exponent did not come in front", POWER,
     _power(lambda u, n: power(u, subtract(n, ONE)))),
    ("power-integrated", "other-quantity", "the power was integrated", POWER,
     _power(lambda u, n: divide(power(u, add(n, ONE)), add(n, ONE)))),
    ("power-raised", "power", "the exponent was raised by one instead of lowered", POWER,
     _power(_raised)),
    ("exponential-as-power", "power", "the power rule was used where x is in the exponent",
     EXPONENTIAL, _as_power),
    ("base-log-missing", "missing-factor", "the logarithm of the base is missing", EXPONENTIAL,
     _base_log_missing),
    ("reciprocal-sign", "sign", "the minus sign of 1/g is missing",
     "the derivative of 1/g is "
     "-g'/g^2", _below(lambda c, g, dg: divide(times(c, dg), powered(g, TWO)))),
    ("reciprocal-as-log", "other-quantity", "1/g was integrated to a logarithm",
     "the derivative of 1/g is -g'/g^2", _below(lambda c, g, dg: times(c, apply("log", g)))),
    ("divided-by-derivative", "grouping", "it was divided by the derivative",
     "the derivative of 1/g is -g'/g^2", _below(lambda c, g, dg: divide(c, dg))),
    ("derivatives-multiplied", "missing-term", "the derivatives of the factors were multiplied",
     PRODUCT, _product(lambda p, f, g: times(p.slopes[f], p.slopes[g]))),
    ("second-factor-only", "missing-term", "only the second factor was differentiated", PRODUCT,
     _product(lambda p, f, g: times(f, p.slopes[g]))),
    ("first-factor-only", "missing-term", "only the first factor was differentiated", PRODUCT,
     _product(lambda p, f, g: times(p.slopes[f], g))),
    ("product-sign", "sign", "the two terms of the product rule were subtracted", PRODUCT,
     _product(lambda p, f, g: subtract(times(p.slopes[f], g), times(f, p.slopes[g])))),
    ("derivatives-divided", "missing-term", "the derivatives were divided", QUOTIENT,
     _quotient(lambda f, g, df, dg: divide(df, dg))),
    ("quotient-sign", "sign", "the two terms above the bar were swapped", QUOTIENT,
     _quotient(lambda f, g, df, dg: divide(subtract(times(f, dg), times(df, g)), powered(g, TWO)))),
    ("quotient-added", "sign", "the two terms above the bar were added", QUOTIENT,
     _quotient(lambda f, g, df, dg: divide(plus(times(df, g), times(f, dg)), powered(g, TWO)))),
    ("denominator-not-squared", "power", "the denominator was not squared", QUOTIENT,
     _quotient(lambda f, g, df, dg: divide(subtract(times(df, g), times(f, dg)), g))),
    ("inner-forgotten", "missing-factor", "the derivative of the inner function is missing", CHAIN,
     _inner_forgotten),
    ("at-inner-derivative", "grouping",
     "the derivative of the inner function was put inside the outer derivative", CHAIN,
     _at_inner_derivative),
    ("inner-replaced", "grouping",
     "the inner function was replaced by its derivative", CHAIN, _inner_replaced),
    ("outer-kept", "function", "the outer function was left as it is", CHAIN, _outer_kept),
    ("cos-sign", "sign", "the minus sign of cos' is missing", "the derivative of cos(u) is "
                                                              "-sin(u)*u'",
     of(COS, lambda p: apply("sin", p.inner))),
    ("sin-sign", "sign", "a minus sign was put before cos", "the derivative of sin(u) is cos(u)*u'",
     of(SIN, lambda p: negate(apply("cos", p.inner)))),
    ("tan-not-squared", "power", "the cosine below the bar was not squared",
     "the derivative of tan(u) is u'/cos(u)^2",
     of(TAN, lambda p: divide(ONE, apply("cos", p.inner)))),
    ("tan-sign", "sign", "a minus sign was put before 1/cos^2",
     "the derivative of tan(u) is u'/cos(u)^2",
     of(TAN, lambda p: negate(divide(ONE, power(apply("cos", p.inner), TWO))))),
    ("log-kept", "function", "log(u) was divided by u", "the derivative of log(u) is u'/u",
     of(LOG, lambda p: divide(p.node, p.inner))),
    ("log-squared", "power", "log was taken for 1/u", "the derivative of log(u) is u'/u",
     of(LOG, lambda p: negate(divide(ONE, power(p.inner, TWO))))),
    ("root-half-missing", "missing-factor", "the factor 1/2 of the root is missing", ROOT,
     of(SQRT, lambda p: divide(ONE, p.node))),
    ("root-not-inverted", "power", "the root stayed above the bar", ROOT,
     of(SQRT, lambda p: divide(p.node, TWO))),
    ("sigma-one-minus", "missing-factor", "1 - sigma was taken for the slope of sigma",
     "sigma' = sigma*(1 - sigma)", of(SIGMA, lambda p: subtract(ONE, p.node))),
    ("sigma-of-z", "symbol", "z*(1 - z) was taken for the slope of sigma",
     "sigma' = sigma*(1 - sigma), with sigma(z) and not z",
     of(SIGMA, lambda p: multiply(p.inner, subtract(ONE, p.inner)))),
    ("sigma-as-tanh", "function", "the slope of tanh was taken for that of sigma",
     "sigma' = sigma*(1 - sigma)", of(SIGMA, lambda p: subtract(ONE, power(p.node, TWO)))),
    ("tanh-of-z", "symbol", "1 - z^2 was taken for the slope of tanh",
     "tanh' = 1 - tanh^2, with tanh(z) and not z",
     of(TANH, lambda p: subtract(ONE, power(p.inner, TWO)))),
    ("tanh-sign", "sign", "1 + tanh^2 was taken for the slope of tanh", "tanh' = 1 - tanh^2",
     of(TANH, lambda p: add(ONE, power(p.node, TWO)))),
    ("tanh-as-sigma", "function", "the slope of sigma was taken for that of tanh",
     "tanh' = 1 - tanh^2", of(TANH, lambda p: multiply(p.node, subtract(ONE, p.node)))),
    ("relu-kept", "function", "relu was left as it is", "relu'(z) is 1 above 0, and 0 below",
     of(RELU, lambda p: p.node)),
    ("relu-one", "function", "1 was taken for relu'", "relu'(z) is 1 above 0, and 0 below",
     of(RELU, lambda p: ONE)),
    ("constant-kept", "extra-term", "a constant term was kept", "the derivative of a constant is 0",
     _constant_kept),
    ("factor-lost", "missing-factor", "a constant factor was lost", "a constant factor stays",
     _factor_lost),
)  # fmt: skip
"""Every wrong rule; where two give the same answer, the earlier one names it."""

MOST_PLACES = 6
"""At how many parts of a function a rule is used by itself."""


def wrong_derivatives(
    root: Expression, by: Expression
) -> Iterator[tuple[WrongRule, Expression, Expression, Expression]]:
    """The wrong derivatives: the rule, the derivative, the part it was used on, what it took.

    A rule is used everywhere it applies, and then at each place alone.
    """
    for one in RULES:
        places = list(uses(root, by, one.slope))
        if not places:
            continue
        alone = [place for place, _ in places][:MOST_PLACES] if len(places) > 1 else []
        for at in (None, *alone):
            try:
                wrong = derived(root, by, one.slope, at)
            except AlgebraError:
                continue
            part, taken = next(p for p in places if at in (None, p[0]))
            yield one.rule, wrong, part, taken


def uses(root: Expression, by: Expression, rule: Slope) -> Iterator[tuple[Expression, Expression]]:
    """The parts of a function that a rule applies to, with what it takes for their derivatives."""
    slopes: dict[Expression, Expression] = {by: ONE}
    for part in postorder(root):
        if part is not by and any(arg in slopes for arg in part.args):
            wrong = rule(Place(part, slopes))
            if wrong is not None:
                yield part, wrong
            slopes[part] = right_slope(part, slopes)


def derived(
    root: Expression, by: Expression, rule: Slope, at: Expression | None = None
) -> Expression:
    """The derivative with a rule for one part, or for every one that it applies to."""
    slopes: dict[Expression, Expression] = {by: ONE}
    for part in postorder(root):
        if part is by or not any(arg in slopes for arg in part.args):
            continue
        wrong = rule(Place(part, slopes)) if at is None or part is at else None
        slopes[part] = right_slope(part, slopes) if wrong is None else wrong
    return slopes.get(root, ZERO)


def right_slope(part: Expression, slopes: Mapping[Expression, Expression]) -> Expression:
    terms = (
        part.operation.adjoint(part, slopes[arg], i)
        for i, arg in enumerate(part.args)
        if arg in slopes
    )
    return plus(*(term for term in terms if term is not None))
