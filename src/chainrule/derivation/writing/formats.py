"""Derivations written out: as text, Unicode, LaTeX, MathML, HTML, NumPy or Markdown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

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
from chainrule.derivation.deriving.derive import derive, derive_all, derive_trained
from chainrule.derivation.deriving.entries import derive_entry
from chainrule.derivation.deriving.jacobians import jacobian
from chainrule.derivation.deriving.naming import with_names
from chainrule.derivation.deriving.step import Step
from chainrule.derivation.deriving.steps import Backpropagation, Derivation
from chainrule.derivation.writing.html import Chosen, html_page, html_part
from chainrule.derivation.writing.introduction import declared, equations, left_out, reading
from chainrule.derivation.writing.latex_notes import latex_lines, latex_notes
from chainrule.derivation.writing.notation import MARKDOWN, TEXT, UNICODE, Notation


@dataclass(frozen=True)
class Wish:
    """How much is written. steps: with the sheet, and the rule and the reason of every step.

    every: those too that say nothing new. title: of the sheet. closing: lines for the end.
    """

    steps: bool = True
    every: bool = False
    title: str = ""
    closing: tuple[str, ...] = ()

    def steps_of(self, derivation: Derivation) -> tuple[Step, ...]:
        return derivation.steps if self.every else derivation.telling

    def lines_of(self, derivation: Derivation) -> tuple[Expression, ...]:
        return derivation.lines if self.every else derivation.telling_lines


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


def derivations_of(
    sheet: Sheet, wrt: Sequence[str] = (), with_given: bool = False
) -> Backpropagation:
    """The derivations that are asked for: by these, or by all that is trained.

    with_given: by inputs, targets and settings too, and in ordinary calculus by the helpers. What
    the backward pass would repeat gets a name first, where the sheet gave it none.
    Raises AlgebraError if there is nothing to derive.
    """
    named, names = with_names(sheet)
    if wrt:
        found = tuple(derivation_of(named, name) for name in wrt)
        return Backpropagation(named, found, named=names)
    whole = derive_all(named) if with_given else derive_trained(named)
    if not whole.derivations:
        raise AlgebraError(f"`{sheet.cost}` does not depend on anything that is declared")
    return replace(whole, named=names)


def written(
    pass_: Backpropagation,
    form: str,
    steps: bool = True,
    every: bool = False,
    title: str = "",
    closing: Sequence[str] = (),
) -> str:
    """The derivations in one of FORMS; see `Wish` for what is written of them.

    MathML and NumPy are the equations only.
    """
    if form not in FORMS:
        raise AlgebraError(f"no form is called {form!r}; there are {', '.join(FORMS)}")
    return FORMS[form](pass_, Wish(steps, every, title, tuple(closing)))


def _in_lines(notation: Notation) -> Callable[[Backpropagation, Wish], str]:
    """The sheet; one derivation after another: its lines, then its steps, numbered."""
    write = notation.write

    def words(pass_: Backpropagation, wish: Wish) -> str:
        if not wish.steps:
            return "".join(f"{write(d.target)} = {write(d.result)}\n" for d in pass_.derivations)
        blocks = [_sheet(pass_, notation, wish)]
        blocks += [f"{notation.sentence(said)}\n" for said in reading(pass_)]
        for derivation in pass_.derivations:
            target = write(derivation.target)
            first, *rest = (write(line) for line in wish.lines_of(derivation))
            lines = [f"{target} = {first}", *(f"{' ' * len(target)} = {line}" for line in rest)]
            for number, step in enumerate(wish.steps_of(derivation), start=1):
                said = notation.statement(step, derivation, pass_.sheet)
                lines.append(f"  {number}. {rule(step, notation)}: {said}")
                lines.append(f"     {notation.sentence(step.reason)}")
            blocks.append("\n".join(lines) + "\n")
        if missing := left_out(pass_):
            blocks.append(f"{notation.sentence(missing)}\n")
        if wish.closing:
            blocks.append("\n".join(wish.closing) + "\n")
        return "\n".join(blocks)

    return words


def _sheet(pass_: Backpropagation, notation: Notation, wish: Wish) -> str:
    lines = [f"  {line}" for line in declared(pass_)]
    for left, right in equations(pass_):
        lines.append(f"  {notation.write(left)} = {notation.write(right)}")
    return "\n".join([*([wish.title, ""] if wish.title else []), *lines]) + "\n"


def rule(step: Step, notation: Notation) -> str:
    """The name of the rule; with the equation that it was used in, where there are several."""
    if step.through is None:
        return step.rule
    return f"{step.rule}, through {notation.sentence((step.through,))}"


def _latex(pass_: Backpropagation, wish: Wish) -> str:
    if not wish.steps:
        return "\n".join(latex_lines(d, d.lines[-1:]) for d in pass_.derivations)
    chosen = [(d, wish.lines_of(d), wish.steps_of(d)) for d in pass_.derivations]
    return latex_notes(pass_, chosen, wish.title, wish.closing)


def _html(pass_: Backpropagation, wish: Wish) -> str:
    return html_page(pass_, _chosen(pass_, wish), wish.title, wish.closing)


def as_html(pass_: Backpropagation, steps: bool = True, every: bool = False) -> str:
    """The derivations as a part of a page, without the page around it."""
    return html_part(pass_, _chosen(pass_, Wish(steps, every)))


def _chosen(pass_: Backpropagation, wish: Wish) -> list[Chosen]:
    """What is written of each derivation: its lines and its steps."""
    return [
        (
            d,
            wish.lines_of(d) if wish.steps else d.lines[-1:],
            wish.steps_of(d) if wish.steps else (),
        )
        for d in pass_.derivations
    ]


def _mathml(pass_: Backpropagation, wish: Wish) -> str:
    return "".join(
        mathml(d.target, *(wish.lines_of(d) if wish.steps else d.lines[-1:]), display="block")
        + "\n"
        for d in pass_.derivations
    )


def _numpy(pass_: Backpropagation, wish: Wish) -> str:
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


def _markdown(pass_: Backpropagation, wish: Wish) -> str:
    """The sheet, then a section for every derivation, its mathematics in blocks for GitHub."""
    parts: list[str] = []
    if wish.steps:
        heading = f"## {wish.title}\n\n" if wish.title else ""
        parts.append(f"{heading}```\n{pass_.sheet.text()}```\n\n{aligned(equations(pass_))}")
        parts += [f"{MARKDOWN.sentence(said)}\n" for said in reading(pass_)]
    parts += [markdown_section(d, pass_.sheet, wish) for d in pass_.derivations]
    if wish.steps and (missing := left_out(pass_)):
        parts.append(f"{MARKDOWN.sentence(missing)}\n")
    if wish.steps and wish.closing:
        parts.append("\n".join(wish.closing) + "\n")
    return "\n".join(parts)


def aligned(sides: Sequence[tuple[Expression, Expression]]) -> str:
    """Equations one below the other, for a page that GitHub sets."""
    body = " \\\\\n".join(f"{latex(left)} &= {latex(right)}" for left, right in sides)
    return f"```math\n\\begin{{aligned}}\n{body}\n\\end{{aligned}}\n```\n"


def markdown_section(derivation: Derivation, sheet: Sheet, wish: Wish = Wish()) -> str:
    """A heading, the lines as mathematics, the steps as a numbered list."""
    name = text(derivation.target)
    meaning = sheet.scope.meaning(name)
    said = f", the derivative of `{meaning[0]}` by `{meaning[1]}`" if meaning else ""
    title = f"### `{name}`{said if name.startswith(('delta', 'Delta')) else ''}\n\n"
    lines = wish.lines_of(derivation) if wish.steps else derivation.lines[-1:]
    words = f"{title}```math\n{latex_lines(derivation, lines)}```\n"
    if not wish.steps:
        return words
    listed = [
        f"{number}. **{rule(step, MARKDOWN)}**: `{MARKDOWN.statement(step, derivation, sheet)}`. "
        f"{MARKDOWN.sentence(step.reason)}\n"
        for number, step in enumerate(wish.steps_of(derivation), start=1)
    ]
    return f"{words}\n{''.join(listed)}"


FORMS: Mapping[str, Callable[[Backpropagation, Wish], str]] = {
    "text": _in_lines(TEXT),
    "unicode": _in_lines(UNICODE),
    "latex": _latex,
    "mathml": _mathml,
    "html": _html,
    "numpy": _numpy,
    "markdown": _markdown,
}
"""How derivations may be written."""


def sections(pass_: Backpropagation, names: Sequence[str]) -> str:
    """Markdown sections of some of the derivations, by the names of their targets."""
    return "\n".join(markdown_section(pass_[name], pass_.sheet) for name in names)
