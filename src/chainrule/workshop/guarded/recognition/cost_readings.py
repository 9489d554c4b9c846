"""The reading of a file whose own function gives its cost and gradients, where it has no other."""

from __future__ import annotations

import time
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from chainrule.workshop.guarded.recognition import flat_costs, own_gradients
from chainrule.workshop.guarded.recognition.cost_fit import CostReading
from chainrule.workshop.guarded.recognition.written_calls import Written

SECONDS = 5.0
"""Of the processor, for the search of a cost function."""


def best(
    module: ModuleType, written: Written, helpers: Mapping[str, Any], until: float
) -> CostReading | None:
    """The likeliest of them; None where there is none, or none is found in the time."""
    until = min(until, time.process_time() + SECONDS)
    found = list(flat_costs.readings(module, written, until))
    if found:
        return found[-1]
    others = list(own_gradients.readings(module, written, helpers, until))
    return max(others, key=lambda reading: reading.size, default=None)
