"""Networks whose names stand in no table, known by what their functions do."""

from __future__ import annotations

import pytest

from chainrule.workshop import Guard, grade_file

from .conftest import PATH

HEAD = """
import numpy as np
rng = np.random.default_rng(3)
def sigmoid(z): return 1 / (1 + np.exp(-z))
"""
STEP = """
class Net:
    def __init__(self, n=5, h=6, k=4):
        self.V, self.W = rng.normal(size=(n, h)) / 2, rng.normal(size=(h, k)) / 2
    def {forward}(self, {x}):
        self.h = sigmoid({x} @ self.V)
        return sigmoid(self.h @ self.W)
    def {step}(self, {inputs}, {targets}):
        d = (self.{forward}({inputs}) - {targets}) / len({inputs})
        d_h = d @ self.W.T * self.h * (1 - self.h)
        self.W -= 0.1 * (self.h.T @ d)
        self.V -= 0.1 * ({inputs}.T @ d_h)
"""
NAMES = {
    "a forward pass of another name": ("qry", "X", "train", "X", "y"),
    "an argument of another name": ("forward", "Xt", "train", "Xt", "y"),
    "both arguments of other names": ("forward", "stuff", "train", "stuff", "wanted"),
    "targets of another name": ("predict", "X", "fit", "X", "out_array"),
}


@pytest.mark.parametrize("style", NAMES)
def test_names_that_are_in_no_table(style: str, guard: Guard):
    forward, x, step, inputs, targets = NAMES[style]
    source = HEAD + STEP.format(forward=forward, x=x, step=step, inputs=inputs, targets=targets)
    report = grade_file(source.encode(), PATH, guard, cost="cross-entropy")
    assert report.passed, report
    wrong = source.replace("* self.h * (1 - self.h)", "* self.h")
    assert wrong != source
    assert not grade_file(wrong.encode(), PATH, guard, cost="cross-entropy").passed


FUNCTION = """
def initial_params(n_in, h, n_out):
    return {'V': rng.normal(size=(n_in, h)) / 2, 'W': rng.normal(size=(h, n_out)) / 2}
def forward_prop(data, labels, params):
    H = sigmoid(data @ params['V'])
    A = sigmoid(H @ params['W'])
    return H, A, -np.mean(labels * np.log(A))
def backward_prop(data, labels, params, forward_prop_func):
    H, A, _ = forward_prop_func(data, labels, params)
    d = (A - labels) / len(data)
    d_h = d @ params['W'].T * H * (1 - H)
    return {'V': data.T @ d_h, 'W': H.T @ d}
"""


def test_a_function_of_the_file_is_an_argument(guard: Guard):
    report = grade_file((HEAD + FUNCTION).encode(), PATH, guard, cost="cross-entropy")
    assert report.passed, report
    assert "own.forward_prop)" in report.adapter


ALONE = """
class Net:
    def __init__(self, n=5, h=6, k=4):
        self.V, self.W = rng.normal(size=({shape_v})) / 2, rng.normal(size=({shape_w})) / 2
    def forward(self, x, y):
        if not ({one}): raise ValueError('one at a time')
        h = sigmoid({first})
        a = sigmoid({second})
        return {{'x': x, 'h': h, 'a': a, 'y': y, 'loss': np.sum((a - y)**2) / 2}}
    def backward(self, fprop_cache):
        d = (fprop_cache['a'] - fprop_cache['y']) * fprop_cache['a'] * (1 - fprop_cache['a'])
        {back}
        d_h = d_h * fprop_cache['h'] * (1 - fprop_cache['h'])
        return {gradients}
"""
FORMS = {
    "columns": {
        "shape_v": "h, n", "shape_w": "k, h", "first": "self.V @ x", "second": "self.W @ h",
        "back": "d_h = self.W.T @ d", "one": "x.shape[1] == 1",
        "gradients": "d_h @ fprop_cache['x'].T, d @ fprop_cache['h'].T",
    },
    "plain": {
        "shape_v": "n, h", "shape_w": "h, k", "first": "x @ self.V", "second": "h @ self.W",
        "back": "d_h = self.W @ d", "one": "True",
        "gradients": "np.outer(fprop_cache['x'], d_h), np.outer(fprop_cache['h'], d)",
    },
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_a_forward_pass_of_one_example_that_wants_its_targets(form: str, guard: Guard):
    source = HEAD + ALONE.format(**FORMS[form])
    report = grade_file(source.encode(), PATH, guard, cost="quadratic")
    assert report.passed, report
    assert report.adapter.startswith('examples = "one at a time')


BOTH = """
def init_weights(n, h, k):
    return {'V': rng.normal(size=(n, h)) / 2, 'W': rng.normal(size=(h, k)) / 2}
def train(x_data, y_data, learning_rate, params, training=True):
    H = sigmoid(x_data @ params['V'])
    A = sigmoid(H @ params['W'])
    if not training:
        return A
    d = (A - y_data) / len(x_data)
    d_h = d @ params['W'].T * H * (1 - H)
    params['W'] -= learning_rate * H.T @ d
    params['V'] -= learning_rate * x_data.T @ d_h
    return params
"""


def test_one_function_that_is_forward_pass_and_step_by_a_flag(guard: Guard):
    report = grade_file((HEAD + BOTH).encode(), PATH, guard, cost="cross-entropy")
    assert report.passed, report
    assert "training=False" in report.adapter.replace(", False", ", training=False")


KEPT = """
class Net:
    def __init__(self, X, y):
        self.X, self.y = X, y
        self.V = rng.normal(size=(X.shape[1], 6)) / 2
        self.W = rng.normal(size=(6, y.shape[1])) / 2
    def forward(self, data):
        self.h = sigmoid(data @ self.V)
        self.a = sigmoid(self.h @ self.W)
        return self.a
    def backprop(self):
        d = (self.a - self.y) / len(self.X)
        d_h = d @ self.W.T * self.h * (1 - self.h)
        self.W -= 0.1 * (self.h.T @ d)
        self.V -= 0.1 * (self.X.T @ d_h)
"""


def test_a_way_back_without_arguments_beside_a_way_forward_with_one(guard: Guard):
    report = grade_file((HEAD + KEPT).encode(), PATH, guard, cost="cross-entropy")
    assert report.passed, report


LOOP = """
class Net:
    def __init__(self, inputs=3, h=4):
        self.weights = {'h': rng.normal(size=(h, inputs)), 'o': rng.normal(size=h)}
        self.biases = {'h': rng.normal(size=h), 'o': rng.normal(size=1)}
    def predict(self, x):
        return sigmoid(self.weights['o'] @ sigmoid(self.weights['h'] @ x + self.biases['h']) + self.biases['o'])
    def train(self, data, all_y):
        rate = 0.1
        for epoch in range(100):
            for x, y in zip(data, all_y):
                s_h = self.weights['h'] @ x + self.biases['h']
                h = sigmoid(s_h)
                s_o = self.weights['o'] @ h + self.biases['o']
                o = sigmoid(s_o)
                d_L_d_o = o - y
                d_o_d_s_o = sigmoid(s_o) * (1 - sigmoid(s_o))
                d_h = self.weights['o'] * h * (1 - h)
                self.weights['o'] -= rate * d_L_d_o * d_o_d_s_o * h
                self.biases['o'] -= rate * d_L_d_o * d_o_d_s_o
                self.weights['h'] -= rate * np.outer(d_L_d_o * d_o_d_s_o * d_h, x)
                self.biases['h'] -= rate * d_L_d_o * d_o_d_s_o * d_h
"""  # noqa: E501


def test_a_derivative_is_not_taken_for_the_outputs(guard: Guard):
    report = grade_file((HEAD + LOOP).encode(), PATH, guard, cost="quadratic")
    assert report.passed, report
    wrong = LOOP.replace("self.weights['o'] -= rate", "self.weights['o'] += rate")
    report = grade_file((HEAD + wrong).encode(), PATH, guard, cost="quadratic")
    assert not report.passed
    assert 'value("o"' in report.adapter


def test_what_is_never_learnt_is_said_once_and_alone(guard: Guard):
    forgotten = LOOP.replace("self.biases['h'] -= rate * d_L_d_o * d_o_d_s_o * d_h", "pass")
    assert forgotten != LOOP
    report = grade_file((HEAD + forgotten).encode(), PATH, guard, cost="quadratic")
    assert not report.passed
    assert report.left_out == ("net.biases['h']",)
