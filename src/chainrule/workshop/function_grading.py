"""A function of the learner's file, graded: by itself first, then with ours for what it uses."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from chainrule.ground.words import quoted
from chainrule.workshop.calls import call
from chainrule.workshop.course import Stage, stage, stage_names
from chainrule.workshop.function_judging import judge, missing
from chainrule.workshop.guarded.guard import Guard
from chainrule.workshop.pitfalls import pitfalls
from chainrule.workshop.repeats import with_repeats
from chainrule.workshop.source import OURS, Outline, outline
from chainrule.workshop.verdict import WEAK, Verdict


def grade(
    name: str, source: bytes, path: Path, guard: Guard, *, seconds: float | None = None
) -> Verdict:
    """Grade one function of a file.

    `source` are the bytes of the file, `path` where it lies. A function that fails, and uses other
    functions of the workshop, is tried again with ours in their place, so that the one that is
    wrong is named.
    """
    return Grading(source, path, guard, seconds).verdict(stage(name))


def grade_all(
    source: bytes, path: Path, guard: Guard, names: Sequence[str] | None = None
) -> Iterator[Verdict]:
    """Grade functions one after the other: these, or all."""
    grading = Grading(source, path, guard)
    for name in stage_names() if names is None else names:
        yield grading.verdict(stage(name))


class Grading:
    """One state of the file, and the verdicts on it so far.

    `formulas` are the functions whose formula a verdict may write; by default all.
    """

    def __init__(
        self,
        source: bytes,
        path: Path,
        guard: Guard,
        seconds: float | None = None,
        *,
        formulas: Collection[str] | None = None,
    ) -> None:
        self.formulas = set(stage_names()) if formulas is None else formulas
        self.source, self.path, self.guard, self.seconds = source, path, guard, seconds
        self.outline: Outline | None = outline(source, path.parent)
        self.verdicts: dict[str, Verdict] = {}
        self.of_file: Verdict | None = None
        """The verdict on every function, where the file does not load."""

    def verdict(self, one: Stage) -> Verdict:
        if self.outline is not None and (line := self.outline.borrows) is not None:
            self.of_file = borrowed(one, line)
        if self.of_file is not None:
            return replace(self.of_file, stage=one.name)
        if one.name not in self.verdicts:
            verdict = self._verdict(one.shown(self.formulas))
            more = pitfalls(self.outline, verdict) if self.outline is not None else ()
            self.verdicts[one.name] = replace(verdict, details=(*more, *verdict.details))
        return self.verdicts[one.name]

    def _verdict(self, one: Stage) -> Verdict:
        if self.outline is not None and one.name not in self.outline.statements:
            if not self.outline.others and not self.outline.imports_all:
                return self._missing(one, written=False)
        elif self.outline is not None and not self.outline.written(one.name):
            return self._missing(one, written=True)
        own = self._judged(one)
        if self.of_file is not None:
            return own
        used = self.outline.stages_below(one.name) if self.outline is not None else []
        if own.outcome in ("right", "unreadable", "missing") or not used:
            return own
        return self._with_ours(one, own, used)

    def _missing(self, one: Stage, *, written: bool) -> Verdict:
        """Not written, and what there is instead."""
        own = missing(one, written=written)
        instead = self.outline.instead(one.name) if self.outline is not None else None
        return replace(own, details=(instead, *own.details)) if instead else own

    def _judged(self, one: Stage, put_in: Sequence[str] = ()) -> Verdict:
        cases = with_repeats(one.oracle)
        calls = call(one, self.source, self.path, self.guard, cases, put_in, self.seconds)
        loops = self.outline is None or self.outline.loops(one.name)
        verdict = judge(one, calls, loops=loops)
        if not calls.loaded:
            verdict = self.of_file = replace(verdict, of_file=True)
        return verdict

    def _with_ours(self, one: Stage, own: Verdict, used: list[str]) -> Verdict:
        """The verdict where a function that this one uses may be at fault."""
        again = self._judged(one, used)
        if own.outcome in WEAK:
            return self._weak_below(one, own, again, used) if again.passed else own
        wrong = [name for name in used if self.verdict(stage(name)).wrong]
        if not again.passed:
            return self._both_wrong(again, wrong) if wrong else own
        if not wrong or (len(wrong) < len(used) and not self._judged(one, wrong).passed):
            return self._right_with_ours(one, again, used)
        lacking = [name for name in wrong if self.verdict(stage(name)).outcome == "missing"]
        culprit = (lacking or wrong)[0]
        what = "is not written yet" if lacking else "is wrong"
        how = f"is right by itself. Your `{culprit}`, which it uses, {what}: that comes first"
        return held_up(again, how, culprit)

    def _right_with_ours(self, one: Stage, again: Verdict, used: list[str]) -> Verdict:
        """Right with ours put in, though what it uses passes alone: the one that matters is named.

        A function may pass alone and still fail its caller, as one that writes over what it gave
        back before.
        """
        several = used if len(used) > 1 else []
        alone = next((name for name in several if self._judged(one, [name]).passed), None)
        names = [alone] if alone is not None else used
        yours = quoted(names, "and")
        theirs = [
            detail
            for name in names
            for detail in (self.verdict(stage(name)).message, *self.verdict(stage(name)).details)
            if self.verdict(stage(name)).outcome in WEAK
        ]
        how = (
            f"is right with our {yours} in place of yours. Look at what yours does when it is "
            f"called from `{one.name}`"
        )
        return replace(held_up(again, how, names[0]), details=tuple(theirs))

    def _both_wrong(self, again: Verdict, wrong: list[str]) -> Verdict:
        """Wrong with ours for what it uses, too: the verdict names its own fault."""
        what, whose = ("do", "their") if len(wrong) > 1 else ("does", "its")
        note = (
            f"your {quoted(wrong, 'and')}, which it uses, {what} not pass either: "
            f"this is with ours in {whose} place"
        )
        return replace(again, details=(*again.details, note))

    def _weak_below(self, one: Stage, own: Verdict, again: Verdict, used: list[str]) -> Verdict:
        """Fragile or slow only through a function that is so itself: a note names that one."""
        if again.outcome != "right":
            return own
        weak = [name for name in used if self.verdict(stage(name)).outcome in WEAK]
        if not weak:
            return own
        note = f"`{weak[0]}`, which it uses, is {self.verdict(stage(weak[0])).outcome}"
        return replace(again, notes=(*again.notes, note))


def borrowed(one: Stage, line: int) -> Verdict:
    """The verdict on a file that takes this package's functions for its own."""
    message = (
        f"line {line} imports `{OURS}`, and your network is yours to write: take that line out. "
        "NumPy and Python's own modules may be imported"
    )
    return Verdict(one.name, "borrowed", message, of_file=True)


def held_up(again: Verdict, how: str, culprit: str) -> Verdict:
    """Right by itself, with what holds it up."""
    message = f"`{again.stage}` {how}"
    return replace(
        again, outcome="held-up", message=message, mistake=None, details=(), culprit=culprit
    )
