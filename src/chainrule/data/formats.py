"""The formats that a person's own data come in, told by their first bytes, whatever their name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from chainrule.data.errors import DataError
from chainrule.data.examples import Parts
from chainrule.data.idx import GZIP_MAGIC
from chainrule.data.idx_folder import NAME, find_pairs, pair_of, read_pairs
from chainrule.data.npz import read_npz
from chainrule.data.paths import list_folder, not_there, open_file, user_path
from chainrule.data.picture_folder import PART_NAMES, SUFFIXES, read_picture_folder
from chainrule.data.reading import AS_FOUND, Reading
from chainrule.data.source_file import OPENERS, SourceFile, zip_members
from chainrule.data.table import Table
from chainrule.data.table_parts import parts_of_tables
from chainrule.data.text_table import read_text_table
from chainrule.ground.words import counted

TABLE_ENDINGS = (".csv", ".tsv", ".tab", ".txt", ".data", ".dat", ".tra", ".tes", ".test", ".train")
ARRAYS = (b"\0\0", b"\x93NUMPY", b"PK")
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
    """The examples of a folder: IDX files, pictures by class, or tables named by their part."""
    pairs = find_pairs(folder)
    if pairs:
        return read_pairs(folder, pairs)
    inside = list_folder(folder)
    folders = [path for path in inside if path.is_dir()]
    if len(inside) == len(folders) == 1 and depth < DEEPEST and not _holds_pictures(folders[0]):
        return read_folder(folders[0], reading, depth + 1)
    if folders:
        return read_picture_folder(folder)
    tables = {
        part: SourceFile(path)
        for path in inside
        if (part := part_of(path.name)) and SourceFile(path).suffix in TABLE_ENDINGS
    }
    if "train" in tables:
        return read_by_part(tables, reading)
    files = [path.name for path in inside if SourceFile(path).suffix in (".csv", ".npz")]
    advice = (
        f"give the file itself, such as {folder / files[0]}"
        if files
        else "expected IDX files (train-images-idx3-ubyte, ...) or a sub-folder of pictures for "
        "each class"
    )
    raise DataError(
        f"{folder}: {counted(len(inside), 'file')} and no data set known here; {advice}"
    )


def part_of(name: str) -> str | None:
    """The part that a table is by its name: `train.csv`, `mnist_test.csv.gz`."""
    stem = SourceFile(Path(name)).plain_name.rpartition(".")[0].casefold()
    words = stem.replace("-", "_").split("_")
    return next((PART_NAMES[word] for word in (words[-1], words[0]) if word in PART_NAMES), None)


def _holds_pictures(folder: Path) -> bool:
    return any(path.suffix.casefold() in SUFFIXES for path in list_folder(folder))


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
    start = SourceFile(path).start(6)
    if start.startswith(b"PK"):
        return read_npz(path)
    if start == b"\x93NUMPY":
        raise DataError(
            f"{path}: one NumPy array; expected an .npz file with x_train, y_train, x_test, y_test"
        )
    return read_pairs(path.parent, {"": pair_of(path)})


def tables_in(path: Path) -> list[SourceFile]:
    """The tables in a file: itself, or members of a zip archive; none where it holds arrays."""
    with open_file(path) as file:
        start = file.read(6)
    if start.startswith(b"PK"):
        members = zip_members(path)
        if any(member.suffix == ".npy" for member in members):
            return []
        return [member for member in members if member.suffix in TABLE_ENDINGS]
    source = SourceFile(path)
    if NAME.match(path.name) and start.startswith((b"\0\0", GZIP_MAGIC)):
        return []
    if any(start.startswith(magic) for magic in OPENERS):
        start = source.start(6)
    return [] if start.startswith(ARRAYS) else [source]


def read_table(source: SourceFile) -> Table:
    """The table in a file, by its first bytes."""
    start = source.start(16)
    for magic, kind in PICTURES.items():
        if start.startswith(magic):
            raise DataError(
                f"{source}: {kind}; expected data with labels, such as a folder with one "
                "sub-folder of pictures for each class"
            )
    return read_text_table(source)
