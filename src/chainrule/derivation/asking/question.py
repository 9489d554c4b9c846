"""What is asked of a sheet: a quantity, the cost's derivative by one, or a Jacobian."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from chainrule.algebra import ENTRY as ENTRY_OF
from chainrule.algebra import SYMBOL, AlgebraError, Expression, Sheet, parse
from chainrule.ground.words import nearest

Result = TypeVar("Result")

LONGEST_NAME = 60
"""Characters of what was asked for that are told again."""

ENTRY = re.compile(r"(?P<name>[^\W_]+?)(?:_\{?(?P<low>[a-z]{1,2})\}?|\[(?P<places>[^]]*)\])")
"""An entry as people ask for it."""

SHORT = re.compile(r"[d∂](?P<name>[^\W\d]\w*)")
"""`dW1`, as many write the gradient by W1."""


class QuestionError(AlgebraError):
    """What is asked for is not something that can be asked of the sheet."""


@dataclass(frozen=True)
class Question:
    """What is to be found. leaf: its name in an answer (`delta2`, `dC/dW1`, `da2/dz2`).

    letters: the index letters for rows and columns, if the question fixes them: W2[j,k].
    """

    sheet: Sheet
    leaf: Expression
    letters: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.leaf.params[0]

    @property
    def meaning(self) -> tuple[str, str] | None:
        """Of a derivative: what is derived, and by what."""
        return self.sheet.scope.meaning(self.name)

    @property
    def by(self) -> str | None:
        """What the cost is to be derived by; None if something else is asked."""
        meaning = self.meaning
        return meaning[1] if meaning is not None and meaning[0] == self.sheet.cost else None

    def known(self, work: Callable[[Question], Result]) -> Result:
        """What `work` finds out about the question, whatever its letters: kept with the sheet."""
        return self.sheet.known(_worked_out, work, self.leaf)

    def free_letter(self, letter: str) -> bool:
        """Whether a letter may be an index: it is not the name of anything."""
        return self.sheet.scope.resolve(letter) is None


def _worked_out(sheet: Sheet, work: Callable[[Question], Result], leaf: Expression) -> Result:
    return work(Question(sheet, leaf))


def question(sheet: Sheet, wrt: str) -> Question:
    """The question `wrt` asks: a quantity (`W1`: dC/dW1), a derivative (`delta1`, `da2/dz2`).

    Index letters may follow: `W1[j,k]`. Raises QuestionError.
    """
    words = wrt.strip()
    letters: tuple[str, ...] = ()
    match = re.fullmatch(r"(.*?)\s*\[\s*([^\W\d]\w*)\s*(?:,\s*([^\W\d]\w*)\s*)?\]", words)
    if match is not None:
        words = match.group(1)
        letters = tuple(letter for letter in match.groups()[1:] if letter is not None)
    elif sheet.scope.resolve(words) is None and "_" in words:  # W2_jk and W2_{jk}
        words, letters = entry_of(sheet, words)
    name = sheet.scope.quantity(words)
    if name is not None:
        return Question(sheet, sheet.scope.adjoint(name), letters)
    leaf = named(sheet, words)
    if leaf is None:
        shown, known = wrt.strip()[:LONGEST_NAME], ", ".join(sheet.shapes)
        meant = _meant(sheet, shown)
        hint = f"did you mean {meant}? " if meant else ""
        raise QuestionError(f"`{shown}` is not a quantity of the sheet; {hint}there are {known}")
    if leaf.params[0] in sheet.shapes:  # a quantity in another spelling: W^{(1)}, β, h[2]
        leaf = sheet.scope.adjoint(leaf.params[0])
    return Question(sheet, leaf, letters)


def _meant(sheet: Sheet, words: str) -> str | None:
    """What was probably meant: `W1` by `w1`, `W1[j,k]` by `W1_jk` and `W1[0,1]`."""
    entry = ENTRY.fullmatch(words)
    name = None if entry is None else sheet.scope.quantity(entry["name"])
    if entry is None or name is None:
        close = nearest(words, sheet.shapes) or sheet.scope.close_to(words)
        return close[0] if close else None
    places = re.findall(r"\d+|[a-z]", entry["low"] or entry["places"])
    letters = places if all(place.isalpha() for place in places) else ["j", "k"]
    sizes = [size for size in sheet.shapes[name] if size != 1]
    wanted = ",".join(letters[: len(sizes)])
    return f"{name}[{wanted}]" if wanted else name


def named_by(sheet: Sheet, line: str) -> str | None:
    """What a line says it is about, as a question: `dC/dW2 = ...` is about `dC/dW2`.

    None where it names no derivative of the sheet's cost.
    """
    words, equals, _ = line.partition("=")
    if not equals:
        return None
    inner, bracket, letters = words.strip().partition("[")
    leaf = named(sheet, inner)
    meaning = None if leaf is None else sheet.scope.meaning(leaf.params[0])
    if leaf is None or meaning is None or meaning[0] != sheet.cost or meaning[1] == sheet.cost:
        return None
    return leaf.params[0] + bracket + letters


def entry_of(sheet: Sheet, words: str) -> tuple[str, tuple[str, ...]]:
    """The name and the letters of an entry that is written otherwise than `W2[j,k]`."""
    try:
        leaf = parse(words, sheet.scope).expression
    except AlgebraError:
        return words, ()
    if leaf.operation is not ENTRY_OF or leaf.args[0].operation is not SYMBOL:
        return words, ()
    return leaf.args[0].params[0], tuple(index[0] for index in leaf.params if index is not None)


def named(sheet: Sheet, words: str) -> Expression | None:
    """The leaf that a name stands for: a quantity, `delta1`, `dC/dW1`, `∂a2/∂z2`, `J(a2, z2)`.

    `dW1` alone is short for `dC/dW1`, where nothing of the sheet is called so.
    """
    try:
        leaf = parse(words, sheet.scope).expression
    except AlgebraError:
        short = SHORT.fullmatch(words.strip())
        quantity = None if short is None else named(sheet, short["name"])
        if quantity is None or quantity.params[0] not in sheet.shapes:
            return None
        return sheet.scope.adjoint(quantity.params[0])
    return leaf if leaf.operation is SYMBOL else None


def same_meaning(asked: Question, leaf: Expression) -> bool:
    """Whether a name is another one for what is asked: `dC/dz2` for `delta2`."""
    if leaf is asked.leaf:
        return True
    meaning = asked.sheet.scope.meaning(leaf.params[0])
    return meaning is not None and meaning == asked.meaning
