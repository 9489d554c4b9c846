"""`chainrule learn [CONCEPT]`: the road, and the note of one concept with what to do after it."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.text import Text

    from chainrule.roadmap import Concept

MATHEMATICS = str.maketrans("≈·−“”", '~*-""')
"""The characters of a note for a terminal that shows ASCII only."""

WIDEST = 80
"""Columns beyond which lines do not grow: longer ones are hard to read."""

NARROW = 66
"""Fewer columns than these give the list a line more for each concept."""


@dataclass(frozen=True)
class Activity:
    """Something to do for a concept: its kind, what it is in a few words, the command to type."""

    kind: str
    what: str
    command: str

    def to_dict(self) -> dict[str, str]:
        return {"kind": self.kind, "command": self.command}


def learn(
    concept: Annotated[
        str | None, typer.Argument(metavar="[CONCEPT]", help="Which one, such as slope.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--list", help="All concepts, as without a name.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="JSON.")] = False,
) -> None:
    """The road: a note for each concept, and what to do."""
    from chainrule import roadmap
    from chainrule.cli.failure import Refused
    from chainrule.cli.recording import record
    from chainrule.ground.events import NoteRead

    if concept is not None and everything:
        raise Refused(f"{concept!r} and --list: give one of them")
    if concept is not None:
        one = roadmap.concept(concept)
        if json:
            print_plain({**summary(one), "minutes": one.minutes, "read": places(one)})
        else:
            record(NoteRead(concept=one.slug))
            show(note_page(one, columns(), ascii_only()))
    elif json:
        print_plain([summary(one) for one in roadmap.concepts()])
    else:
        show(list_page(roadmap.concepts(), columns()))


def summary(one: Concept) -> dict[str, Any]:
    return {
        "concept": one.slug,
        "title": one.title,
        "needs": list(one.needs),
        "activities": [each.to_dict() for each in activities(one)],
    }


def places(one: Concept) -> list[dict[str, Any]]:
    return [{"title": place.title, "address": place.address} for place in one.read]


def activities(one: Concept) -> list[Activity]:
    """What there is to do for a concept today: practising, deriving, and building."""
    from chainrule.ground.words import counted
    from chainrule.roadmap import WHOLE_FILE

    found = []
    if one.practise:
        what = f"{counted(len(one.practise), 'topic')}, question after question"
        found.append(Activity("practise", what, f"chainrule practice {one.slug}"))
    for each in one.derive:
        wrt = shlex.quote(each.wrt)
        found.append(Activity("derive", each.title, f"chainrule check {each.sheet} --wrt {wrt}"))
    for name in one.build:
        if name == WHOLE_FILE:
            what, which = "every function, from an empty file", "--all"
        else:
            what, which = f"`{name}` in your network.py", name
        found.append(Activity("build", what, f"chainrule build check {which}"))
    return found


def columns() -> int:
    from chainrule.cli.terminal import width

    return min(width(), WIDEST)


def ascii_only() -> bool:
    from chainrule.cli.terminal import shows

    return not shows("█─│░▶●≈−“")


def show(lines: Iterator[Text]) -> None:
    from chainrule.cli.terminal import console

    screen, plain = console(), ascii_only()
    for line in lines:
        if plain:
            line.plain = line.plain.translate(MATHEMATICS)
        line.rstrip()
        screen.print(line, soft_wrap=True)


def print_plain(value: Any) -> None:
    import json

    print(json.dumps(value, ensure_ascii=False))


def note_page(one: Concept, across: int, plain: bool) -> Iterator[Text]:
    """The note, where to read more, what to do, and what comes next."""
    from rich.text import Text

    from chainrule.cli.note_text import BOLD, note_lines
    from chainrule.cli.terminal import fold
    from chainrule.roadmap import ORDER, opened_by

    for line in fold(f"{one.number}. {one.title}", across):
        yield Text(line, BOLD)
    yield Text()
    yield from note_lines(one, across, plain)
    yield Text("To read", BOLD)
    for place in one.read:
        yield from (Text(line) for line in fold(f"  {place.title}", across))
        yield Text(f"  {place.address}", f"underline link {place.address}")
    things = activities(one)
    if things:
        yield Text()
        yield Text("To do", BOLD)
    for each in things:
        yield from (Text(line) for line in fold(f"  {each.kind.capitalize()}: {each.what}", across))
        yield Text(f"  {each.command}", "cyan")
    if any(each.kind == "build" for each in things) and not has_folder():
        yield from (Text(line) for line in fold("  Before you build, once:", across))
        yield Text("  chainrule build start", "cyan")
    yield Text()
    yield Text("Next", BOLD)
    after = ORDER[one.number :][:1]
    for slug in [*after, *(s for s in opened_by(one.slug) if s not in after)]:
        yield Text(f"  chainrule learn {slug}", "cyan")
    if not after:
        yield Text("  This is the last concept of the road.")


def has_folder() -> bool:
    """Whether the learner has a folder for the functions already."""
    from chainrule.workshop import WorkshopError, find_folder

    try:
        find_folder()
    except WorkshopError:
        return False
    return True


def list_page(every: tuple[Concept, ...], across: int) -> Iterator[Text]:
    """All concepts with the minutes that their notes take, and what each one needs."""
    from rich.text import Text

    from chainrule.cli.note_text import BOLD
    from chainrule.cli.terminal import fold
    from chainrule.ground.words import counted

    minutes = sum(one.minutes for one in every)
    head = f"The road: {counted(len(every), 'concept')}, {minutes} minutes to read the notes"
    yield from (Text(line, BOLD) for line in fold(head, across))
    yield Text()
    name = max(len(one.slug) for one in every)
    for one in every:
        line = Text(f"{one.number:>3}  ")
        line.append(f"{one.slug:<{name}}", "cyan")
        line.append(f"  {one.minutes:>2} min")
        needs = f"needs {', '.join(one.needs)}" if one.needs else "needs nothing"
        if across >= NARROW:
            line.append(f"  {needs}", "dim")
            yield line
        else:
            yield line
            yield from (Text(piece, "dim") for piece in fold(f"     {needs}", across))
    yield Text()
    yield Text("Next", BOLD)
    yield Text(f"  chainrule learn {every[0].slug}", "cyan")
