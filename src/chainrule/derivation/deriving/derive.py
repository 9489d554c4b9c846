"""Deriving: from a sheet to the equations of its backward pass, as the books write them.

Each derivative is built from the named ones before it by local rules. A delta (the derivative by a
`z`) is written without the derivatives by activations, as the books do: what `dC/da1` is worth is
put in. So are the derivatives by helpers in ordinary calculus. Then the simplest form is looked
for, with the names of the sheet; see `algebra.simplify`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from chainrule.algebra import (
    MOVES,
    SYMBOL,
    AlgebraError,
    Definition,
    Expression,
    Facts,
    Rewrite,
    RuleUse,
    Sheet,
    backward,
    cost,
    facts_of,
    parse,
    plus,
    postorder,
    simplify,
    substitute,
    symbols,
    text,
    times,
)
from chainrule.derivation.deriving.calculus import is_ordinary, slopes
from chainrule.derivation.deriving.reasons import reason, rule_name, sentence
from chainrule.derivation.deriving.steps import Backpropagation, Derivation, Step

MAX_DELTA_GROWTH = 4
"""What `dC/da` is worth is put in if the result costs no more than this many times as much."""

SUBSTITUTE = "put in what is known"
PATHS = "every path counts"


def derive_all(sheet: Sheet) -> Backpropagation:
    """The whole backward pass in order; each derivative uses the names of those before it.

    Quantities that the cost does not depend on have no derivation.
    """
    return Backpropagation(sheet, tuple(_derivations(sheet, None)))


def derive(sheet: Sheet, wrt: str) -> Derivation:
    """The derivative of the cost by one quantity, in the names of the derivatives before it.

    wrt: a quantity (`W1`) or the derivative's own name (`dC/dW1`, `delta1`). Raises AlgebraError
    if there is no such quantity or the cost does not depend on it.
    """
    name = quantity_of(sheet, wrt)
    found = None
    for derivation in _derivations(sheet, name):
        found = derivation
    if found is None or found.wrt != name:
        raise AlgebraError(f"`{sheet.cost}` does not depend on `{name}`; the derivative is 0")
    return found


def quantity_of(sheet: Sheet, wrt: str) -> str:
    """The quantity a derivative is taken by: `W1` for `W1`, `dC/dW1`; `z1` for `delta1`."""
    named = sheet.scope.quantity(wrt)
    if named is None and ("/" in wrt or sheet.scope.resolve(wrt) is not None):
        leaf = parse(wrt, sheet.scope).expression
        meaning = sheet.scope.meaning(leaf.params[0]) if leaf.operation is SYMBOL else None
        if meaning is not None and meaning[0] == sheet.cost:
            named = meaning[1]
    return named or sheet.symbol(wrt).params[0]


def _derivations(sheet: Sheet, until: str | None) -> Iterator[Derivation]:
    """The derivations in order, up to that of `until`."""
    uses: dict[str, list[RuleUse]] = {}
    passes = backward(sheet, lambda name, use: uses.setdefault(name, []).append(use))
    holds = _names_within(sheet)
    facts = facts_of(sheet)
    scope = sheet.scope
    users: dict[str, list[Definition]] = {}
    for definition in reversed(sheet.definitions):
        if definition.name in passes:
            for name in symbols(definition.expression):
                users.setdefault(name, []).append(definition)
    definitions = set(sheet.expressions)
    inlined: dict[Expression, Expression] = {}
    for quantity, raw in passes.items():
        if quantity == sheet.cost:
            continue
        target = scope.adjoint(quantity)
        using = users[quantity]
        ordinary = all(is_ordinary(definition.expression) for definition in using)
        if ordinary:
            local, raw = _ordinary_steps(sheet, quantity, using, facts)
        else:
            local = _local_steps(sheet, quantity, uses, holds, using, raw)
        put_in = ordinary or scope.delta_name(quantity) is not None
        steps, lines = _simplified(raw, inlined, put_in, facts)
        result = lines[-1]
        if quantity in definitions and scope.delta_name(quantity) is None:
            inlined[target] = result
        used = tuple(
            name for name in symbols(result) if name != text(target) and scope.meaning(name)
        )
        yield Derivation(quantity, target, (*local, *steps), lines, used)
        if quantity == until:
            return


def _names_within(sheet: Sheet) -> dict[Expression, frozenset[Expression]]:
    """For every part of the definitions, the names that stand in it."""
    found: dict[Expression, frozenset[Expression]] = {}
    for part in postorder(*sheet.expressions.values()):
        if part.operation is SYMBOL:
            found[part] = frozenset((part,))
        else:
            found[part] = frozenset().union(*(found[arg] for arg in part.args))
    return found


def _simplified(
    raw: Expression, inlined: dict[Expression, Expression], always: bool, facts: Facts
) -> tuple[list[Step], tuple[Expression, ...]]:
    """The steps from what the rules give to the form that is kept, and the lines between."""
    plain = simplify(raw, facts)
    chosen, put_in = plain, raw
    used = {leaf: inlined[leaf] for leaf in symbols(raw).values() if leaf in inlined}
    if used:
        put_in = substitute(raw, used)
        other = simplify(put_in, facts)
        price, least = cost(other.result, facts), cost(plain.result, facts)
        limit = MAX_DELTA_GROWTH * least + 20 if always else least - 1
        if price <= limit:
            chosen = other
        else:
            put_in = raw
    lines = [raw]
    steps: list[Step] = []
    if put_in is not raw:
        names = ", ".join(f"`{text(leaf)}`" for leaf in used)
        known = ", ".join(f"`{text(leaf)} = {text(value)}`" for leaf, value in used.items())
        first = next(iter(used))
        why = f"{names} was worked out before: {known}."
        steps.append(Step("rewriting", SUBSTITUTE, raw, put_in, first, why))
        lines.append(put_in)
    steps.extend(replayed(put_in, chosen.steps, facts))
    if chosen.result is not lines[-1]:
        if len(lines) > 1 and _bare(chosen.result) == _bare(lines[-1]):
            lines.pop()
        lines.append(chosen.result)
    return steps, tuple(lines)


def _bare(line: Expression) -> str:
    """The text without brackets: lines that differ in nothing else are one line."""
    return text(line).replace("(", "").replace(")", "")


def replayed(root: Expression, rewrites: Iterable[Rewrite], facts: Facts) -> Iterator[Step]:
    """Rewriting steps on the whole right-hand side; steps of one rule in a row are one step."""
    pending: Step | None = None
    for before, after, rewrite in _whole(root, rewrites):
        if pending is not None and pending.rule == rewrite.rule.name:
            pending = replace(pending, after=after)
            continue
        if pending is not None:
            yield pending
        why = reason(rewrite, facts)
        pending = Step("rewriting", rewrite.rule.name, before, after, rewrite.before, why)
    if pending is not None:
        yield pending


def _whole(
    root: Expression, rewrites: Iterable[Rewrite]
) -> Iterator[tuple[Expression, Expression, Rewrite]]:
    """The whole tree before and after each rewrite.

    What has been rewritten once may come up again in what a later rule gives; then it is rewritten
    again, which the normal form does not tell a second time.
    """
    current = root
    again: dict[Expression, Rewrite] = {}
    for rewrite in rewrites:
        if rewrite.rule in MOVES:
            again.clear()
        due: Rewrite | None = rewrite
        while due is not None:
            following = (
                due.after if due.before is current else substitute(current, {due.before: due.after})
            )
            if following is not current:
                yield current, following, due
                current = following
            if due.rule not in MOVES:
                again[due.before] = due
            due = next((again[part] for part in postorder(current) if part in again), None)


def _local_steps(
    sheet: Sheet,
    quantity: str,
    uses: dict[str, list[RuleUse]],
    holds: dict[Expression, frozenset[Expression]],
    using: list[Definition],
    raw: Expression,
) -> list[Step]:
    """The local rules on the way from each definition that uses a quantity down to it."""
    leaf = sheet.symbol(quantity)
    steps: list[Step] = []
    for definition in using:
        for use in uses.get(definition.name, ()):
            if leaf in holds[use.node.args[use.argument]]:
                steps.append(
                    Step(
                        "derivative",
                        rule_name(use),
                        use.upstream,
                        use.result,
                        use.node,
                        sentence(use),
                    )
                )
    if len(using) > 1:
        steps.append(_paths(quantity, len(using), steps[-1].after, raw, leaf))
    return steps


def _ordinary_steps(
    sheet: Sheet, quantity: str, using: list[Definition], facts: Facts
) -> tuple[list[Step], Expression]:
    """The rules of ordinary calculus in each definition, and the derivative they give."""
    leaf = sheet.symbol(quantity)
    steps: list[Step] = []
    terms: list[Expression] = []
    for definition in using:
        found, slope = slopes(definition.expression, leaf, facts)
        steps.extend(found)
        if definition.name == sheet.cost:
            terms.append(slope)
            continue
        above = sheet.scope.adjoint(definition.name)
        name = definition.name
        terms.append(times(above, slope))
        why = (
            f"`{sheet.cost}` depends on `{quantity}` through `{name}`: d{sheet.cost}/d{name} times "
            f"d{name}/d{quantity}."
        )
        steps.append(Step("derivative", "chain rule", above, terms[-1], leaf, why))
    raw = plus(*terms)
    if len(using) > 1:
        steps.append(_paths(quantity, len(using), terms[-1], raw, leaf))
    return steps, raw


def _paths(
    quantity: str, count: int, before: Expression, after: Expression, leaf: Expression
) -> Step:
    why = f"`{quantity}` is used in {count} equations; what comes back from each is added up."
    return Step("derivative", PATHS, before, after, leaf, why)
