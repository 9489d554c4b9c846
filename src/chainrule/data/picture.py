"""Pictures: files that Pillow reads, and arrays, as grey values."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from chainrule.data.errors import DataError
from chainrule.data.examples import full_scale
from chainrule.data.grey import LUMA
from chainrule.data.paths import open_file

if TYPE_CHECKING:
    from PIL.Image import Image

# Rasters alone: for EPS Pillow would start Ghostscript, a program of its own, on the file.
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "PPM")
PHONE_SUFFIXES = {".heic", ".heif", ".avif"}
MOST_PIXELS = 50_000_000
SMALLEST_CONTRAST = 0.06  # of the way from black to white


def read_image(path: Path) -> np.ndarray:
    """A picture file as grey values (h, w) float32, 0 black to 1 white.

    Turned by its EXIF orientation. Transparent pixels lie on white; white ink on transparent
    ground, which would be lost there, becomes black. Of several frames, the first. DataError if it
    cannot be read or has more than 50 million pixels.
    """
    from PIL import ImageOps

    with _opened(path) as picture:
        return _grey_picture(ImageOps.exif_transpose(picture))


def picture_size(path: Path) -> tuple[int, int]:
    """(height, width) of a picture file as it will be read, from its header alone."""
    with _opened(path) as picture:
        turned = picture.getexif().get(0x0112, 1) in (5, 6, 7, 8)
        return (picture.width, picture.height) if turned else (picture.height, picture.width)


def as_png(grey: np.ndarray) -> bytes:
    """A picture (h, w) of grey values, 0 black to 1 white, as the content of a PNG file."""
    from PIL import Image

    pixels = np.rint(np.clip(grey, 0, 1) * 255).astype(np.uint8)
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, "PNG")
    return content.getvalue()


def resize(grey: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """(h, w) resampled to `shape` float32: bilinear, each new pixel averaging what it covers."""
    from PIL import Image

    if grey.shape == shape:
        return grey
    picture = Image.fromarray(np.ascontiguousarray(grey, np.float32))
    return np.asarray(picture.resize((shape[1], shape[0]), Image.Resampling.BILINEAR))


def fit_within(shape: tuple[int, int], box: tuple[int, int]) -> tuple[int, int]:
    """The largest size of the proportions of `shape` that lies in `box`, at least one pixel."""
    scale = min(box[0] / shape[0], box[1] / shape[1])
    return max(1, round(shape[0] * scale)), max(1, round(shape[1] * scale))


@contextmanager
def _opened(path: Path) -> Iterator[Image]:
    """A picture open for reading; whatever Pillow raises over it becomes a DataError."""
    from PIL import Image, UnidentifiedImageError

    with open_file(path) as file, warnings.catch_warnings():
        # Pillow only warns of the lesser decompression bombs: here they are errors too.
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(file, formats=FORMATS) as picture:
                pixels = picture.width * picture.height
                if pixels > MOST_PIXELS:
                    raise Image.DecompressionBombError(f"{pixels:,} pixels")
                yield picture
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise DataError(
                f"{path}: far too many pixels; expected at most {MOST_PIXELS:,}. Make it smaller"
            ) from error
        except UnidentifiedImageError as error:
            if path.suffix.casefold() in PHONE_SUFFIXES:
                raise DataError(
                    f"{path}: a picture as phones keep them ({path.suffix[1:].upper()}), which "
                    "is not read here; save it as JPEG or PNG"
                ) from error
            raise DataError(
                f"{path}: not a picture that can be read; "
                "expected PNG, JPEG, GIF, WebP, BMP, TIFF or PPM"
            ) from error
        except (OSError, SyntaxError, ValueError, EOFError, IndexError, TypeError) as error:
            # Its decoders raise any of these over a damaged file.
            raise DataError(f"{path}: damaged picture ({error}); save it again") from error


def _grey_picture(picture: Image) -> np.ndarray:
    if picture.mode.startswith("I;16"):
        return np.asarray(picture, np.float32) / np.float32(65535)
    if picture.mode[0] in "IF":  # 16 and 32 bits, and floating point
        return grey_array(np.asarray(picture))
    if "A" in picture.mode.upper() or "transparency" in picture.info:
        return grey_array(np.asarray(picture.convert("RGBA")))
    return np.asarray(picture.convert("L"), np.float32) / np.float32(255)


def grey_array(array: np.ndarray) -> np.ndarray:
    """(h, w), (h, w, 3) or (h, w, 4) of any number type as grey (h, w) float32 in [0, 1]."""
    if array.ndim not in (2, 3) or array.shape[2:] not in ((), (3,), (4,)) or array.size == 0:
        raise DataError(
            f"a picture of shape {array.shape}; expected (h, w), (h, w, 3) or (h, w, 4)"
        )
    if array.dtype.kind not in "biuf" or not np.isfinite(array).all() or array.min() < 0:
        raise DataError("a picture with values that are no brightness; expected finite, from 0 up")
    if array.shape[0] * array.shape[1] > MOST_PIXELS:
        raise DataError(
            f"a picture of shape {array.shape}; expected at most {MOST_PIXELS:,} pixels"
        )
    full = 255.0 if array.ndim == 3 and array.dtype == np.uint8 else full_scale(float(array.max()))
    unit = array.astype(np.float32) / np.float32(full)
    if unit.ndim == 2:
        return unit
    luma = unit[..., :3] @ LUMA
    if unit.shape[2] == 3:
        return luma
    alpha = unit[..., 3]
    on_white = luma * alpha + (1 - alpha)
    drawn_white_on_nothing = np.ptp(on_white) < SMALLEST_CONTRAST <= np.ptp(alpha)
    return 1 - alpha if drawn_white_on_nothing else on_white
