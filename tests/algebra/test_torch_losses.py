"""Losses by PyTorch's names are worth what PyTorch says."""

from __future__ import annotations

import numpy as np
import pytest

from chainrule.algebra import SheetError, parse_sheet, sample

torch = pytest.importorskip("torch", reason="PyTorch is not installed: nothing to compare with")


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("a: (n,m)\ny: (n,m) onehot axis=1", "cross_entropy"),
        ("a: (n,m)\ny: (n,m)", "mse_loss"),
        ("a: (n,1)\ny: (n,1)", "l1_loss"),
        ("a: (n,m) unit\ny: (n,m) binary", "binary_cross_entropy"),
        ("a: (n,m)\ny: (n,m) binary", "binary_cross_entropy_with_logits"),
    ],
)
def test_a_loss_is_that_of_pytorch(given: str, name: str) -> None:
    sheet = parse_sheet(f"{given}\nC = F.{name}(a, y)")
    point = sample(sheet, np.random.default_rng(7))
    a, y = (torch.tensor(point.values[word]) for word in "ay")
    expected = getattr(torch.nn.functional, name)(a, y).item()
    assert point.values["C"].item() == pytest.approx(expected, rel=1e-12)


def test_a_loss_without_its_module_is_not_guessed() -> None:
    with pytest.raises(SheetError, match=r"of logits.*of probabilities"):
        parse_sheet("a: (n,m)\ny: (n,m)\nC = cross_entropy(a, y)")
