"""The strokes of a picture: what hangs together of its ink, and which of it is no character's.

Left out are what runs along the edge (a table), a frame around the picture, specks, and the rims
of shadows.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

SMALLEST_CONTRAST = 0.06  # of the way from black to white
SURE_INK = 6.0  # standard deviations above the grain of the paper
STRONGEST = (1e-3, 1e-4)  # of the pixels: a stroke, or a small one on a large page
IN_INK = 0.4  # of the density of full ink: what counts as a stroke
SMALLEST_PART = 0.02  # of the ink of the largest part
SMALLEST_ALONE = 0.3  # the same, of one that touches the picture's edge
AS_TALL = 0.4  # of the largest part: what is lower is no character of its own
FAR = 0.5  # of the largest part's longer side
ALONG_EDGE = 0.3  # of a side of the picture: what touches it for so long is no character
WIDEST_BAND = 0.3  # of the picture's side: the rim of a table, from side to side
FRAMED, BAND, IN_BAND = 0.6, 0.12, 0.95
"""A frame spans so much of the picture, and nearly all of it lies in such a band of its box."""
NO_SPECK = 0.03  # of the picture's longer side: what a frame has inside it


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

    def away_from(self, other: Stroke) -> int:
        """How far apart two boxes are, down or across, the larger of both."""
        return max(
            self.top - other.bottom,
            other.top - self.bottom,
            self.left - other.right,
            other.left - self.right,
        )


@dataclass(frozen=True, eq=False)
class Inked:
    """A picture's ink (h, w) in [0, 1], and the number of the stroke of each pixel, 0 for none.

    `labels` have strokes too that are no character's.
    """

    ink: np.ndarray
    strokes: tuple[Stroke, ...]
    labels: np.ndarray
    clean: bool = False
    """Whether the paper has no grain, so that the faintest ink is ink."""

    def of(self, strokes: tuple[Stroke, ...]) -> np.ndarray:
        """The ink of these strokes alone, with their fainter parts and blurred edges.

        Faint ink is that of the nearest stroke, if it hangs together with it and is not far off.
        """
        numbers = [stroke.number for stroke in strokes]
        mine = np.isin(self.labels, numbers)
        hanging = np.unique(self.hanging[mine])
        longest = max(max(stroke.height, stroke.width) for stroke in strokes)
        around = longest if self.clean else 1 + longest // 8
        distance, nearest = self.nearest
        near = (distance <= around) & np.isin(nearest, numbers) & np.isin(self.hanging, hanging)
        return np.where(near, self.ink, 0).astype(np.float32)

    @cached_property
    def hanging(self) -> np.ndarray:
        """The number of what hangs together of all ink, however faint; 0 for none."""
        return _numbered((self.ink > 0) | (self.labels != 0))[0]

    @cached_property
    def nearest(self) -> tuple[np.ndarray, np.ndarray]:
        """How far the nearest stroke of each pixel is, and its number."""
        from scipy import ndimage

        found: Any = ndimage.distance_transform_edt(self.labels == 0, return_indices=True)
        distance, (row, column) = found
        return distance, self.labels[row, column]


def find_strokes(
    density: np.ndarray, deviation: float
) -> tuple[tuple[Stroke, ...], np.ndarray, float]:
    """The strokes of characters, the number of the stroke of each pixel, and full ink's density.

    `deviation` is that of the paper's grain. Pixels of strokes that are no character's have
    numbers too.
    """
    full, least = _full(density, deviation), _least(deviation)
    strokes, labels = labelled(density, max(least, IN_INK * full))
    inside = tuple(s for s in strokes if not _is_edge(s, labels))
    edges = np.zeros(labels.shape, bool)
    if inside and len(inside) < len(strokes):  # without the table's edge ink may be fainter
        edges = _with_fainter_parts(strokes, inside, labels, density)
        density = np.where(edges, 0, density)
        inked = density[density > least]
        full = float(np.quantile(inked, 0.9)) if inked.size else 0.0
        strokes, labels = labelled(density, max(least, IN_INK * full))
        inside = tuple(s for s in strokes if not _is_edge(s, labels))
    inside = inside or strokes
    return characters_of(inside, density.shape), np.where(edges, -1, labels), full


def _with_fainter_parts(
    strokes: tuple[Stroke, ...], inside: tuple[Stroke, ...], labels: np.ndarray, density: np.ndarray
) -> np.ndarray:
    """The pixels of strokes along the edge, and the fainter ones around them that are theirs."""
    kept = np.isin(labels, [stroke.number for stroke in inside])
    edges = (labels > 0) & ~kept
    around = _numbered(density > density[edges].min() / 2)[0]
    others = np.setdiff1d(np.unique(around[edges]), np.unique(around[kept]))
    return edges | np.isin(around, others)


def without_frame(density: np.ndarray, deviation: float) -> np.ndarray:
    """The densities less those of a frame that goes around all else, as a window has."""
    from scipy import ndimage

    full, least = _full(density, deviation), _least(deviation)
    strokes, labels = labelled(density, max(least, IN_INK * full))
    framed = [stroke.number for stroke in strokes if _is_frame(stroke, strokes, labels)]
    if not framed:
        return density
    return np.where(ndimage.binary_dilation(np.isin(labels, framed), iterations=2), 0, density)


def _full(density: np.ndarray, deviation: float) -> float:
    """The density of full ink: the strongest part of it that is surely more than grain."""
    surely = max(SMALLEST_CONTRAST, SURE_INK * deviation)
    tops = (float(np.quantile(density, 1 - part)) for part in STRONGEST)
    return next((top for top in tops if top > surely), 0.0)


def _least(deviation: float) -> float:
    return max(SURE_INK / 2 * deviation, SMALLEST_CONTRAST / 2)


def labelled(density: np.ndarray, least: float) -> tuple[tuple[Stroke, ...], np.ndarray]:
    """All that hangs together of what is denser than this, and the numbers of its pixels."""
    from scipy import ndimage

    labels, count = _numbered(density > least)
    boxes = ndimage.find_objects(labels)
    masses = ndimage.sum_labels(density, labels, range(1, count + 1))
    strokes = tuple(
        Stroke(number, box[0].start, box[0].stop, box[1].start, box[1].stop, float(mass))
        for number, (box, mass) in enumerate(zip(boxes, masses, strict=True), 1)
    )
    return strokes, labels


def _numbered(inked: np.ndarray) -> tuple[np.ndarray, int]:
    from scipy import ndimage

    found: Any = ndimage.label(inked, np.ones((3, 3)))
    return found


def characters_of(strokes: tuple[Stroke, ...], shape: tuple[int, ...]) -> tuple[Stroke, ...]:
    """The strokes that are characters or parts of one: no speck, no rim of a shadow.

    A character is about as tall as the largest stroke; a part is near one.
    """
    if not strokes:
        return ()
    main = max(strokes, key=lambda stroke: stroke.mass)
    chosen = [main]
    for stroke in strokes:
        touches = stroke.top == 0 or stroke.left == 0
        touches |= stroke.bottom == shape[0] or stroke.right == shape[1]
        enough = SMALLEST_ALONE * main.mass if touches else SMALLEST_PART * main.mass
        tall = stroke.height >= AS_TALL * main.height
        if stroke is not main and tall and stroke.mass >= enough:
            chosen.append(stroke)
    for stroke in strokes:
        if stroke in chosen or stroke.mass < SMALLEST_PART * main.mass:
            continue
        near = FAR * max(main.height, main.width)
        if min(stroke.away_from(other) for other in chosen) <= near:
            chosen.append(stroke)
    return tuple(stroke for stroke in strokes if stroke in chosen)


def _is_edge(stroke: Stroke, labels: np.ndarray) -> bool:
    """Whether a stroke runs along a side of the picture, or is a band from side to side."""
    height, width = labels.shape
    if stroke.width == width and stroke.height < WIDEST_BAND * height:
        return True
    if stroke.height == height and stroke.width < WIDEST_BAND * width:
        return True
    sides = labels[0], labels[-1], labels[:, 0], labels[:, -1]
    return any((side == stroke.number).sum() > ALONG_EDGE * len(side) for side in sides)


def _is_frame(stroke: Stroke, strokes: tuple[Stroke, ...], labels: np.ndarray) -> bool:
    """Whether a stroke goes around others, or lies along a border of the picture, as a bar does."""
    height, width = labels.shape
    others = [
        other
        for other in strokes
        if other is not stroke and max(other.height, other.width) > NO_SPECK * max(height, width)
    ]
    if stroke.height < FRAMED * height and stroke.width < FRAMED * width:
        return False
    down, across = round(BAND * height), round(BAND * width)
    near_one_border = (
        stroke.bottom <= down
        or stroke.right <= across
        or stroke.top >= height - down
        or stroke.left >= width - across
    )
    if near_one_border:
        return bool(others)
    if stroke.height < FRAMED * height or stroke.width < FRAMED * width:
        return False
    down, across = round(BAND * stroke.height), round(BAND * stroke.width)
    box = labels[stroke.top : stroke.bottom, stroke.left : stroke.right] == stroke.number
    if box[down:-down, across:-across].sum() > (1 - IN_BAND) * box.sum():
        return False
    return any(
        stroke.top < other.top < other.bottom < stroke.bottom
        and stroke.left < other.left < other.right < stroke.right
        for other in others
    )
