"""A learner's workings: a sheet's backward pass, derived line by line by the learner.

    workings = Workings(load_sheet("softmax"))
    workings.asked.name                     'dC/da2': what is asked first
    workings.answer("-y/a2").right          True: a Reply
    workings.move_on()                      on to delta2

Each line that is let stand belongs to the derivative that it is about. A wrong one is the
learner's to mend: what is said of it names the mistake and its place; the repaired line comes when
it is asked for, or when the same mistake has been made twice. Nothing here is about a screen: the
terminal and the page show what it returns.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from chainrule.algebra import AlgebraError, Expression, Sheet, Span, parse
from chainrule.derivation.asking.question import Question, named_by, question
from chainrule.derivation.asking.verdict import (
    PASSES,
    ChainCheck,
    Check,
    Verdict,
    Witness,
    with_text,
)
from chainrule.derivation.checking.chains import check, check_chain
from chainrule.derivation.checking.disclosure import without_mend
from chainrule.derivation.checking.hints import Hint, hint
from chainrule.derivation.checking.judge import judge
from chainrule.derivation.checking.lines import Link, links
from chainrule.derivation.deriving.order import to_work_out
from chainrule.ground.events import Derived
from chainrule.ground.hint_ladder import Rung

TRIES = 2
"""How often a mistake is made at one place before the repaired line is shown."""

NOT_KEPT: tuple[Verdict, ...] = ("wrong", "unreadable", "right-if", "undecided")
"""The verdicts of lines that do not stand, the one that is told first in front."""


@dataclass(frozen=True, slots=True)
class Slip:
    """A mistake as it is told: kind, title and place, and a message that gives no mend away."""

    kind: str
    message: str
    span: Span | None

    def to_dict(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "message": self.message,
            "span": None if self.span is None else list(self.span),
        }


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said of one typed line; all places are in the line as typed.

    quantity: what the line is about. kept: it stands among the lines of that. right: that is right
    now. finished: and no rule makes it simpler. slips: the mistakes, the one that matters most
    first. repair: the line mended, where it is shown. span: where a line cannot be read.
    """

    text: str
    quantity: str
    verdict: Verdict
    message: str
    slips: tuple[Slip, ...] = ()
    repair: str | None = None
    span: Span | None = None
    witness: Witness | None = None
    understood: str | None = None
    """The line as it was read, where that is not what was typed."""
    kept: bool = False
    right: bool = False
    finished: bool = False

    def to_dict(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "quantity": self.quantity,
            "verdict": self.verdict,
            "message": self.message,
            "slips": [slip.to_dict() for slip in self.slips],
            "repair": self.repair,
            "span": None if self.span is None else list(self.span),
            "witness": None if self.witness is None else self.witness.to_dict(),
            "understood": self.understood,
            "kept": self.kept,
            "right": self.right,
            "finished": self.finished,
        }


@dataclass(slots=True)
class Chain:
    """The lines about one derivative that stand, and how it goes.

    right: it was found. hints: how many were shown. shown: whether the next line or a repair was.
    """

    asked: Question
    wrt: str
    lines: list[str] = field(default_factory=list[str])
    right: bool = False
    rungs: int = 0
    hints: int = 0
    tries: dict[tuple[int, str, str], int] = field(default_factory=dict[tuple[int, str, str], int])
    repaired: str | None = None
    shown: bool = False

    @property
    def name(self) -> str:
        return self.asked.name

    @property
    def heading(self) -> str:
        """What it is about, as it is typed: `dC/dW2`, `delta1[j]`."""
        letters = self.asked.letters
        return self.name + (f"[{','.join(letters)}]" if letters else "")

    def sides(self) -> Iterator[tuple[Link, Expression]]:
        """Each expression of the lines, with its tree, in order."""
        for link in links(self.asked, self.lines):
            if link.beside is None:
                words = judge(link.case, name_mistakes=False).understood or link.text
                yield link, parse(words, self.asked.sheet.scope).expression


class Workings:
    """The chains of a sheet's derivatives, and which one is asked for.

    wrt: what is asked first, by default what the backward pass begins with. Raises QuestionError
    if the sheet has no such quantity.
    """

    def __init__(self, sheet: Sheet, wrt: str | None = None) -> None:
        self.sheet = sheet
        self.chains: dict[tuple[str, tuple[str, ...]], Chain] = {}
        self.order = [self._chain(name) for name in to_work_out(sheet)]
        self.now = self.order[0] if wrt is None else self._chain(wrt)
        self.last: Chain = self.now

    def _chain(self, wrt: str) -> Chain:
        asked = question(self.sheet, wrt)
        return self.chains.setdefault((asked.name, asked.letters), Chain(asked, wrt))

    @property
    def asked(self) -> Question:
        return self.now.asked

    @property
    def whole(self) -> bool:
        """Whether every derivative of the backward pass is right."""
        return all(chain.right for chain in self.order)

    @property
    def found(self) -> list[Chain]:
        """The chains that are right: those of the backward pass in its order, then others."""
        others = [chain for chain in self.chains.values() if chain not in self.order]
        return [chain for chain in (*self.order, *others) if chain.right]

    @property
    def next(self) -> Chain | None:
        """What is to be found after this: the next of the backward pass that is not right yet."""
        by = self.now.asked.by
        place = next((i for i, chain in enumerate(self.order) if chain.asked.by == by), -1)
        start = place if self.now not in self.order and place >= 0 else place + 1
        ahead = (*self.order[start:], *self.order[:start])
        return next((chain for chain in ahead if not chain.right and chain is not self.now), None)

    def know(self, headings: Collection[str]) -> list[Chain]:
        """Take derivatives as right that were derived before, unless that is all of them.

        headings: as `Derived` names them, `delta2` or `dC/dW1`. Asks for the first that is left;
        returns those that were taken.
        """
        known = [chain for chain in self.order if chain.heading in headings]
        if len(known) == len(self.order):
            return []
        for chain in known:
            chain.right = True
        if self.now.right:
            self.move_on()
        return known

    def move_on(self) -> Chain | None:
        """Ask for the next derivative; None where no other is left."""
        if (following := self.next) is not None:
            self.now = following
        return following

    # What the learner does.

    def answer(self, typed: str) -> Reply:
        """What is said of a line. It is kept unless it is wrong or cannot be read.

        A line that names another derivative of the cost is about that one. One that names nothing
        may be about the next, where what was asked for is right already.
        """
        chain = self._about(typed)
        reply = self._judged(chain, typed)
        if not reply.kept and chain is self.now and chain.right:
            following = self.next
            if following is not None and _passes_alone(following, typed):
                self.now = chain = following
                reply = self._judged(chain, typed)
        self.last = chain
        return reply

    def hint(self) -> Rung:
        """The next rung of the ladder to the next line; the last one again where none is left."""
        rungs = self._hint(self.now).ladder.rungs
        self.now.rungs = min(self.now.rungs + 1, len(rungs))
        self.now.hints += 1
        self.now.shown = self.now.shown or self.now.rungs == len(rungs)
        return rungs[self.now.rungs - 1]

    def repair(self) -> str | None:
        """The last wrong line, mended; None where there is none, or no small change mends it."""
        self.last.shown = self.last.shown or self.last.repaired is not None
        return self.last.repaired

    def back(self) -> str | None:
        """Take the last line of what is asked for back, or of what was answered last."""
        chain = self.now if self.now.lines else self.last
        if not chain.lines:
            return None
        self.now = chain
        taken = chain.lines.pop()
        chain.rungs, chain.repaired = 0, None
        chain.right = check_chain(self.sheet, chain.wrt, chain.lines).verdict in PASSES
        return taken

    def event(self, reply: Reply, sheet: str) -> Derived | None:
        """What is to be recorded of a reply; None of a line that says nothing of what is asked.

        sheet: the name of a shipped sheet, or the sheet as text.
        """
        if not reply.right and reply.verdict not in ("wrong", "right-if"):
            return None
        return derived(
            self.last, sheet, reply.verdict, reply.slips[0].kind if reply.slips else None
        )

    def event_of(self, result: ChainCheck, sheet: str) -> Derived | None:
        """What is to be recorded of lines about what is asked that were checked at once."""
        if result.verdict in ("unreadable", "undecided"):
            return None
        mistake = None if result.mistake is None else result.mistake.kind
        return derived(self.now, sheet, result.verdict, mistake)

    # How it is judged.

    def _about(self, typed: str) -> Chain:
        name = named_by(self.sheet, typed)
        if name is None:
            goes_on = typed.lstrip().startswith("=") and not self.now.lines
            return self.last if goes_on else self.now
        try:
            asked = question(self.sheet, name)
        except AlgebraError:
            return self.now
        same = asked.leaf is self.asked.leaf and not asked.letters
        return self.now if same else self._chain(name)

    def _judged(self, chain: Chain, typed: str) -> Reply:
        result = check_chain(self.sheet, chain.wrt, [*chain.lines, typed])
        new = links(chain.asked, [typed])
        if not result.lines or not new:
            return Reply(typed, chain.name, "unreadable", result.message)
        told = list(zip(result.lines[-len(new) :], new, strict=False))
        number, (line, link) = next(
            (pair for worst in NOT_KEPT for pair in enumerate(told) if pair[1][0].verdict == worst),
            (len(told) - 1, told[-1]),
        )
        if line.verdict in NOT_KEPT:
            # What breaks is the line that was just typed: the number of it is no news.
            breaks = f"line {len(result.lines) - len(new) + number + 1} breaks: "
            piece = Check(
                line.text,
                line.verdict,
                line.message.removeprefix(breaks),
                line.mistakes,
                witness=result.witness if line.verdict == "wrong" else None,
                span=line.span,
                understood=line.understood,
            )
            return self._not_kept(chain, with_text(piece, typed, link.offset))
        chain.lines.append(typed)
        chain.rungs, chain.repaired = 0, None
        chain.right = result.passes
        finished = chain.right and self._is_finished(chain)
        return Reply(
            typed,
            chain.name,
            line.verdict,
            line.message,
            understood=line.understood,
            kept=True,
            right=chain.right,
            finished=finished,
        )

    def _not_kept(self, chain: Chain, check: Check) -> Reply:
        repair = None
        if check.verdict == "wrong":
            repairs = (mistake.repaired for mistake in check.mistakes)
            chain.repaired = next((text for text in repairs if text is not None), None)
            if self._again(chain, check):
                repair = chain.repaired
                chain.shown = chain.shown or repair is not None
        slips = tuple(
            Slip(
                mistake.kind,
                without_mend(mistake, check.text) if repair is None else mistake.message,
                mistake.span,
            )
            for mistake in check.mistakes
        )
        return Reply(
            check.text,
            chain.name,
            check.verdict,
            check.message,
            slips,
            repair,
            check.span,
            check.witness,
            check.understood,
        )

    def _again(self, chain: Chain, check: Check) -> bool:
        """Whether this is the second time of the same mistake at the same place."""
        kind, piece = ("", check.text)
        if check.mistake is not None:
            kind, piece = check.mistake.kind, check.mistake.yours
        key = (len(chain.lines), kind, piece)
        chain.tries[key] = chain.tries.get(key, 0) + 1
        return chain.tries[key] >= TRIES

    def _is_finished(self, chain: Chain) -> bool:
        """Whether no rule makes the last line simpler; of a Jacobian that is not known."""
        try:
            return self._hint(chain).finished
        except AlgebraError:
            return True

    def _hint(self, chain: Chain) -> Hint:
        return hint(self.sheet, chain.wrt, chain.lines)


def derived(chain: Chain, sheet: str, verdict: Verdict, mistake: str | None) -> Derived:
    """The event of a line about what a chain is about. A function's derivative is by a variable."""
    asked = chain.asked
    function = asked.by is not None and asked.sheet.scope.variable is not None
    return Derived(
        sheet=sheet,
        quantity=chain.wrt if function else chain.heading,
        verdict=verdict,
        hints=chain.hints,
        shown=chain.shown,
        mistake=mistake,
    )


def _passes_alone(chain: Chain, typed: str) -> bool:
    return check(chain.asked.sheet, chain.wrt, typed, name_mistakes=False).verdict in PASSES
