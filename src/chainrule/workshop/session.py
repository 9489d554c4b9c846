"""A learner's folder being worked on: what has changed is graded and recorded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chainrule.ground.events import Graded
from chainrule.workshop.course import stage, stage_names
from chainrule.workshop.folder import Folder
from chainrule.workshop.function_grading import Grading
from chainrule.workshop.guarded.guard import Guard
from chainrule.workshop.progress import History, Standing
from chainrule.workshop.source import Outline, outline, written
from chainrule.workshop.source_state import files_beside, fingerprint
from chainrule.workshop.verdict import Verdict


class Session:
    """Grades the file as it is now, and writes every verdict to the record."""

    def __init__(self, folder: Folder, guard: Guard) -> None:
        self.folder, self.guard = folder, guard
        self.source = b""
        self.beside: list[bytes] = []
        """The files that are imported from beside it, as they were."""
        self.history: History = folder.progress.history()
        self.grading: Grading | None = None
        self.edited: list[str] = []
        """The functions that were written in since the last state of the file that was Python."""
        self._before: Outline | None = None

    def refresh(self) -> bool:
        """Read the file; whether it differs from the last time."""
        source = self.folder.source()
        top = outline(source, self.folder.path)
        beside = [] if top is None else files_beside(top.body, self.folder.path)
        if self.grading is not None and (source, beside) == (self.source, self.beside):
            return False
        self.source, self.beside = source, beside
        self.grading = Grading(
            source, self.folder.network, self.guard, formulas=self.folder.formulas(self.history)
        )
        top = self.outline
        self.edited = []
        if top is not None:
            self.edited = top.edited(self._before) if self._before is not None else []
            self._before = top
        return True

    @property
    def outline(self) -> Outline | None:
        """The outline of the file; None while it is no Python."""
        if self.grading is not None:
            return self.grading.outline
        return outline(self.source, self.folder.path)

    @property
    def standing(self) -> Standing:
        """How the functions of the file do, as it was last read."""
        return Standing(self.history, self.outline, written(self.source))

    def changed(self) -> list[str]:
        """The functions that have changed since they were last checked; none of no Python."""
        top = self.outline
        if top is None:
            return []
        changed = []
        for name in stage_names():
            last = self.history.checked.get(name)
            if last is None:
                if top.written(name):
                    changed.append(name)
            elif last.fingerprint != top.fingerprint(name):
                changed.append(name)
        return changed

    def written(self, names: Sequence[str]) -> list[str]:
        """Those of the functions that have something in them; all, while the file is no Python."""
        top = self.outline
        return [name for name in names if top is None or top.written(name)]

    def written_or_changed(self) -> list[str]:
        """All that are written, and those that were emptied since they were last checked."""
        changed = self.changed()
        return [name for name in stage_names() if name in changed or self.written([name])]

    @property
    def stuck(self) -> bool:
        """Whether the file is no Python or does not load, so that no function can be called."""
        return self.grading is not None and self.grading.of_file is not None

    def check(self, names: Sequence[str]) -> Iterator[Verdict]:
        """Grade these functions and record it. A file that does not load has one verdict."""
        if self.grading is None:
            self.refresh()
        assert self.grading is not None
        for name in names:
            verdict = self.grading.verdict(stage(name))
            if self.stuck:
                yield verdict
                return
            self.record(verdict)
            yield verdict

    def record(self, verdict: Verdict) -> Graded:
        """Write a verdict to the record; what was written.

        Where a file beside it has changed while it was graded, it is of no known source.
        """
        top = self.outline
        known = top is not None and files_beside(top.body, self.folder.path) == self.beside
        event = Graded(
            function=verdict.stage,
            outcome=verdict.outcome,
            mistake=verdict.mistake,
            fingerprint=fingerprint(top, verdict.stage) if known and top is not None else "",
        )
        self.folder.progress.add(event)
        self.history = self.folder.progress.history()
        return event
