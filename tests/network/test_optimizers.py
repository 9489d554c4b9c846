"""Optimisers against PyTorch's, and against their published recurrences written out."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from chainrule.network import (
    OPTIMIZERS,
    SGD,
    Adam,
    Momentum,
    Nesterov,
    Network,
    NetworkError,
    Optimizer,
    RMSProp,
    optimizer,
    train,
)
from chainrule.network.engine.buffers import BLOCK
from chainrule.network.optimizers import settings_of

from .by_hand import batches_of, gap

N, M, EPOCHS = 50, 10, 10  # 50 steps

Update = Callable[[NDArray[Any], NDArray[Any]], NDArray[Any]]


@pytest.fixture(scope="module")
def examples() -> tuple[NDArray[Any], NDArray[Any]]:
    rng = np.random.default_rng(1)
    return rng.standard_normal((N, 6)), rng.integers(0, 3, N)


def fresh(sizes: tuple[int, ...] = (6, 5, 3)) -> Network:
    return Network(
        sizes, hidden="tanh", cost="log-likelihood", init="scaled", seed=2, dtype="float64"
    )


OURS_AND_THEIRS: list[tuple[Optimizer, str, dict[str, Any]]] = [
    (SGD(0.3), "SGD", {"lr": 0.3}),
    (Momentum(0.1, 0.9), "SGD", {"lr": 0.1, "momentum": 0.9}),
    (Momentum(0.2, 0.5), "SGD", {"lr": 0.2, "momentum": 0.5}),
    (Momentum(0.2, 0.0), "SGD", {"lr": 0.2}),
    (Nesterov(0.1, 0.8), "SGD", {"lr": 0.1, "momentum": 0.8, "nesterov": True}),
    (RMSProp(0.01, 0.95, 1e-6), "RMSprop", {"lr": 0.01, "alpha": 0.95, "eps": 1e-6}),
    (RMSProp(0.02, 0.5, 0.1), "RMSprop", {"lr": 0.02, "alpha": 0.5, "eps": 0.1}),
    (Adam(), "Adam", {}),
    (
        Adam(0.02, 0.8, 0.99, 1e-3),
        "Adam",
        {"lr": 0.02, "betas": (0.8, 0.99), "eps": 1e-3},
    ),
    (Adam(0.02, 0.0, 0.9), "Adam", {"lr": 0.02, "betas": (0.0, 0.9)}),
]


@pytest.mark.parametrize("l2", [0.0, 2.0])
@pytest.mark.parametrize(("ours", "name", "theirs"), OURS_AND_THEIRS)
def test_against_torch(
    ours: Optimizer, name: str, theirs: dict[str, Any], l2: float, examples: Any
):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch = pytest.importorskip("torch")
    X, y = examples
    network = fresh()
    p = {name: torch.tensor(v, requires_grad=True) for name, v in network.parameters.items()}
    weights = [value for name, value in p.items() if name.startswith("W")]
    biases = [value for name, value in p.items() if name.startswith("b")]
    groups = [{"params": weights, "weight_decay": l2 / N}, {"params": biases}]
    updates = getattr(torch.optim, name)(groups, **{"lr": 0.001, **theirs})
    for batches in batches_of(np.random.default_rng(4), N, M, EPOCHS):
        for rows in batches:
            updates.zero_grad()
            a1 = torch.tanh(torch.nn.functional.linear(torch.tensor(X[rows]), p["W1"], p["b1"]))
            z2 = torch.nn.functional.linear(a1, p["W2"], p["b2"])
            torch.nn.functional.cross_entropy(z2, torch.tensor(y[rows])).backward()
            updates.step()
    list(train(network, examples, epochs=EPOCHS, batch_size=M, optimizer=ours, l2=l2, seed=4))
    for name, value in network.parameters.items():
        assert gap(value, p[name].detach().numpy()) <= 1e-10, name


# --- the recurrences, as published -----------------------------------------------------------


def sgd(eta: float) -> Update:
    return lambda w, g: w - eta * g


def momentum(eta: float, mu: float) -> Update:
    """Nielsen, chapter 3, eq. (107) and (108)."""
    v: Any = 0.0

    def update(w: NDArray[Any], g: NDArray[Any]) -> NDArray[Any]:
        nonlocal v
        v = mu * v - eta * g
        return w + v

    return update


def nesterov_looking_ahead(eta: float, mu: float) -> Update:
    """Sutskever and others, 2013, eq. (3), (4), in terms of where the gradient is taken.

    theta = the point without the look ahead: w = theta + mu v.
    """
    v: Any = 0.0

    def update(w: NDArray[Any], g: NDArray[Any]) -> NDArray[Any]:
        nonlocal v
        theta = w - mu * v
        v = mu * v - eta * g
        return theta + v + mu * v

    return update


def rmsprop(eta: float, rho: float, epsilon: float) -> Update:
    s: Any = 0.0

    def update(w: NDArray[Any], g: NDArray[Any]) -> NDArray[Any]:
        nonlocal s
        s = rho * s + (1 - rho) * g**2
        return w - eta * g / (np.sqrt(s) + epsilon)

    return update


def adam(eta: float, beta1: float, beta2: float, epsilon: float) -> Update:
    """Kingma and Ba, 2015, algorithm 1, line by line."""
    t, m, v = 0, 0.0, 0.0

    def update(w: Any, g: Any) -> Any:
        nonlocal t, m, v
        t += 1
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        return w - eta * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + epsilon)

    return update


RECURRENCES: list[tuple[Optimizer, Callable[[], Update]]] = [
    (SGD(0.4), lambda: sgd(0.4)),
    (Momentum(0.2, 0.7), lambda: momentum(0.2, 0.7)),
    (Nesterov(0.2, 0.7), lambda: nesterov_looking_ahead(0.2, 0.7)),
    (RMSProp(0.01, 0.8, 1e-3), lambda: rmsprop(0.01, 0.8, 1e-3)),
    (Adam(0.01, 0.8, 0.95, 1e-4), lambda: adam(0.01, 0.8, 0.95, 1e-4)),
]


def steps(network: Network, examples: Any, epochs: int, **penalty: Any) -> Iterator[Any]:
    X, y = examples
    for batches in batches_of(np.random.default_rng(4), len(X), M, epochs):
        for rows in batches:
            yield network.backward(X[rows], y[rows], n=len(X), **penalty)


@pytest.mark.parametrize("penalty", [{}, {"l2": 2.0}, {"l1": 0.5}, {"l1": 0.5, "l2": 2.0}])
@pytest.mark.parametrize(("ours", "recurrence"), RECURRENCES)
def test_the_published_recurrence(
    ours: Optimizer, recurrence: Callable[[], Update], penalty: dict[str, Any], examples: Any
):
    network, by_hand = fresh(), fresh()
    list(train(network, examples, epochs=EPOCHS, batch_size=M, optimizer=ours, seed=4, **penalty))
    updates = {name: recurrence() for name in by_hand.parameters}
    for found in steps(by_hand, examples, EPOCHS, **penalty):
        for name, update in updates.items():
            value = by_hand.parameters[name]
            value[:] = update(value, found[f"dC/d{name}"])
    assert gap(network.flat, by_hand.flat) <= 1e-10


@pytest.mark.parametrize("penalty", [{}, {"l1": 0.5, "l2": 2.0}])
@pytest.mark.parametrize(("ours", "recurrence"), RECURRENCES)
def test_a_long_network_is_updated_block_by_block_all_of_it(
    ours: Optimizer, recurrence: Callable[[], Update], penalty: dict[str, Any]
):
    rng = np.random.default_rng(0)
    examples = rng.standard_normal((40, 1100)), rng.integers(0, 3, 40)
    sizes = (1100, 250, 3)
    assert 2 * BLOCK < 250 * 1101
    network, by_hand = fresh(sizes), fresh(sizes)
    list(train(network, examples, epochs=1, batch_size=M, optimizer=ours, seed=4, **penalty))
    updates = {name: recurrence() for name in by_hand.parameters}
    for found in steps(by_hand, examples, 1, **penalty):
        for name, update in updates.items():
            value = by_hand.parameters[name]
            value[:] = update(value, found[f"dC/d{name}"])
    for name, value in network.parameters.items():
        assert gap(value, by_hand.parameters[name]) <= 1e-10, name


def test_the_first_step_of_adam_is_the_learning_rate_whatever_the_gradient(examples: Any):
    """m / sqrt(v) is the sign of the gradient at t = 1. Kingma and Ba, section 2.1."""
    network = fresh()
    before = network.flat.copy()
    list(train(network, examples, epochs=1, batch_size=N, optimizer=Adam(0.01, epsilon=1e-12)))
    moved = np.abs(network.flat - before)
    assert np.allclose(moved[moved > 0], 0.01, rtol=1e-5)


def test_momentum_of_zero_is_plain_descent(examples: Any):
    plain, with_momentum = fresh(), fresh()
    list(train(plain, examples, epochs=2, optimizer=SGD(0.2)))
    list(train(with_momentum, examples, epochs=2, optimizer=Momentum(0.2, 0.0)))
    assert gap(with_momentum.flat, plain.flat) < 1e-14


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_by_name(name: str):
    chosen = optimizer(name, learning_rate=0.25)
    assert chosen.name == name
    assert chosen.learning_rate == 0.25
    assert optimizer(name, **settings_of(chosen)) == chosen
    assert optimizer(name.upper()).name == name
    assert any("w = w" in equation for equation in chosen.equations)


def test_unknown_names_list_the_known_ones():
    with pytest.raises(NetworkError, match=r"'adagrad'.*sgd, momentum, nesterov, rmsprop, adam"):
        optimizer("adagrad")
    with pytest.raises(NetworkError, match=r"adam has no setting 'mu'.*learning_rate, beta1"):
        optimizer("adam", mu=0.9)


def test_the_published_defaults():
    """Tieleman and Hinton, 2012; Kingma and Ba, 2015, algorithm 1; momentum as in most books."""
    assert settings_of(RMSProp()) == {"learning_rate": 0.001, "rho": 0.9, "epsilon": 1e-7}
    assert settings_of(Adam()) == {
        "learning_rate": 0.001, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8,
    }  # fmt: skip
    assert settings_of(Momentum())["momentum"] == settings_of(Nesterov())["momentum"] == 0.9
