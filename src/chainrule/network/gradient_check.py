"""The gradient check: backpropagation held against slopes measured by centred differences.

    dC/dw is about (C(w + h) - C(w - h)) / (2 h)

Everything is done in float64 on a copy of the network, with dropout's masks frozen. The penalty of
the one weight that is moved is added to the difference of C0, the cost without penalty: the sum
over all weights would drown it in rounding. Where the copy lies at a kink (of ReLU, or of |w| under
L1) its parameters are moved a little first. A difference that would step over a kink all the same
is taken with a smaller h, or left out and counted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chainrule.network import compiling
from chainrule.network.arguments import brief, generator, whole_number
from chainrule.network.costs import cost as cost_named
from chainrule.network.engine.binding import run_in_range
from chainrule.network.errors import NetworkError
from chainrule.network.examples import as_inputs, as_numbers, as_targets
from chainrule.network.network import Network
from chainrule.network.penalty import Penalty

STEP = 1e-5
"""h, relative to 1 + |w|: the cube root of float64's precision, where rounding and curvature
cost least (Press and others, Numerical Recipes, section 5.7). What a weight is multiplied by
makes it smaller: the largest input of its layer, where that is larger than 1."""

SMALL = 2_000
"""A network with at most so many parameters is checked whole; of a larger one, a sample."""

TOLERANCE = 1e-6
"""The largest relative error that passes. A right gradient comes to about 1e-9."""

FLOOR = 1e-9
"""A gradient whose norm is smaller, relative to C0 + 1, counts as 0 on both sides."""

TOO_COARSE = 1e-6
"""Where what counts as 0 is larger than this, small gradients are not checked by calling them 0."""

KINK = 1e-6
"""A z or a weight under L1 that is closer to 0 than this lies at a kink."""

NUDGE = 1e-3
"""The standard deviation of the move away from there."""

Gradients = Callable[[Network], Mapping[str, ArrayLike]]


@dataclass(frozen=True)
class TensorCheck:
    """One parameter array: the relative error, and where it is largest.

    `error` is the norm of (backpropagation - difference) over the larger of the two norms, on the
    `checked` elements; `skipped` lie at a kink. Where it is too large, the rounding that the
    differences have by themselves (about eps C0 / h) is taken off it.
    """

    name: str
    error: float
    passed: bool
    checked: int
    of: int
    skipped: int
    worst: tuple[int, ...]
    backpropagation: float
    difference: float


@dataclass(frozen=True)
class GradientReport:
    """The check of every parameter array."""

    tensors: tuple[TensorCheck, ...]
    cost: float

    @property
    def passed(self) -> bool:
        return all(tensor.passed for tensor in self.tensors)

    @property
    def error(self) -> float:
        """The largest relative error."""
        return max(tensor.error for tensor in self.tensors)

    def to_dict(self) -> dict[str, Any]:
        return {
            "passed": self.passed,
            "error": self.error,
            "cost": self.cost,
            "tensors": [asdict(tensor) for tensor in self.tensors],
        }


def check_gradients(
    network: Network,
    X: ArrayLike,
    y: ArrayLike,
    *,
    l1: float = 0.0,
    l2: float = 0.0,
    dropout: float | Sequence[float] = 0.0,
    sample: int = 50,
    seed: int = 0,
    gradients: Gradients | None = None,
) -> GradientReport:
    """Check the gradients of the cost on `X` (m, n0) and `y` against centred differences.

    All parameters of a small network; `sample` of every array of a large one, drawn by `seed`.
    `gradients` puts other code in the place of `network.backward`: it is given the network in
    float64 and returns `dC/dW1`, `dC/db1`, .... With dropout the masks that it has to
    use are `draw_masks(network, m, rates, np.random.default_rng(seed))`.
    """
    if not isinstance(network, Network):
        raise NetworkError(f"network is {brief(network)}: expected a Network")
    sample = whole_number("sample", sample, 1)
    network.check_parameters()
    exact = network.copy("float64")
    rows = as_inputs(X, exact.architecture.sizes[0], exact.dtype)
    rng = generator(seed)
    masks = draw_masks(exact, len(rows), exact.dropout_rates(dropout), rng)
    cost = MeasuredCost(exact, rows, y, Penalty(l1, l2, len(rows)), masks)
    if cost.at_a_kink():
        exact.flat += NUDGE * rng.standard_normal(exact.flat.shape)
        cost.start()
    if gradients is not None and not callable(gradients):
        raise NetworkError(f"gradients is {brief(gradients)}: expected a function")
    if gradients is None:
        found: Mapping[str, ArrayLike] = exact.backward(rows, y, l1=l1, l2=l2, masks=masks)
    else:
        found = gradients(exact)
        if not isinstance(found, Mapping) or any(f"dC/d{p}" not in found for p in exact.parameters):
            missing = ", ".join(f"dC/d{p}" for p in exact.parameters)
            raise NetworkError(f"gradients returned {brief(found)}: expected all of {missing}")
    whole = exact.architecture.parameters <= SMALL
    checks = []
    for name, parameter in exact.parameters.items():
        claimed = as_numbers(f"dC/d{name}", found[f"dC/d{name}"], exact.dtype)
        if claimed.shape != parameter.shape:
            raise NetworkError(
                f"dC/d{name} has shape {claimed.shape}: expected {parameter.shape}, that of {name}"
            )
        some = parameter.size if whole else min(sample, parameter.size)
        places = rng.choice(parameter.size, some, replace=False)
        checks.append(check_tensor(name, parameter, claimed, places, cost))
    return GradientReport(tuple(checks), cost.at_start + cost.penalty.value(exact.parameters))


def draw_masks(
    network: Network, m: int, rates: Sequence[float], rng: np.random.Generator
) -> dict[str, NDArray[np.float64]]:
    """One mask (m, n) for each hidden layer with dropout, the same for every evaluation."""
    return {
        f"mask{layer}": (rng.random((m, network.architecture.sizes[layer])) >= rate) / (1 - rate)
        for layer, rate in enumerate(rates, 1)
        if rate
    }


class MeasuredCost:
    """C0 as a function of the network's parameters, and which side of each kink every z is on."""

    def __init__(
        self,
        network: Network,
        rows: NDArray[Any],
        y: ArrayLike,
        penalty: Penalty,
        masks: Mapping[str, NDArray[Any]],
    ) -> None:
        architecture = network.architecture
        rates = [0.5 if f"mask{i}" in masks else 0.0 for i in range(1, architecture.layers)]
        program = compiling.cost_program(architecture, network.flat, len(rows), rates)
        targets = as_targets(y, len(rows), architecture, network.dtype)
        program.buffers["X"][:] = rows
        program.buffers["y"][:] = targets.table[targets.index].T
        for name, mask in masks.items():
            program.buffers[name][:] = mask.T
        self.network, self.penalty, self.buffers = network, penalty, program.buffers
        self.calls = program.bind()
        layers = range(1, architecture.layers + 1)
        self.kinked = [f"z{i}" for i in layers if architecture.activation(i).kink]
        kinks = cost_named(architecture.cost).kinks
        self.kinked += [name.format(l=architecture.layers) for name in kinks]
        self.start()

    def start(self) -> None:
        """The network is where its cost is to be differentiated."""
        self.at_start = self()
        self.start_sides = self.sides()

    def at_a_kink(self) -> bool:
        """Whether a z of a layer with a kink, or under L1 a weight, is next to 0."""
        bent = [self.buffers[name] for name in self.kinked]
        if self.penalty.l1:
            bent += [part for name, part in self.network.parameters.items() if name[0] == "W"]
        return any(bool((np.abs(part) < KINK).any()) for part in bent)

    def __call__(self) -> float:
        run_in_range(self.calls, self.network.dtype)
        return float(self.buffers["C"])

    def step(self, name: str) -> float:
        """h for the parameter array `W1`, `b1`, ..., relative to 1 + |w|; after an evaluation."""
        kind, layer = name[0], int(name[1:])
        if kind == "b":
            return STEP
        inputs = self.buffers["X" if layer == 1 else f"a{layer - 1}"]
        return STEP / max(1.0, float(np.abs(inputs).max()))

    def sides(self) -> bytes:
        """The signs of all z of layers with a kink, as of the last evaluation."""
        return b"".join(np.sign(self.buffers[name]).tobytes() for name in self.kinked)


def difference(
    cost: MeasuredCost, name: str, parameter: NDArray[Any], place: tuple[int, ...], step: float
) -> float | None:
    """The centred difference at one element, or None if every h steps over a kink."""
    penalty = cost.penalty if name.startswith("W") else Penalty()
    start = parameter[place]
    h = step * (1 + abs(start))
    for _ in range(3):
        parameter[place] = right = start + h
        above, smooth = cost(), cost.sides() == cost.start_sides
        parameter[place] = left = start - h
        below, smooth = cost(), smooth and cost.sides() == cost.start_sides
        parameter[place] = start
        if smooth and not (penalty.l1 and abs(start) <= h):
            return (above - below + penalty.of(right) - penalty.of(left)) / (right - left)
        h /= 10
    return None


def check_tensor(
    name: str,
    parameter: NDArray[Any],
    claimed: NDArray[Any],
    places: NDArray[np.intp],
    cost: MeasuredCost,
) -> TensorCheck:
    """Compare the claimed gradient of one array with differences at the given places."""
    step = cost.step(name)
    pairs: list[tuple[tuple[int, ...], float, float]] = []
    for flat_place in places:
        place = tuple(int(i) for i in np.unravel_index(flat_place, parameter.shape))
        slope = difference(cost, name, parameter, place, step)
        if slope is not None:
            pairs.append((place, float(claimed[place]), slope))
    ours = np.array([pair[1] for pair in pairs])
    measured = np.array([pair[2] for pair in pairs])
    largest = max(np.linalg.norm(ours), np.linalg.norm(measured)) if pairs else 0.0
    gap = np.abs(ours - measured)
    floor = FLOOR * (1 + abs(cost.at_start))
    if 0 < largest <= floor and floor > TOO_COARSE:
        raise NetworkError(
            f"C is {cost.at_start:.3g}, so large that its differences show no slope below "
            f"{floor:.1g}, and those of {name} are smaller: check a network with a smaller cost"
        )
    rounding = 4 * np.finfo(np.float64).eps * (1 + abs(cost.at_start)) / step * len(pairs) ** 0.5
    if largest <= floor:
        error = 0.0
    elif not np.isfinite(ours).all():
        error = float("inf")
    else:
        error = float(np.linalg.norm(gap) / largest)
        if error > TOLERANCE:
            error = max(0.0, error - float(rounding / largest))
    worst = pairs[int(gap.argmax())] if pairs else ((), float("nan"), float("nan"))
    return TensorCheck(
        name=name,
        error=error,
        passed=bool(pairs) and error <= TOLERANCE,
        checked=len(pairs),
        of=parameter.size,
        skipped=len(places) - len(pairs),
        worst=worst[0],
        backpropagation=worst[1],
        difference=worst[2],
    )
