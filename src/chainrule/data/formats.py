"""The formats that a person's own data come in, told by their first bytes, whatever their name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from chainrule.data.arff import is_arff, read_arff
from chainrule.data.errors import DataError
from chainrule.data.examples import Parts
from chainrule.data.idx import GZIP_MAGIC, read_idx
from chainrule.data.idx_folder import NAME, find_pairs, pair_of, read_pairs
from chainrule.data.named_arrays import by_role, parts_of_arrays, table_of_records
from chainrule.data.npz import read_npy, read_npz
from chainrule.data.parquet import MAGIC as PARQUET
from chainrule.data.parquet import read_parquet
from chainrule.data.paths import list_folder, not_there, open_file, user_path
from chainrule.data.pickled import arrays_in_pickle
from chainrule.data.picture_folder import SUFFIXES, part_named, read_picture_folder
from chainrule.data.reading import AS_FOUND, Reading
from chainrule.data.scientific import HDF5, MATLAB, read_hdf5, read_matlab
from chainrule.data.source_file import OPENERS, SourceFile, zip_members
from chainrule.data.table import Table
from chainrule.data.table_parts import parts_of_tables
from chainrule.data.text_table import read_text_table
from chainrule.ground.words import counted

TABLE_ENDINGS = (
    ".csv",
    ".tsv",
    ".tab",
    ".txt",
    ".data",
    ".dat",
    ".tra",
    ".tes",
    ".test",
    ".train",
    ".arff",
)
FILE_ENDINGS = (".csv", ".npz", ".parquet", ".mat", ".h5", ".hdf5", ".arff", ".pkl")
IDX, NUMPY, ZIP = b"\0\0", b"\x93NUMPY", b"PK"
PARTS = ("train", "validation", "test")
DEEPEST = 3  # folders with nothing but another folder in them
PICTURES = {
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"%PDF": "a PDF document",
}


def read_parts(path: Path, reading: Reading = AS_FOUND) -> Parts:
    """The examples of a file or folder, and of the file with the test part."""
    if reading.test is None:
        return read_folder(path, reading) if path.is_dir() else read_file(path, reading)
    test = user_path(reading.test)
    if not test.exists():
        raise not_there(test)
    train = None if path.is_dir() else tables_in(path)
    other = None if test.is_dir() else tables_in(test)
    if train and other:
        both = {"train": read_table(train[0]), "test": read_table(other[0])}
        return parts_of_tables(both, reading)
    parts = read_parts(path, replace(reading, test=None))
    if parts.test is not None:
        raise DataError(
            f"{path} has a test part of its own; leave it out", setting="test", value=str(test)
        )
    there = read_parts(test, replace(reading, test=None)).given()
    return replace(parts, test=there.get("test") or there["train"])


def read_folder(folder: Path, reading: Reading = AS_FOUND, depth: int = 0) -> Parts:
    """The examples of a folder: IDX files, pictures by class, arrays, or tables by part."""
    pairs = find_pairs(folder)
    if pairs:
        return read_pairs(folder, pairs)
    inside = list_folder(folder)
    folders = [path for path in inside if path.is_dir()]
    if len(inside) == len(folders) == 1 and depth < DEEPEST and not _holds_pictures(folders[0]):
        return read_folder(folders[0], reading, depth + 1)
    if folders:
        return read_picture_folder(folder)
    arrays = _arrays_of(inside)
    if {"inputs", "labels"} <= {role for _, role in by_role(arrays)}:
        return parts_of_arrays(arrays, str(folder), reading)
    files = {part: SourceFile(path) for path in inside if (part := part_of(path.name))}
    if "train" in files and all(file.suffix == ".parquet" for file in files.values()):
        return read_parquet(files, reading)
    tables = {part: file for part, file in files.items() if file.suffix in TABLE_ENDINGS}
    if "train" in tables:
        return read_by_part(tables, reading)
    known = [path.name for path in inside if SourceFile(path).suffix in FILE_ENDINGS]
    advice = (
        f"give the file itself, such as {folder / known[0]}"
        if known
        else "expected IDX files (train-images-idx3-ubyte, ...) or a sub-folder of pictures for "
        "each class"
    )
    raise DataError(
        f"{folder}: {counted(len(inside), 'file')} and no data set known here; {advice}"
    )


def part_of(name: str) -> str | None:
    """The part that a file holds by its name: `train.csv`, `mnist_test.csv.gz`."""
    return part_named(SourceFile(Path(name)).plain_name.rpartition(".")[0])


def _holds_pictures(folder: Path) -> bool:
    return any(path.suffix.casefold() in SUFFIXES for path in list_folder(folder))


def _arrays_of(paths: list[Path]) -> dict[str, np.ndarray]:
    """The arrays of files of one array each, by the names of the files."""
    arrays: dict[str, np.ndarray] = {}
    for path in paths:
        source = SourceFile(path)
        if source.suffix == ".npy":
            arrays[source.plain_name.removesuffix(".npy")] = read_npy(source)
        elif source.suffix == ".npz" and len(zip_members(path)) == 1:
            arrays[path.stem] = next(iter(read_npz(path).values()))
    return arrays


def read_by_part(sources: dict[str, SourceFile], reading: Reading) -> Parts:
    """Tables by part; one to test that lacks the label, as Kaggle's does, is left out."""
    read = {part: read_table(source) for part, source in sources.items()}
    train = read["train"]
    unlabelled = [part for part, table in read.items() if table.count < train.count]
    left_out = [
        f"{sources[part]} has no labels and is left out: it is there to predict"
        for part in unlabelled
    ]
    labelled = {part: read[part] for part in PARTS if part in read and part not in unlabelled}
    parts = parts_of_tables(labelled, reading)
    return replace(parts, warnings=(*parts.warnings, *left_out))


def read_file(path: Path, reading: Reading = AS_FOUND) -> Parts:
    """The examples of one file."""
    if tables := tables_in(path):
        if len(tables) == 1:
            return parts_of_tables({"train": read_table(tables[0])}, reading)
        by_part = {part: table for table in tables if (part := part_of(table.plain_name))}
        if "train" not in by_part:
            raise DataError(
                f"{path}: {len(tables)} tables, such as {tables[0].member}; expected one, or names "
                "such as train.csv and test.csv"
            )
        return read_by_part(by_part, reading)
    source = SourceFile(path)
    start = source.start(10)
    if start.startswith(NUMPY):
        return _read_npy(source, reading)
    if start.startswith(IDX) or NAME.match(path.name):  # read_idx says what else it is
        return read_pairs(path.parent, {"": pair_of(path)})
    if start.startswith(ZIP):
        _check_archive(path)
        return parts_of_arrays(_archived(path), str(path), reading)
    if start.startswith(PARQUET):
        return read_parquet({"train": source}, reading)
    reader = next(read for is_it, read in OF_ARRAYS if is_it(source, start))
    return parts_of_arrays(reader(source), str(source), reading)


def _check_archive(path: Path) -> None:
    """DataError for a zip archive without arrays, which says what it holds instead."""
    members = zip_members(path)
    if any(member.suffix == ".npy" for member in members):
        return
    names = [member.member or "" for member in members]
    if any(name.endswith("data.pkl") for name in names):
        raise DataError(
            f"{path}: a file of PyTorch's, which can run code when it is opened and is not read "
            "here; save the arrays with numpy.savez"
        )
    if not names:
        raise DataError(f"{path}: an archive with no files in it; fetch or make it again")
    raise DataError(
        f"{path}: an archive of {counted(len(names), 'file')}, such as {names[0]}, with no table "
        "and no arrays; unpack it and give the folder or file in it"
    )


def _archived(path: Path) -> dict[str, np.ndarray]:
    """The arrays of an .npz file; one in a file of its own may have its labels in another."""
    arrays = read_npz(path)
    if len(arrays) > 1:
        return arrays
    beside = _arrays_of(_beside(path))
    return beside if len(beside) > 1 else arrays


def _read_npy(source: SourceFile, reading: Reading) -> Parts:
    """Rows with a column of labels, or inputs whose labels are in a file beside them."""
    beside = _beside(source.path)
    if len(beside) > 1:
        return parts_of_arrays(_arrays_of(beside), str(source.path.parent), reading)
    name, array = source.plain_name.removesuffix(".npy"), read_npy(source)
    if array.dtype.names is not None:
        return parts_of_tables({"train": table_of_records(array, str(source))}, reading)
    return parts_of_arrays({name: array}, str(source), reading)


def _beside(path: Path) -> list[Path]:
    """This file, and the one that by its name has what goes with it: `y_train` of `X_train`."""
    ending = SourceFile(path).suffix
    names = {
        SourceFile(other).plain_name.removesuffix(ending): other
        for other in list_folder(path.parent)
        if SourceFile(other).suffix == ending
    }
    placed = by_role(dict.fromkeys(names, np.empty((0,))))
    mine = next((place for place, name in placed.items() if names[name] == path), None)
    if mine is None:
        return [path]
    roles = ("inputs", "labels")
    return [names[placed[mine[0], role]] for role in roles if (mine[0], role) in placed]


def tables_in(path: Path) -> list[SourceFile]:
    """The tables in a file: itself, or members of a zip archive; none where it holds arrays."""
    with open_file(path) as file:
        start = file.read(10)
    if start.startswith(ZIP):
        members = zip_members(path)
        if any(member.suffix == ".npy" for member in members):
            return []
        tables = [member for member in members if member.suffix in TABLE_ENDINGS]
        plain = [member for member in tables if member.suffix in (".csv", ".tsv", ".arff")]
        named = [member for member in plain if "sample" not in member.plain_name.casefold()]
        return (named if len(named) == 1 else plain) or tables
    source = SourceFile(path)
    if NAME.match(path.name) and start.startswith((IDX, GZIP_MAGIC)):
        return []
    if any(start.startswith(magic) for magic in OPENERS):
        start = source.start(10)
    if start.startswith((IDX, NUMPY, ZIP, PARQUET)):
        return []
    return [] if any(is_it(source, start) for is_it, _ in OF_ARRAYS) else [source]


def read_table(source: SourceFile) -> Table:
    """The table in a file, by its first bytes."""
    start = source.start(16)
    if start.startswith(tuple(OPENERS)):
        raise DataError(f"{source}: compressed twice; unpack it once and give what comes out")
    for magic, kind in PICTURES.items():
        if start.startswith(magic):
            raise DataError(
                f"{source}: {kind}; expected data with labels, such as a folder with one "
                "sub-folder of pictures for each class"
            )
    return read_arff(source) if is_arff(source) else read_text_table(source)


def holds_arrays(path: Path) -> bool:
    """Whether a file is to be read as arrays, by its first bytes."""
    source = SourceFile(path)
    start = source.start(10)
    if start.startswith(ZIP):
        return any(member.suffix == ".npy" for member in zip_members(path))
    return start.startswith((IDX, NUMPY)) or any(is_it(source, start) for is_it, _ in OF_ARRAYS)


def inputs_in(path: Path) -> np.ndarray:
    """The inputs in a file of arrays, those to test where there are several; labels are left."""
    source = SourceFile(path)
    start = source.start(10)
    if start.startswith(IDX):
        return read_idx(path)
    if start.startswith(NUMPY):
        return read_npy(source)
    if start.startswith(ZIP):
        arrays = read_npz(path)
    else:
        arrays = next(read for is_it, read in OF_ARRAYS if is_it(source, start))(source)
    if len(arrays) == 1:
        return next(iter(arrays.values()))
    placed = by_role(arrays)
    for part in ("test", "train", "validation"):
        if (part, "inputs") in placed:
            return arrays[placed[part, "inputs"]]
    raise DataError(
        f"{path}: holds {', '.join(sorted(arrays)[:5]) or 'no arrays'}; expected one array of "
        "examples, or one named x or x_test"
    )


def _is_pickle(source: SourceFile, start: bytes) -> bool:
    protocol = len(start) > 1 and start[0] == 0x80 and 2 <= start[1] <= 5
    return protocol or source.suffix in (".pkl", ".pickle", ".pck", ".p")


def _is_matlab(source: SourceFile, start: bytes) -> bool:
    return start.startswith(MATLAB) or source.suffix == ".mat"


def _is_hdf5(source: SourceFile, start: bytes) -> bool:
    return start.startswith(HDF5)


def _read_pickle(source: SourceFile) -> dict[str, np.ndarray]:
    return arrays_in_pickle(source.content(), str(source))


OF_ARRAYS = (
    (_is_pickle, _read_pickle),
    (_is_matlab, read_matlab),
    (_is_hdf5, read_hdf5),
)
"""Formats of arrays with names: how one is told, and how it is read."""
