"""The untyped tree of a text: what was typed and where, before anything is known of its names.

What stands side by side stays side by side, and what is raised stays raised. Which product a
`·` is, or whether `f(x)` is a product, is for a reading to say. Places are counted in tokens: a
node is made of tokens[first:last].
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from chainrule.algebra.errors import Span
from chainrule.algebra.language.tokens import ParseError, Token

CLOSING = {"(": ")", "[": "]", "{": "}"}
"""Brackets around an expression, of any kind."""

BARS = {"|": "abs", "||": "norm"}

COMPARISONS = (">", "<", ">=", "<=", "==", "!=")
PRODUCTS = ("*", "@", "/", "dot", "outer")


class Problem(NamedTuple):
    """What a ParseError says."""

    message: str
    span: Span
    found: str = ""
    expected: str = ""
    mend: str | None = None

    def error(self) -> ParseError:
        return ParseError(*self)


@dataclass(frozen=True, slots=True)
class Node:
    """A part of what was typed."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Broken(Node):
    """The place from which on nothing can be read."""

    problem: Problem


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A number, which is one token."""


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A name, which is one token."""


@dataclass(frozen=True, slots=True)
class Primed(Node):
    """`u'` or `f'(u)` of a quantity. applied: with what it depends on in brackets."""

    applied: bool


@dataclass(frozen=True, slots=True)
class Quotient(Node):
    """`dC/dW1`: a derivative as one name, which is three tokens."""


@dataclass(frozen=True, slots=True)
class Nabla(Node):
    """`∇_W1 C`."""


@dataclass(frozen=True, slots=True)
class Group(Node):
    """An expression in brackets. closed: whether the bracket is."""

    inner: Node
    closed: bool


@dataclass(frozen=True, slots=True)
class Bars(Node):
    """`|s|` or `||x||`."""

    inner: Node
    closed: bool


@dataclass(frozen=True, slots=True)
class Keyword(Node):
    """`axis=0` among arguments."""


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A function with its arguments in brackets: `sigma'(z1)`, `sin^2(x)`, `sum(k, a[k])`.

    primes: how many. raised: whether a number stands between name and bracket. items: the
    arguments; none for `ones`, `eye` and `J`, whose arguments are no expressions.
    """

    primes: int
    raised: bool
    items: tuple[Node, ...]
    closed: bool

    @property
    def opener(self) -> int:
        """The place of the bracket."""
        return self.first + 1 + self.primes + 2 * self.raised


@dataclass(frozen=True, slots=True)
class Bare(Node):
    """A function with one name or number as its argument, `ln x`. given: whether there is one."""

    primes: int
    raised: bool
    given: bool

    @property
    def argument(self) -> int:
        """The place of the argument."""
        return self.first + 1 + self.primes + 2 * self.raised


@dataclass(frozen=True, slots=True)
class Summation(Node):
    """Σ, `Σ_k` or `Σₖ` and what is added up. body: a Group, a Factor of one, or a product.

    bracketed: whether the body is all that is in brackets after the sign, with its entry.
    """

    body: Node
    bracketed: bool


@dataclass(frozen=True, slots=True)
class Transposed(Node):
    """`.T` or `^T` after something."""


@dataclass(frozen=True, slots=True)
class Entry(Node):
    """`[j,k]` after something."""


@dataclass(frozen=True, slots=True)
class Stretch(Node):
    """`1:n` in square brackets: where it begins and where it ends, None for what is left out."""

    ends: tuple[Node | None, ...]


@dataclass(frozen=True, slots=True)
class Places(Node):
    """`[0]`, `[:, 1:]`, `[0, j]` after something: numbers, letters and stretches."""

    items: tuple[Node, ...]
    closed: bool


@dataclass(frozen=True, slots=True)
class Quoted(Node):
    """`'valid'` among arguments."""


@dataclass(frozen=True, slots=True)
class Listing(Node):
    """`(a, b)` or `[a, b]`: several things as one argument."""

    items: tuple[Node, ...]
    closed: bool


@dataclass(frozen=True, slots=True)
class Stacked(Node):
    """`[a; b]` and `[a, b]`: matrices one under the other, or side by side."""

    items: tuple[Node, ...]
    signs: tuple[str, ...]
    closed: bool


@dataclass(frozen=True, slots=True)
class Method(Node):
    """`.dot(x)` after something: a function of it and of what stands in brackets."""

    call: Call


@dataclass(frozen=True, slots=True)
class Raised(Node):
    """`**2` after something."""

    exponent: Node


@dataclass(frozen=True, slots=True)
class Factor(Node):
    """Something with what follows it directly: `W2.T`, `x[k]**2`."""

    base: Node
    suffixes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Signed(Node):
    """A sign and what it stands in front of."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Run(Node):
    """Factors with the signs between them; no sign, "", for two that stand side by side."""

    parts: tuple[Node, ...]
    signs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Total(Node):
    """Terms with a + or - before all but the first."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """`a > b`."""

    left: Node
    right: Node


def unexpected(
    tokens: list[Token], position: int, expected: str, mend: str | None = None
) -> Problem:
    """Something else stands where `expected` should."""
    token = tokens[position]
    found = "the end of the text" if token.kind == "end" else f"`{token.text}`"
    if mend is None and token.kind == "'":
        mend = "a prime follows a function, as in sigma'(z1); the transpose is x.T"
    before = tokens[position - 1].kind if position else ""
    assigned = token.kind == ":" and tokens[position + 1].kind == "="
    if mend is None and (assigned or (token.kind == "=" and before in ("-", ":", "+"))):
        mend = "an update is no derivative: write what is subtracted, without the learning rate"
    if mend is None and token.kind == ":":
        mend = "what a line is about stands before an `=`: dC/dW2 = …"
    if mend is None and token.kind == "==":
        mend = "equations have one `=`"
    if mend is None and token.kind == "number" and position > 0:
        mend = f"write a `*` or a `^` before `{token.text}`"
    start = token.start if token.kind != "end" else max(token.start - 1, 0)
    return Problem(f"expected {expected}, found {found}", (start, token.end), found, expected, mend)


def not_closed(tokens: list[Token], position: int, kind: str, opener: Token) -> Problem:
    """Something else stands where a bracket should be closed."""
    if tokens[position].kind != "end":
        return unexpected(tokens, position, f"`{kind}`")
    return Problem(
        f"`{opener.text}` is never closed",
        (opener.start, opener.end),
        "the end of the text",
        f"`{kind}`",
        f"add `{kind}`",
    )


def shifted(base: str) -> str:
    """What to write for places that are shifted, such as `x[i+j]`."""
    return (
        f"a sum over shifted places is conv({base}, w), and shifted parts are {base}[1:] and "
        f"{base}[:-1]"
    )


def lowered_problem(tokens: list[Token], position: int) -> Problem:
    """What is lowered in braces after a name and means nothing: `x_{i+j}`, `z_{foo}`."""
    name = tokens[position]
    rest = tokens[position + 2 :]
    inside = rest[: next((n for n, token in enumerate(rest) if token.kind == "}"), 0)]
    words = "".join(token.text for token in inside)
    span = (name.start, inside[-1].end if inside else name.end)
    base = name.text.rstrip("_")
    if any(token.kind in ("+", "-") for token in inside):
        return Problem(f"an index is a letter or a number, not `{words}`", span, mend=shifted(base))
    wanted, mend = "an operator or the end", "write z1, or an entry a[j]"
    return unexpected(tokens, position + 1, wanted, mend)
