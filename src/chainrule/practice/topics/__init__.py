"""Every topic, in the order of the road. To add one is to add a function to one of these files."""

from __future__ import annotations

from itertools import chain
from types import ModuleType

from chainrule.practice.topic import Topic
from chainrule.practice.topics import (
    backpropagation,
    chain_rule,
    cost,
    cross_entropy,
    derivative_rules,
    descent,
    forward,
    gradient,
    gradient_checks,
    matrices,
    momentum,
    neuron,
    one_path,
    penalties,
    slope,
    softmax,
)

FILES: tuple[ModuleType, ...] = (
    slope, derivative_rules, chain_rule, gradient, matrices, neuron, forward, cost, descent,
    one_path, backpropagation, gradient_checks, cross_entropy, softmax, penalties, momentum,
)  # fmt: skip


def topics_in(file: ModuleType) -> tuple[Topic, ...]:
    """The topics of a file, in the order in which they stand there."""
    return tuple(value for value in vars(file).values() if isinstance(value, Topic))


TOPICS: tuple[Topic, ...] = tuple(chain.from_iterable(map(topics_in, FILES)))
