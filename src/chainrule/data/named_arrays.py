"""From arrays with names to parts: which are inputs, which labels, and of which part.

As people save them: `x_train`, `y_train`, ... (Keras), `train_images`, `train_labels`, ...
(MedMNIST), `X`, `y`, `train/data`, `train/target`, `arr_0` and `arr_1`, or one array a class
(`train0`, `test0`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from chainrule.data.errors import DataError
from chainrule.data.examples import Examples, Parts, examples, some
from chainrule.data.reading import AS_FOUND, Reading
from chainrule.data.table import Table
from chainrule.data.table_parts import parts_of_tables

PARTS = {
    "train": ("train", "training", "tr", "trn"),
    "validation": ("validation", "valid", "val", "dev"),
    "test": ("test", "testing", "te", "tst"),
}
ROLES = {
    "inputs": (
        "x", "xs", "image", "images", "img", "imgs", "data", "feature", "features", "input",
        "inputs", "pixels", "samples", "digits",
    ),
    "labels": (
        "y", "ys", "label", "labels", "lab", "target", "targets", "class", "classes", "answer",
        "answers", "t",
    ),
}  # fmt: skip
WORDS = {word: part for part, words in PARTS.items() for word in words} | {
    word: role for role, words in ROLES.items() for word in words
}
ORDERS = {2: ("train",), 4: ("train", "test"), 6: ("train", "validation", "test")}
"""The parts of so many arrays in pairs; three pairs as M. Nielsen's mnist.pkl.gz has them."""
ONE_A_CLASS = re.compile(r"(?:.*/)?(train|test)_?(\d{1,3})")
Arrays = Mapping[str, np.ndarray]


def parts_of_arrays(arrays: Arrays, source: str, reading: Reading = AS_FOUND) -> Parts:
    """The examples in some arrays; DataError where it is not plain which is what."""
    given = {name: array for name, array in arrays.items() if array.ndim > 0 and array.size != 1}
    placed = by_role(given)
    if "inputs" in {role for _, role in placed} and "labels" in {role for _, role in placed}:
        return _parts(placed, given, source)
    if parts := _one_a_class(given, source):
        return parts
    if len(given) in ORDERS and (pairs := _in_pairs(given)):
        return _parts(pairs, given, source)
    if len(given) == 1:
        name, array = next(iter(given.items()))
        if array.ndim == 2 and array.dtype.kind in "biuf" and array.shape[1] > 1:
            return parts_of_tables({"train": table_of_array(array, source)}, reading)
        raise DataError(
            f"{source}: one array {name} of shape {array.shape} and no labels; expected labels "
            "beside the inputs, as in X and y, or rows with a column of labels"
        )
    raise DataError(
        f"{source}: holds {some(sorted(given)) or 'no arrays'}; expected inputs and labels, such "
        "as x_train, y_train, x_test, y_test, or X and y"
    )


def by_role(arrays: Arrays) -> dict[tuple[str, str], str]:
    """The names of arrays by part ("train" where none is named) and role, where these are plain."""
    placed: dict[tuple[str, str], str] = {}
    for name in arrays:
        found = [WORDS[word] for word in words_of(name) if word in WORDS]
        parts = [word for word in found if word in PARTS]
        roles = [word for word in found if word in ROLES]
        if roles and len(set(parts)) <= 1:
            place = (parts[0] if parts else "train", roles[-1])
            placed.setdefault(place, name)
    return placed


def words_of(name: str) -> list[str]:
    """`train`, `images` of `trainImages`, `train/images`, `xtrain`, `TRAIN-IMAGES_1`."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    words: list[str] = []
    for word in re.findall(r"[a-z]+", apart.casefold()):
        match = re.fullmatch(r"(x|y)(train|test|val|valid|tr|te)|(train|test|val)(x|y)", word)
        words += [part for part in match.groups() if part] if match else [word]
    return words


def _parts(placed: Mapping[tuple[str, str], str], arrays: Arrays, source: str) -> Parts:
    read: dict[str, Examples] = {}
    for part in PARTS:
        names = [placed.get((part, role)) for role in ("inputs", "labels")]
        if not any(names):
            continue
        if None in names:
            there, missing = (0, "labels") if names[0] else (1, "inputs")
            raise DataError(f"{source}: {names[there]} is there, its {missing} are not")
        inputs, labels = (str(name) for name in names)
        read[part] = examples(
            examples_first(arrays[inputs], labels_in_a_row(arrays[labels])),
            labels_in_a_row(arrays[labels]),
            f"{source}: {inputs}",
            f"{source}: {labels}",
        )
    return Parts(read.get("train"), read.get("validation"), read.get("test"))


def labels_in_a_row(labels: np.ndarray) -> np.ndarray:
    """Labels (m,) of a row (1, m), as MATLAB has them; others as they are."""
    return labels[0] if labels.ndim == 2 and labels.shape[0] == 1 else labels


def examples_first(inputs: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Inputs (m, ...) of (..., m), as MATLAB has them; those in order as they are."""
    m = len(labels)
    if inputs.ndim >= 2 and inputs.shape[-1] == m > max(inputs.shape[:-1]):
        return np.ascontiguousarray(np.moveaxis(inputs, -1, 0))
    if inputs.ndim == 4 and inputs.shape[1] in (1, 3) and inputs.shape[3] not in (1, 3):
        return np.ascontiguousarray(np.moveaxis(inputs, 1, -1))  # colour first, as PyTorch has it
    return inputs


def _one_a_class(arrays: Arrays, source: str) -> Parts | None:
    """The parts of one array of inputs for each class: `train0`, `train1`, ..., `test0`, ...."""
    found: dict[str, dict[int, np.ndarray]] = {}
    for name, array in arrays.items():
        match = ONE_A_CLASS.fullmatch(name)
        if match and array.ndim >= 2:
            found.setdefault(match[1], {})[int(match[2])] = array
    if len(found.get("train", {})) < 2:
        return None
    read = {
        part: examples(
            np.concatenate([classes[k] for k in sorted(classes)]),
            np.repeat(sorted(classes), [len(classes[k]) for k in sorted(classes)]),
            f"{source}: {part}0, ...",
            f"{source}: {part}0, ...",
        )
        for part, classes in found.items()
    }
    return Parts(read["train"], None, read.get("test"))


def _in_pairs(arrays: Arrays) -> dict[tuple[str, str], str]:
    """Two, four or six arrays without plain names as inputs and labels, by shape and order."""
    names = list(arrays)
    placed: dict[tuple[str, str], str] = {}
    for part, pair in zip(
        ORDERS[len(names)], zip(names[::2], names[1::2], strict=True), strict=True
    ):
        inputs, labels = sorted(pair, key=lambda name: -arrays[name].ndim)
        rows = labels_in_a_row(arrays[labels])
        if arrays[inputs].ndim < 2 or rows.ndim > 2 or len(rows) not in arrays[inputs].shape:
            return {}
        placed |= {(part, "inputs"): inputs, (part, "labels"): labels}
    return placed


def table_of_records(array: np.ndarray, source: str) -> Table:
    """A structured array (m,) as a table: a column for each field, numbers or words."""
    names = tuple(array.dtype.names or ())
    fields = [array[name].ravel() for name in names]
    if any(len(field) != len(array) for field in fields):
        raise DataError(f"{source}: a field of more than one number; expected one in each")
    words = {
        place: [str(cell) for cell in field]
        for place, field in enumerate(fields)
        if field.dtype.kind in "US"
    }
    numeric = tuple(place for place in range(len(names)) if place not in words)
    if any(fields[place].dtype.kind not in "biuf" for place in numeric):
        raise DataError(f"{source}: fields that are neither numbers nor words; expected these")
    numbers = np.empty((len(array), len(numeric)))
    for column, place in enumerate(numeric):
        numbers[:, column] = fields[place]
    checked = table_of_array(numbers, source) if numeric else None
    rows = numbers if checked is None else checked.numbers
    return Table(source, names, len(names), numeric, rows, words)


def table_of_array(array: np.ndarray, source: str, names: Sequence[str] | None = None) -> Table:
    """Rows of numbers as a table."""
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        row, column = np.argwhere(~np.isfinite(array))[0]
        raise DataError(
            f"{source}: {array[row, column]} at [{row}, {column}]; expected finite numbers"
        )
    count = array.shape[1]
    return Table(
        source, None if names is None else tuple(names), count, tuple(range(count)), array, {}
    )
