"""Calls of functions that lay out matrices: concat, reshape, pad, conv, and their relatives.

The names are NumPy's, PyTorch's and those of the books; several things may be one argument, as in
`np.concatenate([a, b])`.
"""

from __future__ import annotations

from chainrule.algebra.language import convolution_calls, layout_calls
from chainrule.algebra.language.given import Given, Reading
from chainrule.algebra.language.nodes import Call, Keyword, Node, Quoted
from chainrule.algebra.language.text_places import Syntax

CALLS = {**layout_calls.CALLS, **convolution_calls.CALLS}


def read_call(r: Reading, node: Call, name: str, before: Syntax | None = None) -> Syntax:
    """A call of one of these functions; before: what stands before the dot of a method."""
    b = r.b
    items: list[Node] = []
    settings: dict[str, Node] = {}
    for item in node.items:
        if isinstance(item, Keyword):
            settings[b.tokens[item.first].text] = item
        elif isinstance(item, Quoted):
            settings["mode"] = item
        else:
            items.append(item)
    last = node.items[-1].last if node.items else node.opener + 1
    start = b.tokens[node.first].start if before is None else before.start
    span = (start, b.expect(last, ")", b.tokens[node.opener]).end)
    return CALLS[name](Given(r, name, tuple(items), settings, before, span))
