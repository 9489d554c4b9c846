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


def test_gradients_that_do_not_add_up_are_found_by_one_graph_of_all_examples(guard: Guard):
    report = grade_file(SCALARS.format(sign="=").encode(), PATH, guard)
    assert not report.passed
    assert report.arrays
    assert 'examples = "rows"' in report.adapter
