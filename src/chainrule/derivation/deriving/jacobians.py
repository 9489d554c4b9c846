"""Jacobians of vectors by vectors, as matrices: row i is entry i of what is differentiated.

Forward, from the inside out: W @ x has the Jacobian W, an elementwise function the diagonal matrix
of its slopes, softmax diag(a) - a @ a.T; a function of a function the product of the Jacobians.
"""

from __future__ import annotations

from chainrule.algebra import (
    ADD,
    MATMUL,
    MEAN,
    NORM,
    ONE,
    SCALAR,
    SOFTMAX,
    SUM_OF,
    TRANSPOSE,
    ZERO,
    AlgebraError,
    Expression,
    Sheet,
    brief,
    count,
    diag,
    divided,
    eye,
    facts_of,
    filled,
    gradient,
    is_vector,
    length,
    matmul,
    matmul_folded,
    multiply,
    ones,
    plus,
    postorder,
    shape_text,
    simplify,
    subtract,
    symbols,
    times,
    transposed,
)
from chainrule.derivation.deriving.derive import replayed
from chainrule.derivation.deriving.step import Reason, Step
from chainrule.derivation.deriving.steps import Derivation

Found = tuple[str, Expression, Reason]
"""The name of a rule, the Jacobian that it gives, and why."""


def jacobian(sheet: Sheet, over: str, wrt: str) -> Derivation:
    """The Jacobian of one quantity by another; of a scalar, its gradient in the shape of `wrt`.

    Raises ShapeError if one of them is a matrix, AlgebraError if a part on the way is.
    """
    top, bottom = sheet.symbol(over), sheet.symbol(wrt)
    target = sheet.scope.derivative(top.params[0], bottom.params[0])
    if top.shape == SCALAR:
        return _gradient(sheet, top, bottom, target)
    facts = facts_of(sheet).without_diagonals()
    found: dict[Expression, Expression] = {
        bottom: ONE if bottom.shape == SCALAR else eye(length(bottom.shape))
    }
    steps: list[Step] = []
    for definition in sheet.definitions:
        leaf = sheet.symbol(definition.name)
        if leaf is not bottom and any(
            used in found for used in symbols(definition.expression).values()
        ):
            if leaf is not top and not _leads_to(sheet, leaf, top):
                continue
            found[leaf] = _local(definition.expression, found, steps, definition.name)
        if leaf is top:
            break
    raw = found.get(top)
    if raw is None:
        raise AlgebraError(f"`{over}` does not depend on `{wrt}`; the Jacobian is 0")
    tidy = simplify(raw, facts)
    steps.extend(replayed(raw, tidy.steps, facts))
    lines = (raw,) if tidy.result is raw else (raw, tidy.result)
    return Derivation(bottom.params[0], target, tuple(steps), lines, ())


def _gradient(sheet: Sheet, top: Expression, bottom: Expression, target: Expression) -> Derivation:
    """The gradient of a scalar, backwards, in the names of the forward pass."""
    over, wrt = top.params[0], bottom.params[0]
    names = list(sheet.expressions)
    if over not in names or not _leads_to(sheet, bottom, top):
        raise AlgebraError(f"`{over}` does not depend on `{wrt}`; its derivative is 0")
    upper = sheet.definitions[: names.index(over) + 1]
    raw = gradient(Sheet(sheet.declarations, upper, over), wrt)
    facts = facts_of(sheet)
    tidy = simplify(raw, facts)
    why = (
        top,
        " is a scalar: its derivative is worked out backwards, from ",
        top,
        " to ",
        bottom,
        ".",
    )
    first = Step("jacobian", "chain rule", top, raw, top, why)
    steps = (first, *replayed(raw, tidy.steps, facts))
    lines = (raw,) if tidy.result is raw else (raw, tidy.result)
    return Derivation(wrt, target, steps, lines, ())


def _leads_to(sheet: Sheet, leaf: Expression, top: Expression) -> bool:
    """Whether `top` is built on `leaf`."""
    reached = {leaf}
    for definition in sheet.definitions:
        if any(used in reached for used in symbols(definition.expression).values()):
            reached.add(sheet.symbol(definition.name))
    return top in reached


def _local(
    root: Expression, known: dict[Expression, Expression], steps: list[Step], name: str
) -> Expression:
    """The Jacobian of a right-hand side, from those of the names in it."""
    found = dict(known)
    for part in postorder(root):
        if part in found or not any(arg in found for arg in part.args):
            continue
        if not is_vector(part.shape):
            raise AlgebraError(
                f"`{brief(part)}` {shape_text(part.shape)} is a matrix on the way; "
                "its derivative by a vector is no matrix"
            )
        rule, result, why = _jacobian(part, found)
        of = name if part is root else None
        steps.append(Step("jacobian", rule, part, result, part, why, of=of))
        found[part] = result
    return found[root]


def _jacobian(part: Expression, found: dict[Expression, Expression]) -> Found:
    operation, args = part.operation, part.args
    if operation is TRANSPOSE:
        why = "The entries stay the same, only lying in a row or a column."
        return "transpose rule", found[args[0]], (why,)
    if operation is MATMUL:
        return _of_product(part, found)
    if operation in (SUM_OF, MEAN):
        inner = args[0]
        row = matmul_folded(ones((1, length(inner.shape))), found[inner])
        if length(part.shape) == length(inner.shape):
            row = found[inner]
        elif operation is MEAN:
            row = divided(row, count(inner.shape, part.params[0]))
        return "sum rule", row, ("The Jacobian of a sum adds up the rows.",)
    if operation is SOFTMAX:
        if part.shape[part.params[0]] == 1:
            raise AlgebraError(f"`{brief(part)}` is constant: each softmax has one entry")
        a = part if part.shape[1] == 1 else transposed(part)
        own = subtract(diag(a), matmul(a, transposed(a)))
        why = (
            "The slope of `a[i]` by `z[j]` is `a[i]*(1 - a[i])` for `i = j`, else `-a[i]*a[j]`.",
        )
        return "derivative of softmax", matmul_folded(own, found[args[0]]), why
    if operation is NORM:
        direction = divided(args[0], part)
        row = direction if direction.shape[0] == 1 else transposed(direction)
        why = ("The norm grows in the direction of the vector, at rate 1.",)
        return "derivative of the norm", matmul_folded(row, found[args[0]]), why
    if operation.broadcasts:
        return _elementwise(part, found)
    raise AlgebraError(f"`{brief(part)}`: no rule for the Jacobian of {operation.name}")


def _of_product(part: Expression, found: dict[Expression, Expression]) -> Found:
    terms: list[Expression] = []
    args = part.args
    why: Reason = ()
    for i, arg in enumerate(args):
        if arg not in found:
            continue
        before, after = args[:i], args[i + 1 :]
        if arg.shape[1] == 1:  # a column: what follows it is a scalar, or a row made of it
            if after and matmul(*after).shape != SCALAR:
                if matmul(*args[: i + 1]).shape != SCALAR:
                    raise AlgebraError(f"`{brief(part)}` is an outer product on the way")
                column = transposed(matmul(*after))
                terms.append(matmul_folded(column, *before, found[arg]))
            else:
                terms.append(times(*after, matmul_folded(*before, found[arg])))
        else:  # a row: r @ B has the Jacobian B.T
            behind = [transposed(a) for a in reversed(after)]
            terms.append(matmul_folded(*before, *behind, found[arg]))
        why = (arg, " is multiplied by what does not move: that is its Jacobian.")
    if len(terms) > 1:
        why = ("One factor at a time moves while the others are held; then add up.",)
    return "matrix product rule", plus(*terms), why


def _elementwise(part: Expression, found: dict[Expression, Expression]) -> Found:
    terms: list[Expression] = []
    size = length(part.shape)
    for i, arg in enumerate(part.args):
        factor = part.operation.adjoint(part, ONE, i) if arg in found else None
        if factor is None or factor is ZERO:
            continue
        inner = found[arg]
        if arg.shape == SCALAR and part.shape != SCALAR:
            wide = filled(factor, part.shape)
            terms.append(matmul_folded(wide if wide.shape[1] == 1 else transposed(wide), inner))
        elif factor.shape == SCALAR:
            terms.append(times(factor, inner))
        else:
            terms.append(matmul_folded(diag(factor), inner))
    if not terms:
        columns = next(found[arg].shape[1] for arg in part.args if arg in found)
        return part.operation.rule, multiply(ZERO, ones((size, columns))), (part, " does not move.")
    if part.operation is ADD:
        return "sum rule", plus(*terms), ("The Jacobian of a sum is the sum of the Jacobians.",)
    slope = "its slopes stand on the diagonal" if part.shape != SCALAR else "its slope is a factor"
    why = (part, f" works entry by entry: {slope}.")
    return "chain rule", plus(*terms), why
