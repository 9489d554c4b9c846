"""A verdict is about the source that was graded, and about no other."""

from __future__ import annotations

import ast
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chainrule.workshop import (
    Folder,
    Guard,
    Job,
    Ran,
    Session,
    grade,
    outline,
    references,
    start_folder,
)

WHOLE = references()
NAMES = ["sigmoid", "sigmoid_prime", "relu", "neuron", "forward", "output_error", "hidden_error"]
"""The functions that are graded here: some use others of them."""


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return start_folder(tmp_path / "mine")


@pytest.fixture
def graded_folder(folder: Folder, guard: Guard) -> Folder:
    """With all of these functions right, and recorded so."""
    folder.network.write_text(WHOLE)
    assert all(verdict.passed for verdict in Session(folder, guard).check(NAMES))
    return folder


def states(folder: Folder) -> dict[str, str]:
    functions = folder.standing().functions
    return {name: functions[name].state for name in NAMES}


def test_a_verdict_counts_while_the_source_is_the_one_that_was_graded(graded_folder: Folder):
    assert set(states(graded_folder).values()) == {"right"}
    assert graded_folder.standing().passed == len(NAMES)


def test_an_emptied_file_has_no_pass(graded_folder: Folder):
    graded_folder.network.write_text("import numpy as np\n")
    assert set(states(graded_folder).values()) == {"missing"}
    standing = graded_folder.standing().to_dict()
    assert standing["passed"] == 0
    assert {f["outcome"] for f in standing["functions"]} == {None}
    assert {f["passed"] for f in standing["functions"]} == {False}


def test_a_changed_function_and_what_uses_it_have_no_verdict(graded_folder: Folder):
    changed = WHOLE.replace("return sigmoid(z) * (1 - sigmoid(z))", "return sigmoid(z)", 1)
    graded_folder.network.write_text(changed)
    found = states(graded_folder)
    touched = {name for name in NAMES if found[name] == "changed"}
    assert touched == {"sigmoid_prime", "output_error", "hidden_error"}
    assert {found[name] for name in set(NAMES) - touched} == {"right"}
    graded_folder.network.write_text(WHOLE)
    assert set(states(graded_folder).values()) == {"right"}, "as it was when it was graded"


def test_a_file_that_is_no_python_has_no_pass(graded_folder: Folder):
    graded_folder.network.write_text(WHOLE + "x = (\n")
    assert graded_folder.standing().passed == 0
    assert graded_folder.standing().passed_at_last_check == len(NAMES)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("import numpy as np\n", "# mine\n\nimport numpy as np\n\n\n"),
        ("    return sigmoid(z) * ", "\n    # the slope\n    return (sigmoid(z)) * "),
        ('"""The sigmoid function,', '"""My own words,'),
    ],
    ids=["a comment above", "a comment within", "a docstring"],
)
def test_what_is_for_readers_alone_changes_nothing(old: str, new: str, graded_folder: Folder):
    assert old in WHOLE
    graded_folder.network.write_text(WHOLE.replace(old, new))
    assert set(states(graded_folder).values()) == {"right"}


def fingerprints(source: str, folder: Path | None = None) -> tuple[str, str]:
    """Those of `f`, and of `g`, which uses nothing."""
    top = outline(source.encode(), folder)
    assert top is not None
    return top.fingerprint("f"), top.fingerprint("g")


BASE = "import numpy as np\n{}\ndef f(z):\n    return h(z) + K\ndef h(z):\n    return np.exp(z)\n"
G = "def g(z):\n    return 1\n"


@pytest.mark.parametrize(
    ("before", "after", "both"),
    [
        ("K = 1", "K = 2", False),
        ("K = 1", "K = 1\nK += 1", True),
        ("K = 1", "K = 1\nother = 3", False),
        ("K = 1", "K = 1\nimport math", None),
        ("K = 1", "K = 1\nimport no_such_module", True),
        ("K = 1", "K = 1\nother = K / 0", True),
        ("K = 1", "K = 1\nnp.exp = np.sin", True),
        ("K = 1", "K = 1\nfor K in range(3): pass", True),
        ("K = 1", "K = 1\n@print\ndef other(): pass", True),
        ("K = 1", "K = 1\ndef other(a=[1]): pass", None),
        ("K = 1", "K = 1\ndef other(a=[][0]): pass", True),
        ("K = 1", "K = 1\ndef other(a: Missing): pass", True),
        ("K = 1", "K = 1\ndef other(a: np.ndarray) -> list[np.ndarray]: pass", None),
        ("K = 1\nlist = 1", "K = 1\nlist = 1\ndef other(a: list[int]): pass", True),
    ],
)
def test_what_a_function_uses_counts_and_what_may_keep_the_file_from_loading(
    before: str, after: str, both: bool | None
):
    """`both`: whether `g` is concerned, too; None: neither is, as for a line that cannot fail."""
    one, other = (fingerprints(BASE.format(text) + G) for text in (before, after))
    concerned = (one[0] != other[0], one[1] != other[1])
    if after == "K = 1\nother = 3" or both is None:
        assert concerned == (False, False)
    else:
        assert concerned == (True, bool(both))


def test_a_function_that_reads_the_file_by_other_ways_belongs_to_all_of_it():
    source = BASE.format("K = 1") + "def g(z):\n    return globals()['h'](z)\n"
    assert fingerprints(source)[1] != fingerprints(source.replace("np.exp", "np.sin"))[1]
    assert fingerprints(source)[1] != fingerprints(source + "# a comment\n")[1]


def test_the_order_in_which_names_are_given_values_counts():
    one, other = "a = 1\nK = a\na = 2", "a = 1\na = 2\nK = a"
    assert fingerprints(BASE.format(one) + G)[0] != fingerprints(BASE.format(other) + G)[0]


def test_a_file_that_is_imported_from_beside_counts(tmp_path: Path):
    source = "from helper import h\nimport numpy as np\nK = 1\ndef f(z):\n    return h(z) + K\n" + G
    (tmp_path / "helper.py").write_text("from second import h\n")
    (tmp_path / "second.py").write_text("def h(z):\n    return z\n")
    before = fingerprints(source, tmp_path)[0]
    assert fingerprints(source, tmp_path)[0] == before
    (tmp_path / "second.py").write_text("def h(z):\n    return -z\n")
    assert fingerprints(source, tmp_path)[0] != before


# --- edits at random ----------------------------------------------------------------------------


def a_number(tree: ast.Module, draw: random.Random) -> None:
    numbers = [
        n for n in ast.walk(tree) if isinstance(n, ast.Constant) and type(n.value) in (int, float)
    ]
    draw.choice(numbers).value = draw.choice([0, 1, 2, 3, -1, 0.5])


def an_operator(tree: ast.Module, draw: random.Random) -> None:
    at = draw.choice([n for n in ast.walk(tree) if isinstance(n, ast.BinOp)])
    at.op = draw.choice([ast.Add(), ast.Sub(), ast.Mult(), ast.Div(), ast.MatMult()])


def a_name(tree: ast.Module, draw: random.Random) -> None:
    at = draw.choice([n for n in ast.walk(tree) if isinstance(n, ast.Name)])
    at.id = draw.choice(["z", "a", "sigmoid", "np", "relu", "nothing"])


def out_of_it(tree: ast.Module, draw: random.Random) -> None:
    del tree.body[draw.randrange(len(tree.body))]


def emptied(tree: ast.Module, draw: random.Random) -> None:
    function = draw.choice([n for n in tree.body if isinstance(n, ast.FunctionDef)])
    function.body = ast.parse("raise NotImplementedError").body


def into_it(tree: ast.Module, draw: random.Random) -> None:
    line = draw.choice(
        [
            *("relu = sigmoid", "np.exp = np.sin", "del sigmoid", "import nowhere", "x = 1 / 0"),
            *("if True:\n    def relu(z):\n        return z", "from helper import *"),
            *("import helper", "helper = 3", "np = None", "max = min", "@print\ndef f(): pass"),
            *("def sigmoid(z):\n    return z", "globals()['relu'] = sigmoid", "'a text'", "..."),
            *("def unused(a: np.ndarray) -> float:\n    return 1.0", "HALF = 0.5"),
        ]
    )
    place = draw.randrange(len(tree.body) + 1)
    tree.body[place:place] = ast.parse(line).body


EDITS: list[Callable[[ast.Module, random.Random], None]] = [
    a_number,
    an_operator,
    a_name,
    out_of_it,
    emptied,
    into_it,
]


@pytest.mark.parametrize("seed", range(4))
def test_a_verdict_that_stands_after_an_edit_is_the_one_that_grading_gives(
    seed: int, graded_folder: Folder, guard: Guard
):
    """Nothing is graded after the edit but what is said to have a verdict."""
    draw = random.Random(seed)
    helper = graded_folder.path / "helper.py"
    helper.write_text("def sigmoid(z):\n    return -z\n")
    path = graded_folder.network
    kept = 0
    for _ in range(12):
        tree = ast.parse(WHOLE)
        for _ in range(draw.randint(1, 2)):
            draw.choice(EDITS)(tree, draw)
        source = ast.unparse(ast.fix_missing_locations(tree)).encode()
        path.write_bytes(source)
        standing = graded_folder.standing()
        claimed = [each for each in standing.functions.values() if each.judged]
        for each in draw.sample(claimed, min(2, len(claimed))):
            kept += 1
            fresh = grade(each.name, source, path, guard)
            assert fresh.passed == each.passed, (each.name, fresh.message, source.decode())
    assert kept > 0


class Meddling:
    """A guard in whose jobs somebody saves a file."""

    def __init__(self, guard: Guard, save: Callable[[], object]) -> None:
        self.guard, self.save = guard, save

    def run(self, job: Job, listener: Any = None) -> Ran:
        ran = self.guard.run(job, listener)
        self.save()
        return ran


USES_HELPER = "from helper import half\n\n\ndef relu(z):\n    return half(z) * (z > 0)\n"
HELPERS = ("def half(z):\n    return z\n", "def half(z):\n    return z / 2\n")


@pytest.mark.parametrize("beside", [False, True], ids=["the file", "a file beside it"])
def test_what_is_saved_while_it_is_graded_has_no_verdict(
    beside: bool, folder: Folder, guard: Guard
):
    helper = folder.path / "helper.py"
    helper.write_text(HELPERS[0])
    folder.network.write_text(USES_HELPER)
    wrong = USES_HELPER.replace("half(z)", "2 * half(z)")
    save = {
        True: lambda: helper.write_text(HELPERS[1]),
        False: lambda: folder.network.write_text(wrong),
    }
    meddling: Any = Meddling(guard, save[beside])
    (verdict,) = Session(folder, meddling).check(["relu"])
    assert verdict.outcome == "right", "of the file as it was"
    assert not folder.standing().functions["relu"].judged
    assert not folder.standing().functions["relu"].passed


def test_a_session_that_lives_on_is_never_behind_the_disk(folder: Folder, guard: Guard):
    """Saves at random, of the file and of one beside it: as `build watch` meets them."""
    draw = random.Random(5)
    helper = folder.path / "helper.py"
    helper.write_text(HELPERS[0])
    session = Session(folder, guard)
    states_seen = set()
    for _ in range(20):
        if draw.random() < 0.6:
            helper.write_text(draw.choice(HELPERS))
        if draw.random() < 0.5 or not folder.network.read_bytes().startswith(b"from helper"):
            body = draw.choice([USES_HELPER, USES_HELPER.replace("(z > 0)", "(z > 1)")])
            folder.network.write_text(body)
        if draw.random() < 0.5:
            session.refresh()
            list(session.check(session.changed()))
        now = folder.standing().functions["relu"]
        if now.judged:
            fresh = grade("relu", folder.source(), folder.network, guard)
            assert (now.state, now.mistake) == (fresh.outcome, fresh.mistake)
        states_seen.add(now.state)
    assert states_seen >= {"right", "numbers", "changed"}
