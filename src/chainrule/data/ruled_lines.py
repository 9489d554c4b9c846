"""The lines of ruled and squared paper, taken off the ink that was written across them.

Optical densities add up: what a line takes of the light, and what the ink across it takes.
"""

from __future__ import annotations

import numpy as np

WIDEST_LINE = 0.03  # of the picture's side; what is wider is no ruled line
STEEPEST = 0.06  # of a ruled line: columns up a row
FAINTEST_LINE = 0.03
MOST_SLOPES = 3  # the lines of a sheet seen askew run at several
FAINTER_THAN_INK = 0.6  # a line that is alone is taken for one only if it is so much fainter


def without_lines(density: np.ndarray, deviation: float) -> np.ndarray:
    """The densities less those of the lines that run through the whole picture, both ways."""
    for _ in range(MOST_SLOPES):
        before = density
        density = _without_level_lines(density, deviation)
        turned = np.ascontiguousarray(density.T)
        upright = _without_level_lines(turned, deviation)
        if upright is not turned:
            density = upright.T
        if density is before:
            break
    return density


def _without_level_lines(density: np.ndarray, deviation: float) -> np.ndarray:
    """Less the lines that run from left to right: thin, and there in most of the columns."""
    height, width = density.shape
    slope = 0.0
    for reach, every in ((STEEPEST, 16), (STEEPEST / 15, 8)):
        some = density[:, ::every]
        tried = slope + np.linspace(-reach, reach, 31)
        slope = max(tried, key=lambda one: _sharpness(_sheared(some, one * every)))
    profile = np.median(_sheared(density, slope), axis=1)
    profile = profile - np.median(profile)
    on = profile > max(FAINTEST_LINE, 2 * deviation / np.sqrt(width) + 0.3 * profile.max())
    ends = np.flatnonzero(np.diff(np.concatenate([[False], on, [False]]).astype(int)))
    thin = [(a, b) for a, b in ends.reshape(-1, 2) if b - a <= max(2, WIDEST_LINE * height)]
    if len(thin) < 2:
        strongest = FAINTER_THAN_INK * float(np.quantile(density, 0.999))
        thin = [(a, b) for a, b in thin if profile[a:b].max() < strongest]
    if not thin:
        return density
    of_line = np.zeros(height)
    for a, b in thin:
        rows = slice(max(0, a - 2), b + 2)
        of_line[rows] = np.maximum(profile[rows], 0)
    return np.clip(density - of_line[_rows(density.shape, -slope)], 0, None)


def _sharpness(sheared: np.ndarray) -> float:
    return float(np.square(np.median(sheared, axis=1)).sum())


def _rows(shape: tuple[int, int], slope: float) -> np.ndarray:
    """For each pixel the row that it comes from, where columns slide by `slope` a column."""
    y, x = np.ogrid[: shape[0], : shape[1]]
    return np.clip(y + np.rint(slope * (x - shape[1] / 2)).astype(int), 0, shape[0] - 1)


def _sheared(density: np.ndarray, slope: float) -> np.ndarray:
    return np.take_along_axis(density, _rows(density.shape, slope), axis=0)
