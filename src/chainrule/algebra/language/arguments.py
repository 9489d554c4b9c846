"""Arguments that are no expressions: index letters, sizes, axes, slopes, names of quantities.

They are read token by token. What follows an argument is for the caller to look at.
"""

from __future__ import annotations

from fractions import Fraction

from chainrule.algebra.language import names
from chainrule.algebra.language.building import Builder
from chainrule.algebra.language.nodes import Node
from chainrule.algebra.language.text_places import Syntax
from chainrule.algebra.language.tokens import ParseError
from chainrule.algebra.tree.leaves import eye, ones
from chainrule.algebra.tree.shapes import SCALAR
from chainrule.algebra.tree.sizes import Dimension, names_of_size, read_size


def letter(b: Builder, position: int) -> str:
    """An index letter, which is none of the names there are."""
    token = b.tokens[position]
    mend = "entries are written W[j,k], with letters"
    if token.kind == "name":
        if token.text not in b.scope.shapes:
            return token.text
        mend = f"`{token.text}` is declared; choose another letter"
        if b.scope.shapes.get(token.text, SCALAR) != SCALAR:
            mend = f"`{token.text}` is declared; a row that is looked up is E[3], or onehot @ E"
    raise b.unexpected(position, "an index letter", mend)


def letters(b: Builder, opener: int) -> tuple[list[str], int]:
    """`[j,k]`: the letters, and where it ends."""
    found = [letter(b, opener + 1)]
    position = opener + 2
    while b.tokens[position].kind == ",":
        found.append(letter(b, position + 1))
        position += 2
    return found, b.expect(position, "]", b.tokens[opener]).end


def axis(b: Builder, position: int) -> tuple[int, int]:
    """0 or 1, and the place after it; -1 and -2 count from the end."""
    start, sign = position, 1
    if b.tokens[position].kind == "-":
        position, sign = position + 1, -1
    token = b.tokens[position]
    if token.kind == "number" and sign * token.value in (0, 1, -1, -2):
        return int(sign * token.value) % 2, position + 1
    raise b.unexpected(start, "axis 0 or 1", "0 runs down the columns, 1 along the rows")


def check_no_axis(b: Builder, name: str, first: int, of: Syntax, node: Node) -> None:
    """`sum(x, 0)` does not say whether 0 is an axis, and `max(x, 1)` whether 1 is: refuse them.

    `max(z, 0)` is how everybody writes the larger of two. first: the place of the name.
    """
    start, end = b.span(node)
    words, inner = b.text[start:end].strip(), b.text[of.start : of.end]
    axis = is_axis(b, node)
    of_two = names.OF_TWO.get(name)
    if of_two is not None and not is_numpys(b, first) and (words == "0" or not axis):
        return
    mend = f"write {name}({inner}, axis={words if axis else 0})"
    if of_two is not None:
        mend = f"write {of_two}({inner}, {words}) for the {_OF_TWO[name]} of two, or {mend[6:]}"
    raise ParseError(
        f"`{words}` after a comma does not say what it is",
        (start, end),
        found=f"`{words}`",
        expected="axis=0 or axis=1",
        mend=mend,
    )


def is_axis(b: Builder, node: Node) -> bool:
    """Whether an argument is the number of an axis."""
    start, end = b.span(node)
    return b.text[start:end].strip() in ("0", "1", "-1", "-2")


def is_numpys(b: Builder, first: int) -> bool:
    """Whether a function is written as NumPy's: np.sum."""
    return b.tokens[first].mark == "np"


_OF_TWO = {"max": "larger", "min": "smaller"}


def slope(b: Builder, position: int) -> tuple[Fraction, int]:
    """A number, and the place after it."""
    token = b.tokens[position]
    if token.kind != "number":
        raise b.unexpected(position, "a number for the slope")
    return token.value, position + 1


def setting(b: Builder, position: int, name: str, axis_now: int | None) -> tuple[int | None, int]:
    """`axis=0` or `keepdims=True` of a function: the axis after it, and the place after it."""
    key, value = b.tokens[position], position + 2
    if key.text in ("axis", "dim") and name in names.TAKE_AXIS:
        return axis(b, value)
    if key.text in ("keepdims", "keepdim") and name in names.REDUCTIONS:
        if b.tokens[value].text not in ("True", "1"):
            raise b.unexpected(value, "True", "sums always keep their dimension here")
        return axis_now, value + 1
    shown = f"`{key.text[:40]}`"
    raise ParseError(
        f"{name} has no setting {shown}", (key.start, key.end), shown, "axis=0 or axis=1"
    )


def size(b: Builder, position: int) -> tuple[Dimension, int]:
    """A size, which is a whole number, a name or a sum of such, and the place after it."""
    end = position
    while b.tokens[end].kind in ("name", "number", "+", "-", "*"):
        end += 1
    found = read_size("".join(token.text for token in b.tokens[position:end]))
    if isinstance(found, int) and 1 <= found <= 10**6:
        return found, end
    if found is not None and (own := names_of_size(found)) and b.scope.dimensions.issuperset(own):
        return found, end
    known = ", ".join(sorted(b.scope.dimensions)[:8])
    raise b.unexpected(position, "a size", f"sizes here are {known}" if known else None)


def filled_matrix(b: Builder, name: str, first: int, opener: int) -> Syntax:
    """ones(n), ones(n, m), ones((n, m)) and eye(n)."""
    double = b.tokens[opener + 1].kind == "("
    position = opener + 1 + double
    first_size, position = size(b, position)
    sizes = [first_size]
    while b.tokens[position].kind == ",":
        another, position = size(b, position + 1)
        sizes.append(another)
    if double:
        b.expect(position, ")", b.tokens[opener + 1])
        position += 1
    span = (b.tokens[first].start, b.expect(position, ")", b.tokens[opener]).end)
    most = 1 if name == "eye" else 2
    if len(sizes) > most:
        raise ParseError(f"{name} takes at most {most} sizes", span)
    if name == "eye":
        return b.build(lambda: eye(sizes[0]), (), span)
    shape = (sizes[0], sizes[1] if len(sizes) == 2 else 1)
    return b.build(lambda: ones(shape), (), span)


def jacobian(b: Builder, first: int, opener: int) -> Syntax:
    """J(a2, z2), which is da2/dz2."""
    found: list[str] = []
    position, end = opener + 1, 0
    for closing in (",", ")"):
        token = b.tokens[position]
        if token.kind != "name":
            raise b.unexpected(position, "a name", "a Jacobian is written J(a2, z2)")
        name = b.scope.quantity(token.text)
        if name is None:
            raise b.unknown(token, position + 1)
        found.append(name)
        end = b.expect(position + 1, closing, b.tokens[opener]).end
        position += 2
    return b.build(lambda: b.scope.derivative(*found), (), (b.tokens[first].start, end))


def nabla(b: Builder, first: int) -> Syntax:
    """`∇_W1 C`, which is dC/dW1."""
    under, position = _in_braces(b, first + 1)
    over, position = _in_braces(b, position)
    span = (b.tokens[first].start, b.tokens[position - 1].end)
    if not b.scope.derivatives:
        words = b.text[slice(*span)]
        raise ParseError(f"`{words}` is a derivative; here only values are defined", span)
    return b.build(lambda: b.scope.derivative(over, under), (), span)


def _in_braces(b: Builder, position: int) -> tuple[str, int]:
    """The quantity that `W1`, `_W1` or `_{W1}` names, and the place after it."""
    braced = b.tokens[position].text == "_" and b.tokens[position + 1].kind == "{"
    position += 2 if braced else 0
    token = b.tokens[position]
    if token.kind != "name":
        raise b.unexpected(position, "a name", "a gradient is written ∇_W1 C, or dC/dW1")
    word = token.text.removeprefix("_")
    name = b.scope.quantity(word)
    if name is None:
        raise b.unknown(token, position + 1, word)
    if braced:
        b.expect(position + 1, "}")
    return name, position + 1 + braced


def quotient(b: Builder, first: int) -> Syntax:
    """`dC/dW1` as one name."""
    over, under = b.tokens[first], b.tokens[first + 2]
    span = (over.start, under.end)
    if not b.scope.derivatives:
        words = f"`{over.text}/{under.text}` is a derivative"
        raise ParseError(f"{words}; here only values are defined", span)
    if over.text == "d":
        mend = f"give the expression's derivative, or name it: df/{under.text}"
        raise ParseError(f"`d/{under.text}` of an expression is not read", span, mend=mend)
    found: list[str] = []
    for token in (over, under):
        name = b.scope.quantity(token.text[1:])
        if name is None:
            raise b.unknown(token, first + 1, token.text[1:])
        found.append(name)
    return b.build(lambda: b.scope.derivative(*found), (), span)


def primed(b: Builder, first: int, applied: bool) -> Syntax:
    """`u'`, where all there is depends on one variable x: du/dx. `f'(u)` is df/du."""
    token = b.tokens[first]
    if b.scope.resolve(token.text) is None:
        raise b.unknown(token, first + 1)
    over, under = b.scope.quantity(token.text), b.scope.variable
    if over is None or under is None or over not in b.scope.inputs:
        mend = f"`{token.text}` is no function"
        raise b.unexpected(first + 1, "an operator or the end", mend)
    if b.tokens[first + 2].kind == "'":
        raise b.unexpected(first + 2, "one prime", "second derivatives have no name here")
    end = first + 1
    if applied:
        under, end = b.scope.quantity(b.tokens[first + 3].text) or under, first + 4
    return Syntax(b.scope.derivative(over, under), token.start, b.tokens[end].end)
