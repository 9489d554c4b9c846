"""A tree in one line of Unicode, for a terminal: `(W₂ᵀ · δ₂) ⊙ σ′(z₁)`.

It parses back to the same tree. An operation without a sign of its own is written as `text` does.
`·` is the matrix product, or a product with a scalar; `⊙` multiplies entry by entry.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from chainrule.algebra.language.tokens import GREEK, SUBSCRIPTS, SUPERSCRIPTS
from chainrule.algebra.tree.arithmetic import ADD, MULTIPLY, NEGATE, negate
from chainrule.algebra.tree.blocks import SLICE
from chainrule.algebra.tree.comparisons import COMPARE
from chainrule.algebra.tree.expression import (
    NEGATION,
    POSTFIX,
    POWER,
    PRODUCT,
    SUM,
    Expression,
    Part,
)
from chainrule.algebra.tree.function_registry import PRIME, Function, function_of
from chainrule.algebra.tree.indexing import ENTRY, SUM_OVER
from chainrule.algebra.tree.leaves import CONSTANT, DIMENSION, EYE, NUMBER, ONE, SYMBOL
from chainrule.algebra.tree.matrices import MATMUL, TRANSPOSE
from chainrule.algebra.tree.powers import DIVIDE, POWER_OF
from chainrule.algebra.tree.reductions import SUM_OF
from chainrule.algebra.tree.shapes import SCALAR, broadcast
from chainrule.algebra.tree.text import folded

MINUS_ONE = negate(ONE)
_LETTERS = {word: letter for letter, word in reversed(GREEK.items()) if word not in ("sum", "d")}
_LOWERED = str.maketrans({digit: sign for sign, digit in SUBSCRIPTS.items()})
_RAISED = str.maketrans({digit: sign for sign, digit in SUPERSCRIPTS.items()})
_COMPARED = {">=": "≥", "<=": "≤"}


def unicode(*sides: Expression) -> str:
    """The tree in one line; several are joined by ` = `. LimitError if one is too large."""
    return " = ".join(folded(side, _part).text for side in sides)


def unicode_name(name: str) -> str:
    """A name as on paper: `W₁` for W1, `δ₂` for delta2, `∂C/∂W₁` for dC/dW1."""
    over, slash, under = name.partition("/")
    if slash:
        return f"∂{unicode_name(over[1:])}/∂{unicode_name(under[1:])}"
    match = re.fullmatch(r"([A-Za-z_]*[A-Za-z])([0-9]+)", name)
    stem, digits = match.groups() if match else (name, "")
    return _LETTERS.get(stem, stem) + digits.translate(_LOWERED)


def _part(node: Expression, parts: list[Part]) -> Part:
    operation = node.operation
    function = function_of(operation)
    if function is not None:
        words = _function(node, parts, function)
    else:
        words = _TABLE.get(operation, operation.text)(node, parts)
    return Part(words, operation.binding, node)


def _leaf(leaf: Expression, parts: list[Part]) -> str:
    return unicode_name(leaf.params[0])


def _sum(total: Expression, parts: list[Part]) -> str:
    words = parts[0].within(NEGATION)
    for part in parts[1:]:
        negated = part.node.operation is NEGATE
        words += f" − {part.text[1:]}" if negated else f" + {part.within(NEGATION)}"
    return words


def _product(chain: Expression, parts: list[Part]) -> str:
    first = parts[0]
    chained = first.node.operation in (MULTIPLY, MATMUL)
    words = f"({first.text})" if chained else first.within(PRODUCT)
    shape, before = first.node.shape, first.node
    matrices = chain.operation is MATMUL
    for part in parts[1:]:
        right, scalar = part.within(PRODUCT + 1), SCALAR in (shape, part.node.shape)
        numbers = before.operation is NUMBER and shape == SCALAR and not matrices
        if numbers and re.match(r"[^\W\deE]|[(√Σ]", right):
            words += right
        elif matrices:
            words += f" @ {right}" if scalar else f" · {right}"
        else:
            words += f" · {right}" if scalar else f" ⊙ {right}"
        joined = (shape[0], part.node.shape[1]) if matrices else broadcast(shape, part.node.shape)
        shape, before = joined or SCALAR, part.node
    return words


def _whole(part: Part, binding: int) -> str:
    """A part that something is attached to; a derivative goes in brackets, as on paper."""
    derivative = part.node.operation is SYMBOL and "/" in part.node.params[0]
    return f"({part.text})" if derivative else part.within(binding)


def _quotient(quotient: Expression, parts: list[Part]) -> str:
    over, under = (Part(_whole(part, part.binding), part.binding, part.node) for part in parts)
    return quotient.operation.text(quotient, [over, under])


def _entry(entry: Expression, parts: list[Part]) -> str:
    base = parts[0]
    return entry.operation.text(entry, [Part(_whole(base, base.binding), base.binding, base.node)])


def _power(power: Expression, parts: list[Part]) -> str:
    base, exponent = _whole(parts[0], POWER + 1), parts[1]
    if parts[0].node.operation in (SUM_OF, SUM_OVER):  # Σ(x)² may be the sum of the squares
        base = f"({base})"
    if exponent.node.operation is NUMBER and exponent.text.isdigit():
        return base + exponent.text.translate(_RAISED)
    square = power.shape != SCALAR and power.shape[0] == power.shape[1]
    sign = "**" if square and exponent.node is MINUS_ONE else "^"  # A^−1 would be the inverse
    return f"{base}{sign}{exponent.within(POWER + 1)}"  # x^(x²): x^x² may be either


def _function(applied: Expression, parts: list[Part], function: Function) -> str:
    order, name = applied.params[0], function.name
    rest = applied.operation.text(applied, parts).removeprefix(name + PRIME * order)
    return f"{function.sign or name}{'′' * order}{rest}"


def _compare(comparison: Expression, parts: list[Part]) -> str:
    sign = _COMPARED.get(comparison.params[0], comparison.params[0])
    return f"{parts[0].within(SUM)} {sign} {parts[1].within(SUM)}"


def _total(total: Expression, parts: list[Part]) -> str:
    return f"Σ{total.operation.text(total, parts).removeprefix('sum')}"


_TABLE: Mapping[object, Callable[[Expression, list[Part]], str]] = {
    SYMBOL: _leaf,
    DIMENSION: _leaf,
    CONSTANT: _leaf,
    EYE: lambda leaf, parts: f"I({unicode_name(str(leaf.shape[0]))})",
    ADD: _sum,
    NEGATE: lambda negation, parts: f"−{parts[0].within(NEGATION)}",
    MULTIPLY: _product,
    MATMUL: _product,
    POWER_OF: _power,
    DIVIDE: _quotient,
    TRANSPOSE: lambda x, parts: f"{_whole(parts[0], POSTFIX)}ᵀ",
    ENTRY: _entry,
    SLICE: _entry,
    COMPARE: _compare,
    SUM_OF: _total,
    SUM_OVER: lambda total, parts: f"Σ_{total.params[0][0]}({parts[0].text})",
}
