"""Steps and lines that say nothing new, made part of the ones beside them.

Nothing new: terms or factors in another order, a factor 1 less (or ones that only give a shape), a
minus sign moved or two of them made a plus. `canonical` is the same text for two expressions that
differ in no more than that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from chainrule.algebra import (
    ADD,
    DIVIDE,
    MATMUL,
    MULTIPLY,
    NEGATE,
    ONE,
    ONES,
    RENAME,
    Expression,
    add,
    divide,
    matmul,
    multiply,
    negated,
    postorder,
    text,
    with_args,
)
from chainrule.derivation.deriving.step import Step

Signed = tuple[int, str]
Factors = tuple[tuple[str, ...], tuple[str, ...]]


def canonical(root: Expression) -> str:
    """The expression with its terms and factors in one order, no factor 1, and signs in front."""
    keys: dict[Expression, Signed] = {}
    factors: dict[Expression, Factors] = {}
    for part in postorder(root):
        keys[part] = _key(part, keys, factors)
    sign, key = keys[root]
    return key if sign > 0 else f"-{key}"


def _key(
    part: Expression, keys: dict[Expression, Signed], factors: dict[Expression, Factors]
) -> Signed:
    if part.operation is NEGATE:
        sign, key = keys[part.args[0]]
        if part.args[0] in factors:
            factors[part] = factors[part.args[0]]
        return -sign, key
    if part.operation in (MULTIPLY, DIVIDE):
        return _product_key(part, keys, factors)
    if part.operation is ADD:
        terms = sorted((keys[term][1], keys[term][0]) for term in _flat(part))
        first = terms[0][1]
        signed = (f"{'+' if sign == first else '-'}{key}" for key, sign in terms)
        return first, f"({' '.join(signed)})"
    if not part.args:
        return 1, "1" if part.operation is ONES else text(part)
    args = _flat(part) if part.operation is MATMUL else part.args
    inner = (f"{'' if keys[arg][0] > 0 else '-'}{keys[arg][1]}" for arg in args)
    return 1, f"{part.operation.name}{part.params}[{', '.join(inner)}]"


def _product_key(
    part: Expression, keys: dict[Expression, Signed], factors: dict[Expression, Factors]
) -> Signed:
    sign, over, under = 1, list[str](), list[str]()
    for place, arg in enumerate(part.args):
        sign *= keys[arg][0]
        turned = part.operation is DIVIDE and place == 1
        bare = keys[arg][1]
        unit = arg is ONE or arg.operation is ONES
        above, below = factors.get(arg, (() if unit else (bare,), ()))
        over += below if turned else above
        under += above if turned else below
    factors[part] = tuple(sorted(over)), tuple(sorted(under))
    key = " * ".join(sorted(over)) or "1"
    if under:
        key = f"{key} / ({' * '.join(sorted(under))})"
    return sign, f"({key})" if under or len(over) > 1 else key


def _flat(part: Expression) -> Iterator[Expression]:
    """The terms of a sum or factors of a product, those of inner ones too."""
    for arg in part.args:
        if arg.operation is part.operation:
            yield from _flat(arg)
        else:
            yield arg


def tidied(root: Expression) -> Expression:
    """The expression without a factor 1, two minus signs in a row or brackets in a sum."""
    done: dict[Expression, Expression] = {}
    for part in postorder(root):
        args = tuple(done[arg] for arg in part.args)
        done[part] = _tidied(part, args)
    return done[root]


def _tidied(part: Expression, args: tuple[Expression, ...]) -> Expression:
    operation = part.operation
    if operation is NEGATE:
        return negated(args[0])
    if operation is ADD:
        return add(
            *(term for arg in args for term in (arg.args if arg.operation is ADD else (arg,)))
        )
    if operation in (MULTIPLY, DIVIDE):
        negative = sum(arg.operation is NEGATE for arg in args) % 2 == 1
        bare = [arg.args[0] if arg.operation is NEGATE else arg for arg in args]
        if operation is DIVIDE:
            whole = bare[0] if bare[1] is ONE else divide(*bare)
        else:
            kept = [arg for arg in bare if arg is not ONE] or [ONE]
            whole = kept[0] if len(kept) == 1 else multiply(*kept)
        if whole.shape == part.shape and whole.indices == part.indices:
            return negated(whole) if negative else whole
    if operation is MATMUL and any(arg.operation is MATMUL for arg in args):
        flat = [f for arg in args for f in (arg.args if arg.operation is MATMUL else (arg,))]
        return matmul(*flat)
    return with_args(part, args) if args else part


def folded_steps(steps: Sequence[Step], lines: Sequence[Expression]) -> tuple[Step, ...]:
    """The steps, those that say nothing new made part of the ones beside them.

    A rewriting that says nothing belongs to the step before it if that leads to one of the lines,
    or if another rewriting comes before it; else to the one after it.
    """
    kept: list[Step] = []
    quiet: dict[Expression, Step] = {}
    waiting: Step | None = None
    written = {tidied(line) for line in lines}
    rules = [step for step in steps if step.kind == "derivative"]
    used = {step.node for step in rules if step.node is not step.part}
    for step in map(_tidy, steps):
        if step.kind == "rewriting":
            if waiting is not None:
                step, waiting = replace(step, before=waiting.before), None
            if not says_nothing(step):
                kept.append(step)
            elif kept and (kept[-1].kind == "rewriting" or step.after in written):
                kept[-1] = _led_on(kept[-1], step)
            else:
                waiting = step
            continue
        if waiting is not None and kept:
            kept[-1], waiting = _led_on(kept[-1], waiting), None
        if step.kind == "derivative" and step.node in quiet:
            said = quiet[step.node].reason
            step = replace(step, reason=(*said, " ", *step.reason))
        last = step.kind == "derivative" and step.part not in used
        if last and says_nothing(step) and kept and kept[-1].part is step.node:
            said = (*kept[-1].reason, " ", *step.reason)
            kept[-1] = replace(kept[-1], part=step.part, reason=said)
        elif last or not says_nothing(step):
            kept.append(step)
        elif step.kind == "derivative" and step.part is not None:
            quiet[step.part] = step
    if waiting is not None and kept:
        kept[-1] = _led_on(kept[-1], waiting)
    return tuple(step for step in kept if step.kind != "rewriting" or not says_nothing(step))


def _led_on(step: Step, quiet: Step) -> Step:
    """A step that leads to what the quiet one after it leads to."""
    return replace(step, after=quiet.after) if step.after is quiet.before else step


def _tidy(step: Step) -> Step:
    if step.kind in ("rewriting", "derivative", "slope"):
        before = tidied(step.before) if step.kind == "rewriting" else step.before
        return replace(step, before=before, after=tidied(step.after))
    return step


def says_nothing(step: Step) -> bool:
    """Whether a step changes nothing that a reader should see."""
    if step.kind == "rewriting":
        return step.rule == RENAME.name or canonical(step.before) == canonical(step.after)
    if step.kind == "derivative":
        same = step.node.operation is ADD and step.before is step.after
        return same and step.through is None
    return step.kind == "slope" and step.of is None and step.node.operation is NEGATE


def folded_lines(lines: Sequence[Expression]) -> tuple[Expression, ...]:
    """The lines, without those that differ from the next only in what says nothing."""
    kept: list[Expression] = []
    for line in lines:
        if kept and canonical(kept[-1]) == canonical(line):
            kept.pop()
        kept.append(line)
    return tuple(kept)
