"""Typing a derivation line by line: each set as mathematics, with its verdict."""

from __future__ import annotations

import sys

from chainrule.algebra import AlgebraError, Sheet, parse, text, unicode, unicode_name
from chainrule.cli.terminal import shows
from chainrule.derivation import ChainCheck, Question, Verdict, check_chain, hint, links

COMMANDS = "hint, undo, show, quit"

WORDS: dict[Verdict, str] = {
    "right": "right",
    "right-other-form": "right, in another form",
    "right-if": "right if",
    "wrong": "wrong",
    "undecided": "undecided",
    "unreadable": "not readable",
}
"""Each verdict for a person."""


def ask(sheet: Sheet, wrt: str, asked: Question) -> int:
    """Read lines until `quit`, the end of the input or Ctrl-C. The exit status is 0."""
    print(sheet.text(), end="")
    print(f"\n{pretty_name(asked.name)} = ?    one line at a time; also: {COMMANDS}")
    lines: list[str] = []
    rung = 0
    while True:
        try:
            words = typed(f"{len(lines) + 1}> ")
        except (EOFError, KeyboardInterrupt):
            print()
            return 0
        command = words.strip().lower()
        if not command:
            continue
        if command in ("quit", "exit", "q"):
            return 0
        if command == "hint":
            rung = next_hint(sheet, wrt, lines, rung)
            continue
        rung = 0
        if command == "undo":
            print(f"taken back: {lines.pop()}" if lines else "there is no line to take back")
        elif command == "show":
            show_lines(asked, lines)
        else:
            result = check_chain(sheet, wrt, [*lines, words])
            tell(asked, words, result)
            kept = bool(result.lines) and result.lines[-1].verdict not in ("wrong", "unreadable")
            if kept:
                lines.append(words)
            elif result.lines and result.lines[-1].verdict == "wrong":
                print(f"   not kept: line {len(lines) + 1} is still to come")


def typed(prompt: str) -> str:
    """A line of input. A terminal gets line editing; bytes that are no text are shown as `?`."""
    if sys.stdin.isatty():
        import readline

        readline.set_auto_history(True)
    return input(prompt).encode("utf-8", "replace").decode("utf-8")


def pretty_name(name: str) -> str:
    pretty = unicode_name(name)
    return pretty if shows(pretty) else name


def as_mathematics(asked: Question, words: str) -> str | None:
    """A line as mathematics; None if it cannot be read."""
    try:
        parts = [parse(link.text, asked.sheet.scope).expression for link in links(asked, [words])]
        pretty = unicode(*parts)
        return pretty if shows(pretty) else " = ".join(text(part) for part in parts)
    except AlgebraError:
        return None


def tell(asked: Question, words: str, result: ChainCheck) -> None:
    """The line as mathematics, its verdict, and what there is to say of it."""
    pretty = as_mathematics(asked, words)
    if pretty is not None:
        print(f"   {pretty}")
    if not result.lines:
        print(f"   {result.message}")
        return
    line = result.lines[-1]
    if line.verdict == "right":
        extra = "" if line.message == "right" else f": {line.message}"
        print(f"   right{extra}")
        return
    known = "" if line.message == WORDS[line.verdict] else f": {line.message}"
    print(f"   {WORDS[line.verdict]}{known}")
    if line.span is not None and line.verdict == "unreadable":
        start, end = line.span
        print(f"   {line.text}\n   {' ' * start}{'^' * max(end - start, 1)}")
    repaired = next((m.repaired for m in line.mistakes if m.repaired is not None), None)
    if repaired is not None:
        print(f"   repaired: {repaired}")


def next_hint(sheet: Sheet, wrt: str, lines: list[str], rung: int) -> int:
    """One more rung of the ladder; the number of the next."""
    try:
        rungs = hint(sheet, wrt, lines).rungs
    except AlgebraError as error:
        print(f"   {error.message}")
        return 0
    print(f"   {rungs[min(rung, len(rungs) - 1)]}")
    return rung + 1


def show_lines(asked: Question, lines: list[str]) -> None:
    """Every line so far, as mathematics."""
    if not lines:
        print("   no line yet")
    for number, words in enumerate(lines, start=1):
        print(f"{number:>3}  {as_mathematics(asked, words) or words}")
