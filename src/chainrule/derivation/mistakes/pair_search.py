"""Pairs of changes that make a wrong answer right.

Two arguments of a node that are both changed meet in it, and a node may change on top of a change
of one of its arguments. The likeliest changes are paired first.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from chainrule.algebra import ENTRY, UNKNOWN, AlgebraError, Array, Expression
from chainrule.derivation.asking.case import Case
from chainrule.derivation.mistakes.change import Change, Edit, Path
from chainrule.derivation.mistakes.edits import changes
from chainrule.derivation.mistakes.search import Found, Search
from chainrule.derivation.mistakes.variants import (
    MAX_NUMBERS,
    Key,
    Stack,
    Template,
    again,
    chunks,
    joined,
    key_of,
    placeholder,
)

MAX_PAIRS = 60_000
"""The most pairs of edits that are tried where two arguments meet."""

TIERS = (2.2, 3.3)
"""The costs up to which edits are paired, one tier after the other."""

LEAST = 0.9
"""No edit costs less."""

OWN_COST = 2.4
"""The most that a change on top of another may cost."""

REPLACING = ({"missing-factor", "extra-factor"}, {"missing-term", "extra-term"})


@dataclass(frozen=True, slots=True)
class _Hole:
    """A node with a stack of variants in place of one argument, which `leaf` stands for."""

    args: tuple[Expression, ...]
    leaf: Expression
    stack: Stack


@dataclass(slots=True)
class _Tier:
    """The pairs of edits that cost no more than `most` each: their variants of every place."""

    most: float
    twice: dict[Path, dict[Key, list[Stack]]] = field(
        default_factory=dict[Path, dict[Key, list[Stack]]]
    )

    def keep(self, path: Path, tree: Expression, stack: Stack | None) -> None:
        if stack is not None:
            self.twice.setdefault(path, {}).setdefault(key_of(tree), []).append(stack)


class PairSearch:
    """The variants of a wrong answer at one point, each with two changes."""

    def __init__(self, case: Case) -> None:
        self.search = case.known(Search)
        self.search.complete()
        self.evaluation = self.search.evaluation
        self._found: list[list[Found]] = []  # by tier
        self._on: dict[Path, list[int]] = {}
        self._reached: dict[tuple[Path, Key], bool] = {}
        self._templates: dict[tuple[int, tuple[Expression, ...]], Template | None] = {}
        for number, edit in enumerate(self.search.edits):
            self._on.setdefault(edit.path, []).append(number)

    def found(self) -> Iterator[Found]:
        """The pairs of edits after which the tree is right at this point, cheapest first."""
        sure = 0.0
        for number, most in enumerate(TIERS):
            if len(self._found) == number:
                with np.errstate(all="ignore"):
                    self._found.append(self._pairs(_Tier(most)))
            # A pair that is not of this tier has an edit above `most`.
            before, sure = sure, most + LEAST if number < len(TIERS) - 1 else math.inf
            yield from (pair for pair in self._found[number] if before < pair.cost <= sure)

    def _pairs(self, tier: _Tier) -> list[Found]:
        for path in self.search.places:
            self._carry(path, tier)
        pairs = self.search.matching(tier.twice.get((), {}))
        return [pair for pair in pairs if not _replaces(pair)]

    def _carry(self, path: Path, tier: _Tier) -> None:
        node = self.search.places[path].node
        own = self.search.own_values(path)
        cheap = [self._cheap((*path, i), tier.most) for i in range(len(node.args))]
        for i in range(len(node.args)):
            for key, stacks in tier.twice.pop((*path, i), {}).items():
                around = self._around(path, own, {i: key})
                if around is None:
                    continue
                for stack in chunks(stacks):
                    tier.keep(path, around, self.evaluation.lifted(around, own, {i: stack}))
            for j in range(i + 1, len(node.args)):
                for key, left in cheap[i].items():
                    for other, right in cheap[j].items():
                        around = self._around(path, own, {i: key, j: other})
                        if around is not None:
                            one, two = self._crossed(left, right)
                            crossed = self.evaluation.lifted(around, own, {i: one, j: two})
                            tier.keep(path, around, crossed)
        holes = list(self._holes(node, cheap))
        if node.shape == UNKNOWN:
            self._around_mended(path, node, holes, tier)
        self._over_arguments(path, holes, tier)

    def _around(
        self, path: Path, own: list[Array | None], varied: Mapping[int, Key]
    ) -> Expression | None:
        """`Evaluation.around` of a place; None also if no variant can become the answer."""
        around = self.evaluation.around(self.search.places[path].node, own, varied)
        return around if around is not None and self._reaches(path, key_of(around)) else None

    def _reaches(self, path: Path, key: Key) -> bool:
        """Whether a variant of a place, changed no further, leaves an answer of the right shape."""
        if (path, key) not in self._reached:
            if path:
                *_, i = path
                above = path[:-1]
                reaches = self._around(above, self.search.own_values(above), {i: key}) is not None
            else:
                reaches = self.search.lies(key) is not None
            self._reached[path, key] = reaches
        return self._reached[path, key]

    def _cheap(self, path: Path, most: float) -> dict[Key, Stack]:
        """The variants of a place with one edit that is likely enough to be one of two."""
        kept: dict[Key, Stack] = {}
        for key, stacks in self.search.places[path].once.items():
            stack = joined(stacks)
            keep = self._costs(stack) <= most
            if keep.any():
                kept[key] = stack[keep]
        return kept

    def _costs(self, stack: Stack) -> np.ndarray:
        return np.array([self.search.edits[n].cost for n in stack.edits[:, 0].tolist()])

    def _crossed(self, left: Stack, right: Stack) -> tuple[Stack, Stack]:
        """Each variant of one argument beside each of another; of too many, the likeliest."""
        m, n = len(left.edits), len(right.edits)
        numbers = max(left.values[0].size, right.values[0].size)
        most = min(MAX_PAIRS, max(1, MAX_NUMBERS // numbers))
        if m * n > most:
            share = math.sqrt(most / (m * n))
            left, right = self._best(left, int(m * share)), self._best(right, int(n * share))
            m, n = len(left.edits), len(right.edits)
        return left[np.repeat(np.arange(m), n)], right[np.tile(np.arange(n), m)]

    def _best(self, stack: Stack, count: int) -> Stack:
        return stack[np.sort(np.argsort(self._costs(stack), kind="stable")[: max(count, 1)])]

    def _holes(self, node: Expression, cheap: list[dict[Key, Stack]]) -> Iterator[_Hole]:
        for i, stacks in enumerate(cheap):
            for key, stack in stacks.items():
                if node.operation is ENTRY and key[0] != node.args[i].shape:
                    continue
                leaf = placeholder(key, i)
                yield _Hole((*node.args[:i], leaf, *node.args[i + 1 :]), leaf, stack)

    def _over_arguments(self, path: Path, holes: list[_Hole], tier: _Tier) -> None:
        """A change of this node on top of a change of one of its arguments."""
        for number in self._on.get(path, ()):
            edit = self.search.edits[number]
            if edit.cost <= min(OWN_COST, tier.most):
                for hole in holes:
                    self._put_over(path, self._known_over(path, number, hole), number, hole, tier)

    def _around_mended(self, path: Path, node: Expression, holes: list[_Hole], tier: _Tier) -> None:
        """Something put around a node whose sizes did not fit before an argument was changed."""
        for hole in holes:
            try:
                fitting = again(node, hole.args)
            except AlgebraError:
                continue
            if fitting.shape == UNKNOWN or not self.evaluation.known_letters(fitting):
                continue
            for change in changes(self.search.node_at(path, fitting)):
                if change.wraps and change.cost <= min(OWN_COST, tier.most):
                    number = len(self.search.edits)
                    if self._put_over(path, self._over(path, change, hole), number, hole, tier):
                        self.search.edits.append(Edit(path, change))

    def _known_over(self, path: Path, number: int, hole: _Hole) -> Template | None:
        """`_over` of an edit, kept for the next tier."""
        key = (number, hole.args)
        if key not in self._templates:
            self._templates[key] = self._over(path, self.search.edits[number].change, hole)
        return self._templates[key]

    def _over(self, path: Path, change: Change, hole: _Hole) -> Template | None:
        """A change on top of a node with a hole; None if it does not fit or drops the hole."""
        try:
            made = change.make(hole.args)
        except AlgebraError:
            return None
        if made.shape == UNKNOWN or not self.evaluation.known_letters(made):
            return None
        if not self._reaches(path, key_of(made)):
            return None
        return self.evaluation.template(made, hole.leaf)

    def _put_over(
        self, path: Path, over: Template | None, number: int, hole: _Hole, tier: _Tier
    ) -> bool:
        """A change on top of a stack of variants; whether it has values."""
        values = over and self.evaluation.substituted(over, hole.stack)
        if over is None or values is None:
            return False
        edits = np.full((len(hole.stack.edits), 2), number)
        edits[:, 0] = hole.stack.edits[:, 0]
        tier.keep(path, over.tree, Stack(values, edits))
        return True


def _replaces(pair: Found) -> bool:
    """Whether two edits only take something away and put the answer in its place."""
    return {edit.kind for edit in pair.edits} in REPLACING
