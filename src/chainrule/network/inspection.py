"""Every number of one step of backpropagation, and how it came about.

    inspection = Inspection(network, X, y)
    number = inspection.number("dC/dW1[3,402]")
    number.value, number.terms          0.0123, (Term(1.0, (delta1[3], x[402])),)

A number is named as in the lessons: `z1[3]`, `W2[0,5]`, `sigma'(z1)[3]`, `delta2[0]`,
`dC/dW1[3,402]`, `C`. With several examples what belongs to one of them has its row in front,
`a1[4,3]` being neuron 3 for example 4, as X (m, n0) has. Everything is in float64.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from numpy.typing import ArrayLike

from chainrule.network import compiling
from chainrule.network.arguments import Array
from chainrule.network.costs import cost
from chainrule.network.engine.binding import run_in_range
from chainrule.network.engine.equation import Equation
from chainrule.network.engine.program import Program
from chainrule.network.errors import NetworkError
from chainrule.network.examples import as_inputs, as_targets
from chainrule.network.inspected_number import (
    MEANINGS,
    NOT_COMPUTED,
    Computation,
    Number,
    NumberedCall,
    Operand,
    Term,
    kind_of,
    left_of,
)
from chainrule.network.network import Network
from chainrule.network.optimizers import SGD
from chainrule.network.penalty import Penalty
from chainrule.network.recipe import Recipe

REFERENCE = re.compile(r"(?P<name>[^\[\]]+)(\[(?P<places>\d{1,9}(,\s*\d{1,9})*)\])?")
STEP = 1e-5
"""The step of the centred difference, relative to 1 + |w|."""


class Inspection:
    """The step of a network on examples `X` (m, n0) with the answers `y`, number by number.

    `values` holds every quantity by its name: `x`, `y`, `z1`, `a1`, `delta1`, `dC/da1`, ... with
    an example a row, the parameters and their gradients, `C`.
    """

    def __init__(self, network: Network, X: ArrayLike, y: ArrayLike) -> None:
        self.network = network.copy("float64")
        self.architecture = self.network.architecture
        self.layers = self.architecture.layers
        self.cost = cost(self.architecture.cost)
        rows = as_inputs(X, self.architecture.sizes[0], self.network.dtype)
        targets = as_targets(y, len(rows), self.architecture, self.network.dtype)
        self.examples = len(rows)
        self._program = compiling.gradient_program(
            self.architecture, self.network.flat, len(rows), Penalty(), [0.0] * (self.layers - 1)
        )
        self._program.buffers["X"][:] = rows
        self._program.buffers["y"][:] = targets.table[targets.index].T
        self.values: dict[str, Array] = dict(self._quantities())

    def _quantities(self) -> Iterator[tuple[str, Array]]:
        buffers, last = self._program.buffers, self.layers
        run_in_range(self._program.bind(), self.network.dtype)
        yield from ((name, array.copy()) for name, array in self.network.parameters.items())
        yield "C", buffers["C"].copy()
        yield "x", buffers["x"].T.copy()
        yield "y", buffers["y"].T.copy()
        for k in range(1, last + 1):
            for name in (f"z{k}", f"a{k}", f"delta{k}"):
                yield name, buffers[name].T.copy()
            if (slope := self._slope(k)) is not None:
                yield slope, buffers[slope].T.copy()
            yield f"dC/dW{k}", buffers[f"dC/dW{k}"].copy()
            yield f"dC/db{k}", buffers[f"dC/db{k}"].copy()
            if k < last:
                upstream = buffers[f"delta{k + 1}"].T @ self.network.parameters[f"W{k + 1}"]
                yield f"dC/da{k}", upstream
        if self.cost.partner is None:
            error = Equation("", "BP1", "", tuple(self.cost.error(last)))
            run_in_range(Program("", (error,), buffers).bind(), self.network.dtype)
            yield f"dC/da{last}", buffers[f"delta{last}"].T.copy()

    def _slope(self, k: int) -> str | None:
        """The name of f'(z) where it is a factor of delta."""
        name = self.architecture.activation(k).slope_name(k)
        written = {call.out for call in self._program.calls}
        return name if name in written else None

    def _matched(self, k: int) -> bool:
        """Whether the error of layer `k` is a - y at once."""
        return k == self.layers and self.cost.partner is not None

    # --- one number ---------------------------------------------------------------------------

    def number(self, ref: str) -> Number:
        """The number of this reference; NetworkError if there is none."""
        name, place = self.place(ref)
        value = float(self.values[name][self._index(name, place)])
        given = Number(self.ref(name, place), self.meaning(name, place), value)
        made = self.computation(name)
        return Number(
            given.ref,
            given.meaning,
            value,
            made.equation,
            made.name,
            made.source,
            tuple(self._terms(name, place)),
            tuple(self._operands(name, place)),
            made.calls,
            self.difference(name, place) if name.startswith(("dC/dW", "dC/db")) else None,
            self._slope_of(name, self._index(name, place)),
        )

    def _slope_of(self, name: str, index: tuple[int, ...]) -> Operand | None:
        kind, k = kind_of(name)
        by = {"W": f"dC/dW{k}", "b": f"dC/db{k}", "a": f"dC/da{k}", "z": f"delta{k}"}.get(kind)
        return self.operand(by, *index) if by is not None and by in self.values else None

    def place(self, ref: str) -> tuple[str, tuple[int, ...]]:
        """The quantity and the place in it that a reference names, checked."""
        match = REFERENCE.fullmatch(ref.strip())
        name = "" if match is None else match["name"].strip()
        if match is None or name not in self.values:
            raise NetworkError(
                f"{ref!r} is no number of this network; one is a1[0], or dC/dW1[0,0]"
            )
        place = tuple(int(digits) for digits in (match["places"] or "").split(",") if digits)
        sizes = self._sizes(name)
        if len(place) != len(sizes) or any(i >= n for i, n in zip(place, sizes, strict=False)):
            first = self.ref(name, (0,) * len(sizes))
            last = self.ref(name, tuple(n - 1 for n in sizes))
            raise NetworkError(f"{ref!r} is outside: {name} runs from {first} to {last}")
        return name, place

    def index(self, ref: str) -> tuple[str, tuple[int, ...]]:
        """The quantity of a reference, and its index in `values`; NetworkError if there is none."""
        name, place = self.place(ref)
        return name, self._index(name, place)

    def ref(self, name: str, place: tuple[int, ...]) -> str:
        return f"{name}[{','.join(map(str, place))}]" if place else name

    def _of_an_example(self, name: str) -> bool:
        return name in ("x", "y") or name.startswith(("z", "a", "delta", "dC/da")) or "'" in name

    def _sizes(self, name: str) -> tuple[int, ...]:
        shape = self.values[name].shape
        return shape[1:] if self.examples == 1 and self._of_an_example(name) else shape

    def _index(self, name: str, place: tuple[int, ...]) -> tuple[int, ...]:
        return (0, *place) if self.examples == 1 and self._of_an_example(name) else place

    def operand(self, name: str, *index: int) -> Operand:
        """A number as an operand; `index` has the example in front, whatever their number."""
        place = index[1:] if self.examples == 1 and self._of_an_example(name) else index
        return Operand(self.ref(name, place), float(self.values[name][index]))

    def meaning(self, name: str, place: tuple[int, ...]) -> str:
        """What the number is, in words."""
        neuron = place[-1] if place else 0
        of = f" for example {place[0]}" if self._of_an_example(name) and self.examples > 1 else ""
        layer = re.search(r"\d+", name)
        k = layer[0] if layer else ""
        if name == "x":
            return f"input {neuron}{of}"
        if name == "y":
            return f"the target of output {neuron}{of}"
        if name == "C":
            return "the cost" if self.examples == 1 else "the cost, the mean over the examples"
        for start, words in MEANINGS.items():
            if name.startswith(start):
                return words.format(k=k, j=place[0] if not of else neuron, i=neuron) + of
        return f"the slope of the activation of neuron {neuron} of layer {k}{of}"

    # --- how it came about ---------------------------------------------------------------------

    @cached_property
    def step(self) -> Program:
        """The training step by plain gradient descent: its calls are the numbered ones."""
        return self.network.program(Recipe(SGD(), self.examples))

    @cached_property
    def _computations(self) -> dict[str, Computation]:
        table: dict[str, Computation] = {}
        for equation in self.step.to_dict()["equations"]:
            about = equation["text"], equation["name"], equation["source"]
            calls = [NumberedCall(c["number"], c["code"]) for c in equation["calls"]]
            table.setdefault(left_of(equation["text"]), Computation(*about, tuple(calls)))
            parts: dict[str, tuple[str, list[NumberedCall]]] = {}
            current = ""
            for call, numbered in zip(equation["calls"], calls, strict=True):
                if call["computes"]:
                    current = left_of(call["computes"])
                    parts[current] = call["computes"], []
                if current:
                    parts[current][1].append(numbered)
            for name, (text, part) in parts.items():
                table.setdefault(name, Computation(text, about[1], about[2], tuple(part)))
        cost_text = f"C = {self.cost.sheet(f'a{self.layers}', 'y', axis=0)}"
        table["C"] = Computation(cost_text, "cost", self.cost.source, ())
        return table

    def computation(self, name: str) -> Computation:
        """The equation of a quantity and the calls of the training step that compute it."""
        return self._computations.get(name, NOT_COMPUTED)

    def _terms(self, name: str, place: tuple[int, ...]) -> Iterator[Term]:
        """What adds up to the number, where it is a sum of products."""
        kind, k = kind_of(name)
        example, *rest = self._index(name, place) if self._of_an_example(name) else (0, *place)
        if kind == "z":
            (j,) = rest
            below = "x" if k == 1 else f"a{k - 1}"
            for i in range(self.architecture.sizes[k - 1]):
                yield Term((self.operand(f"W{k}", j, i), self.operand(below, example, i)))
            yield Term((self.operand(f"b{k}", j),))
        elif kind == "dC/da" and k < self.layers:
            (j,) = rest
            for i in range(self.architecture.sizes[k + 1]):
                delta = self.operand(f"delta{k + 1}", example, i)
                yield Term((self.operand(f"W{k + 1}", i, j), delta))
        elif kind == "delta" and self._matched(k):
            (j,) = rest
            yield Term((self.operand(f"a{k}", example, j),), 1 / self.examples)
            yield Term((self.operand("y", example, j),), -1 / self.examples)
        elif kind == "delta" and (slope := self._slope(k)) is not None:
            (j,) = rest
            yield Term((self.operand(f"dC/da{k}", example, j), self.operand(slope, example, j)))
        elif kind == "delta" and self.architecture.activation(k).backward is None:
            yield Term((self.operand(f"dC/da{k}", example, *rest),))
        elif kind == "dC/dW":
            j, i = rest
            below = "x" if k == 1 else f"a{k - 1}"
            for e in range(self.examples):
                yield Term((self.operand(f"delta{k}", e, j), self.operand(below, e, i)))
        elif kind == "dC/db":
            (j,) = rest
            for e in range(self.examples):
                yield Term((self.operand(f"delta{k}", e, j),))

    def _operands(self, name: str, place: tuple[int, ...]) -> Iterator[Operand]:
        """What the number is a function of, where it is no sum of products."""
        kind, k = kind_of(name)
        last = self.layers
        if kind == "C":
            for e in range(self.examples):
                for i in range(self.architecture.sizes[-1]):
                    yield self.operand(f"a{last}", e, i)
                    yield self.operand("y", e, i)
            return
        if not self._of_an_example(name) or kind in ("x", "y", "z"):
            return
        example, j = self._index(name, place)
        activation = self.architecture.activation(k)
        neurons = range(self.architecture.sizes[k])
        if kind == "a":
            for i in neurons if activation.competes else (j,):
                yield self.operand(f"z{k}", example, i)
        elif kind == "slope":
            yield self.operand(f"z{k}", example, j)
        elif kind == "dC/da" and k == last:
            separate = self.cost.separate
            for i in (j,) if separate else neurons:
                yield self.operand(f"a{k}", example, i)
                yield self.operand("y", example, i)
        elif kind == "delta" and activation.backward is not None and not self._matched(k):
            for i in neurons:
                yield self.operand(f"a{k}", example, i)
                yield self.operand(f"dC/da{k}", example, i)

    # --- the slope, measured -------------------------------------------------------------------

    def difference(self, name: str, place: tuple[int, ...]) -> float:
        """(C(w + h) - C(w - h)) / (2 h) for the weight or bias of a gradient."""
        parameter = self.network.parameters[name.removeprefix("dC/d")]
        kept = float(parameter[place])
        h = STEP * (1 + abs(kept))
        costs = []
        try:
            for moved in (kept + h, kept - h):
                parameter[place] = moved
                costs.append(self._cost())
        finally:
            parameter[place] = kept
        return (costs[0] - costs[1]) / ((kept + h) - (kept - h))

    def _cost(self) -> float:
        program, calls = self.network.cost_calls(self.examples)
        program.buffers["X"][:] = self.values["x"]
        program.buffers["y"][:] = self.values["y"].T
        run_in_range(calls, self.network.dtype)
        return float(program.buffers["C"])
