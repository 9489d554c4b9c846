"""Names that NumPy and Python have given up, put back while somebody's file runs."""

from __future__ import annotations

import argparse
import builtins
import functools
from collections.abc import Callable
from typing import Any

import numpy as np

NUMPY: dict[str, Any] = {
    **dict.fromkeys(("NaN", "NAN"), np.nan),
    **dict.fromkeys(("Inf", "Infinity", "infty", "PINF"), np.inf),
    "NINF": -np.inf,
    "int": int,
    "float": float,
    "bool": bool,
    "object": object,
    "str": str,
    "complex": complex,
    "float_": np.float64,
    "complex_": np.complex128,
    "unicode_": np.str_,
    "product": np.prod,
    "cumproduct": np.cumprod,
    "sometrue": np.any,
    "alltrue": np.all,
    "row_stack": np.vstack,
    "asfarray": lambda a, dtype=np.float64: np.asarray(a, dtype),
    "asscalar": lambda a: np.asarray(a).item(),
    "trapz": getattr(np, "trapezoid", None),
    "msort": lambda a: np.sort(a, axis=0),
}
PYTHON: dict[str, Any] = {
    **{"xrange": range, "unicode": str, "long": int, "reduce": functools.reduce},
    "raw_input": lambda *prompt: builtins.input(*prompt),
}


def put_back() -> None:
    """From now on, the old names are there, and missing arguments of a command are None."""
    for name, value in NUMPY.items():
        if name not in np.__dict__ and value is not None:
            setattr(np, name, value)
    for name, value in PYTHON.items():
        builtins.__dict__.setdefault(name, value)
    parse = argparse.ArgumentParser.parse_args
    argparse.ArgumentParser.parse_args = or_defaults(parse)  # type: ignore[method-assign]


def or_defaults(parse: Callable[..., Any]) -> Callable[..., Any]:
    """What a command is given, or its defaults where it lacks what it needs."""

    def parsing(self: argparse.ArgumentParser, args: Any = None, namespace: Any = None) -> Any:
        try:
            return parse(self, args, namespace)
        except SystemExit:
            known = {a.dest: a.default for a in self._actions if a.dest != "help"}
            return argparse.Namespace(**known)

    return parsing
