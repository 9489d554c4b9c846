"""The gradients that a network's own code claims, held against the slopes that were measured."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace

import numpy as np

from chainrule.workshop.guarded.protocol import Claimed, Moved
from chainrule.workshop.guarded.slopes import along
from chainrule.workshop.network_costs import Array, Loss, Reduction

FINE, MIXED, COARSE = 1e-5, 1e-3, 6e-3
"""The largest relative error that passes: of float64, of parameters in float32, of outputs too."""
ROUGHER = 3
"""A slope along a direction is measured so much more roughly than those of single elements."""
NOTHING = 1e-4
"""A gradient so much smaller than the largest of all arrays is judged beside that one."""
SAME = 1e-6
MOST_CLIPPED = 0.75
"""The part of all gradients that may be clipped: of more, too little is left to be checked."""
FEWEST = 4
"""Elements from which the form of a penalty can be recognised."""


@dataclass(frozen=True)
class ArrayCheck:
    """One array of parameters, by its name in the file: the relative error of its gradient.

    `factor` is the number that the gradient is too large by, where one number is all that is wrong;
    `where` is the row or column that alone is wrong, where there is one.
    """

    index: int
    shape: tuple[int, ...]
    error: float
    passed: bool
    factor: float | None
    where: str = ""
    name: str = ""


@dataclass(frozen=True)
class Fit:
    """How well the gradients are those of a cost, summed over the examples or their mean."""

    loss: Loss
    reduction: Reduction
    checks: tuple[ArrayCheck, ...]

    @property
    def passed(self) -> int:
        return sum(check.passed for check in self.checks)

    @property
    def right(self) -> bool:
        return self.passed == len(self.checks)


class ClaimedGradients:
    """The gradients that the code gave, its parameters, and the outputs with each one moved."""

    def __init__(self, claimed: Claimed, moved: Sequence[Moved], coarse: bool) -> None:
        self.coarse = coarse
        self.bound = np.inf
        """What the gradients are clipped at."""
        self.Y, self.parameters, self.moved = claimed.Y, claimed.parameters, moved
        self.arrays = [
            as_subtracted(np.asarray(g, np.float64), p)
            for g, p in zip(claimed.gradients, self.parameters, strict=True)
        ]
        fine = [p.dtype.itemsize == 8 for p in self.parameters]
        self.tolerance = COARSE if coarse else FINE if all(fine) else MIXED

    @property
    def near(self) -> float:
        """How near numbers are that two ways of working them out come to."""
        return max(SAME, self.tolerance * 1e-2)

    def unused(self) -> str | None:
        """A parameter that does not move the outputs at all."""
        for each in self.moved:
            i = each.array
            if np.array_equal(each.pairs[:, 0], each.pairs[:, 1]) and not self.dead(i):
                return (
                    f"`forward` does not use parameters[{i}] {self.parameters[i].shape}: moving it "
                    "moves no output. Is it a copy? Give the arrays themselves"
                )
        return None

    def dead(self, index: int) -> bool:
        """Whether other arrays move nothing either, as behind neurons that never fire."""
        return self.arrays[index].size > 0 and not self.arrays[index].any()

    def wrong_shape(self) -> str | None:
        """What is wrong with the first gradient that is not shaped as its parameter."""
        for i, (g, p) in enumerate(zip(self.arrays, self.parameters, strict=True)):
            if g.shape != p.shape:
                turned = ""
                if g.ndim == 2 and g.shape == p.shape[::-1]:
                    turned = " It is transposed"
                elif (*g.shape, 1) == p.shape:
                    turned = " A sum with `keepdims=True` keeps the second axis"
                elif g.size == 1:
                    turned = " It is one number: a sum without `axis` adds up the neurons, too"
                elif g.shape[:1] == self.Y.shape[:1] and g.shape[1:] == p.shape[-1:]:
                    turned = " It has a row for each example: they are to be added up"
                return (
                    f"gradients[{i}] has shape {g.shape}: expected {p.shape}, that of "
                    f"parameters[{i}].{turned}".rstrip(".")
                )
        return None

    def checks(
        self, loss: Loss, reduction: Reduction, penalties: Mapping[int, Array] | None = None
    ) -> tuple[ArrayCheck, ...]:
        """Every array's claimed gradient, without its penalty's, beside the measured slopes."""
        found = []
        for each in self.moved:
            claimed = self.arrays[each.array] - (penalties or {}).get(each.array, 0.0)
            slopes = self.slopes(each, loss, reduction)
            if self.reaches_bound(claimed):  # no slope along a direction is clipped
                each = replace(each, steps=each.steps[: len(each.places)], seeds=[])
                slopes = np.clip(slopes[: len(each.places)], -self.bound, self.bound)
            found.append((each, claimed, slopes))
        return self.all_checks(found)

    def all_checks(self, found: Sequence[tuple[Moved, Array, Array]]) -> tuple[ArrayCheck, ...]:
        """The checks of all arrays, where each is small only beside the largest of them."""
        with np.errstate(invalid="ignore"):
            sizes = [size(slopes[: len(moved.places)]) for moved, _, slopes in found]
        floor = NOTHING * max([s for s in sizes if np.isfinite(s)], default=0.0)
        return tuple(self.check(*each, floor) for each in found)

    def slopes(self, moved: Moved, loss: Loss, reduction: Reduction) -> Array:
        """The measured slopes of this cost at the places of one array."""
        costs = loss.each(moved.pairs, self.Y)
        total = costs.sum(axis=-1) if reduction == "sum" else costs.mean(axis=-1)
        return (total[:, 0] - total[:, 1]) / moved.steps

    def own_slopes(self, moved: Moved, place: int) -> Array:
        """The measured slopes of one of the file's own cost functions."""
        return (moved.costs[:, 0, place] - moved.costs[:, 1, place]) / moved.steps

    def computes(self, place: int, loss: Loss, reduction: Reduction) -> bool:
        """Whether one of the file's own cost functions is this cost, by its slopes."""
        with np.errstate(invalid="ignore"):
            own = np.concatenate([self.own_slopes(each, place) for each in self.moved])
            ours = np.concatenate([self.slopes(each, loss, reduction) for each in self.moved])
            size = float(np.linalg.norm(ours))
            return bool(size > 0 and np.linalg.norm(own - ours) <= 10 * self.tolerance * size)

    def own_checks(self, place: int) -> tuple[ArrayCheck, ...]:
        """Every array's claimed gradient beside the slopes of the file's own cost function."""
        return self.all_checks(
            [(each, self.arrays[each.array], self.own_slopes(each, place)) for each in self.moved]
        )

    def check(self, moved: Moved, gradient: Array, measured: Array, floor: float) -> ArrayCheck:
        """The elements that were moved, and the whole array along its directions.

        `floor` is a size, of an element, below which slopes are rounding.
        """
        index, number = moved.array, len(moved.places)
        claimed, slopes = gradient.reshape(-1)[moved.places], measured[:number]
        least = max(floor * np.sqrt(number), 1e-9)
        whole = max(float(np.linalg.norm(claimed)), float(np.linalg.norm(slopes)), least)
        error = float(np.linalg.norm(claimed - slopes)) / whole
        length = max(float(np.linalg.norm(gradient)), floor * np.sqrt(gradient.size), 1e-9)
        ahead = []
        for seed, step in zip(moved.seeds, moved.steps[number:], strict=True):
            high, low = along(seed, self.parameters[index], step / 2)
            way = high.astype(np.float64) - low.astype(np.float64)
            ahead.append(float(np.sum(gradient * way)) / step)
        gaps = np.abs(np.array(ahead) - measured[number:]) / length
        beyond = bool(gaps.size) and not bool(gaps.max() <= ROUGHER * self.tolerance)
        passed = bool(error <= self.tolerance) and not beyond
        if not passed and error <= self.tolerance:
            error = float(gaps.max())
        factor = None
        square = float(slopes @ slopes)
        if not passed and np.isfinite(square) and square > 0 and gradient.size > 1:
            fitted = float(claimed @ slopes) / square
            rest = float(np.linalg.norm(claimed - fitted * slopes))
            sure = abs(fitted - 1) > 3 * self.tolerance and abs(fitted) > 1e-6
            if (
                rest <= min(10 * self.tolerance, 0.03) * whole
                and sure
                and not (beyond and error <= self.tolerance)
            ):
                factor = fitted
            elif not gradient.any():
                factor = 0.0
        shape = self.parameters[index].shape
        off = np.abs(claimed - slopes) > 10 * self.tolerance * max(size(slopes), floor)
        where = "" if passed or factor is not None else alone(moved.places[off], off, shape)
        return ArrayCheck(index, shape, error, passed, factor, where)

    def penalty(
        self, index: int, loss: Loss, reduction: Reduction, form: Callable[[Array], Array]
    ) -> float | None:
        """How many times a form of the parameter the gradient has too much; None if not that."""
        moved = next(each for each in self.moved if each.array == index)
        measured = self.slopes(moved, loss, reduction)[: len(moved.places)]
        return self.times(self.arrays[index].reshape(-1)[moved.places] - measured, moved, form)

    def times(self, gap: Array, moved: Moved, form: Callable[[Array], Array]) -> float | None:
        """How many times a form of the parameter numbers at its moved places are; None if not."""
        shape = form(self.parameters[moved.array].reshape(-1)[moved.places].astype(np.float64))
        square = float(shape @ shape)
        if len(shape) < FEWEST or square == 0 or not np.isfinite(gap).all():
            return None
        part = float(gap @ shape) / square
        rest = float(np.linalg.norm(gap - part * shape))
        near = min(10 * self.tolerance, 0.02) * float(np.linalg.norm(gap))
        return part if rest <= near else None

    def penalties_of_cost(
        self, place: int, loss: Loss, reduction: Reduction, form: Callable[[Array], Array]
    ) -> dict[int, float] | None:
        """How many times a form of each parameter one of the file's costs adds to the slopes.

        None where it differs from this cost by anything else, or by nothing.
        """
        found: dict[int, float] = {}
        for each in self.moved:
            number = len(each.places)
            ours = self.slopes(each, loss, reduction)[:number]
            gap = self.own_slopes(each, place)[:number] - ours
            if not np.linalg.norm(gap) <= 10 * self.tolerance * np.linalg.norm(ours):
                part = self.times(gap, each, form)
                if part is None or part < 0:
                    return None
                found[each.array] = part
        return found or None

    def likely_bound(self) -> float | None:
        """What none of the gradients exceeds and several reach; None where there is no such."""
        sizes = np.concatenate([np.abs(each).reshape(-1) for each in self.arrays])
        largest = float(sizes.max(initial=0.0))
        if not np.isfinite(largest):
            return None
        number = np.sum(sizes >= largest * (1 - self.near))
        return largest if 1 < number <= MOST_CLIPPED * np.count_nonzero(sizes) else None

    def reaches_bound(self, gradient: Array) -> bool:
        return bool(np.abs(gradient).max(initial=0.0) >= self.bound * (1 - self.near))

    def clipped_at(self, bound: float) -> ClaimedGradients:
        """The same, to be held against slopes and predictions that are clipped."""
        clipped = copy(self)
        clipped.bound = bound
        return clipped

    def divided(self, factor: float) -> ClaimedGradients:
        """The gradients, each divided by one factor."""
        left = copy(self)
        left.arrays = [g / factor for g in self.arrays]
        return left

    def without(self, penalties: Mapping[int, Array]) -> ClaimedGradients:
        """What is left of the gradients without those of a penalty."""
        left = copy(self)
        left.arrays = [g - penalties.get(i, 0.0) for i, g in enumerate(self.arrays)]
        return left

    def are(self, predicted: Sequence[Array]) -> bool:
        """Whether these are the claimed gradients, but for rounding and axes of length 1."""
        return next(self.differing(predicted), None) is None

    def unlike(self, predicted: Sequence[Array]) -> list[int]:
        """Which of these are not the claimed gradients."""
        return list(self.differing(predicted))

    def differing(self, predicted: Sequence[Array]) -> Iterator[int]:
        """The numbers of those that are not the claimed gradients, one after the other."""
        largest = max((float(np.abs(each).max()) for each in predicted if np.size(each)), default=0)
        for i, (one, other) in enumerate(zip(predicted, self.arrays, strict=True)):
            if not self.same(one, other, NOTHING * largest):
                yield i

    def same(self, predicted: Array, claimed: Array, floor: float) -> bool:
        one, other = np.squeeze(predicted).clip(-self.bound, self.bound), claimed.squeeze()
        if one.shape != other.shape:
            return False
        scale = max(float(np.abs(one).max()), floor)
        with np.errstate(invalid="ignore"):
            near = np.abs(one - other) <= self.near * (scale + np.abs(one))
        return bool(np.isfinite(scale) and near.all())

    def penalty_beside(self, predicted: Sequence[Array]) -> float | None:
        """How many times themselves the weights have in their gradients beside the predicted.

        One number for all of them; None where the rest is anything else.
        """
        found: list[float] = []
        largest = max((float(np.abs(each).max()) for each in predicted if np.size(each)), default=0)
        for mine, theirs, p in zip(predicted, self.arrays, self.parameters, strict=True):
            one, weights = np.squeeze(mine), np.asarray(p, np.float64).squeeze()
            gap = theirs.squeeze() - one if theirs.squeeze().shape == one.shape else None
            if gap is None or not np.isfinite(gap).all():
                return None
            lam = 0.0
            if p.ndim == 2 and min(p.shape) > 1:
                lam = float(np.sum(gap * weights)) / float(np.sum(weights**2))
                found.append(lam)
            scale = max(float(np.abs(one).max()), NOTHING * largest)
            if np.abs(gap - lam * weights).max() > 10 * self.near * scale:
                return None
        if not found or min(found) <= 0 or max(found) - min(found) > 1e-3 * max(found):
            return None
        return max(found)


def alone(wrong: Array, off: Array, shape: tuple[int, ...]) -> str:
    """The row or column in which all that is wrong lies, `entry` for one place; else nothing."""
    if not off.any() or off.all() or len(shape) != 2 or min(shape) < 2:
        return ""
    rows, columns = (set(map(int, each)) for each in np.unravel_index(wrong, shape))
    if len(rows) == len(columns) == 1 and off.size == shape[0] * shape[1]:
        return f"entry [{rows.pop()}, {columns.pop()}]"
    if len(rows) == 1 and len(columns) > 1:
        return f"row {rows.pop()}"
    return f"column {columns.pop()}" if len(columns) == 1 and len(rows) > 1 else ""


def size(values: Array) -> float:
    """The root of the mean square."""
    return float(np.sqrt(np.mean(values**2))) if values.size else 0.0


def as_subtracted(gradient: Array, parameter: Array) -> Array:
    """A gradient (n,) of a row (1, n) as the row: `p -= eta * gradient` takes it so.

    That of a plain number may be an array of one number.
    """
    if parameter.shape == () and gradient.size == 1:
        return gradient.reshape(())
    if gradient.size != parameter.size:
        return gradient
    try:
        fits = np.broadcast_shapes(gradient.shape, parameter.shape) == parameter.shape
    except ValueError:
        return gradient
    return gradient.reshape(parameter.shape) if fits else gradient


def of_weights(parameter: Array) -> bool:
    """Whether an array is a table, as weights are and biases are not."""
    return parameter.ndim > 1 and min(parameter.shape) > 1
