"""The gradients that a layer gives: returned, stored, or told by the step that it makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, permutations
from typing import Any

import numpy as np

from chainrule.workshop.guarded.layers.called import (
    STORED_OUTPUTS,
    STORED_SLOPES,
    Array,
    Layer,
    attribute,
)
from chainrule.workshop.guarded.recognition import pairing, roles
from chainrule.workshop.guarded.recognition.reachable import walk
from chainrule.workshop.guarded.slopes import flat

Claimed = dict[str, Any]
"""What is given as the gradient of the input, `x`, and of each parameter; None for none."""
MOST_ORDERS = 6
SAME_NAME = 4
"""Points of `pairing.alike` for the name of a parameter with a mark of gradients."""


def claims(layer: Layer) -> list[Claimed]:
    """The readings of what a layer gives, the likeliest first; one at least.

    The way back of a cost may take the inputs of the way forward, or the outputs that it kept.
    """
    layer.stored_output = False
    if not keeps_an_output(layer):
        return readings(layer)
    found: list[Claimed] = []
    fault: Exception | None = None
    for layer.stored_output in (False, True):
        try:
            found += readings(layer)
        except Exception as caught:
            fault = fault or caught
    layer.stored_output = False
    if not found and fault is not None:
        raise fault
    return found


def keeps_an_output(layer: Layer) -> bool:
    """Whether a cost keeps an output of the shape of its input, and other than this."""
    if not layer.cost or layer.instance is None:
        return False
    layer.again()
    kept = attribute(layer.instance, STORED_OUTPUTS)
    return kept is not None and kept.shape == layer.X.shape and not np.array_equal(kept, layer.X)


def readings(layer: Layer) -> list[Claimed]:
    """Call both ways, and tell what was given as which gradient."""
    assert layer.kept is not None
    layer.kept.put_back()
    output, cache = layer.forward()
    before = held(layer)
    contents = {path: array.tobytes() for path, array in before.items()}
    old = {name: array.copy() for name, array in layer.parameters.items()}
    result = layer.backward(output, cache)
    returned = named_arrays(result)
    if layer.instance is None:
        return [filled(by_order(layer, returned), layer.parameters)]
    claimed: Claimed = {"x": None}
    for number, (_, array) in enumerate(returned):
        if np.size(array) == layer.X.size or len(returned) == 1:
            claimed["x"] = array
            del returned[number]
            break
    if claimed["x"] is None and result is None:
        claimed["x"] = attribute(layer.instance, STORED_SLOPES)
    now = held(layer)
    claimed |= steps(layer, old, before, now)
    moves = layer.rate and len(claimed) > 1
    stored = [
        (path, array)
        for path, array in now.items()
        if path not in layer.paths.values()
        and (path not in before or before[path] is not array or contents[path] != array.tobytes())
    ]
    found = [
        (path, array)
        for path, array in [*returned, *stored]
        if not any(array is parameter for parameter in layer.live())
    ]
    for name in layer.parameters:
        if name not in claimed:
            claimed[name] = nearest(layer, name, found)
            if claimed[name] is None and moves:  # the step moved others, and this one by 0
                claimed[name] = np.zeros_like(layer.parameters[name])
    lacking = [name for name in layer.parameters if claimed[name] is None]
    parts = list(split_vectors(layer, lacking, [array for _, array in found]))
    ways = [{**claimed, **part} for part in parts] or [claimed]
    return [filled(way, layer.parameters) for way in ways]


def filled(claimed: Claimed, parameters: Mapping[str, Array]) -> Claimed:
    """The same as copies; one number for a whole parameter stands in each of its places.

    Copies: a layer may keep its gradients in arrays that are put back.
    """
    found = {name: copied(array) for name, array in claimed.items()}
    for name, parameter in parameters.items():
        array = found.get(name)
        if array is not None and np.size(array) == 1 and parameter.size > 1:
            found[name] = np.full(parameter.shape, np.ravel(array)[0])
    return found


def copied(array: Any) -> Any:
    return array.copy() if isinstance(array, np.ndarray) else array


def held(layer: Layer) -> dict[str, Any]:
    """The arrays of floats, and NumPy's single ones, that the object holds, by expressions."""
    return {
        path: value
        for path, value in walk({"self": layer.instance})
        if isinstance(value, (np.ndarray, np.floating)) and value.dtype.kind == "f"
    }


def steps(
    layer: Layer, old: Mapping[str, Array], before: Mapping[str, Any], now: Mapping[str, Any]
) -> Claimed:
    """The gradients of parameters that the way back moved: in their place, or as new arrays."""
    found: Claimed = {}
    for name, parameter in layer.parameters.items():
        path = layer.paths.get(name, "")
        new = now.get(path, ()) if before.get(path) is parameter else ()
        here: Array = parameter
        if np.array_equal(here, old[name]) and np.shape(new) == parameter.shape:
            here = np.asarray(new, parameter.dtype)
        if not np.array_equal(here, old[name]):
            found[name] = (old[name] - here) / own_rate(layer)
    return found


def own_rate(layer: Layer) -> float:
    """The rate of the step, where the object holds one; 1 was given otherwise."""
    if layer.rate:
        return 1.0
    attributes = getattr(layer.instance, "__dict__", {})
    rates = [
        float(value)
        for name, value in attributes.items()
        if roles.joined(name) in roles.RATES and isinstance(value, (int, float)) and value
    ]
    return rates[0] if len(rates) == 1 else 1.0


def nearest(layer: Layer, name: str, found: Sequence[tuple[str, Any]]) -> Any:
    """The array that is the gradient of a parameter, by its name and then its shape."""
    parameter = layer.parameters[name]
    marked = [(pairing.alike(name, path), pairing.fits(a, parameter), a) for path, a in found]
    good = [
        each
        for each in marked
        if each[0] >= SAME_NAME or (each[1] and (np.ndim(each[2]) or parameter.size == 1))
    ]
    if not good:
        return None
    return max(good, key=lambda each: (each[0] >= SAME_NAME, each[1], each[0]))[2]


def split_vectors(
    layer: Layer, names: Sequence[str], found: Sequence[Any]
) -> Iterator[dict[str, Array]]:
    """The gradients of several parameters that came as one vector, in each order of them."""
    sizes = {name: layer.parameters[name].size for name in names}
    vectors = [a for a in found if np.ndim(a) == 1 and np.size(a) == sum(sizes.values())]
    if len(names) < 2 or not vectors:
        return
    for order in islice(permutations(names), MOST_ORDERS):
        pieces = np.split(vectors[0], np.cumsum([sizes[name] for name in order])[:-1])
        yield {
            name: piece.reshape(layer.parameters[name].shape)
            for name, piece in zip(order, pieces, strict=True)
        }


def by_order(layer: Layer, returned: Sequence[tuple[str, Any]]) -> Claimed:
    """The gradients of a function's arguments, in their order, or by shape where some lack."""
    names = ["x", *layer.parameters]
    values = [layer.X, *layer.live()]
    if len(returned) == len(names):
        return {name: array for name, (_, array) in zip(names, returned, strict=True)}
    claimed: Claimed = dict.fromkeys(names)
    if len(returned) == 1:
        claimed["x"] = returned[0][1]
        return claimed
    for _, array in returned:
        for name, value in zip(names, values, strict=True):
            if claimed[name] is None and pairing.fits(array, value):
                claimed[name] = array
                break
    return claimed


def named_arrays(value: Any) -> list[tuple[str, Any]]:
    """The arrays that came back, each with its name where it has one."""
    if isinstance(value, dict):
        found = [(str(name), each) for name, each in value.items()]
    else:
        found = [(f"[{i}]", each) for i, each in enumerate(flat(value))]
    return [
        (name, np.asarray(each))
        for name, each in found
        if isinstance(each, (np.ndarray, np.floating, float))
    ]
