"""`chainrule derive` and `chainrule export`."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chainrule.cli.terminal import fold

Cli = Callable[..., Any]


def test_all_gradients_of_a_sheet_with_every_step(cli: Cli) -> None:
    done = cli("derive", "softmax")
    assert done.status == 0
    assert "delta2 = softmax(z2) * (dC/da2 - sum(dC/da2 * softmax(z2)))\n" in done.out
    assert "       = a2 - y\n  1. derivative of softmax" in done.out
    assert done.out.startswith("One hidden layer, one example in a column, softmax")
    assert "\n  C = -sum(y * log(a2))\n" in done.out
    assert done.out.endswith("Next, derive it yourself: chainrule check softmax --wrt W1\n")
    assert "dC/dx" not in done.out
    assert "dC/dW1 = delta1 @ x.T\n" in done.out
    assert done.err == ""


def test_one_gradient_and_the_results_only(cli: Cli) -> None:
    assert cli("derive", "deep", "--wrt", "W2", "--equations").out == "dC/dW2 = delta2 @ a1.T\n"
    both = cli("derive", "deep", "--wrt", "delta3", "--wrt", "W1[j,k]", "--equations")
    assert both.out == "delta3 = (a3 - y) * sigma'(z3)\ndC/dW1[j,k] = delta1[j] * x[k]\n"


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ("text", "delta1 = (W2.T @ delta2) * sigma'(z1)\n"),
        ("unicode", "δ₁ = (W₂ᵀ · δ₂) ⊙ σ′(z₁)\n"),
        ("latex", "\\delta_1 = (W_2^\\top \\delta_2) \\odot \\sigma'(z_1)\n"),
        ("mathml", '<msub data-ref="delta1"><mi>δ</mi><mn>1</mn></msub>'),
        ("numpy", "delta1 = (W2.T @ delta2) * sigma_prime(z1)  #"),
        ("markdown", "### `delta1`, the derivative of `C` by `z1`\n"),
    ],
)  # fmt: skip
def test_every_form(cli: Cli, form: str, words: str) -> None:
    done = cli("derive", "quadratic", "--wrt", "delta1", "--equations", "--format", form)
    assert done.status == 0
    assert words in done.out


def test_json_is_one_object_with_every_step(cli: Cli) -> None:
    done = cli("derive", "quadratic", "--format", "json")
    [found] = done.objects()
    assert found["sheet"]["cost"] == "C"
    by_name = {derivation["target"]: derivation for derivation in found["derivations"]}
    assert by_name["delta1"]["result"] == "(W2.T @ delta2) * sigma'(z1)"
    keys = {"rule", "why", "before", "after", "node", "kind", "part"}
    assert keys == set(by_name["delta1"]["steps"][0])
    [single] = cli("derive", "quadratic", "--format", "json", "--wrt", "W1").objects()
    assert [derivation["wrt"] for derivation in single["derivations"]] == ["W1"]


def test_a_network_in_one_line(cli: Cli) -> None:
    line = "784-30-10 sigmoid quadratic"
    one = cli("derive", "--network", line, "--equations")
    assert "delta2 = (a2 - y) * sigma'(z2)\n" in one.out
    rows = cli("derive", "--network", line, "--equations", "--batch", "rows", "--l2")
    assert "dC/dW1 = Delta1.T @ X + lam/n * W1\n" in rows.out
    assert "dC/db1 = sum(Delta1, axis=0)\n" in rows.out
    columns = cli("derive", "--network", line, "--equations", "--batch", "columns")
    assert "dC/db1 = sum(Delta1, axis=1)\n" in columns.out


def test_a_sheet_from_a_file(cli: Cli) -> None:
    Path("mine.net").write_text("x: scalar\nf = x**3\n", "utf-8")
    assert cli("derive", "mine.net", "--equations").out == "df/dx = 3 * x**2\n"


@pytest.mark.parametrize(
    ("given", "status", "out", "said"),
    [
        (b"x: scalar\nf = sin(x)\n", 0, "df/dx = cos(x)\n", ""),
        (b"x: scalar\nf = sin(u)\n", 2, "", "line 2, column 9: unknown name `u`"),
        (b"x: scalar\xff", 2, "", "standard input is not text in UTF-8"),
        (b"", 2, "", "there is no cost"),
    ],
)
def test_a_sheet_from_standard_input(
    command: Callable[..., list[str]],
    environment: dict[str, str],
    given: bytes,
    status: int,
    out: str,
    said: str,
) -> None:
    done = subprocess.run(
        command("derive", "-", "--equations"),
        env={**environment, "PYTHONUTF8": "1"}, input=given, capture_output=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout.decode()) == (status, out)
    assert said in done.stderr.decode()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["derive", "sofmax"], "did you mean softmax? chainrule sheets lists them"),
        (["derive"], "name a sheet, such as softmax; chainrule sheets lists them all"),
        (["export"], "name a sheet, such as softmax; chainrule sheets lists them all"),
        (["derive", "softmax", "--wrt", "W9"], "`W9` is not a quantity of the sheet"),
        (["derive", "softmax", "--format", "mathlm"], "did you mean mathml? it is one of text"),
        (["derive", "x: scalar"], "line 1, column 1: there is no cost"),
        (["derive", "softmax", "--network", "2-3 sigmoid"], "give one of them"),
        (["derive", "softmax", "--batch", "rows"], "belong to --network"),
        (["derive", "--network", "2-x"], "is no architecture"),
        (["derive", "--network", "2-3-2", "--batch", "heap"], "it is rows or columns"),
        (["derive", "."], "is a folder"),
        (["export", "softmax", "--wrt", "W9"], "`W9` is not a quantity of the sheet"),
        (["export", "x: scalar\nf = log(-x**2)"], "no numbers were found"),
    ],
)
def test_unusable_input_is_one_line_and_status_2(cli: Cli, arguments: list[str], said: str) -> None:
    done = cli(*arguments)
    assert done.status == 2
    assert done.out == ""
    assert said in done.err
    assert done.err.count("\n") == 1


@pytest.mark.parametrize("across", [80, 40])
@pytest.mark.parametrize("form", ["text", "unicode"])
def test_a_derivation_is_folded_at_words(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, form: str, across: int
) -> None:
    monkeypatch.delenv("COLUMNS")
    whole = cli("derive", "softmax", "--format", form).out
    assert max(map(len, whole.splitlines())) > 100, "a pipe gets every line whole"
    monkeypatch.setenv("COLUMNS", str(across))
    folded = cli("derive", "softmax", "--format", form).out
    assert max(map(len, folded.splitlines())) <= across
    assert folded.split() == whole.split()
    assert "\n\n" in folded
    latex = cli("derive", "softmax", "--format", "latex").out
    assert max(map(len, latex.splitlines())) > 80, "what is copied stays whole"


def test_a_line_is_set_in_below_its_words() -> None:
    assert fold("delta2 = a1 + a2 + a3", 16) == ["delta2 = a1 + a2", "     + a3"]
    assert fold("dW = a1 + a2 + a3 + a4", 18) == ["dW = a1 + a2 + a3", "     + a4"]
    assert fold("   = a1 + a2 + a3 + a4", 18) == ["   = a1 + a2 + a3", "     + a4"]
    assert fold("  1. a rule, at a place", 18) == ["  1. a rule, at a", "     place"]
    assert fold("", 18) == [""]


def test_an_exported_module_runs_with_numpy_alone(cli: Cli) -> None:
    assert cli("export", "rows", "-o", "network.py").status == 0
    done = subprocess.run(
        [sys.executable, "-I", "network.py"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert "dC/dW1       right, relative error" in done.stdout
    assert "chainrule" not in Path("network.py").read_text("utf-8")
    again = cli("export", "rows", "-o", "network.py")
    assert again.status == 2
    assert "is there already" in again.err


def test_a_module_is_written_whole_or_not_at_all(
    command: Callable[..., list[str]], environment: dict[str, str], cli: Cli
) -> None:
    resource = pytest.importorskip("resource")
    done = subprocess.run(
        command("export", "softmax", "-o", "network.py"),
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)),
    )
    assert done.returncode == 2
    assert done.stderr.startswith("chainrule: network.py cannot be written: ")
    assert not Path("network.py").exists(), "the next attempt would find the name taken"
    assert cli("export", "softmax", "-o", "network.py").status == 0


def test_a_module_of_a_network_and_as_json(cli: Cli) -> None:
    printed = cli("export", "--network", "4-3-2 relu log-likelihood", "--wrt", "W1").out
    assert printed.startswith('"""4-3-2')
    found = json.loads(cli("export", "softmax", "--json").out)
    assert set(found) == {"source", "forward", "backward", "variables"}
    assert found["backward"][0] == "delta2 = a2 - y"
    assert found["source"] == cli("export", "softmax").out


def test_the_steps_that_say_nothing_are_shown_with_all(cli: Cli) -> None:
    told, every = cli("derive", "softmax").out, cli("derive", "softmax", "--all").out
    assert len(every.splitlines()) > len(told.splitlines())
    assert "order the terms" in every
    assert "order the terms" not in told


def test_what_is_given_is_asked_for_by_name_or_with_inputs(cli: Cli) -> None:
    told = cli("derive", "softmax").out
    assert "Left out: the derivatives by `x`, `y`, which are given and not trained.\n" in told
    assert "--wrt x asks for one of them" in told
    assert "dC/dx = W1.T @ delta1\n" in cli("derive", "softmax", "--wrt", "x").out
    assert "dC/dx = W1.T @ delta1\n" in cli("derive", "softmax", "--inputs", "--equations").out


def test_a_function_that_is_typed(cli: Cli) -> None:
    done = cli("derive", "x**2 * sin(x)")
    assert "product rule: df/dx = 2 * x * sin(x) + x**2 * cos(x)\n" in done.out
    assert done.out.endswith('chainrule check "x**2 * sin(x)" --wrt x\n')


def test_from_the_entries_to_the_matrix(cli: Cli) -> None:
    done = cli("derive", "quadratic", "--wrt", "a1[j]")
    order = ["z2[k] = sum(j, W2[k,j] * a1[j]) + b2[k]",
             "dC/da1[j] = sum(k, W2[k,j] * delta2[k])", "dC/da1 = W2.T @ delta2",
             "`W2.T[j,k] = W2[k,j]`"]  # fmt: skip
    words = " ".join(done.out.split())
    places = [words.rindex(part) for part in order]
    assert places == sorted(places)
    assert done.out.endswith('chainrule check quadratic --wrt "a1[j]"\n')


@pytest.mark.parametrize(
    ("sheet", "words"),
    [
        ("product-rule", "product rule: df/dx = du/dx * v + u * dv/dx\n"),
        ("quotient-rule", "quotient rule: df/dx = (du/dx * v - u * dv/dx)/v**2\n"),
        ("chain-rule", "chain rule: df/dx = cos(u) * du/dx\n"),
        ("sigmoid", "the function itself: df/dz = f * (1 - f)\n"),
        ("tanh-definition", "the function itself: df/dz = 1 - f**2\n"),
        ("softplus", "the sigmoid by its name: df/dz = sigma(z)\n"),
    ],
)
def test_a_sheet_that_bears_a_rules_name_uses_it(cli: Cli, sheet: str, words: str) -> None:
    assert words in cli("derive", sheet).out


@pytest.mark.parametrize("form", ["text", "unicode", "latex", "html", "markdown"])
def test_every_derivation_ends_with_what_to_type_next(cli: Cli, form: str) -> None:
    last = [line for line in cli("derive", "rows", "--format", form).out.splitlines() if line]
    assert any("chainrule check rows --wrt W1" in line for line in last[-3:])


def test_names_for_what_a_sheet_did_not_name_are_said(cli: Cli) -> None:
    Path("own.net").write_text(
        "x: (n,1)\ny: (k,1)\nW: (k,n)\na = sigma(W @ x)\nC = sum((a - y)**2)/2\n", "utf-8"
    )
    out = cli("derive", "own.net").out
    assert "speak of it: `z = W @ x`.\n" in out
    assert "dC/dW = delta @ x.T\n" in out
    assert "Add the line of z to your sheet" in out


def test_what_is_to_be_typed_next_can_be_typed(cli: Cli) -> None:
    line = "3-2 softmax log-likelihood"
    for arguments in (["power-rule"], ["--network", line], ["--network", line, "--batch", "rows"]):
        words = " ".join(cli("derive", *arguments).out.split())
        program, *command = shlex.split(words[words.rindex(" chainrule ") :])
        assert program == "chainrule"
        answer = {"power-rule": "12x^3 - 4x + 5", "rows": "Delta1.T @ X"}.get(
            arguments[-1], "delta1 @ x.T"
        )
        done = cli(*command, answer)
        assert done.status == 0, done.err
