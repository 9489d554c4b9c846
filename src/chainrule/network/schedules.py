"""Learning-rate schedules: each a value that gives the factor on the learning rate.

The factor holds for a whole epoch. Epochs count from 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

from chainrule.network.errors import NetworkError


class Schedule(Protocol):
    """`factor(epoch, epochs)` multiplies the learning rate in that epoch; `text()` names it."""

    def factor(self, epoch: int, epochs: int) -> float: ...

    def text(self) -> str: ...


@dataclass(frozen=True)
class Constant:
    """The same learning rate throughout."""

    def factor(self, epoch: int, epochs: int) -> float:
        return 1.0

    def text(self) -> str:
        return "constant"


@dataclass(frozen=True)
class StepDecay:
    """Multiplied by `by` after every `every` epochs."""

    every: int = 10
    by: float = 0.5

    def __post_init__(self) -> None:
        if self.every < 1 or not 0 < self.by <= 1:
            raise NetworkError(
                f"step:{self.every}:{self.by:g}: the epochs must be at least 1 and the factor "
                "in (0, 1], as in step:10:0.5"
            )

    def factor(self, epoch: int, epochs: int) -> float:
        return self.by ** ((epoch - 1) // self.every)

    def text(self) -> str:
        return f"step:{self.every}:{self.by:g}"


@dataclass(frozen=True)
class Exponential:
    """Multiplied by `by` after every epoch."""

    by: float = 0.95

    def __post_init__(self) -> None:
        if not 0 < self.by <= 1:
            raise NetworkError(
                f"exponential:{self.by:g}: the factor must lie in (0, 1], as in exponential:0.95"
            )

    def factor(self, epoch: int, epochs: int) -> float:
        return self.by ** (epoch - 1)

    def text(self) -> str:
        return f"exponential:{self.by:g}"


@dataclass(frozen=True)
class Cosine:
    """Half a cosine from 1 in the first epoch towards 0 after the last.

    Loshchilov and Hutter, 2017, eq. (5), without restarts.
    """

    def factor(self, epoch: int, epochs: int) -> float:
        return (1 + math.cos(math.pi * (epoch - 1) / epochs)) / 2

    def text(self) -> str:
        return "cosine"


@dataclass(frozen=True)
class Warmup:
    """A straight rise over the first `epochs` epochs, then constant."""

    epochs: int = 5

    def __post_init__(self) -> None:
        if self.epochs < 1:
            raise NetworkError(f"warmup:{self.epochs}: it must last at least 1 epoch")

    def factor(self, epoch: int, epochs: int) -> float:
        return min(1.0, epoch / self.epochs)

    def text(self) -> str:
        return f"warmup:{self.epochs}"


FORMS = "constant, step:EPOCHS:FACTOR, exponential:FACTOR, cosine, warmup:EPOCHS"


def schedule(text: str) -> Schedule:
    """A schedule from its text: `cosine`, `step:10:0.5`, `exponential:0.95`, `warmup:5`."""
    name, *numbers = text.lower().split(":")
    try:
        match name, numbers:
            case "constant", []:
                return Constant()
            case "step", []:
                return StepDecay()
            case "step", [every, by]:
                return StepDecay(int(every), float(by))
            case "exponential", []:
                return Exponential()
            case "exponential", [by]:
                return Exponential(float(by))
            case "cosine", []:
                return Cosine()
            case "warmup", []:
                return Warmup()
            case "warmup", [epochs]:
                return Warmup(int(epochs))
    except NetworkError:
        raise
    except ValueError:
        raise NetworkError(f"{text!r} is no schedule: a number in it cannot be read") from None
    raise NetworkError(f"unknown schedule {text!r}: the forms are {FORMS}")
