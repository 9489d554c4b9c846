"""No right answer is rejected, however it is written; nothing that differs is accepted.

CHAINRULE_CASES sets how many cases are generated; the normal suite takes about 1,500 of them.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest

from chainrule.algebra import (
    AlgebraError,
    Expression,
    Sheet,
    load_sheet,
    parse_sheet,
    sheet_names,
    text,
)
from chainrule.derivation import check, derive_all

from . import rewriting

CASES = int(os.environ.get("CHAINRULE_CASES", "1500"))


OF_OUR_OWN = {
    "gate": "x: (n,1)\nW: (n,n)\nV: (n,n)\ny: (n,1)\ng = sigma(W @ x)\nh = tanh(V @ x)\n"
    "o = g*h + (1-g)*x\nC = sum((o-y)**2)/2",
    "tied": "x: (n,1)\nW: (h,n)\nz = W @ x\na = tanh(z)\nr = W.T @ a\nC = sum((r - x)**2)",
    "scalars": "x: scalar\na: scalar\nb: scalar\nu = a*x + b\ns = sigma(u)\ny = s**2 * sin(u)",
}
SKIPPED = ("attention", "layer-norm")  # their gradients are too long to be typed


def sheets() -> dict[str, str]:
    return {name: name for name in sheet_names() if name not in SKIPPED} | OF_OUR_OWN


def read(source: str) -> Sheet:
    return parse_sheet(source) if "\n" in source else load_sheet(source)


@pytest.mark.parametrize("name", sheets())
def test_rewritings_are_never_rejected_and_changes_never_accepted(name: str) -> None:
    sheet = read(sheets()[name])
    told = run(sheet, CASES // len(sheets()) + 1, seed=sum(map(ord, name)))
    assert told["rejected"] == 0, told
    assert told["accepted"] == 0, told
    assert told["right"] > 0


def run(
    sheet: Sheet, cases: int, seed: int, say: Callable[[str], None] | None = None
) -> Counter[str]:
    """Judge that many cases of a sheet: two of three are rewritings, one is a change."""
    rng = np.random.default_rng(seed)
    judge = rewriting.Judge(sheet, seed)
    passes = derive_all(sheet)
    backwards = {d.wrt: d.lines[0] for d in passes.derivations}
    starts: list[tuple[str, str, Expression]] = []
    for derivation in passes.derivations:
        leaf = text(derivation.target)
        for answer in rewriting.answers(sheet, derivation.wrt, derivation.lines):
            starts.append((derivation.wrt, leaf, answer))
    told: Counter[str] = Counter()
    while told["cases"] < cases:
        wrt, leaf, answer = starts[int(rng.integers(len(starts)))]
        kind = int(rng.integers(3))
        if kind < 2:
            other = rewriting.rewritten(answer, sheet, backwards, leaf, rng)
            words = text(other)
            if kind == 1 and rng.random() < 0.4:
                words = componentwise(other, sheet) or words
            if len(words) > 1500:
                continue
            verdict = check(sheet, wrt, words, name_mistakes=False)
            told["cases"] += 1
            told["right" if verdict.right else "rejected"] += 1
            if not verdict.right and say is not None:
                say(f"rejected {wrt}: {words}: {verdict.verdict} {verdict.message}")
        else:
            base = rewriting.rewritten(answer, sheet, backwards, leaf, rng)
            other = rewriting.changed(base, sheet, leaf, rng)
            if other is None or other is base or len(text(other)) > 1500:
                continue
            differ = judge.differ(other, answer)
            if differ is None:
                told["unsure"] += 1
                continue
            verdict = check(sheet, wrt, text(other), name_mistakes=False)
            told["cases"] += 1
            if differ:
                told["changed"] += 1
                told[f"changed: {verdict.verdict}"] += 1
                if verdict.verdict in ("right", "right-other-form"):
                    told["accepted"] += 1
                    if say is not None:
                        say(f"accepted {wrt}: {text(other)}")
            else:
                told["right" if verdict.right else "rejected"] += 1
                if not verdict.right and say is not None:
                    say(f"rejected {wrt}: {text(other)}: {verdict.verdict} {verdict.message}")
    return told


def componentwise(answer: Expression, sheet: Sheet) -> str | None:
    """The answer by entries, with letters for its rows and columns."""
    free = [k for k in "jklpqrstuvw" if sheet.scope.resolve(k) is None]
    rows = None if answer.shape[0] == 1 else free.pop(0)
    columns = None if answer.shape[1] == 1 else free.pop(0)
    try:
        return text(rewriting.by_entries(answer, rows, columns, free))
    except (AlgebraError, IndexError):
        return None


SYMPY = [
    "x^5 - 3x^2 + 7", "(2x+1)^4", "sin(x)*cos(x)", "exp(-x^2/2)", "ln(1+x^2)", "x^2*sin(x)",
    "(x^2+1)/(x^3-5)", "sin(x^2)^3", "1/(1+exp(-x))", "tan(x/2)", "sqrt(1+x^2)", "x*exp(x)*sin(x)",
    "(x+1)(x+2)(x+3)", "tanh(3x)", "2^x * x^2", "cos(sin(x))",
]  # fmt: skip


@pytest.mark.parametrize("function", SYMPY)
def test_sympys_forms_of_a_derivative_are_right(function: str) -> None:
    sympy = pytest.importorskip("sympy")
    sheet = parse_sheet(f"x: scalar\ny = {function}")
    x = sympy.Symbol("x", real=True)
    derived = sympy.diff(
        sympy.sympify(text(sheet.expressions["y"]), locals={"x": x, "sigma": sympy.Function("s")}),
        x,
    )
    ways = [sympy.expand, sympy.factor, sympy.simplify, sympy.together, sympy.trigsimp, lambda e: e]
    forms = {str(way(derived)) for way in ways}
    forms |= {str(sympy.expand(sympy.together(derived))), str(sympy.powsimp(derived))}
    for form in forms:
        if any(unknown in form for unknown in ("sec", "cot", "sinh", "cosh")):
            continue
        told = check(sheet, "x", form)
        assert told.right, (form, told.message)
