"""The view *Practise*: a question, an answer typed as on paper, the mistake by name, hints."""

from __future__ import annotations

import random
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from chainrule import roadmap
from chainrule.practice import Graded, Problem, problem, topics_for
from chainrule.web.rendering import address_of, render
from chainrule.web.studio import NotThere
from chainrule.web.view import View, whole_number

LARGEST_SEED = 999_999
LONGEST = 2000
"""Characters of an answer that are read."""


def asked(query: Mapping[str, str]) -> Problem:
    """The question of an address: a topic and a seed, or the first topic of a concept."""
    topics = topics_for(query.get("topic") or query.get("concept") or None)
    chosen = random.Random(query.get("seed", "0")).choice(topics)
    seed = whole_number(query.get("seed"), 0, LARGEST_SEED, otherwise=0)
    return problem(chosen.name, seed)


def graded(query: Mapping[str, str], question: Problem) -> Graded | None:
    answer = query.get("answer", "").strip()
    if not answer:
        return None
    if len(answer) > LONGEST:
        raise NotThere(f"an answer of {len(answer)} characters is too long; the limit is {LONGEST}")
    return question.grade(answer)


def shown(request: Request, result: Graded | None, question: Problem) -> Response:
    query = address_of(request).query
    rungs = question.ladder.rungs
    hints = whole_number(query.get("hints"), 0, len(rungs), otherwise=0)
    return render(
        request,
        "practise.html",
        view=VIEW,
        question=question,
        seed=question.seed,
        topics=topics_for(None),
        answer=query.get("answer", ""),
        result=result,
        message=message(result),
        rungs=question.ladder.up_to(hints),
        more=len(rungs) - hints,
        hints=hints,
        tries=whole_number(query.get("tries"), 0, 999, otherwise=0),
    )


def message(result: Graded | None) -> str:
    if result is None:
        return ""
    if result.passed:
        return "Right."
    if result.check.mistakes:
        return result.check.mistakes[0].message
    return result.check.message


def page(request: Request) -> Response:
    query = address_of(request).query
    question = asked(query)
    return shown(request, graded(query, question), question)


def answer(request: Request) -> Response:
    """Grade an answer and keep what happened in the learner's log."""
    query = address_of(request).query
    question = asked(query)
    result = graded(query, question)
    if result is not None:
        hints = whole_number(query.get("hints"), 0, 99, otherwise=0)
        tries = whole_number(query.get("tries"), 0, 999, otherwise=0)
        if (event := result.event(tries, hints)) is not None:
            roadmap.record(event)
    return shown(request, result, question)


VIEW = View(
    "Practise",
    "Questions that never run out. Type the answer as on paper; a wrong one is called by its name.",
    gets=(("/practise", page),),
    posts=(("/practise", answer),),
)
