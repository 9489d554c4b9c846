"""The view *Neuron*: inputs times weights, their sum with the bias, and the activation.

Bias and weights can be other than the network's: dragged, painted, or built to find an edge.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from starlette.requests import Request
from starlette.responses import Response

from chainrule.network import Inspection, Network
from chainrule.practice import (
    LEAST_SIDE,
    EdgeTexts,
    Judged,
    edge_texts,
    judge_edges,
    made_pictures,
)
from chainrule.web.figures import Addend, Figure, Part
from chainrule.web.plots import Frame, activation_curve
from chainrule.web.rendering import address_of, render
from chainrule.web.studio import LONGEST_INPUT, NotThere, Studio
from chainrule.web.view import View, number, whole_number
from chainrule.web.why_panel import panel

FURTHEST = 8.0
PER_WEIGHT = 32
"""A painted weight of 1 is so many in the bytes of the address, which go from -127 to 127."""


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


def neuron(inspected: Inspection, own: Network, layer: int, place: int) -> Neuron:
    """The neuron as it is in the step; `own` is the network before anything was changed."""
    below = "x" if layer == 1 else f"a{layer - 1}"
    return Neuron(
        layer,
        place,
        inspected.values[f"W{layer}"][place],
        inspected.values[below][0],
        below,
        float(own.parameters[f"b{layer}"][place]),
        float(inspected.values[f"b{layer}"][place]),
        float(inspected.values[f"z{layer}"][0, place]),
        float(inspected.values[f"a{layer}"][0, place]),
        inspected.architecture.activation(layer).name,
    )


def chosen(studio: Studio, query: Mapping[str, str]) -> tuple[int, int]:
    """The layer and the place of the neuron that an address names."""
    sizes = studio.network.architecture.sizes
    layer = whole_number(query.get("layer"), 1, len(sizes) - 1, otherwise=1)
    return layer, whole_number(query.get("neuron"), 0, sizes[layer] - 1, otherwise=0)


def painted(query: Mapping[str, str], size: int) -> np.ndarray | None:
    """The weights of the address (n,): signed bytes in URL-safe base64, 32 of them being 1."""
    text = query.get("weights")
    if not text:
        return None
    if text == "none":
        return np.zeros(size)
    try:
        raw = base64.urlsafe_b64decode(text.encode("ascii") if len(text) < LONGEST_INPUT else "")
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != size:
        raise NotThere(f"the painted weights in the address are not the {size} of this neuron")
    return np.frombuffer(raw, np.int8) / PER_WEIGHT


def inspection(studio: Studio, query: Mapping[str, str]) -> Inspection:
    """The step of the network with this neuron's bias and weights as the address has them."""
    layer, place = chosen(studio, query)
    inputs, label, network = *shown_to_it(studio, query), studio.network
    bias, weights = number(query.get("bias")), painted(query, network.architecture.sizes[layer - 1])
    if bias is not None and abs(bias) > 1e6:
        raise NotThere(f"a bias of {bias:g} is out of reach; expected -1000000 to 1000000")
    if bias is not None or weights is not None:
        network = network.copy("float64")
        if bias is not None:
            network.parameters[f"b{layer}"][place] = bias
        if weights is not None:
            network.parameters[f"W{layer}"][place] = weights
    return studio.step(network, inputs[None], np.array([label]))


def shown_to_it(studio: Studio, query: Mapping[str, str]) -> tuple[np.ndarray, int]:
    """The inputs and the label of the example; with a `row` a picture made for the challenge."""
    example, name = studio.example(query), query.get("row")
    if not name:
        return example.inputs, example.label
    made = made_pictures(*studio.image_shape)
    if name not in made:
        raise NotThere(f"no picture is called {name[:20]!r}; there are {', '.join(made)}")
    return made[name].ravel(), example.label


def figure(studio: Studio, query: Mapping[str, str], ref: str) -> Figure | None:
    """The sum of the products, and how many pictures the challenge has of each answer."""
    layer, place = chosen(studio, query)
    shown = neuron(inspection(studio, query), studio.network, layer, place)
    if ref == "sum":
        terms = tuple(
            Addend((Part(f"W{layer}[{place},{i}]", w), Part(f"{shown.below}[{i}]", x)))
            for i, (w, x) in enumerate(zip(shown.weights, shown.inputs, strict=True))
        )
        return Figure(ref, shown.total, "the sum of weight times input", terms=terms)
    if ref not in ("fire", "silent") or (asked := challenge(studio, query, shown)) is None:
        return None
    if asked.judged is None:
        return None
    share = asked.judged.with_edge if ref == "fire" else asked.judged.without_edge
    kind = "with the edge that fire" if ref == "fire" else "without the edge that are silent"
    operands = Part("", share.of, words="of all of them"), Part("", share.right, words="right")
    return Figure(ref, share.right, f"pictures of the test set {kind}", operands=operands)


@dataclass(frozen=True)
class Challenge:
    """The challenge as it stands: what is asked, the hints so far, how the painted neuron does."""

    texts: EdgeTexts
    hints: tuple[str, ...]
    judged: Judged | None


def challenge(studio: Studio, query: Mapping[str, str], shown: Neuron) -> Challenge | None:
    """The challenge, for a neuron that sees a picture; judged once weights are painted."""
    height, width = studio.image_shape
    if shown.layer != 1 or min(height, width) < LEAST_SIDE:
        return None
    texts = edge_texts()
    hints = texts.hints[: whole_number(query.get("hint"), 0, len(texts.hints), otherwise=0)]
    if query.get("challenge") != "edge":
        return Challenge(texts, (), None)
    test = studio.dataset.test
    pictures = test.values * np.float64(test.scale)
    weights = shown.weights.reshape(height, width)
    return Challenge(
        texts, hints, judge_edges(weights, shown.bias, pictures.reshape(-1, height, width))
    )


def page(request: Request) -> Response:
    studio: Studio = request.app.state.studio
    query = address_of(request).query
    layer, place = chosen(studio, query)
    shown = neuron(inspection(studio, query), studio.network, layer, place)
    competes = studio.network.architecture.activation(layer).competes
    zs = np.linspace(-FURTHEST, FURTHEST, 161)
    curve = None if competes else activation_curve(shown.activation, zs)
    frame = None if curve is None else Frame.around(zs, curve)
    reach = max(3.0, 2 * abs(shown.own_bias), abs(shown.total))
    return render(
        request,
        "neuron.html",
        view=VIEW,
        example=studio.example(query),
        neuron=shown,
        frame=frame,
        path="" if frame is None or curve is None else frame.path(zs, curve),
        dot=None if frame is None else frame.place(float(np.clip(shown.z, *frame.x)), shown.a),
        reach=float(np.ceil(reach)),
        as_image=len(shown.inputs) == studio.image_shape[0] * studio.image_shape[1],
        challenge=challenge(studio, query, shown),
        per_weight=PER_WEIGHT,
        **panel(request),
    )


VIEW = View(
    "Neuron",
    "A neuron multiplies each input by its weight, adds the products and its bias, and sends the "
    "sum through its activation. Drag the bias: the dot moves along the curve. Then paint weights "
    "of your own.",
    gets=(("/neuron", page),),
    inspect=inspection,
    figure=figure,
    of_a_network=True,
)
