"""Evaluation counts as scikit-learn counts, and its network is scikit-learn's at its weights."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from chainrule.data import load
from chainrule.network import SGD, EarlyStopping, Network, NetworkError, evaluate, train

from .by_hand import gap


@pytest.fixture(scope="module")
def examples() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    return rng.standard_normal((1237, 8)).astype("float32"), rng.integers(0, 5, 1237)


def test_the_counts_are_scikit_learns(examples: Any):
    metrics = pytest.importorskip("sklearn.metrics")
    X, y = examples
    for m in (1, 2, 499, 500, 501, 1000, 1237):
        network = Network([8, 6, 5], seed=m)
        found = evaluate(network, X[:m], y[:m])
        predictions = network.predict(X[:m])
        assert np.array_equal(found.predictions, predictions)
        assert found.examples == m
        assert found.accuracy == metrics.accuracy_score(y[:m], predictions)
        assert found.confusion is not None
        expected = metrics.confusion_matrix(y[:m], predictions, labels=range(5))
        assert np.array_equal(found.confusion, expected)


def test_the_cost_is_the_mean_whatever_the_chunks(examples: Any):
    X, y = examples
    for cost in ("quadratic", "cross-entropy", "log-likelihood"):
        network = Network([8, 6, 5], cost=cost, dtype="float64")
        for m in (1, 3, 500, 777, 1237):
            found = evaluate(network, X[:m], y[:m])
            assert found.cost == pytest.approx(network.backward(X[:m], y[:m])["C"], rel=1e-12)


def test_one_output_decides_at_a_half(examples: Any):
    X, y = examples
    network = Network([8, 4, 1], cost="cross-entropy")
    found = evaluate(network, X, y % 2)
    outputs = network.predict_proba(X)[:, 0]
    assert np.array_equal(found.predictions, (outputs >= 0.5).astype(int))
    assert found.confusion is not None
    assert found.confusion.shape == (2, 2)
    assert found.accuracy == np.mean(found.predictions == y % 2)
    assert found.confusion.trace() / 1237 == found.accuracy


def test_a_half_is_a_yes():
    network = Network([2, 1])
    network.flat[:] = 0
    assert network.predict_proba([[1, 2]]).tolist() == [[0.5]]
    assert network.predict([[1, 2]]).tolist() == [1]


def test_targets_that_name_no_classes(examples: Any):
    X, _ = examples
    found = evaluate(Network([8, 4, 1], output="identity"), X[:9], np.linspace(0, 1, 9))
    assert found.accuracy is None
    assert found.confusion is None
    assert found.most_confused() == []
    json.dumps(found.to_dict())


@pytest.mark.parametrize("cost", ["quadratic", "cross-entropy", "log-likelihood"])
def test_rows_name_classes_where_each_has_a_single_1(cost: str, examples: Any):
    X, y = examples[0][:60], examples[1][:60]
    network = Network([8, 5], cost=cost)
    by_class = evaluate(network, X, y)
    one_hot = evaluate(network, X, np.eye(5)[y])
    assert one_hot.accuracy == by_class.accuracy is not None
    assert np.array_equal(one_hot.confusion, by_class.confusion)  # pyright: ignore
    smoothed = 0.9 * np.eye(5)[y] + 0.02
    likeliest = evaluate(network, X, smoothed)
    assert likeliest.accuracy == (by_class.accuracy if cost == "log-likelihood" else None)
    if cost != "log-likelihood":
        two_at_once = np.eye(5)[y] + np.eye(5)[(y + 1) % 5]
        none_at_all = np.where(np.arange(60)[:, None] == 7, 0, np.eye(5)[y])
        for rows in (two_at_once, none_at_all):
            assert evaluate(network, X, rows).accuracy is None


def test_numbers_to_come_close_to_are_no_classes(examples: Any):
    """Early stopping then goes by the cost, and not by which number happens to be largest."""
    X = examples[0][:50].astype(float)
    Y = X[:, :3] @ np.array([[1.0, 2, 0], [0, 1, 3], [1, 1, 1]])
    network = Network([8, 3], output="identity")
    found = evaluate(network, X, Y)
    assert found.accuracy is None
    assert found.confusion is None
    records = list(train(network, (X, Y), epochs=2, optimizer=SGD(0.01)))
    assert [record.accuracy for record in records] == [None, None]
    best = EarlyStopping(5)
    for record in records:
        best.enough(record, network)
    assert best.best == min(records, key=lambda record: record.cost)


@pytest.mark.parametrize("output", ["sigmoid", "identity", "tanh"])
def test_one_output_names_classes_by_0_and_1_however_they_are_written(output: str, examples: Any):
    X, y = examples[0][:40], examples[1][:40] % 2
    network = Network([8, 1], output=output)
    found = [
        evaluate(network, X, given)
        for given in (y, y.astype(bool), y.astype(float), y[:, None], y[:, None] * 1.0, y.tolist())
    ]
    for other in found:
        assert other.accuracy == np.mean(network.predict(X) == y)
        assert other.cost == found[0].cost
        assert np.array_equal(other.confusion, found[0].confusion)  # pyright: ignore
    halves = evaluate(network, X, np.where(y == 1, 0.5, 0))
    assert halves.accuracy is None


@pytest.mark.parametrize("output", ["identity", "relu", "leaky-relu", "tanh"])
def test_whole_numbers_are_numbers_where_no_output_is_a_probability(output: str):
    X, y = np.eye(3), [3, 5, 2]
    network = Network([3, 1], output=output, dtype="float64")
    found = evaluate(network, X, y)
    assert found.accuracy is None
    assert found.cost == evaluate(network, X, [[3.0], [5.0], [2.0]]).cost
    assert found.cost == pytest.approx(
        np.square(network.predict_proba(X)[:, 0] - y).sum() / 6, rel=1e-12
    )


def test_what_is_confused_most():
    network = Network([3, 3], output="identity", dtype="float64")
    network.parameters["W1"][:], network.parameters["b1"][:] = np.eye(3), 0
    answers = [0, 0, 0, 1, 2, 2, 2, 2, 1]
    truth = [0, 1, 1, 1, 0, 0, 0, 2, 2]
    found = evaluate(network, np.eye(3)[answers], truth)
    assert found.most_confused() == [(0, 2, 3), (1, 0, 2), (2, 1, 1)]
    assert found.most_confused(1) == [(0, 2, 3)]
    assert found.accuracy == 3 / 9
    assert found.to_dict()["confusion"] == [[1, 0, 3], [2, 1, 0], [0, 1, 1]]


def test_a_part_of_a_data_set(digits: Any):
    network = Network([64, 9, 10])
    by_part = evaluate(network, digits.test)
    by_arrays = evaluate(network, digits.test.X, digits.test.y)
    assert by_part.cost == by_arrays.cost
    assert np.array_equal(by_part.predictions, by_arrays.predictions)


def test_asking_changes_nothing(examples: Any):
    X, y = examples
    network = Network([8, 6, 5])
    before = network.flat.copy()
    first = network.predict_proba(X[0])
    kept = first.copy()
    evaluate(network, X, y)
    network.predict(X)
    network.backward(X, y, l2=3.0)
    network.predict_proba(X[1])
    assert np.array_equal(network.flat, before)
    assert np.array_equal(first, kept)


def test_the_weights_may_be_changed_between_two_questions(examples: Any):
    X, y = examples
    network = Network([8, 6, 5], seed=1)
    for number in (1, 3, 500, 700):
        network.predict(X[:number])  # programs that are kept must not keep the weights
        evaluate(network, X[:number], y[:number])
    other = Network([8, 6, 5], seed=2)
    for name, value in other.parameters.items():
        network.parameters[name][:] = value
    for number in (1, 3, 500, 700):
        assert np.array_equal(network.predict_proba(X[:number]), other.predict_proba(X[:number]))
        assert evaluate(network, X[:number], y[:number]).cost == (
            evaluate(other, X[:number], y[:number]).cost
        )


@pytest.mark.parametrize("hidden", ["relu", "tanh", "sigmoid", "identity"])
def test_the_loss_and_gradient_of_scikit_learn(hidden: str, examples: Any):
    """MLPClassifier: softmax and log loss, with alpha/2 * sum W**2 / m."""
    neural = pytest.importorskip("sklearn.neural_network")
    X, y = examples[0][:41].astype(float), examples[1][:41]
    network = Network(
        [8, 6, 4, 5], hidden=hidden, cost="log-likelihood", init="scaled", seed=3, dtype="float64"
    )
    peer = neural.MLPClassifier(
        (6, 4),
        activation={"sigmoid": "logistic"}.get(hidden, hidden),
        alpha=0.7,
        solver="lbfgs",
        max_iter=1,
    )
    with np.errstate(all="ignore"):
        import warnings

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            peer.fit(X, y)
    peer.coefs_ = [network.parameters[f"W{i}"].T.copy() for i in (1, 2, 3)]
    peer.intercepts_ = [network.parameters[f"b{i}"].copy() for i in (1, 2, 3)]
    assert gap(network.predict_proba(X), peer.predict_proba(X)) < 1e-12
    activations = [X, *(np.empty((41, size)) for size in (6, 4, 5))]
    deltas = [np.empty_like(a) for a in activations[1:]]
    coefficients = [np.empty_like(w) for w in peer.coefs_]
    intercepts = [np.empty_like(b) for b in peer.intercepts_]
    loss, coefficients, intercepts = peer._backprop(
        X, np.eye(5)[y], None, activations, deltas, coefficients, intercepts
    ) if takes_weights(peer) else peer._backprop(
        X, np.eye(5)[y], activations, deltas, coefficients, intercepts
    )  # fmt: skip
    found = network.backward(X, y, l2=0.7)
    assert found["C"] == pytest.approx(loss, rel=1e-10)
    for layer in (1, 2, 3):
        assert gap(found[f"dC/dW{layer}"], coefficients[layer - 1].T) < 1e-10
        assert gap(found[f"dC/db{layer}"], intercepts[layer - 1]) < 1e-10


def takes_weights(peer: Any) -> bool:
    """Since scikit-learn 1.7 examples may have weights."""
    import inspect

    return "sample_weight" in inspect.signature(peer._backprop).parameters


def test_a_whole_data_set_is_not_evaluated():
    data = load("digits")
    with pytest.raises(NetworkError, match=r"evaluate\(network, data.test\)"):
        evaluate(Network([64, 10]), data)  # pyright: ignore


def test_a_part_has_its_own_answers(digits: Any):
    network = Network([64, 10])
    with pytest.raises(NetworkError, match="and another y"):
        evaluate(network, digits.test, digits.test.y)


def test_several_threads_may_ask_one_network(digits: Any):
    network = Network([64, 30, 10])
    questions = [digits.test.X[i : i + 1] for i in range(8)]
    right = [network.predict_proba(question) for question in questions]

    def asked(i: int) -> bool:
        answers = (network.predict_proba(questions[i]) for _ in range(200))
        return all(np.array_equal(answer, right[i]) for answer in answers)

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(asked, range(8)))
