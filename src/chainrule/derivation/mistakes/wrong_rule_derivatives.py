"""Derivatives with one rule replaced by what learners take for it.

The derivative of a function is worked out from the inside out. A wrong rule says what it takes for
the derivative of one part, given those of what stands in it; all other parts get theirs right.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from chainrule.algebra import (
    ADD,
    DIVIDE,
    MULTIPLY,
    NEGATE,
    NOTHING,
    ONE,
    POWER_OF,
    ZERO,
    AlgebraError,
    Expression,
    normal_form,
    plus,
    postorder,
    text,
    times,
    with_args,
)
from chainrule.ground.mistakes import KINDS

MOST_PLACES = 6
"""At how many parts of a function a rule is used by itself."""

MOST_COMBINED = 4
"""Up to how many parts a rule is used at any of them together."""


@dataclass(frozen=True, slots=True)
class Place:
    """One part of a function. slopes: the derivatives of its arguments that depend on `by`."""

    node: Expression
    slopes: Mapping[Expression, Expression]

    @property
    def moving(self) -> list[Expression]:
        return [arg for arg in self.node.args if arg in self.slopes]

    @property
    def still(self) -> list[Expression]:
        return [arg for arg in self.node.args if arg not in self.slopes]

    @property
    def inner(self) -> Expression:
        """The argument of a function, or the base of a power."""
        return self.node.args[0]

    @property
    def nested(self) -> bool:
        """Whether the chain rule is needed: what stands inside moves and is no bare name."""
        inner = self.node.args[0] if self.node.args else self.node
        return inner in self.slopes and bool(inner.args)

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


@dataclass(frozen=True, slots=True)
class CalculusRule:
    """A wrong rule of calculus. kind: one of KINDS.

    used: the rule that was used. wanted: the one that was wanted. still: it is for the constant
    terms of a sum, and for nothing that moves. least: at how many parts it is used together.
    """

    name: str
    kind: str
    used: str
    wanted: str
    slope: Slope
    still: bool = False
    least: int = 1

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"`{self.kind}` is no kind of mistake")


@dataclass(frozen=True, slots=True)
class WrongDerivative:
    """What comes of a wrong rule. part: the first it was used on; taken: for its derivative."""

    rule: CalculusRule
    derivative: Expression
    part: Expression
    taken: Expression

    @property
    def message(self) -> str:
        """The rule that was used, and where, and the rule that was wanted."""
        return used_and_wanted(self.rule.used, self.rule.wanted, self.part, self.taken)


def used_and_wanted(used: str, wanted: str, part: Expression, taken: Expression) -> str:
    """`used: taken was taken for the derivative of part; wanted`."""
    words = text(normal_form(taken, NOTHING))
    return f"{used}: `{words}` was taken for the derivative of `{text(part)}`; {wanted}"


def wrong_derivatives(
    rules: Sequence[CalculusRule], root: Expression, by: Expression, combined: bool = False
) -> Iterator[WrongDerivative]:
    """What each rule gives where it is used everywhere it applies, and at each place alone.

    Where it applies to linear terms, too, it is also used everywhere but on those. combined: also
    at some of the places together.
    """
    for one in rules:
        places = list(uses(root, by, one))
        for chosen in _choices([part for part, _ in places], by, combined):
            if len(chosen) < one.least:
                continue
            try:
                wrong = derived(root, by, one, chosen)
            except AlgebraError:
                continue
            part, taken = next(place for place in places if place[0] in chosen)
            yield WrongDerivative(one, wrong, part, taken)


def _choices(
    places: Sequence[Expression], by: Expression, combined: bool
) -> Iterator[tuple[Expression, ...]]:
    if places:
        yield tuple(places)
    curved = tuple(place for place in places if not _is_linear(place, by))
    if 1 < len(curved) < len(places):
        yield curved
    if len(places) > 1:
        yield from ((place,) for place in places[:MOST_PLACES])
    if combined and len(places) <= MOST_COMBINED:
        for count in range(2, len(places)):
            yield from itertools.combinations(places, count)


def _is_linear(place: Expression, by: Expression) -> bool:
    """Whether it is the variable, or a term such as 4*x, x/2 or -x."""
    return place is by or (place.operation in (MULTIPLY, DIVIDE, NEGATE) and by in place.args)


def uses(
    root: Expression, by: Expression, rule: CalculusRule
) -> Iterator[tuple[Expression, Expression]]:
    """The parts of a function that a rule applies to, with what it takes for their derivatives."""
    slopes: dict[Expression, Expression] = {by: ONE}
    yielded: set[Expression] = set()
    for part in postorder(root):
        if part is by or not any(arg in slopes for arg in part.args):
            continue
        slopes[part] = right_slope(part, slopes)
        for place in (*_own_terms(part, slopes, rule), *(() if rule.still else (part,))):
            wrong = None if place in yielded else rule.slope(Place(place, slopes))
            if wrong is not None:
                yielded.add(place)
                yield place, wrong


def _own_terms(
    part: Expression, slopes: Mapping[Expression, Expression], rule: CalculusRule
) -> list[Expression]:
    """The terms of a sum that a rule may be for, and that are no parts of their own.

    Constants, if the rule is for them, or the variable alone.
    """
    if part.operation is not ADD:
        return []
    if rule.still:
        return [term for term in part.args if term not in slopes]
    return [term for term in part.args if term in slopes and not term.args]


def derived(
    root: Expression, by: Expression, rule: CalculusRule, places: Sequence[Expression]
) -> Expression:
    """The derivative with a rule for these parts."""
    return slopes_with(root, by, dict.fromkeys(places, rule)).get(root, ZERO)


def slopes_with(
    root: Expression, by: Expression, rules: Mapping[Expression, CalculusRule]
) -> dict[Expression, Expression]:
    """The derivative of every part, with a wrong rule for some of them."""
    slopes: dict[Expression, Expression] = {by: ONE}
    for part in postorder(root):
        if part is by or not any(arg in slopes for arg in part.args):
            continue
        wrong = rules[part].slope(Place(part, slopes)) if part in rules else None
        own = [
            term
            for term in part.args
            if term in rules and term in _own_terms(part, slopes, rules[term])
        ]
        if own:
            of_own = {term: rules[term].slope(Place(term, slopes)) or ZERO for term in own}
            terms = (of_own.get(arg, slopes.get(arg, ZERO)) for arg in part.args)
            wrong = plus(*terms)
        slopes[part] = right_slope(part, slopes) if wrong is None else wrong
    return slopes


def right_slope(part: Expression, slopes: Mapping[Expression, Expression]) -> Expression:
    """The derivative of a part from those of its arguments."""
    terms = (
        part.operation.adjoint(part, slopes[arg], i)
        for i, arg in enumerate(part.args)
        if arg in slopes
    )
    return plus(*(term for term in terms if term is not None))
