"""Biases that a file never learns are said, whatever they are called; lists of no gradients too."""

from __future__ import annotations

import pytest

from chainrule.workshop import Guard, grade_file

from .conftest import PATH

SCRIPT = """
import numpy as np

np.random.seed(1)
X = np.random.rand(30, 4)
Y = np.random.rand(30, 2)
w_in = np.random.randn(4, 5) * 0.4
{hidden} = np.zeros((1, 5))
w_out = np.random.randn(5, 2) * 0.4
{output} = np.zeros((1, 2))

def cost(a, y):
    return np.sum((a - y) ** 2) / 2 / len(a)

for epoch in range(3):
    middle = np.tanh(X @ w_in + {hidden})
    guess = middle @ w_out + {output}
    d_guess = (guess - Y) / len(X)
    d_middle = d_guess @ w_out.T * (1 - middle ** 2)
    w_out -= 0.1 * middle.T @ d_guess
    {output} -= 0.1 * d_guess.sum(0, keepdims=True)
    w_in -= 0.1 * X.T @ d_middle
    {learnt}
"""


@pytest.mark.parametrize(
    ("hidden", "output"),
    [("bias_hidden", "bias_output"), ("bhidden", "bout"), ("offsets", "shift"), ("b_1", "b_2")],
)
def test_a_bias_that_is_never_learnt_is_said(hidden: str, output: str, guard: Guard):
    names = {"hidden": hidden, "output": output}
    learnt = f"{hidden} -= 0.1 * d_middle.sum(0, keepdims=True)"
    right = grade_file(SCRIPT.format(**names, learnt=learnt).encode(), PATH, guard)
    assert right.passed, right
    wrong = grade_file(SCRIPT.format(**names, learnt="").encode(), PATH, guard)
    assert not wrong.passed
    assert wrong.left_out == (hidden,)
    assert hidden in wrong.message


def test_what_a_mask_keeps_is_no_parameter(guard: Guard):
    source = SCRIPT.format(hidden="mask", output="b2", learnt="")
    source = source.replace("np.zeros((1, 5))", "np.ones((1, 5))").replace(
        "np.tanh(X @ w_in + mask)", "mask * np.tanh(X @ w_in)"
    )
    source = source.replace("(1 - middle ** 2)", "(1 - (middle / mask) ** 2) * mask")
    report = grade_file(source.encode(), PATH, guard)
    assert report.passed, report


EMPTY = """
import numpy as np
W, b = np.ones((3, 2)), np.zeros(2)
class Foreign:
    def __init__(self, array): self.array = array
    def __array__(self, dtype=None, copy=None): return np.array(self.array, dtype)
def outputs(x): return x @ W + b
def slopes(x, y): return [{given}]
"""
ADAPTER = """
examples = "rows"
targets = "one-hot"
inputs = 3
parameters = lambda: [own.W, own.b]
def forward(x): return own.outputs(x)
def gradients(x, y): return own.slopes(x, y)
"""


def test_an_empty_list_of_gradients_is_said(guard: Guard):
    report = grade_file(EMPTY.format(given="").encode(), PATH, guard, adapter=ADAPTER)
    assert "gave 0 arrays for 2 parameters" in report.message


def test_gradients_of_another_library_are_arrays(guard: Guard):
    given = "Foreign(x.T @ (x @ W + b - y)), Foreign((x @ W + b - y).sum(0))"
    source = EMPTY.format(given=given)
    report = grade_file(source.encode(), PATH, guard, adapter=ADAPTER, cost="quadratic")
    assert report.passed, report
