"""How the values of Chainrule show themselves in a notebook: as HTML, as LaTeX, as text.

A front end takes the richest that it can: a page the HTML, a PDF the LaTeX, a terminal the text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Any

from chainrule.algebra import AlgebraError, Expression, Sheet, latex, mathml, parse, unicode
from chainrule.derivation import (
    Backpropagation,
    ChainCheck,
    Check,
    Derivation,
    Line,
    as_html,
    without_mend,
    written,
)
from chainrule.network import Epoch, GradientReport, Network, Program
from chainrule.notebook.markup import block, code, marked, paragraph, table
from chainrule.web import curves
from chainrule.workshop import Verdict

SIGNS = {
    "right": "✓",
    "right-other-form": "✓",
    "right-if": "≈",
    "wrong": "✗",
    "undecided": "?",
    "unreadable": "?",
}


def of_network(network: Network) -> str:
    """Its layers, their sizes, activations and parameters."""
    architecture = network.architecture
    rows = [
        [str(k), str(n), escape(architecture.activation(k).name), f"{n * below + n:,}"]
        for k, (below, n) in enumerate(pairwise(architecture.sizes), 1)
    ]
    return block(
        paragraph(f"{architecture}: {architecture.parameters:,} parameters, {network.dtype}"),
        table(["layer", "neurons", "activation", "parameters"], rows),
    )


def of_program(program: Program) -> str:
    """Each equation, and the NumPy calls that compute it."""
    rows = []
    for equation in program.to_dict()["equations"]:
        calls = "<br>".join(code(f"{c['number']}  {c['code']}") for c in equation["calls"])
        rows.append([escape(equation["name"]), code(equation["text"]), calls])
    return block(paragraph(program.title), table(["", "equation", "NumPy"], rows))


def of_backpropagation(result: Backpropagation) -> str:
    return block(as_html(result))


def of_derivation(result: Derivation) -> str:
    """Its lines, equal in value."""
    return block(mathml(result.target, *result.telling_lines, display="block"))


def of_line(line: Line, sheet: Sheet | None = None) -> list[str]:
    """A line with its sign: set as mathematics where it is right, marked where it is not."""
    fault = next((m.span for m in line.mistakes), line.span)
    right = line.verdict in ("right", "right-other-form")
    kind = "right" if right else "wrong"
    shown = set_line(line.text, sheet) if right and sheet is not None else marked(line.text, fault)
    return [
        f'<span class="{kind}">{SIGNS[line.verdict]}</span>',
        shown,
        "" if right else escape(message_of(line)),
    ]


def message_of(line: Line) -> str:
    """What is said of a line that is not right: the mistake and not its mend, which is yours."""
    return without_mend(line.mistakes[0], line.text) if line.mistakes else line.message


def set_line(text: str, sheet: Sheet) -> str:
    """A right line as MathML; as it was typed where its sides cannot be read alone."""
    try:
        sides = [parse(side, sheet.scope).expression for side in text.split("=")]
    except AlgebraError:
        return code(text)
    return mathml(*sides)


def of_check(check: Check | ChainCheck, sheet: Sheet | None = None, *, repair: bool = False) -> str:
    """Its lines; with `repair` the wrong one mended, too."""
    lines = check.lines if isinstance(check, ChainCheck) else (check.line(),)
    parts = [table(["", "line", ""], [of_line(line, sheet) for line in lines])]
    if check.verdict not in ("wrong", "unreadable") or len(lines) != 1:
        parts.append(paragraph(check.message))
    witness = check.witness
    if witness is not None and check.verdict == "wrong":
        parts.append(paragraph(f"For example, {witness.words}."))
    mended = next((m.repaired for line in lines for m in line.mistakes if m.repaired), None)
    if repair and mended is not None:
        parts.append(f"<p>It could read {code(mended)}</p>")
    return block(*parts)


def of_verdict(verdict: Verdict) -> str:
    """The grade of a function of the workshop."""
    right = verdict.outcome == "right"
    texts = [verdict.message, verdict.explanation, *verdict.details, *verdict.notes]
    sign = "✓" if right else "✗"
    first = f"{sign} {verdict.stage}"
    return block(
        paragraph(first, "right" if right else "wrong"),
        *(paragraph(text) for text in texts if text),
    )


def of_epoch(epoch: Epoch) -> str:
    return block(paragraph(f"Epoch {epoch.number} of {epoch.epochs}"), curves([epoch]))


def of_gradient_report(report: GradientReport) -> str:
    rows = [
        [code(t.name), f"{t.error:.2g}", "✓" if t.passed else "✗", f"{t.checked} of {t.of}"]
        for t in report.tensors
    ]
    return block(table(["", "relative error", "", "checked"], rows))


# --- as LaTeX, which PDFs are made of ---------------------------------------------------------


def aligned(target: Expression, lines: Sequence[Expression]) -> str:
    """Equal expressions under each other."""
    body = r" \\ ".join(f"&= {latex(line)}" for line in lines)
    return rf"$\displaystyle \begin{{aligned}} {latex(target)} {body} \end{{aligned}}$"


def latex_of_derivation(result: Derivation) -> str:
    return aligned(result.target, result.telling_lines)


def latex_of_backpropagation(result: Backpropagation) -> str:
    return "\n\n".join(map(latex_of_derivation, result.derivations))


def latex_of_program(program: Program) -> str:
    """Its equations, in the language of a sheet with a mini-batch in rows."""
    texts = [code_in_latex(one["text"]) for one in program.to_dict()["equations"]]
    return "\n\n".join(texts)


def code_in_latex(text: str) -> str:
    escaped = "".join(f"\\{sign}" if sign in "_%&#$" else ESCAPED.get(sign, sign) for sign in text)
    return f"\\texttt{{{escaped}}}"


ESCAPED = {"\\": r"\textbackslash{}", "^": r"\^{}", "~": r"\~{}", "{": r"\{", "}": r"\}"}


# --- as text, which a terminal shows ----------------------------------------------------------


def text_of_program(program: Program) -> str:
    lines = [f"{one['name']}: {one['text']}" for one in program.to_dict()["equations"]]
    return "\n".join([program.title, *lines])


def text_of_backpropagation(result: Backpropagation) -> str:
    return written(result, "unicode").rstrip()


def text_of_derivation(result: Derivation) -> str:
    return f"{unicode(result.target)} = " + "\n  = ".join(map(unicode, result.telling_lines))


def text_of_check(check: Check | ChainCheck) -> str:
    """Each line with its sign, and what is wrong with it."""
    lines = check.lines if isinstance(check, ChainCheck) else (check.line(),)
    texts = []
    for line in lines:
        right = line.verdict in ("right", "right-other-form")
        texts.append(
            f"{SIGNS[line.verdict]} {line.text}" + ("" if right else f"\n  {message_of(line)}")
        )
    return "\n".join(texts) or check.message


def text_of_verdict(verdict: Verdict) -> str:
    sign = "✓" if verdict.outcome == "right" else "✗"
    texts = [verdict.message, verdict.explanation, *verdict.details, *verdict.notes]
    return "\n  ".join([f"{sign} {verdict.stage}", *filter(None, texts)])


def text_of_gradient_report(report: GradientReport) -> str:
    lines = [f"{'✓' if t.passed else '✗'} {t.name}: {t.error:.2g}" for t in report.tensors]
    return "relative error, backpropagation against centred differences\n" + "\n".join(lines)


@dataclass(frozen=True)
class Face:
    """How one kind of value shows itself; without `text` as Python prints it."""

    html: Callable[[Any], str]
    latex: Callable[[Any], str] | None = None
    text: Callable[[Any], str] | None = None


FACES: dict[type[Any], Face] = {
    Network: Face(of_network),
    Program: Face(of_program, latex_of_program, text_of_program),
    Backpropagation: Face(of_backpropagation, latex_of_backpropagation, text_of_backpropagation),
    Derivation: Face(of_derivation, latex_of_derivation, text_of_derivation),
    Check: Face(of_check, None, text_of_check),
    ChainCheck: Face(of_check, None, text_of_check),
    Verdict: Face(of_verdict, None, text_of_verdict),
    Epoch: Face(of_epoch),
    GradientReport: Face(of_gradient_report, None, text_of_gradient_report),
}
"""To add a kind of value is to add a line here."""


@dataclass(frozen=True)
class Shown:
    """A value as a cell shows it, in each of its forms."""

    html: str
    text: str
    latex: str = ""

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return self.html

    def _repr_latex_(self) -> str | None:
        return self.latex or None

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        forms = {"text/html": self.html, "text/latex": self.latex, "text/plain": self.text}
        return {form: made for form, made in forms.items() if made}


def shown(value: Any, html: str | None = None) -> Shown:
    """A value in all its forms; `html` where there is more to say of it."""
    face = FACES[type(value)]
    return Shown(
        face.html(value) if html is None else html,
        repr(value) if face.text is None else face.text(value),
        "" if face.latex is None else face.latex(value),
    )


def register(formatters: Any) -> None:
    """Tell IPython how every kind of value is shown, in each form it has."""
    for kind, face in FACES.items():
        formatters["text/html"].for_type(kind, face.html)
        if face.latex is not None:
            formatters["text/latex"].for_type(kind, face.latex)
        if face.text is not None:
            formatters["text/plain"].for_type(kind, printed(face.text))


def printed(text: Callable[[Any], str]) -> Callable[[Any, Any, bool], None]:
    """What IPython's pretty printer calls."""
    return lambda value, printer, cycle: printer.text(text(value))
