"""The arguments of somebody's own functions, by what they are called."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice, product
from typing import Any

from chainrule.workshop.guarded.recognition.roles import HELD, joined, role

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


def asked(function: Callable[..., Any]) -> list[inspect.Parameter]:
    """The arguments that have to be given."""
    return [p for p in required(function) or () if p.default is p.empty]


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
    guesses = guessed(parameters, given, names, near)
    ways: list[list[str | None]] = []
    needed = {role(p.name) for p in parameters if p.default is p.empty}
    for p in parameters:
        if p.name in near:
            options: list[str | None] = [near[p.name]]
        elif p.name in guesses:
            options = [guesses[p.name]]
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
        yield together(parameters, chosen)


def together(parameters: Sequence[inspect.Parameter], chosen: Sequence[str | None]) -> str:
    """The arguments of one call; by name after one that is left as it is."""
    texts, skipped = [], False
    for p, text in zip(parameters, chosen, strict=True):
        if text is None:
            skipped = True
        elif skipped or p.kind is p.KEYWORD_ONLY:
            texts.append(f"{p.name}={text}")
        else:
            texts.append(text)
    return ", ".join(texts)


def guessed(
    parameters: Sequence[inspect.Parameter],
    given: Mapping[str, str],
    names: Mapping[str, str],
    near: Mapping[str, str],
) -> dict[str, str]:
    """Arguments of unknown names that stand for examples or targets, as nothing else does."""
    unknown = [
        p.name
        for p in parameters
        if p.default is p.empty
        and p.name not in near
        and role(p.name) == ""
        and not list(values(p, given, names))
    ]
    known = {role(p.name) for p in parameters}
    lacking = [kind for kind in ("inputs", "targets") if kind in given and kind not in known]
    if len(unknown) == 1 and len(lacking) == 2:
        lacking = lacking[1:]
    if not unknown or len(unknown) != len(lacking):
        return {}
    return {name: given[kind] for name, kind in zip(unknown, lacking, strict=True)}


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
    if kind == "training":
        yield "True"
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
