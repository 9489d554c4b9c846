"""What the tests of all rooms share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import MNIST_FOLDER


@pytest.fixture(scope="session")
def mnist_folder() -> Path:
    """The folder of the true MNIST, where it is at hand."""
    if MNIST_FOLDER is None:
        pytest.skip("MNIST is not here: name its folder in CHAINRULE_DATA")
    return MNIST_FOLDER
