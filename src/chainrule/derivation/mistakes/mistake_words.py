"""Mistakes in words: what is there, what belongs there, and why, in one sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator

from chainrule.algebra import (
    DIVIDE,
    FUNCTIONS,
    MATMUL,
    MEAN,
    MULTIPLY,
    NEGATE,
    SUM_OF,
    TRANSPOSE,
    UNKNOWN,
    Expression,
    occurrences,
    shape_text,
    text,
    transposed,
)
from chainrule.derivation.asking.cost_scale import averaged, mean_sizes
from chainrule.derivation.asking.question import Question
from chainrule.derivation.mistakes.text_repairs import Repair

MAX_QUOTED = 70


def quoted(words: str) -> str:
    """A piece of text in backticks, cut in the middle if it is long."""
    words = " ".join(words.split())
    if len(words) > MAX_QUOTED:
        half = MAX_QUOTED // 2 - 2
        words = f"{words[:half]} … {words[-half:]}"
    return f"`{words}`"


def explained(repair: Repair, asked: Question) -> str:
    """The message for one edit."""
    kind, was, now = repair.edit.kind, quoted(repair.was), quoted(repair.now)
    before, after = repair.before, repair.after
    gone = None if repair.dropped is None else quoted(repair.dropped)
    if kind == "transpose":
        return _transpose(repair, was, now)
    if kind == "sign":
        return f"the sign of {was} is wrong: it should be {now}"
    if kind == "symbol":
        return f"{was} should be {now}{_shape_reason(before, after)}"
    if kind == "factor":
        if gone is not None:
            return f"the factor {gone} does not belong here"
        return f"{was} should be {now}: a constant factor is off"
    if kind == "sum-mean":
        return _sum_mean(repair, was, now, gone, averaged(asked))
    if kind == "missing-factor":
        return f"a factor is missing beside {was}: it should be {now}{_factor_reason(repair)}"
    if kind == "extra-factor":
        what = gone or f"a factor in {was}"
        return f"{what} is a factor too many: {now} is left"
    if kind == "missing-term":
        return f"a term is missing: {was} should be {now}"
    if kind == "extra-term":
        return f"{gone or was} is a term too many: {now} is left"
    if kind == "axis":
        return _axis(repair, was, now)
    if kind == "function":
        return f"{was} should be {now}{_function_reason(before, after)}"
    if kind == "operator":
        return f"{was} should be {now}: the operator is another one"
    if kind == "order":
        return f"{was} is in the wrong order: it should be {now}"
    if kind == "power":
        return f"{was} should be {now}: the power is off"
    if kind == "grouping" and before.operation is MULTIPLY and after.operation is not MULTIPLY:
        what = "mean" if any(arg.name == "mean" for _, arg in occurrences(before)) else "sum"
        if any(_bare(after).operation is one for one in (SUM_OF, MEAN)):
            return f"{was} should be {now}: the {what} of a product is no product of {what}s"
    if kind == "grouping":
        return f"{was} should be {now}: the brackets belong elsewhere"
    return f"{was} should be {now}"


def _transpose(repair: Repair, was: str, now: str) -> str:
    before, after = repair.before, repair.after
    if before.operation is MULTIPLY and after.operation is MATMUL:
        return _transposed_factor(before, after, now)
    shapes = ""
    if UNKNOWN not in (before.shape, after.shape):
        shapes = f": {now} is {shape_text(after.shape)}, {was} is {shape_text(before.shape)}"
        if before.shape == after.shape:
            shapes = f": it should be {now}"
    elif after.shape != UNKNOWN:
        return (
            f"the sizes do not fit in {was}: it should be {now}, which is {shape_text(after.shape)}"
        )
    if before.operation is TRANSPOSE and after is before.args[0]:
        return f"{was} should not be transposed{shapes}"
    return f"{was} should be transposed{shapes}"


def _transposed_factor(before: Expression, after: Expression, now: str) -> str:
    """Of two factors of which one is transposed, or should be, to be multiplied as matrices."""
    for factor in before.args:
        if factor not in after.args and transposed(factor) in after.args:
            should = "should not be" if factor.operation is TRANSPOSE else "should be"
            is_now = f"{now} is {shape_text(after.shape)}"
            return f"{quoted(text(factor))} {should} transposed: {is_now}"
    return f"the factors are not laid out as they should be: {now} is {shape_text(after.shape)}"


def _bare(x: Expression) -> Expression:
    return x.args[0] if x.operation is TRANSPOSE else x


def _shape_reason(before: Expression, after: Expression) -> str:
    if before.shape != after.shape and UNKNOWN not in (before.shape, after.shape):
        return f", which is {shape_text(after.shape)}, not {shape_text(before.shape)}"
    return ""


def _sum_mean(
    repair: Repair, was: str, now: str, gone: str | None, means: Collection[Expression]
) -> str:
    """means: the sizes that the cost of the sheet is a mean over."""
    said = f"{was} should be {now}" if gone is None else f"{gone} does not belong here"
    before, after = _sizes(repair.before), _sizes(repair.after)
    if any(before[size] != after[size] for size in means):
        return f"{said}: the cost of the sheet is a mean, and each mean divides once"
    return said


def _sizes(root: Expression) -> Counter[Expression]:
    """How often each size stands in a tree, as a number or as what a mean runs over."""
    found: Counter[Expression] = Counter()
    for _, part in occurrences(root):
        found.update(mean_sizes(part) if part.name != "dimension" else (part,))
    return found


def _factor_reason(repair: Repair) -> str:
    """Why, if the factor that is added is the slope of a function."""
    for part in Counter(_factors(repair.after)) - Counter(_factors(repair.before)):
        if part.operation in FUNCTIONS.values() and part.params[0] > 0:
            return f", since the chain rule passes through {part.name}"
    return ""


def _factors(x: Expression) -> Iterator[Expression]:
    """What stands in a product, above the bar: each factor, without signs and transposes."""
    if x.operation in (MULTIPLY, MATMUL):
        for factor in x.args:
            yield from _factors(factor)
    elif x.operation in (NEGATE, TRANSPOSE, DIVIDE):
        yield from _factors(x.args[0])
    else:
        yield x


def _axis(repair: Repair, was: str, now: str) -> str:
    before, after = repair.before, repair.after
    if after.name == "sum" and after.args[0] is before:
        axis = after.params[0]
        over = before.shape[axis] if axis is not None else "all entries"
        return f"{was} is to be summed over {over}: {now} is {shape_text(after.shape)}"
    if before.name in ("sum", "mean") and after is before.args[0]:
        return f"no {before.name} belongs here: {was} should be {now}"
    reason = (
        "" if UNKNOWN in (before.shape, after.shape) else f", which is {shape_text(after.shape)}"
    )
    return f"{was} goes along the wrong axis: it should be {now}{reason}"


def _function_reason(before: Expression, after: Expression) -> str:
    if before.operation is after.operation and before.operation in FUNCTIONS.values():
        return (
            ": the derivative belongs here, not the function"
            if after.params[0] > before.params[0]
            else ": the function belongs here, not its derivative"
        )
    return ""
