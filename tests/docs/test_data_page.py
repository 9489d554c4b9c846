"""What docs/data.md says of labels and formats is what is read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import chainrule as cr
from chainrule.cli.main import main
from tests.support.kaggle import write_digits

PAGE = (Path(__file__).parents[2] / "docs" / "data.md").read_text(encoding="utf-8")
KNOWN = re.findall(r"`(\w+)`", PAGE.partition("known name: ")[2].partition("and the like")[0])


@pytest.mark.parametrize("name", KNOWN)
def test_known_names_of_labels(tmp_path: Path, name: str):
    rows = [f"{i / 7:.3f},{i % 3},{i % 5}" for i in range(30)]
    (tmp_path / "t.csv").write_text(f"a,{name.title()},b\n" + "\n".join(rows) + "\n")
    label = cr.load(tmp_path / "t.csv").label
    assert label is not None
    assert label.column == f"column 2 ({name.title()})"


def test_the_page_names_a_dozen():
    assert len(KNOWN) == 12


def test_kaggles_two_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    write_digits(tmp_path)
    for line in re.findall(r"^    chainrule (.*)$", PAGE.partition("## Kaggle")[2], re.MULTILINE):
        words = line.split()
        assert main([*words, *(["--epochs", "1"] if words[0] == "train" else [])]) == 0
    assert (tmp_path / "submission.csv").read_text().startswith("ImageId,Label\n1,")
