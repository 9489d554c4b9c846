"""A split keeps what was stored, and makes floating point only when asked."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

from chainrule.data import DataError, Split, load


def test_X_is_the_stored_values_scaled():
    split = load("digits").train
    expected = np.multiply(split.values, np.float32(1 / 16), dtype=np.float32)
    assert split.X.dtype == np.float32
    assert np.array_equal(split.X, expected)
    assert split.X.min() == 0
    assert split.X.max() == 1
    assert split.X is split.X


def test_X_is_not_made_before_it_is_asked_for():
    split = load("digits").train
    stored = {field.name for field in dataclasses.fields(split)}
    assert vars(split).keys() == stored
    made = split.X
    assert any(kept is made for kept in vars(split).values())


def test_values_and_labels_refuse_writing():
    split = load("digits").test
    with pytest.raises(ValueError, match="read-only"):
        split.values[0, 0] = 1
    with pytest.raises(ValueError, match="read-only"):
        split.y[0] = 1


def test_a_split_does_not_lock_the_callers_array():
    values = np.zeros((3, 4), np.uint8)
    split = Split(values, 1.0, np.zeros(3, np.int64))
    values[0, 0] = 7
    assert split.values[0, 0] == 7


def test_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        load("digits").name = "other"  # pyright: ignore[reportAttributeAccessIssue]


@pytest.mark.parametrize(
    ("values", "y"),
    [
        (np.zeros((3, 4), np.float64), np.zeros(3, np.int64)),
        (np.zeros((3, 2, 2), np.uint8), np.zeros(3, np.int64)),
        (np.zeros((3, 4), np.uint8), np.zeros(2, np.int64)),
        (np.zeros((3, 4), np.uint8), np.zeros(3, np.uint8)),
    ],
)
def test_wrong_arrays_are_refused(values: np.ndarray, y: np.ndarray):
    with pytest.raises(DataError, match="expected"):
        Split(values, 1.0, y)


def test_summary_is_json():
    summary = json.loads(json.dumps(load("digits").to_dict()))
    assert summary["splits"]["train"]["shape"] == [1197, 64]
    assert sum(summary["splits"]["test"]["class_counts"]) == 300
