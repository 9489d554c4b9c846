"""The cases of a teacher's file, told one by one as plain values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from types import ModuleType
from typing import TYPE_CHECKING, Any

from chainrule.workshop.guarded.answers import CaseListed
from chainrule.workshop.guarded.protocol import Job, ListCases, NoFunction

if TYPE_CHECKING:
    from chainrule.workshop.guarded.child import Tell, Warnings

MOST_CASES = 100


def task(module: ModuleType, job: Job, tell: Tell, heard: Warnings) -> None:
    """Call `cases` of the file; what is no case is a TypeError that says so."""
    asked = job.task
    assert isinstance(asked, ListCases)
    cases = getattr(module, "cases", None)
    if not callable(cases):
        tell(NoFunction())
        return
    given = cases()
    if not isinstance(given, Iterable):
        raise TypeError("`cases` gives no list")
    for number, case in enumerate(islice(given, MOST_CASES)):
        tell(listed(case, number, asked.parameters))


def listed(case: Any, number: int, parameters: Sequence[str]) -> CaseListed:
    """A `Case`, a dictionary of arguments, or a tuple of them, as a message."""
    arguments = getattr(case, "arguments", case)
    if isinstance(arguments, tuple):
        if len(arguments) != len(parameters):
            raise TypeError(
                f"case {number} has {len(arguments)} arguments: expected {len(parameters)}, "
                f"({', '.join(parameters)})"
            )
        arguments = dict(zip(parameters, arguments, strict=True))
    if not isinstance(arguments, Mapping):
        raise TypeError(
            f"case {number} is {type(case).__name__}: expected a tuple of the arguments, a "
            "dictionary of them, or a Case"
        )
    if list(arguments) != list(parameters):
        raise TypeError(
            f"case {number} has the arguments ({', '.join(map(str, arguments))}): expected "
            f"({', '.join(parameters)})"
        )
    kind, words = getattr(case, "kind", "plain"), getattr(case, "words", "")
    return CaseListed(dict(arguments), str(kind), str(words))
