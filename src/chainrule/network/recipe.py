"""How a network is trained, as one value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chainrule.network.arguments import brief, generator, real_number, whole_number
from chainrule.network.errors import NetworkError
from chainrule.network.optimizers import SGD, optimizer, settings_of
from chainrule.network.penalty import Penalty
from chainrule.network.schedules import Constant, Schedule, schedule
from chainrule.network.update import Optimizer

Dropout = float | tuple[float, ...]
"""One rate for all hidden layers, or one for each."""


@dataclass(frozen=True)
class Recipe:
    """The optimiser, the mini-batches, the penalties, dropout, the schedule and the seed.

    `l1` and `l2` are the strengths of the penalties, `dropout` the probability with which a
    hidden neuron is left out, one for all hidden layers or one for each. A seed of None is one
    that nobody chose. A setting that cannot be is refused with its name.
    """

    optimizer: Optimizer = field(default_factory=SGD)
    batch_size: int = 10
    epochs: int = 30
    l1: float = 0.0
    l2: float = 0.0
    dropout: Dropout = 0.0
    schedule: Schedule = field(default_factory=Constant)
    seed: int | None = 0

    def __post_init__(self) -> None:
        for name, kind, expected in (
            ("optimizer", Optimizer, 'an Optimizer, as from optimizer("adam")'),
            ("schedule", Schedule, 'a Schedule, as from schedule("cosine")'),
        ):
            given = getattr(self, name)
            if not isinstance(given, kind) or isinstance(given, type):
                raise NetworkError(f"{name} is {brief(given)}: expected {expected}")
        settings_of(self.optimizer)
        generator(self.seed)
        checked = {
            "batch_size": whole_number("batch_size", self.batch_size, 1),
            "epochs": whole_number("epochs", self.epochs, 0),
            "l1": real_number("l1", self.l1, 0),
            "l2": real_number("l2", self.l2, 0),
            "dropout": dropout_rates(self.dropout),
            "seed": None if self.seed is None else int(self.seed),
        }
        for name, value in checked.items():
            object.__setattr__(self, name, value)

    def penalty(self, n: int) -> Penalty:
        """The penalty of the weights where there are `n` training examples."""
        return Penalty(self.l1, self.l2, n)

    def rates(self, hidden: int) -> list[float]:
        """The dropout of each of so many hidden layers."""
        return rates_of_layers(self.dropout, hidden)

    def numbers(self) -> dict[str, float]:
        """The settings that enter the arithmetic, by name."""
        return {**settings_of(self.optimizer), "l1": self.l1, "l2": self.l2}

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values, as `from_dict` reads them."""
        return {
            "optimizer": self.optimizer.name,
            "optimizer_settings": settings_of(self.optimizer),
            "batch_size": self.batch_size,
            "epochs": self.epochs,
            "l1": self.l1,
            "l2": self.l2,
            "dropout": list(self.dropout) if isinstance(self.dropout, tuple) else self.dropout,
            "schedule": self.schedule.text(),
            "seed": self.seed,
        }

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Recipe:
        """The recipe that gave these values; entries of other names are not looked at."""
        try:
            settings, dropout = fields["optimizer_settings"], fields["dropout"]
            return cls(
                optimizer=optimizer(fields["optimizer"], **settings),
                batch_size=fields["batch_size"],
                epochs=fields["epochs"],
                l1=fields["l1"],
                l2=fields["l2"],
                dropout=tuple(dropout) if isinstance(dropout, list) else dropout,
                schedule=schedule(fields["schedule"]),
                seed=fields["seed"],
            )
        except KeyError as fault:
            raise NetworkError(
                f"the recipe has no {fault}: expected what to_dict() gives"
            ) from None
        except TypeError as fault:
            raise NetworkError(f"the recipe cannot be read ({fault})") from None


def dropout_rates(dropout: float | Sequence[float]) -> Dropout:
    """One rate or several, each from 0 to less than 1."""
    if isinstance(dropout, str) or not isinstance(dropout, Iterable):
        return real_number("dropout", dropout, 0, 1)
    return tuple(real_number("dropout", rate, 0, 1) for rate in dropout)


def rates_of_layers(dropout: float | Sequence[float], hidden: int) -> list[float]:
    """One rate for each of so many hidden layers."""
    rates = dropout_rates(dropout)
    if not isinstance(rates, tuple):
        return [rates] * hidden
    if len(rates) != hidden:
        raise NetworkError(
            f"the number of dropout rates is {len(rates)}, that of hidden layers {hidden}: "
            "give one number, or one per hidden layer"
        )
    return list(rates)
