"""Files as they turn up: read right, or refused in a line that says what they are."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from chainrule.data import (
    DataError,
    is_table,
    load,
    load_to_measure,
    read_unlabelled,
    write_idx,
)

IMAGES = np.random.default_rng(0).integers(0, 256, (40, 9, 9), dtype=np.uint8)
LABELS = np.arange(40) % 4
TABLE = "a,b,label\n" + "".join(f"{n}.5,{n * 7 % 11},{n % 3}\n" for n in range(40))


def png(image: np.ndarray) -> bytes:
    content = io.BytesIO()
    Image.fromarray(image).save(content, "PNG")
    return content.getvalue()


def archive(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as file:
        for name, content in members.items():
            file.writestr(name.replace("__", "/").replace("_", "."), content)
    return path


def read(path: Path) -> tuple[np.ndarray, np.ndarray]:
    data = load_to_measure(path)
    return data.train.values, data.train.y


# --- read right -----------------------------------------------------------------------------------


def test_records_of_numpy_are_a_table(tmp_path: Path):
    rows = np.zeros(40, [("a", "f8"), ("kind", "U3"), ("b", "i4")])
    rows["a"], rows["b"] = np.arange(40) / 7, np.arange(40) % 5
    rows["kind"] = np.where(LABELS > 1, "yes", "no")
    np.save(tmp_path / "rows.npy", rows)
    data = load(tmp_path / "rows.npy")
    assert data.classes == ("no", "yes")
    assert data.columns == ("a", "b")


@pytest.mark.parametrize("shape", [(9, 9), (81,)])
def test_lists_of_pixels_in_parquet(tmp_path: Path, shape: tuple[int, ...]):
    arrow, parquet = (pytest.importorskip(name) for name in ("pyarrow", "pyarrow.parquet"))
    pixels = [image.reshape(shape).tolist() for image in IMAGES]
    parquet.write_table(
        arrow.table({"image": pixels, "label": LABELS}), tmp_path / "pixels.parquet"
    )
    values, y = read(tmp_path / "pixels.parquet")
    assert np.array_equal(values, IMAGES.reshape(40, 81))
    assert np.array_equal(y, LABELS)


def test_pictures_with_transparency_in_arrays(tmp_path: Path):
    four = np.stack([IMAGES, IMAGES, IMAGES, np.full_like(IMAGES, 255)], axis=-1)
    np.savez(tmp_path / "four.npz", x=four, y=LABELS)
    values, _ = read(tmp_path / "four.npz")
    assert np.abs(values.astype(int) - IMAGES.reshape(40, 81)).max() <= 1


def test_words_in_cells_of_matlab(tmp_path: Path):
    matlab = pytest.importorskip("scipy.io")
    words = np.array([["one", "two", "six", "ten"][k] for k in LABELS], object)
    matlab.savemat(tmp_path / "cells.mat", {"images": IMAGES, "labels": words})
    data = load_to_measure(tmp_path / "cells.mat")
    assert data.classes == ("one", "six", "ten", "two")


def test_a_table_beside_a_text_in_an_archive(tmp_path: Path):
    path = archive(tmp_path / "iris.zip", data__iris_csv=TABLE.encode(), README_txt=b"About it.\n")
    assert len(read(path)[1]) == 40


@pytest.mark.parametrize("ending", ["jfif", "jpe", "ppm", "pnm"])
@pytest.mark.parametrize("names", [("train", "test"), ("mnist_train", "mnist_test"),
                                   ("training_set", "test_set")])  # fmt: skip
def test_parts_and_endings_of_pictures(tmp_path: Path, names: tuple[str, str], ending: str):
    for part, some in zip(names, (IMAGES[:24], IMAGES[24:]), strict=True):
        for number, image in enumerate(some):
            folder = tmp_path / part / "xyzw"[number % 4]
            folder.mkdir(parents=True, exist_ok=True)
            kind = "JPEG" if ending.startswith("j") else "PPM"
            Image.fromarray(image).save(folder / f"{number}.{ending}", kind)
    (tmp_path / names[0] / "none").mkdir()
    (tmp_path / names[0] / "x" / "a.heic").write_bytes(b"ftypheic")
    data = load(tmp_path)
    assert data.classes == ("w", "x", "y", "z")
    assert len(data.test) == 16
    assert any(
        "1 file not read as a picture" in line and "a.heic" in line for line in data.warnings
    )


# --- refused in a line that says what it is -------------------------------------------------------


def keras_network(path: Path) -> Path:
    h5 = pytest.importorskip("h5py")
    with h5.File(path, "w") as file:
        file["model_weights/dense/kernel:0"] = np.zeros((81, 4))
        file["model_weights/dense/bias:0"] = np.zeros(4)
    return path


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def no_idx(folder: Path) -> Path:
    written(folder / "train-labels-idx1-ubyte.gz", gzip.compress(b"hello"))
    return written(folder / "train-images-idx3-ubyte.gz", gzip.compress(b"hello"))


REFUSED = {
    "bytes 68 65 6c 6c, not an IDX file": no_idx,
    "compressed twice": lambda f: written(
        f / "t.csv.gz", gzip.compress(gzip.compress(TABLE.encode()))
    ),
    "a file of PyTorch's": lambda f: archive(f / "net.pt", net__data_pkl=b"\x80\x02."),
    "such as a/1.png": lambda f: archive(f / "p.zip", a__1_png=png(IMAGES[0])),
    "such as inner.zip": lambda f: archive(f / "n.zip", inner_zip=b"PK"),
    "a trained network of Keras": lambda f: keras_network(f / "net.h5"),
}


@pytest.mark.parametrize("says", REFUSED)
def test_what_is_no_data_is_named(tmp_path: Path, says: str):
    with pytest.raises(DataError, match=says) as caught:
        load(REFUSED[says](tmp_path))
    assert "\n" not in str(caught.value)


# --- arrays to predict ----------------------------------------------------------------------------

ROWS = IMAGES.reshape(40, 81)
TO_PREDICT = {
    "images": lambda f: np.save(f / "x.npy", IMAGES),
    "rows": lambda f: np.save(f / "x.npy", ROWS),
    "colour": lambda f: np.save(f / "x.npy", np.stack([IMAGES] * 3, axis=-1)),
    "an archive with labels": lambda f: np.savez(f / "x.npz", y=LABELS, x=IMAGES),
    "an archive with parts": lambda f: np.savez(
        f / "x.npz", x_train=IMAGES[:9], y_train=LABELS[:9], x_test=IMAGES, y_test=LABELS
    ),
    "idx": lambda f: write_idx(f / "x-images-idx3-ubyte", IMAGES),
}


@pytest.mark.parametrize("case", TO_PREDICT)
def test_arrays_to_predict(tmp_path: Path, case: str):
    TO_PREDICT[case](tmp_path)
    (path,) = tmp_path.iterdir()
    assert is_table(path)
    rows = read_unlabelled(path, 81)
    assert np.abs(rows.values.astype(int) - ROWS).max() <= 1
    assert rows.ids == tuple(map(str, range(1, 41)))


def test_a_single_image_to_predict(tmp_path: Path):
    np.save(tmp_path / "x.npy", IMAGES[3] / 255)
    rows = read_unlabelled(tmp_path / "x.npy", 81)
    assert np.allclose(rows.scaled(1 / 255), ROWS[3:4] / 255)


@pytest.mark.parametrize(
    ("array", "says"),
    [
        (np.zeros((5, 8, 8)), "64 numbers an example; this network takes 81"),
        (np.zeros((5, 7)), "7 columns of inputs; this network takes 81"),
        (np.zeros(5), "expected rows (m, 81)"),
        (np.array(["a", "b"]), "expected rows (m, 81)"),
    ],
)
def test_arrays_that_do_not_fit(tmp_path: Path, array: np.ndarray, says: str):
    np.save(tmp_path / "x.npy", array)
    with pytest.raises(DataError) as caught:
        read_unlabelled(tmp_path / "x.npy", 81)
    assert says in str(caught.value)
