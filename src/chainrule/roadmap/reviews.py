"""When what was learned comes back: the `fsrs` library's schedule, in whole days.

A wrong answer, or one that was shown, is rated Again, one with hints Hard, a clean one Good.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Literal

from chainrule.ground.events import Answered

if TYPE_CHECKING:
    from fsrs import Scheduler

Rating = Literal["again", "hard", "good"]

DAILY = 20
"""Reviews a day, where the learner has not said how many."""

MOST_DAILY = 1000


@dataclass(frozen=True, slots=True)
class Card:
    """What is remembered of one topic: how well, how hard it is, and when it is asked again."""

    stability: float
    difficulty: float
    last: date
    due: date

    @property
    def days(self) -> int:
        """From the last review to the next."""
        return (self.due - self.last).days


def rating_of(event: Answered) -> Rating | None:
    """The rating of a question by its first answer; None for a second try."""
    if event.tries:
        return None
    if event.shown or event.verdict == "wrong":
        return "again"
    return "hard" if event.hints else "good"


def reviewed(card: Card | None, rating: Rating, on: date) -> Card:
    """The card after a review on this day; a new one where there was none."""
    from fsrs import Card as Scheduled
    from fsrs import Rating as Grade
    from fsrs import State

    before = Scheduled(card_id=1)
    if card is not None:
        before = Scheduled(
            card_id=1,
            state=State.Review,
            stability=card.stability,
            difficulty=card.difficulty,
            due=noon(card.due),
            last_review=noon(card.last),
        )
    after, _ = scheduler().review_card(before, Grade[rating.capitalize()], noon(on))
    assert after.stability is not None
    assert after.difficulty is not None
    due = max(after.due.date(), on + timedelta(days=1))
    return Card(after.stability, after.difficulty, on, due)


@functools.cache
def scheduler() -> Scheduler:
    """The library's own weights; in days, without chance, so that a log has one schedule only."""
    from fsrs import Scheduler

    return Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)


def noon(day: date) -> datetime:
    """The moment that stands for a day: the hour makes no difference."""
    return datetime.combine(day, time(12), UTC)
