"""Whatever is given that cannot be used: one line that says what came and what was expected."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.network import (
    SGD,
    Adam,
    Architecture,
    EarlyStopping,
    Exponential,
    Momentum,
    Nesterov,
    Network,
    NetworkError,
    RMSProp,
    StepDecay,
    Warmup,
    check_gradients,
    evaluate,
    optimizer,
    schedule,
    train,
)

NAN, INF = float("nan"), float("inf")
ABOVE_0 = "is.*a number greater than 0"
BELOW_1 = "is.*a number from 0 to less than 1"
FROM_0 = "is.*a number from 0 up"
M = 6
X = np.random.default_rng(0).standard_normal((M, 4)).astype("float32")
Y = np.array([0, 1, 2, 0, 1, 2])


def net(**options: Any) -> Network:
    return Network([4, 5, 3], **options)


def spoiled(value: Any, row: int = 2, column: int = 1) -> np.ndarray:
    rows = X.astype(float)
    rows[row, column] = value
    return rows


def one_line(call: Callable[[], Any]) -> str:
    with pytest.raises(NetworkError) as fault:
        call()
    text = str(fault.value)
    assert "\n" not in text
    assert 15 < len(text) < 300
    return text


class Odd:
    """Something with a repr that fails."""

    def __repr__(self) -> str:
        raise RuntimeError


WRONG_X: dict[str, tuple[Any, str]] = {
    "too few columns": (X[:, :3], r"X has shape \(6, 3\): expected \(m, 4\)"),
    "too many columns": (np.ones((6, 5)), r"X has shape \(6, 5\): expected \(m, 4\)"),
    "transposed": (X.T, r"X has shape \(4, 6\): expected \(m, 4\)"),
    "one number": (3.0, r"X has shape \(\): expected \(m, 4\)"),
    "0-d": (np.array(3.0), r"X has shape \(\)"),
    "a short row": (np.ones(3), r"X has shape \(3,\)"),
    "an image": (np.ones((6, 2, 2)), r"X has shape \(6, 2, 2\)"),
    "empty": ([], r"X has shape \(0,\)"),
    "no rows": (np.ones((0, 4)), "X is empty: expected at least one example of 4 numbers"),
    "no columns": (np.ones((6, 0)), r"X has shape \(6, 0\)"),
    "NaN": (spoiled(NAN), r"X\[2, 1\] is nan.*finite"),
    "inf": (spoiled(INF, 5, 3), r"X\[5, 3\] is inf.*finite"),
    "-inf": (spoiled(-INF), r"X\[2, 1\] is -inf.*finite"),
    "too large for float32": (spoiled(1e300), r"X\[2, 1\] is inf as float32"),
    "ragged": ([[1, 2, 3, 4], [1, 2]], r"X is \[\[1, 2, 3, 4\], \[1, 2\]\]: expected a table"),
    "strings": ([["a", "b", "c", "d"]], "X is .*expected a table of real numbers"),
    "numerals": ([["1", "2", "3", "4"]], "X is .*expected a table of real numbers"),
    "a word": ("hello", "X is 'hello': expected a table"),
    "bytes": (b"1234", "X is b'1234': expected a table"),
    "a dict": ({"a": 1}, "X is {'a': 1}: expected a table"),
    "a set": ({1, 2}, "X is {1, 2}: expected a table"),
    "None": (None, r"X has shape \(\)"),
    "a hole": (np.array([[1, 2, 3, None]], object), r"X\[0, 3\] is nan"),
    "objects": (np.array([[object()] * 4]), "X is .*expected a table"),
    "odd objects": ([[Odd()] * 4], "X is of type list: expected a table"),
    "complex": (X * 1j, "X is .*expected a table of real numbers"),
    "dates": (np.zeros((6, 4), "M8[s]"), "X is .*expected a table of real numbers"),
    "records": (np.zeros((6, 4), [("a", "f4")]), "X is .*expected a table of real numbers"),
    "a number of 400 digits": ([[10**400, 0, 0, 0]], "X is .*expected a table|X.* inf"),
}

WRONG_Y: dict[str, tuple[Any, str]] = {
    "too few": (Y[:5], "y has length 5 and X 6: expected one target an example"),
    "too many": ([*Y, 0], "y has length 7 and X 6"),
    "one": (1, "y is 1: expected 6 targets, one for each example"),
    "None": (None, "y is None: expected 6 targets"),
    "a word": ("abcdef", "y is 'abcdef': expected 6 targets"),
    "empty": ([], "y has length 0"),
    "above": ([0, 1, 2, 3, 1, 2], r"y\[3\] is 3: the classes of this network are 0 to 2"),
    "below": ([0, 1, -1, 0, 1, 2], r"y\[2\] is -1: the classes of this network are 0 to 2"),
    "far above": (np.full(6, 2**63, np.uint64), r"y\[0\] is 9.22\d*e\+18: the classes of"),
    "from one up": (Y + 1, r"y\[2\] is 3"),
    "halves": (Y / 2, "y holds numbers that are not whole"),
    "NaN": (np.where(Y == 1, NAN, Y), "y holds numbers that are not whole"),
    "inf": (np.where(Y == 1, INF, Y), "y holds numbers that are not whole"),
    "huge floats": (np.full(6, 1e30), r"y\[0\] is 1e\+30: the classes of"),
    "huge": ([10**400] * 6, "y holds no plain numbers: a class is 0, 1, 2"),
    "strings": (list("abcabc"), "y holds no numbers: a class is 0, 1, 2"),
    "holes": ([0, 1, 2, None, 1, 2], "y holds no plain numbers"),
    "complex": (Y * 1j, "y holds complex numbers: a class is 0, 1, 2"),
    "ragged": ([[1], [1, 2], [1], [1], [1], [1]], r"y is \[\[1\].*expected 6 targets"),
    "rows of the wrong length": (np.eye(4)[Y], r"y has shape \(6, 4\): expected \(6,\).*\(6, 3\)"),
    "a column": (Y[:, None], r"y has shape \(6, 1\): expected \(6,\)"),
    "rows with NaN": (np.where(np.eye(3)[Y] > 0, NAN, 0), r"y\[0, 0\] is nan"),
    "rows of strings": (np.eye(3)[Y].astype(str), "y is .*expected a table of real numbers"),
    "complex rows": (np.eye(3)[Y] * 1j, "y is .*expected a table of real numbers"),
    "three axes": (np.ones((6, 3, 1)), r"y has shape \(6, 3, 1\)"),
}


@pytest.mark.parametrize("name", WRONG_X)
def test_inputs(name: str):
    wrong, message = WRONG_X[name]
    network = net()
    for call in (
        lambda: network.forward(wrong),
        lambda: network.predict(wrong),
        lambda: network.predict_proba(wrong),
        lambda: network.backward(wrong, Y),
        lambda: train(network, (wrong, Y)),
        lambda: check_gradients(network.copy(), wrong, Y) if name[:3] != "too" else one(wrong),
        lambda: evaluate(network, wrong, Y),
    ):
        text = one_line(call)
    with pytest.raises(NetworkError, match=message):
        network.forward(wrong)
    assert text


def one(wrong: Any) -> None:
    net().forward(wrong)  # what is too large for float32 is not for float64


@pytest.mark.parametrize("name", WRONG_Y)
def test_targets(name: str):
    wrong, message = WRONG_Y[name]
    network = net()
    for call in (
        lambda: network.backward(X, wrong),
        lambda: train(network, (X, wrong)),
        lambda: check_gradients(network, X, wrong),
        lambda: evaluate(network, X, wrong),
    ):
        one_line(call)
    with pytest.raises(NetworkError, match=message):
        network.backward(X, wrong)


def test_targets_of_a_single_output():
    network = Network([4, 1])
    with pytest.raises(NetworkError, match=r"y\[2\] is 2: the classes of this network are 0 to 1"):
        network.backward(X, Y)
    with pytest.raises(NetworkError, match=r"y\[1, 0\] is nan"):
        network.backward(X, [0.5, NAN, 1, 1, 1, 1])
    assert network.backward(X, Y / 2)["C"] > 0


NO_NUMBER: list[Any] = [None, "0.5", "", [0.5], (1,), {}, 1j, np.array([0.5]), NAN, True, Odd()]
NOT_POSITIVE: list[Any] = [*NO_NUMBER, INF, -INF, 0, -1, 10**400]
NOT_A_COUNT: list[Any] = [*NO_NUMBER, 2.5, INF, -1, np.float32(1.5)]
NO_NAME: list[Any] = [None, 3, "", "mish", ["relu"], b"relu", NAN, "x" * 5000, Odd()]

SETTINGS: dict[str, tuple[Callable[[Any], Any], list[Any], str]] = {
    "epochs": (lambda v: train(net(), (X, Y), epochs=v), NOT_A_COUNT, "whole number from 0 up"),
    "batch_size": (
        lambda v: train(net(), (X, Y), batch_size=v),
        [*NOT_A_COUNT, 0],
        "whole number from 1 up",
    ),
    "batch_size of chainrule": (
        lambda v: cr.train(net(), (X, Y), batch_size=v),
        [*NOT_A_COUNT, 0],
        "batch_size.*whole number from 1 up",
    ),
    "batch_size of listing": (
        lambda v: net().listing(v),
        [*NOT_A_COUNT, 0],
        "batch_size.*whole number from 1 up",
    ),
    "patience": (EarlyStopping, [*NOT_A_COUNT, 0], "whole number from 1 up"),
    "seed": (
        lambda v: train(net(), (X, Y), seed=v),
        NOT_A_COUNT[1:],
        "seed.*whole number from 0 up",
    ),
    "seed of a network": (lambda v: net(seed=v), NOT_A_COUNT[1:], "seed.*whole number from 0 up"),
    "sample": (
        lambda v: check_gradients(net(), X, Y, sample=v),
        [*NOT_A_COUNT, 0],
        "sample.*whole number from 1 up",
    ),
    "n": (
        lambda v: net().backward(X, Y, l2=1.0, n=v),
        [*NOT_A_COUNT[1:], 0],
        "n is.*whole number from 1 up",
    ),
    "l1": (lambda v: train(net(), (X, Y), l1=v), [*NO_NUMBER, INF, -1], f"l1 {FROM_0}"),
    "l2": (lambda v: train(net(), (X, Y), l2=v), [*NO_NUMBER, INF, -1], f"l2 {FROM_0}"),
    "l1 of backward": (
        lambda v: net().backward(X, Y, l1=v),
        [*NO_NUMBER, INF, -1],
        f"l1 {FROM_0}",
    ),
    "l2 of a check": (
        lambda v: check_gradients(net(), X, Y, l2=v),
        [*NO_NUMBER, INF, -1],
        f"l2 {FROM_0}",
    ),
    "dropout": (
        lambda v: train(net(), (X, Y), dropout=v),
        [None, "0.5", "", {}, [None], ["a"], 1j, NAN, True, INF, -0.1, 1, 1.5, [0.1, 0.2], [],
         np.array([0.1, 0.2]), [NAN], [1.0]],
        "dropout",
    ),
    "dropout without hidden layers": (
        lambda v: train(Network([4, 3]), (X, Y), dropout=v),
        [1.0, -1, None, [0.5]],
        "dropout",
    ),
    "dropout of a check": (lambda v: check_gradients(net(), X, Y, dropout=v), [1, NAN], "dropout"),
    "learning_rate of SGD": (SGD, NOT_POSITIVE, f"learning_rate {ABOVE_0}"),
    "learning_rate of Momentum": (Momentum, NOT_POSITIVE, f"learning_rate {ABOVE_0}"),
    "learning_rate of Nesterov": (Nesterov, NOT_POSITIVE, f"learning_rate {ABOVE_0}"),
    "learning_rate of RMSProp": (RMSProp, NOT_POSITIVE, f"learning_rate {ABOVE_0}"),
    "learning_rate of Adam": (Adam, NOT_POSITIVE, f"learning_rate {ABOVE_0}"),
    "momentum": (lambda v: Momentum(momentum=v), [*NO_NUMBER, 1, -0.1], f"momentum {BELOW_1}"),
    "nesterov": (lambda v: Nesterov(momentum=v), [*NO_NUMBER, 1, 2], f"momentum {BELOW_1}"),
    "rho": (lambda v: RMSProp(rho=v), [*NO_NUMBER, 1, -0.1], f"rho {BELOW_1}"),
    "epsilon of RMSProp": (lambda v: RMSProp(epsilon=v), NOT_POSITIVE, f"epsilon {ABOVE_0}"),
    "beta1": (lambda v: Adam(beta1=v), [*NO_NUMBER, 1, -0.1], f"beta1 {BELOW_1}"),
    "beta2": (lambda v: Adam(beta2=v), [*NO_NUMBER, 1, -0.1], f"beta2 {BELOW_1}"),
    "epsilon of Adam": (lambda v: Adam(epsilon=v), NOT_POSITIVE, f"epsilon {ABOVE_0}"),
    "every": (lambda v: StepDecay(every=v), [*NOT_A_COUNT, 0], "every.*whole number from 1"),
    "by": (lambda v: StepDecay(by=v), [*NOT_POSITIVE, 1.5], "by is"),
    "by of Exponential": (Exponential, [*NOT_POSITIVE, 1.5], "by is"),
    "epochs of Warmup": (Warmup, [*NOT_A_COUNT, 0], "epochs.*whole number from 1"),
    "a layer's size": (
        lambda v: Network([4, v, 3]),
        [*NOT_A_COUNT, 0, -5, 10**6 + 1, 10**400],
        "a layer",
    ),
    "sizes": (
        Network,
        [None, 784, 2.5, "784-30-10", b"ab", [], [4], (), {}, Odd(), np.ones((2, 2)), [[4], [3]],
         [4, None], ["4", "3"]],
        "layer|sizes",
    ),
    "hidden": (
        lambda v: net(hidden=v),
        [None, 3, "", "mish", ["relu", "relu"], [], [None], [3], ["mish"], NAN, Odd(), "x" * 5000],
        "hidden|activation",
    ),
    "output": (lambda v: net(output=v), NO_NAME[1:], "unknown activation.*sigmoid, tanh, relu"),
    "cost": (lambda v: net(cost=v), NO_NAME, "unknown cost.*quadratic, cross-entropy"),
    "init": (lambda v: net(init=v), NO_NAME, "unknown init.*normal, scaled, glorot, he"),
    "dtype": (
        lambda v: net(dtype=v),
        [None, "float16", "int32", "complex64", "floaty", 3, [1], ">f4", ">f8", object, "U9"],
        "dtype .*expected float32 or float64",
    ),
    "optimizer by name": (optimizer, NO_NAME, "unknown optimizer.*sgd, momentum"),
    "schedule by name": (
        schedule,
        [None, 3, "", "linear", "step:1", "step:a:b", "step:10:nan", "step:0:0.5", "step:1.5:0.5",
         "exponential:0", "exponential:2", "cosine:3", "warmup:x", "warmup:0", "step:1:2:3", ":",
         "constant:1", "exponential:1e400", Odd()],
        "schedule|by is|every is|epochs is",
    ),
    "optimizer": (
        lambda v: train(net(), (X, Y), optimizer=v),
        ["sgd", 0.5, SGD, [], Odd()],
        "optimizer is.*expected an Optimizer",
    ),
    "schedule": (
        lambda v: train(net(), (X, Y), schedule=v),
        ["cosine", 3, Warmup, SGD(), Odd()],
        "schedule is",
    ),
    "network": (
        lambda v: train(v, (X, Y)),
        [None, "784-30-10", 3, Network, Odd()],
        "network is.*expected a Network",
    ),
    "network of chainrule": (
        lambda v: cr.train(v, (X, Y)),
        [None, "784-30-10", 3, Network, Odd()],
        "network is.*expected a Network",
    ),
    "network of evaluate": (
        lambda v: evaluate(v, X, Y),
        [None, "784-30-10", 3, Network, Odd()],
        "network is.*expected a Network",
    ),
    "network of chainrule's evaluate": (
        lambda v: cr.evaluate(v, X, Y),
        [None, "784-30-10", 3, Network, Odd()],
        "network is.*expected a Network",
    ),
    "network of a check": (
        lambda v: check_gradients(v, X, Y),
        [None, "784-30-10", 3, Network, Odd()],
        "network is.*expected a Network",
    ),
    "data": (
        lambda v: train(net(), v),
        [None, X, (X,), (X, Y, Y), [X, Y], "mnist", 3, {}],
        r"data is .*: expected a data set from load\(\), or a pair \(X, y\)",
    ),
    "resume": (
        lambda v: train(net(), (X, Y), resume=v),
        ["a", 3, {}, net()],
        "resume is",
    ),
    "masks": (
        lambda v: net().backward(X, Y, masks=v),
        [3, "mask1", [1], {"mask2": 1}, {"mask1": 1}, {"mask1": np.ones((5, 6))}, {"mask1": "a"},
         {"mask1": None}, {"mask1": np.full((6, 5), NAN)}, {1: np.ones((6, 5))}],
        "mask",
    ),
    "form": (lambda v: net().sheet(v), [None, "", "matrix", 3], "form is.*one, rows or columns"),
    "an architecture": (
        Architecture.parse,
        [None, 3, "", " ", "784", "784-", "-10", "784-30-10-", "784,30,10", "784-x-10", "0-3",
         "784-30-10 mish", "784-30-10 quadratic quadratic", "784-30-10 relu relu relu relu",
         "3-2 relu tanh", "4-3 tanh cross-entropy", "9" * 5000 + "-3", "4-1000001", Odd(),
         "1000000-1000000", "3-2\n4 sigmoid focal"],
        "architecture|layer|activation|cost|parameters",
    ),
    "of": (Network.of, [None, 3, "", "784"], "no architecture"),
}  # fmt: skip

CASES = [
    pytest.param(name, i, id=f"{name}-{i}")
    for name, (_, values, _) in SETTINGS.items()
    for i in range(len(values))
]


def test_there_are_many():
    assert len(CASES) + len(WRONG_X) + len(WRONG_Y) > 400


@pytest.mark.parametrize(("name", "number"), CASES)
def test_settings(name: str, number: int):
    use, values, message = SETTINGS[name]
    with pytest.raises(NetworkError, match=message):
        use(values[number])
    one_line(lambda: use(values[number]))


def test_nothing_is_trained_before_all_is_checked():
    network = net()
    before = network.flat.copy()
    for options in ({"epochs": -1}, {"batch_size": 0}, {"l2": NAN}, {"dropout": 2}, {"seed": "a"}):
        with pytest.raises(NetworkError):
            train(network, (X, Y), **options)  # pyright: ignore[reportArgumentType]
    assert np.array_equal(network.flat, before)


def test_what_may_be_given_instead():
    """NumPy's own numbers are numbers; whole floats are counts; names are read with some sense."""
    sizes: Any = (4.0, np.int64(5), 3)
    network = Network(sizes, hidden="ReLU", cost="Cross_Entropy", init="He")
    assert str(network.architecture) == "4-5-3 relu cross-entropy"
    list(
        train(
            network,
            (X.tolist(), Y.tolist()),
            epochs=np.int64(1),  # pyright: ignore[reportArgumentType]
            batch_size=4.0,  # pyright: ignore[reportArgumentType]
            optimizer=SGD(np.float32(0.5)),  # pyright: ignore[reportArgumentType]
            dropout=np.array([0.25]),  # pyright: ignore[reportArgumentType]
            l2=np.float64(0.1),
            seed=np.uint8(3),  # pyright: ignore[reportArgumentType]
        )
    )
    list(train(network, (X, Y), epochs=1, batch_size=10**30))
    assert network.predict(X[0]).shape == (1,)
    assert network.forward(np.ones((2, 4), bool))["a1"].shape == (2, 5)
    assert network.backward(X[0], 2)["C"] == network.backward(X[:1], [2])["C"]
    assert network.backward(X, Y.astype("uint8"))["C"] == network.backward(X, Y)["C"]


def test_evaluate_without_targets():
    with pytest.raises(NetworkError, match=r"was given no y: expected evaluate\(network, X, y\)"):
        evaluate(net(), X)


def test_unknown_settings_of_an_optimizer():
    for wrong in ({"mu": 0.9}, {"lr": 0.1}):
        with pytest.raises(NetworkError, match=r"momentum has no setting.*learning_rate, momentum"):
            optimizer("momentum", **wrong)
    with pytest.raises(NetworkError, match="learning_rate is 'fast'"):
        optimizer("sgd", learning_rate="fast")  # pyright: ignore[reportArgumentType]


def test_an_architecture_made_by_hand():
    for sizes, names, cost in (
        ((4, 3), ("relu", "relu"), "quadratic"),
        ((4, 3), (), "quadratic"),
        ((4, 3), ("mish",), "quadratic"),
        ((4, 3), ("relu",), "focal"),
        ((4, 3), ("relu",), "cross-entropy"),
        ((4,), (), "quadratic"),
        ((), (), "quadratic"),
        ((4, 0), ("relu",), "quadratic"),
        ((10**6, 10**6), ("relu",), "quadratic"),
    ):
        with pytest.raises(NetworkError):
            Architecture(sizes, names, cost)


@pytest.mark.parametrize(
    ("sizes", "names", "said"),
    [
        ((5, 3.5, 2), ("relu", "relu"), "a layer's size is 3.5: it must be a whole number"),
        ((5, "3", 2), ("relu", "relu"), "a layer's size is '3': it must be a whole number"),
        ((5, True), ("relu",), "a layer's size is True"),
        ("5-3-2", ("relu", "relu"), "sizes are '5-3-2': expected whole numbers"),
        (5, ("relu",), "sizes are 5: expected whole numbers"),
        ((5, 4, 3, 2, 1), "relu", "activations are 'relu': expected a tuple of names"),
        ((5, 4), None, "activations are None: expected a tuple of names"),
        ((5,), ("relu",), "sizes are (5,): a network has at least inputs and outputs"),
    ],
)
def test_the_parts_of_an_architecture(sizes: Any, names: Any, said: str):
    with pytest.raises(NetworkError, match=re.escape(said)):
        Architecture(sizes, names, "quadratic")


def test_the_parts_of_an_architecture_are_kept_as_they_are_read():
    sizes: Any = [5.0, np.int64(3), 2]
    names: Any = ["relu", "sigmoid"]
    made = Architecture(sizes, names, "quadratic")
    assert made == Architecture((5, 3, 2), ("relu", "sigmoid"), "quadratic")
    assert [type(size) for size in made.sizes] == [int] * 3
    assert hash(made)


def test_one_of_anything_reads_well():
    """Where there is a single one, no sentence speaks of 1 examples or 1 layers."""
    for call in (
        lambda: net().backward(X[:1], Y),
        lambda: net().backward(X, Y[:1]),
        lambda: Network([4, 5, 5, 3], hidden=["relu"]),
        lambda: Network([4, 5, 3], hidden=["relu", "relu"]),
        lambda: train(Network([4, 5, 3]), (X, Y), dropout=[0.1, 0.2]),
        lambda: train(Network([4, 5, 5, 3]), (X, Y), dropout=[0.1]),
        lambda: Architecture((4,), ("relu",), "quadratic"),
        lambda: Architecture((4, 3, 2), ("relu",), "quadratic"),
        lambda: Network([4, 1]).backward(X, Y),
        lambda: train(net(), X),  # pyright: ignore[reportArgumentType]
    ):
        said = one_line(call)
        assert not re.search(r"\b1 \w+s\b|\(s\)|\ba ndarray", said), said


@pytest.mark.parametrize(
    ("cost", "output", "row", "said"),
    [
        ("cross-entropy", "sigmoid", [5.0, 0.0], "y[0, 0] is 5"),
        ("cross-entropy", "sigmoid", [0.0, -0.1], "y[0, 1] is -0.1"),
        ("log-likelihood", "softmax", [-3.0, 4.0], "y[0, 0] is -3"),
    ],
)
def test_targets_below_0_or_above_1(cost: str, output: str, row: list[float], said: str):
    network = Network([2, 2], cost=cost, output=output)
    with pytest.raises(NetworkError, match=re.escape(said)):
        network.backward([[1.0, 2.0]], [row])
    Network([2, 2]).backward([[1.0, 2.0]], [row])  # the quadratic cost is bounded below


def test_softmax_of_one_neuron():
    with pytest.raises(NetworkError, match="one softmax neuron is always 1"):
        Network([3, 1], cost="log-likelihood")
    with pytest.raises(NetworkError, match="one softmax neuron is always 1"):
        Network([3, 1, 2], hidden="softmax")


def test_a_copy_that_does_not_hold_the_numbers():
    network = Network([2, 2], dtype="float64")
    network.parameters["W1"][0, 1] = 1e300
    with pytest.raises(NetworkError, match=re.escape("W1[0, 1] is inf")):
        network.copy("float32")
