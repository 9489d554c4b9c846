"""The classic mistakes in whole networks: in those of one activation, with dropout, in any."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from chainrule.workshop.backprop_equations import RIGHT, fields_changed
from chainrule.workshop.backprop_mistakes import SLIPS, Slip

ANYWHERE = (
    Slip(
        "sigma' twice in the hidden layers",
        "The error of the hidden layers is multiplied by sigma'(z) twice.",
        replace(RIGHT, hidden_slope=lambda z, a, k: k.hidden_prime(z) ** 2),
    ),
    Slip(
        "sigma' twice at the output",
        "The error of the output layer is multiplied by sigma'(z) twice.",
        replace(
            RIGHT, output_slope=lambda z, a, k: k.output_prime(z) ** 2 if k.output_prime else 1.0
        ),
    ),
    Slip(
        "sign on the way back",
        "The sign of the error is turned where it is carried back through W.",
        replace(RIGHT, carried=lambda delta, w: -(delta @ w)),
    ),
    Slip(
        "factor 2 on the way back",
        "The error is doubled where it is carried back through W.",
        replace(RIGHT, carried=lambda delta, w: 2 * (delta @ w)),
    ),
    Slip(
        "factor 2 in dW",
        "dC/dW is twice too large; dC/db is right.",
        replace(RIGHT, weight=lambda delta, a, z: 2 * (delta.T @ a)),
    ),
    Slip(
        "factor 2 in db",
        "dC/db is twice too large; dC/dW is right.",
        replace(RIGHT, bias=lambda delta: 2 * delta.sum(axis=0)),
    ),
    Slip(
        "1 - a for sigma' at the output",
        "The error of the output layer is multiplied by 1 - a where it should be by "
        "sigma'(z) = a * (1 - a).",
        replace(RIGHT, output_slope=lambda z, a, k: 1 - a),
    ),
    Slip(
        "square not differentiated",
        "The error of the output has -(y - a)**2: the derivative of the cost by a is a - y.",
        replace(RIGHT, difference=lambda a, y: -((a - y) ** 2)),
    ),
    Slip(
        "size of the error",
        "The sign of y - a is lost: is an absolute value taken?",
        replace(RIGHT, difference=lambda a, y: -np.abs(a - y)),
    ),
    Slip(
        "no error arrives",
        "Every gradient is 0: the error does not come through to the parameters. Is it cut off, "
        "cleared after it came, or carried on before it came?",
        replace(RIGHT, difference=lambda a, y: 0 * (a - y)),
    ),
    Slip(
        "no error carried back",
        "The gradients of the layers below are 0: the error does not come through to them. Is it "
        "cut off there, as `detach`, `.data` and `stop_gradient` do?",
        replace(RIGHT, carried=lambda delta, w: 0 * (delta @ w)),
    ),
    Slip(
        "= for += where paths meet",
        "Only the first neuron of the layer above counts: the paths through all of them are added.",
        replace(RIGHT, carried=lambda delta, w: delta[:, :1] * w[0]),
    ),
    Slip(
        "W for a in dW",
        "dC/dW is taken with W itself where it should be with the activation below: of a product, "
        "the slope of one factor is the other.",
        replace(RIGHT, by_own_weights=True),
    ),
    Slip(
        "a for W on the way back",
        "The error is carried back through the activation where it should be through W: of a "
        "product, the slope of one factor is the other.",
        replace(
            RIGHT,
            carried=lambda delta, w: delta @ np.ones_like(w),
            hidden_slope=lambda z, a, k: a * k.hidden_prime(z),
        ),
    ),
    Slip(
        "only the first example in the biases",
        "Of dC/db only the first example counts: the rows of all examples are added up.",
        replace(RIGHT, bias=lambda delta: delta[0]),
    ),
    Slip(
        "only the first example in the biases",
        "Of dC/db only the first example counts: it is the mean of the rows of all examples.",
        replace(RIGHT, bias=lambda delta: delta[0], mean_bias=lambda g, m: g),
    ),
)
"""The mistakes of any network, beside those that the functions of the course know."""

OF_DROPOUT = (
    Slip(
        "dropout's mask left out on the way back",
        "The error is carried back without dropout's mask: what the mask switched off has no part "
        "in the cost, and what it scaled is scaled on the way back, too.",
        replace(RIGHT, masked=lambda mask: 1.0),
    ),
    Slip(
        "dropout's scale left out on the way back",
        "The error is carried back through dropout's mask of 0 and 1, without the factor that it "
        "scales by on the way forward.",
        replace(RIGHT, masked=lambda mask: np.where(np.asarray(mask) != 0, 1.0, 0.0)),
    ),
)


def slips_of(hidden: str, output: str, *, masked: bool) -> Iterator[Slip]:
    """The mistakes that people make in networks with these activations, and with dropout."""
    for slip in (*SLIPS, *of_activation(hidden), *ANYWHERE):
        yield slip
        if hidden == output and fields_changed(slip.equations) == ["hidden_slope"]:
            slope = slip.equations.hidden_slope
            name = slip.name.replace("in the hidden layers", "everywhere")
            says = slip.says.replace("the hidden layers", "all layers")
            if name not in ("sigma' left out everywhere", "sigma'(a) for sigma'(z) everywhere"):
                yield Slip(name, says, replace(RIGHT, hidden_slope=slope, output_slope=slope))
    if masked:
        yield from OF_DROPOUT


def of_activation(hidden: str) -> Iterator[Slip]:
    """The mistakes of networks with one activation."""
    if hidden == "tanh":
        yield Slip(
            "1 - z**2 for tanh'",
            "tanh' is taken as 1 - z**2: it is 1 - a**2, of the activation.",
            replace(RIGHT, hidden_slope=lambda z, a, k: 1 - z**2),
        )
        yield Slip(
            "a(1-a) for tanh'",
            "tanh' is taken as a * (1 - a), which is that of the sigmoid: it is 1 - a**2.",
            replace(RIGHT, hidden_slope=lambda z, a, k: a * (1 - a)),
        )
    if hidden == "sigmoid":
        yield Slip(
            "1 - a**2 for sigma'",
            "sigma' is taken as 1 - a**2, which is that of tanh: it is a * (1 - a).",
            replace(RIGHT, hidden_slope=lambda z, a, k: 1 - a**2),
        )
        yield Slip(
            "z(1-z) for sigma' in the hidden layers",
            "In the error of the hidden layers sigma' is taken as z * (1 - z): it is a * (1 - a), "
            "of the activation.",
            replace(RIGHT, hidden_slope=lambda z, a, k: z * (1 - z)),
        )
        yield Slip(
            "z(1-z) for sigma' at the output",
            "In the error of the output layer sigma' is taken as z * (1 - z): it is a * (1 - a), "
            "of the activation.",
            replace(RIGHT, output_slope=lambda z, a, k: z * (1 - z)),
        )
    if hidden == "relu":
        yield Slip(
            "relu' by the error",
            "relu' is taken by the sign of the error that comes back: it is 1 where z > 0.",
            replace(
                RIGHT,
                carried=lambda delta, w: np.maximum(delta @ w, 0),
                hidden_slope=lambda z, a, k: 1.0,
            ),
        )
        yield Slip(
            "relu' the wrong way round",
            "relu' is 1 where z < 0: it is 1 where z > 0.",
            replace(RIGHT, hidden_slope=lambda z, a, k: np.where(z < 0, 1.0, 0.0)),
        )
        for threshold in (0.5, 1.0):
            yield Slip(
                "relu' by the wrong threshold",
                f"relu' is 1 only where z > {threshold:g}: it is 1 where z > 0.",
                replace(RIGHT, hidden_slope=lambda z, a, k, t=threshold: np.where(z > t, 1.0, 0.0)),
            )
        yield Slip(
            "sign of z for relu'",
            "relu' is taken as the sign of z: it is 0 where z < 0.",
            replace(RIGHT, hidden_slope=lambda z, a, k: np.sign(z)),
        )
