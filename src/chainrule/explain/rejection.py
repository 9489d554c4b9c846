"""Formulas that a text itself calls wrong: "it is a mistake to write `(uv)' = u'v'`"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from chainrule.explain.boards import Judgement
from chainrule.explain.formulas import Judged
from chainrule.explain.sentences import Text

REJECTED = Judgement("undecided", "the text itself says that it is wrong")

WHO = r"(?:people|students|beginners|some|many|others|most|everybody|i)"
WRITES = r"(?:write|writes|wrote|say|says|said|think|thinks|thought|believe\w*|expect\w*|guess\w*)"
TO_WRITE = r"(?:write|say|think|use|take|believe|put)"
BEFORE = re.compile(
    r"(?:"
    r"\b(?:not|never|instead of|rather than|unlike)"
    r"(?: (?:just|simply|as|like|equal to|to write|the))?"
    rf"|\b(?:wrong|incorrect|false|nonsense|mistake) (?:to {TO_WRITE}|that|is|would be)"
    r"|\bwrong (?:formula|rule|answer)(?: is| would be)?"
    rf"|\b(?:common|usual|typical|frequent|classic|tempting) "
    r"(?:mistake|error|slip|blunder|trap|pitfall|misconception)"
    rf"(?: is| would be)?(?: to {TO_WRITE})?"
    rf"|\b{WHO} (?:\w+ ){{0,2}}{WRITES}(?: that)?"
    r"|\bwrongly (?:\w+ )?"
    r")\W*$",
    re.IGNORECASE,
)
"""What stands right before such a formula."""

NO_GOOD = (
    r"(?:wrong|false|incorrect|nonsense|not (?:true|right|correct|so|allowed)"
    r"|an? (?:\w+ )?(?:mistake|error))"
)
AFTER = re.compile(
    r"\W{0,3}(?:(?:which|that|this|it|and that|but that|but this)\s+)?(?:\w+ )?(?:"
    rf"(?:is|are|was|would be)\s+(?:\w+ly |just |simply |of course )?{NO_GOOD}"
    r"|(?:isn't|aren't|is not) (?:true|right|correct|so)"
    r"|(?:does not|doesn't|do not|don't|cannot|can't) (?:hold|work|be right|be true)"
    r"|(?:fails|is forbidden)\b)",
    re.IGNORECASE,
)
"""What stands right after one."""


def without_rejected(judged: Sequence[Judged], text: Text) -> list[Judged]:
    """The formulas, those that are wrong and that the text calls wrong left undecided."""
    rejected = {
        formula.text
        for one in text.sentences
        for formula in one.equations
        if is_rejected(one.text, formula.text)
    }
    return [
        replace(one, judgement=REJECTED) if one.wrong and one.text in rejected else one
        for one in judged
    ]


def is_rejected(sentence: str, formula: str) -> bool:
    """Whether the words right before or after a formula say that it is wrong."""
    marked = f"`{formula}`"
    before, shown, after = sentence.partition(marked if marked in sentence else formula)
    return bool(shown) and (BEFORE.search(before) or AFTER.match(after)) is not None
