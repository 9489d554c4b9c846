"""The digits that come with the package: UCI's 8 x 8 handwritten digits, 1,797 of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from chainrule.data.dataset import Dataset, Split
from chainrule.data.idx import read_idx

TITLE = "Handwritten digits, 8 x 8, 1,797 examples, bundled"
LICENCE = "CC BY 4.0"
SOURCE = (
    "Optical Recognition of Handwritten Digits, E. Alpaydin, C. Kaynak, 1998, "
    "UCI Machine Learning Repository, https://doi.org/10.24432/C50P49, CC BY 4.0"
)
CLASSES = tuple("0123456789")
TRAIN, VALIDATION, TEST = 1197, 300, 300


def bundled_folder() -> Path:
    """The folder inside the package that holds the two IDX files and their attribution."""
    return Path(__file__).parent / "bundled"


def read_digits() -> Dataset:
    """1,197 digits to train on, 300 to choose with, 300 to test: a fixed stratified split.

    The files hold the examples in the order of the split (`stratified_order` of the labels with
    seed 0), so that the three splits are slices. The digits of all 13 writers are mixed: the test
    measures how well a network reads new digits, not the hands of new writers.
    """
    folder = bundled_folder()
    images = read_idx(folder / "digits-images-idx3-ubyte.gz")
    values = images.reshape(len(images), -1)
    y = read_idx(folder / "digits-labels-idx1-ubyte.gz").astype(np.int64)
    train, validation, test = (
        Split(v, 1 / 16, labels)
        for v, labels in zip(
            np.split(values, [TRAIN, TRAIN + VALIDATION]),
            np.split(y, [TRAIN, TRAIN + VALIDATION]),
            strict=True,
        )
    )
    return Dataset("digits", train, validation, test, CLASSES, (8, 8), SOURCE)
