"""`chainrule practice [TOPIC]`: questions without end, graded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chainrule.practice import Graded, Topic

MOST_SEEDS = 1_000_000


def practice(
    topic: Annotated[
        str | None,
        typer.Argument(
            metavar="TOPIC",
            help="A topic such as chain-power, or a concept such as rules: all of its topics.",
        ),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="The first question; the same seed, the same one.")
    ] = None,
    count: Annotated[int | None, typer.Option(min=1, help="How many questions.")] = None,
    answer: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Grade this answer to the seed's question.")
    ] = None,
    list_topics: Annotated[bool, typer.Option("--list", help="List the topics.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a question.")] = False,
) -> int:
    """Practise: calculus first, then every number of a network.

    Exit status of --answer: 0 right, 1 wrong, 2 not readable, 3 undecided.
    """
    from chainrule.cli.closing_line import learner
    from chainrule.cli.failure import Refused
    from chainrule.cli.practice_questions import ask
    from chainrule.cli.recording import record
    from chainrule.cli.terminal import print_json
    from chainrule.practice import Session, problem, topics_for
    from chainrule.roadmap import past_of

    topics = topics_for(topic)
    if list_topics:
        show_topics(topics, json)
        return 0
    if answer is not None:
        only, *others = topics
        if seed is None or others:
            raise Refused("an answer needs its question: give a TOPIC and --seed N")
        graded = problem(only.name, seed).grade(answer)
        record(graded.event())
        return show_verdict(graded, json)
    first = drawn_seed() if seed is None else seed
    if json:
        for number in range(count or 1):
            asked = problem(topics[number % len(topics)].name, first + number)
            print_json(asked.to_dict())
        return 0
    past = None if seed is not None else past_of(topics, learner())
    return ask(Session(topics, first, past), count)


def drawn_seed() -> int:
    """A seed of the easiest level."""
    import secrets

    from chainrule.practice import level_of

    seed = secrets.randbelow(MOST_SEEDS)
    return next(s for s in range(seed, seed + 10) if level_of(s) == 1)


def show_topics(topics: Sequence[Topic], as_json: bool) -> None:
    """The topics, by concept."""
    import json

    from chainrule.cli.terminal import fold, plain_width
    from chainrule.ground.words import counted

    if as_json:
        print(json.dumps([topic.to_dict() for topic in topics], ensure_ascii=False))
        return
    across = plain_width()
    concept = ""
    for topic in topics:
        if topic.concept != concept:
            concept = topic.concept
            print(concept)
        line = f"  {topic.name:<28}{topic.title}"
        print("\n".join(fold(line, across)) if across is not None else line)
    print(f"\n{counted(len(topics), 'topic')}. Practise one of them: chainrule practice TOPIC")


def show_verdict(graded: Graded, as_json: bool) -> int:
    """The verdict on one answer; the exit status."""
    from chainrule.cli.practice_questions import say, verdict_lines
    from chainrule.cli.terminal import print_json
    from chainrule.cli.verdicts import STATUS

    if as_json:
        print_json(graded.to_dict())
    else:
        for line in verdict_lines(graded):
            say(line)
    return 0 if graded.passed else STATUS[graded.check.verdict] or 1
