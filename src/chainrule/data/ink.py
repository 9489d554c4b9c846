"""The ink of a picture, told from its paper: shadows, ruled lines, the table's edge and grain.

Paper is brighter than what is written on it, or darker, and changes slowly: what a closing (or
opening) with a square wider than any stroke makes of the picture (P. Soille, Morphological Image
Analysis, 2nd ed. 2003, section 4.6: top-hats). How dark ink is against its paper is its optical
density, the logarithm of one by the other. The densities of a ruled line and of the ink across it
add up, so that a line is taken off as a number.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from chainrule.data.errors import DataError

SMALLEST_CONTRAST = 0.06  # of the way from black to white
LIGHT_ON_DARK = 1.2  # times: where both stand out alike, people have written dark on light
LEAST_OF_OTHER = 0.2  # of what stands out more: what is sought may stand out so much less
SURE_INK = 6.0  # standard deviations above the grain of the paper
CLEAN = 1e-3  # standard deviations of grain, as an optical density
GRAIN = 2.5  # standard deviations that are taken off as grain
MAD_TO_DEVIATION = 1.4826  # of a normal distribution
CRISP_SIDE = 64  # pictures up to this size have no blur, shadow or lines, only pixels
BLACK = 0.02  # what even the darkest ink gives back of the light
WIDEST_STROKE = 0.3  # of the picture's longer side
STRONGEST = (1e-3, 1e-4)  # of the pixels: a stroke, or a small one on a large page
COARSE_SIDE = 60  # of the copy whose medians tell paper from ink
SURROUNDINGS = (1 / 4, 1 / 2)  # of the picture's longer side
TINY = 1e-3  # of the way from black to white
WIDEST_LINE = 0.03  # of the picture's side; what is wider is no ruled line
STEEPEST = 0.06  # of a ruled line: columns up a row
FAINTEST_LINE = 0.03
MOST_SLOPES = 3  # the lines of a sheet seen askew run at several
FAINTER_THAN_INK = 0.6  # a line that is alone is taken for one only if it is so much fainter
IN_INK = 0.4  # of the density of full ink: what counts as a stroke
SMALLEST_PART = 0.02  # of the ink of the largest part
SMALLEST_ALONE = 0.3  # the same, of one that touches the picture's edge or is far from the largest
FAR = 0.5  # of the largest part's longer side
ALONG_EDGE = 0.3  # of a side of the picture: what touches it for so long is no character

Invert = bool | Literal["auto"]


@dataclass(frozen=True, eq=False)
class Stroke:
    """What hangs together of the ink: its box, `top:bottom` and `left:right`, and its mass."""

    number: int
    top: int
    bottom: int
    left: int
    right: int
    mass: float

    @property
    def height(self) -> int:
        return self.bottom - self.top

    @property
    def width(self) -> int:
        return self.right - self.left


@dataclass(frozen=True, eq=False)
class Inked:
    """A picture's ink (h, w) in [0, 1], and which stroke each pixel belongs to, 0 to none."""

    ink: np.ndarray
    strokes: tuple[Stroke, ...]
    labels: np.ndarray
    clean: bool = False
    """Whether the paper has no grain, so that the faintest ink is ink."""

    def of(self, strokes: tuple[Stroke, ...]) -> np.ndarray:
        """The ink of these strokes alone, with their fainter parts and blurred edges."""
        from scipy import ndimage

        mine = np.isin(self.labels, [stroke.number for stroke in strokes])
        others = (self.labels > 0) & ~mine
        longest = max(max(stroke.height, stroke.width) for stroke in strokes)
        around = longest if self.clean else 1 + longest // 8
        spread = ndimage.binary_dilation(mine, mask=self.ink > 0, iterations=around)
        near = np.asarray(spread, bool)
        return np.where(near & ~others, self.ink, 0).astype(np.float32)


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
    density = without_lines(np.clip(density - middle, 0, None), deviation)
    strokes, labels, full = _strokes(density, deviation)
    if full < max(SMALLEST_CONTRAST, SURE_INK * deviation):  # or a stroke as wide as the picture
        ink = plain_ink(grey, invert, where)
        strokes, labels = _labelled(ink, IN_INK)
        return Inked(ink, strokes, labels, deviation < CLEAN)
    grain = GRAIN * deviation
    if dark:  # light that is taken, of which a half-covered pixel takes half
        density, grain, full = (1 - np.exp(-each) for each in (density, grain, full))
    floor = max(grain, 0.1 * full)
    ink = np.clip((density - floor) / (full - floor), 0, 1)
    return Inked(ink, strokes, labels, deviation < CLEAN)


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
    from scipy import ndimage

    paper = ndimage.grey_closing(grey, size=(wide, wide), mode="nearest")
    return np.log(np.maximum(paper, BLACK)) - np.log(np.maximum(grey, BLACK))


def _light_on_dark(grey: np.ndarray, wide: int) -> np.ndarray:
    from scipy import ndimage

    return grey - ndimage.grey_opening(grey, size=(wide, wide), mode="nearest")


def _above_plane(grey: np.ndarray) -> tuple[np.ndarray, float]:
    """The picture less its ground, and the standard deviation of the ground's grain.

    The ground is a plane through the pixels of the border; border pixels far from the plane are
    ink that touches it, and left out.
    """
    height, width = grey.shape
    edge = max(1, min(height, width) // 16)
    border = np.ones(grey.shape, bool)
    border[edge : height - edge, edge : width - edge] = False
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    planes = np.stack([np.ones_like(grey), y, x], axis=-1, dtype=np.float64)
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


# --- ruled lines ----------------------------------------------------------------------------------


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
    for reach, every in ((STEEPEST, 8), (STEEPEST / 15, 4)):
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


# --- strokes --------------------------------------------------------------------------------------


def _strokes(density: np.ndarray, deviation: float) -> tuple[tuple[Stroke, ...], np.ndarray, float]:
    """What hangs together of the ink, without what runs along the edge; and full ink's density."""
    full = next(
        (
            top
            for part in STRONGEST
            if (top := float(np.quantile(density, 1 - part))) > FAINTEST_LINE
        ),
        0.0,
    )
    least = max(SURE_INK / 2 * deviation, SMALLEST_CONTRAST / 2)
    strokes, labels = _labelled(density, max(least, IN_INK * full))
    inside = tuple(stroke for stroke in strokes if not _is_edge(stroke, labels))
    if inside and len(inside) < len(strokes):  # without the table's edge ink may be fainter
        kept = np.isin(labels, [stroke.number for stroke in strokes if stroke not in inside])
        density = np.where(kept, 0, density)
        full = _full(density, least)
        strokes, labels = _labelled(density, max(least, IN_INK * full))
        inside = tuple(stroke for stroke in strokes if not _is_edge(stroke, labels))
    inside = inside or strokes
    if not inside:
        return (), labels, full
    main = max(inside, key=lambda stroke: stroke.mass)
    return tuple(s for s in inside if _belongs(s, main, density.shape)), labels, full


def _belongs(stroke: Stroke, main: Stroke, shape: tuple[int, ...]) -> bool:
    """Whether a stroke is one of the characters', or part of one: no speck, no rim of a shadow."""
    if stroke is main:
        return True
    touches = stroke.top == 0 or stroke.left == 0
    touches |= stroke.bottom == shape[0] or stroke.right == shape[1]
    away = max(
        stroke.top - main.bottom,
        main.top - stroke.bottom,
        stroke.left - main.right,
        main.left - stroke.right,
    )
    alone = touches or away > FAR * max(main.height, main.width)
    return stroke.mass >= (SMALLEST_ALONE if alone else SMALLEST_PART) * main.mass


def _full(density: np.ndarray, least: float) -> float:
    inked = density[density > least]
    return float(np.quantile(inked, 0.9)) if inked.size else 0.0


def _labelled(density: np.ndarray, least: float) -> tuple[tuple[Stroke, ...], np.ndarray]:
    from scipy import ndimage

    numbered: Any = ndimage.label(density > least, np.ones((3, 3)))
    labels, count = numbered
    boxes = ndimage.find_objects(labels)
    masses = ndimage.sum_labels(density, labels, range(1, count + 1))
    strokes = tuple(
        Stroke(number, box[0].start, box[0].stop, box[1].start, box[1].stop, float(mass))
        for number, (box, mass) in enumerate(zip(boxes, masses, strict=True), 1)
    )
    return strokes, labels


def _is_edge(stroke: Stroke, labels: np.ndarray) -> bool:
    sides = labels[0], labels[-1], labels[:, 0], labels[:, -1]
    return any((side == stroke.number).sum() > ALONG_EDGE * len(side) for side in sides)
