"""A step of backpropagation by the learner's own functions, quantity by quantity.

Each function is called with Chainrule's numbers, so that a mistake shows where it is made and
nowhere else. `build train` puts the rest together, and so does this: dC/dW1 = Delta1.T @ X where
`backprop` is for another cost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.network import Inspection
from chainrule.workshop import failures
from chainrule.workshop.calls import Calls, call
from chainrule.workshop.compared_answers import read, shape_fault
from chainrule.workshop.course import STAGES, Stage
from chainrule.workshop.folder import Folder
from chainrule.workshop.function_grading import borrowed
from chainrule.workshop.function_judging import unloadable
from chainrule.workshop.guarded.guard import Guard
from chainrule.workshop.oracle import Case
from chainrule.workshop.own_parts import ACTIVATIONS
from chainrule.workshop.returns import Parts
from chainrule.workshop.source import Outline, outline

Array = NDArray[Any]

SECONDS, PER_CALL, WAITING = 2.0, 0.02, 10.0
"""Each function has this long for all its calls, and so much more for each of them."""
RELATIVE, OF_LARGEST = 1e-5, 1e-7
"""Numbers are the same within these parts of the number and of the largest one beside it."""


@dataclass(frozen=True)
class Use:
    """One call of a function, and where each part of its value belongs: `z1`, or a row of it.

    `gives` has a quantity for each part; a function that gives one array has "" for it. What is
    given is added to what is there already, times `scale`.
    """

    function: str
    arguments: Mapping[str, Any]
    gives: Mapping[str, str]
    row: int | None = None
    scale: float = 1.0


@dataclass(frozen=True, eq=False)
class OwnQuantity:
    """One quantity: the numbers by the learner's `functions`, or the `problem` why there are none.

    `right` are Chainrule's, in the same shape. Where no function of the learner's is for it, there
    are neither functions nor a problem.
    """

    name: str
    right: Array
    functions: tuple[str, ...] = ()
    values: Array | None = None
    problem: str = ""

    @cached_property
    def differs(self) -> Array:
        """Which of the numbers differ; NaN always does."""
        if self.values is None:
            return np.zeros(self.right.shape, bool)
        finite = np.abs(self.right[np.isfinite(self.right)])
        scale = float(finite.max()) if finite.size else 0.0
        with np.errstate(invalid="ignore"):  # NaN and infinity are not near anything
            near = np.abs(self.values - self.right) <= (
                RELATIVE * np.abs(self.right) + OF_LARGEST * scale
            )
        return ~(near | (self.values == self.right))

    def to_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "functions": list(self.functions),
            "values": None if self.values is None else self.values.tolist(),
            "differs": self.differs.tolist(),
            "problem": self.problem,
        }


@dataclass(frozen=True, eq=False)
class OwnStep:
    """The quantities of a step in the order in which they are computed."""

    quantities: Mapping[str, OwnQuantity]

    @property
    def first(self) -> tuple[str, tuple[int, ...]] | None:
        """The first number that differs: its quantity, and its place with the example in front."""
        for name, quantity in self.quantities.items():
            if quantity.differs.any():
                place = np.unravel_index(int(quantity.differs.argmax()), quantity.differs.shape)
                return name, tuple(int(i) for i in place)
        return None

    def to_dict(self) -> dict[str, Any]:
        return {"quantities": [each.to_dict() for each in self.quantities.values()]}


def own_step(
    folder: Folder, guard: Guard, step: Inspection, names: Sequence[str] | None = None
) -> OwnStep:
    """The numbers of this step by the learner's functions, run in the guarded process.

    `names` are the quantities that are wanted, those they are put together from among them; all,
    where none are named.
    """
    source = folder.source()
    top = outline(source, folder.path)
    line = None if top is None else top.borrows
    of_file = borrowed(STAGES["forward"], line).message if line is not None else ""
    asked = list(uses(step))
    chosen = {name: chosen_for(name, asked, top) for name in names or order(step)}
    answers: dict[str, dict[str, Array] | str] = {}
    for function in dict.fromkeys(each for each in chosen.values() if each is not None):
        if of_file:
            answers[function] = of_file
        elif top is not None and not top.written(function):
            answers[function] = f"`{function}` is not written yet"
        else:
            mine = [each for each in asked if each.function == function]
            calls = run(STAGES[function], mine, source, folder, guard)
            answers[function] = gathered(STAGES[function], mine, calls, step)
            if not calls.loaded:
                of_file = str(answers[function])
    quantities: dict[str, OwnQuantity] = {}
    for name, function in chosen.items():
        if function is None:
            quantities[name] = put_together(step, name, quantities)
            continue
        answer = answers[function]
        right = step.values[name]
        if isinstance(answer, str):
            quantities[name] = OwnQuantity(name, right, (function,), problem=answer)
        else:
            quantities[name] = OwnQuantity(name, right, (function,), answer[name])
    return OwnStep(quantities)


def order(step: Inspection) -> list[str]:
    """Forward, the cost, the errors from the last layer back with what they are made of."""
    last = step.layers
    names = [f"{kind}{k}" for k in range(1, last + 1) for kind in "za"] + ["C"]
    for k in range(last, 0, -1):
        slope = step.architecture.activation(k).slope_name(k)
        names += [f"dC/da{k}", slope, f"delta{k}"]
    for k in range(last, 0, -1):
        names += [f"dC/db{k}", f"dC/dW{k}"]
    return [name for name in names if name in step.values]


# --- which functions are asked, and with what ---------------------------------------------------


def uses(step: Inspection) -> Iterator[Use]:
    """Every call that the functions of the workshop can be asked for; the best ones come first."""
    values, last, m = step.values, step.layers, step.examples
    layers = range(1, last + 1)
    kinds = [step.architecture.activation(k).name for k in layers]
    weights, biases = ([values[f"{kind}{k}"] for k in layers] for kind in "Wb")
    of_network = {"weights": weights, "biases": biases}
    sigmoid, cost = set(kinds) == {"sigmoid"}, step.architecture.cost
    if sigmoid:
        gives = {f"{kind}{k}": f"{kind}{k}" for k in layers for kind in "za"}
        for e in range(m):
            yield Use("forward", {"x": values["x"][e], **of_network}, gives, e)
    for k, kind in zip(layers, kinds, strict=True):
        if kind in STAGES:
            yield Use(kind, {"z": one_or_rows(values[f"z{k}"])}, {"": f"a{k}"})
    for k, kind in zip(layers, kinds, strict=True):
        name = step.architecture.activation(k).slope_name(k)
        if kind in ACTIVATIONS and name in values:
            yield Use(ACTIVATIONS[kind][1], {"z": one_or_rows(values[f"z{k}"])}, {"": name})
    z, a, y = values[f"z{last}"], values[f"a{last}"], values["y"]
    ends = {"z": one_or_rows(z), "a": one_or_rows(a), "y": one_or_rows(y)}
    error = {"": f"delta{last}"}
    if cost == "quadratic":
        yield Use("cost", {"a": a, "y": y}, {"": "C"})
        if kinds[-1] == "sigmoid":
            yield Use("output_error", ends, error, scale=1 / m)
        elif kinds[-1] == "softmax":
            for e in range(m):
                back = {"a": a[e], "dC_da": values[f"dC/da{last}"][e]}
                yield Use("softmax_backward", back, error, e)
    elif cost == "cross-entropy" and kinds[-1] == "sigmoid":
        yield Use("cross_entropy", {"z": z, "y": y}, {"": "C"})
    if (cost, kinds[-1]) in (("cross-entropy", "sigmoid"), ("log-likelihood", "softmax")):
        yield Use("cross_entropy_error", ends, error, scale=1 / m)
    for k in layers[:-1]:
        if kinds[k - 1] == "sigmoid":
            for e in range(m):
                back = values[f"delta{k + 1}"][e], weights[k], values[f"z{k}"][e]
                names = "delta_next", "W_next", "z"
                yield Use("hidden_error", dict(zip(names, back, strict=True)), {"": f"delta{k}"}, e)
    if sigmoid and cost == "quadratic":
        gives = {f"dC/d{kind}{k}": f"dC/d{kind}{k}" for k in layers for kind in "Wb"}
        batch = Use("backprop_batch", {"X": values["x"], "Y": y, **of_network}, gives)
        if m > 1:
            yield batch
        for e in range(m):
            example = {"x": values["x"][e], "y": y[e]}
            yield Use("backprop", {**example, **of_network}, gives, scale=1 / m)
        if m == 1:
            yield batch


def one_or_rows(rows: Array) -> Array:
    """A single example as (n,), several as rows (m, n)."""
    return rows[0] if len(rows) == 1 else rows


def chosen_for(name: str, asked: Sequence[Use], top: Outline | None) -> str | None:
    """The function that gives a quantity: the first that is written, else the first."""
    able = dict.fromkeys(each.function for each in asked if name in each.gives.values())
    written = [function for function in able if top is None or top.written(function)]
    return next(iter(written or able), None)


def put_together(step: Inspection, name: str, quantities: Mapping[str, OwnQuantity]) -> OwnQuantity:
    """A quantity that no function gives by itself: from what others give, as in training."""
    right, values = step.values[name], step.values
    if name.startswith(("dC/dW", "dC/db")):
        k = int(name[5:])
        error = quantities[f"delta{k}"]
        below = values["x" if k == 1 else f"a{k - 1}"]
        if error.values is None:
            return OwnQuantity(name, right, error.functions, problem=error.problem)
        whole = error.values.T @ below if name[4] == "W" else error.values.sum(axis=0)
        return OwnQuantity(name, right, error.functions, whole)
    if name.startswith("delta") and int(name[5:]) < step.layers:
        k = int(name[5:])
        slope = quantities.get(step.architecture.activation(k).slope_name(k))
        if slope is None or not slope.functions:
            return OwnQuantity(name, right)
        if slope.values is None:
            return OwnQuantity(name, right, slope.functions, problem=slope.problem)
        return OwnQuantity(name, right, slope.functions, values[f"dC/da{k}"] * slope.values)
    return OwnQuantity(name, right)


# --- running them -------------------------------------------------------------------------------


def run(one: Stage, asked: Sequence[Use], source: bytes, folder: Folder, guard: Guard) -> Calls:
    cases = [Case(each.arguments) for each in asked]
    seconds = SECONDS + PER_CALL * len(cases)
    return call(one, source, folder.network, guard, cases, seconds=seconds, waiting=WAITING)


def gathered(
    one: Stage, asked: Sequence[Use], calls: Calls, step: Inspection
) -> dict[str, Array] | str:
    """The quantities that a function gives, or why it gives none."""
    if calls.at_load is not None and not calls.loaded:
        return unloadable(one, calls.at_load).message
    if calls.ran.ending != "done":
        return failures.of_ending(calls, one)
    if calls.missing or calls.at_load is not None:
        return f"there is no function `{one.name}`"
    quantities: dict[str, Array] = {}
    for use, each in zip(asked, calls.calls, strict=True):
        if each.raised is not None:
            return failures.of_call(each, one)
        compared = read(one.oracle, each)
        fault = compared.misread or shape_fault(one.oracle, compared)
        if fault:
            return f"`{one.name}`: {fault}"
        assert compared.found is not None
        add(quantities, use, compared.found, step)
    return quantities


def add(quantities: dict[str, Array], use: Use, parts: Parts, step: Inspection) -> None:
    for part, name in use.gives.items():
        array = parts[part] if part else next(iter(parts.values()))
        whole = quantities.setdefault(name, np.zeros(step.values[name].shape))
        place = ... if use.row is None else use.row
        whole[place] += use.scale * array.reshape(whole[place].shape)
