"""What a network is made of: the sizes of its layers, their activations, its cost.

An architecture can be written in one line: `784-30-10 sigmoid quadratic`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from chainrule.network.activations import ACTIVATIONS, Activation, activation
from chainrule.network.arguments import brief, whole_number
from chainrule.network.costs import COSTS, cost, cost_of
from chainrule.network.errors import NetworkError

LARGEST_LAYER = 1_000_000
"""Neurons. Beyond this a layer is a slip of the finger rather than a wish."""

GENTLE = 0.25
"""A slope that is never above this, as sigmoid's, bears larger steps."""

LARGEST_NETWORK = 1_000_000_000
"""Parameters: 4 GB in float32, and training needs several times that."""


def whole_sizes(sizes: Iterable[int]) -> tuple[int, ...]:
    """The sizes of layers as whole numbers from 1 up."""
    if isinstance(sizes, str | bytes) or not isinstance(sizes, Iterable):
        raise NetworkError(f"sizes are {brief(sizes)}: expected whole numbers, as in [784, 30, 10]")
    return tuple(whole_number("a layer's size", size, 1) for size in sizes)


@dataclass(frozen=True)
class Architecture:
    """The sizes (n0, n1, ..., nL), one activation a layer 1..L, and the name of the cost."""

    sizes: tuple[int, ...]
    activations: tuple[str, ...]
    cost: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "sizes", whole_sizes(self.sizes))
        if isinstance(self.activations, str) or not isinstance(self.activations, Iterable):
            raise NetworkError(
                f"activations are {brief(self.activations)}: expected a tuple of names, one for "
                "every layer but the inputs"
            )
        object.__setattr__(self, "activations", tuple(self.activations))
        if len(self.sizes) < 2:
            raise NetworkError(
                f"sizes are {brief(self.sizes)}: a network has at least inputs and outputs, as in "
                "784-10"
            )
        if len(self.activations) != len(self.sizes) - 1:
            raise NetworkError(
                f"the number of activations is {len(self.activations)}, that of layers "
                f"{len(self.sizes)}: expected one activation for every layer but the inputs"
            )
        for size in self.sizes:
            if size > LARGEST_LAYER:
                raise NetworkError(
                    f"a layer of {brief(size)} neurons: a layer has 1 to {LARGEST_LAYER:,} neurons"
                )
        if self.parameters > LARGEST_NETWORK:
            raise NetworkError(
                f"{'-'.join(map(str, self.sizes))} has {self.parameters:,} parameters: more than "
                f"{LARGEST_NETWORK:,} do not fit"
            )
        for size, name in zip(self.sizes[1:], self.activations, strict=True):
            if activation(name).competes and size == 1:
                raise NetworkError(
                    f"a layer of one {name} neuron is always 1: take sigmoid, or two neurons"
                )
        partner = cost(self.cost).partner
        output = self.activations[-1]
        if partner is not None and output != partner:
            raise NetworkError(
                f"the {self.cost} cost with {output} outputs: this cost belongs to {partner} "
                f"outputs; with {output} take "
                + " or ".join(
                    name for name, known in COSTS.items() if known.partner in (None, output)
                )
            )

    @classmethod
    def of(
        cls,
        sizes: Sequence[int],
        hidden: str | Sequence[str] = "sigmoid",
        output: str | None = None,
        cost_name: str = "quadratic",
    ) -> Architecture:
        """From sizes, one name (or one per hidden layer), the output's name and the cost's."""
        whole = whole_sizes(sizes)
        layers = len(whole) - 2
        if not isinstance(hidden, Iterable):
            raise NetworkError(f"hidden is {brief(hidden)}: expected the name of an activation")
        names = [hidden] * max(layers, 0) if isinstance(hidden, str) else list(hidden)
        if len(names) != max(layers, 0):
            raise NetworkError(
                f"the number of hidden activations is {len(names)}, that of hidden layers "
                f"{max(layers, 0)}: give one name, or one per hidden layer"
            )
        chosen = cost(cost_name).name
        last = cost(chosen).output if output is None else output
        return cls(whole, tuple(activation(name).name for name in (*names, last)), chosen)

    @classmethod
    def parse(cls, text: str) -> Architecture:
        """From one line: sizes joined by `-`, then activations and a cost in any order.

        One activation is the hidden layers'; the last of several is the output's.

        >>> Architecture.parse("784-100-10 relu log-likelihood").activations
        ('relu', 'softmax')
        """
        words = text.split() if isinstance(text, str) else []
        if not words or not re.fullmatch(r"\d+(-\d+)+", words[0]):
            raise NetworkError(
                f"{brief(text)} is no architecture: expected sizes, activations and a cost, as in "
                "'784-30-10 sigmoid quadratic'"
            )
        if max(len(size) for size in words[0].split("-")) > len(str(LARGEST_LAYER)):
            raise NetworkError(f"{brief(words[0])}: a layer has 1 to {LARGEST_LAYER:,} neurons")
        sizes = [int(size) for size in words[0].split("-")]
        costs: list[str] = []
        names: list[str] = []
        for word in words[1:]:
            name = word.lower().replace("_", "-")
            if name in COSTS:
                costs.append(name)
            elif name in ACTIVATIONS:
                names.append(name)
            else:
                raise NetworkError(
                    f"{brief(word)} in {brief(text)} is neither an activation "
                    f"({', '.join(ACTIVATIONS)}) nor a cost ({', '.join(COSTS)})"
                )
        if len(costs) > 1:
            raise NetworkError(f"{brief(text)} names {len(costs)} costs: expected one")
        return cls._from_words(sizes, names, costs[0] if costs else None, text)

    @classmethod
    def _from_words(
        cls, sizes: list[int], names: list[str], cost_name: str | None, text: str
    ) -> Architecture:
        hidden = len(sizes) - 2
        output: str | None = None
        both = len(names) == hidden + 1 or (len(names) == 2 and hidden >= 1)
        if both or (len(names) == 1 and activation(names[0]).competes):
            output = names.pop()
        if cost_name is None:
            shared = output is not None and activation(output).competes
            cost_name = cost_of(output if output and shared else "").name
        if len(names) not in (0, 1, hidden):
            raise NetworkError(
                f"{brief(text)}: the number of hidden activations is {len(names)}, that of hidden "
                f"layers {hidden}: give one name, or one per hidden layer"
            )
        chosen = names if len(names) > 1 else (names[0] if names else "sigmoid")
        return cls.of(sizes, chosen, output, cost_name)

    @property
    def layers(self) -> int:
        """L, the number of layers that have weights."""
        return len(self.sizes) - 1

    def activation(self, layer: int) -> Activation:
        """The activation of layer 1..L."""
        return activation(self.activations[layer - 1])

    @property
    def matched(self) -> bool:
        """Whether the cost gives the output's delta at once, with no f'(z)."""
        return cost(self.cost).partner is not None

    @property
    def init(self) -> str:
        """The starting weights that go with its first layer's activation."""
        return self.activation(1).init

    @property
    def usual_rate(self) -> float:
        """A learning rate for plain gradient descent that does well on handwritten digits."""
        gentle = all(activation(name).steepest <= GENTLE for name in self.activations[:-1])
        if self.matched:
            return 0.5 if gentle else 0.1
        if self.activation(self.layers).unit:
            return 3.0 if gentle else 0.5
        return 0.05

    @property
    def parameters(self) -> int:
        """The number of weights and biases."""
        return sum((n_in + 1) * n_out for n_in, n_out in pairwise(self.sizes))

    def __str__(self) -> str:
        sizes = "-".join(map(str, self.sizes))
        hidden = self.activations[:-1]
        names = list(hidden[:1] if len(set(hidden)) == 1 else hidden)
        output = self.activations[-1]
        alone = len(names) == 1 and not activation(names[0]).competes
        if output != cost(self.cost).output or not alone:
            names.append(output)
        return " ".join([sizes, *names, self.cost])
