"""A straight-line program: equations, each with the NumPy calls that compute it on named buffers.

`bind` looks the names up once and gives the bare calls; to run a program is to replay them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np

from chainrule.network.arguments import Array
from chainrule.network.engine.binding import bind
from chainrule.network.engine.equation import Call, Equation
from chainrule.network.engine.running import Bound


@dataclass(frozen=True)
class Program:
    """The equations of one mini-batch, and the buffers that their calls name."""

    title: str
    equations: tuple[Equation, ...]
    buffers: dict[str, Array]

    def groups(self) -> Iterator[tuple[Equation, ...]]:
        """The equations in their order; those that the same calls compute together."""
        for _, same in groupby(self.equations, lambda equation: id(equation.calls)):
            yield tuple(same)

    @property
    def calls(self) -> tuple[Call, ...]:
        """Every call, in the order in which they are run."""
        return tuple(call for first, *_ in self.groups() for call in first.calls)

    def bind(
        self, inputs: Mapping[str, Array] | None = None, rng: np.random.Generator | None = None
    ) -> list[Bound]:
        """The bare calls to replay, with `inputs` (another `x` and `y`) in place of the buffers.

        Where dropout draws masks, it draws them from `rng`.
        """
        return bind(self.groups(), {**self.buffers, **(inputs or {})}, rng)

    # --- as one reads it ---------------------------------------------------------------------

    def shown(self) -> list[tuple[Equation, ...]]:
        """The groups of equations, the blocks after the first left out."""
        return [group for group in self.groups() if not group[0].block]

    @property
    def further_blocks(self) -> int:
        """How many more blocks of the parameters are updated like the first."""
        return max(equation.block or 0 for equation in self.equations)

    def listing(self, across: int = 100) -> str:
        """The program as text: each equation with its source, and under it its calls, numbered.

        A line that would be longer than `across` is broken.
        """
        groups = self.shown()
        calls = [call for group in groups for call in group[0].calls]
        digits, width = len(str(len(calls))), max(len(call.code) for call in calls)
        lines, number = [self.title, ""], 0
        for group in groups:
            for equation in group:
                lines += beside(equation.title, bracketed(equation.source), across, indent=4)
            for call in group[0].calls:
                number += 1
                code = f"  {number:{digits}}  {call.code:<{width}}"
                lines += beside(code, call.computes, across, indent=digits + 6)
        if self.further_blocks:
            lines.append(f"... and so for {self.further_blocks} further blocks of the parameters")
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values: the equations, each with its calls by the numbers of the listing."""
        equations: list[dict[str, Any]] = []
        done = 0
        for group in self.shown():
            calls = [
                {"number": number, **call.to_dict()}
                for number, call in enumerate(group[0].calls, done + 1)
            ]
            done += len(calls)
            equations += [
                {"name": e.name, "text": e.text, "source": e.source, "calls": calls} for e in group
            ]
        return {
            "title": self.title,
            "equations": equations,
            "further_blocks": self.further_blocks,
        }


def bracketed(source: str) -> str:
    return f"[{source}]" if source else ""


def beside(left: str, right: str, across: int, indent: int) -> list[str]:
    """Both in one line, or the second under the first where that would be too long."""
    if not right:
        return [left.rstrip()]
    if len(left) + 2 + len(right) <= across:
        return [f"{left}  {right}"]
    return [left.rstrip(), f"{'':{indent}}{right}"]
