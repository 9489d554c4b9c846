"""What the events of a log come to: what is passed, what is done, how hard, what is due.

All of it is computed from the events in their order, the day being that of the learner's clock.
`current_standing` keeps the result beside the log, with the number of the last event, and goes on
from there; whoever throws it away has it computed again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

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
from chainrule.roadmap.activity import Activity, Part, activities, concepts_by_part, part_of
from chainrule.roadmap.concepts import ORDER
from chainrule.roadmap.event_log import Log, when
from chainrule.roadmap.reviews import DAILY, Card, rating_of, reviewed

KEPT = "standing"
FORM = 1
"""Of what is kept: raised when anything here computes something else."""

LEVELS = (1, 2, 3)
CLEAN_IN_A_ROW = 2
"""Clean answers in a row that make the next question of a topic harder."""

RIGHT = ("right", "right-other-form")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LONG_AGO = EPOCH.date()


def known_topics() -> set[str]:
    """The names of the topics that are practised on the road."""
    return {name for kind, name in concepts_by_part() if kind == "practise"}


@dataclass
class Practised:
    """What is known of one topic: the seeds that were asked, the level, and when it is due.

    `shown` are the seeds whose solution was shown.
    """

    seeds: set[int] = field(default_factory=set)
    shown: set[int] = field(default_factory=set)
    level: int = LEVELS[0]
    clean: int = 0
    card: Card | None = None

    def answered(self, event: Answered, on: date) -> bool:
        """Count an answer; whether it was a review, asked because it was due."""
        again = event.seed in self.seeds
        self.seeds.add(event.seed)
        if event.shown:
            self.shown.add(event.seed)
        rating = None if again else rating_of(event)
        if rating is None:
            return False
        due = self.card is not None and self.card.due <= on
        self.card = reviewed(self.card, rating, on)
        if rating == "good":
            self.clean += 1
            if self.clean >= CLEAN_IN_A_ROW:
                self.level, self.clean = min(self.level + 1, LEVELS[-1]), 0
        elif rating == "again":
            self.level, self.clean = max(self.level - 1, LEVELS[0]), 0
        return due


@dataclass
class Standing:
    """How a learner stands on the road.

    `passed` has the parts that were passed without the answer shown. `finished` says which concepts
    are done, and by which event each was finished. `gaps` are those of the last write-up of a
    concept, and the day from which it is due again.
    """

    zone: tzinfo = UTC
    passed: set[Part] = field(default_factory=set)
    finished: dict[str, str] = field(default_factory=dict)
    topics: dict[str, Practised] = field(default_factory=dict)
    gaps: dict[str, tuple[date, tuple[str, ...]]] = field(default_factory=dict)
    shown: set[str] = field(default_factory=set)
    """Functions whose reference was shown before they were right, and not written anew since."""
    daily: int = DAILY
    day: date = LONG_AGO
    reviews: int = 0
    """How many were reviewed on `day`, the last one with an event."""
    last: tuple[str, str] = ("", "")
    """What the last event is ordered by."""

    def count(self, event: Event) -> None:
        """Add one event, the next in order."""
        on = moment(event).astimezone(self.zone).date()
        if on != self.day:
            self.day, self.reviews = on, 0
        self.last = when(event)
        if isinstance(event, Answered):
            topic = self.topics.setdefault(event.topic, Practised())
            self.reviews += topic.answered(event, on)
        elif isinstance(event, Explained):
            self.gaps.pop(event.concept, None)
            if event.gaps:
                self.gaps[event.concept] = (on + timedelta(days=1), event.gaps)
        elif isinstance(event, ReferenceShown):
            if ("build", event.function) not in self.passed:
                self.shown.add(event.function)
        elif isinstance(event, FunctionReset):
            self.shown.discard(event.function)
        elif isinstance(event, DailyReviews):
            self.daily = event.number
        part = part_of(event)
        if part is not None and part not in self.passed and self.passes(event):
            self.passed.add(part)
            self.finish(part, event)

    def passes(self, event: Event) -> bool:
        """Whether the event passes the part that it is about, without the answer shown."""
        if isinstance(event, Answered):
            return event.verdict in RIGHT and event.seed not in self.topics[event.topic].shown
        if isinstance(event, Derived):
            return event.verdict in RIGHT and not event.shown
        if isinstance(event, NetworkDerived):
            return not event.shown
        if isinstance(event, Graded):
            return event.outcome == "right" and event.function not in self.shown
        if isinstance(event, Explained):
            return not event.gaps
        return isinstance(event, NoteRead | RunFinished)

    def finish(self, part: Part, event: Event) -> None:
        """Note the concepts that this part was the last of."""
        if part not in concepts_by_part():
            return
        for slug in ORDER:
            if slug not in self.finished and all(map(self.done, activities(slug))):
                self.finished[slug] = event.id

    def done(self, activity: Activity) -> bool:
        return all(part in self.passed for part in activity.parts)

    def passed_of(self, activity: Activity) -> int:
        """How many parts of an activity are passed."""
        return sum(part in self.passed for part in activity.parts)

    def current(self) -> str | None:
        """The first concept that is not done; None at the end of the road."""
        return next((slug for slug in ORDER if slug not in self.finished), None)

    def due_topics(self, today: date) -> list[str]:
        """The topics to review, the longest overdue first, as many as are left for today."""
        left = max(self.daily - (self.reviews if self.day == today else 0), 0)
        return self.all_due_topics(today)[:left]

    def all_due_topics(self, today: date) -> list[str]:
        """Every topic that is due, the longest overdue first; those that still are asked."""
        known = known_topics()
        cards = [(t.card.due, name) for name, t in self.topics.items() if t.card is not None]
        return [name for due, name in sorted(cards) if due <= today and name in known]

    @property
    def retired(self) -> list[str]:
        """The topics of the log that are asked no more: of another version, or misspelt."""
        return sorted(self.topics.keys() - known_topics())

    def due_writing(self, today: date) -> list[str]:
        """The concepts whose write-up had gaps, and is to be gone over."""
        return [slug for slug in ORDER if slug in self.gaps and self.gaps[slug][0] <= today]

    def is_due(self, slug: str, today: date) -> bool:
        """Whether something of a concept is to be reviewed."""
        due = set(self.all_due_topics(today))
        parts = [part for each in activities(slug) for part in each.parts]
        return slug in self.due_writing(today) or any(
            kind == "practise" and name in due for kind, name in parts
        )

    def next_review(self, slug: str) -> date | None:
        """The day of the next review of a concept; None where it has none."""
        names = [name for a in activities(slug) for kind, name in a.parts if kind == "practise"]
        cards = [self.topics[name].card for name in names if name in self.topics]
        days = [card.due for card in cards if card is not None]
        days += [self.gaps[slug][0]] if slug in self.gaps else []
        return min(days, default=None)

    def level(self, topic: str) -> int:
        return self.topics[topic].level if topic in self.topics else LEVELS[0]

    def to_dict(self) -> dict[str, Any]:
        """As plain values, for `from_dict`."""
        return {
            "passed": sorted(map(list, self.passed)),
            "finished": self.finished,
            "topics": {name: topic_values(topic) for name, topic in sorted(self.topics.items())},
            "gaps": {slug: [day.isoformat(), *gaps] for slug, (day, gaps) in self.gaps.items()},
            "shown": sorted(self.shown),
            "daily": self.daily,
            "day": self.day.isoformat(),
            "reviews": self.reviews,
            "last": self.last,
        }

    @staticmethod
    def from_dict(values: dict[str, Any], zone: tzinfo) -> Standing:
        return Standing(
            zone=zone,
            passed={(kind, name) for kind, name in values["passed"]},
            finished=values["finished"],
            topics={
                name: Practised(set(seeds), set(shown), level, clean, card and card_of(card))
                for name, (seeds, shown, level, clean, card) in values["topics"].items()
            },
            gaps={s: (date.fromisoformat(d), tuple(g)) for s, (d, *g) in values["gaps"].items()},
            shown=set(values["shown"]),
            daily=values["daily"],
            day=date.fromisoformat(values["day"]),
            reviews=values["reviews"],
            last=tuple(values["last"]),
        )


def topic_values(topic: Practised) -> list[Any]:
    card = topic.card and card_values(topic.card)
    return [sorted(topic.seeds), sorted(topic.shown), topic.level, topic.clean, card]


def card_values(card: Card) -> list[Any]:
    return [card.stability, card.difficulty, card.last.isoformat(), card.due.isoformat()]


def card_of(values: list[Any]) -> Card:
    stability, difficulty, last, due = values
    return Card(stability, difficulty, date.fromisoformat(last), date.fromisoformat(due))


def moment(event: Event) -> datetime:
    """When an event happened; long ago where it does not say."""
    try:
        at = datetime.fromisoformat(event.at)
    except ValueError:
        return EPOCH
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def standing_of(events: Iterable[Event], zone: tzinfo = UTC) -> Standing:
    """What events come to, whatever order they are given in."""
    found = Standing(zone)
    for event in sorted(events, key=when):
        found.count(event)
    return found


def current_standing(log: Log, now: datetime) -> Standing:
    """What the events of a log come to, on the learner's clock `now`."""
    zone = now.tzinfo or UTC
    number, found = kept(log, zone, key(now))
    new = list(log.after(number))
    if not new:
        return found
    if any(when(event) < found.last for _, event in new):  # read in from another machine
        number, found, new = 0, Standing(zone), list(log.after())
    for _, event in sorted(new, key=lambda pair: when(pair[1])):
        found.count(event)
    body = json.dumps({"key": key(now), **found.to_dict()})
    log.keep(KEPT, max(at for at, _ in new), body)
    return found


def key(now: datetime) -> list[Any]:
    """What else the result depends on."""
    return [FORM, str(now.utcoffset()), activities_key()]


def activities_key() -> str:
    return " ".join(name for _, name in parts())


def parts() -> Iterator[Part]:
    return (part for slug in ORDER for each in activities(slug) for part in each.parts)


def kept(log: Log, zone: tzinfo, of: list[Any]) -> tuple[int, Standing]:
    """What was kept, and the number of the event it goes up to; the start where there is none."""
    row = log.kept(KEPT)
    if row is None:
        return 0, Standing(zone)
    number, body = row
    try:
        values = json.loads(body)
        if values["key"] == of:
            return number, Standing.from_dict(values, zone)
    except (ValueError, LookupError, TypeError):
        pass  # of another version: computed again
    return 0, Standing(zone)
