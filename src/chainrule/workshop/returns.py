"""What a function gives back, read into named arrays, whichever of the open forms it chose.

A list may be a tuple or a dict; a vector of one example may be (n,) or a column (n, 1); a number
may be an array with one element. What is none of these is a `Misread`, which says what came and
what was expected.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from chainrule.ground.words import counted
from chainrule.workshop.guarded.codec import Foreign

Parts = dict[str, NDArray[Any]]


class Misread(ValueError):
    """A value that is of no form that was asked for."""


class Returns(Protocol):
    """How a stage's value is read."""

    @property
    def columns(self) -> bool:
        """Whether a vector (n,) may also be a column (n, 1)."""
        ...

    def read(self, value: Any, like: Parts | None = None) -> Parts:
        """The named arrays of a value; `like` are those of the right one."""
        ...

    def axes(self, name: str, ndim: int) -> str:
        """What the axes of one of them are, in words."""
        ...


def came(value: Any) -> str:
    """What a value is, in words."""
    if value is None:
        return "None"
    if isinstance(value, Foreign):
        return str(value)
    if isinstance(value, (bool, np.bool_)):
        return f"{bool(value)}"
    if isinstance(value, (int, float, np.generic)):
        return f"the number {value:.6g}" if np.isrealobj(value) else f"the number {value}"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if isinstance(value, str):
        return f"the text {value[:40]!r}"
    if isinstance(value, dict):
        return f"a dict with the keys {', '.join(list(value)[:6])}"
    kind = "tuple" if isinstance(value, tuple) else "list"
    if not value:
        return f"an empty {kind}"
    inside = sorted({came(item).split(" with ")[0] for item in value[:4]})
    return f"a {kind} of {len(value)}: {', '.join(inside)[:120]}"


def numbers(value: Any, name: str) -> NDArray[Any]:
    """A value as an array of real numbers."""
    if value is None:
        raise Misread(f"{name} is None: expected numbers (is a `return` missing?)")
    if isinstance(value, (Foreign, str, dict)):
        raise Misread(f"{name} is {came(value)}: expected an array of numbers")
    try:
        found = np.asarray(value)
    except ValueError:
        raise Misread(f"{name} is {came(value)}: expected one array of numbers") from None
    if found.dtype.kind == "c":
        raise Misread(f"{name} holds complex numbers: expected real ones")
    if found.dtype.kind not in "biuf":
        raise Misread(f"{name} is {came(value)}: expected an array of numbers")
    return found.astype(np.float64)


def of_one(value: Sequence[Any], expected: NDArray[Any]) -> str:
    """What is wrong with a tuple or a list that holds what was asked for."""
    if isinstance(value, tuple):
        return "a tuple of one: is there a comma after the `return` value?"
    asked = "array" if expected.ndim else "number"
    return f"a list of one: expected the {asked} itself, without the brackets around it"


@dataclass(frozen=True)
class One:
    """One array or number. `meaning` gives the words for its axes, by how many it has."""

    name: str
    meaning: Mapping[int, str]
    columns: bool = False

    def read(self, value: Any, like: Parts | None = None) -> Parts:
        if isinstance(value, (tuple, list)) and len(value) == 1 and like is not None:
            expected = next(iter(like.values()))
            if expected.shape[:1] != (1,):
                raise Misread(f"{self.name} is {of_one(value, expected)}")
        return {self.name: numbers(value, self.name)}

    def iterated(self, kind: str) -> Misread:
        """What to say of an iterator, which is no array for whoever calls the function."""
        if kind == "generator":
            return Misread(
                f"{self.name} is a generator: is there `yield` where `return` should be?"
            )
        return Misread(
            f"{self.name} is an iterator ({kind}), which gives its numbers once: make an array of "
            "it, as by `np.array(list(...))`"
        )

    def axes(self, name: str, ndim: int) -> str:
        return self.meaning.get(ndim, "")


@dataclass(frozen=True)
class Group:
    """A list of arrays, one a layer: `name` of the list, `each` of its arrays, by layer."""

    name: str
    each: str
    meaning: Callable[[int], str]
    first: int = 1
    """The number of the first."""
    may_lead: str | None = None
    """An array that may stand before the first, as the input before the activations."""


@dataclass(frozen=True)
class Lists:
    """Several lists of arrays, in this order, or a dict of them."""

    groups: tuple[Group, ...]
    columns: bool = False

    def read(self, value: Any, like: Parts | None = None) -> Parts:
        form = " and ".join(group.name for group in self.groups)
        if isinstance(value, dict):
            return self._named(value, like, form)
        if len(self.groups) == 1:
            lists: Sequence[Any] = [value]
        else:
            if not isinstance(value, (list, tuple)) or len(value) != len(self.groups):
                raise Misread(f"what came back is {came(value)}: expected {form}")
            lists = value
        parts: Parts = {}
        for group, items in zip(self.groups, lists, strict=True):
            parts |= self._listed(group, items, like)
        return parts

    def _listed(self, group: Group, items: Any, like: Parts | None) -> Parts:
        single = isinstance(items, np.ndarray) and items.ndim < 2
        if isinstance(items, dict):
            items = list(items.values())
        if isinstance(items, np.ndarray):
            items = [items] if single else list(items)
        if not isinstance(items, (list, tuple)):
            raise Misread(f"`{group.name}` is {came(items)}: expected a list of arrays")
        items = list(items)
        if like is not None:
            wanted = sum(matches_pattern(group.each, name) for name in like)
            if group.may_lead and len(items) == wanted + 1:
                items = items[1:]
            if len(items) != wanted:
                entries = f"has {counted(len(items), 'entry', 'entries')}"
                raise Misread(
                    f"`{group.name}` {'is one array' if single else entries}"
                    f": expected a list of {counted(wanted, 'array')}, "
                    + ("one for each layer" if group.first else "as many as came")
                )
        return {
            group.each.format(i): numbers(item, f"{group.name}[{i - group.first}]")
            for i, item in enumerate(items, group.first)
        }

    def _named(self, value: dict[str, Any], like: Parts | None, form: str) -> Parts:
        """A dict with a key for each list, or for each array."""
        if all(group.name in value for group in self.groups):
            parts: Parts = {}
            for group in self.groups:
                parts |= self._listed(group, value[group.name], like)
            return parts
        found = {plain_name(key): item for key, item in value.items()}
        names = list(like or ())
        if like is not None and all(plain_name(name) in found for name in names):
            return {name: numbers(found[plain_name(name)], name) for name in names}
        raise Misread(f"what came back is {came(value)}: expected {form}")

    def axes(self, name: str, ndim: int) -> str:
        for group in self.groups:
            if matches_pattern(group.each, name):
                number = re.search(r"\d+", name)
                return group.meaning(int(number[0]) if number else 0)
        return ""


def matches_pattern(pattern: str, name: str) -> bool:
    """Whether `name` is `pattern` with a number put in."""
    before, after = pattern.split("{}")
    return bool(re.fullmatch(re.escape(before) + r"\d+" + re.escape(after), name))


def plain_name(name: str) -> str:
    """`dC/dW1`, `dW1`, `nabla_W1`, `W1` are one name."""
    return re.sub(r"^(dc/d|nabla_|grad_|d)(?=[wb]\d)", "", name.strip().lower())
