"""Deriving line by line at the terminal: a sheet's backward pass, or one derivative first."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from chainrule.algebra import AlgebraError
from chainrule.cli import exam
from chainrule.cli.check_again import check_command, command_word, name_for_notes, title_of
from chainrule.cli.check_text import (
    INDENT,
    as_read,
    caret_row,
    cells,
    chain_lines,
    headline,
    marked,
    mistake_lines,
    places,
    what_is_asked,
    wrapped,
)
from chainrule.cli.recording import record
from chainrule.cli.sheets import Chosen
from chainrule.cli.terminal import width
from chainrule.cli.verdicts import STATUS
from chainrule.derivation import Chain, Reply, Verdict, Workings, notes
from chainrule.ground.words import counted

COMMANDS = "hint, repair, back, next, show, save FILE, help, quit"

LONGEST_MARKED = 1000
"""Characters of a line that is shown again with its marks."""

STUCK = re.compile(
    r"(?!.*[=*@^])(?:idk|dunno|stuck|help me|why\b.*|"
    r".*\b(?:do ?n[o'’]?t (?:know|understand|get)|no (?:idea|clue)|i'?(?: a)?m stuck|not sure)"
    r"\b.*)",
    re.IGNORECASE,
)
"""What people say instead of a line; a hint is the answer."""

HELP = (
    ("a line", "`delta2 @ a1.T`, as in NumPy or on paper: `δ₂a₁ᵀ`. `= ...` goes on from the line "
     "before; `delta1 = ...` is about that one, whatever is asked"),
    ("hint", "one hint more, of four; the fourth is the next line"),
    ("repair", "the last wrong line, mended"),
    ("back", "take the last line back"),
    ("next", "on to the next derivative; once one is right, Enter does it too"),
    ("show", "the sheet, and all lines that stand"),
    ("save FILE", "keep them as notes, in Markdown with the mathematics set"),
    ("quit", "enough"),
)  # fmt: skip


@dataclass
class Asking:
    """A learner at the terminal with their workings. piped: lines come from no person.

    onward: go on to the next derivative by itself, as soon as one is as the books write it.
    """

    chosen: Chosen
    workings: Workings
    piped: bool
    onward: bool
    verdicts: set[Verdict] = field(default_factory=set["Verdict"])
    saved: dict[Path, bytes] = field(default_factory=dict[Path, bytes])
    asked_for: Chain | None = None
    """The derivative that was asked for by name, if one was."""
    ended: bool = False
    """Whether the whole backward pass was found right, and that was recorded."""

    @property
    def single(self) -> bool:
        """Whether one derivative was asked for by name, and it is right and still in hand."""
        return self.asked_for is self.workings.now and self.workings.now.right

    # What is typed.

    def run(self) -> int:
        """Read lines until `quit`, the end of the input or Ctrl-C; the exit status."""
        known = self.recall()
        if not self.piped:
            self.begin(known)
        while True:
            prompt = "" if self.piped else f"{len(self.workings.now.lines) + 1}> "
            try:
                words = typed(prompt)
            except (EOFError, KeyboardInterrupt):
                if not self.piped:
                    print()
                break
            if not self.take(words, prompt):
                break
        if not self.piped:
            self.goodbye()
            return 0
        return self.status()

    def take(self, words: str, prompt: str) -> bool:
        """Do what was typed; whether to go on."""
        command, _, rest = words.strip().partition(" ")
        plain = words.strip().lower().rstrip(".!?") or words.strip()
        if plain in ("quit", "exit", "q", "bye"):
            return False
        if STUCK.fullmatch(plain):
            self.hint()
        elif command.lower() == "save":
            self.save(rest.strip())
        elif (action := self.actions().get(plain)) is not None:
            action()
        else:
            self.answer(words, prompt)
        return True

    def actions(self) -> dict[str, Callable[[], None]]:
        return {
            "": self.entered,
            "help": self.help,
            "?": self.help,
            "h": self.help,
            "hint": self.hint,
            "repair": self.repair,
            "back": self.back,
            "undo": self.back,
            "next": self.go_on,
            "skip": self.go_on,
            "show": self.show,
            "sheet": self.show_sheet,
        }

    # What is shown.

    def say(self, words: str, indent: str = INDENT) -> None:
        for line in words.splitlines():
            print("\n".join(wrapped(line, width(), indent, indent)))

    @property
    def recalls(self) -> bool:
        """Whether what was derived before counts: in the whole backward pass of a network."""
        return self.chosen.network is not None and self.onward

    def recall(self) -> list[Chain]:
        """What the learner derived before of a network's backward pass: it is not asked again."""
        if not self.recalls:
            return []
        from chainrule.cli.recording import log
        from chainrule.ground.faults import Fault
        from chainrule.roadmap import derived_earlier

        try:
            return self.workings.know(derived_earlier(log().events(), self.chosen.name))
        except Fault:
            return []

    def begin(self, known: list[Chain]) -> None:
        if self.chosen.title:
            self.say(self.chosen.title, "")
            print()
        self.show_sheet("")
        print()
        self.say(f"Line by line. Also: {COMMANDS}.", "")
        if known:
            self.say(f"Derived before: {', '.join(chain.heading for chain in known)}.", "")
        self.put()

    def put(self) -> None:
        """What is asked for now."""
        print()
        self.say(f"{what_is_asked(self.workings.asked)} = ?", "")

    def show_sheet(self, indent: str = INDENT) -> None:
        for line in self.workings.sheet.text().splitlines():
            print("\n".join(wrapped(line, width(), indent, indent + "    ")))

    def answer(self, words: str, prompt: str) -> None:
        """The verdict on a line, and what there is to say of it."""
        before = self.workings.now
        reply = self.workings.answer(words)
        self.verdicts.add(reply.verdict)
        record(self.workings.event(reply, self.chosen.name))
        if reply.kept:
            self.record_network()
        for line in self.reply_lines(reply, prompt):
            print(line)
        if not reply.right or not reply.kept:
            return
        chain = self.workings.last
        for line in chain_lines(chain, width()):
            print(line)
        if self.piped:
            return
        if chain is not before and self.workings.now is before:
            self.say(f"{what_is_asked(chain.asked)} is right.")
            return
        self.after_a_right_line(reply)

    def record_network(self) -> None:
        """Keep that the whole backward pass of a network is derived, once it is."""
        if self.chosen.network is None or self.ended or not self.workings.whole:
            return
        from chainrule.roadmap import network_derived

        self.ended = True
        record(network_derived(self.workings, self.chosen.network))

    def reply_lines(self, reply: Reply, prompt: str) -> Iterator[str]:
        across = width()
        spans = places(reply.text, [reply.span, *(slip.span for slip in reply.slips)])
        if spans and len(reply.text) <= LONGEST_MARKED:
            if not self.piped and sum(map(cells, prompt + reply.text)) < across:
                yield " " * len(prompt) + caret_row(reply.text, spans)  # under what was typed
            else:
                yield from marked(reply.text, spans, across)
        if reply.understood is not None and not reply.kept:
            read = as_read(self.workings.last.asked, reply.text, reply.understood)
            yield from wrapped(read or "", across, INDENT, INDENT + "  ")
        slips = [] if reply.verdict == "unreadable" else reply.slips
        yield from wrapped(headline(reply.verdict, reply.message, bool(slips)), across, INDENT)
        for slip in slips:
            yield from mistake_lines(slip.kind, slip.message, across, INDENT + "  ")
        if reply.verdict == "wrong" and not reply.slips and reply.witness is not None:
            yield from wrapped(f"for example, {reply.witness.words}", across, INDENT + "  ")
        if reply.repair is not None:
            yield from wrapped(f"repaired: {reply.repair}", across, INDENT + "  ", INDENT + "    ")

    def after_a_right_line(self, reply: Reply) -> None:
        """What comes next: a simpler form, the next derivative, or the end."""
        workings = self.workings
        if workings.whole:
            self.finish()
            return
        following = workings.next
        if reply.finished and self.onward and following is not None:
            workings.move_on()
            self.put()
            return
        more = "" if reply.finished else "It counts. A rule makes it simpler: hint says which. "
        if following is not None:
            more += f"Enter: on to {what_is_asked(following.asked)}. "
        if self.single:
            more += "quit: enough. "
        self.say(f"{more}save FILE keeps your lines.")

    def finish(self) -> None:
        """The whole backward pass as the learner derived it, and what to type next."""
        if len(self.workings.order) > 1:
            print()
            self.say("The whole backward pass, as you derived it:", "")
            for chain in self.workings.found:
                for line in chain_lines(chain, width()):
                    print(line)
        from chainrule.cli.closing_line import onward

        print()
        self.say(onward(), "")
        for line in self.next_lines():
            self.say(line, "  ")

    def next_lines(self) -> list[str]:
        words = self.chosen.words
        found = [f"save {name_for_notes(words)}"]
        if words and "\n" not in words:
            found.append(f"chainrule derive {command_word(words)}")
            found.append(f"chainrule export {command_word(words)}")
        return found

    # The commands.

    def entered(self) -> None:
        if self.workings.now.right:
            self.go_on()

    def go_on(self) -> None:
        if self.workings.move_on() is None:
            self.say("There is no other derivative left: save FILE keeps your lines.")
        else:
            self.put()

    def help(self) -> None:
        across = width()
        for name, what in HELP:
            for line in wrapped(f"{name}: {what}.", across, INDENT, INDENT + "  "):
                print(line)
        self.say("What cannot be read costs nothing.")

    def hint(self) -> None:
        if exam.no_hints():
            self.say(exam.HINTS_SENTENCE)
            return
        try:
            self.say(self.workings.hint().text)
        except AlgebraError as fault:
            self.say(fault.message)

    def repair(self) -> None:
        if exam.no_hints():
            self.say(exam.HINTS_SENTENCE)
            return
        repaired = self.workings.repair()
        if repaired is not None:
            self.say(f"repaired: {repaired}")
        elif self.workings.last.tries:
            self.say("No small change mends that line. hint says how to begin.")
        else:
            self.say("There is no wrong line to repair.")

    def back(self) -> None:
        before = self.workings.now
        taken = self.workings.back()
        self.say("There is no line to take back." if taken is None else f"taken back: {taken}")
        if self.workings.now is not before:
            self.put()

    def show(self) -> None:
        """The sheet, and the lines of every derivative that stand."""
        self.show_sheet()
        print()
        chains = [chain for chain in self.workings.chains.values() if chain.lines]
        if not chains:
            self.say("no line yet")
        for chain in chains:
            for line in chain_lines(chain, width()):
                print(line)

    def save(self, name: str) -> None:
        """Write the notes to a file that is not there yet, or that this run wrote."""
        from chainrule.ground.writing import WritingFault, create, replace

        words = self.chosen.words
        if not self.workings.found:
            self.say("There is nothing to save: no derivative is right yet.")
            return
        if not name:
            self.say(f"Name a file: save {name_for_notes(words)}")
            return
        path = Path(name).expanduser()
        path = path if path.suffix else path.with_name(f"{path.name}.md")
        content = notes(self.workings, title_of(self.chosen), self.chosen.title).encode("utf-8")
        try:
            if path in self.saved and path.is_file() and path.read_bytes() == self.saved[path]:
                replace(path, content)
            else:
                create(path, content)
        except FileExistsError:
            self.say(f"{path} is there already: give another name.")
        except (WritingFault, OSError) as fault:
            self.say(str(fault))
        else:
            self.saved[path] = content
            self.say(f"Saved in {path}.")

    def goodbye(self) -> None:
        """How far it went, and what to type next."""
        workings = self.workings
        right = sum(chain.right for chain in workings.order)
        if workings.whole or self.single:
            return
        words = self.chosen.words
        if right:
            of = counted(len(workings.order), "derivative")
            self.say(f"{right} of {of} right.", "")
        if words and "\n" not in words:
            chain = workings.now if not workings.now.right else workings.next
            if chain is not None:
                again = check_command(words, None if self.recalls else chain.wrt)
                self.say(f"To go on with this sheet: {again}", "")

    def status(self) -> int:
        """The exit status of what was piped in: the worst verdict of a line."""
        found = {STATUS[verdict] for verdict in self.verdicts}
        return next((status for status in (1, 2, 3) if status in found), 0)


def ask(chosen: Chosen, wrt: str | None) -> int:
    """Read lines until `quit`, the end of the input or Ctrl-C; the exit status."""
    piped = not sys.stdin.isatty()
    first = wrt or chosen.variable
    workings = Workings(chosen.sheet, first)
    asked_for = workings.now if wrt is not None else None
    return Asking(chosen, workings, piped, onward=wrt is None, asked_for=asked_for).run()


def typed(prompt: str) -> str:
    """A line of input. A terminal gets line editing; bytes that are no text are shown as `?`."""
    if sys.stdin.isatty():
        import readline

        readline.set_auto_history(True)
    return input(prompt).encode("utf-8", "replace").decode("utf-8")
