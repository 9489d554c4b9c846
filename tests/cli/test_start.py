"""The command itself: help, version, speed of starting, and errors that are nobody's."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import chainrule
from chainrule.cli import failure


def test_help_names_every_command(cli):
    found = cli("--help")
    assert found.status == 0
    for name in (
        *("train", "evaluate", "predict", "check-gradients"),
        *("listing", "data", "plot", "doctor"),
    ):
        assert f"\n  {name} " in found.out
    assert "..." not in found.out.partition("Commands:")[2], "a summary is cut short"


@pytest.mark.parametrize(
    "name",
    ["train", "evaluate", "predict", "check-gradients", "listing", "plot", "doctor", "data"],
)
def test_every_command_has_help(cli, name: str):
    found = cli(name, "--help")
    assert found.status == 0
    assert f"Usage: chainrule {name}" in found.out
    assert found.err == ""


def test_version(cli):
    assert cli("--version").out == f"chainrule {chainrule.__version__}\n"


@pytest.mark.parametrize(("argument", "said"), [("--help", ""), ("trian", "did you mean train?")])
def test_nothing_slow_is_imported_for_help(environment: dict[str, str], argument: str, said: str):
    code = (
        f"import sys; from chainrule.cli.main import main; main(['{argument}']); "
        "slow = {'numpy', 'rich', 'matplotlib', 'pooch', 'requests', 'PIL', 'safetensors'}; "
        "sys.exit(str(slow & set(sys.modules)) if slow & set(sys.modules) else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert said in done.stderr
    assert said or not done.stderr


def test_no_command_shows_the_road(cli):
    found = cli()
    assert (found.status, found.err) == (0, "")
    assert found.out.startswith("The road: 21 concepts")
    assert found.out.endswith("Next: chainrule learn slope  (slope: the note)\n")


def test_a_fault_of_ours_is_one_line(cli, monkeypatch: pytest.MonkeyPatch):
    def broken() -> None:
        raise ZeroDivisionError("this\nthat")

    monkeypatch.setattr("chainrule.machine.report", broken)
    found = cli("doctor")
    assert found.status == 2
    assert found.out == ""
    assert found.err.startswith("chainrule: a fault of this program, not of yours")
    assert found.err.count("\n") == 1
    assert failure.DEBUG in found.err
    monkeypatch.setenv(failure.DEBUG, "1")
    with pytest.raises(ZeroDivisionError):
        cli("doctor")


def test_every_rooms_error_is_for_a_person():
    from chainrule.algebra import AlgebraError
    from chainrule.network import FileError
    from chainrule.runs import RunError
    from chainrule.workshop import WorkshopError

    for kind in (AlgebraError, FileError, RunError, WorkshopError, chainrule.DataError):
        assert failure.explain(kind("what was found")) == "what was found"
    fault = RunError("is too large", setting="batch_size")
    assert failure.explain(fault) == "--batch-size is too large"


def test_too_little_memory_is_one_line(cli, monkeypatch: pytest.MonkeyPatch):
    def hungry() -> None:
        raise MemoryError

    monkeypatch.setattr("chainrule.machine.report", hungry)
    assert cli("doctor").err == f"chainrule: {failure.explain(MemoryError())}\n"


def test_a_reader_that_goes_away_is_no_error(
    command: Callable[..., list[str]], environment: dict[str, str]
):
    process = subprocess.Popen(
        command("listing", "784-30-30-30-30-30-10 sigmoid quadratic"),
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() in (0, 1)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_standard_output_is_said(
    command: Callable[..., list[str]], environment: dict[str, str]
):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            command("data", "list"),
            env=environment,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr == (
        "chainrule: standard output cannot be written: No space left on device\n"
    )


def test_a_terminal_without_blocks_gets_plain_characters(process, trained: Path, picture: Path):
    found = process("predict", trained, picture, PYTHONIOENCODING="ascii")
    assert found.status == 0
    assert found.out.isascii()
    assert "##" in found.out
    assert os.linesep in found.out


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("words", ["listing", "check softmax --wrt W2", "check softmax --wrt a2 y"])
def test_closed_streams(closed: str, words: str, environment: dict[str, str]):
    done = subprocess.run(
        f"{sys.executable} -W error -m chainrule {words} {closed}",
        shell=True, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == (1 if words.endswith("y") else 0)
    assert done.stderr == ""


def test_the_commands_of_the_readme_can_be_typed_one_after_the_other(cli):
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    assert cli("build", "start", "mine").status == 0
    commands = re.findall(r"chainrule (build (?!start|watch)[^`\n]*)", readme)
    assert commands
    for command in commands:
        found = cli(*command.split())
        assert "no network.py" not in found.err, command
        assert "start" not in found.err, command
    assert "pip install '.[plot]'" in readme
