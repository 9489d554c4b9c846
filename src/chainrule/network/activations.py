"""Activation functions: each a value that pairs the function with its derivative.

Both are written as steps on buffers, `z` (n, m) in and `a` or `f'(z)` (n, m) out, and as
equations. They are right to a few units in the last place of 1 for every `z`, sigmoid and its
derivative to a few of their own: nothing overflows, and no warning is silenced.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from chainrule.network.checking import known_name
from chainrule.network.program import Step

LEAK = 0.01
"""The slope of leaky ReLU left of 0 (Maas, Hannun and Ng, 2013)."""


@dataclass(frozen=True)
class Activation:
    """`a = f(z)` and its derivative.

    `forward(l)` and `derivative(l)` give the steps for layer `l`. `derivative` writes the buffer
    `f'(z{l})`. Softmax mixes the elements of a column, so it has no elementwise derivative: its
    `backward` multiplies by its Jacobian.
    """

    name: str
    symbol: str
    equation: str
    derivative_equation: str
    forward: Callable[[int], list[Step]]
    backward: Callable[[int], list[Step]]
    """From the buffer `delta` that holds dC/da to dC/dz, in place."""
    scratch: tuple[str, ...] = ()
    """Further buffers (n, m) that the steps use, with `{l}` for the layer."""
    column_scratch: tuple[str, ...] = ()
    """Further buffers (m,), one number an example."""
    kink: bool = False
    """Whether the derivative jumps at z = 0; the gradient check keeps away from there."""


def slope_name(symbol: str, layer: int) -> str:
    """The name of the buffer of derivatives, `sigma'(z1)`."""
    return f"{symbol}'(z{layer})"


def elementwise_backward(
    symbol: str, slope: Callable[[int], list[Step]]
) -> Callable[[int], list[Step]]:
    """delta = dC/da * f'(z), after the steps that compute f'(z)."""

    def backward(layer: int) -> list[Step]:
        delta, name = f"delta{layer}", slope_name(symbol, layer)
        return [
            *slope(layer),
            Step("multiply", (delta, name), delta, f"{delta} = dC/da{layer} * {name}"),
        ]

    return backward


def sigmoid_forward(layer: int) -> list[Step]:
    """exp(z) / (1 + exp(z)), with z held under the logarithm of the largest float."""
    z, a, one_plus = f"z{layer}", f"a{layer}", f"1+exp(z{layer})"
    return [
        Step("fmin", (z, "z_max"), a, f"{a} = sigma({z}) = exp({z}) / (1 + exp({z}))"),
        Step("exp", (a,), a),
        Step("add", (a, "1"), one_plus),
        Step("divide", (a, one_plus), a),
    ]


def sigmoid_slope(layer: int) -> list[Step]:
    """sigma (1 - sigma), written without a subtraction that loses digits."""
    a, one_plus, slope = f"a{layer}", f"1+exp(z{layer})", slope_name("sigma", layer)
    return [Step("divide", (a, one_plus), slope, f"{slope} = a{layer} * (1 - a{layer})")]


def tanh_forward(layer: int) -> list[Step]:
    return [Step("tanh", (f"z{layer}",), f"a{layer}", f"a{layer} = tanh(z{layer})")]


def tanh_slope(layer: int) -> list[Step]:
    a, slope = f"a{layer}", slope_name("tanh", layer)
    return [
        Step("multiply", (a, a), slope, f"{slope} = 1 - {a}**2"),
        Step("subtract", ("1", slope), slope),
    ]


def relu_forward(layer: int) -> list[Step]:
    z, a = f"z{layer}", f"a{layer}"
    return [Step("fmax", (z, f"zeros{layer}"), a, f"{a} = relu({z}) = maximum({z}, 0)")]


def relu_slope(layer: int) -> list[Step]:
    z, slope = f"z{layer}", slope_name("relu", layer)
    return [Step("greater", (z, f"zeros{layer}"), slope, f"{slope} = 1 where {z} > 0, else 0")]


def leaky_relu_forward(layer: int) -> list[Step]:
    z, a = f"z{layer}", f"a{layer}"
    return [
        Step("multiply", (z, str(LEAK)), a, f"{a} = leaky_relu({z}) = maximum({z}, {LEAK}*{z})"),
        Step("fmax", (z, a), a),
    ]


def leaky_relu_slope(layer: int) -> list[Step]:
    slope = slope_name("leaky_relu", layer)
    return [
        Step("sign", (f"z{layer}",), slope, f"{slope} = 1 where z{layer} > 0, else {LEAK}"),
        Step("fmax", (slope, str(LEAK)), slope),
    ]


def identity_forward(layer: int) -> list[Step]:
    return [Step("copy", (f"z{layer}",), f"a{layer}", f"a{layer} = z{layer}")]


def identity_backward(layer: int) -> list[Step]:
    """f'(z) = 1: dC/dz is dC/da."""
    return []


def softmax_forward(layer: int) -> list[Step]:
    """Every column is shifted by its largest z, which changes nothing and keeps exp small."""
    z, a, top, total = f"z{layer}", f"a{layer}", f"max(z{layer})", f"sum(exp(z{layer}))"
    return [
        Step("max", (z,), top, f"{a} = softmax({z}) = exp({z}) / sum(exp({z}), axis=0)"),
        Step("subtract", (z, top), a),
        Step("exp", (a,), a),
        Step("dot", (f"ones{layer}", a), total),
        Step("divide", (a, total), a),
    ]


def softmax_backward(layer: int) -> list[Step]:
    """delta_j = a_j (dC/da_j - sum_k a_k dC/da_k): the Jacobian diag(a) - a a^T times dC/da."""
    a, delta, product = f"a{layer}", f"delta{layer}", f"a{layer}*dC/da{layer}"
    total = f"sum({product})"
    equation = f"{delta} = {a} * (dC/d{a} - sum({a} * dC/d{a}, axis=0))"
    return [
        Step("multiply", (a, delta), product, equation),
        Step("dot", (f"ones{layer}", product), total),
        Step("subtract", (delta, total), delta),
        Step("multiply", (delta, a), delta),
    ]


ACTIVATIONS: dict[str, Activation] = {
    activation.name: activation
    for activation in (
        Activation(
            name="sigmoid",
            symbol="sigma",
            equation="sigma(z) = 1 / (1 + exp(-z))",
            derivative_equation="sigma'(z) = sigma(z) * (1 - sigma(z))",
            forward=sigmoid_forward,
            backward=elementwise_backward("sigma", sigmoid_slope),
            scratch=("1+exp(z{l})",),
        ),
        Activation(
            name="tanh",
            symbol="tanh",
            equation="tanh(z) = (exp(z) - exp(-z)) / (exp(z) + exp(-z))",
            derivative_equation="tanh'(z) = 1 - tanh(z)**2",
            forward=tanh_forward,
            backward=elementwise_backward("tanh", tanh_slope),
        ),
        Activation(
            name="relu",
            symbol="relu",
            equation="relu(z) = maximum(z, 0)",
            derivative_equation="relu'(z) = 1 where z > 0, else 0",
            forward=relu_forward,
            backward=elementwise_backward("relu", relu_slope),
            kink=True,
        ),
        Activation(
            name="leaky-relu",
            symbol="leaky_relu",
            equation=f"leaky_relu(z) = maximum(z, {LEAK}*z)",
            derivative_equation=f"leaky_relu'(z) = 1 where z > 0, else {LEAK}",
            forward=leaky_relu_forward,
            backward=elementwise_backward("leaky_relu", leaky_relu_slope),
            kink=True,
        ),
        Activation(
            name="identity",
            symbol="",
            equation="a = z",
            derivative_equation="da/dz = 1",
            forward=identity_forward,
            backward=identity_backward,
        ),
        Activation(
            name="softmax",
            symbol="softmax",
            equation="softmax(z) = exp(z) / sum(exp(z), axis=0)",
            derivative_equation="da/dz = diag(a) - a @ a.T",
            forward=softmax_forward,
            backward=softmax_backward,
            scratch=("a{l}*dC/da{l}",),
            column_scratch=("max(z{l})", "sum(exp(z{l}))", "sum(a{l}*dC/da{l})"),
        ),
    )
}


def activation(name: str) -> Activation:
    """The activation of this name; an unknown name lists the known ones."""
    return ACTIVATIONS[known_name("activation", name, ACTIVATIONS)]
