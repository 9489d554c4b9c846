"""What was found in a write-up, as lines for a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.text import Text

    from chainrule.explain import Changes, Draft, Gap, Report, Source

WIDEST = 80
BOLD, FAINT, GOOD, BAD = "bold", "dim", "green", "bold red"
MOST = 8
"""The most long sentences or rare words that are shown."""


def show(lines: Iterator[Text]) -> None:
    from chainrule.cli.terminal import console

    screen = console()
    for line in lines:
        line.rstrip()
        screen.print(line, soft_wrap=True)


def report_lines(
    report: Report, draft: Draft, since: Changes | None, before: Draft | None
) -> Iterator[Text]:
    """The whole report."""
    from rich.text import Text

    across = columns()
    yield from folded(f"{report.subject.title}: draft {draft.number}", across, BOLD)
    yield from folded(str(draft.path), 10_000, FAINT)
    yield from reading_lines(report, across)
    yield Text()
    yield from idea_lines(report, across)
    yield from formula_lines(report, across)
    yield from contrary_lines(report, across)
    yield from term_lines(report, across)
    if since is not None and before is not None:
        yield from change_lines(since, before, across)
    yield from source_lines(report, across)
    yield Text()
    yield from folded(
        "This looks for words and formulas; it understands nothing. What it did not find may "
        "still be there.",
        across,
        FAINT,
    )
    if sys.stdout.isatty():
        return  # the road's line follows
    yield Text()
    yield Text("Next", BOLD)
    slug = report.subject.concept
    yield Text("  chainrule" if report.complete else f"  chainrule explain {slug}", "cyan")


def columns() -> int:
    from chainrule.cli.terminal import width

    return min(width(), WIDEST)


def folded(text: str, across: int, style: str = "", indent: int = 0) -> Iterator[Text]:
    """A line, folded at words; what follows the first is set in."""
    import textwrap

    from rich.text import Text

    for line in textwrap.wrap(
        text, across, subsequent_indent=" " * indent, break_long_words=False,
        break_on_hyphens=False,
    ):  # fmt: skip
        yield Text(line, style)


def marked(mark: str, style: str, text: str, across: int) -> Iterator[Text]:
    """A line with a coloured word before it."""
    from rich.text import Text

    for number, line in enumerate(folded(f"  {mark} {text}", across, indent=4)):
        if number == 0:
            whole = Text(line.plain)
            whole.stylize(style, 2, 2 + len(mark))
            yield whole
        else:
            yield line


def reading_lines(report: Report, across: int) -> Iterator[Text]:
    """How the text reads."""
    from chainrule.ground.words import counted

    reading = report.readability
    ease = "" if reading.ease is None else f", reading ease {reading.ease:.0f}"
    words, sentences = counted(reading.words, "word"), counted(reading.sentences, "sentence")
    yield from folded(f"{words}, {sentences}{ease} (60 to 70 is plain English)", across, FAINT)
    if reading.long:
        longest = ", ".join(f"line {line} ({words} words)" for line, words in reading.long[:MOST])
        yield from folded(f"Long sentences: {longest}", across, indent=2)
    if reading.rare:
        yield from folded(f"Rare words: {', '.join(reading.rare[:MOST])}", across, indent=2)


def idea_lines(report: Report, across: int) -> Iterator[Text]:
    """Each idea: where it is, or what was looked for."""
    from rich.text import Text

    count = sum(one.found for one in report.ideas)
    yield Text(f"Ideas: {count} of {len(report.ideas)}", BOLD)
    missing = 0
    for one in report.ideas:
        if one.found and one.sentence is not None:
            said = " (you say)" if one.by == "you" else ""
            yield from marked("+", GOOD, one.idea.title, across)
            quote = shortened(one.sentence, 2 * across - 20)
            yield from folded(f"    line {one.line}{said}: {quote}", across, FAINT, 6)
            continue
        missing += 1
        yield from marked(f"{missing}?", BAD, f"not found: {one.idea.title}", across)
        looked = "; ".join(one.idea.looked_for)
        yield from folded(f"    looked for: {looked}", across, FAINT, 6)


def formula_lines(report: Report, across: int) -> Iterator[Text]:
    """How many formulas are right, and each wrong one with its mistake."""
    from rich.text import Text

    if not report.formulas:
        return
    right = sum(one.right for one in report.formulas)
    wrong = [one for one in report.formulas if one.wrong]
    other = len(report.formulas) - right - len(wrong)
    counts = [f"{right} right", f"{len(wrong)} wrong"]
    counts += [f"{other} not judged"] if other else []
    yield Text()
    yield from folded(f"Formulas: {', '.join(counts)}", across, BOLD)
    for one in wrong:
        yield from marked("!", BAD, f"line {one.formula.line}: {one.text}", across)
        yield from folded(f"    {one.judgement.message}", across, indent=6)


def contrary_lines(report: Report, across: int) -> Iterator[Text]:
    from rich.text import Text

    if not report.contrary:
        return
    yield Text()
    yield Text("Said the other way round", BOLD)
    for one in report.contrary:
        quote = shortened(one.sentence or "", across)
        yield from marked("!", BAD, f"line {one.line}: {quote}", across)
        yield from folded(f"    the idea is: {one.idea.title}", across, indent=6)


def term_lines(report: Report, across: int) -> Iterator[Text]:
    from rich.text import Text

    if not report.unexplained:
        return
    yield Text()
    heading = "Words of the field that are used and not explained"
    yield from folded(heading, across, BOLD)
    missing = sum(not one.found for one in report.ideas)
    for number, one in enumerate(report.unexplained, start=missing + 1):
        yield from marked(f"{number}?", BAD, f"line {one.line}: {one.name}", across)


def change_lines(since: Changes, before: Draft, across: int) -> Iterator[Text]:
    """What changed since the last draft."""
    from rich.text import Text

    yield Text()
    yield Text(f"Since draft {before.number}", BOLD)
    if not since.closed and not since.opened:
        yield from folded("  no gap more, none less", across)
    for what in since.closed:
        yield from marked("+", GOOD, f"no longer: {what}", across)
    for what in since.opened:
        yield from marked("!", BAD, f"new: {what}", across)


def source_lines(report: Report, across: int) -> Iterator[Text]:
    """Where to go back to, each place once with the gaps it is for."""
    from rich.text import Text

    places: dict[Source, list[Gap]] = {}
    for gap in report.gaps:
        places.setdefault(gap.resource, []).append(gap)
    yield Text()
    if not places:
        yield from folded("Nothing is missing of what was looked for.", across, BOLD)
        return
    yield Text("Go back to", BOLD)
    for source, gaps in places.items():
        section = f", {source.section}" if source.section else ""
        yield from folded(f"  {source.title}{section}", across, indent=4)
        yield Text(f"    {source.address}", f"underline link {source.address}")
        yield from folded(f"    for: {'; '.join(map(short, gaps))}", across, FAINT, 6)


def short(gap: Gap) -> str:
    if gap.kind == "formula":
        return f"the formula on line {gap.line}"
    if gap.kind == "term":
        return f"“{gap.name}”"
    return gap.what.partition(": ")[2]


def shortened(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0] + " …"
