"""Every equation of a program is what its calls compute: each is read and worked out by itself.

A program is run call by call. Beside it the equations are worked out as they are written, in
float64, from the inputs, the parameters and the settings alone: each equation whole, and each part
of it that a call states. What a part comes to has to be found in the buffer of its left side
before the next part begins, and what an equation comes to when its calls are done.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from chainrule.network import (
    ACTIVATIONS,
    COSTS,
    INITIALISATIONS,
    SGD,
    Adam,
    Architecture,
    Equation,
    Momentum,
    Nesterov,
    Network,
    Optimizer,
    Penalty,
    Program,
    Recipe,
    RMSProp,
    compiling,
)
from chainrule.network.engine.binding import bind_call
from chainrule.network.engine.buffers import batch_buffers
from chainrule.network.parameters import flat_size, views

from . import by_hand
from .by_hand import EVERY, PAIRS

Array = NDArray[Any]


# --- reading an equation ---------------------------------------------------------------------


def sigma(z: Array) -> Array:
    return 1 / (1 + np.exp(-z))


def softmax(z: Array) -> Array:
    return np.exp(z) / np.exp(z).sum(axis=0)


FUNCTIONS: dict[str, Any] = {
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "sign": np.sign,
    "sum": np.sum,
    "maximum": np.maximum,
    "diag": np.diagflat,
    "tanh": np.tanh,
    "abs": lambda z: np.where(np.real(z) < 0, -z, z),
    "minimum": np.minimum,
    "erf": np.vectorize(math.erf, otypes=[float]),
    "Phi": by_hand.normal_share,
    "pi": math.pi,
    **{ACTIVATIONS[name].symbol: by_hand.FUNCTIONS[name] for name in by_hand.ELEMENTWISE},
    "relu": lambda z: np.where(z > 0, z, 0),
    "leaky_relu": lambda z: np.where(z > 0, z, 0.01 * z),
    "sigma": sigma,
    "softmax": softmax,
}

NAME = re.compile(r"dC0?/d(?:\[\w+ \w+\]|\w+)|\w+'\(\w+\)|\[\w+; 1\]|kept \w+")
"""A name that Python could not read as one."""

BETWEEN = r"; (?![^\[]*\])"
"""Between two equations in one line; the `; ` of `[x; 1]` is none."""


def value(text: str, values: Mapping[str, Any]) -> Any:
    """What a right side comes to; sums, products and functions are NumPy's, as it is written."""
    if found := re.fullmatch(r"(.+) where (.+), else (.+)", text):
        there, where, elsewhere = (value(part, values) for part in found.groups())
        return np.where(where, there, elsewhere)
    code = NAME.sub(lambda name: f"VALUES[{name[0]!r}]", text)
    return eval(code, {"__builtins__": {}, **FUNCTIONS, "VALUES": values}, values)


def equations_of(text: str, layers: int) -> Iterable[tuple[str, list[str]]]:
    """Left side and right sides of each equation in a text."""
    for equation in re.split(BETWEEN, text):
        said, _, scope = equation.partition(", for every ")
        letters = {"": [""], "W": ["W"], "W and b": ["W", "b"]}[scope]
        for letter, layer in product(letters, range(1, layers + 1) if scope else [0]):
            one = re.sub(r"[Ww]\b", f"{letter}{layer}", said) if scope else said
            left, *right = one.split(" = ")
            yield left, right


# --- values beside the buffers ---------------------------------------------------------------


class Values(dict[str, Any]):
    """Mathematical values by name, an example a column; a name made of others is put together."""

    def __init__(self, architecture: Architecture, start: Mapping[str, Any]) -> None:
        super().__init__({name: np.array(given, float) for name, given in start.items()})
        self.architecture = architecture

    def __missing__(self, name: str) -> Any:
        if name == "w" or re.fullmatch("dC0?/dw", name):
            return self.of_all_parameters(name[:-1])
        if name.startswith("["):
            whole = self[name[1:-4]]
            return np.vstack([whole, np.ones(whole.shape[1])])
        if name.startswith("dC/db"):  # no penalty is on a bias
            return self[name.replace("dC", "dC0")]
        raise KeyError(name)

    def aside(self) -> Values:
        """The same values, to be changed by themselves."""
        return Values(self.architecture, self)

    def of_all_parameters(self, before: str) -> Array:
        """One array, as long as the parameters, of `W1`, `b1`, ... or `dC/dW1`, `dC/db1`, ...."""
        flat = np.zeros(flat_size(self.architecture))
        for name, part in views(flat, self.architecture).items():
            part[:] = self[before + name].reshape(part.shape)
        return flat

    def set(self, name: str, found: Any) -> None:
        """Take in a left side, and what follows from it."""
        self[name] = found
        if block := re.fullmatch(r"eta\*(dC0?/d)\[(W\d) (b\d)\]", name):
            self[block[1] + block[2]] = found[:, :-1] / self["eta"]
            self[block[1] + block[3]] = found[:, -1:] / self["eta"]
        if name == "w":
            del self["w"]
            for part, array in views(found, self.architecture).items():
                self[part] = array.reshape(-1, 1) if part[0] == "b" else array
        below = re.fullmatch(r"dC/da(\d)", name)
        if below and self.architecture.activation(int(below[1])).name == "identity":
            self[f"delta{below[1]}"] = found  # da/dz = 1


def buffer_of(name: str, program: Program, like: Any) -> Array:
    """Where the left side `name` stands in memory, in the shape of `like`."""
    name = name.replace("dC0", "dC")
    if found := re.fullmatch(r"dC/d(?:a|dropped)(\d)", name):
        name = f"delta{found[1]}"
    if name not in program.buffers and f"eta*{name}" in program.buffers:
        return buffer_of(f"eta*{name}", program, like) / program.buffers["eta"]
    array = program.buffers["parameters" if name == "w" else name]
    if re.search(r"\[W1 b1\]$", name):  # its rows are filled up
        array = array[:, : like.shape[1]]
    return array.reshape(like.shape) if array.ndim == 1 else array


def same(found: Any, expected: Any) -> bool:
    found, expected = np.asarray(found), np.asarray(expected)
    if found.shape != expected.shape:
        return False
    largest = np.abs(expected).max(initial=1e-3)
    return bool((np.abs(found - expected) <= 1e-10 * largest).all())


Check = Callable[[], bool]


def mask_check(left: str, right: str, program: Program, values: Values) -> Check:
    """`1/(1-p) with probability 1-p, else 0`: the two numbers, and how many there are of each."""
    found = re.fullmatch(r"(.+) with probability (.+), else (.+)", right)
    assert found is not None
    own = {"p": values[f"p{left[-1]}"]}
    kept, share, dropped = (value(part, own) for part in found.groups())
    mask = program.buffers[left]

    def check() -> bool:
        numbers = {float(kept), float(dropped)}
        deviation = (share * (1 - share) / mask.size) ** 0.5
        right = set(mask.flat) == numbers and abs((mask == kept).mean() - share) < 4 * deviation
        if right:
            values[left] = mask.copy()
        return right

    return check


def checks_of(text: str, program: Program, values: Values) -> dict[str, Check]:
    """What has to hold of the buffers once a text is computed: one check a right side."""
    checks: dict[str, Check] = {}
    for left, right in equations_of(text, values.architecture.layers):
        assert right, text
        if "with probability" in right[0]:
            checks[f"{left} = {right[0]}"] = mask_check(left, right[0], program, values)
            continue
        for one in right:
            expected = value(one, values)
            checks[f"{left} = {one}"] = lambda left=left, right=expected: same(
                buffer_of(left, program, right), right
            )
        values.set(left, value(right[0], values))
    return checks


def begun(equation: Equation, program: Program, values: Values) -> dict[str, Check] | None:
    """The checks of a whole equation; None while parts of it are still to be worked out."""
    try:
        return checks_of(equation.text, program, values)
    except (NameError, KeyError):
        return None


def hold(program: Program, values: Values, seed: int = 0) -> None:
    """Run the program, call by call; every equation is true when its calls are done, and every
    part of it before the next begins.
    """
    rng = np.random.default_rng(seed)
    for group in program.groups():
        waiting: dict[str, Check] = {}
        parts = any(call.computes for call in group[0].calls)
        before = values.aside() if parts else values
        whole = [begun(equation, program, before) for equation in group]
        for call in group[0].calls:
            if call.computes:
                assert not waiting, f"{', '.join(waiting)}: not before {call.code}"
                waiting = checks_of(call.computes, program, values)
            assert waiting or not parts, f"{call.code} carries on no equation"
            function, arguments = bind_call(call, program.buffers, rng)
            function(*arguments)
            waiting = {text: check for text, check in waiting.items() if not check()}
        assert not waiting, f"{', '.join(waiting)}: not at the end"
        for equation, checks in zip(group, whole, strict=True):
            found = checks_of(equation.text, program, values) if checks is None else checks
            untrue = [text for text, check in found.items() if not check()]
            assert not untrue, f"{', '.join(untrue)}: not at the end of its calls"


# --- the programs ----------------------------------------------------------------------------

SIZES, M, N = (4, 5, 6, 3), 8, 23
OPTIMIZERS: dict[str, tuple[Optimizer, dict[str, float]]] = {
    "sgd": (SGD(0.4), {"eta": 0.4}),
    "momentum": (Momentum(0.3, 0.8), {"eta": 0.3, "mu": 0.8}),
    "nesterov": (Nesterov(0.3, 0.7), {"eta": 0.3, "mu": 0.7}),
    "rmsprop": (RMSProp(0.02, 0.6, 0.01), {"eta": 0.02, "rho": 0.6, "eps": 0.01}),
    "adam": (
        Adam(0.02, 0.7, 0.8, 0.01),
        {"eta": 0.02, "beta1": 0.7, "beta2": 0.8, "eps": 0.01},
    ),
}
PENALTIES = {"none": (0.0, 0.0), "l2": (0.0, 1.5), "l1": (0.7, 0.0), "both": (0.7, 1.5)}
RATES = {"no dropout": [0.0, 0.0], "dropout": [0.25, 0.2]}


def network_of(hidden: str, output: str, cost: str) -> tuple[Network, dict[str, Any]]:
    """A network, and all values it starts from, with examples as columns."""
    network = Network(SIZES, hidden=hidden, output=output, cost=cost, seed=1, dtype="float64")
    rng = np.random.default_rng(2)
    start: dict[str, Any] = {
        "x": rng.standard_normal((SIZES[0], M)),
        "y": by_hand.targets(cost, M, SIZES[-1], rng).T,
        "m": M,
        "n": N,
        "ones": np.ones((M, 1)),
    }
    for name, part in network.parameters.items():
        start[name] = part.reshape(-1, 1) if name[0] == "b" else part
    return network, start


def training(
    network: Network, start: Mapping[str, Any], optimizer: str, penalty: str, rates: list[float]
) -> tuple[Program, Values]:
    """A training step that is one of many: what the optimiser keeps is not 0."""
    chosen, settings = OPTIMIZERS[optimizer]
    l1, l2 = PENALTIES[penalty]
    rng = np.random.default_rng(3)
    recipe = Recipe(chosen, M, l1=l1, l2=l2, dropout=tuple(rates))
    program = network.program(recipe, N)
    state = {name: program.buffers[name] for name in chosen.state}
    for array in state.values():
        for part in views(array, network.architecture).values():
            part[:] = rng.random(part.shape)
    counters = dict.fromkeys(chosen.counters, 3)
    for name, count in counters.items():
        program.buffers[name][...] = count
    program.buffers["1-eta*lam/n"][...] = 1 - settings["eta"] * l2 / N
    program.buffers["x"][:], program.buffers["y"][:] = start["x"], start["y"]
    known = {**start, **settings, **state, **counters, "l1": l1, "lam": l2}
    known |= {f"p{layer}": rate for layer, rate in enumerate(rates, 1)}
    return program, Values(network.architecture, known)


STEPS = list(product(OPTIMIZERS, PENALTIES, RATES.values()))
"""Every way to update: five optimisers, four penalties, with and without dropout."""


def hold_steps(hidden: str, output: str, cost: str, steps: list[Any]) -> None:
    network, start = network_of(hidden, output, cost)
    before = network.flat.copy()
    for optimizer, penalty, rates in steps:
        network.flat[:] = before
        hold(*training(network, start, optimizer, penalty, rates))


@pytest.mark.parametrize("place", range(len(PAIRS)))
def test_a_training_step_is_its_equations(place: int):
    """Every cost and output with every hidden activation; each pair with every way to update."""
    cost, output = PAIRS[place]
    for number, hidden in enumerate(EVERY):
        first = (number + place) % len(EVERY) == 0
        mine = STEPS if first else STEPS[(7 * number + 3 * place) % len(STEPS) :][:2]
        hold_steps(hidden, output, cost, mine)


@pytest.mark.parametrize(("cost", "output"), PAIRS)
def test_the_cost_and_its_gradient_are_their_equations(output: str, cost: str):
    for hidden in EVERY:
        hold_gradients(*network_of(hidden, output, cost))


def hold_gradients(network: Network, start: dict[str, Any]) -> None:
    for (l1, l2), rates in product(PENALTIES.values(), RATES.values()):
        program = compiling.gradient_program(
            network.architecture, network.flat, M, Penalty(l1, l2, N), rates
        )
        program.buffers["x"][:], program.buffers["y"][:] = start["x"], start["y"]
        masks = {name: part for name, part in program.buffers.items() if name.startswith("mask")}
        for number, mask in enumerate(masks.values()):
            mask[:] = np.random.default_rng(number).integers(0, 2, mask.shape) * 1.5
        hold(program, Values(network.architecture, {**start, **masks, "l1": l1, "lam": l2}))


@pytest.mark.parametrize(
    ("optimizer", "true", "false"),
    [
        ("sgd", "z2 = W2 @ dropped1 + b2", "z2 = W2 @ a1 + b2"),
        ("sgd", "a1 = tanh(z1)", "a1 = sigma(z1)"),
        ("sgd", "with probability 1-p", "with probability p"),
        ("sgd", "mask1 = 1/(1-p) with", "mask1 = 1 with"),
        ("sgd", "dropped1 = mask1 * a1", "dropped1 = a1"),
        ("sgd", "(a3 - y) / m", "(a3 - y)"),
        ("sgd", "= a3 * (1 - a3)", "= a3 * (1 + a3)"),
        ("sgd", "tanh'(z2) = 1 - a2**2", "tanh'(z2) = 1 + a2**2"),
        ("sgd", "W3.T @ delta3", "W3.T @ delta3 / m"),
        ("sgd", "delta1 = dC/da1 * tanh'(z1)", "delta1 = dC/da1 * tanh'(z1)**2"),
        ("sgd", "eta*delta2 @ [dropped1; 1].T", "eta*delta2 @ [a1; 1].T"),
        ("sgd", "w = (1 - eta*lam/n) * w", "w = (1 + eta*lam/n) * w"),
        ("sgd", "b1 = kept b1", "b1 = (1 - eta*lam/n) * b1"),
        ("sgd", "w = w - eta * dC0/dw", "w = w + eta * dC0/dw"),
        ("momentum", "dC0/db1 = delta1 @ ones", "dC0/db1 = delta1 @ ones / m"),
        ("sgd", "delta3 = dC/da3 * sigma'(z3)", "delta3 = dC/da3"),
        ("sgd", "(W3.T @ delta3) * mask2 * tanh'(z2)", "(W3.T @ delta3) * tanh'(z2)"),
        ("sgd", "dC0/db2 = delta2 @ ones", "dC0/db2 = delta2 @ ones / m"),
        ("sgd", "dC0/dW2 = delta2 @ dropped1.T", "dC0/dW2 = delta2 @ a1.T"),
        ("momentum", "dC0/dW + lam/n * W", "dC0/dW - lam/n * W"),
        ("momentum", "v = mu * v - eta * dC/dw", "v = mu * v + eta * dC/dw"),
        ("momentum", "w = w + v", "w = w - v"),
        ("nesterov", "w = w + mu * v - eta * dC/dw", "w = w + v - eta * dC/dw"),
        ("rmsprop", "(1 - rho) * (dC/dw)**2", "(dC/dw)**2"),
        ("rmsprop", "(sqrt(s) + eps)", "sqrt(s + eps)"),
        ("adam", "t = t + 1", "t = t"),
        ("adam", "(1 - beta1**t) / (1 - beta1)", "1 - beta1**t"),
        ("adam", "eps_t = eps * sqrt(S)", "eps_t = eps"),
        ("adam", "w = w - eta_t * v", "w = w - eta * v"),
    ],
)
def test_a_false_equation_is_found(optimizer: str, true: str, false: str):
    network, start = network_of("tanh", "sigmoid", "quadratic")
    program, values = training(network, start, optimizer, "l2", RATES["dropout"])
    parts = {call.computes for call in program.calls}
    assert any(true in text for text in parts | {e.text for e in program.equations})
    wrong = {  # equations that the same calls compute go on sharing them
        id(equation.calls): tuple(
            replace(call, computes=call.computes.replace(true, false)) for call in equation.calls
        )
        for equation in program.equations
    }
    equations = tuple(
        replace(e, text=e.text.replace(true, false), calls=wrong[id(e.calls)])
        for e in program.equations
    )
    with pytest.raises(AssertionError, match=r"not before|not at the end|carries on no"):
        hold(replace(program, equations=equations), values)


# --- the equations of the values -------------------------------------------------------------


def columns(activation: str, z: Array) -> dict[str, Array]:
    """The buffers of a last layer with this activation and these `z` (n, m), after its steps.

    `delta1` starts as the identity matrix, so that softmax's comes out as its Jacobian.
    """
    architecture = Architecture((2, len(z)), (activation,), "quadratic")
    buffers = batch_buffers(architecture, z.shape[1], z.dtype, [])
    buffers["z1"][:] = z
    buffers["delta1"][:] = np.eye(*z.shape)
    chosen = ACTIVATIONS[activation]
    for call in (*chosen.forward(1), *chosen.back(1)):
        function, arguments = bind_call(call, buffers, None)
        function(*arguments)
    return buffers


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_an_activation_is_its_equations(activation: str):
    z = np.repeat(np.random.default_rng(0).standard_normal((5, 1)), 5, axis=1)
    buffers, chosen = columns(activation, z), ACTIVATIONS[activation]
    left, *right = chosen.equation.split(" = ")
    assert left in ("a", f"{chosen.symbol}(z)")
    for text in right:
        assert same(buffers["a1"], value(text, {"z": z}))
    left, *right = chosen.derivative_equation.split(" = ")
    assert left in ("da/dz", f"{chosen.symbol}'(z)")
    for text in right:
        slope = value(text, {"z": z, "a": buffers["a1"][:, :1]})
        matrix = slope if activation == "softmax" else slope * np.eye(5)
        assert same(buffers["delta1"], matrix)


@pytest.mark.parametrize(("cost", "output"), PAIRS)
def test_a_cost_is_its_equations(cost: str, output: str):
    """For one example: C as it is computed, and its derivative by the complex step."""
    network = Network([4, 3], output=output, cost=cost, seed=1, dtype="float64")
    x, y = np.random.default_rng(0).standard_normal((1, 4)), np.array([[0.2, 0.5, 0.3]])
    if COSTS[cost].onehot and COSTS[cost].partner is None:
        y = np.array([[0.0, 1.0, 0.0]])
    found = network.backward(x, y)
    left, right = COSTS[cost].equation.split(" = ")
    assert left == "C"
    assert same(found["C"], value(right, {"a": found["a1"].T, "y": y.T}))
    slope, said = COSTS[cost].derivative_equation.split(" = ")
    for place in range(3):
        moved = found["a1" if slope == "dC/da" else "z1"].T.astype(complex)
        moved[place] += 1e-30j
        a = moved if slope == "dC/da" else {"sigmoid": sigma, "softmax": softmax}[output](moved)
        measured = value(right, {"a": a, "y": y.T}).imag / 1e-30
        assert same(measured, value(said, {"a": found["a1"].T, "y": y.T})[place, 0])


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_is_its_equations(name: str):
    chosen, settings = OPTIMIZERS[name]
    rng = np.random.default_rng(0)
    doubles = {**chosen.scalars(), **chosen.doubles(), "eta": settings["eta"], "1": 1.0}
    buffers: dict[str, Array] = {key: np.array(number) for key, number in doubles.items()}
    names = ("parameters", "gradients", "step", "scratch", *chosen.state)
    buffers |= {key: np.zeros(6) for key in names}
    buffers["parameters"][:] = w = rng.standard_normal(6)
    values: dict[str, Any] = {"w": w.copy(), **settings, "t": 0}
    values |= {key: np.zeros(6) for key in chosen.state}
    for _ in range(3):
        gradient = rng.standard_normal(6)
        buffers["gradients"][:], buffers["step"][:] = gradient, settings["eta"] * gradient
        step = Program("", (*chosen.each_step(), *chosen.update(str)), buffers)
        for function, arguments in step.bind():
            function(*arguments)
        values |= {"dC/dw": gradient, "t": values["t"] + 1}
        for equation in chosen.equations:
            left, right = equation.split(" = ")
            values[left] = value(right, values)
        for key in chosen.state:
            assert same(buffers[key], values[key])
        assert same(buffers["parameters"], values["w"])


@pytest.mark.parametrize("name", INITIALISATIONS)
def test_an_initialisation_is_its_equation(name: str):
    rule = INITIALISATIONS[name]
    clause = r"((?:[Wb], )*[Wb]) (?:from N\(0, (.+?)\)|= (0))(?=, |$)"
    variances = {
        letter: variance or zero
        for letters, variance, zero in re.findall(clause, rule.equation)
        for letter in letters.split(", ")
    }
    for n_in, n_out in ((784, 30), (30, 10), (5, 7)):
        sizes = {"n_in": n_in, "n_out": n_out}
        assert same(rule.weights(n_in, n_out) ** 2, value(variances["W"], sizes))
        assert same(rule.biases**2, value(variances["b"], sizes))
