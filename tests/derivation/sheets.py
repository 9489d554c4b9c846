"""Sheets by name, file or text, each read once."""

from __future__ import annotations

from functools import cache

from chainrule.algebra import Sheet, load_sheet, parse_sheet


@cache
def sheet_of(source: str) -> Sheet:
    """A shipped sheet by its name, or the sheet of a text of several lines."""
    return parse_sheet(source) if "\n" in source else load_sheet(source)
