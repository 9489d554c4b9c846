"""The same seed comes to the same bits: twice, in another process, and after every stop."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chainrule.network import (
    INITIALISATIONS,
    SGD,
    Adam,
    Cosine,
    EarlyStopping,
    Epoch,
    Momentum,
    Nesterov,
    Network,
    NetworkError,
    Optimizer,
    RMSProp,
    Run,
    Training,
    TrainingState,
    load_run,
    save_run,
    train,
)

EPOCHS = 4


@dataclass(frozen=True)
class Plan:
    """How a network is trained on the digits, of which a few pixels are always 0."""

    optimizer: Optimizer = field(default_factory=SGD)
    dtype: str = "float32"
    options: dict[str, Any] = field(default_factory=dict)

    def network(self, seed: int = 5) -> Network:
        return Network(
            [64, 11, 7, 10],
            hidden=("relu", "tanh"),
            cost="log-likelihood",
            init="he",
            seed=seed,
            dtype=self.dtype,
        )

    def train(self, network: Network, data: Any, **more: Any) -> Training:
        options = {"epochs": EPOCHS, "batch_size": 32, "seed": 3, **self.options, **more}
        return train(network, data, optimizer=self.optimizer, **options)


PLANS = {
    "sgd": Plan(),
    "sgd l2": Plan(options={"l2": 3.0}),
    "sgd l1 dropout": Plan(options={"l1": 0.5, "dropout": 0.3}),
    "float64 cosine": Plan(dtype="float64", options={"schedule": Cosine(), "l2": 1.0}),
    "momentum dropout": Plan(Momentum(), options={"dropout": (0.2, 0.5)}),
    "nesterov l2": Plan(Nesterov(), options={"l2": 3.0}),
    "rmsprop": Plan(RMSProp()),
    "adam": Plan(Adam()),
    "adam everything": Plan(
        Adam(), options={"l1": 0.1, "l2": 1.0, "dropout": 0.2, "schedule": Cosine()}
    ),
    "adam float64": Plan(Adam(), dtype="float64"),
}


@pytest.fixture(scope="module")
def data(digits: Any) -> Any:
    X, y = digits.train.X[:333], digits.train.y[:333]
    assert 0 < (~X.any(axis=0)).sum() < 64  # some inputs are left out of the steps
    return X, y


@pytest.mark.parametrize("name", PLANS)
def test_the_same_seed_twice(name: str, data: Any):
    plan = PLANS[name]
    one, two = plan.network(), plan.network()
    records = [list(plan.train(network, data)) for network in (one, two)]
    assert one.flat.tobytes() == two.flat.tobytes()
    for first, second in zip(*records, strict=True):
        assert (first.cost, first.accuracy) == (second.cost, second.accuracy)


def test_other_seeds_come_to_other_weights(data: Any):
    plan = PLANS["sgd"]
    found = {plan.network(seed).flat.tobytes() for seed in (5, 6)}
    for seed in (3, 4):
        network = plan.network()
        list(plan.train(network, data, seed=seed))
        found.add(network.flat.tobytes())
    assert len(found) == 4
    alike, other = plan.network(), plan.network()
    list(plan.train(alike, data, dropout=0.1))
    list(plan.train(other, data, dropout=0.2))
    assert alike.flat.tobytes() != other.flat.tobytes()


def test_no_seed_is_another_one_every_time():
    assert not np.array_equal(Network([9, 3], seed=None).flat, Network([9, 3], seed=None).flat)


def test_the_global_random_state_is_neither_read_nor_changed(data: Any):
    plan = PLANS["momentum dropout"]
    one, two = plan.network(), plan.network()
    np.random.seed(1)  # noqa: NPY002
    before = np.random.get_state()[1].tobytes()  # noqa: NPY002  # pyright: ignore
    starts = [Network([9, 3], init=init, seed=4).flat.tobytes() for init in INITIALISATIONS]
    list(plan.train(one, data))
    assert np.random.get_state()[1].tobytes() == before  # noqa: NPY002  # pyright: ignore
    np.random.seed(2)  # noqa: NPY002
    list(plan.train(two, data))
    assert one.flat.tobytes() == two.flat.tobytes()
    for init, start in zip(INITIALISATIONS, starts, strict=True):
        assert Network([9, 3], init=init, seed=4).flat.tobytes() == start


SCRIPT = """
import hashlib, chainrule as cr
data = cr.load("digits")
network = cr.Network([64, 16, 10], hidden="relu", cost="log-likelihood", init="he", seed=1)
for epoch in cr.train(network, data, epochs=2, optimizer=cr.Adam(), l2=0.5, dropout=0.2, seed=2):
    pass
print(hashlib.sha256(network.flat.tobytes()).hexdigest())
"""


def test_the_same_bits_in_another_process():
    import chainrule

    source = str(Path(chainrule.__file__).parents[1])
    printed = [
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env={**os.environ, "PYTHONPATH": source, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        ).stdout
        for seed in ("1", "2")
    ]
    assert printed[0] == printed[1]
    assert len(printed[0]) == 65


@pytest.mark.parametrize("name", PLANS)
def test_stopped_after_any_epoch_and_gone_on(name: str, data: Any, tmp_path: Path):
    plan = PLANS[name]
    whole = plan.network()
    expected = list(plan.train(whole, data))
    for stop in range(EPOCHS + 1):
        path = tmp_path / f"{stop}.safetensors"
        first = plan.network()
        training = plan.train(first, data)
        for _ in range(stop):
            next(training)
        save_run(Run(first, training.state()), path)
        del first, training
        run = load_run(path)
        assert run.state is not None
        assert run.state.epoch == stop
        # Another seed: the Generator goes on from the file, not from here.
        going_on = plan.train(run.network, data, resume=run.state, seed=99)
        rest = list(going_on)
        assert [epoch.number for epoch in rest] == list(range(stop + 1, EPOCHS + 1))
        assert run.network.flat.tobytes() == whole.flat.tobytes(), stop
        for found, wanted in zip(rest, expected[stop:], strict=True):
            assert (found.cost, found.accuracy) == (wanted.cost, wanted.accuracy)


def test_saved_and_gone_on_after_every_epoch(data: Any, tmp_path: Path):
    plan, path = PLANS["adam everything"], tmp_path / "run"
    whole = plan.network()
    expected = list(plan.train(whole, data))
    run = Run(plan.network())
    for number in range(1, EPOCHS + 1):
        training = plan.train(run.network, data, resume=run.state)
        epoch = next(training)
        assert epoch.number == number
        save_run(Run(run.network, training.state(), history=(*run.history, epoch)), path)
        run = load_run(path)
    assert run.network.flat.tobytes() == whole.flat.tobytes()
    assert [epoch.cost for epoch in run.history] == [epoch.cost for epoch in expected]


def test_the_best_of_early_stopping_survives_a_stop(data: Any, tmp_path: Path):
    plan, path = Plan(SGD(2.0), options={"epochs": 12}), tmp_path / "run"
    whole, stopping = plan.network(), EarlyStopping(3)
    epochs: list[Epoch] = []
    for epoch in plan.train(whole, data):
        epochs.append(epoch)
        if stopping.enough(epoch, whole):
            break
    stopping.restore(whole)
    assert stopping.best is not None
    for stop in range(1, len(epochs)):
        network, kept = plan.network(), EarlyStopping(3)
        training = plan.train(network, data)
        history: list[Epoch] = []
        for _ in range(stop):
            history.append(next(training))
            kept.enough(history[-1], network)
        assert kept.best is not None
        assert kept.parameters is not None
        best = kept.best.number, kept.parameters
        save_run(Run(network, training.state(), {}, {}, tuple(history), best), path)

        run = load_run(path)
        assert run.best is not None
        again = EarlyStopping(3)
        again.best, again.parameters = run.history[run.best[0] - 1], run.best[1]
        for epoch in plan.train(run.network, data, resume=run.state):
            if again.enough(epoch, run.network):
                break
        again.restore(run.network)
        assert again.best.number == stopping.best.number
        assert run.network.flat.tobytes() == whole.flat.tobytes()


def test_the_state_is_a_copy(data: Any):
    plan = PLANS["adam"]
    network = plan.network()
    training = plan.train(network, data)
    next(training)
    state = training.state()
    kept = {name: array.copy() for name, array in state.arrays.items()}, dict(state.counters)
    random = str(state.rng)
    next(training)
    for name, array in state.arrays.items():
        assert np.array_equal(array, kept[0][name])
    assert state.counters == kept[1] == {"t": 11.0}
    assert str(state.rng) == random


def test_a_state_of_something_else_is_refused(data: Any):
    states: dict[str, TrainingState] = {}
    for name, optimizer in (("sgd", SGD()), ("momentum", Momentum()), ("adam", Adam())):
        training = Plan(optimizer).train(Plan().network(), data)
        next(training)
        states[name] = training.state()
    with pytest.raises(NetworkError, match="not one of momentum on this network"):
        Plan(Momentum()).train(Plan().network(), data, resume=states["adam"])
    with pytest.raises(NetworkError, match="not one of sgd on this network"):
        Plan(SGD()).train(Plan().network(), data, resume=states["momentum"])
    with pytest.raises(NetworkError, match="not one of adam on this network"):
        train(Network([64, 10]), data, optimizer=Adam(), resume=states["adam"])
    no_count = TrainingState(1, states["adam"].rng, states["adam"].arrays, {})
    with pytest.raises(NetworkError, match="not one of adam on this network"):
        Plan(Adam()).train(Plan().network(), data, resume=no_count)
