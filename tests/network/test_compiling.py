"""The gradients are those of the cost: against PyTorch, and against the complex step."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

from chainrule.network import Network

from .by_hand import EVERY, PAIRS, Problem, draw_problem, gap

PROBLEMS = 160


def network_of(problem: Problem) -> Network:
    network = Network(
        problem.sizes,
        hidden=problem.activations[:-1],
        output=problem.activations[-1],
        cost=problem.cost,
        dtype="float64",
    )
    for name, value in problem.parameters.items():
        network.parameters[name][:] = value
    return network


def backward_of(problem: Problem) -> dict[str, Any]:
    return network_of(problem).backward(
        problem.X, problem.Y, l1=problem.l1, l2=problem.l2, n=problem.n, masks=problem.masks
    )


@pytest.fixture(scope="module")
def problems() -> list[Problem]:
    return [draw_problem(np.random.default_rng(number), number) for number in range(PROBLEMS)]


def test_the_problems_meet_everything(problems: list[Problem]):
    assert {(p.cost, p.activations[-1]) for p in problems} == set(PAIRS)
    assert {name for p in problems for name in p.activations[:-1]} == set(EVERY)
    assert {p.layers for p in problems} == {1, 2, 3, 4}
    assert {(p.l1 > 0, p.l2 > 0) for p in problems} == {(i, j) for i in (0, 1) for j in (0, 1)}
    assert sum(bool(p.masks) for p in problems) > 20
    for p in problems:
        assert len({len(p.X), *p.sizes}) == 1 + len(p.sizes)


def test_against_the_complex_step(problems: list[Problem]):
    for number, problem in enumerate(problems):
        found = backward_of(problem)
        assert gap(found["C"], problem.value(problem.parameters)) < 1e-12, number
        for name, expected in problem.complex_step().items():
            assert gap(found[name], expected) <= 1e-10, (number, name, problem)


def torch_gradients(torch: Any, problem: Problem) -> dict[str, Any]:
    """The same by autograd: C, the weights' gradients, and dC/dz of every layer."""
    F = torch.nn.functional
    functions = {
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "relu": torch.relu,
        "leaky-relu": lambda z: F.leaky_relu(z, 0.01),
        "identity": lambda z: z * 1,
        "elu": F.elu,
        "silu": F.silu,
        "gelu": F.gelu,
        "gelu-tanh": lambda z: F.gelu(z, approximate="tanh"),
        "softmax": lambda z: torch.softmax(z, 1),
    }
    p = {name: torch.tensor(v, requires_grad=True) for name, v in problem.parameters.items()}
    a, zs, Y = torch.tensor(problem.X), {}, torch.tensor(problem.Y)
    for layer in range(1, problem.layers + 1):
        zs[layer] = F.linear(a, p[f"W{layer}"], p[f"b{layer}"])
        zs[layer].retain_grad()
        a = functions[problem.activations[layer - 1]](zs[layer])
        if f"mask{layer}" in problem.masks:
            a = a * torch.tensor(problem.masks[f"mask{layer}"])
    z, m = zs[problem.layers], len(Y)
    C = {
        "quadratic": lambda: F.mse_loss(a, Y, reduction="sum") / (2 * m),
        "cross-entropy": lambda: F.binary_cross_entropy_with_logits(z, Y, reduction="sum") / m,
        "log-likelihood": lambda: F.cross_entropy(z, Y),
        "huber": lambda: F.huber_loss(a, Y, reduction="sum") / m,
        # PyTorch divides the sum over the other classes by the number of classes.
        "hinge": lambda: F.multi_margin_loss(a, Y.argmax(1)) * Y.shape[1],
    }[problem.cost]()
    weights = [p[name] for name in p if name.startswith("W")]
    C = C + sum(
        problem.l1 / problem.n * w.abs().sum() + problem.l2 / (2 * problem.n) * (w * w).sum()
        for w in weights
    )
    C.backward()
    found = {f"dC/d{name}": value.grad.numpy() for name, value in p.items()}
    found |= {f"delta{layer}": z.grad.numpy() for layer, z in zs.items()}
    found |= {f"z{layer}": z.detach().numpy() for layer, z in zs.items()}
    return {**found, "C": C.item()}


@pytest.fixture(scope="module")
def torch() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip("torch")


def test_against_torch(torch: Any, problems: list[Problem]):
    for number, problem in enumerate(problems):
        found = backward_of(problem)
        for name, expected in torch_gradients(torch, problem).items():
            assert gap(found[name], expected) <= 1e-10, (number, name, problem)
