"""Every file that a page names is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import chainrule

ROOT = Path(__file__).parents[2]
PACKAGE = Path(chainrule.__file__).parent
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *(page for page in sorted((ROOT / "docs").glob("*.md")) if page.name != "how-to-add.md"),
]
"""`how-to-add.md` names files that are to be made; its blocks are run."""
PATH = re.compile(r"`([\w./-]+(?:/|\.py|\.toml|\.md|\.net))`")


def exists(name: str) -> bool:
    """From the root; or under docs or the package, where a part of the path is enough."""
    below = (next(place.rglob(name.rstrip("/")), None) for place in (ROOT / "docs", PACKAGE))
    return (ROOT / name).exists() or any(below)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_file_that_is_named_is_there(page: Path) -> None:
    named = set(PATH.findall(page.read_text("utf-8")))
    assert [name for name in sorted(named) if not exists(name)] == []
