"""What an optimiser is: the contract that every update of the parameters keeps."""

from __future__ import annotations

from typing import ClassVar, Protocol, runtime_checkable

from chainrule.network.engine.equation import Block, Equation


@runtime_checkable
class Optimizer(Protocol):
    """What an update is made of; every operand of its calls is the name of a buffer.

    It is a frozen dataclass whose fields are its settings: numbers, `learning_rate` among them.

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
    plain: ClassVar[bool]
    """Whether its update is w = w - eta * dC/dw and nothing else."""

    @property
    def learning_rate(self) -> float: ...

    @staticmethod
    def usual_rate(plain: float) -> float:
        """A learning rate that mostly does, where `plain` does for plain gradient descent."""
        ...

    def overshoots(self) -> float:
        """From which eta*lam/n on L2 alone makes the weights grow, where it `descends`.

        With no other gradient a weight follows w = (1 - s) w, or with momentum a recurrence of
        two terms; this is the s = eta*lam/n from which one of its roots is -1 or beyond.
        """
        ...

    def scalars(self) -> dict[str, float]:
        """Numbers that the calls read, beside `eta`, in the network's precision."""
        ...

    def doubles(self) -> dict[str, float]:
        """Numbers that are read and written once a mini-batch, in float64."""
        ...

    def each_step(self) -> list[Equation]:
        """What is computed once a mini-batch, on scalars in float64."""
        ...

    def update(self, block: Block) -> list[Equation]:
        """The update of one block; `block("gradients")` is the name of its part of a buffer."""
        ...
