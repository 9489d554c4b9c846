"""Grey out of colour: how bright red, green and blue are together."""

from __future__ import annotations

import numpy as np

LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601
AT_A_TIME = 1000  # images, so that their floats are never all in memory


def grey(images: np.ndarray) -> np.ndarray:
    """Images (m, h, w, 3) as grey (m, h, w): uint8 if they are, else float32."""
    whole = images.dtype == np.uint8
    out = np.empty(images.shape[:-1], np.uint8 if whole else np.float32)
    for start in range(0, len(images), AT_A_TIME):
        some = slice(start, start + AT_A_TIME)
        bright = images[some].astype(np.float32) @ LUMA
        out[some] = np.rint(bright) if whole else bright
    return out
