"""Optimisers: each a value that writes its update as equations on one block of the parameters.

The calls read the buffers `parameters` and `gradients` and the optimiser's own `state`, and
change `parameters` and `state`. `step` is the gradients' own memory, where a gradient makes room
for eta times it. An optimiser that `descends` reads nothing of the gradient but `step`.
The scalars (`eta`, `mu`, ...) are 0-d arrays, which a NumPy call reads faster than a Python number.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, ClassVar

from chainrule.network.architecture import Architecture
from chainrule.network.arguments import INFINITY, brief, known_name, real_number
from chainrule.network.engine.equation import Block, Call, Equation
from chainrule.network.errors import NetworkError
from chainrule.network.update import Optimizer


def equation(text: str, source: str, *calls: Call) -> Equation:
    return Equation(text, "update", source, calls)


@dataclass(frozen=True)
class SGD:
    """Gradient descent on mini-batches: w = w - eta * dC/dw. Nielsen, chapter 1, eq. (20), (21)."""

    learning_rate: float = 0.5
    name: ClassVar[str] = "sgd"
    equations: ClassVar[tuple[str, ...]] = ("w = w - eta * dC/dw",)
    state: ClassVar[tuple[str, ...]] = ()
    counters: ClassVar[tuple[str, ...]] = ()
    descends: ClassVar[bool] = True
    plain: ClassVar[bool] = True

    def __post_init__(self) -> None:
        real_number("learning_rate", self.learning_rate, 0, open_low=True)

    @staticmethod
    def usual_rate(plain: float) -> float:
        return plain

    def overshoots(self) -> float:
        return 2.0

    def scalars(self) -> dict[str, float]:
        return {}

    def doubles(self) -> dict[str, float]:
        return {}

    def each_step(self) -> list[Equation]:
        return []

    def update(self, block: Block) -> list[Equation]:
        w, step = block("parameters"), block("step")
        text = f"{self.equations[0]}, for every W and b"
        source = "Nielsen, chapter 1, eq. (20), (21)"
        return [equation(text, source, Call("subtract", (w, step), w))]


@dataclass(frozen=True)
class Momentum:
    """v = mu * v - eta * dC/dw; w = w + v. Nielsen, chapter 3, eq. (107), (108)."""

    learning_rate: float = 0.1
    momentum: float = 0.9
    name: ClassVar[str] = "momentum"
    equations: ClassVar[tuple[str, ...]] = ("v = mu * v - eta * dC/dw", "w = w + v")
    state: ClassVar[tuple[str, ...]] = ("v",)
    counters: ClassVar[tuple[str, ...]] = ()
    descends: ClassVar[bool] = True
    plain: ClassVar[bool] = False

    def __post_init__(self) -> None:
        real_number("learning_rate", self.learning_rate, 0, open_low=True)
        real_number("momentum", self.momentum, 0, 1)

    @staticmethod
    def usual_rate(plain: float) -> float:
        return plain / 20

    def overshoots(self) -> float:
        return 2 * (1 + self.momentum)

    def scalars(self) -> dict[str, float]:
        return {"mu": self.momentum}

    def doubles(self) -> dict[str, float]:
        return {}

    def each_step(self) -> list[Equation]:
        return []

    def update(self, block: Block) -> list[Equation]:
        w, step, v = block("parameters"), block("step"), block("v")
        return [
            equation(
                self.equations[0],
                "Nielsen, chapter 3, eq. (107)",
                Call("multiply", (v, "mu"), v),
                Call("subtract", (v, step), v),
            ),
            equation(self.equations[1], "Nielsen, chapter 3, eq. (108)", Call("add", (w, v), w)),
        ]


@dataclass(frozen=True)
class Nesterov:
    """v = mu * v - eta * dC/dw; w = w + mu * v - eta * dC/dw.

    Nesterov's momentum in the form that takes the gradient where w is (Bengio and others, 2013,
    eq. (6), (7)).
    """

    learning_rate: float = 0.1
    momentum: float = 0.9
    name: ClassVar[str] = "nesterov"
    equations: ClassVar[tuple[str, ...]] = (
        "v = mu * v - eta * dC/dw",
        "w = w + mu * v - eta * dC/dw",
    )
    state: ClassVar[tuple[str, ...]] = ("v",)
    counters: ClassVar[tuple[str, ...]] = ()
    descends: ClassVar[bool] = True
    plain: ClassVar[bool] = False

    def __post_init__(self) -> None:
        real_number("learning_rate", self.learning_rate, 0, open_low=True)
        real_number("momentum", self.momentum, 0, 1)

    @staticmethod
    def usual_rate(plain: float) -> float:
        return plain / 20

    def overshoots(self) -> float:
        return 2 * (1 + self.momentum) / (1 + 2 * self.momentum)

    def scalars(self) -> dict[str, float]:
        return {"mu": self.momentum}

    def doubles(self) -> dict[str, float]:
        return {}

    def each_step(self) -> list[Equation]:
        return []

    def update(self, block: Block) -> list[Equation]:
        w, step = block("parameters"), block("step")
        v, scratch = block("v"), block("scratch")
        return [
            equation(
                self.equations[0],
                "Bengio and others, 2013, eq. (6)",
                Call("multiply", (v, "mu"), v),
                Call("subtract", (v, step), v),
            ),
            equation(
                self.equations[1],
                "Bengio and others, 2013, eq. (7)",
                Call("multiply", (v, "mu"), scratch),
                Call("subtract", (scratch, step), scratch),
                Call("add", (w, scratch), w),
            ),
        ]


@dataclass(frozen=True)
class RMSProp:
    """s = rho * s + (1 - rho) * (dC/dw)**2; w = w - eta * dC/dw / (sqrt(s) + eps).

    Tieleman and Hinton, 2012, lecture 6e.
    """

    learning_rate: float = 0.001
    rho: float = 0.9
    epsilon: float = 1e-7
    name: ClassVar[str] = "rmsprop"
    equations: ClassVar[tuple[str, ...]] = (
        "s = rho * s + (1 - rho) * (dC/dw)**2",
        "w = w - eta * dC/dw / (sqrt(s) + eps)",
    )
    state: ClassVar[tuple[str, ...]] = ("s",)
    counters: ClassVar[tuple[str, ...]] = ()
    descends: ClassVar[bool] = False
    plain: ClassVar[bool] = False

    def __post_init__(self) -> None:
        real_number("learning_rate", self.learning_rate, 0, open_low=True)
        real_number("rho", self.rho, 0, 1)
        real_number("epsilon", self.epsilon, 0, open_low=True)

    @staticmethod
    def usual_rate(plain: float) -> float:
        return 0.001

    def overshoots(self) -> float:
        return math.inf

    def scalars(self) -> dict[str, float]:
        return {"rho": self.rho, "1-rho": 1 - self.rho, "eps": self.epsilon}

    def doubles(self) -> dict[str, float]:
        return {}

    def each_step(self) -> list[Equation]:
        return []

    def update(self, block: Block) -> list[Equation]:
        w, gradient, step = block("parameters"), block("gradients"), block("step")
        s, scratch = block("s"), block("scratch")
        source = "Tieleman and Hinton, 2012, lecture 6e"
        return [
            equation(
                self.equations[0],
                source,
                Call("multiply", (gradient, gradient), scratch),
                Call("multiply", (scratch, "1-rho"), scratch),
                Call("multiply", (s, "rho"), s),
                Call("add", (s, scratch), s),
            ),
            equation(
                self.equations[1],
                source,
                Call("sqrt", (s,), scratch),
                Call("add", (scratch, "eps"), scratch),
                Call("divide", (gradient, scratch), step),
                Call("multiply", (step, "eta"), step),
                Call("subtract", (w, step), w),
            ),
        ]


ADAM = "Kingma and Ba, 2015, algorithm 1"


@dataclass(frozen=True)
class Adam:
    """A weighted mean of the gradients, divided by the root of that of their squares.

    A weighted sum is kept and divided by the sum of its weights, 1 + beta + beta**2 + ... (t
    terms) = (1 - beta**t) / (1 - beta). That is the mean freed of its start at 0 of Kingma and
    Ba, 2015, algorithm 1.
    """

    learning_rate: float = 0.001
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    name: ClassVar[str] = "adam"
    equations: ClassVar[tuple[str, ...]] = (
        "v = beta1 * v + dC/dw",
        "s = beta2 * s + (dC/dw)**2",
        "V = (1 - beta1**t) / (1 - beta1)",
        "S = (1 - beta2**t) / (1 - beta2)",
        "w = w - eta * (v / V) / (sqrt(s / S) + eps)",
    )
    state: ClassVar[tuple[str, ...]] = ("v", "s")
    counters: ClassVar[tuple[str, ...]] = ("t",)
    descends: ClassVar[bool] = False
    plain: ClassVar[bool] = False

    def __post_init__(self) -> None:
        real_number("learning_rate", self.learning_rate, 0, open_low=True)
        real_number("beta1", self.beta1, 0, 1)
        real_number("beta2", self.beta2, 0, 1)
        real_number("epsilon", self.epsilon, 0, open_low=True)

    @staticmethod
    def usual_rate(plain: float) -> float:
        return 0.001

    def overshoots(self) -> float:
        return math.inf

    def scalars(self) -> dict[str, float]:
        return {"beta1": self.beta1, "beta2": self.beta2, "eta_t": 0.0, "eps_t": 0.0}

    def doubles(self) -> dict[str, float]:
        return {
            "t": 0.0,
            "beta1_64": self.beta1,
            "beta2_64": self.beta2,
            "1-beta1": 1 - self.beta1,
            "1-beta2": 1 - self.beta2,
            "eps": self.epsilon,
            "V": 0.0,
            "S": 0.0,
        }

    def each_step(self) -> list[Equation]:
        """`t` counts the steps; the sums of the weights and what follows from them, in float64."""
        folded = (
            Call("sqrt", ("S",), "S"),
            Call("divide", ("S", "V"), "V"),
            Call("multiply", ("V", "eta"), "eta_t"),
            Call("multiply", ("S", "eps"), "eps_t"),
        )
        return [
            equation("t = t + 1", ADAM, Call("add", ("t", "1"), "t")),
            equation(
                self.equations[2],
                ADAM,
                Call("power", ("beta1_64", "t"), "V"),
                Call("subtract", ("1", "V"), "V"),
                Call("divide", ("V", "1-beta1"), "V"),
            ),
            equation(
                self.equations[3],
                ADAM,
                Call("power", ("beta2_64", "t"), "S"),
                Call("subtract", ("1", "S"), "S"),
                Call("divide", ("S", "1-beta2"), "S"),
            ),
            Equation("eta_t = eta * sqrt(S) / V", "update", ADAM, folded),
            Equation("eps_t = eps * sqrt(S)", "update", ADAM, folded),
        ]

    def update(self, block: Block) -> list[Equation]:
        w, gradient, scratch = block("parameters"), block("gradients"), block("scratch")
        v, s = block("v"), block("s")
        return [
            equation(
                self.equations[0],
                ADAM,
                Call("multiply", (v, "beta1"), v),
                Call("add", (v, gradient), v),
            ),
            equation(
                self.equations[1],
                ADAM,
                Call("multiply", (gradient, gradient), scratch),
                Call("multiply", (s, "beta2"), s),
                Call("add", (s, scratch), s),
            ),
            equation(
                "w = w - eta_t * v / (sqrt(s) + eps_t)",
                ADAM,
                Call("sqrt", (s,), scratch),
                Call("add", (scratch, "eps_t"), scratch),
                Call("divide", (v, scratch), scratch),
                Call("multiply", (scratch, "eta_t"), scratch),
                Call("subtract", (w, scratch), w),
            ),
        ]


OPTIMIZERS: dict[str, type[Any]] = {
    optimizer.name: optimizer for optimizer in (SGD, Momentum, Nesterov, RMSProp, Adam)
}
"""The optimisers by name. To add one is to add a class here."""


def optimizer(name: str, **settings: float) -> Optimizer:
    """The optimiser of this name with these settings; unknown names list the known ones."""
    kind = OPTIMIZERS[known_name("optimizer", name, OPTIMIZERS)]
    known_settings = [field.name for field in fields(kind)]
    for setting in settings:
        if setting not in known_settings:
            raise NetworkError(
                f"{name} has no setting {setting!r}: it has {', '.join(known_settings)}"
            )
    return kind(**settings)


def usual_learning_rate(name: str, architecture: Architecture) -> float:
    """A learning rate that does well on handwritten digits in mini-batches of 10."""
    kind = OPTIMIZERS[known_name("optimizer", name, OPTIMIZERS)]
    return kind.usual_rate(architecture.usual_rate)


def settings_of(optimizer: Optimizer) -> dict[str, float]:
    """Its settings by name, all of them numbers, as `optimizer(name, **settings)` takes them."""
    if not is_dataclass(optimizer):
        raise NetworkError(
            f"optimizer is {brief(optimizer)}: expected a dataclass whose fields are its settings"
        )
    named = {field.name: getattr(optimizer, field.name) for field in fields(optimizer)}
    return {name: real_number(name, n, -INFINITY, open_low=True) for name, n in named.items()}
