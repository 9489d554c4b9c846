"""The one base of all errors that are meant for a person: one line, and what is at fault.

What was found, where, what was expected, what to do. An error names a setting as Python does
(`learning_rate`); each door names it in its own way (`--learning-rate` on the command line).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path


class Fault(ValueError):
    """An error for a person to read, in one line.

    `setting` is the setting at fault and `file` the file, where there is one; `problem` is what is
    wrong with it. The message is `learning_rate is 0: ...` or `digits.csv: ...`.
    """

    def __init__(
        self, problem: str, *, setting: str | None = None, file: str | Path | None = None
    ) -> None:
        self.problem, self.setting, self.file = problem, setting, file
        super().__init__(self.line())

    def line(self, name: Callable[[str], str] = str) -> str:
        """The message, with the setting called what `name` makes of it."""
        where = "" if self.file is None else f"{self.file}: "
        subject = "" if self.setting is None else f"{name(self.setting)} "
        return f"{where}{subject}{self.problem}"
