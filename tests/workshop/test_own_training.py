"""The reference, as a learner's own network, reads handwritten digits."""

from __future__ import annotations

from pathlib import Path

import pytest

from chainrule.data import load
from chainrule.workshop import (
    Folder,
    Guard,
    OwnCodeFailed,
    OwnEpoch,
    Settings,
    grade,
    references,
    start_folder,
    train_own,
)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = start_folder(tmp_path / "mine")
    made.network.write_text(references())
    return made


def test_the_reference_reaches_95_per_cent_of_mnist(
    folder: Folder, guard: Guard, mnist_folder: Path
):
    """In ten epochs, the learner's own `train` called once for each."""
    epochs: list[OwnEpoch] = []
    mnist = load("mnist", data_dir=mnist_folder)
    result = train_own(folder, guard, mnist, Settings(epochs=10), epochs.append)
    assert result.yours >= 0.95
    assert result.ours is not None
    assert result.ours >= 0.95
    assert result.difference is None
    assert [e.number for e in epochs] == list(range(1, 11))


def test_columns_dicts_and_changes_in_place_train_as_well(folder: Folder, guard: Guard):
    """The forms that a function may choose are open here too."""
    folder.network.write_text(
        "import numpy as np\n\n"
        "def s(z): return 1 / (1 + np.exp(-z))\n\n"
        "def forward(x, weights, biases):\n    a, out = np.reshape(x, (-1, 1)), {}\n"
        "    for i, (W, b) in enumerate(zip(weights, biases), 1):\n"
        "        out[f'z{i}'] = W @ a + b[:, None]\n        a = out[f'a{i}'] = s(out[f'z{i}'])\n"
        "    return out\n\n"
        "def train(X, Y, weights, biases, epochs, batch_size, learning_rate, rng):\n"
        "    for _ in range(epochs):\n        order = rng.permutation(len(X))\n"
        "        for k in range(0, len(X), batch_size):\n"
        "            some = order[k:k + batch_size]\n            A = [X[some]]\n"
        "            for W, b in zip(weights, biases):\n"
        "                A.append(s(A[-1] @ W.T + b))\n"
        "            D = (A[-1] - Y[some]) * A[-1] * (1 - A[-1]) / len(some)\n"
        "            for i in (1, 0):\n                below = D @ weights[i] * A[i] * (1 - A[i])\n"
        "                weights[i] -= learning_rate * D.T @ A[i]\n"
        "                biases[i] -= learning_rate * D.sum(axis=0)\n                D = below\n"
    )
    result = train_own(folder, guard, load("digits"), Settings(epochs=15), lambda epoch: None)
    assert result.yours > 0.9
    assert result.difference is None
    assert not result.own_init


FORMS = {
    "generators": ("(w for w in {})", "map(list, ({}, {}))"),
    "arrays of objects": (
        "np.array({}, dtype=object)",
        "np.array({}, object), np.array({}, object)",
    ),
    "lists of lists": ("[w.tolist() for w in {}]", "{}, [b.tolist() for b in {}]"),
}


@pytest.mark.parametrize("form", FORMS)
def test_what_passes_a_check_can_be_trained(form: str, folder: Folder, guard: Guard):
    """A value is read as where the function by itself is checked."""
    each, both = FORMS[form]
    source = references()
    trained = f"return {each.format('weights')}, {each.format('biases')}"
    for old, new in (
        (
            "(np.zeros(n_out))\n    return weights, biases",
            f"(np.zeros(n_out))\n    return {both.format('weights', 'biases')}",
        ),
        (
            "            biases = update(biases, db, learning_rate)\n    return weights, biases",
            f"            biases = update(biases, db, learning_rate)\n    {trained}",
        ),
        (
            "    return zs, activations",
            f"    return {each.format('zs')}, {each.format('activations')}",
        ),
    ):
        assert source.count(old) == 1
        source = source.replace(old, new)
    folder.network.write_text(source)
    for name in ("init", "train"):
        assert grade(name, folder.source(), folder.network, guard).passed
    result = train_own(folder, guard, load("digits"), Settings(epochs=2), lambda epoch: None)
    assert result.difference is None


def test_an_answer_of_the_wrong_form_is_said(folder: Folder, guard: Guard):
    source = references().replace("return weights, biases", "return 3")
    folder.network.write_text(source)
    with pytest.raises(OwnCodeFailed, match="the number 3"):
        train_own(folder, guard, load("digits"), Settings(epochs=1), lambda epoch: None)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (
            "def init(sizes, rng):\n    return [rng.standard_normal((a, b))"
            " for a, b in zip(sizes, sizes[1:])], [np.zeros(b) for b in sizes[1:]]",
            r"`init` gives W1 the shape \(64, 5\): expected \(5, 64\)",
        ),
        (
            "def init(sizes, rng):\n    return [rng.standard_normal((b, a))"
            " for a, b in zip(sizes, sizes[1:])], [np.zeros((b, 1)) for b in sizes[1:]]",
            r"`init` gives b1 the shape \(5, 1\): expected \(5,\)",
        ),
        ("def train(*arguments):\n    return arguments[2]", "in `train`, `weights` has 5 entries"),
        (
            "def forward(x, weights, biases):\n    return x",
            "in `forward`, what came back is an array",
        ),
    ],
)
def test_what_a_function_gives_back_is_refused_in_its_name(
    source: str, words: str, folder: Folder, guard: Guard
):
    folder.network.write_text(f"{references()}\n\n{source}\n")
    with pytest.raises(OwnCodeFailed, match=words) as fault:
        train_own(
            folder, guard, load("digits"), Settings(hidden=(5,), epochs=1), lambda epoch: None
        )
    assert "Misread" not in str(fault.value)
