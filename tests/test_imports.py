"""Who imports whom: no circle of files, rooms by their doors, each library where it belongs.

The layers of the rooms are held by import-linter (`pyproject.toml`); this reads the same files.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import chainrule

SOURCE = Path(chainrule.__file__).parent
SAVES = ("chainrule.network.network", "chainrule.network.files")
"""`Network.save` imports the format of its file when it is called, and may."""

LIBRARIES = {
    "IPython": {"notebook"},
    "PIL": {"data"},
    "contourpy": {"web"},
    "jinja2": {"web"},
    "markdown_it": {"cli", "web"},
    "markupsafe": {"web"},
    "matplotlib": {"cli"},
    "numpy": {
        "algebra",
        "cli",
        "data",
        "derivation",
        "explain",
        "machine",
        "network",
        "practice",
        "roadmap",
        "runs",
        "web",
        "workshop",
    },
    "mpmath": {"algebra"},
    "fsrs": {"roadmap"},
    "scipy": {"data"},
    "platformdirs": {"cli", "data", "roadmap", "web"},
    "pooch": {"data"},
    "requests": {"data"},
    "rich": {"cli"},
    "safetensors": {"network"},
    "starlette": {"web"},
    "threadpoolctl": {"machine"},
    "typer": {"cli"},
    "uvicorn": {"web"},
}
"""The rooms that may import each library, at any time."""


@cache
def files() -> dict[str, Path]:
    """Every module of the package by its name; what a learner gets as text is none."""
    found = {}
    for path in SOURCE.rglob("*.py"):
        parts = path.relative_to(SOURCE.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def statements(body: list[ast.stmt]) -> Iterator[ast.Import | ast.ImportFrom]:
    """Every import that can run: in functions too, but not under TYPE_CHECKING."""
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        elif not (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)):
            for part in ("body", "orelse", "handlers", "finalbody", "cases"):
                yield from statements(getattr(node, part, []))


@cache
def imports(module: str) -> frozenset[str]:
    """The modules of the package, and the names of others, that a module imports."""
    found = set[str]()
    for node in statements(ast.parse(files()[module].read_text("utf-8")).body):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
            continue
        assert node.level == 0, f"{module}: relative import"
        assert node.module is not None
        below = {f"{node.module}.{alias.name}" for alias in node.names}
        found |= (below & files().keys()) or {node.module}
    return frozenset(found - {module})


def neighbours(module: str) -> set[str]:
    """The files of the package that a file imports."""
    return {other for other in imports(module) & files().keys() if (module, other) != SAVES}


def room(module: str) -> str:
    """`network` for `chainrule.network.files`; a file beside the rooms is one of its own."""
    return module.split(".")[1] if "." in module else module


def circles() -> list[set[str]]:
    """The largest sets of files each of which reaches each other by imports (Tarjan, 1972)."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[set[str]] = []

    def visit(module: str) -> None:
        order[module] = low[module] = len(order)
        stack.append(module)
        for other in neighbours(module):
            if other not in order:
                visit(other)
                low[module] = min(low[module], low[other])
            elif other in stack:
                low[module] = min(low[module], order[other])
        if low[module] == order[module]:
            circle = set(stack[stack.index(module) :])
            del stack[stack.index(module) :]
            if len(circle) > 1:
                found.append(circle)

    for module in files():
        if module not in order:
            visit(module)
    return found


def test_every_file_is_read_and_every_room_is_there() -> None:
    assert {"network", "data", "algebra", "derivation", "ground"} <= {room(m) for m in files()}
    assert "chainrule.ground.words" in imports("chainrule.data.loading")
    assert "pooch" in imports("chainrule.data.download"), "a lazy import counts"


def test_no_circle_of_files() -> None:
    assert SAVES[1] in imports(SAVES[0])
    assert circles() == []


@pytest.mark.parametrize("module", sorted(files()))
def test_a_library_is_imported_only_where_it_belongs(module: str) -> None:
    outside = {name.partition(".")[0] for name in imports(module)}
    for library in outside - {"chainrule", "__future__"} - sys.stdlib_module_names:
        assert room(module) in LIBRARIES[library], library


def test_a_room_is_entered_by_its_door() -> None:
    """`ground` is the exception: its files are its doors; `__main__` is the command itself."""
    past_the_door = {
        (room(module), room(other))
        for module in files()
        for other in imports(module) & files().keys()
        if room(other) not in (room(module), "ground")
        and other.count(".") > 1
        and room(module) != "__main__"
    }
    assert past_the_door == set()
