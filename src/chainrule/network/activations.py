"""Activation functions: each a value that pairs the function with its derivative.

Both are written as calls on buffers, `z` (n, m) in and `a` or `f'(z)` (n, m) out, and as
equations. They are right to a few units in the last place of 1 for every `z`, sigmoid and its
derivative to a few of their own: nothing overflows, and no warning is silenced.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from chainrule.network.arguments import known_name
from chainrule.network.engine.equation import Call
from chainrule.network.gelu import (
    BEND,
    GELU_CONSTANTS,
    GELU_TANH_CONSTANTS,
    NORMAL_TAIL,
    STRETCH,
    gelu,
    gelu_slope,
    gelu_tanh,
    gelu_tanh_slope,
)

LEAK = 0.01
"""The slope of leaky ReLU left of 0 (Maas, Hannun and Ng, 2013)."""

FLAT_BELOW_0 = "he"
NOT_FLAT = "scaled"


@dataclass(frozen=True)
class Activation:
    """`a = f(z)` and its derivative, and all that the house asks of it.

    `forward(l)` are the calls that write `a{l}` for layer `l`, `slope(l)` those that write the
    buffer `f'(z{l})`. Without a `slope` f' is 1, or there is none: an activation that mixes the
    elements of a column has a `backward` in its place, which turns dC/da, held by the buffer
    `delta{l}`, into dC/dz in place, and its `delta` is the equation of that, with {a} and {up}
    for dC/da. `text` is f(z) in the language of `chainrule.algebra`, with {z} and, where a sum
    runs along the neurons, {axis}.
    """

    name: str
    symbol: str
    text: str
    equation: str
    derivative_equation: str
    source: str
    forward: Callable[[int], list[Call]]
    slope: Callable[[int], list[Call]] | None = None
    backward: Callable[[int], list[Call]] | None = None
    delta: str = "{up}"
    scratch: tuple[str, ...] = ()
    """Further buffers (n, m) that the calls use, with `{l}` for the layer."""
    column_scratch: tuple[str, ...] = ()
    """Further buffers (m,), one number an example."""
    constants: Mapping[str, float] = field(default_factory=dict)
    """Numbers that the calls read, beside 0, 1 and z_max, the largest z that exp(z) bears."""
    coefficients: Mapping[str, Sequence[float]] = field(default_factory=dict)
    """Polynomials that the calls read, the highest power first."""
    kink: bool = False
    """Whether the derivative, or its slope, jumps at z = 0; a gradient check keeps away from it."""
    steepest: float = 1.0
    """The largest |f'(z)|."""
    unit: bool = False
    """Whether every a lies between 0 and 1, so that one output can tell two classes apart."""
    competes: bool = False
    """Whether the neurons of a layer share one sum, as those of an output layer do."""
    init: str = NOT_FLAT
    """The starting weights that go with it: He's where half of its slopes are 0, or nearly."""
    dead: bool = False
    """Whether a and f'(z) are both 0 for every z below 0: a neuron there stays there."""

    def written(self, layer: int) -> str:
        """`a1 = sigma(z1) = 1 / (1 + exp(-z1))`."""
        text = re.sub(r"\bz\b", f"z{layer}", self.equation).removeprefix("a = ")
        return f"a{layer} = {text}"

    def slope_name(self, layer: int) -> str:
        """The name of the buffer of derivatives, `sigma'(z1)`."""
        return f"{self.symbol}'(z{layer})"

    def delta_text(self, layer: int, up: str) -> str:
        """dC/dz from dC/da, which is `up`: `up * sigma'(z1)`."""
        if self.slope is not None:
            return f"{up} * {self.slope_name(layer)}"
        return self.delta.format(a=f"a{layer}", up=up)

    def back(self, layer: int) -> list[Call]:
        """The calls that turn dC/da, in `delta{l}`, into dC/dz."""
        delta = f"delta{layer}"
        if self.backward is not None:
            return self.backward(layer)
        if self.slope is None:
            return []
        name = self.slope_name(layer)
        chained = f"{delta} = dC/da{layer} * {name}"
        return [*self.slope(layer), Call("multiply", (delta, name), delta, chained)]


# --- the calls -------------------------------------------------------------------------------


def sigmoid(layer: int) -> list[Call]:
    """exp(z) / (1 + exp(z)), with z held under the logarithm of the largest float."""
    z, a, one_plus = f"z{layer}", f"a{layer}", f"1+exp(z{layer})"
    return [
        Call("fmin", (z, "z_max"), a, f"{a} = exp({z}) / (1 + exp({z}))"),
        Call("exp", (a,), a),
        Call("add", (a, "1"), one_plus),
        Call("divide", (a, one_plus), a),
    ]


def sigmoid_slope(layer: int) -> list[Call]:
    """sigma (1 - sigma), written without a subtraction that loses digits."""
    a, one_plus, slope = f"a{layer}", f"1+exp(z{layer})", f"sigma'(z{layer})"
    return [Call("divide", (a, one_plus), slope, f"{slope} = a{layer} * (1 - a{layer})")]


def tanh(layer: int) -> list[Call]:
    return [Call("tanh", (f"z{layer}",), f"a{layer}")]


def tanh_slope(layer: int) -> list[Call]:
    a, slope = f"a{layer}", f"tanh'(z{layer})"
    return [
        Call("multiply", (a, a), slope, f"{slope} = 1 - {a}**2"),
        Call("subtract", ("1", slope), slope),
    ]


def relu(layer: int) -> list[Call]:
    return [Call("fmax", (f"z{layer}", f"zeros{layer}"), f"a{layer}")]


def relu_slope(layer: int) -> list[Call]:
    z, slope = f"z{layer}", f"relu'(z{layer})"
    return [Call("greater", (z, f"zeros{layer}"), slope, f"{slope} = 1 where {z} > 0, else 0")]


def leaky_relu(layer: int) -> list[Call]:
    z, a = f"z{layer}", f"a{layer}"
    return [Call("multiply", (z, str(LEAK)), a), Call("fmax", (z, a), a)]


def leaky_relu_slope(layer: int) -> list[Call]:
    z, slope = f"z{layer}", f"leaky_relu'(z{layer})"
    return [
        Call("sign", (z,), slope, f"{slope} = 1 where {z} > 0, else {LEAK}"),
        Call("fmax", (slope, str(LEAK)), slope),
    ]


def elu(layer: int) -> list[Call]:
    """exp(z) - 1 is never below z, so that the larger of the two is right for every z."""
    z, a = f"z{layer}", f"a{layer}"
    return [
        Call("fmin", (z, f"zeros{layer}"), a),
        Call("expm1", (a,), a),
        Call("fmax", (z, a), a),
    ]


def elu_slope(layer: int) -> list[Call]:
    z, slope = f"z{layer}", f"elu'(z{layer})"
    return [
        Call("fmin", (z, f"zeros{layer}"), slope, f"{slope} = exp(minimum({z}, 0))"),
        Call("exp", (slope,), slope),
    ]


def silu(layer: int) -> list[Call]:
    z, a, s, one_plus = f"z{layer}", f"a{layer}", f"sigma(z{layer})", f"1+exp(z{layer})"
    return [
        Call("fmin", (z, "z_max"), s, f"{s} = exp({z}) / (1 + exp({z}))"),
        Call("exp", (s,), s),
        Call("add", (s, "1"), one_plus),
        Call("divide", (s, one_plus), s),
        Call("multiply", (z, s), a, f"{a} = {z} * {s}"),
    ]


def silu_slope(layer: int) -> list[Call]:
    """sigma (1 + z (1 - sigma)), with 1 - sigma = 1 / (1 + exp(z))."""
    z, s, slope = f"z{layer}", f"sigma(z{layer})", f"silu'(z{layer})"
    return [
        Call("fmin", (z, "z_max"), slope, f"{slope} = {s} * (1 + {z} / (1 + exp({z})))"),
        Call("divide", (slope, f"1+exp(z{layer})"), slope),
        Call("add", (slope, "1"), slope),
        Call("multiply", (slope, s), slope),
    ]


def identity(layer: int) -> list[Call]:
    return [Call("copy", (f"z{layer}",), f"a{layer}")]


def softmax(layer: int) -> list[Call]:
    """Every column is shifted by its largest z, which changes nothing and keeps exp small."""
    z, a, top, total = f"z{layer}", f"a{layer}", f"max(z{layer})", f"sum(exp(z{layer}))"
    return [
        Call("max", (z,), top),
        Call("subtract", (z, top), a),
        Call("exp", (a,), a),
        Call("dot", (f"ones{layer}", a), total),
        Call("divide", (a, total), a),
    ]


def softmax_backward(layer: int) -> list[Call]:
    """The Jacobian diag(a) - a a^T times dC/da."""
    a, delta, product = f"a{layer}", f"delta{layer}", f"a{layer}*dC/da{layer}"
    total = f"sum({product})"
    equation = f"{delta} = {a} * (dC/d{a} - sum({a} * dC/d{a}, axis=0))"
    return [
        Call("multiply", (a, delta), product, equation),
        Call("dot", (f"ones{layer}", product), total),
        Call("subtract", (delta, total), delta),
        Call("multiply", (delta, a), delta),
    ]


# --- the registry ----------------------------------------------------------------------------

ACTIVATIONS: dict[str, Activation] = {
    activation.name: activation
    for activation in (
        Activation(
            name="sigmoid",
            symbol="sigma",
            text="sigma({z})",
            equation="sigma(z) = 1 / (1 + exp(-z))",
            derivative_equation="sigma'(z) = sigma(z) * (1 - sigma(z))",
            source="Nielsen, chapter 1, eq. (3)",
            forward=sigmoid,
            slope=sigmoid_slope,
            scratch=("1+exp(z{l})",),
            steepest=0.25,
            unit=True,
        ),
        Activation(
            name="tanh",
            symbol="tanh",
            text="tanh({z})",
            equation="tanh(z) = (exp(z) - exp(-z)) / (exp(z) + exp(-z))",
            derivative_equation="tanh'(z) = 1 - tanh(z)**2",
            source="Nielsen, chapter 3, eq. (110)",
            forward=tanh,
            slope=tanh_slope,
        ),
        Activation(
            name="relu",
            symbol="relu",
            text="relu({z})",
            equation="relu(z) = maximum(z, 0)",
            derivative_equation="relu'(z) = 1 where z > 0, else 0",
            source="Nielsen, chapter 3, eq. (112)",
            forward=relu,
            slope=relu_slope,
            kink=True,
            init=FLAT_BELOW_0,
            dead=True,
        ),
        Activation(
            name="leaky-relu",
            symbol="leaky_relu",
            text="leaky_relu({z})",
            equation=f"leaky_relu(z) = maximum(z, {LEAK}*z)",
            derivative_equation=f"leaky_relu'(z) = 1 where z > 0, else {LEAK}",
            source="Maas, Hannun and Ng, 2013",
            forward=leaky_relu,
            slope=leaky_relu_slope,
            constants={str(LEAK): LEAK},
            kink=True,
            init=FLAT_BELOW_0,
        ),
        Activation(
            name="elu",
            symbol="elu",
            text="elu({z})",
            equation="elu(z) = z where z > 0, else exp(z) - 1",
            derivative_equation="elu'(z) = exp(minimum(z, 0))",
            source="Clevert and others, 2016, eq. (15)",
            forward=elu,
            slope=elu_slope,
            kink=True,
            init=FLAT_BELOW_0,
        ),
        Activation(
            name="silu",
            symbol="silu",
            text="silu({z})",
            equation="silu(z) = z / (1 + exp(-z))",
            derivative_equation="silu'(z) = sigma(z) * (1 + z * (1 - sigma(z)))",
            source="Elfwing and others, 2018, eq. (1)",
            forward=silu,
            slope=silu_slope,
            scratch=("sigma(z{l})", "1+exp(z{l})"),
            steepest=1.1,
            init=FLAT_BELOW_0,
        ),
        Activation(
            name="gelu",
            symbol="gelu",
            text="gelu({z})",
            equation="gelu(z) = z * (1 + erf(z / sqrt(2))) / 2",
            derivative_equation="gelu'(z) = Phi(z) + z * exp(-z**2 / 2) / sqrt(2*pi)",
            source="Hendrycks and Gimpel, 2016, section 2",
            forward=gelu,
            slope=gelu_slope,
            scratch=("|z{l}|", "h{l}", "Phi(z{l})", "exp(-z{l}**2/2)"),
            constants=GELU_CONSTANTS,
            coefficients={"normal_tail": NORMAL_TAIL},
            steepest=1.13,
            init=FLAT_BELOW_0,
        ),
        Activation(
            name="gelu-tanh",
            symbol="gelu_tanh",
            text=f"{{z}} * sigma({STRETCH} * ({{z}} + {BEND} * {{z}}**3))",
            equation=f"gelu_tanh(z) = z * sigma({STRETCH} * (z + {BEND} * z**3))",
            derivative_equation="gelu_tanh'(z) = "
            f"sigma({STRETCH} * (z + {BEND} * z**3)) * (1 + z * {STRETCH} * (1 + {3 * BEND} * z**2)"
            f" * (1 - sigma({STRETCH} * (z + {BEND} * z**3))))",
            source="Hendrycks and Gimpel, 2016, section 2",
            forward=gelu_tanh,
            slope=gelu_tanh_slope,
            scratch=("s{l}", "1+exp(s{l})", "z{l}**2"),
            constants=GELU_TANH_CONSTANTS,
            steepest=1.13,
            init=FLAT_BELOW_0,
        ),
        Activation(
            name="identity",
            symbol="",
            text="{z}",
            equation="a = z",
            derivative_equation="da/dz = 1",
            source="",
            forward=identity,
        ),
        Activation(
            name="softmax",
            symbol="softmax",
            text="softmax({z}{axis})",
            equation="softmax(z) = exp(z) / sum(exp(z), axis=0)",
            derivative_equation="da/dz = diag(a) - a @ a.T",
            source="Nielsen, chapter 3, eq. (78)",
            forward=softmax,
            backward=softmax_backward,
            delta="{a} * ({up} - sum({a} * {up}, axis=0))",
            scratch=("a{l}*dC/da{l}",),
            column_scratch=("max(z{l})", "sum(exp(z{l}))", "sum(a{l}*dC/da{l})"),
            steepest=0.5,
            unit=True,
            competes=True,
        ),
    )
}
"""The activations by name. To add one is to add a value here."""


def activation(name: str) -> Activation:
    """The activation of this name; an unknown name lists the known ones."""
    return ACTIVATIONS[known_name("activation", name, ACTIVATIONS)]
