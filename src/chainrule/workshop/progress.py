"""What was graded and shown, line by line in a file of the learner's folder that only grows."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from chainrule.workshop.course import ORDER
from chainrule.workshop.errors import WorkshopError
from chainrule.workshop.verdict import PASSED, Verdict

HINTS = 3
"""Rungs of the ladder below the reference."""


@dataclass(frozen=True)
class Checked:
    """The last verdict on a function, and the state of the source that it was on."""

    outcome: str
    fingerprint: str
    mistake: str | None = None


@dataclass
class Standing:
    """What the lines come to."""

    checked: dict[str, Checked] = field(default_factory=dict)
    ever_right: set[str] = field(default_factory=set)
    hints: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    shown: set[str] = field(default_factory=set)
    unreadable: int = 0
    """Lines that could not be read, as one torn by a loss of power."""

    def passes(self, name: str) -> bool:
        """Whether the last verdict was a pass."""
        return name in self.checked and self.checked[name].outcome in PASSED

    @property
    def passed(self) -> int:
        return sum(self.passes(name) for name in ORDER)

    @property
    def current(self) -> str | None:
        """The first function that does not pass yet."""
        return next((name for name in ORDER if not self.passes(name)), None)

    def to_dict(self, written: Collection[str]) -> dict[str, Any]:
        """As plain values, with which functions have something in them."""
        return {
            "passed": self.passed,
            "of": len(ORDER),
            "current": self.current,
            "functions": [
                {
                    "name": name,
                    "written": name in written,
                    "outcome": self.checked[name].outcome if name in self.checked else None,
                    "hints": self.hints[name],
                    "reference_shown": name in self.shown,
                }
                for name in ORDER
            ],
        }


class Progress:
    """The file. Each event is one line, written through to the disk at once."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def standing(self) -> Standing:
        """What the lines so far come to."""
        found = Standing()
        try:
            text = self.path.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return found
        except OSError as fault:
            raise WorkshopError(f"{self.path} cannot be read: {fault.strerror}") from None
        for line in text.splitlines():
            try:
                event = json.loads(line)
                count(found, event["event"], event["function"], event)
            except (ValueError, KeyError, TypeError, RecursionError):
                found.unreadable += bool(line.strip())
        return found

    def checked(self, verdict: Verdict, fingerprint: str) -> None:
        self._append(
            "checked",
            verdict.stage,
            outcome=verdict.outcome,
            mistake=verdict.mistake,
            fingerprint=fingerprint,
        )

    def hinted(self, name: str, rung: int) -> None:
        self._append("hint", name, rung=rung)

    def asked(self, name: str) -> None:
        self._append("asked for the reference", name)

    def shown(self, name: str, *, after_right: bool) -> None:
        why = "right" if after_right else "asked for twice"
        self._append("reference shown", name, why=why)

    def reset(self, name: str, archived: str) -> None:
        self._append("reset", name, archived=archived)

    def _append(self, event: str, name: str, **fields: Any) -> None:
        at = datetime.now(UTC).isoformat(timespec="seconds")
        line = json.dumps({"at": at, "event": event, "function": name, **fields})
        try:
            with self.path.open("ab+") as stream:
                if stream.tell() and not ends_in_newline(stream):
                    stream.write(b"\n")
                stream.write(line.encode("utf-8") + b"\n")
                stream.flush()
                os.fsync(stream.fileno())
        except OSError as fault:
            raise WorkshopError(f"{self.path} cannot be written: {fault.strerror}") from None


def ends_in_newline(stream: Any) -> bool:
    """Whether the last line is whole."""
    stream.seek(-1, os.SEEK_END)
    return stream.read(1) == b"\n"


def count(found: Standing, event: str, name: str, fields: dict[str, Any]) -> None:
    """Add one line to the standing."""
    if name not in ORDER:
        return
    if event == "checked":
        found.checked[name] = Checked(
            fields["outcome"], fields["fingerprint"], fields.get("mistake")
        )
        if fields["outcome"] == "right":
            found.ever_right.add(name)
    elif event == "hint":
        found.hints[name] = max(found.hints[name], int(fields["rung"]))
    elif event == "asked for the reference":
        found.asked[name] += 1
    elif event == "reference shown":
        found.shown.add(name)
    elif event == "reset":
        found.checked.pop(name, None)
