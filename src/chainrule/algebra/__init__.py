"""Matrix expressions with shapes: text to tree, values, derivatives.

    sheet = parse_sheet(text)                       a Sheet; SheetError says where
    answer = parse("W2.T @ delta2", sheet.scope)    a Parsed: .expression and .syntax
    text(answer.expression)                         parses back to the same tree
    point = sample(sheet, numpy.random.default_rng(0))
    point.value(answer.expression)                  a float64 array (rows, columns)
    backward(sheet)                                 {"a2": dC/da2, "z2": delta2, ...} as trees
    gradient(sheet, "W1")                           in forward names only
    point.complex_step("C", "W1")                   the oracle, independent of the rules

    facts = facts_of(sheet)                         what the sheet lets rewriting use
    normal_form(tree, facts)                        the same value, in one form
    simplify(tree, facts)                           a Simplified: the textbook's form and its steps

The tree. An `Expression` has `operation`, `args`, `params`, `shape`, `indices` (free index
letters), `depth` and `size`. It is interned: `is` is structural equality and a node is a cheap
dictionary key. Never build one by hand: the functions below build trees as written (`add`,
`multiply`, `matmul`, ...), those in -ed and `plus`, `times` fold what is trivial. Walk with
`postorder` (each node once) or `occurrences` (each place once, with its path); rewrite with
`rebuild`, `substitute`, `replace_at`. Neither recurses, and neither must you. Do not iterate over
sets of nodes: their order differs from run to run.

An operation. Each is one `Operation` value that holds its shape rule, NumPy value, local adjoint,
text and rule name side by side; see `expression.Operation`, and `arithmetic`, `comparisons`,
`functions`, `matrices`, `reductions`, `indexing` for all of them. A printer of another notation is
a table from operations to functions of (node, printed arguments), as `text` is.

Leaves: NUMBER (params: a number, never negative), CONSTANT (e, pi), SYMBOL (params: name, shape),
DIMENSION (a size as a number), ONES, EYE. Derivatives are symbols, named `dC/dW1`, `da2/dz2` or
`delta1`; `scope.meaning(name)` tells what they are, `scope.adjoint(quantity)` names them.

Sums and products are n-ary as typed: `a + b + c` has three arguments, `a + (b + c)` has two. There
is no subtraction node: `a - b` is `a + (-b)`.

Errors are all `AlgebraError`: `ParseError`, `ShapeError`, `LimitError`, `SheetError`,
`DomainError`, `SamplingError`; `span` is the place in the text.
"""

from chainrule.algebra.errors import AlgebraError, LimitError, ShapeError, Span
from chainrule.algebra.language.chain_rule import Factor, chain_factors
from chainrule.algebra.language.declared_names import Scope
from chainrule.algebra.language.foreign_words import CONTROL
from chainrule.algebra.language.grammar import MAX_NESTING
from chainrule.algebra.language.latex import without_latex
from chainrule.algebra.language.named_sheets import (
    ShippedSheet,
    UnknownSheet,
    load_sheet,
    sheet_names,
    sheet_source,
    shipped,
)
from chainrule.algebra.language.other_readings import Reading, read_otherwise
from chainrule.algebra.language.parser import parse, parse_chain, parse_misfits, parse_otherwise
from chainrule.algebra.language.sheet import ASSUMPTIONS, Declaration, Definition, Sheet, symbols
from chainrule.algebra.language.sheet_lines import MAX_SIZE, parse_sheet
from chainrule.algebra.language.sheet_text import MAX_LINES, MAX_SHEET_LENGTH, SheetError
from chainrule.algebra.language.text_places import Parsed, Syntax
from chainrule.algebra.language.tokens import MAX_LENGTH, RAISED, ParseError
from chainrule.algebra.language.typed_functions import TypedFunction, typed_function
from chainrule.algebra.language.typed_text import Typed, typed, typed_chain
from chainrule.algebra.language.usual_reading import read, read_chain
from chainrule.algebra.rewriting.arithmetic_rules import (
    CANCEL,
    MINUS_FRONT,
    MINUS_INSIDE,
    ONE_FACTOR,
    ORDER,
    SIGN,
    TERM_ORDER,
)
from chainrule.algebra.rewriting.entry_rules import RENAME, reindexed
from chainrule.algebra.rewriting.facts import NOTHING, Facts
from chainrule.algebra.rewriting.function_rules import named_prime
from chainrule.algebra.rewriting.matrix_rules import NO_BRACKETS
from chainrule.algebra.rewriting.normal_form import DEFINITION, normal_form
from chainrule.algebra.rewriting.ordering import cost
from chainrule.algebra.rewriting.reduction_rules import DISTRIBUTION
from chainrule.algebra.rewriting.rule import Rewrite, Rule
from chainrule.algebra.rewriting.sheet_facts import facts_of
from chainrule.algebra.rewriting.simplification import (
    FOLD_PRIME,
    MOVES,
    UNFOLD,
    UNFOLD_PRIME,
    Simplified,
    moves,
    simplest,
    simplify,
)
from chainrule.algebra.tree.adjoints import RuleUse, adjoints
from chainrule.algebra.tree.arithmetic import (
    ADD,
    MULTIPLY,
    NEGATE,
    OutOfDomain,
    add,
    dimension,
    filled,
    multiply,
    negate,
    negated,
    plus,
    subtract,
    times,
)
from chainrule.algebra.tree.blocks import (
    CONCAT,
    FLIP,
    PAD,
    RESHAPE,
    SLICE,
    concat,
    flipped,
    padded,
    reshaped,
    sliced,
)
from chainrule.algebra.tree.comparisons import COMPARE, MAXIMUM, MINIMUM, compare, maximum, minimum
from chainrule.algebra.tree.convolution import CONVOLVE, CONVOLVE_FULL, convolve, convolve_full
from chainrule.algebra.tree.elementary_functions import (
    ABS,
    COS,
    LEAKY_RELU,
    RELU,
    SIGMA,
    SIN,
    SOFTPLUS,
    SQRT,
    TAN,
    TANH,
)
from chainrule.algebra.tree.expression import (
    ATOM,
    MAX_DEPTH,
    NEGATION,
    UNKNOWN,
    Array,
    Expression,
    Index,
    Operation,
    Part,
    Setting,
    at,
    fits,
    misfit,
    node,
    occurrences,
    postorder,
    rebuild,
    replace_at,
    substitute,
    with_args,
)
from chainrule.algebra.tree.function_registry import (
    FUNCTIONS,
    MAX_ORDER,
    Function,
    apply,
    forget,
    function_of,
    register,
)
from chainrule.algebra.tree.gates import ELU, GELU, SILU
from chainrule.algebra.tree.indexing import ENTRY, MATRIX, SUM_OVER, entry, matrix, sum_over, vector
from chainrule.algebra.tree.inverses import DETERMINANT, INVERSE, determinant, inverse
from chainrule.algebra.tree.leaves import (
    CONSTANT,
    DIMENSION,
    EYE,
    NUMBER,
    ONE,
    ONES,
    SYMBOL,
    TWO,
    ZERO,
    constant,
    decimal,
    eye,
    ones,
    symbol,
)
from chainrule.algebra.tree.matrices import (
    DIAG,
    MATMUL,
    NORM,
    TRACE,
    TRANSPOSE,
    diag,
    matmul,
    matmul_folded,
    norm,
    trace,
    transpose,
    transposed,
)
from chainrule.algebra.tree.pooling import AVG_POOL, MAX_POOL, REPEAT
from chainrule.algebra.tree.powers import (
    DIVIDE,
    EXP,
    LOG,
    POWER_OF,
    divide,
    divided,
    natural_log,
    number,
    power,
    powered,
    rational,
)
from chainrule.algebra.tree.reductions import (
    MAX,
    MEAN,
    SOFTMAX,
    SUM_OF,
    count,
    max_of,
    mean_of,
    softmax,
    sum_of,
    summed_back,
    total,
)
from chainrule.algebra.tree.running import CUMSUM, PROD, cumsum, prod_of
from chainrule.algebra.tree.shapes import (
    SCALAR,
    Dimension,
    Shape,
    broadcast,
    concrete,
    flip,
    is_vector,
    length,
    product,
    shape_text,
    unify,
)
from chainrule.algebra.tree.sizes import size_value, solved_for_name
from chainrule.algebra.tree.text import brief, text
from chainrule.algebra.values.derivative import backward, derivative, gradient
from chainrule.algebra.values.evaluation import (
    DomainError,
    evaluate,
    kink_distance,
    letters_of,
    stable,
)
from chainrule.algebra.values.high_precision import WidePoint, evaluate_wide, narrow, wide
from chainrule.algebra.values.many_points import Many, Values
from chainrule.algebra.values.point import Point
from chainrule.algebra.values.sampling import SamplingError, draw_sizes, sample, sizes_fit
from chainrule.algebra.values.sampling_many import sample_many, sample_tied
from chainrule.algebra.writing.latex import latex
from chainrule.algebra.writing.mathml import mathml, mathml_row
from chainrule.algebra.writing.numpy_source import (
    names_of,
    numpy_functions,
    numpy_names,
    numpy_source,
)
from chainrule.algebra.writing.parts_source import size_source
from chainrule.algebra.writing.unicode import unicode, unicode_name

__all__ = [
    "ABS",
    "ADD",
    "ASSUMPTIONS",
    "ATOM",
    "AVG_POOL",
    "CANCEL",
    "COMPARE",
    "CONCAT",
    "CONSTANT",
    "CONTROL",
    "CONVOLVE",
    "CONVOLVE_FULL",
    "COS",
    "CUMSUM",
    "DEFINITION",
    "DETERMINANT",
    "DIAG",
    "DIMENSION",
    "DISTRIBUTION",
    "DIVIDE",
    "ELU",
    "ENTRY",
    "EXP",
    "EYE",
    "FLIP",
    "FOLD_PRIME",
    "FUNCTIONS",
    "GELU",
    "INVERSE",
    "LEAKY_RELU",
    "LOG",
    "MATMUL",
    "MATRIX",
    "MAX",
    "MAXIMUM",
    "MAX_DEPTH",
    "MAX_LENGTH",
    "MAX_LINES",
    "MAX_NESTING",
    "MAX_ORDER",
    "MAX_POOL",
    "MAX_SHEET_LENGTH",
    "MAX_SIZE",
    "MEAN",
    "MINIMUM",
    "MINUS_FRONT",
    "MINUS_INSIDE",
    "MOVES",
    "MULTIPLY",
    "NEGATE",
    "NEGATION",
    "NORM",
    "NOTHING",
    "NO_BRACKETS",
    "NUMBER",
    "ONE",
    "ONES",
    "ONE_FACTOR",
    "ORDER",
    "PAD",
    "POWER_OF",
    "PROD",
    "RAISED",
    "RELU",
    "RENAME",
    "REPEAT",
    "RESHAPE",
    "SCALAR",
    "SIGMA",
    "SIGN",
    "SILU",
    "SIN",
    "SLICE",
    "SOFTMAX",
    "SOFTPLUS",
    "SQRT",
    "SUM_OF",
    "SUM_OVER",
    "SYMBOL",
    "TAN",
    "TANH",
    "TERM_ORDER",
    "TRACE",
    "TRANSPOSE",
    "TWO",
    "UNFOLD",
    "UNFOLD_PRIME",
    "UNKNOWN",
    "ZERO",
    "AlgebraError",
    "Array",
    "Declaration",
    "Definition",
    "Dimension",
    "DomainError",
    "Expression",
    "Factor",
    "Facts",
    "Function",
    "Index",
    "LimitError",
    "Many",
    "Operation",
    "OutOfDomain",
    "ParseError",
    "Parsed",
    "Part",
    "Point",
    "Reading",
    "Rewrite",
    "Rule",
    "RuleUse",
    "SamplingError",
    "Scope",
    "Setting",
    "Shape",
    "ShapeError",
    "Sheet",
    "SheetError",
    "ShippedSheet",
    "Simplified",
    "Span",
    "Syntax",
    "Typed",
    "TypedFunction",
    "UnknownSheet",
    "Values",
    "WidePoint",
    "add",
    "adjoints",
    "apply",
    "at",
    "backward",
    "brief",
    "broadcast",
    "chain_factors",
    "compare",
    "concat",
    "concrete",
    "constant",
    "convolve",
    "convolve_full",
    "cost",
    "count",
    "cumsum",
    "decimal",
    "derivative",
    "determinant",
    "diag",
    "dimension",
    "divide",
    "divided",
    "draw_sizes",
    "entry",
    "evaluate",
    "evaluate_wide",
    "eye",
    "facts_of",
    "filled",
    "fits",
    "flip",
    "flipped",
    "forget",
    "function_of",
    "gradient",
    "inverse",
    "is_vector",
    "kink_distance",
    "latex",
    "length",
    "letters_of",
    "load_sheet",
    "mathml",
    "mathml_row",
    "matmul",
    "matmul_folded",
    "matrix",
    "max_of",
    "maximum",
    "mean_of",
    "minimum",
    "misfit",
    "moves",
    "multiply",
    "named_prime",
    "names_of",
    "narrow",
    "natural_log",
    "negate",
    "negated",
    "node",
    "norm",
    "normal_form",
    "number",
    "numpy_functions",
    "numpy_names",
    "numpy_source",
    "occurrences",
    "ones",
    "padded",
    "parse",
    "parse_chain",
    "parse_misfits",
    "parse_otherwise",
    "parse_sheet",
    "plus",
    "postorder",
    "power",
    "powered",
    "prod_of",
    "product",
    "rational",
    "read",
    "read_chain",
    "read_otherwise",
    "rebuild",
    "register",
    "reindexed",
    "replace_at",
    "reshaped",
    "sample",
    "sample_many",
    "sample_tied",
    "shape_text",
    "sheet_names",
    "sheet_source",
    "shipped",
    "simplest",
    "simplify",
    "size_source",
    "size_value",
    "sizes_fit",
    "sliced",
    "softmax",
    "solved_for_name",
    "stable",
    "substitute",
    "subtract",
    "sum_of",
    "sum_over",
    "summed_back",
    "symbol",
    "symbols",
    "text",
    "times",
    "total",
    "trace",
    "transpose",
    "transposed",
    "typed",
    "typed_chain",
    "typed_function",
    "unicode",
    "unicode_name",
    "unify",
    "vector",
    "wide",
    "with_args",
    "without_latex",
]
