"""What a place of a text may mean, where the sizes or the right answer decide.

`I` is the identity of any size, `δ_j` the delta of any layer, `x_i` a row or a column of X. Each is
offered with all that it may be; a line is spelled once for every way to choose.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, product
from typing import NamedTuple

MAX_WAYS = 64
"""So many ways to choose are looked at, the likeliest first."""

USUAL, SELDOM, MEANT = range(3)
"""How likely an option is: SELDOM only where no usual one fits, MEANT only where it is right."""


class Option(NamedTuple):
    """What a place may be spelled as, and how likely that is."""

    words: str
    rank: int = USUAL


@dataclass(slots=True)
class Choices:
    """picks: the number of the option at each place; the first one where there is none.

    wide: whether the options that are taken only where they are right are offered too. offered:
    the ranks of the options at each place. reasons: what to say of a line with such places.
    """

    picks: Mapping[Hashable, int] = field(default_factory=dict[Hashable, int])
    wide: bool = False
    offered: dict[Hashable, tuple[int, ...]] = field(
        default_factory=dict[Hashable, tuple[int, ...]]
    )
    reasons: dict[str, None] = field(default_factory=dict[str, None])

    def choose(self, key: Hashable, options: Sequence[Option], reason: str) -> str:
        """The words of the option that is picked; the same for every place with this key."""
        likely = [option for option in options if self.wide or option.rank < MEANT]
        likely = sorted(likely or options[:1], key=lambda option: option.rank)
        self.offered.setdefault(key, tuple(option.rank for option in likely))
        self.reasons[reason] = None
        pick = self.picks.get(key, 0)
        return likely[pick if pick < len(likely) else 0].words

    def ways(self) -> Iterator[tuple[int, dict[Hashable, int]]]:
        """Every way to choose, with its rank: the likeliest first."""
        keys = list(self.offered)
        ranks = list(self.offered.values())
        picked = islice(product(*(range(len(options)) for options in ranks)), 4 * MAX_WAYS)
        ranked = [
            (max((ranks[n][at] for n, at in enumerate(way)), default=USUAL), way) for way in picked
        ]
        ranked.sort(key=lambda pair: pair[0])
        for rank, way in ranked[:MAX_WAYS]:
            yield rank, dict(zip(keys, way, strict=True))
