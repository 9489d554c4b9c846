"""What `grade` is given: a file of Python, a notebook, or a folder of files, read as one source."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chainrule.workshop.errors import WorkshopError
from chainrule.workshop.guarded.recognition.roles import BACKWARD, FORWARD, STEP, joined
from chainrule.workshop.source import read_source

NOTEBOOK = ".ipynb"
CELL = re.compile(r"# cell (\d+)")
"""The line before each cell, in the source of a notebook."""
MOST_FILES = 60
LIKELY = ("network", "net", "nn", "main", "train", "model", "mlp", "neural")
"""Parts of the name of the file that a folder's network is in."""


@dataclass(frozen=True)
class OwnFile:
    """A source and where it lies."""

    source: bytes
    path: Path


def own_files(path: Path) -> list[OwnFile]:
    """The file, the notebook's cells as one file, or a folder's files, the likeliest first."""
    if path.is_dir():
        return of_folder(path)
    source = read_source(path)
    return [OwnFile(of_notebook(source, path) if path.suffix == NOTEBOOK else source, path)]


def of_notebook(source: bytes, path: Path) -> bytes:
    """The cells of code, one after another; lines for the notebook's shell are left out."""
    try:
        cells = json.loads(source)["cells"]
        texts = [text_of(cell) for cell in cells if cell.get("cell_type") == "code"]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise WorkshopError(f"{path} is no notebook: expected JSON with cells of code") from None
    lines: list[str] = []
    for number, text in enumerate(texts, 1):
        lines += [f"# cell {number}", *python_lines(text)]
    return ("\n".join(lines) + "\n").encode("utf-8", "replace")


def place(source: bytes, line: int) -> tuple[int, int]:
    """The cell and the line in it, for a line of a notebook's source."""
    lines = source.decode("utf-8", "replace").splitlines()[:line]
    starts = [i for i, text in enumerate(lines, 1) if CELL.fullmatch(text)]
    if not starts:
        return 0, line
    found = CELL.fullmatch(lines[starts[-1] - 1])
    return int(found[1]) if found else 0, line - starts[-1]


def text_of(cell: dict[str, Any]) -> str:
    """The text of a cell, which may be one string or a list of lines."""
    source = cell["source"]
    return source if isinstance(source, str) else "".join(map(str, source))


def python_lines(text: str) -> Iterator[str]:
    """The lines of a cell; magics, shell lines and cells in another language become comments."""
    lines = text.splitlines()
    first = next((line.strip() for line in lines if line.strip()), "")
    foreign = first.startswith("%%") and not first.startswith(("%%time", "%%capture"))
    for line in lines:
        bare = line.lstrip()
        aside = foreign or bare.startswith(("%", "!", "?")) or bare.endswith("?")
        indent = line[: len(line) - len(bare)]
        yield f"{indent}pass  # {bare}" if aside and bare else line


def of_folder(folder: Path) -> list[OwnFile]:
    """The Python files and notebooks of a folder, the likeliest to have the network first."""
    files = sorted(p for p in folder.rglob("*") if p.suffix in (".py", NOTEBOOK) and p.is_file())
    shown = [p for p in files if not any(part.startswith((".", "__")) for part in p.parts[-3:-1])]
    ranked: list[tuple[float, str, OwnFile]] = []
    for path in shown[:MOST_FILES]:
        try:
            (file,) = own_files(path)
        except WorkshopError:
            continue
        ranked.append((-points(file), str(path), file))
    if not ranked:
        raise WorkshopError(f"{folder} has no file of Python: expected one with your network")
    return [file for score, _, file in sorted(ranked, key=lambda each: each[:2]) if score < 0]


def tree_of(file: OwnFile) -> ast.Module | None:
    """The file as a tree; None where it has a mistake of syntax."""
    try:
        return ast.parse(file.source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def points(file: OwnFile) -> float:
    """How much a file looks like that of a network: by its functions, its imports, its name."""
    tree = tree_of(file)
    if tree is None:
        return 0.0
    names = {joined(n.name) for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}
    found = 2.0 * bool(names & set(FORWARD)) + 2.0 * bool(names & {*BACKWARD, *STEP})
    beside = {p.stem for p in file.path.parent.iterdir() if p.suffix == ".py" or p.is_dir()}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            found += 0.5 * (bool(node.level) or (node.module or "").partition(".")[0] in beside)
    found += 0.5 * any(part in file.path.stem.lower() for part in LIKELY)
    return found - 2.0 * file.path.stem.lower().startswith(("test", "setup", "load", "plot"))


WHOLE = 4.0
"""The points of a file with a way forward and one back."""


def not_graded(files: Sequence[OwnFile], graded: OwnFile) -> list[str]:
    """The files that look like other networks: not the one graded, nor what it imports."""
    used = {graded.path.stem}
    stems = {file.path.stem: file for file in files}
    waiting = [graded]
    while waiting:
        for name in imported(waiting.pop()) - used:
            used.add(name)
            waiting += [stems[name]] if name in stems else []
    return [f.path.name for f in files if f.path.stem not in used and points(f) >= WHOLE]


def imported(file: OwnFile) -> set[str]:
    """Every part of the names of the modules that a file imports."""
    found: set[str] = set()
    for node in ast.walk(tree_of(file) or ast.Module([], [])):
        if isinstance(node, ast.Import):
            found |= {part for alias in node.names for part in alias.name.split(".")}
        elif isinstance(node, ast.ImportFrom):
            found |= {*(node.module or "").split("."), *(alias.name for alias in node.names)}
    return found
