"""The file of a run: where it lies, and how it comes there without overwriting another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from chainrule.data import not_there, user_path
from chainrule.network import Network, Run, load_run, save_run
from chainrule.runs.errors import RunError

SUFFIX = ".safetensors"


def open_run(name: str | Path) -> Run:
    """Read the run in a file."""
    path = user_path(name)
    if not path.exists():
        raise not_there(path)
    return load_run(path)


def places(data: str, network: Network) -> Iterator[Path]:
    """Names for a run in the current folder: `digits-64-30-10.safetensors`, `...-2`, ..."""
    plain = re.sub(r"[^A-Za-z0-9_.]+", "-", data).strip("-.")[:40] or "run"
    stem = "-".join([plain, *map(str, network.architecture.sizes)])
    yield Path(stem + SUFFIX)
    for number in count(2):
        yield Path(f"{stem}-{number}{SUFFIX}")


def save_in_a_free_place(run: Run, candidates: Iterator[Path]) -> Path:
    """Write a run to the first place where there is no file; nothing is ever overwritten."""
    for path in candidates:
        if not path.exists():
            try:
                save_run(run, path, new=True)
            except FileExistsError:
                continue  # another run was quicker
            return path
    raise RunError(
        lambda name: f"no name is free for the file of the run; name one with {name('out')}"
    )


def save_at(run: Run, path: Path) -> Path:
    """Write a run to the place that was asked for."""
    try:
        save_run(run, path, new=True)
    except FileExistsError:
        raise RunError(
            f"{path} is there now, though it was not before; another run?", setting="out"
        ) from None
    return path


def check_out(asked: str | Path, *, resumable: bool = True) -> Path:
    """A place that was asked for: nothing may be there yet. A run that is there is `resumable`."""
    path = user_path(asked)
    if path.is_dir():
        raise RunError(f"{asked} is a folder; expected the name of a file in it", setting="out")
    if path.is_symlink() and not path.exists():
        raise RunError(f"{asked} is a link to {path.readlink()}, which is not there", setting="out")
    if path.exists():
        raise RunError(
            lambda name: (
                f"{asked} is there already and is not overwritten; take another name"
                + (f", or go on with that run: {name('resume')} {asked}" if resumable else "")
            ),
            setting="out",
        )
    if not path.parent.is_dir():
        raise RunError(f"there is no folder {path.parent}", setting="out", value=str(asked))
    return path
