"""Loops of a script over tensors of PyTorch, their gradients worked out by hand or by it."""

from __future__ import annotations

import pytest

from chainrule.workshop import Guard, grade_file

from .conftest import PATH

BY_HAND = """
import torch

torch.manual_seed(4)
inputs, targets = torch.randn(30, 5), torch.randn(30, 2)
U, V = torch.randn(5, 6), torch.randn(6, 2)

for epoch in range(40):
    hidden = torch.tanh(inputs @ U)
    outputs = hidden.mm(V)
    delta = (outputs - targets) / len(inputs)
    slope_V = hidden.t().mm(delta)
    slope_U = inputs.t().mm(delta.mm(V.t()) * (1 - hidden ** 2))
    U -= 0.05 * slope_U
    V = V - 0.05 * slope_V
"""
BY_TORCH = """
import torch

torch.manual_seed(4)
inputs, targets = torch.randn(30, 5), torch.randn(30, 2)
U = torch.randn(5, 6, requires_grad=True)
V = torch.randn(6, 2, requires_grad=True)

for epoch in range(40):
    outputs = torch.tanh(inputs @ U) @ V
    loss = ((outputs - targets) ** 2).sum() / 2
    loss.backward()
    with torch.no_grad():
        for weights in (U, V):
            weights -= 0.01 * weights.grad
            weights.grad.zero_()
"""


@pytest.mark.parametrize("source", [BY_HAND, BY_TORCH])
def test_a_loop_moves_tensors(source: str, guard: Guard):
    report = grade_file(source.encode(), PATH, guard)
    assert report.passed, report
    assert [each.shape for each in report.arrays] == [(5, 6), (6, 2)]


def test_a_mistake_in_a_loop_over_tensors_is_found(guard: Guard):
    wrong = BY_HAND.replace("(1 - hidden ** 2)", "(1 - hidden)")
    report = grade_file(wrong.encode(), PATH, guard)
    assert not report.passed
    assert [each.name for each in report.arrays if not each.passed] == ["U"]
