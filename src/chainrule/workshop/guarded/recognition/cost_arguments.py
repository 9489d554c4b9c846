"""The arguments of a function that gives its own cost: a vector of parameters, sizes, data."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice, product
from typing import Any

from chainrule.workshop.guarded.recognition import arguments, constructors, roles
from chainrule.workshop.guarded.recognition.written_calls import Written

VECTOR, PENALTY = "theta", "penalty"
VECTORS = roles.HELD | {
    *("vector", "p", "thetavec", "seq", "flat", "allweights", "unrolled", "coef", "vec"),
    *("initialnnparams", "thetaflat", "nntheta", "paramsflat", "flatparams", "rolled"),
}
VECTOR_WORDS = {"theta", "thetas", "params", "parameters", "param", "weights", "unrolled", "flat"}
"""Names, and words of names, of a vector of all parameters."""
LAYERS = {"hidden", "layers", "units", "layer", "visible"}
"""Words of names of sizes that have none of the usual words."""
CLASSES = {"class", "classes", "labels", "label", "output", "outputs"}
SPARSE = {"rho", "sparsity", "sparse"}
"""Words of names of the activation that a sparse network is to have: between 0 and 1."""
STATE = {
    "h",
    "hprev",
    "prev",
    "prevs",
    "state",
    "states",
    "hidden",
    "memory",
    "c",
    "cprev",
    "h0",
    "init",
}
"""Words of names of what a recurrent network remembers at the start."""
MOST_WAYS = 24


def parameters(function: Callable[..., Any], written: Written) -> list[inspect.Parameter]:
    """The arguments of a function; those packed in `*args` by the names that they get there."""
    try:
        given = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return []
    found: list[inspect.Parameter] = []
    for p in given:
        if p.kind is p.VAR_POSITIONAL:
            names = unpacked(getattr(function, "__name__", ""), p.name, written)
            found += [inspect.Parameter(name, p.POSITIONAL_OR_KEYWORD) for name in names]
        elif p.kind is not p.VAR_KEYWORD:
            found.append(p)
    return found


def unpacked(function: str, packed: str, written: Written) -> list[str]:
    """The names that the parts of `*args` get, in their order."""
    by_place: dict[int, str] = {}
    for node in (n for f in written.functions.get(function, ()) for n in ast.walk(f)):
        if not isinstance(node, ast.Assign):
            continue
        target, value = node.targets[0], node.value
        if isinstance(value, ast.Name) and value.id == packed and isinstance(target, ast.Tuple):
            return [each.id for each in target.elts if isinstance(each, ast.Name)]
        if (
            isinstance(value, ast.Subscript)
            and isinstance(value.value, ast.Name)
            and value.value.id == packed
            and isinstance(value.slice, ast.Constant)
            and isinstance(value.slice.value, int)
            and isinstance(target, ast.Name)
        ):
            by_place[value.slice.value] = target.id
    return [by_place[i] for i in range(len(by_place)) if i in by_place]


def vector_of(given: Sequence[inspect.Parameter]) -> str | None:
    """The argument that holds all parameters: by its name, else the first that is nothing else."""
    for p in given:
        words = set(roles.words(p.name))
        if roles.joined(p.name) in VECTORS or (words & VECTOR_WORDS and not is_size(p.name)):
            return p.name
    unknown = [p.name for p in given if kind_of(p) == ""]
    return unknown[0] if unknown and unknown[0] == given[0].name else None


def is_size(name: str) -> bool:
    words = set(roles.words(name))
    return roles.is_size(name) or bool(words & LAYERS) or roles.joined(name) in roles.LAYER_SIZES


def kind_of(p: inspect.Parameter) -> str:
    """What an argument beside the parameters is for; empty where its name does not show it."""
    words, role = set(roles.words(p.name)), roles.role(p.name)
    if words & SPARSE:
        return "sparsity"
    if role in ("nothing", "penalty", "rate") or any(
        word.startswith(("lam", "reg")) for word in words
    ):
        return PENALTY
    if role == "count":
        return "count"
    if is_size(p.name):
        return "size"
    if role in ("targets", "inputs", "pairs"):
        return "targets" if role == "targets" else "inputs"
    return ""


def calls(
    given: Sequence[inspect.Parameter],
    vector: str | None,
    states: Sequence[str] = (),
    near: Mapping[str, str] | None = None,
) -> Iterator[str]:
    """Ways to write the arguments, with `{x}` and `{y}` in the places of the examples.

    `states` are the texts for what a recurrent network remembers at the start, `near` those of
    arguments that the file makes.
    """
    ways: list[Sequence[str | None]] = []
    known = {vector: VECTOR, **(near or {})}
    for p in given:
        options = [known[p.name]] if p.name in known else texts(p, given, states)
        if not options:
            return
        ways.append(options)
    for chosen in islice(product(*ways), MOST_WAYS):
        written, skipped = [], False
        for p, text in zip(given, chosen, strict=True):
            if text is None:
                skipped = True
            else:
                by_name = skipped or p.kind is p.KEYWORD_ONLY
                written.append(f"{p.name}={text}" if by_name else text)
        yield ", ".join(written)


def texts(
    p: inspect.Parameter, among: Sequence[inspect.Parameter], states: Sequence[str]
) -> Sequence[str | None]:
    """What one argument may be, the likeliest first; `None` leaves it out."""
    words, kind = set(roles.words(p.name)), kind_of(p)
    state = bool(states) and bool(words & STATE) and kind in ("", "size", "inputs")
    if state and not words & {"size", "sizes", "dim"}:
        return states
    known = {"targets": "{y}", "inputs": "{x}", PENALTY: PENALTY, "sparsity": "0.1"}
    if kind in known:
        return [known[kind]]
    if kind == "count":
        return ["len(x)"]
    if p.default is not p.empty:
        return [None]
    if kind == "size":
        sized = list(constructors.by_name(p, list(among), {}))
        return [str(arguments.OUTPUTS), *sized] if words & CLASSES else sized
    return [] if vector_like(p) else [PENALTY]


def vector_like(p: inspect.Parameter) -> bool:
    return roles.joined(p.name) in VECTORS or bool(set(roles.words(p.name)) & VECTOR_WORDS)
