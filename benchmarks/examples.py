"""What the peers train on: MNIST where it is at hand, else random bytes of its shape."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SIZE = 50_000


@dataclass(frozen=True)
class Examples:
    """Images (n, 784) as bytes and their labels (n,)."""

    values: NDArray[np.uint8]
    labels: NDArray[np.int64]
    source: str

    def __len__(self) -> int:
        return len(self.labels)

    def X(self) -> NDArray[np.float32]:
        """The images (n, 784) in [0, 1]."""
        return np.multiply(self.values, np.float32(1 / 255), dtype=np.float32)

    def one_hot(self) -> NDArray[np.float32]:
        """The targets (n, 10)."""
        return np.eye(10, dtype=np.float32)[self.labels]

    def first(self, most: int) -> Examples:
        return Examples(self.values[:most], self.labels[:most], self.source)


def examples() -> Examples:
    """MNIST's 50,000 training images, from CHAINRULE_DATA or the cache; nothing is downloaded."""
    from chainrule.data import describe, load

    if describe("mnist").where is not None:
        split = load("mnist").train
        return Examples(split.values, split.y, "MNIST, 50,000 training images")
    rng = np.random.default_rng(0)
    values = rng.integers(0, 256, (SIZE, 784), dtype=np.uint8)
    return Examples(values, rng.integers(0, 10, SIZE), "random bytes of MNIST's shape")
