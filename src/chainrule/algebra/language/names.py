"""The names that belong to the language: the functions, and what else they may be called."""

from __future__ import annotations

from chainrule.algebra.tree.comparisons import maximum, minimum
from chainrule.algebra.tree.functions import FUNCTIONS
from chainrule.algebra.tree.matrices import diag, norm, trace
from chainrule.algebra.tree.reductions import max_of, mean_of, sum_of

ALIASES = {
    "ln": "log", "sigmoid": "sigma", "logistic": "sigma", "ReLU": "relu", "LeakyReLU": "leaky_relu",
    "Softmax": "softmax", "tg": "tan", "I": "eye", "mat": "matrix", "tr": "trace",
}  # fmt: skip
"""Other names of the functions."""

REDUCTIONS = {"sum": sum_of, "mean": mean_of, "max": max_of}
UNARY = {"norm": norm, "trace": trace, "diag": diag}
BINARY = {"maximum": maximum, "minimum": minimum}
OTHERS = frozenset({*REDUCTIONS, *UNARY, *BINARY})
OTHERS |= {"softmax", "ones", "eye", "J", "vector", "matrix"}
"""What is called like a function and is none of one variable."""

FREE = frozenset({"I", "mat", "tr", "tg", "J"})
"""Names of functions that a quantity may bear all the same."""


def plain(word: str) -> str:
    """The name by which the language knows a function."""
    return ALIASES.get(word, word)


def is_callable(word: str) -> bool:
    """Whether the language has a function of this name."""
    return word in FUNCTIONS or word in OTHERS or word in ALIASES


def is_reserved(word: str) -> bool:
    """Whether no quantity may bear this name."""
    return is_callable(word) and word not in FREE


def reserved() -> list[str]:
    """The names that no quantity may bear, sorted."""
    return sorted({*FUNCTIONS, *OTHERS, *ALIASES} - FREE)
