"""How near a network comes to numbers: the mean squared error, and R², the share explained."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from chainrule.data import Split, Target
from chainrule.network import Network


@dataclass(frozen=True)
class Closeness:
    """How near the outputs come to the numbers of the target, in its own units.

    `mean_squared_error` is in units of the target squared. `r_squared` is 1 less that error by the
    variance of the numbers: 1 is right everywhere, 0 no better than always their mean. It is None
    where all the numbers are the same.
    """

    target: str
    examples: int
    mean_squared_error: float
    r_squared: float | None

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def closeness(network: Network, split: Split, target: Target) -> Closeness:
    """How near the network comes to the numbers of these examples."""
    numbers = target.undo(split.y)
    given = target.undo(network.predict_proba(split.X)[:, 0])
    error = float(np.mean((given - numbers) ** 2))
    variance = float(np.var(numbers))
    return Closeness(target.name, len(split), error, 1 - error / variance if variance > 0 else None)
