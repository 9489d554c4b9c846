"""How `minibatches` is judged: by what a division of the examples must be."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from chainrule.ground.words import counted
from chainrule.workshop.guarded.codec import Given
from chainrule.workshop.oracle import Case, Finding, Oracle
from chainrule.workshop.returns import came

MOST_SHOWN = 20
"""Mini-batches whose lengths are shown."""


def examples(m: Any, n: Any, seed: Any, one_hot: Any = True) -> Any:
    """Every row of X is like no other, and y tells which row it belongs to."""
    rng = np.random.default_rng(seed)
    X = rng.normal(0, 1, (m, n))
    y = np.column_stack([np.arange(m), rng.normal(0, 1, m)]) if one_hot else np.arange(m)
    return X, y


def cases() -> list[Case]:
    found = []
    for m, n, size, seed, table in (
        (17, 3, 5, 1, True),
        (17, 3, 5, 2, True),
        (12, 4, 4, 3, True),
        (11, 2, 3, 4, False),
        (7, 3, 10, 5, True),
        (16, 3, 5, 6, True),  # one example is left over
    ):
        X, y = examples(m, n, m + n, table)
        arguments = {"X": X, "y": y, "batch_size": size, "rng": Given("rng", seed)}
        found.append(Case(arguments, "drawn"))
    return found


def looked_at(case: Any, value: Any) -> Finding | None:
    """What is wrong with one division."""
    X, y, size = (case.arguments[name] for name in ("X", "y", "batch_size"))
    if not isinstance(value, (list, tuple)):
        return Finding("shape", f"what came back is {came(value)}: expected pairs (X_part, y_part)")
    for pair in value:
        if not isinstance(pair, (list, tuple)) or len(pair) != 2:
            return Finding(
                "shape", f"one of the mini-batches is {came(pair)}: expected (X_part, y_part)"
            )
        if not all(isinstance(part, (np.ndarray, list, tuple)) for part in pair):
            return Finding(
                "shape",
                f"one mini-batch is ({came(pair[0])}, {came(pair[1])}): expected two arrays",
            )
    pairs = [(np.asarray(a), np.asarray(b)) for a, b in value]
    for a, b in pairs:
        if a.shape[1:] == y.shape[1:] and b.shape[1:] == X.shape[1:] != y.shape[1:]:
            message = "The parts are swapped: (X_part, y_part), X first."
            return Finding("shape", message, "X and y swapped")
        if a.shape == X.shape[1:]:
            message = "each pair is one example: expected batch_size rows of X, and their targets"
            return Finding("shape", message, "one example a pair")
        if a.ndim != 2 or a.shape[1] != X.shape[1] or b.shape[1:] != y.shape[1:]:
            return Finding(
                "shape",
                f"X_part has shape {a.shape} and y_part {b.shape}: expected "
                f"(batch_size, {X.shape[1]}) and {('batch_size', *y.shape[1:])}".replace("'", ""),
            )
        if len(a) != len(b):
            return Finding("shape", f"X_part has {len(a)} rows and y_part {len(b)}")
    return sizes(X, size, pairs) or contents(X, y, pairs)


def sizes(X: Any, size: Any, pairs: Any) -> Finding | None:
    m, lengths = len(X), [len(a) for a, _ in pairs]
    whole, rest = divmod(m, size)
    right = [size] * whole + [rest] * bool(rest)
    if lengths == right:
        return None
    came = f"{lengths}" if len(lengths) <= MOST_SHOWN else f"{lengths[:MOST_SHOWN]} and more"
    message = f"With {m} examples and batch_size {size} the mini-batches have {came} examples: "
    message += f"expected {right}."
    if lengths == right[:-1] and rest:
        return Finding("numbers", message + " The short last one is dropped.", "last batch dropped")
    if lengths == right[:1]:
        message += " Only one is handed out: is `return` inside the loop?"
        return Finding("numbers", message, "only the first mini-batch")
    if sorted(lengths) == sorted(right):
        return Finding(
            "numbers",
            message + " The short one comes last: shuffle the examples, then divide them.",
            "short batch not last",
        )
    if lengths == [*right, 0]:
        return Finding("numbers", message + " The last one is empty.", "empty last batch")
    if len(lengths) == size and sum(lengths) == m:
        return Finding(
            "numbers",
            message + " batch_size is the number of examples in one, not of mini-batches.",
            "batch_size mini-batches",
        )
    if sum(lengths) > m:
        message += " Together they have more examples than there are: the pieces overlap."
        return Finding("numbers", message, "pieces overlap")
    if sum(lengths) < m:
        lacking = counted(m - sum(lengths), "example")
        return Finding("numbers", f"{message} Missing: {lacking}.")
    return Finding("numbers", message + " All but the last have batch_size examples.")


def contents(X: Any, y: Any, pairs: Any) -> Finding | None:
    rows = np.concatenate([a for a, _ in pairs])
    targets = np.concatenate([b for _, b in pairs])
    numbers = targets[:, 0] if targets.ndim == 2 else targets
    places = [int(np.abs(X - row).sum(axis=1).argmin()) for row in rows]
    if not np.array_equal(X[places], rows):
        return Finding("numbers", "A row of X_part is no row of X: the examples were changed.")
    if len(set(places)) < len(places):
        twice = next(p for p in places if places.count(p) > 1)
        return Finding(
            "numbers",
            f"Example {twice} is there {places.count(twice)} times and others are missing: "
            "shuffle the examples; do not draw them with replacement.",
            "drawn with replacement",
        )
    if not np.array_equal(places, numbers):
        if np.array_equal(numbers, np.arange(len(numbers))):
            return Finding(
                "numbers",
                "X is shuffled and y is not: each example has lost its own target.",
                "only X shuffled",
            )
        return Finding(
            "numbers",
            "X and y are shuffled differently: each example has lost its own target. Use one order "
            "for both.",
            "X and y shuffled apart",
        )
    return None


@dataclass(frozen=True)
class Order:
    """How the examples of one division come, beside X.

    `sorted` as in X; `turned` as in X from another start, or backwards; `blocks` where each
    mini-batch holds neighbours of X; `inside` where these have an order of their own.
    """

    sorted: bool
    turned: bool
    blocks: bool
    inside: bool


def order_of(case: Any, value: Any) -> Order:
    X = case.arguments["X"]
    parts = [np.array([np.abs(X - row).sum(axis=1).argmin() for row in a]) for a, _ in value]
    steps = np.diff(np.concatenate(parts))
    m = len(X)
    return Order(
        sorted=bool((steps == 1).all()),
        turned=bool((steps % m == 1).all() or (steps % m == m - 1).all()),
        blocks=all(np.ptp(part) == len(part) - 1 for part in parts),
        inside=any((np.diff(part) != 1).any() for part in parts),
    )


def not_shuffled(orders: Any) -> Finding | None:
    """What is wrong with the orders, where they are not random through and through."""
    if all(order.blocks for order in orders) and not all(order.turned for order in orders):
        if any(order.inside for order in orders):
            return Finding(
                "numbers",
                "Each mini-batch holds examples that are neighbours in X: they are divided first "
                "and shuffled inside. Shuffle all examples before they are divided.",
                "shuffled inside the mini-batches only",
            )
        return Finding(
            "numbers",
            "The mini-batches come in a random order, and the examples within each are neighbours "
            "in X: shuffle the examples before they are divided.",
            "only the mini-batches shuffled",
        )
    if any(order.sorted for order in orders):
        return Finding(
            "numbers", "The examples come in the order of X: shuffle them with rng.", "not shuffled"
        )
    if all(order.turned for order in orders):
        return Finding(
            "numbers",
            "The examples come in the order of X, from another start or backwards: neighbours stay "
            "neighbours. Shuffle them with rng.",
            "not shuffled",
        )
    return None


def properties(cases: Any, values: Any) -> Finding | None:
    for case, value in zip(cases, values, strict=True):
        found = looked_at(case, value)
        if found is not None:
            return found
    found = not_shuffled([order_of(*pair) for pair in zip(cases, values, strict=True)])
    if found is not None:
        return found
    first, second = (np.concatenate([np.asarray(a) for a, _ in value]) for value in values[:2])
    if np.array_equal(first, second):
        return Finding(
            "numbers",
            "Two epochs with different random numbers came in the same order: draw the order from "
            "the rng that is given.",
            "rng not used",
        )
    return None


ORACLE = Oracle(cases=cases, properties=properties)
