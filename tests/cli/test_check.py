"""`chainrule check`: verdicts as exit status and JSON, and line by line at a terminal."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from chainrule.cli import failure
from chainrule.cli.main import main
from chainrule.cli.verdicts import STATUS, WORDS
from chainrule.derivation import VERDICTS


@pytest.mark.parametrize(
    ("arguments", "status", "part"),
    [
        (["quadratic", "--wrt", "W2", "delta2 @ a1.T"], 0, "right\n"),
        (["quadratic", "--wrt", "W2", "delta2 * a1.T"], 0, "right, in another form"),
        (["l2", "--wrt", "W2", "delta2 @ a1.T"], 1, "missing-term"),
        (["quadratic-form", "--wrt", "x", "2 * A @ x"], 1, "right only if"),
        (["quadratic", "--wrt", "W2", "delta2 @ z1.T"], 1, "symbol: one name stands"),
        (["quadratic", "--wrt", "W2", "--repair", "delta2 @ z1.T"], 1, "repaired: delta2 @ a1.T"),
        (["quadratic", "--wrt", "W2", "delta2 @"], 2, "not readable"),
        (["quadratic", "--wrt", "W2", "dC/dW2"], 3, "undecided"),
        (["logistic", "--wrt", "w[j]", "(a - y) * w[j]"], 1, "symbol: one name stands"),
        (["logistic", "--wrt", "w[j]", "--repair", "(a - y) * w[j]"], 1, "`w` should be `x`"),
        (["quadratic", "dC/dW2 = delta2 @ a1.T"], 0, "right"),
        (["quadratic", "dW2 = delta2 @ a1.T"], 0, "right"),
        (["quadratic", "delta2 = (a2 - y) * sigma'(z2)", "dC/db2 = delta2"], 0, "right"),
        (["x**2 * sin(x)", "2x sin(x) + x² cos(x)"], 0, "right"),
        (["power-rule", "12x^3 - 4x + 5"], 0, "right"),
        (["sigmoid", "f*(1 - f)"], 0, "right"),
        (
            ["quadratic", "--wrt", "z2", "dC/da2*sigma'(z2)", "(y-a2)*sigma'(z2)"],
            1,
            "line 2 breaks",
        ),
        (["--network", "5-4-3 sigmoid quadratic", "--wrt", "b1", "delta1"], 0, "right"),
        (["--network", "5-4-3 sigmoid quadratic", "--wrt", "a2", "-(y - a2)"], 0, "right"),
        (["softmax", "--wrt", "a2", "-y/a2"], 0, "right"),
        (["softmax", "--wrt", "W2_jk", "(a2[j] - y[j]) a1[k]"], 0, "right"),
        (["softmax", "-y/a2", "--wrt", "a2"], 0, "right"),
        (["softmax", "--wrt", "a2", "--", "-y/a2"], 0, "right"),
        (["softmax", "--wrt", "W2", "-(y-a2)@a1.T"], 0, "right"),
    ],
)
def test_the_exit_status_is_the_verdict(
    arguments: list[str], status: int, part: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", *arguments]) == status
    assert part in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["quadratic", "--wrt", "W9", "x"], "`W9` is not a quantity"),
        (["quadratic", "delta2"], "say of what: --wrt NAME, or in the line itself, dC/dW1 = ...;"),
        (["quadratic", "--wrt", "w1", "x"], "did you mean W1?"),
        (["quadratic", "--wrt", "W1[0,1]", "x"], "did you mean W1[j,k]?"),
        (["quadrtic", "--wrt", "W2", "x"], "did you mean quadratic?"),
        (["quadratic", "--wrt", "W2", "--json"], "an expression is missing"),
        (["quadratic", "--wtr", "W2", "x"], "no option --wtr; did you mean --wrt?"),
        (["softmax", "--network", "4-3-2", "--wrt", "W1", "x"], "give one of them"),
    ],
)
def test_unusable_input_is_one_line_and_status_2(
    arguments: list[str],
    part: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert main(["check", *arguments]) == 2
    shown = capsys.readouterr()
    assert part in shown.err
    assert shown.err.count("\n") == 1
    assert shown.out == ""


def test_every_verdict_has_words_and_an_exit_status_that_is_documented() -> None:
    assert set(WORDS) == set(STATUS) == set(VERDICTS)
    assert failure.__doc__ is not None
    documented = {int(status) for status in re.findall(r"\b(\d+): ", failure.__doc__)}
    assert set(STATUS.values()) <= documented


@pytest.mark.parametrize(
    ("words", "status"),
    [("delta2 @ a1.T", 0), ("delta2 * a1.T", 0), ("delta2 @ z1.T", 1), ("delta2 @", 2)],
)
def test_a_verdict_is_told_alike_at_once_and_line_by_line(
    words: str, status: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    main(["check", "quadratic", "--wrt", "W2", words])
    at_once = {line.strip().partition(":")[0] for line in capsys.readouterr().out.splitlines()}
    monkeypatch.setattr("sys.stdin", io.StringIO(words + "\n"))
    assert main(["check", "quadratic", "--wrt", "W2"]) == status
    told = {line.strip().partition(":")[0] for line in capsys.readouterr().out.splitlines()}
    assert at_once & told & set(WORDS.values())


def test_piped_lines_get_verdicts_and_no_prompts(capsys, monkeypatch) -> None:
    lines = "delta2 = (a2 - y) * sigma'(z2)\ndC/dW2 = delta2 @ a1\nhint\ndC/dW2 = delta2 @ a1.T\n"
    monkeypatch.setattr("sys.stdin", io.StringIO(lines))
    assert main(["check", "quadratic"]) == 1
    told = capsys.readouterr().out
    assert "> " not in told
    assert "= ?" not in told
    assert "transpose: `a1` should be transposed" in told
    assert told.count("right") == 2
    monkeypatch.setattr("sys.stdin", io.StringIO("delta2 = (y - a2)\n= (y - a2)\n"))
    assert main(["check", "quadratic", "--wrt", "z2", "--json"]) == 1
    assert len(json.loads(capsys.readouterr().out)["lines"]) == 2


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "quadratic", "--wrt", "W2", "--json", "a1 @ delta2.T"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert list(told) == ["verdict", "understood", "lines", "mistake", "condition", "witness"]
    assert told["mistake"]["kind"] == "transpose"
    assert told["mistake"]["repaired"] == "delta2 @ a1.T"


def test_a_sheet_of_ones_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sheet = tmp_path / "own.net"
    sheet.write_text("x: scalar\ny = sin(x^2)\n", encoding="utf-8")
    assert main(["check", str(sheet), "--wrt", "x", "cos(x^2)"]) == 1
    assert "missing-factor" in capsys.readouterr().out


class Terminal:
    """The command at a pseudo-terminal."""

    def __init__(self, *arguments: str) -> None:
        self.master, slave = pty.openpty()
        code = "import sys; from chainrule.cli.main import main; sys.exit(main(sys.argv[1:]))"
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**os.environ, "TERM": "dumb", "PYTHONIOENCODING": "utf-8"},
            start_new_session=True,
        )
        os.close(slave)
        self.seen = ""

    def until(self, part: str, seconds: float = 60.0) -> str:
        """What is shown up to `part`, which has to come."""
        end = time.monotonic() + seconds
        while part not in self.seen:
            ready, _, _ = select.select([self.master], [], [], max(end - time.monotonic(), 0))
            assert ready, f"{part!r} did not come; seen: {self.seen[-500:]!r}"
            try:
                self.seen += os.read(self.master, 65536).decode("utf-8", "replace")
            except OSError as gone:
                raise AssertionError(f"it ended; seen: {self.seen[-500:]!r}") from gone
        before, _, self.seen = self.seen.partition(part)
        return before + part

    def type(self, words: str) -> None:
        os.write(self.master, words.encode())

    def interrupt(self) -> None:
        """Ctrl-C, pressed again if it came just as readline showed the prompt and was lost."""
        for _ in range(10):
            os.kill(self.process.pid, signal.SIGINT)
            try:
                self.process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                continue
            return

    def end(self) -> int:
        status = self.process.wait(timeout=60)
        os.close(self.master)
        return status


def test_line_by_line() -> None:
    shell = Terminal("check", "quadratic", "--wrt", "W2")
    shell.until("help, quit")
    shell.until("1> ")
    shell.type("delta2 @ z1.T\n")
    shown = shell.until("1> ")
    assert "symbol: one name stands where another belongs" in shown
    assert "a1" not in shown
    shell.type("repair\n")
    assert "repaired: delta2 @ a1.T" in shell.until("1> ")
    shell.type("back\n")
    assert "no line to take back" in shell.until("1> ")
    shell.type("delta2 @\n")
    shown = shell.until("1> ")
    assert "not readable" in shown
    assert "^" in shown
    shell.type("hint\n")
    first = shell.until("1> ")
    shell.type("I don't know\n")
    second = shell.until("1> ")
    assert "Matrix product rule" in second
    assert "Matrix product rule" not in first
    shell.type("delta2 @ a1.T\n")
    shown = shell.until("2> ")
    assert "right" in shown
    assert "∂C/∂W₂ = δ₂ · a₁ᵀ" in shown
    shell.type("delta2 @ a1.T\n")
    shell.until("3> ")
    shell.type("back\n")
    assert "taken back" in shell.until("2> ")
    shell.type("show\n")
    shown = shell.until("2> ")
    assert "∂C/∂W₂ = δ₂ · a₁ᵀ" in shown
    assert "a2 = sigma(z2)" in shown
    shell.type("?\n")
    assert "What cannot be read costs nothing" in shell.until("2> ")
    shell.type("\n")
    assert "= ?" in shell.until("1> ")
    shell.type("quit\n")
    shell.until("To go on with this sheet: chainrule check quadratic --wrt b1")
    assert shell.end() == 0


@pytest.mark.usefixtures("heeding_ctrl_c")
@pytest.mark.parametrize("leave", ["\x04", "\x03"], ids=["ctrl-d", "ctrl-c"])
def test_leaving_quietly(leave: str) -> None:
    shell = Terminal("check", "quadratic", "--wrt", "W2")
    shell.until("1> ")
    if leave == "\x03":
        shell.interrupt()
    else:
        shell.type(leave)
    assert shell.end() == 0
    assert "Traceback" not in shell.seen


def test_the_witness_tells_yours_from_what_is_expected(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = tmp_path / "own.net"
    sheet.write_text("x: scalar\ny = 3*x\n", encoding="utf-8")
    assert main(["check", str(sheet), "--wrt", "x", "5"]) == 1
    assert "yours 5, expected 3" in capsys.readouterr().out


def test_what_is_said_of_a_line_fits_the_terminal(cli):
    found = cli("check", "relu", "--wrt", "z1", "dC/da1 * (z1 > 0.1)")
    assert found.status == 1
    assert max(map(len, found.out.splitlines())) <= 80
    assert "it equals delta1 at some values" in found.out
    assert "yours -0" not in found.out


def test_no_number_of_a_line_whose_sizes_do_not_fit(cli):
    found = cli("check", "softmax", "--wrt", "W1", "(W2 @ (a2 - y)) * sigma'(z1) @ x.T")
    assert "should be " in found.out


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ("I don't know", True),
        ("i dont get it", True),
        ("I have no idea what this is about.", True),
        ("idk", True),
        ("I am stuck", True),
        ("why", True),
        ("delta2 @ a1.T", False),
        ("dC/dW2 = no", False),
        ("n o t", False),
    ],
)
def test_who_does_not_know_gets_a_hint(words, hint, capsys, monkeypatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(words + "\n"))
    main(["check", "softmax", "--wrt", "W2"])
    assert ("`C` depends on `W2` through `z2`." in capsys.readouterr().out) == hint


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("(W2.T delta2) * sigma'(z1)", "(W₂ᵀ · δ₂) ⊙ σ′(z₁)"),
        ("(W2.T @ δ₂) ⊙ sigma'(z1)", None),
        ("(W₂ᵀ @ delta2) * σ′(z1)", None),
    ],
)
def test_what_was_read_is_told_where_it_is_not_what_was_typed(words, read, cli) -> None:
    out = cli("check", "softmax", "--wrt", "z1", words).out
    assert (f"read as {read}" in out) if read else ("read as" not in out)


def test_a_networks_batch_and_penalty_are_asked_about_as_they_are_derived(cli) -> None:
    network = ("--network", "5-4-3 sigmoid quadratic", "--batch", "rows", "--l2")
    done = cli("check", *network, "dC/db1 = sum(Delta1, axis=0)")
    assert done.out.startswith("right\n")
    assert "--batch rows --l2 --wrt W1" in done.out
