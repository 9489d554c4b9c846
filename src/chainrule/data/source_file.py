"""A file of data as it lies: plain, compressed (gzip, bzip2, xz), or in a zip archive."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from chainrule.data.errors import DataError
from chainrule.data.paths import MAX_BYTES, is_litter, natural_order, open_file

OPENERS = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ\0": lzma.open}
ENDINGS = (".gz", ".bz2", ".xz", ".zip")
DAMAGE = (
    EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, NotImplementedError, RuntimeError,
    gzip.BadGzipFile,
)  # fmt: skip


@dataclass(frozen=True)
class SourceFile:
    """A file of data, or one `member` of a zip archive."""

    path: Path
    member: str | None = None

    def __str__(self) -> str:
        return str(self.path) if self.member is None else f"{self.path}: {self.member}"

    @property
    def plain_name(self) -> str:
        """Its name without what compression added: `train.csv` of `train.csv.gz`."""
        name = Path(self.member or self.path.name).name
        while Path(name).suffix.casefold() in ENDINGS:
            name = Path(name).stem
        return name

    @property
    def suffix(self) -> str:
        """`.csv` of `Train.CSV.gz`."""
        return Path(self.plain_name).suffix.casefold()

    def open(self) -> IO[bytes]:
        """Its content, unpacked while it is read; DataError where it is damaged or too large."""
        file = open_file(self.path)
        try:
            if self.member is not None:
                packed: IO[bytes] = zipfile.ZipFile(file).open(self.member)  # noqa: SIM115
            else:
                start = file.read(6)
                file.seek(0)
                opener = next((o for magic, o in OPENERS.items() if start.startswith(magic)), None)
                if opener is None:
                    return file
                packed = opener(file, "rb")  # pyright: ignore[reportAssignmentType]
        except (*DAMAGE, OSError) as error:
            file.close()
            raise damaged(self, error) from error
        return io.BufferedReader(Unpacking(packed, file, str(self)), 1 << 16)

    def start(self, size: int = 1 << 16) -> bytes:
        """The first bytes of the content."""
        with self.open() as file:
            return file.read(size)

    def content(self) -> bytes:
        """All of it."""
        with self.open() as file:
            return file.read()


class Unpacking(io.RawIOBase):
    """A compressed stream that says in one line what is wrong with it."""

    def __init__(self, packed: IO[bytes], file: IO[bytes], name: str) -> None:
        self.packed, self.file, self.name, self.left = packed, file, name, MAX_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # pyright: ignore[reportIncompatibleMethodOverride]
        try:
            part = self.packed.read(len(buffer))
        except (*DAMAGE, OSError) as error:
            raise damaged(self.name, error) from error
        self.left -= len(part)
        if self.left < 0:
            raise DataError(
                f"{self.name}: unpacks to more than {MAX_BYTES:,} bytes; expected at most that"
            )
        buffer[: len(part)] = part
        return len(part)

    def close(self) -> None:
        self.packed.close()
        self.file.close()
        super().close()


def damaged(name: SourceFile | str, error: Exception) -> DataError:
    reason = f" ({error})" if str(error) else ""
    what = "cut short" if isinstance(error, EOFError) else "damaged archive"
    return DataError(f"{name}: {what}{reason}; fetch or make it again")


def zip_members(path: Path) -> list[SourceFile]:
    """The files in a zip archive, without what a Mac adds, in natural order."""
    with open_file(path) as file:
        try:
            with zipfile.ZipFile(file) as archive:
                infos = [info for info in archive.infolist() if not info.is_dir()]
        except (*DAMAGE, OSError) as error:
            raise damaged(str(path), error) from error
    names = [
        info.filename
        for info in infos
        if not any(is_litter(part) for part in Path(info.filename).parts)
    ]
    return [SourceFile(path, name) for name in sorted(names, key=natural_order)]
