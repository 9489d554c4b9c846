"""The view *Neuron*: inputs times weights, their sum with the bias, and the activation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from starlette.requests import Request
from starlette.responses import Response

from chainrule.network import Inspection, Network
from chainrule.web.plots import Frame, activation_curve
from chainrule.web.rendering import address_of, render
from chainrule.web.studio import NotThere, Studio
from chainrule.web.view import View, number, whole_number
from chainrule.web.why_panel import panel

FURTHEST = 8.0


@dataclass(frozen=True)
class Neuron:
    """One neuron on one example, perhaps with another bias than the network's."""

    layer: int
    place: int
    weights: np.ndarray
    inputs: np.ndarray
    below: str
    own_bias: float
    bias: float
    z: float
    a: float
    activation: str

    @property
    def products(self) -> np.ndarray:
        """Weight times input, one for each input (n,)."""
        return self.weights * self.inputs

    @property
    def total(self) -> float:
        return float(self.products.sum())


def neuron(inspection: Inspection, layer: int, place: int, bias: float | None) -> Neuron:
    """With another `bias` the network is computed anew, by the network."""
    network = inspection.network
    own = float(network.parameters[f"b{layer}"][place])
    if bias is None:
        values = inspection.values
    else:
        changed: Network = network.copy()
        changed.parameters[f"b{layer}"][place] = bias
        values = changed.forward(inspection.values["x"])
    below = "x" if layer == 1 else f"a{layer - 1}"
    return Neuron(
        layer,
        place,
        network.parameters[f"W{layer}"][place],
        inspection.values[below][0],
        below,
        own,
        own if bias is None else bias,
        float(values[f"z{layer}"][0, place]),
        float(values[f"a{layer}"][0, place]),
        network.architecture.activation(layer).name,
    )


def page(request: Request) -> Response:
    studio: Studio = request.app.state.studio
    query = address_of(request).query
    example = studio.example(query)
    inspection = studio.inspection(example)
    sizes = studio.network.architecture.sizes
    layer = whole_number(query.get("layer"), 1, len(sizes) - 1, otherwise=1)
    place = whole_number(query.get("neuron"), 0, sizes[layer] - 1, otherwise=0)
    bias = number(query.get("bias"))
    if bias is not None and abs(bias) > 1e6:
        raise NotThere(f"a bias of {bias:g} is out of reach; expected -1000000 to 1000000")
    shown = neuron(inspection, layer, place, bias)
    competes = studio.network.architecture.activation(layer).competes
    zs = np.linspace(-FURTHEST, FURTHEST, 161)
    curve = None if competes else activation_curve(shown.activation, zs)
    frame = None if curve is None else Frame.around(zs, curve)
    reach = max(3.0, 2 * abs(shown.own_bias), abs(shown.total))
    return render(
        request,
        "neuron.html",
        view=VIEW,
        example=example,
        neuron=shown,
        frame=frame,
        path="" if frame is None or curve is None else frame.path(zs, curve),
        dot=None if frame is None else frame.place(float(np.clip(shown.z, *frame.x)), shown.a),
        reach=float(np.ceil(reach)),
        as_image=len(shown.inputs) == studio.image_shape[0] * studio.image_shape[1],
        **panel(request),
    )


VIEW = View(
    "Neuron",
    "A neuron multiplies each input by its weight, adds the products and its bias, and sends the "
    "sum through its activation. Drag the bias: the dot moves along the curve.",
    gets=(("/neuron", page),),
    of_a_network=True,
)
