"""`chainrule learn [CONCEPT]`: the list of notes, and one note with what to do after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from chainrule.cli.closing_line import clock, command_of, has_folder, learner, what_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.text import Text

    from chainrule.roadmap import Activity, Concept, Standing

MATHEMATICS = str.maketrans("≈·−“”", '~*-""')
"""The characters of a note for a terminal that shows ASCII only."""

WIDEST = 80
"""Columns beyond which lines do not grow: longer ones are hard to read."""

NARROW = 66
"""Fewer columns than these give the list a line more for each concept."""


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
            print_plain({**summary(one, learner()), "minutes": one.minutes, "read": places(one)})
        else:
            record(NoteRead(concept=one.slug))
            show(note_page(one, learner(), columns(), ascii_only()))
    elif json:
        found = learner()
        print_plain([summary(one, found) for one in roadmap.concepts()])
    else:
        show(list_page(roadmap.concepts(), columns()))


def summary(one: Concept, found: Standing) -> dict[str, Any]:
    """A concept for scripts: what there is to do, and what of it is done."""
    from chainrule.roadmap import activities

    today = clock().date()
    return {
        "concept": one.slug,
        "title": one.title,
        "needs": list(one.needs),
        "activities": [
            {"kind": each.kind, "command": command_of(each), "done": found.done(each)}
            for each in activities(one.slug)
        ],
        "done": one.slug in found.finished,
        "due": found.is_due(one.slug, today),
    }


def places(one: Concept) -> list[dict[str, Any]]:
    return [{"title": place.title, "address": place.address} for place in one.read]


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


def note_page(one: Concept, found: Standing, across: int, plain: bool) -> Iterator[Text]:
    """The note, where to read more, and what to do."""
    from rich.text import Text

    from chainrule.cli.note_text import BOLD, note_lines
    from chainrule.cli.terminal import fold
    from chainrule.roadmap import activities

    for line in fold(f"{one.number}. {one.title}", across):
        yield Text(line, BOLD)
    yield Text()
    yield from note_lines(one, across, plain)
    yield Text("To read", BOLD)
    for place in one.read:
        yield from (Text(line) for line in fold(f"  {place.title}", across))
        yield Text(f"  {place.address}", f"underline link {place.address}")
    yield Text()
    yield Text("To do", BOLD)
    things = [each for each in activities(one.slug) if each.kind != "read"]
    for each in things:
        words = f"{each.kind.capitalize()}: {what_of(each)}{standing_of(each, found)}"
        yield from (Text(line) for line in fold(f"  {words}", across))
        yield Text(f"  {command_of(each)}", "cyan")
    if any(each.kind == "build" for each in things) and not has_folder():
        yield from (Text(line) for line in fold("  Before you build, once:", across))
        yield Text("  chainrule build start", "cyan")


def standing_of(activity: Activity, found: Standing) -> str:
    """Whether an activity is done, or how much of it is passed."""
    if found.done(activity):
        return " (done)"
    passed, of = found.passed_of(activity), len(activity.parts)
    return f" ({passed} of {of} passed)" if passed else ""


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
