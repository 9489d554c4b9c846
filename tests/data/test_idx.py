"""IDX files: what is written is read, and nothing that lies is believed."""

from __future__ import annotations

import gzip
import hashlib
import os
import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from chainrule.data import DataError, fingerprint, read_idx, write_idx
from chainrule.ground.writing import WritingFault

TYPES = st.sampled_from([np.uint8, np.int8, np.int16, np.int32, np.float32, np.float64])
SHAPES = arrays.array_shapes(min_dims=1, max_dims=4, max_side=6)
ARRAYS = TYPES.flatmap(lambda dtype: arrays.arrays(dtype, SHAPES))


@settings(max_examples=60, deadline=None)
@given(array=ARRAYS, packed=st.booleans())
def test_round_trip(tmp_path_factory: pytest.TempPathFactory, array: np.ndarray, packed: bool):
    path = tmp_path_factory.mktemp("idx") / ("array.gz" if packed else "array")
    write_idx(path, array)
    back = read_idx(path)
    assert back.dtype == array.dtype
    assert np.array_equal(back, array, equal_nan=array.dtype.kind == "f")
    assert not back.flags.writeable
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_the_formats_own_example(tmp_path: Path):
    """Magic 0x00000803, sizes big-endian, then pixels row-wise (the MNIST page's table)."""
    path = tmp_path / "images"
    path.write_bytes(bytes.fromhex("00000803 00000002 00000001 00000003 010203 0405ff"))
    assert read_idx(path).tolist() == [[[1, 2, 3]], [[4, 5, 255]]]


def test_big_endian_numbers(tmp_path: Path):
    path = tmp_path / "shorts"
    path.write_bytes(bytes.fromhex("00000b01 00000002 0102 fffe"))
    assert read_idx(path).tolist() == [258, -2]


def test_gzip_of_several_members(tmp_path: Path):
    content = bytes.fromhex("00000801 00000005 0102030405")
    path = tmp_path / "labels.gz"
    path.write_bytes(gzip.compress(content[:10]) + gzip.compress(b"") + gzip.compress(content[10:]))
    assert read_idx(path).tolist() == [1, 2, 3, 4, 5]


def test_zeros_after_gzip_are_padding_and_anything_else_is_damage(tmp_path: Path):
    """The program gzip passes over zeros at the end, too: a tape's last block is filled so."""
    packed = gzip.compress(bytes.fromhex("00000801 00000003 010203"))
    path = tmp_path / "labels.gz"
    path.write_bytes(packed + bytes(500))
    assert read_idx(path).tolist() == [1, 2, 3]
    path.write_bytes(packed + bytes(500) + b"more")
    with pytest.raises(DataError, match="damaged gzip"):
        read_idx(path)


@pytest.mark.parametrize("too_long", [False, True])
def test_no_file_of_more_than_two_gibibytes_is_read(tmp_path: Path, too_long: bool):
    path = tmp_path / "images"
    path.touch()
    os.truncate(path, 2 * 1024**3 + too_long)  # a hole: it takes no room
    with pytest.raises(DataError, match="at most 2,147,483,648" if too_long else "type code 0x00"):
        read_idx(path)


def test_fingerprint_is_that_of_the_plain_file(tmp_path: Path):
    array = np.arange(12, dtype=np.int16).reshape(3, 4)
    write_idx(tmp_path / "plain", array)
    assert fingerprint(array) == hashlib.sha256((tmp_path / "plain").read_bytes()).hexdigest()


def header(*shape: int, code: int = 8) -> bytes:
    return struct.pack(f">HBB{len(shape)}I", 0, code, len(shape), *shape)


WRONG = {
    "empty": (b"", "too short"),
    "two bytes": (b"\0\0", "too short"),
    "magic": (b"\x01\x02\x08\x01" + bytes(9), "not an IDX file"),
    "type code": (b"\0\0\x07\x01\0\0\0\x01\0", "type code 0x07"),
    "no dimensions": (b"\0\0\x08\x00", "0 dimensions"),
    "nine dimensions": (header(*[1] * 9) + b"\0", "9 dimensions"),
    "header cut": (header(3, 4)[:9], "inside its header"),
    "a length of 0": (header(0, 28, 28), "nothing in it"),
    "cut short": (header(3, 2, 2) + bytes(11), "expected exactly 28"),
    "too long": (header(3, 2, 2) + bytes(13), "expected exactly 28"),
    "absurd lengths": (header(2**32 - 1, 2**32 - 1, 2**32 - 1), "expected at most"),
    "a gigabyte promised": (header(1_000_000, 1000) + b"abc", "expected exactly"),
}


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize(("content", "says"), WRONG.values(), ids=WRONG.keys())
def test_wrong_files(tmp_path: Path, content: bytes, says: str, packed: bool):
    path = tmp_path / "train-images-idx3-ubyte"
    path.write_bytes(gzip.compress(content) if packed else content)
    tracemalloc.start()
    with pytest.raises(DataError) as caught:
        read_idx(path)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    message = str(caught.value)
    expected = "more than" if packed and says == "expected exactly" else says
    if packed and content == WRONG["too long"][0]:
        expected = "more than 28"
    assert expected in message
    assert str(path) in message
    assert "\n" not in message
    assert most < 2_000_000


def test_damaged_gzip(tmp_path: Path):
    packed = bytearray(gzip.compress(header(1000) + bytes(range(250)) * 4))
    path = tmp_path / "labels.gz"
    path.write_bytes(packed[:-12])
    with pytest.raises(DataError, match="cut short"):
        read_idx(path)
    packed[-6] ^= 0xFF  # in the check sum
    path.write_bytes(packed)
    with pytest.raises(DataError, match="damaged gzip"):
        read_idx(path)
    packed[12] ^= 0xFF
    path.write_bytes(packed)
    with pytest.raises(DataError, match="damaged gzip"):
        read_idx(path)


def test_a_gzip_bomb_stops_at_its_own_header(tmp_path: Path):
    path = tmp_path / "images.gz"
    path.write_bytes(gzip.compress(header(10, 2, 2) + bytes(200_000_000)))
    tracemalloc.start()
    with pytest.raises(DataError, match="more than 56"):
        read_idx(path)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 5_000_000


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "labels"
    write_idx(path, np.arange(3, dtype=np.uint8))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(WritingFault, match="No space"):
        write_idx(path, np.arange(9, dtype=np.uint8))
    assert read_idx(path).tolist() == [0, 1, 2]
    assert [entry.name for entry in tmp_path.iterdir()] == ["labels"]


def test_what_has_no_idx_form(tmp_path: Path):
    with pytest.raises(DataError, match="no IDX form"):
        write_idx(tmp_path / "x", np.zeros(3, np.uint64))
    assert not list(tmp_path.iterdir())
