"""What a stage is graded by: cases to call the function on, the right answer, known mistakes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from chainrule.workshop.returns import Misread, Parts, Returns

Kind = Literal["plain", "small", "integer", "square", "extreme", "timed", "drawn", "later", "again"]


@dataclass(frozen=True)
class Case:
    """Arguments for one call.

    `plain` has sizes that all differ; `small` is shown first when it fails; `square` has equal
    sizes, so that a product with the wrong transpose runs and can be recognised; `extreme` has
    numbers so large that a careless formula overflows; `timed` is large; `drawn` leads to one of
    many right answers, which `properties` tell from wrong ones. `later` and `again` repeat the case
    `of`: with other numbers in the same shapes, and as it was.
    """

    arguments: Mapping[str, Any]
    kind: Kind = "plain"
    words: str = ""
    """What is special about it; a message names it where the case fails."""
    of: Case | None = None


@dataclass(frozen=True)
class Mistake:
    """A known way to go wrong: its name, the answer it leads to, and what to say.

    What to say stands in the stage's `stage.toml`, unless it is given here.
    """

    name: str
    answer: Callable[..., Any]
    says: str = ""


@dataclass(frozen=True)
class Finding:
    """What is wrong, found by a property that the answer should have."""

    kind: Literal["shape", "numbers"]
    says: str
    mistake: str | None = None


Properties = Callable[[Sequence[Case], Sequence[Any]], Finding | None]


@dataclass(frozen=True)
class Oracle:
    """How one function is judged.

    `right` gives the answer for a case's arguments; where there are many right answers,
    `properties` looks at all of the `drawn` cases together. `in_place` names arguments that may be
    changed instead of returned; `tolerance` is relative to the largest element, `floor` absolute:
    what is lost in float32 where numbers of about 1 cancel, as in 1 - tanh(z)**2.
    """

    cases: Callable[[], Sequence[Case]]
    right: Callable[..., Any] | None = None
    returns: Returns | None = None
    mistakes: tuple[Mistake, ...] = ()
    properties: Properties | None = None
    in_place: tuple[str, ...] = ()
    tolerance: float = 1e-5
    floor: float = 1e-6
    seconds: float = 5.0
    says_extreme: str = "Large numbers overflow"
    our_seconds: Callable[[Case], float] | None = None
    """What the reference takes for a case, where it is not to be called here."""

    def parts(self, answer: Any, like: Parts | None = None) -> Parts:
        """Named arrays of an answer, ours or the learner's."""
        assert self.returns is not None
        return self.returns.read(answer, like)

    def expected(self, case: Case) -> Parts:
        """The right answer."""
        assert self.right is not None
        return self.parts(self.right(*case.arguments.values()))

    def predicted(self, mistake: Mistake, case: Case) -> Parts | None:
        """The answer of a mistake; None where it does not run."""
        with np.errstate(all="ignore"):  # what a mistake overflows in is not the learner's
            try:
                return self.parts(mistake.answer(*case.arguments.values()))
            except (ValueError, IndexError, Misread):
                return None

    def agree(self, found: NDArray[Any], right: NDArray[Any]) -> NDArray[np.bool_]:
        """Element by element. NaN never agrees."""
        finite = right[np.isfinite(right)]
        scale = float(np.abs(finite).max()) if finite.size else 0.0
        with np.errstate(invalid="ignore"):  # NaN and infinity do not agree, and that is all
            allowed = self.tolerance * (np.abs(right) + 0.1 * scale) + self.floor
            return (np.abs(found - right) <= allowed) | (found == right)

    def close(self, found: Parts | None, expected: Parts | None) -> bool:
        """Whether all arrays agree in shape and in every element; None is 'does not run'."""
        if found is None or expected is None:
            return found is expected
        if list(found) != list(expected):
            return False
        assert self.returns is not None
        for name, right in expected.items():
            fitted = fit(found[name], right, self.returns.columns)
            if fitted is None:
                return False
            no_numbers = np.isnan(fitted) & np.isnan(right)  # only a mistake leads to them
            if not bool((self.agree(fitted, right) | no_numbers).all()):
                return False
        return True


def fit(found: Any, right: Any, columns: bool) -> Any | None:
    """The array in the shape of the right one, where that shape was left open; else None."""
    if found.shape == right.shape:
        return found
    if right.size == 1 and found.size == 1:
        return found.reshape(right.shape)
    if columns and right.ndim == 1 and found.shape == (*right.shape, 1):
        return found[:, 0]
    return None
