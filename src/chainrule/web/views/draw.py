"""The view *Draw*: a digit drawn by hand, what the network sees of it, and what it answers."""

from __future__ import annotations

import numpy as np
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from chainrule.data import fit_image, resize
from chainrule.web.rendering import address_of, render
from chainrule.web.studio import NotThere, Studio, as_text
from chainrule.web.view import View
from chainrule.web.why_panel import panel

LARGEST_SIDE = 400


def page(request: Request) -> Response:
    studio: Studio = request.app.state.studio
    address = address_of(request)
    example = studio.example(address.query)
    inspection = studio.inspection(example)
    layers = [(k, inspection.values[f"a{k}"][0]) for k in range(1, inspection.layers + 1)]
    return render(
        request,
        "draw.html",
        view=VIEW,
        example=example,
        layers=layers,
        answer=int(studio.network.predict(example.inputs[None])[0]),
        **panel(request),
    )


async def fit(request: Request) -> Response:
    """A drawing, side * side grey bytes, as inputs of the network: fitted, or only made smaller."""
    studio: Studio = request.app.state.studio
    side = request.query_params.get("side", "")
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_SIDE**2:
            break
    if not side.isdecimal() or int(side[:4]) ** 2 != len(body) or int(side[:4]) > LARGEST_SIDE:
        raise NotThere(f"a drawing has side * side bytes, with a side up to {LARGEST_SIDE}")
    shape = studio.image_shape
    grey = np.frombuffer(body, np.uint8).reshape(int(side), int(side)) / np.float32(255)
    if request.query_params.get("fit") == "no":
        inputs = 1 - resize(grey, shape)
    else:
        inputs = fit_image(grey, shape, invert=True)
    return JSONResponse({"input": as_text(inputs.ravel())})


VIEW = View(
    "Draw",
    "Draw a digit and watch the layers fill. Then take the fitting away and draw small, or in a "
    "corner: the network fails, for it has never seen such a picture.",
    gets=(("/draw", page),),
    posts=(("/draw/fit", fit),),
    of_a_network=True,
)
