"""The changes of a tree that make it right, found by carrying all of them upwards at once.

The likeliest changes are tried first, the others only if none of those mends the answer.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from chainrule.algebra import (
    DIVIDE,
    MATMUL,
    MULTIPLY,
    NEGATE,
    POWER_OF,
    TRANSPOSE,
    UNKNOWN,
    AlgebraError,
    Array,
    Expression,
    Index,
    at,
    occurrences,
)
from chainrule.derivation.asking.case import Case
from chainrule.derivation.asking.layout import Layout, layout
from chainrule.derivation.asking.points import ABSOLUTE, RELATIVE
from chainrule.derivation.mistakes.change import Change, Edit, Node, Path
from chainrule.derivation.mistakes.edits import changes
from chainrule.derivation.mistakes.variants import (
    Evaluation,
    Key,
    Place,
    Stack,
    chunks,
    joined,
    key_of,
)
from chainrule.derivation.mistakes.vocabulary import vocabulary

MAX_SIZE = 160
"""The largest answer that is searched for edits."""

MAX_PLACES = 60
"""The most places of an answer that are changed."""

MAX_OWN_NUMBERS = 20_000_000
"""The most numbers that the changed places of a tree may hold, for networks of full size."""

TIERS = (1.5, 2.1, 2.75, math.inf)
"""The costs up to which changes are tried, one tier after the other."""

MAX_HITS = 2_000
"""The most variants of a stack that are looked at for being right at the point."""

PRODUCTS = (NEGATE, MULTIPLY, MATMUL, DIVIDE, TRANSPOSE)
"""What a sign may be taken out of."""


@dataclass(frozen=True, slots=True)
class Found:
    """Edits that make a tree right, or right up to `ratio` times it, or up to a transpose."""

    edits: tuple[Edit, ...]
    ratio: float = 1.0
    flipped: bool = False

    @property
    def cost(self) -> float:
        extra = (0.0 if self.ratio == 1.0 else 1.0) + (1.0 if self.flipped else 0.0)
        return sum(edit.cost for edit in self.edits) + extra

    @property
    def rank(self) -> tuple[float, list[Path]]:
        return (round(self.cost, 6), [edit.path for edit in self.edits])


class Search:
    """The variants of a wrong answer at one point, each with one change."""

    def __init__(self, case: Case) -> None:
        facts = case.truth
        place = facts.cheapest
        self.root = case.root
        self.question = case.question
        self.patience = case.patience
        self.goal = facts.values[place]
        self.words = vocabulary(case.question)
        self.evaluation = Evaluation(case.root, case.question, facts.points[place], case.patience)
        self.edits: list[Edit] = []
        self.numbers = 0
        places = sorted(occurrences(self.root), key=lambda place: (-len(place[0]), place[0]))
        value = self.evaluation.value
        with np.errstate(all="ignore"):
            self.places = {path: Place(node, value(node)) for path, node in places}
        self._waiting = {path: self._changes(path) for path in self.places}
        self._roots: list[dict[Key, list[Stack]]] = []  # by tier

    def single(self, loose: bool = False) -> Iterator[Found]:
        """The edits after which the tree is right at this point, cheapest first.

        loose: also those after which it is right up to a number, a size or a transpose.
        """
        if loose:
            self.complete()
            yield from self.matching(self.places[()].once, loose)
            return
        for number in range(len(TIERS)):
            yield from self.matching(self._tier(number))

    def complete(self) -> None:
        """Carry up all changes that there are."""
        self._tier(len(TIERS) - 1)

    def _tier(self, number: int) -> dict[Key, list[Stack]]:
        """The variants of the whole tree with the changes of one tier."""
        while len(self._roots) <= number:
            with np.errstate(all="ignore"):
                self._roots.append(self._carry(TIERS[len(self._roots)]))
        return self._roots[number]

    def _carry(self, most: float) -> dict[Key, list[Stack]]:
        """Carry up the changes that cost no more than `most`, of those that wait."""
        table: dict[Path, dict[Key, list[Stack]]] = {}
        for path, place in self.places.items():
            stacks = self._own_stacks(path, place.node, most)
            own = self.own_values(path)
            for i in range(len(place.node.args)):
                for key, below in table[(*path, i)].items():
                    around = self.evaluation.around(place.node, own, {i: key})
                    if around is None:
                        continue
                    for stack in below:
                        above = self.evaluation.lifted(around, own, {i: stack})
                        if above is not None:
                            stacks.setdefault(key_of(around), []).append(above)
            table[path] = {key: [joined(parts)] for key, parts in stacks.items()}
            for key, parts in table[path].items():
                place.once.setdefault(key, []).extend(parts)
        return table[()]

    def own_values(self, path: Path) -> list[Array | None]:
        """The values of the arguments of a place as they are."""
        count = len(self.places[path].node.args)
        return [self.places[(*path, i)].own for i in range(count)]

    def _own_stacks(self, path: Path, node: Expression, most: float) -> dict[Key, list[Stack]]:
        """The variants of a place by a change of its own."""
        evaluation = self.evaluation
        own: dict[Key, tuple[list[Array], list[int]]] = {}
        waiting = self._waiting[path]
        self._waiting[path] = [change for change in waiting if change.cost > most]
        for change in waiting:
            if change.cost > most:
                continue
            try:
                made = change.make(node.args)
            except AlgebraError:
                continue
            if made is node or made.shape == UNKNOWN or not evaluation.known_letters(made):
                continue
            value = evaluation.value(made)
            if value is None:
                continue
            key = key_of(made)
            self.numbers += math.prod(evaluation.full(key))
            if self.numbers > MAX_OWN_NUMBERS:
                break
            values, numbers = own.setdefault(key, ([], []))
            values.append(value)
            numbers.append(len(self.edits))
            self.edits.append(Edit(path, change))
        return {
            key: [Stack(evaluation.stacked(key, values), np.array(numbers)[:, None])]
            for key, (values, numbers) in own.items()
        }

    def _changes(self, path: Path) -> list[Change]:
        """Every change worth trying at a place."""
        if len(self.places) > MAX_PLACES and len(path) > 4:
            return []
        return list(changes(self.node_at(path, self.places[path].node)))

    def node_at(self, path: Path, node: Expression) -> Node:
        """`node` where it stands at that place of the tree."""
        parent = at(self.root, path[:-1]) if path else None
        place = path[-1] if path else 0
        exponent, negative = self._in_exponent(path), self._below_minus(path)
        return Node(node, parent, place, self.words, self.evaluation.runs, exponent, negative)

    def _in_exponent(self, path: Path) -> bool:
        above = [(at(self.root, path[:i]), place) for i, place in enumerate(path)]
        return any(node.operation is POWER_OF and place == 1 for node, place in above)

    def _below_minus(self, path: Path) -> bool:
        """Whether a place is a factor of what a minus sign stands in front of."""
        above = [at(self.root, path[:i]).operation for i in reversed(range(len(path)))]
        return NEGATE in itertools.takewhile(lambda o: o in PRODUCTS, above)

    # What is right.

    def matching(self, groups: Mapping[Key, Sequence[Stack]], loose: bool = False) -> list[Found]:
        """The variants of the whole tree that are right at this point, cheapest first."""
        found: list[Found] = []
        for key, stacks in groups.items():
            where = self.lies(key, loose)
            if where is None:
                continue
            for stack in chunks(stacks):
                self.patience.wait()
                values = self._without_spent_letters(stack.values, key[1])
                laid = where.laid(values, self.goal.shape)
                found.extend(self._hits(laid, stack, where.flipped, loose))
        return sorted(found, key=lambda one: one.rank)

    def lies(self, key: Key, loose: bool = False) -> Layout | None:
        """How variants of this shape lie against what is asked; None if none of them is right."""
        where = layout(*key, self.question)
        if where is None or (where.stretched and self.goal.shape != (1, 1)):
            return None
        return None if where.flipped and not loose else where

    def _without_spent_letters(self, values: Array, indices: tuple[Index, ...]) -> Array:
        """The axes of letters that are not free taken away."""
        free = {letter for letter, _ in indices}
        letters = self.evaluation.letters
        gone = tuple(1 + i for i, letter in enumerate(letters) if letter not in free)
        return values.squeeze(axis=gone) if gone else values

    def _hits(self, laid: Array, stack: Stack, flipped: bool, loose: bool) -> Iterator[Found]:
        goal = self.goal
        size = float(np.abs(goal).max())
        with np.errstate(all="ignore"):
            tolerance = RELATIVE * size + ABSOLUTE
            hits = (
                np.abs(laid[:, 0, 0] - goal[0, 0]) <= tolerance
            )  # few of them hold at all entries
            hits[hits] = (np.abs(laid[hits] - goal) <= tolerance).all(axis=(-1, -2))
            for i in np.flatnonzero(hits)[:MAX_HITS].tolist():
                yield Found(self._edits_of(stack, i), 1.0, flipped)
            if not loose or size <= ABSOLUTE or goal.size == 1:
                return  # of one number any other is a multiple
            ratios = (laid * goal).sum(axis=(-1, -2)) / (goal * goal).sum()
            gaps = np.abs(laid - ratios[:, None, None] * goal).max(axis=(-1, -2))
            close = (gaps <= RELATIVE * size * np.maximum(np.abs(ratios), 1e-3)) & ~hits
            close &= (np.abs(ratios) > 1e-3) & np.isfinite(ratios)
            for i in np.flatnonzero(close)[:MAX_HITS].tolist():
                yield Found(self._edits_of(stack, i), float(ratios[i]), flipped)

    def _edits_of(self, stack: Stack, i: int) -> tuple[Edit, ...]:
        return tuple(self.edits[n] for n in stack.edits[i])
