"""Reading of functions with their arguments, and of sums over index letters."""

from __future__ import annotations

from fractions import Fraction
from typing import Protocol

from chainrule.algebra.language import arguments, block_calls, function_aliases, names
from chainrule.algebra.language.building import Builder
from chainrule.algebra.language.index_letters import bound, meant_letter, sum_of
from chainrule.algebra.language.nodes import (
    Bare,
    Call,
    Factor,
    Group,
    Keyword,
    Method,
    Node,
    Summation,
)
from chainrule.algebra.language.text_places import Syntax
from chainrule.algebra.language.tokens import SUMS, ParseError, Token
from chainrule.algebra.language.ways_to_read import Ways
from chainrule.algebra.tree import (
    arithmetic,
    function_registry,
    matrices,
    powers,
    reductions,
)
from chainrule.algebra.tree.expression import Expression
from chainrule.algebra.tree.function_registry import FUNCTIONS
from chainrule.algebra.tree.leaves import SYMBOL, ZERO, decimal
from chainrule.algebra.tree.shapes import SCALAR


class Run(Protocol):
    """The run of factors that is being read."""

    def rest(self, first: Node) -> Node: ...


class Reading(Protocol):
    """What a reading offers: the tokens and names, and how its parts are read."""

    b: Builder
    bars: list[str]
    summed: dict[str, Token]

    @property
    def run_now(self) -> Run: ...

    @property
    def wide_sums(self) -> bool: ...

    @property
    def ways(self) -> Ways: ...

    def read(self, node: Node) -> Syntax: ...

    def expression(self, node: Node) -> Syntax: ...

    def reduced(self, node: Node) -> Syntax: ...


def call(r: Reading, node: Call) -> Syntax:
    """A function with its arguments in brackets."""
    if r.wide_sums and is_sum(r.b, node):
        return wide_sum(r, node, ())
    token, name = checked(r.b, node)
    if name in ("ones", "eye"):
        return arguments.filled_matrix(r.b, name, node.first, node.opener)
    if name == "zeros":
        made = arguments.filled_matrix(r.b, "ones", node.first, node.opener)
        return r.b.build(lambda x: arithmetic.multiply(ZERO, x), (made,), made.span)
    if name == "J":
        return arguments.jacobian(r.b, node.first, node.opener)
    if name == "einsum":
        return _einsum(r, node)
    if name in names.TAKE_LISTS:
        return block_calls.read_call(r, node, name)
    letters = 2 if name == "matrix" else 1
    if name in ("vector", "matrix") or (name == "sum" and _index_comes(r.b, node)):
        made = _indexed(r, node, name, letters)
    else:
        made = _applied(r, node, name)
    _check_raised(r, token, node.last)
    return raised(r.b, node, made)


def checked(b: Builder, node: Call | Bare) -> tuple[Token, str]:
    """The function and its plain name, once it may carry its primes."""
    token = b.tokens[node.first]
    name = names.plain(token.text)
    after = b.tokens[node.first + node.primes]
    if node.primes and name not in FUNCTIONS:
        raise ParseError(
            f"`{name}` has no prime; it is not a function of one number",
            (token.start, after.end),
            mend=_jacobian_of(b, node) if name == "softmax" else None,
        )
    if node.primes > function_registry.MAX_ORDER:
        end = b.tokens[node.first + node.primes + 1].start
        raise ParseError(f"more than {function_registry.MAX_ORDER} primes", (token.start, end))
    return token, name


def _jacobian_of(b: Builder, node: Call | Bare) -> str:
    """The derivative of a softmax, which is a matrix, with the names of the sheet."""
    following = [token for token in b.tokens[node.first :] if token.kind == "name"][1:2]
    of = b.scope.quantity(following[0].text) if following else None
    for a, made in b.scope.definitions.items():
        plain = made.operation is reductions.SOFTMAX and made.args[0].operation is SYMBOL
        z = made.args[0].params[0] if plain else None
        if z is not None and of in (None, a, z):
            return f"every entry of {a} depends on every entry of {z}: {_matrix(a, made)}"
    return "its Jacobian is diag(a) - a @ a.T"


def _matrix(a: str, made: Expression | None) -> str:
    if made is None or 1 in made.shape:
        return f"the Jacobian is diag({a}) - {a} @ {a}.T"
    axis = made.params[0]
    return (
        f"with g for the derivative by {a}, what comes back is {a} * (g - sum(g * {a}, "
        f"axis={axis}))"
    )


def raised(b: Builder, node: Call | Bare, made: Syntax) -> Syntax:
    """sin^2(x): the power of what was read."""
    if not node.raised:
        return made
    exponent = decimal(b.tokens[node.first + node.primes + 2].value)
    inner = made.expression
    # Its parts stand in no place of their own: the function is on both sides of its power.
    return b.build(lambda: powers.power(inner, exponent), (), made.span)


def method(r: Reading, of: Syntax, node: Method) -> Syntax:
    """`a.dot(b)`, `x.sum(axis=0)`, `x.t()`: a function of what stands before it."""
    token = r.b.tokens[node.first]
    name = names.method(token.text)
    if name in names.TAKE_LISTS:
        return block_calls.read_call(r, node.call, name, of)
    if name not in names.METHODS and name not in FUNCTIONS:
        raise ParseError(
            f"`.{token.text}` is not read",
            (token.start, token.end),
            found=f"`.{token.text}`",
            expected="a method such as .dot, .sum or .T",
            mend=f"write {r.b.text[of.start : of.end]}.T for the transpose",
        )
    return _applied(r, node.call, name, of)


def _einsum(r: Reading, node: Call) -> Syntax:
    """einsum('ij,jk->ik', A, B)."""
    b, spec = r.b, r.b.tokens[node.opener + 1]
    if spec.kind != "spec" or not node.items:
        raise b.unexpected(node.opener + 1, "indices such as 'ij,jk->ik'")
    args = tuple(r.expression(item) for item in node.items)
    end = b.expect(node.items[-1].last, ")", b.tokens[node.opener]).end

    def make(*operands: Expression) -> Expression:
        return function_aliases.einsum(
            spec.text, *operands, taken=lambda letter: b.scope.resolve(letter) is not None
        )

    return b.build(make, args, (b.tokens[node.first].start, end))


def _applied(r: Reading, node: Call, name: str, given: Syntax | None = None) -> Syntax:
    """A function of expressions, with an axis or a slope where it has one.

    given: its first argument, where that stands before it, as in `x.sum(axis=0)`.
    """
    b, opener = r.b, r.b.tokens[node.opener]
    items = node.items
    if given is None:
        reads = r.reduced if name in names.REDUCTIONS else r.expression
        args, position = [reads(items[0])], items[0].last
        items = items[1:]
    else:
        args, position = [given], node.opener
    axis: int | None = None
    setting: Fraction | None = None
    for number, item in enumerate(items):
        if b.tokens[position].kind != "," and (number or given is None):
            break
        if isinstance(item, Keyword):
            axis, position = arguments.setting(b, item.first, name, axis)
        elif name in names.TAKE_AXIS and (
            given is not None or (name not in names.OF_TWO and arguments.is_numpys(b, node.first))
        ):
            axis, position = arguments.axis(b, item.first)
        elif name in names.TAKE_AXIS:
            if arguments.is_axis(b, item) and (
                r.ways.across or (r.ways.lenient and name not in names.OF_TWO)
            ):
                axis, position = arguments.axis(b, item.first)
                continue
            args.append(r.expression(item))
            position = item.last
            plain = name in names.OF_TWO and (args[0].expression.shape == SCALAR or r.ways.lenient)
            if not plain:
                arguments.check_no_axis(b, name, node.first, args[0], item)
            name = names.OF_TWO[name]
        elif names.takes_setting(name) and len(args) == 1:
            setting, position = arguments.slope(b, item.first)
        else:
            args.append(r.expression(item))
            position = item.last
    if given is not None and not items:
        position = node.opener + 1
    start = b.tokens[node.first].start if given is None else given.start
    span = (start, b.expect(position, ")", opener).end)
    wanted = names.arity(name)
    if len(args) != wanted:
        words = f"{wanted} argument{'s' if wanted > 1 else ''}"
        raise ParseError(f"{name} takes {words}, not {len(args)}", span)
    parts = tuple(args)
    if name in FUNCTIONS:
        return b.build(
            lambda x: function_registry.apply(name, x, node.primes, setting), parts, span
        )
    if name == "sum" and axis is None and (letter := meant_letter(args[0])) is not None:
        return bound(b, name, [letter], args[0], span)
    if name in names.REDUCTIONS:
        return b.build(lambda x: names.REDUCTIONS[name](x, axis), parts, span)
    if name in names.RUNNING:
        return b.build(lambda x: names.RUNNING[name](x, axis), parts, span)
    if name in names.ALONG:
        return b.build(lambda x: names.ALONG[name](x, axis or 0), parts, span)
    return b.build(names.PLAIN[name], parts, span)


def _check_raised(r: Reading, token: Token, position: int) -> None:
    """`Σ(x)²` may be the sum of the squares or the square of the sum."""
    b = r.b
    if not r.ways.lenient and token.mark in SUMS and b.tokens[position].kind == "**":
        raise ParseError(
            "a power after a sum can be read in two ways",
            (token.start, b.tokens[position - 1].end),
            expected="brackets",
            mend="write sum(x**2) or (sum(x))**2",
        )


# Sums over index letters, and matrices of entries.


def _index_comes(b: Builder, node: Call) -> bool:
    """Whether `k,` follows, with k a letter that is not declared."""
    token = b.tokens[node.opener + 1]
    if token.kind != "name" or b.tokens[node.opener + 2].kind != ",":
        return False
    size = len(token.text) == 1 and token.text in b.scope.dimensions
    return size or b.scope.resolve(token.text) is None


def _indexed(r: Reading, node: Call, name: str, count: int) -> Syntax:
    """sum(k, …), vector(j, …), matrix(j, k, …)."""
    b, opener = r.b, r.b.tokens[node.opener]
    letters: list[str] = []
    position = node.opener + 1
    for _ in range(count):
        letters.append(arguments.letter(b, position))
        b.expect(position + 1, ",", opener)
        position += 2
    item = node.items[count]
    body = r.expression(item)
    span = (b.tokens[node.first].start, b.expect(item.last, ")", opener).end)
    return bound(b, name, letters, body, span)


def is_sum(b: Builder, node: Node) -> bool:
    """Whether it is Σ with what is in brackets after it, and may be meant to go on after that."""
    if isinstance(node, Summation):
        return node.bracketed
    token = b.tokens[node.first]
    plain = isinstance(node, Call) and not node.primes and token.mark in SUMS
    return plain and token.text == "sum"


def wide_sum(r: Reading, node: Node, suffixes: tuple[Node, ...]) -> Syntax:
    """Σ_k(…) of its bracket and all that follows up to the next + or -."""
    if isinstance(node, Summation):
        body = node.body
    else:
        assert isinstance(node, Call)
        body = Group(node.opener, node.last, node.items[0], node.closed)
    if isinstance(body, Factor):
        body, suffixes = body.base, (*body.suffixes, *suffixes)
    if suffixes:
        body = Factor(body.first, suffixes[-1].last, body, suffixes)
    return _added_up(r, node.first, r.run_now.rest(body))


def summation(r: Reading, node: Summation) -> Syntax:
    """Σ_k in front of a bracket, or of a product up to the next + or -."""
    if node.bracketed and r.wide_sums:
        return wide_sum(r, node, ())
    if not node.bracketed:
        return _added_up(r, node.first, node.body)
    letter = _summed_letter(r, node.first)
    body = r.expression(node.body)
    _check_raised(r, r.b.tokens[node.first], node.last)
    return sum_of(r.b, r.b.tokens[node.first], letter, body, body.end)


def _added_up(r: Reading, first: int, node: Node) -> Syntax:
    """The sum of a product that goes up to the next + or -."""
    token = r.b.tokens[first]
    letter = _summed_letter(r, first)
    body = r.expression(node)
    divides = r.b.tokens[first - 1].kind == "/"
    if divides and body.expression.operation in _PRODUCTS and not body.bracketed:
        raise ParseError(
            "a sum after a division can be read in two ways",
            (token.start, body.end),
            expected="brackets",
            mend=f"write {token.text}(…)",
        )
    return sum_of(r.b, token, letter, body, body.end)


def _summed_letter(r: Reading, first: int) -> str | None:
    """The letter of `Σ_k` or `Σₖ`; None of a bare Σ."""
    b, token = r.b, r.b.tokens[first]
    position = first + 1
    if token.text.startswith("sum_"):
        letter = token.text[4:]
    elif b.tokens[position].kind == "[":
        letter = arguments.letter(b, position + 1)
        b.expect(position + 2, "]")
        position += 3
    else:
        return None
    if letter and b.scope.quantity(letter):
        raise ParseError(
            f"`{letter}` is declared, so it is no index",
            (token.start, token.end),
            found=f"`{letter}`",
            expected="an index letter",
            mend="choose another letter",
        )
    if not letter:
        raise b.unknown(token, position)
    r.summed.setdefault(letter, token)
    return letter


_PRODUCTS = (arithmetic.MULTIPLY, powers.DIVIDE, matrices.MATMUL)
