"""Harder pictures of characters: pencil, coloured paper, perspective, chalk, screens, whole lines.

Each is made of the same characters as `paper.py` makes its sheets of, and comes with clean masks.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFilter
from scipy import ndimage

from tests.support.paper import SIDE, fitting_in, ground, lines, shadow, sheet

Rng = np.random.Generator


class Page(NamedTuple):
    """A picture as Pillow saves it, its ending, and the mask of each character in its order."""

    picture: Image.Image
    ending: str
    masks: tuple[np.ndarray, ...]


def page(characters: Sequence[np.ndarray], kind: str, rng: Rng) -> Page:
    """The characters (one, or as many as `CHARACTERS` says of the kind) on a page of this kind."""
    return KINDS[kind](characters, rng)


# --- what is on it --------------------------------------------------------------------------------


def somewhere(character: np.ndarray, rng: Rng, side: int = SIDE, margin: int = 40) -> np.ndarray:
    """The mask of a page (side, side) with the character anywhere on it."""
    character = fitting_in(character, side - 2 * margin - 20)
    mask = np.zeros((side, side), np.float32)
    top, left = (int(rng.integers(margin, side - n - margin)) for n in character.shape)
    mask[top : top + character.shape[0], left : left + character.shape[1]] = character
    return mask


def in_rows(
    rows: Sequence[Sequence[np.ndarray]], gap: float, rng: Rng, height: int = 130
) -> tuple[np.ndarray, ...]:
    """Masks (h, w), one for each character: rows of them, so far apart in parts of their height."""
    placed: list[tuple[int, int, np.ndarray]] = []
    top, width = 50, 0
    for row in rows:
        left = 60
        for character in row:
            glyph = fitting_in(character, int(height * rng.uniform(0.85, 1)))
            placed.append((top + int(rng.integers(-8, 9)), left, glyph))
            left += glyph.shape[1] + round(gap * height * rng.uniform(0.8, 1.2))
        width = max(width, left + 60)
        top += round(1.6 * height)
    masks = []
    for down, across, glyph in placed:
        mask = np.zeros((top + 40, width), np.float32)
        mask[down : down + glyph.shape[0], across : across + glyph.shape[1]] = glyph
        masks.append(mask)
    return tuple(masks)


# --- how it is written and taken ------------------------------------------------------------------


def lit(shape: tuple[int, int], rng: Rng) -> np.ndarray:
    return ground(max(shape), rng)[: shape[0], : shape[1]]


def taken(light: np.ndarray, mask: np.ndarray, ink: float, rng: Rng, noise: float = 0.02):
    """A photograph: grain and a little blur."""
    picture = light * (1 - mask * (1 - ink))
    picture = picture + rng.normal(0, rng.uniform(0.002, noise), picture.shape)
    grey = as_grey(picture)
    return grey.filter(ImageFilter.GaussianBlur(float(rng.uniform(0.3, 1.2))))


def as_grey(picture: np.ndarray) -> Image.Image:
    return Image.fromarray(np.rint(np.clip(picture, 0, 1) * 255).astype(np.uint8))


def with_pen(masks: tuple[np.ndarray, ...], rng: Rng, noise: float = 0.02) -> Page:
    mask = np.maximum.reduce(masks)
    return Page(
        taken(lit(mask.shape, rng), mask, rng.uniform(0.12, 0.45), rng, noise), "png", masks
    )


def on_sheet(paper: str) -> Callable[[Sequence[np.ndarray], Rng], Page]:
    """A page of the kinds that `paper.py` has."""

    def make(characters: Sequence[np.ndarray], rng: Rng) -> Page:
        made = sheet(characters[0], 0, paper, rng)
        return Page(Image.fromarray(made.picture), "png", (made.mask,))

    return make


def pencil(characters: Sequence[np.ndarray], rng: Rng) -> Page:
    """Faint and grainy, thinner than a pen."""
    mask = somewhere(characters[0], rng)
    thin = ndimage.grey_erosion(mask, 3) * (1 - 0.5 * rng.random(mask.shape).astype(np.float32))
    thin = ndimage.gaussian_filter(thin, 0.7)
    picture = taken(lit(mask.shape, rng), thin, rng.uniform(0.5, 0.75), rng, 0.01)
    return Page(picture, "png", (mask,))


def blue_on_yellow(characters: Sequence[np.ndarray], rng: Rng) -> Page:
    mask = somewhere(characters[0], rng)
    paper = lit(mask.shape, rng)[..., None] * np.array([1, 0.93, rng.uniform(0.6, 0.8)])
    ink = np.array([0.25, 0.32, 0.85]) * rng.uniform(0.6, 1)
    colour = paper * (1 - mask[..., None] * (1 - ink))
    colour = colour + rng.normal(0, 0.01, colour.shape)
    return Page(
        Image.fromarray(np.rint(np.clip(colour, 0, 1) * 255).astype(np.uint8)), "png", (mask,)
    )


def jpeg(characters: Sequence[np.ndarray], rng: Rng) -> Page:
    """Saved with much loss."""
    made = with_pen((somewhere(characters[0], rng),), rng)
    content = io.BytesIO()
    made.picture.save(content, "JPEG", quality=int(rng.integers(8, 30)))
    return made._replace(picture=Image.open(content))


def from_aside(characters: Sequence[np.ndarray], rng: Rng) -> Page:
    """Turned by up to 10 degrees, in perspective, on ruled paper or plain."""
    mask = somewhere(characters[0], rng, margin=80)
    paper = lit(mask.shape, rng)
    if rng.random() < 0.5:
        paper = paper * (1 - lines(SIDE, rng.random() < 0.5, rng))
    light = paper * (1 - mask * (1 - rng.uniform(0.12, 0.45)))
    angle = np.deg2rad(rng.uniform(-10, 10))
    cos, sin, middle = np.cos(angle), np.sin(angle), SIDE / 2
    tilt = rng.uniform(-0.0004, 0.0004, 2)
    a, b, d, e = cos + tilt[0] * middle, -sin, sin, cos + tilt[1] * middle
    c, f = middle * (1 - cos + sin), middle * (1 - cos - sin)
    places = (a, b, c, d, e, f, *tilt)

    def turned(grey: np.ndarray) -> np.ndarray:
        image = Image.fromarray(np.pad(grey.astype(np.float32), 200, mode="edge"))
        moved = image.transform(
            image.size, Image.Transform.PERSPECTIVE, about(places, 200), Image.Resampling.BILINEAR
        )
        return np.asarray(moved)[200:-200, 200:-200]

    picture = turned(light) + rng.normal(0, 0.008, mask.shape)
    return Page(as_grey(picture), "png", (np.clip(turned(mask), 0, 1),))


def about(places: Sequence[float], pad: int) -> tuple[float, ...]:
    """The same perspective for a picture with so many pixels more on each side."""
    a, b, c, d, e, f, g, h = places
    whole = np.array([[a, b, c], [d, e, f], [g, h, 1]])
    into, back = np.eye(3), np.eye(3)
    into[:2, 2], back[:2, 2] = -pad, pad
    moved = back @ whole @ into
    moved = moved / moved[2, 2]
    return tuple(moved.ravel()[:8].tolist())


def marker(characters: Sequence[np.ndarray], rng: Rng) -> Page:
    """A stroke twice as thick or more."""
    mask = somewhere(characters[0], rng)
    high = int(np.ptp(np.flatnonzero(mask.max(axis=1) > 0.5)))
    wide = max(3, round(high * rng.uniform(0.05, 0.12))) | 1
    return with_pen((ndimage.grey_dilation(mask, footprint=disc(wide)),), rng)


def disc(wide: int) -> np.ndarray:
    y, x = np.mgrid[:wide, :wide] - wide // 2
    return x * x + y * y <= (wide / 2) ** 2


def blackboard(characters: Sequence[np.ndarray], rng: Rng) -> Page:
    """White chalk on a board that was wiped."""
    mask = somewhere(characters[0], rng)
    chalk = mask * (1 - 0.5 * ndimage.gaussian_filter(rng.random(mask.shape), 1.0))
    wiped = ndimage.gaussian_filter(rng.normal(0, 1, mask.shape), 25)
    board = rng.uniform(0.1, 0.25) + 0.03 * wiped / wiped.std()
    picture = board + chalk * (rng.uniform(0.7, 0.95) - board)
    return Page(as_grey(picture + rng.normal(0, 0.01, mask.shape)), "png", (mask,))


def transparent(characters: Sequence[np.ndarray], rng: Rng) -> Page:
    """Ink on nothing: black, white or blue."""
    mask = somewhere(characters[0], rng)
    ink = [(0, 0, 0), (255, 255, 255), (30, 60, 200)][int(rng.integers(3))]
    pixels = np.zeros((*mask.shape, 4), np.uint8)
    pixels[..., :3] = ink
    pixels[..., 3] = np.rint(mask * 255)
    return Page(Image.fromarray(pixels, "RGBA"), "png", (mask,))


def screenshot(characters: Sequence[np.ndarray], rng: Rng) -> Page:
    """A drawing program: a frame around it, most with a bar above."""
    mask = somewhere(characters[0], rng, margin=70)
    picture = Image.fromarray(np.rint(255 * (1 - mask)).astype(np.uint8)).convert("RGB")
    draw = ImageDraw.Draw(picture)
    inset = int(rng.integers(0, 20))
    frame = inset, inset, SIDE - 1 - inset, SIDE - 1 - inset
    colour = [(0, 0, 0), (130, 130, 130), (60, 90, 160)][int(rng.integers(3))]
    draw.rectangle(frame, outline=colour, width=int(rng.integers(1, 5)))
    if rng.random() < 0.6:
        draw.rectangle((inset, inset, SIDE - 1 - inset, inset + int(rng.integers(16, 40))), colour)
    return Page(picture, "png", (mask,))


def tiny(characters: Sequence[np.ndarray], rng: Rng) -> Page:
    """A small character on a large page."""
    side = int(rng.integers(1200, 2400))
    glyph = fitting_in(characters[0], int(rng.integers(45, 90)))
    mask = somewhere(glyph, rng, side)
    return with_pen((mask,), rng, 0.008)


def deep(characters: Sequence[np.ndarray], rng: Rng) -> Page:
    """12 bits of a scanner in a file of 16."""
    mask = somewhere(characters[0], rng)
    light = lit(mask.shape, rng) * (1 - mask * (1 - rng.uniform(0.12, 0.45)))
    light = np.clip(light + rng.normal(0, 0.004, mask.shape), 0, 1)
    return Page(Image.fromarray(np.rint(light * 4095).astype(np.uint16)), "png", (mask,))


def phone(characters: Sequence[np.ndarray], rng: Rng) -> Page:
    """Twelve megapixels, in a shadow, saved as JPEG."""
    mask = somewhere(characters[0], rng, 756)
    light = lit(mask.shape, rng) * shadow(756, rng)
    small = as_grey(light * (1 - mask * (1 - rng.uniform(0.12, 0.4))))
    large = np.asarray(small.resize((3024, 3024), Image.Resampling.BICUBIC), np.int16)
    grain = rng.integers(-9, 10, large.shape, dtype=np.int16)
    content = io.BytesIO()
    Image.fromarray(np.clip(large + grain, 0, 255).astype(np.uint8)).save(content, "JPEG")
    return Page(Image.open(content), "jpg", (mask,))


# --- several characters ---------------------------------------------------------------------------


def row(characters: Sequence[np.ndarray], rng: Rng) -> Page:
    return with_pen(in_rows([characters], rng.uniform(0.12, 0.5), rng), rng)


def touching(characters: Sequence[np.ndarray], rng: Rng) -> Page:
    """Two digits, the second moved to the left until its ink lies on that of the first."""
    first, second = (fitting_in(one, int(130 * rng.uniform(0.85, 1))) for one in characters)
    height = max(len(first), len(second)) + 100
    width = first.shape[1] + second.shape[1] + 120
    masks = []
    for left in range(60 + first.shape[1], 60, -1):
        masks = [np.zeros((height, width), np.float32) for _ in characters]
        masks[0][50 : 50 + len(first), 60 : 60 + first.shape[1]] = first
        masks[1][50 : 50 + len(second), left : left + second.shape[1]] = second
        if (np.minimum(*masks) > 0.5).sum() > 20:
            break
    return with_pen(tuple(masks), rng)


def two_lines(characters: Sequence[np.ndarray], rng: Rng) -> Page:
    rows = [characters[:3], characters[3:]]
    return with_pen(in_rows(rows, rng.uniform(0.15, 0.5), rng), rng)


KINDS: dict[str, Callable[[Sequence[np.ndarray], Rng], Page]] = {
    "plain": on_sheet("plain"),
    "ruled": on_sheet("ruled"),
    "squared": on_sheet("squared"),
    "shadow": on_sheet("shadow"),
    "table": on_sheet("table"),
    "tiny": tiny,
    "16 bits": deep,
    "phone": phone,
    "pencil": pencil,
    "blue on yellow": blue_on_yellow,
    "jpeg": jpeg,
    "from aside": from_aside,
    "marker": marker,
    "blackboard": blackboard,
    "transparent": transparent,
    "screenshot": screenshot,
    "row of three": row,
    "touching": touching,
    "two lines": two_lines,
}
CHARACTERS = {"row of three": 3, "touching": 2, "two lines": 6}
"""How many characters are on a page; one on those that are not named here."""
