"""The listing of a training step: what is run, line for line, small enough to read."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from chainrule.network import (
    ACTIVATIONS,
    OPTIMIZERS,
    SGD,
    Adam,
    Architecture,
    Momentum,
    Network,
    Penalty,
    compiling,
    optimizer,
)
from chainrule.network.program import aligned, bind_step


def lines(listing: str) -> list[tuple[int, str, list[str], str]]:
    """Number, function, operands and equation of every line."""
    found = []
    for line in listing.splitlines()[2:]:
        if line.strip().startswith("... and so for"):
            continue
        # Columns are parted by two spaces; a name may hold brackets, but no two spaces.
        number, code, *equation = re.split(" {2,}", line.strip(), maxsplit=2)
        function, operands = code.removesuffix(")").split("(", 1)
        found.append((int(number), function, split(operands), "".join(equation)))
    return found


def split(operands: str) -> list[str]:
    """At commas, but not in the `[x; 1]` of a name."""
    return [name.strip() for name in operands.split(", ")]


@pytest.mark.parametrize("cost", ["quadratic", "cross-entropy", "log-likelihood"])
def test_784_30_10_fits_on_a_screen(cost: str):
    listing = Network([784, 30, 10], cost=cost).listing(batch_size=10)
    assert len(listing.splitlines()) <= 40
    assert max(map(len, listing.splitlines())) <= 100
    assert listing.startswith(f"784-30-10 sigmoid {cost}: one step on a mini-batch of 10, sgd")


def test_the_four_equations_of_backpropagation():
    """Nielsen, chapter 2."""
    equations = "\n".join(equation for *_, equation in lines(Network([784, 30, 10]).listing()))
    for expected in (
        "z1 = W1 @ x + b1",
        "z2 = W2 @ a1 + b2",
        "BP1: dC/da2 = (a2 - y) / m",
        "delta2 = dC/da2 * sigma'(z2)",
        "BP2: dC/da1 = W2.T @ delta2",
        "delta1 = dC/da1 * sigma'(z1)",
        "eta*delta2 = eta * delta2",
        "BP3, BP4: eta*dC/d[W2 b2] = eta*delta2 @ [a1; 1].T",
        "eta*delta1 = eta * delta1",
        "BP3, BP4: eta*dC/d[W1 b1] = eta*delta1 @ [x; 1].T",
        "w = w - ",
    ):
        assert expected in equations, expected
    with_adam = [e for *_, e in lines(Network([784, 30, 10]).listing(optimizer=Adam()))]
    assert "BP3: dC/db2 = delta2 @ ones; BP4: dC/dW2 = delta2 @ a1.T" in with_adam
    assert "BP3: dC/db1 = delta1 @ ones; BP4: dC/dW1 = delta1 @ x.T" in with_adam
    matched = [e for *_, e in lines(Network([784, 30, 10], cost="cross-entropy").listing())]
    assert "BP1: delta2 = (a2 - y) / m" in matched
    assert not any("sigma'(z2)" in equation for equation in matched)


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("hidden", ACTIVATIONS)
def test_each_line_is_one_numpy_call(name: str, hidden: str):
    network = Network([9, 6, 5, 4], hidden=hidden, cost="log-likelihood")
    found = lines(network.listing(7, optimizer=optimizer(name), l1=0.1, l2=0.2, dropout=(0.5, 0.0)))
    assert [number for number, *_ in found] == list(range(1, len(found) + 1))
    for _, function, *_ in found:
        assert hasattr(np, function), function
    said = " ".join(equation for *_, equation in found)
    for layer in (1, 2, 3):
        assert f"delta{layer} = " in said or hidden == "identity"
        assert f"/dW{layer} = delta{layer} @" in said
    assert "l1/n" in said
    assert "w = w" in said


def test_the_listing_is_what_training_runs():
    """The very steps, bound and replayed, make the step of training."""
    network = Network([6, 5, 3], seed=1, dtype="float64")
    expected = network.copy()
    X, y = np.random.default_rng(0).standard_normal((4, 6)), np.array([0, 1, 2, 1])
    found = expected.backward(X, y)
    for name, value in expected.parameters.items():
        value -= 0.5 * found[f"dC/d{name}"]
    chosen, state = Momentum(0.5), {"v": np.zeros_like(network.flat)}
    shared, names = compiling.shared_buffers(
        network.architecture, network.flat, chosen, Penalty(), state
    )
    program = compiling.training_program(
        network.architecture, 4, [0.0], chosen, Penalty(), shared, names
    )
    assert program.listing() == network.listing(4, optimizer=chosen)
    program.buffers["X"][:] = X
    program.buffers["y"][:] = np.eye(3)[y].T
    update = next(i for i, step in enumerate(program.steps) if step.out == "v")
    for step in program.steps[:update]:
        function, arguments = bind_step(step, program.buffers, None)
        function(*arguments)
    # Before the update every buffer that `backward` returns holds what it returns.
    for name, value in found.items():
        if name == "C":
            continue
        if name.startswith("dC/d"):  # eta lies on delta, so that its product is eta dC/dW
            rows = program.buffers[f"eta*{name}"] / chosen.learning_rate
        else:
            rows = program.buffers[name].T
        assert np.allclose(rows, value, rtol=0, atol=1e-14), name
    for step in program.steps[update:]:
        function, arguments = bind_step(step, program.buffers, None)
        function(*arguments)
    assert np.allclose(network.flat, expected.flat, rtol=0, atol=1e-14)


SCRATCH = re.compile(
    r"""eta\*.*|z_max|1|1/m|eta|step|parameters|gradients|x|y|zeros\d|ones\d|[0-9.]+
    |\[.*\](\.T)?              # a buffer with a row of ones under it, or a block [W b]
    |dC/d\[W\d\ b\d\]          # the gradients of such a block
    |1\+exp\(z\d\)|max\(z\d\)|sum\(.*\)|a\d\*dC/da\d""",
    re.VERBOSE,
)


@pytest.mark.parametrize("cost", ["quadratic", "log-likelihood"])
@pytest.mark.parametrize("hidden", ACTIVATIONS)
def test_its_buffers_are_those_that_backward_returns(hidden: str, cost: str):
    network = Network([6, 5, 4, 3], hidden=hidden, cost=cost)
    returned = set(network.backward(np.ones((2, 6)), [0, 1]))
    named = {name for _, _, operands, _ in lines(network.listing()) for name in operands}
    for name in named - returned:
        assert SCRATCH.fullmatch(name), name
    seen = " ".join(named)
    for layer in (1, 2, 3):
        assert {f"z{layer}", f"a{layer}"} & named
        assert f"delta{layer}" in seen
        assert f"[W{layer} b{layer}]" in seen


def test_the_further_blocks_are_counted():
    """784-800-10 has 636,010 parameters and rows that are filled up: five blocks of 131,072."""
    listing = Network([784, 800, 10]).listing()
    assert listing.endswith("... and so for 4 further blocks of the parameters")


def test_a_long_network_is_listed_once_for_all_blocks():
    text = Network([784, 800, 10]).listing(optimizer=Adam())
    assert re.search(r"\.\.\. and so for \d+ further blocks of the parameters", text)
    assert len(text.splitlines()) < 50


def test_buffers_start_on_a_cache_line():
    for shape in ((), (1,), (3, 5), (17, 1), (784, 10)):
        for dtype in ("float32", "float64"):
            array = aligned(shape, np.dtype(dtype))
            assert array.ctypes.data % 64 == 0
            assert array.shape == shape
            assert array.flags.c_contiguous
            assert not array.any()


def test_masks_are_drawn_from_the_generator_given():
    architecture = Architecture.parse("4-5-3")
    network = Network.of(architecture)
    shared, names = compiling.shared_buffers(architecture, network.flat, SGD(), Penalty(), {})
    program: Any = compiling.training_program(
        architecture, 2, [0.5], SGD(), Penalty(), shared, names
    )
    with pytest.raises(TypeError, match="Generator"):
        program.bind()
