"""Matrices that are written without their size: `I`, and 1 for a column of ones, `1ᵀ δ`."""

from __future__ import annotations

import re

from chainrule.algebra.language.choices import MEANT, SELDOM, Option
from chainrule.algebra.language.token_rewriter import CLOSING, Spelling
from chainrule.algebra.language.tokens import Token
from chainrule.algebra.tree.shapes import Dimension

IDENTITY = ("I", "Id")
BOLD = "𝟏"

_TWO_SIZES = re.compile(r"([A-Za-z0-9]+)[×*,]([A-Za-z0-9]+)")

OF_IDENTITY = "the size of `I` is not written; write eye(n)"
OF_ONES = "1 can be read as a number and as a column of ones; write ones(n)"


def one_or_identity(s: Spelling) -> bool:
    """Spell the identity or the ones that stand here, of the size that fits."""
    token = s.tokens[s.position]
    base, _, low = token.text.partition("_")
    if token.kind == "name" and base in IDENTITY:
        return _identity(s, token, base, low)
    if token.kind == "name" and base == BOLD:
        whole = s.words(s.position + 2) if s.tokens[s.position + 1].text == "_" else None
        if whole is not None and (both := _TWO_SIZES.fullmatch(whole[0].replace("_", ""))):
            s.put(f"ones({both[1]}, {both[2]})", whole[1])
            return True
        size, end = _size(s, low)
        return _column(s, s.sizes() if size is None else [size], end, (Option("1", SELDOM),))
    if token.kind != "number" or token.text != "1":
        return False
    size, end = _size(s, "")
    if size is not None:
        return _column(s, [size], end)
    return _plain_one(s)


def _identity(s: Spelling, token: Token, base: str, low: str) -> bool:
    if s.scope.quantity(base) is not None:
        return False
    size, end = _size(s, low)
    if size is not None:
        s.put(f"eye({size})", end)
        return True
    following = s.tokens[s.position + 1]
    if following.kind == "(" and not following.spaced and base == "I":
        inner = s.tokens[s.position + 2 : s.position + 4]
        if [part.kind for part in inner][1:] == [")"] and inner[0].kind in ("name", "number"):
            return False
    if token.text not in IDENTITY or not s.sizes():
        return False
    s.put_one_of("identity", [Option(f"eye({d})") for d in s.sizes()], s.position + 1, OF_IDENTITY)
    return True


def _size(s: Spelling, low: str) -> tuple[Dimension | None, int]:
    """The size that stands lowered after what is here, and the place after it."""
    end = s.position + 1
    following = s.tokens[end]
    if not low and following.kind == "name" and following.text[0] == "_" and not following.spaced:
        low, end = following.text[1:], end + 1
    if not low and s.tokens[end].kind == "{" and s.tokens[end - 1].text.endswith("_"):
        words = s.words(end)
        low, end = words if words is not None else ("", end)
    low = low.replace("_", "")
    if low in s.scope.dimensions:
        return low, end
    if low.isdigit() and int(low) in s.sizes():
        return int(low), end
    return None, end


def _column(s: Spelling, sizes: list[Dimension], end: int, more: tuple[Option, ...] = ()) -> bool:
    """Write a column of ones, or a row, multiplied with what stands beside it as a matrix."""
    before = s.out[-1] if s.out else None
    turned = _is_turned(s, end)
    after = end + turned
    follows = turned and s.tokens[after].kind in ("name", *CLOSING)
    leads = not turned and before is not None and before.kind in ("name", ".T", ")", "]")
    left, right = "@ " if leads else "", ".T" * bool(turned) + " @" * follows
    options = [Option(f"{left}ones({d}){right}") for d in sizes]
    if leads or follows:
        options += [Option(f"ones({d}){right.removesuffix(' @')}", SELDOM) for d in sizes]
    if before is not None and before.kind in ("number", ")", "]", ".T", "name") and not leads:
        options = [Option(f"* {words}", rank) for words, rank in options]
    s.put_one_of("ones", [*options, *more], after, OF_ONES)
    return True


def _is_turned(s: Spelling, at: int) -> int:
    """How many tokens of a transpose stand at a place."""
    if s.tokens[at].kind == ".T":
        return 1
    if s.tokens[at].kind != "**":
        return 0
    words = s.words(at + 1)
    return words[1] - at if words is not None and words[0] in ("T", "⊤", ".T") else 0


def _plain_one(s: Spelling) -> bool:
    """`1ᵀ δ`, `δ @ 1`; and where it is right so, `δ 1` and `1 δᵀ`."""
    token, before = s.tokens[s.position], s.out[-1] if s.out else None
    following, end = s.tokens[s.position + 1], s.position + 1
    sizes = s.sizes()
    if not sizes:
        return False
    if turned := _is_turned(s, end):
        # A number that is transposed is itself, where nothing is multiplied with it.
        alone = (before is None or before.kind in ("+", "-", "(")) and (
            s.tokens[end + turned].kind in ("+", "-", ")")
        )
        return _column(s, sizes, end, (Option("1", SELDOM),) if alone else ())
    options = [Option(f"ones({d})") for d in sizes]
    if following.kind == "@" or (before is not None and before.kind == "@"):
        options = [Option("1"), *(Option(words, SELDOM) for words, _ in options)]
        s.put_one_of("ones", options, end, OF_ONES)
        return True
    leads = token.spaced and before is not None and before.kind in ("name", ")", "]", ".T")
    if s.choices.wide and (leads or (following.kind in ("name", "(") and following.spaced)):
        left, right = ("@ ", "") if leads else ("", " @")
        options = [Option(f"{left}{words}{right}", MEANT) for words, _ in options]
        s.put_one_of("beside", [Option("1"), *options], end, OF_ONES)
        return True
    return False
