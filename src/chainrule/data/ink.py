"""The ink of a picture, told from its paper: shadows, ruled lines, the table's edge and grain.

Paper is brighter than what is written on it, or darker, and changes slowly: what a closing (or
opening) with a square wider than any stroke makes of the picture (P. Soille, Morphological Image
Analysis, 2nd ed. 2003, section 4.6: top-hats). How dark ink is against its paper is its optical
density, the logarithm of one by the other. The densities of a ruled line and of the ink across it
add up, so that a ruled line is taken off as a number.
"""

from __future__ import annotations

import itertools
from typing import Literal

import numpy as np

from chainrule.data.errors import DataError
from chainrule.data.ruled_lines import without_lines
from chainrule.data.strokes import (
    IN_INK,
    SMALLEST_CONTRAST,
    SURE_INK,
    Inked,
    find_strokes,
    labelled,
    without_frame,
)

LIGHT_ON_DARK = 1.2  # times: where both stand out alike, people have written dark on light
LEAST_OF_OTHER = 0.2  # of what stands out more: what is sought may stand out so much less
CLEAN = 1e-3  # standard deviations of grain, as an optical density
PLAIN_PART = 0.3  # of the pixels of one grey: drawn by a program, on paper without grain
GRAIN = 2.5  # standard deviations that are taken off as grain
MAD_TO_DEVIATION = 1.4826  # of a normal distribution
CRISP_SIDE = 64  # pictures up to this size have no blur, shadow or lines, only pixels
BLACK = 0.02  # what even the darkest ink gives back of the light
WIDEST_STROKE = 0.3  # of the picture's longer side
COARSE_SIDE = 45  # of the copy whose medians tell paper from ink
SURROUNDINGS = (1 / 4, 1 / 2)  # of the picture's longer side
TINY = 1e-3  # of the way from black to white

Invert = bool | Literal["auto"]


def inked(grey: np.ndarray, invert: Invert, where: str) -> Inked:
    """The ink of a picture (h, w) larger than a few dozen pixels; DataError if it is blank."""

    down, up = against_paper(grey)
    dark = up <= LIGHT_ON_DARK * down if invert == "auto" else invert
    if invert != "auto" and (down if dark else up) < LEAST_OF_OTHER * max(down, up):
        raise DataError(blank(where, _sought(invert)))
    smooth = grey.astype(np.float64)
    wide = max(3, round(max(grey.shape) * WIDEST_STROKE))
    density = _dark_on_light(smooth, wide) if dark else _light_on_dark(smooth, wide)
    middle = float(np.median(density))
    deviation = MAD_TO_DEVIATION * float(np.median(np.abs(density - middle)))
    density = without_frame(np.clip(density - middle, 0, None), deviation)
    density = without_lines(density, deviation)
    clean = deviation < CLEAN or np.mean(grey == np.median(grey)) > PLAIN_PART
    if dark and clean:  # light that is taken, of which a half-covered pixel takes half
        density = 1 - np.exp(-density)
    strokes, labels, full = find_strokes(density, deviation)
    if full < max(SMALLEST_CONTRAST, SURE_INK * deviation):  # or a stroke as wide as the picture
        ink = plain_ink(grey, invert, where)
        strokes, labels = labelled(ink, IN_INK)
        return Inked(ink, strokes, labels, clean)
    grain = GRAIN * deviation
    if dark and not clean:  # shadows leave rims, which in light would be as dark as faint ink
        density, grain, full = (1 - np.exp(-each) for each in (density, grain, full))
    floor = max(grain, 0.1 * full)
    ink = np.clip((density - floor) / (full - floor), 0, 1)
    return Inked(ink, strokes, labels, clean)


def plain_ink(grey: np.ndarray, invert: Invert, where: str) -> np.ndarray:
    """How much ink is on each pixel, 0 to 1, where the paper is plain: its plane taken off."""
    relief, deviation = _above_plane(grey)
    strongest = max(1, relief.size // 1000)  # a thousandth: a stroke, not a speck
    ordered = np.sort(relief, axis=None)
    up, down = ordered[-strongest], -ordered[strongest - 1]
    dark = bool(down > up) if invert == "auto" else invert
    peak = float(down if dark else up)
    if peak < SMALLEST_CONTRAST:
        raise DataError(blank(where, _sought(invert)))
    if peak < SURE_INK * deviation:
        raise DataError(lost_in_grain(where))
    faint = 0.0 if max(grey.shape) <= CRISP_SIDE else 0.1 * peak
    floor = max(GRAIN * deviation, faint)
    return np.clip(((-relief if dark else relief) - floor) / (peak - floor), 0, 1)


def _sought(invert: Invert) -> str:
    return "" if invert == "auto" else f" {'darker' if invert else 'lighter'} than its ground"


def blank(where: str, sought: str) -> str:
    return (
        f"{where}: nothing{sought} is drawn on it; expected one character, darker or lighter "
        "than what it is written on"
    )


def lost_in_grain(where: str) -> str:
    return (
        f"{where}: nothing stands out from the grain of its ground; expected one character, "
        "on paper that is plainer than it"
    )


# --- paper ----------------------------------------------------------------------------------------


def against_paper(grey: np.ndarray) -> tuple[float, float]:
    """How far what is drawn lies below its paper, and how far above: the larger one is the ink.

    The median of a wide surrounding is that of paper, on both sides of a shadow's edge and inside
    the loop of a 0. Of two sizes of surroundings the one counts that tells more clearly.
    """
    from scipy import ndimage

    step = max(1, max(grey.shape) // COARSE_SIDE)
    some = grey[::step, ::step]
    least = ndimage.minimum_filter(grey, step)[::step, ::step]
    most = ndimage.maximum_filter(grey, step)[::step, ::step]
    clearest = (0.0, 0.0)
    for part, strongest in itertools.product(SURROUNDINGS, (some.size // 200, 1)):
        if strongest == 1 and max(clearest) > SMALLEST_CONTRAST:
            continue  # a single cell counts where nothing larger is drawn
        wide = max(3, round(max(some.shape) * part))
        paper = ndimage.median_filter(some, wide, mode="nearest")
        down, up = (np.sort(each, axis=None)[-strongest] for each in (paper - least, most - paper))
        both = float(max(down, 0.0)), float(max(up, 0.0))
        if max(both) * (min(clearest) + TINY) > max(clearest) * (min(both) + TINY):
            clearest = both
    return clearest


def _dark_on_light(grey: np.ndarray, wide: int) -> np.ndarray:
    """The optical density of what is darker than its paper and narrower than `wide`."""
    light = np.log(np.maximum(grey, BLACK))
    return np.minimum(_filled(light, wide), _filled(_levelled(light), wide))


def _light_on_dark(grey: np.ndarray, wide: int) -> np.ndarray:
    return np.minimum(_filled(-grey, wide), _filled(_levelled(-grey), wide))


def _filled(level: np.ndarray, wide: int) -> np.ndarray:
    """By how much a closing fills each pixel up.

    It takes a slope that rises to the picture's edge for ink, and, where the curve of the light is
    taken off, the rim of a table; ink is what is filled both with and without that curve.
    """
    from scipy import ndimage

    return ndimage.grey_closing(level, size=(wide, wide), mode="nearest") - level


def _levelled(grey: np.ndarray) -> np.ndarray:
    """The picture less the curve of its light."""
    step = max(1, max(grey.shape) // COARSE_SIDE)
    some = grey[::step, ::step].ravel()
    planes = _planes(grey.shape)
    one, down, across = np.moveaxis(planes, -1, 0)
    curves = np.stack([one, down, across, down * down, down * across, across * across], axis=-1)
    basis = curves[::step, ::step].reshape(-1, curves.shape[-1])
    weights = np.ones(len(some))
    coefficients = np.zeros(curves.shape[-1])
    for _ in range(12):  # the least sum of distances, which ink and a table's edge hardly move
        coefficients = np.linalg.lstsq(basis * weights[:, None], some * weights, rcond=None)[0]
        weights = 1 / np.sqrt(np.abs(some - basis @ coefficients) + TINY)
    return grey - curves @ coefficients


def _planes(shape: tuple[int, ...]) -> np.ndarray:
    """What every plane is a sum of (h, w, 3): a constant, a slope down, a slope to the right."""
    y, x = np.mgrid[-1 : 1 : shape[0] * 1j, -1 : 1 : shape[1] * 1j]
    return np.stack([np.ones(shape), y, x], axis=-1)


def _above_plane(grey: np.ndarray) -> tuple[np.ndarray, float]:
    """The picture less its ground, and the standard deviation of the ground's grain.

    The ground is a plane through the pixels of the border; border pixels far from the plane are
    ink that touches it, and left out.
    """
    height, width = grey.shape
    edge = max(1, min(height, width) // 16)
    border = np.ones(grey.shape, bool)
    border[edge : height - edge, edge : width - edge] = False
    planes = _planes(grey.shape)
    samples, basis = grey[border].astype(np.float64), planes[border]
    coefficients = np.array([np.median(samples), 0.0, 0.0])
    deviation = 0.0
    for _ in range(8):
        residual = np.abs(samples - basis @ coefficients)
        deviation = MAD_TO_DEVIATION * float(np.median(residual))
        if deviation == 0:  # a flat ground: nothing to fit
            break
        near = residual <= 2 * deviation
        coefficients = np.linalg.lstsq(basis[near], samples[near], rcond=None)[0]
    return grey - planes @ coefficients, deviation
