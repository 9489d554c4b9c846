"""The shipped sheets: every one reads, and its gradients are the complex step's and PyTorch's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chainrule.algebra import (
    AlgebraError,
    Expression,
    Point,
    SheetError,
    UnknownSheet,
    load_sheet,
    parse_sheet,
    postorder,
    sample,
    sheet_names,
    shipped,
    text,
)

NAMES = sheet_names()
POINTS = 3


def test_the_sheets_of_the_roadmap_are_there() -> None:
    assert {
        "one-path", "quadratic", "cross-entropy", "softmax", "deep", "rows", "columns", "relu",
        "tanh", "l2", "logistic", "chain-rule", "product-rule", "quotient-rule",
    } <= set(NAMES)  # fmt: skip
    assert list(NAMES) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_sheet_begins_by_saying_what_it_is(name: str) -> None:
    sheet = shipped(name)
    assert sheet.text.startswith("# ")
    assert sheet.description.endswith(".")
    assert len(sheet.description) < 90
    assert sheet.to_dict()["name"] == name
    assert sheet.text.endswith("\n")
    assert not sheet.text.endswith("\n\n")


@pytest.mark.parametrize("name", NAMES)
def test_a_sheet_is_written_as_it_would_be_printed(name: str) -> None:
    lines = [line for line in shipped(name).text.splitlines() if not line.startswith("#")]
    assert parse_sheet("\n".join(lines)) == load_sheet(name)
    printed = load_sheet(name).text().splitlines()
    assert [line.replace(" ", "") for line in lines] == [p.replace(" ", "") for p in printed]


@pytest.mark.parametrize("name", NAMES)
def test_every_gradient_is_the_complex_step(name: str) -> None:
    sheet = load_sheet(name)
    rng = np.random.default_rng(7)
    for _ in range(POINTS):
        point = sample(sheet, rng)
        for quantity in sheet.shapes:
            oracle = point.complex_step(sheet.cost, quantity)[:, :, 0, 0]
            np.testing.assert_allclose(point.gradient(quantity), oracle, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", NAMES)
def test_every_gradient_is_pytorchs(name: str) -> None:
    torch = pytest.importorskip("torch")
    sheet = load_sheet(name)
    point = sample(sheet, np.random.default_rng(11))
    tensors = {
        declaration.name: torch.tensor(
            point.values[declaration.name], dtype=torch.float64, requires_grad=True
        )
        for declaration in sheet.declarations
    }
    values = dict(tensors)
    for definition in sheet.definitions:
        values[definition.name] = in_torch(torch, definition.expression, values, point)
    values[sheet.cost].sum().backward()
    for quantity, tensor in tensors.items():
        expected = np.zeros(tensor.shape) if tensor.grad is None else tensor.grad.numpy()
        np.testing.assert_allclose(point.gradient(quantity), expected, rtol=1e-10, atol=1e-13)


def in_torch(torch: Any, root: Expression, values: dict[str, Any], point: Point) -> Any:
    """The value of a tree by PyTorch's own functions."""

    def all_of(join: Callable[[Any, Any], Any]) -> Callable[[Expression, list[Any]], Any]:
        def joined(node: Expression, args: list[Any]) -> Any:
            result = args[0]
            for arg in args[1:]:
                result = join(result, arg)
            return result

        return joined

    def reduction(name: str) -> Callable[[Expression, list[Any]], Any]:
        def reduced(node: Expression, args: list[Any]) -> Any:
            axes = (0, 1) if node.params[0] is None else (node.params[0],)
            return getattr(torch, name)(args[0], dim=axes, keepdim=True)

        return reduced

    table: dict[str, Callable[[Expression, list[Any]], Any]] = {
        "number": lambda node, args: torch.tensor(float(node.params[0]), dtype=torch.float64),
        "dimension": lambda node, args: torch.tensor(
            float(point.sizes[node.params[0]]), dtype=torch.float64
        ),
        "symbol": lambda node, args: values[node.params[0]],
        "add": all_of(lambda a, b: a + b),
        "negate": lambda node, args: -args[0],
        "multiply": all_of(lambda a, b: a * b),
        "matmul": all_of(lambda a, b: a @ b),
        "divide": all_of(lambda a, b: a / b),
        "power": all_of(lambda a, b: a**b),
        "transpose": lambda node, args: args[0].T,
        "sum": reduction("sum"),
        "mean": reduction("mean"),
        "softmax": lambda node, args: torch.softmax(args[0], dim=node.params[0]),
        "sigma": lambda node, args: torch.sigmoid(args[0]),
        **{
            name: lambda node, args, name=name: getattr(torch, name)(args[0])
            for name in ("exp", "log", "sqrt", "tanh", "relu", "sin", "cos")
        },
    }
    done: dict[Expression, Any] = {}
    for node in postorder(root):
        done[node] = table[node.name](node, [done[arg] for arg in node.args])
    return done[root]


def test_a_sheet_is_found_by_name_by_file_and_as_text(tmp_path: Path) -> None:
    words = shipped("deep").text
    file = tmp_path / "mine.net"
    file.write_text(words, "utf-8")
    for source in ("deep", words, file, str(file)):
        assert load_sheet(source) == load_sheet("deep")
    assert text(load_sheet("x: scalar\nf = x**2").expressions["f"]) == "x**2"


def test_what_is_no_sheet_says_which_there_are(tmp_path: Path) -> None:
    with pytest.raises(UnknownSheet, match=r"did you mean softmax\?.*one-path, power-rule") as info:
        load_sheet("sofmax")
    assert info.value.known == NAMES
    with pytest.raises(UnknownSheet, match="the sheets are"):
        load_sheet(tmp_path / "absent.net")
    with pytest.raises(AlgebraError, match="is a folder"):
        load_sheet(tmp_path)
    with pytest.raises(SheetError, match="there is no cost"):
        load_sheet("x: scalar")


def test_a_file_that_is_no_text_says_so(tmp_path: Path) -> None:
    strange = tmp_path / "strange.net"
    strange.write_bytes(b"x: scalar\xff")
    with pytest.raises(AlgebraError, match="not text in UTF-8: byte 9"):
        load_sheet(strange)
    strange.write_bytes(b"#" * 1_000_000)
    with pytest.raises(AlgebraError, match="larger than any sheet"):
        load_sheet(strange)
    with pytest.raises(AlgebraError):
        load_sheet("\0")
