"""The network's own equations as a sheet: text in the language of `chainrule.algebra`.

In a sheet everything is a matrix. For one example `x` is a column (n0,1) and a bias a column
(n1,1). For a mini-batch in rows `X` is (m,n0) and a bias a row (1,n1): the network's own
convention. In columns `X` is (n0,m), and softmax runs down each column.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from chainrule.network.architecture import Architecture
from chainrule.network.costs import cost
from chainrule.network.errors import NetworkError

Form = Literal["one", "rows", "columns"]


def sheet(architecture: Architecture, form: Form = "one", *, l2: bool = False) -> str:
    """The equations for one example, or for a mini-batch in rows or in columns.

    `l2` adds the penalty lam/(2*n) * sum of the squared weights.
    """
    if form not in ("one", "rows", "columns"):
        raise NetworkError(f"form is {form!r}: it is one, rows or columns")
    return "\n".join([*declarations(architecture, form, l2), *definitions(architecture, form, l2)])


def declarations(architecture: Architecture, form: Form, l2: bool) -> Iterator[str]:
    sizes = [str(size) for size in architecture.sizes]
    x, y = ("x", "y") if form == "one" else ("X", "Y")
    yield f"# {architecture}"
    yield f"{x}: ({shape(sizes[0], form)})"
    onehot = " onehot axis=1" if form == "rows" else " onehot"
    assumption = onehot if cost(architecture.cost).onehot else ""
    yield f"{y}: ({shape(sizes[-1], form)}){assumption}"
    for layer in range(1, architecture.layers + 1):
        yield f"W{layer}: ({sizes[layer]},{sizes[layer - 1]})"
        bias = f"1,{sizes[layer]}" if form == "rows" else f"{sizes[layer]},1"
        yield f"b{layer}: ({bias})"
    if l2:
        yield "lam: scalar"
        yield "n: scalar"


def shape(size: str, form: Form) -> str:
    return {"one": f"{size},1", "rows": f"m,{size}", "columns": f"{size},m"}[form]


def definitions(architecture: Architecture, form: Form, l2: bool) -> Iterator[str]:
    letters = ("x", "z", "a", "y") if form == "one" else ("X", "Z", "A", "Y")
    below, z, a, y = letters
    for layer in range(1, architecture.layers + 1):
        weights = f"{below} @ W{layer}.T" if form == "rows" else f"W{layer} @ {below}"
        yield f"{z}{layer} = {weights} + b{layer}"
        kind = architecture.activation(layer)
        axis = ", axis=1" if form == "rows" else ""
        yield f"{a}{layer} = {kind.text.format(z=f'{z}{layer}', axis=axis)}"
        below = f"{a}{layer}"
    outputs = {"one": None, "rows": 1, "columns": 0}[form]
    total = cost(architecture.cost).sheet(below, y, outputs)
    if l2:
        squares = " + ".join(f"sum(W{layer}**2)" for layer in range(1, architecture.layers + 1))
        total = f"{total} + lam / (2*n) * ({squares})"
    yield f"C = {total}"
