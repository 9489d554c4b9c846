"""The view *Draw*: a digit drawn by hand, what the network sees of it, and what it answers."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from chainrule.data import FittingStep, as_png, fitting_steps, resize
from chainrule.web.rendering import address_of, render
from chainrule.web.studio import Example, NotThere, Studio, as_text
from chainrule.web.view import View
from chainrule.web.why_panel import panel

LARGEST_SIDE = 400


def page(request: Request) -> Response:
    studio: Studio = request.app.state.studio
    example = studio.example(address_of(request).query)
    return render(request, "draw.html", view=VIEW, **seen(studio, example), **panel(request))


def seen(studio: Studio, example: Example) -> dict[str, Any]:
    """The activations of every layer on an example, and the class that the network answers."""
    inspection = studio.inspection(example)
    return {
        "example": example,
        "layers": [(k, inspection.values[f"a{k}"][0]) for k in range(1, inspection.layers + 1)],
        "answer": int(studio.network.predict(example.inputs[None])[0]),
    }


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
        steps = [FittingStep("made smaller as it is, and nothing else", 1 - resize(grey, shape))]
    else:
        steps = fitting_steps(grey, shape, invert=True)
    shown = render(request, "fitting.html", steps=[(step, as_data(step)) for step in steps])
    return JSONResponse(
        {"input": as_text(steps[-1].picture.ravel()), "steps": bytes(shown.body).decode()}
    )


def as_data(step: FittingStep) -> str:
    """The picture of a step, ink on paper, as the address of an image."""
    png = as_png(1 - step.picture.astype(np.float64))
    return f"data:image/png;base64,{base64.b64encode(png).decode('ascii')}"


VIEW = View(
    "Draw",
    "Draw a digit, see how it is fitted, and watch the layers fill. Then take the fitting away and "
    "draw small, or in a corner: the network fails, for it has never seen such a picture.",
    gets=(("/draw", page),),
    posts=(("/draw/fit", fit),),
    of_a_network=True,
)
