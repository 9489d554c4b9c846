"""A row added to a column: a matrix, which NumPy makes without a word."""

from __future__ import annotations

from dataclasses import replace

from chainrule.algebra import (
    ADD,
    NEGATE,
    SCALAR,
    TRANSPOSE,
    UNKNOWN,
    Expression,
    occurrences,
    shape_text,
    text,
    transposed,
    with_args,
)
from chainrule.derivation.asking.case import Case, right_everywhere
from chainrule.derivation.asking.verdict import Mistake
from chainrule.derivation.mistakes.change import Change, Edit, Path, applied
from chainrule.derivation.mistakes.mistake_words import quoted
from chainrule.derivation.mistakes.smallest_edits import mistakes_of


def stretched(case: Case) -> tuple[Mistake, ...]:
    """The mistake, if a term of a sum lies the other way and a matrix comes of it."""
    for path, node in occurrences(case.root):
        for term in _likeliest_first(node) if _stretches(node) else ():
            edit = _turned(path, node, term)
            if right_everywhere(applied(case.root, [edit]), case.truth):
                (mistake,) = mistakes_of(case, [edit])
                message = f"{_shapes(node)}; {mistake.message}"
                return (replace(mistake, kind="shape", message=message),)
    return ()


def _stretches(node: Expression) -> bool:
    if node.operation is not ADD or node.shape == UNKNOWN:
        return False
    return all(arg.shape != node.shape for arg in node.args)


def _likeliest_first(node: Expression) -> list[int]:
    """The places of the terms: a transpose that was written is the likelier slip."""
    written = [_below_minus(arg).operation is TRANSPOSE for arg in node.args]
    return sorted(range(len(node.args)), key=lambda place: not written[place])


def _below_minus(term: Expression) -> Expression:
    return term.args[0] if term.operation is NEGATE else term


def _turned(path: Path, node: Expression, place: int) -> Edit:
    """The transpose of a term, below its minus sign."""
    term, below = _below_minus(node.args[place]), (*path, place)
    if term is not node.args[place]:
        below = (*below, 0)
    change = Change("transpose", 1.0, lambda args: transposed(with_args(term, args)))
    return Edit(below, change)


def _shapes(node: Expression) -> str:
    """`p - y.T` makes a matrix (m,m) of (m,1) and (1,m)."""
    shapes = dict.fromkeys(shape_text(arg.shape) for arg in node.args if arg.shape != SCALAR)
    return f"{quoted(text(node))} makes a matrix {shape_text(node.shape)} of {' and '.join(shapes)}"
