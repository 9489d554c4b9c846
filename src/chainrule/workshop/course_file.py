"""A course as a file: which stages, in which order, and what is shown to whoever takes it.

The file is TOML. The same form is kept in a learner's folder as `course.toml`, with the stages of
the teacher's own beside it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from chainrule.ground.words import did_you_mean
from chainrule.workshop.course import STAGES, WHOLE_COURSE, Course, Stage
from chainrule.workshop.errors import WorkshopError
from chainrule.workshop.taught_oracle import content
from chainrule.workshop.taught_stages import taught_stage, toml_of, uses

SWITCHES = ("formulas", "hints", "references")
KEYS = ("title", "stages", *SWITCHES)
FILES = ("stage.toml", "reference.py", "cases.py", "mistakes.py")
"""What the folder of a teacher's stage holds; anything else in it is left where it is."""
KEPT = "course"
"""The folder, in a learner's, that the teacher's stages are copied to."""


def read_course(file: Path) -> Course:
    """The course of a file; WorkshopError says what is wrong with it. None of its code is run."""
    if not file.exists():
        raise WorkshopError("it is not there: expected a course, a file of TOML", file=file)
    fields = toml_of(file, KEYS, "course")
    for key in SWITCHES:
        if not isinstance(fields.get(key, True), bool):
            words = f"{key} is {fields[key]!r}: expected true or false"
            raise WorkshopError(words, file=file)
    title = fields.get("title", "")
    if not isinstance(title, str):
        raise WorkshopError(f"title is {title!r}: expected a text", file=file)
    shown = {key: fields[key] for key in SWITCHES if key in fields}
    if "stages" not in fields:
        return replace(WHOLE_COURSE, title=title, **shown)
    stages = named_stages(fields["stages"], file)
    check_order(stages, file)
    return Course({each.name: each for each in stages}, title, **shown)


def named_stages(entries: Any, file: Path) -> list[Stage]:
    """The stages of a list: names of ours, and folders, which have a slash in them."""
    form = (
        'expected a list of names, as "sigmoid", and of folders, as "./softplus", with one or more'
    )
    if not isinstance(entries, list) or not entries:
        raise WorkshopError(f"stages is {entries!r}: {form}", file=file)
    stages: dict[str, Stage] = {}
    for place, entry in enumerate(entries, 1):
        if not isinstance(entry, str):
            raise WorkshopError(f"entry {place} of stages is {entry!r}: {form}", file=file)
        if "/" in entry or "\\" in entry:
            folder = Path(file.parent, Path(entry).expanduser()).absolute()
            one = taught_stage(folder, place)
        elif entry in STAGES:
            one = replace(STAGES[entry], place=place)
        else:
            raise WorkshopError(unknown(entry, place, file), file=file)
        if one.name in stages:
            raise WorkshopError(f"{one.name!r} is in the list of stages twice", file=file)
        stages[one.name] = one
    return list(stages.values())


def unknown(entry: str, place: int, file: Path) -> str:
    """What to say of a name that no stage has."""
    if (file.parent / entry / "stage.toml").is_file():
        return f'entry {place} of stages is {entry!r}: a folder is named as "./{entry}"'
    ours = sorted(STAGES, key=lambda name: STAGES[name].place)
    meant = did_you_mean(entry, ours, f"they are {', '.join(ours)}")
    return f"entry {place} of stages is {entry!r}, and there is no such stage; {meant}"


def check_order(stages: Sequence[Stage], file: Path) -> None:
    """Refuse a stage that comes before one that it uses, that uses one left out, or a circle."""
    names = {each.name for each in stages}
    needs = {each.name: uses(each, names | set(STAGES)) for each in stages}
    for one in stages:
        circle = circle_from(one.name, needs)
        if circle:
            raise WorkshopError(
                f"the stages need each other in a circle: {' needs '.join(circle)}; take one of "
                "the uses out of its reference",
                file=file,
            )
    seen: set[str] = set()
    for one in stages:
        for name in needs[one.name]:
            if name not in names:
                raise WorkshopError(
                    f"{one.name!r} uses {name!r}, which is not among the stages: put it before "
                    f"{one.name!r}",
                    file=file,
                )
            if name not in seen:
                raise WorkshopError(
                    f"{one.name!r} uses {name!r}, which comes after it: put {name!r} first",
                    file=file,
                )
        seen.add(one.name)


def circle_from(start: str, needs: dict[str, list[str]]) -> list[str]:
    """A way from a stage back to itself, by what each one uses; empty where there is none."""
    ways = [[start]]
    seen: set[str] = set()
    while ways:
        way = ways.pop()
        for name in needs.get(way[-1], []):
            if name == start:
                return [*way, start]
            if name not in seen:
                seen.add(name)
                ways.append([*way, name])
    return []


# --- a course in a learner's folder -------------------------------------------------------------


def kept_files(course: Course) -> dict[str, bytes]:
    """The files that keep a course in a learner's folder, by their places in it; none for ours."""
    if course == WHOLE_COURSE:
        return {}
    lines = [f"title = {json.dumps(course.title)}"] if course.title else []
    if course.stages is not STAGES:
        entries = [f"{KEPT}/{s.name}" if s.taught else s.name for s in course.stages.values()]
        lines.append(f"stages = [{', '.join(map(json.dumps, entries))}]")
    usual = WHOLE_COURSE
    for key in SWITCHES:
        if (value := getattr(course, key)) != getattr(usual, key):
            lines.append(f"{key} = {json.dumps(value)}")
    files = {"course.toml": "".join(f"{line}\n" for line in lines).encode()}
    for stage in course.own:
        for name in FILES:
            path = stage.folder / name
            if not path.is_file():
                continue
            files[f"{KEPT}/{stage.name}/{name}"] = content(path)
    return files
