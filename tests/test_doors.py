"""Only the terminal, and the magics, write commands and options: rooms name settings and calls."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import chainrule

SOURCE = Path(chainrule.__file__).parent
COMMAND = re.compile(r"(?<![\w-])--[a-z][a-z-]+|chainrule (?=[a-z]+)(?!is |and |the )")
"""`--data-dir`, `chainrule train`."""

ALLOWED = {
    "derivation/writing/page.py": "a page of the documentation says what shows the same elsewhere",
}
"""The files outside `cli/` whose strings may hold one, and why."""


def strings(tree: ast.Module) -> Iterator[str]:
    """Every string of a file that is no docstring, with the text of f-strings."""
    docstrings = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            docstrings.add(id(node.value))
        elif isinstance(node, ast.Constant) and id(node) not in docstrings:
            yield str(node.value)


def written(path: Path) -> list[str]:
    return [s for s in strings(ast.parse(path.read_text("utf-8"))) if COMMAND.search(s)]


def rooms() -> list[Path]:
    return [
        path
        for path in sorted(SOURCE.rglob("*.py"))
        if path.relative_to(SOURCE).parts[0] not in ("cli", "notebook", "__main__.py")
    ]


@pytest.mark.parametrize("path", rooms(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_only_the_terminal_writes_options_and_commands(path: Path) -> None:
    found = written(path)
    if path.relative_to(SOURCE).as_posix() in ALLOWED:
        assert found, "take it off the list of what is allowed"
    else:
        assert found == []


def test_the_terminal_is_seen_to_write_them() -> None:
    """The test above can fail."""
    found = [text for path in (SOURCE / "cli").glob("*.py") for text in written(path)]
    assert len(found) > 20
    assert any("--data-dir" in text for text in found)
