"""The changes of a tree that make it right, found by carrying all of them upwards at once.

For every place of the tree the values of all its one-edit variants at one point are kept in a
stack, one stack for each shape. What stands above is worked out for a whole stack in one NumPy
call, so that a thousand candidates cost about as much as a dozen evaluations; pairs of edits are
found the same way.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from chainrule.algebra import (
    DIVIDE,
    ENTRY,
    MATMUL,
    MULTIPLY,
    NEGATE,
    POWER_OF,
    SCALAR,
    TRANSPOSE,
    UNKNOWN,
    AlgebraError,
    Array,
    Dimension,
    Expression,
    Index,
    Point,
    Setting,
    Shape,
    ShapeError,
    at,
    entry,
    misfit,
    occurrences,
    postorder,
    symbol,
    symbols,
    times,
    with_args,
)
from chainrule.algebra.tree.arithmetic import OutOfDomain
from chainrule.algebra.tree.expression import node as build
from chainrule.algebra.tree.shapes import concrete
from chainrule.derivation.asking.layout import MAX_LETTERS, layout
from chainrule.derivation.asking.question import ABSOLUTE, RELATIVE, Question, Truth
from chainrule.derivation.mistakes.edits import Change, Edit, changes
from chainrule.derivation.mistakes.vocabulary import Vocabulary

Key = tuple[Shape, tuple[Index, ...]]
Path = tuple[int, ...]

MAX_PLACES = 60
"""The most places of an answer that are changed."""

MAX_PAIRS = 60_000
"""The most pairs of edits that are tried where two arguments meet."""

MAX_NUMBERS = 3_000_000
"""The most numbers in one stack."""

MAX_OWN_NUMBERS = 20_000_000
"""The most numbers that the changed places of a tree may hold, for networks of full size."""

PRODUCTS = (NEGATE, MULTIPLY, MATMUL, DIVIDE, TRANSPOSE)
"""What a sign may be taken out of."""

PAIR_COST = 3.3
"""Edits that cost more are not tried in pairs."""


@dataclass(slots=True)
class Stack:
    """Variants of one shape: values (count, letters..., rows, columns), and the edits of each."""

    values: Array
    edits: np.ndarray  # (count, 1 or 2) numbers of edits


@dataclass(slots=True)
class Variants:
    """Of one place: its own value, and the stacks of its variants with one and with two edits."""

    node: Expression
    own: Array | None
    once: dict[Key, Stack] = field(default_factory=dict[Key, Stack])
    twice: dict[Key, list[Stack]] = field(default_factory=dict[Key, list[Stack]])


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


class Search:
    """The variants of one tree at one point of a truth."""

    def __init__(self, root: Expression, truth: Truth, words: Vocabulary) -> None:
        self.root = root
        self.truth = truth
        self.words = words
        self.place = truth.cheapest
        self.point: Point = truth.points[self.place]
        self.goal = truth.values[self.place]
        self.runs = letters_with_spares(root, truth.question)
        self.letters = tuple(sorted(self.runs))
        axes = {letter: i - len(self.letters) - 2 for i, letter in enumerate(self.letters)}
        self.setting = Setting(self.point.values, self.point.sizes, axes)
        self.sizes = {
            letter: size if isinstance(size, int) else self.point.sizes[size]
            for letter, size in self.runs.items()
        }
        self.memo: dict[Expression, Array | None] = {}
        self.edits: list[Edit] = []
        self.numbers = 0
        self.table: dict[Path, Variants] = {}
        self.pairs: list[Found] = []
        with np.errstate(all="ignore"):
            self._carry_once()

    # Values.

    def value(self, root: Expression) -> Array | None:
        """The value of a tree, or None if it has none."""
        memo = self.memo
        if root in memo:
            return memo[root]
        for name, leaf in symbols(root).items():
            if name not in self.point.values:
                self.point.value(leaf)
        stack = [root]
        while stack:
            current = stack[-1]
            if current in memo:
                stack.pop()
                continue
            missing = [arg for arg in current.args if arg not in memo]
            if missing:
                stack.extend(missing)
                continue
            stack.pop()
            values = [memo[arg] for arg in current.args]
            memo[current] = None
            if current.shape != UNKNOWN and not any(v is None for v in values):
                memo[current] = self._worked_out(current, values)
        return memo[root]

    def _worked_out(self, node: Expression, values: Sequence[Array | None]) -> Array | None:
        if any(value is None for value in values):
            return None
        try:
            result = node.operation.value(node, list(values), self.setting)  # type: ignore[arg-type]
        except (OutOfDomain, FloatingPointError):
            return None
        return result if np.isfinite(result).all() else None

    def _known_letters(self, made: Expression) -> bool:
        return all(self.runs.get(letter) == size for letter, size in made.indices)

    def _full(self, key: Key) -> tuple[int, ...]:
        """The size of one variant's values: letters, rows, columns."""
        used = {letter for letter, _ in key[1]}
        leading = tuple(self.sizes[k] if k in used else 1 for k in self.letters)
        return (*leading, *concrete(key[0], self.point.sizes))

    # One edit.

    def _carry_once(self) -> None:
        places = sorted(occurrences(self.root), key=lambda place: (-len(place[0]), place[0]))
        self.order = [path for path, _ in places]
        few = len(places) <= MAX_PLACES
        for path, node in places:
            variants = Variants(node, self.value(node))
            self.table[path] = variants
            own: dict[Key, list[tuple[Array, int]]] = {}
            if few or len(path) <= 4:
                parent = at(self.root, path[:-1]) if path else None
                place = path[-1] if path else 0
                raised, negative = self._in_exponent(path), self._below_minus(path)
                for change in changes(node, parent, place, self.words, self.runs, raised, negative):
                    self._try(path, node, change, own)
            parts: dict[Key, list[Stack]] = {}
            for key, pairs in own.items():
                values = np.stack([value for value, _ in pairs])
                numbers = np.array([[number] for _, number in pairs])
                parts.setdefault(key, []).append(Stack(values, numbers))
            for i in range(len(node.args)):
                below = self.table[(*path, i)]
                for key, stack in below.once.items():
                    for made, lifted in self._lifted(path, node, {i: (key, stack.values)}):
                        values, keep = lifted
                        parts.setdefault(made, []).append(Stack(values, stack.edits[keep]))
            for key, stacks in parts.items():
                variants.once[key] = Stack(
                    np.concatenate([s.values for s in stacks]),
                    np.concatenate([s.edits for s in stacks]),
                )

    def _in_exponent(self, path: Path) -> bool:
        above = [(at(self.root, path[:i]), place) for i, place in enumerate(path)]
        return any(node.operation is POWER_OF and place == 1 for node, place in above)

    def _below_minus(self, path: Path) -> bool:
        """Whether a place is a factor of what a minus sign stands in front of."""
        above = [at(self.root, path[:i]).operation for i in reversed(range(len(path)))]
        return NEGATE in itertools.takewhile(lambda o: o in PRODUCTS, above)

    def _try(
        self, path: Path, node: Expression, change: Change, own: dict[Key, list[tuple[Array, int]]]
    ) -> None:
        try:
            made = change.make(node.args)
        except AlgebraError:
            return
        if made is node or made.shape == UNKNOWN or not self._known_letters(made):
            return
        value = self.value(made)
        if value is None:
            return
        key = (made.shape, made.indices)
        full = self._full(key)
        self.numbers += math.prod(full)
        if self.numbers > MAX_OWN_NUMBERS:
            return
        value = np.broadcast_to(value.reshape((1,) * (len(full) - value.ndim) + value.shape), full)
        own.setdefault(key, []).append((value, len(self.edits)))
        self.edits.append(Edit(path, change))

    def _lifted(
        self, path: Path, node: Expression, varied: dict[int, tuple[Key, Array]]
    ) -> Iterator[tuple[Key, tuple[Array, np.ndarray]]]:
        """The node on stacks for some of its arguments: the values, and which variants have one."""
        args = list(node.args)
        values: list[Array] = []
        for i, arg in enumerate(node.args):
            if i in varied:
                key, stack = varied[i]
                if node.operation is ENTRY and key[0] != arg.shape:
                    return  # its letters belong to the old sizes
                args[i] = placeholder(key, i)
                values.append(stack)
            else:
                own = self.table[(*path, i)].own
                if own is None:
                    return
                values.append(own)
        try:
            template = with_args(node, tuple(args)) if node.shape != UNKNOWN else _again(node, args)
        except AlgebraError:
            return
        if not self._known_letters(template):
            return
        yield from self._stacked(template, values, next(iter(varied.values()))[1].shape[0])

    def _stacked(
        self, template: Expression, values: list[Array], count: int
    ) -> Iterator[tuple[Key, tuple[Array, np.ndarray]]]:
        key = (template.shape, template.indices)
        full = self._full(key)
        keep = np.arange(count)
        if count * math.prod(full) > MAX_NUMBERS:
            keep = keep[: max(1, MAX_NUMBERS // math.prod(full))]
            values = [v[keep] if v.ndim == len(full) + 1 else v for v in values]
        try:
            result = template.operation.value(template, values, self.setting)
        except (OutOfDomain, FloatingPointError):
            # One variant without a value spoils a stack: the others are worked out one by one.
            results: list[Array] = []
            kept: list[int] = []
            for i in keep[:400]:
                one = [v[i] if v.ndim == len(full) + 1 else v for v in values]
                single = self._worked_out(template, one)
                if single is not None:
                    shape = (1,) * (len(full) - single.ndim) + single.shape
                    results.append(np.broadcast_to(single.reshape(shape), full))
                    kept.append(int(i))
            if results:
                yield key, (np.stack(results), np.array(kept))
            return
        yield key, (np.broadcast_to(result, (len(keep), *full)), keep)

    # Two edits.

    def carry_twice(self) -> None:
        """Work out the variants with two edits."""
        with np.errstate(all="ignore"):
            for path in self.order:
                self._twice_at(path)
                for i in range(len(self.table[path].node.args)):
                    self.table[(*path, i)].twice.clear()  # what fits is carried further up

    def _keep(self, path: Path, key: Key, stack: Stack) -> None:
        """Variants with two edits: of the whole tree, only those that are right are kept."""
        if path:
            self.table[path].twice.setdefault(key, []).append(stack)
        else:
            self.pairs.extend(self._matching({key: [stack]}, loose=False))

    def _cheap(self, stack: Stack) -> Stack:
        """The variants of a stack that are likely enough to be one of two."""
        keep = [i for i, (n,) in enumerate(stack.edits) if self.edits[n].cost <= PAIR_COST]
        return Stack(stack.values[keep], stack.edits[keep])

    def _twice_at(self, path: Path) -> None:
        variants = self.table[path]
        node = variants.node
        arity = len(node.args)
        below = [self.table[(*path, i)] for i in range(arity)]
        cheap = [
            {key: kept for key, s in part.once.items() if len((kept := self._cheap(s)).edits)}
            for part in below
        ]
        for i in range(arity):
            for key, stacks in below[i].twice.items():
                for stack in stacks:
                    for made, (values, keep) in self._lifted(path, node, {i: (key, stack.values)}):
                        self._keep(path, made, Stack(values, stack.edits[keep]))
            for j in range(i + 1, arity):
                for key, left in cheap[i].items():
                    for other, right in cheap[j].items():
                        self._pairs(path, node, (i, key, left), (j, other, right))
        self._own_over_arguments(path, node, cheap)

    def _pairs(
        self,
        path: Path,
        node: Expression,
        first: tuple[int, Key, Stack],
        second: tuple[int, Key, Stack],
    ) -> None:
        i, key, left = first
        j, other, right = second
        m, n = len(left.edits), len(right.edits)
        numbers = max(left.values[0].size, right.values[0].size)
        most = min(MAX_PAIRS, max(1, MAX_NUMBERS // numbers))
        if m * n > most:
            share = math.sqrt(most / (m * n))
            left, right = self._best(left, int(m * share)), self._best(right, int(n * share))
            m, n = len(left.edits), len(right.edits)
        rows = np.repeat(np.arange(m), n)
        columns = np.tile(np.arange(n), m)
        varied = {i: (key, left.values[rows]), j: (other, right.values[columns])}
        for made, (values, keep) in self._lifted(path, node, varied):
            edits = np.hstack([left.edits[rows[keep]], right.edits[columns[keep]]])
            self._keep(path, made, Stack(values, edits))

    def _best(self, stack: Stack, count: int) -> Stack:
        costs = np.array([self.edits[n].cost for (n,) in stack.edits])
        keep = np.sort(np.argsort(costs, kind="stable")[: max(count, 1)])
        return Stack(stack.values[keep], stack.edits[keep])

    def _own_over_arguments(
        self, path: Path, node: Expression, cheap: list[dict[Key, Stack]]
    ) -> None:
        """A change of this node on top of a change of one of its arguments."""
        if node.shape == UNKNOWN:
            self._around_mended(path, node, cheap)
        own = [
            (number, edit)
            for number, edit in enumerate(self.edits)
            if edit.path == path and edit.cost <= 2.4
        ]
        for number, edit in own:
            for i, stacks in enumerate(cheap):
                for key, stack in stacks.items():
                    if node.operation is ENTRY and key[0] != node.args[i].shape:
                        continue
                    args = list(node.args)
                    args[i] = placeholder(key, i)
                    try:
                        made = edit.change.make(tuple(args))
                    except AlgebraError:
                        continue
                    if made.shape == UNKNOWN or not self._known_letters(made):
                        continue
                    if args[i] not in set(postorder(made)):
                        continue
                    found = self._substituted(made, args[i], stack)
                    if found is None:
                        continue
                    made_key, values, keep = found
                    numbers = np.full((len(keep), 1), number)
                    edits = np.hstack([stack.edits[keep], numbers])
                    self._keep(path, made_key, Stack(values, edits))

    def _around_mended(self, path: Path, node: Expression, cheap: list[dict[Key, Stack]]) -> None:
        """A node whose sizes do not fit, with one argument changed so that they do, and then
        something put around it."""
        parent = at(self.root, path[:-1]) if path else None
        for i, stacks in enumerate(cheap):
            for key, stack in stacks.items():
                if node.operation is ENTRY and key[0] != node.args[i].shape:
                    continue
                args = list(node.args)
                args[i] = placeholder(key, i)
                try:
                    fitting = _again(node, args)
                except AlgebraError:
                    continue
                if fitting.shape == UNKNOWN or not self._known_letters(fitting):
                    continue
                place = path[-1] if path else 0
                negative = self._below_minus(path)
                for change in changes(
                    fitting, parent, place, self.words, self.runs, negative=negative
                ):
                    if change.wraps and change.cost <= 2.4:
                        self._put_over(path, change, tuple(args), args[i], stack)

    def _put_over(
        self,
        path: Path,
        change: Change,
        args: tuple[Expression, ...],
        hole: Expression,
        stack: Stack,
    ) -> None:
        """A change on top of a stack of variants that fill one leaf of what it changes."""
        try:
            made = change.make(args)
        except AlgebraError:
            return
        if made.shape == UNKNOWN or not self._known_letters(made):
            return
        found = self._substituted(made, hole, stack)
        if found is None:
            return
        key, values, keep = found
        self.edits.append(Edit(path, change))
        numbers = np.full((len(keep), 1), len(self.edits) - 1)
        pairs = np.hstack([stack.edits[keep], numbers])
        self._keep(path, key, Stack(values, pairs))

    def _substituted(
        self, template: Expression, hole: Expression, stack: Stack
    ) -> tuple[Key, Array, np.ndarray] | None:
        """The value of a tree with a stack put in for one leaf."""
        count = len(stack.edits)
        local: dict[Expression, Array] = {hole: stack.values}
        for part in postorder(template):
            if part in local:
                continue
            if not any(arg in local for arg in part.args):
                continue
            values: list[Array] = []
            for arg in part.args:
                known = local.get(arg)
                value = self.value(arg) if known is None else known
                if value is None:
                    return None
                values.append(value)
            try:
                result = part.operation.value(part, values, self.setting)
            except (OutOfDomain, FloatingPointError):
                return None
            full = self._full((part.shape, part.indices))
            local[part] = np.broadcast_to(result, (count, *full))
        if template not in local:
            return None
        return (template.shape, template.indices), local[template], np.arange(count)

    # What is right.

    def single(self, loose: bool = False) -> list[Found]:
        """The edits after which the tree is right at this point, cheapest first.

        loose: also those after which it is right up to a number, a size or a transpose.
        """
        return self._matching({k: [s] for k, s in self.table[()].once.items()}, loose)

    def double(self) -> list[Found]:
        """The pairs of edits after which the tree is right at this point, cheapest first."""
        return sorted((pair for pair in self.pairs if not _replaces(pair)), key=_rank)

    def _matching(self, groups: dict[Key, list[Stack]], loose: bool) -> list[Found]:
        found: list[Found] = []
        size = self.goal.shape
        for (shape, indices), stacks in groups.items():
            where = layout(shape, indices, self.truth.question)
            if where is None or (where.stretched and size != (1, 1)):
                continue
            if where.flipped and not loose:
                continue
            for stack in stacks:
                values = self._arranged(stack.values, indices)
                laid = where.laid(values, size)
                found.extend(self._hits(laid, stack, where.flipped, loose))
        return sorted(found, key=_rank)

    def _arranged(self, values: Array, indices: tuple[Index, ...]) -> Array:
        """The axes of letters that are not free taken away."""
        free = {letter for letter, _ in indices}
        gone = tuple(1 + i for i, letter in enumerate(self.letters) if letter not in free)
        return values.squeeze(axis=gone) if gone else values

    def _hits(self, laid: Array, stack: Stack, flipped: bool, loose: bool) -> Iterator[Found]:
        goal = self.goal
        size = float(np.abs(goal).max())
        with np.errstate(all="ignore"):
            gaps = np.abs(laid - goal).max(axis=(-1, -2))
            hits = gaps <= RELATIVE * size + ABSOLUTE
            for i in np.flatnonzero(hits).tolist():
                yield Found(self._edits(stack, i), 1.0, flipped)
            if not loose or size <= ABSOLUTE:
                return
            ratios = (laid * goal).sum(axis=(-1, -2)) / (goal * goal).sum()
            gaps = np.abs(laid - ratios[:, None, None] * goal).max(axis=(-1, -2))
            close = (gaps <= RELATIVE * size * np.maximum(np.abs(ratios), 1e-3)) & ~hits
            close &= (np.abs(ratios) > 1e-3) & np.isfinite(ratios)
            if goal.size == 1:
                return  # any number is a multiple of another
            for i in np.flatnonzero(close).tolist():
                yield Found(self._edits(stack, i), float(ratios[i]), flipped)

    def _edits(self, stack: Stack, i: int) -> tuple[Edit, ...]:
        return tuple(self.edits[n] for n in stack.edits[i])


def _rank(found: Found) -> tuple[float, list[Path]]:
    return (round(found.cost, 6), [edit.path for edit in found.edits])


def _replaces(pair: Found) -> bool:
    """Whether two edits only take something away and put the answer in its place."""
    return {edit.kind for edit in pair.edits} in REPLACING


REPLACING = ({"missing-factor", "extra-factor"}, {"missing-term", "extra-term"})


def letters_with_spares(root: Expression, asked: Question) -> dict[str, Dimension]:
    """The index letters of a tree and what they run over, and, where an answer is written by
    entries, a letter for each axis of what is asked for that has none."""
    runs: dict[str, Dimension] = {}
    for part in postorder(root):
        for letter, size in part.indices:
            runs.setdefault(letter, size)
    if not runs:
        return runs
    wanted = [size for size in asked.leaf.shape if size != 1]
    for size in wanted:
        if size not in runs.values():
            spare = next(k for k in "jklipqrst" if k not in runs and asked.free_letter(k))
            runs[spare] = size
    return dict(list(runs.items())[:MAX_LETTERS])


def placeholder(key: Key, i: int) -> Expression:
    """A leaf that stands for a stack of this shape and these letters."""
    shape, indices = key
    leaf = symbol(f"?{i}", shape)
    if not indices:
        return leaf
    letters = [entry(symbol(f"?{i}", (size, 1)), letter) for letter, size in indices]
    return times(*letters, *((leaf,) if shape != SCALAR else ()))


def _again(node: Expression, args: list[Expression]) -> Expression:
    """A node that did not fit, on arguments with which it may."""
    return build(node.operation, tuple(args), node.params)


def applied(root: Expression, edits: Sequence[Edit]) -> Expression:
    """The tree after the edits, the deepest first. It may hold misfits."""
    for edit in sorted(edits, key=lambda e: -len(e.path)):
        here = at(root, edit.path)
        root = put(root, edit.path, edit.change.make(here.args))
    return root


def put(root: Expression, path: Path, new: Expression) -> Expression:
    """The tree with the place at `path` replaced, also where sizes then do not fit."""
    spine = [root]
    for i in path[:-1]:
        spine.append(spine[-1].args[i])
    for parent, i in zip(reversed(spine), reversed(path), strict=False):
        args = (*parent.args[:i], new, *parent.args[i + 1 :])
        if parent.operation is ENTRY and new.shape != parent.args[i].shape:
            new = misfit(parent.operation, args, parent.params)
            continue
        try:
            new = _again(parent, list(args))
        except ShapeError:
            new = misfit(parent.operation, args, parent.params)
    return new
