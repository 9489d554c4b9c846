"""The libraries that work out gradients: whether a file needs one that is not installed."""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Sequence

ENGINES = ("jax", "autograd", "torch", "tinygrad", "mxnet", "theano")
"""Libraries that work out gradients: nothing stands in for them."""
CALLS = ("jax", "autograd", "tinygrad", "theano")
"""Those that a file does not import for its data alone."""


def engine_missing(source: bytes, among: Sequence[str] = CALLS) -> str | None:
    """What to say of a file whose gradients a library works out that is not installed."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    imports = [n for n in ast.walk(tree) if isinstance(n, (ast.Import, ast.ImportFrom))]
    for node in imports:
        names = [alias.name for alias in node.names]
        if isinstance(node, ast.ImportFrom):
            names = [] if node.level else [node.module or ""]
        for top in (name.partition(".")[0] for name in names):
            if top in among and importlib.util.find_spec(top) is None:
                return (
                    f"needs {top}, line {node.lineno}, which is not installed beside Chainrule: "
                    f"install it, or write the gradients yourself"
                )
    return None
