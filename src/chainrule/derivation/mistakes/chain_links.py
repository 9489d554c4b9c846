"""The factors of the chain rule: each derivative is of what the one before it is by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from chainrule.algebra import AlgebraError, Factor, chain_factors
from chainrule.derivation.asking.case import Case
from chainrule.derivation.asking.verdict import Mistake


@dataclass(frozen=True, slots=True)
class Chain:
    """The factors of a line that has no others, and what it ought to be the derivative of and by.

    joints: before each factor and after the last, by what the part before is and of what the part
    after; in a chain that is whole both are the same.
    """

    text: str
    factors: tuple[Factor, ...]
    top: str
    bottom: str

    @property
    def joints(self) -> list[tuple[str, str]]:
        unders = [self.top, *(factor.under for factor in self.factors)]
        overs = [*(factor.over for factor in self.factors), self.bottom]
        return list(zip(unders, overs, strict=True))

    def written(self, over: str, under: str) -> str:
        """A factor as the learner writes them."""
        sign = "∂" if "∂" in self.text else "d"
        return f"{sign}{over}/{sign}{under}"

    def of(self, place: int) -> str:
        return self.text[slice(*self.factors[place].span)]

    def between(self) -> str:
        """What stands between two factors."""
        return self.text[self.factors[0].span[1] : self.factors[1].span[0]]


def chain_link(case: Case) -> tuple[Mistake, ...]:
    """A factor of the chain rule that is missing, one too many, or another than it ought to be."""
    meaning = case.question.meaning
    if meaning is None or isinstance(case.typed, AlgebraError):
        return ()
    factors = chain_factors(case.typed, case.question.sheet.scope)
    if len(factors) < 2:
        return ()
    chain = Chain(case.text, factors, *meaning)
    for mistake in _mends(chain):
        if mistake.repaired is not None and _is_right(case, mistake.repaired):
            return (mistake,)
    return ()


def _mends(chain: Chain) -> Iterator[Mistake]:
    broken = [place for place, (under, over) in enumerate(chain.joints) if under != over]
    if len(broken) == 1:
        yield _inserted(chain, broken[0])
    for place in range(len(chain.factors)):
        yield from _without_or_other(chain, place)


def _inserted(chain: Chain, place: int) -> Mistake:
    """The factor that is missing at a joint."""
    factor = chain.written(*chain.joints[place])
    if place < len(chain.factors):
        start = chain.factors[place].span[0]
        added = factor + chain.between()
        message = f"a factor is missing before `{chain.of(place)}`: `{factor}`"
    else:
        start = chain.factors[-1].span[1]
        added = chain.between() + factor
        message = f"a factor is missing after `{chain.of(-1)}`: `{factor}`"
    whole = chain.text[:start] + added + chain.text[start:]
    span = chain.factors[min(place, len(chain.factors) - 1)].span
    why = "each derivative is of what the one before it is by"
    return Mistake("missing-factor", f"{message}; {why}", chain.text[slice(*span)], whole, span)


def _without_or_other(chain: Chain, place: int) -> Iterator[Mistake]:
    """A chain without one of its factors, and with another one in its place."""
    factor = chain.factors[place]
    start, end = factor.span
    before = chain.joints[place][0]
    after = chain.joints[place + 1][1]
    if before == after and len(chain.factors) > 2:
        cut = chain.factors[place - 1].span[1] if place else start
        stop = end if place else chain.factors[1].span[0]
        whole = chain.text[:cut] + chain.text[stop:]
        message = f"`{chain.of(place)}` is a factor too many"
        yield Mistake("extra-factor", message, chain.of(place), whole, factor.span)
    elif (before, after) != (factor.over, factor.under):
        other = chain.written(before, after)
        message = (
            f"`{chain.of(place)}` should be `{other}`: each derivative is of what the one before "
            "it is by"
        )
        whole = chain.text[:start] + other + chain.text[end:]
        yield Mistake("symbol", message, chain.of(place), whole, factor.span)


def _is_right(case: Case, text: str) -> bool:
    mended = Case(case.question, text)
    try:
        return mended.fits and mended.has_values(case.truth.values)
    except AlgebraError:
        return False
