"""`chainrule progress`: how far the learner is; the record exported, imported, begun anew."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chainrule.cli.failure import Refused

if TYPE_CHECKING:
    from chainrule.roadmap import Standing

app = typer.Typer(
    name="progress",
    help="How far you are; export, import or reset the record.",
    invoke_without_command=True,
    rich_markup_mode=None,
)

JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object.")]


@app.callback()
def show(context: typer.Context, json: JsonOption = False) -> None:
    """How far you are; export, import or reset the record."""
    if context.invoked_subcommand is not None:
        return
    from chainrule.cli.closing_line import learner
    from chainrule.cli.recording import log
    from chainrule.cli.terminal import print_json

    values = summary(learner())
    if json:
        print_json(values)
        return
    print(f"{values['done']} of {values['of']} concepts done")
    print(f"{values['passed']} of {values['parts']} parts of their activities passed")
    print(f"{values['due']} due for review today, at most {values['daily']} a day")
    print(f"Kept in {log().path}")


def summary(found: Standing) -> dict[str, Any]:
    """The figures of a standing."""
    from chainrule.cli.closing_line import clock
    from chainrule.roadmap import ORDER, concepts_by_part

    parts = set(concepts_by_part())
    return {
        "done": len(found.finished),
        "of": len(ORDER),
        "finished": [slug for slug in ORDER if slug in found.finished],
        "passed": len(found.passed & parts),
        "parts": len(parts),
        "due": len(found.due_topics(clock().date())),
        "daily": found.daily,
    }


@app.command(name="export")
def export_record(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A new file, or - for the screen.")],
) -> None:
    """Write the record as JSON Lines, to be read in on another machine."""
    from chainrule.cli.recording import log, say_notices
    from chainrule.ground import writing
    from chainrule.ground.words import counted

    text = log().lines()
    say_notices()
    if file == "-":
        sys.stdout.write(text)
        return
    path = Path(file).expanduser()
    if path.exists() and not set(read(path).splitlines()) <= set(text.splitlines()):
        raise Refused(f"{file} has something else in it, and is not written over")
    writing.replace(path, text.encode())
    print(f"{counted(text.count(chr(10)), 'event')} written to {file}")
    print(f"On the other machine: chainrule progress import {shlex.quote(path.name)}")


@app.command(name="import")
def import_record(
    file: Annotated[str, typer.Argument(metavar="FILE", help="What was exported, or -.")],
) -> None:
    """Add the events of another record to yours; what is there already is not added twice."""
    from chainrule.cli.recording import log, say_notices
    from chainrule.ground.words import counted

    text = sys.stdin.read() if file == "-" else read(Path(file).expanduser())
    added, bad = log().read_in(text)
    say_notices()
    if bad and not added:
        raise Refused(f"{file}: no line of it is an event of a record")
    print(f"{counted(added, 'event')} added")
    if bad:
        print(f"{counted(bad, 'line')} left out: no events of a record")


@app.command()
def reset() -> None:
    """Begin anew. The record goes to an archive, from which it can be imported again."""
    from chainrule.cli.recording import log, say_notices

    place = log().reset()
    say_notices()
    if place is None:
        print("There is no record yet.")
        return
    print(f"The record is now {place}")
    print(f"To have it back: chainrule progress import {shlex.quote(str(place))}")


def read(path: Path) -> str:
    """The text of a file. Refused says why it cannot be read."""
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        raise Refused(f"{path}: it is no text") from None
