"""Deriving: from a sheet to the equations of its backward pass, as the books write them.

Each derivative is built from the named ones before it by local rules. A delta (the derivative by a
`z`) is written without the derivatives by activations, as the books do: what `dC/da1` is worth is
put in. So are the derivatives by helpers in ordinary calculus. Then the simplest form is looked
for, with the names of the sheet; see `algebra.simplify`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from chainrule.algebra import (
    MOVES,
    SYMBOL,
    ZERO,
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
    letters_of,
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
from chainrule.derivation.deriving.given import given, helpers, is_calculus
from chainrule.derivation.deriving.own_value import own_value
from chainrule.derivation.deriving.reasons import STRETCHED, reason, rule_name, sentence
from chainrule.derivation.deriving.step import Reason, Step
from chainrule.derivation.deriving.steps import Backpropagation, Derivation

MAX_DELTA_GROWTH = 4
"""What `dC/da` is worth is put in if the result costs no more than this many times as much."""

LETTERS = ("j", "k", "l", "i", "p", "q", "r", "s")
"""For entries, in this order."""

SUBSTITUTE = "put in what is known"
PATHS = "every path counts"


def derive_all(sheet: Sheet) -> Backpropagation:
    """The whole backward pass in order; each derivative uses the names of those before it.

    Quantities that the cost does not depend on have no derivation.
    """
    return Backpropagation(sheet, tuple(_derivations(sheet, None, frozenset())))


def derive_trained(sheet: Sheet) -> Backpropagation:
    """The backward pass without the derivatives by what is given; see `given.py`.

    What the derivative is not taken by is listed in `left_out`, except for helpers of ordinary
    calculus.
    """
    without, between = given(sheet), helpers(sheet)
    derivations = tuple(_derivations(sheet, None, without | between))
    left_out = tuple(name for name in sheet.shapes if name in without)
    return Backpropagation(sheet, derivations, left_out)


def derive(sheet: Sheet, wrt: str) -> Derivation:
    """The derivative of the cost by one quantity, in the names of the derivatives before it.

    wrt: a quantity (`W1`) or the derivative's own name (`dC/dW1`, `delta1`). Raises AlgebraError
    if there is no such quantity or the cost does not depend on it.
    """
    name = quantity_of(sheet, wrt)
    found = None
    for derivation in _derivations(sheet, name, frozenset()):
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


def _derivations(sheet: Sheet, until: str | None, without: frozenset[str]) -> Iterator[Derivation]:
    """The derivations in order, up to that of `until`, without those by some quantities."""
    uses: dict[str, list[RuleUse]] = {}
    passes = backward(sheet, lambda name, use: uses.setdefault(name, []).append(use))
    local = _Local(sheet, uses)
    facts = facts_of(sheet)
    scope = sheet.scope
    users: dict[str, list[Definition]] = {}
    for definition in reversed(sheet.definitions):
        if definition.name in passes:
            for name in symbols(definition.expression):
                users.setdefault(name, []).append(definition)
    definitions = set(sheet.expressions)
    calculus = is_calculus(sheet)
    inlined: dict[Expression, Expression] = {}
    for quantity, raw in passes.items():
        if quantity == sheet.cost or quantity in without:
            continue
        target = scope.adjoint(quantity)
        using = users[quantity]
        if calculus:
            if until not in (None, quantity):
                continue
            yield _forward(sheet, quantity, target, facts)
            continue
        ordinary = all(is_ordinary(definition.expression) for definition in using)
        if ordinary:
            steps, raw = _ordinary_steps(sheet, quantity, using, facts)
        else:
            steps = local.steps(quantity, using, raw)
        put_in = ordinary or scope.delta_name(quantity) is not None
        rewriting, lines = _simplified(raw, inlined, put_in, facts)
        result = lines[-1]
        if quantity in definitions and scope.delta_name(quantity) is None:
            inlined[target] = result
        used = tuple(
            name for name in symbols(result) if name != text(target) and scope.meaning(name)
        )
        yield Derivation(quantity, target, (*steps, *rewriting), lines, used)
        if quantity == until:
            return


def _forward(sheet: Sheet, quantity: str, target: Expression, facts: Facts) -> Derivation:
    """The derivative of a function of ordinary calculus, from the inside out."""
    known: dict[Expression, Expression] = {}
    worth: dict[Expression, Expression] = {}
    steps: list[Step] = []
    leaf, raw = sheet.symbol(quantity), ZERO
    for definition in sheet.definitions:
        moving = {leaf, *known} & set(symbols(definition.expression).values())
        if definition.name == quantity or not moving:
            continue
        if not _leads(sheet, definition.name):
            continue
        found, raw = slopes(definition.expression, leaf, facts, known, definition.name)
        if definition.name == sheet.cost:
            steps += found
            break
        value = simplify(substitute(raw, worth), facts).result
        *inner, last = found
        between = None if value is raw else raw
        steps += [*inner, replace(last, after=value, between=between)]
        named = sheet.scope.derivative(definition.name, quantity)
        known[sheet.symbol(definition.name)] = named
        worth[named] = value
    rewriting, lines = _simplified(raw, worth, None, facts)
    own = own_value(sheet, lines[-1], facts) if quantity == sheet.scope.variable else ()
    lines = (*lines, *(step.after for step in own))
    return Derivation(quantity, target, (*steps, *rewriting, *own), lines, ())


def _leads(sheet: Sheet, name: str) -> bool:
    """Whether the function is worked out from a name."""
    return name == sheet.cost or name in sheet.scope.inputs[sheet.cost]


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
    raw: Expression, inlined: dict[Expression, Expression], growing: bool | None, facts: Facts
) -> tuple[list[Step], tuple[Expression, ...]]:
    """The steps from what the rules give to the form that is kept, and the lines between.

    growing: whether what is known is put in even if the result grows by it; None: in any case.
    """
    plain = simplify(raw, facts)
    chosen, put_in = plain, raw
    used = {leaf: inlined[leaf] for leaf in symbols(raw).values() if leaf in inlined}
    if used:
        put_in = substitute(raw, used)
        other = simplify(put_in, facts)
        price, least = cost(other.result, facts), cost(plain.result, facts)
        limit = MAX_DELTA_GROWTH * least + 20 if growing else least - 1
        if growing is None or price <= limit:
            chosen = other
        else:
            put_in = raw
    lines = [raw]
    steps: list[Step] = []
    if put_in is not raw:
        first = next(iter(used))
        equations = [piece for pair in used.items() for piece in (" and ", pair)][1:]
        why = ("From before: ", *equations, ".")
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
    said_of: list[Reason] = []
    for before, after, rewrite in _whole(root, rewrites):
        if pending is not None and pending.rule == rewrite.rule.name:
            more = reason(rewrite, facts)
            said = pending.reason if more in said_of else (*pending.reason, " ", *more)
            said_of.append(more)
            pending = replace(pending, after=after, reason=said)
            continue
        if pending is not None:
            yield pending
        why = reason(rewrite, facts)
        said_of = [why]
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


class _Local:
    """The local rules on the way from the definitions that use a quantity down to it."""

    def __init__(self, sheet: Sheet, uses: dict[str, list[RuleUse]]) -> None:
        self.sheet = sheet
        self.uses = uses
        self.letters = letters_for(sheet)
        self.holds = _names_within(sheet)

    def steps(self, quantity: str, using: list[Definition], raw: Expression) -> list[Step]:
        """The steps to `raw`, the derivative by a quantity that these definitions use."""
        leaf = self.sheet.symbol(quantity)
        several = len(using) > 1
        steps: list[Step] = []
        for definition in using:
            through = self.sheet.symbol(definition.name) if several else None
            steps += self._within(definition, leaf, through, raw)
        if several:
            names = [piece for d in using for piece in (" and ", self.sheet.symbol(d.name))][1:]
            why = (leaf, " is used in ", *names, ": what comes back from each is added up.")
            steps.append(Step("derivative", PATHS, steps[-1].after, raw, leaf, why, part=leaf))
        return steps

    def _within(
        self, definition: Definition, leaf: Expression, through: Expression | None, raw: Expression
    ) -> Iterator[Step]:
        """The steps of one definition; a part that stands in several places adds up."""
        uses = [
            use
            for use in self.uses.get(definition.name, ())
            if leaf in self.holds[use.node.args[use.argument]]
        ]
        came: dict[Expression, list[Step]] = {}
        places = Counter(use.node.args[use.argument] for use in uses if use.rule != STRETCHED)
        pending: list[Step] = []
        for use in uses:
            if use.node in came and places[use.node] > 1:
                yield self._added_up(use.node, came.pop(use.node), use.upstream)
            part = use.node.args[use.argument]
            others = (arg for i, arg in enumerate(use.node.args) if i != use.argument)
            alone = not any(leaf in self.holds[arg] for arg in others)
            step = self._step(use, rule_name(use, alone), through, places[part] > 1)
            if use.rule == STRETCHED and pending:
                step = _stretched(pending.pop(), step)
                came[part].pop()
            if pending:
                yield pending.pop()
            pending.append(step)
            came.setdefault(part, []).append(step)
        yield from pending
        if places[leaf] > 1:
            total = raw if through is None else plus(*(step.after for step in came[leaf]))
            yield replace(self._added_up(leaf, came[leaf], total), through=through)

    def _step(self, use: RuleUse, rule: str, through: Expression | None, several: bool) -> Step:
        part = use.node.args[use.argument]
        leads = use.node if several else through if part.operation is SYMBOL else None
        return Step(
            "derivative",
            rule,
            use.upstream,
            use.result,
            use.node,
            sentence(use, self.letters),
            part=part,
            through=leads,
        )

    def _added_up(self, part: Expression, came: list[Step], total: Expression) -> Step:
        why = (part, f" stands in {len(came)} places: what comes back from each is added up.")
        return Step("derivative", PATHS, came[-1].after, total, part, why, part=part)


def _stretched(used: Step, summed: Step) -> Step:
    """The use of a rule, and the sum over what was stretched for it, as one step."""
    if used.before is used.after:
        return summed
    reason = (*used.reason, " ", *summed.reason)
    return replace(used, after=summed.after, reason=reason)


def _ordinary_steps(
    sheet: Sheet, quantity: str, using: list[Definition], facts: Facts
) -> tuple[list[Step], Expression]:
    """The rules of ordinary calculus in each definition, and the derivative they give."""
    leaf, cost_leaf = sheet.symbol(quantity), sheet.symbol(sheet.cost)
    steps: list[Step] = []
    terms: list[Expression] = []
    for definition in using:
        found, slope = slopes(definition.expression, leaf, facts, name=definition.name)
        steps.extend(found)
        if definition.name == sheet.cost:
            terms.append(slope)
            continue
        above, middle = sheet.scope.adjoint(definition.name), sheet.symbol(definition.name)
        terms.append(times(above, slope))
        why = (
            cost_leaf, " depends on ", leaf, " through ", middle, ": the derivative by ", middle,
            ", times that of ", middle, " by ", leaf, ".",
        )  # fmt: skip
        through = middle if len(using) > 1 else None
        steps.append(Step("derivative", "chain rule", above, terms[-1], middle, why, leaf, through))
    raw = plus(*terms)
    if len(using) > 1:
        names = [piece for d in using for piece in (" and ", sheet.symbol(d.name))][1:]
        why = (leaf, " is used in ", *names, ": what comes back from each is added up.")
        steps.append(Step("derivative", PATHS, terms[-1], raw, leaf, why, part=leaf))
    return steps, raw


def letters_for(sheet: Sheet) -> tuple[str, ...]:
    """Three letters for entries that mean nothing else in the sheet."""
    taken = {*sheet.shapes, *sheet.dimensions}
    for expression in sheet.expressions.values():
        taken.update(letters_of(expression))
    return tuple(letter for letter in LETTERS if letter not in taken)[:3]
