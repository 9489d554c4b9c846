"""The formula of a function is the learner's to derive: where it stands, and from when on."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from chainrule.algebra import load_sheet
from chainrule.derivation import check
from chainrule.workshop import (
    DERIVE,
    STAGES,
    Derivation,
    Folder,
    Guard,
    Session,
    Stage,
    all_stages,
    empty_file,
    formulas,
    hint,
    references,
    reset_function,
    stage,
    start_folder,
)

HIDDEN = [one for one in all_stages() if one.plain]
FORMULAS = (
    *("f(x + h)", "sigma(z) * (1", "1 - tanh(z)", "@", "(a - y) *", "outer", "sigma'(z)."),
    *("delta = a - y", "sum over k", "lam / n * W", "v = mu", "p - ", "1 where z > 0", "w . x"),
)
"""Pieces of the formulas that are hidden."""


def by_name(one: Stage) -> str:
    return one.name


@pytest.mark.parametrize("one", HIDDEN, ids=by_name)
def test_what_is_given_holds_shapes_and_meaning_and_no_formula(one: Stage):
    given = one.plain_stub(DERIVE)
    (function,) = ast.parse(given).body
    assert isinstance(function, ast.FunctionDef)
    text = ast.get_docstring(function) or ""
    for parameter in one.parameters:
        assert f"{parameter}:" in text or f"{parameter}: " in text
    assert text.count("Returns") == 1
    assert max(map(len, given.splitlines())) <= 100
    for piece in FORMULAS:
        assert piece not in text, piece
        assert piece not in one.plain, piece
    whole = (one.stub + one.task).replace("np.outer", "outer")
    assert any(piece in whole for piece in FORMULAS) or one.name in ("forward", "backprop")
    assert ast.parse(one.stub).body[0].body[1:]  # type: ignore[attr-defined]


ANSWERS = {
    "sigmoid z": "f * (1 - f)",
    "tanh-definition z": "1 - f**2",
    "quadratic delta2": "(a2 - y) * sigma'(z2)",
    "quadratic delta1": "(W2.T @ delta2) * sigma'(z1)",
    "cross-entropy delta1": "(W2.T @ delta2) * sigma'(z1)",
    "softmax delta1": "(W2.T @ delta2) * sigma'(z1)",
    "quadratic W2": "delta2 @ a1.T",
    "quadratic W1": "delta1 @ x.T",
    "cross-entropy W2": "delta2 @ a1.T",
    "cross-entropy W1": "delta1 @ x.T",
    "softmax W2": "delta2 @ a1.T",
    "softmax W1": "delta1 @ x.T",
    "rows W2": "Delta2.T @ A1",
    "rows W1": "Delta1.T @ X",
    "columns W2": "Delta2 @ A1.T",
    "columns W1": "Delta1 @ X.T",
    "cross-entropy delta2": "a2 - y",
    "softmax delta2": "a2 - y",
    "softmax da2/dz2": "diag(a2) - a2 @ a2.T",
    "l2 W2": "delta2 @ a1.T + lam/n * W2",
    "l2 W1": "delta1 @ x.T + lam/n * W1",
}
"""The equations of the textbook (Nielsen, chapters 2 and 3) on each sheet."""


def test_what_is_to_be_derived_is_the_equation_of_the_function():
    asked = {f"{each.sheet} {each.quantity}" for one in all_stages() for each in one.derive}
    assert asked == set(ANSWERS)
    for name, answer in ANSWERS.items():
        sheet, quantity = name.split()
        assert check(load_sheet(sheet), quantity, answer).right, name


def test_a_quantity_is_the_same_however_it_is_typed():
    for typed in ("W1", "dC/dW1", "∂C/∂W1", " dC / dW1"):
        assert Derivation.of("quadratic", typed) == Derivation("quadratic", "W1")
    assert Derivation.of("quadratic", "dC/dz1") == Derivation("quadratic", "delta1")
    assert Derivation.of("rows", "Z2") == Derivation("rows", "Delta2")
    assert Derivation.of("sigmoid", "z") == Derivation("sigmoid", "z")
    assert Derivation.of("quadratic", "δ1") == Derivation("quadratic", "delta1")


def test_a_formula_stands_there_once_it_is_derived_or_two_hints_were_given():
    name = "output_error"
    assert name not in formulas((), {})
    assert name in formulas({Derivation("quadratic", "delta2")}, {})
    assert name not in formulas({Derivation("quadratic", "delta1")}, {})
    assert name not in formulas((), {name: 1})
    assert name in formulas((), {name: 2})
    assert {one.name for one in all_stages() if not one.plain} <= formulas((), {})


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return start_folder(tmp_path / "mine")


def message(folder: Folder, guard: Guard, name: str = "output_error") -> str:
    (verdict,) = Session(folder, guard).check([name])
    assert verdict.outcome == "missing"
    return verdict.message


def test_the_message_of_a_function_that_is_not_written_holds_it_then_and_not_before(
    folder: Folder, guard: Guard
):
    one = stage("output_error")
    assert one.plain in message(folder, guard)
    derived = Folder(folder.path, derived=lambda: [Derivation("quadratic", "delta2")])
    assert one.task in message(derived, guard)
    hint(one, folder.progress)
    assert one.plain in message(folder, guard)
    hint(one, folder.progress)
    assert one.task in message(folder, guard)
    reset_function(folder, one)
    assert one.stub in folder.network.read_text()


def test_with_formulas_they_stand_everywhere(tmp_path: Path, guard: Guard):
    made = start_folder(tmp_path / "mine", with_formulas=True)
    assert made.network.read_text() == empty_file(STAGES)
    assert stage("output_error").task in message(made, guard)


def test_what_is_derived_before_the_start_stands_there_at_once(tmp_path: Path):
    made = start_folder(tmp_path / "mine", derived=[Derivation("quadratic", "delta1")])
    text = made.network.read_text()
    assert stage("hidden_error").stub in text
    assert stage("output_error").stub not in text


@pytest.mark.parametrize(
    "borrowing",
    [
        "from chainrule.workshop.stages.sigmoid.reference import sigmoid",
        "import chainrule",
        "import importlib\nm = importlib.import_module('chainrule.workshop')",
        "def sigmoid(z):\n    from chainrule.network import Network\n    return z",
    ],
)
def test_a_file_that_imports_this_package_is_named_and_passes_nothing(
    borrowing: str, folder: Folder, guard: Guard
):
    folder.network.write_text(f"{references()}\n{borrowing}\n")
    session = Session(folder, guard)
    (verdict,) = session.check(["sigmoid", "relu"])
    assert (verdict.outcome, verdict.passed, verdict.of_file) == ("borrowed", False, True)
    assert "imports `chainrule`" in verdict.message
    assert session.standing.passed == 0
    folder.network.write_text(references() + "\n# chainrule build check\nTEXT = 'by chainrule'\n")
    assert all(each.passed for each in Session(folder, guard).check(["sigmoid", "relu"]))
