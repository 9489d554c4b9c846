"""Chains of equations: each link against the one before it, and against the truth.

    dC/dW2 = delta2 @ a1.T
    delta2 = dC/da2 * sigma'(z2)
           = (a2 - y) * sigma'(z2)

A line may begin with what it is about. A line that begins with `=`, or names nothing, goes on with
what the line before it was about; one that names nothing may also turn to what is asked, and does
where that makes it right. What a left side that cannot be read is said to equal is not judged:
nobody knows what it is about. So it can be told whether a line breaks the chain, follows from one
that was wrong already, or is right although it does not follow: two errors that cancelled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from chainrule.algebra import (
    MAX_LENGTH,
    SYMBOL,
    AlgebraError,
    Array,
    Expression,
    SamplingError,
    ShapeError,
    Sheet,
    evaluate,
    fits,
    parse_misfits,
    symbols,
)
from chainrule.derivation.asking.derived_forms import sources
from chainrule.derivation.asking.layout import layout, value_at
from chainrule.derivation.asking.points import equal
from chainrule.derivation.asking.question import Question, named, question, same_meaning
from chainrule.derivation.asking.truth import OracleError, Truth, truth
from chainrule.derivation.asking.verdict import ChainCheck, Check, Line, Verdict, with_text
from chainrule.derivation.checking import side_equations as asides
from chainrule.derivation.checking.judge import judged

MAX_LINKS = 50
"""The most links of a chain."""

CANCELLED = "two errors cancelled"

STOPS = ".,;"
"""What may end a line, as in a sentence."""


@dataclass(frozen=True, slots=True)
class Link:
    """One expression of a chain. offset: its place in the line. about: what it is to equal."""

    text: str
    offset: int
    about: Question
    starts: bool
    """Whether it is the first that is said about this."""
    bare: bool = False
    """Whether its line has no left side and no `=`: it may go on, or turn to what is asked."""
    beside: Check | None = None
    """Of an equation beside the answer, what is said of it."""


@dataclass(slots=True)
class _Told:
    """What is known of the links so far."""

    values: list[Array] | None = None
    """Of the link before, about the same thing."""
    alone: bool = False
    """Whether there is one link only."""
    right: bool = True
    wrong_line: int = 0
    mistaken: dict[str, tuple[int, list[Array]]] = field(
        default_factory=dict[str, tuple[int, list[Array]]]
    )
    """Names that the learner has given wrong values: the line, and the values at every point."""


def check_chain(sheet: Sheet, wrt: str, lines: Sequence[str]) -> ChainCheck:
    """What is to be said of lines that lead to the derivative of the cost by `wrt`.

    Raises QuestionError if the sheet has no `wrt`; whatever is typed, the answer is a ChainCheck.
    """
    asked = question(sheet, wrt)
    found = links(asked, lines)
    if not found:
        return ChainCheck("unreadable", (), "there is no line to check")
    if len(found) > MAX_LINKS:
        return ChainCheck("unreadable", (), f"there are more than {MAX_LINKS} expressions")
    told = _Told(alone=len(found) == 1)
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
            link = replace(link, about=asked)
        check = judged(link.about, link.text)
        if link.bare and link.about.leaf is not asked.leaf and not check.right:
            answer = judged(asked, link.text, name_mistakes=False)
            if answer.right:
                turned, check, link = True, answer, replace(link, about=asked, starts=True)
        settled.append(link)
        if check.verdict == "undecided" and _names(link):
            check = replace(check, verdict="right", message="the name of what is to be found")
        line = _told(check, link, number, told)
        checks.append(check)
        said.append(line)
    return _whole(asked, settled, checks, said)


def check(sheet: Sheet, wrt: str, text: str, *, name_mistakes: bool = True) -> Check:
    """What is to be said of `text` as the derivative of the cost by `wrt`.

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
            return judged(link.about, text, name_mistakes)
        return with_text(judged(link.about, link.text, name_mistakes), text, link.offset)
    if not found:
        return judged(asked, text)
    if len(found) > MAX_LINKS:
        return Check(text, "unreadable", f"there are more than {MAX_LINKS} expressions")
    chain = check_chain(sheet, wrt, [text])
    mistakes = chain.mistakes
    if chain.breaks is not None:
        link = found[chain.breaks - 1]
        part = Check(link.text, chain.verdict, chain.message, mistakes)
        mistakes = with_text(part, text, link.offset).mistakes
    return Check(text, chain.verdict, chain.message, mistakes, chain.condition, chain.witness)


# Taking lines apart.


def links(asked: Question, lines: Sequence[str]) -> list[Link]:
    """The expressions of all lines, in order, each with what it is about."""
    found: list[Link] = []
    about, starts = asked, True
    lost = False  # whether the line before was about something that cannot be read
    beside = ""  # a side of the equation beside the answer in the line before
    for words, place in (part for line in lines for part in statements(line)):
        pieces = [(piece, place + start) for piece, start in split(words)]
        sides = [piece for piece, _ in pieces]
        if not any(side.strip() for side in sides):
            continue
        left = _left(asked, sides[0]) if len(pieces) > 1 else None
        goes_on = not sides[0].strip()
        equation = None
        if len(pieces) > 1 and left is None:
            if not goes_on:
                equation = asides.aside(about, words.strip(), sides)
            elif beside and asides.goes_on(about, beside, sides[1:]):
                equation = Check(words.strip(), "right", "true")
        if equation is not None:
            found.append(Link(equation.text, place, about, starts, beside=equation))
            beside = sides[-1]
            continue
        beside = ""
        if left is not None:
            about, starts, lost = left, True, False
            pieces = pieces[1:]
        elif goes_on:
            pieces = pieces[1:]
        elif len(pieces) > 1:
            lost = not _readable(asked, sides[0])
            pieces = pieces[:1] if lost else pieces
        if lost and goes_on:
            continue
        for piece, offset in pieces:
            stripped = piece.strip()
            start = offset + len(piece) - len(piece.lstrip())
            bare = left is None and not goes_on and (piece, offset) == pieces[0]
            found.append(Link(stripped, start, about, starts, bare))
            starts = False
    return found


def statements(line: str) -> list[tuple[str, int]]:
    """The equations of `a = b, c = d` and `a = b; c = d`, with their places."""
    line = line.rstrip().rstrip(STOPS)
    found: list[tuple[str, int]] = []
    start = 0
    for place in _outside_brackets(line, ",;"):
        if len(split(line[start:place])) > 1 and len(split(line[place + 1 :])) > 1:
            found.append((line[start:place], start))
            start = place + 1
    return [*found, (line[start:], start)]


def split(line: str) -> list[tuple[str, int]]:
    """The pieces of a line between its equals signs, outside brackets, with their places."""
    pieces: list[tuple[str, int]] = []
    start = 0
    for i in _outside_brackets(line, "="):
        beside = line[max(i - 1, 0) : i] + line[i + 1 : i + 2]
        if not set(beside) & set("=<>!"):
            pieces.append((line[start:i], start))
            start = i + 1
    return [*pieces, (line[start:], start)]


def _outside_brackets(line: str, signs: str) -> list[int]:
    """Where one of the signs stands outside of brackets, in a line that is not too long."""
    found: list[int] = []
    depth = 0
    for i, sign in enumerate(line if len(line) <= MAX_LENGTH else ""):
        if sign in "([":
            depth += 1
        elif sign in ")]":
            depth = max(depth - 1, 0)
        elif sign in signs and depth == 0:
            found.append(i)
    return found


def _left(asked: Question, words: str) -> Question | None:
    """What a left side names: a quantity or a derivative, with or without index letters."""
    words = words.strip()
    if not words or len(words) > 80:
        return None
    inner, _, letters = words.partition("[")
    leaf = named(asked.sheet, inner)
    if leaf is None:
        return None
    places = tuple(k.strip() for k in letters.rstrip("] ").split(",")) if letters else ()
    if same_meaning(asked, leaf):
        return Question(asked.sheet, asked.leaf, places or asked.letters)
    return Question(asked.sheet, leaf, places)


def _readable(asked: Question, words: str) -> bool:
    try:
        parse_misfits(words, asked.sheet.scope)
    except ShapeError:
        return True
    except AlgebraError:
        return False
    return True


def _names(link: Link) -> bool:
    """Whether a link is only another name of what it is about: delta2 = dC/dz2 = ..."""
    leaf = named(link.about.sheet, link.text)
    return leaf is not None and same_meaning(link.about, leaf)


# Telling lines apart.


def _told(check: Check, link: Link, number: int, told: _Told) -> Line:
    """The line for a link, and `told` brought up to it."""
    values = _values(link)
    previous = None if link.starts else told.values
    follows = None
    if previous is not None and values is not None:
        follows = all(equal(a, b) for a, b in zip(values, previous, strict=True))
    was_right = True if link.starts else told.right
    line = replace(
        check.line(follows), message=_message(check, link, number, told, values, follows)
    )
    if check.verdict in ("unreadable", "undecided"):
        return line
    told.values = values
    told.right = check.right
    if not check.right:
        if was_right or follows is False:
            told.wrong_line = number
        if values is not None and link.about.leaf.operation is SYMBOL:
            told.mistaken[link.about.name] = (number, values)
    else:
        told.mistaken.pop(link.about.name, None)
    return line


def _message(
    check: Check,
    link: Link,
    number: int,
    told: _Told,
    values: list[Array] | None,
    follows: bool | None,
) -> str:
    before_wrong = not link.starts and not told.right
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
        return f"line {number} follows from a wrong line {told.wrong_line}"
    if before_wrong and follows is False:
        return f"line {number} does not follow from line {number - 1} either: {check.message}"
    source = _inherited(link, told, values)
    if source is not None:
        return f"line {number} follows from a wrong line {source}"
    return check.message if told.alone else f"line {number} breaks: {check.message}"


def _values(link: Link) -> list[Array] | None:
    """A link's values at every point, or None if it has none."""
    asked = link.about
    try:
        root = parse_misfits(link.text, asked.sheet.scope).expression
        facts = truth(asked)
        where = layout(root.shape, root.indices, asked) if fits(root) else None
        if where is None or where.flipped:
            return None
        return [
            value_at(root, where, point, goal.shape)
            for point, goal in zip(facts.points, facts.values, strict=True)
        ]
    except AlgebraError:
        return None


def _inherited(link: Link, told: _Told, values: list[Array] | None) -> int | None:
    """The line whose wrong value a link carries on: with that value put in, the link is right."""
    if values is None or not told.mistaken:
        return None
    try:
        facts = truth(link.about)
    except (OracleError, SamplingError):
        return None
    for source in sources(link.about):
        used = [name for name in symbols(source) if name in told.mistaken]
        if used and _equal_with(source, facts, told, values):
            return max(told.mistaken[name][0] for name in used)
    return None


def _equal_with(source: Expression, facts: Truth, told: _Told, values: list[Array]) -> bool:
    for i, point in enumerate(facts.points):
        given = {name: point.value(leaf) for name, leaf in symbols(source).items()}
        given |= {name: kept[i] for name, (_, kept) in told.mistaken.items() if name in given}
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
            if link.about.leaf is asked.leaf and link.beside is None and not _names(link)
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
