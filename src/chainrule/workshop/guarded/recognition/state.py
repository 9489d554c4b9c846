"""The state of a module kept and put back: what its names hold, and the numbers in its arrays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from chainrule.workshop.guarded.recognition.draws import Draws
from chainrule.workshop.guarded.recognition.reachable import attributes, walk

LARGEST = 4_000_000
"""Numbers of an array that is copied; a larger one holds data."""


class Kept:
    """What can be reached from some names, to be put back after a call that changes it."""

    def __init__(self, *tops: dict[str, Any]) -> None:
        self.dicts: list[tuple[dict[Any, Any], dict[Any, Any]]] = [(top, dict(top)) for top in tops]
        self.lists: list[tuple[list[Any], list[Any]]] = []
        self.arrays: list[tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]] = []
        self.objects: list[tuple[Any, dict[str, Any]]] = []
        self.tensors: list[tuple[Any, Any]] = []
        values = [value for top in tops for _, value in walk(top)]
        for value in values:
            self.keep(value)
        self.draws = Draws(values)

    def keep(self, value: Any) -> None:
        if isinstance(value, dict):
            self.dicts.append((value, dict(value)))
        elif isinstance(value, list):
            self.lists.append((value, list(value)))
        elif isinstance(value, np.ndarray):
            if value.flags.writeable and value.size <= LARGEST and value.dtype.kind != "O":
                self.arrays.append((value, value.copy()))
        elif type(value).__module__.split(".")[0] == "torch" and hasattr(value, "detach"):
            self.tensors.append((value.detach(), value.detach().clone()))
        elif held := attributes(value):
            self.objects.append((value, held))

    def put_back(self) -> None:
        for live, old in self.dicts:
            put_back(live, old)
        for live, old in self.lists:
            if len(live) != len(old) or any(a is not b for a, b in zip(live, old, strict=True)):
                live[:] = old
        for array, old in self.arrays:
            array[...] = old
        for value, held in self.objects:
            self.attributes(value, held)
        for tensor, old in self.tensors:
            tensor.copy_(old)
        self.draws.put_back()

    @staticmethod
    def attributes(value: Any, held: Mapping[str, Any]) -> None:
        own = getattr(value, "__dict__", None)
        if isinstance(own, dict):
            for name in [name for name in own if name not in held and not name.startswith("__")]:
                del own[name]
        for name, old in held.items():
            if getattr(value, name, None) is not old:
                if isinstance(own, dict) and name in own:
                    own[name] = old
                else:
                    object.__setattr__(value, name, old)


def put_back(live: dict[Any, Any], old: dict[Any, Any]) -> None:
    for key in [key for key in live if key not in old]:
        del live[key]
    for key, value in old.items():
        if live.get(key) is not value:
            live[key] = value
