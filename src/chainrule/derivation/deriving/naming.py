"""Names for what a sheet uses twice and did not name: the weighted input of an activation.

`A1 = relu(X @ W1.T)` says all, but its backward pass then repeats `X @ W1.T` in every equation. A
book calls it `Z1`. So where the argument of an activation is worked out there and then, it gets a
name of its own; where an activation stands in the middle of an equation, so does its value.
"""

from __future__ import annotations

from dataclasses import replace

from chainrule.algebra import (
    ADD,
    FUNCTIONS,
    MATMUL,
    MULTIPLY,
    SCALAR,
    SOFTMAX,
    Definition,
    Expression,
    Sheet,
    postorder,
    substitute,
    symbol,
)
from chainrule.derivation.deriving.given import targets

ACTIVATIONS = (*FUNCTIONS.values(), SOFTMAX)
ACTIVATION_LETTERS = "aAhH"


def with_names(sheet: Sheet) -> tuple[Sheet, tuple[str, ...]]:
    """The sheet with such names, and the names. The sheet itself if it needs none."""
    if not targets(sheet):
        return sheet, ()
    naming = _Naming(sheet)
    for definition in sheet.definitions:
        naming.take(definition)
    if not naming.new:
        return sheet, ()
    named = replace(sheet, definitions=tuple(naming.definitions), lines={})
    return named, tuple(naming.new)


class _Naming:
    """The definitions so far, and the names that were made up."""

    def __init__(self, sheet: Sheet) -> None:
        self.taken = {*sheet.shapes, *sheet.dimensions}
        self.definitions: list[Definition] = []
        self.new: list[str] = []
        self.known: dict[Expression, Expression] = {}

    def take(self, definition: Definition) -> None:
        """Adds a definition, those of its new names before it."""
        whole = substitute(definition.expression, self.known)
        while (part := _unnamed(whole)) is not None:
            stem, digits = _split(definition.name)
            outermost = part is whole and stem in ACTIVATION_LETTERS
            number = digits if outermost else self._next_number()
            inner = self._name("Z" if _many(part) else "z", number, part.args[0])
            whole = substitute(whole, {part.args[0]: inner})
            if not outermost:
                activation = substitute(part, {part.args[0]: inner})
                number = inner.params[0][1:]
                own = self._name("A" if _many(part) else "a", number, activation)
                whole = substitute(whole, {activation: own})
        self.definitions.append(Definition(definition.name, whole))

    def _name(self, stem: str, number: str, meaning: Expression) -> Expression:
        name = f"{stem}{number}"
        while name in self.taken:
            number = str(int(number or 0) + 1)
            name = f"{stem}{number}"
        self.taken.add(name)
        self.new.append(name)
        self.definitions.append(Definition(name, meaning))
        leaf = symbol(name, meaning.shape)
        self.known[meaning] = leaf
        return leaf

    def _next_number(self) -> str:
        numbers = [digits for d in self.definitions if (digits := _split(d.name)[1])]
        return str(max(map(int, numbers), default=0) + 1)


def _split(name: str) -> tuple[str, str]:
    """`A`, `12` of A12."""
    stem = name.rstrip("0123456789")
    return stem, name[len(stem) :]


def _many(part: Expression) -> bool:
    return 1 not in part.shape


def _unnamed(whole: Expression) -> Expression | None:
    """The innermost activation of a weighted input that has no name."""
    for part in postorder(whole):
        if part.operation in ACTIVATIONS and _is_weighted(part.args[0]):
            return part
    return None


def _is_weighted(inner: Expression) -> bool:
    """Whether it is a weighted input: a matrix product, or of numbers a product, plus a bias."""
    terms = inner.args if inner.operation is ADD else (inner,)
    products = (MATMUL, MULTIPLY) if inner.shape == SCALAR else (MATMUL,)
    found = any(term.operation in products for term in terms)
    return found and not any(part.operation in ACTIVATIONS for part in postorder(inner))
