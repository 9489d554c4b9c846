"""The catalogue of edits: the small changes that turn a learner's line into another one.

An edit sees one node at its place and makes another from the node's arguments. Its cost says how
readily it is believed: a slip that is often made costs less than one that just happens to fit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from chainrule.algebra import (
    ADD,
    COMPARE,
    DIMENSION,
    DIVIDE,
    ENTRY,
    FUNCTIONS,
    MATMUL,
    MEAN,
    MULTIPLY,
    NEGATE,
    NUMBER,
    POWER_OF,
    SOFTMAX,
    SUM_OF,
    SYMBOL,
    TRANSPOSE,
    UNKNOWN,
    Expression,
    Operation,
)
from chainrule.derivation.mistakes import function_axis_and_transpose_edits as function
from chainrule.derivation.mistakes import leaf_edits as leaf
from chainrule.derivation.mistakes import missing_edits as missing
from chainrule.derivation.mistakes import operator_edits as operator
from chainrule.derivation.mistakes.change import Change, Node

Example = tuple[str, str, str, str]
"""A shipped sheet, what is asked of it, the line before the edit and after it."""

FUNCTION = tuple(FUNCTIONS.values())


@dataclass(frozen=True, slots=True)
class Mend:
    """One edit. kinds: what the mistake that it mends may be called. cost: the least it costs.

    does: what it does to the line. on: the operations of the nodes that it changes; None: any node
    whose sizes fit.
    """

    name: str
    kinds: tuple[str, ...]
    cost: float
    does: str
    example: Example
    on: tuple[Operation, ...] | None
    changes: Callable[[Node], Iterator[Change]]

    def applies_to(self, node: Expression) -> bool:
        """Whether it is tried at a node."""
        return node.shape != UNKNOWN if self.on is None else node.operation in self.on


def _quadratic(before: str, after: str) -> Example:
    return "quadratic", "W2", before, after


def _calculus(before: str, after: str) -> Example:
    return "power-rule", "x", before, after


EDITS: list[Mend] = [
    # Names and numbers.
    Mend("other name", ("symbol",), 2.0, "puts another name for a name",
         _quadratic("delta2 @ z1.T", "delta2 @ a1.T"), (SYMBOL,), leaf.other_name),
    Mend("slope for name", ("function",), 2.6, "puts the slope of a function for a name",
         _quadratic("((a2 - y) * a2) @ a1.T", "((a2 - y) * sigma'(z2)) @ a1.T"), (SYMBOL,),
         leaf.slope_for_name),
    Mend("other number", ("factor", "power"), 1.8, "puts another number for a number",
         _calculus("12x^3 - 5x", "12x^3 - 4x"), (NUMBER,), leaf.other_number),
    Mend("name for number", ("sum-mean", "symbol"), 3.4, "puts a size or a scalar for a number",
         ("rows", "Z2", "(A2 - Y) * sigma'(Z2) / 2", "(A2 - Y) * sigma'(Z2) / m"), (NUMBER,),
         leaf.name_for_number),
    Mend("other size", ("symbol",), 2.0, "puts another size for a size",
         ("rows", "Z2", "(A2 - Y) * sigma'(Z2) / n0", "(A2 - Y) * sigma'(Z2) / m"), (DIMENSION,),
         leaf.other_size),
    Mend("1 for size", ("sum-mean",), 2.2, "puts 1 for a size",
         ("rows", "b1", "sum(Delta1, axis=0) / m", "sum(Delta1, axis=0) / 1"), (DIMENSION,),
         leaf.one_for_size),
    Mend("other entry", ("symbol",), 1.8, "takes another entry, of the same name or another",
         _quadratic("delta2[j] * a1[j]", "delta2[j] * a1[k]"), (ENTRY,), leaf.other_entry),
    # Sums.
    Mend("sign of a term", ("sign",), 1.0, "turns the sign of one term",
         _calculus("12x^3 + 4x", "12x^3 - 4x"), (ADD,), operator.term_sign),
    Mend("term dropped", ("extra-term",), 1.6, "drops one term of a sum",
         _calculus("12x^3 + 4x", "12x^3"), (ADD,), operator.term_dropped),
    Mend("difference turned round", ("sign",), 0.9, "turns both signs of a difference",
         ("quadratic", "a2", "y - a2", "a2 - y"), (ADD,), operator.both_signs),
    Mend("product for sum", ("operator",), 3.2, "multiplies or divides two terms",
         _calculus("12 + x", "12 * x"), (ADD,), operator.product_for_sum),
    Mend("bracket around a sum", ("grouping",), 2.4, "puts a sum in brackets before a product",
         _calculus("x + 12 * x", "(x + 12) * x"), (ADD,), operator.bracket_forgotten),
    Mend("term into the exponent", ("grouping",), 1.7, "moves a term into the exponent before it",
         _calculus("x^3 - 1", "x^(3 - 1)"), (ADD,), operator.term_into_exponent),
    # Products.
    Mend("factor dropped", ("extra-factor", "factor", "sum-mean"), 1.9, "drops one factor",
         ("quadratic", "b2", "2 * delta2", "delta2"), (MULTIPLY,), operator.factor_dropped),
    Mend("two factors dropped", ("extra-factor",), 2.5, "drops two factors side by side",
         ("softmax", "z2", "(a2 - y) * a2 * (1 - a2)", "a2 - y"), (MULTIPLY,),
         operator.two_factors_dropped),
    Mend("@ for *", ("operator",), 2.2, "puts a matrix product for a product entry by entry",
         _quadratic("delta2 * a1.T", "delta2 @ a1.T"), (MULTIPLY,), operator.matmul_for_product),
    Mend("@ for *, one transposed", ("transpose",), 2.6,
         "puts a matrix product with one factor transposed for a product entry by entry",
         ("quadratic", "C", "delta2 * z2", "delta2.T @ z2"), (MULTIPLY,),
         operator.transposed_matmul_for_product),
    Mend("@ for *, the other way round", ("order",), 2.9,
         "puts a matrix product in the other order for a product entry by entry",
         _quadratic("a1.T * delta2", "delta2 @ a1.T"), (MULTIPLY,),
         operator.swapped_matmul_for_product),
    Mend("@ for *, swapped and one transposed", ("operator",), 2.9,
         "puts a matrix product in the other order, one factor transposed, for one entry by entry",
         ("quadratic", "a1", "delta2 * W2", "W2.T @ delta2"), (MULTIPLY,),
         operator.swapped_and_transposed_matmul_for_product),
    Mend("/ for *", ("operator",), 2.6, "divides by a factor",
         _calculus("12 * x", "12 / x"), (MULTIPLY,), operator.quotient_for_product),
    Mend("+ for *", ("operator",), 3.0, "adds or subtracts two factors",
         _calculus("12 * x", "12 + x"), (MULTIPLY,), operator.sum_for_product),
    Mend("bracket around a product", ("grouping",), 2.2,
         "multiplies entry by entry before the matrix product",
         ("quadratic", "a1", "(W2.T @ (a2 - y)) * sigma'(z2)", "W2.T @ ((a2 - y) * sigma'(z2))"),
         (MULTIPLY,), operator.matmul_of_product),
    Mend("bracket opened", ("grouping",), 2.4, "multiplies one term of a sum only",
         _calculus("x * (12 + x)", "x * 12 + x"), (MULTIPLY,), operator.bracket_opened),
    Mend("matrix dropped", ("extra-factor",), 1.95, "drops one factor of a matrix product",
         _quadratic("W1 @ x", "W1"), (MATMUL,), operator.matrix_dropped),
    Mend("matrices swapped", ("order",), 2.0, "swaps two factors of a matrix product",
         _quadratic("a1.T @ delta2", "delta2 @ a1.T"), (MATMUL,), operator.matrices_swapped),
    Mend("* for @", ("operator",), 2.2, "puts a product entry by entry for a matrix product",
         ("quadratic", "z2", "(a2 - y) @ sigma'(z2)", "(a2 - y) * sigma'(z2)"), (MATMUL,),
         operator.product_for_matmul),
    Mend("bracket around a matrix product", ("grouping",), 2.2,
         "takes the matrix product before it multiplies entry by entry",
         ("quadratic", "z1", "W2.T @ (delta2 * sigma'(z1))", "(W2.T @ delta2) * sigma'(z1)"),
         (MATMUL,), operator.product_of_matmul),
    Mend("swapped and one transposed", ("order",), 2.3,
         "swaps two factors of a matrix product and transposes one",
         _quadratic("a1 @ delta2", "delta2 @ a1.T"), (MATMUL,),
         operator.matrices_swapped_and_transposed),
    Mend("both transposed", ("transpose",), 2.1, "transposes both factors of a matrix product",
         _quadratic("delta2.T @ a1", "delta2 @ a1.T"), (MATMUL,), operator.both_transposed),
    Mend("term missing in a chain", ("missing-term",), 2.4,
         "adds a term beside the end of a chain of matrix products",
         ("quadratic", "a1", "W2.T @ W2 @ a1", "W2.T @ (W2 @ a1 + b2)"), (MATMUL,),
         missing.term_missing_within),
    # Quotients and powers.
    Mend("divisor dropped", ("extra-factor", "factor", "sum-mean"), 1.9, "drops the divisor",
         ("rows", "b1", "sum(Delta1, axis=0) / m", "sum(Delta1, axis=0)"), (DIVIDE,),
         operator.divisor_dropped),
    Mend("* for /", ("operator",), 2.1, "multiplies by the divisor",
         _calculus("12 / x", "12 * x"), (DIVIDE,), operator.product_for_quotient),
    Mend("quotient upside down", ("order",), 2.0, "turns a quotient upside down",
         _calculus("12 / x", "x / 12"), (DIVIDE,), operator.quotient_upside_down),
    Mend("divisor squared", ("power",), 1.5, "squares the divisor",
         _calculus("12 / x", "12 / x^2"), (DIVIDE,), operator.divisor_squared),
    Mend("dividend dropped", ("extra-factor", "factor"), 2.4, "puts 1 for what is divided",
         _calculus("12 / x", "1 / x"), (DIVIDE,), operator.dividend_dropped),
    Mend("divisor into the exponent", ("grouping",), 1.7, "divides the exponent, not the power",
         _calculus("x^3 / 2", "x^(3/2)"), (DIVIDE,), operator.divisor_into_exponent),
    Mend("last term divided", ("grouping",), 1.5, "divides the last term of a sum only",
         _calculus("(12 + x) / 4", "12 + x / 4"), (DIVIDE,), operator.last_term_divided),
    Mend("first part divides", ("grouping",), 2.4, "divides by the first part of the divisor only",
         _calculus("12 / (x * 4)", "12 / x * 4"), (DIVIDE,), operator.first_part_divides),
    Mend("power dropped", ("power",), 1.55, "drops the exponent",
         _calculus("12 * x^2", "12 * x"), (POWER_OF,), operator.power_dropped),
    Mend("power swapped", ("order",), 2.4, "swaps the base and the exponent",
         _calculus("x^2", "2^x"), (POWER_OF,), operator.power_swapped),
    Mend("product for power", ("power",), 2.4, "multiplies by the exponent",
         _calculus("x^2", "2 * x"), (POWER_OF,), operator.product_for_power),
    Mend("exponent off by 1", ("power",), 1.9, "takes 1 from the exponent, or adds it",
         _calculus("x^2", "x^(2 - 1)"), (POWER_OF,), operator.exponent_off_by_one),
    Mend("sign of the exponent", ("sign",), 2.0, "turns the sign of the exponent",
         _calculus("x^2", "x^(-2)"), (POWER_OF,), operator.exponent_sign),
    Mend("power of one term", ("grouping",), 1.7, "raises one term of a sum only",
         _calculus("(12 + x)^2", "12 + x^2"), (POWER_OF,), operator.power_of_one_term),
    # Functions and reductions.
    Mend("derivative of the function", ("function",), 1.4,
         "puts a function's derivative for the function, or the other way round",
         ("quadratic", "z2", "(a2 - y) * sigma(z2)", "(a2 - y) * sigma'(z2)"), FUNCTION,
         function.derivative_for_function),
    Mend("other function", ("function",), 1.7, "puts another function for a function",
         ("quadratic", "z2", "(a2 - y) * tanh'(z2)", "(a2 - y) * sigma'(z2)"), FUNCTION,
         function.other_function),
    Mend("function dropped", ("function",), 2.4, "drops a function and leaves what it is taken of",
         ("quadratic", "z2", "(a2 - y) * sigma'(z2)", "(a2 - y) * z2"), FUNCTION,
         function.function_dropped),
    Mend("other axis", ("axis",), 1.2, "takes a sum, mean or softmax along another axis",
         ("rows", "b1", "sum(Delta1, axis=1)", "sum(Delta1, axis=0)"), (SUM_OF, MEAN, SOFTMAX),
         function.other_axis),
    Mend("sum for mean", ("sum-mean",), 1.2, "puts a sum for a mean, or the other way round",
         ("rows", "b1", "mean(Delta1, axis=0)", "sum(Delta1, axis=0)"), (SUM_OF, MEAN),
         function.sum_for_mean),
    Mend("mean of a product", ("grouping",), 2.2, "takes the mean of a product, not each factor's",
         ("columns", "b2", "mean(A2 - Y) * mean(sigma'(Z2), axis=1)",
          "mean((A2 - Y) * sigma'(Z2), axis=1)"), (MULTIPLY,), function.mean_of_product),
    Mend("sum dropped", ("axis",), 2.6, "drops a sum or mean",
         ("quadratic", "b2", "sum(delta2)", "delta2"), (SUM_OF, MEAN), function.sum_dropped),
    Mend("minus dropped", ("sign",), 1.0, "drops a minus sign in front",
         ("quadratic", "b2", "-delta2", "delta2"), (NEGATE,), function.sign_dropped),
    Mend("transpose dropped", ("transpose",), 1.0, "drops a transpose",
         ("quadratic", "b2", "delta2.T", "delta2"), (TRANSPOSE,), function.transpose_dropped),
    Mend("comparison turned", ("operator",), 2.0, "turns a comparison the other way",
         ("relu", "z1", "(W2.T @ delta2) * (z1 < 0)", "(W2.T @ delta2) * (z1 > 0)"), (COMPARE,),
         function.comparison_turned),
    # What is put around a node.
    Mend("transpose missing", ("transpose",), 1.1, "transposes a part",
         ("quadratic", "a1", "W2 @ delta2", "W2.T @ delta2"), None, missing.transpose_missing),
    Mend("minus missing", ("sign",), 1.5, "puts a minus sign in front",
         ("quadratic", "b2", "delta2", "-delta2"), None, missing.sign_missing),
    Mend("2 missing", ("factor",), 2.1, "doubles or halves a part",
         ("quadratic", "b2", "delta2", "2 * delta2"), None, missing.twice_or_half),
    Mend("size missing", ("sum-mean", "missing-factor"), 2.0, "divides or multiplies by a size",
         ("rows-softmax", "Z2", "A2 - Y", "(A2 - Y) / m"), None, missing.size_missing),
    Mend("factor missing", ("missing-factor", "symbol"), 1.6, "multiplies by a factor",
         ("quadratic", "z2", "a2 - y", "(a2 - y) * sigma'(z2)"), None, missing.factor_missing),
    Mend("constant missing", ("factor",), 2.05, "multiplies by a number of the derivation",
         _calculus("x^3", "12 * x^3"), None, missing.constant_missing),
    Mend("divisor missing", ("missing-factor",), 1.9, "divides by a divisor of the derivation",
         ("quotient-rule", "x", "cos(x)", "cos(x) / v"), None, missing.divisor_missing),
    Mend("term missing", ("missing-term",), 2.2, "adds a term",
         ("quadratic", "a2", "a2", "a2 - y"), None, missing.term_missing),
    Mend("sum missing", ("axis",), 1.6, "sums a matrix along an axis, or over all entries",
         ("rows", "b1", "Delta1", "sum(Delta1, axis=0)"), None, missing.sum_missing),
    Mend("square missing", ("power",), 1.65, "squares a part",
         _calculus("12 * x", "12 * x^2"), None, missing.square_missing),
    Mend("function missing", ("function",), 2.7, "takes a function, or its derivative, of a part",
         ("quadratic", "z2", "(a2 - y) * z2", "(a2 - y) * sigma'(z2)"), None,
         missing.function_missing),
    Mend("1 over it", ("operator",), 2.8, "divides 1 by a part",
         _calculus("x", "1 / x"), None, missing.reciprocal_missing),
    Mend("sum over a letter missing", ("axis",), 2.7, "sums entries over an index letter",
         ("quadratic", "a1[j]", "W2[k,j] * delta2[k]", "sum(k, W2[k,j] * delta2[k])"), None,
         missing.sum_over_missing),
]  # fmt: skip
"""Every edit, in the order in which they are tried at a node."""


def changes(at: Node) -> Iterator[Change]:
    """Every change worth trying at a node.

    A node whose sizes do not fit has shape UNKNOWN; then only changes that may mend it are given.
    """
    for mend in EDITS:
        if mend.applies_to(at.node):
            yield from mend.changes(at)
