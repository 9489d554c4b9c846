"""A course of a teacher's own: the one of the documentation, and what is wrong with others."""

from __future__ import annotations

import io
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from chainrule.cli.main import main
from chainrule.workshop import (
    Guard,
    Session,
    WorkshopError,
    find_folder,
    read_course,
    start_folder,
    taking,
)
from tests.support.course import SOLVED, write_course

Build = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A learner's folder of the course, made once; nobody writes in it."""
    place = tmp_path_factory.mktemp("course")
    course = read_course(write_course(place))
    with taking(course):
        return start_folder(place / "mine", course=course).path


@pytest.fixture
def build(
    started: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> Build:
    """`chainrule build ...` in a copy of that folder, solved."""
    shutil.copytree(started, tmp_path / "mine")
    monkeypatch.chdir(tmp_path / "mine")
    monkeypatch.setenv("COLUMNS", "100")
    Path("network.py").write_text(SOLVED, encoding="utf-8")

    def run(*words: str) -> tuple[int, str, str]:
        status = main(["build", *words])
        found = capsys.readouterr()
        return status, found.out, found.err

    return run


def test_its_stages_in_its_order_and_right_answers_pass(build: Build):
    status, said, _ = build("check", "--all")
    assert status == 0, said
    assert "5 of 5 functions pass" in said
    assert "build train" not in said, "this course does not come to a network"
    listed = build("list")[1]
    places = [listed.index(name) for name in ("sigmoid", "softplus", "swish", "relu", "dense")]
    assert places == sorted(places)
    record = build("record", "swish")[1]
    assert "right" in record
    assert "as it is now" in record
    Path("network.py").write_text(SOLVED.replace("sigmoid(z) * z", "sigmoid(z) * z * 1"))
    assert "changed since" in build("record", "swish")[1]


WRONG = {
    "corner": ("softplus", "np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))", "np.maximum(z, 0)"),
    "factor forgotten": ("swish", "sigmoid(z) * z", "sigmoid(z)"),
    "bias forgotten": ("dense", "X @ W.T + b,", "X @ W.T,"),
}


def test_its_mistakes_are_named_and_a_wrong_function_below_is(build: Build):
    source = SOLVED
    for right, wrong in [each[1:] for each in WRONG.values()]:
        assert source.count(right) == 1
        source = source.replace(right, wrong)
    Path("network.py").write_text(source)
    status, said, _ = build("check", "--json")
    verdicts = {one["stage"]: one for one in map(json.loads, said.splitlines())}
    assert status == 1
    for mistake, (name, *_) in WRONG.items():
        assert verdicts[name]["mistake"] == mistake
    assert "corner at 0" in verdicts["softplus"]["explanation"]
    Path("network.py").write_text(SOLVED.replace("0.5 * (1 + np.tanh(0.5 * z))", "z"))
    said = build("check", "swish")[1]
    assert "Your `sigmoid`, which it uses, is wrong" in said


def test_an_exam_shows_no_hint_and_no_reference(build: Build):
    status, said, error = build("hint", "softplus")
    assert (status, said) == (2, "")
    assert error == "chainrule: the course has switched hints off\n"
    build("check", "softplus")
    assert "switched hints off" in build("hint", "softplus")[2], "nor once it is right"
    assert "references" not in Path("progress.jsonl").read_text()
    assert build("reset", "softplus")[0] == 0
    assert "def softplus" in Path("network.py").read_text()


def test_an_exam_shows_no_worked_formula_and_no_hint_elsewhere(
    build: Build, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
):
    """In the folder, and in the one that it lies in as `my-network`."""
    for refused in (["derive", "quadratic"], ["check", "quadratic", "a2 - y", "--repair"]):
        assert main(refused) == 2
        assert "the course of this folder has switched" in capsys.readouterr().err
    for command, words in ((["check", "quadratic"], "hint\nrepair\nquit\n"),
                           (["practice", "product"], "hint\nshow\nquit\n")):  # fmt: skip
        monkeypatch.setattr("sys.stdin", io.StringIO(words))
        main(command)
        assert capsys.readouterr().out.count("has switched hints off") == 2, command
    monkeypatch.chdir(Path.cwd().parent)
    assert main(["derive", "quadratic", "--equations"]) == 0, "another folder is no exam"


def test_switches_of_the_command_line_are_kept_with_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
):
    monkeypatch.chdir(tmp_path)
    assert main(["build", "start", "--no-references"]) == 0
    assert main(["build", "start", "exam", "--no-hints", "--with-formulas"]) == 0
    readme = Path("exam/README.md").read_text()
    assert "This course has switched hints off." in readme
    assert "build hint" not in readme
    assert "the second hint" in Path("my-network/README.md").read_text()
    for _ in range(6):
        assert main(["build", "hint", "sigmoid"]) == 0
    said = capsys.readouterr().out
    assert "course has switched references off" in said
    assert "return" not in said.split("Shape and first line")[-1]
    course = find_folder("exam").course()
    assert (course.hints, course.references, course.formulas) == (False, True, True)


# --- JUnit XML ----------------------------------------------------------------------------------

TEXTS = {"system-out": (set(), set())}
FAULT: tuple[set[str], set[str]] = ({"type", "message"}, set())
SCHEMA = {
    "testsuites": ({"name", "time", "tests", "failures", "errors"}, {"testsuite"}),
    "testsuite": (
        {"name", "tests", "failures", "errors", "time", "skipped", "timestamp", "hostname", "id"},
        {"properties", "testcase", "system-out", "system-err"},
    ),
    "testcase": ({"name", "time", "classname", "group"}, {"failure", "error", *TEXTS}),
    "failure": FAULT,
    "error": FAULT,
    **TEXTS,
}
"""The attributes and the elements inside, by Jenkins' junit-10.xsd."""
REQUIRED = {"testsuite": {"name", "tests", "failures", "errors"}, "testcase": {"name"}}


def test_junit_has_the_published_form(build: Build):
    source = SOLVED.replace("sigmoid(z) * z", "sigmoid(z)").replace("X @ W.T + b", "X @ W + c")
    source = source.replace("np.maximum(z, 0)\n", "1 / 0  # \x07 <&>\n").replace("0.5 * z", "z")
    Path("network.py").write_text(source)
    status, said, _ = build("check", "--junit", "report.xml")
    assert (status, said.count("\n")) == (1, 1)
    text = Path("report.xml").read_text("utf-8")
    root = ElementTree.fromstring(text.partition("\n")[2])
    for each in root.iter():
        attributes, inside = SCHEMA[each.tag]
        assert set(each.attrib) <= attributes
        assert {child.tag for child in each} <= inside
        assert set(each.attrib) >= REQUIRED.get(each.tag, set())
    (suite,) = root
    assert suite.get("name") == "Week 3: smooth neurons"
    cases = {case.get("name"): case for case in suite}
    assert list(cases) == ["sigmoid", "softplus", "swish", "relu", "dense"]
    kinds = {name: [child.tag for child in case] for name, case in cases.items()}
    assert kinds == {
        "sigmoid": ["failure"],
        "softplus": [],
        "swish": ["failure"],
        "relu": ["error"],
        "dense": ["error"],
    }
    assert [suite.get("tests"), suite.get("failures"), suite.get("errors")] == ["5", "2", "2"]
    assert "ZeroDivisionError" in (cases["relu"][0].get("message") or "")
    assert "\x07" not in text
    assert all(float(case.get("time") or "x") >= 0 for case in suite)


def test_junit_of_a_file_that_is_no_python_has_all_functions(build: Build):
    Path("network.py").write_text("def sigmoid(z:\n")
    status, said, _ = build("check", "--junit", "-")
    assert status == 1
    assert ElementTree.fromstring(said).get("errors") == "5"
    assert build("check", "--junit", "-", "--json")[0] == 2


# --- what is wrong with a course ----------------------------------------------------------------


def edited(place: Path, file: str, old: str, new: str) -> Path:
    course = write_course(place)
    path = course.parent / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    return course


READ = [
    ("course.toml", '"relu"', '"rellu"', r"entry 4 of stages is 'rellu'.*did you mean relu"),
    ("course.toml", '"relu"', '"dense"', r"a folder is named as \"\./dense\""),
    ("course.toml", '"relu"', "7", r"entry 4 of stages is 7: expected a list of names"),
    ("course.toml", '"relu"', '"sigmoid"', r"'sigmoid' is in the list of stages twice"),
    ("course.toml", '"relu"', '"backprop"', r"'backprop' uses '\w+', which is not among"),
    ("course.toml", '"sigmoid", "./softplus", "./swish"', '"./swish", "sigmoid"', r"comes after"),
    ("course.toml", "stages =", "stage =", r"a key 'stage' .*did you mean stages"),
    ("course.toml", "hints = false", 'hints = "no"', r"hints is 'no': expected true or false"),
    ("course.toml", '"./dense"', '"./tense"', r"tense: there is no such folder"),
    ("course.toml", "[", "[[", r"course\.toml: it is not TOML"),
    ("swish/stage.toml", "title", "titel", r"a key 'titel' .*did you mean title"),
    ("swish/stage.toml", "task =", 'tolerance = "a"\ntask =', r"tolerance is 'a': expected a num"),
    ("swish/stage.toml", 'title = "The swish"\n', "", r"it has no title: expected a text"),
    ("swish/reference.py", "def swish", "def swoosh", r"no function `swish`: the function has the"),
    ("swish/reference.py", "def swish(z)", "def swish(*z)", r"line 1: expected `def swish\(x"),
    ("swish/reference.py", "return z *", "return z = ", r"reference\.py: line \d: it is not Pyth"),
    ("softplus/reference.py", "np.logaddexp(0, z)", "swish(z)", r"'softplus' uses 'swish'"),
]


@pytest.mark.parametrize(("file", "old", "new", "message"), READ)
def test_a_course_that_cannot_be_read_says_where_and_why(
    tmp_path: Path, file: str, old: str, new: str, message: str
):
    course = edited(tmp_path, file, old, new)
    with pytest.raises(WorkshopError, match=message):
        read_course(course)


def test_a_circle_and_a_missing_file_are_named(tmp_path: Path):
    course = edited(tmp_path, "softplus/reference.py", "np.logaddexp(0, z)", "swish(z)")
    edit = course.parent / "swish" / "reference.py"
    edit.write_text(edit.read_text().replace("z * sigmoid(z)\n", "softplus(z)\n"))
    with pytest.raises(WorkshopError, match="a circle: softplus needs swish needs softplus"):
        read_course(course)
    for file in ("reference.py", "cases.py", "stage.toml"):
        write_course(tmp_path)
        (course.parent / "dense" / file).unlink()
        with pytest.raises(WorkshopError, match=f"dense: it has no {file}".replace(".", r"\.")):
            read_course(course)
    with pytest.raises(WorkshopError, match="it is not there: expected a course"):
        read_course(tmp_path / "nowhere.toml")


TRIED = [
    (
        "reference.py",
        "logaddexp(0, z)",
        "logaddexp(1, z)",
        r"its own cases.*is 1.57594, not 1.13687",
    ),
    ("reference.py", "np.logaddexp(0, z)", "np.log(1 + np.exp(z))", r"own cases.*right, but not w"),
    ("reference.py", "np.logaddexp(0, z)", "fast(z)", r"fails in case 0: `fast` is not defined"),
    ("cases.py", "elementwise_cases(29)", "[(1.0, 2.0)]", r"case 0 has 2 arguments: expected 1"),
    ("cases.py", "elementwise_cases(29)", "[]", r"gives no case"),
    ("cases.py", "elementwise_cases(29)", "7", r"`cases` gives no list"),
    ("cases.py", "elementwise_cases(29)", "[(object(),)]", r"`z` is an object"),
    ("cases.py", "def cases", "def case", r"no function `cases`"),
    ("cases.py", "return elementwise", "1 / 0\n    return elementwise", r"line 7: Zero"),
    (
        "mistakes.py",
        "return np.maximum(z, 0)",
        "return np.logaddexp(0, z)",
        r"`corner` gives the r",
    ),
    ("mistakes.py", "return z\n", "return y\n", r"`one_forgotten` fails in case 0: `y` is not"),
    ("mistakes.py", "return z\n", "return 'z'\n", r"`one forgotten` gives no numbers in any case"),
    ("mistakes.py", "return z\n", "return np.maximum(z, 0)\n", r"give the same answer in every"),
    ("mistakes.py", '"""The 1 is missing: log(exp(z)) is z itself."""', "", r"has no docstring"),
]


def test_a_stage_that_does_not_work_is_refused_at_the_start(tmp_path: Path):
    with Guard():
        for number, (file, old, new, message) in enumerate(TRIED):
            place = tmp_path / str(number)
            edited(place, f"softplus/{file}", old, new)
            course = place / "week3" / "small.toml"
            course.write_text('stages = ["./softplus"]')
            with pytest.raises(WorkshopError, match=message) as caught:
                start_folder(place / "mine", course=read_course(course))
            assert str(caught.value).startswith(str(place / "week3" / "softplus" / file)), message
            assert "\n" not in str(caught.value)
            assert not (place / "mine").exists()


def test_a_learner_of_a_course_is_graded_by_the_copy_in_the_folder(started: Path, guard: Guard):
    """The teacher's folder may go, as where the learner's is sent to another machine."""
    assert sorted(path.name for path in (started / "course").iterdir()) == [
        "dense",
        "softplus",
        "swish",
    ]
    folder = find_folder(str(started))
    with taking(folder.course()):
        assert all(one.folder.is_relative_to(started) for one in folder.course().own)
        assert [v.outcome for v in Session(folder, guard).check(["swish"])] == ["missing"]


HOSTILE = [
    ("cases.py", "def cases():\n", "def cases():\n    while True: pass\n", "stopped after 0.5 sec"),
    ("cases.py", "def cases():\n", "import os\nos._exit(0)\ndef cases():\n", "ended the process"),
    ("cases.py", "def cases():\n", "import os\nos.fork()\ndef cases():\n", "no other process"),
    ("reference.py", "    return np", "    np.ones(2**31)\n    return np", "it asks for 16.0 GiB"),
    (
        "reference.py",
        "    return np",
        "    import ctypes; ctypes.string_at(0)\n    return np",
        "ended",
    ),
    (
        "mistakes.py",
        "    return z\n",
        "    while True: print('x' * 999)\n",
        "stopped after 0.5 sec",
    ),
]


def test_the_code_of_a_teacher_is_guarded_as_a_learner_s_is(tmp_path: Path):
    """It cannot hang or end whoever makes a folder, and what it does to NumPy stays there."""
    with Guard():
        for number, (file, old, new, message) in enumerate(HOSTILE):
            place = tmp_path / str(number)
            edited(place, f"softplus/{file}", old, new)
            toml = place / "week3" / "softplus" / "stage.toml"
            toml.write_text(toml.read_text() + "seconds = 0.5\n")
            course = place / "week3" / "small.toml"
            course.write_text('stages = ["./softplus"]')
            with pytest.raises(WorkshopError, match=message) as caught:
                start_folder(place / "mine", course=read_course(course))
            assert f"softplus/{file}: " in str(caught.value)
            assert not (place / "mine").exists()
        place = tmp_path / "patched"
        edited(
            place, "softplus/cases.py", "def cases():\n", "np.abs = np.all = None\ndef cases():\n"
        )
        (place / "week3" / "small.toml").write_text('stages = ["./softplus"]')
        with pytest.raises(WorkshopError, match=r"`right` fails in case 0"):
            start_folder(place / "mine", course=read_course(place / "week3" / "small.toml"))
        assert np.abs(-1) == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with a name")
def test_a_file_of_a_course_that_never_ends_is_refused(tmp_path: Path):
    course = write_course(tmp_path)
    (course.parent / "swish" / "reference.py").unlink()
    os.mkfifo(course.parent / "swish" / "reference.py")
    with pytest.raises(WorkshopError, match=r"swish: it has no reference\.py"):
        read_course(course)
    for name in ("/dev/zero", "/dev/null"):
        with pytest.raises(WorkshopError, match="it is no file"):
            read_course(Path(name))
    deep = tmp_path / "deep.toml"
    deep.write_text("stages = " + "[" * 50_000)
    with pytest.raises(WorkshopError, match="it is not TOML"):
        read_course(deep)
