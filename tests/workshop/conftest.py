"""What the tests of this room share: one warm guard, and grading of a source."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chainrule.workshop import Guard, Verdict, grade, references, stage

Graded = Callable[..., Verdict]
PATH = Path("network.py").absolute()


@pytest.fixture(scope="session")
def guard() -> Iterator[Guard]:
    with Guard() as made:
        yield made


@pytest.fixture
def graded(guard: Guard) -> Graded:
    """Grade a function by its source, alone or put in the place of the reference."""

    def grade_it(name: str, source: str, *, alone: bool = False) -> Verdict:
        whole = "import numpy as np\n" + source
        if not alone:
            reference = stage(name).reference
            whole = references().replace(reference, source)
        return grade(name, whole.encode(), PATH, guard)

    return grade_it
