"""Cases that are called once more: what a function remembers of earlier calls comes out.

`later` has new numbers in the shapes of an earlier case; `again` is an earlier case as it was,
with a generator of the same seed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from chainrule.workshop.oracle import Case, Oracle


def with_repeats(oracle: Oracle) -> list[Case]:
    """The cases, then the repeated ones, then those that may take too long."""
    cases = list(oracle.cases())
    later = next((case for case in later_cases(cases) if tells(oracle, case)), None)
    repeats = [later, again(later.of)] if later is not None and later.of is not None else []
    repeats += [again(case) for case in cases if case.kind == "drawn"]
    timed = [case for case in cases if case.kind == "timed"]
    return [*(case for case in cases if case.kind != "timed"), *repeats, *timed]


def again(case: Case) -> Case:
    return replace(case, kind="again", of=case)


def tells(oracle: Oracle, case: Case) -> bool:
    """Whether the answer to a later case is another one than to the case that it repeats."""
    assert case.of is not None
    return not oracle.close(oracle.expected(case), oracle.expected(case.of))


def later_cases(cases: list[Case]) -> Iterator[Case]:
    """Cases with the arrays of an earlier one turned round: all of them, or only the first.

    Where two arguments belong together, as z and a, turning all of them keeps them together. A sum
    over all of them may stay as it is then, as that of w * x.
    """
    for case in cases:
        arrays = [name for name, value in case.arguments.items() if turned(value) is not value]
        for names in (arrays, arrays[:1]):
            if case.kind == "plain" and names:
                some = {name: turned(case.arguments[name]) for name in names}
                arguments = {**case.arguments, **some}
                yield replace(case, arguments=arguments, kind="later", of=case)


def turned(value: Any) -> Any:
    """An array with its numbers in backward order, in the same shape."""
    if isinstance(value, list) and any(isinstance(item, np.ndarray) for item in value):
        return [turned(item) for item in value]
    if isinstance(value, np.ndarray) and value.size > 1:
        return np.flip(value).copy()
    return value
