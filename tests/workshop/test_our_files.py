"""The files that this package writes are graded as they are."""

from __future__ import annotations

import pytest

from chainrule.algebra import load_sheet
from chainrule.derivation import export
from chainrule.workshop import Guard, NetworkReport, grade_file, references

from .conftest import PATH

SHEETS = {
    "quadratic": ("quadratic", "3-5-4 sigmoid, sigmoid"),
    "softmax": ("log-likelihood", "3-5-4 sigmoid, softmax"),
    "cross-entropy": ("cross-entropy", "3-5-4 sigmoid, sigmoid"),
    "rows": ("quadratic", "4-6-5 sigmoid, sigmoid"),
    "columns": ("quadratic", "3-6-5 sigmoid, sigmoid"),
    "rows-softmax": ("log-likelihood", "4-6-5 sigmoid, softmax"),
    "tanh": ("quadratic", "3-5-4 tanh, tanh"),
    "l2": (None, "3-5-4 sigmoid, softmax"),
}
"""The known cost of each sheet, and what its network is recognised as."""


def graded(source: str, guard: Guard) -> NetworkReport:
    return grade_file(source.encode(), PATH, guard)


@pytest.mark.parametrize("sheet", SHEETS)
def test_an_exported_derivation_is_graded(sheet: str, guard: Guard):
    source = export(load_sheet(sheet)).source
    report = graded(source, guard)
    assert report.passed, report
    assert (report.cost, report.network) == SHEETS[sheet]
    lines = source.splitlines(keepends=True)
    (at,) = [i for i, line in enumerate(lines) if line.lstrip().startswith("dC_dW1 = ")]
    lines.insert(at + 1, "    dC_dW1 = dC_dW1 * 1.01\n")
    assert not graded("".join(lines), guard).passed


def test_a_file_of_the_workshop_is_graded_by_the_cost_that_is_in_it(guard: Guard):
    report = graded(references(), guard)
    assert report.passed
    assert (report.cost, report.cost_function) == ("quadratic", "cost")
    wrong = references().replace(
        "Delta = (As[-1] - Y) * sigmoid_prime(Zs[-1])", "Delta = As[-1] - Y"
    )
    assert wrong != references()
    assert graded(wrong, guard).mistake == "sigma' left out at the output"
