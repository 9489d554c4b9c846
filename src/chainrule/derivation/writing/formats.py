"""Derivations written out: as text, on one line of paper, LaTeX, MathML, NumPy or Markdown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from chainrule.algebra import (
    AlgebraError,
    Expression,
    Sheet,
    latex,
    mathml,
    names_of,
    numpy_functions,
    numpy_names,
    numpy_source,
    text,
    unicode,
)
from chainrule.derivation.asking.question import question
from chainrule.derivation.deriving.derive import derive
from chainrule.derivation.deriving.entries import derive_entry
from chainrule.derivation.deriving.jacobians import jacobian
from chainrule.derivation.deriving.steps import Backpropagation, Derivation, Step

Print = Callable[[Expression], str]


def derivation_of(sheet: Sheet, wrt: str) -> Derivation:
    """The derivation of what is asked for: `W1`, `dC/dW1`, `delta1`, `W1[j,k]`, `da2/dz2`.

    Raises AlgebraError if the sheet has no such quantity or does not depend on it.
    """
    asked = question(sheet, wrt)
    over, under = sheet.scope.meaning(asked.leaf.params[0]) or (sheet.cost, asked.leaf.params[0])
    if over != sheet.cost:
        if asked.letters:
            raise AlgebraError(f"`{wrt}` is one entry of a Jacobian; ask for `d{over}/d{under}`")
        return jacobian(sheet, over, under)
    return derive_entry(sheet, under, asked.letters) if asked.letters else derive(sheet, under)


def written(pass_: Backpropagation, form: str, steps: bool = True) -> str:
    """The derivations in one of FORMS. steps: with the rule and the sentence of every step.

    LaTeX, MathML and NumPy are the equations only.
    """
    if form not in FORMS:
        raise AlgebraError(f"no form is called {form!r}; there are {', '.join(FORMS)}")
    return FORMS[form](pass_, steps)


def _in_lines(write: Print) -> Callable[[Backpropagation, bool], str]:
    """One derivation after another: its lines, then its steps, numbered."""

    def words(pass_: Backpropagation, steps: bool) -> str:
        if not steps:
            return "".join(f"{write(d.target)} = {write(d.result)}\n" for d in pass_.derivations)
        blocks: list[str] = []
        for derivation in pass_.derivations:
            target = write(derivation.target)
            first, *rest = (write(line) for line in derivation.lines)
            lines = [f"{target} = {first}", *(f"{' ' * len(target)} = {line}" for line in rest)]
            for number, step in enumerate(derivation.steps, start=1):
                lines += [f"  {number}. {_step(step, write)}", f"     {step.why}"]
            blocks.append("\n".join(lines) + "\n")
        return "\n".join(blocks)

    return words


def _step(step: Step, write: Print) -> str:
    """`product rule, at y * log(a2): -1 becomes -y`."""
    place = "" if step.node is step.before else f", at {write(step.node)}"
    if step.after is step.before:
        return f"{step.rule}{place}: {write(step.after)} stays"
    return f"{step.rule}{place}: {write(step.before)} becomes {write(step.after)}"


def _latex(pass_: Backpropagation, steps: bool) -> str:
    return "\n".join(latex_lines(derivation, steps) for derivation in pass_.derivations)


def latex_lines(derivation: Derivation, steps: bool = True) -> str:
    """The lines of a derivation one below the other, for a display of mathematics."""
    lines = derivation.lines if steps else derivation.lines[-1:]
    if len(lines) == 1:
        return f"{latex(derivation.target, lines[0])}\n"
    words = [f"{latex(derivation.target)} &= {latex(lines[0])}"]
    words += [f"&= {latex(line)}" for line in lines[1:]]
    return "\\begin{aligned}\n" + " \\\\\n".join(words) + "\n\\end{aligned}\n"


def _mathml(pass_: Backpropagation, steps: bool) -> str:
    return "".join(
        mathml(d.target, *(d.lines if steps else d.lines[-1:]), display="block") + "\n"
        for d in pass_.derivations
    )


def _numpy(pass_: Backpropagation, steps: bool) -> str:
    for derivation in pass_.derivations:
        if derivation.target.indices:
            raise AlgebraError(
                f"`{text(derivation.target)}` is one entry; NumPy computes whole matrices: "
                f"ask for `{derivation.wrt}`"
            )
    results = [d.result for d in pass_.derivations]
    targets = [text(d.target) for d in pass_.derivations]
    used = {name: None for result in results for name in names_of(result)}
    names = numpy_names([*pass_.sheet.shapes, *pass_.sheet.dimensions, *used, *targets])
    functions = numpy_functions(*results)
    lines = [
        f"{names[target]} = {numpy_source(d.result, names)}  # {unicode(d.target, d.result)}\n"
        for target, d in zip(targets, pass_.derivations, strict=True)
    ]
    return (f"{functions}\n\n" if functions else "") + "".join(lines)


def _markdown(pass_: Backpropagation, steps: bool) -> str:
    """A section for every derivation, its mathematics in blocks that GitHub sets."""
    return "\n".join(markdown_section(d, pass_.sheet, steps) for d in pass_.derivations)


def markdown_section(derivation: Derivation, sheet: Sheet, steps: bool = True) -> str:
    """A heading, the lines as mathematics, the steps as a numbered list."""
    name = text(derivation.target)
    meaning = sheet.scope.meaning(name)
    said = f", the derivative of `{meaning[0]}` by `{meaning[1]}`" if meaning else ""
    title = f"### `{name}`{said if name.startswith(('delta', 'Delta')) else ''}\n\n"
    words = f"{title}```math\n{latex_lines(derivation, steps)}```\n"
    if not steps:
        return words
    listed = [
        f"{number}. **{step.rule}**{_marked(step)} {step.why}\n"
        for number, step in enumerate(derivation.steps, start=1)
    ]
    return f"{words}\n{''.join(listed)}"


def _marked(step: Step) -> str:
    place = "" if step.node is step.before else f", at `{text(step.node)}`"
    if step.after is step.before:
        return f"{place}: `{text(step.after)}` stays."
    return f"{place}: `{text(step.before)}` becomes `{text(step.after)}`."


FORMS: Mapping[str, Callable[[Backpropagation, bool], str]] = {
    "text": _in_lines(text),
    "unicode": _in_lines(unicode),
    "latex": _latex,
    "mathml": _mathml,
    "numpy": _numpy,
    "markdown": _markdown,
}
"""How derivations may be written."""


def sections(pass_: Backpropagation, names: Sequence[str], steps: bool = True) -> str:
    """Markdown sections of some of the derivations, by the names of their targets."""
    wanted = tuple(pass_[name] for name in names)
    return _markdown(Backpropagation(pass_.sheet, wanted), steps)
