"""Values come through the pipe as they were, however many numbers they hold."""

from __future__ import annotations

from collections import deque
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

from chainrule.workshop import MOST_ITEMS, Foreign, pack, unpack

EXACT = [
    [1, 2, 3],
    [0.1, -0.0, 1e300],
    (True, False),
    [1, True],
    [[0.5, 1.5], [2.5, 3.5]],
    [],
    (),
    [2**62, -(2**62)],
    [2**64, 1],
    "text",
    {"a": [1.0, 2.0], "b": None},
    [np.float64(0.5)],
    (np.float32(0.5), np.float32(2.0)),
    [np.bool_(True)],
]


@pytest.mark.parametrize("value", EXACT, ids=repr)
def test_plain_values_come_back_with_their_types(value: Any):
    found = unpack(pack(value))
    if value == [2**64, 1]:
        value = [Foreign("an int", "beyond 64 bits"), 1]
    assert repr(found) == repr(value)


def test_a_table_of_lists_has_no_bound_on_its_numbers():
    table = [[float(i + j) for j in range(500)] for i in range(200)]
    assert sum(map(len, table)) > MOST_ITEMS
    assert unpack(pack({"value": table}))["value"] == table


def test_whole_numbers_and_fractions_in_one_row():
    assert unpack(pack([0, 0.5, 2])) == [0, 0.5, 2]


def test_a_value_of_too_many_parts_leaves_the_other_fields_whole():
    found = unpack(pack({"value": [[None]] * MOST_ITEMS, "changed": [1, 2], "seconds": 0.5}))
    assert found["changed"] == [1, 2]
    assert found["seconds"] == 0.5
    assert isinstance(found["value"][-1], Foreign)


def test_tables_of_objects_come_as_rows():
    table = np.array([[0.5, 1.5], [2.5, 3.5]], dtype=object)
    assert unpack(pack(table)) == [[0.5, 1.5], [2.5, 3.5]]


def test_what_says_itself_which_array_it_is_comes_as_that_array():
    class Own:
        def __array__(self, dtype: Any = None, copy: Any = None):
            return np.arange(3.0)

    assert np.array_equal(unpack(pack(Own())), [0, 1, 2])
    assert isinstance(unpack(pack(Own)), Foreign)


def test_mappings_come_as_dicts_and_sets_have_no_order():
    assert unpack(pack(MappingProxyType({"a": 1}))) == {"a": 1}
    assert isinstance(unpack(pack({1.5, 2.5})), Foreign)


def test_other_sequences_come_as_lists():
    arrays = [np.ones(2), np.zeros((2, 3))]
    objects = np.empty(2, dtype=object)
    objects[:] = arrays

    class Pair:
        def __iter__(self):
            return iter(arrays)

    for value in (Pair(), deque(arrays), dict(enumerate(arrays)).values(), objects, iter(arrays)):
        found = unpack(pack(value))
        assert [a.shape for a in found] == [(2,), (2, 3)]
