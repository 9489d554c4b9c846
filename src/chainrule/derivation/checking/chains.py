"""Chains of equations: each link against the one before it, and against the truth.

    dC/dW2 = delta2 @ a1.T
    delta2 = dC/da2 * sigma'(z2)
           = (a2 - y) * sigma'(z2)

A line that names nothing may turn to what is asked, and does where that makes it right. So it can
be told whether a line breaks the chain, follows from one that was wrong already, or is right
although it does not follow: two errors that cancelled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from chainrule.algebra import SYMBOL, AlgebraError, Array, Expression, Sheet, evaluate, symbols
from chainrule.derivation.asking.case import Case
from chainrule.derivation.asking.derived_forms import sources
from chainrule.derivation.asking.points import equal
from chainrule.derivation.asking.question import Question, question
from chainrule.derivation.asking.truth import Truth
from chainrule.derivation.asking.verdict import (
    ChainCheck,
    Check,
    Line,
    Mistake,
    Verdict,
    with_text,
)
from chainrule.derivation.checking.judge import judge, judged
from chainrule.derivation.checking.lines import Link, links

MAX_LINKS = 50
"""The most links of a chain."""

CANCELLED = "two errors cancelled"


@dataclass(slots=True)
class _Known:
    """What is known of the links so far."""

    values: list[Array] | None = None
    """Of the link before, about the same thing."""
    alone: bool = False
    """Whether there is one link only, beside names of what is asked."""
    right: bool = True
    wrong_line: int = 0
    mistaken: dict[str, tuple[int, list[Array]]] = field(
        default_factory=dict[str, tuple[int, list[Array]]]
    )
    """Names that the learner has given wrong values: the line, and the values at every point."""


def check_chain(sheet: Sheet, wrt: str, lines: Sequence[str]) -> ChainCheck:
    """The verdict on lines that lead to the derivative of the cost by `wrt`, one for each line.

    Raises QuestionError if the sheet has no `wrt`; whatever is typed, the answer is a ChainCheck.
    """
    asked = question(sheet, wrt)
    found = links(asked, lines)
    if not found:
        return ChainCheck("unreadable", (), "there is no line to check")
    if len(found) > MAX_LINKS:
        return ChainCheck("unreadable", (), f"there are more than {MAX_LINKS} expressions")
    telling = [link for link in found if link.beside is None and not link.names_it]
    known = _Known(alone=len(telling) <= 1)
    settled: list[Link] = []
    checks: list[Check] = []
    said: list[Line] = []
    turned = False
    for number, link in enumerate(found, start=1):
        if link.beside is not None:
            settled.append(link)
            checks.append(link.beside)
            said.append(link.beside.line(None))
            continue
        turned = turned and not link.starts
        if turned:
            link = replace(link, case=Case(asked, link.text))
        check = judge(link.case)
        if link.bare and link.about.leaf is not asked.leaf and not check.right:
            case = Case(asked, link.text)
            answer = judge(case, name_mistakes=False)
            if answer.right:
                turned, check, link = True, answer, replace(link, case=case, starts=True)
        settled.append(link)
        if check.verdict == "undecided" and link.names_it:
            check = replace(check, verdict="right", message="the name of what is to be found")
        line = _line(check, link, number, known)
        checks.append(check)
        said.append(line)
    return _whole(asked, settled, checks, said)


def check(sheet: Sheet, wrt: str, text: str, *, name_mistakes: bool = True) -> Check:
    """The verdict on `text` as the derivative of the cost by `wrt`.

    wrt: a quantity of the sheet (`W2`: its gradient), a derivative (`delta1`, `da2/dz2`), or
    either with index letters (`W2[j,k]`). name_mistakes: look for the mistake too, which is what
    takes the time. The text may name its left side, and may be a chain
    `a = b = c` in one line. Raises QuestionError if the sheet has no `wrt`; whatever is typed as
    `text`, the answer is a Check.
    """
    asked = question(sheet, wrt)
    found = links(asked, [text])
    if len(found) == 1 and found[0].about.leaf is asked.leaf and found[0].beside is None:
        link = found[0]
        if link.text == text:
            return judge(link.case, name_mistakes)
        return with_text(judge(link.case, name_mistakes), text, link.offset)
    if not found:
        return judged(asked, text)
    if len(found) > MAX_LINKS:
        return Check(text, "unreadable", f"there are more than {MAX_LINKS} expressions")
    chain = check_chain(sheet, wrt, [text])
    mistakes = chain.mistakes
    if chain.breaks is not None:
        link = found[chain.breaks - 1]
        part = Check(link.text, chain.verdict, chain.message, mistakes)
        mistakes = _right_as_a_whole(sheet, wrt, with_text(part, text, link.offset).mistakes)
    return Check(
        text,
        chain.verdict,
        chain.message,
        mistakes,
        chain.condition,
        chain.witness,
        understood=chain.understood,
    )


def _right_as_a_whole(sheet: Sheet, wrt: str, mistakes: tuple[Mistake, ...]) -> tuple[Mistake, ...]:
    """The mistakes of one link: repairs only where no other link of the chain is wrong."""
    texts = {mistake.repaired for mistake in mistakes if mistake.repaired is not None}
    right = {words for words in texts if check_chain(sheet, wrt, [words]).right}
    return tuple(m if m.repaired in right else replace(m, repaired=None) for m in mistakes)


def _line(check: Check, link: Link, number: int, known: _Known) -> Line:
    """The line for a link, and `known` brought up to it."""
    values = _values(link)
    previous = None if link.starts else known.values
    follows = None
    if previous is not None and values is not None:
        follows = all(equal(a, b) for a, b in zip(values, previous, strict=True))
    was_right = True if link.starts else known.right
    line = replace(
        check.line(follows), message=_message(check, link, number, known, values, follows)
    )
    if check.verdict in ("unreadable", "undecided"):
        return line
    known.values = values
    known.right = check.right
    if not check.right:
        if was_right or follows is False:
            known.wrong_line = number
        if values is not None and link.about.leaf.operation is SYMBOL:
            known.mistaken[link.about.name] = (number, values)
    else:
        known.mistaken.pop(link.about.name, None)
    return line


def _message(
    check: Check,
    link: Link,
    number: int,
    known: _Known,
    values: list[Array] | None,
    follows: bool | None,
) -> str:
    before_wrong = not link.starts and not known.right
    if check.right:
        if before_wrong and follows is not True:
            return (
                f"line {number} is right, but it does not follow from line {number - 1}: "
                f"{CANCELLED}, or the first was put right"
            )
        return check.message
    if check.verdict != "wrong":
        return check.message
    if before_wrong and follows:
        return f"line {number} follows from a wrong line {known.wrong_line}"
    if before_wrong and follows is False:
        return f"line {number} does not follow from line {number - 1} either: {check.message}"
    source = _inherited(link, known, values)
    if source is not None:
        return f"line {number} follows from a wrong line {source}"
    return check.message if known.alone else f"line {number} breaks: {check.message}"


def _values(link: Link) -> list[Array] | None:
    """A link's values at every point, or None if it has none."""
    try:
        where = link.case.layout
        if where is None or where.flipped:
            return None
        values = [value for value in link.case.laid(where) if value is not None]
        return values if len(values) == len(link.case.truth.points) else None
    except AlgebraError:
        return None


def _inherited(link: Link, known: _Known, values: list[Array] | None) -> int | None:
    """The line whose wrong value a link carries on: with that value put in, the link is right."""
    if values is None or not known.mistaken:
        return None
    facts = link.case.truth
    for source in sources(link.about):
        used = [name for name in symbols(source) if name in known.mistaken]
        if used and _equal_with(source, facts, known, values):
            return max(known.mistaken[name][0] for name in used)
    return None


def _equal_with(source: Expression, facts: Truth, known: _Known, values: list[Array]) -> bool:
    for i, point in enumerate(facts.points):
        given = {name: point.value(leaf) for name, leaf in symbols(source).items()}
        given |= {name: kept[i] for name, (_, kept) in known.mistaken.items() if name in given}
        try:
            if not equal(evaluate(source, given, point.sizes), values[i]):
                return False
        except AlgebraError:
            return False
    return True


# The whole.


def _whole(
    asked: Question, found: Sequence[Link], checks: Sequence[Check], said: Sequence[Line]
) -> ChainCheck:
    lines = tuple(said)
    wrong = [i for i, check in enumerate(checks) if check.verdict == "wrong"]
    if wrong:
        first = wrong[0]
        cancelled = next((line for line in lines if CANCELLED in line.message), None)
        message = lines[first].message
        if cancelled is not None:
            message = f"{message}; {cancelled.message}"
        return ChainCheck(
            "wrong",
            lines,
            message,
            checks[first].mistakes,
            None,
            checks[first].witness,
            first + 1,
        )
    for verdict in ("unreadable", "undecided"):
        for number, check in enumerate(checks, start=1):
            if check.verdict == verdict:
                message = check.message if len(checks) == 1 else f"line {number}: {check.message}"
                return ChainCheck(verdict, lines, message, check.mistakes, breaks=None)
    last = max(
        (
            i
            for i, link in enumerate(found)
            if link.about.leaf is asked.leaf and link.beside is None and not link.names_it
        ),
        default=None,
    )
    if last is None:
        message = f"right so far; no line says what {asked.name} is"
        return ChainCheck("undecided", lines, message)
    final = checks[last]
    conditions = [check.condition for check in checks if check.condition is not None]
    verdict: Verdict = "right-if" if conditions else final.verdict
    message = final.message
    if conditions and final.condition is None:
        message = f"right only if {conditions[0]}"
    return ChainCheck(
        verdict,
        lines,
        message,
        final.mistakes,
        " and ".join(dict.fromkeys(conditions)) or None,
        final.witness,
    )
