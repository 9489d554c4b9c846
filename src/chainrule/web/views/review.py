"""The view *Review*: what is due today, each with a question that was not asked before."""

from __future__ import annotations

from datetime import date

from starlette.requests import Request
from starlette.responses import Response

from chainrule import roadmap
from chainrule.ground.events import DailyReviews
from chainrule.practice import topic_named
from chainrule.web.address import Address
from chainrule.web.learner import kept, next_to_do, standing
from chainrule.web.rendering import asked, render, see
from chainrule.web.view import View, whole_number

MOST_A_DAY = 1000


def page(request: Request) -> Response:
    of, today = standing()
    every, due = of.all_due_topics(today), of.due_topics(today)
    return render(
        request,
        "review.html",
        view=VIEW,
        topics=[topic_named(name) for name in due],
        waiting=len(every) - len(due),
        daily=of.daily,
        writing=[roadmap.concept(slug) for slug in of.due_writing(today)],
        days=days_ahead(of, today),
        retired=of.retired,
        following=next_to_do(roadmap.next_on_the_road(of), of),
        most=MOST_A_DAY,
    )


def days_ahead(of: roadmap.Standing, today: date) -> list[tuple[date, int]]:
    """How many questions come back on which of the next days."""
    retired = of.retired
    cards = [
        topic.card.due
        for name, topic in of.topics.items()
        if topic.card is not None and name not in retired
    ]
    later = sorted(day for day in cards if day > today)
    return [(day, later.count(day)) for day in dict.fromkeys(later)][:7]


def daily(request: Request) -> Response:
    """The most reviews a day, from now on."""
    number = whole_number(asked(request).query.get("daily"), 0, MOST_A_DAY, otherwise=roadmap.DAILY)
    return see(kept(DailyReviews(number=number), Address("/review")))


VIEW = View(
    "Review",
    "What you learned comes back before you forget it, each time with a new question.",
    gets=(("/review", page),),
    posts=(("/review", daily),),
    of_the_road=True,
)
