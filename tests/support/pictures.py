"""Pictures of digits, as files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from chainrule.data import load


def picture(place: Path, number: int) -> tuple[Path, int]:
    """A test digit, drawn large, as a file; and its class."""
    digits = load("digits").test
    pixels = np.asarray(digits.X[number]).reshape(8, 8)
    large = np.kron(pixels, np.ones((12, 12)))
    path = place / f"{number}.png"
    Image.fromarray(np.uint8(255 - 255 * np.pad(large, 20))).save(path)
    return path, int(digits.y[number])
