"""Optimisers: each a value that writes its update as steps on one block of the parameters.

A step reads the buffers `parameters` and `gradients` and the optimiser's own `state`, and
changes `parameters` and `state`. `step` is the gradients' own memory, where a gradient makes room
for eta times it. An optimiser that `descends` reads nothing of the gradient but `step`.
The scalars (`eta`, `mu`, ...) are 0-d arrays, which a NumPy call reads faster than a Python number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from typing import ClassVar, Protocol, runtime_checkable

from chainrule.network.checking import INFINITY, brief, known_name, real_number
from chainrule.network.errors import NetworkError
from chainrule.network.program import Step


@runtime_checkable
class Optimizer(Protocol):
    """What an update is made of; every operand of its steps is the name of a buffer.

    It is a dataclass whose fields are its settings: numbers, `learning_rate` among them.

    A parameter whose gradient has been 0 in every step must stay as it is, but for L2: the weights
    of inputs that are 0 in every example are left out of the step.
    """

    name: ClassVar[str]
    equations: ClassVar[tuple[str, ...]]
    state: ClassVar[tuple[str, ...]]
    """The buffers it keeps from step to step, as long as the parameters; all start at 0."""
    counters: ClassVar[tuple[str, ...]]
    """The numbers it keeps from step to step; all start at 0."""
    descends: ClassVar[bool]
    """Whether its update needs eta * dC/dw and no dC/dw: it reads `step`, not `gradients`."""

    @property
    def learning_rate(self) -> float: ...

    def scalars(self) -> dict[str, float]:
        """Numbers that the steps read, beside `eta`, in the network's precision."""
        ...

    def doubles(self) -> dict[str, float]:
        """Numbers that are read and written once a mini-batch, in float64."""
        ...

    def each_step(self) -> list[Step]:
        """Steps done once a mini-batch, on scalars in float64."""
        ...

    def update(self, block: Callable[[str], str]) -> list[Step]:
        """The steps for one block; `block("gradients")` is the name of its part of a buffer."""
        ...


@dataclass(frozen=True)
class SGD:
    """Gradient descent on mini-batches: w = w - eta * dC/dw. Nielsen, chapter 1, eq. (20), (21)."""

    learning_rate: float = 0.5
    name: ClassVar[str] = "sgd"
    equations: ClassVar[tuple[str, ...]] = ("w = w - eta * dC/dw",)
    state: ClassVar[tuple[str, ...]] = ()
    counters: ClassVar[tuple[str, ...]] = ()
    descends: ClassVar[bool] = True

    def __post_init__(self) -> None:
        real_number("learning_rate", self.learning_rate, 0, open_low=True)

    def scalars(self) -> dict[str, float]:
        return {}

    def doubles(self) -> dict[str, float]:
        return {}

    def each_step(self) -> list[Step]:
        return []

    def update(self, block: Callable[[str], str]) -> list[Step]:
        w, step = block("parameters"), block("step")
        return [Step("subtract", (w, step), w, f"{self.equations[0]}, for every W and b")]


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

    def __post_init__(self) -> None:
        real_number("learning_rate", self.learning_rate, 0, open_low=True)
        real_number("momentum", self.momentum, 0, 1)

    def scalars(self) -> dict[str, float]:
        return {"mu": self.momentum}

    def doubles(self) -> dict[str, float]:
        return {}

    def each_step(self) -> list[Step]:
        return []

    def update(self, block: Callable[[str], str]) -> list[Step]:
        w, step, v = block("parameters"), block("step"), block("v")
        return [
            Step("multiply", (v, "mu"), v, self.equations[0]),
            Step("subtract", (v, step), v),
            Step("add", (w, v), w, self.equations[1]),
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

    def __post_init__(self) -> None:
        real_number("learning_rate", self.learning_rate, 0, open_low=True)
        real_number("momentum", self.momentum, 0, 1)

    def scalars(self) -> dict[str, float]:
        return {"mu": self.momentum}

    def doubles(self) -> dict[str, float]:
        return {}

    def each_step(self) -> list[Step]:
        return []

    def update(self, block: Callable[[str], str]) -> list[Step]:
        w, step = block("parameters"), block("step")
        v, scratch = block("v"), block("scratch")
        return [
            Step("multiply", (v, "mu"), v, self.equations[0]),
            Step("subtract", (v, step), v),
            Step("multiply", (v, "mu"), scratch, self.equations[1]),
            Step("subtract", (scratch, step), scratch),
            Step("add", (w, scratch), w),
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

    def __post_init__(self) -> None:
        real_number("learning_rate", self.learning_rate, 0, open_low=True)
        real_number("rho", self.rho, 0, 1)
        real_number("epsilon", self.epsilon, 0, open_low=True)

    def scalars(self) -> dict[str, float]:
        return {"rho": self.rho, "1-rho": 1 - self.rho, "eps": self.epsilon}

    def doubles(self) -> dict[str, float]:
        return {}

    def each_step(self) -> list[Step]:
        return []

    def update(self, block: Callable[[str], str]) -> list[Step]:
        w, gradient, step = block("parameters"), block("gradients"), block("step")
        s, scratch = block("s"), block("scratch")
        return [
            Step("multiply", (gradient, gradient), scratch, self.equations[0]),
            Step("multiply", (scratch, "1-rho"), scratch),
            Step("multiply", (s, "rho"), s),
            Step("add", (s, scratch), s),
            Step("sqrt", (s,), scratch, self.equations[1]),
            Step("add", (scratch, "eps"), scratch),
            Step("divide", (gradient, scratch), step),
            Step("multiply", (step, "eta"), step),
            Step("subtract", (w, step), w),
        ]


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

    def __post_init__(self) -> None:
        real_number("learning_rate", self.learning_rate, 0, open_low=True)
        real_number("beta1", self.beta1, 0, 1)
        real_number("beta2", self.beta2, 0, 1)
        real_number("epsilon", self.epsilon, 0, open_low=True)

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

    def each_step(self) -> list[Step]:
        """`t` counts the steps; the sums of the weights and what follows from them, in float64."""
        return [
            Step("add", ("t", "1"), "t", "t = t + 1"),
            Step("power", ("beta1_64", "t"), "V", self.equations[2]),
            Step("subtract", ("1", "V"), "V"),
            Step("divide", ("V", "1-beta1"), "V"),
            Step("power", ("beta2_64", "t"), "S", self.equations[3]),
            Step("subtract", ("1", "S"), "S"),
            Step("divide", ("S", "1-beta2"), "S"),
            Step("sqrt", ("S",), "S", "eta_t = eta * sqrt(S) / V; eps_t = eps * sqrt(S)"),
            Step("divide", ("S", "V"), "V"),
            Step("multiply", ("V", "eta"), "eta_t"),
            Step("multiply", ("S", "eps"), "eps_t"),
        ]

    def update(self, block: Callable[[str], str]) -> list[Step]:
        w, gradient, scratch = block("parameters"), block("gradients"), block("scratch")
        v, s = block("v"), block("s")
        return [
            Step("multiply", (v, "beta1"), v, self.equations[0]),
            Step("add", (v, gradient), v),
            Step("multiply", (gradient, gradient), scratch, self.equations[1]),
            Step("multiply", (s, "beta2"), s),
            Step("add", (s, scratch), s),
            Step("sqrt", (s,), scratch, "w = w - eta_t * v / (sqrt(s) + eps_t)"),
            Step("add", (scratch, "eps_t"), scratch),
            Step("divide", (v, scratch), scratch),
            Step("multiply", (scratch, "eta_t"), scratch),
            Step("subtract", (w, scratch), w),
        ]


OPTIMIZERS: dict[str, type[SGD | Momentum | Nesterov | RMSProp | Adam]] = {
    optimizer.name: optimizer for optimizer in (SGD, Momentum, Nesterov, RMSProp, Adam)
}


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


def overshoots(optimizer: Optimizer) -> float:
    """From which eta*lam/n on L2 alone makes the weights grow, where the optimiser descends.

    With no other gradient a weight follows w = (1 - s) w, or with momentum a recurrence of two
    terms; this is the s = eta*lam/n from which one of its roots is -1 or beyond.
    """
    if isinstance(optimizer, Nesterov):
        return 2 * (1 + optimizer.momentum) / (1 + 2 * optimizer.momentum)
    return 2 * (1 + optimizer.momentum) if isinstance(optimizer, Momentum) else 2.0


def settings_of(optimizer: Optimizer) -> dict[str, float]:
    """Its settings by name, all of them numbers, as `optimizer(name, **settings)` takes them."""
    if not is_dataclass(optimizer):
        raise NetworkError(
            f"optimizer is {brief(optimizer)}: expected a dataclass whose fields are its settings"
        )
    named = {field.name: getattr(optimizer, field.name) for field in fields(optimizer)}
    return {name: real_number(name, n, -INFINITY, open_low=True) for name, n in named.items()}
