"""A tree set as mathematics: what stands where, told once for LaTeX and for MathML.

A `Notation` writes the dozen things mathematics is set from: a name, a number, a row, a fraction,
what is raised or lowered. The table below says, for every operation, how it is set from those.
A product with a scalar needs no sign, `⊙` multiplies entry by entry, and a matrix product is
written side by side.
"""

from __future__ import annotations

from collections.abc import Mapping

from chainrule.algebra.tree.arithmetic import ADD, MULTIPLY, NEGATE, negate
from chainrule.algebra.tree.comparisons import COMPARE, MAXIMUM, MINIMUM
from chainrule.algebra.tree.elementary_functions import ABS, SQRT
from chainrule.algebra.tree.expression import (
    ATOM,
    NEGATION,
    POSTFIX,
    POWER,
    PRODUCT,
    SUM,
    Expression,
    Operation,
)
from chainrule.algebra.tree.function_registry import function_of
from chainrule.algebra.tree.indexing import ENTRY, MATRIX, SUM_OVER
from chainrule.algebra.tree.leaves import (
    CONSTANT,
    DIMENSION,
    EYE,
    NUMBER,
    ONE,
    ONES,
    SYMBOL,
)
from chainrule.algebra.tree.matrices import DIAG, MATMUL, NORM, TRACE, TRANSPOSE
from chainrule.algebra.tree.powers import DIVIDE, POWER_OF
from chainrule.algebra.tree.reductions import MAX, MEAN, SOFTMAX, SUM_OF
from chainrule.algebra.tree.shapes import SCALAR, Shape, broadcast
from chainrule.algebra.tree.text import folded
from chainrule.algebra.writing import parts_layout
from chainrule.algebra.writing.setting import (
    GREEK_LETTERS,
    TIMES,
    Notation,
    Set,
    Setter,
    size_words,
    spelled,
)


def typeset(root: Expression, write: Notation) -> str:
    """The tree in a notation. LimitError if it is too large to be read by anyone."""

    def make(node: Expression, parts: list[Set]) -> Set:
        words, binding = TABLE.get(node.operation, _function)(write, node, parts)
        opened = _within(write, parts[0], NEGATION) if node.operation is NEGATE else ""
        return Set(words, binding, node, opened)

    return folded(root, make).text


def _within(write: Notation, part: Set, binding: int) -> str:
    return part.text if part.binding >= binding else write.fenced("(", part.text, ")")


MINUS_ONE = negate(ONE)

# Names and numbers.


def _symbol(write: Notation, leaf: Expression, parts: list[Set]) -> tuple[str, int]:
    name = leaf.params[0]
    over, slash, under = name.partition("/")
    if not slash:
        return write.refer(name, spelled(write, name)), ATOM
    partial = [write.prefixed("∂", spelled(write, side[1:])) for side in (over, under)]
    return write.refer(name, write.fraction(*partial)), POWER


def _number(write: Notation, leaf: Expression, parts: list[Set]) -> tuple[str, int]:
    mantissa, e, exponent = leaf.operation.text(leaf, []).partition("e")
    if not e:
        return write.numeral(mantissa), ATOM
    small = exponent.startswith("-")
    digits = write.numeral(exponent.removeprefix("-"))
    tens = write.raised(write.numeral("10"), write.prefixed("−", digits) if small else digits)
    if mantissa == "1":
        return tens, POWER
    return write.row([write.numeral(mantissa), write.sign("·"), tens]), PRODUCT


def _ones(write: Notation, leaf: Expression, parts: list[Set]) -> tuple[str, int]:
    rows, columns = (size_words(write, size) for size in leaf.shape)
    sizes = rows if leaf.shape[1] == 1 else write.row([rows, write.sign("×"), columns])
    return write.lowered(write.numeral("𝟏"), sizes), ATOM


# Sums and products.


def _sum(write: Notation, total: Expression, parts: list[Set]) -> tuple[str, int]:
    words = [_within(write, parts[0], NEGATION)]
    for part in parts[1:]:
        negated = part.node.operation is NEGATE
        words += [write.sign("−" if negated else "+")]
        words += [part.opened if negated else _within(write, part, NEGATION)]
    return write.row(words), SUM


def _negation(write: Notation, negation: Expression, parts: list[Set]) -> tuple[str, int]:
    twice = parts[0].node.operation is NEGATE
    return write.prefixed("−", _within(write, parts[0], PRODUCT if twice else NEGATION)), NEGATION


def _product(write: Notation, chain: Expression, parts: list[Set]) -> tuple[str, int]:
    matrices = chain.operation is MATMUL
    factors = [
        _factor(write, chain, part, first=i == 0, last=i == len(parts) - 1)
        for i, part in enumerate(parts)
    ]
    words, shape = [factors[0]], chain.args[0].shape
    for i, factor in enumerate(factors[1:], start=1):
        right = chain.args[i]
        if matrices:
            sign, joined = TIMES, (shape[0], right.shape[1])
        else:
            sign, joined = _sign(shape, parts[i - 1], parts[i]), broadcast(shape, right.shape)
        words += [write.sign(sign), factor]
        shape = joined or SCALAR
    return write.row(words), PRODUCT


def _factor(write: Notation, chain: Expression, part: Set, first: bool, last: bool) -> str:
    """One factor, in brackets where it needs them, and where a chain begins with a chain."""
    if part.node.operation is MATMUL and chain.operation is MULTIPLY:
        others = [arg for arg in chain.args if arg is not part.node]
        if all(arg.shape == SCALAR for arg in others) and len(others) == len(chain.args) - 1:
            return part.text
    if last and part.node.operation in (SUM_OF, SUM_OVER):
        return part.text
    if first and part.node.operation in (MULTIPLY, MATMUL):
        return write.fenced("(", part.text, ")")
    return _within(write, part, PRODUCT + 1)


def _sign(shape: Shape, left: Set, right: Set) -> str:
    """The sign between two factors: ⊙, or with a scalar none where that reads well, or a dot."""
    if SCALAR not in (shape, right.node.shape):
        return "⊙"
    follows = _begins_with(right.node)
    before = left.node.operation
    if follows is NUMBER or (before is NUMBER and follows is DIVIDE):
        return "·"
    if before in (NUMBER, DIVIDE, DIMENSION):
        return TIMES
    # A name before a bracket would look like a function.
    plain = before in (ENTRY, POWER_OF) or (before is SYMBOL and left.binding == ATOM)
    return TIMES if plain and right.binding > PRODUCT else "·"


def _begins_with(node: Expression) -> Operation:
    while node.operation in (MULTIPLY, MATMUL, POWER_OF, TRANSPOSE):
        node = node.args[0]
    return node.operation


def _quotient(write: Notation, quotient: Expression, parts: list[Set]) -> tuple[str, int]:
    return write.fraction(parts[0].text, parts[1].text), POWER


def _power(write: Notation, power: Expression, parts: list[Set]) -> tuple[str, int]:
    square = power.shape != SCALAR and power.shape[0] == power.shape[1]
    if square and power.args[1] is MINUS_ONE:  # raised, it would be the inverse
        return write.fraction(write.numeral("1"), parts[0].text), POWER
    return write.raised(_within(write, parts[0], POSTFIX), parts[1].text), POWER


def _transpose(write: Notation, x: Expression, parts: list[Set]) -> tuple[str, int]:
    # As tight as a power, so that a second script never meets the first.
    return write.raised(_within(write, parts[0], POSTFIX), write.sign("⊤")), POWER


# Functions, sums over entries, entries.


def _function(write: Notation, applied: Expression, parts: list[Set]) -> tuple[str, int]:
    """A function of one variable."""
    order, argument = applied.params[0], parts[0].text
    if applied.operation is SQRT and order == 0:
        return write.root(argument), ATOM
    if applied.operation is ABS and order == 0:
        return write.fenced("|", argument, "|"), ATOM
    letter = GREEK_LETTERS.get(applied.name)
    head = write.primed(write.name(letter) if letter else write.word(applied.name), order)
    function = function_of(applied.operation)
    setting = function.unusual(applied) if function is not None else None
    if setting is not None:
        argument = write.listed([argument, _number(write, setting, [])[0]])
    return write.applied(head, argument), ATOM


def _called(name: str) -> Setter:
    """A function of matrices; an axis other than the usual one is lowered."""

    def words(write: Notation, node: Expression, parts: list[Set]) -> tuple[str, int]:
        head = write.word(name)
        usual = 0 if node.operation is SOFTMAX else None
        if node.params and node.params[0] != usual:
            axis = write.row([write.word("axis"), write.numeral(str(node.params[0]))])
            head = write.lowered(head, axis)
        return write.applied(head, write.listed([part.text for part in parts])), ATOM

    return words


def _total(write: Notation, total: Expression, parts: list[Set]) -> tuple[str, int]:
    if total.params[0] is not None:
        return _called("sum")(write, total, parts)
    return write.row([write.sign("∑"), _summed(write, parts[0])]), PRODUCT


def _summed(write: Notation, part: Set) -> str:
    """What is added up: in brackets where a factor in brackets comes first, and others after it."""
    node = part.node
    if node.operation in (MULTIPLY, MATMUL) and node.args[0].operation in (ADD, NEGATE, DIVIDE):
        return write.fenced("(", part.text, ")")
    return _within(write, part, PRODUCT)


def _sum_over(write: Notation, total: Expression, parts: list[Set]) -> tuple[str, int]:
    letter = spelled(write, total.params[0][0])
    return write.row([write.under("∑", letter), _summed(write, parts[0])]), PRODUCT


def _entry(write: Notation, entry: Expression, parts: list[Set]) -> tuple[str, int]:
    letters = [index[0] for index in entry.params if index is not None]
    whole = parts[0].node
    if whole.operation is SYMBOL and "/" not in whole.params[0]:
        name = whole.params[0]
        return write.refer(name, spelled(write, name, letters)), ATOM
    base = parts[0].text
    if parts[0].binding < ATOM or whole.operation is not SYMBOL:
        base = write.fenced("(", base, ")")
    return write.lowered(base, write.listed([spelled(write, letter) for letter in letters])), ATOM


def _matrix(write: Notation, made: Expression, parts: list[Set]) -> tuple[str, int]:
    letters = [spelled(write, letter) for letter, _ in made.params]
    return write.lowered(write.fenced("[", parts[0].text, "]"), write.listed(letters)), ATOM


_COMPARED = {">": ">", "<": "<", ">=": "≥", "<=": "≤"}


def _compare(write: Notation, comparison: Expression, parts: list[Set]) -> tuple[str, int]:
    left, right = (_within(write, part, SUM) for part in parts)
    sign = write.sign(_COMPARED[comparison.params[0]])
    return write.fenced("[", write.row([left, sign, right]), "]"), ATOM


TABLE: Mapping[Operation, Setter] = {
    NUMBER: _number,
    CONSTANT: lambda write, leaf, parts: (spelled(write, leaf.params[0]), ATOM),
    SYMBOL: _symbol,
    DIMENSION: lambda write, leaf, parts: (size_words(write, leaf.params[0]), ATOM),
    ONES: _ones,
    EYE: lambda write, leaf, parts: (
        write.lowered(write.name("I"), size_words(write, leaf.shape[0])),
        ATOM,
    ),
    ADD: _sum,
    NEGATE: _negation,
    MULTIPLY: _product,
    MATMUL: _product,
    DIVIDE: _quotient,
    POWER_OF: _power,
    TRANSPOSE: _transpose,
    TRACE: _called("tr"),
    DIAG: _called("diag"),
    NORM: lambda write, x, parts: (write.fenced("‖", parts[0].text, "‖"), ATOM),
    COMPARE: _compare,
    MAXIMUM: _called("max"),
    MINIMUM: _called("min"),
    SUM_OF: _total,
    MEAN: _called("mean"),
    MAX: _called("max"),
    SOFTMAX: _called("softmax"),
    ENTRY: _entry,
    SUM_OVER: _sum_over,
    MATRIX: _matrix,
    **parts_layout.TABLE,
}
"""How every operation is set, and how tightly that binds; functions of one variable apart."""
