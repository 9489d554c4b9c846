"""What stands above a derivation: what is derived, and how a step is to be read."""

from __future__ import annotations

from collections.abc import Iterator

from chainrule.algebra import ENTRY, Expression, symbol
from chainrule.derivation.deriving.given import is_calculus
from chainrule.derivation.deriving.step import Piece, Reason
from chainrule.derivation.deriving.steps import Backpropagation

Paragraphs = tuple[Reason, ...]


def declared(pass_: Backpropagation) -> list[str]:
    """What is given, a line each: `x: (n0,1)`."""
    return [declaration.text() for declaration in pass_.sheet.declarations]


def equations(pass_: Backpropagation) -> list[tuple[Expression, Expression]]:
    """The equations that are derived, their two sides."""
    sheet = pass_.sheet
    return [(sheet.symbol(d.name), d.expression) for d in sheet.definitions]


def reading(pass_: Backpropagation) -> Paragraphs:
    """How the steps are read, for somebody who reads them for the first time."""
    kinds = {step.kind for d in pass_.derivations for step in d.telling}
    paragraphs: list[Reason] = [(f"{note}.",) for note in pass_.sheet.notes]
    paragraphs += _named(pass_)
    if is_calculus(pass_.sheet):
        paragraphs += _of_a_function(pass_)
    elif kinds & {"derivative", "entries"}:
        paragraphs += _of_a_network(pass_)
    if "jacobian" in kinds:
        paragraphs.append(
            ("A Jacobian has a row for each entry of what is differentiated, and a column for each "
             "entry of what the derivative is taken by.",)
        )  # fmt: skip
    return tuple(paragraphs)


def _named(pass_: Backpropagation) -> Iterator[Reason]:
    if pass_.named:
        sheet = pass_.sheet
        known = [piece for name in pass_.named for piece in (
            " and ", (sheet.symbol(name), sheet.expressions[name]))][1:]  # fmt: skip
        them = "it" if len(pass_.named) == 1 else "them"
        yield (f"Named here, so that the backward pass can speak of {them}: ", *known, ".")


def _of_a_function(pass_: Backpropagation) -> Iterator[Reason]:
    cost = pass_.sheet.symbol(pass_.sheet.cost)
    for derivation in pass_.derivations[:1]:
        if derivation.target.operation is ENTRY:
            return
        yield (
            derivation.target, " says how fast ", cost, " grows with ",
            pass_.sheet.symbol(derivation.wrt), ". The parts of ", cost, " come first, from the "
            "inside out: `(...)'` is the derivative of the part in the bracket. A step that "
            "begins with ", derivation.target, " once more writes the same value in another way.",
        )  # fmt: skip


def _of_a_network(pass_: Backpropagation) -> Iterator[Reason]:
    sheet = pass_.sheet
    cost, name = sheet.symbol(sheet.cost), sheet.cost
    short: list[Piece] = []
    for quantity in [q for q in sheet.shapes if sheet.scope.delta_name(q) is not None][:1]:
        whole = symbol(f"d{name}/d{quantity}", sheet.shapes[quantity])
        short += [" ", sheet.scope.adjoint(quantity), " is short for ", whole, "."]
    yield (
        f"`d{name}/d(...)` says how much ", cost, " grows for a small growth of what stands in the "
        "bracket, entry by entry, divided by that growth.", *short,
    )  # fmt: skip
    yield (
        f"The backward pass begins at the end, with `d{name}/d{name} = 1`: ", cost,
        " grows as much as itself. From there it goes back through the equations. In each step the "
        "derivative by a result becomes the derivative by one of the parts that the result is "
        "worked out from: it is multiplied by the slope of the result by that part, how fast the "
        "one grows with the other. A step that begins with the name of the derivative that is "
        "wanted writes the same value in another way.",
    )  # fmt: skip


def left_out(pass_: Backpropagation) -> Reason:
    """What the derivative is not taken by; empty if that is nothing."""
    if not pass_.left_out:
        return ()
    sheet = pass_.sheet
    names = [piece for name in pass_.left_out for piece in (", ", sheet.symbol(name))][1:]
    verb = "is" if len(pass_.left_out) == 1 else "are"
    return ("Left out: the derivatives by ", *names, f", which {verb} given and not trained.")
