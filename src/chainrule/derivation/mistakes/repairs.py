"""Which repairs are shown: short ones, judged again as they are printed.

A repair may be longer than the line by one factor or term. Where the smallest change is longer or
makes no sense, the right answer itself is the repair, if it is that short.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from chainrule.algebra import (
    ADD,
    DIVIDE,
    ENTRY,
    MATMUL,
    MULTIPLY,
    NEGATE,
    ONE,
    POWER_OF,
    TRANSPOSE,
    AlgebraError,
    Expression,
    negated,
    parse,
    postorder,
    text,
)
from chainrule.derivation.asking.case import Case, right_everywhere
from chainrule.derivation.asking.derived_forms import sources, textbook
from chainrule.derivation.asking.verdict import Mistake

WITHOUT_A_WORD = (ADD, DIVIDE, ENTRY, MATMUL, MULTIPLY, NEGATE, POWER_OF, TRANSPOSE)
"""The operations that are written without a word of their own."""

FACTOR = 6
"""How many words may stand for one, in a line that is shorter."""

CHAINS = (ADD, MULTIPLY, MATMUL)


def shown(
    case: Case, mistakes: tuple[Mistake, ...], is_right: Callable[[str], bool]
) -> tuple[Mistake, ...]:
    """The mistakes with the repairs that may be shown; the right answer for those that may not."""
    settled: dict[str | None, str | None] = {None: None}
    for repaired in (mistake.repaired for mistake in mistakes):
        if repaired is not None and repaired not in settled:
            fair = _is_short_text(case, repaired) and is_right(repaired)
            answers = (repaired,) if fair else right_answers(case)
            settled[repaired] = next((words for words in answers if fair or is_right(words)), None)
    return tuple(replace(mistake, repaired=settled[mistake.repaired]) for mistake in mistakes)


def right_answers(case: Case) -> Iterator[str]:
    """The right answer in the words of the derivation, where it is short enough for a repair."""
    asked = case.question
    if not asked.letters and not case.root.indices:
        for form in (*reversed(textbook(asked)), *sources(asked)):
            if is_short(case.root, form) and right_everywhere(form, case.truth):
                yield text(form)


def _is_short_text(case: Case, words: str) -> bool:
    try:
        return is_short(case.root, parse(words, case.question.sheet.scope).expression)
    except AlgebraError:
        return False


def is_short(before: Expression, after: Expression) -> bool:
    """Whether a tree has no more leaves than another but for one factor or term."""
    was, now = _words(before), _words(after)
    added, removed = now - was, (was - now).total()
    if added.total() <= removed or len(added) == 1:  # or the same word in every term
        return True
    parts = (sum(map(_words, run), Counter[object]()) for run in _runs(after))
    most = max(was.total(), FACTOR) if removed else now.total()
    return any(
        one.total() <= most
        and (added - one).total() <= removed
        and (one - added).total() <= removed
        for one in parts
    )


def _runs(root: Expression) -> Iterator[Sequence[Expression]]:
    """The parts of a tree, and what stands side by side in a sum or product."""
    for node in postorder(root):
        yield (node,)
        if node.operation in CHAINS:
            for i, j in itertools.combinations(range(len(node.args) + 1), 2):
                yield node.args[i:j]


def _words(root: Expression) -> Counter[object]:
    """The names, numbers and functions of a tree, as often as they stand in it."""
    counts: dict[Expression, Counter[object]] = {}
    for node in postorder(root):
        own = () if node.operation in WITHOUT_A_WORD else (node.operation if node.args else node,)
        counts[node] = sum((counts[arg] for arg in node.args), Counter[object](own))
    return counts[root]


def makes_sense(before: Expression, after: Expression) -> bool:
    """Whether a change brings in nothing that cancels: t - t, p/p, 1/(1/p)."""
    known = set(postorder(before))
    return not any(_cancels(node) for node in postorder(after) if node not in known)


def _cancels(node: Expression) -> bool:
    if node.operation is ADD:
        return any(negated(term) in node.args for term in node.args)
    if node.operation is DIVIDE:
        over, under = (set(_factors(arg)) for arg in node.args)
        return bool((over & under) - {ONE}) or any(part.operation is DIVIDE for part in under)
    return False


def _factors(node: Expression) -> Iterator[Expression]:
    if node.operation in (MULTIPLY, NEGATE, TRANSPOSE):
        for arg in node.args:
            yield from _factors(arg)
    else:
        yield node
