"""A fully connected network: its architecture, its weights and biases, and what it can be asked."""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chainrule.network import compiling
from chainrule.network.architecture import Architecture
from chainrule.network.arguments import Array, brief, generator, whole_number
from chainrule.network.engine.binding import run_in_range
from chainrule.network.engine.buffers import aligned
from chainrule.network.engine.program import Program
from chainrule.network.engine.running import Bound
from chainrule.network.errors import NetworkError, OutOfRange
from chainrule.network.examples import as_inputs, as_numbers, as_targets, finite
from chainrule.network.initialisation import initialisation
from chainrule.network.optimizers import SGD
from chainrule.network.parameters import Parameters, flat_size, views
from chainrule.network.penalty import Penalty
from chainrule.network.recipe import Recipe, dropout_rates, rates_of_layers
from chainrule.network.sheet import Form, sheet
from chainrule.network.update import Optimizer

DTYPES = ("float32", "float64")


class Kept(threading.local):
    """Programs kept for the next time, by their number of examples; each thread has its own."""

    def __init__(self) -> None:
        self.forward: dict[int, tuple[Program, list[Bound]]] = {}
        self.cost: dict[int, tuple[Program, list[Bound]]] = {}


CHUNK = 500
"""Examples evaluated at a time: their activations stay in the processor's cache."""


def decide(outputs: NDArray[Any]) -> NDArray[np.intp]:
    """The class of each column of outputs (n_out, m): the largest, or for a single output >= ½."""
    if len(outputs) == 1:
        return (outputs[0] >= 0.5).astype(np.intp)
    return outputs.argmax(axis=0)


class Network:
    """A network of fully connected layers.

    `sizes` are n0, n1, ..., nL. `hidden` is one activation, or one per hidden layer; `output`
    the output layer's (by default the one that the cost belongs to); `cost` is quadratic,
    cross-entropy or log-likelihood; `init` is normal, scaled, glorot or he. The same seed gives
    the same weights.

    `parameters` are W1 (n1, n0), b1 (n1,), W2, b2, ...: views that may be written in place.
    Everywhere an example is a row: X (m, n0), a1 (m, n1). Several threads may ask one network at
    a time; to train it is for one alone.
    """

    def __init__(
        self,
        sizes: Sequence[int],
        *,
        hidden: str | Sequence[str] = "sigmoid",
        output: str | None = None,
        cost: str = "quadratic",
        init: str = "normal",
        seed: int | None = 0,
        dtype: str | np.dtype[Any] | type = "float32",
    ) -> None:
        self._set_up(Architecture.of(sizes, hidden, output, cost), dtype)
        rule = initialisation(init)
        rng = generator(seed)
        for layer, (n_in, n_out) in enumerate(pairwise(self.architecture.sizes), 1):
            weights, biases = self.parameters[f"W{layer}"], self.parameters[f"b{layer}"]
            weights[:] = rng.standard_normal((n_out, n_in)) * rule.weights(n_in, n_out)
            biases[:] = rng.standard_normal(n_out) * rule.biases

    def _set_up(self, architecture: Architecture, dtype: str | np.dtype[Any] | type) -> None:
        self.architecture = architecture
        try:
            chosen = None if dtype is None else np.dtype(dtype)
        except TypeError:
            chosen = None
        if chosen is None or chosen.name not in DTYPES or not chosen.isnative:
            raise NetworkError(f"dtype {brief(dtype)}: expected {' or '.join(DTYPES)}")
        self.dtype: np.dtype[Any] = chosen
        self.flat: Array = aligned((flat_size(architecture),), self.dtype)
        self._parameters = Parameters(views(self.flat, architecture))
        self._kept = Kept()

    @property
    def parameters(self) -> Parameters:
        """W1 (n1, n0), b1 (n1,), W2, b2, ...; to set them is to copy all of them in."""
        return self._parameters

    @parameters.setter
    def parameters(self, given: Mapping[str, ArrayLike]) -> None:
        self._parameters.set_all(given)

    @classmethod
    def of(
        cls,
        architecture: Architecture | str,
        *,
        init: str = "normal",
        seed: int | None = 0,
        dtype: str | np.dtype[Any] | type = "float32",
    ) -> Network:
        """A network of this architecture, which may be one line: `784-30-10 sigmoid quadratic`."""
        if not isinstance(architecture, Architecture):
            architecture = Architecture.parse(architecture)
        return cls(
            architecture.sizes,
            hidden=architecture.activations[:-1],
            output=architecture.activations[-1],
            cost=architecture.cost,
            init=init,
            seed=seed,
            dtype=dtype,
        )

    @classmethod
    def with_parameters(
        cls, architecture: Architecture, flat: Array | float, dtype: str | np.dtype[Any] | type
    ) -> Network:
        """A network with these weights and biases, copied."""
        network = cls.__new__(cls)
        network._set_up(architecture, dtype)
        with np.errstate(over="ignore"):
            network.flat[:] = flat
        return network

    def copy(self, dtype: str | np.dtype[Any] | type | None = None) -> Network:
        """The same network with parameters of its own, in this precision or another."""
        copied = type(self).with_parameters(self.architecture, self.flat, dtype or self.dtype)
        if not np.array_equal(np.isfinite(copied.flat), np.isfinite(self.flat)):
            copied.check_parameters()
        return copied

    def __deepcopy__(self, memo: dict[int, Any]) -> Network:
        return self.copy()

    def __reduce__(self) -> Any:
        return type(self).with_parameters, (self.architecture, self.flat, self.dtype)

    def __repr__(self) -> str:
        return f"Network({self.architecture}, {self.architecture.parameters:,} parameters)"

    # --- what it computes --------------------------------------------------------------------

    def check_parameters(self) -> None:
        """Every weight and bias is a finite number: ReLU, say, would hide a NaN and give 0."""
        if math.isfinite(self.flat.max()) and math.isfinite(self.flat.min()):
            return
        for name, part in self.parameters.items():
            if not np.isfinite(part).all():
                place = np.argwhere(~np.isfinite(part))[0]
                where = ", ".join(map(str, place))
                raise OutOfRange(
                    f"{name}[{where}] is {part[tuple(place)]}: every weight and bias must be a "
                    "finite number"
                )

    def forward(self, X: ArrayLike) -> dict[str, NDArray[Any]]:
        """`z1`, `a1`, ..., one row (m, n) an example, for `X` (m, n0)."""
        self.check_parameters()
        rows = as_inputs(X, self.architecture.sizes[0], self.dtype)
        program = compiling.forward_program(self.architecture, self.flat, len(rows))
        program.buffers["X"][:] = rows
        run_in_range(program.bind(), self.dtype)
        return self._layers(program, "z", "a")

    def backward(
        self,
        X: ArrayLike,
        y: ArrayLike,
        *,
        l1: float = 0.0,
        l2: float = 0.0,
        n: int | None = None,
        masks: Mapping[str, ArrayLike] | None = None,
    ) -> dict[str, NDArray[Any]]:
        """All that `forward` gives, `C`, `delta1` (m, n1), ..., `dC/dW1` (n1, n0), `dC/db1`, ....

        And `sigma'(z1)` (m, n1), or whatever the activation is called, for every layer whose
        derivative is a factor of delta: not for an output layer that matches its cost.
        `y` are classes (m,) or rows (m, nL). `C` is the mean over the m examples plus the
        penalty, for which `n` is the number of training examples (by default m). `masks` freezes
        dropout: `{"mask1": (m, n1), ...}` multiply the activations.
        """
        self.check_parameters()
        rows = as_inputs(X, self.architecture.sizes[0], self.dtype)
        targets = as_targets(y, len(rows), self.architecture, self.dtype)
        penalty = Penalty(l1, l2, len(rows) if n is None else n)
        given = self._masks(masks or {}, len(rows))
        dropout = [0.5 if f"mask{i}" in given else 0.0 for i in range(1, self.architecture.layers)]
        program = compiling.gradient_program(
            self.architecture, self.flat, len(rows), penalty, dropout
        )
        buffers = program.buffers
        buffers["X"][:] = rows
        buffers["y"][:] = targets.table[targets.index].T
        for name, mask in given.items():
            buffers[name][:] = mask.T
        run_in_range(program.bind(), self.dtype)
        kinds = ("z", "a", "mask", "dropped") if given else ("z", "a")
        found = self._layers(program, *kinds)
        found["C"] = buffers["C"] + penalty.value(self.parameters)
        written = {call.out for call in program.calls}
        for layer in range(self.architecture.layers, 0, -1):
            slope = self.architecture.activation(layer).slope_name(layer)
            if slope in written:
                found[slope] = buffers[slope].T
            found[f"delta{layer}"] = buffers[f"delta{layer}"].T
        for layer in range(1, self.architecture.layers + 1):
            found[f"dC/dW{layer}"] = buffers[f"dC/dW{layer}"]
            found[f"dC/db{layer}"] = buffers[f"dC/db{layer}"]
        return found

    def _layers(self, program: Program, *kinds: str) -> dict[str, NDArray[Any]]:
        names = [f"{kind}{i}" for i in range(1, self.architecture.layers + 1) for kind in kinds]
        return {name: program.buffers[name].T for name in names if name in program.buffers}

    def _masks(self, masks: Mapping[str, ArrayLike], m: int) -> dict[str, NDArray[Any]]:
        known = {
            f"mask{layer}": (m, self.architecture.sizes[layer])
            for layer in range(1, self.architecture.layers)
        }
        given: dict[str, NDArray[Any]] = {}
        if not isinstance(masks, Mapping):
            raise NetworkError(f"masks are {brief(masks)}: expected {{'mask1': ...}}")
        for name, mask in masks.items():
            if name not in known:
                raise NetworkError(f"unknown mask {name!r}: expected {', '.join(known) or 'none'}")
            given[name] = as_numbers(name, mask, self.dtype)
            if given[name].shape != known[name]:
                raise NetworkError(f"{name} has shape {given[name].shape}: expected {known[name]}")
            finite(name, given[name])
        return given

    def predict_proba(self, X: ArrayLike) -> NDArray[Any]:
        """The output activations (m, nL) for `X` (m, n0); with softmax, probabilities."""
        self.check_parameters()
        rows = as_inputs(X, self.architecture.sizes[0], self.dtype)
        outputs = np.empty((len(rows), self.architecture.sizes[-1]), self.dtype)
        last = f"a{self.architecture.layers}"
        for start in range(0, len(rows), CHUNK):
            chunk = rows[start : start + CHUNK]
            program, calls = self._calls(self._kept.forward, compiling.forward_program, len(chunk))
            program.buffers["X"][:] = chunk
            run_in_range(calls, self.dtype)
            outputs[start : start + CHUNK] = program.buffers[last].T
        return outputs

    def predict(self, X: ArrayLike) -> NDArray[np.intp]:
        """The class (m,) of each row of `X` (m, n0)."""
        return decide(self.predict_proba(X).T)

    def cost_calls(self, m: int) -> tuple[Program, list[Bound]]:
        """The program that computes the cost of `m` examples, kept for the next time."""
        return self._calls(self._kept.cost, compiling.cost_program, m)

    def _calls(self, kept: dict[int, tuple[Program, list[Bound]]], build: Any, m: int) -> Any:
        found = kept.get(m)
        if found is None:
            program: Program = build(self.architecture, self.flat, m)
            found = program, program.bind()
            if m in (1, CHUNK):
                kept[m] = found
        return found

    # --- what it can say of itself -----------------------------------------------------------

    def sheet(self, form: Form = "one", *, l2: bool = False) -> str:
        """Its equations, in the language of `chainrule.algebra`."""
        return sheet(self.architecture, form, l2=l2)

    def listing(
        self,
        batch_size: int = 10,
        *,
        optimizer: Optimizer | None = None,
        l1: float = 0.0,
        l2: float = 0.0,
        dropout: float | Sequence[float] = 0.0,
    ) -> str:
        """The training step as it is run: each equation, and under it its NumPy calls."""
        recipe = Recipe(
            SGD() if optimizer is None else optimizer,
            batch_size=batch_size,
            l1=l1,
            l2=l2,
            dropout=dropout_rates(dropout),
        )
        return self.program(recipe).listing()

    def program(self, recipe: Recipe, n: int | None = None) -> Program:
        """One step of training by a recipe, as equations with their calls on buffers of its own.

        `n` is the number of training examples, by default those of one mini-batch.
        """
        n = recipe.batch_size if n is None else whole_number("n", n, 1)
        shared = compiling.shared_buffers(self.architecture, self.flat, recipe, n)
        return compiling.training_program(self.architecture, recipe.batch_size, recipe, n, shared)

    def dropout_rates(self, dropout: float | Sequence[float]) -> list[float]:
        """One rate per hidden layer, from one number or from one per hidden layer."""
        return rates_of_layers(dropout, self.architecture.layers - 1)

    # --- files -------------------------------------------------------------------------------

    def save(self, path: str | Path) -> None:
        """Write the network to a safetensors file; an existing file is replaced whole or not."""
        from chainrule.network.files import save_network

        save_network(self, path)

    @classmethod
    def load(cls, path: str | Path) -> Network:
        """Read a network from a safetensors file, checked: names, shapes, types, finite numbers."""
        from chainrule.network.files import load_network

        return load_network(path)
