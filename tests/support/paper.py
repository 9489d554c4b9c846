"""Characters on paper, made by code: handwriting and print on plain, ruled and squared sheets.

Each picture comes with its clean mask, so that what is read from the picture can be held against
what is read from the mask.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

PAPERS = ("plain", "ruled", "squared", "shadow", "table")
SIDE = 480


class Sheet(NamedTuple):
    """A picture (h, w) uint8, its clean mask (h, w) in [0, 1], its digit."""

    paper: str
    picture: np.ndarray
    mask: np.ndarray
    label: int


def handwriting(images: np.ndarray, labels: np.ndarray, papers: Iterator[str], seed: int):
    """A sheet for every image (28, 28) of light ink on black, on the papers in turn."""
    rng = np.random.default_rng(seed)
    for image, label in zip(images, labels, strict=True):
        yield sheet(pen_strokes(image, rng), int(label), next(papers), rng)


def printed(digits: str, papers: Iterator[str], seed: int) -> Iterator[Sheet]:
    """A sheet for every digit, in the font that comes with Pillow, at many sizes."""
    rng = np.random.default_rng(seed)
    for digit in digits:
        size = int(rng.integers(90, 260))
        glyph = Image.new("L", (size, 2 * size), 0)
        font = ImageFont.load_default(size)
        ImageDraw.Draw(glyph).text((size // 4, size // 4), digit, fill=255, font=font)
        yield sheet(np.asarray(glyph, np.float32) / 255, int(digit), next(papers), rng)


def pen_strokes(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A small image of a character with the smooth outlines of a pen, 110 to 300 pixels high."""
    rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
    drawn = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(np.float32)
    drawn = np.pad(drawn / drawn.max(), 2)
    scale = rng.uniform(110, 300) / max(drawn.shape)
    size = round(drawn.shape[1] * scale), round(drawn.shape[0] * scale)
    large = np.asarray(Image.fromarray(drawn).resize(size, Image.Resampling.BICUBIC))
    return np.clip((large - 0.5) * scale / 4 + 0.5, 0, 1)


def sheet(character: np.ndarray, label: int, paper: str, rng: np.random.Generator) -> Sheet:
    """The character somewhere on a sheet of this paper, photographed."""
    side = SIDE
    character = fitting_in(character, side - 60)
    height, width = character.shape
    mask = np.zeros((side, side), np.float32)
    top, left = (int(rng.integers(20, side - length - 20)) for length in (height, width))
    mask[top : top + height, left : left + width] = character
    light = ground(side, rng)
    if paper in ("ruled", "squared"):
        light = light * (1 - lines(side, paper == "squared", rng))
    if paper == "shadow":
        light = light * shadow(side, rng)
    if paper == "table":
        light = table(light, mask, rng)
    ink = rng.uniform(0.12, 0.45)  # how much light the ink gives back
    picture = light * (1 - mask * (1 - ink))
    picture = picture + rng.normal(0, rng.uniform(0.002, 0.02), picture.shape)
    grey = Image.fromarray(np.rint(np.clip(picture, 0, 1) * 255).astype(np.uint8))
    blurred = grey.filter(ImageFilter.GaussianBlur(float(rng.uniform(0.3, 1.2))))
    return Sheet(paper, np.asarray(blurred), mask, label)


def fitting_in(character: np.ndarray, longest: int) -> np.ndarray:
    """The character, no longer than this."""
    height, width = character.shape
    if max(height, width) <= longest:
        return character
    scale = longest / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.clip(np.asarray(Image.fromarray(character).resize(size)), 0, 1)


def ground(side: int, rng: np.random.Generator) -> np.ndarray:
    """White paper under a lamp: the light falls off to one side."""
    y, x = np.mgrid[-1 : 1 : side * 1j, -1 : 1 : side * 1j]
    towards = rng.uniform(0, 2 * np.pi)
    slope = rng.uniform(0, 0.25)
    return rng.uniform(0.65, 0.9) * (
        1 + slope * (x * np.cos(towards) + y * np.sin(towards)) - slope
    )


def lines(side: int, squared: bool, rng: np.random.Generator) -> np.ndarray:
    """How much light the lines take: one to three pixels thick, a little out of the level."""
    spacing, thickness = rng.uniform(24, 64), rng.uniform(1, 3)
    strength, tilt = rng.uniform(0.15, 0.4), rng.uniform(-0.02, 0.02)
    y, x = np.mgrid[:side, :side].astype(np.float32)
    taken = _stripes(y + tilt * x, spacing, thickness)
    if squared:
        taken = np.maximum(taken, _stripes(x - tilt * y, spacing, thickness))
    return strength * taken


def _stripes(at: np.ndarray, spacing: float, thickness: float) -> np.ndarray:
    away = np.abs((at + spacing / 3) % spacing - spacing / 2)
    return np.clip(thickness / 2 + 0.5 - away, 0, 1)


def shadow(side: int, rng: np.random.Generator) -> np.ndarray:
    """A shadow with an edge across the sheet, more or less sharp."""
    y, x = np.mgrid[-1 : 1 : side * 1j, -1 : 1 : side * 1j]
    towards = rng.uniform(0, 2 * np.pi)
    away = x * np.cos(towards) + y * np.sin(towards) - rng.uniform(-0.5, 0.5)
    lit = 1 / (1 + np.exp(-away / rng.uniform(0.02, 0.15)))
    deepest = rng.uniform(0.45, 0.75)
    return deepest + (1 - deepest) * lit


def table(light: np.ndarray, mask: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The sheet on a dark table, which shows along one edge, clear of the character."""
    turned = int(rng.integers(4))
    light, mask = np.rot90(light, turned), np.rot90(mask, turned)
    free = int(np.flatnonzero(mask.any(axis=1))[0])
    light = light.copy()
    light[: max(1, free - 12)][:, :] *= rng.uniform(0.3, 0.6)
    return np.rot90(light, -turned)
