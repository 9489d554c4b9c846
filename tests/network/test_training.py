"""Training comes to the weights that the textbook's loops come to, example by example."""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule import machine
from chainrule.data import Dataset, Split
from chainrule.network import (
    ACTIVATIONS,
    SGD,
    Adam,
    Cosine,
    Diverged,
    Epoch,
    Momentum,
    Nesterov,
    Network,
    NetworkError,
    Optimizer,
    Pace,
    Progress,
    Recipe,
    RMSProp,
    Schedule,
    StepDecay,
    Warmup,
    evaluate,
    train,
)
from chainrule.network.engine import unused_inputs
from chainrule.network.engine.running import run

from .by_hand import batches_of, gap, train_by_example


@dataclass(frozen=True)
class Case:
    """A network, its data and how it is trained."""

    sizes: tuple[int, ...] = (7, 5, 3)
    hidden: tuple[str, ...] = ("sigmoid",)
    output: str = "sigmoid"
    cost: str = "quadratic"
    n: int = 40
    m: int = 8
    eta: float = 0.9
    options: dict[str, Any] = field(default_factory=dict)
    always_zero: int = 0
    stored: str = "floats"
    factors: tuple[float, ...] = (1.0,)


CASES = {
    "plain": Case(),
    "deep": Case(sizes=(6, 5, 4, 7, 3), hidden=("tanh", "relu", "sigmoid"), eta=0.3),
    "no hidden layer": Case(sizes=(6, 4), hidden=()),
    "one output": Case(sizes=(6, 4, 1), cost="cross-entropy"),
    "cross-entropy": Case(cost="cross-entropy"),
    "log-likelihood": Case(hidden=("relu",), output="softmax", cost="log-likelihood", eta=0.4),
    "leaky": Case(hidden=("leaky-relu",), output="identity", eta=0.1),
    "softmax inside": Case(sizes=(6, 5, 4, 3), hidden=("softmax", "tanh")),
    "softmax quadratic": Case(output="softmax"),
    "one by one": Case(m=1, n=11),
    "all at once": Case(m=40),
    "batch larger than all": Case(m=64),
    "short last": Case(n=43),
    "short last of one": Case(n=41),
    "several chunks": Case(n=701, m=10, eta=0.5),
    "chunks and a short one": Case(n=333, m=7, eta=0.5),
    "batch larger than a chunk": Case(n=900, m=400),
    "l2": Case(options={"l2": 1.5}),
    "l2 short": Case(n=43, options={"l2": 1.5}),
    "l1": Case(options={"l1": 0.7}),
    "l1 and l2": Case(n=43, options={"l1": 0.7, "l2": 1.5}, cost="cross-entropy"),
    "zeros": Case(sizes=(20, 5, 3), always_zero=6),
    "zeros l2": Case(sizes=(20, 5, 3), always_zero=6, n=43, options={"l2": 1.5}),
    "zeros l1": Case(sizes=(20, 5, 3), always_zero=6, n=43, options={"l1": 0.7}),
    "zeros l1 l2": Case(sizes=(20, 5, 3), always_zero=6, options={"l1": 0.7, "l2": 1.5}),
    "all zeros": Case(always_zero=7, options={"l2": 1.5}),
    "bytes": Case(stored="bytes"),
    "bytes with zeros": Case(
        sizes=(30, 5, 3), stored="bytes", always_zero=7, n=43, options={"l2": 0.5}
    ),
    "data set": Case(stored="data set", n=43, always_zero=2),
    "step decay": Case(options={"schedule": StepDecay(2, 0.5)}, factors=(1, 1, 0.5, 0.5, 0.25)),
    "cosine": Case(
        options={"schedule": Cosine(), "l2": 1.0},
        factors=(1, (1 + np.sqrt(0.5)) / 2, 0.5, (1 - np.sqrt(0.5)) / 2),
        always_zero=2,
    ),
    "warmup": Case(options={"schedule": Warmup(4)}, factors=(0.25, 0.5, 0.75, 1, 1)),
}


def data_of(case: Case, rng: np.random.Generator) -> tuple[Any, np.ndarray, np.ndarray]:
    """The data as `train` takes them, and as rows of floats and targets."""
    classes = max(case.sizes[-1], 2)
    y = rng.integers(0, classes, case.n)
    Y = np.eye(classes)[y] if case.sizes[-1] > 1 else y[:, None].astype(float)
    dead = rng.permutation(case.sizes[0])[: case.always_zero]
    if case.stored == "floats":
        X = rng.standard_normal((case.n, case.sizes[0]))
        X[:, dead] = 0
        return (X, y), X, Y
    values = rng.integers(0, 256, (case.n, case.sizes[0]), dtype=np.uint8)
    values[:, dead] = 0
    split = Split(values, 1 / 255, y)
    X = values * np.float32(1 / 255)
    data = split if case.stored == "bytes" else Dataset("own", split, split, split, (), None, "")
    return data, X.astype(float), Y


def network_of(case: Case, dtype: str = "float64") -> Network:
    return Network(
        case.sizes,
        hidden=case.hidden,
        output=case.output,
        cost=case.cost,
        init="scaled",
        seed=11,
        dtype=dtype,
    )


@pytest.mark.parametrize("name", CASES)
def test_against_loops_over_examples(name: str):
    case = CASES[name]
    data, X, Y = data_of(case, np.random.default_rng(5))
    network = network_of(case)
    start = {name: value.copy() for name, value in network.parameters.items()}
    epochs = len(case.factors)
    done = list(
        train(
            network,
            data,
            epochs=epochs,
            batch_size=case.m,
            optimizer=SGD(case.eta),
            seed=9,
            **case.options,
        )
    )
    assert [epoch.learning_rate for epoch in done] == pytest.approx(
        [case.eta * factor for factor in case.factors], rel=1e-12
    )
    expected = start
    penalties = {name: case.options.get(name, 0.0) for name in ("l1", "l2")}
    plan = batches_of(np.random.default_rng(9), case.n, case.m, epochs)
    for batches, factor in zip(plan, case.factors, strict=True):
        expected = train_by_example(
            expected,
            (*case.hidden, case.output),
            X,
            Y,
            batches,
            case.eta * factor,
            matched=case.cost != "quadratic",
            **penalties,
        )
    for name, value in network.parameters.items():
        assert gap(value, expected[name]) <= 1e-10, name
        assert gap(value, start[name]) > 1e-4 or (name == "W1" and case.always_zero == 7)


def test_a_short_last_batch_weighs_as_much_as_its_examples():
    """Nine examples that are one and the same, in batches of 4, 4 and 1: three equal steps."""
    x, y = np.random.default_rng(0).standard_normal((1, 6)), [1]
    three, nine = (Network([6, 4, 3], seed=2, dtype="float64") for _ in range(2))
    for _ in train(three, (np.repeat(x, 3, 0), y * 3), epochs=1, batch_size=1):
        pass
    for _ in train(nine, (np.repeat(x, 9, 0), y * 9), epochs=1, batch_size=4):
        pass
    assert gap(nine.flat, three.flat) < 1e-14


def test_what_is_left_out_changes_nothing_but_the_time():
    """Momentum and Adam with inputs that are always 0, and with the same inputs absent."""
    rng = np.random.default_rng(3)
    X, y = rng.standard_normal((30, 12)), rng.integers(0, 3, 30)
    used = np.arange(12) % 3 > 0
    X[:, ~used] = 0
    for optimizer in (Momentum(), Nesterov(), RMSProp(), Adam()):
        whole = Network([12, 5, 3], seed=4, dtype="float64")
        left = whole.parameters["W1"][:, ~used].copy()
        part = Network([8, 5, 3], seed=0, dtype="float64")
        for name, value in whole.parameters.items():
            part.parameters[name][:] = value[:, used] if name == "W1" else value
        for network, inputs in ((whole, X), (part, X[:, used])):
            list(train(network, (inputs, y), epochs=3, batch_size=7, optimizer=optimizer))
        assert gap(whole.parameters["W1"][:, used], part.parameters["W1"]) < 1e-12
        assert gap(whole.parameters["b2"], part.parameters["b2"]) < 1e-12
        assert np.array_equal(whole.parameters["W1"][:, ~used], left)


@pytest.mark.parametrize("optimizer", [Momentum(), Adam()])
def test_what_still_moves_is_not_left_out(optimizer: Optimizer, monkeypatch: pytest.MonkeyPatch):
    """Inputs in use before a run goes on, and 0 in every example after: their weights coast."""
    rng = np.random.default_rng(3)
    X, y = rng.standard_normal((30, 12)), rng.integers(0, 3, 30)
    first, second = X.copy(), X.copy()
    first[:, :6] = 0
    second[:, 3:9] = 0
    found = []
    for narrow in (True, False):
        if not narrow:
            monkeypatch.setattr(unused_inputs, "columns_to_keep", lambda *_: None)
        network = Network([12, 5, 3], seed=4, dtype="float64")
        begun = train(network, (first, y), epochs=1, batch_size=7, optimizer=optimizer)
        list(begun)
        before = network.parameters["W1"].copy()
        going = train(network, (second, y), epochs=3, batch_size=7, optimizer=optimizer,
                      resume=begun.state())  # fmt: skip
        list(going)
        found.append((network.flat, *going.state().arrays.values()))
        moved = (network.parameters["W1"] != before).any(axis=0)
        assert moved.tolist() == [True] * 3 + [False] * 3 + [True] * 6
    for ours, expected in zip(*found, strict=True):
        assert gap(ours, expected) < 1e-12


def test_a_state_of_another_network_is_refused_before_it_is_read():
    X, y = np.eye(4), [0, 1, 0, 1]
    state = train(Network([4, 3, 2]), (X, y), optimizer=Momentum()).state()
    for network, optimizer in ((Network([4, 5, 2]), Momentum()), (Network([4, 3, 2]), Adam())):
        with pytest.raises(NetworkError, match=f"not one of {optimizer.name} on this network"):
            train(network, (X, y), optimizer=optimizer, resume=state)


def test_dropout_is_the_training_by_its_masks():
    """The same masks, drawn again from the same Generator, in the network's own `backward`."""
    rng = np.random.default_rng(6)
    X, y = rng.standard_normal((10, 6)), rng.integers(0, 3, 10)
    trained = Network([6, 5, 4, 3], hidden="tanh", seed=7, dtype="float64")
    by_hand = trained.copy()
    list(train(trained, (X, y), epochs=2, batch_size=10, dropout=(0.25, 0.5), seed=8))
    stream = np.random.default_rng(8)
    for _ in range(2):
        order = stream.permutation(10)
        masks = {}
        for layer, (size, p) in enumerate(((5, 0.25), (4, 0.5)), 1):
            masks[f"mask{layer}"] = (np.floor(stream.random((size, 10)) + 1 - p) / (1 - p)).T
        found = by_hand.backward(X[order], y[order], masks=masks)
        for name, value in by_hand.parameters.items():
            value -= 0.5 * found[f"dC/d{name}"]
    assert gap(trained.flat, by_hand.flat) < 1e-12


def test_the_mean_of_a_mask_is_one():
    """Inverted dropout: E[mask] = 1, so the network is used as it is when training is over."""
    for p in (0.1, 0.5, 0.8):
        mask = draw_mask(4000, 10, p)
        assert set(np.round(np.unique(mask), 9)) == {0, round(1 / (1 - p), 9)}
        standard_error = np.sqrt(p / (1 - p) / mask.size)
        assert abs(mask.mean() - 1) < 5 * standard_error
        # Every neuron and every example has a mask of its own.
        assert np.ptp(mask.mean(axis=0)) > 0
        assert np.ptp(mask.mean(axis=1)) > 0


def draw_mask(n: int, m: int, p: float) -> np.ndarray:
    """The mask (m, n) that one step of training draws for a hidden layer of n neurons."""
    network = Network([2, n, 2], dtype="float64")
    program = network.program(Recipe(batch_size=m, dropout=p))
    run(program.bind(rng=np.random.default_rng(0)))
    return program.buffers["mask1"].T


def test_without_dropout_nothing_is_left_out():
    network = Network([6, 50, 3], seed=1)
    X = np.random.default_rng(0).standard_normal((4, 6))
    before = network.predict_proba(X)
    assert np.array_equal(before, network.predict_proba(X))
    one = network.copy()
    list(train(one, (X, [0, 1, 2, 0]), epochs=1, dropout=0.0, seed=3))
    two = network.copy()
    list(train(two, (X, [0, 1, 2, 0]), epochs=1, seed=3))
    assert np.array_equal(one.flat, two.flat)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("optimizer", [SGD(), Momentum(), Nesterov(), RMSProp(), Adam()])
def test_the_precision_never_changes(dtype: str, optimizer: Optimizer, digits: Any):
    network = Network([64, 9, 10], hidden="relu", output="softmax", cost="log-likelihood",
                      dtype=dtype)  # fmt: skip
    flat, views = network.flat, dict(network.parameters)
    training = train(network, digits, epochs=1, optimizer=optimizer, l2=0.1, dropout=0.2)
    next(training)
    assert network.flat is flat
    assert network.flat.dtype == dtype
    for name, value in network.parameters.items():
        assert value is views[name]
        assert value.dtype == dtype
    for array in training.state().arrays.values():
        assert array.dtype == dtype
    X = digits.train.X[:5].astype("float64")
    for name, value in network.backward(X, digits.train.y[:5], l1=0.1, l2=0.2).items():
        assert value.dtype == (dtype if name != "C" else "float64"), name
    assert network.predict_proba(X).dtype == dtype
    assert {array.dtype.name for name, array in training._shared.items()
            if name not in optimizer.doubles()} == {dtype}  # fmt: skip


def plain_numpy(
    parameters: dict[str, np.ndarray], X: np.ndarray, Y: np.ndarray, eta: float
) -> None:
    """One step in float64, as one would write it: sigmoid, quadratic."""
    A = [X]
    for layer in (1, 2):
        Z = A[-1] @ parameters[f"W{layer}"].T + parameters[f"b{layer}"]
        A.append(1 / (1 + np.exp(-Z)))
    delta2 = (A[2] - Y) * A[2] * (1 - A[2]) / len(X)
    delta1 = delta2 @ parameters["W2"] * A[1] * (1 - A[1])
    for layer, delta in ((1, delta1), (2, delta2)):
        parameters[f"W{layer}"] -= eta * delta.T @ A[layer - 1]
        parameters[f"b{layer}"] -= eta * delta.sum(axis=0)


def test_float32_stays_with_float64_for_500_steps(digits: Any):
    X, y = digits.train.X[:1000], digits.train.y[:1000]
    network = Network([64, 30, 10], seed=3)
    expected = {name: value.astype(float) for name, value in network.parameters.items()}
    list(train(network, (X, y), epochs=5, batch_size=10, optimizer=SGD(3.0), seed=1))
    steps = 0
    for batches in batches_of(np.random.default_rng(1), 1000, 10, 5):
        for rows in batches:
            plain_numpy(expected, X[rows].astype(float), np.eye(10)[y[rows]], 3.0)
            steps += 1
    assert steps == 500
    for name, value in network.parameters.items():
        assert gap(value, expected[name]) < 1e-5, name


# --- the records -----------------------------------------------------------------------------


def test_an_epoch_tells_what_the_network_comes_to(digits: Any):
    network = Network([64, 12, 10], cost="cross-entropy", init="scaled")
    for epoch in train(network, digits, epochs=2, l2=2.0):
        on_train, on_validation = evaluate(network, digits.train), evaluate(
            network, digits.validation
        )  # fmt: skip
        weights = sum(np.square(network.parameters[f"W{i}"].astype(float)).sum() for i in (1, 2))
        penalty = 2.0 / (2 * len(digits.train)) * weights
        assert epoch.cost == pytest.approx(on_train.cost + penalty, rel=1e-12)
        assert epoch.accuracy == on_train.accuracy
        assert epoch.validation_cost == pytest.approx(on_validation.cost + penalty, rel=1e-12)
        assert epoch.validation_accuracy == on_validation.accuracy
        assert epoch.examples_per_second == pytest.approx(len(digits.train) / epoch.seconds)
        assert epoch.epochs == 2
    assert network.architecture.layers == 2


def test_it_learns(digits: Any):
    network = Network([64, 30, 10], cost="cross-entropy", init="scaled")
    costs = [epoch.cost for epoch in train(network, digits, epochs=8, optimizer=SGD(0.5))]
    assert costs[-1] < costs[0] / 3
    accuracy = evaluate(network, digits.test).accuracy
    assert accuracy is not None
    assert accuracy > 0.93


@pytest.mark.parametrize("every", [0, -1, 1e-9, 0.002, float("inf"), float("nan")])
def test_progress_changes_no_bit(every: float, digits: Any):
    plain = Network([64, 9, 10], seed=5)
    list(train(plain, digits, epochs=2, dropout=0.3, l2=0.5))
    watched = Network([64, 9, 10], seed=5)
    training = train(watched, digits, epochs=2, dropout=0.3, l2=0.5)
    records = list(training.records(every))
    assert np.array_equal(watched.flat, plain.flat)
    epochs = [record for record in records if isinstance(record, Epoch)]
    assert [epoch.number for epoch in epochs] == [1, 2]
    progress = [record for record in records if isinstance(record, Progress)]
    if every < 1e-6:
        assert len(progress) >= 2 * (len(digits.train) // 320)
    for record in progress:
        assert 0 < record.examples < record.total == len(digits.train)


def test_the_weights_are_there_to_be_read_between_two_records(digits: Any):
    network = Network([64, 9, 10], seed=5)
    seen = [network.flat.copy()]
    for _ in train(network, digits, epochs=1).records(0):
        seen.append(network.flat.copy())
        assert not np.array_equal(seen[-1], seen[-2])
    assert len(seen) >= 5


def test_a_run_is_one_iterator(digits: Any):
    training = train(Network([64, 5, 10]), digits, epochs=2)
    assert iter(training) is training
    assert [next(training).number, next(training).number] == [1, 2]
    assert list(training) == []
    with pytest.raises(StopIteration):
        next(training)
    assert list(train(Network([64, 5, 10]), digits, epochs=0)) == []


def test_targets_may_be_classes_or_rows(digits: Any):
    X, y = digits.train.X[:60], digits.train.y[:60]
    found = []
    for targets in (y, y.astype("uint8"), y.astype(float), y.tolist(), np.eye(10)[y]):
        network = Network([64, 5, 10], seed=1)
        list(train(network, (X, targets), epochs=1))
        found.append(network.flat.copy())
    for other in found[1:]:
        assert np.array_equal(found[0], other)


def test_the_data_are_left_as_they_were(digits: Any):
    X, y = digits.train.X[:50].copy(), digits.train.y[:50].copy()
    X.flags.writeable = y.flags.writeable = False
    list(train(Network([64, 5, 10]), (X, y), epochs=1, l2=1.0))
    assert np.array_equal(X, digits.train.X[:50])


# --- what cannot go well ---------------------------------------------------------------------


@pytest.mark.parametrize("eta", [1e3, 1e10, 1e25, 3e38])
@pytest.mark.parametrize("hidden", ACTIVATIONS)
@pytest.mark.parametrize("m", [4, 20])
def test_a_learning_rate_too_large_is_explained(eta: float, hidden: str, m: int):
    rng = np.random.default_rng(1)
    X, y = 3 * rng.standard_normal((20, 4)), rng.integers(0, 2, 20)
    network = Network([4, 3, 2], hidden=hidden, output="identity", seed=1)
    with pytest.raises(Diverged, match=r"\Athe weights grew[^\n]*epoch \d+: the learning rate"):
        list(train(network, (X, y), epochs=40, batch_size=m, optimizer=SGD(eta)))


@pytest.mark.parametrize("optimizer", [SGD(300.0), Momentum(300.0), RMSProp(1e38), Adam(1e38)])
@pytest.mark.parametrize("hidden", ["relu", "sigmoid"])
@pytest.mark.parametrize("output", ["sigmoid", "softmax", "relu"])
def test_no_nan_is_left_silently(optimizer: Optimizer, hidden: str, output: str, digits: Any):
    network = Network([64, 6, 10], hidden=hidden, output=output)
    try:
        for epoch in train(network, digits, epochs=2, optimizer=optimizer, batch_size=50):
            assert np.isfinite(epoch.cost)
            assert np.isfinite(network.flat).all()
    except Diverged:
        pass  # it was said


def test_a_training_that_diverged_does_not_look_finished():
    X, y = np.eye(4), [0, 1, 0, 1]
    training = train(Network([4, 3, 2], hidden="identity", output="identity"), (X, y),
                     epochs=40, optimizer=SGD(1e3))  # fmt: skip
    with pytest.raises(Diverged) as fault:
        list(training)
    assert training.epoch < 40
    for again in (lambda: next(training), lambda: next(training.records()), training.state):
        with pytest.raises(NetworkError, match="training cannot go on: the weights grew") as said:
            again()
        assert str(fault.value) in str(said.value)


def test_a_training_that_was_broken_off_does_not_look_finished(monkeypatch: pytest.MonkeyPatch):
    class Once:
        def __init__(self) -> None:
            self.times = 0

        def __enter__(self) -> None:
            self.times += 1
            if self.times == 3:  # each epoch is a stretch and an evaluation
                monkeypatch.undo()
                raise KeyboardInterrupt

        def __exit__(self, *_: object) -> None:
            pass

    once = Once()
    monkeypatch.setattr(machine, "allowed", lambda: once)
    training = train(Network([4, 2]), (np.eye(4), [0, 1, 0, 1]), epochs=3)
    with pytest.raises(KeyboardInterrupt):
        list(training)
    with pytest.raises(NetworkError, match="inside epoch 2: it was broken off there"):
        next(training)


def test_it_says_how_far_it_is(digits: Any):
    training = train(Network([64, 10]), digits, epochs=2)
    assert repr(training) == "Training(epochs done: 0 of 2; 'for epoch in ...' runs them)"
    next(training)
    assert "epochs done: 1 of 2" in repr(training)
    list(training)
    assert repr(training) == "Training(epochs done: 2 of 2)"


def test_an_optimizer_is_a_dataclass_of_numbers():
    class Plain:
        """SGD, but for its fields."""

        name, equations, state, counters, descends = "plain", (), (), (), True
        learning_rate = 0.5
        plain, usual_rate, overshoots = True, SGD.usual_rate, SGD.overshoots
        scalars, doubles = SGD.scalars, SGD.doubles
        each_step, update = SGD.each_step, SGD.update

    @dataclass(frozen=True)
    class WithText(SGD):
        variant: str = "fast"

    data: Any = np.eye(4), [0, 1, 0, 1]
    plain: Any = Plain()
    with pytest.raises(NetworkError, match="a dataclass whose fields are its settings"):
        train(Network([4, 2]), data, optimizer=plain)
    with pytest.raises(NetworkError, match="variant is 'fast': it must be a finite number"):
        train(Network([4, 2]), data, optimizer=WithText())


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("hidden", ACTIVATIONS)
def test_weights_that_are_no_numbers_are_seen(hidden: str, value: float, digits: Any):
    """An activation may make a finite number of them, so it is the weights that are looked at."""
    for name in ("W1", "b1", "W2", "b2"):
        network = Network([64, 6, 10], hidden=hidden)
        training = train(network, digits, epochs=1)
        network.parameters[name].flat[3] = value
        with pytest.raises(Diverged):
            list(training)


def test_bytes_are_never_made_floats_as_a_whole(digits: Any, monkeypatch: pytest.MonkeyPatch):
    """X is made when somebody asks for it; training and evaluating do not."""

    def asked_for(split: Split) -> np.ndarray:
        raise AssertionError("X was made")

    monkeypatch.setattr(Split, "X", property(asked_for))
    data = replace(digits, **{
        name: Split(split.values, split.scale, split.y) for name, split in digits.splits().items()
    })  # fmt: skip
    network = Network([64, 5, 10])
    list(cr.train(network, data, epochs=1))
    list(cr.train(network, data.train, epochs=1))
    evaluate(network, data.test)


def test_schedules_are_told_which_epoch_of_how_many():
    asked = []

    class Own:
        def factor(self, epoch: int, epochs: int) -> float:
            asked.append((epoch, epochs))
            return 1 / epoch

        def text(self) -> str:
            return "own"

    own: Schedule = Own()
    X, y = np.random.default_rng(0).standard_normal((9, 3)), [0, 1, 1] * 3
    done = list(train(Network([3, 2]), (X, y), epochs=3, schedule=own, optimizer=SGD(0.6)))
    assert asked == [(1, 3), (2, 3), (3, 3)]
    assert [epoch.learning_rate for epoch in done] == pytest.approx([0.6, 0.3, 0.2])


def test_no_state_inside_an_epoch():
    X, y = np.random.default_rng(0).random((2_000, 4)), np.arange(2_000) % 3
    training = train(Network([4, 3]), (X, y), epochs=1)
    for record in training.records(every=1e-9):
        if isinstance(record, Progress):
            with pytest.raises(NetworkError, match="between epochs"):
                training.state()
    assert training.state().epoch == 1


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"optimizer": SGD(1e39)}, "learning_rate is 1e+39: in float32 that is infinite"),
        ({"optimizer": Adam(epsilon=1e-300)}, "epsilon is 1e-300: in float32 that is 0"),
        ({"l2": 1e39}, "l2 is 1e+39: in float32 that is infinite"),
        ({"l1": 1e-50}, "l1 is 1e-50: in float32 that is 0 or too small"),
        ({"l2": 1e-40}, "l2 is 1e-40: in float32 that is 0 or too small"),
    ],
)
def test_a_setting_that_is_no_number_in_this_precision(
    settings: dict[str, Any], message: str, digits: Any
):
    with pytest.raises(NetworkError, match=re.escape(message)):
        train(Network([64, 10]), digits, **settings)
    train(Network([64, 10], dtype="float64"), digits, **settings)


@pytest.mark.parametrize("optimizer", [SGD(0.5), Momentum(0.5)])
def test_a_penalty_too_large_is_not_blamed_on_the_learning_rate(optimizer: Optimizer, digits: Any):
    with pytest.raises(Diverged, match=r"l2 1e\+09 each step takes eta\*lam/n = .* try l2 "):
        list(train(Network([64, 8, 10]), digits, optimizer=optimizer, l2=1e9))


def test_an_epoch_that_was_begun_is_not_begun_again():
    X, y = np.random.default_rng(0).random((2_000, 4)), np.arange(2_000) % 3
    training = train(Network([4, 3]), (X, y), epochs=2)
    records = training.records(every=1e-9)
    assert isinstance(next(records), Progress)
    with pytest.raises(NetworkError, match="inside epoch 1"):
        next(training)
    assert [record.number for record in records if not isinstance(record, Progress)] == [1, 2]


def test_the_seconds_are_those_of_all_stretches(monkeypatch: pytest.MonkeyPatch):
    """By a clock that is a second on whenever it is read: at the start, after a chunk, at the end.

    Every stretch is of one chunk and takes two seconds.
    """
    clock = SimpleNamespace(perf_counter=itertools.count().__next__)
    monkeypatch.setattr("chainrule.network.training.time", clock)
    X, y = np.random.default_rng(0).random((4_000, 4)), np.arange(4_000) % 3
    for _ in range(2):
        records = train(Network([4, 3]), (X, y), epochs=1).records(every=1e-9)
        seconds = [record.seconds for record in records]
        assert seconds == [2 * stretch for stretch in range(1, 14)]


def test_momentum_bears_a_penalty_that_plain_descent_does_not():
    """Its steps shrink the weights up to eta*lam/n = 2 (1 + mu); 2.5 is no fault of the penalty."""
    X, y = np.random.default_rng(0).random((100, 4)), np.arange(100) % 3
    list(train(Network([4, 3]), (X, y), optimizer=Momentum(1.0, 0.9), l2=250.0, epochs=5))
    with pytest.raises(Diverged, match=r"eta\*lam/n = 2\.5"):
        list(train(Network([4, 3]), (X, y), optimizer=SGD(1.0), l2=250.0, epochs=50))


@pytest.mark.parametrize("real", [np.float32, np.float64])
@pytest.mark.parametrize("whole", [np.int64, np.uint8, np.float64])
def test_numbers_of_numpy_are_settings_too(real: Any, whole: Any, digits: Any):
    """They come to the same bits, and to records that can be written down."""
    plain, other = (Network([64, 7, 10], seed=3) for _ in range(2))
    chosen = {"epochs": 2, "batch_size": 20, "seed": 4}
    shares = {"l1": 0.25, "l2": 0.5, "dropout": 0.125}
    list(train(plain, digits, optimizer=Momentum(0.25, 0.5), **chosen, **shares))  # pyright: ignore
    records = list(
        train(
            other,
            digits,
            optimizer=Momentum(real(0.25), real(0.5)),
            **{name: whole(value) for name, value in chosen.items()},
            **{name: real(value) for name, value in shares.items()},
        )
    )
    assert np.array_equal(plain.flat, other.flat)
    assert [json.loads(json.dumps(record.to_dict()))["number"] for record in records] == [1, 2]


def test_a_number_of_numpy_that_is_too_small_is_refused(digits: Any):
    tiny: Any = np.float32(1e-45)
    with pytest.raises(NetworkError, match=r"learning_rate is 1\.4\d*e-45"):
        train(Network([64, 10]), digits, optimizer=SGD(tiny))


def test_the_first_10_000_examples_stand_for_all():
    """The others would change cost and accuracy: their answers are wrong."""
    X = np.random.default_rng(0).standard_normal((10_700, 2))
    y = (X[:, 0] > 0).astype(int)
    y[10_000:] = 1 - y[10_000:]
    network = Network([2, 2], dtype="float64")
    (epoch,) = train(network, (X, y), epochs=1, batch_size=50, optimizer=SGD(1.0))
    first, whole = evaluate(network, X[:10_000], y[:10_000]), evaluate(network, X, y)
    assert (epoch.cost, epoch.accuracy) == (first.cost, first.accuracy)
    assert epoch.cost < whole.cost
    for rows in (1_500, 9_500):
        assert epoch.cost != evaluate(network, X[:rows], y[:rows]).cost


@pytest.mark.parametrize("optimizer", [RMSProp(1e38), Adam(1e38)])
def test_what_divides_by_the_gradient_is_not_overshot_by_a_penalty(
    optimizer: Optimizer, digits: Any
):
    """Its steps are as long whatever l2 is: it is the learning rate that is too large."""
    with pytest.raises(Diverged, match=r"the learning rate 1e\+38 is too large"):
        list(train(Network([64, 6, 10], hidden="relu"), digits, optimizer=optimizer, l2=1.0))


@pytest.mark.parametrize(
    ("optimizer", "bound"),
    [(SGD(0.1), 2.0), (Momentum(0.1, 0.9), 3.8), (Nesterov(0.1, 0.9), 3.8 / 2.8)],
)
@pytest.mark.parametrize("over", [0.99, 1.01])
def test_from_when_on_a_penalty_overshoots(optimizer: Optimizer, bound: float, over: float):
    """A weight under L2 alone: no example moves it, since its input is 0."""
    X, y = np.zeros((10, 2)), np.arange(10) % 2
    network = Network([2, 2], dtype="float64", seed=1)
    before = np.abs(network.parameters["W1"]).max()
    l2 = over * bound * 10 / 0.1
    list(train(network, (X, y), optimizer=optimizer, l2=l2, epochs=400, batch_size=10))
    assert bool(np.abs(network.parameters["W1"]).max() > before) is (over > 1)
    assert optimizer.overshoots() == pytest.approx(bound)


def test_a_pace_that_is_changed_on_the_way_changes_no_bit(digits: Any):
    def trained(paced: bool) -> Network:
        network, pace = Network([64, 12, 10]), Pace()
        for record in train(network, digits, epochs=2, batch_size=10).records(pace):
            if paced and isinstance(record, Progress):
                pace.examples = 50 if pace.examples == 10 else 10
            elif paced:
                pace.examples = 10
        return network

    assert np.array_equal(trained(paced=True).flat, trained(paced=False).flat)


def test_a_pace_counts_whole_mini_batches(digits: Any):
    training = train(Network([64, 12, 10]), digits, epochs=1, batch_size=10)
    done = [r.examples for r in training.records(Pace(examples=25)) if isinstance(r, Progress)]
    assert done == list(range(20, len(digits.train.y), 20))
