"""The kind of a layer by its outputs, and the known mistake by the gradients that it gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from chainrule.workshop.layer_kinds import (
    Array,
    Gradients,
    KnownLayer,
    LayerSlip,
    Recogniser,
    Seen,
    close,
)
from chainrule.workshop.layer_norms import normalisation
from chainrule.workshop.layer_pointwise import activation, dropout, log_softmax, pooling, softmax
from chainrule.workshop.layer_products import convolution, dense
from chainrule.workshop.layer_recurrent import recurrent

Change = Callable[[Array], Array]
KINDS: Sequence[Recogniser] = (
    *(activation, softmax, log_softmax, dropout, dense, normalisation, convolution, pooling),
    recurrent,
)


def recognised(seen: Seen) -> KnownLayer | None:
    """What kind of layer it is; None for a kind that is not known."""
    with np.errstate(all="ignore"):
        return next((found for way in KINDS if (found := way(seen)) is not None), None)


EVERYWHERE = (
    ("sign", "Every sign is turned.", lambda right: -right),
    ("factor 2", "It is twice what it should be.", lambda right: 2 * right),
    ("factor 1/2", "It is half of what it should be.", lambda right: right / 2),
)
"""Slips of any layer, in all of its gradients or in one of them."""


def by_size(n: int) -> Iterator[tuple[str, str, Change]]:
    """A mean where there should be a sum, and the other way round, over an axis of so many."""
    yield (
        "mean taken",
        f"It is divided by {n}, the length of an axis of x. The error from above has that already.",
        lambda right: right / n,
    )
    yield (
        "mean left out",
        f"It is {n} times what it should be, the length of an axis of x.",
        lambda right: right * n,
    )


def everywhere(x: Array) -> Iterator[tuple[str, str, Change]]:
    """The changes that any layer may make, to all of its gradients or to one of them."""
    yield from EVERYWHERE
    for n in dict.fromkeys(n for n in x.shape if n > 2):
        yield from by_size(n)


def general(right: Gradients, seen: Seen) -> Iterator[LayerSlip]:
    """The slips that any layer may have."""
    yield LayerSlip(
        "error from above left out",
        "It gives the layer's own slope, as for an error of 1 from above: multiply by that error.",
        without_error(seen),
    )
    if seen.x.shape == seen.G.shape:
        yield LayerSlip(
            "layer's slope left out",
            "The error from above comes back as it is: the layer's own slope is missing.",
            {**right, "x": seen.G},
        )
    for name, says, change in everywhere(seen.x):
        yield LayerSlip(name, says, {key: change(each) for key, each in right.items()})
        if len(right) > 1:
            for key, each in right.items():
                yield LayerSlip(
                    f"{name} in d{key}", f"d{key}: {says}", {**right, key: change(each)}
                )
    for key, each in right.items():
        if len(right) > 1 or each.ndim > 1:
            yield LayerSlip(f"d{key} is 0", f"d{key} is 0 everywhere.", {**right, key: 0 * each})


def by_factor(factor: float, x: Array) -> tuple[str, str] | None:
    """The name of a factor, where the kind of the layer is not known."""
    for name, says, change in everywhere(x):
        if abs(float(change(np.ones(1))[0]) - factor) <= 1e-4 * abs(factor):
            return name, says
    return None


def without_error(seen: Seen) -> Gradients:
    """The gradients for an error of 1 everywhere; nothing where the kind is not known."""
    ones = Seen(seen.x, seen.out, np.ones_like(seen.G), seen.parameters)
    if (seen.G == 1).all():
        return {}
    found = recognised(ones)
    return {} if found is None else found.right


def named_slip(seen: Seen, claimed: Gradients, near: float) -> LayerSlip | None:
    """The one slip that leads to these very gradients."""
    known = recognised(seen)
    if known is None:
        return None
    fitting = [
        slip
        for slip in (*known.slips, *general(known.right, seen))
        if set(slip.gradients) == set(claimed)
        and all(close(claimed[name], each, near) for name, each in slip.gradients.items())
        and not all(close(known.right[name], each) for name, each in slip.gradients.items())
    ]
    return fitting[0] if fitting else None
