"""Sheets as people write them: read, derived, and equal to what PyTorch's autograd gives."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chainrule.algebra import (
    Point,
    Sheet,
    SheetError,
    parse_sheet,
    sample,
    text,
)
from chainrule.derivation import check, derive_all, export

torch = pytest.importorskip("torch", reason="PyTorch is not installed: no autograd to compare with")
cost = pytest.importorskip("tests.derivation.torch_costs").cost

TABLE = tomllib.loads((Path(__file__).parent / "written_sheets.toml").read_text("utf-8"))
SHEETS: dict[str, str] = TABLE["sheet"]
CLOSE = 1e-10


@cache
def sheet_named(name: str) -> Sheet:
    return parse_sheet(SHEETS[name])


def points(name: str) -> list[Point]:
    rng = np.random.default_rng(len(name))
    return [sample(sheet_named(name), rng) for _ in range(3)]


def by_torch(name: str, point: Point) -> tuple[float, dict[str, np.ndarray]]:
    """The cost and its derivatives by all that is declared, by autograd."""
    declared = [declaration.name for declaration in point.sheet.declarations]
    tensors = {name: torch.tensor(point.values[name], requires_grad=True) for name in declared}
    end = cost(name)(**tensors)
    end.sum().backward()
    slopes = {
        name: np.zeros(tensor.shape) if tensor.grad is None else tensor.grad.numpy()
        for name, tensor in tensors.items()
    }
    return end.item(), slopes


def differs(yours: np.ndarray, expected: np.ndarray) -> bool:
    scale = max(1.0, float(np.abs(expected).max()))
    return float(np.abs(yours - expected).max()) > CLOSE * scale


def test_there_are_forty_of_them_and_more() -> None:
    assert len(SHEETS) >= 50


@pytest.mark.parametrize("name", SHEETS)
def test_every_derivative_is_that_of_autograd(name: str) -> None:
    derived = {d.wrt: d.result for d in derive_all(sheet_named(name)).derivations}
    for point in points(name):
        end, slopes = by_torch(name, point)
        assert not differs(point.values[point.sheet.cost], np.array([[end]]))
        for quantity, expected in slopes.items():
            found = np.zeros_like(expected)
            if quantity in derived:
                found = np.broadcast_to(point.value(derived[quantity]), expected.shape)
            assert not differs(found, expected), quantity


@pytest.mark.parametrize("name", SHEETS)
def test_the_exported_module_computes_the_same(name: str) -> None:
    sheet = sheet_named(name)
    space: dict[str, Any] = {"__name__": "exported"}
    module = export(sheet)
    exec(module.source, space)
    point = points(name)[0]
    _, slopes = by_torch(name, point)
    given = {module.variables[d.name]: point.values[d.name] for d in sheet.declarations}
    gradients = space["backward"](space["forward"](**given))
    assert gradients
    for target, found in gradients.items():
        meaning = sheet.scope.meaning(target)
        expected = None if meaning is None else slopes.get(meaning[1])
        if expected is not None:
            assert not differs(np.broadcast_to(found, expected.shape), expected), target


@pytest.mark.parametrize("name", SHEETS)
def test_the_sheet_reads_back_as_the_same(name: str) -> None:
    assert parse_sheet(sheet_named(name).text()) == sheet_named(name)


@pytest.mark.parametrize("name", SHEETS)
def test_what_is_derived_is_judged_right_and_its_opposite_wrong(name: str) -> None:
    sheet = sheet_named(name)
    derivation = derive_all(sheet).derivations[-1]
    words = text(derivation.result)
    assert check(sheet, derivation.wrt, words).verdict in ("right", "right-other-form")
    assert check(sheet, derivation.wrt, f"-({words})").verdict == "wrong"


@pytest.mark.parametrize("case", TABLE["unreadable"], ids=lambda case: case["message"][:50])
def test_what_is_not_read_says_so_in_one_line(case: dict[str, str]) -> None:
    with pytest.raises(SheetError) as caught:
        parse_sheet(case["sheet"])
    assert caught.value.message == case["message"]
