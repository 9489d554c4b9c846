"""A tree as NumPy source that runs, and the functions that source calls.

What it computes is an array (rows, columns), like everything in the language. Names are those of
the sheet, `dC/dW1` being `dC_dW1`; sizes are whole numbers by their names. Functions that overflow
when written down naively come as functions of their own, and a logarithm is worked out together
with what it is taken of where that keeps it finite.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from chainrule.algebra.tree.arithmetic import ADD, MULTIPLY, NEGATE
from chainrule.algebra.tree.blocks import PAD, RESHAPE, SLICE
from chainrule.algebra.tree.comparisons import COMPARE, MAXIMUM, MINIMUM
from chainrule.algebra.tree.expression import (
    ATOM,
    POSTFIX,
    POWER,
    SUM,
    Expression,
    Operation,
    Part,
    postorder,
    rebuild,
)
from chainrule.algebra.tree.function_registry import function_of, functions
from chainrule.algebra.tree.indexing import ENTRY, MATRIX, SUM_OVER
from chainrule.algebra.tree.leaves import CONSTANT, DIMENSION, EYE, NUMBER, ONES, SYMBOL
from chainrule.algebra.tree.matrices import DIAG, MATMUL, NORM, TRACE, TRANSPOSE
from chainrule.algebra.tree.pooling import AVG_POOL, MAX_POOL
from chainrule.algebra.tree.powers import DIVIDE, POWER_OF
from chainrule.algebra.tree.reductions import (
    LOG_SIGMOID,
    LOG_SOFTMAX,
    LOG_SUM_EXP,
    MAX,
    MEAN,
    SOFTMAX,
    SUM_OF,
)
from chainrule.algebra.tree.shapes import Shape, is_vector
from chainrule.algebra.tree.sizes import Dimension, names_of_size
from chainrule.algebra.tree.text import folded
from chainrule.algebra.values.evaluation import stable
from chainrule.algebra.writing import parts_source


def numpy_source(root: Expression, names: Mapping[str, str] | None = None) -> str:
    """The tree as one NumPy expression. names: the variables, by default `numpy_names` of it.

    LimitError if the tree is too large to be printed.
    """
    if names is None:
        names = numpy_names(names_of(root))
    printer = _Printer(names)
    return folded(rebuild(root, stable), printer.make).whole().part.text


def numpy_functions(*roots: Expression) -> str:
    """The definitions of the functions that the trees' source calls, what they need first."""
    wanted: dict[str, None] = {}
    known = sources()
    for root in roots:
        printer = _Printer(numpy_names(names_of(root)))
        folded(rebuild(root, stable), printer.make)
        for name in printer.called:
            for needed in (*_needs(name, known), name):
                wanted.setdefault(needed)
    return "\n\n".join(known[name] for name in wanted)


def numpy_names(names: Iterable[str], taken_names: Iterable[str] = ()) -> dict[str, str]:
    """A variable for every name, no two alike: `dC_dW1` for dC/dW1, `lambda_` for lambda.

    taken_names: variables that are in use already.
    """
    found: dict[str, str] = {}
    taken, never = set(taken_names), reserved()
    for name in names:
        variable = name.replace("/", "_")
        while keyword.iskeyword(variable) or variable in never or variable in taken:
            variable += "_"
        found.setdefault(name, variable)
        taken.add(found[name])
    return found


def names_of(root: Expression) -> list[str]:
    """Every quantity, size and index letter of a tree, the names without a slash first."""
    found: dict[str, None] = {}
    for part in postorder(root):
        sizes = part.shape if part.operation in (ONES, EYE, RESHAPE, MAX_POOL, AVG_POOL) else ()
        if part.operation in (SLICE, PAD):
            sizes = tuple(size for ends in part.params for size in ends)
        if part.operation in (SYMBOL, DIMENSION):
            found.setdefault(part.params[0])
        for letter, size in part.indices:
            found.setdefault(letter)
            sizes = (*sizes, size)
        for size in sizes:
            found.update(dict.fromkeys(names_of_size(size)))
    return sorted(found, key=lambda name: "/" in name)


@dataclass(frozen=True, slots=True)
class _Code:
    """flat: the value is a plain number, not an array (1,1)."""

    part: Part
    flat: bool

    def whole(self) -> _Code:
        """The same as an array (rows, columns)."""
        if not self.flat:
            return self
        words = f"np.full((1, 1), {self.part.text}, dtype=float)"
        return _Code(Part(words, ATOM, self.part.node), False)


class _Printer:
    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names
        self.called: dict[str, None] = {}
        self.known = sources()

    def make(self, node: Expression, codes: list[_Code]) -> _Code:
        operation = node.operation
        if operation in _ON_ARRAYS:
            codes = [code.whole() for code in codes]
        flat = operation in _FLAT or (
            (operation.broadcasts or operation in (SUM_OVER, LOG_SIGMOID))
            and all(code.flat for code in codes)
        )
        words = TABLE.get(operation, _function)(self, node, codes)
        binding = ATOM if operation is COMPARE else operation.binding
        return _Code(Part(words, binding, node), flat)

    def call(self, function: str, *args: str) -> str:
        """A call of one of our functions, which then has to be defined."""
        self.called.setdefault(function)
        return f"{function}({', '.join(args)})"

    def size(self, size: Dimension) -> str:
        return parts_source.size_source(size, self.names)

    def sizes(self, shape: Shape) -> str:
        return f"({self.size(shape[0])}, {self.size(shape[1])})"


Print = Callable[[_Printer, Expression, list[_Code]], str]


def _as_text(printer: _Printer, node: Expression, codes: list[_Code]) -> str:
    """Python writes it as the language does."""
    return node.operation.text(node, [code.part for code in codes])


def _number(printer: _Printer, leaf: Expression, codes: list[_Code]) -> str:
    value, words = leaf.params[0], leaf.operation.text(leaf, [])
    if isinstance(value, int) and value < 10**6:
        return words
    return words if "." in words or "e" in words else f"{words}.0"


def _real(code: _Code) -> str:
    """An argument of a function, which must not be handed a whole number."""
    number = code.part.node.operation is NUMBER
    return repr(float(code.part.node.params[0])) if number else code.part.text


def _power(printer: _Printer, power: Expression, codes: list[_Code]) -> str:
    base, exponent = codes
    words = base.part.within(POWER + 1)
    if base.flat:  # Python's whole numbers have powers of their own
        number = base.part.node.operation is NUMBER
        words = _real(base) if number else f"float({base.part.text})"
    return f"{words}**{exponent.part.within(POWER)}"


def _reduction(name: str) -> Print:
    def words(printer: _Printer, node: Expression, codes: list[_Code]) -> str:
        axis = "" if node.params[0] is None else f"axis={node.params[0]}, "
        return f"np.{name}({codes[0].part.text}, {axis}keepdims=True)"

    return words


def _along(function: str, usual: int | None) -> Print:
    def words(printer: _Printer, node: Expression, codes: list[_Code]) -> str:
        axis = [] if node.params[0] == usual else [f"axis={node.params[0]}"]
        return printer.call(function, codes[0].part.text, *axis)

    return words


def _function(printer: _Printer, f: Expression, codes: list[_Code]) -> str:
    """A function of one variable, as it says itself."""
    function = function_of(f.operation)
    assert function is not None
    words = function.source(_real(codes[0]), *f.params)
    for name in _CALL.findall(words):
        if name in printer.known:
            printer.called.setdefault(name)
    return words


def _log_sigma(printer: _Printer, f: Expression, codes: list[_Code]) -> str:
    sign = "-" if f.params[0] < 0 else ""
    argument = codes[0].part.within(POSTFIX) if sign else codes[0].part.text
    return printer.call("log_sigma", f"{sign}{argument}")


def _diag(printer: _Printer, x: Expression, codes: list[_Code]) -> str:
    if is_vector(x.args[0].shape):
        return f"np.diagflat({codes[0].part.text})"
    return f"np.diag({codes[0].part.text})[:, None]"


def _entry(printer: _Printer, entry: Expression, codes: list[_Code]) -> str:
    places = ["0" if index is None else printer.names[index[0]] for index in entry.params]
    return f"{codes[0].part.within(POSTFIX)}[{', '.join(places)}]"


def _loop(printer: _Printer, index: tuple[str, Dimension]) -> str:
    return f"for {printer.names[index[0]]} in range({printer.size(index[1])})"


def _sum_over(printer: _Printer, total: Expression, codes: list[_Code]) -> str:
    return f"sum({codes[0].part.text} {_loop(printer, total.params[0])})"


def _matrix(printer: _Printer, made: Expression, codes: list[_Code]) -> str:
    body = codes[0].part
    words = body.text if codes[0].flat else f"{body.within(POSTFIX)}.item()"
    if len(made.params) == 2:
        words = f"{words} {_loop(printer, made.params[1])}"
    return f"np.array([[{words}] {_loop(printer, made.params[0])}])"


def _compare(printer: _Printer, comparison: Expression, codes: list[_Code]) -> str:
    left, right = (code.part.within(SUM) for code in codes)
    return f"np.where({left} {comparison.params[0]} {right}, 1.0, 0.0)"


def _of_two(name: str) -> Print:
    def words(printer: _Printer, choice: Expression, codes: list[_Code]) -> str:
        return f"np.{name}({_real(codes[0])}, {_real(codes[1])})"

    return words


def _by_table(printer: _Printer, node: Expression, codes: list[_Code]) -> str:
    """What has its source in `parts_source`."""
    postfixed = node.operation in parts_source.POSTFIXED
    args = [code.part.within(POSTFIX) if postfixed else code.part.text for code in codes]
    words = parts_source.TABLE[node.operation](node, args, printer.size)
    for name in _CALL.findall(words):
        if name in printer.known:
            printer.called.setdefault(name)
    return words


TABLE: dict[Operation, Print] = {
    NUMBER: _number,
    CONSTANT: lambda printer, leaf, codes: f"np.{leaf.params[0]}",
    SYMBOL: lambda printer, leaf, codes: printer.names[leaf.params[0]],
    DIMENSION: lambda printer, leaf, codes: printer.names[leaf.params[0]],
    ONES: lambda printer, leaf, codes: f"np.ones({printer.sizes(leaf.shape)})",
    EYE: lambda printer, leaf, codes: f"np.eye({printer.size(leaf.shape[0])})",
    ADD: _as_text,
    NEGATE: _as_text,
    MULTIPLY: _as_text,
    MATMUL: _as_text,
    DIVIDE: _as_text,
    TRANSPOSE: _as_text,
    POWER_OF: _power,
    TRACE: lambda printer, x, codes: f"np.trace({codes[0].part.text}).reshape(1, 1)",
    DIAG: _diag,
    NORM: lambda printer, x, codes: (
        f"np.sqrt(np.sum({codes[0].part.within(POSTFIX)}**2, keepdims=True))"
    ),
    COMPARE: _compare,
    MAXIMUM: _of_two("maximum"),
    MINIMUM: _of_two("minimum"),
    SUM_OF: _reduction("sum"),
    MEAN: _reduction("mean"),
    MAX: _reduction("max"),
    SOFTMAX: _along("softmax", usual=0),
    LOG_SOFTMAX: _along("log_softmax", usual=0),
    LOG_SUM_EXP: _along("log_sum_exp", usual=None),
    LOG_SIGMOID: _log_sigma,
    ENTRY: _entry,
    SUM_OVER: _sum_over,
    MATRIX: _matrix,
    **dict.fromkeys(parts_source.TABLE, _by_table),
}
"""How every operation is written in NumPy. Operators are written as the language writes them, and
functions of one variable say it themselves."""

_FLAT = (NUMBER, CONSTANT, DIMENSION, ENTRY)
_ON_ARRAYS = (
    MATMUL, TRANSPOSE, TRACE, DIAG, NORM, SUM_OF, MEAN, MAX, SOFTMAX, LOG_SOFTMAX, LOG_SUM_EXP,
    *parts_source.TABLE,
)  # fmt: skip


# The functions.


_SOURCES: dict[str, str] = {
    "log_sigma": '''def log_sigma(z):
    """log(sigma(z)), finite for any z."""
    return np.minimum(z, 0.0) - np.log1p(np.exp(-np.abs(z)))
''',
    "softmax": '''def softmax(z, axis=0):
    """exp(z) over its sum along an axis; less the largest, so that no exponent is positive."""
    t = np.exp(z - np.max(z, axis=axis, keepdims=True))
    return t / np.sum(t, axis=axis, keepdims=True)
''',
    "log_softmax": '''def log_softmax(z, axis=0):
    """log(softmax(z)), finite for any z."""
    shifted = z - np.max(z, axis=axis, keepdims=True)
    return shifted - np.log(np.sum(np.exp(shifted), axis=axis, keepdims=True))
''',
    "log_sum_exp": '''def log_sum_exp(z, axis=None):
    """log(sum(exp(z))), finite for any z."""
    largest = np.max(z, axis=axis, keepdims=True)
    return largest + np.log(np.sum(np.exp(z - largest), axis=axis, keepdims=True))
''',
}
"""The functions that the source of the operations above calls, as source."""

_CALL = re.compile(r"(?<![\w.])([A-Za-z_]\w*)\(")


def sources() -> dict[str, str]:
    """Every function that source may call, by its name, as source."""
    found = _SOURCES | parts_source.SOURCES
    for function in functions():
        found.update(function.definitions)
    return found


def _needs(name: str, known: Mapping[str, str]) -> list[str]:
    """The functions that a function calls."""
    head, _, rest = known[name].partition('"""')
    body = rest.partition('"""')[2] or head
    return [other for other in dict.fromkeys(_CALL.findall(body)) if other in known]


def reserved() -> frozenset[str]:
    """Names that no variable bears."""
    return frozenset({*sources(), "np", "sum", "float", "range"})
