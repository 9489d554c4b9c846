"""Fetching a published data set from its mirrors, each file whole and verified or not at all."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chainrule.data.errors import DataError
from chainrule.data.idx import write_idx
from chainrule.data.paths import DAMAGED
from chainrule.data.published import (
    VARIABLE,
    Damaged,
    File,
    Published,
    cache_folder,
    file_in,
    verified,
)
from chainrule.ground import writing

# Called with a file's name, the bytes fetched so far, and the bytes in all (0 if unknown).
Progress = Callable[[str, int, int], None]

SECONDS_OF_SILENCE = 20
LARGEST_DOWNLOAD = 64 * 1024**2  # no file of these data sets is larger
CHUNK = 1 << 16


def download(
    published: Published,
    folder: Path | None = None,
    progress: Progress | None = None,
    mirrors: Sequence[str] | None = None,
) -> Path:
    """Make sure that `folder` (by default in the user's cache) holds the data set; return it.

    Files that are there and right stay. The others come from the first mirror that gives them
    with the right SHA-256, unpacked and renamed into place. In the cache they replace wrong files.
    Anywhere else a wrong file may be the user's own: a damaged one is set aside, with .damaged
    added to its name, and a whole one that is not the true one is an error. DataError lists the
    mirrors that were tried, and what else one can do.
    """
    cache = cache_folder(published)
    folder = folder or cache
    missing = [
        file for file in published.files if not _is_right(published, file, folder, folder == cache)
    ]
    tried: list[str] = []
    for mirror in published.mirrors if mirrors is None else mirrors:
        for file in missing[:]:
            try:
                _fetch(published, file, mirror, folder, progress)
            except _Unfetched as error:
                tried.append(f"{mirror} ({error})")
                break  # to the next mirror
            missing.remove(file)
        if not missing:
            return folder
    if not missing:
        return folder
    raise DataError(
        lambda called: (
            f"{published.name} is not on this computer and could not be downloaded. Tried "
            f"{'; '.join(tried) or 'no mirror'}. Connect to the network and try again, or point "
            f"{called('data_dir')} or {VARIABLE} to a folder with {published.files[0].name}.gz and "
            "its three companions, or use the bundled digits"
        )
    )


class _Unfetched(Exception):
    """Why one mirror did not give one file."""


def _is_right(published: Published, file: File, folder: Path, replaceable: bool) -> bool:
    path = file_in(folder, file)
    if path is None:
        return False
    try:
        verified(published, file, path)
    except Damaged:
        return False
    except DataError:
        if replaceable:
            return False
        raise
    return True


def _make_room(published: Published, file: File, folder: Path) -> None:
    """Move what is wrong out of the way; in the cache, away."""
    while (wrong := file_in(folder, file)) is not None:
        if folder == cache_folder(published):
            wrong.unlink()
        else:
            wrong.replace(wrong.with_name(wrong.name + DAMAGED))


def _fetch(
    published: Published, file: File, mirror: str, folder: Path, progress: Progress | None
) -> None:
    import pooch
    import requests

    url = f"{mirror.rstrip('/')}/{file.name}.gz"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".fetching-") as temporary:
            packed = Path(temporary) / f"{file.name}.gz"
            # pooch documents any object with tqdm's methods here; its annotation says bool.
            meter: Any = _Meter(file.name, progress)
            downloader = pooch.HTTPDownloader(
                progressbar=meter, chunk_size=CHUNK, timeout=SECONDS_OF_SILENCE
            )
            with packed.open("wb") as output:
                try:
                    downloader(url=url, output_file=output, pooch=None)
                except (requests.RequestException, ValueError) as error:
                    raise _Unfetched(_reason(error)) from error
            try:
                array = verified(published, file, packed)
            except DataError as error:
                raise _Unfetched(f"{file.name}.gz from there is not the true file") from error
            _make_room(published, file, folder)
            write_idx(folder / file.name, array)
    except (OSError, writing.WritingFault) as error:
        why = writing.reason(error.__cause__ or error)
        raise DataError(
            lambda called: (
                f"{folder}: cannot be written to ({why}); make room or change its permissions, or "
                f"name another folder with {called('data_dir')}"
            )
        ) from error


def _reason(error: Exception) -> str:
    """The innermost cause of a network error in a few words."""
    import requests

    if isinstance(error, requests.HTTPError) and error.response is not None:
        return f"HTTP {error.response.status_code}"
    if isinstance(error, requests.Timeout):
        return f"no answer in {SECONDS_OF_SILENCE} s"
    if isinstance(error, requests.ConnectionError):
        return "no connection"
    return str(error)[:100]


@dataclass
class _Meter:
    """What pooch shows progress to: it counts bytes, and stops a download without end."""

    name: str
    progress: Progress | None
    total: int = 0
    done: int = 0

    def update(self, count: int) -> None:
        self.done += count
        if self.done > LARGEST_DOWNLOAD:
            raise _Unfetched(f"{self.name}.gz there is longer than {LARGEST_DOWNLOAD:,} bytes")
        if self.progress is not None:
            done = min(self.done, self.total) if self.total else self.done
            self.progress(self.name, done, self.total)

    def reset(self) -> None:
        self.done = 0

    def close(self) -> None:
        pass
