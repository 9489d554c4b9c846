"""A derivation as one page of HTML, its mathematics in MathML, which browsers draw."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from chainrule.algebra import Expression, mathml, mathml_row
from chainrule.derivation.deriving.step import Step
from chainrule.derivation.deriving.steps import Backpropagation, Derivation
from chainrule.derivation.writing.introduction import declared, equations, left_out, reading
from chainrule.derivation.writing.latex_notes import Chosen
from chainrule.derivation.writing.notation import HTML

STYLE = (
    "body{max-width:48em;margin:2em auto;padding:0 1em;font:16px/1.5 serif}"
    "li{margin:.6em 0}math{font-size:1.05em}mtd{padding:.25em .2em;text-align:left}"
)


def html_page(
    pass_: Backpropagation, chosen: Sequence[Chosen], title: str, closing: Sequence[str]
) -> str:
    """The sheet, how to read it, and every derivation with its steps, as a page by itself."""
    heading = escape(title or "A derivation")
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{heading}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{heading}</h1>\n"
        f"{html_part(pass_, chosen, closing)}</body>\n</html>\n"
    )


def html_part(pass_: Backpropagation, chosen: Sequence[Chosen], closing: Sequence[str] = ()) -> str:
    """What a page of the derivations holds, to be put into another page."""
    with_steps = any(steps for _, _, steps in chosen)
    parts: list[str] = []
    if with_steps:
        parts.append(f"<pre>{escape(chr(10).join(declared(pass_)))}</pre>\n")
        parts += [f"<p>{mathml(*sides, display='block')}</p>\n" for sides in equations(pass_)]
        parts += [f"<p>{HTML.sentence(said)}</p>\n" for said in reading(pass_)]
    for derivation, lines, steps in chosen:
        parts.append(f"<h2>{mathml(derivation.target)}</h2>\n{_lines(derivation, lines)}\n")
        if steps:
            listed = (f"<li>{_step(step, derivation, pass_)}</li>\n" for step in steps)
            parts.append(f"<ol>\n{''.join(listed)}</ol>\n")
    if with_steps and (missing := left_out(pass_)):
        parts.append(f"<p>{HTML.sentence(missing)}</p>\n")
    parts += [f"<p><code>{escape(line.strip())}</code></p>\n" for line in closing]
    return "".join(parts)


def _lines(derivation: Derivation, lines: Sequence[Expression]) -> str:
    left = mathml_row(derivation.target)
    rows = [
        f"<mtr><mtd>{left if not i else ''}</mtd><mtd><mo>=</mo></mtd><mtd>{mathml_row(line)}</mtd>"
        "</mtr>"
        for i, line in enumerate(lines)
    ]
    return f'<math display="block"><mtable>{"".join(rows)}</mtable></math>'


def _step(step: Step, derivation: Derivation, pass_: Backpropagation) -> str:
    through = "" if step.through is None else f", through {HTML.sentence((step.through,))}"
    said = HTML.statement(step, derivation, pass_.sheet)
    math = f"<math>{said}</math>"
    return f"<b>{escape(step.rule)}</b>{through}: {math}.<br/>{HTML.sentence(step.reason)}"
