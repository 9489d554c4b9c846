"""A stand-alone NumPy module of a sheet: `forward`, `backward`, and a check of its gradients.

Every line carries its equation, the names are the sheet's, and the derivatives come in the order
of the backward pass, in the form that `derive_all` gives them. The module needs NumPy only and
checks itself when it is run.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from chainrule.algebra import (
    LOG,
    SIGMA,
    SOFTMAX,
    AlgebraError,
    Dimension,
    Expression,
    Sheet,
    names_of,
    numpy_functions,
    numpy_names,
    numpy_source,
    rebuild,
    solved_for_name,
    stable,
    substitute,
    symbols,
    text,
    unicode,
)
from chainrule.derivation.deriving.derive import derive_all, quantity_of
from chainrule.derivation.deriving.steps import Derivation
from chainrule.derivation.writing.example_values import (
    SYMMETRIC_SOURCE,
    ExampleValues,
    example_values,
)

WIDTH = 100
LOCAL_NAMES = ("rng", "values", "symmetric", "forward", "backward", "example", "check_gradients")
"""What the module itself calls something, so that no quantity is called so."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A module: its source, the equations it computes, and the variable of every name."""

    source: str
    forward: tuple[str, ...]
    backward: tuple[str, ...]
    variables: Mapping[str, str]

    def to_dict(self) -> dict[str, object]:
        return {
            "source": self.source,
            "forward": list(self.forward),
            "backward": list(self.backward),
            "variables": dict(self.variables),
        }


def export(sheet: Sheet, title: str = "", wrt: Sequence[str] = ()) -> Exported:
    """The module of a sheet. title: what it is, in one sentence.

    wrt: the quantities whose gradients are wanted, by default all that are declared and that the
    cost depends on. Raises AlgebraError if one of them is unknown or the cost does not depend on
    it.
    """
    derivations = _needed(sheet, wrt)
    forward = {d.name: _finite(d.expression, sheet) for d in sheet.definitions}
    backward = {text(d.target): _finite(d.result, sheet) for d in derivations}
    variables = _variables(sheet, [*forward.values(), *backward.values()])
    values = example_values(sheet, variables)
    gradients = {d.wrt: text(d.target) for d in derivations if d.wrt not in sheet.expressions}
    functions = numpy_functions(*forward.values(), *backward.values())
    if any(source.startswith("symmetric(") for source in values.sources.values()):
        functions = "\n\n".join(filter(None, [functions, SYMMETRIC_SOURCE]))
    parts = [
        _heading(sheet, title),
        "import numpy as np\n",
        functions,
        _forward(sheet, forward, variables),
        _backward(sheet, derivations, backward, variables),
        _example(sheet, values, variables),
        _check(sheet, gradients, variables),
        _MAIN.format(seed=values.seed),
    ]
    source = parts[0] + "\n" + "\n\n".join(part for part in parts[1:] if part)
    return Exported(
        source,
        tuple(d.text() for d in sheet.definitions),
        tuple(d.equation() for d in derivations),
        variables,
    )


# What is computed.


def _needed(sheet: Sheet, wrt: Sequence[str]) -> list[Derivation]:
    """The derivations of what is wanted and of all that they are built on, in order.

    Without `wrt`, every delta is wanted too.
    """
    found = derive_all(sheet).derivations
    by_name = {text(d.target): d for d in found}
    if wrt:
        wanted = {quantity_of(sheet, name) for name in wrt}
        for name in sorted(wanted - {d.wrt for d in found}):
            raise AlgebraError(f"`{sheet.cost}` does not depend on `{name}`; the derivative is 0")
    else:
        deltas = {d.wrt for d in found if sheet.scope.delta_name(d.wrt)}
        wanted = deltas | {d.name for d in sheet.declarations}
    needed = {d.wrt for d in found if d.wrt in wanted}
    for derivation in reversed(found):
        if derivation.wrt in needed:
            needed.update(by_name[name].wrt for name in derivation.uses if name in by_name)
    return [d for d in found if d.wrt in needed]


def _finite(expression: Expression, sheet: Sheet) -> Expression:
    """The expression with log(a), where a = softmax(z) or sigma(z), written by z.

    `numpy_source` then works out the logarithm and what it is taken of together, which is finite
    for any z.
    """
    by = {
        sheet.symbol(d.name): d.expression
        for d in sheet.definitions
        if d.expression.operation in (SOFTMAX, SIGMA)
    }

    def change(node: Expression) -> Expression:
        if node.operation is not LOG:
            return node
        unfolded = substitute(node, by)
        return node if stable(unfolded) is unfolded else unfolded

    return rebuild(expression, change)


def _variables(sheet: Sheet, expressions: Iterable[Expression]) -> dict[str, str]:
    """A variable for every quantity, size, derivative and index letter."""
    found = dict.fromkeys([*sheet.shapes, *sheet.dimensions])
    for expression in expressions:
        found.update(dict.fromkeys(names_of(expression)))
    adjoints = {text(sheet.scope.adjoint(name)): None for name in sheet.shapes}
    return numpy_names([*found, *(name for name in adjoints if name not in found)], LOCAL_NAMES)


# How it is written.


def _heading(sheet: Sheet, title: str) -> str:
    words = [title] if title else []
    words.append(
        "Everything is a matrix, float64: a single number is (1, 1), a vector (n, 1) or (1, n). "
        "Run this file to check its gradients."
    )
    filled = [textwrap.fill(paragraph, WIDTH - 4) for paragraph in words]
    return '"""' + "\n\n".join([*filled, "The equations:\n\n" + _indented(sheet.text())]) + '"""\n'


def _indented(block: str) -> str:
    return textwrap.indent(block, "    ")


def _commented(lines: Sequence[tuple[str, str]]) -> str:
    """Lines of a function, each with its equation: behind it if all are short enough, or above."""
    widest = max(len(code) for code, _ in lines)
    if all(4 + widest + 4 + len(equation) <= WIDTH for _, equation in lines):
        return _indented("".join(f"{code:<{widest}}  # {said}\n" for code, said in lines))
    words = ""
    for code, said in lines:
        above = textwrap.fill(said, WIDTH - 4, initial_indent="# ", subsequent_indent="#   ")
        words += f"{above}\n{_folded(code)}\n"
    return _indented(words)


def _folded(code: str) -> str:
    """An assignment, in brackets and on several lines if it is long."""
    if len(code) <= WIDTH - 4:
        return code
    variable, _, value = code.partition(" = ")
    lines = [""]
    for piece in re.split(r" (?=(?:[-+/@]|\*{1,2}) )", value):
        if lines[-1] and len(lines[-1]) + 1 + len(piece) > WIDTH - 8:
            lines.append("")
        lines[-1] += f" {piece}" if lines[-1] else piece
    return f"{variable} = (\n{_indented(chr(10).join(lines))}\n)"


def _listed(items: Sequence[str], before: str, after: str, indent: int = 0) -> str:
    """`before a, b, c after`, on as many lines as it takes."""
    width = WIDTH - indent
    words = ", ".join(items)
    if len(before) + len(words) + len(after) <= width:
        return f"{before}{words}{after}\n"
    lines = [""]
    for item in items:
        if lines[-1] and len(lines[-1]) + len(item) + 6 > width:
            lines.append("")
        lines[-1] += f" {item}," if lines[-1] else f"{item},"
    return f"{before}\n{_indented(chr(10).join(lines))}\n{after}\n"


def _sizes(
    sheet: Sheet, expressions: Iterable[Expression], variables: Mapping[str, str]
) -> list[tuple[str, str]]:
    """Lines that take the sizes that are used from the shapes of what is given."""
    used = {name for expression in expressions for name in names_of(expression)}
    lines: dict[str, tuple[str, str]] = {}
    for declaration in sheet.declarations:
        for axis, size in enumerate(declaration.shape):
            solved = solved_for_name(size)
            if solved is None or solved[0] not in used or solved[0] in lines:
                continue
            name, less, by = solved
            code = f"{variables[declaration.name]}.shape[{axis}]"
            code = f"({code}{-less:+d})" if less else code
            code = f"{code} // {by}" if by != 1 else code
            which = ("rows", "columns")[axis]
            about = f"the {which} of {unicode(sheet.symbol(declaration.name))}"
            lines[name] = (f"{variables[name]} = {code}", about)
    return list(lines.values())


def _forward(
    sheet: Sheet, expressions: Mapping[str, Expression], variables: Mapping[str, str]
) -> str:
    given = [variables[d.name] for d in sheet.declarations]
    shapes = ", ".join(f"{variables[d.name]} {_shape(d.shape)}" for d in sheet.declarations)
    lines = _sizes(sheet, expressions.values(), variables)
    for name, expression in expressions.items():
        code = f"{variables[name]} = {numpy_source(expression, variables)}"
        lines.append((code, unicode(sheet.symbol(name), sheet.expressions[name])))
    kept = [f'"{variables[name]}": {variables[name]}' for name in sheet.shapes]
    return (
        _listed(given, "def forward(", "):")
        + _docstring(
            "The forward pass: every quantity by its name.",
            f"Shapes: {shapes}. The cost is {variables[sheet.cost]}.",
        )
        + _commented(lines)
        + _indented(_listed(kept, "return {", "}", 4))
    )


def _backward(
    sheet: Sheet,
    derivations: Sequence[Derivation],
    expressions: Mapping[str, Expression],
    variables: Mapping[str, str],
) -> str:
    used = {name for expression in expressions.values() for name in symbols(expression)}
    sizes = _sizes(sheet, expressions.values(), variables)
    measured = {code.split(" = ")[1].lstrip("(").split(".")[0] for code, _ in sizes}
    taken = [
        variables[name]
        for name in sheet.shapes
        if (name in used and name not in expressions) or variables[name] in measured
    ]
    lines = [*sizes]
    for derivation in derivations:
        target = text(derivation.target)
        code = f"{variables[target]} = {numpy_source(expressions[target], variables)}"
        lines.append((code, unicode(derivation.target, derivation.result)))
    kept = [f'"{name}": {variables[name]}' for name in expressions]
    return (
        "def backward(values):\n"
        + _docstring(
            f"The derivatives of {variables[sheet.cost]}, by their names, from the end back.",
            "values: what `forward` returns. Each has the shape of what it is taken by.",
        )
        + _indented(_unpacked(taken))
        + _commented(lines)
        + _indented(_listed(kept, "return {", "}", 4))
    )


def _unpacked(names: Sequence[str]) -> str:
    """Lines that take variables from `values`."""
    if not names:
        return ""
    quoted = [f'"{name}"' for name in names]
    if len(names) == 1:
        return f"{names[0]} = values[{quoted[0]}]\n"
    left = ", ".join(names)
    if len(left) > WIDTH - 10:
        pairs = zip(names, quoted, strict=True)
        return "".join(f"{name} = values[{word}]\n" for name, word in pairs)
    if len(left) + len(", ".join(quoted)) + 40 <= WIDTH:
        return f"{left} = (values[name] for name in ({', '.join(quoted)}))\n"
    listed = _listed(quoted, "values[name] for name in (", ")", 8)
    return f"{left} = (\n{_indented(listed)})\n"


def _docstring(first: str, rest: str) -> str:
    return _indented(f'"""{first}\n\n{textwrap.fill(rest, WIDTH - 4)}\n"""\n')


def _shape(shape: tuple[Dimension, Dimension]) -> str:
    return f"({shape[0]}, {shape[1]})"


def _example(sheet: Sheet, values: ExampleValues, variables: Mapping[str, str]) -> str:
    words = 'def example(rng):\n    """Random numbers for all that is given."""\n'
    if values.sizes:
        left = ", ".join(variables[name] for name in values.sizes)
        right = ", ".join(str(size) for size in values.sizes.values())
        words += f"    {left} = {right}\n"
    words += "    return {\n"
    for name, source in values.sources.items():
        words += f'        "{variables[name]}": {source},\n'
    return words + "    }\n"


def _check(sheet: Sheet, gradients: Mapping[str, str], variables: Mapping[str, str]) -> str:
    pairs = "".join(f'    "{variables[q]}": "{target}",\n' for q, target in gradients.items())
    return _CHECK.format(cost=variables[sheet.cost], pairs=pairs)


_CHECK = '''GRADIENTS = {{
{pairs}}}
"""What is given, and the name of its gradient."""


def check_gradients(given, step=1e-5, most=200):
    """How far `backward` is from (C(w + h) - C(w - h)) / 2h, relative to the largest slope.

    Of a quantity with more than `most` entries, a sample is checked.
    """
    gradients = backward(forward(**given))
    rng = np.random.default_rng(0)
    errors = {{}}
    for name, derivative in GRADIENTS.items():
        size = given[name].size
        places = np.arange(size) if size <= most else rng.choice(size, most, replace=False)
        found = gradients[derivative].ravel()[places]
        measured = np.zeros(len(places))
        for i, place in enumerate(places):
            costs = []
            for moved_by in (step, -step):
                moved = {{key: value.copy() for key, value in given.items()}}
                moved[name].flat[place] += moved_by
                costs.append(forward(**moved)["{cost}"].item())
            measured[i] = (costs[0] - costs[1]) / (2.0 * step)
        largest = max(np.abs(found).max(), np.abs(measured).max(), 1e-3)
        errors[name] = float(np.abs(found - measured).max() / largest)
    return errors
'''

_MAIN = """if __name__ == "__main__":
    found = check_gradients(example(np.random.default_rng({seed})))
    for name, error in found.items():
        verdict = "right" if error < 1e-6 else "WRONG"
        print(f"{{GRADIENTS[name]:12}} {{verdict}}, relative error {{error:.1e}}")
    raise SystemExit(any(not error < 1e-6 for error in found.values()))
"""
