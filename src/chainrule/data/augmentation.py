"""New training examples out of old ones: images moved, turned, stretched and bent at random.

After P. Y. Simard, D. Steinkraus, J. C. Platt, "Best Practices for Convolutional Neural Networks
Applied to Visual Document Analysis" (ICDAR 2003). A pixel of the new image takes the value that
the old image has at some place, bilinear between its pixels, 0 outside it. Batches are (m, h, w);
places are in pixels, y down, x to the right; everything is done for the whole batch at once.
"""

from __future__ import annotations

import numpy as np

from chainrule.data.errors import DataError

BLUR_REACH = 4.0  # standard deviations at which the Gaussian is cut off


def augment(
    values: np.ndarray,
    image_shape: tuple[int, int],
    rng: np.random.Generator,
    *,
    shift: float = 0.0,
    rotate: float = 0.0,
    scale: float = 0.0,
    shear: float = 0.0,
    elastic: tuple[float, float] | None = None,
) -> np.ndarray:
    """Images (m, h*w), each changed by its own random amounts; same shape and type as `values`.

    `shift`: up to so many pixels along each axis. `rotate`: up to so many degrees either way.
    `scale`: larger or smaller by up to this part (0.1 for 10 %). `shear`: rows slide sideways by
    up to this many pixels for each row of height. `elastic`: (alpha, sigma) in pixels, the
    strength and smoothness of a random bending; Simard used (34, 4) for MNIST. The amounts are
    uniform (of the scale, its logarithm). With nothing asked for the images are returned as is.
    """
    height, width = image_shape
    if values.ndim != 2 or values.shape[1] != height * width:
        raise DataError(
            f"values of shape {values.shape} are no images of {height} x {width}; "
            f"expected (m, {height * width})"
        )
    _check_amounts(shift, rotate, scale, shear, elastic)
    if not (shift or rotate or scale or shear or elastic):
        return values.copy()
    m = len(values)
    angles = np.deg2rad(rng.uniform(-rotate, rotate, m))
    factors = np.exp(rng.uniform(-1, 1, m) * np.log1p(scale))
    slides = rng.uniform(-shear, shear, m)
    shifts = rng.uniform(-shift, shift, (m, 2))
    y, x = affine_places(image_shape, inverse_maps(angles, factors, slides), shifts)
    if elastic is not None:
        dy, dx = elastic_field(m, image_shape, rng, *elastic)
        y, x = y + dy, x + dx
    return sample(values.reshape(m, height, width), y, x).reshape(m, -1)


def inverse_maps(angles: np.ndarray, factors: np.ndarray, slides: np.ndarray) -> np.ndarray:
    """Matrices (m, 2, 2) from a place (y, x) of the new image, about its centre, to the old one.

    The new image is the old one sheared, enlarged by a factor, then turned by an angle (radians,
    counter-clockwise as one looks at it).
    """
    cos, sin = np.cos(angles), np.sin(angles)
    zero, one = np.zeros_like(angles), np.ones_like(angles)
    unturn = np.array([[cos, sin], [-sin, cos]]).transpose(2, 0, 1)
    unshear = np.array([[one, zero], [-slides, one]]).transpose(2, 0, 1)
    return unshear @ unturn / factors[:, None, None]


def affine_places(
    image_shape: tuple[int, int], maps: np.ndarray, shifts: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Where in the old images each new pixel looks: y and x, each (m, h, w).

    The new image is the old one mapped about its centre and then moved by `shifts` (m, 2), y and x.
    """
    centre = (np.array(image_shape) - 1) / 2
    grid = np.indices(image_shape).reshape(2, -1).T
    about = grid - centre - shifts[:, None, :]
    places = about @ maps.transpose(0, 2, 1) + centre
    places = places.reshape(-1, *image_shape, 2)
    return places[..., 0], places[..., 1]


def elastic_field(
    m: int, image_shape: tuple[int, int], rng: np.random.Generator, alpha: float, sigma: float
) -> tuple[np.ndarray, np.ndarray]:
    """Displacements dy and dx, each (m, h, w): uniform noise in [-1, 1], blurred, times alpha."""
    noise = rng.uniform(-1, 1, (2, m, *image_shape))
    dy, dx = alpha * blur(noise, sigma)
    return dy, dx


def blur(fields: np.ndarray, sigma: float) -> np.ndarray:
    """Fields (..., h, w) convolved with a Gaussian of `sigma` pixels, 0 outside.

    Along each axis this is one product with a banded matrix of the Gaussian's weights.
    """
    rows, columns = _gaussian(fields.shape[-2], sigma), _gaussian(fields.shape[-1], sigma)
    return rows @ fields @ columns.T


def sample(images: np.ndarray, y: np.ndarray, x: np.ndarray) -> np.ndarray:
    """The images (m, h, w) at places y, x (m, h', w'), bilinear, 0 outside; type as the images."""
    m, height, width = images.shape
    # One ring of zeros: what lies further out is brought to it.
    padded = np.zeros((m, height + 2, width + 2), images.dtype)
    padded[:, 1:-1, 1:-1] = images
    y, x = np.clip(y + 1, 0, height + 1), np.clip(x + 1, 0, width + 1)
    top, left = np.minimum(y.astype(np.intp), height), np.minimum(x.astype(np.intp), width)
    down, right = (y - top).astype(np.float32), (x - left).astype(np.float32)
    stride = width + 2
    first = np.arange(m)[:, None, None] * ((height + 2) * stride) + top * stride + left
    flat = padded.reshape(-1)
    above = flat[first] * (1 - right) + flat[first + 1] * right
    below = flat[first + stride] * (1 - right) + flat[first + stride + 1] * right
    mixed = above * (1 - down) + below * down
    return np.rint(mixed).astype(np.uint8) if images.dtype == np.uint8 else mixed


def _gaussian(length: int, sigma: float) -> np.ndarray:
    apart = np.subtract.outer(np.arange(length), np.arange(length))
    reach = int(BLUR_REACH * sigma + 0.5)
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    band = np.exp(-0.5 * (apart / sigma) ** 2) / weights.sum()
    return np.where(np.abs(apart) <= reach, band, 0.0)


def _check_amounts(
    shift: float, rotate: float, scale: float, shear: float, elastic: tuple[float, float] | None
) -> None:
    amounts = {"shift": shift, "rotate": rotate, "scale": scale, "shear": shear}
    if elastic is not None:
        amounts |= {"alpha of elastic": elastic[0], "sigma of elastic": elastic[1]}
        if elastic[1] == 0:
            raise DataError("sigma of elastic is 0; expected a number of pixels above 0")
    for name, amount in amounts.items():
        if not (np.isfinite(amount) and amount >= 0):
            raise DataError(f"{name} is {amount}; expected a finite number from 0 up")
