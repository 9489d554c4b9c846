"""Sources that another version of Python takes: what to say of them."""

from __future__ import annotations

import ast
import re
import sys
import warnings

OLD = (
    ("missing parentheses in call to 'print'", "`print` without parentheses"),
    ("missing parentheses in call to 'exec'", "`exec` without parentheses"),
    ("inconsistent use of tabs", "tabs and spaces in one block"),
    ("multiple exception types must be parenthesized", "`except Kind, name`"),
    ("leading zeros in decimal integer", "a number with a 0 before it"),
)
"""What Python 3 says of what only Python 2 takes, in small letters."""
OLD_LINES = (
    (re.compile(r"^\s*print\s+[^\s(=.\[]"), "`print` without parentheses"),
    (re.compile(r"^\s*print\s*>>"), "`print >>`"),
    (re.compile(r"^\s*except\s+[\w.]+\s*,\s*\w+\s*:"), "`except Kind, name`"),
    (re.compile(r"^\s*raise\s+[\w.]+\s*,"), "`raise Kind, words`"),
    (re.compile(r"[\w\])]\s*<>\s*[\w(\[]"), "`<>`"),
)
"""Lines of Python 2, by their text."""
REWRITE = "Rewrite it as Python 3, as the program 2to3 does"
TAKE_OUT = "Give what stands in its braces a name before it"
NESTED = (3, 12)
"""The first Python that takes any expression in an f-string."""


def other_python(text: str) -> tuple[str, int, str] | None:
    """Which Python takes a text, the line that this one does not take, and what that has.

    None for any other text.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except SyntaxError as fault:
        line = fault.lineno or 0
        said = (fault.msg or "").lower()
        lines = text.splitlines()
        shown = lines[line - 1] if 0 < line <= len(lines) else ""
        old = next((words for part, words in OLD if part in said), "")
        old = old or next((words for form, words in OLD_LINES if form.search(shown)), "")
        if old:
            return "this is Python 2", line, f"has {old}. {REWRITE}"
        if said.startswith("f-string") and sys.version_info < NESTED:
            here = ".".join(map(str, sys.version_info[:2]))
            what = f"has an f-string that Python {here}, which runs here, does not take. {TAKE_OUT}"
            return "this may be Python 3.12", line, what
    except (ValueError, RecursionError, MemoryError):
        return None
    return None
