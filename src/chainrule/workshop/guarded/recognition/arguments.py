"""The arguments of somebody's own functions, by what they are called."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from itertools import islice, product
from typing import Any

from chainrule.workshop.guarded.recognition.roles import (
    HELD,
    HIDDEN_LISTS,
    LAYER_SIZES,
    is_size,
    joined,
    role,
    words,
)

EXAMPLES, INPUTS, HIDDEN, OUTPUTS = 7, 5, 6, 4
"""The sizes of a network that is built for the occasion."""
MOST_WAYS = 24
EITHER = " | "
"""Between the texts of which one argument may be any."""


def required(function: Callable[..., Any]) -> list[inspect.Parameter] | None:
    """All arguments of a call but `*` and `**`; None where they cannot be known."""
    try:
        found = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return None
    return [p for p in found if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)]


def calls(
    function: Callable[..., Any],
    given: Mapping[str, str],
    names: Mapping[str, str],
    near: Mapping[str, str],
) -> Iterator[str]:
    """Ways to write the arguments: `given` by role, `names` by their own names.

    Names that are `near`, as those of what `forward` gave, come before the role.
    """
    parameters = required(function)
    if parameters is None:
        return
    ways: list[list[str | None]] = []
    needed = {role(p.name) for p in parameters if p.default is p.empty}
    for p in parameters:
        if p.name in near:
            options: list[str | None] = [near[p.name]]
        elif p.default is not p.empty and role(p.name) in needed & {"inputs", "targets", "pairs"}:
            options = [None]
        else:
            options = list(values(p, given, names))
        if not options:
            if p.default is p.empty:
                return
            options = [None]
        ways.append(options)
    for chosen in islice(product(*ways), MOST_WAYS):
        texts, skipped = [], False
        for p, text in zip(parameters, chosen, strict=True):
            if text is None:
                skipped = True
            elif skipped or p.kind is p.KEYWORD_ONLY:
                texts.append(f"{p.name}={text}")
            else:
                texts.append(text)
        yield ", ".join(texts)


def values(
    p: inspect.Parameter, given: Mapping[str, str], names: Mapping[str, str]
) -> Iterator[str | None]:
    """The texts that one argument may be."""
    kind = role(p.name)
    if kind in ("inputs", "targets", "epochs") and kind in given:
        yield given[kind]
        return
    if p.name in names:
        yield names[p.name]
        return
    kind_named = getattr(p.annotation, "__name__", p.annotation)
    if f"a {kind_named}" in names:
        yield names[f"a {kind_named}"]
        return
    if kind in given:
        yield from given[kind].split(EITHER)
        return
    plain = {joined(name): text for name, text in names.items()}
    if joined(p.name) in plain:
        yield plain[joined(p.name)]
        return
    if joined(p.name) in HELD:
        held = [text for name, text in names.items() if joined(name) in HELD]
        if held:
            yield from held[:2]
            return
    if p.default is not p.empty:
        yield None
        return
    if kind in ("nothing", "penalty") or joined(p.name) in (
        "seed",
        "randomstate",
        "verbose",
        "printcost",
        "plot",
        "train",
        "debug",
    ):
        yield "0"


def sizes(function: Callable[..., Any], extra: Mapping[str, str]) -> Iterator[str]:
    """Ways to write the arguments of what makes a network or its parameters."""
    parameters = required(function)
    if parameters is None:
        return
    ways = [list(size(p, parameters, extra)) for p in parameters]
    if not all(ways):
        return
    for chosen in islice(product(*ways), MOST_WAYS):
        texts, skipped = [], False
        for p, text in zip(parameters, chosen, strict=True):
            if text is None:
                skipped = True
            elif skipped or p.kind is p.KEYWORD_ONLY:
                texts.append(f"{p.name}={text}")
            else:
                texts.append(text)
        yield ", ".join(texts)


def size(
    p: inspect.Parameter, among: list[inspect.Parameter], extra: Mapping[str, str]
) -> Iterator[str | None]:
    """What an argument of a constructor may be, the likeliest first."""
    name, parts = joined(p.name), set(words(p.name))
    kind = role(p.name)
    if kind == "rate":
        yield "0.1"
    elif kind == "epochs":
        yield "1"
    elif kind == "batch size":
        yield "7"
    elif kind in ("nothing", "penalty"):
        yield "0"
    elif p.name in extra:
        yield extra[p.name]
    elif len(name) > 4 and (same := [text for each, text in extra.items() if joined(each) == name]):
        yield same[0]
    elif name in HIDDEN_LISTS or ("hidden" in name and name.endswith(("s", "layers", "list"))):
        first, second = f"[{HIDDEN}]", f"{HIDDEN}"
        yield from (second, first) if p.name == "hidden" else (first, second)
    elif "hid" in name or name in ("h", "nh", "h1", "nhidden"):
        yield str(HIDDEN)
    elif name in ("nouts", "layersout"):
        yield f"[{HIDDEN}, {OUTPUTS}]"
    elif (
        (name in LAYER_SIZES or "layer" in parts or "sizes" in parts)
        and p.default is p.empty
        and len([q for q in among if is_size(q.name) or joined(q.name) in LAYER_SIZES]) <= 1
    ):
        yield f"[{INPUTS}, {HIDDEN}, {OUTPUTS}]"
        yield f"({INPUTS}, {HIDDEN}, {OUTPUTS})"
    elif parts & {"out", "output", "outputs", "classes", "labels"} or name in (
        *("ny", "nout", "fanout", "c", "k", "o", "outputdim", "outputs", "no", "no_of_out_nodes"),
    ):
        yield str(OUTPUTS)
    elif parts & {"in", "input", "inputs", "features"} or name in (
        "nx",
        "nin",
        "fanin",
        "d",
        "i",
        "ni",
    ):
        yield str(INPUTS)
    elif kind == "inputs" and p.default is p.empty:
        yield f"np.ones(({EXAMPLES}, {INPUTS}))"
    elif kind == "targets" and p.default is p.empty:
        yield f"np.ones(({EXAMPLES}, {OUTPUTS}))"
    elif "activation" in name and p.default is p.empty:
        yield "'sigmoid'"
        yield "'relu'"
    elif p.default is not p.empty:
        yield None
    elif name in ("seed", "randomstate"):
        yield "0"
    elif is_size(p.name) or name in ("neurons", "units", "n"):
        yield str(HIDDEN)
    else:  # by its place: inputs first, outputs last
        place = [each.name for each in among if each.default is each.empty].index(p.name)
        last = sum(each.default is each.empty for each in among) - 1
        yield str(INPUTS if place == 0 else OUTPUTS if place == last else HIDDEN)
