"""The view *Mini-batch*: what each example wants, and the mean of it, which is what is done."""

from __future__ import annotations

import numpy as np
from starlette.requests import Request
from starlette.responses import Response

from chainrule.web.rendering import address_of, render
from chainrule.web.studio import Studio
from chainrule.web.view import View, whole_number

MOST = 20


def page(request: Request) -> Response:
    studio: Studio = request.app.state.studio
    query = address_of(request).query
    test, network = studio.dataset.test, studio.network.copy("float64")
    last = network.architecture.layers
    count = whole_number(query.get("count"), 1, min(MOST, len(test)), otherwise=8)
    first = whole_number(query.get("first"), 0, len(test) - count, otherwise=0)
    layer = whole_number(query.get("layer"), 1, last, otherwise=last)
    name = f"dC/db{layer}"
    places = list(range(first, first + count))
    rows = np.array([network.backward(test.X[[e]], test.y[[e]])[name] for e in places])
    mean = network.backward(test.X[places], test.y[places])[name]
    return render(
        request,
        "batch.html",
        view=VIEW,
        name=name,
        layer=layer,
        layers=last,
        first=first,
        count=count,
        furthest=len(test) - count,
        most=MOST,
        rows=[
            (place, studio.dataset.classes[int(test.y[place])], row.tolist())
            for place, row in zip(places, rows, strict=True)
        ],
        mean=mean.tolist(),
        largest=float(np.abs(rows).max()) or 1.0,
    )


VIEW = View(
    "Mini-batch",
    "Each row is one example: how much it wants each bias to grow (blue) or to shrink (orange). "
    "The last row is their mean, the step that is taken. Few examples want the same.",
    gets=(("/batch", page),),
)
