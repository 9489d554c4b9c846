"""Each verdict on a line: its words for a person, and the exit status of a command."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chainrule.derivation import Verdict

WORDS: dict[Verdict, str] = {
    "right": "right",
    "right-other-form": "right, in another form",
    "right-if": "right only if",
    "wrong": "wrong",
    "undecided": "undecided",
    "unreadable": "not readable",
}

STATUS: dict[Verdict, int] = {
    "right": 0,
    "right-other-form": 0,
    "right-if": 1,
    "wrong": 1,
    "unreadable": 2,
    "undecided": 3,
}
