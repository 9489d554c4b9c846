"""Ways in which layers are written: right ones pass, and wrong ones are found."""

from __future__ import annotations

import pytest

from chainrule.workshop import Guard, LayerReport
from tests.workshop.test_layers import graded

REBOUND = """
class Dense:
    def __init__(self, n_in, n_out):
        self.W = np.random.randn(n_in, n_out)
        self.b = np.zeros(n_out)

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, error, learning_rate):
        dx = error @ self.W.T
        self.W = self.W - learning_rate * self.x.T @ error
        self.b = self.b - learning_rate * error.sum(axis=0)
        return dx
"""

IN_PLACE = """
class Times:
    def __init__(self, W):
        self.params, self.grads = [W], [np.zeros_like(W)]

    def forward(self, x):
        self.x = x
        return x @ self.params[0]

    def backward(self, dout):
        self.grads[0][...] = self.x.T @ dout
        return dout @ self.params[0].T
"""

ONE_VECTOR = """
class Dense:
    def __init__(self, n_in, n_out):
        self.W, self.b = np.random.randn(n_in, n_out), np.zeros(n_out)

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, error):
        dW, db = self.x.T @ error, error.sum(axis=0)
        return error @ self.W.T, [np.concatenate([dW.ravel(), db])]
"""

COMBINED = """
class SoftmaxCost:
    def forward(self, scores, y_true):
        e = np.exp(scores - scores.max(axis=1, keepdims=True))
        self.output = e / e.sum(axis=1, keepdims=True)
        return -np.mean(np.log(self.output[np.arange(len(y_true)), y_true]))

    def backward(self, outputs, y_true):
        self.dinputs = outputs.copy()
        self.dinputs[np.arange(len(y_true)), y_true] -= 1
        self.dinputs = self.dinputs / len(y_true)
"""

ONE_NUMBER = """
class Dense:
    def __init__(self, n_in, n_out):
        self.W, self.b = np.random.randn(n_in, n_out), np.zeros((1, n_out))

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, error):
        self.dW = self.x.T @ error
        self.db = np.sum(error)
        return error @ self.W.T
"""

OWN_RATE = """
class Dense:
    def __init__(self, n_in, n_out, lr=0.01):
        self.W, self.b, self.lr = np.random.randn(n_in, n_out), np.zeros(n_out), lr

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, error):
        dx = error @ self.W.T
        self.W -= self.lr * self.x.T @ error
        self.b -= self.lr * error.sum(axis=0)
        return dx
"""


def layers_of(source: str, guard: Guard) -> dict[str, LayerReport]:
    return {layer.name: layer for layer in graded(source, guard).layers}


def the_layer(source: str, guard: Guard) -> LayerReport:
    (layer,) = graded(source, guard).layers
    return layer


@pytest.mark.parametrize(
    ("source", "old", "new"),
    [
        (REBOUND, "self.W - learning_rate * ", "self.W - 2 * learning_rate * "),
        (REBOUND, "self.b - learning_rate * error", "self.b + learning_rate * error"),
        (IN_PLACE, "[...] = self", "[...] = 2 * self"),
        (ONE_VECTOR, "dW.ravel(), db]", "dW.ravel(), 2 * db]"),
        (COMBINED, " / len(y_true)", ""),
        (OWN_RATE, "self.W -= self.lr * ", "self.W -= 2 * self.lr * "),
    ],
)
def test_gradients_are_found_where_they_are(source: str, old: str, new: str, guard: Guard):
    """In an array of its own that is kept, in a new one, in one vector, in the step itself."""
    assert the_layer(source, guard).passed
    assert old in source
    wrong = the_layer(source.replace(old, new), guard)
    assert not wrong.passed
    assert not wrong.undecided


def test_a_bias_gradient_that_is_one_number_is_a_sum_over_everything(guard: Guard):
    layer = the_layer(ONE_NUMBER, guard)
    assert layer.mistake == "db summed over everything"
    assert the_layer(ONE_NUMBER.replace("np.sum(error)", "np.sum(error, axis=0)"), guard).passed


# --- layers that need each other ----------------------------------------------------------------

THROUGH = """
class Softmax:
    def forward(self, z):
        e = np.exp(z - z.max(axis=1, keepdims=True))
        self.a = e / e.sum(axis=1, keepdims=True)
        return self.a

    def backward(self, error):
        return error
"""

A_MINUS_Y = """
class CrossEntropy:
    def forward(self, outputs, targets):
        self.outputs, self.targets = outputs, targets
        return -np.sum(targets * np.log(outputs)) / len(outputs)

    def backward(self):
        return (self.outputs - self.targets) / len(self.outputs)
"""

OF_OUTPUTS = """
class CrossEntropy:
    def forward(self, outputs, targets):
        return -np.sum(targets * np.log(outputs)) / len(outputs)

    def backward(self, outputs, targets):
        return -targets / outputs / len(outputs)
"""

MEAN_IN_DW = """
class Dense:
    def __init__(self, n_in, n_out):
        self.W, self.b = np.random.randn(n_in, n_out), np.zeros(n_out)

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, error):
        self.dW, self.db = self.x.T @ error / len(self.x), error.mean(axis=0)
        return error @ self.W.T
"""

NO_MEAN = """
class Squares:
    def forward(self, a, y):
        self.error = a - y
        return np.sum(self.error**2) / 2 / len(a)

    def backward(self, a, y):
        return self.error
"""


def test_a_softmax_that_hands_the_error_through_goes_with_its_cost(guard: Guard):
    both = layers_of(THROUGH + A_MINUS_Y, guard)
    assert [layer.passed for layer in both.values()] == [True, True]
    assert "right together with `CrossEntropy`" in both["Softmax"].explanation
    factor = layers_of(THROUGH + A_MINUS_Y.replace("return (self", "return 2 * (self"), guard)
    assert not factor["CrossEntropy"].passed
    assert not factor["CrossEntropy"].undecided


@pytest.mark.parametrize("source", [THROUGH, A_MINUS_Y, MEAN_IN_DW])
def test_half_of_a_pair_is_not_called_wrong(source: str, guard: Guard):
    layer = the_layer(source, guard)
    assert not layer.passed
    assert layer.undecided
    assert " goes with a" in layer.message


def test_a_softmax_without_its_slope_beside_a_cost_of_its_outputs_is_wrong(guard: Guard):
    both = layers_of(THROUGH + OF_OUTPUTS, guard)
    assert both["CrossEntropy"].passed
    assert both["Softmax"].mistake == "layer's slope left out"
    assert not both["Softmax"].undecided


def test_a_mean_is_taken_once_in_the_layers_or_in_the_cost(guard: Guard):
    once = layers_of(MEAN_IN_DW + NO_MEAN, guard)
    assert [layer.passed for layer in once.values()] == [True, True]
    twice = layers_of(MEAN_IN_DW + NO_MEAN.replace("self.error\n", "self.error / len(a)\n"), guard)
    assert twice["Squares"].passed
    assert twice["Dense"].mistake == "mean taken in dW and db"
    never = layers_of(ONE_NUMBER.replace("(error)", "(error, axis=0)") + NO_MEAN, guard)
    assert never["Dense"].passed
    assert never["Squares"].mistake == "mean left out"


# --- classes that others are made from, and objects ---------------------------------------------

BASES = '''
class Layer:
    def forward(self, x):
        pass

    def backward(self, error):
        """Nothing yet."""


class Abstract:
    def forward(self, x):
        raise NotImplementedError

    def backward(self, error):
        raise NotImplementedError


class Elementwise(Layer):
    def __init__(self, function, prime):
        self.function, self.prime = function, prime

    def forward(self, x):
        self.x = x
        return self.function(x)

    def backward(self, error):
        return error * self.prime(self.x)


class Tanh(Elementwise):
    def __init__(self):
        super().__init__(np.tanh, lambda z: 1 - np.tanh(z) ** 2)
'''


def test_what_layers_are_made_from_is_no_layer(guard: Guard):
    assert list(layers_of(BASES, guard)) == ["Tanh"]


def test_objects_at_the_top_are_checked_where_a_class_cannot_be_made(guard: Guard):
    made = "\n\nbend = Elementwise(np.tanh, lambda z: 1 - np.tanh(z) ** 2)\n"
    made += "wave = Elementwise(np.sin, np.sin)\n"
    found = layers_of(BASES + made, guard)
    assert found["bend"].passed
    assert not found["wave"].passed
    assert not found["wave"].undecided


EMPTY = """
class Chain:
    def __init__(self):
        self.layers = []

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, error):
        for layer in reversed(self.layers):
            error = layer.backward(error)
        return error


class Model(Chain):
    def __init__(self, layers):
        self.layers = layers
"""


def test_a_network_without_layers_is_no_layer(guard: Guard):
    assert list(layers_of(EMPTY + THROUGH, guard)) == ["Softmax"]


TO_ITSELF = """
class Copy:
    def __init__(self, n, h):
        self.E, self.D = np.random.randn(n, h) / 3, np.random.randn(h, n) / 3
    def forward(self, x):
        self.x, self.h = x, np.tanh(x @ self.E)
        self.out = self.h @ self.D
        return self.out
    def backward(self, lr):
        d = self.out - self.x
        below = d @ self.D.T * (1 - self.h ** 2)
        self.D -= lr * self.h.T @ d
        self.E -= lr * self.x.T @ below
"""


def test_what_has_its_targets_and_is_given_a_rate_alone_is_no_layer(guard: Guard):
    assert list(layers_of(TO_ITSELF + THROUGH, guard)) == ["Softmax"]


def test_an_output_that_is_not_returned_is_told_plainly(guard: Guard):
    layer = the_layer(THROUGH.replace("        return self.a\n", "").replace(".a =", ".s ="), guard)
    assert layer.message == "`Softmax` was not checked: its way forward gives nothing back"
    assert layer.undecided


# --- layers that choose -------------------------------------------------------------------------

CHOOSING = """
class Activation:
    def __init__(self, kind="relu"):
        self.kind = kind

    def forward(self, z):
        self.z = z
        if self.kind == "relu":
            return np.maximum(z, 0)
        if self.kind in ("tanh", "hyperbolic"):
            return np.tanh(z)
        return {"sin": np.sin}[self.kind](z)

    def backward(self, error):
        if self.kind == "relu":
            return error * (self.z > 0)
        if self.kind in ("tanh", "hyperbolic"):
            return error * (1 - np.tanh(self.z) ** 2)
        return error * np.cos(self.z)
"""


def test_each_text_that_a_layer_chooses_by_is_tried(guard: Guard):
    names = [f"Activation(kind={text!r})" for text in ("relu", "tanh", "hyperbolic", "sin")]
    right = layers_of(CHOOSING, guard)
    assert list(right) == names
    assert all(layer.passed for layer in right.values())
    wrong = layers_of(CHOOSING.replace("np.tanh(self.z) ** 2", "self.z ** 2"), guard)
    assert [wrong[name].passed for name in names] == [True, False, False, True]
    assert wrong[names[1]].mistake == "1 - z**2"


CONVOLUTION = """
class ConvLayer:
    def __init__(self, input_shape, kernel_shape, layer_depth):
        self.shape, (self.h, self.w) = input_shape, kernel_shape
        self.kernels = np.random.randn(self.h, self.w, input_shape[2], layer_depth)
        self.bias = np.random.randn(layer_depth)

    def windows(self):
        rows, columns = self.shape[0] - self.h + 1, self.shape[1] - self.w + 1
        for i in range(rows):
            for j in range(columns):
                yield i, j, (slice(i, i + self.h), slice(j, j + self.w))

    def forward(self, image):
        self.image = image
        out = np.zeros((self.shape[0] - self.h + 1, self.shape[1] - self.w + 1, len(self.bias)))
        for i, j, window in self.windows():
            out[i, j] = np.einsum("uvc,uvcf->f", image[window], self.kernels) + self.bias
        return out

    def backward(self, error, learning_rate):
        back, dkernels = np.zeros(self.shape), np.zeros_like(self.kernels)
        for i, j, window in self.windows():
            back[window] += self.kernels @ error[i, j]
            dkernels += self.image[window][..., None] * error[i, j]
        self.kernels -= learning_rate * dkernels
        self.bias -= learning_rate * error.sum((0, 1))
        return back
"""


def test_sizes_of_a_convolution_are_known_by_the_words_of_their_names(guard: Guard):
    assert the_layer(CONVOLUTION, guard).passed
    wrong = CONVOLUTION.replace("error.sum((0, 1))", "len(self.bias) * error.sum((0, 1))")
    layer = the_layer(wrong, guard)
    assert [each.name for each in layer.arrays if not each.passed] == ["bias"]


# --- names ---------------------------------------------------------------------------------------

RELU = """
class Relu:
    def forward(self, x):
        self.x = x
        return np.maximum(x, 0)

    def backward(self, error):
        return error * (self.x > 0)
"""

BY_SIGMOID = """
class Tanh:
    def forward(self, x):
        self.s = 1 / (1 + np.exp(-2 * x))
        return 2 * self.s - 1

    def backward(self, error):
        return error * 4 * self.s * (1 - self.s)
"""

BY_PARTS = """
class BatchNorm:
    def __init__(self, n):
        self.gamma, self.beta = np.ones(n), np.zeros(n)

    def forward(self, x):
        self.wide = x - x.mean(axis=0)
        self.power = 1 / np.sqrt(x.var(axis=0) + 1e-5)
        return self.gamma * self.wide * self.power + self.beta

    def backward(self, error):
        m = len(error)
        self.dgamma = np.sum(error * self.wide * self.power, axis=0)
        self.dbeta = np.sum(error, axis=0)
        g = error * self.gamma
        dvar = np.sum(g * self.wide, axis=0) * -0.5 * self.power**3
        dmean = -np.sum(g * self.power, axis=0)
        return g * self.power + dvar * 2 * self.wide / m + dmean / m
"""


@pytest.mark.parametrize(
    ("source", "old", "new", "name"),
    [
        (RELU, "self.x > 0", "self.x > -1", "threshold of the slope"),
        (RELU, "self.x > 0", "self.x > 0.5", "threshold of the slope"),
        (BY_SIGMOID, "4 * self.s *", "4 * self.s**2 *", "square of s"),
        (BY_SIGMOID, "4 * self.s *", "self.s *", "4 left out"),
        (BY_PARTS, "self.power**3", "self.power**2", "power of the variance"),
        (BY_PARTS, "self.power**3", "self.power", "power of the variance"),
        (BY_PARTS, "self.wide / m", "self.wide", "1/m left out behind the variance"),
        (BY_PARTS, "dmean / m", "dmean", "1/m left out behind the mean"),
        (BY_PARTS, "dvar * 2 *", "dvar *", "2 left out behind the variance"),
        (BY_PARTS, "self.power, axis=0)\n        self.dbeta", "self.power)\n        self.dbeta",
         "dgamma summed over everything"),
        (CONVOLUTION, "dkernels += ", "dkernels = ", "windows overwrite each other in dW"),
        (REBOUND, "self.b = self.b - learning_rate * error.sum(axis=0)", "pass", "db is 0"),
    ],
)  # fmt: skip
def test_a_mistake_has_its_name(source: str, old: str, new: str, name: str, guard: Guard):
    assert the_layer(source, guard).passed
    assert old in source
    assert the_layer(source.replace(old, new), guard).mistake == name


# --- the first and the last layer of a network ----------------------------------------------------

FIRST = """
class First:
    def __init__(self, n_in, n_out):
        self.W = np.random.randn(n_in, n_out)

    def forward(self, x):
        self.x = x
        return x @ self.W

    def backward(self, error, learning_rate):
        self.W -= learning_rate * self.x.T @ error
"""

LAST = """
class Last:
    def __init__(self, n_in, n_out):
        self.W = np.random.randn(n_in, n_out)

    def forward(self, x):
        self.x = x.ravel()
        e = np.exp(self.x @ self.W)
        self.a = e / e.sum()
        return self.a

    def backward(self, error, learning_rate):
        for k, each in enumerate(error):
            if each != 0:
                dz = -each * self.a[k] * self.a
                dz[k] += each * self.a[k]
                dx = self.W @ dz
                self.W -= learning_rate * np.outer(self.x, dz)
                return dx
"""


def test_the_first_layer_needs_no_gradient_of_its_input(guard: Guard):
    layer = the_layer(FIRST, guard)
    assert layer.undecided
    assert "enough for the first layer alone" in layer.message
    assert not the_layer(FIRST.replace("-= ", "+= "), guard).undecided


def test_a_softmax_may_take_the_error_of_one_class(guard: Guard):
    layer = the_layer(LAST, guard)
    assert layer.passed
    assert "with one entry that is not 0" in layer.explanation
    assert not the_layer(LAST.replace("dz[k] += each", "dz[k] -= each"), guard).passed
