"""Augmentation: identities that must hold to the bit, and a peer's result where it is at hand."""

from __future__ import annotations

import numpy as np
import pytest

from chainrule.data import (
    DataError,
    affine_places,
    augment,
    blur,
    elastic_field,
    inverse_maps,
    load,
    sample,
)

RNG = np.random.default_rng(0)
SQUARE = RNG.integers(0, 256, (5, 9, 9), dtype=np.uint8)
OBLONG = RNG.random((4, 7, 10), dtype=np.float32)


def moved(images: np.ndarray, *, angle=0.0, factor=1.0, slide=0.0, shift=(0.0, 0.0)) -> np.ndarray:
    m = len(images)
    maps = inverse_maps(np.full(m, angle), np.full(m, factor), np.full(m, slide))
    return sample(images, *affine_places(images.shape[1:], maps, np.tile(shift, (m, 1))))  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("images", [SQUARE, OBLONG], ids=["bytes", "float32"])
def test_nothing_asked_nothing_changed(images: np.ndarray):
    values = images.reshape(len(images), -1)
    same = augment(values, images.shape[1:], np.random.default_rng(0))  # pyright: ignore[reportArgumentType]
    assert np.array_equal(same, values)
    assert same.dtype == values.dtype
    assert not np.shares_memory(same, values)
    assert np.array_equal(moved(images), images)


@pytest.mark.parametrize("dy", [-9, -2, 0, 1, 5])
@pytest.mark.parametrize("dx", [-3, 0, 4])
def test_a_whole_pixel_shift_is_a_roll_with_zeros(dy: int, dx: int):
    rolled = np.roll(SQUARE, (dy, dx), axis=(1, 2))
    y, x = np.indices((9, 9))
    outside = (y - dy < 0) | (y - dy >= 9) | (x - dx < 0) | (x - dx >= 9)
    rolled[:, outside] = 0
    assert np.array_equal(moved(SQUARE, shift=(dy, dx)), rolled)


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_quarter_turn_is_rot90(quarters: int):
    turned = moved(SQUARE, angle=quarters * np.pi / 2)
    assert np.array_equal(turned, np.rot90(SQUARE, quarters, axes=(1, 2)))


def test_a_half_pixel_shift_is_the_mean_of_neighbours():
    shifted = moved(OBLONG, shift=(0.0, 0.5))
    expected = (OBLONG + np.pad(OBLONG, ((0, 0), (0, 0), (1, 0)))[:, :, :-1]) / 2
    assert np.allclose(shifted, expected, atol=1e-6)


def test_enlarging_by_two_then_reading_every_other_pixel():
    large = moved(SQUARE, factor=2.0)
    assert np.array_equal(large[:, ::2, ::2], SQUARE[:, 2:7, 2:7])


def test_a_shear_slides_each_row_by_its_height():
    sheared = moved(SQUARE, slide=1.0)
    assert np.array_equal(sheared[:, 4], SQUARE[:, 4])
    assert np.array_equal(sheared[:, 5, 1:], SQUARE[:, 5, :-1])
    assert np.array_equal(sheared[:, 2, :-2], SQUARE[:, 2, 2:])


def test_far_away_is_black():
    places = np.array([[[-1e9, 1e9, -1.0, 9.0, np.nextafter(-1, 0)]]])
    assert not sample(SQUARE[:1], places, np.zeros_like(places)).any()


def test_mass_is_roughly_kept():
    train = load("digits").train
    images = np.pad(train.values[:300].reshape(-1, 8, 8), ((0, 0), (4, 4), (4, 4)))
    values = images.reshape(len(images), -1)
    changed = augment(
        values, (16, 16), np.random.default_rng(0), shift=1, rotate=15, shear=0.1, elastic=(4, 3)
    )
    ratio = changed.sum(axis=1, dtype=float) / values.sum(axis=1, dtype=float)
    assert abs(ratio.mean() - 1) < 0.01
    assert ratio.std() < 0.1
    assert not np.array_equal(changed, values)


def test_amounts_stay_within_what_was_asked():
    dot = np.zeros((400, 21, 21), np.float32)
    dot[:, 10, 14] = 1
    values = dot.reshape(400, -1)
    y, x = np.indices((21, 21))

    def centres(shift: float = 0, rotate: float = 0, scale: float = 0) -> np.ndarray:
        rng = np.random.default_rng(0)
        images = augment(values, (21, 21), rng, shift=shift, rotate=rotate, scale=scale)
        images = images.reshape(dot.shape)
        mass = images.sum(axis=(1, 2))
        return np.stack([(images * y).sum(axis=(1, 2)), (images * x).sum(axis=(1, 2))]) / mass

    shifted = centres(shift=2.0) - np.array([[10], [14]])
    assert 1.9 < np.abs(shifted).max() <= 2.0001
    assert abs(shifted.mean()) < 0.15
    turned = centres(rotate=30.0)
    angles = np.rad2deg(np.arctan2(10 - turned[0], turned[1] - 10))
    assert 27 < np.abs(angles).max() < 32
    stretched = centres(scale=0.25)[1] - 10
    # A dot between two pixels is worth a quarter of a pixel either way.
    assert 4 / 1.25 - 0.25 < stretched.min() < 4 / 1.25 + 0.25
    assert 4 * 1.25 - 0.25 < stretched.max() < 4 * 1.25 + 0.25


def test_the_generator_decides():
    values = SQUARE.reshape(5, -1)
    amounts = {"shift": 1.0, "rotate": 10.0, "scale": 0.1, "elastic": (8.0, 3.0)}
    first, again, other = (
        augment(values, (9, 9), np.random.default_rng(seed), **amounts) for seed in (0, 0, 1)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert first.dtype == np.uint8
    assert first.shape == values.shape


def test_an_elastic_field_is_smooth_and_scales_with_alpha():
    fields = [
        elastic_field(50, (28, 28), np.random.default_rng(0), alpha, 4.0)[0] for alpha in (1, 34)
    ]
    assert np.allclose(fields[1], 34 * fields[0])
    assert np.abs(np.diff(fields[1], axis=1)).max() < np.abs(fields[1]).max() / 2


def slides(m: int, side: int, **amounts) -> tuple[np.ndarray, np.ndarray]:
    """How far each pixel looks along y and x: on a slope of 1 a place is its own value."""
    slopes = np.indices((side, side), dtype=np.float32)
    dy, dx = (
        augment(
            np.tile(slope.reshape(1, -1), (m, 1)), (side, side), np.random.default_rng(4), **amounts
        ).reshape(m, side, side)
        - slope
        for slope in slopes
    )
    return dy, dx


def test_bending_goes_both_ways_each_by_itself():
    """White noise of variance 1/3 through a Gaussian: the sum of its squares is 1/(4 pi sigma²)."""
    alpha, sigma = 34.0, 4.0
    dy, dx = (way[:, 12:-12, 12:-12] for way in slides(200, 40, elastic=(alpha, sigma)))
    expected = alpha / np.sqrt(3 * 4 * np.pi) / sigma
    assert dy.std() == pytest.approx(expected, rel=0.05)
    assert dx.std() == pytest.approx(expected, rel=0.05)
    assert abs(np.corrcoef(dy.reshape(-1), dx.reshape(-1))[0, 1]) < 0.1


def test_a_shear_is_up_to_what_was_asked_for_each_row_of_height():
    dy, dx = slides(400, 21, shear=0.2)
    assert np.allclose(dy[:, 2:-2, 4:-4], 0, atol=1e-5)
    by_row = dx[:, 15, 10] / 5  # five rows below the centre
    assert 0.19 < by_row.max() < 0.2001
    assert -0.2001 < by_row.min() < -0.19


def test_blur_keeps_a_constant_inside_and_agrees_with_scipy():
    assert np.allclose(blur(np.ones((40, 40)), 2.0)[20, 20], 1)
    ndimage = pytest.importorskip("scipy.ndimage")
    field = np.random.default_rng(1).normal(size=(3, 28, 20))
    for sigma in (0.7, 2.0, 4.0):
        peer = [ndimage.gaussian_filter(one, sigma, mode="constant") for one in field]
        assert np.allclose(blur(field, sigma), peer, atol=1e-12)


def test_sampling_agrees_with_scipy():
    ndimage = pytest.importorskip("scipy.ndimage")
    rng = np.random.default_rng(2)
    y, x = rng.uniform(-3, 12, (2, 4, 8, 8))
    for image, one_y, one_x, ours in zip(OBLONG, y, x, sample(OBLONG, y, x), strict=True):
        peer = ndimage.map_coordinates(image, [one_y, one_x], order=1, mode="grid-constant")
        assert np.allclose(ours, peer, atol=1e-5)


@pytest.mark.parametrize(
    "amounts",
    [
        {"shift": -1.0},
        {"rotate": np.nan},
        {"scale": np.inf},
        {"shear": -0.1},
        {"elastic": (1.0, 0.0)},
        {"elastic": (-1.0, 2.0)},
    ],
)
def test_amounts_that_make_no_sense(amounts: dict):
    with pytest.raises(DataError, match="expected a"):
        augment(SQUARE.reshape(5, -1), (9, 9), np.random.default_rng(0), **amounts)


def test_a_shape_that_does_not_fit():
    with pytest.raises(DataError, match=r"\(m, 64\)"):
        augment(SQUARE.reshape(5, -1), (8, 8), np.random.default_rng(0), shift=1.0)


def test_the_logarithm_of_the_scale_is_uniform():
    """Half of the images grow and half shrink, up to a factor 3 either way."""
    m = 4000
    images = np.zeros((m, 9 * 9), np.uint8)
    images[:, 40] = 255
    rng = np.random.default_rng(3)
    moved = augment(images, (9, 9), rng, scale=2.0)
    mass = moved.astype(float).sum(axis=1) / 255  # of the one bright pixel: scale**2, if larger
    assert np.mean(mass > 1.05) == pytest.approx(0.48, abs=0.03)
