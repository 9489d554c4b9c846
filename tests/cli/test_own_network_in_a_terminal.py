"""A learner's own network, from `build start` to `build predict`, typed into one shell."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from chainrule.workshop import references, stage
from tests.support.pictures import picture
from tests.support.shell import Shell

DERIVED = {
    "sigmoid_prime": ("sigma'(z) =", "f * (1 - f)"),
    "output_error": ("(a - y) * sigma'(z)", "(a2 - y) * sigma'(z2)"),
    "hidden_error": ("(W_next.T @ delta_next) * sigma'(z)", "(W2.T @ delta2) * sigma'(z1)"),
}
"""Functions with a piece of their formula, and the equation that is derived for each (Nielsen,
chapter 2)."""
TO_DERIVE = re.compile(r"chainrule (check [\w-]+ --wrt \S+)")


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    opened = Shell(tmp_path, one_process=True)
    yield opened
    opened.close()


def one_line(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_from_an_empty_folder_to_a_picture_that_is_read(shell: Shell) -> None:
    said, status = shell.command("build start")
    assert status == 0
    assert "chainrule build watch" in said
    file = shell.folder / "my-network" / "network.py"
    given = file.read_text()
    functions = {
        one: re.split(rf"(?m)^def {one}\b", given)[1].split("\ndef ")[0] for one in DERIVED
    }
    for name, (formula, _) in DERIVED.items():
        assert formula not in one_line(functions[name]), "it is there to be derived"

    # Each equation is derived where its docstring says; a wrong line shows nothing.
    said, status = shell.command("build check output_error")
    assert status == 1
    assert DERIVED["output_error"][0] not in one_line(said)
    assert "Once it is right there, it stands here" in one_line(said)
    assert shell.command("check quadratic --wrt delta2 'a2 - y'")[1] == 1
    assert DERIVED["output_error"][0] not in one_line(shell.command("build check output_error")[0])
    for name, (_, equation) in DERIVED.items():
        (where,) = TO_DERIVE.findall(functions[name])
        said, status = shell.command(f'{where} "{equation}"')
        assert status == 0, said
    for name, (formula, _) in DERIVED.items():
        said, _ = shell.command(f"build check {name}")
        assert formula in one_line(said), "it stands there once it was derived"
    assert shell.command("build reset output_error")[1] == 0
    assert DERIVED["output_error"][0] in one_line(file.read_text())

    # The functions are written; one of them with a mistake, which is named.
    right = "(W_next.T @ delta_next) * sigmoid_prime(z)"
    assert right in stage("hidden_error").reference
    file.write_text(references().replace(right, "(W_next.T @ delta_next)"))
    said, status = shell.command("build check hidden_error")
    assert status == 1
    assert "sigma" in said
    file.write_text(references())
    said, status = shell.command("build check --all")
    assert status == 0, said
    assert re.search(r"(\d+) of \1 functions pass", said)

    # It is trained, drawn, and reads pictures.
    said, status = shell.command("build train --epochs 12")
    assert status == 0, said
    kept = "my-network/trained.safetensors"
    assert shell.command(f"plot {kept} --out curves.png")[1] == 0
    assert (shell.folder / "curves.png").stat().st_size > 5_000
    labels = [picture(shell.folder, number)[1] for number in range(8)]
    names = " ".join(f"{number}.png" for number in range(8))
    said, status = shell.command(f"build predict {names}")
    assert status == 0, said
    read = sum(f"{number}.png: {label}" in said for number, label in enumerate(labels))
    assert read >= 7, said
