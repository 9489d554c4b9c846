"""The cost of a network as a function of a few numbers: along a weight, or over a plane.

along = slope(network, X, y, direction_of(network, "W2[3,5]")[None])
along.cost(0.5), along.gradient(0.5)
roll(along, (2.0,), rate=0.3, steps=10)     a ball: gradient descent in these numbers alone
"""

from __future__ import annotations

import hashlib
import math
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from chainrule.network import Network, evaluate
from chainrule.web.address import NotThere

FAR = 1e6
FINENESS = (9, 17, 33)
"""Points along a side of a plane: those of each are among those of the next."""
KEPT = 16


@dataclass(frozen=True)
class Slope:
    """The cost of a network as a function of some numbers: the rest of the parameters held."""

    network: Network
    X: np.ndarray
    y: np.ndarray
    start: np.ndarray
    directions: np.ndarray
    """(d, number of parameters): where each of the d numbers leads."""

    def cost(self, *amounts: float) -> float:
        """C where each direction is gone along so far from the network's own parameters."""
        self.network.flat[:] = self.start + np.asarray(amounts) @ self.directions
        return evaluate(self.network, self.X, self.y).cost

    def gradient(self, *amounts: float) -> np.ndarray:
        """dC/d(amounts) (d,): the gradient by backpropagation, along the directions."""
        self.network.flat[:] = self.start + np.asarray(amounts) @ self.directions
        found = self.network.backward(self.X, self.y)
        whole = Network.with_parameters(self.network.architecture, 0.0, "float64")
        whole.parameters = {name: found[f"dC/d{name}"] for name in whole.parameters}
        return self.directions @ whole.flat


def slope(network: Network, X: np.ndarray, y: np.ndarray, directions: np.ndarray) -> Slope:
    """The cost of a network on examples X (m, n0), y (m,) along directions (d, parameters)."""
    own = network.copy("float64")
    return Slope(own, X, y, own.flat.copy(), directions)


def direction_of(network: Network, ref: str) -> np.ndarray:
    """The direction in which one parameter grows: `W2[3,5]`, `b1[0]`."""
    name, _, rest = ref.replace(" ", "").rstrip("]").partition("[")
    unit = Network.with_parameters(network.architecture, 0.0, "float64")
    places = rest.split(",")
    try:
        array = unit.parameters[name]
        place = tuple(int(digits) for digits in places if digits.isdecimal())
        if len(place) != array.ndim or len(places) != array.ndim:
            raise IndexError
        array[place] = 1
    except (KeyError, IndexError):
        raise NotThere(
            f"{ref[:30]!r} is no weight or bias of this network; one is W1[0,0], or b1[0]"
        ) from None
    return unit.flat.copy()


def random_directions(network: Network, seed: int) -> np.ndarray:
    """Two random directions (2, number of parameters), each as long as the weights of its layer.

    Scaled layer by layer as in Li and others, Visualizing the loss landscape, 2018, section 4.
    """
    rng = np.random.default_rng(seed)
    rows = []
    for _ in range(2):
        drawn = Network.with_parameters(network.architecture, 0.0, "float64")
        for name, array in drawn.parameters.items():
            sample = rng.standard_normal(array.shape)
            length = np.linalg.norm(network.parameters[name]) / np.linalg.norm(sample)
            array[:] = sample * length
        rows.append(drawn.flat.copy())
    return np.array(rows)


# --- a ball that rolls down ---------------------------------------------------------------------


@dataclass(frozen=True)
class Ball:
    """Where gradient descent goes from a place, step after step, and how it ends."""

    places: tuple[tuple[float, ...], ...]
    costs: tuple[float, ...]
    words: str


def roll(along: Slope, at: Sequence[float], rate: float, steps: int) -> Ball:
    """w = w - eta * dC/dw, so many times; it stops where the numbers leave every bound."""
    places, costs = [tuple(at)], [along.cost(*at)]
    for _ in range(steps):
        new = np.asarray(places[-1]) - rate * along.gradient(*places[-1])
        if not np.isfinite(new).all() or np.abs(new).max() > FAR:
            return Ball(tuple(places), tuple(costs), "It diverges: each step overshoots further.")
        places.append(tuple(new.tolist()))
        costs.append(along.cost(*new))
    return Ball(tuple(places), tuple(costs), in_words(costs))


def in_words(costs: list[float]) -> str:
    """How a descent ended."""
    if len(costs) == 1:
        return ""
    change = costs[-1] - costs[0]
    rises = sum(b > a + 1e-12 for a, b in pairwise(costs))
    if change > 0:
        return "It ends higher than it began: the learning rate is too large here."
    if rises:
        return "It comes down, but overshoots on the way: a smaller learning rate goes straight."
    if -change < 1e-6 * (abs(costs[0]) + 1e-12):
        return "It hardly moves: the slope is flat here, or the learning rate is very small."
    return "It comes down with every step."


def gradient_in_words(gradient: float, cost: float) -> str:
    """What the gradient asks of the weight: `increase it a little`."""
    size = abs(gradient) / (cost + 1e-12)
    if size < 1e-3:
        return "leave it: it hardly matters here"
    much = "a lot" if size > 0.2 else "somewhat" if size > 0.03 else "a little"
    return f"{'decrease' if gradient > 0 else 'increase'} it {much}"


# --- a plane ------------------------------------------------------------------------------------


class Planes:
    """The costs over planes, kept: a finer one is computed from the coarser one's points on.

    Several requests may ask at a time.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[bytes, np.ndarray] = OrderedDict()
        self._lock = threading.Lock()

    def costs(self, over: Slope, reach: float, fine: int) -> np.ndarray:
        """C at `fine` by `fine` points of the square from -reach to reach, rows from the top down.

        `fine` is one of FINENESS.
        """
        parts = (over.start, over.directions, over.y)
        state = b"".join(np.ascontiguousarray(part).tobytes() for part in parts)
        about = repr((over.network.architecture, reach, len(over.y))).encode()
        key = hashlib.sha256(about + state + np.ascontiguousarray(over.X).tobytes()).digest()
        with self._lock:
            known = self._kept.get(key)
        if known is None or len(known) < fine:
            made = refined(over, reach, fine, known)
            with self._lock:
                self._kept[key] = made
                self._kept.move_to_end(key)
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
        else:
            made = known
        return made[:: (len(made) - 1) // (fine - 1), :: (len(made) - 1) // (fine - 1)]


def refined(over: Slope, reach: float, fine: int, known: np.ndarray | None) -> np.ndarray:
    """The costs at all points; those of a coarser square are taken from it."""
    costs = np.full((fine, fine), math.nan)
    if known is not None:
        every = (fine - 1) // (len(known) - 1)
        costs[::every, ::every] = known
    steps = np.linspace(-reach, reach, fine).tolist()
    for row, column in np.argwhere(np.isnan(costs)).tolist():
        costs[row, column] = over.cost(steps[column], steps[fine - 1 - row])
    return costs
