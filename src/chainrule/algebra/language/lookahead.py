"""What comes in a text, a few tokens on: what the grammar has to know before it goes on."""

from __future__ import annotations

from chainrule.algebra.language.nodes import CLOSING
from chainrule.algebra.language.tokens import Token


def entry_comes(kinds: list[str], position: int) -> bool:
    """Whether `[j` or `[j,k]` is here, and not a bracket around an expression."""
    return kinds[position + 1] in ("name", "number") and kinds[position + 2] in (",", "]", "end")


def number_comes(tokens: list[Token], position: int) -> bool:
    """Whether a number begins another factor: `w 2(a - y)`, `x 1/n`, but not `2 3` or `x2`."""
    before, here, after = tokens[position - 1 : position + 2]
    return here.spaced and before.kind != "number" and after.kind in ("(", "/", "name")


def raised_bracket_comes(tokens: list[Token], position: int) -> bool:
    """Whether a bracket with a power comes, apart from what is before it: `Σ_k (a - y)²`."""
    if not tokens[position].spaced or tokens[position].kind == "[":
        return False
    depth = 0
    for place in range(position, len(tokens) - 1):
        kind = tokens[place].kind
        depth += (kind in CLOSING) - (kind in CLOSING.values())
        if depth == 0:
            return tokens[place + 1].kind == "**"
    return False


def quotient_comes(tokens: list[Token], position: int, refuted: frozenset[int]) -> bool:
    """Whether `/dW1` follows, and `dW1` is no name of its own."""
    under = tokens[position + 1]
    return under.kind == "name" and under.text.startswith("d") and position + 1 not in refuted
