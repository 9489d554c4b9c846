"""What is said of a mistake before its repair is: the name and the place, and not the mend.

A message is made of clauses: "the sign of `y` is wrong: it should be `-y`". One that quotes a
piece of the repaired line that the learner did not write gives the mend away, and is left out.
"""

from __future__ import annotations

import re

from chainrule.derivation.asking.verdict import Mistake
from chainrule.ground.mistakes import KINDS

QUOTED = re.compile(r"`([^`]*)`")
CLAUSES = re.compile(r"(: |; |, since )(?=(?:[^`]*`[^`]*`)*[^`]*$)")
"""What stands between two clauses, outside of backticks."""


def without_mend(mistake: Mistake, line: str) -> str:
    """The message of a mistake in a line, less what would give away how to mend it.

    What is left is never nothing: it is what this kind of mistake is, then.
    """
    if mistake.repaired is None:
        return mistake.message
    typed, repaired = _bare(line), _bare(mistake.repaired)
    kept = ""
    first, *others = CLAUSES.split(mistake.message)
    for sign, clause in zip(["", *others[::2]], [first, *others[1::2]], strict=True):
        pieces = map(_bare, QUOTED.findall(clause))
        if not any(piece in repaired and piece not in typed for piece in pieces):
            kept += (sign if kept else "") + clause
    return kept or _in_general(mistake.kind)


def _in_general(kind: str) -> str:
    """What this kind of mistake is, without the example, which may be this very line."""
    means = KINDS[kind].means.partition(", such as")[0].rstrip(".")
    return means[:1].lower() + means[1:]


def _bare(text: str) -> str:
    return re.sub(r"[\s()]", "", text)
