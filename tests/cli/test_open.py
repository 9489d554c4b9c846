"""`chainrule open`: the first line is the address, Ctrl-C ends it at once, also with a stream."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from chainrule.cli.main import main

COMMAND = (sys.executable, "-m", "chainrule", "open")


def test_the_address_comes_first_and_ctrl_c_ends_it(tmp_path: Path):
    environment = {**os.environ, "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)}
    process = subprocess.Popen(
        [*COMMAND, "backprop", "--no-browser"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    assert address.startswith("http://127.0.0.1:")
    assert "/backprop?token=" in address
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    assert b"<h1>Backprop</h1>" in opener.open(address).read()
    stream = opener.open(address.partition("/backprop")[0] + "/train/events")
    assert stream.readline().startswith(b"retry")
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert errors == ""
    assert process.returncode in (0, 130)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["bakprop"], "no view is called 'bakprop'; did you mean backprop?"),
        (["--run", "nothing.safetensors"], "nothing.safetensors: no such file"),
        (["--port", "99999"], "--port"),
    ],
)
def test_what_cannot_be_opened(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
):
    assert main(["open", *arguments]) == 2
    assert message in capsys.readouterr().err
