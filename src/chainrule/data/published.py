"""The data sets known by name: their files, the SHA-256 of each, and where they lie.

SHA-256 is of the uncompressed IDX file, so that any way of compressing it will do.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from chainrule.data.dataset import Dataset, Split
from chainrule.data.errors import DataError
from chainrule.data.examples import Examples, Parts
from chainrule.data.idx import fingerprint, read_idx
from chainrule.data.paths import list_folder, open_file, refused, user_path
from chainrule.ground.faults import Call

VARIABLE = "CHAINRULE_DATA"
VALIDATION = 10_000  # the last of the training file, as in Nielsen's mnist_loader.py


@dataclass(frozen=True)
class File:
    """One IDX file of a published data set."""

    name: str
    shape: tuple[int, ...]
    sha256: str


@dataclass(frozen=True)
class Published:
    """A data set in four IDX files, published once and never changed."""

    name: str
    title: str
    files: tuple[File, File, File, File]  # training images and labels, test images and labels
    classes: tuple[str, ...]
    mirrors: tuple[str, ...]
    folders: tuple[str, ...]  # names its folder goes by, ours first
    download_bytes: int
    licence: str
    source: str

    @property
    def examples(self) -> dict[str, int]:
        """How many each split holds."""
        whole, test = self.files[0].shape[0], self.files[2].shape[0]
        return {"train": whole - VALIDATION, "validation": VALIDATION, "test": test}


def _files(
    train_images: str, train_labels: str, test_images: str, test_labels: str
) -> tuple[File, File, File, File]:
    return (
        File("train-images-idx3-ubyte", (60_000, 28, 28), train_images),
        File("train-labels-idx1-ubyte", (60_000,), train_labels),
        File("t10k-images-idx3-ubyte", (10_000, 28, 28), test_images),
        File("t10k-labels-idx1-ubyte", (10_000,), test_labels),
    )


MNIST = Published(
    name="mnist",
    title="MNIST: 70,000 handwritten digits",
    files=_files(
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ),
    classes=tuple("0123456789"),
    mirrors=(
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ),
    folders=("mnist", "MNIST/raw"),
    download_bytes=11_594_722,
    licence="CC BY-SA 3.0 (as its distributors state it)",
    source=(
        "MNIST database of handwritten digits, Y. LeCun, C. Cortes, C. J. C. Burges, 1998, "
        "http://yann.lecun.com/exdb/mnist/"
    ),
)

FASHION_MNIST = Published(
    name="fashion-mnist",
    title="Fashion-MNIST: 70,000 pictures of clothing, in MNIST's format",
    files=_files(
        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    ),
    classes=(
        "T-shirt/top",
        "Trouser",
        "Pullover",
        "Dress",
        "Coat",
        "Sandal",
        "Shirt",
        "Sneaker",
        "Bag",
        "Ankle boot",
    ),
    mirrors=(
        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    ),
    folders=("fashion-mnist", "FashionMNIST/raw"),
    download_bytes=30_878_645,
    licence="MIT",
    source=(
        "Fashion-MNIST, H. Xiao, K. Rasul, R. Vollgraf (Zalando Research), 2017, "
        "https://github.com/zalandoresearch/fashion-mnist"
    ),
)

PUBLISHED = {published.name: published for published in (MNIST, FASHION_MNIST)}


def cache_folder(published: Published) -> Path:
    """Where a download is kept: the user's cache directory."""
    import platformdirs

    return Path(platformdirs.user_cache_dir("chainrule")) / published.name


def folder_of(published: Published, data_dir: Path | None) -> Path | None:
    """The folder that holds the data set, or some of it: first in `data_dir`, then in
    CHAINRULE_DATA, then in the cache. None if it is nowhere.

    Each of the first two may be the folder itself or a parent of it; DataError if there is no
    such folder.
    """
    named = [data_dir] if data_dir is not None else []
    if os.environ.get(VARIABLE):
        named.append(user_path(os.environ[VARIABLE]))
    for folder in named:
        try:
            if not folder.is_dir():
                raise _no_such_folder(folder, None if folder is data_dir else VARIABLE)
            place = _in_folder(published, folder)
        except OSError as error:
            raise refused(folder, error) from error
        if place is not None:
            return place
    cache = cache_folder(published)
    return cache if any(file_in(cache, file) for file in published.files) else None


def _no_such_folder(folder: Path, variable: str | None) -> DataError:
    return DataError(
        lambda called: (
            f"{folder}: no such folder; {variable or called('data_dir')} must name one that exists"
        )
    )


def is_whole(published: Published, folder: Path) -> bool:
    """Whether all four files are in the folder, right or not."""
    return all(file_in(folder, file) for file in published.files)


def read_published(published: Published, folder: Path) -> Dataset:
    """The data set from its folder; DataError unless every file is the published one."""
    arrays: list[np.ndarray] = []
    for file in published.files:
        path = file_in(folder, file)
        if path is None:
            raise _missing(published, folder, file)
        arrays.append(verified(published, file, path))
    return published_dataset(published, arrays)


def _missing(published: Published, folder: Path, file: File) -> DataError:
    return DataError(
        lambda called: (
            f"{folder}: {file.name} is missing; expected {published.name}'s four files there, "
            f"plain or .gz. Fetch it: {called(fetching(published))}"
        )
    )


def fetching(published: Published, folder: Path | None = None) -> Call:
    """The call that fetches the data set, into a folder of the user's own or the cache."""
    settings = {} if folder is None else {"data_dir": str(folder)}
    return Call("data.fetch", (published.name,), settings)


class Damaged(DataError):
    """A file that cannot be what it is called: cut short, or not in its format."""


def verified(published: Published, file: File, path: Path) -> np.ndarray:
    """The array in one file; DataError unless it is the published one, Damaged if it is no array.

    A file that may not be read is not damaged.
    """
    open_file(path).close()
    try:
        array = read_idx(path)
    except DataError as error:
        own = path.parent if path.parent != cache_folder(published) else None
        problem = str(error)
        raise Damaged(
            lambda called: f"{problem}. Fetch it: {called(fetching(published, own))}"
        ) from error
    sha256 = fingerprint(array)
    if sha256 != file.sha256:
        raise DataError(
            lambda called: (
                f"{path}: a well-formed file, but not the true one of {published.name}: SHA-256 "
                f"{sha256[:12]}..., expected {file.sha256[:12]}... Remove it and fetch it again "
                f"({called(fetching(published))}), or give the folder {path.parent} itself as the "
                "data to use it as your own"
            )
        )
    return array


def published_dataset(published: Published, arrays: list[np.ndarray]) -> Dataset:
    """The data set of its four arrays; the splits are views of them."""
    train_images, train_labels, test_images, test_labels = arrays
    train, test = (images.reshape(len(images), -1) for images in (train_images, test_images))
    y, y_test = train_labels.astype(np.int64), test_labels.astype(np.int64)
    scale = 1 / 255
    return Dataset(
        name=published.name,
        train=Split(train[:-VALIDATION], scale, y[:-VALIDATION]),
        validation=Split(train[-VALIDATION:], scale, y[-VALIDATION:]),
        test=Split(test, scale, y_test),
        classes=published.classes,
        image_shape=(28, 28),
        source=published.source,
    )


def recognise(parts: Parts) -> Dataset | None:
    """The published data set that these examples are, to the bit, whatever file they came in."""
    train, test = parts.train, parts.test
    if train is None or test is None or parts.validation is not None:
        return None
    if train.values.dtype != np.uint8 or train.y.dtype != np.int64 or test.y.dtype != np.int64:
        return None
    arrays = [
        _as_images(train),
        train.y.astype(np.uint8),
        _as_images(test),
        test.y.astype(np.uint8),
    ]
    for published in PUBLISHED.values():
        # Labels first: they are small, and differ between the data sets.
        if all(arrays[i].shape == published.files[i].shape for i in range(4)) and all(
            fingerprint(arrays[i]) == published.files[i].sha256 for i in (3, 1, 2, 0)
        ):
            return published_dataset(published, arrays)
    return None


def _as_images(part: Examples) -> np.ndarray:
    shape = part.image_shape or (part.values.shape[1],)
    return part.values.reshape(len(part), *shape)


def file_in(folder: Path, file: File) -> Path | None:
    """The file in a folder: plain or gzipped, spelt with a hyphen or a dot, or None."""
    for name in (file.name, file.name.replace("-idx", ".idx")):
        for path in (folder / name, folder / f"{name}.gz"):
            try:
                if path.is_file():
                    return path
            except OSError as error:
                raise refused(path, error) from error
    return None


def _in_folder(published: Published, folder: Path) -> Path | None:
    for place in [*(folder / name for name in published.folders), folder]:
        if not place.is_dir():
            continue
        list_folder(place)  # an error if it may not be read
        if any(file_in(place, file) for file in published.files) and not _is_another(
            published, place
        ):
            return place
    return None


def _is_another(published: Published, folder: Path) -> bool:
    """Whether the folder holds another of the known data sets, by its test labels."""
    path = file_in(folder, published.files[3])
    if path is None:
        return False
    try:
        sha256 = fingerprint(read_idx(path))
    except DataError:  # a damaged file has none
        return False
    return sha256 in {other.files[3].sha256 for other in PUBLISHED.values() if other != published}
