"""The form a textbook prints: a small best-first search over normal forms.

A normal form never expands a bracket or looks into a definition, and some results can only be had
that way: a * (1 - y/a) has to grow to a - y/a * a before it becomes a - y. The search takes such
steps where something may cancel, brings each result to normal form, and keeps what costs its reader
least. It looks at no more than a fixed number of forms, always in the same order.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from chainrule.algebra.rewriting.facts import NOTHING, Facts
from chainrule.algebra.rewriting.function_rules import unfolded_prime
from chainrule.algebra.rewriting.normal_form import normal_form
from chainrule.algebra.rewriting.ordering import cost
from chainrule.algebra.rewriting.products import Monomial, common, monomial, quotient, written
from chainrule.algebra.rewriting.rule import Rewrite, Rule
from chainrule.algebra.tree.arithmetic import ADD, MULTIPLY, NEGATE, add, filled, multiply, negate
from chainrule.algebra.tree.elementary_functions import SIGMA, TANH
from chainrule.algebra.tree.expression import Expression, node, postorder, substitute
from chainrule.algebra.tree.function_registry import function_of
from chainrule.algebra.tree.leaves import ONE, ONES, SYMBOL
from chainrule.algebra.tree.matrices import MATMUL, matmul
from chainrule.algebra.tree.powers import DIVIDE, EXP, POWER_OF
from chainrule.algebra.tree.shapes import SCALAR, broadcast_all
from chainrule.algebra.tree.text import text

MAX_FORMS = 40
"""How many forms the search looks at."""

MAX_SEARCHED = 2_000
"""A tree of more nodes is only brought to normal form."""

MAX_GROWTH = 4
"""A form that costs more than this many times the first is not followed."""

EXPAND = Rule("multiply out", "Every term in the bracket is multiplied by what stands outside.")
FACTOR = Rule("factor out", "A factor that every term has may be written in front of a bracket.")
UNFOLD_PRIME = Rule(
    "derivative of the activation", "sigma' is sigma * (1 - sigma); tanh' is 1 - tanh**2."
)
FOLD_PRIME = Rule("name of the derivative", "sigma * (1 - sigma) is sigma'; 1 - tanh**2 is tanh'.")
UNFOLD = Rule("put the definition in", "The name is replaced by what the sheet says it is.")
MOVES = (EXPAND, FACTOR, UNFOLD_PRIME, FOLD_PRIME, UNFOLD)
"""The rules of the search; all others belong to the normal form."""


@dataclass(frozen=True, slots=True)
class Simplified:
    """A form, and the steps that lead to it. Each step keeps shape and value."""

    start: Expression
    result: Expression
    steps: tuple[Rewrite, ...]

    def to_dict(self) -> dict[str, object]:
        return {
            "start": text(self.start),
            "result": text(self.result),
            "steps": [step.to_dict() for step in self.steps],
        }


@dataclass(frozen=True, slots=True)
class _Form:
    """A normal form the search has met, and how it came there."""

    expression: Expression
    move: Rewrite | None = None
    origin: _Form | None = None


def simplify(root: Expression, facts: Facts = NOTHING, forms: int = MAX_FORMS) -> Simplified:
    """The form of `root` that costs its reader least, of those the search meets."""
    steps: list[Rewrite] = []
    first = normal_form(root, facts, steps.append)
    if facts is not NOTHING:
        facts.normal[root] = first
    best = _search(root, facts, forms)
    return Simplified(root, best.expression, (*steps, *_path(best, facts)))


def simplest(root: Expression, facts: Facts = NOTHING, forms: int = MAX_FORMS) -> Expression:
    """The result of `simplify` alone, without the steps."""
    return _search(root, facts, forms).expression


def _search(root: Expression, facts: Facts, forms: int) -> _Form:
    first = _Form(normal_form(root, facts))
    best, least = first, cost(first.expression, facts)
    limit = MAX_GROWTH * least + 20
    if root.size > MAX_SEARCHED or first.expression.size > MAX_SEARCHED:
        return first
    waiting = [(least, 0, first)]
    seen = {first.expression}
    order = 0
    while waiting and forms > 0:
        _, _, form = heapq.heappop(waiting)
        forms -= 1
        for move in moves(form.expression, facts):
            if move.before is form.expression:
                moved = move.after
            else:
                moved = substitute(form.expression, {move.before: move.after})
            found = normal_form(moved, facts)
            if found in seen:
                continue
            seen.add(found)
            order += 1
            price = cost(found, facts)
            following = _Form(found, move, form)
            if price < least:
                best, least = following, price
            if price <= limit:
                heapq.heappush(waiting, (price, order, following))
    return best


def _path(best: _Form, facts: Facts) -> Iterator[Rewrite]:
    """The moves that led to a form, each with the steps to the normal form after it."""
    forms = [best]
    while forms[-1].origin is not None:
        forms.append(forms[-1].origin)
    steps: list[Rewrite] = []
    for form in reversed(forms[:-1]):
        if form.move is not None and form.origin is not None:
            steps.append(form.move)
            by = {form.move.before: form.move.after}
            normal_form(substitute(form.origin.expression, by), facts, steps.append)
    yield from steps


def moves(root: Expression, facts: Facts) -> Iterator[Rewrite]:
    """The steps worth trying on a normal form, in a fixed order."""
    for part in postorder(root):
        operation = part.operation
        if operation in (MULTIPLY, DIVIDE, NEGATE):
            yield from _product_moves(part, facts)
        elif operation is ADD:
            yield from _sum_moves(part, facts)
    yield from _definitions(root, facts)


def _product_moves(part: Expression, facts: Facts) -> Iterator[Rewrite]:
    found = monomial(part)
    for base, exponent in found.powers.items():
        if exponent == 1 and base.operation is ADD:
            others = quotient(found, Monomial(Fraction(1), {base: Fraction(1)}, base.shape))
            if _may_cancel(base, others):
                yield Rewrite(EXPAND, part, expanded(base, others, part, facts))
        elif exponent == 1 and function_of(base.operation) is not None:
            opened = unfolded_prime(base)
            if opened is not None and _divides(normal_form(_plain(base), facts), part):
                yield Rewrite(UNFOLD_PRIME, base, opened)
    folded = _folded_sigma(found, facts)
    if folded is not None:
        yield Rewrite(FOLD_PRIME, part, written(folded, facts))


def _plain(x: Expression) -> Expression:
    """A function without its primes."""
    return node(x.operation, x.args, (0, *x.params[1:]))


def _may_cancel(bracket: Expression, others: Monomial) -> bool:
    """Whether a term of the bracket holds a factor of the others upside down."""
    for term in bracket.args:
        for base, exponent in monomial(term).powers.items():
            if exponent * others.powers.get(base, Fraction(0)) < 0:
                return True
    return False


def _divides(plain: Expression, part: Expression) -> bool:
    """Whether `plain` stands below a bar anywhere in `part`."""
    for inner in postorder(part):
        if inner.operation is DIVIDE and plain in postorder(inner.args[1]):
            return True
    return False


def expanded(bracket: Expression, others: Monomial, part: Expression, facts: Facts) -> Expression:
    """The terms of a bracket, each multiplied by the other factors."""
    outside = written(others, facts)
    terms: list[Expression] = []
    for term in bracket.args:
        if term.operation is NEGATE:
            terms.append(negate(multiply(outside, term.args[0])))
        else:
            terms.append(multiply(outside, term))
    if broadcast_all(term.shape for term in terms) != part.shape:
        terms[0] = filled(terms[0], part.shape)
    return add(*terms)


def _folded_sigma(found: Monomial, facts: Facts) -> Monomial | None:
    """sigma'(z) for a * (1 - a), where a is sigma(z)."""
    for base, exponent in found.powers.items():
        meaning = facts.meanings.get(base, base)
        if exponent < 1 or meaning.operation is not SIGMA or meaning.params[0] != 0:
            continue
        rest = normal_form(add(ONE, negate(base)), facts)
        if found.powers.get(rest, Fraction(0)) >= 1:
            primed = node(SIGMA, meaning.args, (1,))
            one = Fraction(1)
            return found.times(base, -one).times(rest, -one).times(primed, one)
    return None


def _sum_moves(part: Expression, facts: Facts) -> Iterator[Rewrite]:
    terms = part.args
    if any(_has_bracket(term) for term in terms):
        opened: list[Expression] = []
        for term in terms:
            opened.append(_opened(term, facts))
        if opened != list(terms):
            yield Rewrite(EXPAND, part, add(*opened))
    found = [monomial(term) for term in terms]
    shared = common(found)
    if shared is not None:
        if shared.powers and all(term.coefficient < 0 for term in found):
            shared = replace(shared, coefficient=-shared.coefficient)
        yield Rewrite(FACTOR, part, _factored(part, found, shared, facts))
    yield from _matrix_factors(part)
    squared = _folded_tanh(part, facts)
    if squared is not None:
        yield Rewrite(FOLD_PRIME, part, squared)


def _has_bracket(term: Expression) -> bool:
    return term.operation in (MULTIPLY, DIVIDE, NEGATE) and any(
        base.operation is ADD and exponent == 1 for base, exponent in monomial(term).powers.items()
    )


def _opened(term: Expression, facts: Facts) -> Expression:
    """A term with its first bracket multiplied out."""
    if not _has_bracket(term):
        return term
    found = monomial(term)
    bracket = next(b for b, e in found.powers.items() if b.operation is ADD and e == 1)
    others = quotient(found, Monomial(Fraction(1), {bracket: Fraction(1)}, bracket.shape))
    return expanded(bracket, others, term, facts)


def _factored(
    part: Expression, found: list[Monomial], shared: Monomial, facts: Facts
) -> Expression:
    inner = [quotient(m, shared) for m in found]
    bracket = add(*(written(m, facts) for m in inner))
    whole = multiply(written(shared, facts), bracket)
    return filled(whole, part.shape)


def _matrix_factors(part: Expression) -> Iterator[Rewrite]:
    """A @ x + A @ y as A @ (x + y), and the same for a factor on the right."""
    chains: list[tuple[bool, tuple[Expression, ...]]] = []
    for term in part.args:
        negative = term.operation is NEGATE
        inner = term.args[0] if negative else term
        if inner.operation is not MATMUL or inner.shape != part.shape:
            return
        chains.append((negative, inner.args))
    for end in (0, -1):
        edge = chains[0][1][end]
        if edge.shape != SCALAR and all(args[end] is edge for _, args in chains):
            rests = [
                (negative, matmul(*(args[1:] if end == 0 else args[:-1])))
                for negative, args in chains
            ]
            bracket = add(*(negate(rest) if negative else rest for negative, rest in rests))
            both = (edge, bracket) if end == 0 else (bracket, edge)
            yield Rewrite(FACTOR, part, matmul(*both))


def _folded_tanh(part: Expression, facts: Facts) -> Expression | None:
    """tanh'(z) for 1 - a**2, where a is tanh(z)."""
    if len(part.args) != 2 or part.args[0] is not ONE or part.args[1].operation is not NEGATE:
        return None
    square = monomial(part.args[1].args[0])
    for base, exponent in square.powers.items():
        meaning = facts.meanings.get(base, base)
        if (
            exponent == 2
            and len(square.powers) == 1
            and square.coefficient == 1
            and (meaning.operation is TANH and meaning.params[0] == 0)
        ):
            return node(TANH, meaning.args, (1,))
    return None


def _definitions(root: Expression, facts: Facts) -> Iterator[Rewrite]:
    """A name below a bar, replaced by its definition if that is a product or a quotient."""
    tried: set[Expression] = set()
    for part in postorder(root):
        if part.operation is not DIVIDE:
            continue
        for base in monomial(part.args[1]).powers:
            meaning = facts.meanings.get(base)
            if base.operation is SYMBOL and meaning is not None and base not in tried:
                tried.add(base)
                if meaning.operation in (MULTIPLY, DIVIDE, NEGATE, POWER_OF, EXP, ONES):
                    yield Rewrite(UNFOLD, base, filled(meaning, base.shape))
