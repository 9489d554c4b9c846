"""The view *Practise*: a question, an answer typed as on paper, the mistake by name, hints.

Without a seed in its address it draws a question: of a topic, of the topics of a concept, or of
what is due for review.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from chainrule import algebra
from chainrule.practice import Graded, Problem, problem, topic_named, topics_for
from chainrule.web.address import Address
from chainrule.web.learner import kept, next_question, standing
from chainrule.web.rendering import address_of, asked, render, see
from chainrule.web.studio import NotThere
from chainrule.web.view import View, whole_number
from chainrule.workshop import hints_shown

LARGEST_SEED = 999_999
LONGEST = 2000
"""Characters of an answer that are read."""


def question_of(query: Mapping[str, str]) -> Problem:
    """The question that an address names by its topic and its seed."""
    seed = whole_number(query.get("seed"), 0, LARGEST_SEED, otherwise=0)
    return problem(topic_named(query.get("topic", "")).name, seed)


def draw(request: Request) -> Response:
    """On to a question that the learner has not had."""
    address = address_of(request)
    of, today = standing()
    query, review = address.query, address.query.get("review") == "yes"
    if review:
        due = of.due_topics(today)
        named = [name for name in due if name == query.get("topic")]
        topics = [topic_named(name) for name in named or due]
        if not topics:
            return see(Address("/review"))
    else:
        topics = list(topics_for(query.get("topic") or query.get("concept") or None))
    seed = secrets.randbelow(LARGEST_SEED // 2)
    topic, seed = next_question(topics, of, seed, passed=not review)
    return see(address.with_(topic=topic, seed=seed))


def graded(query: Mapping[str, str], question: Problem) -> Graded | None:
    answer = query.get("answer", "").strip()
    if not answer:
        return None
    if len(answer) > LONGEST:
        raise NotThere(f"an answer of {len(answer)} characters is too long; the limit is {LONGEST}")
    return question.grade(answer)


def page(request: Request) -> Response:
    address = address_of(request)
    query = address.query
    if not query.get("seed"):
        return draw(request)
    question = question_of(query)
    result = graded(query, question)
    rungs = question.ladder.rungs
    given = hints_shown()
    hints = whole_number(query.get("hints"), 0, len(rungs), otherwise=0) if given else 0
    tries = whole_number(query.get("tries"), 0, 999, otherwise=0)
    return render(
        request,
        "practise.html",
        view=VIEW,
        question=question,
        how=question.task.answer.how(),
        seed=question.seed,
        topics=topics_for(None),
        concept=query.get("concept", ""),
        review=query.get("review", ""),
        answer=query.get("answer", ""),
        result=result,
        message=message(result),
        rungs=question.ladder.up_to(hints),
        more=len(rungs) - hints if given else 0,
        no_hints=not given,
        hints=hints,
        tries=tries,
        another=address.with_(
            seed=None, answer=None, hints=None, tries=None, unrecorded=None,
            topic=None if query.get("concept") or query.get("review") else question.topic.name,
        ),
    )  # fmt: skip


def message(result: Graded | None) -> str:
    if result is None:
        return ""
    if result.passed:
        return "Right."
    if result.check.mistakes:
        return result.check.mistakes[0].message
    return result.check.message


def answer(request: Request) -> Response:
    """Grade an answer and keep what happened in the learner's log; a page then shows it."""
    address = asked(request)
    question = question_of(address.query)
    if address.query.get("show") == "yes" and hints_shown():
        return solution(address, question)
    result = graded(address.query, question)
    if result is None:
        return see(address.with_(answer=None))
    hints = whole_number(address.query.get("hints"), 0, 99, otherwise=0)
    tries = whole_number(address.query.get("tries"), 0, 999, otherwise=0)
    event = result.event(tries, hints)
    wrong = event is not None and not result.passed
    return see(kept(event, address.with_(tries=min(tries + wrong, 999), unrecorded=None)))


def solution(address: Address, question: Problem) -> Response:
    """Show the solution; that it was shown is kept."""
    tries = whole_number(address.query.get("tries"), 0, 999, otherwise=0)
    rungs = len(question.ladder.rungs)
    return see(kept(question.shown(tries), address.with_(show=None, hints=rungs)))


def preview(request: Request) -> Response:
    """An answer as it is read so far, while it is typed: mathematics, or nothing."""
    query = address_of(request).query
    trees = question_of(query).as_read(query.get("line", "")[:LONGEST])
    return HTMLResponse(Markup(", ").join(Markup(algebra.mathml(tree)) for tree in trees))


VIEW = View(
    "Practise",
    "Questions that never run out. Type the answer as on paper; a wrong one is called by its name.",
    gets=(("/practise", page), ("/practise/set", preview)),
    posts=(("/practise", answer),),
    of_the_road=True,
)
