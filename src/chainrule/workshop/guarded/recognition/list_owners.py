"""What is a network, and the one that a list of layers belongs to, which runs them itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.workshop.guarded.recognition import conventions, fit
from chainrule.workshop.guarded.recognition.adapter_text import at
from chainrule.workshop.guarded.recognition.forwards import FAULTS, Forward, same
from chainrule.workshop.guarded.recognition.holders import Holder, likeness
from chainrule.workshop.guarded.recognition.state import Kept
from chainrule.workshop.guarded.recognition.tensors import plain
from chainrule.workshop.guarded.recognition.time_limit import within

Array = NDArray[Any]
ONE_CALL = 1.0


def owner_of(holder: Holder, networks: Sequence[Forward]) -> Forward | None:
    """The way forward of the object whose list of layers this is; None for a list by itself."""
    path = holder.extra.get("layers", "")
    for forward in networks:
        owner = forward.holder.owner
        same_object = owner.startswith("own.") or forward.holder.setup == holder.setup[:-1]
        if owner and same_object and path.startswith((f"{owner}.", f"{owner}[")):
            return forward
    return None


def runs_alike(layers: Forward, network: Forward) -> bool:
    """Whether layers one after another give the outputs that their network gives.

    Where the two take examples in other forms, nothing speaks against layers that the file itself
    has put together; those that are put together here have to be more.
    """
    X = np.random.default_rng(3).normal(0, 1, (7, network.inputs))
    if (layers.examples, layers.inputs) != (network.examples, network.inputs):
        return network.holder.owner.startswith("own.") or layers.size > network.size
    x = next(conventions.batches(network.examples, X))
    space = network.holder.space
    kept = Kept(space, space["own"].__dict__)
    try:  # parameters that are 0 would hide what differs
        values = [at(path, space) for path in network.parameters]
        fit.wake(values, np.random.default_rng(13))
        one, other = (outputs(forward, x) for forward in (layers, network))
    finally:
        kept.put_back()
    return one is None or other is None or same(one, other)


def outputs(forward: Forward, x: Any) -> Array | None:
    """What a way forward gives for an input; None where it fails."""
    space = forward.holder.space
    kept = Kept(space, space["own"].__dict__)
    try:
        space["x"] = x.copy()
        with within(ONE_CALL), np.errstate(all="ignore"):
            exec(compile(f"out = {forward.call}", "<adapter>", "exec"), space)
            value = eval(compile(forward.output, "<adapter>", "eval"), space)
            return np.array(plain(value), np.float64)
    except FAULTS:
        return None
    finally:
        kept.put_back()
        space.pop("x", None)


def is_network(forward: Forward) -> bool:
    """Whether it has more than one array of weights, or is what its class is called."""
    space = forward.holder.space
    shapes = [np.shape(at(path, space)) for path in forward.parameters]
    if sum(len(shape) == 2 and min(shape) > 1 for shape in shapes) > 1 or forward.size > 2:
        return True
    owner = forward.holder.owner
    kind = type(at(owner, space)) if owner else None
    return kind is None or likeness(kind.__name__, kind) >= 4
