"""Arrays in MATLAB's .mat files and in HDF5."""

from __future__ import annotations

import io
from typing import Any

import numpy as np

from chainrule.data.errors import DataError
from chainrule.data.extras import library
from chainrule.data.source_file import SourceFile

MATLAB = (b"MATLAB 5.0", b"MATLAB 7.3")
HDF5 = b"\x89HDF\r\n\x1a\n"
DEEPEST = 6


def read_matlab(source: SourceFile) -> dict[str, np.ndarray]:
    """The arrays of numbers in a .mat file by name, those in structures as `train/images`."""
    if source.start(10) == MATLAB[1]:
        return read_hdf5(source)
    reader = library("scipy.io", source, ".mat")
    try:
        content = reader.loadmat(io.BytesIO(source.content()), struct_as_record=True)
    except DataError:
        raise
    except Exception as error:  # SciPy raises whatever a damaged file leads to
        raise DataError(
            f"{source}: a damaged .mat file ({type(error).__name__}); fetch it again"
        ) from error
    found: dict[str, np.ndarray] = {}
    for name, value in content.items():
        if not name.startswith("__"):
            _collect(value, name, found, 0)
    return found


def _collect(value: Any, name: str, found: dict[str, np.ndarray], depth: int) -> None:
    if not isinstance(value, np.ndarray) or depth > DEEPEST:
        return
    if value.dtype.names:
        for field in value.dtype.names:
            _collect(value[field], f"{name}/{field}", found, depth + 1)
    elif value.dtype == object and value.size > 1 and all(map(_is_word, value.flat)):
        found[name] = np.array([str(cell.item()) for cell in value.flat])
    elif value.dtype == object and value.size == 1:
        _collect(value.item(), name, found, depth + 1)
    elif value.dtype.kind in "biufU":
        found[name] = value


def _is_word(cell: Any) -> bool:
    return isinstance(cell, np.ndarray) and cell.dtype.kind == "U" and cell.size == 1


def read_hdf5(source: SourceFile) -> dict[str, np.ndarray]:
    """The arrays of numbers in an HDF5 file by their paths; links are not followed."""
    h5py = library("h5py", source, "HDF5")
    found: dict[str, np.ndarray] = {}

    def keep(name: str, item: Any) -> None:
        if (
            isinstance(item, h5py.Dataset)
            and item.dtype.kind in "biuf"
            and not name.startswith("#")
        ):
            found[name] = item[()]

    try:
        with h5py.File(io.BytesIO(source.content()), "r") as file:
            is_model = "keras_version" in file.attrs or "model_weights" in file
            file.visititems(keep)
    except (OSError, RuntimeError, KeyError, ValueError) as error:
        reason = str(error).partition("\n")[0][:120]
        raise DataError(f"{source}: a damaged HDF5 file ({reason}); fetch it again") from error
    if is_model:
        raise DataError(
            f"{source}: a trained network of Keras and no data; expected inputs and labels, such "
            "as x_train and y_train"
        )
    return found
