"""Work is counted, not timed."""

from __future__ import annotations

import sys

import pytest

from tests.support import calls


def twice(number: int) -> int:
    return number * 2


def test_calls_are_counted_to_the_last() -> None:
    assert calls(lambda: None) == 1
    assert calls(lambda: twice(1)) == 2
    assert calls(lambda: [twice(len("ab")) for _ in range(100)]) - calls(lambda: []) >= 200


def test_counting_ends_with_an_error() -> None:
    before = sys.getprofile()
    with pytest.raises(ZeroDivisionError):
        calls(lambda: 1 // 0)
    assert sys.getprofile() is before
