"""Rules for any matrices, `(AB)^T = B^T A^T`: capital letters, the same ones on both sides."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from chainrule.algebra import AlgebraError, parse_sheet
from chainrule.explain.boards import Judgement, identity

RULE = re.compile(r"(?:[A-Z]|\.T\b|[a-z](?![a-z])|[\s()@+·-])+")
"""Capital letters, letters of vectors, transposes, products and sums."""

SIDE_BY_SIDE = re.compile(r"(?<=[A-Za-z)ᵀ])\s*[·@]?\s*(?=[A-Za-z(])")
"""Where two factors meet, a transpose written with its sign."""

MOST_LETTERS = 6


def any_matrices(sides: Sequence[str]) -> Judgement | None:
    """The verdict on a rule for any matrices; None for what is no such rule."""
    if not all(RULE.fullmatch(side) for side in sides):
        return None
    bare = [side.replace(".T", "") for side in sides]
    letters = [Counter(re.findall("[A-Za-z]", side)) for side in bare]
    capitals = {letter for letter in letters[0] if letter.isupper()}
    if len(capitals) < 2 or any(set(each) != set(letters[0]) for each in letters[1:]):
        return None
    marked = [side.replace(".T", "ᵀ") for side in sides]
    about_matrices = any("ᵀ" in side or SIDE_BY_SIDE.search(side) for side in marked)
    if len(letters[0]) > MOST_LETTERS or not about_matrices:
        return None
    shapes = [f"{name}: (n,{'n' if name.isupper() else '1'})\n" for name in sorted(letters[0])]
    try:
        sheet = parse_sheet("".join(shapes) + f"total_ = sum({min(letters[0])})\n")
        return identity(sheet, [SIDE_BY_SIDE.sub(" @ ", side) for side in marked])
    except AlgebraError:
        return None
