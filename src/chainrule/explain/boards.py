"""What formulas are about: the boards of a write-up, and the judging of one formula on one board.

A board is a sheet. An equation whose names fit it is right or wrong there; any other is unreadable
and costs nothing. A board with `needs` counts only where the text has these quantities as the board
has them: a cost without the half is a board of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from chainrule.algebra import (
    SCALAR,
    SYMBOL,
    AlgebraError,
    Array,
    Definition,
    Expression,
    Scope,
    ShapeError,
    Sheet,
    evaluate,
    parse,
    parse_sheet,
    symbols,
)
from chainrule.derivation import Mistake, Verdict, check_chain, points_of, split

NUMBER = re.compile(r"[-−]?\s*\d[\d\s.,/*+()^-]*")
RELATIVE, ABSOLUTE = 1e-9, 1e-12
LEFT = "F"
PUT_IN = frozenset(("mu", "eta", "lam", "n", "N"))
"""Names for which people put in numbers in the middle of a line."""

PRIME = re.compile(r"([a-z]+)'\((\w+)\)")


ANY_FUNCTION = re.compile(
    r"(?<![A-Za-z_])(f|g|h|s|phi|psi|act|activation|[φϕψ])(?:_\w+)?'*\s*\(([^()]*)"
)
"""A call of a function by a letter, which the algebra takes for the activation of a layer."""
NO_WEIGHTED_INPUT = re.compile(r"\s*(?!z)[A-Za-z]\w*\s*|.*,.*")
"""What an activation is not applied to: another quantity, as in `a2 = f(x)`, or several."""
ENTRY_BY_NUMBER = re.compile(r"[\w)']\[(?:[^\]]*[,:])?\s*-?\d+\s*[\],:]")
"""`W2[1,j]`, `z[2]`, `x[1:3]`."""


SIGNS = str.maketrans({"β": "beta", "γ": "gamma", "λ": "lambda", "∂": "d", "∇": "nabla "})


@dataclass(frozen=True)
class Board:
    """A sheet that formulas are judged on.

    needs: quantities that the text may have written as they are here; a text that has them as a
    board without `needs` has them, or that says one of `unless`, has nothing to do with this one.
    near: words of which one has to stand by the formula. loose: names without numbers of layers,
    where `z = w*a + b` speaks of another layer's `a`. any: names that stand for any function.
    aliases: other ways to write a name. only: a regular expression that has to be found in a
    formula, for a sheet that holds for any value of a letter.
    """

    sheet: Sheet
    needs: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    loose: bool = False
    only: str | None = None
    any: tuple[str, ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()

    def read(self, text: str) -> str:
        """The text in the names of the board; `v = mu*v - g` as `v_new = ...`, if it has that."""
        if self.aliases:
            text = text.translate(SIGNS)
        for other, name in self.aliases:
            text = re.sub(rf"(?<![\w]){re.escape(other)}(?![\w])", name, text)
        text = with_new_values(text, [n for n in self.sheet.shapes if n.endswith("_new")])
        sides = sides_of(text)
        if len(sides) < 2 or f"{sides[0]}_new" not in self.sheet.shapes:
            return text
        if not re.search(rf"\b{re.escape(sides[0])}\b", sides[1]):
            return text
        order = [definition.name for definition in self.sheet.definitions]
        new = f"{sides[0]}_new"
        rest = " = ".join(sides[1:])
        for earlier in order[: order.index(new)]:
            rest = re.sub(rf"\b{earlier.removesuffix('_new')}\b", earlier, rest)
        return f"{new} = {rest}"


def with_new_values(text: str, names: Sequence[str]) -> str:
    """The text with `v'`, or `v_{t+1}` beside `v_t`, or `v_t` beside `v_{t-1}`, as `v_new`."""
    for new in names:
        old = re.escape(new.removesuffix("_new"))
        begins = rf"(?<!\w){old}"
        text = re.sub(rf"{begins}['′](?!\w)", new, text)
        before, after = (rf"{begins}_\{{?\(?t\s*{sign}\s*1\)?\}}?" for sign in ("-", r"\+"))
        now = rf"{begins}_\{{?t\}}?(?!\w)"
        if re.search(after, text):
            text = re.sub(now, old, re.sub(after, new, text))
        elif re.search(before, text):
            text = re.sub(before, old, re.sub(now, new, text))
    return text


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on one formula; its mistake where it is wrong and one has a name."""

    verdict: Verdict
    message: str = ""
    mistake: Mistake | None = None

    @property
    def right(self) -> bool:
        return self.verdict in ("right", "right-other-form")


ENTRY = re.compile(r"([^\W\d_]+\d*)(?:\[|_\{?[a-z]{1,2}(?![a-z]))")
"""A name with an index: `w_i`, `a_{jk}`, `delta1[j]`."""
LETTERS = re.compile(r"\bindex\b|\bentries\b")
"""What a message about the index letters of another convention says."""
UNREADABLE = Judgement("unreadable", "its names are not those of this concept")
GIVEN = Judgement("undecided", "a number that is given")
NO_CLAIM = Judgement("undecided", "not an equation")


def sides_of(text: str) -> list[str]:
    """What is said to be equal."""
    return [side.strip() for side, _ in split(text.replace("≈", "=")) if side.strip()]


def judged_on(board: Board, text: str) -> Judgement:
    """The verdict on an equation, on one board."""
    sides = sides_of(board.read(text))
    if len(sides) < 2:
        return NO_CLAIM
    leaf = leaf_of(board.sheet, sides[0])
    if has_entries_of_numbers(board.sheet, sides):
        return UNREADABLE
    try:
        if leaf is None:
            return identity(board.sheet, sides)
        if not any(re.search("[A-Za-zα-ω]", side) for side in sides[1:]):
            return GIVEN
        if any(leaf == declaration.name for declaration in board.sheet.declarations):
            return UNREADABLE
        if is_strange(board.sheet, leaf):
            return UNREADABLE
        if board.any and not holds_for_any(board, leaf, sides[1:]):
            return UNREADABLE
        if any(NO_WEIGHTED_INPUT.fullmatch(of) for of in unnamed_functions(board.sheet, text)):
            return UNREADABLE
        if board.loose and goes_round(board.sheet, leaf, sides[1:]):
            return UNREADABLE
        return named_left(board.sheet, leaf, f"{sides[0]} = " + " = ".join(sides[1:]))
    except ShapeError as error:
        return Judgement("wrong", error.message, Mistake.of_whole("shape", error.message, text))
    except (AlgebraError, RecursionError):
        return UNREADABLE


def leaf_of(sheet: Sheet, text: str) -> str | None:
    """The quantity or derivative that a left side is the name of, with or without an index."""
    try:
        tree = parse(text.partition("[")[0], sheet.scope).expression
    except AlgebraError:
        return None
    return tree.params[0] if tree.operation is SYMBOL else None


def is_strange(sheet: Sheet, leaf: str) -> bool:
    """Whether the names mean something else here: `dy/dx` of a given y."""
    meaning = sheet.scope.meaning(leaf)
    return meaning is not None and meaning[0] not in sheet.expressions


def has_entries_of_numbers(sheet: Sheet, sides: Sequence[str]) -> bool:
    """Whether a name that is one number here has an index: the text is about more of them."""
    names = {name.replace("δ", "delta") for side in sides for name in ENTRY.findall(side)}
    quantities = [sheet.scope.meaning(name) for name in names]
    known = [meaning[1] for meaning in quantities if meaning is not None]
    return any(sheet.shapes.get(name) == SCALAR for name in (*names, *known))


def holds_for_any(board: Board, leaf: str, sides: Sequence[str]) -> bool:
    """Whether a rule is about any functions: it is made of them and their slopes alone."""
    meaning = board.sheet.scope.meaning(leaf)
    if meaning is None or meaning[0] not in board.any:
        return True
    given = {declaration.name for declaration in board.sheet.declarations}
    for side in sides:
        names = set(symbols(parse(side, board.sheet.scope).expression))
        if names & given or not any(board.sheet.scope.meaning(name) for name in names):
            return False
    return True


def goes_round(sheet: Sheet, leaf: str, sides: Sequence[str]) -> bool:
    """Whether a side uses what the left side itself goes into."""
    order = [definition.name for definition in sheet.definitions]
    if leaf not in sheet.shapes:
        return False
    later = set(order[order.index(leaf) + 1 :]) if leaf in order else set(order)
    try:
        trees = [parse(side, sheet.scope).expression for side in sides]
    except AlgebraError:
        return False
    return any(later & set(symbols(tree)) for tree in trees)


def unnamed_functions(sheet: Sheet, text: str) -> list[str]:
    """What a text applies a function to that is a letter here, and may be any function."""
    calls = ANY_FUNCTION.findall(text)
    return [argument for name, argument in calls if sheet.scope.meaning(name) is None]


def counts_entries(text: str) -> bool:
    """Whether entries are told by number: counted from 0 or from 1, of a network of some size."""
    return ENTRY_BY_NUMBER.search(text) is not None


def named_left(sheet: Sheet, leaf: str, text: str) -> Judgement:
    """The verdict on `delta2 = ...`, as a check of a line gives it."""
    quantity = next(iter(sheet.shapes))
    lines = check_chain(sheet, quantity, [text]).lines
    verdicts = [line.verdict for line in lines]
    for line in lines:
        if line.verdict == "wrong":
            mistake = line.mistakes[0] if line.mistakes else None
            if mistake is not None and mistake.kind == "shape" and LETTERS.search(mistake.message):
                return UNREADABLE
            return Judgement("wrong", mistake.message if mistake else line.message, mistake)
    for verdict in ("unreadable", "undecided"):
        if verdict in verdicts:
            line = lines[verdicts.index(verdict)]
            return UNREADABLE if verdict == "unreadable" else Judgement(verdict, line.message)
    if not lines:
        return UNREADABLE
    return Judgement(lines[-1].verdict, lines[-1].message)


def identity(sheet: Sheet, sides: Sequence[str]) -> Judgement:
    """The verdict on an equation of two expressions: both sides by numbers."""
    trees = [parse(side, sheet.scope).expression for side in sides]
    given = {declaration.name for declaration in sheet.declarations}
    names = [frozenset(symbols(tree)) for tree in trees]
    lacking = frozenset[str]().union(*names) - frozenset.intersection(*names)
    if lacking and lacking <= PUT_IN and all(each <= given for each in names):
        return Judgement("undecided", "numbers are put in for some of the names")
    points = points_of(sheet)
    for other, side in zip(trees[1:], sides[1:], strict=True):
        for point in points:
            a, b = point.value(trees[0]), point.value(other)
            if not (np.isfinite(a).all() and np.isfinite(b).all()):
                return Judgement("undecided", "it has no value at some points")
            if not alike(a, b):
                if trees[0].indices:  # it may be meant for some of the entries, as for i != j
                    return UNREADABLE
                if any(unnamed_functions(sheet, each) for each in sides):
                    return UNREADABLE
                return mistaken(sheet, trees[0], sides[0], side)
    return Judgement("right", "both sides are equal")


def differs_on(board: Board, text: str) -> bool:
    """Whether two sides plainly differ on a board; False where that cannot be told quickly."""
    try:
        trees = [parse(side, board.sheet.scope).expression for side in sides_of(board.read(text))]
        if any(tree.indices for tree in trees):
            return False
        for point in points_of(board.sheet):
            first, *others = [point.value(tree) for tree in trees]
            if any(not alike(first, other) and not alike(first, other.T) for other in others):
                return True
    except AlgebraError:
        return False
    return False


def alike(a: Array, b: Array) -> bool:
    if a.shape != b.shape and 1 not in (a.size, b.size):
        return False
    most = max(float(np.abs(a).max()), float(np.abs(b).max()))
    return bool((np.abs(a - b) <= RELATIVE * most + ABSOLUTE).all())


def mistaken(sheet: Sheet, tree: Expression, left: str, right: str) -> Judgement:
    """A wrong identity, with the mistake that a check of its right side names."""
    slope = PRIME.fullmatch(left.replace(" ", ""))
    try:
        if slope:
            variable = slope[2]
            asked = parse_sheet(f"{variable}: scalar\n{LEFT} = {slope[1]}({variable})\n")
            found = named_left(asked, LEFT, f"d{LEFT}/d{variable} = {right}")
        else:
            asked = replace(sheet, definitions=(*sheet.definitions, Definition(LEFT, tree)))
            found = named_left(asked, LEFT, f"{LEFT} = {right}")
    except AlgebraError:
        found = UNREADABLE
    if found.verdict == "wrong" and not re.search(rf"\b{LEFT}\b", found.message):
        return found
    return Judgement("wrong", f"`{left}` and `{right}` are not equal", None)


NOTHING = Scope({}, derivatives=False)


def of_numbers(text: str) -> Judgement | None:
    """The verdict on an equation of numbers alone, a rounding allowed; None for another text."""
    sides = sides_of(text)
    if len(sides) < 2:
        return None
    values: list[float] = []
    for side in sides:
        try:
            tree = parse(side.replace(",", ""), NOTHING).expression
            values.append(float(evaluate(tree, {}, {}).reshape(())))
        except (AlgebraError, ValueError):
            return None
    for side, value in zip(sides[1:], values[1:], strict=True):
        printed = re.fullmatch(r"[-−]?\s*\d[\d,]*(?:\.(\d+))?", side.strip())
        slack = 0.51 * 10 ** -len(printed[1]) if printed and printed[1] else 5e-3
        if not printed:
            slack = 1e-9
        if abs(value - values[0]) > slack + 1e-9 * abs(values[0]):
            return Judgement("wrong", f"`{sides[0]}` is {values[0]:.6g}, and `{side}` is not")
    return Judgement("right", "both sides are equal")
