"""Engines of somebody's own: numbers with gradients that only add and multiply."""

from __future__ import annotations

import pytest

from chainrule.workshop import Guard, grade_file

from .conftest import PATH

SCALARS = """
import math
import random

class Num:
    def __init__(self, value, parts=()):
        self.value, self.grad = value, 0.0
        self.parts, self.push = parts, lambda: None

    def __add__(self, other):
        out = Num(self.value + other.value, (self, other))
        def push():
            self.grad += out.grad
            other.grad += out.grad
        out.push = push
        return out

    def __mul__(self, other):
        out = Num(self.value * other.value, (self, other))
        def push():
            self.grad {sign} other.value * out.grad
            other.grad {sign} self.value * out.grad
        out.push = push
        return out

    def squash(self):
        t = math.tanh(self.value)
        out = Num(t, (self,))
        def push():
            self.grad += (1 - t * t) * out.grad
        out.push = push
        return out

    def backward(self):
        order, seen = [], set()
        def visit(node):
            if id(node) not in seen:
                seen.add(id(node))
                for part in node.parts:
                    visit(part)
                order.append(node)
        visit(self)
        self.grad = 1.0
        for node in reversed(order):
            node.push()

class Cell:
    def __init__(self, n):
        self.w = [Num(random.uniform(-1, 1)) for _ in range(n)]
        self.b = Num(0.1)
    def __call__(self, x):
        return sum((w * each for w, each in zip(self.w, x)), self.b).squash()

class Net:
    def __init__(self, n, k, out):
        self.first = [Cell(n) for _ in range(k)]
        self.last = [Cell(k) for _ in range(out)]
    def __call__(self, x):
        inner = [cell(x) for cell in self.first]
        return [cell(inner) for cell in self.last]

net = Net(3, 2, 2)
"""


def test_inputs_are_numbers_of_the_class_whatever_it_is_called(guard: Guard):
    report = grade_file(SCALARS.format(sign="+=").encode(), PATH, guard)
    assert report.passed, report
    assert "own.Num(float(v)) for v in x" in report.adapter
    assert report.arrays[0].name.endswith("first[0].w")


def test_gradients_that_do_not_add_up_are_found_by_one_graph_of_all_examples(guard: Guard):
    report = grade_file(SCALARS.format(sign="=").encode(), PATH, guard)
    assert not report.passed
    assert report.arrays
    assert 'examples = "rows"' in report.adapter
    assert report.mistake == "gradient set, not added"
    assert "`self.grad = other.value * out.grad`" in report.explanation


def test_a_value_that_holds_a_value_is_no_parameter(guard: Guard):
    """What an engine wraps twice stops no search: NumPy makes an array of objects of it."""
    wrapped = """
class Table:
    def __init__(self, value):
        self.value, self.grad = np.array(value), None

net.seen = Table(Table([[0.0, 1.0], [1.0, 0.0]]))
"""
    source = "import numpy as np\n" + SCALARS.format(sign="+=") + wrapped
    report = grade_file(source.encode(), PATH, guard)
    assert report.passed, report


MODULE = """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(5, 6), nn.Linear(6, 3)
    def forward(self, x):
        return self.fc2(torch.tanh(self.fc1(x)){cut})

net = Net()
"""


def test_parameters_of_torch_are_called_as_the_module_calls_them(guard: Guard):
    pytest.importorskip("torch")
    right = grade_file(MODULE.format(cut="").encode(), PATH, guard)
    assert right.passed, right
    names = ["fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias"]
    assert [check.name for check in right.arrays] == names
    cut = grade_file(MODULE.format(cut=".detach()").encode(), PATH, guard)
    assert [check.passed for check in cut.arrays] == [False, False, True, True]
    assert "`detach`" in cut.explanation


JAX = """
import jax
import jax.numpy as jnp
import numpy as np

@jax.custom_vjp
def squash(z):
    return jnp.tanh(z)
squash.defvjp(lambda z: (jnp.tanh(z), jnp.tanh(z)), lambda t, g: (g * ({slope}),))

rng = np.random.default_rng(0)
params = [(jnp.array(rng.normal(0, 0.4, (n, m))), jnp.array(np.zeros(m)))
          for n, m in [(4, 6), (6, 3)]]

@jax.jit
def predict(params, x):
    for W, b in params[:-1]:
        x = squash(x @ W + b)
    W, b = params[-1]
    return x @ W + b

def loss(params, {data}):
    {first}
    return jnp.mean(jnp.sum((predict(params, x) - y) ** 2, axis=1))
"""


@pytest.mark.parametrize(("data", "first"), [("x, y", ""), ("batch", "x, y = batch")])
def test_jax_works_out_the_gradients_of_the_cost_in_the_file(data: str, first: str, guard: Guard):
    pytest.importorskip("jax")
    right = JAX.format(data=data, first=first, slope="1 - t**2")
    report = grade_file(right.encode(), PATH, guard)
    assert report.passed, report
    wrong = JAX.format(data=data, first=first, slope="1 - t")
    report = grade_file(wrong.encode(), PATH, guard)
    assert [check.passed for check in report.arrays] == [False, False, True, True], report
