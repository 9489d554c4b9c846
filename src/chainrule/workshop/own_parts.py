"""The parts of a network that are chosen for training, and the functions that each one needs."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

from chainrule.ground.words import did_you_mean
from chainrule.workshop.errors import WorkshopError

ACTIVATIONS = {
    "sigmoid": ("sigmoid", "sigmoid_prime"),
    "tanh": ("tanh", "tanh_prime"),
    "relu": ("relu", "relu_prime"),
}
"""The function of a hidden layer and its slope."""
COSTS = {
    "quadratic": ("sigmoid", "output_error"),
    "cross-entropy": ("sigmoid", "cross_entropy_error"),
    "log-likelihood": ("softmax", "cross_entropy_error"),
}
"""The activation of the output layer that goes with a cost, and the error of that layer."""
OPTIMIZERS = {"sgd": ("update",), "momentum": ("momentum",)}
CHOICES = {"activation": ACTIVATIONS, "cost": COSTS, "optimizer": OPTIMIZERS}
RATES = {"sigmoid": 0.5, "tanh": 0.1, "relu": 0.1}
"""A learning rate that does well with an activation, for examples from 0 to 1."""
QUADRATIC_RATE = 3.0
"""Nielsen's, chapter 1, for sigmoid neurons."""
PLAIN = {"activation": "sigmoid", "cost": "quadratic", "optimizer": "sgd", "l2": 0.0}
"""With these, the learner's own `train` and `forward` are the whole of it."""


@dataclass(frozen=True)
class Settings:
    """How to train. The defaults are Nielsen's, chapter 1: 30 hidden neurons, eta = 3.

    `l2` is lambda, `momentum` the part of the velocity that is kept. Raises WorkshopError, with the
    setting that is at fault.
    """

    hidden: tuple[int, ...] = (30,)
    epochs: int = 30
    batch_size: int = 10
    learning_rate: float | None = None
    seed: int = 0
    activation: str = "sigmoid"
    cost: str = "quadratic"
    optimizer: str = "sgd"
    momentum: float = 0.9
    l2: float = 0.0

    def __post_init__(self) -> None:
        for setting, known in CHOICES.items():
            name = getattr(self, setting)
            if name not in known:
                text = did_you_mean(str(name), list(known), f"they are {', '.join(known)}")
                raise WorkshopError(text, setting=setting, value=str(name))
        if not 0 <= self.momentum < 1:
            raise WorkshopError(
                "expected a number from 0 to less than 1",
                setting="momentum",
                value=f"{self.momentum:g}",
            )
        if not 0 <= self.l2 < 1e9:
            raise WorkshopError("expected a number from 0 up", setting="l2", value=f"{self.l2:g}")

    @property
    def plain(self) -> bool:
        """Whether the learner's own `train` and `forward` do all of it."""
        return all(getattr(self, name) == value for name, value in PLAIN.items())

    @property
    def rate(self) -> float:
        """The learning rate, chosen where none is given."""
        if self.learning_rate is not None:
            return self.learning_rate
        if self.cost == "quadratic" and self.activation == "sigmoid":
            rate = QUADRATIC_RATE
        else:
            rate = RATES[self.activation]
        return rate * (1 - self.momentum) if self.optimizer == "momentum" else rate

    @property
    def output(self) -> str:
        """The activation of the output layer."""
        return COSTS[self.cost][0]

    @property
    def needs(self) -> dict[str, str | None]:
        """The functions that are needed, each with the setting that needs it."""
        if self.plain:
            return {"forward": None, "train": None}
        found: dict[str, str | None] = {"minibatches": None}
        for setting, known in CHOICES.items():
            found |= dict.fromkeys(known[getattr(self, setting)], setting)
        return found | ({"l2": "l2"} if self.l2 else {})

    def to_dict(self) -> dict[str, Any]:
        return {**asdict(self), "hidden": list(self.hidden), "learning_rate": self.rate}

    @staticmethod
    def from_dict(values: dict[str, Any]) -> Settings:
        """The settings of such values; LookupError or TypeError where they are none."""
        known = {each.name: values[each.name] for each in fields(Settings)}
        return Settings(**{**known, "hidden": tuple(map(int, known["hidden"]))})
