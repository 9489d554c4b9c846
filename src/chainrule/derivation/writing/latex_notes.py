"""A derivation as LaTeX: displays of mathematics, and sentences between them.

Only amsmath is asked for. The text has no preamble, so that it can stand in a document.
"""

from __future__ import annotations

from collections.abc import Sequence

from chainrule.algebra import Expression, latex
from chainrule.derivation.deriving.step import Step
from chainrule.derivation.deriving.steps import Backpropagation, Derivation
from chainrule.derivation.writing.introduction import declared, equations, left_out, reading
from chainrule.derivation.writing.notation import LATEX

Chosen = tuple[Derivation, Sequence[Expression], Sequence[Step]]
"""A derivation, and the lines and steps of it that are written."""


def latex_lines(derivation: Derivation, lines: Sequence[Expression]) -> str:
    """The lines of a derivation one below the other, for a display of mathematics."""
    if len(lines) == 1:
        return f"{latex(derivation.target, lines[0])}\n"
    words = [f"{latex(derivation.target)} &= {latex(lines[0])}"]
    words += [f"&= {latex(line)}" for line in lines[1:]]
    return "\\begin{aligned}\n" + " \\\\\n".join(words) + "\n\\end{aligned}\n"


def latex_notes(
    pass_: Backpropagation, chosen: Sequence[Chosen], title: str, closing: Sequence[str]
) -> str:
    """The sheet, how to read it, and every derivation with its steps."""
    body = " \\\\\n".join(f"{latex(left)} &= {latex(right)}" for left, right in equations(pass_))
    parts = [f"\\section*{{{LATEX.words(title)}}}\n"] if title else []
    given = [line.partition(": ") for line in declared(pass_)]
    names = ", ".join(
        f"${latex(pass_.sheet.symbol(name))}$ {LATEX.words(rest)}" for name, _, rest in given
    )
    parts.append(f"Given: {names}.\n\\[\\begin{{aligned}}\n{body}\n\\end{{aligned}}\\]\n")
    parts += [f"{LATEX.sentence(said)}\n" for said in reading(pass_)]
    for derivation, lines, steps in chosen:
        words = f"\\[\n{latex_lines(derivation, lines)}\\]\n"
        if steps:
            listed = (f"\\item {_step(step, derivation, pass_)}\n" for step in steps)
            words += f"\\begin{{enumerate}}\n{''.join(listed)}\\end{{enumerate}}\n"
        parts.append(words)
    if missing := left_out(pass_):
        parts.append(f"{LATEX.sentence(missing)}\n")
    parts += [f"\\texttt{{{LATEX.words(line)}}}\n" for line in closing]
    return "\n".join(parts)


def _step(step: Step, derivation: Derivation, pass_: Backpropagation) -> str:
    through = "" if step.through is None else f", through {LATEX.sentence((step.through,))}"
    said = LATEX.statement(step, derivation, pass_.sheet)
    return f"\\emph{{{step.rule}}}{through}: ${said}$.\n  {LATEX.sentence(step.reason)}"
