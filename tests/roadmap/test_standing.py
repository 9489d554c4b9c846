"""What the events come to: done, fresh, due, and what comes next; all from the log alone."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path

import pytest

from chainrule.ground.events import (
    Answered,
    DailyReviews,
    Derived,
    Event,
    Explained,
    FunctionReset,
    Graded,
    NetworkDerived,
    NoteRead,
    ReferenceShown,
    RunFinished,
)
from chainrule.practice import TOPICS
from chainrule.roadmap import (
    FILE,
    ORDER,
    Activity,
    Log,
    Standing,
    activities,
    concepts_by_part,
    current_standing,
    minutes,
    next_in,
    next_step,
    part_of,
    standing_of,
)
from chainrule.workshop import stage_names

START = datetime(2026, 1, 1, 9, tzinfo=UTC)


def at(day: float) -> str:
    return (START + timedelta(days=day)).isoformat(timespec="microseconds")


def on(day: int) -> date:
    return START.date() + timedelta(days=day)


def answer(verdict: str = "right", day: float = 0.0, seed: int = 0, **more: object) -> Answered:
    return Answered(**{"topic": "power", "verdict": verdict, "at": at(day), "seed": seed, **more})  # type: ignore[arg-type]


def events_for(activity: Activity, day: float = 0.0) -> Iterable[Event]:
    """What passes an activity."""
    for kind, name in activity.parts:
        if kind == "read":
            yield NoteRead(concept=name, at=at(day))
        elif kind == "practise":
            yield answer(topic=name, day=day)
        elif kind == "derive" and activity.challenge is None:
            yield NetworkDerived(network="8-7-4 tanh cross-entropy", at=at(day))
        elif kind == "derive":
            assert activity.challenge is not None
            sheet, quantity = activity.challenge.sheet, activity.challenge.wrt
            yield Derived(sheet=sheet, quantity=quantity, verdict="right", at=at(day))
        elif kind == "build":
            yield Graded(function=name, outcome="right", fingerprint="", at=at(day))
        elif kind == "train":
            own = name == "own"
            yield RunFinished(data="digits", network="64-30-10", epochs=1, own=own, at=at(day))
        else:
            yield Explained(concept=name, at=at(day))


def whole_road() -> Iterable[Event]:
    """Every part once, in the order of the road, a second apart."""
    events = [e for slug in ORDER for each in activities(slug) for e in events_for(each)]
    by_part = {part_of(event): event for event in reversed(events)}
    for number, event in enumerate(sorted(by_part.values(), key=events.index)):
        yield replace(event, at=at(number / 86400))


WHOLE_ROAD = list(whole_road())


def test_every_part_is_there_and_is_counted_once() -> None:
    parts = [part for slug in ORDER for each in activities(slug) for part in each.parts]
    names = {kind: {name for k, name in parts if k == kind} for kind, _ in parts}
    assert names["practise"] == {topic.name for topic in TOPICS}
    assert names["build"] == set(stage_names())
    assert {part_of(event) for event in WHOLE_ROAD} == set(parts)
    assert all(minutes(slug) > 10 for slug in ORDER)
    derived = [name for kind, name in parts if kind == "derive"]
    assert len(set(derived)) == len(derived), "none is done by another concept's"


@pytest.mark.parametrize("quantity", ["W1", "dC/dW1", " dC / dW1 "])
def test_a_derivation_counts_however_it_was_asked(quantity: str) -> None:
    event = Derived(sheet="quadratic", quantity=quantity, verdict="right")
    assert concepts_by_part()[part_of(event)] == "weight-gradients"  # type: ignore[index]


def test_a_concept_is_done_when_each_activity_is() -> None:
    for slug in ORDER[:16]:
        of_slug = [event for each in activities(slug) for event in events_for(each)]
        assert standing_of(of_slug).finished == {slug: max(of_slug, key=lambda e: (e.at, e.id)).id}
        for left_out in of_slug:
            rest = [event for event in of_slug if event is not left_out]
            assert standing_of(rest).finished == {}


def test_the_whole_road() -> None:
    found = standing_of(WHOLE_ROAD)
    assert list(found.finished) == list(ORDER)
    assert found.current() is None
    assert next_step(found, START.date()).finished
    assert not next_step(found, on(400)).finished, "reviews come"


def test_the_next_step_is_the_first_that_is_not_done() -> None:
    found = Standing()
    for event in WHOLE_ROAD:
        step = next_step(found, START.date())
        assert step.activity is not None
        assert part_of(event) in step.activity.parts
        assert next_in(found, step.activity.concept) == step
        found.count(event)


@pytest.mark.parametrize(
    "event",
    [
        answer("wrong"),
        answer("shown", shown=True),
        answer(shown=True, hints=4),
        Derived(sheet="quadratic", quantity="W1", verdict="right", shown=True),
        Derived(sheet="quadratic", quantity="W1", verdict="right-if"),
        Derived(sheet="quadratic", quantity="W1", verdict="wrong"),
        Graded(function="relu", outcome="numbers", fingerprint=""),
        Explained(concept="slope", gaps=("limit",)),
    ],
)
def test_what_does_not_pass(event: Event) -> None:
    assert standing_of([event]).passed == set()


def test_a_question_whose_solution_was_shown_is_passed_by_another_one() -> None:
    shown = answer("shown", shown=True, seed=5)
    assert standing_of([shown, answer(seed=5, day=1)]).passed == set()
    assert standing_of([shown, answer(seed=6, day=1)]).passed == {("practise", "power")}


def test_a_function_whose_reference_was_shown_is_written_anew() -> None:
    shown = ReferenceShown(function="relu", why="asked for twice", at=at(0))
    graded = Graded(function="relu", outcome="right", fingerprint="", at=at(1))
    emptied = FunctionReset(function="relu", archived="", at=at(2))
    later = Graded(function="relu", outcome="right", fingerprint="", at=at(3))
    assert standing_of([shown, graded]).passed == set()
    assert standing_of([shown, graded, later]).passed == set()
    assert standing_of([shown, graded, emptied, later]).passed == {("build", "relu")}
    afterwards = ReferenceShown(function="relu", why="right", at=at(2))
    assert standing_of([graded, afterwards]).passed == {("build", "relu")}


def test_gaps_of_a_write_up_come_back_the_next_day() -> None:
    gaps = Explained(concept="slope", gaps=("limit",), at=at(0))
    found = standing_of([gaps])
    assert found.due_writing(on(0)) == []
    assert found.due_writing(on(1)) == ["slope"]
    assert found.is_due("slope", on(1))
    assert next_step(found, on(1)).writing == ("slope",)
    assert standing_of([gaps, Explained(concept="slope", at=at(1))]).due_writing(on(9)) == []


def levels(*events: Answered) -> list[int]:
    return [standing_of(events[:n]).level("power") for n in range(len(events) + 1)]


def test_it_gets_harder_with_success_and_easier_with_failure() -> None:
    days = [answer(day=n, seed=n) for n in range(7)]
    assert levels(*days) == [1, 1, 2, 2, 3, 3, 3, 3]
    days[5] = answer("wrong", day=5, seed=5)
    assert levels(*days) == [1, 1, 2, 2, 3, 3, 2, 2]
    days[5] = answer("shown", day=5, seed=5, shown=True)
    assert levels(*days)[6] == 2
    days[5] = answer(day=5, seed=5, hints=1)
    assert levels(*days)[6] == 3
    second = answer("wrong", day=5.1, seed=5, tries=1)
    assert levels(*days[:5], answer("wrong", day=5, seed=5), second)[-1] == 2, "once a question"


def due(*events: Answered) -> int:
    card = standing_of(events).topics["power"].card
    assert card is not None
    return card.days


def test_ratings_order_the_intervals() -> None:
    begun = answer(day=0), answer(day=2, seed=1)
    again = due(*begun, answer("wrong", day=13, seed=2))
    hard = due(*begun, answer(day=13, seed=2, hints=1))
    good = due(*begun, answer(day=13, seed=2))
    assert again < hard < good
    assert due(*begun, answer("shown", day=13, seed=2, shown=True)) == again
    once_more = answer("wrong", day=13, seed=2), answer(day=13.01, seed=2, tries=1)
    assert due(*begun, *once_more) == again, "a second try mends nothing"


def test_the_hour_makes_no_difference() -> None:
    """A review in the morning after an evening counts as a day later."""
    evening, morning = answer(day=0.5), answer(day=1.9, seed=1)
    assert due(evening, morning) == due(answer(day=0), answer(day=2, seed=1))


def test_the_day_is_the_learners() -> None:
    late = answer(day=0.6)  # 23:24 UTC
    assert standing_of([late], UTC).topics["power"].card.last == on(0)  # type: ignore[union-attr]
    east = timezone(timedelta(hours=5))
    assert standing_of([late], east).topics["power"].card.last == on(1)  # type: ignore[union-attr]


def test_a_learner_over_120_days(tmp_path: Path) -> None:
    """Two new topics a day, reviews as they are due, right nine times out of ten."""
    chance, names = random.Random(3), [topic.name for topic in TOPICS]
    found, events = Standing(), list[Event]()

    def happened(event: Event) -> None:
        found.count(event)
        events.append(event)

    happened(DailyReviews(number=5, at=at(0)))
    asked: Counter[tuple[str, int]] = Counter()
    longer, as_long, shorter, most_due = 0, 0, 0, 0
    for day in range(120):
        reviews = found.due_topics(on(day))
        most_due = max(most_due, len(found.all_due_topics(on(day))))
        assert len(reviews) <= 5
        for number, name in enumerate([*reviews, *names[day * 2 : day * 2 + 2]]):
            topic = found.topics.get(name)
            before = None if topic is None else topic.card
            seeds = () if topic is None else topic.seeds
            seed = next(s for s in range(1000) if s not in seeds)
            asked[name, seed] += 1
            right = chance.random() < 0.9
            verdict = "right" if right else "wrong"
            happened(answer(verdict, day + number / 1000, seed, topic=name))
            after = found.topics[name].card
            assert after is not None
            assert after.due > on(day)
            if before is None:
                continue
            if right:
                assert after.days >= before.days
                longer += after.days > before.days
                as_long += after.days == before.days
                assert after.days > before.days or before.days <= 2
            else:
                assert after.days < before.days or after.days == 1
                shorter += after.days < before.days
        assert len(found.due_topics(on(day))) <= 5 - len(reviews)
    assert longer > 300
    assert as_long < longer / 20, "a day stays a day after a lapse"
    assert shorter > 15
    assert most_due > 5, "there were days with more than the daily number"
    assert max(asked.values()) == 1, "each review is a fresh variant"
    log = Log(tmp_path / FILE)
    log.add(*events)
    assert current_standing(log, START) == standing_of(events) == found


def test_no_more_than_the_daily_number_though_it_is_asked_again() -> None:
    first = [answer(topic=topic.name) for topic in TOPICS[:40]]
    found = standing_of(first)
    assert len(found.due_topics(on(60))) == 20
    done = [answer(topic=name, day=60, seed=1) for name in found.due_topics(on(60))]
    assert standing_of([*first, *done[:15]]).due_topics(on(60)) == found.due_topics(on(60))[15:]
    assert standing_of([*first, *done]).due_topics(on(60)) == []
    assert len(standing_of([*first, *done]).due_topics(on(61))) == 20
    fewer = DailyReviews(number=3, at=at(1))
    assert len(standing_of([*first, fewer]).due_topics(on(60))) == 3


def mixed(number: int) -> list[Event]:
    chance = random.Random(1)
    return [
        chance.choice(WHOLE_ROAD).__class__.from_dict(  # type: ignore[misc]
            {**chance.choice(WHOLE_ROAD).to_dict(), "at": at(n / 7), "id": f"{n:032x}"}
        )
        for n in range(number)
    ]


def test_what_is_kept_is_what_is_computed(tmp_path: Path) -> None:
    """Event by event, with events of another machine read in, and with nothing kept at all."""
    log = Log(tmp_path / FILE)
    events = mixed(120)
    late = events[40:50]
    for event in [*events[:40], *events[50:80]]:
        log.add(event)
        current_standing(log, START)
    log.add(*late)
    assert current_standing(log, START) == standing_of(events[:80])
    log.add(*events[80:])
    assert current_standing(log, START) == standing_of(events)
    for spoilt in ("{", "[]", "{}", '{"key": 3}'):
        log.keep("standing", 120, spoilt)
        assert current_standing(log, START) == standing_of(events)
    assert Standing.from_dict(current_standing(log, START).to_dict(), UTC) == standing_of(events)
    elsewhere = START.astimezone(timezone(timedelta(hours=-9)))
    assert current_standing(log, elsewhere) == standing_of(events, elsewhere.tzinfo or UTC)


def test_days_of_an_interval_grow_with_every_success() -> None:
    seen, day = [answer()], 0
    days = []
    for number in range(1, 8):
        days.append(due(*seen))
        day += days[-1]
        seen.append(answer(day=day, seed=number))
    assert all(a < b for a, b in pairwise(days))
    assert days[0] >= 1


def test_a_topic_that_is_asked_no_more_is_no_review():
    """An answer of another version stays in the log, and nobody waits for it."""
    gone = Answered(topic="no-such-topic", seed=1, verdict="right", at=at(0))
    found = standing_of([gone, Answered(topic="power", seed=1, verdict="right", at=at(0))])
    assert found.all_due_topics(on(60)) == ["power"]
    assert found.retired == ["no-such-topic"]
