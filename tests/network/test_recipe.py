"""A recipe: how a network is trained, as one value that reads back as it was written."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from chainrule.network import (
    OPTIMIZERS,
    SGD,
    Adam,
    Cosine,
    Network,
    NetworkError,
    Recipe,
    Training,
    optimizer,
    train,
)

WHOLE = Recipe(
    Adam(0.002), batch_size=32, epochs=3, l1=0.1, l2=0.5, dropout=(0.2,), schedule=Cosine(), seed=7
)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_it_reads_back_as_it_was_written(name: str):
    for recipe in (Recipe(optimizer(name)), replace(WHOLE, optimizer=optimizer(name))):
        written = json.loads(json.dumps(recipe.to_dict()))
        assert Recipe.from_dict(written) == recipe


def test_training_by_a_recipe_is_training_by_its_settings():
    X, y = np.random.default_rng(0).random((50, 6)), np.arange(50) % 3
    one, two = Network([6, 5, 3], seed=1), Network([6, 5, 3], seed=1)
    list(Training(one, (X, y), WHOLE))
    list(train(two, (X, y), **{f.name: getattr(WHOLE, f.name) for f in fields(WHOLE)}))
    assert np.array_equal(one.flat, two.flat)


def test_its_numbers_are_pythons():
    numbers: Any = {"batch_size": np.int64(5), "epochs": 3.0, "l2": np.float32(0.5)}
    recipe = Recipe(seed=np.uint8(3), dropout=[np.float64(0.5)], **numbers)  # pyright: ignore
    assert recipe == Recipe(batch_size=5, epochs=3, l2=0.5, seed=3, dropout=(0.5,))
    assert json.dumps(recipe.to_dict()) == json.dumps(
        Recipe(batch_size=5, epochs=3, l2=0.5, seed=3, dropout=(0.5,)).to_dict()
    )


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"batch_size": 0}, "batch_size is 0: it must be a whole number from 1 up"),
        ({"epochs": -1}, "epochs is -1"),
        ({"l2": -1.0}, "l2 is -1.0: it must be a number from 0 up"),
        ({"dropout": 1.0}, "dropout is 1.0"),
        ({"dropout": (0.5, "a")}, "dropout is 'a'"),
        ({"seed": -3}, "seed is -3"),
        ({"optimizer": SGD}, "optimizer is .*: expected an Optimizer"),
        ({"schedule": "cosine"}, "schedule is 'cosine': expected a Schedule"),
    ],
)
def test_what_cannot_be_is_refused_by_name(wrong: dict[str, Any], message: str):
    with pytest.raises(NetworkError, match=message):
        Recipe(**wrong)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"optimizer": "adagrad"}, "unknown optimizer 'adagrad'"),
        ({"optimizer_settings": {"mu": 1.0}}, "adam has no setting 'mu'"),
        ({"optimizer_settings": 3}, "cannot be read"),
        ({"schedule": "linear"}, "unknown schedule 'linear'"),
        ({"batch_size": "many"}, "batch_size is 'many'"),
        ({"dropout": None}, "dropout is None"),
    ],
)
def test_what_cannot_be_read_is_refused(change: dict[str, Any], message: str):
    with pytest.raises(NetworkError, match=message):
        Recipe.from_dict({**WHOLE.to_dict(), **change})
    for name in WHOLE.to_dict():
        with pytest.raises(NetworkError, match=f"no '{name}'"):
            Recipe.from_dict({k: v for k, v in WHOLE.to_dict().items() if k != name})
