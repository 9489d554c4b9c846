"""The program of a training step: what is run, equation by equation, small enough to read."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from chainrule.network import (
    ACTIVATIONS,
    COSTS,
    OPTIMIZERS,
    Adam,
    Momentum,
    Network,
    Program,
    Recipe,
    optimizer,
)
from chainrule.network.engine.buffers import aligned


@pytest.mark.parametrize("cost", [name for name in COSTS if name != "hinge"])
def test_784_30_10_fits_on_a_screen(cost: str):
    listing = Network([784, 30, 10], cost=cost).listing(batch_size=10)
    assert len(listing.splitlines()) <= 40
    assert max(map(len, listing.splitlines())) <= 100
    assert listing.startswith(f"784-30-10 sigmoid {cost}: one step on a mini-batch of 10, sgd")


def test_the_four_equations_of_backpropagation():
    """Nielsen, chapter 2, each whole, under its name and with its source."""
    listing = Network([784, 30, 10]).listing()
    book = "[Nielsen, chapter 2, eq. ({})]"
    for expected in (
        "weighted input: z1 = W1 @ x + b1",
        "weighted input: z2 = W2 @ a1 + b2",
        "BP1: delta2 = dC/da2 * sigma'(z2)  " + book.format("BP1"),
        "dC/da2 = (a2 - y) / m",
        "delta2 = dC/da2 * sigma'(z2)",
        "BP2: delta1 = (W2.T @ delta2) * sigma'(z1)  " + book.format("BP2"),
        "dC/da1 = W2.T @ delta2",
        "delta1 = dC/da1 * sigma'(z1)",
        "BP3: dC/db2 = delta2 @ ones  " + book.format("BP3"),
        "BP4: dC/dW2 = delta2 @ a1.T  " + book.format("BP4"),
        "eta*delta2 = eta * delta2",
        "eta*dC/d[W2 b2] = eta*delta2 @ [a1; 1].T",
        "BP3: dC/db1 = delta1 @ ones  " + book.format("BP3"),
        "BP4: dC/dW1 = delta1 @ x.T  " + book.format("BP4"),
        "eta*delta1 = eta * delta1",
        "eta*dC/d[W1 b1] = eta*delta1 @ [x; 1].T",
        "update: w = w - ",
    ):
        assert expected in listing, expected
    with_adam = titles(Network([784, 30, 10]).program(Recipe(Adam())))
    for expected in (
        "BP3: dC/db2 = delta2 @ ones", "BP4: dC/dW2 = delta2 @ a1.T",
        "BP3: dC/db1 = delta1 @ ones", "BP4: dC/dW1 = delta1 @ x.T",
    ):  # fmt: skip
        assert expected in with_adam
    matched = Network([784, 30, 10], cost="cross-entropy").listing()
    assert "BP1: delta2 = (a2 - y) / m" in matched
    assert "sigma'(z2)" not in matched


def titles(program: Program) -> list[str]:
    return [equation.title for equation in program.equations]


@pytest.mark.parametrize("dropout", [0.0, 0.5])
def test_the_error_one_layer_back_is_whole(dropout: float):
    """BP2 of every activation, in one equation."""
    masked = " * mask1" if dropout else ""
    for name, kind in ACTIVATIONS.items():
        found = titles(Network([9, 6, 5], hidden=name).program(Recipe(dropout=dropout)))
        up = f"(W2.T @ delta2){masked}"
        expected = kind.delta.format(up=up, a="a1")
        if kind.slope is not None:
            expected = f"{up} * {kind.symbol}'(z1)"
        assert f"BP2: delta1 = {expected}" in found


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("hidden", ACTIVATIONS)
def test_each_call_is_numpys(name: str, hidden: str):
    network = Network([9, 6, 5, 4], hidden=hidden, cost="log-likelihood")
    recipe = Recipe(optimizer(name), 7, l1=0.1, l2=0.2, dropout=(0.5, 0.0))
    program = network.program(recipe)
    for call in program.calls:
        assert hasattr(np, call.function), call
    texts = " ".join(titles(program))
    for layer in (1, 2, 3):
        assert f"delta{layer} = " in texts
        assert f"/dW{layer} = delta{layer} @" in texts
        assert f"/db{layer} = delta{layer} @" in texts
    assert "l1/n" in texts
    assert "w = w" in texts
    for equation in program.equations:
        assert equation.name
        assert " = " in equation.text
        assert equation.calls
    listing = program.listing()
    numbered = re.findall(r"^ +(\d+)  (\w+)\(", listing, re.MULTILINE)
    assert [int(number) for number, _ in numbered] == list(range(1, len(program.calls) + 1))
    assert [function for _, function in numbered] == [call.function for call in program.calls]


def test_the_program_as_json_is_the_listing():
    """Every equation with its source and, by the listing's numbers, its calls."""
    program = Network([784, 30, 10]).program(Recipe(Adam(), l2=0.1, dropout=0.5))
    found = json.loads(json.dumps(program.to_dict()))
    listing = program.listing()
    assert found["title"] == listing.splitlines()[0]
    assert [f"{e['name']}: {e['text']}" for e in found["equations"]] == titles(program)
    numbers: list[int] = []
    for equation in found["equations"]:
        assert f"{equation['name']}: {equation['text']}" in listing
        assert equation["source"] in listing
        for call in equation["calls"]:
            assert (
                call["code"] == f"{call['function']}({', '.join([*call['operands'], call['out']])})"
            )
            assert re.search(
                rf"^ +{call['number']}  {re.escape(call['code'])}", listing, re.MULTILINE
            )
            numbers.append(call["number"])
    assert sorted(set(numbers)) == list(range(1, len(program.calls) + 1))
    bp3, bp4 = (next(e for e in found["equations"] if e["name"] == n) for n in ("BP3", "BP4"))
    assert bp3["calls"] == bp4["calls"]  # one product gives both


def test_the_listing_is_what_training_runs():
    """The very steps, bound and replayed, make the step of training."""
    network = Network([6, 5, 3], seed=1, dtype="float64")
    expected = network.copy()
    X, y = np.random.default_rng(0).standard_normal((4, 6)), np.array([0, 1, 2, 1])
    found = expected.backward(X, y)
    for name, value in expected.parameters.items():
        value -= 0.5 * found[f"dC/d{name}"]
    chosen = Momentum(0.5)
    program = network.program(Recipe(chosen, batch_size=4))
    assert program.listing() == network.listing(4, optimizer=chosen)
    program.buffers["X"][:] = X
    program.buffers["y"][:] = np.eye(3)[y].T
    update = next(i for i, call in enumerate(program.calls) if call.out == "v")
    bound = program.bind()
    assert len(bound) == len(program.calls)
    for function, arguments in bound[:update]:
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
    for function, arguments in bound[update:]:
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
    network, kind = Network([6, 5, 4, 3], hidden=hidden, cost=cost), ACTIVATIONS[hidden]
    returned = set(network.backward(np.ones((2, 6)), [0, 1]))
    calls = network.program(Recipe()).calls
    named = {name for call in calls for name in (*call.operands, call.out)}
    own = {*kind.constants, *kind.coefficients}
    own |= {n.format(l=k) for n in (*kind.scratch, *kind.column_scratch) for k in (1, 2)}
    for name in named - returned - own:
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
    assert len(re.findall(r"^ +\d+  ", text, re.MULTILINE)) < 50
    assert len(text.splitlines()) < 70


def test_buffers_start_on_a_cache_line():
    for shape in ((), (1,), (3, 5), (17, 1), (784, 10)):
        for dtype in ("float32", "float64"):
            array = aligned(shape, np.dtype(dtype))
            assert array.ctypes.data % 64 == 0
            assert array.shape == shape
            assert array.flags.c_contiguous
            assert not array.any()


def test_masks_are_drawn_from_the_generator_given():
    program = Network.of("4-5-3").program(Recipe(batch_size=2, dropout=0.5))
    with pytest.raises(TypeError, match="Generator"):
        program.bind()
