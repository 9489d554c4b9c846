"""Jacobians of functions that work entry by entry, asked as one entry asks: by scalars."""

from __future__ import annotations

from dataclasses import replace

from chainrule.algebra import (
    ADD,
    DIVIDE,
    FUNCTIONS,
    MULTIPLY,
    NEGATE,
    NUMBER,
    POWER_OF,
    SCALAR,
    SYMBOL,
    AlgebraError,
    Declaration,
    Definition,
    Expression,
    Sheet,
    postorder,
    substitute,
    symbol,
    symbols,
)
from chainrule.derivation.asking.question import Question

ENTRYWISE = (ADD, DIVIDE, MULTIPLY, NEGATE, POWER_OF, NUMBER, SYMBOL, *FUNCTIONS.values())


def entrywise(asked: Question) -> Question | None:
    """The same question about scalars; None unless what is derived works entry by entry.

    Of da/dx for a column a = tanh(x): da/dx for a number x. Books write the slopes, tanh'(x), for
    the Jacobian with them on its diagonal.
    """
    sheet, meaning = asked.sheet, asked.meaning
    if meaning is None or asked.by is not None or asked.letters:
        return None
    over, under = meaning
    if sheet.shapes[over] != sheet.shapes[under] or sheet.shapes[over] == SCALAR:
        return None
    kept = _definitions(sheet, over, under)
    used = {name for expression in kept.values() for name in symbols(expression)}
    if not kept or not all(_works_entrywise(expression) for expression in kept.values()):
        return None
    if any(sheet.shapes[name] not in (SCALAR, sheet.shapes[over]) for name in used):
        return None
    scalars = {sheet.symbol(name): symbol(name, SCALAR) for name in used}
    declared = [replace(d, shape=SCALAR) for d in sheet.declarations if d.name in used]
    if under in sheet.expressions:
        declared.append(Declaration(under, SCALAR))
    try:
        defined = tuple(
            Definition(name, substitute(expression, scalars)) for name, expression in kept.items()
        )
        twin = Sheet(tuple(declared), defined, over)
        return Question(twin, twin.scope.adjoint(under))
    except AlgebraError:
        return None


def _definitions(sheet: Sheet, over: str, under: str) -> dict[str, Expression]:
    """What lies between `under` and `over`, in order, `over` last."""
    needed = {over}
    for name in reversed(sheet.expressions):
        if name in needed and name != under:
            needed.update(symbols(sheet.expressions[name]))
    return {name: sheet.expressions[name] for name in sheet.expressions if name in needed - {under}}


def _works_entrywise(expression: Expression) -> bool:
    return all(node.operation in ENTRYWISE for node in postorder(expression))
