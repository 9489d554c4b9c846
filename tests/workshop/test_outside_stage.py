"""A stage in a folder elsewhere on the disk: added to the registry, everything knows it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from chainrule.cli.main import main
from chainrule.workshop import (
    STAGES,
    Guard,
    Session,
    Stage,
    WorkshopError,
    empty_file,
    find_folder,
    hint,
    reset_function,
    stage,
    stage_in,
    stage_names,
    start_folder,
)

from .conftest import Graded

FILES = {
    "stage.toml": """
title = "Twice the slope"
concept = 3
place = 45
task = "Write steeper(z) = 2 * relu(z), for every element of z."
read = ["N3, Nielsen, chapter 3, section 'Other models of artificial neuron'"]
idea = "It is the rectified linear unit with another slope."
rule = "steeper(z) = 2 * relu(z)."
start = "Shaped like z. Use the function that you have."

[mistakes]
"factor left out" = "The 2 is missing."
""",
    "reference.py": '''
"""The reference for `steeper`."""

import numpy as np

from chainrule.workshop.stages.relu.reference import relu


def steeper(z: np.ndarray) -> np.ndarray:
    """Twice the rectified linear unit.

    z: an array of any shape.
    Returns 2 * relu(z), shaped like z.
    """
    return 2 * relu(z)
''',
    "oracle.py": '''
"""How `steeper` is judged: against z + |z|."""

import numpy as np

from chainrule.workshop import Mistake, Oracle, elementwise_cases, shaped_like

ORACLE = Oracle(
    cases=lambda: elementwise_cases(24),
    right=lambda z: z + np.abs(z),
    returns=shaped_like("steeper(z)"),
    mistakes=(Mistake("factor left out", lambda z: np.maximum(z, 0)),),
)
''',
}
RIGHT = "def steeper(z):\n    return 2 * relu(z)\n\n\ndef relu(z):\n    return np.maximum(z, 0)\n"


@pytest.fixture
def steeper(tmp_path: Path) -> Iterator[Stage]:
    """A stage registered from outside; gone after the test."""
    folder = tmp_path / "elsewhere" / "steeper"
    folder.mkdir(parents=True)
    for name, text in FILES.items():
        (folder / name).write_text(text.lstrip(), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(STAGES, "steeper", stage_in(folder))
        yield STAGES["steeper"]


@pytest.fixture
def build(
    tmp_path: Path,
    steeper: Stage,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    """`chainrule build ...` in a new folder of this course."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")

    def run(*words: str) -> tuple[int, str]:
        status = main(["build", *words])
        return status, capsys.readouterr().out

    assert run("start")[0] == 0
    return run


def write(source: str) -> None:
    network = find_folder().network
    network.write_text("import numpy as np\n\n" + source, encoding="utf-8")


def test_it_stands_at_its_place(steeper: Stage):
    names = stage_names()
    assert names[names.index("relu") + 1] == "steeper"
    assert steeper.number == 5
    assert steeper.stub in empty_file()


def test_the_list_and_the_new_folder_have_it(build):
    status, listed = build("list")
    assert status == 0
    assert "  5  steeper" in listed
    assert "0 of 26 pass" in listed
    assert "def steeper(z: np.ndarray)" in find_folder().network.read_text(encoding="utf-8")


def test_a_check_grades_it_and_names_its_mistake(build):
    write(RIGHT)
    status, said = build("check")
    assert status == 0
    assert "✓ steeper" in said
    assert "2 of 26 functions pass" in said
    write(RIGHT.replace("2 * relu(z)", "relu(z)"))
    status, said = build("check", "steeper")
    assert status == 1
    assert "The 2 is missing" in said


def test_its_hints_climb_to_its_reference(build, steeper: Stage):
    said = [build("hint", "steeper")[1] for _ in range(5)]
    assert steeper.idea in said[0]
    assert steeper.rule in said[1]
    assert ["return 2 * relu(z)" in text for text in said] == [False] * 4 + [True]


def test_a_wrong_function_that_it_uses_is_named(graded: Graded, steeper: Stage):
    wrong = "def steeper(z):\n    return 2 * relu(z)\n\n\ndef relu(z):\n    return -z\n"
    verdict = graded("steeper", wrong, alone=True)
    assert verdict.outcome == "held-up"
    assert "Your `relu`, which it uses, is wrong" in verdict.message


def test_the_session_records_it_and_reset_empties_it(tmp_path: Path, steeper: Stage, guard: Guard):
    folder = start_folder(tmp_path / "mine")
    folder.network.write_text("import numpy as np\n\n" + RIGHT, encoding="utf-8")
    assert [verdict.passed for verdict in Session(folder, guard).check(["steeper"])] == [True]
    assert folder.standing().passes("steeper")
    assert hint(steeper, folder.progress).reference == steeper.reference
    reset_function(folder, steeper)
    assert steeper.stub in folder.network.read_text(encoding="utf-8")


def test_a_name_near_it_is_answered_with_it(steeper: Stage):
    with pytest.raises(WorkshopError, match="did you mean steeper"):
        stage("steper")


def test_a_mistake_without_words_is_named(steeper: Stage):
    file = steeper.folder / "stage.toml"
    file.write_text(file.read_text().replace("factor left out", "factor 2"))
    with pytest.raises(WorkshopError, match=r"stage\.toml: \[mistakes\] has no words for 'fac"):
        _ = steeper.oracle


def test_a_folder_that_is_no_stage_says_what_is_wrong(tmp_path: Path):
    with pytest.raises(WorkshopError, match=r"stage\.toml: no stage of the workshop"):
        stage_in(tmp_path)
    (tmp_path / "stage.toml").write_text('title = "Only a title"\nread = []\n')
    with pytest.raises(WorkshopError, match=r"missing \d required"):
        stage_in(tmp_path)
