"""The ladder of hints: idea, rule, shape and first line, reference."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from chainrule.ground.words import counted
from chainrule.workshop.course import Stage
from chainrule.workshop.progress import HINTS, Progress

NEXT = "The reference comes next"
ASK_AGAIN = f"{NEXT}: ask once more to see it. The record then says that it was shown"


@dataclass(frozen=True)
class Hint:
    """The rungs given so far, each with its heading; what comes next; whether that was the last."""

    function: str
    rungs: tuple[tuple[str, str], ...]
    next: str
    reference: str | None

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def hint(stage: Stage, progress: Progress) -> Hint:
    """The next rung, and those before it.

    The reference comes once the function was right, or when it is asked for twice; either is
    recorded.
    """
    standing, name = progress.standing(), stage.name
    given = standing.hints[name]
    if name in standing.ever_right or name in standing.shown or standing.asked[name] >= 1:
        if name not in standing.shown:
            progress.shown(name, after_right=name in standing.ever_right)
        return Hint(name, rungs(stage, HINTS), "", stage.reference)
    if given >= HINTS:
        progress.asked(name)
        return Hint(name, rungs(stage, HINTS), ASK_AGAIN, None)
    progress.hinted(name, given + 1)
    left = HINTS - given - 1
    more = f"{counted(left, 'more hint')}, then the reference" if left else NEXT
    return Hint(name, rungs(stage, given + 1), more, None)


def rungs(stage: Stage, number: int) -> tuple[tuple[str, str], ...]:
    return tuple(stage.hint(rung) for rung in range(1, number + 1))
