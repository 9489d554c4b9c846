"""The whole backward pass of a network of the learner's choice, as an activity of the road."""

from __future__ import annotations

import pytest

from chainrule.algebra import parse_sheet
from chainrule.derivation import Workings
from chainrule.ground.events import Event, NetworkDerived
from chainrule.ground.faults import Fault
from chainrule.network import Architecture, sheet_of
from chainrule.roadmap import (
    EXAMPLE,
    activities,
    chosen_network,
    derived_earlier,
    network_derived,
    standing_of,
)
from tests.support.learner import backward_pass

CHOSEN = next(one for one in activities("whole") if one.kind == "derive" and not one.challenge)


def worked(words: str, left_out: int = 0) -> Workings:
    """The backward pass of a network, derived by the machine but for its last quantities."""
    work = Workings(parse_sheet(sheet_of(Architecture.parse(words))))
    for line in backward_pass(words)[: len(work.order) - left_out]:
        assert work.answer(line).right, line
    return work


@pytest.mark.parametrize("words", [EXAMPLE, "3-4-5-2 relu softmax", "2-3-2 sigmoid quadratic"])
def test_the_whole_backward_pass_is_the_activity(words: str) -> None:
    event = network_derived(worked(words), chosen_network(words))
    assert isinstance(event, NetworkDerived)
    assert (event.network, event.shown) == (str(Architecture.parse(words)), False)
    assert standing_of([event]).done(CHOSEN)
    assert Event.from_dict(event.to_dict()) == event


def test_all_but_one_line_is_not_the_whole() -> None:
    assert network_derived(worked(EXAMPLE, left_out=1), chosen_network(EXAMPLE)) is None


def test_an_answer_that_was_shown_does_not_count() -> None:
    work = worked(EXAMPLE, left_out=1)
    work.move_on()
    while not work.now.shown:
        work.hint()
    work.answer("delta1 @ x.T")
    event = network_derived(work, chosen_network(EXAMPLE))
    assert event is not None
    assert event.shown
    assert not standing_of([event]).done(CHOSEN)


def test_what_was_derived_before_is_not_asked_again() -> None:
    first = Workings(parse_sheet(sheet_of(Architecture.parse(EXAMPLE))))
    sheet = first.sheet.text()
    lines = ["(1 - y)/(1 - a2) - y/a2", "delta2 = a2 - y", "dC/db2 = 3"]
    events = [first.event(first.answer(line), sheet) for line in lines]
    known = derived_earlier([event for event in events if event], sheet)
    assert known == {"dC/da2", "delta2"}
    again = Workings(first.sheet)
    assert [chain.heading for chain in again.know(known)] == ["dC/da2", "delta2"]
    assert again.now.heading == "dC/da1"
    everything = [chain.heading for chain in again.order]
    assert Workings(first.sheet).know(everything) == [], "a second time begins from a blank page"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("8-4 sigmoid", "no hidden layer"),
        ("8-7-6-5-4-3-2-2", "at most 6"),
        ("eight", "expected sizes"),
        ("8-7-4 tan", "neither an activation"),
    ],
)
def test_a_network_that_cannot_be_derived_says_why(words: str, why: str) -> None:
    with pytest.raises(Fault, match=why):
        chosen_network(words)


def test_no_hidden_layer_is_not_the_whole() -> None:
    work = worked("8-4 sigmoid quadratic")
    assert network_derived(work, Architecture.parse("8-4 sigmoid quadratic")) is None
