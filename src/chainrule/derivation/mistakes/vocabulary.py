"""What an answer to a question may be made of: the names, factors and terms worth trying.

They come from the sheet and its derivation, so that a repair uses what the derivation uses.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from chainrule.algebra import (
    ADD,
    COS,
    DIVIDE,
    EXP,
    FUNCTIONS,
    LEAKY_RELU,
    LOG,
    MATMUL,
    MULTIPLY,
    NEGATE,
    ONE,
    RELU,
    SCALAR,
    SIGMA,
    SIN,
    SOFTMAX,
    TANH,
    AlgebraError,
    Expression,
    Operation,
    Shape,
    Sheet,
    adjoints,
    apply,
    dimension,
    named_prime,
    postorder,
    rational,
    subtract,
    symbols,
    times,
)
from chainrule.derivation.asking.cost_scale import means
from chainrule.derivation.asking.derived_forms import sources, textbook
from chainrule.derivation.asking.question import Question

MAX_NAMES = 60
MAX_FACTORS = 40
MAX_TERMS = 24


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """names: quantities and derivatives, what the derivation uses first. slopes: sigma'(z1), ...
    factors, divisors, terms: what the derivation multiplies, divides by and adds, terms with the
    sign they have there. sizes: dimensions as numbers. means: those of them that a mean in the
    sheet divides by. near: names this answer's derivation uses. functions, softmax_axes: what may
    stand for another function, and along what the sheet takes a softmax.
    """

    names: tuple[Expression, ...]
    slopes: tuple[Expression, ...]
    factors: tuple[Expression, ...]
    divisors: tuple[Expression, ...]
    terms: tuple[Expression, ...]
    sizes: tuple[Expression, ...]
    means: tuple[Expression, ...]
    near: frozenset[Expression]
    functions: tuple[Operation, ...]
    softmax_axes: tuple[int, ...]

    def of_shape(self, shape: Shape) -> list[Expression]:
        return [name for name in self.names if name.shape == shape]


def vocabulary(asked: Question) -> Vocabulary:
    """The vocabulary of a question."""
    return asked.known(_vocabulary)


def _vocabulary(asked: Question) -> Vocabulary:
    sheet = asked.sheet
    roots = [*textbook(asked), *sources(asked)]
    near: dict[Expression, None] = {}
    for root in roots:
        near.update(dict.fromkeys(symbols(root).values()))
    names = dict(near)
    for name in sheet.shapes:
        names.setdefault(sheet.symbol(name))
    for name in reversed(sheet.shapes):
        if name != sheet.cost:
            names.setdefault(sheet.scope.adjoint(name))
    names.pop(asked.leaf, None)
    slopes: dict[Expression, None] = {}
    factors: dict[Expression, None] = {}
    divisors: dict[Expression, None] = {}
    terms: dict[Expression, Expression] = {}
    for root in roots:
        for node in postorder(root):
            if node.operation in FUNCTIONS.values() and node.params[0] > 0:
                slopes.setdefault(node)
            if node.operation in (MULTIPLY, MATMUL):
                for factor in node.args:
                    factors.setdefault(factor)
            elif node.operation is DIVIDE:
                factors.setdefault(node.args[0])
                if rational(node.args[1]) is None:
                    divisors.setdefault(node.args[1])
            elif node.operation is ADD:
                for term in node.args:
                    terms.setdefault(term.args[0] if term.operation is NEGATE else term, term)
    for root in roots:
        for term in _opened(root):
            terms.setdefault(term.args[0] if term.operation is NEGATE else term, term)
    for definition in sheet.definitions:
        for node in postorder(definition.expression):
            if node.operation is ADD:
                for term in node.args:
                    terms.setdefault(term.args[0] if term.operation is NEGATE else term, term)
            if node.operation in FUNCTIONS.values() and node.params[0] == 0 and not node.indices:
                slope = apply(node.name, node.args[0], 1, *node.params[1:])
                plain = named_prime(slope) or slope
                if plain.operation is DIVIDE and plain.args[0] is ONE:
                    divisors.setdefault(plain.args[1])
                else:
                    slopes.setdefault(plain)
    for name, expression in sheet.expressions.items():
        if expression.operation in FUNCTIONS.values() or expression.operation is SOFTMAX:
            factors.setdefault(sheet.symbol(name))
        if sheet.scope.variable is not None:
            factors.setdefault(subtract(ONE, sheet.symbol(name)))  # of f * (1 - f)
    for inner in inner_derivatives(asked):
        factors.setdefault(inner)
    nodes = [node for part in sheet.expressions.values() for node in postorder(part)]
    used = {node.operation for node in nodes}
    paired = {SIN: COS, COS: SIN, EXP: LOG, LOG: EXP}
    functions = [f for f in FUNCTIONS.values() if f in used or paired.get(f) in used]
    if {RELU, LEAKY_RELU} & used:
        functions += [f for f in (RELU,) if f not in functions]
    sizes = tuple(dimension(size) for size in sheet.dimensions)
    keep = (ONE, asked.leaf)
    return Vocabulary(
        tuple(names)[:MAX_NAMES],
        tuple(slopes)[:MAX_FACTORS],
        tuple(f for f in factors if f not in keep and f.size < 40)[:MAX_FACTORS],
        tuple(d for d in divisors if d.size < 40)[:MAX_FACTORS],
        tuple(t for t in terms.values() if t.size < 60 and t is not asked.leaf)[:MAX_TERMS],
        sizes,
        means(sheet),
        frozenset(near),
        tuple(dict.fromkeys([*functions, SIGMA, TANH] if not _calculus(sheet) else functions)),
        tuple(sorted({node.params[0] for node in nodes if node.operation is SOFTMAX})),
    )


def _opened(root: Expression) -> Iterator[Expression]:
    """The terms of a * (b + c) without its bracket: a * b and a * c."""
    sums = [arg for arg in root.args if arg.operation is ADD]
    if root.operation is MULTIPLY and len(sums) == 1:
        for term in sums[0].args:
            yield times(*(term if arg is sums[0] else arg for arg in root.args))


def _calculus(sheet: Sheet) -> bool:
    return all(shape == SCALAR for shape in sheet.shapes.values())


def inner_derivatives(asked: Question) -> list[Expression]:
    """On a sheet of scalars: the derivative of every part of the function."""
    if asked.by is None or not _calculus(asked.sheet):
        return []
    by = asked.sheet.symbol(asked.by)
    whole = asked.sheet.unfolded(asked.sheet.symbol(asked.sheet.cost))
    found: list[Expression] = []
    for node in postorder(whole):
        if node is by or node is whole or node.size > 60 or not node.args:
            continue
        try:
            inner = adjoints(node, ONE, [by]).get(by)
        except AlgebraError:
            continue
        if inner is not None and inner is not ONE:
            found.append(inner)
    return found
