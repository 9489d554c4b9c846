"""The one base of all errors that are meant for a person: one line, and what is at fault.

What was found, where, what was expected, what to do. An error names a setting as Python does
(`learning_rate`); each door names it in its own way (`--learning-rate` on the command line).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Call:
    """A call that mends a fault, as Python writes it: `chainrule.data.fetch('mnist')`."""

    function: str
    values: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict[str, str])

    def __str__(self) -> str:
        named = [f"{setting}={value!r}" for setting, value in self.settings.items()]
        return f"chainrule.{self.function}({', '.join([*map(repr, self.values), *named])})"


Naming = Callable[[str | Call], str]
"""How a door names a setting or a call: `learning_rate` is `--learning-rate` in a terminal."""


class Fault(ValueError):
    """An error for a person to read, in one line.

    `setting` is the setting at fault, `value` what was given for it, and `file` the file, where
    there are such; `problem` is what is wrong. The message is `learning_rate is 0: ...` or
    `digits.csv: ...`. A problem that mentions another setting is a function of the door's names.
    """

    def __init__(
        self,
        problem: str | Callable[[Naming], str],
        *,
        setting: str | None = None,
        value: str | None = None,
        file: str | Path | None = None,
    ) -> None:
        self.problem, self.setting, self.value, self.file = problem, setting, value, file
        super().__init__(problem)

    def __str__(self) -> str:
        return self.line()

    def line(self, name: Naming | None = None) -> str:
        """The message, with each setting called what `name` makes of it."""
        called = name or str
        where = "" if self.file is None else f"{self.file}: "
        subject = "" if self.setting is None else f"{called(self.setting)} "
        if self.setting is not None and self.value is not None:
            subject += f"{self.value}: " if name else f"is {self.value}: "
        return where + subject + (self.problem(called) if callable(self.problem) else self.problem)
