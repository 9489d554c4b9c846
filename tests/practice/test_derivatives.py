"""Derivatives against SymPy, in a dozen forms each, and every step of the worked solutions."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

import pytest
import sympy

from chainrule.algebra import Sheet, text, unicode
from chainrule.derivation import canonical, check, derive
from chainrule.practice import Problem, Topic, problem
from chainrule.practice.answers.expression import ExpressionAnswer, Expressions

from .instances import DERIVATIVES, instances, name_of

read: Any = sympy.sympify
each = pytest.mark.parametrize("topic", DERIVATIVES, ids=name_of)
x, y = sympy.symbols("x y", real=True)
WORDS = {
    "sigma": lambda u: 1 / (1 + sympy.exp(-u)),
    "softplus": lambda u: sympy.log(1 + sympy.exp(u)),
    "relu": lambda u: u * sympy.Heaviside(u),
    "x": x,
    "y": y,
}
PLACES = ({x: 0.37, y: 1.3}, {x: 1.81, y: -0.6}, {x: 2.9, y: 0.21})


def by_sympy(one: Problem) -> tuple[sympy.Expr, sympy.Expr]:
    """The function and its derivative."""
    function = read(str(one.task.function), locals=WORDS)
    return function, sympy.diff(function, {"x": x, "y": y}[str(one.task.variable)])


def sheet_of(one: Problem) -> Sheet:
    answer = one.task.answer
    assert isinstance(answer, ExpressionAnswer)
    return answer.asked.sheet


@each
def test_the_derivative_is_that_of_sympy(topic: Topic):
    for one in instances(topic):
        ours = read(primes_out(one.task.answer.text()), locals=WORDS | PRIMES)
        _, theirs = by_sympy(one)
        for place in PLACES:
            a, b = complex(ours.subs(place).evalf()), complex(theirs.subs(place).evalf())
            assert math.isfinite(abs(b))
            assert abs(a - b) <= 1e-9 * max(abs(a), abs(b), 1e-6), (one.ask, place)


PRIMES = {
    "sigma1": lambda u: WORDS["sigma"](u) * (1 - WORDS["sigma"](u)),
    "tanh1": lambda u: 1 - sympy.tanh(u) ** 2,
    "relu1": lambda u: sympy.Heaviside(u),
}


def primes_out(written: str) -> str:
    """`sigma'(x)` as SymPy can read it."""
    return written.replace("'", "1")


def rewritings(one: Problem) -> Iterator[str]:
    """The right derivative in many forms."""
    sheet, right = sheet_of(one), one.task.answer.text()
    lines = derive(sheet, str(one.task.variable)).lines
    yield right
    yield text(lines[0])
    yield unicode(lines[-1])
    yield right.replace("**", "^")
    yield re.sub(r" \* (?!\d)", " ", right)
    yield f"0 + ({right})"
    yield f"2*({right})/2"
    yield f"({right}) + x - x"
    yield f"-(-({right}))"
    yield f"({right})*(x^2 + 1)/(x^2 + 1)"
    yield f"f'(x) = {right}"
    yield f"y' = {right}"
    yield f"({right})/2 + ({right})/2"
    yield f"(({right}) * 3 - ({right}))/2"
    yield f"exp(log(4)) * ({right}) / 4"
    function = str(one.task.function)
    if not any(word in function for word in ("relu", "sigma", "softplus")):
        _, slope = by_sympy(one)
        for form in (slope, sympy.expand(slope), sympy.together(slope), sympy.factor(slope)):
            yield str(form)


@each
def test_a_right_derivative_is_right_in_every_form(topic: Topic):
    for one in instances(topic):
        forms = list(rewritings(one))
        assert len(forms) >= 12
        for form in forms:
            graded = one.grade(form)
            assert graded.passed, (one.ask, form, graded.check.message)


@each
def test_every_step_of_the_solution_is_an_equality_and_none_is_noise(topic: Topic):
    for one in instances(topic, 3):
        sheet, by = sheet_of(one), str(one.task.variable)
        derivation = derive(sheet, by)
        declared = "\n".join(line for line in sheet.text().splitlines() if ":" in line)
        for step in derivation.telling:
            if step.kind == "slope":
                part, slope = text(step.before), text(step.after)
                assert check(parsed(declared, part), by, slope).right, (part, slope)
                known = step.rule == "derivative of exp" or "exp" in part
                assert known or canonical(step.before) != canonical(step.after)
            else:
                assert check(sheet, by, text(step.before)).right
                assert check(sheet, by, text(step.after)).right
                assert canonical(step.before) != canonical(step.after), step.rule
            assert step.rule
            assert step.why.endswith(".")
        assert len(one.task.worked()) == max(len(derivation.telling), 1)
        lines = [canonical(line) for line in derivation.telling_lines]
        assert len(set(lines)) == len(lines)


def parsed(declared: str, function: str) -> Sheet:
    from chainrule.algebra import parse_sheet

    return parse_sheet(f"{declared}\nf = {function}")


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        ("2 * x * 3", "3 * (x * 2)", True),
        ("x + 1", "1 + x", True),
        ("1 * x", "x", True),
        ("-(x * 2)", "(-x) * 2", True),
        ("2 * x", "3 * x", False),
        ("x * (x + 1)", "x**2 + x", False),
    ],
)
def test_order_and_a_factor_of_one_make_no_difference(first: str, second: str, alike: bool):
    from chainrule.algebra import parse, parse_sheet

    scope = parse_sheet("x: scalar\nf = x").scope
    trees = [parse(words, scope).expression for words in (first, second)]
    assert (canonical(trees[0]) == canonical(trees[1])) is alike


def test_a_gradient_is_that_of_sympy_entry_by_entry():
    for seed in range(12):
        one = problem("gradient", seed)
        answer = one.task.answer
        assert isinstance(answer, Expressions)
        function = read(text(answer.entries[0].asked.sheet.expressions["f"]), locals=WORDS)
        for name, entry in zip((x, y), answer.entries, strict=True):
            ours, theirs = read(entry.text(), locals=WORDS), sympy.diff(function, name)
            for place in PLACES:
                assert abs(complex((ours - theirs).subs(place).evalf())) < 1e-9


MISTAKES = {
    "power": {"power-not-lowered", "power-not-multiplied", "power-integrated"},
    "exponential": {"exponential-as-power"},
    "exponential-base": {"base-log-missing", "exponential-as-power"},
    "negative-power": {"reciprocal-sign", "power-raised"},
    "product": {"derivatives-multiplied", "first-factor-only", "second-factor-only"},
    "quotient": {"derivatives-divided", "quotient-sign", "denominator-not-squared"},
    "chain-power": {"inner-forgotten", "at-inner-derivative"},
    "chain-exponential": {"inner-forgotten", "inner-replaced", "at-inner-derivative"},
    "chain-logarithm": {"inner-forgotten", "at-inner-derivative"},
    "chain-sine": {"inner-forgotten", "at-inner-derivative", "cos-sign"},
    "relu-slope": {"relu-kept", "relu-one"},
    "sigmoid-slope": {"sigma-one-minus", "sigma-of-z", "tanh-of-z", "tanh-sign"},
}
"""The mistakes worth naming, and where they are named."""


@pytest.mark.parametrize("name", MISTAKES)
def test_the_mistakes_worth_naming_are_named(name: str):
    found = {wrong.rule.name for seed in range(9) for wrong in problem(name, seed).wrong}
    assert found >= MISTAKES[name]


@pytest.mark.parametrize(
    ("name", "seed_of", "typed", "rule"),
    [
        ("exp(x**2)", "chain-exponential", "exp(2x)", "at-inner-derivative"),
        ("x**5", "power", "5x^5", "power-not-lowered"),
        ("x**5", "power", "x^4", "power-not-multiplied"),
        ("x**5", "power", "x^6/6", "power-integrated"),
        ("exp(x)", "exponential", "x*exp(x-1)", "exponential-as-power"),
        ("2**x", "exponential-base", "2^x", "base-log-missing"),
        ("1/x", "negative-power", "1/x^2", "reciprocal-sign"),
        ("1/x", "negative-power", "ln x", "reciprocal-as-log"),
        ("cos(x)", "sine-cosine", "sin x", "cos-sign"),
        ("log(1 + x**2)", "chain-logarithm", "1/(2x)", "at-inner-derivative"),
        ("sigma(x)", "sigmoid-slope", "1 - sigma(x)", "sigma-one-minus"),
        ("sigma(x)", "sigmoid-slope", "x*(1 - x)", "sigma-of-z"),
        ("tanh(x)", "sigmoid-slope", "1 - x^2", "tanh-of-z"),
        ("tanh(x)", "sigmoid-slope", "1 + tanh(x)^2", "tanh-sign"),
        ("relu(x)", "relu-slope", "relu(x)", "relu-kept"),
        ("relu(x)", "relu-slope", "1", "relu-one"),
        ("x*sin(x)", "product", "cos x", "derivatives-multiplied"),
        ("sin(x)/x", "quotient", "cos(x)/1", "derivatives-divided"),
        ("sin(x)/x", "quotient", "(sin x - x cos x)/x^2", "quotient-sign"),
        ("sin(x)/x", "quotient", "(x cos x - sin x)/x", "denominator-not-squared"),
    ],
)
def test_the_curriculums_mistakes_by_example(name: str, seed_of: str, typed: str, rule: str):
    from dataclasses import replace

    from chainrule.practice.derivatives import derivative_task

    positive = "log(x)" in name or "1/x" in name
    one = replace(problem(seed_of, 0), task=derivative_task(name, "", "", positive=positive))
    graded = one.grade(typed)
    assert graded.check.verdict == "wrong"
    assert graded.wrong is not None
    assert graded.wrong.rule.name == rule


def test_a_wrong_rule_that_is_right_by_chance_is_accepted_and_not_listed():
    from dataclasses import replace

    from chainrule.practice.derivatives import derivative_task

    # (x**2/2 * 2)' = 2x: "not lowered" of 2*x is 2*x; for e**x the power rule's rival is right.
    one = replace(problem("power", 0), task=derivative_task("exp(x)", "", ""))
    assert one.grade("exp(x)").passed
    assert all(not one.task.answer.same(wrong.answer.text()) for wrong in one.wrong)
