"""What a person says about how their own files are to be read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chainrule.data.errors import DataError
from chainrule.ground.words import did_you_mean

TASKS = ("classes", "numbers")


@dataclass(frozen=True)
class Reading:
    """How to read a person's own files; what is None is found out.

    `label` is the name of the column of labels, or `first`, or `last`. `task` is `classes` or
    `numbers`: whether labels name classes or are numbers to come near to. `test` is the file with
    the test part. `whole`: all examples are to train on, none is held back.
    """

    label: str | None = None
    task: str | None = None
    test: str | Path | None = None
    whole: bool = False
    likely: str | None = None

    def __post_init__(self) -> None:
        if self.task is not None and self.task not in TASKS:
            hint = did_you_mean(self.task, TASKS, "numbers are predicted as they are")
            raise DataError(f"expected classes or numbers; {hint}", setting="task", value=self.task)
        if self.label == "":
            raise DataError(
                "expected the name of a column, first or last", setting="label", value="''"
            )

    def settings(self) -> dict[str, Any]:
        """As the settings of `load`."""
        return {
            "label": self.label,
            "task": self.task,
            "test": self.test,
            "train_on_all": self.whole,
        }


AS_FOUND = Reading()
