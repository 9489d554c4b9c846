"""A network of somebody's own: its claimed gradients, and its outputs with each weight moved."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from numbers import Real
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from chainrule.workshop.guarded.kinks import Pair, away_from_kinks, bend, straight, straightest
from chainrule.workshop.guarded.our_files import adapted
from chainrule.workshop.guarded.own_costs import OwnCost, number, own_costs
from chainrule.workshop.guarded.own_names import names_of
from chainrule.workshop.guarded.protocol import (
    Claimed,
    CostsSeen,
    Job,
    Lacking,
    MeasureSlopes,
    Moved,
    NoInputs,
    Outputs,
    ParametersSeen,
)
from chainrule.workshop.guarded.recognition.draws import Draws
from chainrule.workshop.returns import plain_name

if TYPE_CHECKING:
    from chainrule.workshop.guarded.child import Tell, Warnings

EXAMPLES = (7, 11, 13, 17, 19)
"""Numbers of examples: that is taken which no layer has, so that one mean is not another."""
MOST_PLACES = 40
"""Elements of one array that are moved."""
FEWEST_PLACES, MOVING = 8, 20.0
"""As many at least, where a forward pass is slow, and the seconds that all may take."""
DIRECTIONS, TRIES = 2, 6
"""Directions along which a whole array is moved: what is wrong anywhere shows in each."""
ALONG = {(8, False): 1e-7, (8, True): 1e-3, (4, False): 1e-6, (4, True): 1e-3}
"""How far along a direction, by the bytes of the array's numbers, and whether outputs are float32.

No kink is on a short way; on one that is too short, rounding is all.
"""
USUAL = 30
"""Numbers that go into one sum, up to which a whole array moves as far as this."""
LARGE = 2.0
STEP = {(8, False): 1e-6, (8, True): 3e-3, (4, False): 2e-6, (4, True): 3e-3}
"""How far, relative to 1 + |w|, by the same."""
WAKENINGS, A_LITTLE = 5, 1e-4
"""How often all values are drawn anew, and how far an array is moved to see whether it matters."""
SIZES = (4, 8)
NAMES = ("forward", "gradients", "parameters")


def task(module: ModuleType, job: Job, tell: Tell, heard: Warnings) -> None:
    """Tell everything that the check needs, step by step."""
    assert isinstance(job.task, MeasureSlopes)
    rng = np.random.default_rng(job.task.seed)
    network: Any = module
    lacking = [name for name in NAMES if not hasattr(module, name)]
    if lacking:
        ours = adapted(module, rng)
        if ours is None:
            tell(Lacking(lacking))
            return
        network = ours
    measure(of_three_lines(network, module), tell, rng)


@dataclass(frozen=True)
class Measured:
    """A network whose slopes are measured: rows in, rows out; where its cost functions are.

    `inputs` is the number of inputs, where it is known; `own_start`: the parameters stay as they
    are. `draws`: the random numbers, which `forward` and `gradients` draw anew at each call.
    """

    forward: Callable[..., Any]
    gradients: Callable[[NDArray[Any], NDArray[Any]], list[Any]]
    arrays: list[Any]
    names: list[str]
    module: Any
    draws: Draws
    inputs: int | None = None
    own_start: bool = False
    costs: Callable[..., Sequence[OwnCost]] = own_costs


def of_three_lines(network: Any, module: ModuleType) -> Measured:
    """A file that has `forward`, `gradients` and `parameters`, or what was made of one of ours."""
    given = network.parameters() if callable(network.parameters) else network.parameters
    arrays = flat(given)
    draws = Draws.below(module.__dict__)
    forward, gradients = draws.again(network.forward), draws.again(network.gradients)

    def in_their_order(X: NDArray[Any], Y: NDArray[Any]) -> list[Any]:
        return flat(in_order(gradients(X, Y), given), rows=True)

    names = names_of(module, given, arrays)
    return Measured(forward, in_their_order, arrays, names, network, draws)


def measure(network: Measured, tell: Tell, rng: np.random.Generator) -> None:
    """Tell the outputs, the claimed gradients, and the outputs with each element moved."""
    arrays = network.arrays
    kinds = [described(array) for array in arrays]
    tell(ParametersSeen(kinds, network.names))
    if not arrays or any(kind != "float" for kind in kinds):
        return
    own = [array.copy() for array in arrays]
    if not network.own_start:
        healthy(arrays, rng)
    found = inputs(network, rng)
    if found is not None and not np.isfinite(found[1]).all():
        for array, old in zip(arrays, own, strict=True):
            array[...] = old
        found = inputs(network, rng)
    if found is None:
        tell(NoInputs())
        return
    X, outputs = found
    if not network.own_start and wake(network, X, rng):
        outputs = np.array(network.forward(X.copy()), np.float64)
    coarse = np.asarray(network.forward(X.copy())).dtype.itemsize < 8
    if coarse:
        X = away_from_kinks(network.forward, arrays, X, rng)
        outputs = np.array(network.forward(X.copy()), np.float64)
    began = time.perf_counter()
    again = np.array(network.forward(X.copy()), np.float64)
    each = time.perf_counter() - began
    steady = again.shape == outputs.shape and np.allclose(again, outputs, 1e-6, equal_nan=True)
    tell(Outputs(X, outputs, bool(steady), coarse, network.draws.moved))
    if not steady or outputs.ndim != 2 or len(outputs) != len(X):
        return
    Y = targets(outputs.shape[1], len(X), rng)
    before = [array.copy() for array in arrays]
    gradients = network.gradients(X.copy(), Y.copy())
    pairs = enumerate(zip(arrays, before, strict=True))
    changed = [i for i, (now, then) in pairs if not np.array_equal(now, then)]
    tell(Claimed(Y, gradients, before, changed))
    for array, old in zip(arrays, before, strict=True):
        array[...] = old
    costs = network.costs(network.module, X, outputs, Y, arrays)
    names, special = [cost.name for cost in costs], [cost.special for cost in costs]
    tell(CostsSeen(names, special, [cost.derived for cost in costs]))
    most = int(min(MOST_PLACES, max(FEWEST_PLACES, MOVING / (2 * each * len(arrays)))))
    for i, array in enumerate(arrays):
        tell(Moved(i, *moved(network.forward, X, Y, array, costs, coarse, rng, most)))


def targets(n: int, m: int, rng: np.random.Generator) -> NDArray[Any]:
    """A 1 for a class in each row, the last class among them; numbers 0 and 1 for one output."""
    if n == 1:
        return rng.integers(0, 2, (m, 1)) * 1.0
    labels = rng.integers(0, n, m)
    labels[rng.integers(0, m)] = n - 1  # code that makes one-hot rows counts up to the largest
    return np.eye(n)[labels]


def healthy(arrays: list[NDArray[Any]], rng: np.random.Generator) -> None:
    """Put random values of a usual size into the arrays.

    Where weights or biases are 0, or all alike, as many are at the start, a wrong gradient can
    hide; where they are tiny, every step goes across the kink of a relu.
    """
    for array in arrays:
        noise = rng.standard_normal(array.shape)
        if array.ndim == 2 and min(array.shape) > 1:
            array[...] = noise * np.sqrt(2 / sum(array.shape))
        elif array.ndim <= 2:  # a scale that starts at 1 stays near it
            array[...] = np.where(np.abs(array) > LARGE, np.sign(array), array) + 0.3 * noise


def wake(network: Measured, X: NDArray[Any], rng: np.random.Generator) -> bool:
    """Draw all values anew, once or more, while an array moves no output: no relu may be awake.

    A training with a mistake can leave every one of them asleep. Whether they were drawn.
    """
    kept = [array.copy() for array in network.arrays]
    for round_number in range(WAKENINGS):
        asleep = [a for a in network.arrays if not moves_outputs(network, X, a, rng)]
        if not asleep:
            return round_number > 0
        for array, old in zip(network.arrays, kept, strict=True):
            array[...] = np.round(old.mean()) if np.abs(old - 1).max() < LARGE / 2 else 0
        healthy(network.arrays, rng)
    for array, old in zip(network.arrays, kept, strict=True):
        array[...] = old
    return False


def moves_outputs(
    network: Measured, X: NDArray[Any], array: NDArray[Any], rng: np.random.Generator
) -> bool:
    """Whether outputs change with an array, along one direction."""
    kept, before = array.copy(), np.array(network.forward(X.copy()))
    array += A_LITTLE * rng.standard_normal(array.shape)
    after = np.array(network.forward(X.copy()))
    array[...] = kept
    return not np.array_equal(before, after, equal_nan=True)


def along(seed: int, array: NDArray[Any], far: float) -> tuple[NDArray[Any], NDArray[Any]]:
    """A whole array moved along a direction and against it; the same for the same seed."""
    step = far * np.random.default_rng(seed).standard_normal(array.shape)
    return (array + step).astype(array.dtype), (array - step).astype(array.dtype)


def far_along(array: NDArray[Any], coarse: bool) -> float:
    """How far along a direction: less for many inputs, which all move one sum."""
    return ALONG[array.dtype.itemsize, coarse] / max(1.0, (max(array.shape) / USUAL) ** 0.5)


def flat(value: Any, *, rows: bool = False) -> list[Any]:
    """The arrays of a nested list, tuple or dict, in their order.

    With `rows`, lists of rows of numbers are arrays too.
    """
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, Iterator) or (isinstance(value, np.ndarray) and value.dtype.kind == "O"):
        value = list(value)
    if not isinstance(value, (list, tuple)):
        return [value]
    found = []
    for item in value:
        table = as_table(item) if rows and isinstance(item, (list, tuple)) else None
        found += flat(item, rows=rows) if table is None else [table]
    return found


def as_table(value: Any) -> Any:
    """Rows of numbers, all of one length, as an array (n,) or (m, n); None for anything else."""
    if not of_numbers(value):
        return None
    try:
        found = np.array(value, np.float64)
    except ValueError:  # rows of different lengths: several arrays
        return None
    return found if found.ndim <= 2 else None


def of_numbers(value: Any) -> bool:
    """Whether there is nothing in a list, or in its lists, but numbers."""
    if isinstance(value, (list, tuple)):
        return len(value) > 0 and all(map(of_numbers, value))
    return isinstance(value, Real)


def in_order(gradients: Any, parameters: Any) -> Any:
    """Gradients by name in the order of the parameters, where both have names."""
    if not isinstance(gradients, dict) or not isinstance(parameters, dict):
        return gradients
    found = {plain_name(str(name)): gradient for name, gradient in gradients.items()}
    names = [plain_name(str(name)) for name in parameters]
    return [found[name] for name in names] if set(names) <= set(found) else gradients


def described(array: Any) -> str:
    """`float` for an array that can be moved in place, or what it is instead."""
    if not isinstance(array, np.ndarray):
        return f"of type {type(array).__name__}"
    if array.dtype.kind != "f" or array.dtype.itemsize not in SIZES:
        return f"an array of {array.dtype}"
    return "float" if array.flags.writeable else "a read-only array"


def widths(arrays: list[NDArray[Any]]) -> list[int]:
    """How many inputs the network may have: the sizes of its tables, a column of biases last."""
    tables = sorted((a for a in arrays if a.ndim == 2), key=lambda a: min(a.shape) == 1)
    return list(dict.fromkeys(size for a in tables for size in reversed(a.shape))) or [1]


def inputs(network: Measured, rng: np.random.Generator) -> tuple[NDArray[Any], NDArray[Any]] | None:
    """Rows of inputs that `forward` takes, and its outputs; the last width's error counts."""
    fault: Exception | None = None
    arrays = network.arrays
    taken = {size for array in arrays for size in array.shape}
    m = next((number for number in EXAMPLES if number not in taken), EXAMPLES[0])
    known = [] if network.inputs is None else [network.inputs]
    for width in known or widths(arrays):
        X = rng.normal(0, 1, (m, width))
        try:
            outputs = np.array(network.forward(X.copy()), np.float64)
        except (ValueError, IndexError, TypeError) as caught:
            fault = fault or caught
            continue
        return X, outputs
    if fault is not None:
        raise fault
    return None


def moved(
    forward: Callable[..., Any],
    X: NDArray[Any],
    Y: NDArray[Any],
    array: NDArray[Any],
    costs: Sequence[OwnCost],
    coarse: bool,
    rng: np.random.Generator,
    most: int = MOST_PLACES,
) -> tuple[NDArray[np.intp], NDArray[Any], NDArray[Any], NDArray[Any], list[int]]:
    """Some elements moved up and down, then the whole: places, widths, outputs, costs, seeds.

    What bends however short its way is, as at a kink, is left out, unless all does.
    """
    kind = (array.dtype.itemsize, coarse)
    here = np.array(forward(X.copy()), np.float64)

    def outputs_and_costs() -> tuple[NDArray[Any], list[float]]:
        outputs = np.array(forward(X.copy()), np.float64)
        return outputs, [number(cost, X, outputs, Y) for cost in costs]

    def of_place(number: int, part: float) -> Pair:
        place = np.unravel_index(number, array.shape)
        start = array[place]
        h = array.dtype.type(part * STEP[kind] * (1 + abs(start)))
        array[place] = start + h
        (above, costs_above), high = outputs_and_costs(), float(array[place])
        array[place] = start - h
        (below, costs_below), low = outputs_and_costs(), float(array[place])
        array[place] = start
        off = bend(here, above, below, high - float(start), float(start) - low, coarse)
        return Pair(above, below, (costs_above, costs_below), high - low, off)

    kept = array.copy()

    def of_all(seed: int, part: float) -> Pair:
        far = part * far_along(array, coarse)
        high, low = along(seed, kept, far)
        array[...] = high
        above, costs_above = outputs_and_costs()
        array[...] = low
        below, costs_below = outputs_and_costs()
        array[...] = kept
        # The numbers of a float32 array are rounded by so much that both sides cannot be compared.
        off = 0.0 if kind == (4, False) else bend(here, above, below, far, far, coarse)
        return Pair(above, below, (costs_above, costs_below), 2 * far, off)

    drawn = np.sort(rng.choice(array.size, min(most, array.size), replace=False))
    each = [straightest(partial(of_place, int(number)), kind) for number in drawn]
    usable = [straight(pair, kind) for pair in each]
    if any(usable):
        each = [pair for pair, good in zip(each, usable, strict=True) if good]
        drawn = drawn[usable]
    seeds: list[int] = []
    tried = rng.integers(0, 2**31, TRIES) if array.size > 1 else []
    for seed in map(int, tried):
        pair = straightest(partial(of_all, seed), kind)
        if straight(pair, kind):
            seeds.append(seed)
            each.append(pair)
        if len(seeds) == DIRECTIONS:
            break
    widths = np.array([pair.width for pair in each])
    pairs = np.array([(pair.above, pair.below) for pair in each])
    return drawn, widths, pairs, np.array([pair.costs for pair in each], np.float64), seeds
