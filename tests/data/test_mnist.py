"""MNIST is MNIST: published counts and moments, to the bit; and nothing else passes for it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from chainrule.data import (
    MNIST,
    DataError,
    cache_folder,
    check,
    describe,
    fetch,
    folder_of,
    load,
    read_idx,
    write_idx,
)


def test_published_facts(mnist_folder: Path):
    data = load("mnist", data_dir=mnist_folder)
    train = np.concatenate([data.train.y, data.validation.y])
    assert np.bincount(train).tolist() == [
        5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949,
    ]  # fmt: skip
    assert np.bincount(data.test.y).tolist() == [
        980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009,
    ]  # fmt: skip
    assert train[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    # Of the 60,000 training images: mean 0.1307, standard deviation 0.3081.
    parts = (data.train.values, data.validation.values)
    counts = np.sum([np.bincount(values.reshape(-1), minlength=256) for values in parts], axis=0)
    levels = np.arange(256) / 255
    mean = (counts * levels).sum() / counts.sum()
    deviation = np.sqrt((counts * (levels - mean) ** 2).sum() / counts.sum())
    assert round(mean, 4) == 0.1307
    assert round(deviation, 4) == 0.3081


def test_splits_are_views_of_the_files(mnist_folder: Path):
    data = load("mnist", data_dir=mnist_folder)
    sizes = {name: len(split) for name, split in data.splits().items()}
    assert sizes == {"train": 50_000, "validation": 10_000, "test": 10_000}
    assert describe("mnist").examples == sizes
    assert data.train.values.dtype == np.uint8
    assert data.train.scale == 1 / 255
    first, last = data.train.values, data.validation.values
    step = first[50_000 - 1 :].__array_interface__["data"][0] + 784
    assert last.__array_interface__["data"][0] == step
    assert vars(data.train).keys() == {"values", "scale", "y"}, "X is not made yet"


@pytest.mark.parametrize("how", ["folder", "parent", "variable", "torchvision"])
def test_where_it_is_found(
    mnist_folder: Path, tmp_path: Path, how: str, monkeypatch: pytest.MonkeyPatch
):
    home = {"folder": "x", "parent": "x/mnist", "variable": "mnist", "torchvision": "x/MNIST/raw"}
    folder = tmp_path / home[how]
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.symlink_to(mnist_folder)
    if how == "variable":
        monkeypatch.setenv("CHAINRULE_DATA", str(tmp_path))
        assert len(load("mnist").test) == 10_000
        assert fetch("mnist") == folder
    else:
        assert len(load("mnist", data_dir=tmp_path / "x").test) == 10_000
        assert describe("mnist", data_dir=tmp_path / "x").where == folder


def test_given_as_a_path_it_is_recognised(mnist_folder: Path, tmp_path: Path):
    npz = tmp_path / "mnist.npz"
    arrays = {
        f"{axis}_{part}": read_idx(next(mnist_folder.glob(f"{stem}-{kind}-idx*")))
        for part, stem in (("train", "train"), ("test", "t10k"))
        for axis, kind in (("x", "images"), ("y", "labels"))
    }
    np.savez(npz, **arrays)  # pyright: ignore[reportArgumentType]
    for path in (mnist_folder, npz):
        data = load(path)
        assert data.name == "mnist"
        assert len(data.validation) == 10_000
        assert check(path).verified


def test_no_warning_about_the_true_one(mnist_folder: Path):
    report = check("mnist", data_dir=mnist_folder)
    assert report.verified
    assert report.warnings == ()
    assert report.examples == {"train": 50_000, "validation": 10_000, "test": 10_000}


def test_one_pixel_off_is_not_mnist(mnist_folder: Path, tmp_path: Path):
    folder = tmp_path / "mnist"
    folder.mkdir()
    for path in mnist_folder.iterdir():
        if not path.name.startswith("t10k-images"):
            (folder / path.name).symlink_to(path)
    images = read_idx(next(mnist_folder.glob("t10k-images*"))).copy()
    images[17, 3, 4] ^= 1
    write_idx(folder / "t10k-images-idx3-ubyte", images)
    with pytest.raises(DataError, match=r"t10k-images.*not the true one of mnist"):
        load("mnist", data_dir=tmp_path)
    with pytest.raises(DataError, match="not the true one"):
        fetch("mnist", data_dir=tmp_path)
    own = load(folder)
    assert own.train.values.shape == (50_000, 784)
    report = check(folder)
    assert not report.verified
    assert any("SHA-256 differs" in warning for warning in report.warnings)


def test_well_formed_files_that_are_not_mnist(
    tmp_path: Path, images: np.ndarray, labels: np.ndarray
):
    for part in ("train", "t10k"):
        write_idx(tmp_path / f"{part}-images-idx3-ubyte.gz", images)
        write_idx(tmp_path / f"{part}-labels-idx1-ubyte.gz", labels)
    with pytest.raises(DataError, match="not the true one of mnist"):
        load("mnist", data_dir=tmp_path)
    data = load(tmp_path)
    assert len(data.test) == 60
    assert len(data.train) == 50
    assert data.image_shape == (6, 5)


def test_one_file_missing(mnist_folder: Path, tmp_path: Path):
    for path in mnist_folder.iterdir():
        if not path.name.startswith("t10k-labels"):
            (tmp_path / path.name).symlink_to(path)
    with pytest.raises(DataError, match="t10k-labels-idx1-ubyte is missing"):
        load("mnist", data_dir=tmp_path)


def test_the_folder_given_comes_before_the_variable_and_that_before_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    given, named = tmp_path / "given", tmp_path / "named"
    places = [given / "mnist", named / "mnist", cache_folder(MNIST)]
    monkeypatch.setenv("CHAINRULE_DATA", str(named))
    for place in places:
        place.mkdir(parents=True)
        (place / "train-images-idx3-ubyte").touch()
    for place in places:
        assert folder_of(MNIST, given) == place
        (place / "train-images-idx3-ubyte").unlink()
    assert folder_of(MNIST, given) is None


def test_folders_that_are_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(DataError, match="data_dir"):
        load("mnist", data_dir=tmp_path / "nowhere")
    monkeypatch.setenv("CHAINRULE_DATA", str(tmp_path / "nowhere"))
    with pytest.raises(DataError, match="CHAINRULE_DATA"):
        load("fashion-mnist")
    assert load("digits").name == "digits"


def test_a_folder_of_mnist_is_not_taken_for_fashion(mnist_folder: Path):
    assert describe("fashion-mnist", data_dir=mnist_folder).where is None
