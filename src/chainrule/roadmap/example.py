"""A worked example: numbers that are given, and lines of equal things, each computed again.

    given   W2 = [[0.5, -1.0], [2.0, 0.3]]      a matrix
            delta2 = [0.2, -0.1]                a column
    work    delta1 = W2.T @ delta2 = [-0.1, -0.23]
            a1 = sigma(0.5) ≈ 0.622

`=` is exact; `≈` is rounded to the digits that are printed. The first name on a line gets the
exact value of what follows it, and later lines are computed with that. Entries count from 1, as on
paper: `W2[1,2]`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainrule.algebra import AlgebraError, Scope, evaluate, parse
from chainrule.roadmap.errors import RoadmapError

Array = npt.NDArray[np.float64]

NAME = re.compile(r"[A-Za-z]\w*(?:/\w+)?(?:\[\d+(?:,\d+)?\])?")
ENTRY = re.compile(r"\b([A-Za-z]\w*)\[(\d+)(?:,(\d+))?\]")
DERIVATIVE = re.compile(r"\bd([A-Z]|[a-z]\d*)/d(\w+)")
EXACT = 1e-9


@dataclass(frozen=True)
class Part:
    """One side of a line: its text, its value, and whether it is said to be rounded."""

    text: str
    value: Array
    rounded: bool = False


@dataclass(frozen=True)
class Line:
    """A line of the work: things that are equal. `value` is the exact one."""

    text: str
    name: str | None
    parts: tuple[Part, ...]

    @property
    def value(self) -> Array:
        return self.parts[0].value

    def mistakes(self) -> list[str]:
        """What is not equal on this line, each in one line."""
        found = []
        for part in self.parts[1:]:
            if part.value.shape != self.value.shape:
                found.append(f"`{part.text}` is {part.value.shape}, not {self.value.shape}")
                continue
            near = decimals(part.text) if part.rounded else None
            most = EXACT * np.maximum(1, np.abs(self.value)) if near is None else near
            if (np.abs(part.value - self.value) > most).any():
                found.append(f"`{part.text}` in `{self.text}` should be {self.value.tolist()}")
        return found


@dataclass(frozen=True)
class Example:
    """A worked example. `values` has everything that was given or got a name."""

    given: Mapping[str, Array]
    lines: tuple[Line, ...]
    values: Mapping[str, Array]

    def value(self, expression: str) -> Array:
        """The value of an expression in the names of the example."""
        return computed(expression, self.values)

    def number(self, expression: str | float) -> float:
        """The value of an expression that is one number."""
        if not isinstance(expression, str):
            return float(expression)
        return float(self.value(expression).reshape(()))

    def curve(self, expression: str, variable: str, at: Array) -> Array:
        """The values of an expression of one number, one for every number in `at`."""
        arrays = {**known(self.values), variable: at.reshape(-1, 1, 1)}
        shapes = {name: array.shape[-2:] for name, array in arrays.items()}
        tree = parse(spelled(expression), Scope(shapes, derivatives=False)).expression
        return np.broadcast_to(evaluate(tree, arrays, {}), (len(at), 1, 1)).reshape(-1)

    def mistakes(self) -> list[str]:
        return [mistake for line in self.lines for mistake in line.mistakes()]


def read_example(given: list[str], work: list[str]) -> Example:
    """The example of these blocks. Raises RoadmapError at a line that cannot be read."""
    values: dict[str, Array] = {}
    for block in given:
        for name, value in tomllib.loads(block).items():
            values[name] = as_matrix(value)
    start = dict(values)
    lines = []
    for block in work:
        for text in statements(block):
            line = read_line(text, values)
            if line.name is not None:
                values[line.name] = line.value
            lines.append(line)
    return Example(start, tuple(lines), values)


def as_matrix(value: object) -> Array:
    """A number as (1, 1), a list as a column, a list of lists as a matrix."""
    array = np.asarray(value, dtype=np.float64)
    return array.reshape(1, 1) if array.ndim == 0 else array.reshape(len(array), -1)


def statements(block: str) -> list[str]:
    """The lines of a block; one that is set in, or begins with `=` or `≈`, goes on."""
    found: list[str] = []
    for line in block.splitlines():
        if not line.strip():
            continue
        if found and line[0] in " =≈":
            found[-1] += " " + line.strip()
        else:
            found.append(line.strip())
    return found


def read_line(text: str, values: Mapping[str, Array]) -> Line:
    """A line, computed with the values so far; a new name on its left gets the value."""
    sides, signs = sides_of(text)
    name = sides[0] if NAME.fullmatch(sides[0]) and spelled(sides[0]) not in known(values) else None
    if name is not None:
        sides, signs = sides[1:], signs[1:]
    if not sides or (name is None and not signs):
        raise RoadmapError(f"nothing is equal to anything in `{text}`")
    parts = [Part(sides[0], computed(sides[0], values))]
    for sign, side in zip(signs, sides[1:], strict=True):
        parts.append(Part(side, computed(side, values), sign == "≈"))
    return Line(text, name, tuple(parts))


def sides_of(text: str) -> tuple[list[str], list[str]]:
    """What is equal on a line, and the signs between; an `=` inside brackets is no sign."""
    sides, signs, depth = [""], list[str](), 0
    for i, character in enumerate(text):
        depth += (character in "([") - (character in ")]")
        if character in "=≈" and depth == 0 and text[i - 1 : i] not in ("<", ">"):
            signs.append(character)
            sides.append("")
        else:
            sides[-1] += character
    return [side.strip() for side in sides], signs


def computed(expression: str, values: Mapping[str, Array]) -> Array:
    """The value of an expression, or of numbers in brackets."""
    if expression.startswith("["):
        try:
            return as_matrix(tomllib.loads(f"value = {expression}")["value"])
        except (tomllib.TOMLDecodeError, ValueError) as fault:
            raise RoadmapError(f"`{expression}` is no matrix") from fault
    arrays = known(values)
    shapes = {name: array.shape for name, array in arrays.items()}
    try:
        tree = parse(spelled(expression), Scope(shapes, derivatives=False)).expression
        return np.broadcast_to(evaluate(tree, arrays, {}), concrete(tree.shape))
    except AlgebraError as fault:
        raise RoadmapError(f"`{expression}`: {fault.message}") from fault


def concrete(shape: tuple[int | str, ...]) -> tuple[int, ...]:
    return tuple(size for size in shape if isinstance(size, int))


def spelled(text: str) -> str:
    """The expression with plain names for `W2[1,2]` and `dC/dW1`, which are not names here."""
    text = DERIVATIVE.sub(r"d_\1_by_\2", text)
    return ENTRY.sub(lambda m: "_at_".join(group for group in m.groups() if group), text)


def known(values: Mapping[str, Array]) -> dict[str, Array]:
    """The values by their plain names, with every entry of a vector or matrix beside them."""
    arrays: dict[str, Array] = {}
    for name, array in values.items():
        plain = spelled(name)
        arrays[plain] = array
        if array.size == 1:
            continue
        for (row, column), entry in np.ndenumerate(array):
            number = entry.reshape(1, 1)
            arrays[f"{plain}_at_{row + 1}_at_{column + 1}"] = number
            if 1 in array.shape:
                arrays[f"{plain}_at_{row + column + 1}"] = number
    return arrays


def decimals(text: str) -> Array:
    """Half a unit of the last digit of every number in a matrix; elsewhere of the finest one."""
    steps = []
    for figure in re.findall(r"\d+(?:\.\d*)?(?:e-?\d+)?", text):
        digits, _, power = figure.partition("e")
        places = len(digits.partition(".")[2])
        steps.append(0.5 * 10.0 ** (int(power or 0) - places) * (1 + 1e-9))
    if not text.startswith("["):
        return np.full((1, 1), min(steps, default=0.0))
    value = computed(text, {})
    return np.asarray(steps, dtype=np.float64).reshape(value.shape)
