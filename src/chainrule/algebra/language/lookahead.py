"""What comes in a text, a few tokens on: what the grammar has to know before it goes on."""

from __future__ import annotations

from chainrule.algebra.language.nodes import CLOSING
from chainrule.algebra.language.tokens import Token

LONGEST = 40
"""How many tokens the places in square brackets may take."""


def entry_comes(kinds: list[str], position: int) -> bool:
    """Whether `[j`, `[j,k]`, `[0]` or `[1:n]` is here, and not a bracket around an expression."""
    here = position + 1 + (kinds[position + 1] == "-" and kinds[position + 2] == "number")
    if kinds[here] in ("name", "number") and kinds[here + 1] in (",", "]", "end"):
        return True
    depth = 0
    for place in range(position, min(position + LONGEST, len(kinds))):
        kind = kinds[place]
        depth += (kind in CLOSING) - (kind in CLOSING.values())
        if depth == 0:
            return False
        if depth == 1 and kind in (":", ","):
            return True
    return False


def size_comes(tokens: list[Token], position: int) -> bool:
    """Whether `[n-1]` is here: names and numbers with signs between them, right after a name."""
    if tokens[position].spaced or position == 0 or tokens[position - 1].kind != "name":
        return False
    kinds: list[str] = []
    for token in tokens[position + 1 :]:
        if token.kind == "]":
            return len(kinds) > 1 and "name" in kinds
        if token.kind not in ("name", "number", "+", "-", "*"):
            return False
        kinds.append(token.kind)
    return False


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
