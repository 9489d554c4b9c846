"""Learning-rate schedules: each a value that gives the factor on the learning rate.

The factor holds for a whole epoch. Epochs count from 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Any, Protocol, runtime_checkable

from chainrule.network.arguments import brief, real_number, whole_number
from chainrule.network.errors import NetworkError


@runtime_checkable
class Schedule(Protocol):
    """`factor(epoch, epochs)` multiplies the learning rate in that epoch; `text()` names it."""

    def factor(self, epoch: int, epochs: int) -> float: ...

    def text(self) -> str: ...


def check_factor(by: float) -> None:
    """A factor lies in (0, 1]: a learning rate never grows."""
    if real_number("by", by, 0, open_low=True) > 1:
        raise NetworkError(f"by is {brief(by)}: a factor on the learning rate must lie in (0, 1]")


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
        whole_number("every", self.every, 1)
        check_factor(self.by)

    def factor(self, epoch: int, epochs: int) -> float:
        return self.by ** ((epoch - 1) // self.every)

    def text(self) -> str:
        return f"step:{int(self.every)}:{float(self.by)!r}"


@dataclass(frozen=True)
class Exponential:
    """Multiplied by `by` after every epoch."""

    by: float = 0.95

    def __post_init__(self) -> None:
        check_factor(self.by)

    def factor(self, epoch: int, epochs: int) -> float:
        return self.by ** (epoch - 1)

    def text(self) -> str:
        return f"exponential:{float(self.by)!r}"


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
        whole_number("epochs", self.epochs, 1)

    def factor(self, epoch: int, epochs: int) -> float:
        return min(1.0, epoch / self.epochs)

    def text(self) -> str:
        return f"warmup:{int(self.epochs)}"


SCHEDULES: dict[str, type[Any]] = {
    "constant": Constant,
    "step": StepDecay,
    "exponential": Exponential,
    "cosine": Cosine,
    "warmup": Warmup,
}
"""The schedules by name. To add one is to add its class here."""


def form(name: str) -> str:
    """How a schedule is written, its fields after its name: `step:EPOCHS:FACTOR`."""
    numbers = ["EPOCHS" if field.type == "int" else "FACTOR" for field in fields(SCHEDULES[name])]
    return ":".join([name, *numbers])


def schedule(text: str) -> Schedule:
    """A schedule from its text: `cosine`, `step:10:0.5`, `exponential:0.95`, `warmup:5`."""
    name, *numbers = text.lower().split(":") if isinstance(text, str) else [""]
    kind = SCHEDULES.get(name)
    if kind is None or len(numbers) not in (0, len(fields(kind))):
        forms = ", ".join(map(form, SCHEDULES))
        raise NetworkError(f"unknown schedule {brief(text)}: the forms are {forms}")
    try:
        values = [
            int(number) if field.type == "int" else float(number)
            for number, field in zip(numbers, fields(kind), strict=False)
        ]
    except ValueError:
        raise NetworkError(f"{brief(text)} is no schedule: a number in it cannot be read") from None
    return kind(*values)
