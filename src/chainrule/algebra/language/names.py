"""The names that belong to the language: the functions, and what else they may be called."""

from __future__ import annotations

from chainrule.algebra.language import function_aliases
from chainrule.algebra.language.function_aliases import ALONG, REDUCTIONS, RUNNING, TERNARY
from chainrule.algebra.language.torch_losses import LOSSES
from chainrule.algebra.tree.comparisons import maximum, minimum
from chainrule.algebra.tree.function_registry import functions, named
from chainrule.algebra.tree.matrices import diag, norm, trace

ALIASES = {
    "Softmax": "softmax",
    "I": "eye",
    "mat": "matrix",
    "tr": "trace",
    **function_aliases.SAME,
}
"""Other names of what is no function of one variable; those have their own."""

UNARY = {"norm": norm, "trace": trace, "diag": diag, **function_aliases.UNARY}
BINARY = {"maximum": maximum, "minimum": minimum, **function_aliases.BINARY, **LOSSES}
PLAIN = {**UNARY, **BINARY, **TERNARY}
"""The functions that take expressions and nothing else."""

ENTRYWISE = frozenset({"cosh", "sinh", "sech", "sign", "sgn", "sec", "csc", "cot"})
"""Composed functions of one number, which may be raised: sech²(x)."""

TAKE_AXIS = frozenset({*REDUCTIONS, *ALONG, *RUNNING})
TAKE_LISTS = frozenset(
    {"concat", "vstack", "hstack", "reshape", "flatten", "vec", "flip", "flipud", "fliplr", "pad"}
)
TAKE_LISTS |= {"conv", "conv_full", "convolve", "max_pool", "avg_pool", "repeat"}
"""The functions that lay out matrices; several things may be one argument of theirs."""

METHODS = frozenset({*PLAIN, *TAKE_AXIS})
OF_TWO = {"max": "maximum", "min": "minimum"}
"""What a reduction is called that is taken of two things: max(z, 0)."""

OTHERS = frozenset({*REDUCTIONS, *ALONG, *UNARY, *BINARY, *TERNARY})
OTHERS |= {"ones", "zeros", "eye", "J", "vector", "matrix", "einsum", *RUNNING, *TAKE_LISTS}
"""What is called like a function and is none of one variable."""

FREE = frozenset({"I", "mat", "tr", "tg", "J", "einsum", "zeros", "min"})
FREE |= {
    *function_aliases.SAME,
    *function_aliases.UNARY,
    *function_aliases.BINARY,
    *LOSSES,
    *TERNARY,
    "var",
    "std",
    "logsumexp",
}
FREE |= {"log_softmax", "sigma", *RUNNING, *TAKE_LISTS}
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


def suggested() -> list[str]:
    """The functions that a misspelled word may have been meant as."""
    free = [f.name for f in functions() if f.name in FREE]
    return sorted([*reserved(), *free], key=lambda word: (is_alias(word), word))


def arity(name: str) -> int:
    """How many arguments a function takes."""
    return 3 if name in TERNARY else 2 if name in BINARY else 1


def method(word: str) -> str:
    """The function that a method is."""
    return function_aliases.METHODS.get(word) or plain(word)


def primed(word: str) -> str | None:
    """The function whose derivative a word names: `dsigmoid`, `sigmoid_prime`, `tanh_deriv`."""
    for start, end in _DERIVATIVES:
        if word.startswith(start) and word.endswith(end):
            inner = word[len(start) : len(word) - len(end)]
            if len(inner) > 2 and named(inner) is not None:
                return named(inner)
    return None


_DERIVATIVES = (
    ("", "_prime"), ("", "_derivative"), ("", "_deriv"), ("", "_grad"), ("", "_backward"),
    ("", "Prime"), ("", "Gradient"), ("", "_der"), ("d_", ""), ("d", ""), ("grad_", ""),
    ("deriv_", ""),
)  # fmt: skip


def takes_setting(name: str) -> bool:
    """Whether a function takes a second number, as leaky_relu takes its slope."""
    return any(f.name == name and f.setting is not None for f in functions())
