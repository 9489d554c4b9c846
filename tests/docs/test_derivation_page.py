"""docs/derivation.md is what the algebra derives now, and what the books print."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from chainrule.derivation import page

FILE = Path(__file__).parents[2] / "docs" / "derivation.md"


def test_the_page_is_up_to_date() -> None:
    assert FILE.read_text("utf-8") == page(), (
        "docs/derivation.md is out of date; write it again: "
        "python -m chainrule.derivation > docs/derivation.md"
    )


@pytest.mark.parametrize(
    "equation",
    [
        "delta2 = (a2 - y) * sigma'(z2)", "delta1 = (W2.T @ delta2) * sigma'(z1)",
        "dC/db2 = delta2", "dC/dW2 = delta2 @ a1.T", "dC/db1 = delta1", "dC/dW1 = delta1 @ x.T",
        "delta2 = a2 - y", "dC/db1 = sum(Delta1, axis=0)", "dC/dW1 = Delta1.T @ X",
        "Delta1 = (Delta2 @ W2) * sigma'(Z1)",
    ],
)  # fmt: skip
def test_the_equations_of_backpropagation_are_on_it(equation: str) -> None:
    assert f"\n{equation}\n" in page()


def test_its_mathematics_is_closed() -> None:
    blocks = re.findall(r"```math\n(.*?)```", page(), re.DOTALL)
    assert len(blocks) > 20
    for block in blocks:
        assert block.count("{") == block.count("}")
        assert block.count("\\begin") == block.count("\\end") <= 1
        assert ("&" in block) == ("\\begin{aligned}" in block)
    assert page().count("```") % 2 == 0
