"""Every example of docs/how-to-add.md does what it says, in a copy of the package.

A block after "In `src/...`:" goes to the end of that file, or makes it; any other file is one of
the folder in which commands run. A block after "See it work:" is run, and a console block shows
commands with lines of what they print.
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

import chainrule

PAGE = Path(__file__).parents[2] / "docs" / "how-to-add.md"
BLOCK = re.compile(r"^(?P<before>[^\n]*):\n\n```(?P<kind>\w+)\n(?P<text>.*?)```", re.M | re.S)


@dataclass(frozen=True)
class Block:
    """A fenced block and the file it belongs in; without one it is to be run."""

    kind: str
    text: str
    file: str | None


def sections() -> dict[str, list[Block]]:
    found: dict[str, list[Block]] = {}
    for part in re.split(r"^## ", PAGE.read_text("utf-8"), flags=re.MULTILINE)[1:]:
        title = part.partition("\n")[0]
        found[title] = []
        for match in BLOCK.finditer(part):
            named = re.search(r"In `([^`]+\.\w+)`", match["before"])
            found[title].append(Block(match["kind"], match["text"], named and named[1]))
        assert len(found[title]) == part.count("```") // 2, f"{title}: a block is introduced by ':'"
    return found


SECTIONS = sections()


def run(source: Path, folder: Path, *command: str) -> str:
    done = subprocess.run(
        [sys.executable, *command],
        env={"PYTHONPATH": str(source), "HOME": str(folder), "COLUMNS": "200"},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("title", SECTIONS)
def test_an_example_works_as_it_is_written(title: str, tmp_path: Path) -> None:
    copy = tmp_path / "src" / "chainrule"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(Path(chainrule.__file__).parent, copy, ignore=ignored)
    work = tmp_path / "work"
    work.mkdir()
    shown = 0
    for block in SECTIONS[title]:
        if block.file is not None:
            path = (tmp_path if block.file.startswith("src/") else work) / block.file
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a", encoding="utf-8") as file:
                file.write(block.text)
        elif block.kind == "python":
            run(copy.parent, work, "-W", "error", "-c", block.text)
            shown += 1
        else:
            assert block.kind == "console"
            for command, expected in re.findall(
                r"^\$ chainrule (.*)\n((?:[^$].*\n)*)", block.text, re.M
            ):
                printed = run(copy.parent, work, "-m", "chainrule", *shlex.split(command))
                for line in expected.splitlines():
                    assert line in printed
            shown += 1
    assert shown, "how to see it work?"


@pytest.mark.parametrize("title", SECTIONS)
def test_one_file_or_two_are_enough(title: str) -> None:
    """A stage is a folder of three files, a command a file and its line among the commands."""
    files = {block.file for block in SECTIONS[title] if (block.file or "").startswith("src/")}
    places = {str(Path(file).parent) if "stages/" in file else file for file in files if file}
    assert len(places) <= (2 if "command" in title else 1)
