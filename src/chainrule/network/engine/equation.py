"""An equation as a value, and the NumPy calls that compute it.

A call is written with names (`dot(W1, x, z1)`), so that it can be printed and read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

Block = Callable[[str], str]
"""From the name of a long buffer to that of one block of it."""


@dataclass(frozen=True, slots=True)
class Call:
    """One NumPy call: `function(*operands, out)`, each a buffer's name; `W2.T` is a view of `W2`.

    Where an equation is computed in parts, `computes` is the part that begins here; a call that
    carries on the part before it has none.
    """

    function: str
    operands: tuple[str, ...]
    out: str
    computes: str = ""

    @property
    def code(self) -> str:
        """The call as text: `dot(W1, x, z1)`."""
        return f"{self.function}({', '.join((*self.operands, self.out))})"

    def to_dict(self) -> dict[str, Any]:
        return {**asdict(self), "operands": list(self.operands), "code": self.code}


@dataclass(frozen=True)
class Equation:
    """An equation whole, in the notation of the lessons, and the calls that compute it.

    `name` is what it is called (`BP2`), `source` where it stands in the literature. Two equations
    that the same calls compute, as BP3 and BP4, follow each other and hold the same tuple. `block`
    numbers the equations that do the same to one block after another of a long buffer; those of
    different blocks do not need one another, but for every `MOST_PARTS`th, which may use the same
    scratch.
    """

    text: str
    name: str
    source: str
    calls: tuple[Call, ...]
    block: int | None = None

    @property
    def title(self) -> str:
        """`BP2: delta1 = (W2.T @ delta2) * sigma'(z1)`."""
        return f"{self.name}: {self.text}"


def stated(calls: Sequence[Call], text: str) -> tuple[Call, ...]:
    """The calls, which compute `text` as part of an equation, where they do not say so already."""
    if not calls or any(call.computes for call in calls):
        return tuple(calls)
    return (replace(calls[0], computes=text), *calls[1:])
