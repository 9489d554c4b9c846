"""How `init` is judged: by shapes, means and standard deviations of large layers."""

from itertools import pairwise
from typing import Any

import numpy as np

from chainrule.workshop.guarded.codec import Given
from chainrule.workshop.oracle import Case, Finding, Oracle
from chainrule.workshop.returns import Group, Lists, Misread

FORM = Lists(
    (
        Group("weights", "W{}", lambda i: f"(n{i}, n{i - 1})"),
        Group("biases", "b{}", lambda i: f"(n{i},)"),
    )
)
LOCATION = ". The first argument of `rng.normal` is the mean: name the shape, `size=(n_out, n_in)`"
NEAR = 0.06
"""Relative: a standard deviation of 40,000 numbers is known to 0.4 %."""


def cases() -> list[Case]:
    return [
        Case({"sizes": [400, 150, 300], "rng": Given("rng", 1)}, "drawn"),
        Case({"sizes": [400, 150, 300], "rng": Given("rng", 2)}, "drawn"),
        Case({"sizes": [5, 4, 6, 3], "rng": Given("rng", 3)}, "drawn"),
    ]


def expected_shapes(sizes: Any) -> Any:
    pairs = list(pairwise(sizes))
    weights = {f"W{i}": (n_out, n_in) for i, (n_in, n_out) in enumerate(pairs, 1)}
    return weights | {f"b{i}": (n_out,) for i, (_, n_out) in enumerate(pairs, 1)}


def shapes(sizes: Any, value: Any) -> Any:
    """The arrays by name, or what is wrong with their shapes."""
    expected = expected_shapes(sizes)
    try:
        parts = FORM.read(value, dict.fromkeys(expected, np.zeros(1)))
    except Misread as fault:
        return Finding("shape", str(fault))
    for name, shape in expected.items():
        if parts[name].shape != shape:
            transposed = parts[name].shape == shape[::-1] and len(shape) == 2
            words = "a row for each neuron, a column for each of its inputs"
            return Finding(
                "shape",
                f"{name} has shape {parts[name].shape}: expected {shape}"
                + (f", {words}; yours is transposed" if transposed else "")
                + (LOCATION if parts[name].shape == (2,) else ""),
                "W transposed" if transposed else None,
            )
    return parts


def spread(name: Any, values: Any, n_in: Any, n_out: Any) -> Finding | None:
    """What is wrong with the distribution of one array of weights."""
    s, mean = float(values.std()), float(values.mean())
    right = 1 / np.sqrt(n_in)
    message = (
        f"{name} has a standard deviation of {s:.3g}: expected 1 / sqrt({n_in}) = {right:.3g}."
    )
    if s == 0:
        return Finding(
            "numbers",
            f"All elements of {name} are {mean:.3g}: then all neurons of a layer are the same and "
            "stay so. Draw them at random.",
            "all the same",
        )
    if not np.ptp(values, axis=0).any():
        return Finding(
            "numbers",
            f"All rows of {name} are alike: then all neurons of the layer are the same and stay "
            "so. Draw every element by itself.",
            "rows alike",
        )
    if not np.ptp(values, axis=1).any():
        return Finding(
            "numbers",
            f"All columns of {name} are alike: a neuron weighs all its inputs the same. Draw every "
            "element by itself.",
            "columns alike",
        )
    if abs(mean) > 5 * s / np.sqrt(values.size):
        return Finding(
            "numbers",
            f"{name} has a mean of {mean:.3g}: expected 0. `standard_normal` is centred, "
            "`random` runs from 0 to 1.",
            "not centred",
        )
    known = (
        (right, None, ""),
        (1.0, "not scaled", " The division by sqrt(n_in) is missing."),
        (1 / n_in, "divided by n_in", " It is divided by n_in without the root."),
        (1 / np.sqrt(n_out), "n_out for n_in", " n_out stands where n_in should."),
        (np.sqrt(2 / n_in), "variance 2 / n_in", " This is He's rule, with a 2, made for relu."),
        (
            np.sqrt(2 / (n_in + n_out)),
            "variance 2 / (n_in + n_out)",
            " This is Glorot's rule, with the mean of n_in and n_out.",
        ),
        (
            np.sqrt(n_in),
            "multiplied by sqrt(n_in)",
            " It is multiplied where it should be divided.",
        ),
    )
    near = [(name, more) for size, name, more in known if abs(s / size - 1) < NEAR]
    if near and near[0][0] is None:
        return None if abs(values).max() > 2.5 * s else uniform(name, message)
    if abs(values).max() < 2.5 * s:
        return uniform(name, message)
    if len(near) == 1:
        return Finding("numbers", message + near[0][1], near[0][0])
    return Finding("numbers", message)


def uniform(name: Any, message: Any) -> Finding:
    """Numbers that end where a uniform distribution does; normal ones go to four times s."""
    return Finding(
        "numbers",
        f"{message} The numbers of {name} are spread evenly between two bounds: they should be "
        "normal, as from `standard_normal`.",
        "uniform for normal",
    )


def off_bias(name: Any, values: Any) -> Finding | None:
    """What is wrong with biases: neither 0 nor normal with standard deviation 1."""
    s, mean = float(values.std()), float(values.mean())
    if not values.any() or (abs(s - 1) < 0.3 and abs(mean) < 5 / np.sqrt(values.size)):
        return None
    found = f"{name} has a mean of {mean:.3g} and a standard deviation of {s:.3g}"
    if s == 0:
        found = f"All elements of {name} are {mean:.3g}"
    return Finding(
        "numbers",
        f"{found}: expected 0 everywhere, or normal with mean 0 and standard deviation 1.",
    )


def properties(cases: Any, values: Any) -> Finding | None:
    read = []
    for case, value in zip(cases, values, strict=True):
        parts = shapes(case.arguments["sizes"], value)
        if isinstance(parts, Finding):
            return parts
        read.append(parts)
    sizes = cases[0].arguments["sizes"]
    for layer in (1, 2):
        name = f"W{layer}"
        found = spread(name, read[0][name], sizes[layer - 1], sizes[layer])
        if found is not None:
            return found
        found = off_bias(f"b{layer}", read[0][f"b{layer}"])
        if found is not None:
            return found
    if np.array_equal(read[0]["W1"], read[1]["W1"]):
        return Finding(
            "numbers",
            "Two different generators gave the same weights: draw them from the rng that is given.",
            "rng not used",
        )
    return None


ORACLE = Oracle(cases=cases, properties=properties)
