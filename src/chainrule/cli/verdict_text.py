"""A verdict on a function of network.py as lines for the terminal."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from chainrule.cli.terminal import shows

if TYPE_CHECKING:
    from chainrule.workshop import Example, OwnLine, Standing, Verdict

CODE = re.compile("`[^`]*`|^def .*:$")
TIED = "\N{NO-BREAK SPACE}"

MARKS = {
    "right": ("✓", "+", "green"),
    "slow": ("≈", "~", "yellow"),
    "fragile": ("≈", "~", "yellow"),
    "held-up": ("…", "=", "yellow"),
    "missing": ("·", ".", "dim"),
    "changed": ("·", ".", "yellow"),
    "unchecked": ("·", ".", "dim"),
}
STARTS = {
    "all",
    "an",
    "and",
    "both",
    "every",
    "for",
    "in",
    "it",
    "its",
    "line",
    "no",
    "not",
    "numbers",
    "one",
    "slow",
    "that",
    "the",
    "there",
    "this",
    "what",
    "where",
    "with",
    "your",
}
"""Words with which a message starts. Any other may be a name, and a name is never changed."""
COLUMN, NARROWEST = 29, 24
"""Of the list: where the words begin, and the fewest columns that it is put in."""
WRONG = ("✗", "x", "red")
WORDS = {
    "right": "right",
    "slow": "right, but slow",
    "fragile": "right, but fragile",
    "held-up": "right by itself; something it uses is not",
    "numbers": "wrong numbers",
    "shape": "wrong type or shape",
    "raises": "does not run",
    "stopped": "stopped",
    "missing": "not written",
    "unreadable": "the file is not Python",
    "borrowed": "the file imports chainrule",
    "changed": "changed since it was checked",
    "unchecked": "not checked",
}


def mark(outcome: str) -> tuple[str, str]:
    """The sign of an outcome, or of a state without one, and its colour."""
    sign, plain, style = MARKS.get(outcome, WRONG)
    return (sign if shows(sign) else plain), style


def heading(verdict: Verdict) -> str:
    """The function, or the file where it does not load."""
    from chainrule.workshop import stage, stage_names

    sign, _ = mark(verdict.outcome)
    if verdict.of_file:
        return f"{sign} network.py"
    one = stage(verdict.stage)
    return f"{sign} {one.name}  ({one.number} of {len(stage_names())}: {one.title})"


def verdict_lines(verdict: Verdict, width: int) -> Iterator[str]:
    """The verdict: the message first, the learner's own lines last."""
    yield from wrapped(heading(verdict), width, "")
    yield ""
    for text in (verdict.message, verdict.explanation, *verdict.details):
        if text:
            yield from prose(sentence(text), width)
    if verdict.example is not None:
        yield ""
        yield from example_lines(verdict.example, width)
    if verdict.lines:
        yield ""
        yield from own_lines(verdict.lines)
    if verdict.notes:
        yield ""
        for note in verdict.notes:
            yield from wrapped(sentence(note), width)


def waiting_lines(verdicts: Iterable[Verdict], width: int) -> list[str]:
    """The functions that are right by themselves, under the one that each waits for."""
    waiting: dict[str, list[str]] = {}
    for verdict in verdicts:
        if verdict.culprit is not None:
            waiting.setdefault(verdict.culprit, []).append(f"`{verdict.stage}`")
    lines: list[str] = []
    for culprit, names in waiting.items():
        verb = "is right by itself and waits" if len(names) == 1 else "are right and wait"
        text = f"{mark('held-up')[0]} {', '.join(names)} {verb} for `{culprit}`."
        lines += [*prose(text, width, ""), ""]
    return lines


def sentence(text: str) -> str:
    """A text with a capital letter, if it starts with a word of English, and an end."""
    english = re.split(r"\W", text, maxsplit=1)[0] in STARTS
    whole = text[0].upper() + text[1:] if english else text
    return whole if whole[-1] in ".?:" else f"{whole}."


def wrapped(text: str, width: int, indent: str = "  ") -> list[str]:
    return textwrap.wrap(
        text,
        max(width, 30),
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def prose(text: str, width: int, indent: str = "  ") -> list[str]:
    """Wrapped, but for the code in it: what stands between backticks stays on one line."""
    return [line.replace(TIED, " ") for line in wrapped(tied(text), width, indent)]


def tied(text: str) -> str:
    """The text with no space in its code at which a line may be broken."""
    return CODE.sub(lambda code: code[0].replace(" ", TIED), text)


def example_lines(example: Example, width: int) -> Iterator[str]:
    """The smallest case in which it differs: arguments, and yours, expected, difference."""
    for name, text in example.arguments:
        yield from wrapped(f"{name} = {text}", width, "    ")
    yield from wrapped(example.where, width, "    ")
    for word, value in (
        ("yours", example.yours),
        ("expected", example.expected),
        ("difference", example.difference),
    ):
        yield f"      {word:<11}{value: .6g}"


def own_lines(lines: Iterable[OwnLine]) -> Iterator[str]:
    """The learner's own lines, the last one first to blame."""
    for each in lines:
        where = f", in {each.function}" if each.function else ""
        yield f"    line {each.line}{where}: {each.text}"


def list_lines(standing: Standing, width: int | None) -> Iterator[tuple[str, str]]:
    """All functions with how each does, in so many columns; with the style of the line."""
    from chainrule.workshop import all_stages

    for one in all_stages():
        each = standing.functions[one.name]
        sign, style = mark(each.state)
        words = WORDS[each.state]
        if each.mistake:
            words += f": {each.mistake}"
        if each.reference_shown:
            words += " (reference shown)"
        name = f"  {sign} {one.number:>2}  {one.name}"
        for line in beside(name, words, width):
            yield line, style
    yield "", ""
    yield f"  {standing.passed} of {len(all_stages())} pass", ""
    if standing.unreadable:
        yield "", ""
        yield from ((line, "") for line in wrapped(left_out(standing), width or 80))


def beside(name: str, words: str, width: int | None) -> list[str]:
    """The words on a function in a column beside its name, or below it where that is narrow."""
    column = f"{name:<{COLUMN}}"
    if width is None or COLUMN + len(words) <= width:
        return [column + words]
    if width < COLUMN + NARROWEST:
        return [name, *wrapped(words, width, " " * 8)]
    first, *rest = wrapped(words, width, " " * COLUMN)
    return [column + first[COLUMN:], *rest]


def left_out(standing: Standing) -> str:
    many = "line" if standing.unreadable == 1 else "lines"
    are = "is" if standing.unreadable == 1 else "are"
    return f"{standing.unreadable} {many} of progress.jsonl cannot be read and {are} left out."


def bar(done: int, of: int, width: int = 25) -> str:
    """`━━━━━────  8/25`."""
    full, empty = "━─" if shows("━─") else "#-"
    filled = width * done // of
    return f"{full * filled}{empty * (width - filled)}  {done}/{of}"
