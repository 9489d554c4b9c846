"""`chainrule build` as a learner meets it: folder, check, hints, watch in a terminal, training."""

from __future__ import annotations

import json
import re
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from chainrule.cli import build_watch
from chainrule.cli.build_train import two_digits
from chainrule.cli.verdict_text import sentence
from chainrule.workshop import Folder, Guard, Session, references, stage, stage_names
from tests.support.terminal import Terminal

PASSES = "def relu(z):\n    return np.maximum(z, 0)\n"


@pytest.fixture
def folder(tmp_path: Path, cli, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new folder, and the command line beside it."""
    monkeypatch.chdir(tmp_path)
    assert cli("build", "start").status == 0
    return tmp_path / "my-network"


SEVERAL = (
    "def sigmoid(z):\n    return 0.5 * (1 + np.tanh(0.5 * z))\n\n\n"
    "def tanh(z):\n    return np.tanh(z)\n\n\n"
)


def write(folder: Path, source: str) -> None:
    (folder / "network.py").write_text("import numpy as np\n\n" + source, encoding="utf-8")


def test_start_says_what_comes_next_and_changes_nothing_twice(folder: Path, cli):
    before = (folder / "network.py").read_bytes()
    again = cli("build", "start")
    assert again.status == 2
    assert again.err.count("\n") == 1
    assert "there already" in again.err
    assert (folder / "network.py").read_bytes() == before


def test_the_next_command_can_be_pasted(tmp_path: Path, cli):
    found = cli("build", "start", "sp ace; it's")
    (line,) = [line for line in found.out.splitlines() if "build watch" in line]
    assert shlex.split(line) == ["chainrule", "build", "watch", "--folder", "sp ace; it's"]


def test_check_without_a_folder_says_how_to_make_one(tmp_path: Path, cli, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = cli("build", "check")
    assert found.status == 2
    assert "chainrule build start" in found.err


def test_a_folder_of_another_name_is_named_with_what_to_type(tmp_path: Path, cli):
    cli("build", "start", "mi ne")
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "network.py").write_text("import torch\n")
    for words in (["train"], ["check"], ["list"], ["hint"], ["reset", "relu"]):
        found = cli("build", *words)
        assert found.status == 2
        assert "add `--folder 'mi ne'` to the command" in found.err
        assert found.err.count("\n") == 1
    cli("build", "start", "second")
    assert "chainrule build start" in cli("build", "train").err, "which of two is not known"


def test_check_says_what_to_write_first(folder: Path, cli):
    found = cli("build", "check")
    assert found.status == 1
    assert "`numerical_derivative` is not written yet" in found.out
    assert "0 of 25 functions pass" in found.out


def test_check_names_the_mistake_and_shows_numbers(folder: Path, cli):
    write(folder, "def output_error(z, a, y):\n    return (y - a) * a * (1 - a)\n")
    found = cli("build", "check", "output_error")
    assert found.status == 1
    assert "The sign is turned" in found.out
    assert all(word in found.out for word in ("yours", "expected", "difference"))
    assert "Traceback" not in found.out + found.err


def test_check_shows_the_message_first_and_the_own_line_last(folder: Path, cli):
    write(folder, "def relu(z):\n    return np.maximmum(z, 0)\n")
    found = cli("build", "check", "relu")
    said = found.out.index("does not run")
    assert said < found.out.index("line 4, in relu: return np.maximmum(z, 0)")


def test_check_goes_over_what_has_changed(folder: Path, cli):
    write(folder, PASSES)
    assert "relu" in cli("build", "check").out
    second = cli("build", "check", "--json")
    names = [v["stage"] for v in second.objects()]
    assert "relu" not in names
    assert [v["stage"] for v in cli("build", "check", "--all", "--json").objects()] == ["relu"]


def test_check_all_of_an_empty_file_is_not_all_right(folder: Path, cli):
    found = cli("build", "check", "--all")
    assert found.status == 1
    assert "`numerical_derivative` is not written yet" in found.out
    assert "Nothing has changed" not in found.out


def test_check_all_takes_the_pass_of_an_emptied_function_away(folder: Path, cli):
    empty = (folder / "network.py").read_text(encoding="utf-8")
    write(folder, PASSES)
    assert "1 of 25 functions pass" in cli("build", "check", "--all").out
    (folder / "network.py").write_text(empty, encoding="utf-8")
    found = cli("build", "check", "--all")
    assert found.status == 1
    assert "0 of 25 functions pass" in found.out


def test_an_unknown_name_is_answered_with_the_nearest(folder: Path, cli):
    found = cli("build", "check", "sigmiod")
    assert found.status == 2
    assert "did you mean sigmoid?" in found.err


def test_list_counts(folder: Path, cli):
    write(folder, PASSES)
    cli("build", "check")
    assert "1 of 25 pass" in cli("build", "list").out
    (standing,) = cli("build", "list", "--json").objects()
    assert standing["passed"] == 1
    assert [f["name"] for f in standing["functions"]] == list(stage_names())


def said_of(listed: str, name: str) -> str:
    (line,) = [line for line in listed.splitlines() if f" {name} " in line]
    return line.partition(f" {name} ")[2].strip()


def test_list_tells_what_is_written_from_what_is_checked(folder: Path, cli):
    stubs = (folder / "network.py").read_text(encoding="utf-8")
    cli("build", "check", "relu")
    body = "return np.maximum(z, 0)"
    before, after = stubs.split("def relu(")
    text = f"{before}def relu({after.replace('raise NotImplementedError', body, 1)}"
    (folder / "network.py").write_text(text, encoding="utf-8")
    record = folder / "progress.jsonl"

    def told() -> tuple[str, str]:
        listed = cli("build", "list").out
        return said_of(listed, "relu"), said_of(listed, "tanh")

    assert told() == ("not checked", "not written"), "the last check was of the stub"
    cli("build", "check", "relu")
    assert told() == ("right", "not written")
    record.write_bytes(b"\x00" + record.read_bytes()[:-40])
    assert told() == ("not checked", "not written")
    assert "2 lines of progress.jsonl cannot be read" in cli("build", "list").out
    record.unlink()
    assert told() == ("not checked", "not written")
    (standing,) = cli("build", "list", "--json").objects()
    assert [f["name"] for f in standing["functions"] if f["written"]] == ["relu"]
    (folder / "network.py").write_text(text + "\ndef half(", encoding="utf-8")
    assert told() == ("not checked", "not written"), "the same while the file is no Python"


@pytest.mark.parametrize("columns", ["34", "40", "60"])
def test_a_narrow_terminal_breaks_no_word(columns: str, folder: Path, cli, monkeypatch):
    write(folder, "def output_error(z, a, y):\n    return (y - a) * a * (1 - a)\n")
    monkeypatch.setenv("COLUMNS", columns)
    for words in (["check"], ["list"], ["hint", "output_error"]):
        found = cli("build", *words)
        for line in found.out.splitlines():
            code = line.strip().startswith(("`", "def "))
            assert len(line) <= int(columns) or len(line.split()) == 1 or code, line
        assert "not writte\n" not in found.out


def test_hints_climb_to_the_reference(folder: Path, cli):
    outs = [cli("build", "hint", "cost").out for _ in range(5)]
    line = "return float(np.sum((a - y) ** 2) / (2 * len(a)))"
    assert [line in out for out in outs] == [False, False, False, False, True]
    assert "Michael Nielsen, Neural Networks and Deep Learning, chapter 1" in outs[0]
    assert "http://neuralnetworksanddeeplearning.com/chap1.html" in outs[0]
    assert "(reference shown)" in cli("build", "list").out


def test_reset_says_where_the_file_went(folder: Path, cli):
    write(folder, PASSES)
    found = cli("build", "reset", "relu")
    assert found.status == 0
    (kept,) = (folder / "archive").iterdir()
    assert str(kept) in found.out
    assert "np.maximum" in kept.read_text()


def test_every_subcommand_has_whole_help(cli):
    found = cli("build", "--help")
    assert "..." not in found.out.partition("Commands:")[2]


# --- training -----------------------------------------------------------------------------------


def test_the_reference_trains_on_the_digits_beside_ours(folder: Path, cli):
    (folder / "network.py").write_text(references())
    found = cli("build", "train", "--epochs", "15", "--json")
    assert found.status == 0
    *epochs, result = found.objects()
    assert [e["number"] for e in epochs] == list(range(1, 16))
    assert result["yours"] > 0.9
    assert result["ours"] > 0.9
    assert result["difference"] is None
    assert result["own_init"]


def test_one_of_a_kind_is_told_as_one(folder: Path, cli):
    (folder / "network.py").write_text(references())
    found = cli("build", "train", "--epochs", "1", "--hidden", "1")
    assert "; 1 hidden neuron, 1 epoch, mini-batches of 10," in " ".join(found.out.split())
    seconds = [line.split()[-1] for line in found.out.splitlines() if "ours  " in line]
    assert float(seconds[0]) > 0, "a short training takes more than no time"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.0412, "0.041"),
        (0.2, "0.20"),
        (4.4e-6, "<0.001"),
        (1.04, "1.0"),
        (9.96, "10"),
        (123.4, "123"),
    ],
)
def test_seconds_have_two_digits_that_count(seconds: float, said: str):
    assert two_digits(seconds) == said


def test_a_wrong_network_is_shown_where_it_first_differs(folder: Path, cli):
    source = references().replace("dW, db = [Delta.T @ As[-2] / m]", "dW, db = [Delta.T @ As[-2]]")
    (folder / "network.py").write_text(source)
    found = cli("build", "train", "--epochs", "1")
    assert "The two first differ in `backprop_batch`" in found.out
    assert "dC/dW2" in found.out


def test_a_network_that_crashes_says_where(folder: Path, cli):
    source = references().replace("for _ in range(epochs):", "for _ in range(epochs / 1):")
    (folder / "network.py").write_text(source)
    found = cli("build", "train", "--epochs", "1")
    assert found.status == 1
    assert "your network stopped: TypeError" in found.err
    assert "for _ in range(epochs / 1):" in found.err
    assert "Traceback" not in found.err


def test_a_network_that_never_ends_is_stopped(folder: Path, cli, monkeypatch: pytest.MonkeyPatch):
    """And the job that it was is the only one: ours is not trained beside it."""
    jobs: list[float] = []
    run = Guard.run
    monkeypatch.setattr(
        Guard, "run", lambda self, job, *rest: jobs.append(job.seconds) or run(self, job, *rest)
    )
    source = references().replace("for _ in range(epochs):", "while True:")
    (folder / "network.py").write_text(source)
    found = cli("build", "train", "--minutes", "0.02")
    assert found.status == 1
    assert "stopped after 0.02 minutes" in found.err
    assert jobs == [pytest.approx(1.2)]


def test_an_unwritten_network_is_refused(folder: Path, cli):
    found = cli("build", "train")
    assert found.status == 2
    assert "`forward` is not written yet" in found.err


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--learning-rate", "nan", "--learning-rate nan: it must be a number greater than 0"),
        ("--learning-rate", "-1", "--learning-rate -1.0: "),
        ("--learning-rate", "1e-60", "--learning-rate 1e-60: "),
        ("--learning-rate", "x", "--learning-rate: 'x' is not a number"),
        ("--epochs", "0", "--epochs: '0' is not a whole number from 1 to"),
        ("--epochs", "9" * 30, "is not a whole number"),
        ("--batch-size", "2.5", "--batch-size: '2.5' is not a whole number"),
        ("--hidden", "0", "--hidden: '0' is not a whole number"),
        ("--hidden", "9" * 12, "--hidden: '999999999999' is not"),
        ("--hidden", "2000000", "a layer has 1 to 1,000,000 neurons"),
        ("--seed", "-1", "--seed: '-1' is not a whole number from 0"),
        ("--minutes", "inf", "--minutes: 'inf' is not a number from 0.01 to 10080"),
        ("--minutes", "nan", "--minutes: 'nan' is not a number"),
    ],
)
def test_what_cannot_be_trained_with_is_refused_before_anything_is(
    option: str, value: str, words: str, folder: Path, cli
):
    (folder / "network.py").write_text(references())
    found = cli("build", "train", option, value)
    assert found.status == 2
    assert words in found.err
    assert found.err.count("\n") == 1
    assert "epoch " not in found.out


# --- Ctrl-C -------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="no process waits there")
def test_the_waiting_process_is_silent_where_nobody_waits_for_it(environment: dict[str, str]):
    """As after Ctrl-C, or a loss of the terminal, while NumPy is loaded."""
    ours, theirs = socket.socketpair()
    with theirs:
        started = subprocess.Popen(
            [sys.executable, "-m", "chainrule.workshop.guarded.warm_process", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
    ours.close()
    said, _ = started.communicate(timeout=30)
    assert (said, started.returncode) == (b"", 0)


@pytest.mark.skipif(sys.platform == "win32", reason="no process waits there")
def test_ctrl_c_while_the_process_starts_ends_it(monkeypatch: pytest.MonkeyPatch):
    guard = Guard()
    begun: list[subprocess.Popen[bytes]] = []

    def stopped() -> int:
        assert guard._process is not None
        begun.append(guard._process)
        raise KeyboardInterrupt

    monkeypatch.setattr(guard, "_reply", stopped)
    with pytest.raises(KeyboardInterrupt), guard:
        pass
    assert begun[0].poll() is not None


# --- watching, in a terminal --------------------------------------------------------------------

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")


@pytest.fixture
def watching(folder: Path, heeding_ctrl_c: None) -> Iterator[Terminal]:
    """`chainrule build watch`, its first screen drawn."""
    terminal = Terminal(["build", "watch"], folder)
    terminal.expect("q quit")
    yield terminal
    terminal.close()


@POSIX
def test_each_save_is_graded_once_and_its_verdict_shown(watching: Terminal, folder: Path):
    """How soon it comes is measured by `benchmarks/watching.py`."""
    bodies = [
        ("return np.minimum(z, 0)", "This lets the negative numbers pass"),
        ("return np.maximum(z, 0)", "`relu` is right"),
        ("return np.abs(z)", "negative numbers should become 0"),
        ("return np.maximum(z, 0)", "`relu` is right"),
        ("return np.maximum(z", "is not Python"),
        ("return np.maximum(z, 0)", "`relu` is right"),
    ]
    for body, words in bodies:
        write(folder, f"def relu(z):\n    {body}\n")
        drawn = watching.expect(words)
        assert drawn.count("checking relu") == 1
        watching.expect("q quit")
    outcomes = [event["outcome"] for event in record(folder) if event["function"] == "relu"]
    assert outcomes == ["numbers", "right", "numbers", "right", "right"], "and none for no Python"


def record(folder: Path) -> list[dict[str, str]]:
    """What has been recorded so far."""
    return [json.loads(line) for line in (folder / "progress.jsonl").read_text().splitlines()]


@POSIX
def test_the_keys_do_what_they_say(watching: Terminal, folder: Path):
    watching.send("h")
    watching.expect("The idea")
    watching.expect("q quit")
    watching.send("l")
    watching.expect("momentum")
    watching.expect("0 of 25 pass")
    watching.send("n")
    watching.expect("`sigmoid` is not written yet")
    watching.expect("q quit")
    write(folder, PASSES)
    watching.expect("`relu` is right")
    watching.expect("q quit")
    watching.send("c")
    watching.expect("1 of 25 pass")
    watching.send("q")
    assert watching.process.wait(60) == 0
    assert watching.as_it_was()


@pytest.fixture
def small(folder: Path) -> Iterator[Terminal]:
    """The same on a screen of 80 columns and 24 rows."""
    terminal = Terminal(["build", "watch"], folder, 24, 80)
    terminal.expect("q quit")
    yield terminal
    terminal.close()


def screen_rows(drawn: str, columns: int) -> int:
    """The rows that a drawn screen takes, with the one of the cursor."""
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", drawn.rpartition("\x1b[H")[2])
    return 1 + sum(max(-(-len(line) // columns), 1) for line in text.split("\r\n"))


@POSIX
def test_a_long_list_is_shown_in_parts_that_fit(small: Terminal):
    small.send("l")
    first = small.expect("space more (1 of 2)   h hint")
    assert " 1  numerical_derivative" in first
    assert "0/25" in first
    assert screen_rows(first, 80) <= 24
    small.expect("q quit")
    small.send(" ")
    second = small.expect("space more (2 of 2)")
    assert "25  momentum" in second
    assert "0 of 25 pass" in second
    assert screen_rows(second, 80) <= 24
    listed = re.findall(r" (\d+)  \w", first + second)
    assert [int(number) for number in listed] == list(range(1, 26))
    small.send(" ")
    small.expect("numerical_derivative")


@POSIX
def test_the_code_of_a_hint_stays_python(small: Terminal):
    drawn = ""
    for _ in range(5):
        small.send("h")
        drawn = small.expect("q quit")
    while "Returns" not in drawn:
        small.send(" ")
        drawn += small.expect("q quit")
    lines = [line.strip() for line in drawn.split("\r\n")]
    signature = stage("numerical_derivative").reference.splitlines()[0]
    assert len(signature) > 80
    assert signature in lines


@POSIX
def test_check_all_ends_on_the_first_mistake(watching: Terminal, folder: Path):
    write(folder, PASSES + "def output_error(z, a, y):\n    return (y - a) * a * (1 - a)\n")
    watching.expect("✗ output_error")
    watching.expect("q quit")
    watching.send("c")
    watching.expect("checking 1 of ")
    watching.expect("The sign is turned")


@POSIX
def test_the_function_that_was_edited_comes_into_view(watching: Terminal, folder: Path):
    right = "def sigmoid(z):\n    return 0.5 * (1 + np.tanh(0.5 * z))\n"
    below = "def sigmoid_prime(z):\n    return sigmoid(z) / 0\n"
    write(folder, right)
    watching.expect("`sigmoid` is right")
    write(folder, right + below)
    watching.expect("✗ sigmoid_prime")
    watching.expect("q quit")
    write(folder, right.replace("0.5 * z", "z") + below)
    watching.expect("`sigmoid` gives wrong numbers")


def test_a_file_that_is_written_in_two_steps_is_read_when_it_is_whole(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    """What an editor has emptied, and writes a moment later, is not looked at in between."""
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr(build_watch, "time", SimpleNamespace(monotonic=lambda: clock.now))
    watching = build_watch.Watching(Session(Folder(folder), Guard()))

    def saved_after(seconds: float) -> bool:
        clock.now += seconds
        return watching.is_saved()

    whole = SEVERAL + PASSES
    for source in (whole, whole.replace("maximum", "minimum")):
        write(folder, source[:60])
        assert not saved_after(1.0)
        assert not saved_after(build_watch.SETTLED - 0.01)
        write(folder, source)
        assert not saved_after(0.02)
        assert not saved_after(build_watch.SETTLED - 0.01)
        assert saved_after(0.02)
        watching.stamp = Folder(folder).stamp()
        assert not saved_after(1.0)


@POSIX
def test_after_a_stop_keys_act_at_once_again(watching: Terminal):
    import termios

    watching.process.send_signal(signal.SIGSTOP)
    termios.tcsetattr(watching.slave, termios.TCSANOW, watching.before)  # as a shell does
    watching.process.send_signal(signal.SIGCONT)
    watching.expect("q quit")
    assert not termios.tcgetattr(watching.slave)[3] & (termios.ICANON | termios.ECHO)
    watching.send("h")
    watching.expect("The idea")
    watching.send("q")
    assert watching.process.wait(60) == 0
    assert watching.as_it_was()


@POSIX
def test_an_editor_that_renames_over_the_file_is_noticed(watching: Terminal, folder: Path):
    beside = folder / "network.py.new"
    beside.write_text("import numpy as np\n\n" + PASSES)
    beside.replace(folder / "network.py")
    watching.expect("`relu` is right")


@POSIX
def test_a_file_that_goes_away_and_comes_back_does_not_end_it(watching: Terminal, folder: Path):
    text = (folder / "network.py").read_text()
    (folder / "network.py").unlink()
    watching.expect("is not there")
    (folder / "network.py").write_text(text.replace("raise NotImplementedError", "return 7", 1))
    watching.expect("numerical_derivative")


@POSIX
def test_an_endless_loop_is_stopped_and_watching_goes_on(watching: Terminal, folder: Path):
    write(folder, "def relu(z):\n    while True: pass\n")
    watching.expect("was stopped")
    write(folder, PASSES)
    watching.expect("`relu` is right")


@POSIX
def test_a_file_that_comes_back_as_it_was_is_shown_again(watching: Terminal, folder: Path):
    aside = folder / "aside.py"
    (folder / "network.py").replace(aside)
    watching.expect("is not there")
    aside.replace(folder / "network.py")
    watching.expect("is not written yet")


@POSIX
def test_a_folder_that_goes_away_does_not_end_it(watching: Terminal, folder: Path, tmp_path: Path):
    folder.rename(tmp_path / "elsewhere")
    watching.expect("is not there")
    watching.send("h")
    watching.expect("cannot be written")
    (tmp_path / "elsewhere").rename(folder)
    watching.expect("is not written yet")


@POSIX
def test_a_file_that_never_loads_is_stopped_once_for_all(watching: Terminal, folder: Path):
    write(folder, SEVERAL)
    watching.expect("`sigmoid` is right")
    write(folder, SEVERAL + "while True: pass\n")
    watching.expect("checking sigmoid")
    watching.expect("The code outside of functions took longer")
    write(folder, PASSES)
    drawn = watching.expect("`relu` is right")
    assert "took longer" not in drawn
    assert drawn.count("checking relu") == drawn.count("checking ") == 1


@POSIX
def test_a_save_is_graded_before_what_is_left_of_the_last_one(watching: Terminal, folder: Path):
    """Four functions that never end would take twenty seconds."""
    loops = "".join(
        f"def {name}(z):\n    while True: pass\n\n"
        for name in ("sigmoid", "relu", "tanh", "tanh_prime")
    )
    write(folder, loops)
    watching.expect("was stopped")
    write(folder, PASSES)
    watching.expect("`relu` is right")
    stopped = [event for event in record(folder) if event["outcome"] == "stopped"]
    assert len(stopped) <= 2, "the one that was seen, and the one that was under way"


def test_a_file_that_does_not_load_is_said_once_and_nothing_passes_until_it_does(folder: Path, cli):
    write(folder, SEVERAL)
    cli("build", "check", "--all")
    before = cli("build", "list", "--json").objects()[0]["passed"]
    write(folder, SEVERAL + "print(1 / 0)\n")
    found = cli("build", "check", "--all")
    assert found.out.count("does not load") == 1
    assert before == 2
    assert cli("build", "list", "--json").objects()[0]["passed"] == 0
    write(folder, SEVERAL)
    assert cli("build", "list", "--json").objects()[0]["passed"] == 2, "as it was when checked"


@pytest.mark.parametrize(
    ("last", "words"),
    [
        ("x = (\n", "is not Python"),
        ("while True: pass\n", "The code outside of functions took longer"),
        ("print(1 / 0)\n", "does not load"),
    ],
)
def test_what_keeps_the_file_from_loading_is_headed_by_the_file(
    last: str, words: str, folder: Path, cli
):
    write(folder, SEVERAL + last)
    found = cli("build", "check")
    assert found.status == 1
    assert found.out.startswith("✗ network.py\n\n")
    assert words in found.out
    assert "functions pass" not in found.out
    (verdict,) = cli("build", "check", "tanh", "--json").objects()
    assert verdict["of_file"] is True


def test_a_file_that_is_no_python_is_not_all_right_after_all_passed(folder: Path, cli):
    (folder / "network.py").write_text(references(), encoding="utf-8")
    assert cli("build", "check").status == 0
    (folder / "network.py").write_text(references() + "x = (\n", encoding="utf-8")
    found = cli("build", "check")
    assert found.status == 1
    assert "is not Python" in found.out
    assert "25 of 25 passed at their last check" in " ".join(found.out.split())
    assert "0 of 25 pass" in cli("build", "list").out


@POSIX
def test_ctrl_c_leaves_and_the_terminal_is_as_it_was(watching: Terminal):
    watching.process.send_signal(signal.SIGINT)
    assert watching.process.wait(60) == 0
    assert watching.as_it_was()


def test_watch_without_a_terminal_is_refused(folder: Path, cli):
    found = cli("build", "watch")
    assert found.status == 2
    assert "chainrule build check" in found.err


def test_no_line_of_a_reference_in_the_folder_after_a_session(folder: Path, cli):
    write(folder, "".join(f"def {n}(*a):\n    return 1\n\n" for n in stage_names()))
    found = cli("build", "check", "--all")
    text = found.out + "".join(
        p.read_text(encoding="utf-8") for p in folder.rglob("*") if p.is_file()
    )
    for name in stage_names():
        for line in stage(name).reference.split('"""')[2].splitlines():
            if len(line.strip()) > 30:
                assert line.strip() not in text
    assert not re.search(r"Traceback|/chainrule/workshop/", text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("zs has 5 entries: expected 2", "zs has 5 entries: expected 2."),
        ("slope is None", "slope is None."),
        ("network.py does not load", "network.py does not load."),
        ("sigma' is taken at a.", "sigma' is taken at a."),
        ("there is no function `relu`", "There is no function `relu`."),
        ("it changes its argument `w`", "It changes its argument `w`."),
    ],
)
def test_a_sentence_begins_with_a_capital_but_for_a_name(text: str, said: str):
    assert sentence(text) == said


def test_verdicts_as_json_are_plain(folder: Path, cli):
    write(folder, "def cost(a, y):\n    return np.nan\n")
    (verdict,) = cli("build", "check", "cost", "--json").objects()
    assert json.dumps(verdict, allow_nan=False)
    assert verdict["passed"] is False


def test_what_comes_next_can_be_typed_where_one_is(cli, folder: Path, monkeypatch):
    """With every function written, from beside the folder, from within, and under another name."""
    folder.joinpath("network.py").write_text(references(), encoding="utf-8")
    assert "`chainrule build train` trains" in cli("build", "check", "--all").out
    monkeypatch.chdir(folder)
    assert "`chainrule build train` trains" in cli("build", "check", "--all").out
    monkeypatch.chdir(folder.parent)
    folder.rename(folder.with_name("my own"))
    said = cli("build", "check", "--all", "--folder", "my own").out
    assert "`chainrule build train --folder 'my own'` trains" in " ".join(said.split())


# --- what a verdict is about --------------------------------------------------------------------


def test_an_emptied_file_counts_for_nothing_in_text_and_json(folder: Path, cli):
    (folder / "network.py").write_text(references(), encoding="utf-8")
    assert "25 of 25 functions pass" in cli("build", "check", "--all").out
    broken = references().replace("return W @ x + b", "return W @ x + b + 1")
    broken = broken.replace("return sigmoid(z) * (1 - sigmoid(z))", "return sigmoid(z)")
    (folder / "network.py").write_text(broken, encoding="utf-8")
    listed = cli("build", "list").out
    assert said_of(listed, "sigmoid_prime") == "changed since it was checked"
    assert said_of(listed, "sigmoid") == "right"
    checked = cli("build", "check", "sigmoid").out
    passed = cli("build", "list", "--json").objects()[0]["passed"]
    assert passed < 25
    assert f"{passed} of 25 functions pass" in checked
    assert "All are written" not in checked
    (folder / "network.py").write_text("import numpy\n", encoding="utf-8")
    assert "0 of 25 pass" in cli("build", "list").out
    (standing,) = cli("build", "list", "--json").objects()
    assert standing["passed"] == 0
    assert {f["state"] for f in standing["functions"]} == {"missing"}
    assert "0 of 25 functions pass" in cli("build", "check", "sigmoid").out


def test_one_wrong_function_is_told_once_with_those_that_wait_for_it(folder: Path, cli):
    text = references().replace("e = np.exp(-np.abs(z))", "e = np.exp(-np.abs(z)) / 2", 1)
    (folder / "network.py").write_text(text, encoding="utf-8")
    found = cli("build", "check")
    assert found.status == 1
    assert found.out.count("`sigmoid`") <= 2
    (told,) = [part for part in found.out.split("\n\n") if "wait for `sigmoid`" in part]
    for name in ("sigmoid_prime", "neuron", "forward", "output_error", "backprop_batch"):
        assert f"`{name}`" in told
    alone = cli("build", "check", "neuron").out
    assert "is right by itself. Your `sigmoid`, which it uses, is wrong" in " ".join(alone.split())


def test_training_blames_the_function_that_is_wrong_and_not_the_one_that_calls_it(
    folder: Path, cli
):
    text = references().replace(
        "Delta = (Delta @ weights[layer + 1]) * sigmoid_prime(Zs[layer])",
        "Delta = np.stack([hidden_error(d, weights[layer + 1], z) "
        "for d, z in zip(Delta, Zs[layer])])",
    )
    text = text.replace("(W_next.T @ delta_next) *", "2 * (W_next.T @ delta_next) *")
    (folder / "network.py").write_text(text, encoding="utf-8")
    found = " ".join(cli("build", "train", "--epochs", "1").out.split())
    assert "differ in `backprop_batch`, and your `hidden_error`, which it uses" in found
    assert "Twice too large" in found or "gives wrong numbers" in found


def test_a_hint_after_a_pass_leaves_no_mark(folder: Path, cli):
    write(folder, PASSES)
    cli("build", "check")
    assert "np.maximum" in cli("build", "hint", "relu").out
    assert said_of(cli("build", "list").out, "relu") == "right"


def test_right_and_slow_is_listed_as_slow(folder: Path, cli):
    loop = (
        "def sigmoid(z):\n"
        "    if np.ndim(z) == 0:\n"
        "        return 0.5 * (1 + np.tanh(0.5 * z))\n"
        "    return np.array([sigmoid(row) for row in z])\n"
    )
    write(folder, loop)
    assert "but slow" in cli("build", "check", "sigmoid").out
    assert said_of(cli("build", "list").out, "sigmoid") == "right, but slow"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("return max(z, 0)", "`np.maximum` goes element by element"),
        ("breakpoint()\n    return np.maximum(z, 0)", "it stops in the debugger (`breakpoint()`)"),
    ],
)
def test_a_slip_of_python_is_named_with_its_mend(body: str, words: str, folder: Path, cli):
    write(folder, f"def relu(z):\n    {body}\n")
    assert words in " ".join(cli("build", "check", "relu").out.split())


def test_start_works_in_the_empty_folder_one_is_in(tmp_path: Path, cli, monkeypatch):
    place = tmp_path / "empty"
    place.mkdir()
    monkeypatch.chdir(place)
    found = cli("build", "start", ".")
    assert found.status == 0
    assert "  chainrule build watch\n" in found.out
    assert (place / "network.py").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right of their own there")
def test_reset_goes_through_a_link_to_the_file_itself(folder: Path, cli, tmp_path: Path):
    real = tmp_path / "real.py"
    write(folder, PASSES)
    (folder / "network.py").rename(real)
    (folder / "network.py").symlink_to(real)
    assert cli("build", "reset", "relu").status == 0
    assert (folder / "network.py").is_symlink()
    assert "NotImplementedError" in real.read_text()


def test_start_with_formulas_writes_them(tmp_path: Path, cli, monkeypatch):
    monkeypatch.chdir(tmp_path)
    cli("build", "start", "--with-formulas")
    text = (tmp_path / "my-network" / "network.py").read_text(encoding="utf-8")
    assert "delta = (W_next.T @ delta_next) * sigma'(z)" in text
    assert "sigma'(z)" in cli("build", "check", "output_error").out


def test_a_file_that_imports_chainrule_passes_nothing(folder: Path, cli):
    write(folder, "from chainrule.workshop import stage\nrelu = stage('relu').function\n")
    found = cli("build", "check", "--all")
    assert found.status == 1
    assert "imports `chainrule`" in found.out
    assert "0 of 25 pass" in cli("build", "list").out
    assert "imports `chainrule`" in cli("build", "train").err
