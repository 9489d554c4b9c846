"""Questions without end, from the slope to backpropagation, graded and explained.

    topics_for("rules")             the Topics of a concept; topics_for(None): all
    asked = problem("product", 7)   a Problem: asked.ask, asked.wrong, asked.ladder
    asked.grade("2x sin(x)")        a Graded: its check, and the wrong rule by name
    Session(topics_for("rules"), 7) question after question, harder after success
    judge_edges(weights, bias, pictures)   a neuron built by hand to find an edge

>>> problem("power", 3).grade("x").check.verdict
'wrong'
"""

from chainrule.practice.edge_detector import (
    LEAST_SIDE,
    EdgeTexts,
    Judged,
    edge_texts,
    judge_edges,
    made_pictures,
)
from chainrule.practice.problems import (
    Graded,
    PracticeFault,
    Problem,
    level_of,
    problem,
    topic_named,
    topics_for,
)
from chainrule.practice.session import Past, Score, Session
from chainrule.practice.topic import KINDS, Task, Topic
from chainrule.practice.topics import TOPICS
from chainrule.practice.wrong_answers import Wrong, WrongRule

__all__ = [
    "KINDS",
    "LEAST_SIDE",
    "TOPICS",
    "EdgeTexts",
    "Graded",
    "Judged",
    "Past",
    "PracticeFault",
    "Problem",
    "Score",
    "Session",
    "Task",
    "Topic",
    "Wrong",
    "WrongRule",
    "edge_texts",
    "judge_edges",
    "level_of",
    "made_pictures",
    "problem",
    "topic_named",
    "topics_for",
]
