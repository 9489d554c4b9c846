"""What is said of a mistake before its repair is: the name and the place, and not the mend.

A message is made of clauses: "the sign of `y` is wrong: it should be `-y`". One that quotes what
the learner did not write, a piece of the repaired line or a formula, may give the mend away, and
is left out.
"""

from __future__ import annotations

import re

from chainrule.derivation.asking.verdict import Mistake
from chainrule.ground.mistakes import KINDS

QUOTED = re.compile(r"`([^`]*)`")
NAME = re.compile(r"[\w'/∂]+")
"""A name, such as `dC/dW1`, which is no formula."""
CLAUSES = re.compile(r"(: |; |, since )(?=(?:[^`]*`[^`]*`)*[^`]*$)")
"""What stands between two clauses, outside of backticks."""


def without_mend(mistake: Mistake, line: str) -> str:
    """The message of a mistake in a line, less what would give away how to mend it.

    What is left is never nothing: it is what this kind of mistake is, then.
    """
    kept = ""
    first, *others = CLAUSES.split(mistake.message)
    for sign, clause in zip(["", *others[::2]], [first, *others[1::2]], strict=True):
        pieces = QUOTED.findall(clause)
        if not any(_tells(piece, line, mistake) for piece in pieces):
            kept += (sign if kept else "") + clause
    return kept or _in_general(mistake.kind)


def _tells(piece: str, line: str, mistake: Mistake) -> bool:
    """Whether a piece is what belongs at the place of the mistake, or a formula of its own."""
    start, end = mistake.span or (0, len(line))
    mended = f"{line[:start]}{piece}{line[end:]}"
    piece, line, repaired = _squeezed(piece), _squeezed(line), _squeezed(mistake.repaired or "")
    if _bare(mended) == _bare(repaired):
        return True
    if piece in line:
        return False
    return piece in repaired or not (NAME.fullmatch(piece) or _bare(piece) in _bare(line))


def _squeezed(text: str) -> str:
    return text.replace(" ", "")


def _in_general(kind: str) -> str:
    """What this kind of mistake is, without the example, which may be this very line."""
    means = KINDS[kind].means.partition(", such as")[0].rstrip(".")
    return means[:1].lower() + means[1:]


def _bare(text: str) -> str:
    """The text without brackets: those around a quoted piece need not have been typed."""
    return re.sub(r"[\s()]", "", text)
