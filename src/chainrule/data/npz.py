"""NumPy's own files: one array (.npy), or an archive of them (.npz)."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path
from typing import IO

import numpy as np
from numpy.lib import format as npy

from chainrule.data.errors import DataError
from chainrule.data.paths import MAX_BYTES, open_file
from chainrule.data.source_file import DAMAGE, SourceFile, damaged


def read_npz(path: Path) -> dict[str, np.ndarray]:
    """The arrays of an .npz file by name; pickled objects in it are never loaded."""
    with open_file(path) as file:
        try:
            with zipfile.ZipFile(file) as archive:
                members = [info for info in archive.infolist() if info.filename.endswith(".npy")]
                return {
                    info.filename.removesuffix(".npy"): _member(archive, info, path)
                    for info in members
                }
        except DataError:
            raise
        except (*DAMAGE, OSError, ValueError) as error:
            raise damaged(str(path), error) from error


def read_npy(source: SourceFile) -> np.ndarray:
    """The array of an .npy file."""
    content = source.content()
    return _array(BytesIO(content), len(content), str(source))


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path) -> np.ndarray:
    name = info.filename.removesuffix(".npy")
    if info.file_size > MAX_BYTES:
        raise DataError(
            f"{path}: {name} unpacks to {info.file_size:,} bytes; expected at most {MAX_BYTES:,}"
        )
    with archive.open(info) as stream:
        start = stream.read(1 << 16)
    _promised(BytesIO(start), info.file_size, f"{path}: {name}")
    with archive.open(info) as stream:
        return npy.read_array(stream, allow_pickle=False)


def _array(stream: IO[bytes], size: int, where: str) -> np.ndarray:
    _promised(stream, size, where)
    stream.seek(0)
    return npy.read_array(stream, allow_pickle=False)


def _promised(stream: IO[bytes], size: int, where: str) -> None:
    """DataError unless the header of an array promises just what is there."""
    try:
        version = npy.read_magic(stream)
        old = version == (1, 0)
        read_header = npy.read_array_header_1_0 if old else npy.read_array_header_2_0
        shape, _, dtype = read_header(stream)
    except (ValueError, EOFError) as error:
        raise DataError(f"{where} is no array ({error}); make the file again") from error
    if dtype.hasobject:
        raise DataError(
            f"{where} holds pickled Python objects, which are never loaded; "
            "expected an array of numbers, save it as uint8 or float32"
        )
    promised = stream.tell() + int(np.prod(shape, dtype=object)) * dtype.itemsize
    if promised != size:
        raise DataError(
            f"{where} says it is {shape} of {dtype}, {promised:,} bytes, "
            f"but {size:,} are there; make the file again"
        )
