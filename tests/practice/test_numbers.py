"""Answers that are numbers, vectors, matrices, shapes and choices, against NumPy and SymPy."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy

from chainrule.practice import Problem, Topic, problem

from .instances import DERIVATIVES, EXPRESSIONS, NUMBERS, instances, name_of
from .oracles import NUMBERS as ORACLES
from .oracles import Asked, formula, read, x

OF_NAMES = {"inner-outer", "gradient"}
"""Vectors and parts that are made of expressions."""


def test_there_is_an_oracle_for_every_topic_with_numbers():
    assert set(ORACLES) == {topic.name for topic in NUMBERS} - OF_NAMES


def as_numbers(value: Any) -> Any:
    if isinstance(value, dict):
        return np.array([as_numbers(v) for v in value.values()])
    if isinstance(value, list):
        return np.array([as_numbers(v) for v in value])
    return float(Fraction(value)) if isinstance(value, str) else float(value)


@pytest.mark.parametrize("topic", [t for t in NUMBERS if t.name in ORACLES], ids=name_of)
def test_the_answer_is_that_of_the_oracle(topic: Topic):
    for one in instances(topic):
        expected, answer = ORACLES[topic.name](Asked(one.ask)), one.task.answer
        if topic.kind in ("choice", "shape"):
            assert answer.value() == expected, one.ask
            continue
        ours, theirs = (
            as_numbers(answer.value()),
            as_numbers(expected) if isinstance(expected, dict) else expected,
        )
        assert np.all(np.isfinite(ours))
        assert np.shape(ours) == np.shape(theirs)
        assert ours == pytest.approx(theirs, rel=1e-6, abs=1e-8), one.ask


def formulas(one: Problem) -> sympy.Expr:
    return Asked(one.ask).formula("f(x)")


def test_the_difference_quotient_is_that_of_sympy():
    h = sympy.Symbol("h", real=True)
    for one in instances(next(t for t in EXPRESSIONS if t.name == "difference-quotient-h"), 9):
        f = formulas(one)
        ours = read(one.task.answer.text(), locals={"x": x, "h": h})
        assert sympy.simplify(ours - (f.subs(x, x + h) - f) / h) == 0
        assert one.grade(str(sympy.expand(ours))).passed
        unfinished = one.grade(f"(({f.subs(x, x + h)}) - ({f}))/h")
        assert unfinished.check.verdict == "right-if"
        assert not unfinished.passed


def test_the_tangent_is_that_of_sympy():
    for one in instances(next(t for t in EXPRESSIONS if t.name == "tangent-line"), 9):
        f, (at,) = formulas(one), Asked(one.ask).numbers(r"at x = #\?")
        line = f.subs(x, at) + f.diff(x).subs(x, at) * (x - at)
        assert sympy.simplify(read(one.task.answer.text(), locals={"x": x}) - line) == 0
        assert one.grade(f"y = {line}").passed


def test_arctan_and_arcsin_are_those_of_sympy():
    words = {"x": x, "arctan": sympy.atan, "arcsin": sympy.asin}
    import re

    for one in instances(next(t for t in EXPRESSIONS if t.name == "inverse-trigonometric"), 9):
        written = re.search(r"f\(x\) = (.*?)(?:, where 0 < x < 1)?\. What", one.ask)[1]  # type: ignore[index]
        text = re.sub(r"(\d)(?=[a-z(])", r"\1*", written.replace(" · ", "*").replace("²", "**2"))
        f = read(text, locals=words)
        ours = read(one.task.answer.text(), locals={"x": x})
        for at in (0.2, 0.55, 0.9):
            assert float(ours.subs(x, at)) == pytest.approx(float(f.diff(x).subs(x, at)))
        assert one.grade(str(f.diff(x))).passed


def test_every_expression_has_an_oracle():
    others = {topic.name for topic in EXPRESSIONS} - {topic.name for topic in DERIVATIVES}
    assert others == {"difference-quotient-h", "tangent-line", "inverse-trigonometric"}


def test_inner_and_outer_make_the_function():
    u = sympy.Symbol("u", real=True)
    for seed in range(9):
        one = problem("inner-outer", seed)
        said = one.task.answer.value()
        inner = read(said["inner"], locals={"x": x})
        outer = read(said["outer"], locals={"u": u})
        assert sympy.simplify(outer.subs(u, inner) - formulas(one)) == 0
        assert formula("3x² − 1".replace("−", "-")) == 3 * x**2 - 1
