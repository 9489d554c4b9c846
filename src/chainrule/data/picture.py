"""A picture of one character, made to look like the examples a network was trained on.

MNIST's way (Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits"): light
ink on black, size-normalised into a 20 x 20 box keeping its aspect ratio, with anti-aliasing, then
placed by whole pixels so that the centre of mass is the centre of the 28 x 28 field. The way of
UCI's 8 x 8 digits (E. Alpaydin, C. Kaynak, 1998): a 32 x 32 bitmap of the upright character, by
NIST's software (M. D. Garris et al., NISTIR 5469, 1994), with the set pixels counted in blocks of
4 x 4.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from chainrule.data.errors import DataError
from chainrule.data.examples import full_scale
from chainrule.data.grey import LUMA
from chainrule.data.paths import open_file

if TYPE_CHECKING:
    from PIL.Image import Image

# Rasters alone: for EPS Pillow would start Ghostscript, a program of its own, on the file.
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "PPM")
MOST_PIXELS = 50_000_000
WORKING_SIDE = 400  # longer pictures are averaged down to this first, which also calms their grain
MNIST_BOX = 20 / 28
SMALLEST_MNIST_SIDE = 20
UCI_BLOCK = 4
UCI_WIDEST = 0.75
UCI_THRESHOLD = 0.3
SMALLEST_CONTRAST = 0.06  # of the way from black to white
SURE_INK = 6.0  # standard deviations above the grain of the paper
GRAIN = 2.5  # standard deviations that are taken off as grain
MAD_TO_DEVIATION = 1.4826  # of a normal distribution
CRISP_SIDE = 64  # pictures up to this size have no blur or shadow, only pixels
FAINTEST = {"crisp": 0.002, "scanned": 0.2}  # ink that counts as part of the character


def fit_image(
    image: str | Path | np.ndarray,
    image_shape: tuple[int, int],
    *,
    invert: bool | Literal["auto"] = "auto",
) -> np.ndarray:
    """The picture as a network's input: (height, width) float32 in [0, 1], ink light on black.

    `image` is a file that Pillow reads, or an array (h, w), (h, w, 3) or (h, w, 4). `invert`:
    whether the ink is darker than its ground; "auto" finds out. Shapes of 20 and more follow MNIST,
    with the character in 20/28 of the field; smaller ones follow UCI's digits and fill it.
    DataError if the picture cannot be read or is blank.
    """
    return fitting_steps(image, image_shape, invert=invert)[-1].picture


@dataclass(frozen=True, eq=False)
class FittingStep:
    """A picture on its way to a network's input: what was done, and (h, w) ink from 0 to 1."""

    title: str
    picture: np.ndarray


def fitting_steps(
    image: str | Path | np.ndarray,
    image_shape: tuple[int, int],
    *,
    invert: bool | Literal["auto"] = "auto",
) -> list[FittingStep]:
    """What `fit_image` does, step by step; the last picture is what it returns."""
    where = "the array" if isinstance(image, np.ndarray) else str(image)
    grey = _grey_array(image) if isinstance(image, np.ndarray) else read_image(Path(image))
    ink = _ink(_averaged_down(grey), invert, where)
    found = FittingStep("the ink alone", ink)
    if min(image_shape) < SMALLEST_MNIST_SIDE and ink.shape == image_shape:
        # counts of blocks already: no finer bitmap to count in
        return [FittingStep(found.title, ink.astype(np.float32))]
    cut = FittingStep("cut out: the smallest box around it", _crop(ink))
    fit = _fit_as_mnist if min(image_shape) >= SMALLEST_MNIST_SIDE else _fit_as_uci
    return [found, cut, *fit(cut.picture, image_shape)]


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
        return _grey_array(np.asarray(picture))
    if "A" in picture.mode.upper() or "transparency" in picture.info:
        return _grey_array(np.asarray(picture.convert("RGBA")))
    return np.asarray(picture.convert("L"), np.float32) / np.float32(255)


def _grey_array(array: np.ndarray) -> np.ndarray:
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


def _averaged_down(grey: np.ndarray) -> np.ndarray:
    if max(grey.shape) <= WORKING_SIDE:
        return grey
    return resize(grey, fit_within(grey.shape, (WORKING_SIDE, WORKING_SIDE)))


def _ink(grey: np.ndarray, invert: bool | Literal["auto"], where: str) -> np.ndarray:
    """How much ink is on each pixel, 0 to 1: the ground and its grain taken off."""
    relief, deviation = _above_ground(grey)
    strongest = max(1, relief.size // 1000)  # a thousandth: a stroke, not a speck
    ordered = np.sort(relief, axis=None)
    up, down = ordered[-strongest], -ordered[strongest - 1]
    if invert == "auto":
        invert = bool(down > up)
        sought = ""
    else:
        sought = " darker than its ground" if invert else " lighter than its ground"
    peak = float(down if invert else up)
    if peak < SMALLEST_CONTRAST:
        raise DataError(
            f"{where}: nothing{sought} is drawn on it; expected one character, darker or lighter "
            "than what it is written on"
        )
    if peak < SURE_INK * deviation:
        raise DataError(
            f"{where}: nothing stands out from the grain of its ground; expected one character, "
            "on paper that is plainer than it"
        )
    ink = -relief if invert else relief
    faint = 0.0 if max(grey.shape) <= CRISP_SIDE else 0.1 * peak
    floor = max(GRAIN * deviation, faint)
    return np.clip((ink - floor) / (peak - floor), 0, 1)


def _above_ground(grey: np.ndarray) -> tuple[np.ndarray, float]:
    """The picture less its ground, and the standard deviation of the ground's grain.

    The ground is a plane, for light falls off across a sheet, through the pixels of the border;
    border pixels far from the plane are ink that touches it, and left out.
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


def _crop(ink: np.ndarray) -> np.ndarray:
    """The smallest box around the character."""
    drawn = ink > FAINTEST["crisp" if max(ink.shape) <= CRISP_SIDE else "scanned"]
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
