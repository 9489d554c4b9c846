"""The user's own data in every form that is read, and one clear line for what cannot be."""

from __future__ import annotations

import gzip
import io
import os
import pickle
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from chainrule.data import DataError, check, load, place_picture, read_idx, write_idx

# --- what is read --------------------------------------------------------------------------------


def test_a_pair_of_idx_files_is_split(idx_folder: Path, images: np.ndarray, labels: np.ndarray):
    data = load(idx_folder)
    assert [len(split) for split in data.splits().values()] == [42, 9, 9]
    assert data.image_shape == (6, 5)
    assert data.classes == ("0", "1", "2")
    assert data.train.scale == 1 / 255
    for split in data.splits().values():
        assert np.ptp(np.bincount(split.y)) <= 1
    found = sorted(
        (row.tobytes(), int(y))
        for split in data.splits().values()
        for row, y in zip(split.values, split.y, strict=True)
    )
    assert found == sorted((i.tobytes(), int(y)) for i, y in zip(images, labels, strict=True))


def test_one_file_of_the_pair_is_enough(idx_folder: Path):
    for name in ("images-idx3-ubyte.gz", "labels-idx1-ubyte"):
        assert np.array_equal(load(idx_folder / name).test.values, load(idx_folder).test.values)


def test_the_seed_decides_the_split(idx_folder: Path):
    first, again, other = (load(idx_folder, seed=seed) for seed in (0, 0, 1))
    assert np.array_equal(first.test.values, again.test.values)
    assert not np.array_equal(first.test.values, other.test.values)


def test_parts_of_their_own_are_kept(tmp_path: Path, images: np.ndarray, labels: np.ndarray):
    for part, count in (("train", 60), ("t10k", 30)):
        write_idx(tmp_path / f"{part}-images.idx3-ubyte", images[:count])
        write_idx(tmp_path / f"{part}-labels.idx1-ubyte", labels[:count])
    data = load(tmp_path)
    assert np.array_equal(data.test.values, images[:30].reshape(30, -1))
    assert (len(data.train), len(data.validation)) == (50, 10)


def test_validation_alone_leaves_fifteen_percent_to_test(
    tmp_path: Path, images: np.ndarray, labels: np.ndarray
):
    for part, count in (("train", 60), ("validation", 30)):
        write_idx(tmp_path / f"{part}-images-idx3-ubyte", images[:count])
        write_idx(tmp_path / f"{part}-labels-idx1-ubyte", labels[:count])
    data = load(tmp_path)
    assert (len(data.train), len(data.test)) == (51, 9)
    assert np.array_equal(data.validation.values, images[:30].reshape(30, -1))


def test_of_plain_and_gzipped_the_plain_file_is_read(idx_folder: Path, images: np.ndarray):
    gzipped = load(idx_folder)
    write_idx(idx_folder / "images-idx3-ubyte", 255 - images)
    assert np.array_equal(load(idx_folder).train.values, 255 - gzipped.train.values)


def test_hidden_names_are_left_out(tmp_path: Path, idx_folder: Path, images: np.ndarray):
    """What macOS leaves in folders: .DS_Store, and ._name beside a name on foreign disks."""
    pictures = tmp_path / "pictures"
    save_pictures(pictures, {"a": [*images[:10]], "b": [*images[10:20]], ".c": [images[0]]})
    for hidden in (".DS_Store", "a/.DS_Store", "a/._1.png"):
        (pictures / hidden).write_bytes(b"\0\5\x16\7\0\2\0\0Mac OS X")
    assert load(pictures).classes == ("a", "b")
    assert sum(map(len, load(pictures).splits().values())) == 20
    (idx_folder / "._images-idx3-ubyte.gz").write_bytes(b"\0\5\x16\7")
    (idx_folder / "._labels-idx1-ubyte").write_bytes(b"\0\5\x16\7")
    assert len(load(idx_folder).train) == 42


@pytest.mark.parametrize("name", ["labels.CSV", "images.NPZ", "labels-idx1-ubyte.DAMAGED"])
def test_other_files_beside_a_pair(idx_folder: Path, name: str):
    (idx_folder / name).write_text("id,label\n0,1\n")
    assert len(load(idx_folder).train) == 42


def test_keras_npz(tmp_path: Path, images: np.ndarray, labels: np.ndarray):
    path = tmp_path / "own.npz"
    np.savez_compressed(path, x_train=images, y_train=labels, x_test=images[:9], y_test=labels[:9])
    data = load(str(path))
    assert data.name == "own"
    assert data.image_shape == (6, 5)
    assert np.array_equal(data.test.values, images[:9].reshape(9, -1))
    assert data.test.y.tolist() == labels[:9].tolist()


def test_npz_of_floating_point(tmp_path: Path, images: np.ndarray, labels: np.ndarray):
    path = tmp_path / "own.npz"
    x = images.astype(np.float64) / 255
    np.savez(path, x_train=x, y_train=labels.astype(np.int32), x_test=x, y_test=labels)
    data = load(path)
    assert data.train.values.dtype == np.float32
    assert data.train.scale == 1
    assert data.preparation == "numbers from 0 to 1, taken as they are"
    assert data.train.X.max() == 1


@pytest.mark.parametrize("dtype", [np.uint8, np.int64, np.float32, np.float64])
@pytest.mark.parametrize("shape", [(8, 8, 3), (3, 3, 3), (8, 8, 1)])
def test_colour_images_become_grey(tmp_path: Path, shape: tuple[int, ...], dtype: type):
    rng = np.random.default_rng(2)
    x = rng.integers(0, 256, (40, *shape)).astype(dtype)
    x[0] = 255
    y = np.arange(40) % 3
    np.savez(tmp_path / "c.npz", x_train=x, y_train=y, x_test=x[:9], y_test=y[:9])
    data = load(tmp_path / "c.npz")
    assert data.image_shape == shape[:2]
    first = x[:9].astype(np.uint8)
    for image, row in zip(first, data.test.X, strict=True):
        by_pillow = Image.fromarray(image.squeeze()).convert("L")
        assert np.allclose(row * 255, np.asarray(by_pillow).reshape(-1), atol=1)


def test_bytes_in_rows_that_are_no_square(tmp_path: Path):
    x, y = np.arange(180, dtype=np.uint8).reshape(30, 6), np.arange(30) % 3
    np.savez(tmp_path / "r.npz", x_train=x, y_train=y, x_test=x, y_test=y)
    assert np.array_equal(load(tmp_path / "r.npz").test.values, x)


KAGGLE = "label,pixel0,pixel1,pixel2,pixel3\n"
ROWS = "".join(f"{i % 2},{i},255,0,{i * 2}\n" for i in range(20))


@pytest.mark.parametrize(
    "text",
    [
        KAGGLE + ROWS,
        ROWS,
        "﻿" + KAGGLE + ROWS,
        (KAGGLE + ROWS).replace("\n", "\r\n"),
        (KAGGLE + ROWS).replace(",", ";"),
        (KAGGLE + ROWS).replace(",", "\t"),
        KAGGLE + "\n" + ROWS + "\n\n",
        '"label","a","b","c","d"\n' + ROWS,
        "a,b,c,d,Label\n" + "".join(f"{i},255,0,{i * 2},{i % 2}\n" for i in range(20)),
        "label,1x1,1x2,2x1,2x2\n" + ROWS,
        "label,0,1,2,3\n" + ROWS,
        "".join('"' + '","'.join(row.split(",")) + '"\n' for row in ROWS.splitlines()),
    ],
    ids=[
        *("plain", "bare", "bom", "crlf", "semicolon", "tab"),
        *("blank", "quoted", "last", "named", "numbered", "cells"),
    ],
)
def test_tables(tmp_path: Path, text: str):
    path = tmp_path / "train.csv"
    path.write_bytes(text.encode())
    data = load(path)
    assert data.features is not None
    values = np.concatenate([data.features[name] for name in data.splits()])
    y = np.concatenate([split.y for split in data.splits().values()])
    order = np.argsort(values[:, 0])
    assert np.allclose(values[order], [[i, 255, 0, i * 2] for i in range(20)], atol=1e-5)
    assert y[order].tolist() == [i % 2 for i in range(20)]


def test_a_table_of_fractions(tmp_path: Path):
    path = tmp_path / "t.csv"
    path.write_text("".join(f"{i % 2},{i / 20},0.5,1\n" for i in range(20)))
    data = load(path)
    assert data.train.values.dtype == np.float32
    assert data.image_shape is None
    assert data.train.X.max() == 1


@pytest.mark.parametrize(("largest", "scale"), [(1, 1), (16, 1 / 16), (255, 1 / 255)])
def test_the_scale_of_pixels_is_told_by_the_largest(tmp_path: Path, largest: int, scale: float):
    path = tmp_path / "t.csv"
    path.write_text("".join(f"{i % 2},{largest}{63 * ',0'}\n" for i in range(20)))
    data = load(path)
    assert data.train.scale == scale
    assert data.preparation == (
        "numbers from 0 to 1, taken as they are"
        if largest == 1
        else f"pixels, divided by {largest}"
    )
    assert data.train.values.dtype == np.uint8
    assert data.image_shape == (8, 8)
    assert data.standard is None
    assert data.train.X.max() == 1


def test_images_of_two_bytes(tmp_path: Path, images: np.ndarray, labels: np.ndarray):
    write_idx(tmp_path / "images-idx3-ubyte", images.astype(np.int16) * 128)
    write_idx(tmp_path / "labels-idx1-ubyte", labels)
    assert load(tmp_path).train.scale == 1 / 65535


def save_pictures(folder: Path, pictures: dict[str, list[np.ndarray]]) -> None:
    for name, arrays in pictures.items():
        (folder / name).mkdir(parents=True)
        for i, array in enumerate(arrays):
            Image.fromarray(array).save(folder / name / f"{i}.png")


def test_pictures_of_one_size_are_kept_to_the_bit(tmp_path: Path, images: np.ndarray):
    dark = images // 4
    save_pictures(tmp_path / "p", {"2": [*dark[:10]], "10": [*dark[10:20]], "cat": [*dark[20:30]]})
    (tmp_path / "p" / "cat" / "notes.txt").write_text("not a picture")
    data = load(tmp_path / "p")
    assert data.classes == ("2", "10", "cat")
    assert data.image_shape == (6, 5)
    rows = {
        row.tobytes(): y
        for split in data.splits().values()
        for row, y in zip(split.values, split.y, strict=True)
    }
    assert rows == {image.tobytes(): i // 10 for i, image in enumerate(dark[:30])}


def test_pictures_of_several_sizes_and_dark_on_light(tmp_path: Path):
    def ring(size: int) -> np.ndarray:
        page = np.full((size, size * 2, 3), 250, np.uint8)
        page[size // 4 : size // 2, size // 2 : size] = 10
        return page

    sizes = {"a": [ring(s) for s in (40, 60)], "b": [ring(s) for s in (90, 200)]}
    for part in ("train", "test"):
        save_pictures(tmp_path / part, sizes)
    data = load(tmp_path)
    assert data.image_shape == (28, 28)
    assert len(data.test) == 4
    picture = data.test.values[0].reshape(28, 28)
    assert np.median(picture) < 10  # light on black, the margins like the ground
    assert picture[0, 0] == picture[14, 0] == 5
    assert picture.max() > 230


def test_a_picture_of_another_size_is_warned_of(tmp_path: Path, images: np.ndarray):
    save_pictures(tmp_path, {"a": [*images[:10]], "b": [*images[10:20]]})
    assert load(tmp_path).warnings == ()
    Image.fromarray(images[0][:, :4]).save(tmp_path / "b" / "odd.png")
    data = load(tmp_path)
    (warning,) = data.warnings
    assert data.image_shape == (28, 28)
    assert "20 pictures are 5 x 6 and 1 not" in warning
    assert "odd.png (4 x 6): all are brought to 28 x 28" in warning


@pytest.mark.parametrize(("most", "warned"), [(10, False), (11, True)])
def test_it_takes_more_than_half_to_call_the_others_odd(
    tmp_path: Path, images: np.ndarray, most: int, warned: bool
):
    mixed = [*images[:most], *images[most:20, :, :4]]
    save_pictures(tmp_path, {"a": mixed[::2], "b": mixed[1::2]})
    data = load(tmp_path)
    assert data.image_shape == (28, 28)
    assert bool(data.warnings) is warned


@pytest.mark.parametrize(
    ("shape", "kept"), [((64, 64), True), ((64, 10), True), ((65, 65), False), ((10, 65), False)]
)
def test_pictures_of_up_to_64_by_64_keep_their_size(
    tmp_path: Path, shape: tuple[int, int], kept: bool
):
    dot = np.zeros(shape, np.uint8)
    dot[4, 4] = 255
    save_pictures(tmp_path, {"a": [dot] * 5, "b": [dot] * 5})
    assert load(tmp_path).image_shape == (shape if kept else (28, 28))


def test_pictures_with_endings_in_capitals(tmp_path: Path, images: np.ndarray):
    save_pictures(tmp_path, {"a": [*images[:10]], "b": [*images[10:20]]})
    for path in list(tmp_path.glob("*/*.png")):
        path.rename(path.with_suffix(".PNG"))
    assert sum(map(len, load(tmp_path).splits().values())) == 20


def test_dark_pictures_are_as_dark_as_one_asked_about_later(tmp_path: Path, images: np.ndarray):
    save_pictures(tmp_path, {"a": [*images[:10] // 20], "b": [*images[10:20] // 20]})
    data = load(tmp_path)
    known = {row.tobytes() for split in data.splits().values() for row in split.X}
    again = place_picture(tmp_path / "a" / "0.png", (6, 5), inverted=False)
    assert again.tobytes() in known


def test_names_cannot_steer_a_terminal(tmp_path: Path, images: np.ndarray):
    folder = tmp_path / "p\x1b[2J"
    save_pictures(folder, {"a\x1b[31m": [*images[:10]], "b\nc": [*images[10:20]]})
    data = load(folder)
    assert data.classes == (r"a\x1b[31m", r"b\nc")
    assert data.source.endswith(r"p\x1b[2J")
    assert data.name.isprintable()
    (folder / "b\nc" / "x\x9b.png").write_text("no picture")
    (warning,) = [line for line in load(folder).warnings if "left out" in line]
    assert r"b\nc/x\x9b.png: not a picture" in warning
    assert warning.isprintable()


# --- what cannot be used -------------------------------------------------------------------------

Maker = Callable[[Path], Path]


def csv_of(text: str) -> Maker:
    def make(folder: Path) -> Path:
        path = folder / "data.csv"
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
        return path

    return make


def idx_of(images: np.ndarray, labels: np.ndarray) -> Maker:
    def make(folder: Path) -> Path:
        write_idx(folder / "train-images-idx3-ubyte", images)
        write_idx(folder / "train-labels-idx1-ubyte", labels)
        return folder

    return make


def npz_of(**arrays: np.ndarray) -> Maker:
    def make(folder: Path) -> Path:
        np.savez(folder / "data.npz", **arrays)  # pyright: ignore[reportArgumentType]
        return folder / "data.npz"

    return make


def pictures_of(**pictures: list[np.ndarray]) -> Maker:
    def make(folder: Path) -> Path:
        save_pictures(folder / "p", pictures)
        return folder / "p"

    return make


def file_of(name: str, content: bytes) -> Maker:
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return make


def broken_picture(folder: Path) -> Path:
    noise = np.random.default_rng(0).integers(0, 256, (40, 40), dtype=np.uint8)
    save_pictures(folder, {"a": [noise] * 3, "b": [noise] * 3})
    whole = (folder / "b" / "1.png").read_bytes()
    (folder / "b" / "1.png").write_bytes(whole[: len(whole) // 2])
    return folder


def not_a_picture(folder: Path) -> Path:
    dot = np.eye(9, dtype=np.uint8)
    save_pictures(folder, {"a": [dot] * 3, "b": [dot] * 3})
    (folder / "a" / "9.png").write_text("hello")
    return folder


def no_pictures(folder: Path) -> Path:
    for name in "ab":
        (folder / name).mkdir()
        for number in range(3):
            (folder / name / f"{number}.png").write_text("hello")
    return folder


@pytest.mark.parametrize(
    ("make", "says"), [(broken_picture, "1.png: damaged"), (not_a_picture, "9.png: not a picture")]
)
def test_a_damaged_picture_is_left_out_and_said(tmp_path: Path, make: Maker, says: str):
    warnings = [line for line in load(make(tmp_path)).warnings if "left out" in line]
    assert len(warnings) == 1
    assert says in warnings[0]
    assert warnings[0].startswith("1 of ")


def strange_class_in_test(folder: Path) -> Path:
    dot = np.eye(9, dtype=np.uint8)
    save_pictures(folder / "train", {"a": [dot] * 3, "b": [dot] * 3})
    save_pictures(folder / "test", {"a": [dot], "c": [dot]})
    return folder


def npz_cut(folder: Path) -> Path:
    x, y = np.zeros((4, 2, 2), np.uint8), np.arange(4)
    path = npz_of(x_train=x, y_train=y, x_test=x, y_test=y)(folder)
    path.write_bytes(path.read_bytes()[:300])
    return path


def npz_flipped(folder: Path) -> Path:
    x, y = np.zeros((40, 20, 20), np.uint8), np.arange(40)
    path = npz_of(x_train=x, y_train=y, x_test=x, y_test=y)(folder)
    content = bytearray(path.read_bytes())
    content[600] ^= 0xFF
    path.write_bytes(content)
    return path


def npz_that_lies(folder: Path) -> Path:
    """x_train's header promises 10^15 images."""
    path = folder / "data.npz"
    buffer = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        buffer, {"descr": "|u1", "fortran_order": False, "shape": (10**15, 28, 28)}
    )
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("x_train", "y_train", "x_test", "y_test"):
            archive.writestr(f"{name}.npy", buffer.getvalue() + b"abc")
    return path


def npz_of_rubbish(folder: Path) -> Path:
    with zipfile.ZipFile(folder / "data.npz", "w") as archive:
        for name in ("x_train", "y_train", "x_test", "y_test"):
            archive.writestr(f"{name}.npy", b"rubbish")
    return folder / "data.npz"


def labels_missing(folder: Path) -> Path:
    write_idx(folder / "train-images-idx3-ubyte", np.zeros((4, 2, 2), np.uint8))
    return folder


def no_training_files(folder: Path) -> Path:
    idx_of(X4, Y4)(folder)
    for path in list(folder.iterdir()):
        path.rename(folder / path.name.replace("train", "t10k"))
    return folder


def two_data_sets(folder: Path) -> Path:
    for name in ("letters-train", "digits-train"):
        write_idx(folder / f"{name}-images-idx3-ubyte", X4)
        write_idx(folder / f"{name}-labels-idx1-ubyte", Y4)
    return folder


def gzip_that_is_cut(folder: Path) -> Path:
    idx_of(X4, Y4)(folder)
    packed = gzip.compress((folder / "train-images-idx3-ubyte").read_bytes())
    (folder / "train-images-idx3-ubyte").unlink()
    (folder / "train-images-idx3-ubyte.gz").write_bytes(packed[:-9])
    return folder


def a_pipe(folder: Path) -> Path:
    os.mkfifo(folder / "pipe")
    return folder / "pipe"


def an_empty_folder(folder: Path) -> Path:
    (folder / "empty").mkdir()
    return folder / "empty"


def a_folder_with(name: str) -> Maker:
    def make(folder: Path) -> Path:
        (folder / name).write_text(ROWS)
        return folder

    return make


X4, Y4 = np.zeros((4, 2, 2), np.uint8), np.array([0, 1, 0, 1], np.uint8)
GOOD = {"x_train": X4, "y_train": Y4, "x_test": X4, "y_test": Y4}
DOT = np.eye(9, dtype=np.uint8)

CANNOT_BE_USED: dict[str, tuple[Maker, tuple[str, ...]]] = {
    "idx: counts differ": (idx_of(X4, Y4[:3]), ("3 labels for the 4 examples",)),
    "idx: images and labels swapped": (idx_of(Y4, X4), ("swapped",)),
    "idx: labels of two dimensions": (idx_of(X4, X4), ("(4, 2, 2)", "one label")),
    "idx: NaN as label": (idx_of(X4, np.array([0, np.nan, 0, 1], np.float32)), ("nan at [1]",)),
    "idx: NaN": (idx_of(np.full((4, 2, 2), np.nan, np.float32), Y4), ("nan at [0, 0, 0] and 15",)),
    "idx: infinity": (idx_of(np.full((4, 2, 2), np.inf), Y4), ("inf at [0, 0, 0]", "finite")),
    "idx: beyond float32": (idx_of(np.full((4, 2, 2), 1e300), Y4), ("1e+300", "float32")),
    "idx: negative input": (idx_of(np.full((4, 2, 2), -3, np.int16), Y4), ("-3 at", "negative")),
    "idx: a single class": (idx_of(X4, np.ones(4, np.uint8)), ("label 1", "two classes")),
    "idx: too few to split": (idx_of(X4[:2], Y4[:2]), ("2 examples", "at least 3")),
    "idx: labels missing": (labels_missing, ("train-labels-idx1-ubyte", "expected")),
    "idx: no training files": (no_training_files, ("none to train on",)),
    "idx: two data sets in one folder": (two_data_sets, ("letters-train", "one data set")),
    "idx: gzip cut short": (gzip_that_is_cut, ("train-images-idx3-ubyte.gz", "cut short")),
    "idx: name says nothing": (
        file_of("data", struct.pack(">HBBI", 0, 8, 1, 3) + b"abc"),
        ("neither images nor labels",),
    ),
    "idx: no partner": (
        file_of("my-labels-idx1-ubyte", struct.pack(">HBBI", 0, 8, 1, 3) + b"abc"),
        ("my-images-idx3-ubyte beside it",),
    ),
    "npz: labels missing": (npz_of(x_train=X4), ("one array x_train of shape (4, 2, 2)",)),
    "npz: half a part missing": (
        npz_of(x_train=X4, y_train=Y4, x_test=X4),
        ("x_test is there, its labels are not",),
    ),
    "npz: unknown arrays": (
        npz_of(u=X4, v=Y4, w=Y4),
        ("holds u, v, w", "such as x_train, y_train"),
    ),
    "npz: no arrays": (npz_of(), ("no files in it",)),
    "npz: pickled objects": (
        npz_of(**{**GOOD, "y_train": np.array([0, 1, 0, {}], object)}),
        ("y_train", "pickled"),
    ),
    "npz: too many dimensions": (
        npz_of(**{**GOOD, "x_train": np.zeros((4, 3, 8, 8, 2), np.uint8)}),
        ("(4, 3, 8, 8, 2)", "in colour (m, height, width, 3)"),
    ),
    "npz: text": (npz_of(**{**GOOD, "x_train": np.full((4, 2), "a")}), ("x_train", "numbers")),
    "npz: complex": (npz_of(**{**GOOD, "x_train": X4 * 1j}), ("x_train", "complex")),
    "npz: dates as labels": (npz_of(**{**GOOD, "y_train": Y4.astype("M8[D]")}), ("y_train",)),
    "npz: rows as labels": (npz_of(**{**GOOD, "y_train": np.ones((4, 4))}), ("(4, 4)", "one-hot")),
    "npz: counts differ": (npz_of(**{**GOOD, "y_test": Y4[:2]}), ("y_test", "2 labels")),
    "npz: sizes differ": (
        npz_of(**{**GOOD, "x_test": np.zeros((4, 3, 3), np.uint8)}),
        ("4 inputs in the training part and 9",),
    ),
    "npz: nothing in it": (npz_of(**{**GOOD, "x_test": X4[:0], "y_test": Y4[:0]}), ("nothing",)),
    "npz: cut short": (npz_cut, ("damaged archive",)),
    "npz: a byte changed": (npz_flipped, ("data.npz",)),
    "npz: a header that lies": (npz_that_lies, ("1000000000000000", "make the file again")),
    "npz: rubbish inside": (npz_of_rubbish, ("x_train is no array",)),
    "npy: cut short": (file_of("x.npy", b"\x93NUMPY\x01\0"), ("x.npy is no array",)),
    "csv: empty": (csv_of(""), ("empty",)),
    "csv: blank lines": (csv_of("\n\n \n"), ("empty",)),
    "csv: header only": (csv_of(KAGGLE), ("no rows",)),
    "csv: one column": (csv_of("1\n2\n3\n"), ("one column",)),
    "csv: ragged": (csv_of(KAGGLE + ROWS + "1,2,3\n"), ("row 22 has 3 cells", "expected 5")),
    "csv: ragged throughout": (csv_of(KAGGLE + "1,2,3\n0,1,2\n"), ("row 2 has 3 cells",)),
    "csv: a row too long": (csv_of(ROWS + "1,2,3,4,5,6\n"), ("row 21 has 6 cells",)),
    "csv: a word": (csv_of(KAGGLE + ROWS + "1,2,x,4,5\n"), ("row 22, column 3 (pixel1): 'x'",)),
    "csv: an empty cell": (csv_of(ROWS + "1,2,,4,5\n"), ("row 21, column 3: ''",)),
    "csv: an underscore": (csv_of(ROWS + "1,2,3_0,4,5\n"), ("row 21, column 3: '3_0'",)),
    "csv: NaN": (csv_of(ROWS + "1,2,nan,4,5\n"), ("row 21, column 3: 'nan'", "finite")),
    "csv: infinity": (csv_of(ROWS + "1,-inf,2,4,5\n"), ("row 21, column 2: '-inf'",)),
    "csv: no column of labels": (csv_of("a,b,c\n1,2,3\n"), ("no column of labels", "label")),
    "csv: beyond float32": (
        csv_of(KAGGLE + ROWS + "1,2,1e39,4,5\n"),
        ("row 22, column 3 (pixel1): '1e39'", "to 3.4e+38"),
    ),
    "csv: a word among labels": (csv_of(ROWS + "no,2,3,4,5\n"), ("row 21, column 1: 'no'",)),
    "csv: a number among words": (
        csv_of("kind,a\nno,1\nyes,2\n3,4\n"),
        ("row 4, column 1 (kind): '3'", "a word"),
    ),
    "csv: an empty label": (csv_of(ROWS + ",2,3,4,5\n"), ("row 21, column 1: ''",)),
    "csv: too many words": (
        csv_of("label,a\n" + "".join(f"w{i},{i}\n" for i in range(1001))),
        ("1,001 different ones",),
    ),
    "csv: a single class": (csv_of("label,a,b\n" + "7,1,2\n" * 4), ("label 7", "two classes")),
    "csv: no classes": (csv_of("7,1,2\n7,2,3\n7,3,4\n7,5,6\n"), ("no column of labels", "label")),
    "csv: not UTF-8": (csv_of("label,a\n1,\udc81\n"), ("UTF-8",)),
    "csv: one endless line": (csv_of("1," * 2_100_000), ("without end",)),
    "binary": (file_of("x.bin", b"\x7fELF\0\0\0\0"), ("7f 45 4c 46", "expected IDX")),
    "pickle": (file_of("x.pkl", pickle.dumps({"a": X4})), ("one array a", "no labels")),
    "one picture": (file_of("x.png", b"\x89PNG\r\n\x1a\n" + bytes(9)), ("a PNG", "sub-folder")),
    "pictures: a single class": (pictures_of(a=[DOT] * 5), ("1 sub-folder;", "at least two")),
    "pictures: none": (pictures_of(a=[], b=[]), ("no pictures",)),
    "pictures: most are none": (no_pictures, ("0.png", "not a picture")),
    "pictures: a class only in test": (strange_class_in_test, ("does not have", "a, b")),
    "folder: empty": (an_empty_folder, ("0 files", "expected IDX files")),
    "folder: with a table": (a_folder_with("data.csv"), ("give the file itself", "data.csv")),
    "folder: in capitals": (a_folder_with("DATA.CSV"), ("give the file itself", "DATA.CSV")),
    "folder: with an archive": (a_folder_with("X.NPZ"), ("X.NPZ", "damaged archive")),
    "a pipe": (a_pipe, ("not a regular file",)),
}


@pytest.mark.parametrize(
    ("make", "says"), CANNOT_BE_USED.values(), ids=[key.replace(" ", "-") for key in CANNOT_BE_USED]
)
def test_cannot_be_used(tmp_path: Path, make: Maker, says: tuple[str, ...]):
    path = make(tmp_path)
    with pytest.raises(DataError) as caught:
        load(path)
    message = str(caught.value)
    for words in says:
        assert words in message
    assert str(tmp_path) in message
    assert "\n" not in message
    assert len(message) < 400 + 3 * len(str(tmp_path))


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("mnst", "did you mean 'mnist'"),
        ("Fashion_MNIST", "did you mean 'fashion-mnist'"),
        ("quite-different", "known are digits, mnist, fashion-mnist"),
        ("data/digit.csv", "did you mean 'digits.csv'"),
        ("data/zzz", "check the name"),
        ("data/nofile.safetensors", "check the name"),
        ("data/gone.png", "a link to nowhere.png, which is not there"),
        ("data/digit.svc", "did you mean 'digits.csv'"),
        ("nowhere/at/all.csv", "not there either"),
        ("a\0b", "no file or folder"),
        ("~nobody-of-this-name/x", "write the path out"),
        ("x" * 5000, "cannot be read"),
    ],
)
def test_names_that_are_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, says: str
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "digits.csv").write_text(ROWS)
    (tmp_path / "data" / "good-3-30-3.safetensors").touch()
    (tmp_path / "data" / "noise.png").touch()
    (tmp_path / "data" / "gone.png").symlink_to("nowhere.png")
    with pytest.raises(DataError, match=says):
        load(source)


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str):
    path = tmp_path / "own.csv"
    if kind == "file":
        path.write_text(ROWS)
    else:
        path.mkdir()

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    # Whoever runs the tests may be allowed everything: the refusal is the test's.
    monkeypatch.setattr(Path, "open", refuse)
    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(DataError, match=r"own.csv: no permission"):
        load(path)


def test_an_archive_that_unpacks_to_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("chainrule.data.npz.MAX_BYTES", 1000)
    with pytest.raises(DataError, match=r"x_train unpacks to 40,128 bytes; expected at most 1,000"):
        load(npz_of(**{**GOOD, "x_train": np.zeros((4, 100, 100), np.uint8)})(tmp_path))


def test_any_cut_or_flipped_archive_is_an_error_or_the_data(tmp_path: Path):
    """No damage to an .npz file gets past DataError."""
    rng = np.random.default_rng(0)
    x = rng.integers(0, 256, (30, 3, 3), dtype=np.uint8)
    path = tmp_path / "data.npz"
    np.savez_compressed(path, x_train=x, y_train=Y4.repeat(8)[:30], x_test=x[:4], y_test=Y4)
    whole = path.read_bytes()
    outcomes = set()
    for _ in range(300):
        content = bytearray(whole)
        content[rng.integers(len(content))] ^= int(rng.integers(1, 256))
        path.write_bytes(
            content[: rng.integers(1, len(content))] if rng.random() < 0.2 else content
        )
        try:
            outcomes.add(load(path).name)
        except DataError as error:
            outcomes.add(type(error).__name__)
    assert outcomes <= {"data", "DataError"}
    assert "DataError" in outcomes


# --- what can be used and yet looks wrong --------------------------------------------------------


def test_check_finds_what_looks_wrong(tmp_path: Path, images: np.ndarray, labels: np.ndarray):
    train = images.copy()
    train[4] = 9
    write_idx(tmp_path / "train-images-idx3-ubyte", train)
    write_idx(tmp_path / "train-labels-idx1-ubyte", np.where(labels == 2, 4, labels))
    write_idx(tmp_path / "t10k-images-idx3-ubyte", images[[0, 1, 7]])
    write_idx(tmp_path / "t10k-labels-idx1-ubyte", labels[[0, 1, 7]])
    report = check(tmp_path)
    text = " | ".join(report.warnings)
    assert not report.verified
    assert report.classes == ("0", "1", "4")
    assert "no example in test of class 4" in text
    assert "one value throughout" in text
    among = sum(int(w.split()[0]) for w in report.warnings if "of test are in" in w)
    assert among == 3
    assert report.to_dict()["examples"] == {"train": 50, "validation": 10, "test": 3}


def test_check_of_the_bundled_digits():
    report = check("digits")
    assert report.verified
    assert report.warnings == ()
    assert sum(report.class_counts["test"]) == 300


def test_read_idx_and_load_agree(idx_folder: Path, images: np.ndarray):
    assert np.array_equal(read_idx(idx_folder / "images-idx3-ubyte.gz"), images)


@pytest.mark.parametrize("dark_on_light", [False, True])
@pytest.mark.parametrize("sides", [((20, 20), (20, 20)), ((90, 40), (50, 70))])
def test_one_more_picture_is_treated_as_those_of_the_folder(
    tmp_path: Path, dark_on_light: bool, sides: tuple[tuple[int, int], tuple[int, int]]
):

    rng = np.random.default_rng(5)
    paths = []
    for label in ("left", "right"):
        (tmp_path / label).mkdir()
        for number in range(6):
            grey = np.zeros(sides[number % 2], np.uint8)
            grey[5:15, 4:9] = rng.integers(100, 256, (10, 5))
            path = tmp_path / label / f"{number}.png"
            Image.fromarray(255 - grey if dark_on_light else grey).save(path)
            paths.append(path)
    data = load(tmp_path)
    assert data.inverted is dark_on_light
    assert data.image_shape is not None
    known = {row.tobytes() for split in data.splits().values() for row in split.X}
    for path in paths:
        again = place_picture(path, data.image_shape, inverted=dark_on_light)
        assert again.tobytes() in known


@pytest.mark.parametrize("light_ground", [False, True])
def test_every_picture_counts_alike_in_whether_they_are_dark_on_light(
    tmp_path: Path, light_ground: bool
):
    """20 to train on against 4 in the two small parts: most pictures decide, not most parts."""
    page = np.full((9, 9), 255 if light_ground else 0, np.uint8)
    page[3:6, 4] = 128
    save_pictures(tmp_path / "train", {"a": [page] * 10, "b": [page] * 10})
    for part in ("validation", "test"):
        save_pictures(tmp_path / part, {"a": [255 - page], "b": [255 - page]})
    assert load(tmp_path).inverted is light_ground


@pytest.mark.parametrize("twins", [("val", "validation"), ("test", "Testing")])
def test_two_folders_for_one_part(tmp_path: Path, images: np.ndarray, twins: tuple[str, str]):
    for part in ("train", *twins):
        save_pictures(tmp_path / part, {"a": [*images[:5]], "b": [*images[5:10]]})
    with pytest.raises(DataError, match=r"both name the (validation|test) part"):
        load(tmp_path)
