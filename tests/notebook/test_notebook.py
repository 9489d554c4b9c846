"""The notebooks of `examples/` run, and what the magics show is true and needs no JavaScript."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
import sympy
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from nbclient import NotebookClient
from sympy.parsing.sympy_parser import (
    convert_xor,
    implicit_multiplication,
    parse_expr,
    standard_transformations,
)

import chainrule as cr
from chainrule.algebra import load_sheet
from chainrule.derivation import check, derivations_of
from chainrule.network import Epoch, Network, Recipe
from chainrule.notebook import watch
from chainrule.notebook.showing import FACES
from chainrule.workshop import references

EXAMPLES = Path(__file__).parents[2] / "examples"
NOTEBOOKS = sorted(EXAMPLES.glob("*.ipynb"))


@pytest.fixture(scope="module")
def shell() -> InteractiveShell:
    shell = InteractiveShell.instance()
    shell.run_line_magic("load_ext", "chainrule.notebook")
    return shell


def shown(shell: InteractiveShell, cell: str) -> str:
    """The HTML that a cell shows, or the line of its error."""
    with capture_output() as captured:
        result = shell.run_cell(cell)
    parts = [output.data.get("text/html", "") for output in captured.outputs]
    return "".join(parts) + captured.stderr + captured.stdout + str(result.error_before_exec or "")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_example_runs_as_it_is_stored(path: Path, tmp_path: Path):
    notebook = nbformat.read(path, as_version=4)
    stored = [cell.get("outputs", []) for cell in notebook.cells]
    client = NotebookClient(notebook, timeout=120, kernel_name="python3",
                            resources={"metadata": {"path": str(tmp_path)}})  # fmt: skip
    client.execute()
    for cell, outputs in zip(notebook.cells, stored, strict=True):
        if cell.cell_type != "code":
            continue
        kinds = [output.output_type for output in cell.outputs]
        assert "error" not in kinds
        assert [output.output_type for output in outputs] == kinds, "store it with its outputs"
        for output in cell.outputs:
            assert "<script" not in output.get("data", {}).get("text/html", "")


def test_there_are_three_examples():
    assert len(NOTEBOOKS) == 3


def test_a_right_line_and_a_wrong_one(shell: InteractiveShell):
    right = shown(shell, "%%check quadratic --wrt W1\ndelta1 @ x.T")
    assert "✓" in right
    assert "<math" in right
    wrong = shown(shell, "%%check quadratic --wrt W1\ndelta2 @ x.T")
    mistake = check(load_sheet("quadratic"), "W1", "delta2 @ x.T").mistake
    assert mistake is not None
    assert "✗" in wrong
    assert f"<mark>{mistake.yours}</mark>" in wrong
    assert "For example" in wrong


def test_a_line_that_names_its_quantity_needs_no_option(shell: InteractiveShell):
    assert "✓" in shown(shell, "%%check softmax\ndC/dW2 = delta2 @ a1.T")
    assert "say of what" in shown(shell, "%%check softmax\ndelta2 @ a1.T")


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("%%check sofmax --wrt W2\nx", "did you mean softmax?"),
        ("%%check softmax --wrt W2\n   \n", "line"),
        ("%derive nothing-like-it", "no sheet is called"),
        ("%%grade hiden_error\nx = 1", "did you mean hidden_error?"),
        ("%%check softmax --wrt W2\n<b>bold</b>", "&lt;"),
        ("%derive", "required: sheet"),
        ("%derive 'unclosed", "no closing quotation"),
        ("%derive softmax --wrt nothing", "not a quantity"),
        ("%derive ''", "names nothing that may vary"),
        ("%derive /etc/passwd", "/etc/passwd: line 1"),
        ("%%check softmax --wrt W2\n\0", "U+0000"),
        ("%%check softmax --wrt W2\n" + "(" * 500, "?"),
        ("%%check softmax --wrt W2\n" + "a2 - y\n" * 120, "there are more than 50 expressions"),
        ("%%check softmax --wrt W2\n# a comment alone", "the cell holds no line"),
        ("%%check softmax --nope\nx", "unrecognized arguments"),
        ("%%grade sigmoid\ndef sigmoid(z:\n", "not Python"),
        ("%%grade sigmoid\ndef sigmoid(z): raise ValueError('<b>')", "&lt;b&gt;"),
    ],
)
def test_what_cannot_be_done_is_one_line(shell: InteractiveShell, cell: str, words: str):
    said = shown(shell, cell)
    assert words in said
    assert "Traceback" not in said


def test_the_mend_comes_when_it_is_asked_for(shell: InteractiveShell):
    cell = "%%check softmax --wrt W2{}\ndelta2 @ a1"
    assert "delta2 @ a1.T" not in shown(shell, cell.format(""))
    assert "delta2 @ a1.T" in shown(shell, cell.format(" --repair"))


def test_every_form_says_the_same(shell: InteractiveShell):
    """HTML for a page, LaTeX for a PDF, text for a terminal; SymPy reads the LaTeX back."""
    result: Any = shell.run_cell('%derive "x**3 * sin(x)"').result
    forms = result._repr_mimebundle_()
    assert set(forms) == {"text/html", "text/latex", "text/plain"}
    assert forms["text/latex"] == result._repr_latex_()
    assert forms["text/html"] == result._repr_html_()
    last = result.latex.partition(r"\end{aligned}")[0].rpartition("&=")[2]
    read = parse_expr(
        last.replace(r"\cdot", "*").replace("\\", ""),
        transformations=(*standard_transformations, convert_xor, implicit_multiplication),
    )
    x = sympy.Symbol("x")
    assert sympy.simplify(read - sympy.diff(x**3 * sympy.sin(x), x)) == 0
    assert "∂f/∂x" in repr(result)


def test_registered_values_show_themselves_in_each_form(shell: InteractiveShell):
    derivation = derivations_of(load_sheet("quadratic"), ["W2"]).derivations[0]
    program = Network([4, 3, 2]).program(Recipe())
    checked = check(load_sheet("quadratic"), "W2", "delta2")
    for value in (derivation, program, checked):
        data, _ = shell.display_formatter.format(value)  # pyright: ignore
        face = FACES[type(value)]
        assert data["text/html"] == face.html(value)
        assert face.text is not None
        assert data["text/plain"] == face.text(value)
        assert len(data["text/plain"]) < 1200
        assert ("text/latex" in data) == (face.latex is not None)


def test_a_table_of_faces_has_every_kind_that_is_shown():
    assert {Network, Epoch, type(check(load_sheet("quadratic"), "W2", "delta2"))} <= FACES.keys()


def test_a_function_and_a_variable_are_sheets(shell: InteractiveShell):
    assert "✓" in shown(shell, '%%check "x**2 * sin(x)"\n2*x*sin(x) + x**2*cos(x)')
    shell.user_ns["own"] = "x: scalar\nf = x**3"
    assert "✓" in shown(shell, "%%check own --wrt x\n3*x**2")
    assert "✗" in shown(shell, "%%check own --wrt x\nx**2")


def test_a_derivation_is_set_as_mathematics(shell: InteractiveShell):
    result: Any = shell.run_cell("%derive product-rule").result
    assert result.html.count("<math") > 3
    assert "product rule" in result.html
    assert "body{" not in result.html  # a page's style would restyle the notebook


def test_a_function_is_graded_and_then_there(shell: InteractiveShell):
    assert "✓" in shown(shell, "%%grade sigmoid\n" + references(["sigmoid"]))
    assert shell.user_ns["sigmoid"](0) == 0.5
    wrong = shown(shell, "%%grade sigmoid\ndef sigmoid(z):\n    return 1 / (1 + np.exp(z))")
    assert "✗" in wrong


def test_values_show_themselves():
    network = Network([4, 3, 2], seed=0)
    X, y = np.random.default_rng(0).standard_normal((20, 4)), np.arange(20) % 2
    values: list[Any] = [
        network,
        network.program(Recipe()),
        derivations_of(load_sheet("quadratic"), ["W2"]),
        check(load_sheet("quadratic"), "W2", "delta2"),
        cr.check_gradients(network, X, y),
        next(iter(cr.train(network, (X, y), epochs=1))),
    ]
    values.append(values[2].derivations[0])
    for value in values:
        html = FACES[type(value)].html(value)
        assert html.startswith("<style>")
        assert re.findall(r"<(table|math|svg)", html)
    assert "23" in FACES[Network].html(network)  # (4 + 1) * 3 + (3 + 1) * 2 parameters


def test_what_is_watched_is_what_is_trained():
    X, y = np.random.default_rng(0).standard_normal((20, 4)), np.arange(20) % 2
    watched = watch(cr.train(Network([4, 3, 2]), (X, y), epochs=3))
    with capture_output():
        epochs = list(watched)
    peer = list(cr.train(Network([4, 3, 2]), (X, y), epochs=3))
    assert [epoch.cost for epoch in epochs] == [epoch.cost for epoch in peer]
    assert isinstance(epochs[0], Epoch)
    assert watched._repr_html_().count("<path") == 2  # no validation part
