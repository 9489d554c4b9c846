"""Every step of the worked solutions of practice: the rule it names is the one that is used."""

from __future__ import annotations

import numpy as np
import pytest

from chainrule.algebra import parse_sheet, sample, text
from chainrule.derivation import derive
from chainrule.practice import Topic

from ..practice.instances import DERIVATIVES, instances, name_of
from ..practice.test_derivatives import sheet_of
from .rewriting_rules import PREDICATES
from .test_reasons import slope_is_applied

OWN = [
    "x^2 * sin(x) / (x + 1)", "(x^3)^4", "1/(2x + 1)^2", "x - (x^2 - (1 - x))", "x^-3 * 2",
    "cos(-x) + sin(-2x)", "(4 - 2x) * (x^2 + 1)", "sqrt(x)^3 * sqrt(x)", "x^(1/x)", "2^(3x) * x",
]  # fmt: skip


@pytest.mark.parametrize("topic", DERIVATIVES, ids=name_of)
def test_the_rule_that_a_solution_names_is_the_one_that_is_used(topic: Topic) -> None:
    for one in instances(topic, 3):
        assert_rules(sheet_of(one).text(), str(one.task.variable))


@pytest.mark.parametrize("words", OWN)
def test_so_it_is_for_a_function_that_is_typed(words: str) -> None:
    assert_rules(f"x: scalar positive\nf = {words}\n", "x")


def assert_rules(source: str, by: str) -> None:
    sheet = parse_sheet(source)
    derivation = derive(sheet, by)
    point = sample(sheet, np.random.default_rng(3))
    for step in derivation.telling:
        if step.kind == "slope":
            assert slope_is_applied(sheet, derivation, step, point), (step.rule, step.why)
        else:
            assert PREDICATES[step.rule](step, sheet), (step.rule, text(step.before))
