"""The same seed gives the same bits by every door: Python, the terminal, the workshop.

Each door is a process of its own, in which nothing else was imported before.
"""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import chainrule as cr

SOURCE = Path(cr.__file__).parents[1]
ARCHITECTURES = [
    "64-30-10 sigmoid quadratic",
    "64-30-10 sigmoid cross-entropy",
    "64-10 softmax log-likelihood",
    "64-40-20-10 relu softmax log-likelihood",
    "64-128-64-10 relu softmax log-likelihood",
    "64-30-10 tanh tanh quadratic",
    "64-30-30-10 leaky-relu sigmoid cross-entropy",
    "64-25-10 tanh identity quadratic",
]

TERMINAL = """
from chainrule.__main__ import main

def trained(text):
    sizes, *hidden, output, cost = text.split()
    layers = ",".join(sizes.split("-")[1:-1]) or "none"
    sys.argv[1:] = ["train", "--layers", layers, "--output", output, "--cost", cost, "--seed", "5",
                    "--learning-rate", "0.1", "--init", "scaled", "--epochs", "2", "--json",
                    "--batch-size", "32", "--out", "run.safetensors"]
    sys.argv += ["--hidden", *hidden] if hidden else ["--hidden", output] * (layers != "none")
    with contextlib.redirect_stdout(io.StringIO()):
        assert main() == 0
    import chainrule
    run = chainrule.load_run("run.safetensors").network
    os.remove("run.safetensors")
    return run
"""
PYTHON = """
import chainrule as cr

def trained(text):
    network = cr.Network.of(text, init="scaled", seed=5)
    data, sgd = cr.load("digits"), cr.SGD(0.1)
    for _ in cr.train(network, data, epochs=2, batch_size=32, optimizer=sgd, seed=5):
        pass
    return network
"""
WORKSHOP = PYTHON.replace(
    "import chainrule as cr\n",
    "from chainrule.workshop import own_training\nimport chainrule as cr\n",
).replace("cr.train(", "own_training.train(")
CODE = """
import contextlib, hashlib, io, os, sys
{door}
for text in {architectures!r}:
    parameters = trained(text).parameters
    content = b"".join(parameters[name].tobytes() for name in sorted(parameters))
    print(hashlib.sha256(content).hexdigest())
"""


@cache
def digests(door: str) -> list[str]:
    """The SHA-256 of the trained parameters of each architecture."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("CHAINRULE_")}
    return subprocess.run(
        [sys.executable, "-c", CODE.format(door=door, architectures=ARCHITECTURES)],
        env={**environment, "PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    ).stdout.split()


@pytest.mark.parametrize("door", [TERMINAL, WORKSHOP], ids=["the terminal", "the workshop"])
def test_the_same_bits_as_by_python(
    door: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert len(set(digests(PYTHON))) == len(ARCHITECTURES)
    assert digests(door) == digests(PYTHON)
