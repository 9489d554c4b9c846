"""Which array is the gradient of which parameter: by name, then by shape, then by slope."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import islice, product
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
MARK = re.compile(
    r"^(dl_?d|dj_?d|dc_?d|de_?d|dcost_?d?|dloss_?d?|grads?_?|gradients?_?|nabla_?|delta_?|d_?|g_?|"
    r"partial_?|update_?)|(_?grads?|_?gradients?|_?deltas?|_?derivatives?|_?updates?|_prime)$"
)
LAST = re.compile(r"""(?:\.|\[['"])(\w+)(?:['"]\])?(?:\[\d+\])*$|^(\w+)(?:\[\d+\])*$""")
MOST_OPTIONS = 3
MOST_WAYS = 200


def last_name(path: str) -> str:
    """`W1` of `own.net.params['W1']`, `weights` of `net.weights[0]`."""
    found = LAST.search(path)
    return "" if found is None else (found.group(1) or found.group(2) or "")


def bare(name: str) -> str:
    """A name without what marks it as a gradient, in small letters: `w1` for `dW1`, `grad_W1`."""
    previous, now = None, name
    while previous != now and len(now) > 1:
        previous = now
        shorter = MARK.sub("", now)
        now = shorter or now
        if now != previous:
            break
    return now.replace("_", "").lower()


def owner(path: str) -> str:
    return path.rpartition(".")[0] if "." in path else ""


def index(path: str) -> str:
    found = re.search(r"(?:\[\d+\])+$", path)
    return found.group(0) if found else ""


def alike(parameter: str, gradient: str) -> int:
    """How much the expression of an array is that of a parameter's gradient."""
    points = 0
    mine, theirs = last_name(parameter), last_name(gradient)
    if bare(theirs) == mine.replace("_", "").lower() and theirs != mine:
        points += 4
    elif theirs == mine:
        points += 2
    elif initial(bare(theirs)) == initial(mine.lower()):
        points += 1
    if owner(parameter) and owner(parameter) == owner(gradient):
        points += 2
    if index(parameter) and index(parameter) == index(gradient):
        points += 1
    return points


def has_name_of(parameter: str, gradient: str) -> bool:
    """Whether a gradient is called as that of this parameter: `db1`, or `b1` among gradients."""
    mine, theirs = last_name(parameter).replace("_", "").lower(), last_name(gradient)
    return mine in (bare(theirs), theirs.replace("_", "").lower())


def initial(name: str) -> str:
    """`w` for all that is called weights, `b` for biases."""
    return name[:1]


def fits(gradient: Any, parameter: Any) -> bool:
    """Whether an array has a parameter's shape, but for axes of length 1."""
    one, other = np.shape(gradient), np.shape(parameter)
    if one == other:
        return True
    if np.size(gradient) == 1 and other and max(other) == np.size(parameter):
        return True  # a sum over everything, for a bias
    squeezed = tuple(n for n in one if n != 1), tuple(n for n in other if n != 1)
    return squeezed[0] == squeezed[1] and np.size(gradient) == np.size(parameter)


def pair(
    parameters: Sequence[tuple[str, Array]],
    found: Sequence[tuple[str, Array]],
    score: Callable[[list[Any]], float],
    *,
    by_name: bool = False,
) -> list[str] | None:
    """The expression of each parameter's gradient; None where one has none.

    `by_name`: one that has a parameter's name is its gradient, though its shape is wrong.
    """
    options: list[list[int]] = []
    for path, parameter in parameters:
        able = [i for i, (_, g) in enumerate(found) if fits(g, parameter)]
        able = [
            i
            for i in able
            if np.size(found[i][1]) > 1 or np.size(parameter) == 1 or has_name_of(path, found[i][0])
        ]
        if not able and by_name:
            able = [i for i, (name, _) in enumerate(found) if has_name_of(path, name)]
            able = able if len(able) == 1 else []
        if not able:
            return None
        marks = {i: alike(path, found[i][0]) for i in able}
        best = max(marks.values())
        options.append([i for i in able if marks[i] == best][:MOST_OPTIONS])
    in_order = list(range(len(found)))
    if len(found) == len(parameters) and all(
        fits(g, p) for (_, g), (_, p) in zip(found, parameters, strict=True)
    ):
        ways = [tuple(in_order)]
    else:
        ways = []
    ways += [w for w in islice(product(*options), MOST_WAYS) if len(set(w)) == len(w)]
    if not ways:
        return None
    chosen = ways[0]
    if len(ways) > 1:
        chosen = max(ways, key=lambda way: score([found[i][1] for i in way]))
    return [found[i][0] for i in chosen]


def filled(gradients: Sequence[Any]) -> float:
    """How many gradients are not 0: a rough guess of how well they fit."""
    return float(sum(np.any(g) for g in gradients))


def stays(parameters: Sequence[str], given: Sequence[tuple[str, Array]]) -> bool:
    """Whether what a step gives is called as the parameters are: it is no gradient."""
    called = {last_name(path) for path in parameters}
    return bool(given) and {last_name(path) or path for path, _ in given} >= called
