"""Networks that can be made, whatever the arguments of their constructors are."""

from __future__ import annotations

import pytest

from chainrule.workshop import Guard, grade_file

from .conftest import PATH

HEAD = """
import numpy as np
rng = np.random.default_rng(3)
def sigmoid(z): return 1 / (1 + np.exp(-z))
def sigmoid_prime(z): return sigmoid(z) * (1 - sigmoid(z))
class Logistic:
    def value(self, z): return sigmoid(z)
    def slope(self, z): return sigmoid_prime(z)
"""
NETWORK = """
    def {make}:
        {first}
        self.W1, self.b1 = rng.normal(size=(n, h)) / 2, np.zeros((1, h))
        self.W2, self.b2 = rng.normal(size=(h, k)) / 2, np.zeros((1, k))
    def forward(self, X):
        self.z1 = X @ self.W1 + self.b1
        self.a1 = {act}
        return sigmoid(self.a1 @ self.W2 + self.b2)
    def backward(self, X, Y):
        d2 = (self.forward(X) - Y) / len(X)
        d1 = d2 @ self.W2.T * {slope}
        return X.T @ d1, d1.sum(axis=0, keepdims=True), self.a1.T @ d2, d2.sum(axis=0)[None]
"""
PLAIN = {"act": "sigmoid(self.z1)", "slope": "self.a1 * (1 - self.a1)"}
MAKERS: dict[str, tuple[str, str, dict[str, str]]] = {
    "a count of layers that has to stay": (
        "__init__(self, n, k, hidden_layers=1, neurons_per_layer=[16])",
        "h = neurons_per_layer[:hidden_layers][hidden_layers - 1]",
        PLAIN,
    ),
    "weights that are drawn where they are not given": (
        "__init__(self, n, h, k, hidden_weights=None, output_bias=None)",
        "assert hidden_weights is None and output_bias is None",
        PLAIN,
    ),
    "a flag that has to be given": (
        "__init__(self, n, h, k, regression)",
        "assert regression is False",
        PLAIN,
    ),
    "sizes one by one": ("__init__(self, *sizes)", "n, h, k = sizes", PLAIN),
    "a list of any name": ("__init__(self, widths_of_all)", "n, h, k = widths_of_all", PLAIN),
    "a list of hidden layers, annotated": (
        "__init__(self, count_in: int, between: [int], count_out: int)",
        "n, (h,), k = count_in, between, count_out",
        PLAIN,
    ),
    "the number of layers beside the widths of all but the inputs": (
        "__init__(self, nb_layers, nb_inputs, layer_sizes)",
        "assert nb_layers == len(layer_sizes); n, (h, k) = nb_inputs, layer_sizes",
        PLAIN,
    ),
    "a count beside a list": (
        "__init__(self, inputnodes, hiddenlayers, hiddennodes, outputnodes)",
        "n, h, k = inputnodes, hiddennodes[hiddenlayers - 1], outputnodes",
        PLAIN,
    ),
    "numbered sizes": ("__init__(self, n1, n2, n3)", "n, h, k = n1, n2, n3", PLAIN),
    "single letters": ("__init__(self, n, h, k)", "n + h + k", PLAIN),
    "sizes of each layer": (
        "__init__(self, l1_in, l1_out, l2_in, l2_out)",
        "n, h, k = l1_in, l1_out, l2_out; assert l1_out == l2_in",
        PLAIN,
    ),
    "words that are compared": (
        "__init__(self, n, h, k, unit)",
        "self.kind = unit; assert unit in ('Hyper', 'S-curve')",
        {
            "act": "np.tanh(self.z1) if self.kind == 'Hyper' else sigmoid(self.z1)",
            "slope": "(1 - self.a1**2 if self.kind == 'Hyper' else self.a1 * (1 - self.a1))",
        },
    ),
    "words for each layer": (
        "__init__(self, sizes, kinds)",
        "(n, h, k), self.kinds = sizes, kinds; assert len(kinds) == 2",
        {
            "act": "np.tanh(self.z1) if self.kinds[0] == 'tanh' else sigmoid(self.z1)",
            "slope": "(1 - self.a1**2 if self.kinds[0] == 'tanh' else self.a1 * (1 - self.a1))",
        },
    ),
    "functions of the file": (
        "__init__(self, n, h, k, activation, activation_prime)",
        "self.f, self.df = activation, activation_prime",
        {"act": "self.f(self.z1)", "slope": "self.df(self.z1)"},
    ),
    "an object of the file": (
        "__init__(self, n, h, k, activation)",
        "self.unit = activation",
        {"act": "self.unit.value(self.z1)", "slope": "self.unit.slope(self.z1)"},
    ),
    "a method of its own": ("_initialize(self, X, Y)", "n, h, k = X.shape[1], 6, len(Y[0])", PLAIN),
}  # fmt: skip


def written(style: str) -> str:
    make, first, rest = MAKERS[style]
    body = NETWORK.format(make=make, first=first, **rest)
    if "_initialize" in make:
        body = f"\n    def __init__(self, rate=0.1): self.rate = rate{body}"
    return f"{HEAD}\nclass Net:{body}"


@pytest.mark.parametrize("style", MAKERS)
def test_a_network_is_made(style: str, guard: Guard):
    report = grade_file(written(style).encode(), PATH, guard, cost="cross-entropy")
    assert report.passed, report
    assert len(report.arrays) == 4


LAYERS = """
class Dense:
    def __init__(self, n_in, n_out):
        self.W, self.b = rng.normal(size=(n_in, n_out)) / 2, np.zeros((1, n_out))
    def forward(self, x):
        self.x = x
        return x @ self.W + self.b
    def backward(self, d):
        self.dW, self.db = self.x.T @ d, d.sum(axis=0, keepdims=True)
        return d @ self.W.T
class Sigmoid:
    def forward(self, x):
        self.a = sigmoid(x)
        return self.a
    def backward(self, d): return d * self.a * (1 - self.a)
class Model:
    {make}
    def forward(self, x):
        for layer in self.layers: x = layer.forward(x)
        return x
    def backward(self, x, y):
        d = (self.forward(x) - y) / len(x)
        for layer in reversed(self.layers): d = layer.backward(d)
"""
BUILDERS = {
    "layers in a list": "def __init__(self, layers): self.layers = layers",
    "layers one by one": "def __init__(self, *layers): self.layers = layers",
    "layers added": (
        "def __init__(self): self.layers = []\n    def add(self, layer): self.layers.append(layer)"
    ),
    "sizes added": (
        "def __init__(self): self.layers = []\n"
        "    def add_layer(self, n_in, n_out): self.layers += [Dense(n_in, n_out), Sigmoid()]"
    ),
}


@pytest.mark.parametrize("style", BUILDERS)
def test_a_network_is_put_together_of_the_layers_of_the_file(style: str, guard: Guard):
    source = HEAD + LAYERS.format(make=BUILDERS[style])
    report = grade_file(source.encode(), PATH, guard, cost="quadratic")
    assert report.passed, report
    assert len(report.arrays) == 4


def test_a_network_is_put_together_as_the_file_does_it(guard: Guard):
    source = HEAD + LAYERS.format(make=BUILDERS["layers added"]) + (
        "def main(path):\n"
        "    hidden = 3\n"
        "    network = Model()\n"
        "    network.add(Dense(2, hidden))\n"
        "    network.add(Sigmoid())\n"
        "    network.add(Dense(hidden, 1))\n"
        "    network.load(path)\n"
    )  # fmt: skip
    report = grade_file(source.encode(), PATH, guard, cost="quadratic")
    assert report.passed, report
    assert report.adapter.count("net.add(") == 3
    assert [each.shape for each in report.arrays] == [(2, 3), (1, 3), (3, 1), (1, 1)]


MADE = """
def {name}({given}):
    {first}
    return {{'W1': rng.normal(size=(n, h)), 'b1': np.zeros(h), 'W2': rng.normal(size=(h, k))}}
def forward(X, params):
    H = sigmoid(X @ params['W1'] + params['b1'])
    return H, sigmoid(H @ params['W2'])
def backward(X, Y, params):
    H, A = forward(X, params)
    d = (A - Y) / len(X)
    d_h = d @ params['W2'].T * H * (1 - H)
    return {{'W1': X.T @ d_h, 'b1': d_h.sum(axis=0), 'W2': H.T @ d}}
{last}
"""
FUNCTIONS = {
    "get_weights": ("n, h, k", "pass", ""),
    "initial_weight": ("n, h, k", "pass", ""),
    "random_weights": ("n, h, k", "pass", ""),
    "initialize_parameters": (
        "layers_dims",
        "(n, h, k), _ = layers_dims[:3], layers_dims[3]",
        "def main():\n    dims = [2, 6, 1, 1]\n    return initialize_parameters(dims)",
    ),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_that_makes_parameters_is_known_by_its_name(name: str, guard: Guard):
    given, first, last = FUNCTIONS[name]
    source = HEAD + MADE.format(name=name, given=given, first=first, last=last)
    report = grade_file(source.encode(), PATH, guard, cost="cross-entropy")
    assert report.passed, report
    assert len(report.arrays) == 3
