"""How the values of Chainrule show themselves in a notebook."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from itertools import pairwise
from typing import Any

from chainrule.algebra import AlgebraError, Sheet, mathml, parse
from chainrule.derivation import (
    Backpropagation,
    ChainCheck,
    Check,
    Derivation,
    Line,
    as_html,
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
    message = line.mistakes[0].message if line.mistakes else line.message
    return [
        f'<span class="{kind}">{SIGNS[line.verdict]}</span>',
        shown,
        "" if right else escape(message),
    ]


def set_line(text: str, sheet: Sheet) -> str:
    """A right line as MathML; as it was typed where its sides cannot be read alone."""
    try:
        sides = [parse(side, sheet.scope).expression for side in text.split("=")]
    except AlgebraError:
        return code(text)
    return mathml(*sides)


def of_check(check: Check | ChainCheck, sheet: Sheet | None = None) -> str:
    lines = check.lines if isinstance(check, ChainCheck) else (check.line(),)
    parts = [table(["", "line", ""], [of_line(line, sheet) for line in lines])]
    if check.verdict not in ("wrong", "unreadable") or len(lines) > 1:
        parts.append(paragraph(check.message))
    witness = check.witness
    if witness is not None and check.verdict == "wrong":
        parts.append(paragraph(f"For example, {witness.words}."))
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


SHOWN: dict[type[Any], Callable[[Any], str]] = {
    Network: of_network,
    Program: of_program,
    Backpropagation: of_backpropagation,
    Derivation: of_derivation,
    Check: of_check,
    ChainCheck: of_check,
    Verdict: of_verdict,
    Epoch: of_epoch,
    GradientReport: of_gradient_report,
}
"""How each kind of value shows itself. To add one is to add a line here."""


def register(formatter: Any) -> None:
    """Tell IPython's formatter of HTML about every kind of value."""
    for kind, show in SHOWN.items():
        formatter.for_type(kind, show)
