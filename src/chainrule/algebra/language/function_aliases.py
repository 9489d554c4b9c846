"""Functions that are written in terms of others: NumPy's, PyTorch's and the textbooks' names.

`np.dot(a, b)` is `a @ b`, `where(c, a, b)` is `c * a + (1 - c) * b`, `var(x)` the mean of squares
about the mean. One row each: the name and what it means.
"""

from __future__ import annotations

from collections.abc import Callable

from chainrule.algebra.errors import ShapeError
from chainrule.algebra.tree.arithmetic import add, multiply, negate, subtract
from chainrule.algebra.tree.comparisons import compare, maximum, minimum
from chainrule.algebra.tree.expression import Expression
from chainrule.algebra.tree.function_registry import apply
from chainrule.algebra.tree.indexing import entry, matrix, sum_over, vector
from chainrule.algebra.tree.inverses import determinant, inverse
from chainrule.algebra.tree.leaves import ONE, TWO, ZERO, ones
from chainrule.algebra.tree.matrices import matmul, transpose
from chainrule.algebra.tree.powers import divide, power
from chainrule.algebra.tree.reductions import max_of, mean_of, min_of, softmax, sum_of
from chainrule.algebra.tree.running import cumsum, prod_of
from chainrule.algebra.tree.shapes import SCALAR, is_vector


def dot(a: Expression, b: Expression) -> Expression:
    """The matrix product; of two columns, or two rows, the sum of products."""
    if SCALAR in (a.shape, b.shape):
        return multiply(a, b)
    if a.shape == b.shape and is_vector(a.shape):
        return sum_of(multiply(a, b))
    return matmul(a, b)


def outer(a: Expression, b: Expression) -> Expression:
    """The matrix of all products of an entry of a vector and one of another, a ⊗ b."""
    if not (is_vector(a.shape) and is_vector(b.shape)):
        raise ShapeError("the outer product is of two vectors; write a * b or a @ b")
    column = a if a.shape[1] == 1 else transpose(a)
    row = b if b.shape[0] == 1 and b.shape != SCALAR else transpose(b)
    return matmul(column, row)


def squared(x: Expression) -> Expression:
    return power(x, TWO)


def where(condition: Expression, a: Expression, b: Expression) -> Expression:
    """a where the condition holds, b elsewhere."""
    other = multiply(subtract(ONE, condition), b)
    if b is ZERO:
        return condition if a is ONE else multiply(condition, a)
    return other if a is ZERO else add(multiply(condition, a), other)


def step(x: Expression) -> Expression:
    """1 where x is positive, 0 elsewhere."""
    return compare(x, ">", ZERO)


def heaviside(x: Expression, at_zero: Expression) -> Expression:
    """1 where x is positive, 0 where it is negative, `at_zero` between."""
    return step(x) if at_zero is ZERO else where(compare(x, "==", ZERO), at_zero, step(x))


def clip(x: Expression, low: Expression, high: Expression) -> Expression:
    return minimum(maximum(x, low), high)


def var_of(x: Expression, axis: int | None = None) -> Expression:
    """The mean of the squares about the mean, with 1/n."""
    return mean_of(squared(subtract(x, mean_of(x, axis))), axis)


def std_of(x: Expression, axis: int | None = None) -> Expression:
    return apply("sqrt", var_of(x, axis))


def logsumexp(x: Expression, axis: int | None = None) -> Expression:
    return apply("log", sum_of(apply("exp", x), axis))


def log_softmax(x: Expression, axis: int = 0) -> Expression:
    return apply("log", softmax(x, axis))


def running_sum(x: Expression, axis: int | None = None) -> Expression:
    """cumsum, along a vector or along the axis that is said."""
    if axis is None:
        if not is_vector(x.shape):
            raise ShapeError("cumsum of a matrix runs along an axis: write cumsum(X, axis=0)")
        axis = 1 if x.shape[0] == 1 else 0
    return cumsum(x, axis)


def solved(a: Expression, b: Expression) -> Expression:
    """The x of a @ x = b."""
    return matmul(inverse(a), b)


def half_sum(x: Expression, sign: Callable[[Expression], Expression]) -> Expression:
    """(exp(x) + exp(-x))/2, or with a minus sign between them."""
    return divide(add(apply("exp", x), sign(apply("exp", negate(x)))), TWO)


def cosh(x: Expression) -> Expression:
    return half_sum(x, lambda part: part)


REDUCTIONS: dict[str, Callable[[Expression, int | None], Expression]] = {
    "sum": sum_of,
    "mean": mean_of,
    "max": max_of,
    "min": min_of,
    "var": var_of,
    "std": std_of,
    "logsumexp": logsumexp,
    "prod": prod_of,
}
"""What is worked out over all entries or along an axis."""

ALONG: dict[str, Callable[[Expression, int], Expression]] = {
    "softmax": softmax,
    "log_softmax": log_softmax,
}
"""What keeps the shape, and runs down the columns unless told otherwise."""

RUNNING: dict[str, Callable[[Expression, int | None], Expression]] = {"cumsum": running_sum}
"""What keeps the shape and needs an axis, unless there is only one that is meant."""

UNARY: dict[str, Callable[[Expression], Expression]] = {
    "square": squared,
    "rowsum": lambda x: sum_of(x, 1),
    "row_sum": lambda x: sum_of(x, 1),
    "rowsums": lambda x: sum_of(x, 1),
    "colsum": lambda x: sum_of(x, 0),
    "col_sum": lambda x: sum_of(x, 0),
    "colsums": lambda x: sum_of(x, 0),
    "inv": inverse,
    "det": determinant,
    "logdet": lambda x: apply("log", determinant(x)),
    "step": step,
    "log_sigma": lambda x: apply("log", apply("sigma", x)),
    "zeros_like": lambda x: multiply(ZERO, x),
    "ones_like": lambda x: ones(x.shape),
    "transpose": transpose,
    "negative": negate,
    "reciprocal": lambda x: divide(ONE, x),
    "cosh": cosh,
    "sinh": lambda x: half_sum(x, negate),
    "sec": lambda x: divide(ONE, apply("cos", x)),
    "csc": lambda x: divide(ONE, apply("sin", x)),
    "cot": lambda x: divide(apply("cos", x), apply("sin", x)),
    "sech": lambda x: divide(ONE, cosh(x)),
    "log1p": lambda x: apply("log", add(ONE, x)),
    "expm1": lambda x: subtract(apply("exp", x), ONE),
    "log_sigmoid": lambda x: apply("log", apply("sigma", x)),
    "logsigmoid": lambda x: apply("log", apply("sigma", x)),
    "sign": lambda x: apply("abs", x, 1),
    "sgn": lambda x: apply("abs", x, 1),
}

BINARY: dict[str, Callable[[Expression, Expression], Expression]] = {
    "dot": dot,
    "solve": solved,
    "crossprod": lambda a, b: matmul(transpose(a), b),
    "inner": dot,
    "vdot": dot,
    "outer": outer,
    "heaviside": heaviside,
    "greater": lambda a, b: compare(a, ">", b),
    "less": lambda a, b: compare(a, "<", b),
    "equal": lambda a, b: compare(a, "==", b),
    "matmul": matmul,
    "multiply": multiply,
    "divide": divide,
    "add": add,
    "subtract": subtract,
    "power": power,
}

TERNARY: dict[str, Callable[[Expression, Expression, Expression], Expression]] = {
    "where": where,
    "clip": clip,
}

SAME = {
    "mm": "matmul", "mv": "matmul", "mul": "multiply", "pow": "power", "div": "divide",
    "sub": "subtract", "neg": "negative", "amax": "max", "amin": "min", "reduce_sum": "sum",
    "reduce_mean": "mean", "reduce_max": "max", "average": "mean", "clamp": "clip",
    "view": "reshape", "identity": "eye", "inverse": "inv", "concatenate": "concat",
    "cat": "concat", "ravel": "flatten", "row_stack": "vstack", "column_stack": "hstack",
    "conv1d": "conv", "conv2d": "conv", "correlate": "conv", "correlate2d": "conv",
    "convolve2d": "convolve", "conv_transpose1d": "conv_full",
    "conv_transpose2d": "conv_full", "maxpool": "max_pool", "max_pool1d": "max_pool",
    "max_pool2d": "max_pool", "avg_pool1d": "avg_pool", "avg_pool2d": "avg_pool",
    "maxpool2d": "max_pool", "avgpool2d": "avg_pool",
    "log_sum_exp": "logsumexp", "logsigmoid": "log_sigma",
    "relu2deriv": "step", "ger": "outer", "diagflat": "diag",
    "gt": "greater", "lt": "less", "eq": "equal",
}  # fmt: skip
"""Other names of these."""

METHODS = {"t": "transpose", "T": "transpose"}
"""What a method is called beside its function."""

SPARE = "ijklpqrstuv"
"""Letters for the entries of an einsum, where its own are names."""


def einsum(spec: str, *operands: Expression, taken: Callable[[str], bool]) -> Expression:
    """NumPy's einsum: products of entries, added up over the letters that are not after the arrow.

    taken: whether a letter is a name. Raises ShapeError where the letters do not fit the operands.
    """
    left, _, result = spec.partition("->")
    groups = left.split(",")
    if len(groups) != len(operands):
        raise ShapeError(f"'{spec}' is for {len(groups)} operands, not {len(operands)}")
    for group in groups:
        if len(group) > 2:
            raise ShapeError(
                f"'{group}' has {len(group)} axes; a matrix has rows and columns: write each head "
                "and example by itself"
            )
    spare = iter(k for k in SPARE if k not in spec and not taken(k))
    groups = [_without_ones(group, x) for group, x in zip(groups, operands, strict=True)]
    row = len(result) == 2 and result[0] not in "".join(groups)
    result = "".join(k for k in result if k in "".join(groups) or k not in left)
    letters = dict.fromkeys(k for group in groups for k in group)
    own = {k: next(spare) if taken(k) else k for k in letters}
    if not set(result) <= set(letters) or len(result) > 2 or len(set(result)) < len(result):
        raise ShapeError(f"'{spec}' gives no matrix, vector or number")
    parts = [
        entry(operand, *(own[k] for k in group)) if group else operand
        for group, operand in zip(groups, operands, strict=True)
    ]
    body = parts[0] if len(parts) == 1 else multiply(*parts)
    for k in letters:
        if k not in result:
            body = sum_over(own[k], body)
    sizes = dict(body.indices)
    places = [(own[k], sizes[own[k]]) for k in result]
    if not places:
        return body
    if len(places) == 2:
        return matrix(places[0], places[1], body)
    made = vector(places[0], body)
    return transpose(made) if row else made


def _without_ones(group: str, x: Expression) -> str:
    """The letters of an operand without that of an axis of size 1, which is added up."""
    if len(group) != 2 or not is_vector(x.shape):
        return group
    return "".join(k for k, size in zip(group, x.shape, strict=True) if size != 1)
