"""The view *One path*: a network of one neuron a layer, every number of it on a line to shake."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from starlette.requests import Request
from starlette.responses import Response

from chainrule.network import Inspection, Network
from chainrule.web.rendering import address_of, render
from chainrule.web.studio import NotThere, Studio
from chainrule.web.view import View, number
from chainrule.web.why_panel import panel

START = {
    "x": 0.8, "y": 1.0, "w1": 1.2, "b1": -0.4, "w2": -1.5, "b2": 0.6, "w3": 2.0, "b3": -0.3,
}  # fmt: skip
FURTHEST = 4.0
LAYERS = 3


def chosen(query: Mapping[str, str]) -> dict[str, float]:
    """The numbers of the address; those it leaves out are as at the start."""
    values = {}
    for name, start in START.items():
        given = number(query.get(name))
        values[name] = start if given is None else given
        if abs(values[name]) > FURTHEST:
            raise NotThere(f"{name} is {values[name]:g}; expected -{FURTHEST:g} to {FURTHEST:g}")
    return values


def inspection(studio: Studio, query: Mapping[str, str]) -> Inspection:
    """The 1-1-1-1 network with the numbers of the address; it does not depend on the studio."""
    values = chosen(query)
    network = Network([1] * (LAYERS + 1), cost="quadratic", dtype="float64")
    for k in range(1, LAYERS + 1):
        network.parameters[f"W{k}"][:] = values[f"w{k}"]
        network.parameters[f"b{k}"][:] = values[f"b{k}"]
    return Inspection(network, np.array([[values["x"]]]), np.array([[values["y"]]]))


def page(request: Request) -> Response:
    studio: Studio = request.app.state.studio
    query = address_of(request).query
    inspected = inspection(studio, query)
    return render(
        request,
        "chain.html",
        view=VIEW,
        chosen=chosen(query),
        furthest=FURTHEST,
        refs=[
            (ref, inspected.number(ref).value)
            for k in range(1, LAYERS + 1)
            for ref in (f"z{k}[0]", f"a{k}[0]")
        ],
        cost=inspected.number("C").value,
        factors=factors(inspected),
        gradients=[
            (ref, inspected.number(ref).value)
            for k in range(1, LAYERS + 1)
            for ref in (f"dC/dW{k}[0,0]", f"dC/db{k}[0]")
        ],
        **panel(request),
    )


def factors(inspected: Inspection) -> list[tuple[str, str, float]]:
    """The factors of dC/dw1 along the path: what each is, its reference, its value."""
    last = inspected.layers
    path = [(f"dC/da{last}", f"dC/da{last}[0]")]
    for k in range(last, 0, -1):
        path.append((f"da{k}/dz{k}", f"sigma'(z{k})[0]"))
        below = f"W{k}[0,0]" if k > 1 else "x[0]"
        path.append((f"dz{k}/da{k - 1}" if k > 1 else "dz1/dw1", below))
    return [(what, ref, inspected.number(ref).value) for what, ref in path]


VIEW = View(
    "One path",
    "One neuron a layer. Shake a weight and see z, a and C move, each as far as the factors along "
    "the path say. Their product is the gradient.",
    gets=(("/chain", page),),
    inspect=inspection,
    of_a_network=True,
)
