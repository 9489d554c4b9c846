"""The names that belong to the language: the functions, and what else they may be called."""

from __future__ import annotations

from chainrule.algebra.tree.comparisons import maximum, minimum
from chainrule.algebra.tree.function import functions, named
from chainrule.algebra.tree.matrices import diag, norm, trace
from chainrule.algebra.tree.reductions import max_of, mean_of, min_of, sum_of

ALIASES = {"Softmax": "softmax", "I": "eye", "mat": "matrix", "tr": "trace"}
"""Other names of what is no function of one variable; those have their own."""

REDUCTIONS = {"sum": sum_of, "mean": mean_of, "max": max_of, "min": min_of}
UNARY = {"norm": norm, "trace": trace, "diag": diag}
BINARY = {"maximum": maximum, "minimum": minimum}
OF_TWO = {"max": "maximum", "min": "minimum"}
"""What a reduction is called that is taken of two things: max(z, 0)."""

OTHERS = frozenset({*REDUCTIONS, *UNARY, *BINARY})
OTHERS |= {"softmax", "ones", "eye", "J", "vector", "matrix"}
"""What is called like a function and is none of one variable."""

FREE = frozenset({"I", "mat", "tr", "tg", "J"})
"""Names of functions that a quantity may bear all the same."""


def plain(word: str) -> str:
    """The name by which the language knows a function."""
    return ALIASES.get(word) or named(word) or word


def is_alias(word: str) -> bool:
    """Whether it is another name of a function."""
    return plain(word) != word


def is_callable(word: str) -> bool:
    """Whether the language has a function of this name."""
    return word in OTHERS or word in ALIASES or named(word) is not None


def is_reserved(word: str) -> bool:
    """Whether no quantity may bear this name."""
    return is_callable(word) and word not in FREE


def reserved() -> list[str]:
    """The names that no quantity may bear: the functions' own, then their others."""
    words = {word for f in functions() for word in (f.name, *f.aliases)}
    return sorted((words | OTHERS | ALIASES.keys()) - FREE, key=lambda w: (is_alias(w), w))


def takes_setting(name: str) -> bool:
    """Whether a function takes a second number, as leaky_relu takes its slope."""
    return any(f.name == name and f.setting is not None for f in functions())
