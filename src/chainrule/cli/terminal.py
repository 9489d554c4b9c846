"""The terminal: its width, its colours, and results as JSON."""

from __future__ import annotations

import json
import math
import os
import re
import shutil
import sys
import textwrap
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

NARROWEST = 24
"""Columns that a text beside something needs."""


def console() -> Console:
    """Standard output. Rich finds out whether it has colours (NO_COLOR is heeded) and its width."""
    from rich.console import Console

    return Console(highlight=False, markup=False, emoji=False)


def plain_width() -> int | None:
    """Columns of the terminal, or of COLUMNS; None where the output is no terminal."""
    if sys.stdout.isatty() or os.environ.get("COLUMNS", "").isdecimal():
        return shutil.get_terminal_size().columns
    return None


def width() -> int:
    """Columns to draw in: those of the terminal, of COLUMNS, or 80."""
    return max(shutil.get_terminal_size().columns, 20)


def print_wrapped(text: str, indent: str = "") -> None:
    """Prose, wrapped to the terminal; a word that is too long, such as a path, is left whole."""
    print(
        textwrap.fill(
            text,
            width(),
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
    )


def folded(text: str, across: int) -> str:
    """The lines folded at words, what is folded set in below where the line's words began."""
    return "".join(f"{line}\n" for whole in text.splitlines() for line in fold(whole, across))


def fold(line: str, across: int) -> list[str]:
    """One line, such as `delta2 = a2 - y` or `  1. sum rule, at ...`, in so many columns."""
    began = re.match(r" +\d+\. | += | +|[^=]*= ", line)
    indent = 0 if began is None else min(began.end(), across // 3)
    return textwrap.wrap(
        line,
        across,
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [""]


def beside(name: str, words: str, column: int, across: int) -> list[str]:
    """Words in a column beside a name, or below it where that leaves little room."""
    room = across - column >= NARROWEST
    indent = " " * (column if room else len(name) - len(name.lstrip()) + 2)
    lines = textwrap.wrap(
        words,
        across,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    if room and lines:
        return [f"{name:<{column}}{lines[0].lstrip()}", *lines[1:]]
    return [name, *lines]


def shows(text: str) -> bool:
    """Whether standard output can show these characters."""
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True


def plain(value: Any) -> Any:
    """The same value with nothing in it that JSON has not: NaN and infinity become null."""
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def print_json(value: dict[str, Any]) -> None:
    """One JSON object on one line, at once."""
    print(json.dumps(plain(value), ensure_ascii=False, allow_nan=False), flush=True)


def percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.2f} %"
