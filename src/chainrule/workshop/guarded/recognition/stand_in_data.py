"""Small random data in the place of data sets that are not there, of the shapes that these have."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from chainrule.workshop.guarded.recognition.stand_in_tables import Table

Array = np.ndarray[Any, Any]
CLASSES, SIDE = 10, 28
MOST_ROWS, MOST_SLICED, MOST_FEATURES = 70_000, 5_000, 1_000


class Rows:
    """How many examples the digits have: for training, and for testing."""

    training, testing = 60, 20


def fit_to(tree: ast.Module) -> None:
    """Take as many rows as the file asks for by numbers: `reshape(1000, 784)`, `X[:1000]`."""
    shaped = sorted(n for n in first_of_reshape(tree) if 60 < n <= MOST_ROWS)
    sliced = [n for n in ends_of_slices(tree) if 60 < n <= MOST_SLICED]
    if shaped:
        Rows.training = max(shaped)
        Rows.testing = max((n for n in shaped if n <= 10_000), default=Rows.testing)
    if sliced:
        Rows.training = max(Rows.training, max(sliced) + 60)


def first_of_reshape(tree: ast.Module) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            first = node.args[0]
            first = first.elts[0] if isinstance(first, ast.Tuple) and first.elts else first
            if node.func.attr == "reshape":
                yield from number(first)


def ends_of_slices(tree: ast.Module) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Slice):
            for end in (node.lower, node.upper):
                yield from number(end)


def number(node: ast.AST | None) -> Iterator[int]:
    if isinstance(node, ast.Constant) and type(node.value) is int:
        yield node.value


def digits(m: int | None = None) -> tuple[Array, Array]:
    """A few images (m, 28, 28) of bytes and their labels, some of them again and again."""
    m = Rows.training if m is None else m
    few = np.random.default_rng(0).integers(0, 256, (min(m, 60), SIDE, SIDE)).astype(np.uint8)
    return few[np.arange(m) % len(few)], np.arange(m) % CLASSES


def pairs() -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """(images, labels) for training and for testing."""
    (X, y), (V, v) = digits(), digits(Rows.testing)
    return (X, y.astype(np.uint8)), (V, v.astype(np.uint8))


def load_data(*_: Any, **__: Any) -> Any:
    """(images, labels) twice, as Keras gives them."""
    return pairs()


def load_mnist(
    *paths: Any,
    kind: str = "",
    normalize: bool = True,
    flatten: bool = True,
    one_hot_label: bool = False,
    **_: Any,
) -> Any:
    """Flat images and labels: of one kind, as those of a path are, or for training and testing."""
    found = []
    for X, y in pairs():
        rows = X.reshape(len(X), -1) if flatten else X[:, None]
        rows = rows / 255 if normalize and not kind else rows
        found.append((rows, np.eye(CLASSES)[y] if one_hot_label else y.astype(int)))
    if kind or len(paths) > 1 or "images_path" in _:
        return found[int(str(kind).startswith("t1") or kind == "test")]
    return tuple(found)


def mnist_load(*_: Any, **__: Any) -> Any:
    """Flat training images, their labels, and those for testing, as `mnist.load()` gives them."""
    (X, y), (V, v) = pairs()
    return X.reshape(len(X), -1), y, V.reshape(len(V), -1), v


def lists(*_: Any, **__: Any) -> Any:
    """Images and labels as lists."""
    X, y = digits()
    return X.reshape(len(X), -1).tolist(), y.tolist()


def table(*_: Any, **__: Any) -> Table:
    """A table with a column of labels and 784 of pixels, as Kaggle's train.csv."""
    X, y = digits()
    values = np.column_stack([y, X.reshape(len(X), -1)]).astype(np.int64)
    return Table(values, ["label", *(f"pixel{i}" for i in range(SIDE**2))])


def dummies(labels: Any, *_: Any, **__: Any) -> Table:
    """A column for each class, with ones where it is the example's; of a column, or of a list."""
    classes, numbers = np.unique(np.asarray(labels), return_inverse=True)
    return Table(np.eye(len(classes))[numbers.reshape(-1)], [str(each) for each in classes])


def numbers(*_: Any, **__: Any) -> Array:
    """A table of numbers, labels first."""
    return table().values.astype(np.float64)


class Bunch(dict[str, Any]):
    """A dictionary whose entries are attributes, too."""

    def __getattr__(self, name: str) -> Any:
        if name not in self:
            raise AttributeError(name)
        return self[name]


def bunch(*_: Any, **options: Any) -> Any:
    """Digits as scikit-learn gives those of OpenML."""
    X, y = digits()
    rows = X.reshape(len(X), -1) / 255
    found = Bunch(data=rows, target=y, images=X / 255)
    found["target_names"] = [str(i) for i in range(CLASSES)]
    return (found["data"], found["target"]) if options.get("return_X_y") else found


def of_shape(m: int, n: int, classes: int) -> Callable[..., Any]:
    """A data set of scikit-learn: m examples of n numbers, in blocks of classes."""

    def give(*_: Any, **options: Any) -> Any:
        rng = np.random.default_rng(0)
        X = rng.normal(size=(m, n))
        y = np.arange(m) * classes // m if classes else rng.normal(size=m)
        if options.get("return_X_y"):
            return X, y
        found = Bunch(data=X, target=y, feature_names=[f"x{i}" for i in range(n)])
        found["target_names"] = np.array([f"class {i}" for i in range(classes)])
        if n == 64:
            found["images"] = X.reshape(m, 8, 8)
        return found

    return give


def points(*given: Any, n_features: Any = 2, n_classes: Any = 2, **options: Any) -> Any:
    """Examples (m, n) and their labels, as many as are asked for."""
    m = options.get("n_samples", given[0] if given else 100)
    m = sum(m) if isinstance(m, tuple) else m
    m = min(int(m), MOST_SLICED)
    centers = options.get("centers", n_classes)
    classes = centers if isinstance(centers, int) else len(centers)
    rng = np.random.default_rng(0)
    y = np.arange(m) % classes
    return rng.normal(size=(m, min(int(n_features), MOST_FEATURES))) + 0.5 * y[:, None], y


def regression(*given: Any, n_features: int = 100, n_targets: int = 1, **options: Any) -> Any:
    """Examples and numbers for them."""
    X, _ = points(*given, n_features=n_features, **options)
    Y = np.random.default_rng(1).normal(size=(len(X), n_targets))
    return X, Y[:, 0] if n_targets == 1 else Y


def by_classes(samples: int = 100, classes: int = 3, **_: Any) -> Any:
    """So many points (x, y) of each class, and their classes."""
    m = min(int(samples) * int(classes), MOST_SLICED)
    y = np.arange(m) * int(classes) // max(m, 1)
    return np.random.default_rng(0).normal(size=(m, 2)) + 0.3 * y[:, None], y.astype(np.uint8)


def curve(samples: int = 1000, **_: Any) -> Any:
    """Points of a curve, as two columns."""
    X = (np.arange(min(int(samples), MOST_SLICED)) / samples)[:, None]
    return X, np.sin(2 * np.pi * X)


def split(*arrays: Any, **__: Any) -> list[Any]:
    """The first two thirds of each, and the rest."""
    found = []
    for each in arrays:
        at = 2 * len(each) // 3
        found += [each[:at], each[at:]]
    return found


GIVING: dict[str, Callable[..., Any]] = {
    **{f"make_{kind}": points for kind in ("moons", "circles", "blobs", "classification")},
    **dict.fromkeys(("make_gaussian_quantiles", "make_hastie_10_2"), points),
    "make_regression": regression,
    **dict.fromkeys(("spiral_data", "vertical_data"), by_classes),
    "sine_data": curve,
    "load_iris": of_shape(150, 4, 3),
    "load_wine": of_shape(178, 13, 3),
    "load_breast_cancer": of_shape(569, 30, 2),
    "load_digits": of_shape(1797, 64, 10),
    "load_diabetes": of_shape(442, 10, 0),
    "load_boston": of_shape(506, 13, 0),
    "fetch_california_housing": of_shape(500, 8, 0),
    "train_test_split": split,
    "load_data": load_data,
    "read_csv": table,
    "read_excel": table,
    "get_dummies": dummies,
    "fetch_openml": bunch,
    "fetch_mldata": bunch,
    **dict.fromkeys(("load_mnist", "loadlocal_mnist"), load_mnist),
    "mnist_data": lambda *_, **__: load_mnist("", ""),
    "train_images": lambda *_, **__: digits()[0],
    "train_labels": lambda *_, **__: digits()[1].astype(np.uint8),
    "test_images": lambda *_, **__: digits(Rows.testing)[0],
    "test_labels": lambda *_, **__: digits(Rows.testing)[1].astype(np.uint8),
    **dict.fromkeys(("load_training", "load_testing"), lists),
}
