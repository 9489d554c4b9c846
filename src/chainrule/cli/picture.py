"""Grey images drawn with characters: no colours, so that they show anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

SHADES = " ░▒▓█"
HALVES = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
PLAIN_SHADES = " .+#@"
SMALL = 14
"""Images up to this side are drawn with two characters a pixel, larger ones with half of one."""
INK = 0.4
"""A pixel of a larger image counts as ink from here."""


def draw(image: NDArray[Any], *, blocks: bool, width: int = 80) -> list[str]:
    """The lines that draw an image (h, w) of numbers in [0, 1], at most `width` wide.

    `blocks` says whether the terminal has block characters.
    """
    height, across = image.shape
    if max(height, across) <= SMALL and 2 * across <= width:
        shades = SHADES if blocks else PLAIN_SHADES
        return ["".join(2 * shade(value, shades) for value in row) for row in image]
    image = averaged_down(image, width)
    height, across = image.shape
    if height % 2:
        image = stacked_with_blank(image)
    above, below = image[::2], image[1::2]
    if blocks:
        return [
            "".join(HALVES[bool(a >= INK), bool(b >= INK)] for a, b in zip(*pair, strict=True))
            for pair in zip(above, below, strict=True)
        ]
    return ["".join(shade(value, PLAIN_SHADES) for value in row) for row in (above + below) / 2]


def shade(value: float, shades: str) -> str:
    """The character of this brightness."""
    return shades[min(int(max(value, 0) * len(shades)), len(shades) - 1)]


def averaged_down(image: NDArray[Any], width: int) -> NDArray[Any]:
    """The image with every k by k pixels averaged into one, where it is wider than `width`."""
    k = -(-image.shape[1] // width)
    if k == 1:
        return image
    height, across = (side // k for side in image.shape)
    cut = image[: max(height, 1) * k, : across * k]
    return cut.reshape(-1, min(k, len(cut)), across, k).mean(axis=(1, 3))


def stacked_with_blank(image: NDArray[Any]) -> NDArray[Any]:
    """One blank row more."""
    import numpy as np

    return np.vstack([image, np.zeros((1, image.shape[1]), image.dtype)])


def beside(blocks: list[list[str]], width: int, gap: int = 3) -> list[str]:
    """Blocks of lines set side by side, in as many rows as it takes to stay within `width`."""
    lines: list[str] = []
    row: list[list[str]] = []
    used = 0
    for block in blocks:
        across = max(map(len, block)) + gap
        if row and used + across - gap > width:
            lines += [*joined(row, gap), ""]
            row, used = [], 0
        row.append(block)
        used += across
    return [*lines, *joined(row, gap)]


def joined(row: list[list[str]], gap: int) -> list[str]:
    """Blocks of lines side by side."""
    tallest = max((len(block) for block in row), default=0)
    widths = [max(map(len, block)) for block in row]
    return [
        (" " * gap)
        .join(
            (block[i] if i < len(block) else "").ljust(width)
            for block, width in zip(row, widths, strict=True)
        )
        .rstrip()
        for i in range(tallest)
    ]
