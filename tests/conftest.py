"""What the tests of all rooms share."""

from __future__ import annotations

import gc
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import MNIST_FOLDER


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Spare the garbage collector the tests themselves, of which there are twenty thousand.

    A full pass over them takes half a second, and there is one in every few seconds.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture(scope="session")
def mnist_folder() -> Path:
    """The folder of the true MNIST, where it is at hand."""
    if MNIST_FOLDER is None:
        pytest.skip("MNIST is not here: name its folder in CHAINRULE_DATA")
    return MNIST_FOLDER


@pytest.fixture(autouse=True, scope="session")
def a_record_of_this_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What runs before a test, such as a training that several share, has a record too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHAINRULE_HOME", str(tmp_path_factory.getbasetemp() / uuid.uuid4().hex))
        yield


@pytest.fixture(autouse=True)
def a_record_of_its_own(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No test writes to the record of whoever runs it; each has one of its own, made if needed."""
    monkeypatch.setenv("CHAINRULE_HOME", str(tmp_path_factory.getbasetemp() / uuid.uuid4().hex))


@pytest.fixture(autouse=True)
def time_enough_for_a_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether a mistake gets its name depends on the answer, not on how fast a machine is.

    The limit itself is tested in `derivation/test_patience.py`.
    """
    monkeypatch.setattr("chainrule.derivation.asking.time_limit.SECONDS", 20.0)


@pytest.fixture(autouse=True)
def no_course_is_left() -> Iterator[None]:
    """The course of a folder that one test found is not that of the next test."""
    yield
    if "chainrule.workshop.course" in sys.modules:
        module = sys.modules["chainrule.workshop.course"]
        module.TAKEN.set(module.WHOLE_COURSE)
