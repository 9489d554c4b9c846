"""A picture of characters, made to look like the examples a network was trained on.

MNIST's way (Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits"): light
ink on black, size-normalised into a 20 x 20 box keeping its aspect ratio, with anti-aliasing, then
placed by whole pixels so that the centre of mass is the centre of the 28 x 28 field. The way of
UCI's 8 x 8 digits (E. Alpaydin, C. Kaynak, 1998): a 32 x 32 bitmap of the upright character, by
NIST's software (M. D. Garris et al., NISTIR 5469, 1994), with the set pixels counted in blocks of
4 x 4.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from chainrule.data.characters import in_order
from chainrule.data.ink import CRISP_SIDE, Invert, inked, plain_ink
from chainrule.data.picture import fit_within, grey_array, read_image, resize
from chainrule.data.strokes import Inked, Stroke

WORKING_SIDE = 400  # longer pictures are averaged down to this first, which also calms their grain
MNIST_BOX = 20 / 28
SMALLEST_MNIST_SIDE = 20
UCI_BLOCK = 4
UCI_WIDEST = 0.75
UCI_THRESHOLD = 0.3
FAINTEST_CRISP, FAINTEST = 0.002, 0.2  # ink that counts as part of the character
MOST_FITTED = 0.8  # of images: as good as all of them
AROUND = 0.5  # of a character: the paper around it that is looked at again with it
SHRUNK = 1.5  # times: what was made smaller by less is not looked at again
INK_ALONE = "the ink alone"

Box = tuple[int, int, int, int]


@dataclass(frozen=True, eq=False)
class Character:
    """One character of a picture: a network's input (h, w), and its box in the picture.

    The box is (top, left, bottom, right) in pixels; None where the whole picture is taken. `ink`
    (h, w) is what was found of it, where it was looked for.
    """

    inputs: np.ndarray
    box: Box | None
    ink: np.ndarray | None = None

    @property
    def proportion(self) -> float:
        """Its width to its height; 0 where these are not known."""
        return 0.0 if self.ink is None else self.ink.shape[1] / self.ink.shape[0]


def fit_image(
    image: str | Path | np.ndarray, image_shape: tuple[int, int], *, invert: Invert = "auto"
) -> np.ndarray:
    """The picture as a network's input: (height, width) float32 in [0, 1], ink light on black.

    All that is drawn counts as one character. `image` is a file that Pillow reads, or an array
    (h, w), (h, w, 3) or (h, w, 4). `invert`: whether the ink is darker than its ground; "auto"
    finds out. Shapes of 20 and more follow MNIST, with the character in 20/28 of the field; smaller
    ones follow UCI's digits and fill it. DataError if the picture cannot be read or is blank.
    """
    return fitting_steps(image, image_shape, invert=invert)[-1].picture


@dataclass(frozen=True, eq=False)
class FittingStep:
    """A picture on its way to a network's input: what was done, and (h, w) ink from 0 to 1."""

    title: str
    picture: np.ndarray


def fitting_steps(
    image: str | Path | np.ndarray, image_shape: tuple[int, int], *, invert: Invert = "auto"
) -> list[FittingStep]:
    """What `fit_image` does, step by step; the last picture is what it returns."""
    grey, where = _opened(image)
    if max(grey.shape) > CRISP_SIDE:
        all_ink = _look(grey, invert, where).ink
        return _fitted(all_ink.of(all_ink.strokes), image_shape)
    ink = plain_ink(grey, invert, where)
    if ink.shape == image_shape and min(image_shape) < SMALLEST_MNIST_SIDE:
        # counts of blocks already: no finer bitmap to count in
        return [FittingStep(INK_ALONE, ink.astype(np.float32))]
    return _fitted(ink, image_shape, FAINTEST_CRISP)


def fit_characters(
    image: str | Path | np.ndarray, image_shape: tuple[int, int], *, invert: Invert = "auto"
) -> list[Character]:
    """Each character of a picture as a network's input, line by line, from left to right.

    What stands above or below another stroke belongs to its character. `image`, `image_shape`,
    `invert` and the errors are those of `fit_image`.
    """
    grey, where = _opened(image)
    if max(grey.shape) <= CRISP_SIDE:
        steps = fitting_steps(image, image_shape, invert=invert)
        return [Character(steps[-1].picture, (0, 0, *grey.shape))]
    look = _look(grey, invert, where)
    groups = in_order(look.ink.strokes)
    if len(groups) == 1:
        groups = [look.ink.strokes]
    return [_character(look.ink.of(group), look.box(group), image_shape) for group in groups]


def cut_in_two(
    character: Character, image_shape: tuple[int, int]
) -> Iterator[tuple[Character, Character]]:
    """The character cut from top to bottom at places between its quarters, for two that touch."""
    ink, box = character.ink, character.box
    if ink is None or box is None:
        return
    width = ink.shape[1]
    for place in range(width // 4, 3 * width // 4 + 1, max(1, width // 24)):
        left, right = ink[:, :place], ink[:, place:]
        if min(left.max(initial=0), right.max(initial=0)) < FAINTEST:
            continue
        middle = box[1] + round((box[3] - box[1]) * place / width)
        yield (
            _character(left, (box[0], box[1], box[2], middle), image_shape),
            _character(right, (box[0], middle, box[2], box[3]), image_shape),
        )


def _character(ink: np.ndarray, box: Box, image_shape: tuple[int, int]) -> Character:
    steps = _fitted(ink, image_shape)
    return Character(steps[-1].picture, box, steps[1].picture)


def are_fitted(images: np.ndarray) -> bool:
    """Whether images (m, h, w) in [0, 1] were fitted as `fit_image` does, most of them.

    As MNIST: the longer side of the ink takes the box, the centre of mass is the middle, each to a
    pixel. As UCI's digits: the ink reaches from the top to the bottom, and leaves the sides.
    """
    height, width = images.shape[1:]
    drawn = np.asarray(images > FAINTEST)
    rows, columns = np.asarray(drawn.any(axis=2)), np.asarray(drawn.any(axis=1))
    if min(height, width) < SMALLEST_MNIST_SIDE:
        tall = rows[:, 0] & rows[:, -1]
        return bool(((images[:, :, 0].mean(axis=1) < FAINTEST) & tall).mean() > MOST_FITTED)
    mass = np.maximum(images.sum(axis=(1, 2)), 1e-9)
    down = images.sum(axis=2) @ np.arange(height) / mass
    across = images.sum(axis=1) @ np.arange(width) / mass
    centred = (np.abs(down - height / 2) <= 1.5) & (np.abs(across - width / 2) <= 1.5)
    longer = np.maximum(_extent(rows) / height, _extent(columns) / width)
    boxed = np.abs(longer - MNIST_BOX) <= 1.5 / min(height, width)
    return bool((centred & boxed).mean() > MOST_FITTED)


def _extent(inked: np.ndarray) -> np.ndarray:
    """From the first to the last True of each row of (m, n), in places."""
    length = inked.shape[1]
    last = length - inked[:, ::-1].argmax(axis=1)
    return np.where(inked.any(axis=1), last - inked.argmax(axis=1), 0)


def _opened(image: str | Path | np.ndarray) -> tuple[np.ndarray, str]:
    """Grey values, stretched where a deep picture uses the lowest of its bits alone."""
    where = "the array" if isinstance(image, np.ndarray) else str(image)
    grey = grey_array(image) if isinstance(image, np.ndarray) else read_image(Path(image))
    brightest = float(grey.max())
    return (grey / brightest if 0 < brightest < 1 / 8 else grey), where


@dataclass(frozen=True, eq=False)
class _Look:
    """The ink of a part of a picture: the part's corner, and the picture's pixels to one of it."""

    ink: Inked
    corner: tuple[int, int]
    scale: float

    def box(self, strokes: tuple[Stroke, ...]) -> Box:
        """The box of some strokes in the picture."""
        top, left, bottom, right = (round(edge * self.scale) for edge in _box(strokes))
        down, across = self.corner
        return top + down, left + across, bottom + down, right + across


def _look(grey: np.ndarray, invert: Invert, where: str) -> _Look:
    """All ink of a picture; a small character on a large page as large as it was taken."""
    whole = _looked_at(grey, (0, 0), invert, where)
    top, left, bottom, right = whole.box(whole.ink.strokes)
    margin = round(AROUND * max(bottom - top, right - left))
    top, left = max(0, top - margin), max(0, left - margin)
    part = grey[top : bottom + margin, left : right + margin]
    if whole.scale < SHRUNK or max(part.shape) > max(grey.shape) / SHRUNK:
        return whole
    return _looked_at(part, (top, left), invert, where)


def _looked_at(grey: np.ndarray, corner: tuple[int, int], invert: Invert, where: str) -> _Look:
    small = _averaged_down(grey)
    return _Look(inked(small, invert, where), corner, grey.shape[0] / small.shape[0])


def _averaged_down(grey: np.ndarray) -> np.ndarray:
    if max(grey.shape) <= WORKING_SIDE:
        return grey
    return resize(grey, fit_within(grey.shape, (WORKING_SIDE, WORKING_SIDE)))


def _fitted(
    ink: np.ndarray, shape: tuple[int, int], faintest: float = FAINTEST
) -> list[FittingStep]:
    cut = FittingStep("cut out: the smallest box around it", _crop(ink, faintest))
    fit = _fit_as_mnist if min(shape) >= SMALLEST_MNIST_SIDE else _fit_as_uci
    return [FittingStep(INK_ALONE, ink), cut, *fit(cut.picture, shape)]


def _box(strokes: tuple[Stroke, ...]) -> Box:
    return (
        min(s.top for s in strokes),
        min(s.left for s in strokes),
        max(s.bottom for s in strokes),
        max(s.right for s in strokes),
    )


def _crop(ink: np.ndarray, faintest: float = FAINTEST) -> np.ndarray:
    """The smallest box around the character."""
    drawn = ink > faintest
    rows, columns = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _fit_as_mnist(ink: np.ndarray, shape: tuple[int, int]) -> list[FittingStep]:
    box = round(shape[0] * MNIST_BOX), round(shape[1] * MNIST_BOX)
    small = resize(ink, fit_within(ink.shape, box))
    small = small / small.max()
    mass = small.sum()
    centre = (
        float(small.sum(axis=1) @ np.arange(small.shape[0]) / mass),
        float(small.sum(axis=0) @ np.arange(small.shape[1]) / mass),
    )
    top, left = (
        int(np.clip(np.floor(field / 2 - middle + 0.5), 0, field - side))
        for field, middle, side in zip(shape, centre, small.shape, strict=True)
    )
    return [
        FittingStep(f"brought into a box of {box[0]} by {box[1]} pixels", small),
        FittingStep(
            f"placed in {shape[0]} by {shape[1]}, its centre of mass (row {centre[0]:.1f}, column "
            f"{centre[1]:.1f} of the box) in the middle",
            _placed(small, shape, top, left),
        ),
    ]


def _fit_as_uci(ink: np.ndarray, shape: tuple[int, int]) -> list[FittingStep]:
    """Blocks counted in a bitmap four times as fine.

    Upright, as tall as the field and at most three quarters as wide, for so are UCI's digits:
    their outer columns are nearly empty.
    """
    upright = _crop(_unslanted(ink))
    fine = shape[0] * UCI_BLOCK, shape[1] * UCI_BLOCK
    width = round(upright.shape[1] * fine[0] / upright.shape[0])
    small = resize(upright, (fine[0], max(1, min(width, round(fine[1] * UCI_WIDEST)))))
    bitmap = small > small.max() * UCI_THRESHOLD
    centre = bitmap.sum(axis=0) @ np.arange(small.shape[1]) / bitmap.sum()
    left = int(np.clip(round((fine[1] - 1) / 2 - centre), 0, fine[1] - small.shape[1]))
    placed = _placed(bitmap, fine, 0, left)
    blocks = placed.reshape(shape[0], UCI_BLOCK, shape[1], UCI_BLOCK)
    return [
        FittingStep("set upright", upright),
        FittingStep(f"brought to a height of {fine[0]}, in black and white", bitmap),
        FittingStep(f"its centre of mass (column {centre:.1f}) in the middle", placed),
        FittingStep(
            f"counted in blocks of {UCI_BLOCK} by {UCI_BLOCK}",
            blocks.mean(axis=(1, 3), dtype=np.float32),
        ),
    ]


def _unslanted(ink: np.ndarray) -> np.ndarray:
    """Rows slid sideways until the ink leans neither way: no covariance of row and column."""
    from PIL import Image

    height, width = ink.shape
    y, x = np.mgrid[:height, :width]
    mass = ink.sum()
    y, x = y - (ink * y).sum() / mass, x - (ink * x).sum() / mass
    spread = (ink * y * y).sum()
    if spread == 0:
        return ink
    slant = float(np.clip((ink * y * x).sum() / spread, -1, 1))
    middle = (height - 1) / 2
    reach = int(np.ceil(abs(slant) * middle))
    return np.asarray(
        Image.fromarray(np.ascontiguousarray(ink, np.float32)).transform(
            (width + 2 * reach, height),
            Image.Transform.AFFINE,
            (1, slant, -reach - slant * (middle + 0.5), 0, 1, 0),
            Image.Resampling.BILINEAR,
        )
    )


def _placed(small: np.ndarray, shape: tuple[int, int], top: int, left: int) -> np.ndarray:
    field = np.zeros(shape, np.float32)
    field[top : top + small.shape[0], left : left + small.shape[1]] = small
    return field
