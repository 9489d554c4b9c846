"""The worked solution of a derivative, step by step, with no step that says nothing."""

from __future__ import annotations

from collections.abc import Iterator

from chainrule.algebra import (
    ADD,
    MULTIPLY,
    NEGATE,
    ONE,
    Expression,
    Sheet,
    postorder,
    text,
    unicode,
)
from chainrule.derivation import Derivation, derive


def worked(sheet: Sheet, wrt: str, name: str = "f′") -> tuple[str, ...]:
    """The steps of a derivation, the first one first, and the derivative at the end."""
    derivation = derive(sheet, wrt)
    steps = list(slope_steps(derivation))
    chain = telling_lines(derivation)
    lines: list[str] = []
    for before, after, rule, why in steps:
        last = before is sheet.expressions[str(sheet.cost)]
        left = name if last else f"({unicode(before)})′"
        lines.append(f"{left} = {unicode(after)}   {rule}: {why}")
    shown = [steps[-1][1]] if steps else []
    for line in chain:
        if not any(canonical(line) == canonical(before) for before in shown):
            lines.append(f"   = {unicode(line)}" if shown else f"{name} = {unicode(line)}")
            shown.append(line)
    return tuple(lines)


def slope_steps(derivation: Derivation) -> Iterator[tuple[Expression, Expression, str, str]]:
    """The rules that were used: of what, the derivative, the rule's name, and why."""
    for step in derivation.steps:
        if step.kind == "slope":
            yield step.before, step.after, step.rule, step.why


def telling_lines(derivation: Derivation) -> list[Expression]:
    """The lines of a derivation but those that only differ in order, signs or a factor of 1."""
    kept: list[Expression] = []
    for line in derivation.lines:
        if kept and canonical(kept[-1]) == canonical(line):
            kept.pop()
        kept.append(line)
    return kept


def canonical(root: Expression) -> str:
    """The expression with its terms and factors in one order, and no factor of 1."""
    keys: dict[Expression, tuple[int, str]] = {}
    for part in postorder(root):
        keys[part] = _key(part, keys)
    sign, key = keys[root]
    return key if sign > 0 else f"-{key}"


def _key(part: Expression, keys: dict[Expression, tuple[int, str]]) -> tuple[int, str]:
    if part.operation is NEGATE:
        sign, key = keys[part.args[0]]
        return -sign, key
    if part.operation is MULTIPLY:
        signs, factors = 1, list[str]()
        for factor in _flat(part):
            sign, key = keys[factor]
            signs *= sign
            factors += [] if factor is ONE else [key]
        return signs, f"({' * '.join(sorted(factors))})" if len(factors) > 1 else (
            factors or ["1"]
        )[0]
    if part.operation is ADD:
        terms = sorted(f"{'+' if keys[t][0] > 0 else '-'}{keys[t][1]}" for t in _flat(part))
        return 1, f"({' '.join(terms)})"
    if not part.args:
        return 1, text(part)
    inner = (f"{'' if keys[arg][0] > 0 else '-'}{keys[arg][1]}" for arg in part.args)
    return 1, f"{part.operation.name}{part.params}[{', '.join(inner)}]"


def _flat(part: Expression) -> Iterator[Expression]:
    """The terms of a sum or factors of a product, those of inner ones too."""
    for arg in part.args:
        if arg.operation is part.operation:
            yield from _flat(arg)
        else:
            yield arg
