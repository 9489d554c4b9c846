"""What is drawn: pictures of characters, and the live line on a real terminal."""

from __future__ import annotations

import fcntl
import io
import json
import math
import os
import pty
import re
import signal
import struct
import subprocess
import termios
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from chainrule.cli import picture, terminal
from chainrule.cli.curve import curve
from chainrule.cli.live import LiveLine, clock
from chainrule.network import Epoch
from tests.support.terminal import Terminal


def test_small_images_have_two_characters_a_pixel():
    image = np.array([[0.0, 1.0], [0.5, 0.25]])
    assert picture.draw(image, blocks=True) == ["  ██", "▒▒░░"]
    assert picture.draw(image, blocks=False) == ["  @@", "++.."]


def test_large_images_have_half_a_character_a_pixel():
    image = np.zeros((28, 28))
    image[1, 0], image[2, 1], image[4:6, 2] = 1, 1, 1
    lines = picture.draw(image, blocks=True)
    assert (len(lines), len(lines[0])) == (14, 28)
    assert [lines[0][0], lines[1][1], lines[2][2]] == ["▄", "▀", "█"]
    assert sum(character != " " for line in lines for character in line) == 3


@pytest.mark.parametrize("shape", [(1, 1), (5, 3), (28, 28), (29, 31), (100, 300), (1, 784)])
@pytest.mark.parametrize("width", [16, 40, 80])
def test_no_image_is_wider_than_the_terminal(shape: tuple[int, int], width: int):
    for blocks in (True, False):
        lines = picture.draw(np.random.default_rng(0).random(shape), blocks=blocks, width=width)
        assert lines
        assert max(map(len, lines)) <= width


def test_blocks_side_by_side_wrap():
    block = ["ab", "c"]
    assert picture.beside([block, block], 80) == ["ab   ab", "c    c"]
    assert picture.beside([block, block], 4) == ["ab", "c", "", "ab", "c"]


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0.6, "0:01"), (75, "1:15"), (3600, "1:00:00"), (3725, "1:02:05")]
)
def test_clock(seconds: float, shown: str):
    assert clock(seconds) == shown


def on_a_terminal(command: list[str], environment: dict[str, str], columns: int) -> tuple[int, str]:
    """Run a command on a pseudo-terminal of so many columns; its status and what it wrote."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen(command, env=environment, stdin=slave, stdout=slave, stderr=slave)
    os.close(slave)
    written = b""
    while True:
        try:
            chunk = os.read(master, 65536)
        except OSError:  # what Linux says at the end
            break
        if not chunk:
            break
        written += chunk
    os.close(master)
    return process.wait(), written.decode()


def left_standing(written: str) -> list[str]:
    """The lines of a screen on which a line may be written over from its first column."""
    lines = []
    for row in written.replace("\r\n", "\n").split("\n"):
        line = ""
        for over in row.split("\r"):
            line = over + line[len(over) :]
        lines.append(line.rstrip())
    return lines


@pytest.mark.parametrize("columns", [30, 40, 80, 120])
@pytest.mark.parametrize("colour", [True, False])
def test_every_epoch_leaves_one_line_and_the_live_line_none(
    command: Callable[..., list[str]],
    environment: dict[str, str],
    columns: int,
    colour: bool,
):
    environment = {**environment, "TERM": "xterm-256color"}
    environment.pop("COLUMNS", None)
    if not colour:
        environment["NO_COLOR"] = "1"
    status, written = on_a_terminal(command("train", "--epochs", 12), environment, columns)
    assert status == 0
    plain = re.sub(r"\x1b\[[\d;]*m", "", written)
    assert "\x1b" not in plain, "nothing moves or hides the cursor"
    if not colour:
        assert not re.search(r"\x1b\[[\d;]*3\dm", written)
    written_over = re.split(r"[\r\n]+", plain.partition("test accuracy")[0])
    live = [line for line in written_over if re.search(r"\d %|\b\d+/12\b", line)]
    assert max(map(len, live)) <= columns - 1, "the last column is left free"
    drawn = [line.rstrip() for line in written_over if re.search(r"\b\d+/12\b", line)]
    assert len(drawn) == 12
    assert "12/12" in drawn[-1]
    screen = left_standing(plain)
    assert [line for line in screen if "/12" in line] == drawn, "one line an epoch"
    assert not any("━" in line for line in screen), "nothing of the live line is left"
    assert "━" in plain
    if columns >= 80:
        assert re.match(r"epoch 12/12  cost [\d.]+ +validation [\d.]+ %  training", drawn[-1])
    else:
        assert "validation" in drawn[-1]
    curves = [line for line in screen if re.search("[▁▂▃▄▅▆▇█]{12}|[▁▂▃▄▅▆▇█]{8}", line)]
    assert any("█" in line.partition("▁")[0] for line in curves), "the cost falls"
    assert max(len(line) for line in curves) <= columns - 1
    assert re.search(r"test accuracy \d\d\.\d\d %", plain)


def test_the_time_left_is_that_of_the_clock():
    """Ten seconds for the first two epochs of six, evaluation and saving with them: 20 are left."""
    clock_now = [100.0]
    line = LiveLine(Console(file=io.StringIO(), width=80), now=lambda: clock_now[0])

    def left(number: int) -> str:
        line.record(Epoch(number, 6, 0.1, 1.0, 0.9, 1.0, 0.9, seconds=0.1, examples_per_second=1.0))
        return line.left(float(number), 6)

    clock_now[0] = 105.0
    assert left(1) == "0:25 left"
    clock_now[0] = 110.0
    assert left(2) == "0:20 left"


def test_a_resumed_run_counts_its_own_epochs_only():
    clock_now = [0.0]
    line = LiveLine(Console(file=io.StringIO(), width=80), now=lambda: clock_now[0])
    clock_now[0] = 10.0
    line.record(Epoch(51, 60, 0.1, 1.0, 0.9, 1.0, 0.9, seconds=0.1, examples_per_second=1.0))
    assert line.left(51.0, 60) == "1:30 left"


def test_a_resumed_runs_curve_is_that_of_all_epochs():
    def epoch(number: int) -> Epoch:
        return Epoch(number, 4, 0.1, 5.0 - number, None, None, 0.2 * number, 0.1, 1.0)

    written = io.StringIO()
    line = LiveLine(Console(file=written, width=80), before=[epoch(1), epoch(2)])
    line.record(epoch(3))
    line.record(epoch(4))
    line.finish()
    assert written.getvalue().count("/4") == 2
    cost, accuracy = left_standing(written.getvalue())[-3:-1]
    assert cost.split() == ["cost", "4", "█▆▃▁", "1"]
    assert accuracy.split() == ["validation", "20.00", "%", "▁▃▆█", "80.00", "%"]


@pytest.mark.parametrize(
    ("values", "room", "drawn"),
    [
        ([0, 1, 2, 3, 4, 5, 6, 7], 8, "▁▂▃▄▅▆▇█"),
        ([0, 0, 7, 7], 2, "▁█"),
        ([3, 3], 8, "▅▅"),
        ([math.nan, 0, math.inf, 7], 8, " ▁ █"),
        ([math.nan], 8, " "),
        ([], 8, ""),
    ],
)
def test_a_curve_lies_between_the_least_and_the_greatest(values, room, drawn):
    assert curve(values, room) == drawn


@pytest.mark.parametrize("columns", [40, 80])
@pytest.mark.usefixtures("heeding_ctrl_c")
def test_ctrl_c_leaves_whole_lines(tmp_path: Path, columns: int):
    shell = Terminal(
        ["train", "--epochs", "10000", "--out", "run.safetensors"], tmp_path, columns=columns
    )
    try:
        shell.expect("3/10000")
        shell.process.send_signal(signal.SIGINT)
        shell.expect("█")
        shell.expect("chainrule: stopped; ")
        shell.expect("chainrule train --resume run.safetensors")
        assert shell.process.wait(timeout=60) == 130
        assert shell.as_it_was()
    finally:
        shell.close()


@pytest.mark.parametrize(("value", "ink"), [(0.39, " "), (0.41, "█"), (0.89, "█")])
def test_what_is_ink_in_a_large_image(value: float, ink: str):
    assert set("".join(picture.draw(np.full((16, 16), value), blocks=True))) == {ink}


def test_without_blocks_two_rows_are_one_line():
    image = np.zeros((16, 16))
    image[0], image[3], image[5], image[6:8] = 1, 1, 0.2, 1
    lines = picture.draw(image, blocks=False)
    assert [line[0] for line in lines[:4]] == ["+", "+", " ", "@"]


def test_json_has_null_where_there_is_no_number(capsys: pytest.CaptureFixture[str]):
    value = {"nan": math.nan, "many": [math.inf, (-math.inf, 1.5)], 2: "NaN", "inner": {"x": -0.0}}
    plain = {"nan": None, "many": [None, [None, 1.5]], "2": "NaN", "inner": {"x": 0.0}}
    assert terminal.plain(value) == plain
    terminal.print_json(value)
    assert json.loads(capsys.readouterr().out) == plain
