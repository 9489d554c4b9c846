"""The bundled digits are UCI's, all of them, in a fair split."""

from __future__ import annotations

import numpy as np
import pytest

from chainrule.data import bundled_folder, describe, load, stratified_order
from tests.support import calls


def test_counts_and_shapes():
    data = load()
    assert [len(split) for split in data.splits().values()] == [1197, 300, 300]
    assert data.train.values.shape == (1197, 64)
    assert data.image_shape == (8, 8)
    assert data.classes == tuple("0123456789")
    assert data.train.values.dtype == np.uint8
    assert data.train.scale == 1 / 16
    assert "10.24432/C50P49" in data.source
    assert "CC BY 4.0" in (bundled_folder() / "ATTRIBUTION.md").read_text(encoding="utf-8")


def test_the_description_agrees_with_what_is_loaded():
    found = {name: len(split) for name, split in load("digits").splits().items()}
    assert describe("digits").examples == found


def test_published_class_counts():
    """E. Alpaydin, C. Kaynak: class distribution of the test set in the repository's notes."""
    data = load("digits")
    y = np.concatenate([split.y for split in data.splits().values()])
    assert np.bincount(y).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_every_split_has_each_digit_in_its_proportion():
    data = load("digits")
    whole = np.array([178, 182, 177, 183, 181, 182, 181, 179, 174, 180])
    for split in data.splits().values():
        expected = whole * len(split) / 1797
        assert np.abs(np.bincount(split.y) - expected).max() < 2


def test_no_digit_is_in_two_splits():
    data = load("digits")
    rows = [row.tobytes() for split in data.splits().values() for row in split.values]
    assert len(set(rows)) == len(rows)


def test_equal_to_scikit_learns():
    peer = pytest.importorskip("sklearn.datasets").load_digits()
    data = load("digits")
    values = np.concatenate([split.values for split in data.splits().values()])
    y = np.concatenate([split.y for split in data.splits().values()])
    order = stratified_order(peer.target, np.random.default_rng(0))
    assert np.array_equal(values, peer.data[order])
    assert np.array_equal(y, peer.target[order])


def test_loading_does_no_work_for_each_example():
    """1,797 examples are read with fewer calls than that: two files, and views of two arrays."""
    load("digits")
    assert calls(lambda: load("digits")) < 600
    splits = load("digits").splits().values()
    assert len({id(split.values.base) for split in splits}) == 1
