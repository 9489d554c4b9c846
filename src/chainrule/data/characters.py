"""Which strokes are of one character, and the order in which characters are read."""

from __future__ import annotations

from collections.abc import Sequence

from chainrule.data.strokes import AS_TALL, Stroke

OVERLAP = 0.2  # of the narrower of two strokes: one stands above the other, in one character
APART = 0.04  # of the tallest: two characters lie further from each other
BETWEEN_LINES = 0.15  # of the tallest: two lines of characters lie further from each other
BETWEEN_SINGLE = 0.6  # the same, where no two stand side by side
OF_A_LINE = 0.5  # of the tallest: what is lower makes no line of its own
Group = list[Stroke]


def in_order(strokes: Sequence[Stroke]) -> list[tuple[Stroke, ...]]:
    """The strokes of each character, line by line, from left to right."""
    return [tuple(group) for line in lines(strokes) for group in characters(line)]


def lines(strokes: Sequence[Stroke]) -> list[Group]:
    """The strokes of each line, from the top: between two lines no tall stroke reaches."""
    tallest = max(stroke.height for stroke in strokes)
    several = len(characters(strokes)) > 1  # side by side: else two may be one that is broken
    found: list[Group] = []
    for stroke in sorted(strokes, key=lambda one: one.top):
        if stroke.height < OF_A_LINE * tallest:
            continue
        gap = stroke.top - max(s.bottom for s in found[-1]) if found else tallest
        if gap > (BETWEEN_LINES if several else BETWEEN_SINGLE) * tallest:
            found.append([])
        found[-1].append(stroke)
    for stroke in strokes:
        if stroke.height < OF_A_LINE * tallest:
            min(found, key=lambda line: min(stroke.away_from(s) for s in line)).append(stroke)
    return found


def characters(line: Sequence[Stroke]) -> list[Group]:
    """The strokes of each character of a line; what is low and apart is none."""
    tallest = max(stroke.height for stroke in line)
    groups: list[Group] = []
    for stroke in sorted(line, key=lambda one: one.left):
        mine = [group for group in groups if _together(group, stroke, tallest)]
        groups = [group for group in groups if group not in mine]
        groups.append([stroke, *(one for group in mine for one in group)])
    tall = [group for group in groups if _height(group) >= AS_TALL * tallest]
    return sorted(tall, key=lambda group: min(one.left for one in group))


def _height(group: Group) -> int:
    return max(s.bottom for s in group) - min(s.top for s in group)


def _together(group: Group, stroke: Stroke, tallest: int) -> bool:
    left, right = min(s.left for s in group), max(s.right for s in group)
    shared = min(right, stroke.right) - max(left, stroke.left)
    narrower = min(right - left, stroke.width)
    return shared > OVERLAP * narrower or -shared < APART * tallest
