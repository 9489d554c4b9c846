"""Declarations as papers write them: `x ∈ ℝ^n` is `x: (n,)`, `W: R^{m×n}` is `W: (m,n)`."""

from __future__ import annotations

import re

from chainrule.algebra.language.tokens import RAISED

_IN = re.compile(r"(?P<left>[^:=∈]*?)(?:∈|\\in\b)")
_REAL = re.compile(
    r"\s*(?:ℝ|R|\\mathbb\s*\{?R\}?|\\R)\s*"
    r"(?:\^\s*(?:\{(?P<braced>[^{}]+)\}|\((?P<round>[^()]+)\)|(?P<plain>\w+))"
    rf"|(?P<raised>[{''.join(RAISED)}]+))(?=\s|$)"
)
_TIMES = re.compile(r"×|\\times|\*|,|\bx\b")


def plain_declaration(words: str) -> str:
    """The line with `:` for ∈, and with `(m,n)` for ℝ^{m×n}."""
    if (member := _IN.match(words)) is not None:
        end = member.end()
        words = member["left"].ljust(end - 1) + ":" + words[end:]
    left, colon, rest = words.partition(":")
    real = _REAL.match(rest) if colon and "=" not in left else None
    if real is None:
        return words
    inner = real["braced"] or real["round"] or real["plain"]
    if inner is None:
        inner = "".join(RAISED[sign] for sign in real["raised"]).replace("x", "×")
    sizes = [size.strip() for size in _TIMES.split(inner)]
    shape = f"({','.join(sizes)})" if len(sizes) == 2 else f"({sizes[0]},)"
    return f"{left}: {shape}{rest[real.end() :]}"
