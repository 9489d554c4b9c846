"""Learning-rate schedules: what they are stated to be, and text that reads back."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainrule.network import (
    SCHEDULES,
    Constant,
    Cosine,
    Exponential,
    NetworkError,
    Schedule,
    StepDecay,
    Warmup,
    schedule,
)

WHOLE: Any = st.builds(
    lambda number, kind: kind(number),
    st.integers(1, 999),
    st.sampled_from([int, float, np.int16, np.int64, np.float32, np.float64]),
)
FACTORS: Any = st.one_of(
    st.floats(0, 1, exclude_min=True),
    st.floats(0, 1, exclude_min=True).map(np.float64),
    st.floats(0, 1, exclude_min=True, width=32).map(np.float32),
    st.sampled_from([1, np.int64(1)]),
)
ANY = st.one_of(
    st.just(Constant()),
    st.just(Cosine()),
    st.builds(StepDecay, WHOLE, FACTORS),
    st.builds(Exponential, FACTORS),
    st.builds(Warmup, WHOLE),
)


@given(ANY)
def test_its_text_reads_back_as_the_same(given_: Schedule):
    assert schedule(given_.text()) == given_
    assert schedule(given_.text().upper()) == given_


@given(ANY, st.integers(1, 300), st.data())
def test_a_factor_is_between_0_and_1(given_: Schedule, epochs: int, data: st.DataObject):
    epoch = data.draw(st.integers(1, epochs))
    assert 0 <= given_.factor(epoch, epochs) <= 1


def factors(given_: Schedule, epochs: int) -> list[float]:
    return [given_.factor(epoch, epochs) for epoch in range(1, epochs + 1)]


def test_what_they_are():
    assert factors(Constant(), 3) == [1, 1, 1]
    assert factors(StepDecay(2, 0.5), 6) == [1, 1, 0.5, 0.5, 0.25, 0.25]
    assert factors(Exponential(0.5), 4) == [1, 0.5, 0.25, 0.125]
    assert factors(Warmup(4), 6) == [0.25, 0.5, 0.75, 1, 1, 1]
    # Loshchilov and Hutter, eq. (5): (1 + cos(pi T_cur / T)) / 2.
    assert factors(Cosine(), 4) == pytest.approx(
        [1, (1 + math.sqrt(0.5)) / 2, 0.5, (1 - math.sqrt(0.5)) / 2], abs=1e-15
    )


def test_every_one_is_known_by_its_name():
    assert {type(schedule(name)) for name in SCHEDULES} == set(SCHEDULES.values())
    assert [schedule(name).text().partition(":")[0] for name in SCHEDULES] == list(SCHEDULES)


def test_the_short_forms():
    assert schedule("step") == StepDecay()
    assert schedule("exponential") == Exponential()
    assert schedule("warmup") == Warmup()
    assert schedule("step:10:0.5").text() == "step:10:0.5"


def test_an_unknown_one_lists_the_forms():
    with pytest.raises(NetworkError, match=r"'linear'.*constant, step:EPOCHS:FACTOR.*cosine"):
        schedule("linear")
