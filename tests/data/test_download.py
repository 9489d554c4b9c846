"""Fetching from mirrors, against a server on this machine: whole, verified, or not at all."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from chainrule.data import (
    FASHION_MNIST,
    LARGEST_DOWNLOAD,
    MNIST,
    PUBLISHED,
    DataError,
    File,
    IdxHeader,
    Published,
    cache_folder,
    describe,
    fetch,
    fingerprint,
    load,
    names,
    write_idx,
)

DEAD = "http://127.0.0.1:9/"  # the discard port: nobody listens


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


class HangsUp(Quiet):
    """Promises a whole file and sends half of it."""

    def do_GET(self) -> None:
        content = Path(self.translate_path(self.path)).read_bytes()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2])


class Silent(Quiet):
    """Takes the question, gives no answer for three seconds, then hangs up."""

    def do_GET(self) -> None:
        time.sleep(3)


@contextmanager
def serving(folder: Path, handler: type[Quiet] = Quiet) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def arrays() -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    return [
        rng.integers(0, 256, shape, dtype=np.uint8)
        for shape in ((12_000, 4, 4), (12_000,), (90, 4, 4), (90,))
    ]


@pytest.fixture
def small(arrays: list[np.ndarray], monkeypatch: pytest.MonkeyPatch) -> Published:
    """A small data set, published under MNIST's name."""
    published = Published(
        name="mnist",
        title="small",
        files=tuple(  # pyright: ignore[reportArgumentType]
            File(file.name, array.shape, fingerprint(array))
            for file, array in zip(MNIST.files, arrays, strict=True)
        ),
        classes=MNIST.classes,
        mirrors=(DEAD,),
        folders=("mnist",),
        download_bytes=1,
        licence="",
        source="",
    )
    monkeypatch.setitem(PUBLISHED, "mnist", published)
    return published


@pytest.fixture
def mirror(tmp_path: Path, small: Published, arrays: list[np.ndarray]) -> Path:
    folder = tmp_path / "mirror"
    folder.mkdir()
    for file, array in zip(small.files, arrays, strict=True):
        write_idx(folder / f"{file.name}.gz", array)
    return folder


def test_fetched_verified_and_found_again(small: Published, mirror: Path, tmp_path: Path):
    told: list[tuple[str, int, int]] = []
    with serving(mirror) as url:
        folder = fetch("mnist", mirrors=[url], progress=lambda *step: told.append(step))
    assert folder == cache_folder(small)
    assert folder.is_relative_to(tmp_path)
    assert sorted(path.name for path in folder.iterdir()) == sorted(f.name for f in small.files)
    assert {name for name, _, _ in told} == {file.name for file in small.files}
    assert all(0 <= done <= total for _, done, total in told)
    assert told[-1][1] == told[-1][2] > 0
    assert {name: len(split) for name, split in load("mnist").splits().items()} == {
        "train": 2000,
        "validation": 10_000,
        "test": 90,
    }
    assert describe("mnist").examples == {"train": 2000, "validation": 10_000, "test": 90}
    assert fetch("mnist", mirrors=[]) == folder


def test_first_mirror_dead(mirror: Path):
    with serving(mirror) as url:
        assert fetch("mnist", mirrors=[DEAD, url]).is_dir()


def test_each_mirror_has_half(mirror: Path, tmp_path: Path):
    other = tmp_path / "other"
    other.mkdir()
    for path in sorted(mirror.iterdir())[:2]:
        path.rename(other / path.name)
    with serving(mirror) as one, serving(other) as two, pytest.raises(DataError, match="HTTP 404"):
        fetch("mnist", mirrors=[two, one])
    with serving(mirror) as one, serving(other) as two:
        assert fetch("mnist", mirrors=[one, two, one]).is_dir()


def test_all_mirrors_dead(small: Published):
    with pytest.raises(DataError) as caught:
        load("mnist")
    message = str(caught.value)
    for words in (DEAD, "no connection", "data_dir", "CHAINRULE_DATA", "digits"):
        assert words in message
    assert "\n" not in message
    assert not any(cache_folder(small).glob("*"))


def test_wrong_content_is_not_kept(small: Published, mirror: Path):
    write_idx(mirror / "train-labels-idx1-ubyte.gz", np.zeros(12_000, np.uint8))
    with serving(mirror) as url, pytest.raises(DataError, match="not the true file"):
        fetch("mnist", mirrors=[url])
    kept = {path.name for path in cache_folder(small).iterdir()}
    assert kept == {"train-images-idx3-ubyte"}


@pytest.mark.parametrize("content", [b"<html>log in first</html>", gzip.compress(b"", mtime=0)])
def test_something_else_is_sent(small: Published, mirror: Path, content: bytes):
    (mirror / "train-images-idx3-ubyte.gz").write_bytes(content)
    with serving(mirror) as url, pytest.raises(DataError, match="not the true file"):
        fetch("mnist", mirrors=[url])
    assert not any(cache_folder(small).iterdir())


def test_the_connection_breaks(small: Published, mirror: Path):
    with serving(mirror, HangsUp) as broken, pytest.raises(DataError, match="could not be"):
        fetch("mnist", mirrors=[broken])
    assert not any(cache_folder(small).iterdir())
    with serving(mirror, HangsUp) as broken, serving(mirror) as whole:
        assert fetch("mnist", mirrors=[broken, whole]).is_dir()


def test_a_damaged_cache_is_mended(small: Published, mirror: Path):
    with serving(mirror) as url:
        folder = fetch("mnist", mirrors=[url])
        (folder / "t10k-labels-idx1-ubyte").write_bytes(b"rubbish")
        with pytest.raises(DataError, match="t10k-labels"):
            load("mnist")
        fetch("mnist", mirrors=[url])
    assert len(load("mnist").test) == 90


def test_into_a_folder_of_ones_own(small: Published, mirror: Path, tmp_path: Path):
    with serving(mirror) as url:
        folder = fetch("mnist", data_dir=tmp_path / "new" / "data", mirrors=[url])
        assert folder == tmp_path / "new" / "data" / "mnist"
        assert len(load("mnist", data_dir=tmp_path / "new" / "data").test) == 90
        (folder / "t10k-labels-idx1-ubyte").unlink()
        assert fetch("mnist", data_dir=tmp_path / "new" / "data", mirrors=[url]) == folder
        assert len(list(folder.iterdir())) == 4


def test_ones_own_files_are_never_replaced(mirror: Path, tmp_path: Path):
    own = tmp_path / "own"
    own.mkdir()
    write_idx(own / "train-labels-idx1-ubyte", np.zeros(5, np.uint8))
    before = (own / "train-labels-idx1-ubyte").read_bytes()
    with serving(mirror) as url, pytest.raises(DataError, match="not the true one"):
        fetch("mnist", data_dir=own, mirrors=[url])
    assert (own / "train-labels-idx1-ubyte").read_bytes() == before


@pytest.mark.parametrize("name", [f"{file.name}{gz}" for file in MNIST.files for gz in ("", ".gz")])
def test_a_damaged_file_of_ones_own_is_set_aside(
    small: Published, mirror: Path, tmp_path: Path, name: str
):
    own = tmp_path / "own" / "mnist"
    own.mkdir(parents=True)
    packed = (mirror / f"{name.removesuffix('.gz')}.gz").read_bytes()
    cut = (packed if name.endswith(".gz") else gzip.decompress(packed))[:-40]
    (own / name).write_bytes(cut)
    with pytest.raises(DataError, match="mnist"):
        load("mnist", data_dir=own.parent)
    with serving(mirror) as url:
        assert fetch("mnist", data_dir=own.parent, mirrors=[url]) == own
    assert len(load("mnist", data_dir=own.parent).test) == 90
    assert (own / f"{name}.damaged").read_bytes() == cut
    assert len(load(own).test) == 90, "the damaged file is no part of the folder's data"


def test_a_damaged_file_is_said_how_to_fetch_again(mirror: Path, small: Published, tmp_path: Path):
    for packed in mirror.iterdir():
        (tmp_path / packed.name).write_bytes(packed.read_bytes()[:-9])
    with pytest.raises(DataError, match=rf"chainrule.data.fetch\('mnist', data_dir='{tmp_path}'"):
        load("mnist", data_dir=tmp_path)


def test_a_cache_that_cannot_be_written(mirror: Path, small: Published):
    cache_folder(small).parent.mkdir(parents=True)
    cache_folder(small).write_text("a file where the folder should be")
    with serving(mirror) as url, pytest.raises(DataError, match="cannot be written to"):
        fetch("mnist", mirrors=[url])


def test_a_download_without_end(mirror: Path, small: Published, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("chainrule.data.download.LARGEST_DOWNLOAD", 70_000)
    with serving(mirror) as url, pytest.raises(DataError, match="longer than 70,000"):
        fetch("mnist", mirrors=[url])
    assert not any(cache_folder(small).iterdir())


def test_the_limit_of_a_file_is_not_far_above_the_largest():
    files = [file for published in (MNIST, FASHION_MNIST) for file in published.files]
    largest = max(IdxHeader(np.dtype(np.uint8), file.shape).size for file in files)
    assert largest <= LARGEST_DOWNLOAD < 2 * largest


def test_a_mirror_that_says_nothing(
    small: Published, mirror: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("chainrule.data.download.SECONDS_OF_SILENCE", 0.3)
    with serving(mirror, Silent) as url, pytest.raises(DataError, match=r"no answer in 0.3 s"):
        fetch("mnist", mirrors=[url])


def test_names():
    assert names() == ("digits", "mnist", "fashion-mnist")
    assert (fetch("digits") / "ATTRIBUTION.md").is_file()
    with pytest.raises(DataError, match="did you mean 'fashion-mnist'"):
        fetch("fashion")


def test_published_hashes_are_eight_different_ones():
    hashes = [file.sha256 for known in (MNIST, FASHION_MNIST) for file in known.files]
    assert len(set(hashes)) == 8
    assert all(len(bytes.fromhex(value)) == 32 for value in hashes)
