"""One entry of a derivative, and from the entries the matrix: dC/dW2[j,k] = delta2[j] * a1[k].

The equation that uses a quantity is written out in entries: z2[k] is the sum of W2[k,j] * a1[j]
over j, plus b2[k]. Every entry of z2 in which a1[j] stands is a path from a1[j] to the cost; the
slopes of all of them are added up, each times the derivative by that entry. The entries are then
gathered: the sum of W2[k,j] * delta2[k] over k is entry j of W2.T @ delta2.

What cannot be written out so (a softmax, whose entries are functions of all the others) is taken
from the whole derivative, entry by entry.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from chainrule.algebra import (
    ADD,
    DIVIDE,
    ENTRY,
    MATMUL,
    MULTIPLY,
    NEGATE,
    ONE,
    SCALAR,
    SUM_OF,
    SUM_OVER,
    SYMBOL,
    TRANSPOSE,
    AlgebraError,
    Definition,
    Dimension,
    Expression,
    Facts,
    Index,
    Sheet,
    add,
    adjoints,
    entry,
    facts_of,
    is_vector,
    letters_of,
    matmul,
    normal_form,
    plus,
    postorder,
    reindexed,
    simplify,
    substitute,
    sum_over,
    symbols,
    text,
    times,
    with_args,
)
from chainrule.derivation.deriving.derive import LETTERS, PATHS, SUBSTITUTE, derive, replayed
from chainrule.derivation.deriving.products_by_entry import at
from chainrule.derivation.deriving.step import Reason, Step
from chainrule.derivation.deriving.steps import Derivation

ROW_AND_COLUMN = ("j", "k")
ENTRY_OF = "take one entry"
OUT_IN_ENTRIES = "entry by entry"
GATHERED = "all entries together"


def derive_entry(sheet: Sheet, wrt: str, letters: tuple[str, ...] = ROW_AND_COLUMN) -> Derivation:
    """The derivative by one entry of a quantity; `letters` are the row's and the column's.

    `gathered` is the whole derivative, which its last step makes of the entries. Raises
    AlgebraError if the quantity is a scalar, which has no entries.
    """
    whole = derive(sheet, wrt)
    if whole.target.shape == SCALAR:
        raise AlgebraError(f"`{text(whole.target)}` is a scalar and has no entries")
    used = letters[:1] if is_vector(whole.target.shape) else letters[:2]
    for letter in used:
        if sheet.scope.resolve(letter) is not None:
            raise AlgebraError(f"`{letter}` is a name of the sheet; choose another letter")
    target = entry(whole.target, *used)
    facts = facts_of(sheet)
    raw = entry(whole.result, *used)
    found = simplify(raw, facts)
    gathering = _gathering(target, found.result, whole, used)
    paths = _by_paths(sheet, whole, used, found.result, facts)
    if paths is not None:
        steps, lines = paths
    else:
        why: Reason = ("Both sides are taken at entry ", target, ".")
        first = Step("derivative", ENTRY_OF, whole.result, raw, whole.result, why, part=target)
        steps = [*whole.steps, first, *replayed(raw, found.steps, facts)]
        lines = (raw,) if found.result is raw else (raw, found.result)
    return Derivation(whole.wrt, target, (*steps, *gathering), lines, whole.uses, whole)


def _gathering(
    target: Expression, result: Expression, whole: Derivation, letters: tuple[str, ...]
) -> Iterator[Step]:
    """From the entries to the matrix; where something is transposed, why."""
    why: Reason = ("Entry ", ", ".join(letters), " of ", whole.result, " is ", result, ".")
    for part in postorder(whole.result):
        if part.operation is TRANSPOSE and part.args[0].operation is SYMBOL:
            why = (*why, *_turned(part, result, letters))
    yield Step("gathering", GATHERED, result, whole.result, target, why, part=whole.target)


def _turned(part: Expression, result: Expression, letters: tuple[str, ...]) -> Reason:
    """Why something has to be transposed, seen by the letters that its entries have."""
    side = part.args[0]
    for place in postorder(result):
        if place.operation is not ENTRY or place.args[0] is not side:
            continue
        names = [index[0] for index in _letters(place)]
        sides = (entry(part, *reversed(names)), place)
        if len(names) == 1:
            lying = "a row" if part.shape[0] == 1 else "a column"
            number = "columns" if part.shape[0] == 1 else "rows"
            return (
                f" {names[0]} numbers the {number}, so ",
                side,
                f" is laid as {lying}: ",
                sides,
                ".",
            )
        if names[1] in letters and names[0] not in letters:
            return (
                f" The sum over {names[0]} runs down column {names[1]} of ", side,
                f", which is row {names[1]} of ", part, ": ", sides, ".",
            )  # fmt: skip
        return (" Here ", sides, ".")
    return ()


def _by_paths(
    sheet: Sheet, whole: Derivation, letters: tuple[str, ...], result: Expression, facts: Facts
) -> tuple[list[Step], tuple[Expression, ...]] | None:
    """The steps over all paths from one entry to the cost; None if there is no such way."""
    leaf = sheet.symbol(whole.wrt)
    wanted = dict(zip(letters, (size for size in leaf.shape if size != 1), strict=False))
    steps: list[Step] = []
    terms: list[Expression] = []
    using = [d for d in reversed(sheet.definitions) if leaf in symbols(d.expression).values()]
    using = [d for d in using if d.name == sheet.cost or d.name in sheet.scope.inputs[sheet.cost]]
    for definition in using:
        out = _out(sheet, definition, leaf, letters, facts.forgetting())
        if out is None:
            return None
        place, body, outer, entries = out
        above = ONE if definition.name == sheet.cost else sheet.scope.adjoint(definition.name)
        total = times(_at_outer(above, outer) if outer else above, body)
        for letter in outer:
            total = sum_over(letter, total)
        parts = adjoints(total, ONE, wanted=entries)
        came = [_at_letters(parts[e], e, wanted) for e in entries if e in parts]
        reached = [slope for slope in came if slope is not None]
        if not reached or len(reached) < len(came):
            return None
        here = _at_letters(place, entries[0], wanted) if len(entries) == 1 else None
        written_out = None if here is None else _at_letters(body, entries[0], wanted)
        if here is not None and written_out is not None:
            place, body = here, written_out
        if place is not body:
            why: Reason = ("The sheet's equation, written out in entries.",)
            steps.append(Step("entries", OUT_IN_ENTRIES, place, body, place, why))
        terms.append(plus(*reached))
        part = entry(leaf, *letters)
        over = [letter for letter, _ in place.indices if letter not in letters]
        through = sheet.symbol(definition.name) if len(using) > 1 else None
        rule = PATHS if over else "chain rule"
        why = _paths(above, part, place, over)
        steps.append(Step("derivative", rule, above, terms[-1], place, why, part, through))
    raw = plus(*terms)
    if len(using) > 1:
        part = entry(leaf, *letters)
        why = (part, " is used in several equations: what comes back from each is added up.")
        steps.append(Step("derivative", PATHS, terms[-1], raw, part, why, part=part))
    return _to_result(sheet, raw, result, steps, facts)


def _to_result(
    sheet: Sheet, raw: Expression, result: Expression, steps: list[Step], facts: Facts
) -> tuple[list[Step], tuple[Expression, ...]] | None:
    """The steps from the sum over the paths to the form that the matrix's entry has."""
    lines = [raw]
    at_last = raw
    known = {
        leaf: derive(sheet, meaning[1]).result
        for name, leaf in symbols(raw).items()
        if (meaning := sheet.scope.meaning(name)) and name not in symbols(result)
    }
    if known:
        at_last = substitute(raw, known)
        equations = [piece for pair in known.items() for piece in (" and ", pair)][1:]
        why: Reason = ("From before: ", *equations, ".")
        steps.append(Step("rewriting", SUBSTITUTE, raw, at_last, next(iter(known)), why))
    found = simplify(at_last, facts)
    if found.result is not result:
        return None
    steps += replayed(at_last, found.steps, facts)
    if result is not raw:
        lines.append(result)
    return steps, tuple(lines)


def _at_letters(
    slope: Expression, place: Expression, wanted: Mapping[str, Dimension]
) -> Expression | None:
    """A derivative by one entry, at the letters that are asked for; None if one is in use."""
    by = {old[0]: new for old, new in zip(_letters(place), wanted.items(), strict=True)}
    moved = {old: new for old, new in by.items() if old != new[0]}
    if any(new[0] in letters_of(slope) for new in moved.values()):
        return None
    return reindexed(slope, moved) if moved else slope


def _at_outer(x: Expression, outer: tuple[str, ...]) -> Expression:
    """The entry of an expression at one or two letters."""
    return at(x, outer[0], outer[-1])


def _letters(x: Expression) -> list[Index]:
    return [index for index in x.params if index is not None]


def _paths(above: Expression, part: Expression, place: Expression, over: list[str]) -> Reason:
    """Why the sum over the paths is what it is."""
    if above is ONE:
        return ("The slope of ", place, " by ", part, ": every other entry is held.")
    if not place.indices:
        return ("The derivative by ", place, " times the slope of ", place, " by ", part, ".")
    if over:
        every = " and ".join(over)
        return (
            part, " stands in ", place, f" for every {every}: each is a path to the cost. The "
            "slope of ", place, " by ", part, ", times the derivative by ", place,
            f", is added up over {every}.",
        )  # fmt: skip
    return (
        part, " stands in ", place, " and in no other entry: the derivative by ", place,
        " times the slope of ", place, " by ", part, ".",
    )  # fmt: skip


Out = tuple[Expression, Expression, tuple[str, ...], list[Expression]]


def _out(
    sheet: Sheet, definition: Definition, leaf: Expression, letters: tuple[str, ...], facts: Facts
) -> Out | None:
    """A definition in entries: what is written out, as what, its letters, the entries of `leaf`.

    The letters of the entry that the derivative is taken by are the ones asked for, if they can be.
    """
    symbol = sheet.symbol(definition.name)
    taken = {*letters, *sheet.shapes, *sheet.dimensions, *letters_of(definition.expression)}
    free = [letter for letter in LETTERS if letter not in taken]
    count = 0 if symbol.shape == SCALAR else 1 if is_vector(symbol.shape) else 2
    for outer in (letters[:count], letters[1:] + tuple(free[:1]), tuple(free[:count])):
        if len(outer) != count:
            continue
        place = _at_outer(symbol, outer) if outer else symbol
        body = _with_letters(_in_entries(definition.expression, outer, facts), leaf, letters)
        entries = [p for p in postorder(body) if p.operation is ENTRY and p.args[0] is leaf]
        asked = [tuple(index[0] for index in _letters(e)) == letters for e in entries]
        if all(asked) or outer == tuple(free[:count]):
            bare = any(leaf in part.args and part not in entries for part in postorder(body))
            return None if bare or not entries else (place, body, outer, entries)
    return None


def _in_entries(x: Expression, outer: tuple[str, ...], facts: Facts) -> Expression:
    """An expression in entries; sums of all entries become sums over letters."""
    if outer and x.operation is ADD and all(arg.shape == x.shape for arg in x.args):
        return add(*(_in_entries(arg, outer, facts) for arg in x.args))
    if outer:
        return normal_form(_at_outer(x, outer), facts)
    if x.operation is MATMUL and x.shape == SCALAR:
        first, *others = x.args
        rest = matmul(*others) if len(others) > 1 else others[0]
        free = [letter for letter in LETTERS if letter not in (*letters_of(x), *facts.reserved)]
        row, column = at(first, "", free[0]), at(rest, free[0], "")
        return sum_over(free[0], times(normal_form(row, facts), normal_form(column, facts)))
    if x.operation is SUM_OF and x.args[0].shape != SCALAR:
        inner = x.args[0]
        free = [letter for letter in LETTERS if letter not in (*letters_of(inner), *facts.reserved)]
        used = free[: 1 if is_vector(inner.shape) else 2]
        body = normal_form(entry(inner, *used), facts)
        for letter in reversed(used):
            body = sum_over(letter, body)
        return body
    if x.operation in (ADD, NEGATE, MULTIPLY, DIVIDE):
        return with_args(x, tuple(_in_entries(arg, (), facts) for arg in x.args))
    return x


def _with_letters(body: Expression, leaf: Expression, letters: tuple[str, ...]) -> Expression:
    """The body with the letters of its sums such that the entries of `leaf` have these."""
    entries = [p for p in postorder(body) if p.operation is ENTRY and p.args[0] is leaf]
    if len(entries) != 1 or set(letters) & set(letters_of(body)):
        return body
    new = {old[0]: letter for old, letter in zip(_letters(entries[0]), letters, strict=True)}
    done: dict[Expression, Expression] = {}
    for part in postorder(body):
        args = tuple(done[arg] for arg in part.args)
        done[part] = with_args(part, args) if args else part
        if part.operation is SUM_OVER and part.params[0][0] in new:
            letter, size = part.params[0]
            inner = reindexed(args[0], {letter: (new[letter], size)})
            done[part] = sum_over(new[letter], inner)
    return done[body]
