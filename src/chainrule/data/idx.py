"""IDX, the file format of MNIST, plain or gzipped.

A file is two zero bytes, a type code, the number of dimensions, each dimension as a big-endian
uint32, then the values, big-endian, the last dimension fastest (Y. LeCun, C. Cortes, C. Burges,
"The MNIST database of handwritten digits"). Nothing larger than the header promises is ever read,
and nothing is allocated for a promise that the file is too small to keep.
"""

from __future__ import annotations

import hashlib
import math
import os
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from chainrule.data.dataset import read_only
from chainrule.data.errors import DataError
from chainrule.data.paths import MAX_BYTES, open_file
from chainrule.ground import writing

TYPES = {
    0x08: np.dtype("u1"),
    0x09: np.dtype("i1"),
    0x0B: np.dtype(">i2"),
    0x0C: np.dtype(">i4"),
    0x0D: np.dtype(">f4"),
    0x0E: np.dtype(">f8"),
}
CODES = {dtype.newbyteorder("="): code for code, dtype in TYPES.items()}
LONGEST_HEADER = 4 + 4 * 8
GZIP_MAGIC = b"\x1f\x8b"
GZIP_WINDOW = 31  # zlib's wbits for a gzip wrapper with its CRC checked
DEFLATE_RATIO = 1032  # no deflate stream grows by more (zlib technical details, M. Adler)


@dataclass(frozen=True)
class IdxHeader:
    """What an IDX file promises: its type, its shape, and so its size in bytes."""

    dtype: np.dtype
    shape: tuple[int, ...]

    @property
    def bytes(self) -> bytes:
        code = CODES[self.dtype.newbyteorder("=")]
        return struct.pack(f">HBB{len(self.shape)}I", 0, code, len(self.shape), *self.shape)

    @property
    def size(self) -> int:
        """Bytes of the whole uncompressed file."""
        return 4 + 4 * len(self.shape) + math.prod(self.shape) * self.dtype.itemsize


def read_idx(path: Path) -> np.ndarray:
    """The array in an IDX file, in native byte order, read-only.

    Raises DataError for a file that is not IDX, is cut short or too long, or is damaged.
    """
    with open_file(path) as file:
        start = file.read(2)
        file.seek(0)
        return _read_gzip(file, path) if start == GZIP_MAGIC else _read_plain(file, path)


def write_idx(path: Path, array: np.ndarray) -> None:
    """Write an array as an IDX file, gzipped if the name ends in .gz.

    The file appears whole or not at all.
    """
    content = _header_of(array).bytes + _big_endian(array).tobytes()
    if path.suffix == ".gz":
        deflate = zlib.compressobj(9, zlib.DEFLATED, GZIP_WINDOW)
        content = deflate.compress(content) + deflate.flush()
    writing.replace(path, content)


def fingerprint(array: np.ndarray) -> str:
    """SHA-256 of the array as an uncompressed IDX file, whatever file it came from."""
    digest = hashlib.sha256(_header_of(array).bytes)
    digest.update(_big_endian(array).reshape(-1).view(np.uint8).data)
    return digest.hexdigest()


def parse_header(start: bytes, path: Path) -> IdxHeader:
    """Read the header from the first bytes of the uncompressed file."""
    if len(start) < 4:
        raise DataError(
            f"{path}: {len(start)} bytes, too short for an IDX header of at least 4; "
            "the file is empty or cut short, fetch it again"
        )
    zeros, code, dimensions = struct.unpack(">HBB", start[:4])
    if zeros:
        raise DataError(
            f"{path}: begins with bytes {start[:4].hex(' ')}, not an IDX file; "
            "expected 00 00 08 03 for images or 00 00 08 01 for labels"
        )
    if code not in TYPES:
        raise DataError(
            f"{path}: type code 0x{code:02x} at byte 2 is none of IDX's; "
            f"expected one of {', '.join(f'0x{c:02x}' for c in TYPES)}"
        )
    if not 1 <= dimensions <= 8:
        raise DataError(
            f"{path}: {dimensions} dimensions at byte 3; expected 3 for images, 1 for labels"
        )
    if len(start) < 4 + 4 * dimensions:
        raise DataError(
            f"{path}: ends after {len(start)} bytes, inside its header of "
            f"{4 + 4 * dimensions}; the file is cut short, fetch it again"
        )
    shape = struct.unpack(f">{dimensions}I", start[4 : 4 + 4 * dimensions])
    header = IdxHeader(TYPES[code], shape)
    if 0 in shape:
        raise DataError(f"{path}: its header says {_times(shape)}: there is nothing in it")
    if header.size > MAX_BYTES:
        raise DataError(
            f"{path}: its header says {_times(shape)}, {header.size:,} bytes; "
            f"expected at most {MAX_BYTES:,}, the header is damaged or the data too large"
        )
    return header


def _read_plain(file: BinaryIO, path: Path) -> np.ndarray:
    header = parse_header(file.read(LONGEST_HEADER), path)
    size = os.fstat(file.fileno()).st_size
    if size != header.size:
        raise _wrong_size(path, header, size)
    file.seek(0)
    return _array(np.fromfile(file, np.uint8), header)


def _read_gzip(file: BinaryIO, path: Path) -> np.ndarray:
    """Inflate exactly what the header promises: a gzip bomb stops at its own header."""
    packed = file.read()
    header = parse_header(_inflate(packed, LONGEST_HEADER, path)[0], path)
    if header.size > DEFLATE_RATIO * len(packed):
        raise DataError(
            f"{path}: its header says {_times(header.shape)}, {header.size:,} bytes, more than "
            f"{len(packed):,} gzipped bytes can hold; the file is cut short or its header damaged"
        )
    content, finished = _inflate(packed, header.size, path)
    if len(content) < header.size or not finished:
        size = len(content) if len(content) < header.size else f"more than {header.size:,}"
        raise _wrong_size(path, header, size)
    return _array(np.frombuffer(content, np.uint8), header)


def _inflate(packed: bytes, size: int, path: Path) -> tuple[bytes, bool]:
    """At most `size` bytes of a gzip file, and whether that was all of it, check sum right."""
    parts: list[bytes] = []
    left = size
    while True:
        inflate = zlib.decompressobj(GZIP_WINDOW)
        try:
            if left:  # zlib reads a limit of 0 as no limit
                part = inflate.decompress(packed, left)
                packed = inflate.unconsumed_tail
                left -= len(part)
                parts.append(part)
            beyond = inflate.decompress(packed, 1)
        except zlib.error as error:
            raise DataError(f"{path}: damaged gzip data ({error}); fetch the file again") from error
        content = parts[0] if len(parts) == 1 else b"".join(parts)
        if beyond or not inflate.eof:
            return content, False
        packed = inflate.unused_data.lstrip(b"\0")
        if not packed:
            return content, True


def _array(content: np.ndarray, header: IdxHeader) -> np.ndarray:
    offset = header.size - math.prod(header.shape) * header.dtype.itemsize
    values = content[offset:].view(header.dtype).reshape(header.shape)
    return read_only(values.astype(header.dtype.newbyteorder("="), copy=False))


def _header_of(array: np.ndarray) -> IdxHeader:
    if array.dtype.newbyteorder("=") not in CODES or not 1 <= array.ndim <= 8:
        raise DataError(
            f"an array of {array.dtype} and {array.ndim} dimensions has no IDX form; expected "
            f"1 to 8 dimensions of {', '.join(str(dtype) for dtype in CODES)}"
        )
    return IdxHeader(array.dtype, array.shape)


def _big_endian(array: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(array, array.dtype.newbyteorder(">"))


def _wrong_size(path: Path, header: IdxHeader, size: int | str) -> DataError:
    size = f"{size:,}" if isinstance(size, int) else size
    return DataError(
        f"{path}: {size} bytes; its header says {_times(header.shape)}, so expected exactly "
        f"{header.size:,}. The file is cut short or damaged, fetch it again"
    )


def _times(shape: tuple[int, ...]) -> str:
    return " x ".join(f"{length:,}" for length in shape)
