"""A `.net` text to a sheet, line by line; what is wrong is told with its line and column."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping

from chainrule.algebra.errors import AlgebraError
from chainrule.algebra.language import names
from chainrule.algebra.language.component_lines import Left, entries_on_the_left, whole
from chainrule.algebra.language.declared_names import Scope
from chainrule.algebra.language.loose_shapes import LooseShapes, fitted
from chainrule.algebra.language.parser import parse
from chainrule.algebra.language.sheet import ASSUMPTIONS, Declaration, Definition, Sheet, symbols
from chainrule.algebra.language.sheet_notation import (
    is_index,
    is_matlab,
    plain_left,
    sizes_apart,
)
from chainrule.algebra.language.sheet_text import Line, lines_of
from chainrule.algebra.language.time_steps import Ranges, written_out
from chainrule.algebra.language.tokens import SUMS, canonical, show, undressed
from chainrule.algebra.tree.arithmetic import dimension
from chainrule.algebra.tree.shapes import SCALAR, Shape, shape_text
from chainrule.algebra.tree.sizes import Dimension, names_of_size, read_size
from chainrule.ground.words import nearest, quoted

MAX_SIZE = 1_000_000
"""The largest size that may be given as a number."""

_AXIS = ("onehot", "prob")


_NAME = re.compile(r"\s*([^\W\d][\w\u0302-\u0305]*)\s*")
_ONE_SIZE = r"((?:[^\s,()]|(?:\([^\s,()]*\)))+)"
_SHAPE = re.compile(rf"\s*\(\s*{_ONE_SIZE}\s*,\s*{_ONE_SIZE}\s*\)\s*")
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LAYER = re.compile(
    r"(\s*[^\W\d]\w*?)(?:\^\{?[(\[]?([0-9]{1,3})[)\]]?\}?|\[([0-9]{1,3})\]|_\{([0-9]{1,3})\})\s*"
)
"""A name with the number of its layer: `W^1`, `W^{(1)}`, `W[1]`, `W_{1}` for W1."""

_COLUMN = re.compile(r"\s*(?:\(\s*([^\s,()]+)\s*,?\s*\)|([^\s,()]+))\s*")
"""A shape with one size, which is a column: `(n,)`, `(n)`, `n`."""

_AXES = re.compile(r"\s*(\([^()]*,[^()]*,[^(),]+\))")
_TIMES = re.compile(r"\s*\(?\s*([^\s,()×]+)\s*(?:×|\sx\s)\s*([^\s,()×]+)\s*\)?\s*")


def parse_sheet(source: str) -> Sheet:
    """The sheet that a `.net` text says. Raises SheetError with line and column.

    Shapes that leave something open are read in the one way that fits, and `notes` says so.
    """
    lines, ranges = written_out(lines_of(source))
    lines, notes = sizes_apart(lines)
    return fitted(lambda shapes: _read(lines, ranges, shapes, notes), lines)


def _read(lines: list[Line], ranges: Ranges, loose: LooseShapes, notes: list[str]) -> Sheet:
    matlab = is_matlab(lines)
    declarations: dict[str, Declaration] = {}
    definitions: dict[str, Definition] = {}
    dimensions: dict[str, Line] = {}
    places: dict[str, Line] = {}
    shapes: dict[str, Shape] = {}
    later = _defined_later(lines)
    for line in lines:
        sign = re.search(r"[:=]", line.words)
        if re.match(r"\s*(?:for|while|if|def)\b", line.words):
            mend = "steps in time are written h[t] = tanh(W @ h[t-1] + U @ x[t]), t = 1..3"
            raise line.error(f"a sheet has no loops and no conditions; {mend}")
        if sign is None:
            raise line.error("expected `name: shape` or `name = expression`")
        entries = entries_on_the_left(line.words[: sign.start()]) if sign.group() == "=" else None
        if entries is not None and not _by_entries(line, entries, sign.end(), places):
            entries = None
        name = _left_name(line, sign.start(), entries)
        if name in places:
            raise line.error(
                f"`{name}` is already given in line {places[name].number}", *_extent(line, name)
            )
        if name in dimensions:
            if sign.group() == "=" and _is_size(line, name, sign.end(), shapes, dimensions):
                continue
            raise line.error(
                f"`{name}` is already a size, in line {dimensions[name].number}",
                *_extent(line, name),
            )
        if sign.group() == ":":
            if definitions:
                raise line.error(f"`{name}` is declared after the first definition; move it up")
            declaration = loose.fitting(_declaration(line, name, sign.end(), loose))
            for size in (
                *names_of_size(declaration.shape[0]),
                *names_of_size(declaration.shape[1]),
            ):
                if size in places or size == name:
                    raise line.error(f"the size `{size}` has the name of a quantity")
                dimensions.setdefault(size, line)
            declarations[name] = declaration
            shapes[name] = declaration.shape
        else:
            scope = Scope(
                shapes,
                frozenset(dimensions),
                None,
                derivatives=False,
                ranges=ranges,
                steps=line.steps,
                matlab=matlab,
            )
            definitions[name] = _definition(line, name, sign.end(), scope, later, entries)
            shapes[name] = definitions[name].shape
        places[name] = line
    cost = _cost(lines, definitions, places)
    return Sheet(
        tuple(declarations.values()),
        tuple(definitions.values()),
        cost,
        {name: line.number for name, line in places.items()},
        ranges,
        matlab,
        (*notes, *loose.notes()),
        frozenset(loose.flat),
    )


def _is_size(
    line: Line,
    name: str,
    start: int,
    shapes: Mapping[str, Shape],
    dimensions: Mapping[str, Line],
) -> bool:
    """Whether a line says what the shapes say already: `m = X.shape[0]`."""
    try:
        right = parse(line.words[start:], Scope(shapes, frozenset(dimensions), derivatives=False))
    except AlgebraError:
        return False
    return right.expression is dimension(name)


def _defined_later(lines: list[Line]) -> dict[str, tuple[int, str]]:
    """For every name that is defined, the line and its right-hand side."""
    found: dict[str, tuple[int, str]] = {}
    for line in lines:
        left, sign, right = line.words.partition("=")
        if sign and ":" not in left:
            found.setdefault(canonical(left.strip()), (line.number, right))
    return found


def _by_entries(line: Line, left: Left, start: int, known: Collection[str]) -> bool:
    """Whether the left is an entry: `z_j`, which may be a name, is one if j is on the right too."""
    words = line.words[: start - 1]
    if "_" not in words:
        return True
    if all(is_index(letter, line.words[start:], known) for letter in left.letters):
        return True
    return "{" in words and len(left.letters) == 1 and not any("_" in name for name in known)


def _left_name(line: Line, end: int, entries: Left | None) -> str:
    left = unicodedata.normalize("NFC", line.words[:end] if entries is None else entries.name)
    left = plain_left(undressed(left))
    layer = _LAYER.fullmatch(left)
    if layer is not None:
        left = layer.group(1) + next(number for number in layer.groups()[1:] if number)
    match = _NAME.fullmatch(left)
    name = canonical(match.group(1)) if match else ""
    name = "Sigma" if match and match.group(1) in SUMS else name
    if not _PLAIN_NAME.fullmatch(name):
        start = len(left) - len(left.lstrip())
        strange = next((c for c in left.strip() if not (c.isalnum() or c in "_ ")), None)
        hint = f" ({show(strange)} is not allowed)" if strange is not None else ""
        raise line.error(
            f"expected one name before `{line.words[end]}`: letters, digits and _{hint}",
            start,
            end,
        )
    if names.is_reserved(name) or name in ("axis", "keepdims"):
        raise line.error(f"`{name}` is part of the language; choose another name", 0, end)
    return name


def _extent(line: Line, name: str) -> tuple[int, int]:
    start = len(line.words) - len(line.words.lstrip())
    return (start, start + len(name))


def _declaration(line: Line, name: str, start: int, loose: LooseShapes) -> Declaration:
    rest = line.words[start:]
    shape: Shape = SCALAR
    scalar = re.match(r"\s*(?:scalar|1|R|ℝ)(?!\S)\s*", rest)
    match = scalar or _SHAPE.match(rest) or _TIMES.match(rest) or _column(rest)
    if match is None and (axes := _AXES.match(rest)) is not None:
        where = (start + axes.start(1), start + axes.end(1))
        raise line.error(
            f"`{axes.group(1)}` has {axes.group(1).count(',') + 1} axes; a matrix has rows and "
            "columns: give one matrix for each example or head, such as X1 and X2, or cut the "
            "columns of each head out with X[:, :d] and put them together with concat",
            *where,
        )
    if match is None:
        raise line.error(f"expected a shape such as (n1,1), or `scalar`, after `{name}:`", start)
    if scalar is None:
        sizes = [
            _size(line, match.group(place), start + match.start(place))
            for place in (1, 2)
            if match.group(place) is not None
        ]
        shape = (sizes[0], sizes[1] if len(sizes) == 2 else 1)
        if len(sizes) == 1:
            loose.flat[name] = shape
    assumptions: list[str] = []
    position = start + match.end()
    for found in re.finditer(r"axis\s*=\s*\S+|[^\s,]+", line.words[position:]):
        where = (position + found.start(), position + found.end())
        word = re.sub(r"\s", "", found.group())
        if word.startswith("axis="):
            if not assumptions or assumptions[-1] not in _AXIS or word not in ("axis=0", "axis=1"):
                raise line.error("axis=0 or axis=1 may follow `onehot` and `prob` only", *where)
            if word == "axis=1":
                assumptions[-1] += " axis=1"
            continue
        if word not in ASSUMPTIONS:
            close = nearest(word, ASSUMPTIONS)
            hint = f"did you mean {quoted(close)}?" if close else f"known: {', '.join(ASSUMPTIONS)}"
            raise line.error(f"unknown assumption `{word[:40]}`; {hint}", *where)
        if word == "symmetric" and shape[0] != shape[1]:
            raise line.error(f"`{name}` {shape_text(shape)} cannot be symmetric", *where)
        if word in _AXIS and shape == SCALAR:
            raise line.error(f"a scalar cannot be `{word}`", *where)
        if word not in assumptions:
            assumptions.append(word)
    # A row has one column for each entry: what is onehot there is the row.
    if shape[0] == 1:
        assumptions = [f"{a} axis=1" if a in _AXIS else a for a in assumptions]
    return Declaration(name, shape, tuple(assumptions))


def _column(rest: str) -> re.Match[str] | None:
    """A column by its one size; a word that says something of a quantity is none."""
    match = _COLUMN.match(rest)
    if match is None or (match.group(2) or match.group(1)) in ASSUMPTIONS:
        return None
    return match


def _size(line: Line, words: str, start: int) -> Dimension:
    where = (start, start + len(words))
    if re.fullmatch(r"[0-9]{1,9}", words):
        if not 1 <= int(words) <= MAX_SIZE:
            raise line.error(f"a size is a whole number from 1 to {MAX_SIZE}", *where)
        return int(words)
    size = read_size(canonical(words))
    named = () if size is None else names_of_size(size)
    if size is None or not named or any(names.is_reserved(name) for name in named):
        raise line.error("a size is a name such as n1, or a whole number", *where)
    return size


def _definition(
    line: Line,
    name: str,
    start: int,
    scope: Scope,
    later: Mapping[str, tuple[int, str]],
    entries: Left | None,
) -> Definition:
    try:
        parsed = parse(line.words[start:], scope)
        if entries is not None:
            return Definition(name, whole(entries, parsed.expression))
    except AlgebraError as error:
        first, last = error.span if error.span is not None else (0, len(line.words) - start)
        piece = canonical(line.words[start + first : start + last])
        message = error.message
        if piece == name:
            message = f"`{name}` is defined by itself"
        elif piece in later and scope.resolve(piece) is None:
            number, _ = later[piece]
            message = f"`{piece}` is used before it is defined, in line {number}"
            if _leads_back(piece, name, later):
                message = f"`{name}` and `{piece}` (line {number}) are defined by each other"
        raise line.error(message, start + first, start + last) from error
    if parsed.expression.indices:
        letters = ", ".join(f"`{letter}`" for letter, _ in parsed.expression.indices)
        raise line.error(
            f"index {letters} is free; write {name}[{letters.replace('`', '').replace(' ', '')}] = "
            "… for the entries, or sum(k, …) to add up",
            start,
        )
    return Definition(name, parsed.expression)


def _leads_back(start: str, goal: str, later: Mapping[str, tuple[int, str]]) -> bool:
    """Whether the definition of `start` uses `goal`, directly or through others."""
    seen, waiting = {start}, [start]
    while waiting:
        _, right = later[waiting.pop()]
        for word in map(canonical, re.findall(r"[^\W\d]\w*", right)):
            if word == goal:
                return True
            if word in later and word not in seen:
                seen.add(word)
                waiting.append(word)
    return False


def _cost(
    lines: list[Line], definitions: Mapping[str, Definition], places: Mapping[str, Line]
) -> str:
    """The name of the cost: `C`, or the last definition that is a scalar."""
    end = lines[-1] if lines else Line(1, 0, "")
    if not definitions:
        raise end.error("there is no cost: define `C = …`, a scalar")
    name = "C" if "C" in definitions else None
    for other in reversed(list(definitions)) if name is None else ():
        if definitions[other].shape == SCALAR:
            name = other
            break
    if name is None:
        shapes = ", ".join(f"`{d.name}` {shape_text(d.shape)}" for d in definitions.values())
        raise end.error(f"there is no cost: no definition is a scalar ({shapes[:200]})")
    line = places[name]
    shape = definitions[name].shape
    if shape != SCALAR:
        words = line.words.partition("=")[2].strip()
        mend = f"; write {name} = sum({words})" if len(words) <= 60 else ""
        message = f"the cost `{name}` is {shape_text(shape)}; it has to be a scalar, (1,1){mend}"
        raise line.error(message)
    for other in definitions.values():
        if name in symbols(other.expression):
            raise places[other.name].error(
                f"`{other.name}` is built on the cost `{name}`, which then is not the end; "
                f"call the last line `C` and `{name}` something else"
            )
    reached: set[str] = set()
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current not in reached:
            reached.add(current)
            if current in definitions:
                waiting.extend(symbols(definitions[current].expression))
    if reached <= set(definitions):
        raise line.error(f"the cost `{name}` uses nothing that is declared")
    return name
