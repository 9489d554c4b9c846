"""Networks and runs in files: safetensors, with the architecture as JSON in its header.

A file is written beside its place and then renamed into it: at any moment the place holds the
old file whole or the new one whole. Nothing is ever unpickled.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.ground import writing
from chainrule.network.architecture import Architecture
from chainrule.network.arguments import INFINITY, brief, real_number, whole_number
from chainrule.network.errors import NetworkError
from chainrule.network.network import DTYPES, Network
from chainrule.network.parameters import shapes
from chainrule.network.training import Epoch, TrainingState

VERSION = 1
COPIES = 3  # of all tensors, which safetensors and its bytes take while a file is written
MAY_BE_MISSING = ("accuracy", "validation_cost", "validation_accuracy")
LARGEST_HEADER = 16 * 2**20
"""Bytes. A header of ours has a few hundred a layer and an epoch."""


class FileError(NetworkError):
    """A file that cannot be read, written or believed."""


@dataclass(frozen=True)
class Run:
    """A network and how it was trained: enough to go on with, and to say where it came from.

    `settings` are what the run was started with, `data` what it was trained on, both as plain
    JSON values; `history` its epochs; `best` the parameters and number of the best epoch where
    early stopping is on.
    """

    network: Network
    state: TrainingState | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    history: tuple[Epoch, ...] = ()
    best: tuple[int, NDArray[Any]] | None = None

    @property
    def chosen(self) -> Network:
        """The network that the run came to: with early stopping its best, else its last."""
        if self.best is None:
            return self.network
        return Network.with_parameters(self.network.architecture, self.best[1], self.network.dtype)


# --- writing ---------------------------------------------------------------------------------


def save_network(network: Network, path: str | Path) -> None:
    """Write the network alone."""
    save_run(Run(network), path)


def save_run(run: Run, path: str | Path, *, new: bool = False) -> None:
    """Write a run; an existing file is replaced whole or, on any error, left as it was.

    With `new` no file may be there: FileExistsError if one is, and it is left as it was.
    """
    from safetensors.numpy import save

    if not isinstance(run, Run):
        raise FileError(f"run is {brief(run)}: expected a Run; a Network has save(path) of its own")
    run.network.check_parameters()  # a file that could not be read again is not written
    place = as_path(path)
    tensors = {name: np.ascontiguousarray(p) for name, p in run.network.parameters.items()}
    header: dict[str, Any] = {
        "version": VERSION,
        "architecture": asdict(run.network.architecture),
        "dtype": run.network.dtype.name,
        "settings": run.settings,
        "data": run.data,
        "history": [epoch.to_dict() for epoch in run.history],
    }
    if run.state is not None:
        header["state"] = {
            "epoch": run.state.epoch,
            "rng": run.state.rng,
            "counters": run.state.counters,
            "arrays": sorted(run.state.arrays),
        }
        tensors |= {f"state/{name}": array for name, array in run.state.arrays.items()}
    if run.best is not None:
        header["best"] = run.best[0]
        tensors["best"] = run.best[1]
    try:
        text = json.dumps(header)
    except (TypeError, ValueError) as fault:
        raise FileError(
            f"{place} cannot be written: {fault}; expected plain JSON values"
        ) from fault
    size = sum(array.nbytes for array in tensors.values()) + len(text)
    bytearray(COPIES * size)  # MemoryError here: safetensors would end the process instead
    try:
        (writing.create if new else writing.replace)(place, save(tensors, {"chainrule": text}))
    except writing.WritingFault as fault:
        raise FileError(str(fault)) from fault


def as_path(path: Any) -> Path:
    if not isinstance(path, str | os.PathLike):
        raise FileError(f"{brief(path)} is no path: expected the name of a file")
    if not os.fspath(path):
        raise FileError("the name of the file is empty: expected the name of a file")
    return Path(path)


# --- reading ---------------------------------------------------------------------------------


def load_network(path: str | Path) -> Network:
    """Read the network of a file: of a run with early stopping, its best."""
    return load_run(path).chosen


def load_run(path: str | Path) -> Run:
    """Read a run and check it: version, architecture, names, shapes, types, finite numbers."""
    path = as_path(path)
    tensors, header = read_safetensors(path)
    try:
        architecture = read_architecture(header["architecture"])
        dtype = header["dtype"]
        if dtype not in DTYPES:
            raise FileError(f"{path}: dtype {brief(dtype)}: expected {' or '.join(DTYPES)}")
        found = {
            name: take(path, tensors, name, shape, np.dtype(dtype))
            for name, shape in shapes(architecture).items()
        }
        network = Network.with_parameters(architecture, 0.0, dtype)
        state = read_state(path, header.get("state"), tensors, network)
        best = read_best(path, header.get("best"), tensors, network)
        history = tuple(read_epoch(epoch) for epoch in header.get("history", []))
        settings, data = header.get("settings", {}), header.get("data", {})
        if not isinstance(settings, dict) or not isinstance(data, dict):
            raise FileError("its settings are no settings: expected names and values")
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError) as fault:
        if isinstance(fault, NetworkError):
            raise FileError(f"{path}: {str(fault).removeprefix(f'{path}: ')}") from fault
        raise FileError(
            f"{path}: its header is not that of a network ({brief(fault)}); "
            "expected a file that this program wrote"
        ) from fault
    for name, parameter in network.parameters.items():
        parameter[:] = found[name]
    if tensors:
        raise FileError(
            f"{path}: holds {brief(sorted(tensors)[0])}, which a network {architecture} has not"
        )
    return Run(network, state, settings, data, history, best)


def read_safetensors(path: Path) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """The tensors and our header of a safetensors file."""
    from safetensors import SafetensorError, safe_open

    try:
        if path.is_dir():
            raise FileError(f"{path} is a folder: expected a .safetensors file")
        if path.exists() and not path.is_file():  # a pipe may never say anything
            raise FileError(f"{path} is a pipe or a device: expected a .safetensors file")
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
        size = path.stat().st_size
        if size < 8 or length > min(size - 8, LARGEST_HEADER):
            raise FileError(
                f"{path} is not a safetensors file: it is {size:,} bytes long and its header "
                f"claims {length:,}"
            )
        with safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except OSError as fault:
        raise FileError(f"{path} cannot be read: {fault.strerror or fault}") from fault
    except (SafetensorError, TypeError, AttributeError, ValueError) as fault:
        if isinstance(fault, NetworkError):
            raise
        raise FileError(f"{path} is not a safetensors file that can be read: {fault}") from fault
    try:
        header = json.loads(metadata["chainrule"])
    except (KeyError, ValueError, RecursionError) as fault:
        raise FileError(
            f"{path} has no description of a network in its header: expected a file that "
            "this program wrote"
        ) from fault
    if not isinstance(header, dict) or header.get("version") != VERSION:
        raise FileError(f"{path}: its header is not of version {VERSION}, the one read here")
    return tensors, header


def read_architecture(fields: Mapping[str, Any]) -> Architecture:
    sizes, names = fields["sizes"], fields["activations"]
    if not isinstance(sizes, list) or not isinstance(names, list) or len(names) != len(sizes) - 1:
        raise FileError("the architecture in its header is not one: sizes and activations differ")
    return Architecture.of(sizes, names[:-1], names[-1], fields["cost"])


def read_epoch(fields: Mapping[str, Any]) -> Epoch:
    epoch = Epoch(**fields)
    whole_number("an epoch's number", epoch.number, 1)
    whole_number("an epoch's epochs", epoch.epochs, 0)
    for name, value in fields.items():
        if value is not None or name not in MAY_BE_MISSING:
            real_number(f"an epoch's {name}", value, -INFINITY)
    return epoch


def read_state(
    path: Path,
    fields: Mapping[str, Any] | None,
    tensors: dict[str, NDArray[Any]],
    network: Network,
) -> TrainingState | None:
    if fields is None:
        return None
    arrays = {
        name: take(path, tensors, f"state/{name}", network.flat.shape, network.dtype)
        for name in fields["arrays"]
    }
    counters = {
        name: real_number(f"the counter {brief(name)}", value, 0)
        for name, value in fields["counters"].items()
    }
    np.random.default_rng().bit_generator.state = fields["rng"]  # an error if it is no state
    epoch = whole_number("the state's epoch", fields["epoch"], 0)
    return TrainingState(epoch, fields["rng"], arrays, counters)


def read_best(
    path: Path, number: int | None, tensors: dict[str, NDArray[Any]], network: Network
) -> tuple[int, NDArray[Any]] | None:
    if number is None:
        return None
    return whole_number("best", number, 1), take(
        path, tensors, "best", network.flat.shape, network.dtype
    )


def take(
    path: Path,
    tensors: dict[str, NDArray[Any]],
    name: str,
    shape: tuple[int, ...],
    dtype: np.dtype[Any],
) -> NDArray[Any]:
    """Take one tensor out of the file's, checked."""
    if name not in tensors:
        raise FileError(f"{path}: {brief(name)} is missing; expected an array of shape {shape}")
    tensor = tensors.pop(name)
    if tensor.shape != shape:
        raise FileError(f"{path}: {name} has shape {tensor.shape}: expected {shape}")
    if tensor.dtype != dtype:
        raise FileError(f"{path}: {name} is {tensor.dtype}: expected {dtype}")
    if not np.isfinite(tensor).all():
        raise FileError(f"{path}: {name} holds NaN or infinity: expected finite numbers")
    return tensor
