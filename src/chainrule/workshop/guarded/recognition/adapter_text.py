"""Pieces of the text of an adapter: expressions evaluated, and parameters in few words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from chainrule.workshop.guarded.recognition.forwards import Forward
from chainrule.workshop.guarded.recognition.reachable import walk
from chainrule.workshop.guarded.recognition.tensors import plain


def at(path: str, space: dict[str, Any]) -> Any:
    return plain(eval(compile(path, "<adapter>", "eval"), space))


def gathered(forward: Forward) -> str:
    """The parameters in few words: `[net.weights, net.biases]`."""
    space, left = forward.holder.space, list(forward.parameters)
    found: list[str] = []
    while left:
        path = left[0]
        whole = path
        while whole.endswith("]"):
            shorter = whole[: whole.rindex("[")]
            inside = [p for p, _ in walk_below(shorter, space)]
            if inside and all(p in left for p in inside):
                whole = shorter
            else:
                break
        members = [path] if whole == path else [p for p, _ in walk_below(whole, space)]
        left = [p for p in left if p not in members]
        found.append(whole)
    return f"[{', '.join(found)}]"


def walk_below(path: str, space: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The arrays in a list or dictionary."""
    value = eval(compile(path, "<adapter>", "eval"), space)
    for tail, each in walk({"": value}):
        if tail and not isinstance(each, (list, tuple, dict)):
            yield f"{path}{tail}", each


def called(text: str) -> str:
    """The name of what is called: `backprop` of `own.net.backprop(x, y)`."""
    return text.split("(")[0].rpartition(".")[2]


def renamed(path: str, names: tuple[str, ...]) -> str:
    """`dW1` for `g[0]`."""
    inside = path[2 : path.index("]")]
    return names[int(inside)] + path[path.index("]") + 1 :]
