"""A stand-alone module: it runs with NumPy alone and computes what the algebra computes."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chainrule.algebra import (
    AlgebraError,
    Point,
    SamplingError,
    Sheet,
    load_sheet,
    numpy_source,
    parse_sheet,
    sheet_names,
    shipped,
)
from chainrule.derivation import Exported, example_values, export

STRANGE = """
lambda: scalar positive
values: (n,1) prob
np: (n,n) symmetric
A: (m,n)
T: (m,n) onehot axis=1
s: (m,1) sign
q: (1,m) prob axis=1
k: (m,1) nonzero
z = A @ values + 1/k
rng = matrix(i, j, A[i,j]*T[i,j] + np[j,j])
C = sum(q @ (rng @ np)) + lambda/m * norm(np)**2 + trace(np) + sum(softplus(z) * s) - sum(i, z[i])
"""


def run(source: str, folder: Path) -> subprocess.CompletedProcess[str]:
    file = folder / "module.py"
    file.write_text(source, "utf-8")
    return subprocess.run(
        [sys.executable, "-I", "-W", "error", str(file)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def loaded(module: Exported) -> dict[str, Any]:
    space: dict[str, Any] = {"__name__": "exported"}
    exec(compile(module.source, "exported", "exec"), space)
    return space


def given_of(sheet: Sheet, module: Exported) -> tuple[dict[str, Any], Point]:
    values = example_values(sheet, module.variables)
    given = {module.variables[name]: value for name, value in values.given.items()}
    return given, Point(sheet, values.given, values.sizes)


@pytest.mark.parametrize("name", sheet_names())
def test_the_module_of_a_sheet_passes_its_own_check(name: str, tmp_path: Path) -> None:
    module = export(load_sheet(name), shipped(name).description)
    done = run(module.source, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert lines
    assert all("right, relative error" in line for line in lines)


@pytest.mark.parametrize("name", [*sheet_names(), STRANGE])
def test_forward_and_backward_are_the_algebras(name: str) -> None:
    sheet = load_sheet(name)
    module = export(sheet)
    space = loaded(module)
    given, point = given_of(sheet, module)
    with np.errstate(all="raise", under="ignore"):
        values = space["forward"](**given)
        gradients = space["backward"](values)
    for quantity, value in point.values.items():
        np.testing.assert_allclose(values[module.variables[quantity]], value, rtol=1e-12)
    assert gradients
    for derivative, found in gradients.items():
        meaning = sheet.scope.meaning(derivative)
        assert meaning is not None
        expected = point.gradient(meaning[1])
        assert found.shape == expected.shape
        scale = max(1.0, float(np.abs(expected).max()))
        np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-12 * scale)


@pytest.mark.parametrize("name", [*sheet_names(), STRANGE])
def test_the_modules_example_is_the_one_its_seed_was_chosen_for(name: str) -> None:
    sheet = load_sheet(name)
    module = export(sheet)
    values = example_values(sheet, module.variables)
    drawn = loaded(module)["example"](np.random.default_rng(values.seed))
    assert list(drawn) == [module.variables[quantity] for quantity in values.given]
    for quantity, value in values.given.items():
        np.testing.assert_array_equal(drawn[module.variables[quantity]], value)


def test_names_that_python_or_the_module_uses_are_changed(tmp_path: Path) -> None:
    module = export(parse_sheet(STRANGE))
    assert module.variables["lambda"] == "lambda_"
    assert len(set(module.variables.values())) == len(module.variables)
    done = run(module.source, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_adjoints_stand_in_order_each_with_its_equation() -> None:
    source = export(load_sheet("softmax")).source
    backward = source[source.index("def backward") :]
    places = [
        backward.index(line)
        for line in (
            "# δ₂ = a₂ − y\n", "# δ₁ = (W₂ᵀ · δ₂) ⊙ σ′(z₁)\n", "# ∂C/∂W₂ = δ₂ · a₁ᵀ\n",
            "# ∂C/∂W₁ = δ₁ · xᵀ\n",
        )
    ]  # fmt: skip
    assert places == sorted(places)
    assert "    delta1 = (W2.T @ delta2) * sigma_prime(z1)  #" in backward
    assert "W1 (n1, n0)" in source


@pytest.mark.parametrize("name", sheet_names())
def test_every_line_of_the_passes_carries_an_equation(name: str) -> None:
    source = export(load_sheet(name)).source
    before = ""
    found = 0
    for line in source[source.index("def forward") : source.index("def example")].splitlines():
        if re.match(r"    [A-Za-z]\w* = ", line) and "values[" not in line:
            found += 1
            assert "  # " in line or before.strip().startswith("#"), line
        before = line
    assert found >= len(load_sheet(name).definitions) + 1


@pytest.mark.parametrize("name", sheet_names())
def test_lines_are_short_and_end_cleanly(name: str) -> None:
    source = export(load_sheet(name)).source
    assert max(map(len, source.splitlines())) <= 100
    assert all(line == line.rstrip() for line in source.splitlines())
    assert source.endswith("\n")
    assert "\n\n\n\n" not in source


def test_the_cost_stays_finite_where_softmax_is_zero() -> None:
    module = export(load_sheet("softmax"))
    given, _ = given_of(load_sheet("softmax"), module)
    given["W2"] = given["W2"] * 4000.0
    space = loaded(module)
    with np.errstate(all="raise", under="ignore"):
        values = space["forward"](**given)
        gradients = space["backward"](values)
    assert np.isfinite(values["C"]).all()
    assert all(np.isfinite(value).all() for value in gradients.values())


def test_a_wrong_gradient_does_not_pass(tmp_path: Path) -> None:
    source = export(load_sheet("rows")).source
    line = "Delta1 = (Delta2 @ W2) * sigma_prime(Z1)"
    assert line in source
    done = run(source.replace(line, "Delta1 = (Delta2 @ W2) * sigma(Z1)"), tmp_path)
    assert done.returncode == 1
    assert "dC/dW1       WRONG" in done.stdout
    assert "dC/dW2       right" in done.stdout


def test_only_what_is_wanted_and_what_it_needs() -> None:
    module = export(load_sheet("deep"), wrt=["W2", "dC/db3"])
    assert [line.partition(" = ")[0] for line in module.backward] == [
        "delta3", "delta2", "dC/db3", "dC/dW2",
    ]  # fmt: skip
    with pytest.raises(AlgebraError, match="does not depend on `A`"):
        export(parse_sheet("x: scalar\nA: scalar\nf = x**2"), wrt=["A"])
    with pytest.raises(AlgebraError, match="not a quantity"):
        export(load_sheet("deep"), wrt=["W9"])


def test_a_large_network_is_checked_by_a_sample(tmp_path: Path) -> None:
    sheet = load_sheet("deep").text()
    for name, size in (("n0", "60"), ("n1", "30"), ("n2", "20"), ("n3", "10")):
        sheet = sheet.replace(name, size)
    done = run(export(parse_sheet(sheet)).source, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_sheet_without_values_is_refused() -> None:
    with pytest.raises(SamplingError, match="no numbers were found"):
        export(parse_sheet("x: scalar\nf = log(-x**2)"))


def test_the_result_is_a_plain_value() -> None:
    module = export(load_sheet("chain-rule"))
    assert module.to_dict()["forward"] == ["u = x**2", "f = sin(u)"]
    assert module.to_dict()["backward"] == ["df/dx = 2 * x * cos(u)"]
    assert module.to_dict()["source"] == module.source
    assert numpy_source(load_sheet("chain-rule").expressions["f"]) in module.source
