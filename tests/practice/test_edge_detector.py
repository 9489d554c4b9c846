"""The edge detector: the obvious neuron passes, and each that leaves out a half of it does not."""

from __future__ import annotations

import numpy as np
import pytest

from chainrule import data
from chainrule.practice import Judged, edge_texts, judge_edges
from chainrule.practice.edge_detector import made_pictures, strengths
from tests.support import MNIST_FOLDER

MNIST = pytest.param(
    "mnist", marks=pytest.mark.skipif(not MNIST_FOLDER, reason="MNIST is not here")
)


def pictures(name: str) -> np.ndarray:
    dataset = data.load(name, data_dir=None if name == "digits" else str(MNIST_FOLDER))
    assert dataset.image_shape is not None
    return np.asarray(dataset.test.X, float).reshape(-1, *dataset.image_shape)


def bands(shape: tuple[int, int], below: float, above: float) -> np.ndarray:
    """Weights just below and just above the middle, in the middle half of the columns."""
    height, width = shape
    band, side = max(1, height // 8), width // 4
    weights = np.zeros(shape)
    weights[height // 2 : height // 2 + band, side : width - side] = below
    weights[height // 2 - band : height // 2, side : width - side] = above
    return weights


@pytest.mark.parametrize("name", ["digits", MNIST])
def test_an_edge_is_found_by_a_difference_alone(name: str):
    given = pictures(name)
    shape = given.shape[1:]
    size = bands(shape, 1, 0).sum()

    def judged(below: float, above: float, bias: float) -> Judged:
        return judge_edges(bands(shape, below, above), bias * size, given)

    assert judged(1, -1, -0.1).done
    assert judged(2, -2, -0.2).done
    for what, below, above, bias in (
        ("no bias", 1, -1, 0), ("no negative weights", 1, 0, -0.3), ("nothing", 0, 0, 0),
        ("no positive weights", 0, -1, 0.3), ("the other way", -1, 1, -0.1),
        ("always", 0, 0, 1), ("more for ink", 2, -1, -0.3),
    ):  # fmt: skip
        assert not judged(below, above, bias).done, what


def test_the_whole_halves_are_an_edge_detector_too():
    """Weights of a whole half each find the made edge, but follow the digit elsewhere."""
    half = np.where(np.arange(8)[:, None] >= 4, 1.0, -1.0) * np.ones((8, 8))
    judged = judge_edges(half, -3.0, pictures("digits"))
    assert all(one.right for one in judged.made)
    assert not judged.done


def test_what_is_judged_is_w_times_x_plus_b():
    rng = np.random.default_rng(0)
    weights, bias = rng.standard_normal((8, 8)), 0.3
    judged = judge_edges(weights, bias, pictures("digits"))
    for one in judged.made:
        z = sum(float(w * x) for w, x in zip(weights.ravel(), one.picture.ravel(), strict=True))
        assert one.z == pytest.approx(z + bias)
    given = pictures("digits")
    upper = [p[3, 2:6].mean() for p in given]
    lower = [p[4, 2:6].mean() for p in given]
    assert strengths(given) == pytest.approx(np.subtract(lower, upper))
    fired = [float((weights * p).sum() + bias) > 0 for p in given]
    clear = [s >= 0.15 for s in strengths(given)]
    assert judged.with_edge.of == sum(clear)
    assert judged.with_edge.right == sum(f and c for f, c in zip(fired, clear, strict=True))
    assert judged.to_dict()["done"] is False


def test_every_made_picture_has_its_words():
    assert set(made_pictures(8, 8)) == set(edge_texts().made)
    assert len(edge_texts().hints) == 3
