"""What a stage of a teacher's own is judged by: their cases, called in the guarded process.

Nothing of a teacher's code runs in this process. `cases.py` tells the arguments, `reference.py` (or
`right` of `cases.py`) the right answers, each function of `mistakes.py` the answers it leads to.
"""

from __future__ import annotations

import ast
import functools
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import numpy as np

from chainrule.workshop import failures
from chainrule.workshop.course import Stage, all_stages, references
from chainrule.workshop.errors import WorkshopError
from chainrule.workshop.guarded.answers import CaseListed
from chainrule.workshop.guarded.codec import Foreign, Given, pack
from chainrule.workshop.guarded.guard import MEMORY, Guard, Ran, open_guard
from chainrule.workshop.guarded.protocol import (
    CallCase,
    CallFunction,
    Job,
    ListCases,
    NoFunction,
    Raised,
    Returned,
)
from chainrule.workshop.oracle import Case, Kind, Mistake, Oracle
from chainrule.workshop.repeats import later_cases
from chainrule.workshop.returns import Misread, One, Parts, Returns, came, numbers

KINDS = tuple(kind for kind in get_args(Kind) if kind not in ("drawn", "later", "again"))
"""The kinds of cases that a teacher may name."""

LARGEST = 2**20
"""Bytes of a file of a course."""

Answers = dict[bytes, Any]
"""Answers by the arguments that they belong to."""


def taught_oracle(one: Stage) -> Oracle:
    """The oracle of a teacher's stage; WorkshopError says which of its files is at fault."""
    files = tuple(content(one.folder / name) for name in ("cases.py", "mistakes.py"))
    return gathered(one, one.reference, files, ours_before(one))


def content(path: Path) -> bytes:
    """The bytes of a file; none where there is no such file."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise WorkshopError("it is no file: expected one with text", file=path)
        if status.st_size > LARGEST:
            raise WorkshopError(f"it is larger than {LARGEST // 2**20} MiB", file=path)
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as fault:
        raise WorkshopError(f"it cannot be read: {fault.strerror}", file=path) from None


def ours_before(one: Stage) -> str:
    """The references of the stages that come before."""
    before = [each.name for each in all_stages() if each.place < one.place]
    return references(before) if before else ""


@functools.lru_cache(maxsize=64)
def gathered(one: Stage, reference: str, files: tuple[bytes, bytes], before: str) -> Oracle:
    """The oracle of these sources. The reference is a part of what it is known by."""
    with open_guard() as guard:
        teacher = Teacher(one, guard, before)
        cases = teacher.cases(files[0])
        every = [*cases, *later_cases(list(cases))]
        ran = teacher.answers(one.name, references([one.name]).encode(), "reference.py", every)
        right = ran.values
        if "right" in functions_of(files[0], one.folder / "cases.py"):
            right = teacher.answers("right", files[0], "cases.py", every).values
        mistakes = tuple(
            Mistake(
                name.replace("_", " "),
                Table(teacher.answers(name, files[1], "mistakes.py", every, may_fail=True).values),
                says,
            )
            for name, says in described_mistakes(files[1], one.folder / "mistakes.py").items()
        )
    assert one.taught is not None
    return Oracle(
        cases=lambda: cases,
        right=Table(right),
        returns=returns_of(one, list(right.values())),
        mistakes=mistakes,
        tolerance=one.taught.tolerance,
        floor=one.taught.floor,
        seconds=one.taught.seconds,
        our_seconds=lambda case: ran.seconds[key(list(case.arguments.values()))],
    )


def key(arguments: Sequence[Any]) -> bytes:
    return pack(list(arguments))


@dataclass(frozen=True)
class Table:
    """A function known at the arguments of the cases. ValueError where it has no answer."""

    values: Answers

    def __call__(self, *arguments: Any) -> Any:
        place = key(arguments)
        if place not in self.values:
            raise ValueError("there is no answer for these arguments")
        return self.values[place]


@dataclass(frozen=True)
class TeachersAnswers:
    """What a function of a teacher's gave for the cases, and how long it took."""

    values: Answers
    seconds: dict[bytes, float]


@dataclass(frozen=True)
class Teacher:
    """The files of one stage, run in the guarded process."""

    stage: Stage
    guard: Guard
    before: str

    def fault(self, file: str, problem: str) -> WorkshopError:
        return WorkshopError(problem, file=self.stage.folder / file)

    def run(self, source: bytes, file: str, task: Any) -> Ran:
        """Run a file; WorkshopError where it does not load or does not come to its end."""
        assert self.stage.taught is not None
        seconds = self.stage.taught.seconds
        ran = self.guard.run(Job(source, str(self.stage.folder / file), task, seconds, MEMORY))
        for raised in ran.of(Raised):
            if raised.case is None:
                at = f"line {raised.lines[-1].line}: " if raised.lines else ""
                raise self.fault(file, at + failures.of_exception(raised))
        if ran.ending == "time":
            raise self.fault(file, f"it was stopped after {failures.amount(seconds, 'second')}")
        if ran.ending != "done":
            raise self.fault(file, "it ended the process that it ran in")
        return ran

    def cases(self, source: bytes) -> list[Case]:
        """The cases that `cases.py` gives."""
        ran = self.run(source, "cases.py", ListCases(list(self.stage.parameters)))
        if ran.of(NoFunction):
            raise self.fault(
                "cases.py",
                "it has no function `cases`: expected `def cases():`, which gives a list with the "
                f"arguments ({', '.join(self.stage.parameters)}) of each call",
            )
        cases = []
        for number, each in enumerate(ran.of(CaseListed)):
            for name, value in each.arguments.items():
                self.usable(value, f"case {number}: `{name}`")
            if each.kind not in KINDS:
                words = f"case {number} is of the kind {each.kind!r}: expected {', '.join(KINDS)}"
                raise self.fault("cases.py", words)
            kind: Any = each.kind
            cases.append(Case(each.arguments, kind, each.words))
        if not any(case.kind != "timed" for case in cases):
            raise self.fault("cases.py", "`cases` gives no case: expected at least one")
        return cases

    def usable(self, value: Any, what: str) -> None:
        """Refuse an argument that cannot be handed over."""
        if isinstance(value, (Foreign, Given)) or value is None:
            raise self.fault(
                "cases.py", f"{what} is {came(value)}: expected numbers, arrays, or lists of them"
            )
        if isinstance(value, (list, tuple)):
            for item in value:
                self.usable(item, what)

    def answers(
        self,
        function: str,
        source: bytes,
        file: str,
        cases: Sequence[Case],
        *,
        may_fail: bool = False,
    ) -> TeachersAnswers:
        """What a function gives in each case; one that `may_fail` has no answer where it does."""
        calls = tuple(CallCase(list(case.arguments.values())) for case in cases)
        own = functions_of(source, self.stage.folder / file)
        names = [name for name in functions_of(self.before.encode(), None) if name not in own]
        task = CallFunction(function, calls, tuple(names), self.before)
        ran = self.run(source, file, task)
        if ran.of(NoFunction):
            raise self.fault(file, f"it has no function `{function}`")
        keys = [key(list(case.arguments.values())) for case in cases]
        for raised in [] if may_fail and ran.of(Returned) else ran.of(Raised):
            number = raised.case or 0
            how = failures.of_exception(raised)
            raise self.fault(file, f"`{function}` fails in case {number}: {how}")
        found = TeachersAnswers({}, {})
        for each in ran.of(Returned):
            if 0 <= each.case < len(keys):
                found.values[keys[each.case]] = each.value
                found.seconds[keys[each.case]] = each.seconds
        if not may_fail and len(found.values) < len(set(keys)):
            raise self.fault(file, f"`{function}` gave no answer in some case")
        return found


def functions_of(source: bytes, file: Path | None) -> dict[str, ast.FunctionDef]:
    """The functions at the top level of a file; WorkshopError where it is no Python."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as fault:
        line = getattr(fault, "lineno", None)
        where = f"line {line}: " if line else ""
        what = getattr(fault, "msg", None) or fault
        raise WorkshopError(f"{where}it is not Python: {what}", file=file) from None
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


def described_mistakes(source: bytes, file: Path) -> dict[str, str]:
    """What to say of each mistake: the docstring of its function. A helper begins with `_`."""
    words: dict[str, str] = {}
    for name, node in functions_of(source, file).items():
        if name.startswith("_"):
            continue
        says = " ".join((ast.get_docstring(node) or "").split())
        if not says:
            raise WorkshopError(
                f"line {node.lineno}: `{name}` has no docstring: expected what to say to a learner "
                "who made this mistake",
                file=file,
            )
        words[name] = says
    return words


# --- how an answer is read ----------------------------------------------------------------------


def returns_of(one: Stage, answers: Sequence[Any]) -> Returns:
    """How answers of this form are read; WorkshopError where they are of none that can be."""
    name = f"{one.name}({', '.join(one.parameters)})"
    several = any(is_several(answer) for answer in answers)
    reads: Returns = Several(name) if several else One(name, {})
    for answer in answers:
        try:
            parts = reads.read(answer)
        except Misread as fault:
            problem = f"the right answer: {fault}"
            raise WorkshopError(problem, file=one.folder / "reference.py") from None
        if any(np.isnan(part).any() for part in parts.values()):
            problem = "the right answer has NaN in it: expected numbers in every case"
            raise WorkshopError(problem, file=one.folder / "reference.py")
    return reads


def is_several(value: Any) -> bool:
    """Whether a value is arrays in a tuple, a list or a dictionary, and no row of numbers."""
    if isinstance(value, dict):
        return True
    return isinstance(value, (list, tuple)) and any(
        isinstance(item, (np.ndarray, list, tuple, dict)) for item in value
    )


@dataclass(frozen=True)
class Several:
    """Arrays in a tuple, a list or a dictionary, one within another or not."""

    name: str
    columns: bool = False

    def read(self, value: Any, like: Parts | None = None) -> Parts:
        parts = dict(self.flat(value, self.name, like))
        if like is not None and sorted(parts) != sorted(like):
            raise Misread(
                f"what came back is {came(value)}: expected {', '.join(list(like)[:6])}, an array "
                "each"
            )
        return parts if like is None else {name: parts[name] for name in like}

    def flat(self, value: Any, name: str, like: Parts | None) -> list[tuple[str, Any]]:
        """Each array with its name, as `split(x)[0]`."""
        stacked = isinstance(value, np.ndarray) and value.ndim > 0
        if stacked and like is not None and name not in like:
            value = list(value)
        if isinstance(value, dict):
            items = [(f"{name}[{each!r}]", item) for each, item in value.items()]
        elif isinstance(value, (list, tuple)) and (like is None or name not in like):
            items = [(f"{name}[{i}]", item) for i, item in enumerate(value)]
        else:
            return [(name, numbers(value, name))]
        return [pair for inner, item in items for pair in self.flat(item, inner, like)]

    def axes(self, name: str, ndim: int) -> str:
        return ""
