"""What the parameters of an adapter are called in the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from chainrule.workshop.guarded.recognition import adapter_costs
from chainrule.workshop.guarded.recognition.adapter import Adapted
from chainrule.workshop.guarded.recognition.movable import is_module
from chainrule.workshop.guarded.recognition.reachable import walk
from chainrule.workshop.guarded.recognition.tensors import from_torch, is_node

TOKEN = re.compile(r"\.?[^.\[]+|\[[^\]]*\]")


def names(network: Adapted) -> list[str]:
    """What the arrays are called: by their last names, where these tell them apart.

    Parameters of a module of PyTorch are called as it calls them itself, `fc1.weight`.
    """
    known: dict[int, str] = {}
    apart = adapter_costs.VOCABULARY
    inner = {name: value for name, value in network.names.items() if name not in apart}
    for top in (inner, network.module.__dict__):
        for path, value in walk(top):
            for name, each in named(path, value):
                known.setdefault(id(each), name)
    found = [name_of(piece.of, known) for piece in network.mirror.pieces]
    paths = [name or f"parameters[{i}]" for i, name in enumerate(found)]
    listed = network.listed
    if len(listed) == len(paths) and any(path.startswith("parameters[") for path in paths):
        paths = listed
    short = [last(path) for path in paths]
    if len(set(short)) == len(short):
        return short
    return (
        paths if len(set(paths)) == len(paths) else [f"parameters[{i}]" for i in range(len(paths))]
    )


def named(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """The arrays, tensors and nodes that a value is or has, each with its name."""
    if is_module(value):
        yield from value.named_parameters()
    elif isinstance(value, np.ndarray) or is_node(value) or from_torch(value):
        yield path, value


def name_of(mirrored: Any, known: dict[int, str]) -> str:
    """The name of what an array mirrors; of several nodes, what their names begin with."""
    if not isinstance(mirrored, list):
        return known.get(id(mirrored), "")
    paths = [known.get(id(each), "") for each in mirrored]
    begin = ""
    for tokens in zip(*(TOKEN.findall(path) for path in paths), strict=False):
        if len(set(tokens)) > 1:
            break
        begin += tokens[0]
    return begin


def last(path: str) -> str:
    """`weights[0]` of `net.weights[0]`, `W1` of `net.params['W1']`."""
    if path.endswith(("']", '"]')):
        return path[path.rindex("[") + 2 : -2]
    return path.rpartition(".")[2]
