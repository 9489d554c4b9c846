"""What changed between two drafts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chainrule.explain.reader import Report


@dataclass(frozen=True, slots=True)
class Changes:
    """Gaps that were closed and that are new, a line each; words and ease, before and now."""

    closed: tuple[str, ...]
    opened: tuple[str, ...]
    words: tuple[int, int]
    ease: tuple[float | None, float | None]

    def to_dict(self) -> dict[str, Any]:
        return {
            "closed": list(self.closed),
            "opened": list(self.opened),
            "words": list(self.words),
            "ease": [None if each is None else round(each, 1) for each in self.ease],
        }


def changes(before: Report, now: Report) -> Changes:
    """What changed from one report to the next, of the same subject."""
    old = {(gap.kind, gap.name): gap.what for gap in before.gaps}
    new = {(gap.kind, gap.name): gap.what for gap in now.gaps}
    return Changes(
        closed=tuple(what for key, what in old.items() if key not in new),
        opened=tuple(what for key, what in new.items() if key not in old),
        words=(before.readability.words, now.readability.words),
        ease=(before.readability.ease, now.readability.ease),
    )
