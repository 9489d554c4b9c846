"""Practising at the terminal: question after question, with hints, until it is enough."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Iterator

from chainrule.cli import exam
from chainrule.cli.check_lines import typed
from chainrule.cli.recording import record
from chainrule.cli.terminal import shows, width
from chainrule.cli.verdicts import WORDS
from chainrule.ground.words import counted, nearest
from chainrule.practice import Graded, Problem, Session

COMMANDS = ("hint", "show", "skip", "help", "quit")
TRIES_BEFORE_SHOW = 2
NARROWEST = 24

PLAIN = str.maketrans({
    **{sup: f"^{low}" for sup, low in zip("⁰¹²³⁴⁵⁶⁷⁸⁹ⁿˣᵘᵍᶻᵀ", "0123456789nxugzT", strict=True)},
    **dict(zip("₀₁₂₃₄₅₆₇₈₉ᵢⱼₖ", "0123456789ijk", strict=True)),
    "′": "'", "″": "''", "−": "-", "·": "*", "⊙": "*", "√": "sqrt", "½": "1/2", "⁻": "^-",
    "∂": "d", "∇": "grad ", "Σ": "sum ", "σ": "sigma", "δ": "delta", "η": "eta", "λ": "lam",
    "μ": "mu", "…": "...", "←": "<-", "≈": "~", "≥": ">=", "≤": "<=", "’": "'",
})  # fmt: skip
"""What is written instead where a terminal cannot show mathematics."""


def ask(session: Session, count: int | None) -> int:
    """Ask until `quit`, the end of the input, Ctrl-C, or the last question. Exit status 0."""
    say(f"Type an answer, or: {', '.join(COMMANDS)}.")
    put(session.asked, session)
    ended = session.all_passed
    while True:
        try:
            words = typed("> ").strip()
        except (EOFError, KeyboardInterrupt):
            print()
            break
        command = words.lower()
        if command in ("quit", "exit", "q"):
            break
        if not words:
            continue
        if command in ("help", "?"):
            show_help(session)
            continue
        if command in ("hint", "show") and exam.no_hints():
            say(exam.HINTS_SENTENCE)
            continue
        if command == "hint":
            show_hint(session)
            continue
        over = session.over = command in ("skip", "show")
        if command == "show":
            rung = session.show()
            record(session.shown())
            for line in rung.text.splitlines():
                say(line, "  ")
            say(f"answer: {session.asked.task.answer.text()}", "  ")
        elif not over:
            over = judge(session, words)
        if not over:
            continue
        if count is not None and session.score.asked >= count:
            break
        if session.all_passed and not ended:
            ended = True
            say("Every topic is passed. Go on as long as you like, or type quit.")
        put(session.next(), session)
    goodbye(session)
    return 0


def put(asked: Problem, session: Session) -> None:
    """The question."""
    print()
    say(f"{session.score.asked}. {asked.topic.title}")
    say(asked.ask, "   ")


def judge(session: Session, words: str) -> bool:
    """The verdict on an answer; whether the question is over."""
    before = session.tries
    graded = session.answer(words)
    record(graded.event(before, session.hints))
    for line in verdict_lines(graded):
        say(line, "  ")
    if graded.passed:
        return True
    if graded.check.verdict == "wrong" and session.tries >= TRIES_BEFORE_SHOW:
        say("Try again, or type hint, show or skip.", "  ")
    if graded.check.verdict == "unreadable" and (meant := nearest(words.split()[0], COMMANDS)):
        say(f"If you meant a command, type {meant[0]}.", "  ")
    return False


def verdict_lines(graded: Graded) -> Iterator[str]:
    """The verdict, and the mistake by name where there is one."""
    check = graded.check
    if graded.passed:
        yield WORDS[check.verdict]
        return
    if check.verdict == "right-if":
        yield check.message
        return
    if check.verdict == "wrong":
        mistakes = [m.message for m in check.mistakes] or [check.message]
        yield f"wrong: {mistakes[0]}" if mistakes[0] != "wrong" else "wrong"
        yield from mistakes[1:]
        return
    yield f"{WORDS[check.verdict]}: {check.message}"


def show_hint(session: Session) -> None:
    """One more rung of the ladder."""
    again = not session.hints_left
    rung = session.hint()
    if again:
        say("There are no more hints; the last one again:", "  ")
    elif not session.hints_left:
        record(session.shown())
    for line in rung.text.splitlines():
        say(line, "  ")
    if session.hints_left:
        say(f"({counted(session.hints_left, 'more hint')})", "  ")


def show_help(session: Session) -> None:
    """What may be typed."""
    say(session.asked.task.answer.how(), "  ")
    say("hint: one hint more; the last is the worked solution, as is show.", "  ")
    say("skip: the next question. quit: enough. What cannot be read costs nothing.", "  ")
    say("This question again:", "  ")
    print(f"  {again(session.asked)}")


def goodbye(session: Session) -> None:
    """How it went."""
    score = session.score
    over = score.asked - session.untouched
    print()
    if over:
        say(f"{score.right} of {counted(over, 'question')} right, {score.at_once} at once.")
    say("This question again:")
    print(f"  {again(session.asked)}")


def again(asked: Problem) -> str:
    """The command that asks a question again."""
    return f"chainrule practice {asked.topic.name} --seed {asked.seed}"


HELD = re.compile(r"`[^`]{1,40}`|\([^()]{1,24}\)|\b[a-e]\) \S+|\S{1,12} [=≈<>≥≤] \S{1,12}")
"""What is not broken at the end of a line: what stands between backticks, a point, `a = 2`."""


def say(text: str, indent: str = "") -> None:
    """A line, wrapped to the terminal, in characters that it can show."""
    shown = text if shows(text) else plain(text)
    held = HELD.sub(lambda part: part[0].replace(" ", "\N{NO-BREAK SPACE}"), shown)
    print(
        textwrap.fill(
            held,
            max(width(), NARROWEST),
            initial_indent=indent,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        ).replace("\N{NO-BREAK SPACE}", " ")
    )


def plain(text: str) -> str:
    """The text in characters that every terminal has."""
    simple = unicodedata.normalize("NFKD", text.translate(PLAIN))
    return simple.encode("ascii", "ignore").decode("ascii")
