"""What the tests of this room share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from threadpoolctl import threadpool_limits


@pytest.fixture(autouse=True, scope="session")
def _one_thread() -> Iterator[None]:
    """Products this small are slower on two threads, and far slower beside a busy program."""
    with threadpool_limits(1, user_api="blas"):
        yield


@pytest.fixture(scope="session")
def mnist(mnist_folder: Path) -> Any:
    """MNIST, where it is at hand."""
    from chainrule.data import load

    return load("mnist", data_dir=mnist_folder)


@pytest.fixture(scope="session")
def digits() -> Any:
    """The bundled digits."""
    from chainrule.data import load

    return load("digits")
