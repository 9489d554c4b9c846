"""What is typed to derive something again or further, and what its notes are called."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chainrule.cli.sheets import Chosen


def command_word(words: str) -> str:
    """A sheet as it is typed after a command."""
    from chainrule.cli.sheets import as_word

    return words if words.startswith("--network ") else as_word(words)


def check_command(words: str, wrt: str | None) -> str:
    """The command that asks for one derivative of a sheet, or for all of them."""
    from chainrule.cli.sheets import as_word

    of = "" if wrt is None else f" --wrt {as_word(wrt)}"
    return f"chainrule check {command_word(words)}{of}"


def name_for_notes(words: str) -> str:
    """A file's name for the notes of a sheet."""
    stem = Path(words).stem if words and " " not in words else "notes"
    return f"{stem if stem.isidentifier() or '-' in stem else 'notes'}.md"


def title_of(chosen: Chosen) -> str:
    """What stands over the notes."""
    if chosen.variable is not None:
        return f"The derivative of `{chosen.words}`"
    return f"The backward pass of {chosen.words or 'a sheet'}"
