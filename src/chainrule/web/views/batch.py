"""The view *Mini-batch*: what each example wants, and the mean of it, which is what is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from starlette.requests import Request
from starlette.responses import Response

from chainrule.ground.words import with_article
from chainrule.network import Inspection
from chainrule.web.rendering import address_of, render
from chainrule.web.studio import NotThere, Studio
from chainrule.web.view import View, whole_number
from chainrule.web.why_panel import panel

MOST = 20
MOST_WEIGHTS = 12
SHOWN = {
    "biases": "all biases of the layer",
    "weights": "some of its weights",
    "images": "all weights of a neuron, as images",
}


@dataclass(frozen=True)
class Chosen:
    """What an address chooses: consecutive examples of the test set, a layer, what of it."""

    first: int
    count: int
    layer: int
    neuron: int
    show: str

    @property
    def places(self) -> list[int]:
        return list(range(self.first, self.first + self.count))


def chosen(studio: Studio, query: Mapping[str, str]) -> Chosen:
    sizes, test = studio.network.architecture.sizes, studio.dataset.test
    last = len(sizes) - 1
    count = whole_number(query.get("count"), 1, min(MOST, len(test)), otherwise=min(8, len(test)))
    layer = whole_number(query.get("layer"), 1, last, otherwise=last)
    show = query.get("show") or "biases"
    if show not in SHOWN:
        raise NotThere(f"{show[:20]!r} is not shown here; expected {', '.join(SHOWN)}")
    return Chosen(
        whole_number(query.get("first"), 0, len(test) - count, otherwise=0),
        count,
        layer,
        whole_number(query.get("neuron"), 0, sizes[layer] - 1, otherwise=0),
        show,
    )


def inspection(studio: Studio, query: Mapping[str, str]) -> Inspection:
    """The step on the mini-batch; with a `row` in the address that on this one of its examples."""
    asked = chosen(studio, query)
    if query.get("row"):
        last = asked.first + asked.count - 1
        row = whole_number(query.get("row"), asked.first, last, otherwise=asked.first)
        return step(studio, [row])
    return step(studio, asked.places)


def step(studio: Studio, places: list[int]) -> Inspection:
    test = studio.dataset.test
    return studio.step(studio.network, test.X[places], test.y[places])


@dataclass(frozen=True)
class Row:
    """The gradient of one example, or of the whole mini-batch: numbers with their references."""

    title: str
    example: int | None
    numbers: list[tuple[str, float]]


def rows(studio: Studio, asked: Chosen, refs: list[str]) -> tuple[list[Row], Row]:
    """What each example of the mini-batch gives for these references, and what all together do."""
    made = []
    for place in asked.places:
        kind = studio.dataset.classes[int(studio.dataset.test.y[place])]
        made.append(
            Row(f"{place}, {with_article(kind)}", place, values(step(studio, [place]), refs))
        )
    return made, Row("the mean", None, values(step(studio, asked.places), refs))


def values(inspected: Inspection, refs: list[str]) -> list[tuple[str, float]]:
    found = []
    for ref in refs:
        name, index = inspected.index(ref)
        found.append((ref, float(inspected.values[name][index])))
    return found


def references(studio: Studio, asked: Chosen, query: Mapping[str, str]) -> list[str]:
    """The gradients that the table has a column for."""
    layer, sizes = asked.layer, studio.network.architecture.sizes
    if asked.show == "biases":
        return [f"dC/db{layer}[{j}]" for j in range(sizes[layer])]
    if asked.show == "images":
        return [f"dC/dW{layer}[{asked.neuron},{i}]" for i in range(sizes[layer - 1])]
    whole = step(studio, asked.places)
    named = [word.replace(" ", "") for word in query.get("weights", "").split(";") if word.strip()]
    if len(named) > MOST_WEIGHTS:
        raise NotThere(f"{len(named)} weights are too many for a table; expected {MOST_WEIGHTS}")
    if named:
        return [gradient_of(whole, ref) for ref in named]
    gradient = whole.values[f"dC/dW{layer}"]
    largest = np.argsort(-np.abs(gradient), axis=None)[:6]
    return [
        f"dC/dW{layer}[{j},{i}]"
        for j, i in zip(*np.unravel_index(np.sort(largest), gradient.shape), strict=True)
    ]


def gradient_of(whole: Inspection, ref: str) -> str:
    """`W2[3,5]` is asked about by dC/dW2[3,5]."""
    name, _ = whole.index(ref)
    if name[0] not in "Wb":
        raise NotThere(f"{ref[:30]!r} is no weight or bias; one is W1[0,0], or b1[0]")
    return f"dC/d{ref}"


def page(request: Request) -> Response:
    studio: Studio = request.app.state.studio
    query = address_of(request).query
    asked = chosen(studio, query)
    refs = references(studio, asked, query)
    examples, mean = rows(studio, asked, refs)
    size, image = len(refs), studio.image_shape
    return render(
        request,
        "batch.html",
        view=VIEW,
        asked=asked,
        kinds=SHOWN,
        layers=studio.network.architecture.layers,
        neurons=studio.network.architecture.sizes[asked.layer],
        weights=query.get("weights", ""),
        furthest=len(studio.dataset.test) - asked.count,
        most=MOST,
        rows=examples,
        mean=mean,
        largest=max((abs(n) for row in examples for _, n in row.numbers), default=0.0) or 1.0,
        shape=image if size == image[0] * image[1] else ((size + 9) // 10, min(size, 10)),
        **panel(request),
    )


VIEW = View(
    "Mini-batch",
    "Each row is one example: which way it wants each bias or weight to go, ▲ up or ▼ down, "
    "against its gradient. The last row is their mean, the step that is taken. Few want the same.",
    gets=(("/batch", page),),
    inspect=inspection,
    of_a_network=True,
)
