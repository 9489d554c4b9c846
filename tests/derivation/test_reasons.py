"""Every step of every shipped sheet: what it says is true, and the rule it names is the one used.

Truth comes from the complex step, from rules written again in NumPy (`local_rules.py`) and from
what each rewriting does to a line (`rewriting_rules.py`).
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from chainrule.algebra import (
    ADD,
    DIVIDE,
    ENTRY,
    MULTIPLY,
    NEGATE,
    POWER_OF,
    Array,
    Declaration,
    Definition,
    Expression,
    Point,
    Sheet,
    entry,
    evaluate,
    function_of,
    postorder,
    sample,
    sheet_names,
    substitute,
    symbol,
    symbols,
    text,
    with_args,
)
from chainrule.derivation import Derivation, Step, canonical, derive_all, derive_entry, jacobian

from .local_rules import SLOPES, handed_on, is_named_well, summed_to
from .rewriting_rules import PREDICATES, QUIET
from .sheets import sheet_of

SHEETS = sheet_names()
PROBE = "probe"
PATHS = "every path counts"
Case = tuple[Sheet, Derivation, Step, Point]


@cache
def derivations(name: str) -> tuple[Derivation, ...]:
    """All of a sheet: the gradients, one entry of each, and some Jacobians."""
    sheet = sheet_of(name)
    found = list(derive_all(sheet).derivations)
    for one in tuple(found):
        if one.target.shape != (1, 1):
            found.append(derive_entry(sheet, one.wrt, ("p", "q")))
    pairs = {"softmax": ("a2", "z2"), "quadratic": ("z2", "a1"), "skip": ("a2", "x")}
    if name in pairs:
        found.append(jacobian(sheet, *pairs[name]))
    return tuple(found)


@cache
def point_of(name: str) -> Point:
    return sample(sheet_of(name), np.random.default_rng(17))


def close(value: Array, expected: Array) -> bool:
    value, expected = np.broadcast_arrays(value, expected)
    scale = max(float(np.abs(expected).max()), 1e-3)
    return bool(np.allclose(value, expected, rtol=1e-9, atol=1e-11 * scale))


@pytest.mark.parametrize("name", SHEETS)
def test_what_every_step_says_is_true_by_numbers(name: str) -> None:
    for derivation in derivations(name):
        for step in {*derivation.steps, *derivation.telling}:
            expected = worth(sheet_of(name), derivation, step, point_of(name))
            for side in (step.after, step.between):
                if side is not None:
                    assert close(point_of(name).value(side), expected), (text(step.after), step.why)


@pytest.mark.parametrize("name", SHEETS)
def test_the_equations_in_every_reason_hold(name: str) -> None:
    for derivation in derivations(name):
        for step in derivation.telling:
            for piece in step.reason:
                if isinstance(piece, tuple):
                    first, *others = (point_of(name).value(side) for side in piece)
                    assert all(close(value, first) for value in others), step.why


@pytest.mark.parametrize("name", SHEETS)
def test_the_rule_that_is_named_is_the_rule_that_is_used(name: str) -> None:
    sheet, point = sheet_of(name), point_of(name)
    for derivation in derivations(name):
        for i, step in enumerate(derivation.telling):
            earlier = derivation.telling[:i]
            assert is_applied(sheet, derivation, step, point, earlier), (step.rule, step.why)


@pytest.mark.parametrize("name", SHEETS)
def test_of_all_steps_the_rewriting_is_the_one_named(name: str) -> None:
    for derivation in derivations(name):
        for step in derivation.steps:
            if step.kind == "rewriting":
                rules = PREDICATES | QUIET
                assert rules[step.rule](step, sheet_of(name)), (step.rule, step.why)


@pytest.mark.parametrize("name", SHEETS)
def test_every_step_that_is_shown_changes_something(name: str) -> None:
    for derivation in derivations(name):
        shown = derivation.telling
        assert shown
        for step in shown:
            if step.kind == "rewriting":
                assert canonical(step.before) != canonical(step.after), step.rule
                assert step.rule in PREDICATES, f"{step.rule} is noise"
            if step.kind == "derivative" and step.before is step.after and len(shown) > 1:
                assert step.rule == "sum rule" or step.part is not step.node, step.why
        lines = [canonical(line) for line in derivation.telling_lines]
        assert len(set(lines)) == len(lines)


def test_there_are_two_minus_signs_where_two_are_named() -> None:
    for name in SHEETS:
        for derivation in derivations(name):
            for step in derivation.steps:
                if "Two minus signs" in step.why:
                    before, after = (
                        sum(part.operation is NEGATE for part in every(x))
                        for x in (step.before, step.after)
                    )
                    assert before - after >= 2, (name, text(step.before))


def every(x: Expression) -> list[Expression]:
    return [x, *(part for arg in x.args for part in every(arg))]


def test_a_false_reason_is_noticed() -> None:
    """Each rule's predicate is false of what other rules do."""
    rewriting = [
        (sheet_of(name), step)
        for name in SHEETS
        for derivation in derivations(name)
        for step in derivation.telling
        if step.kind == "rewriting"
    ]
    met = {step.rule for _, step in rewriting}
    for rule in met:
        others = [(sheet, step) for sheet, step in rewriting if step.rule != rule]
        wrong = sum(not PREDICATES[rule](step, sheet) for sheet, step in others)
        assert wrong / len(others) > 0.7, rule
    assert {"cancel", "definition", "multiply out", "factor out", "adds up to 1"} <= met


@pytest.mark.parametrize(
    ("name", "wrt", "rule", "false"),
    [
        ("softmax", "z2", "cancel", "multiply out"), ("softmax", "z2", "definition", "cancel"),
        ("softmax", "z2", "adds up to 1", "constant factor out of the sum"),
        ("cross-entropy", "z2", "collect like terms", "work the numbers out"),
        ("quadratic", "a2", "chain rule", "power rule"),
        ("quadratic", "a2", "constant factor", "quotient rule"),
        ("softmax", "a2", "derivative of log", "chain rule"),
        ("rows", "b1", "sum over what was broadcast", "sum rule"),
        ("product-rule", "x", "product rule", "constant multiple rule"),
        ("quotient-rule", "x", "quotient rule", "product rule"),
        ("power-rule", "x", "power rule", "chain rule"),
    ],
)  # fmt: skip
def test_a_rule_of_another_name_is_noticed(name: str, wrt: str, rule: str, false: str) -> None:
    sheet, point = sheet_of(name), point_of(name)
    derivation = next(d for d in derivations(name) if d.wrt == wrt)
    place = next(i for i, step in enumerate(derivation.telling) if step.rule == rule)
    earlier, step = derivation.telling[:place], derivation.telling[place]
    assert is_applied(sheet, derivation, step, point, earlier)
    assert not is_applied(sheet, derivation, replace(step, rule=false), point, earlier)


def worth(sheet: Sheet, derivation: Derivation, step: Step, point: Point) -> Array:
    """What `after` has to be worth, by the complex step."""
    if step.kind == "derivative":
        assert step.part is not None
        if step.part.operation is ENTRY or step.rule == "take one entry":
            return _by_entry(sheet, derivation, step, point)
        return probed(sheet, step, point)
    if step.kind in ("slope", "jacobian"):
        if derivation.wrt == sheet.cost or step.rule == "the derivative backwards":
            return point.value(step.after)
        return of_part(sheet, derivation, step.before, point)
    if step.kind == "gathering":
        letters = [index[0] for index in derivation.target.params if index is not None]
        assert close(point.value(entry(step.after, *letters)), point.value(step.before))
        return point.complex_step(sheet.cost, derivation.wrt)[:, :, 0, 0]
    if step.kind == "rewriting":
        assert close(point.value(step.before), point.value(step.after))
        return point.value(step.before)
    return point.value(step.before)


def _by_entry(sheet: Sheet, derivation: Derivation, step: Step, point: Point) -> Array:
    """The derivative by one entry: that of the probe that stands for the quantity, at its entry."""
    quantity = sheet.symbol(derivation.wrt)
    slopes = probed(sheet, replace(step, part=quantity, node=quantity), point)
    letters = [index[0] for index in derivation.target.params if index is not None]
    return evaluate(entry(symbol(PROBE, quantity.shape), *letters), {PROBE: slopes}, point.sizes)


def probed(sheet: Sheet, step: Step, point: Point) -> Array:
    """The derivative of the cost by a part: a name of its own is put in its place.

    In one definition only, or in one node, if the step speaks of what comes through that.
    """
    part, through = step.part, step.through
    assert part is not None
    users = [d for d in sheet.definitions if part in set(postorder(d.expression))]
    named = None if through is None else text(through)
    if named in sheet.expressions:
        users, through = [d for d in users if d.name == named], None
    total: Array = np.zeros(point.value(part).shape)
    for user in users:
        total = total + probe(sheet, user, part, None if part is step.node else through, point)
    return total


def probe(
    sheet: Sheet, user: Definition, part: Expression, node: Expression | None, point: Point
) -> Array:
    """The derivative of the cost by `part`, wherever it stands in a definition.

    node: only where it is an argument of this node.
    """
    leaf = symbol(PROBE, part.shape)
    if node is None:
        expression = substitute(user.expression, {part: leaf})
    else:
        changed = with_args(node, tuple(leaf if arg is part else arg for arg in node.args))
        expression = substitute(user.expression, {node: changed})
    definitions = tuple(
        Definition(d.name, expression) if d.name == user.name else d for d in sheet.definitions
    )
    probing = Sheet((*sheet.declarations, Declaration(PROBE, part.shape)), definitions, sheet.cost)
    values = {**point.values, PROBE: point.value(part)}
    return Point(probing, values, point.sizes).complex_step(sheet.cost, PROBE)[:, :, 0, 0]


def of_part(sheet: Sheet, derivation: Derivation, part: Expression, point: Point) -> Array:
    """The derivative of a part by what the derivation is taken by; for vectors, the Jacobian."""
    probing = Sheet(sheet.declarations, (*sheet.definitions, Definition(PROBE, part)), sheet.cost)
    values = {**point.values, PROBE: point.value(part)}
    return Point(probing, values, point.sizes).jacobian(PROBE, derivation.wrt)


def is_applied(
    sheet: Sheet, derivation: Derivation, step: Step, point: Point, earlier: tuple[Step, ...]
) -> bool:
    """Whether the rule that a step names is the one that leads to what it says."""
    if step.kind == "rewriting":
        return step.rule in PREDICATES and PREDICATES[step.rule](step, sheet)
    if step.kind == "slope":
        return slope_is_applied(sheet, derivation, step, point)
    if step.kind != "derivative" or step.part is None:
        return step.rule in OTHER_RULES
    if step.rule == PATHS and step.part is step.node:
        came = [one for one in earlier if one.part is step.part and one.through is not None]
        of_definitions = [one for one in came if text(one.through or one.node) in sheet.expressions]
        came = of_definitions if step.through is None and of_definitions else came
        came = came if step.through is None else [o for o in came if o not in of_definitions]
        total = sum(point.value(one.after) for one in came)
        return len(came) > 1 and close(point.value(step.after), np.asarray(total))
    if step.part.operation is ENTRY or (step.rule == "chain rule" and not step.node.args):
        return step.rule in (PATHS, "chain rule", "take one entry")
    return local_is_applied(sheet, derivation, step, point)


OTHER_RULES = {
    "entry by entry", "all entries together", "matrix product rule", "sum rule", "chain rule",
    "derivative of softmax", "derivative of relu", "derivative of sigma", "take one entry",
}  # fmt: skip
"""Of entries and Jacobians, which `worth` compares with the complex step."""


def local_is_applied(sheet: Sheet, derivation: Derivation, step: Step, point: Point) -> bool:
    node, part = step.node, step.part
    wrt = sheet.symbol(derivation.wrt)
    for i, arg in enumerate(node.args):
        if arg is part or (arg.operation is ADD and part in arg.args):
            handed = handed_on(step, i, point)
            assert part is not None
            value = summed_to(handed, point.value(part).shape)
            if is_named_well(step, i, wrt) and close(point.value(step.after), value):
                return True
    return False


def slope_is_applied(sheet: Sheet, derivation: Derivation, step: Step, point: Point) -> bool:
    """Ordinary calculus: the rule by its formula, the slopes of the parts by the complex step."""
    node, wrt = step.node, sheet.symbol(derivation.wrt)

    def depends(x: Expression) -> bool:
        return wrt in symbols(sheet_of_names(sheet, x, wrt)).values()

    def slope(x: Expression) -> Array:
        return of_part(sheet, derivation, x, point)

    moving = [arg for arg in node.args if depends(arg)]
    values = [point.value(arg) for arg in node.args]
    if node.operation in (ADD, NEGATE):
        sign = -1 if node.operation is NEGATE else 1
        wanted = "sum rule" if node.operation is ADD else "constant multiple rule"
        value = sign * sum(slope(arg) for arg in node.args)
    elif node.operation is MULTIPLY:
        wanted = "product rule" if len(moving) > 1 else "constant multiple rule"
        value = sum(
            slope(arg) * np.prod([v for k, v in enumerate(values) if k != i])
            for i, arg in enumerate(node.args)
        )
    elif node.operation is DIVIDE:
        wanted = "quotient rule" if depends(node.args[1]) else "constant multiple rule"
        (u, v), (du, dv) = values, map(slope, node.args)
        value = (du * v - u * dv) / v**2
    elif node.operation is POWER_OF:
        u, n = values
        wanted = _of_power(wrt, node.args, moving)
        value = n * u ** (n - 1) * slope(node.args[0])
        if node.args[1] in moving:
            value = value + np.log(u) * u**n * slope(node.args[1])
    else:
        assert function_of(node.operation) is not None, node
        name = node.operation.name
        wanted = f"derivative of {name}" if node.args[0] is wrt else "chain rule"
        value = SLOPES[name](values[0]) * slope(node.args[0])
    return step.rule == wanted and close(point.value(step.after), np.asarray(value))


def _of_power(wrt: Expression, args: tuple[Expression, ...], moving: list[Expression]) -> str:
    """The name of the rule for u**v."""
    base, exponent = args
    if exponent not in moving:
        return "power rule" if base is wrt else "chain rule"
    if base not in moving:
        return "exponential rule" if exponent is wrt else "chain rule"
    return "logarithmic differentiation"


def sheet_of_names(sheet: Sheet, x: Expression, wrt: Expression) -> Expression:
    """The expression with every name put in that is worked out from what the slope is taken by."""
    later = {sheet.symbol(d.name): d.expression for d in sheet.definitions if d.name != text(wrt)}
    for _ in later:
        x = substitute(x, later)
    return x
