"""What to do next, chosen by where the learner is on the road."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from chainrule.roadmap.activity import Activity, activities
from chainrule.roadmap.standing import Standing


@dataclass(frozen=True, slots=True)
class Step:
    """The next step. `activity` is what is to be done, `passed` how many parts of it are.

    Without an activity there are `reviews` due today, or write-ups to go over; without either, the
    road is at its end.
    """

    activity: Activity | None = None
    passed: int = 0
    reviews: int = 0
    writing: tuple[str, ...] = ()

    @property
    def finished(self) -> bool:
        return self.activity is None and not self.reviews and not self.writing


def next_step(of: Standing, today: date) -> Step:
    """What is due today, else the first thing of the first concept that is not done."""
    reviews, writing = len(of.due_topics(today)), tuple(of.due_writing(today))
    if reviews or writing:
        return Step(reviews=reviews, writing=writing)
    return next_on_the_road(of)


def next_on_the_road(of: Standing) -> Step:
    """The first thing of the first concept that is not done, whatever is due."""
    slug = of.current()
    if slug is None:
        return Step()
    return next_in(of, slug)


def next_in(of: Standing, slug: str) -> Step:
    """The first thing of a concept that is not done; the road's next one where all are."""
    for activity in activities(slug):
        if not of.done(activity):
            return Step(activity, of.passed_of(activity))
    return next_on_the_road(of)
