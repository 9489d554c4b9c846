"""The architecture page: each equation of its table is one line of `network/equations.py`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import chainrule
from chainrule.network import Momentum, Network, Recipe

PAGE = (Path(__file__).parents[2] / "docs" / "architecture.md").read_text(encoding="utf-8")
SOURCE = Path(chainrule.__file__).parent / "network" / "equations.py"
TABLE = PAGE.partition("| equation | its line |\n|---|---|\n")[2].partition("\n\n")[0]
ROWS = dict(re.findall(r"^\| (.+?) \| `(.+)` \|$", TABLE, re.MULTILINE))


@pytest.mark.parametrize("equation", ROWS)
def test_an_equation_is_one_line(equation: str):
    lines = [line.strip() for line in SOURCE.read_text(encoding="utf-8").splitlines()]
    assert lines.count(ROWS[equation]) == 1


def test_the_table_has_every_equation_of_a_step():
    named = {re.split(", | of | under ", name)[0] for name in ROWS}
    for recipe in (
        Recipe(l2=0.1, dropout=0.5),
        Recipe(Momentum(), l1=0.1, l2=0.1),
    ):
        for cost in ("quadratic", "cross-entropy"):
            program = Network([5, 4, 3], cost=cost).program(recipe)
            assert {equation.name for equation in program.equations} <= named
    assert len(ROWS) == len(TABLE.splitlines()) == 14
