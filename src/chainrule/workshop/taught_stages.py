"""A stage of a teacher's own: its folder read, and its files tried before a learner meets them."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from chainrule.ground.words import did_you_mean, quoted
from chainrule.workshop.course import (
    STAGES,
    Course,
    Derivation,
    Stage,
    Taught,
    references,
    taking,
)
from chainrule.workshop.errors import WorkshopError
from chainrule.workshop.function_grading import Grading
from chainrule.workshop.guarded.guard import Guard, open_guard
from chainrule.workshop.oracle import Mistake, Oracle
from chainrule.workshop.taught_oracle import content, functions_of, taught_oracle

NEEDED = {"title": str, "task": str}
TEXTS = ("plain", "says", "idea", "rule", "start")
LISTS = ("read", "derive")
NUMBERS = ("seconds", "tolerance", "floor")
KEYS = (*NEEDED, *TEXTS, *LISTS, *NUMBERS)
MOST_SECONDS = 60.0


def taught_stage(folder: Path, place: int) -> Stage:
    """The stage of a teacher's folder; WorkshopError says which file is at fault, and why."""
    name = folder.name
    if not folder.is_dir():
        raise WorkshopError("there is no such folder: expected one of a stage", file=folder)
    if name in STAGES:
        raise WorkshopError(
            f"{name!r} is the name of a stage of this package: give the folder and its function "
            "another name, or name that stage in the list without a folder",
            file=folder,
        )
    for file, what in (
        ("stage.toml", "with a title and a task"),
        ("reference.py", f"with the function `{name}`"),
        ("cases.py", "with a function `cases`"),
    ):
        if not (folder / file).is_file():
            raise WorkshopError(f"it has no {file}: expected one {what}", file=folder)
    fields = fields_of(folder / "stage.toml")
    judged = {each: fields.pop(each) for each in NUMBERS if each in fields}
    stage = Stage(
        name,
        folder,
        place,
        concept=0,
        taught=Taught(taught_oracle, **judged),
        **{**dict.fromkeys(("idea", "rule", "start"), ""), "read": (), **fields},
    )
    check_reference(stage)
    return stage


def toml_of(file: Path, keys: Sequence[str], owner: str) -> dict[str, Any]:
    """What a file of TOML holds; WorkshopError for a key that no course, or no stage, has."""
    try:
        fields = tomllib.loads(content(file).decode("utf-8"))
    except WorkshopError:
        raise
    except (ValueError, RecursionError) as fault:
        raise WorkshopError(f"it is not TOML: {fault}", file=file) from None
    for key in fields:
        if key not in keys:
            meant = did_you_mean(key, keys, f"expected {', '.join(keys)}")
            raise WorkshopError(f"it has a key {key!r} that no {owner} has; {meant}", file=file)
    return fields


def fields_of(file: Path) -> dict[str, Any]:
    """What a teacher's `stage.toml` says."""
    fields = toml_of(file, KEYS, "stage")
    for key, value in fields.items():
        if key in NUMBERS:
            most = MOST_SECONDS if key == "seconds" else 1.0
            good = type(value) in (int, float) and 0 < value <= most
            kind = f"a number above 0, up to {most:g}"
        elif key in LISTS:
            good = isinstance(value, list) and all(isinstance(each, str) for each in value)
            kind = "a list of texts"
        else:
            good, kind = isinstance(value, str) and bool(value.strip()), "a text"
        if not good:
            raise WorkshopError(f"{key} is {value!r}: expected {kind}", file=file)
        if key == "derive" and not all(len(each.split()) == 2 for each in value):
            words = f"derive is {value!r}: expected a sheet and a quantity each, as 'quadratic W1'"
            raise WorkshopError(words, file=file)
    for key in NEEDED:
        if key not in fields:
            raise WorkshopError(f"it has no {key}: expected a text", file=file)
    asked = (each.split() for each in fields.get("derive", ()))
    fields["derive"] = tuple(Derivation(sheet, quantity) for sheet, quantity in asked)
    return {**fields, "read": tuple(fields.get("read", ()))}


def check_reference(stage: Stage) -> None:
    """Refuse a `reference.py` whose function cannot be made a task of."""
    file = stage.folder / "reference.py"
    function = functions_of(content(file), file).get(stage.name)
    if function is None:
        raise WorkshopError(
            f"it has no function `{stage.name}`: the function has the name of the folder", file=file
        )
    doc, arguments = ast.get_docstring(function), function.args
    if not doc or len(function.body) < 2:
        raise WorkshopError(
            f"line {function.lineno}: `{stage.name}` needs a docstring, which the learner gets, "
            "and the function under it",
            file=file,
        )
    others = (arguments.vararg, arguments.kwarg, *arguments.kwonlyargs, *arguments.defaults)
    if not arguments.args or arguments.posonlyargs or any(others):
        raise WorkshopError(
            f"line {function.lineno}: expected `def {stage.name}(x, ...)` with one or more "
            "arguments, without defaults and stars",
            file=file,
        )
    first = f"{arguments.args[0].arg}:"
    if stage.says and not any(line.startswith(first) for line in doc.splitlines()):
        raise WorkshopError(
            f"line {function.lineno}: the docstring has no line `{first} ...`, at which what "
            "`says` leaves out ends",
            file=file,
        )


def uses(stage: Stage, names: set[str]) -> list[str]:
    """The functions among these that its reference calls."""
    function = functions_of(stage.reference.encode(), None)[stage.name]
    own = {each.arg for each in function.args.args} | {
        node.id
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    called = {
        node.id
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    return sorted((called - own - {stage.name}) & names)


# --- a stage tried ------------------------------------------------------------------------------


def try_stages(course: Course) -> None:
    """Run every stage of a teacher's own as a learner would; WorkshopError where it fails.

    The reference has to pass its own cases, and every mistake has to be told from the right answer
    and from each other one.
    """
    with taking(course), open_guard() as guard:
        for stage in course.own:
            try_stage(stage, guard)


def try_stage(stage: Stage, guard: Guard) -> None:
    oracle, file = stage.oracle, stage.folder / "reference.py"
    source = references([stage.name]).encode()
    verdict = Grading(source, file, guard).verdict(stage)
    if verdict.outcome != "right":
        words = [verdict.message, *verdict.details]
        if verdict.example is not None:
            one = verdict.example
            given = ", ".join(f"{name} = {text}" for name, text in one.arguments)
            words.append(f"with {given}: {one.where} is {one.yours:.6g}, not {one.expected:.6g}")
        said = "; ".join(word.rstrip(".") for word in words)
        raise WorkshopError(f"the reference does not pass its own cases: {said}", file=file)
    mistakes, file = oracle.mistakes, stage.folder / "mistakes.py"
    for number, mistake in enumerate(mistakes):
        if all(oracle.predicted(mistake, case) is None for case in oracle.cases()):
            raise WorkshopError(f"`{mistake.name}` gives no numbers in any case", file=file)
        if not told_apart(oracle, mistake, None):
            raise WorkshopError(
                f"`{mistake.name}` gives the right answer in every case: add a case to cases.py in "
                "which it does not",
                file=file,
            )
        for other in mistakes[:number]:
            if not told_apart(oracle, mistake, other):
                raise WorkshopError(
                    f"{quoted([other.name, mistake.name], 'and')} give the same answer in every "
                    "case: add a case to cases.py that tells them apart, or leave one out",
                    file=file,
                )


def told_apart(oracle: Oracle, mistake: Mistake, other: Mistake | None) -> bool:
    """Whether a mistake differs in some case from another one, or from the right answer."""
    for case in oracle.cases():
        right = oracle.expected(case) if other is None else oracle.predicted(other, case)
        if not oracle.close(oracle.predicted(mistake, case), right):
            return True
    return False
