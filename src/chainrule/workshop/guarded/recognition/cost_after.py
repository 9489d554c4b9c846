"""A cost that takes two calls: a way forward, and a function of what that gave."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from chainrule.workshop.guarded.recognition import cost_arguments, roles
from chainrule.workshop.guarded.recognition.cost_fit import COST_WORDS
from chainrule.workshop.guarded.recognition.holders import Holder, made
from chainrule.workshop.guarded.recognition.written_calls import Written


@dataclass(frozen=True)
class CostFunction:
    """A function that may give a cost, the holder that has it, and the expression for it.

    `parts` are the names of what it gives, where the source need not be asked for them.
    """

    holder: Holder
    name: str
    path: str
    call: Callable[..., Any]
    parts: tuple[str, ...] = ()


def both(holder: Holder, written: Written) -> Iterator[CostFunction]:
    """The ways forward, each with a cost of what it gives, as one function."""
    functions = list(holder.functions())
    for ahead, path, function in functions:
        given = cost_arguments.parameters(function, written)
        takes = [p.name for p in given]
        kinds = {cost_arguments.kind_of(p) for p in given}
        if "inputs" not in kinds or "targets" in kinds:
            continue
        for parts in written.returned(ahead):
            for name, after, cost in functions:
                asked = [p.name for p in cost_arguments.parameters(cost, written)]
                targets = [each for each in asked if roles.role(each) == "targets"]
                known = set(asked) <= {*parts, *targets}
                if not set(roles.words(name)) & COST_WORDS or len(targets) != 1 or not known:
                    continue
                label = name if name != "cost" else "cost_of_all"  # `cost` is the adapter's
                line = (
                    f"def {label}({', '.join([*takes, *targets])}):\n"
                    f"    {', '.join(parts)} = {path}({', '.join(takes)})\n"
                    f"    return {', '.join(parts)}, {after}({', '.join(asked)})"
                )
                space = dict(holder.space)
                if made((line,), space):
                    inner = replace(holder, setup=(*holder.setup, line), space=space)
                    yield CostFunction(inner, label, label, space[label], (*parts, "cost"))
