"""Random numbers drawn again: the state of all generators kept, and put back before a call."""

from __future__ import annotations

import pickle
import random
import sys
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from chainrule.workshop.guarded.recognition.reachable import walk

Source = tuple[Callable[[], Any], Callable[[Any], None]]


class Draws:
    """The state of all that draws random numbers: global generators, and those among values."""

    def __init__(self, values: Iterable[Any]) -> None:
        self.sources: list[Source] = [
            (random.getstate, random.setstate),
            (np.random.get_state, np.random.set_state),
        ]
        torch = sys.modules.get("torch")
        if torch is not None:
            self.sources.append((torch.get_rng_state, torch.set_rng_state))
        self.sources += [each for value in values for each in source(value)]
        self.states = [get() for get, _ in self.sources]

    @classmethod
    def below(cls, *tops: dict[str, Any]) -> Draws:
        """Those among all that can be reached from some names."""
        return cls(value for top in tops for _, value in walk(top))

    @property
    def moved(self) -> bool:
        """Whether something has been drawn since."""
        now = [get() for get, _ in self.sources]
        return pickle.dumps(now) != pickle.dumps(self.states)

    def again(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, with the same numbers drawn at each call."""

        def called(*given: Any) -> Any:
            self.put_back()
            return function(*given)

        return called

    def put_back(self) -> None:
        for (_, put), state in zip(self.sources, self.states, strict=True):
            put(state)


def source(value: Any) -> list[Source]:
    """How the state of a generator is read and put back; nothing for any other value."""
    if isinstance(value, np.random.Generator):
        bits = value.bit_generator
        return [(lambda: bits.state, lambda state: setattr(bits, "state", state))]
    if isinstance(value, np.random.RandomState):
        return [(value.get_state, value.set_state)]
    if isinstance(value, random.Random):
        return [(value.getstate, value.setstate)]
    return []
