"""A picture of a character is fitted as the examples of the data set were."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from chainrule.data import (
    DataError,
    fit_image,
    fitting_steps,
    load,
    picture_size,
    read_idx,
    read_image,
)


def seven(size: int = 200, ink: int = 0, paper: int = 255) -> np.ndarray:
    """A 7 drawn with a thick pen, off the centre of the page."""
    page = Image.new("L", (size, size), paper)
    unit = size / 20
    line = [(3 * unit, 3 * unit), (9 * unit, 3 * unit), (5 * unit, 14 * unit)]
    ImageDraw.Draw(page).line(line, fill=ink, width=round(1.5 * unit), joint="curve")
    return np.asarray(page)


def centre_of_mass(image: np.ndarray) -> tuple[float, float]:
    y, x = np.indices(image.shape)
    return float((image * y).sum() / image.sum()), float((image * x).sum() / image.sum())


def test_mnist_is_left_as_it_is(mnist_folder: Path):
    """Fitting is what MNIST's makers did: done again, it changes nothing."""
    images = read_idx(next(mnist_folder.glob("t10k-images*")))[:200]
    for image in images:
        fitted = fit_image(image, (28, 28))
        assert np.abs(fitted - image / np.float32(255)).max() <= 1.01 / 255
        assert np.abs(fit_image(255 - image, (28, 28)) - fitted).max() < 1e-6


def test_a_picture_in_ucis_own_form_is_left_as_it_is():
    split = load("digits").test
    for values in split.values[:50]:
        image = values.reshape(8, 8)
        assert np.allclose(fit_image(image, (8, 8)), image / image.max(), atol=1e-6)


def test_box_and_centre():
    fitted = fit_image(seven(), (28, 28))
    assert fitted.dtype == np.float32
    assert fitted.min() == 0
    assert fitted.max() == 1
    rows, columns = fitted.any(axis=1), fitted.any(axis=0)
    assert max(rows.sum(), columns.sum()) == 20
    assert np.abs(np.array(centre_of_mass(fitted)) - 14).max() <= 0.5


@pytest.mark.parametrize("image_shape", [(20, 20), (28, 28), (56, 56), (28, 40)])
def test_the_box_is_twenty_of_twenty_eight(image_shape: tuple[int, int]):
    fitted = fit_image(seven(), image_shape)
    height = int(fitted.any(axis=1).sum())
    assert fitted.shape == image_shape
    assert abs(height - image_shape[0] * 20 / 28) <= 1


def test_small_shapes_use_the_whole_field_and_count_in_sixteenths():
    fitted = fit_image(seven(), (8, 8))
    assert fitted.any(axis=1).all()
    assert np.array_equal(fitted * 16, np.rint(fitted * 16))


def test_small_shapes_are_at_most_three_quarters_wide():
    page = np.zeros((100, 100), np.uint8)
    page[10:70, 25:85] = 255
    expected = np.zeros((8, 8))
    expected[:, 1:7] = 1
    assert np.array_equal(fit_image(page, (8, 8)), expected)


@pytest.mark.parametrize("mirrored", [False, True])
def test_small_shapes_have_their_mass_in_the_middle_of_the_width(mirrored: bool):
    """A thick stem with an arm to one side: its box has another middle than its ink."""
    page = np.zeros((140, 140), np.uint8)
    page[20:120, 20:40] = 255
    page[60:80, 40:80] = 255
    fitted = fit_image(page[:, ::-1] if mirrored else page, (8, 8))
    assert centre_of_mass(fitted)[1] == pytest.approx(3.5, abs=0.15)


def test_a_speck_is_no_ink():
    """A few bright pixels, such as a damaged sensor has, are lighter than a grey pen is dark."""
    page = seven(ink=110, paper=150)
    specked = page.copy()
    specked[180:185, 180:185] = 255
    assert np.abs(fit_image(specked, (28, 28)) - fit_image(page, (28, 28))).max() < 1e-4


def test_position_size_and_colours_do_not_matter():
    page = seven()
    once = fit_image(page, (28, 28))
    moved = np.full((500, 300), 255, np.uint8)
    moved[250:450, 80:280] = page
    for other in (moved, 255 - page, seven(ink=60, paper=200), np.stack([page] * 3, axis=-1)):
        assert np.abs(fit_image(other, (28, 28)) - once).mean() < 0.01


def test_a_photograph_in_uneven_light():
    rng = np.random.default_rng(0)
    y, x = np.mgrid[0:1:600j, 0:1:600j]
    drawn = 1 - seven(600) / 255
    photo = (0.9 - 0.3 * x - 0.1 * y) * (1 - 0.7 * drawn) + rng.normal(0, 0.02, drawn.shape)
    fitted = fit_image((np.clip(photo, 0, 1) * 255).astype(np.uint8), (28, 28))
    assert np.abs(fitted - fit_image(seven(600), (28, 28))).mean() < 0.02
    assert (fitted[:3] == 0).all()


def test_inversion_can_be_said():
    page = seven()
    assert np.array_equal(fit_image(page, (28, 28)), fit_image(page, (28, 28), invert=True))
    with pytest.raises(DataError, match="nothing lighter than its ground is drawn"):
        fit_image(page, (28, 28), invert=False)


def save(tmp_path: Path, mode: str) -> Path:
    grey = Image.fromarray(seven())
    path = tmp_path / f"{mode.replace(';', '')}.png"
    match mode:
        case "I;16":
            Image.fromarray(np.asarray(grey).astype(np.uint16) * 257).save(path)
        case "RGBA":  # black ink on nothing
            clear = Image.new("RGBA", grey.size, (0, 0, 0, 0))
            clear.paste((0, 0, 0, 255), mask=Image.fromarray(255 - np.asarray(grey)))
            clear.save(path)
        case "white on nothing":
            clear = Image.new("RGBA", grey.size, (255, 255, 255, 0))
            clear.paste((255, 255, 255, 255), mask=Image.fromarray(255 - np.asarray(grey)))
            clear.save(path)
        case "P with a clear colour":
            grey.convert("P").save(path, transparency=255)
        case "jpeg":
            path = path.with_suffix(".jpg")
            grey.convert("CMYK").save(path, quality=95)
        case "float":
            path = path.with_suffix(".tiff")
            Image.fromarray(seven().astype(np.float32) / 255).save(path)
        case _:
            grey.convert(mode).save(path)
    return path


MODES = ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "jpeg", "float"]


@pytest.mark.parametrize("mode", [*MODES, "white on nothing", "P with a clear colour"])
def test_every_kind_of_picture(tmp_path: Path, mode: str):
    fitted = fit_image(save(tmp_path, mode), (28, 28))
    assert np.abs(fitted - fit_image(seven(), (28, 28))).mean() < 0.01


@pytest.mark.parametrize("mode", ["RGBA", "white on nothing"])
def test_ink_on_nothing_is_black_on_white(tmp_path: Path, mode: str):
    assert np.allclose(read_image(save(tmp_path, mode)), seven() / 255, atol=1e-6)


def test_exif_orientation(tmp_path: Path):
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: show it a quarter clockwise
    turned = Image.fromarray(np.ascontiguousarray(np.rot90(seven())))
    turned.save(tmp_path / "turned.jpg", exif=exif, quality=95)
    fitted = fit_image(str(tmp_path / "turned.jpg"), (28, 28))
    assert np.abs(fitted - fit_image(seven(), (28, 28))).mean() < 0.01


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_size_is_that_of_the_picture_as_it_is_read(tmp_path: Path, orientation: int):
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / "turned.png"
    Image.new("L", (5, 3)).save(path, exif=exif)
    assert picture_size(path) == read_image(path).shape
    assert picture_size(path) == ((3, 5) if orientation <= 4 else (5, 3))


def test_one_dot_and_one_line_are_something_drawn():
    for shape in ((28, 28), (8, 8)):
        for drawn in (np.s_[50:54, 30:34], np.s_[50:51, 10:90], np.s_[10:90, 50:51]):
            page = np.zeros((100, 100), np.uint8)
            page[drawn] = 255
            assert fit_image(page, shape).max() > 0.2


BLANK = {
    "white": np.full((50, 50), 255, np.uint8),
    "black": np.zeros((50, 50), np.uint8),
    "nearly even": np.random.default_rng(0).integers(200, 205, (50, 50), dtype=np.uint8),
    "grain": np.random.default_rng(0).normal(150, 12, (300, 300)).astype(np.uint8),
    "slope": np.tile(np.linspace(100, 200, 64).astype(np.uint8), (64, 1)),
    "one pixel": np.zeros((1, 1), np.uint8),
    "fractions": np.full((9, 9), 0.25),
}


@pytest.mark.parametrize("image", BLANK.values(), ids=BLANK.keys())
@pytest.mark.parametrize("image_shape", [(28, 28), (8, 8)])
def test_blank(image: np.ndarray, image_shape: tuple[int, int]):
    with pytest.raises(DataError, match=r"nothing (is drawn|stands out)"):
        fit_image(image, image_shape)


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((0, 5)),
        np.zeros(5),
        np.zeros((5, 5, 2)),
        np.full((5, 5), np.nan),
        np.full((5, 5), -1.0),
        np.full((5, 5), "a"),
        np.broadcast_to(np.uint8(1), (10_000, 10_000)),
    ],
    ids=["empty", "flat", "two channels", "nan", "negative", "text", "huge"],
)
def test_arrays_that_are_no_picture(image: np.ndarray):
    with pytest.raises(DataError, match="expected"):
        fit_image(image, (28, 28))


def test_files_that_are_no_picture(tmp_path: Path):
    Image.fromarray(seven()).save(tmp_path / "whole.png")
    content = (tmp_path / "whole.png").read_bytes()
    (tmp_path / "cut.png").write_bytes(content[: len(content) // 2])
    (tmp_path / "text.png").write_text("hello")
    (tmp_path / "empty.png").write_bytes(b"")
    says = {"cut.png": "damaged", "text.png": "not a picture", "empty.png": "not a picture"}
    says |= {"whole.pgn": "did you mean 'whole.png'", ".": "not a regular file"}
    for name, words in says.items():
        with pytest.raises(DataError, match=words):
            fit_image(tmp_path / name, (28, 28))


@pytest.mark.parametrize("side", [8_000, 10_500, 20_000])
def test_decompression_bombs(tmp_path: Path, side: int):
    """Pillow says nothing of the first, warns of the second and refuses the third."""
    path = tmp_path / "bomb.png"
    Image.new("1", (side, side)).save(path)
    with pytest.raises(DataError, match="far too many pixels"):
        fit_image(path, (28, 28))


def test_readers_agree_across_the_two_data_sets(mnist_folder: Path):
    """A reader of UCI's digits reads MNIST's once they are fitted as UCI's: far above chance."""
    neighbours = pytest.importorskip("sklearn.neighbors")
    digits = load("digits").train
    images = read_idx(next(mnist_folder.glob("t10k-images*")))[:300]
    labels = read_idx(next(mnist_folder.glob("t10k-labels*")))[:300]
    reader = neighbours.KNeighborsClassifier(3).fit(digits.X, digits.y)
    fitted = np.stack([fit_image(image, (8, 8)).reshape(-1) for image in images])
    assert (reader.predict(fitted) == labels).mean() > 0.7


def test_noise_is_not_called_blank():
    noise = np.random.default_rng(0).integers(0, 256, (80, 80), dtype=np.uint8)
    with pytest.raises(DataError, match="nothing stands out from the grain"):
        fit_image(noise, (28, 28))
    with pytest.raises(DataError, match="nothing is drawn"):
        fit_image(np.full((80, 80), 200, np.uint8), (28, 28))


def test_no_program_is_started_on_a_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Pillow hands EPS to Ghostscript; here it is no picture."""
    from PIL import EpsImagePlugin

    def start(*_: object, **__: object) -> None:
        raise AssertionError("Ghostscript was started")

    monkeypatch.setattr(EpsImagePlugin, "Ghostscript", start)
    Image.new("L", (40, 40), 200).save(tmp_path / "x.eps")
    for name in ("x.eps", "x.png"):
        (tmp_path / name).write_bytes((tmp_path / "x.eps").read_bytes())
        with pytest.raises(DataError, match="not a picture"):
            fit_image(tmp_path / name, (28, 28))


@pytest.mark.parametrize("most", [200, 300, 60_000])
def test_16_bits_are_of_one_scale(tmp_path: Path, most: int):
    path = tmp_path / "deep.png"
    Image.fromarray(np.linspace(0, most, 64).astype(np.uint16).reshape(8, 8)).save(path)
    assert read_image(path).max() == pytest.approx(most / 65_535)


@pytest.mark.parametrize(("shape", "count"), [((28, 28), 4), ((8, 8), 6)])
def test_the_steps_lead_to_what_is_fitted(shape: tuple[int, int], count: int):
    grey = np.ones((60, 50))
    grey[10:40, 28:33] = 0
    steps = fitting_steps(grey, shape, invert=True)
    assert len(steps) == count
    assert np.array_equal(steps[-1].picture, fit_image(grey, shape, invert=True))
    assert steps[0].picture.shape == (60, 50)
    assert steps[1].picture.shape == (30, 5)
    if shape == (28, 28):
        box, placed = steps[2].picture, steps[3].picture
        assert box.shape == (20, 3)
        rows, columns = np.mgrid[:28, :28]
        mass = placed.sum()
        middle = (placed * rows).sum() / mass, (placed * columns).sum() / mass
        assert middle == pytest.approx((14, 14), abs=0.51)
