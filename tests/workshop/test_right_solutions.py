"""Right functions in many styles pass: only the signature counts."""

from __future__ import annotations

import pytest

from chainrule.workshop import Guard, grade

from .conftest import PATH, Graded

OWN_SIGMA = "def s(z):\n    return 1 / (1 + np.exp(-np.clip(np.asarray(z, float), -700, None)))\n\n"

RIGHT = {
    "numerical_derivative, written out": (
        "numerical_derivative",
        "def numerical_derivative(f, x, h=1e-5):\n    above = f(x + h)\n    below = f(x - h)\n"
        "    rise, run = above - below, (x + h) - (x - h)\n    return rise / run",
    ),
    "sigmoid by tanh": (
        "sigmoid",
        "def sigmoid(z):\n    return (1 + np.tanh(np.asarray(z) / 2)) / 2",
    ),
    "sigmoid by two branches, filled in": (
        "sigmoid",
        "def sigmoid(z):\n    z = np.asarray(z, dtype=float)\n    out = np.empty_like(z)\n"
        "    up = z >= 0\n    out[up] = 1 / (1 + np.exp(-z[up]))\n    e = np.exp(z[~up])\n"
        "    out[~up] = e / (1 + e)\n    return out",
    ),
    "sigmoid with the warning turned off": (
        "sigmoid",
        "def sigmoid(z):\n    with np.errstate(over='ignore'):\n"
        "        return 1 / (1 + np.exp(-np.asarray(z, float)))",
    ),
    "sigmoid in a class": (
        "sigmoid",
        "class Sigmoid:\n    def __call__(self, z):\n"
        "        return np.exp(-np.logaddexp(0, -z))\n\n"
        "sigmoid = Sigmoid()",
    ),
    "sigmoid_prime by exp": (
        "sigmoid_prime",
        "def sigmoid_prime(z):\n    e = np.exp(-np.abs(z))\n    return e / (1 + e) ** 2",
    ),
    "softmax as lists of lists": (
        "softmax",
        "def softmax(z):\n    if np.ndim(z) == 1:\n        e = np.exp(z - np.max(z))\n"
        "        return list(e / e.sum())\n"
        "    e = np.exp(z - z.max(axis=1, keepdims=True))\n"
        "    return (e / e.sum(axis=1, keepdims=True)).tolist()",
    ),
    "backprop in deques": (
        "backprop",
        "from collections import deque\n\ndef backprop(x, y, weights, biases):\n"
        "    acts = [x]\n    for W, b in zip(weights, biases):\n"
        "        acts.append(sigmoid(W @ acts[-1] + b))\n"
        "    d = (acts[-1] - y) * acts[-1] * (1 - acts[-1])\n"
        "    dW, db = deque(), deque()\n"
        "    for l in range(len(weights) - 1, -1, -1):\n"
        "        dW.appendleft(np.outer(d, acts[l]))\n        db.appendleft(d)\n"
        "        d = weights[l].T @ d * acts[l] * (1 - acts[l])\n"
        "    return dW, db",
    ),
    "forward in arrays of objects": (
        "forward",
        "def forward(x, weights, biases):\n    n = len(weights)\n"
        "    zs, acts = np.empty(n, dtype=object), np.empty(n + 1, dtype=object)\n"
        "    acts[0] = x\n    for l in range(n):\n"
        "        zs[l] = weights[l] @ acts[l] + biases[l]\n"
        "        acts[l + 1] = sigmoid(zs[l])\n    return zs, acts",
    ),
    "relu by a mask": ("relu", "def relu(z):\n    return z * (np.asarray(z) > 0)"),
    "relu_prime as booleans": (
        "relu_prime",
        "def relu_prime(z):\n    return np.asarray(z) > 0",
    ),
    "tanh_prime by sech": (
        "tanh_prime",
        "def tanh_prime(z):\n    t = np.tanh(z)\n    return (1 - t) * (1 + t)",
    ),
    "sigmoid_prime in float32": (
        "sigmoid_prime",
        "def sigmoid_prime(z):\n    s = np.asarray(sigmoid(z), np.float32)\n    return s * (1 - s)",
    ),
    "tanh_prime in float32": (
        "tanh_prime",
        "def tanh_prime(z):\n    return 1 - np.square(np.tanh(np.asarray(z, np.float32)))",
    ),
    "tanh in tables of objects": (
        "tanh",
        "import math\n\ntanh = np.frompyfunc(math.tanh, 1, 1)",
    ),
    "tanh in an object that is an array": (
        "tanh",
        "class Tensor:\n    def __init__(self, data):\n        self.data = data\n"
        "    def __array__(self, dtype=None, copy=None):\n        return np.asarray(self.data)\n"
        "    def __iter__(self):\n        raise TypeError('no loops')\n\n"
        "def tanh(z):\n    return Tensor(np.tanh(z))",
    ),
    "forward by np.matrix": (
        "forward",
        "def forward(x, weights, biases):\n    a = np.matrix(x).T\n    zs, activations = [], []\n"
        "    for W, b in zip(weights, biases):\n        z = W * a + np.matrix(b).T\n"
        "        a = np.matrix(sigmoid(z))\n        zs.append(z)\n        activations.append(a)\n"
        "    return zs, activations",
    ),
    "minibatches of a class": (
        "minibatches",
        "from dataclasses import dataclass\n\n@dataclass\nclass Batch:\n    X: np.ndarray\n"
        "    y: np.ndarray\n    def __iter__(self):\n        yield from (self.X, self.y)\n\n"
        "def minibatches(X, y, batch_size, rng):\n    order = rng.permutation(len(X))\n"
        "    for k in range(0, len(X), batch_size):\n        part = order[k:k + batch_size]\n"
        "        yield Batch(X[part], y[part])",
    ),
    "train in arrays of objects": (
        "train",
        "def train(X, Y, weights, biases, epochs, batch_size, learning_rate, rng):\n"
        "    for _ in range(epochs):\n"
        "        for x, y in minibatches(X, Y, batch_size, rng):\n"
        "            dW, db = backprop_batch(x, y, weights, biases)\n"
        "            weights = update(weights, dW, learning_rate)\n"
        "            biases = update(biases, db, learning_rate)\n"
        "    return np.array(weights, dtype=object), np.array(biases, dtype=object)",
    ),
    "neuron by a loop over lists": (
        "neuron",
        "import math\n\ndef neuron(x, w, b):\n    z = b\n    for xi, wi in zip(list(x), list(w)):\n"
        "        z += xi * wi\n    return 1 / (1 + math.exp(-z)) if z > -700 else 0.0",
    ),
    "neuron as an array of one": (
        "neuron",
        OWN_SIGMA + "def neuron(x, w, b):\n    return s(x.reshape(1, -1) @ w.reshape(-1, 1) + b)",
    ),
    "forward with columns": (
        "forward",
        OWN_SIGMA + "def forward(x, weights, biases):\n    a = np.asarray(x).reshape(-1, 1)\n"
        "    zs, activations = [], []\n    for W, b in zip(weights, biases):\n"
        "        z = W @ a + b[:, None]\n        a = s(z)\n        zs.append(z)\n"
        "        activations.append(a)\n    return zs, activations",
    ),
    "forward in tuples, without x": (
        "forward",
        OWN_SIGMA + "def forward(x, weights, biases):\n    zs, activations = (), ()\n"
        "    for W, b in zip(weights, biases):\n        z = np.einsum('ij,j->i', W, x) + b\n"
        "        x = s(z)\n        zs, activations = (*zs, z), (*activations, x)\n"
        "    return zs, activations",
    ),
    "forward as a dict of lists": (
        "forward",
        OWN_SIGMA + "def forward(x, weights, biases):\n    zs, activations = [], [x]\n"
        "    for W, b in zip(weights, biases):\n        zs.append(np.dot(W, activations[-1]) + b)\n"
        "        activations.append(s(zs[-1]))\n"
        "    return {'zs': zs, 'activations': activations}",
    ),
    "forward as a dict of layers": (
        "forward",
        OWN_SIGMA + "def forward(x, weights, biases):\n    cache = {}\n    a = x\n"
        "    for i, (W, b) in enumerate(zip(weights, biases), 1):\n"
        "        cache[f'z{i}'] = W @ a + b\n        a = cache[f'a{i}'] = s(cache[f'z{i}'])\n"
        "    return cache",
    ),
    "forward in float32": (
        "forward",
        OWN_SIGMA + "def forward(x, weights, biases):\n    a = np.asarray(x, np.float32)\n"
        "    zs, activations = [], []\n    for W, b in zip(weights, biases):\n"
        "        z = W.astype(np.float32) @ a + b.astype(np.float32)\n"
        "        a = s(z).astype(np.float32)\n        zs.append(z)\n        activations.append(a)\n"
        "    return zs, activations",
    ),
    "cost by einsum": (
        "cost",
        "def cost(a, y):\n    d = a - y\n    return 0.5 * np.einsum('ij,ij->', d, d) / d.shape[0]",
    ),
    "cost as a mean of sums, in float32": (
        "cost",
        "def cost(a, y):\n    a, y = np.float32(a), np.float32(y)\n"
        "    return np.mean(np.sum(np.square(a - y), axis=1)) / 2",
    ),
    "update in place": (
        "update",
        "def update(parameters, gradients, learning_rate):\n"
        "    for p, g in zip(parameters, gradients):\n        p -= learning_rate * g",
    ),
    "update in place, and returned, as a tuple": (
        "update",
        "def update(parameters, gradients, learning_rate):\n    for i in range(len(parameters)):\n"
        "        parameters[i] = parameters[i] - learning_rate * gradients[i]\n"
        "    return tuple(parameters)",
    ),
    "minibatches as a list of lists": (
        "minibatches",
        "def minibatches(X, y, batch_size, rng):\n    order = np.arange(len(X))\n"
        "    rng.shuffle(order)\n    X, y = X[order], y[order]\n"
        "    return [[X[k:k + batch_size], y[k:k + batch_size]] "
        "for k in range(0, len(X), batch_size)]",
    ),
    "minibatches by array_split, zipped": (
        "minibatches",
        "def minibatches(X, y, batch_size, rng):\n    order = rng.permutation(len(X))\n"
        "    cuts = range(batch_size, len(X), batch_size)\n"
        "    parts = np.split(order, cuts)\n"
        "    return zip((X[p] for p in parts), (y[p] for p in parts))",
    ),
    "output_error by a (1 - a)": (
        "output_error",
        "def output_error(z, a, y):\n    return (a - y) * a * (1 - a)",
    ),
    "hidden_error by a double loop": (
        "hidden_error",
        OWN_SIGMA + "def hidden_error(delta_next, W_next, z):\n"
        "    delta = np.zeros(len(z))\n    for j in range(len(z)):\n"
        "        for k in range(len(delta_next)):\n"
        "            delta[j] += W_next[k, j] * delta_next[k]\n"
        "        delta[j] *= s(z[j]) * (1 - s(z[j]))\n    return delta",
    ),
    "hidden_error as a column": (
        "hidden_error",
        OWN_SIGMA + "def hidden_error(delta_next, W_next, z):\n"
        "    z = z.reshape(-1, 1)\n"
        "    return W_next.T @ delta_next.reshape(-1, 1) * s(z) * (1 - s(z))",
    ),
    "backprop with columns, as in Nielsen's book": (
        "backprop",
        OWN_SIGMA + "def backprop(x, y, weights, biases):\n"
        "    x, y = np.reshape(x, (-1, 1)), np.reshape(y, (-1, 1))\n"
        "    activation, activations, zs = x, [x], []\n"
        "    for b, w in zip(biases, weights):\n"
        "        z = np.dot(w, activation) + b[:, None]\n        zs.append(z)\n"
        "        activation = s(z)\n        activations.append(activation)\n"
        "    nabla_b = [None] * len(biases)\n    nabla_w = [None] * len(weights)\n"
        "    delta = (activations[-1] - y) * s(zs[-1]) * (1 - s(zs[-1]))\n"
        "    nabla_b[-1] = delta.ravel()\n"
        "    nabla_w[-1] = np.dot(delta, activations[-2].transpose())\n"
        "    for l in range(2, len(weights) + 1):\n        sp = s(zs[-l]) * (1 - s(zs[-l]))\n"
        "        delta = np.dot(weights[-l + 1].transpose(), delta) * sp\n"
        "        nabla_b[-l] = delta[:, 0]\n"
        "        nabla_w[-l] = np.dot(delta, activations[-l - 1].transpose())\n"
        "    return nabla_w, nabla_b",
    ),
    "backprop as a dict by name": (
        "backprop",
        OWN_SIGMA + "def backprop(x, y, weights, biases):\n    a = [x]\n"
        "    for W, b in zip(weights, biases):\n        a.append(s(W @ a[-1] + b))\n"
        "    out = {}\n    d = (a[-1] - y) * a[-1] * (1 - a[-1])\n"
        "    for i in range(len(weights), 0, -1):\n"
        "        out[f'dW{i}'], out[f'db{i}'] = np.outer(d, a[i - 1]), d\n"
        "        d = (d @ weights[i - 1]) * a[i - 1] * (1 - a[i - 1])\n    return out",
    ),
    "backprop_batch by einsum": (
        "backprop_batch",
        OWN_SIGMA + "def backprop_batch(X, Y, weights, biases):\n    A = [X]\n"
        "    for W, b in zip(weights, biases):\n"
        "        A.append(s(np.einsum('mi,ji->mj', A[-1], W) + b))\n"
        "    D = (A[-1] - Y) * A[-1] * (1 - A[-1]) / len(X)\n    dW, db = [], []\n"
        "    for i in reversed(range(len(weights))):\n"
        "        dW.append(np.einsum('mj,mi->ji', D, A[i]))\n        db.append(D.sum(0))\n"
        "        D = np.einsum('mj,ji->mi', D, weights[i]) * A[i] * (1 - A[i])\n"
        "    return dW[::-1], db[::-1]",
    ),
    "backprop_batch with examples as columns inside": (
        "backprop_batch",
        OWN_SIGMA + "def backprop_batch(X, Y, weights, biases):\n    A = [X.T]\n"
        "    for W, b in zip(weights, biases):\n        A.append(s(W @ A[-1] + b.reshape(-1, 1)))\n"
        "    D = (A[-1] - Y.T) * A[-1] * (1 - A[-1])\n    dW, db = [], []\n"
        "    for i in range(len(weights) - 1, -1, -1):\n"
        "        dW = [D @ A[i].T / X.shape[0]] + dW\n        db = [D.mean(axis=1)] + db\n"
        "        D = weights[i].T @ D * A[i] * (1 - A[i])\n    return tuple(dW), tuple(db)",
    ),
    "backprop_batch in a class of layers": (
        "backprop_batch",
        OWN_SIGMA + "class Layer:\n    def __init__(self, W, b):\n        self.W, self.b = W, b\n"
        "    def forward(self, a):\n        self.below = a\n"
        "        self.a = s(a @ self.W.T + self.b)\n        return self.a\n"
        "    def backward(self, upstream):\n        d = upstream * self.a * (1 - self.a)\n"
        "        self.dW, self.db = d.T @ self.below, d.sum(axis=0)\n        return d @ self.W\n\n"
        "def backprop_batch(X, Y, weights, biases):\n"
        "    layers = [Layer(W, b) for W, b in zip(weights, biases)]\n    a = X\n"
        "    for layer in layers:\n        a = layer.forward(a)\n    up = (a - Y) / len(X)\n"
        "    for layer in reversed(layers):\n        up = layer.backward(up)\n"
        "    return [l.dW for l in layers], [l.db for l in layers]",
    ),
    "gradient_check through flat views": (
        "gradient_check",
        "def gradient_check(cost, parameters, gradients, h=1e-5):\n    errors = []\n"
        "    for p, g in zip(parameters, gradients):\n        flat = p.reshape(-1)\n"
        "        n = np.empty(flat.size)\n        for i in range(flat.size):\n"
        "            old = flat[i]\n            flat[i] = old + h\n"
        "            up = cost(parameters)\n            flat[i] = old - h\n"
        "            n[i] = (up - cost(parameters)) / 2 / h\n"
        "            flat[i] = old\n        d = np.sqrt(((g.ravel() - n) ** 2).sum())\n"
        "        top = max(np.sqrt((g ** 2).sum()), np.sqrt((n ** 2).sum()))\n"
        "        errors.append(d / top if top else 0.0)\n    return max(errors)",
    ),
    "train in place, written out": (
        "train",
        OWN_SIGMA + "def train(X, Y, weights, biases, epochs, batch_size, learning_rate, rng):\n"
        "    for _ in range(epochs):\n        order = rng.permutation(len(X))\n"
        "        for k in range(0, len(X), batch_size):\n"
        "            x = X[order[k:k + batch_size]]\n            y = Y[order[k:k + batch_size]]\n"
        "            A = [x]\n"
        "            for W, b in zip(weights, biases):\n"
        "                A.append(s(A[-1] @ W.T + b))\n"
        "            D = (A[-1] - y) * A[-1] * (1 - A[-1]) / len(x)\n"
        "            for i in reversed(range(len(weights))):\n"
        "                below = (D @ weights[i]) * A[i] * (1 - A[i])\n"
        "                weights[i] -= learning_rate * D.T @ A[i]\n"
        "                biases[i] -= learning_rate * D.sum(axis=0)\n                D = below",
    ),
    "cross_entropy by logaddexp": (
        "cross_entropy",
        "def cross_entropy(z, y):\n    return np.sum(np.logaddexp(0, z) - y * z) / z.shape[0]",
    ),
    "softmax row by row where there are rows": (
        "softmax",
        "def softmax(z):\n    z = np.asarray(z, float)\n"
        "    z = z - (z.max() if z.ndim == 1 else z.max(axis=1)[:, None])\n    e = np.exp(z)\n"
        "    return e / (e.sum() if z.ndim == 1 else e.sum(axis=1).reshape(-1, 1))",
    ),
    "softmax_backward by the Jacobian": (
        "softmax_backward",
        "def softmax_backward(a, dC_da):\n    return (np.diag(a) - np.outer(a, a)) @ dC_da",
    ),
    "init with normal biases, in tuples": (
        "init",
        "def init(sizes, rng):\n"
        "    W = tuple(rng.normal(0, m ** -0.5, size=(n, m)) for m, n in zip(sizes, sizes[1:]))\n"
        "    return W, tuple(rng.normal(size=n) for n in sizes[1:])",
    ),
    "l2 in place": (
        "l2",
        "def l2(weights, dW, lam, n):\n    for W, g in zip(weights, dW):\n        g += lam * W / n",
    ),
    "momentum in two generators": (
        "momentum",
        "def momentum(parameters, velocities, gradients, learning_rate, mu):\n"
        "    v = [mu * v - learning_rate * g for v, g in zip(velocities, gradients)]\n"
        "    return (p + v for p, v in zip(parameters, v)), (v for v in v)",
    ),
    "minibatches in a class with places": (
        "minibatches",
        "class Batches:\n    def __init__(self, X, y, size, rng):\n"
        "        self.X, self.y, self.size = X, y, size\n"
        "        self.order = rng.permutation(len(X))\n"
        "    def __len__(self):\n        return -(-len(self.X) // self.size)\n"
        "    def __getitem__(self, i):\n        if i >= len(self):\n"
        "            raise IndexError(i)\n"
        "        part = self.order[i * self.size:(i + 1) * self.size]\n"
        "        return self.X[part], self.y[part]\n\n"
        "minibatches = Batches",
    ),
    "momentum in place": (
        "momentum",
        "def momentum(parameters, velocities, gradients, learning_rate, mu):\n"
        "    for p, v, g in zip(parameters, velocities, gradients):\n        v *= mu\n"
        "        v -= learning_rate * g\n        p += v",
    ),
}


@pytest.mark.parametrize("style", RIGHT)
def test_a_right_function_passes(style: str, graded: Graded):
    name, source = RIGHT[style]
    verdict = graded(name, source)
    assert verdict.passed, verdict
    assert verdict.mistake is None
    if "np.matrix" in source or "float32" in source:
        assert verdict.outcome == "right", verdict


SLOW = {
    "sigmoid element by element": (
        "sigmoid",
        "import math\n\ndef sigmoid(z):\n    z = np.asarray(z, float)\n    out = np.empty(z.size)\n"
        "    for i, t in enumerate(z.ravel()):\n"
        "        out[i] = 1 / (1 + math.exp(-t)) if t > 0 else math.exp(t) / (1 + math.exp(t))\n"
        "    return out.reshape(z.shape)",
        "slow",
    ),
    "backprop_batch example by example": (
        "backprop_batch",
        "def backprop_batch(X, Y, weights, biases):\n    dW = [np.zeros_like(W) for W in weights]\n"
        "    db = [np.zeros_like(b) for b in biases]\n    for x, y in zip(X, Y):\n"
        "        w, b = backprop(x, y, weights, biases)\n"
        "        dW = [s + t for s, t in zip(dW, w)]\n        db = [s + t for s, t in zip(db, b)]\n"
        "    return [s / len(X) for s in dW], [s / len(X) for s in db]",
        "slow",
    ),
}
FRAGILE = {
    "sigmoid that overflows": (
        "sigmoid",
        "def sigmoid(z):\n    return 1 / (1 + np.exp(-np.asarray(z, float)))",
        "overflow",
    ),
    "relu that changes its argument": (
        "relu",
        "def relu(z):\n    z = np.asarray(z)\n    z[z < 0] = 0\n    return z",
        "changes its argument `z`",
    ),
    "minibatches with the global state": (
        "minibatches",
        "def minibatches(X, y, batch_size, rng):\n"
        "    order = rng.permutation(len(X))\n    np.random.shuffle(np.arange(3))\n"
        "    for k in range(0, len(X), batch_size):\n"
        "        yield X[order[k:k + batch_size]], y[order[k:k + batch_size]]",
        "global random state",
    ),
    "softmax without the shift": (
        "softmax",
        "def softmax(z):\n    e = np.exp(np.asarray(z, float))\n"
        "    return e / e.sum(axis=-1, keepdims=True)",
        "overflow",
    ),
    "cross_entropy from a": (
        "cross_entropy",
        "def cross_entropy(z, y):\n    a = sigmoid(z)\n"
        "    return -np.sum(y * np.log(a) + (1 - y) * np.log(1 - a)) / len(z)",
        "divide by zero",
    ),
    "gradient_check that divides 0 by 0": (
        "gradient_check",
        "def gradient_check(cost, parameters, gradients, h=1e-5):\n    worst = 0.0\n"
        "    for p, g in zip(parameters, gradients):\n        n = np.zeros_like(p)\n"
        "        for i in np.ndindex(p.shape):\n            old = p[i]\n"
        "            p[i] = old + h\n            up = cost(parameters)\n"
        "            p[i] = old - h\n"
        "            n[i] = (up - cost(parameters)) / (2 * h)\n            p[i] = old\n"
        "        norm = np.linalg.norm\n"
        "        worst = max(worst, norm(g - n) / np.maximum(norm(g), norm(n)))\n"
        "    return worst",
        "invalid value",
    ),
}


APPENDED = """
def sigmoid(z):
    if np.ndim(z) == 0:
        return 1 / (1 + np.exp(-z))
    out = np.array([])
    for v in z.flatten():
        out = np.append(out, 1 / (1 + np.exp(-np.clip(v, -700, 700))))
    return out.reshape(z.shape)
"""


def test_right_and_slower_than_it_has_time_for_is_slow_and_no_failure(guard: Guard):
    source = "import numpy as np\n" + APPENDED
    verdict = grade("sigmoid", source.encode(), PATH, guard, seconds=1.0)
    assert verdict.outcome == "fragile", verdict
    assert "slow: more than 1 s with z = (200, 500), ours" in verdict.message


def test_wrong_and_slower_than_it_has_time_for_is_wrong(guard: Guard):
    source = "import numpy as np\n\ndef softmax(z):\n    e = np.exp(z)\n"
    source += "    return np.array([v / sum(e) for v in e])\n"
    verdict = grade("softmax", source.encode(), PATH, guard, seconds=1.0)
    assert verdict.outcome == "numbers", verdict
    assert verdict.mistake == "wrong axis"


def test_a_long_run_is_timed_once(guard: Guard):
    source = "import time\nimport numpy as np\n\ndef relu(z):\n"
    source += "    time.sleep(0.6 * (np.size(z) > 1000))\n    return np.maximum(z, 0)\n"
    verdict = grade("relu", source.encode(), PATH, guard)
    assert verdict.passed
    assert 0.6 < verdict.seconds < 1.2


@pytest.mark.parametrize("style", [*SLOW, *FRAGILE])
def test_right_but_fragile_passes_and_says_why(style: str, graded: Graded):
    name, source, words = {**SLOW, **FRAGILE}[style]
    verdict = graded(name, source)
    assert verdict.outcome == "fragile", verdict
    assert words in " ".join([verdict.message, *verdict.details])
    assert verdict.mistake is None
