"""`chainrule build check`: what was graded, in words, as JSON, as JUnit XML."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from chainrule.cli.build_folder import how_to_train, to_derive
from chainrule.cli.closing_line import onward

if TYPE_CHECKING:
    from chainrule.workshop import Session, Verdict


def status_of(verdicts: Sequence[Verdict]) -> int:
    return 0 if all(verdict.passed for verdict in verdicts) else 1


def graded_as_json(session: Session, names: Sequence[str]) -> int:
    """Each verdict as one line, as soon as it is known."""
    from chainrule.cli.terminal import print_json

    verdicts = []
    for verdict in session.check(names):
        verdicts.append(verdict)
        print_json(verdict.to_dict())
    return status_of(verdicts)


def graded_as_junit(
    session: Session, name: str | None, every: bool, file: str, *, json: bool
) -> int:
    """One function, all that are written, or else all; the document in a file or printed."""
    from chainrule.cli.failure import Refused
    from chainrule.cli.junit import junit_xml
    from chainrule.cli.terminal import print_json
    from chainrule.ground import writing
    from chainrule.workshop import stage, stage_names, taken_course

    if json and file == "-":
        raise Refused("--json and --junit - both print: name a file for one of them")
    names = [stage(name).name] if name is not None else stage_names()
    if every:
        names = session.written_or_changed() or names
    started = datetime.now(UTC)
    verdicts = list(session.check(names))
    if session.stuck:  # the one verdict is of the file, and so of each function
        verdicts = [replace(verdicts[0], stage=each) for each in names]
    document = junit_xml(verdicts, taken_course().title or "network.py", started)
    if file == "-":
        print(document, end="")
    else:
        head = '<?xml version="1.0" encoding="UTF-8"?>\n'
        writing.replace(Path(file).expanduser().absolute(), (head + document).encode())
    for verdict in verdicts if json else ():
        print_json(verdict.to_dict())
    if file != "-" and not json:
        passed = sum(verdict.passed for verdict in verdicts)
        print(f"{passed} of {len(verdicts)} functions pass; {file} says how each one does")
    return status_of(verdicts)


def graded_in_words(session: Session, names: Sequence[str], *, alone: bool) -> int:
    """The verdicts for a person; `alone`: one function was asked for by its name."""
    from chainrule.cli.terminal import console
    from chainrule.cli.verdict_text import mark, prose, verdict_lines, waiting_lines

    width = shutil.get_terminal_size().columns
    screen = console()
    verdicts = []
    for verdict in session.check(names):
        verdicts.append(verdict)
        if not alone and verdict.outcome == "right":
            screen.print(f"{mark('right')[0]} {verdict.stage}", style="green")
        elif not alone and verdict.culprit is not None:
            continue  # said once for all that wait for the same function
        else:
            first, *rest = verdict_lines(verdict, width)
            screen.print(first, style=mark(verdict.outcome)[1], soft_wrap=True)
            if verdict.outcome == "missing":
                where = to_derive(verdict.stage, session.folder)
                rest += ["", *prose(where, width)] if where else []
            for line in rest:
                screen.print(line, soft_wrap=True)
            print()
    for line in waiting_lines([] if alone else verdicts, width):
        screen.print(line, style=mark("held-up")[1], soft_wrap=True)
    if session.refresh():
        print("network.py has changed since: this was the file before.")
    missing = [one.stage for one in verdicts if one.outcome == "missing"]
    say_standing(session, bool(verdicts), missing)
    return status_of(verdicts)


def say_standing(session: Session, anything: bool, missing: Sequence[str]) -> None:
    """How many pass, and what comes next. The tasks of those in `missing` were told just now."""
    from chainrule.cli.terminal import print_wrapped
    from chainrule.cli.verdict_text import left_out
    from chainrule.workshop import stage, stage_names

    standing, number = session.standing, len(stage_names())
    if not anything:
        print("Nothing has changed since the last check.")
    if standing.unreadable:
        print_wrapped(left_out(standing))
    if session.stuck:
        print_wrapped(
            "No function is checked before that, and none passes. "
            f"{standing.passed_at_last_check} of {number} passed at their last check."
        )
        return
    print(f"{standing.passed} of {number} functions pass")
    current = standing.current
    if current is None:
        print_wrapped(f"All are written.{how_to_train(session.folder)}")
        return
    if onward() == "Here" and (current in missing or not is_next(current)):
        return  # the road's line says what comes next, or its task was told just now
    one = stage(current).shown(session.folder.formulas())
    where = to_derive(current, session.folder)
    print_wrapped(" ".join(filter(None, (f"{onward()}: {current}. {one.task}", where))))


def is_next(function: str) -> bool:
    """Whether the road's next step is to build this function."""
    from chainrule.cli.closing_line import clock, learner
    from chainrule.roadmap import next_step

    activity = next_step(learner(), clock().date()).activity
    return activity is not None and (activity.kind, activity.name) == ("build", function)
