"""A case: a question and the text typed as an answer to it, with all that is found out about them.

The text is read once and evaluated once at every point; the judge and the detectors of mistakes
ask the case.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, reduce
from itertools import combinations
from typing import Any, TypeVar

from chainrule.algebra import (
    AlgebraError,
    Array,
    DomainError,
    Expression,
    Parsed,
    Reading,
    ShapeError,
    Syntax,
    Typed,
    fits,
    read,
    read_otherwise,
    sum_over,
    text,
    typed,
    unicode,
)
from chainrule.derivation.asking.agreement import agrees_at, widely_agrees
from chainrule.derivation.asking.layout import (
    MAX_LETTERS,
    Layout,
    layout,
    plain_values,
    value_at,
)
from chainrule.derivation.asking.points import equal
from chainrule.derivation.asking.question import Question
from chainrule.derivation.asking.time_limit import Patience
from chainrule.derivation.asking.truth import Truth, truth

Result = TypeVar("Result")
Values = tuple[Array | None, ...]
"""Of an answer at every point; None where it has none."""


@dataclass(frozen=True, eq=False)
class Case:
    """A question and a typed text. given: the reading of the text, where it is not the usual one.

    What needs a reading may only be asked for where `reading` is one.
    """

    question: Question
    text: str
    given: Parsed | None = None
    _known: dict[Any, Any] = field(default_factory=dict[Any, Any], init=False, repr=False)

    def known(self, work: Callable[[Case], Result]) -> Result:
        """What `work` finds out about the case: done the first time, then kept with it."""
        if work not in self._known:
            self._known[work] = work(self)
        return self._known[work]

    @cached_property
    def patience(self) -> Patience:
        """How long its mistake is looked for, from the first time that this is asked for."""
        return Patience()

    # The text.

    @cached_property
    def typed(self) -> Typed | AlgebraError:
        """The tree of the text before any reading of it; or why there is none."""
        try:
            return typed(self.text)
        except AlgebraError as error:
            return error

    @cached_property
    def is_loose(self) -> bool:
        """Whether names or sizes in it are not written out, so that others tell what they are."""
        if isinstance(self.typed, AlgebraError):
            return False
        if _INFERRED.search(self.text) is not None:
            return True
        return bool(self.typed.ways(self.question.sheet.scope)[0].reason)

    @cached_property
    def reading(self) -> Parsed | AlgebraError:
        """The tree of the text, also where sizes do not fit; or why there is none."""
        if self.given is not None:
            return self.given
        if isinstance(self.typed, AlgebraError):
            return self.typed
        try:
            return read(self.typed, self.question.sheet.scope, misfits=True)
        except AlgebraError as error:
            return error

    @cached_property
    def misfit(self) -> ShapeError | None:
        """The first place where sizes do not fit; what stands around it may fail for its sake."""
        if isinstance(self.typed, AlgebraError):
            return None
        try:
            read(self.typed, self.question.sheet.scope)
        except ShapeError as error:
            return error
        except AlgebraError:
            return None
        return None

    @cached_property
    def understood(self) -> str | None:
        """The text as it was read, where it was typed in another way than it is printed."""
        if isinstance(self.reading, AlgebraError):
            return None
        words, typed_so = text(self.root), _squeezed(self.text)
        if typed_so in (_squeezed(words), _squeezed(unicode(self.root))):
            return None
        return words

    @property
    def parsed(self) -> Parsed:
        reading = self.reading
        if isinstance(reading, AlgebraError):
            raise reading
        return reading

    @property
    def root(self) -> Expression:
        return self.parsed.expression

    def other_readings(self) -> Iterator[tuple[Reading, Case]]:
        """The readings that people give the text beside the grammar's, each as a case."""
        if isinstance(self.typed, AlgebraError):
            return
        others = read_otherwise(self.typed, self.question.sheet.scope)
        for other in (*others, *self._summed_by_themselves()):
            yield other, Case(self.question, self.text, other.parsed)

    def _summed_by_themselves(self) -> Iterator[Reading]:
        """`W[k,j] d[k]` as in physics, where a letter that stands twice is summed over."""
        if isinstance(self.reading, AlgebraError) or not self.fits:
            return
        letters = [letter for letter, _ in self.root.indices][:MAX_LETTERS]
        for number in range(1, len(letters)):
            for chosen in combinations(letters, number):
                total = reduce(lambda inner, letter: sum_over(letter, inner), chosen, self.root)
                first = chosen[0]
                message = f"no sum is written here; write sum({first}, …) for a sum over {first}"
                yield Reading(Parsed(self.text, Syntax(total, 0, len(self.text))), message)

    # Its values.

    @cached_property
    def truth(self) -> Truth:
        """The right values. Raises OracleError, SamplingError."""
        return truth(self.question)

    @cached_property
    def fits(self) -> bool:
        """Whether all sizes inside the answer fit."""
        return fits(self.root)

    @cached_property
    def layout(self) -> Layout | None:
        """How the answer lies against what is asked; None: it cannot, or its sizes do not fit."""
        return layout(self.root.shape, self.root.indices, self.question) if self.fits else None

    @cached_property
    def plain_values(self) -> tuple[Array | DomainError, ...]:
        """The values at every point as they are, or why there is none. Raises TooLargeError."""
        return plain_values(self.root, self.truth.points)

    def laid(self, where: Layout) -> Values:
        """The values at every point, laid out in this way."""
        return tuple(
            None if isinstance(value, DomainError) else where.laid(value, goal.shape)
            for value, goal in zip(self.plain_values, self.truth.values, strict=True)
        )

    @property
    def missing(self) -> DomainError | None:
        """Why the answer has no value at a point, if there is such a point."""
        return next((value for value in self.plain_values if isinstance(value, DomainError)), None)

    @cached_property
    def values(self) -> Values:
        """The values as an answer: None everywhere where the answer has another shape.

        Nothing but zeros is 0 in any shape.
        """
        where = self.layout
        stretched = where is not None and where.stretched and self.truth.values[0].size > 1
        if where is not None and not where.flipped:
            laid = self.laid(where)
            if not stretched or all(value is not None and not value.any() for value in laid):
                return laid
        return (None,) * len(self.truth.points)

    def agrees(self) -> bool | None:
        """Whether the answer has the right values at every point, told apart from rounding.

        None: at some point that cannot be worked out. Raises DomainError where it has no value.
        """
        where, facts = self.layout, self.truth
        if where is None:
            return False
        root, asked, goals = self.root, self.question, facts.values
        at_points = list(zip(facts.points, self.values, goals, strict=True))
        agreed: list[bool | None] = [
            widely_agrees(root, where, asked, point)
            for point, yours, _ in at_points
            if yours is None
        ]
        for point, yours, right in at_points:
            if yours is not None and not agrees_at(root, where, asked, point, yours, right):
                return False
        return False if False in agreed else None if None in agreed else True

    def has_values(self, others: Sequence[Array]) -> bool:
        """Whether the answer has these values at every point."""
        pairs = zip(self.values, others, strict=True)
        return all(value is not None and equal(value, other) for value, other in pairs)


_INFERRED = re.compile(r"(reshape|view)\([^)]*-1")
"""A shape of which one size follows from how the arrays of a program lie."""


def _squeezed(words: str) -> str:
    """A text without its spaces and round brackets, which do not change what is printed."""
    return words.translate(_SPACES)


_SPACES = str.maketrans("", "", " ()\t")


def agrees(values: Values, facts: Truth) -> bool:
    """Whether the values are the right ones at every point."""
    pairs = zip(values, facts.values, strict=True)
    return all(value is not None and equal(value, goal) for value, goal in pairs)


def right_everywhere(root: Expression, facts: Truth) -> bool:
    """Whether a tree has the right values, in the right shape, at every point."""
    if not fits(root):
        return False
    where = layout(root.shape, root.indices, facts.question)
    if where is None or where.flipped or (where.stretched and facts.values[0].size != 1):
        return False
    try:
        return all(
            equal(value_at(root, where, point, goal.shape), goal)
            for point, goal in zip(facts.points, facts.values, strict=True)
        )
    except DomainError:
        return False
