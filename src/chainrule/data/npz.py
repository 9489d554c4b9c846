"""A NumPy archive laid out as Keras's mnist.npz: x_train, y_train, x_test, y_test."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

import numpy as np
from numpy.lib import format as npy

from chainrule.data.errors import DataError
from chainrule.data.examples import Parts, examples
from chainrule.data.paths import MAX_BYTES, open_file

NAMES = ("x_train", "y_train", "x_test", "y_test")


def read_npz(path: Path) -> Parts:
    """The training and test part of an .npz file; pickled objects in it are never loaded."""
    with open_file(path) as file:
        try:
            with zipfile.ZipFile(file) as archive:
                there = {name.removesuffix(".npy") for name in archive.namelist()}
                missing = [name for name in NAMES if name not in there]
                if missing:
                    raise DataError(
                        f"{path}: holds {', '.join(sorted(there)) or 'nothing'}, "
                        f"not {', '.join(missing)}; expected the arrays {', '.join(NAMES)}"
                    )
                arrays = {name: _member(archive, name, path) for name in NAMES}
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error) as error:
            raise DataError(f"{path}: damaged archive ({error}); make it again") from error
        except (EOFError, OSError) as error:
            raise DataError(f"{path}: cut short ({error}); make it again") from error
    train, test = (
        examples(arrays[f"x_{part}"], arrays[f"y_{part}"], f"{path}: x_{part}", f"{path}: y_{part}")
        for part in ("train", "test")
    )
    return Parts(train=train, test=test)


def _member(archive: zipfile.ZipFile, name: str, path: Path) -> np.ndarray:
    """One array, after its header is seen to promise just what the archive holds."""
    info = archive.getinfo(f"{name}.npy")
    if info.file_size > MAX_BYTES:
        raise DataError(
            f"{path}: {name} unpacks to {info.file_size:,} bytes; expected at most {MAX_BYTES:,}"
        )
    try:
        with archive.open(info) as stream:
            version = npy.read_magic(stream)
            old = version == (1, 0)
            read_header = npy.read_array_header_1_0 if old else npy.read_array_header_2_0
            shape, _, dtype = read_header(stream)
            promised = stream.tell() + int(np.prod(shape, dtype=object)) * dtype.itemsize
    except ValueError as error:
        raise DataError(f"{path}: {name} is no array ({error}); make the file again") from error
    if dtype.hasobject:
        raise DataError(
            f"{path}: {name} holds pickled Python objects, which are never loaded; "
            "expected an array of numbers, save it as uint8 or float32"
        )
    if promised != info.file_size:
        raise DataError(
            f"{path}: {name} says it is {shape} of {dtype}, {promised:,} bytes, "
            f"but {info.file_size:,} are there; make the file again"
        )
    with archive.open(info) as stream:
        return npy.read_array(stream, allow_pickle=False)
