"""Modules that stand in for plotting, data sets and what is not installed; small data for both.

A network does not need them to be graded. Whatever is asked of a stand-in gives another stand-in;
what reads data gives a few random digits.
"""

from __future__ import annotations

import builtins
import importlib.abc
import importlib.machinery
import importlib.util
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from types import ModuleType
from typing import Any

import numpy as np

SHOWING = ("matplotlib", "seaborn", "plotly", "pylab", "bokeh", "IPython", "wandb", "tensorboardX")
LOADING = ("keras", "tensorflow", "torchvision", "mnist", "idx2numpy", "mlxtend", "datasets", "cv2")
ALWAYS = {*SHOWING, *LOADING, "sklearn", "tkinter", "pygame", "requests", "google", "numba", "cupy"}
"""Replaced even where they are installed: they show windows, fetch data, or take long to load."""
EXAMPLES, CLASSES, SIDE = 60, 10, 28


class Anything:
    """Every attribute and every call of it gives another; it is empty, and a number 1."""

    def __init__(self, name: str = "stand-in") -> None:
        self.__dict__["_name"] = name

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return made(f"{self._name}.{name}")

    def __setattr__(self, name: str, value: Any) -> None:
        pass

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        if len(arguments) == 1 and not options and callable(arguments[0]):
            return arguments[0]  # a decorator
        return self

    def __getitem__(self, key: Any) -> Any:
        return self

    def __setitem__(self, key: Any, value: Any) -> None:
        pass

    def __iter__(self) -> Iterator[Any]:
        return iter((self, self))

    def __len__(self) -> int:
        return 0

    def __bool__(self) -> bool:
        return False

    def __enter__(self) -> Anything:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        return (object,)


def made(name: str) -> Any:
    """The stand-in of this dotted name."""
    last = name.rpartition(".")[2]
    if last in GIVING:
        return GIVING[last]
    if last in ("tqdm", "trange", "prange", "track", "progress_bar"):
        return passing if last != "trange" and last != "prange" else range
    if last in ("jit", "njit", "vectorize", "function"):
        return lambda *given, **_: given[0] if given and callable(given[0]) else lambda f: f
    if last == "expit":
        return lambda z: 0.5 * (1 + np.tanh(0.5 * np.asarray(z)))
    if last in ("to_categorical", "one_hot"):
        return lambda y, n=None, **_: np.eye(n or int(np.max(y)) + 1)[np.asarray(y, int)]
    return Anything(name)


def passing(items: Any = (), *_: Any, **__: Any) -> Any:
    """What a progress bar is without its bar."""
    return items


def digits() -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """A few images (m, 28, 28) of bytes and their labels."""
    rng = np.random.default_rng(0)
    labels = np.arange(EXAMPLES) % CLASSES
    return rng.integers(0, 256, (EXAMPLES, SIDE, SIDE)).astype(np.uint8), labels


def load_data(*_: Any, **__: Any) -> Any:
    """(images, labels) twice, as Keras gives them."""
    X, y = digits()
    return (X, y.astype(np.uint8)), (X[:20], y[:20].astype(np.uint8))


def table(*_: Any, **__: Any) -> Table:
    """A table with a column of labels and 784 of pixels, as Kaggle's train.csv."""
    X, y = digits()
    values = np.column_stack([y, X.reshape(EXAMPLES, -1)]).astype(np.int64)
    return Table(values, ["label", *(f"pixel{i}" for i in range(SIDE**2))])


def numbers(*_: Any, **__: Any) -> np.ndarray[Any, Any]:
    """A table of numbers, labels first."""
    return table().values.astype(np.float64)


def bunch(*_: Any, **options: Any) -> Any:
    """A data set as scikit-learn gives it."""
    X, y = digits()
    found = Bunch(data=X.reshape(EXAMPLES, -1) / 255, target=y, images=X / 255)
    found["target_names"] = [str(i) for i in range(CLASSES)]
    if options.get("return_X_y"):
        return found["data"], found["target"]
    return found


class Bunch(dict[str, Any]):
    """A dictionary whose entries are attributes, too."""

    def __getattr__(self, name: str) -> Any:
        if name not in self:
            raise AttributeError(name)
        return self[name]


def iris(*_: Any, **options: Any) -> Any:
    """Examples (m, 4) of three classes."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(EXAMPLES, 4)), np.arange(EXAMPLES) % 3
    return (X, y) if options.get("return_X_y") else Bunch(data=X, target=y)


def points(*_: Any, **__: Any) -> Any:
    """Examples (m, 2) and their labels."""
    rng = np.random.default_rng(0)
    return rng.normal(size=(EXAMPLES, 2)), np.arange(EXAMPLES) % 2


def split(*arrays: Any, **__: Any) -> list[Any]:
    """The first two thirds of each, and the rest."""
    found = []
    for each in arrays:
        at = 2 * len(each) // 3
        found += [each[:at], each[at:]]
    return found


class Passing:
    """Scales nothing, and gives back what it is fed; classes as rows of zeros with a 1."""

    def __init__(self, *_: Any, **__: Any) -> None:
        self.sparse = None

    def fit(self, *_: Any, **__: Any) -> Passing:
        return self

    def transform(self, X: Any) -> Any:
        return X

    def fit_transform(self, X: Any, *_: Any) -> Any:
        return X


class Encoding(Passing):
    def transform(self, X: Any) -> Any:
        labels = np.asarray(X).reshape(-1).astype(int)
        return np.eye(int(labels.max()) + 1)[labels]

    def fit_transform(self, X: Any, *_: Any) -> Any:
        return self.transform(X)


PASSING = ("StandardScaler", "MinMaxScaler", "LabelEncoder", "PCA", "Normalizer")
GIVING: dict[str, Callable[..., Any]] = {
    **{f"make_{kind}": points for kind in ("moons", "circles", "blobs", "classification")},
    **{f"load_{kind}": iris for kind in ("iris", "wine")},
    **{f"load_{kind}": bunch for kind in ("digits", "breast_cancer", "diabetes")},
    **dict.fromkeys(PASSING, Passing),
    **dict.fromkeys(("OneHotEncoder", "LabelBinarizer"), Encoding),
    "train_test_split": split,
    "accuracy_score": lambda *_, **__: 0.5,
    "load_data": load_data,
    "read_csv": table,
    "read_excel": table,
    "fetch_openml": bunch,
    "load_mnist": load_data,
}


class Table:
    """The little of a pandas.DataFrame that scripts use before they have arrays."""

    def __init__(self, values: np.ndarray[Any, Any], columns: Sequence[str]) -> None:
        self.values, self.columns = values, list(columns)
        self.iloc = self.loc = self

    @property
    def shape(self) -> tuple[int, ...]:
        return self.values.shape

    @property
    def T(self) -> Table:
        return Table(self.values.T, [])

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray[Any, Any]:
        return np.asarray(self.values, dtype)

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, str):
            return self.values[:, self.columns.index(key) if key in self.columns else 0]
        if isinstance(key, list) and key and isinstance(key[0], str):
            kept = [c for c in key if c in self.columns]
            return Table(self.values[:, [self.columns.index(c) for c in kept]], kept)
        found = self.values[key]
        return Table(found, self.columns) if found.ndim == 2 else found

    def drop(self, columns: Any = None, *_: Any, labels: Any = None, **__: Any) -> Table:
        wanted = columns if columns is not None else labels
        gone = {wanted} if isinstance(wanted, str) else set(wanted or ())
        kept = [c for c in self.columns if c not in gone]
        return Table(self.values[:, [self.columns.index(c) for c in kept]], kept)

    def pop(self, name: str) -> np.ndarray[Any, Any]:
        column = self[name]
        left = self.drop(name)
        self.values, self.columns = left.values, left.columns
        return column

    def to_numpy(self, *_: Any, **__: Any) -> np.ndarray[Any, Any]:
        return self.values

    def sample(self, *_: Any, **__: Any) -> Table:
        return self

    def __truediv__(self, other: Any) -> Table:
        return Table(self.values / other, self.columns)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name in self.__dict__.get("columns", ()):
            return self[name]
        return lambda *_, **__: self


class StandIn(ModuleType):
    """A module of which everything can be imported."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__path__ = []
        self.__all__ = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return made(f"{self.__name__}.{name}")


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds a stand-in for `ALWAYS`, and for what nobody else finds."""

    def __init__(self, names: set[str] | None, own: Callable[[str], bool], folder: str) -> None:
        self.names, self.own, self.folder = names, own, folder

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> Any:
        top = fullname.partition(".")[0]
        if self.own(top) or top == "chainrule" or not self.asked_by_them():
            return None
        if self.names is not None:
            if top not in self.names:
                return None
        elif not isinstance(sys.modules.get(top), StandIn) and "." in fullname:
            return None  # a part that a real package lacks
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def asked_by_them(self) -> bool:
        """Whether the import stands in their files, not in a library that does without it."""
        frame = sys._getframe(2)
        while frame is not None and "importlib" in frame.f_code.co_filename:
            frame = frame.f_back
        return frame is not None and frame.f_code.co_filename.startswith(self.folder)

    def create_module(self, spec: Any) -> ModuleType:
        return StandIn(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        pass


def put_in_place(own: Callable[[str], bool], folder: str) -> None:
    """From now on, stand-ins are imported, and what reads files that are not there gives data."""
    for name in [n for n in sys.modules if n.partition(".")[0] in ALWAYS]:
        del sys.modules[name]
    sys.meta_path.insert(0, Finder(ALWAYS, own, folder))
    sys.meta_path.append(Finder(None, own, folder))
    builtins.input = lambda *_: "1"
    np.random.permutation, np.random.shuffle, random.shuffle = in_order, leave, leave
    for name in ("loadtxt", "genfromtxt"):
        setattr(np, name, or_else(getattr(np, name), numbers))


def in_order(items: Any, *_: Any, **__: Any) -> Any:
    """A permutation that keeps the order: a batch of all examples has it as they are given."""
    return np.arange(items) if isinstance(items, (int, np.integer)) else np.array(items)


def leave(*_: Any, **__: Any) -> None:
    """A shuffle that leaves everything where it is."""


def or_else(read: Callable[..., Any], give: Callable[..., Any]) -> Callable[..., Any]:
    """What is read, or what is given where there is no such file."""

    def reading(*arguments: Any, **options: Any) -> Any:
        try:
            return read(*arguments, **options)
        except (OSError, ValueError):
            return give()

    return reading
