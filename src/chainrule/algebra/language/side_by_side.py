"""What `·` or nothing at all between two factors means, and where that can be read in two ways."""

from __future__ import annotations

from chainrule.algebra.language.building import Builder
from chainrule.algebra.language.nodes import BARS, CLOSING
from chainrule.algebra.language.text_places import Syntax
from chainrule.algebra.language.tokens import ParseError, Token
from chainrule.algebra.tree import arithmetic, matrices, powers, reductions
from chainrule.algebra.tree.expression import UNKNOWN, Expression
from chainrule.algebra.tree.leaves import CONSTANT, DIMENSION, EYE, NUMBER, SYMBOL
from chainrule.algebra.tree.shapes import SCALAR, Shape, broadcast, flip, product
from chainrule.algebra.tree.text import brief


def meaning_of_dot(left: Shape, right: Shape) -> str:
    """`·` or nothing: the matrix product where neither side is a scalar, unless only `*` fits.

    Where neither fits, it is the matrix product that was meant, but for two columns or two rows.
    """
    if SCALAR in (left, right):
        return "*"
    if product(left, right) is not None:
        return "@"
    alike = left[0] == right[0] == 1 or left[1] == right[1] == 1
    return "*" if alike or broadcast(left, right) is not None else "@"


def likely_shape(x: Expression) -> Shape:
    """The shape, or what it would be if the sizes inside did fit."""
    if x.shape != UNKNOWN or not x.args:
        return x.shape
    shapes = [likely_shape(arg) for arg in x.args]
    if x.operation is matrices.MATMUL:
        return (shapes[0][0], shapes[-1][1])
    if x.operation is matrices.TRANSPOSE:
        return flip(shapes[0])
    return next((shape for shape in reversed(shapes) if shape != SCALAR), SCALAR)


def is_flat(left: Shape, right: Shape) -> bool:
    """Whether a column stands before a matrix with as many rows: NumPy's (n,) @ (n,k)."""
    return left[1] == 1 != left[0] and left[0] == right[0]


def inner_product(left: Expression, right: Expression) -> Expression:
    """The sum of the products of two columns, or two rows."""
    return reductions.sum_of(arithmetic.multiply(left, right))


def check_squares(left: Syntax, shape: Shape, right: Syntax, other: Shape) -> None:
    """Two square matrices of one size may be meant to be multiplied in either way."""
    identity = EYE in (left.expression.operation, right.expression.operation)
    if shape == other and shape not in (SCALAR, UNKNOWN) and shape[0] == shape[1] and not identity:
        a, b = brief(left.expression), brief(right.expression)
        raise ParseError(
            "two square matrices side by side can be read in two ways",
            (left.start, right.end),
            expected="`@` or `*`",
            mend=f"write {a} @ {b} for the matrix product, {a} * {b} for entry by entry",
        )


def check(b: Builder, sign: str, before: Syntax, position: int, lenient: bool) -> None:
    """Whether what stands at a place may stand beside what is before it, after a sign.

    lenient: also where it can be read in two ways.
    """
    token, last = b.tokens[position], b.tokens[position - 1]
    x = before.expression
    if x.operation is matrices.TRANSPOSE and x.args[0].operation is NUMBER:
        raise ParseError(
            "a number is not transposed", before.span, mend="write ones(1, n) for a row of ones"
        )
    if "|" in (token.kind, last.kind) and sum(t.kind == "|" for t in b.tokens) > 2:
        raise ParseError(
            "bars side by side can be read in two ways",
            (before.start, token.end),
            mend="write abs(x) * abs(y), and norm(x)",
        )
    if token.spaced or lenient:
        return
    if token.text.startswith("_") and last.kind in (*CLOSING.values(), *BARS):
        raise ParseError(
            f"`{token.text}` after a bracket is neither a factor nor an entry",
            (token.start, token.end),
            mend="write (…)[j] for an entry",
        )
    if sign == "/":
        raise _after_division(b, before, token)
    if is_tower(before):
        words = f"{last.text}{token.text}"
        raise ParseError(
            f"`{words}` in an exponent can be read in two ways",
            (before.start, token.end),
            f"`{words}`",
            "brackets or `*`",
            f"write ^({words}…) or a `*` before `{token.text}`",
        )


def is_applied(b: Builder, token: Token, position: int) -> bool:
    """Whether `f(x)` stands here, of a quantity f that depends on x. position: after the f."""
    opener = b.tokens[position]
    if opener.kind != "(" or opener.spaced:
        return False
    following = b.tokens[position + 1 : position + 3]
    if [part.kind for part in following] != ["name", ")"]:
        return False
    name, inner = b.scope.quantity(token.text), b.scope.quantity(following[0].text)
    return name is not None and inner in b.scope.inputs.get(name, ())


def check_application(b: Builder, token: Token, position: int) -> None:
    """`f(x)` may be f, written with what it depends on, or f times x."""
    if is_applied(b, token, position):
        following = b.tokens[position + 1 : position + 3]
        name, inner = b.scope.quantity(token.text), b.scope.quantity(following[0].text)
        raise ParseError(
            f"`{name}({inner})` can be read in two ways",
            (token.start, following[1].end),
            found=f"`{name}({inner})`",
            expected=f"`{name}` or a product",
            mend=f"write {name} for the quantity, {name} * {inner} for the product",
        )


def _after_division(b: Builder, before: Syntax, token: Token) -> ParseError:
    under = b.text[before.start : before.end]
    bracket = token.kind in CLOSING
    rest, more = ("(…)", "(…)") if bracket else (token.text, f"{token.text}…")
    return ParseError(
        f"`{under}{token.text}` after a division can be read in two ways",
        (before.start, token.end),
        f"`{under}{token.text}`",
        "brackets or `*`",
        f"write /({under}{more}) or /{under} * {rest}",
    )


def tower(b: Builder, power: Syntax, more: list[Syntax]) -> Syntax:
    """A power whose exponent goes on with the factors beside it: e^2x."""
    if not more:
        return power
    base, exponent = power.parts
    last = more[-1].end
    whole = b.build(arithmetic.multiply, (exponent, *more), (exponent.start, last))
    return b.build(powers.power, (base, whole), (power.start, last))


def is_tower(x: Syntax) -> bool:
    """Whether an exponent ends here that may be meant to go on: e^2s."""
    if x.expression.operation is not powers.POWER_OF or x.bracketed:
        return False
    base, exponent = x.expression.args
    goes_on = base.operation in (NUMBER, CONSTANT) or exponent.operation in (DIMENSION, SYMBOL)
    return goes_on and not x.parts[1].bracketed
