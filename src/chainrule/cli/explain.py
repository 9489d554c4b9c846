"""`chainrule explain [CONCEPT]`: a write-up in your own words, read back with its gaps."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from chainrule.explain import Draft, Drafts, Report, Subject


def explain(
    concept: Annotated[
        str | None,
        typer.Argument(metavar="[CONCEPT]", help="Which one, such as slope; whole is the last."),
    ] = None,
    file: Annotated[
        str | None,
        typer.Option("--file", metavar="FILE", help="Read this file; - is standard input."),
    ] = None,
    folder: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where your drafts are kept.")
    ] = None,
    there: Annotated[
        list[str] | None,
        typer.Option(metavar="IDEA=LINE", help="An idea or a term is there, on this line."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Explain a concept in your own words: what is there, and what is missing.

    Opens your editor, or reads a file. Every version is kept.
    """
    from chainrule.cli.explain_report import report_lines, show
    from chainrule.cli.failure import Refused
    from chainrule.cli.terminal import print_json
    from chainrule.explain import Drafts, changes, read_back
    from chainrule.roadmap import write_up

    top = folder or kept_in()
    if concept is None:
        if file is not None or there or json:
            raise Refused("say which concept: chainrule explain CONCEPT")
        show_drafts(top)
        return
    subject = write_up(concept)
    drafts = Drafts(top / concept)
    text = written(subject, drafts) if file is None else given(file)
    report = read_back(subject, text, drafts.answers())
    draft = drafts.keep(text)
    for answer in there or ():
        report = answered(report, drafts, draft, *parted(answer))
    before = drafts.before(draft)
    since = changes(read_back(subject, before.text, drafts.answers()), report) if before else None
    record(report)
    if json:
        changed = None if since is None else since.to_dict()
        print_json({**report.to_dict(), "draft": draft.number, "changes": changed})
        return
    show(report_lines(report, draft, since, before))
    if file != "-" and sys.stdin.isatty() and sys.stdout.isatty():
        ask_where(report, drafts, draft)


def kept_in() -> Path:
    """The folder of all drafts."""
    from chainrule.roadmap import home

    return home() / "explanations"


def record(report: Report) -> None:
    """One reading is one event of the log."""
    from chainrule.cli import recording
    from chainrule.ground.events import Explained

    ideas = tuple(one.idea.id for one in report.ideas if one.found)
    gaps = tuple(gap.name for gap in report.gaps)
    recording.record(Explained(concept=report.subject.concept, ideas=ideas, gaps=gaps))


def given(file: str) -> str:
    """The text of a file, or of standard input."""
    from chainrule.explain import as_text, read_file

    if file == "-":
        return as_text(sys.stdin.buffer.read(1_000_001), "standard input")
    return read_file(Path(file))


def written(subject: Subject, drafts: Drafts) -> str:
    """What the learner writes in the editor. It is kept, whatever the editor does."""
    from chainrule.cli.editor import edit, editor
    from chainrule.cli.failure import Refused
    from chainrule.explain import read_file
    from chainrule.ground import writing

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Refused("there is no terminal to write in: give the text with --file FILE, or -")
    command = editor()
    page = drafts.folder / "now.md"
    last = drafts.last()
    drafts.make_folder()
    if not page.exists():
        start = last.text if last else ""
        head = "" if start.startswith("<!--") else prompt(subject)
        writing.replace(page, (head + start).encode("utf-8"))
    edit(command, page)
    return read_file(page)


def prompt(subject: Subject) -> str:
    """What stands at the head of the page; it is not read."""
    import textwrap

    words = textwrap.fill(subject.prompt, 76)
    return (
        f"<!-- {subject.title}\n\n{words}\n\n"
        "Write for somebody who understands none of it. Formulas stand between `...` or $...$.\n"
        "What stands between these signs is not read. -->\n\n"
    )


def parted(answer: str) -> tuple[str, str]:
    idea, _, line = answer.partition("=")
    return idea.strip(), line.strip()


def answered(report: Report, drafts: Drafts, draft: Draft, idea: str, line: str) -> Report:
    """The report with the learner's answer that an idea is on a line of the text."""
    from chainrule.cli.failure import Refused
    from chainrule.explain import placed

    if not line.isdecimal() or len(line) > 9:
        raise Refused(f"there is no sentence on line {line[:20] or '?'}: write {idea}=LINE")
    return placed(report, drafts, draft, idea, int(line))


def ask_where(report: Report, drafts: Drafts, draft: Draft) -> None:
    """Ask whether an idea that was not found is there after all, until Enter alone is pressed."""
    from chainrule.cli.terminal import print_wrapped
    from chainrule.ground.faults import Fault

    missing, now = report.askable, report
    if missing:
        print()
        print_wrapped("Is one of them there? Its number and its line, such as 1 12; Enter ends.")
    while missing:
        try:
            typed = input("> ").split()
        except (EOFError, KeyboardInterrupt):
            print()
            break
        if not typed:
            break
        number = int(typed[0]) if typed[0].isdecimal() else 0
        if len(typed) != 2 or not 1 <= number <= len(missing):
            print(f"A number from 1 to {len(missing)}, and a line.")
            continue
        try:
            now = answered(report, drafts, draft, missing[number - 1], typed[1])
        except Fault as fault:
            words = str(fault).partition(":")[0]
            print(f"{words[0].upper()}{words[1:]}.")
            continue
        print(f"Kept: {missing[number - 1]}, line {typed[1]}.")
    if now is not report:
        record(now)


def show_drafts(top: Path) -> None:
    """All concepts, with the drafts there are."""
    from chainrule import roadmap
    from chainrule.explain import Drafts
    from chainrule.ground.words import counted

    every = roadmap.concepts()
    wide = max(len(one.slug) for one in every)
    first = None
    for one in every:
        count = len(Drafts(top / one.slug).numbers())
        first = first or (None if count else one.slug)
        print(f"{one.number:>3}  {one.slug:<{wide}}  {counted(count, 'draft') if count else '-'}")
    print(f"\nYour drafts: {top}")
    print(f"Explain one of them: chainrule explain {first or every[-1].slug}")
