"""What the tests of this room share: small true-to-form data, and MNIST where it is at hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from chainrule.data import write_idx


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test sees or fills the cache of the person who runs it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("CHAINRULE_DATA", raising=False)


@pytest.fixture
def images() -> np.ndarray:
    """60 images (60, 6, 5) uint8 that reach 255."""
    pixels = np.random.default_rng(1).integers(0, 256, (60, 6, 5), dtype=np.uint8)
    pixels[0, 0, 0] = 255
    return pixels


@pytest.fixture
def labels() -> np.ndarray:
    """60 labels, 20 of each of three classes."""
    return np.arange(60, dtype=np.uint8) % 3


@pytest.fixture
def idx_folder(tmp_path: Path, images: np.ndarray, labels: np.ndarray) -> Path:
    """A folder with one pair of IDX files, of no part."""
    folder = tmp_path / "own"
    folder.mkdir()
    write_idx(folder / "images-idx3-ubyte.gz", images)
    write_idx(folder / "labels-idx1-ubyte", labels)
    return folder
