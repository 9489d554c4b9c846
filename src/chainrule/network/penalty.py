"""L1 and L2 on the weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.network.arguments import real_number, whole_number


@dataclass(frozen=True)
class Penalty:
    """C = C0 + l1/n * sum |W| + l2/(2n) * sum W**2, with `n` the number of training examples.

    Biases are not penalised. Nielsen, chapter 3, eq. (87), (95).
    """

    l1: float = 0.0
    l2: float = 0.0
    n: int = 1

    def __post_init__(self) -> None:
        real_number("l1", self.l1, 0)
        real_number("l2", self.l2, 0)
        whole_number("n", self.n, 1)

    def __bool__(self) -> bool:
        return bool(self.l1 or self.l2)

    def of(self, weight: float) -> float:
        """The penalty of one weight."""
        return (self.l1 * abs(weight) + self.l2 / 2 * weight**2) / self.n

    def value(self, parameters: Mapping[str, NDArray[Any]]) -> float:
        """The penalty of the weights among these parameters, in float64."""
        total = 0.0
        for name, part in parameters.items():
            if name.startswith("W"):
                w = part.astype(np.float64, copy=False)
                total += self.l1 * np.abs(w).sum() + self.l2 / 2 * np.square(w).sum()
        return float(total) / self.n
