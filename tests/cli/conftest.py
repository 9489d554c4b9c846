"""The command line, run in this process or as a command of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import chainrule
from chainrule.cli.main import main

SOURCE = Path(chainrule.__file__).parents[1]


@dataclass(frozen=True)
class Outcome:
    """What a command line came to."""

    status: int
    out: str
    err: str

    def objects(self) -> list[dict[str, Any]]:
        """The lines of standard output, each a JSON object without NaN or infinity."""

        def refuse(name: str) -> None:
            raise AssertionError(f"{name} in JSON")

        return [json.loads(line, parse_constant=refuse) for line in self.out.splitlines()]


Cli = Callable[..., Outcome]


@pytest.fixture(autouse=True)
def in_an_empty_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Every test runs as a stranger: an empty folder, an empty home, 80 columns, no data."""
    monkeypatch.chdir(tmp_path)
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / ".cache"))
    monkeypatch.setenv("COLUMNS", "80")
    for name in ("CHAINRULE_DATA", "CHAINRULE_DEBUG", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    """Run a command line in this process."""

    def run(*arguments: object) -> Outcome:
        capsys.readouterr()
        status = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Outcome(status, captured.out, captured.err)

    return run


@pytest.fixture
def command() -> Callable[..., list[str]]:
    """The command line as a process of its own, where warnings are errors too."""

    def of(*arguments: object) -> list[str]:
        code = "import sys; from chainrule.cli.main import main; sys.exit(main())"
        return [sys.executable, "-W", "error", "-c", code, *map(str, arguments)]

    return of


@pytest.fixture
def heeding_ctrl_c() -> Iterator[None]:
    """Processes that are started heed Ctrl-C and the loss of their terminal.

    `pytest &` in a script ignores the one, `nohup pytest` the other. A process inherits what is
    ignored; what is handled is for it as by default.
    """
    kinds = [getattr(signal, name) for name in ("SIGINT", "SIGHUP") if hasattr(signal, name)]
    before = {kind: signal.signal(kind, signal.default_int_handler) for kind in kinds}
    yield
    for kind, handler in before.items():
        signal.signal(kind, handler)


@pytest.fixture
def environment() -> dict[str, str]:
    """The environment of a process of its own, with the kernels that this process runs on."""
    ours = {"PYTHONPATH": str(SOURCE), "PYTHONUNBUFFERED": "1", "CHAINRULE_KERNELS": "keep"}
    return {**os.environ, **ours}


@pytest.fixture
def process(command: Callable[..., list[str]], environment: dict[str, str]) -> Cli:
    """Run a command line in a process of its own, to its end."""

    def run(*arguments: object, **environ: str) -> Outcome:
        done = subprocess.run(
            command(*arguments),
            env={**environment, **environ},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return Outcome(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a short run on the digits; not to be written to."""
    path = tmp_path_factory.mktemp("trained") / "digits.safetensors"
    assert main(["train", "--epochs", "5", "--out", str(path), "--json"]) == 0
    return path


@pytest.fixture
def run_copy(trained: Path, tmp_path: Path) -> Path:
    """A copy of that file, to be spoilt."""
    path = tmp_path / "run.safetensors"
    path.write_bytes(trained.read_bytes())
    return path


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A PNG with one vertical stroke, dark on light."""
    from PIL import Image, ImageDraw

    image = Image.new("L", (60, 80), 245)
    ImageDraw.Draw(image).rectangle((27, 10, 35, 70), fill=15)
    path = tmp_path / "one.png"
    image.save(path)
    return path


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A CSV file of 60 examples of two numbers each, in three classes."""
    lines = ["label,u,v"]
    for i in range(60):
        k = i % 3
        lines.append(f"{k},{0.1 + 0.4 * (k == 1) + 0.001 * i},{0.1 + 0.4 * (k == 2)}")
    path = tmp_path / "table.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
