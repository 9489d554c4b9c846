"""Typed lines taken apart: the expressions in them, each with what it is about.

A line may begin with what it is about. A line that begins with `=`, or names nothing, goes on with
what the line before it was about. What a left side that cannot be read is said to equal is not
judged: nobody knows what it is about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chainrule.algebra import MAX_LENGTH, AlgebraError, ShapeError
from chainrule.derivation.asking.case import Case
from chainrule.derivation.asking.question import Question, named, same_meaning
from chainrule.derivation.asking.verdict import Check
from chainrule.derivation.checking.side_equations import goes_on_from, side_equation

STOPS = ".,;"
"""What may end a line, as in a sentence."""


@dataclass(frozen=True, slots=True)
class Link:
    """One expression of a chain, as an answer to what it is about. offset: its place in the line.

    starts: whether it is the first about this. bare: whether its line has no left side and no
    `=`: it may go on, or turn to what is asked. beside: the check of an equation beside the answer.
    """

    case: Case
    offset: int
    starts: bool
    bare: bool = False
    beside: Check | None = None

    @property
    def about(self) -> Question:
        return self.case.question

    @property
    def text(self) -> str:
        return self.case.text

    @property
    def names_it(self) -> bool:
        """Whether it is only another name of what it is about: delta2 = dC/dz2 = ..."""
        leaf = named(self.about.sheet, self.text)
        return leaf is not None and same_meaning(self.about, leaf)


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
                equation = side_equation(about, words.strip(), sides)
            elif beside and goes_on_from(about, beside, sides[1:]):
                equation = Check(words.strip(), "right", "true")
        if equation is not None:
            case = Case(about, equation.text)
            found.append(Link(case, place, starts, beside=equation))
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
            found.append(Link(Case(about, stripped), start, starts, bare))
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
        before = line[max(i - 1, 0) : i]
        beside, update = before + line[i + 1 : i + 2], before in ("-", ":")
        if not update and not set(beside) & set("=<>!"):
            pieces.append((line[start:i].removesuffix("+"), start))  # dW2 += … adds it up
            start = i + 1
    return [*pieces, (line[start:], start)]


def _outside_brackets(line: str, signs: str) -> list[int]:
    """Where one of the signs stands outside of brackets, in a line that is not too long."""
    found: list[int] = []
    depth = 0
    for i, sign in enumerate(line if len(line) <= MAX_LENGTH else ""):
        if sign in "([{":
            depth += 1
        elif sign in ")]}":
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
    reading = Case(asked, words).reading
    return not isinstance(reading, AlgebraError) or isinstance(reading, ShapeError)
