"""One network, one seed, the same bits: by whichever door training is begun."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import chainrule as cr
import chainrule.network
from chainrule.cli.main import main
from chainrule.workshop import own_training

SOURCE = str(Path(cr.__file__).parents[1])
SEED = 3


@dataclass(frozen=True)
class Spec:
    """How a network is made and trained, as each door takes it."""

    layers: tuple[int, ...]
    hidden: str
    cost: str
    optimizer: str
    learning_rate: float
    batch_size: int
    l2: float = 0.0
    dropout: float = 0.0

    @property
    def init(self) -> str:
        return "he" if self.hidden == "relu" else "scaled"


SPECS = {
    "784-128-64-10 relu": Spec((128, 64), "relu", "log-likelihood", "sgd", 0.1, 32),
    "784-30-10 quadratic": Spec((30,), "sigmoid", "quadratic", "sgd", 3.0, 10),
    "784-100-10 cross-entropy": Spec((100,), "sigmoid", "cross-entropy", "sgd", 0.5, 10, l2=5.0),
    "784-10": Spec((), "sigmoid", "log-likelihood", "sgd", 0.5, 10),
    "784-60-10 tanh": Spec((60,), "tanh", "cross-entropy", "momentum", 0.02, 7),
    "784-100-50-10 leaky": Spec((100, 50), "leaky-relu", "quadratic", "nesterov", 0.01, 64),
    "784-128-10 adam": Spec((128,), "relu", "log-likelihood", "adam", 0.001, 100),
    "784-64-64-10 dropout": Spec((64, 64), "tanh", "quadratic", "rmsprop", 0.001, 16, dropout=0.2),
}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Images of noise as bytes, laid out as MNIST is, with a margin that is 0 in all of them."""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (700, 28, 28), np.uint8)
    images[:, :2] = 0
    labels = np.arange(700) % 10
    path = tmp_path_factory.mktemp("images") / "images.npz"
    np.savez(
        path, x_train=images[:600], y_train=labels[:600], x_test=images[600:], y_test=labels[600:]
    )
    return path


def trained_by(train: Any, spec: Spec, data: Any) -> Any:
    """The parameters after two epochs of this function's training."""
    network = cr.Network(
        [784, *spec.layers, 10],
        hidden=spec.hidden,
        cost=spec.cost,
        init="scaled" if not spec.layers else spec.init,
        seed=SEED,
    )
    chosen = cr.optimizer(spec.optimizer, learning_rate=spec.learning_rate)
    for _ in train(
        network, data, epochs=2, batch_size=spec.batch_size, optimizer=chosen, l2=spec.l2,
        dropout=spec.dropout, seed=SEED,
    ):  # fmt: skip
        pass
    return network.flat


def trained_in_the_terminal(spec: Spec, archive: Path, out: Path) -> Any:
    options = {
        "data": archive,
        "layers": ",".join(map(str, spec.layers)) or "none",
        "cost": spec.cost,
        "init": "scaled" if not spec.layers else spec.init,
        "optimizer": spec.optimizer,
        "learning-rate": spec.learning_rate,
        "batch-size": spec.batch_size,
        "l2": spec.l2,
        "epochs": 2,
        "seed": SEED,
        "out": out,
    }
    if spec.layers:
        options |= {"hidden": spec.hidden, "dropout": spec.dropout}
    words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    assert main(["train", "--json", *words]) == 0
    return cr.load_run(out).network.flat


@pytest.mark.parametrize("name", SPECS)
def test_the_same_bits_by_every_door(name: str, archive: Path, tmp_path: Path):
    data = cr.load(str(archive))
    expected = trained_by(cr.train, SPECS[name], data)
    assert np.array_equal(trained_by(chainrule.network.train, SPECS[name], data), expected)
    assert np.array_equal(trained_by(own_training.train, SPECS[name], data), expected)
    found = trained_in_the_terminal(SPECS[name], archive, tmp_path / "run.safetensors")
    assert np.array_equal(found, expected)


def test_the_workshops_own_network_beside_the_learners():
    """The network that `build train` trains beside the learner's, from the same weights."""
    data, settings = cr.load("digits"), own_training.Settings(epochs=2, seed=SEED)
    ours = own_training.Ours(data, (64, 30, 10), settings)
    network = cr.Network([64, 30, 10], seed=1)
    weights = [network.parameters[f"W{layer}"].copy() for layer in (1, 2)]
    biases = [network.parameters[f"b{layer}"].copy() for layer in (1, 2)]
    ours.trained(weights, biases)
    for _ in cr.train(network, data.train, epochs=2, optimizer=cr.SGD(3.0), seed=SEED):
        pass
    assert np.array_equal(ours.network.flat, network.flat)


KERNELS = """
import sys
{first}
from chainrule import machine
print(machine.report().kernels)
"""


def test_python_and_the_terminal_run_on_the_same_kernels():
    """Kernels are chosen as NumPy loads, so to import the package is to choose."""
    ignored = ("OPENBLAS_CORETYPE", "CHAINRULE_KERNELS")
    environment = {name: value for name, value in os.environ.items() if name not in ignored}
    printed = [
        subprocess.run(
            [sys.executable, "-c", KERNELS.format(first=first)],
            env={**environment, "PYTHONPATH": SOURCE},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        ).stdout.split()[-1]
        for first in (
            "import chainrule, numpy",
            "import chainrule.network",
            "import chainrule.workshop",
            "from chainrule.cli.main import main; main(['--version'])",
        )
    ]
    assert len(set(printed)) == 1
