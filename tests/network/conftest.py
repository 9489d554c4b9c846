"""What the tests of this room share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from threadpoolctl import threadpool_limits

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture(autouse=True, scope="session")
def _one_thread() -> Iterator[None]:
    """Products this small are slower on two threads, and far slower beside a busy program."""
    with threadpool_limits(1, user_api="blas"):
        yield


def _mnist_folder() -> Path | None:
    named = os.environ.get("CHAINRULE_DATA")
    for base in [*([Path(named)] if named else []), CHECKOUT.parent / "shared" / "data"]:
        for folder in (base / "mnist", base):
            if any(folder.glob("train-images-idx3-ubyte*")):
                return folder
    return None


@pytest.fixture(scope="session")
def mnist() -> Any:
    """MNIST, where it is at hand."""
    folder = _mnist_folder()
    if folder is None:
        pytest.skip("MNIST is not here: name its folder in CHAINRULE_DATA")
    from chainrule.data import load

    return load("mnist", data_dir=folder)


@pytest.fixture(scope="session")
def digits() -> Any:
    """The bundled digits."""
    from chainrule.data import load

    return load("digits")
