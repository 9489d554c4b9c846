"""Text to tree: a Pratt parser for the language of the sheets.

Precedence is NumPy's: `**` and `^` bind tightest and group to the right, then `*`, `@` and `/`
alike from left to right, then `+` and `-`, then comparisons. A minus sign in front of a product
covers all of it, which has the same value: `-a * b` is `-(a * b)`. What is written side by side
is multiplied (`2x`, `3(x+1)`, `a(1 - a)`, `W.T delta`) where that can only be read one way. `·` and
nothing at all are the matrix product where the inner sizes agree, and entry by entry where those
sizes do.

Nothing is evaluated and nothing is guessed: a text either has one reading or a ParseError says
where it has none. A text whose sizes do not fit raises ShapeError with the place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations

from chainrule.algebra.errors import AlgebraError, LimitError, ShapeError, Span
from chainrule.algebra.language.scope import Scope
from chainrule.algebra.language.syntax import Parsed, Syntax
from chainrule.algebra.language.tokens import ParseError, Token, pieces, tokenize
from chainrule.algebra.tree import (
    arithmetic,
    comparisons,
    functions,
    indexing,
    matrices,
    reductions,
)
from chainrule.algebra.tree.expression import UNKNOWN, Expression, misfit
from chainrule.algebra.tree.leaves import CONSTANT, DIMENSION, NUMBER, SYMBOL, decimal, eye, ones
from chainrule.algebra.tree.shapes import (
    SCALAR,
    Dimension,
    Shape,
    broadcast,
    flip,
    is_vector,
    product,
)
from chainrule.ground.words import quoted

MAX_NESTING = 60
"""How many brackets, powers and signs may stand inside one another."""

MAX_TYPED_DEPTH = 250
"""How deep the tree of a typed text may be."""

MAX_DIVISIONS = 6
"""So many divisions of one text, the first ones, are each read in two ways."""

COMPARISON, SUM, PRODUCT, POWER, POSTFIX = 10, 20, 30, 50, 60
_BINDING = {
    ">": COMPARISON, "<": COMPARISON, ">=": COMPARISON, "<=": COMPARISON,
    "+": SUM, "-": SUM, "*": PRODUCT, "@": PRODUCT, "/": PRODUCT, "dot": PRODUCT,
    "**": POWER, ".T": POSTFIX, "[": POSTFIX,
}  # fmt: skip

ALIASES = {
    "ln": "log", "sigmoid": "sigma", "logistic": "sigma", "ReLU": "relu", "LeakyReLU": "leaky_relu",
    "Softmax": "softmax", "tg": "tan", "I": "eye", "mat": "matrix", "tr": "trace",
}  # fmt: skip
"""Other names of the functions."""

REDUCTIONS = {
    "sum": reductions.sum_of, "mean": reductions.mean_of, "max": reductions.max_of,
}  # fmt: skip
UNARY = {"norm": matrices.norm, "trace": matrices.trace, "diag": matrices.diag}
BINARY = {"maximum": comparisons.maximum, "minimum": comparisons.minimum}
FUNCTION_NAMES = frozenset(
    {*functions.FUNCTIONS, *REDUCTIONS, *UNARY, *BINARY, *ALIASES}
    | {"softmax", "ones", "eye", "J", "vector", "matrix"}
) - {"I", "mat", "tr", "tg", "J"}
"""The names of functions, which no quantity may bear."""

_CALLABLE = FUNCTION_NAMES | {"I", "mat", "tr", "tg", "J"}

_CLOSING = {"(": ")", "[": "]", "{": "}"}
"""Brackets around an expression, of any kind."""

_BARS = {"|": "abs", "||": "norm"}

_FOREIGN = {
    "dot": "write a @ b", "matmul": "write a @ b", "multiply": "write a * b",
    "transpose": "write a.T", "square": "write x**2", "power": "write x**p",
    "outer": "write a @ b.T", "zeros": "write 0 * ones(n, m)", "log2": "write log(x)/log(2)",
    "log10": "write log(x)/log(10)", "sec": "write 1/cos(x)", "cot": "write 1/tan(x)",
    "arctan": "write tan, sin and cos only", "min": "write minimum(a, b), or -max(-x)",
}  # fmt: skip


def parse(text: str, scope: Scope) -> Parsed:
    """The tree of one expression. Raises ParseError, ShapeError or LimitError, with the place."""
    return _Parser(text, scope).whole()


def parse_misfits(text: str, scope: Scope) -> Parsed:
    """The tree as it was written, also where sizes do not fit; see `expression.misfit`.

    Raises what `parse` raises, but a ShapeError only where there is no node to stand for it.
    """
    return _Parser(text, scope, misfits=True).whole()


@dataclass(frozen=True, slots=True)
class Reading:
    """Another reading of a text. said: what can be read in two ways, and how it is told apart."""

    parsed: Parsed
    said: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class _Ways:
    """What is read otherwise than the grammar says."""

    divides_last: tuple[int, ...] = ()
    """The places of `/` signs, counted in tokens, that divide by all that stands side by side."""
    wide_sums: bool = False
    """Whether Σ_k(…) goes on after its bracket."""
    tight: bool = False
    """Whether what stands side by side is multiplied before it is by a sign: a ⊙ b c."""
    inner: bool = False
    """Whether `·` between two columns, or two rows, adds up."""


def parse_otherwise(text: str, scope: Scope) -> Iterator[Reading]:
    """The readings that people give a text beside the grammar's; those that fit."""
    parser = _Parser(text, scope, misfits=True)
    usual: Expression | None = None
    with suppress(AlgebraError):
        usual = parser.whole().expression
    for reading in _readings(text, scope, parser.divisions):
        if reading.parsed.expression is not usual:
            yield reading


def _readings(text: str, scope: Scope, divisions: list[int]) -> Iterator[Reading]:
    if any(sign in text for sign in ("Σ", "∑", "sum_")):
        said = "what is added up can be read in two ways; put brackets around all of it"
        with suppress(AlgebraError):
            yield Reading(Parsed(text, _Parser(text, scope).expression(0)), said)
        yield from _read(text, scope, _Ways(wide_sums=True), said)
    yield from _divided_last(text, scope, divisions)
    for ways, said in (
        (_Ways(tight=True), "what stands side by side can be read in two ways; put brackets"),
        (_Ways(inner=True), "`·` can be read in two ways; write w.T @ x for the sum of products"),
    ):
        yield from _read(text, scope, ways, said)


def _read(text: str, scope: Scope, ways: _Ways, said: str) -> Iterator[Reading]:
    parser = _Parser(text, scope, ways=ways)
    with suppress(AlgebraError):
        yield Reading(parser.whole(), said)


def _divided_last(text: str, scope: Scope, divisions: list[int]) -> Iterator[Reading]:
    """`1 / a b` as 1/(a b); every division of a text may be meant so or not."""
    signs = divisions[:MAX_DIVISIONS]
    for number in range(1, len(signs) + 1):
        for chosen in combinations(signs, number):
            reader = _Parser(text, scope, ways=_Ways(divides_last=chosen))
            with suppress(AlgebraError):
                parsed = reader.whole()
                span = reader.divisors[0]
                under = text[slice(*span)]
                said = "can be read in two ways; where all of it divides, write"
                yield Reading(parsed, f"`/ {under}` {said} /({under})", span)


def parse_chain(text: str, scope: Scope) -> list[Parsed]:
    """The expressions of `a = b = c`, in order. A leading `=` is allowed.

    Places are counted in the whole text.
    """
    parser = _Parser(text, scope)
    if parser.token.kind == "=":
        parser.advance()
    links = [parser.expression(0)]
    while parser.token.kind == "=":
        parser.advance()
        links.append(parser.expression(0))
    parser.expect_end()
    return [Parsed(text, link) for link in links]


class _Parser:
    def __init__(
        self,
        text: str,
        scope: Scope,
        misfits: bool = False,
        ways: _Ways = _Ways(),
    ) -> None:
        self.source = text
        self.tokens = [part for token in tokenize(text) for part in _parted(token, text, scope)]
        self.misfits = misfits
        self.ways = ways
        self.scope = scope
        self.single_bars = sum(token.kind == "|" for token in self.tokens)
        self.begin()

    def begin(self) -> None:
        """Go to the first token, with nothing read."""
        self.position = 0
        self.nesting = 0
        self.bars: list[str] = []  # that are open
        self.summed: dict[str, Token] = {}  # the letters of sums, with their signs
        self.divisions: list[int] = []  # the `/` signs whose divisor may go on side by side
        self.divisors: list[Span] = []  # those that were read so

    def whole(self) -> Parsed:
        """All of the text as one expression."""
        syntax = self.expression(0)
        self.expect_end()
        for letter, sign in self.summed.items():
            if letter not in dict(syntax.expression.indices):
                continue
            if not self.ways.wide_sums:  # Σ_k(a[k]) b[k] has one meaning only
                self.ways = replace(self.ways, wide_sums=True)
                self.begin()
                return self.whole()
            raise ParseError(
                f"what the sum over {letter} goes up to can be read in two ways",
                (sign.start, sign.end),
                expected="brackets around all that is added up",
                mend=f"write sum({letter}, …)",
            )
        return Parsed(self.source, syntax)

    # Tokens.

    @property
    def token(self) -> Token:
        return self.tokens[self.position]

    def ahead(self, count: int = 1) -> Token:
        return self.tokens[min(self.position + count, len(self.tokens) - 1)]

    def advance(self) -> Token:
        token = self.token
        if token.kind != "end":
            self.position += 1
        return token

    def expect(self, kind: str, opener: Token | None = None) -> Token:
        if self.token.kind == kind:
            return self.advance()
        if opener is not None and self.token.kind == "end":
            raise ParseError(
                f"`{opener.text}` is never closed",
                (opener.start, opener.end),
                found="the end of the text",
                expected=f"`{kind}`",
                mend=f"add `{kind}`",
            )
        raise self.unexpected(f"`{kind}`")

    def expect_end(self) -> None:
        if self.token.kind == "end":
            return
        if self.token.kind in _CLOSING.values():
            raise ParseError(
                f"`{self.token.text}` closes nothing",
                (self.token.start, self.token.end),
                found=f"`{self.token.text}`",
                expected="an operator or the end",
                mend="remove it, or open a bracket before it",
            )
        raise self.unexpected("an operator or the end")

    def unexpected(self, expected: str, mend: str | None = None) -> ParseError:
        token = self.token
        found = "the end of the text" if token.kind == "end" else f"`{token.text}`"
        if mend is None and token.kind == "'":
            mend = "a prime follows a function, as in sigma'(z1); the transpose is x.T"
        if mend is None and token.kind == "==":
            mend = "equations have one `=`"
        if mend is None and token.kind == "number" and self.position > 0:
            mend = f"write a `*` or a `^` before `{token.text}`"
        span = (
            (token.start, token.end)
            if token.kind != "end"
            else (max(token.start - 1, 0), token.end)
        )
        return ParseError(f"expected {expected}, found {found}", span, found, expected, mend)

    # Building.

    def build(
        self,
        make: Callable[..., Expression],
        parts: tuple[Syntax, ...],
        span: Span,
    ) -> Syntax:
        """The node that `make` gives for the parts; errors get the place."""
        try:
            made = make(*(part.expression for part in parts))
        except ShapeError as error:
            if self.misfits and error.attempt is not None:
                return Syntax(misfit(*error.attempt), *span, parts)
            if error.span is None:
                error.span = span
                if error.operand is not None and error.operand < len(parts):
                    error.span = (parts[0].start, parts[error.operand].end)
            raise
        except AlgebraError as error:
            if error.span is None:
                error.span = span
            raise
        if made.depth > MAX_TYPED_DEPTH:
            raise LimitError(f"the expression is nested more than {MAX_TYPED_DEPTH} deep", span)
        return Syntax(made, *span, parts)

    # The Pratt loop.

    def expression(self, minimum: int) -> Syntax:
        """An expression whose operators bind at least as tightly as `minimum`."""
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise ParseError(
                f"more than {MAX_NESTING} brackets, signs and powers inside one another",
                (self.token.start, self.token.end),
            )
        left = self.prefix(minimum)
        while True:
            kind = self.token.kind
            side_by_side = self.begins_operand()
            binding = PRODUCT if side_by_side else _BINDING.get(kind, -1)
            if binding < max(minimum, 0):
                break
            if binding == SUM:
                left = self.sum(left)
            elif binding == PRODUCT:
                left = self.product(left)
            elif binding == POSTFIX:
                left = self.postfix(left)
            elif binding == POWER:
                left = self.power(left)
            else:
                left = self.comparison(left)
                if _BINDING.get(self.token.kind) == COMPARISON:
                    raise self.unexpected("the end of the comparison", "write (a > b) * (b > c)")
        self.nesting -= 1
        return left

    def prefix(self, minimum: int) -> Syntax:
        token = self.token
        if token.kind == "-":
            self.advance()
            operand = self.expression(max(minimum, PRODUCT))
            return self.build(arithmetic.negate, (operand,), (token.start, operand.end))
        if token.kind == "+":
            self.advance()
            return self.expression(max(minimum, PRODUCT))
        if token.kind == "number":
            self.advance()
            return Syntax(decimal(token.value), token.start, token.end)
        if token.kind in _CLOSING:
            return self.bracket()
        if token.kind in _BARS:
            return self.between_bars()
        if token.kind == "∇":
            return self.nabla()
        if token.kind == "name":
            return self.name()
        if token.kind in ("*", "@", "/", "**", "dot", ">", "<", ">=", "<="):
            raise self.unexpected("a number, a name or `(`", "something is missing before it")
        raise self.unexpected("a number, a name or `(`")

    def bracket(self) -> Syntax:
        opener = self.advance()
        inner = self.expression(0)
        if self.token.kind == ",":
            raise self.unexpected("`)`", "a point separates decimals: 0.5")
        closer = self.expect(_CLOSING[opener.kind], opener)
        return Syntax(inner.expression, opener.start, closer.end, inner.parts, bracketed=True)

    def between_bars(self) -> Syntax:
        """`|s|` of a number, `||x||`."""
        opener = self.advance()
        if opener.kind == "||" and "|" in self.bars:
            raise ParseError(
                "bars inside bars can be read in two ways",
                (opener.start, opener.end),
                mend="write |a| |b|, or abs(x) and norm(x)",
            )
        self.bars.append(opener.kind)
        inner = self.expression(0)
        self.bars.pop()
        span = (opener.start, self.expect(opener.kind, opener).end)
        if opener.kind == "|" and inner.expression.shape != SCALAR:
            raise ParseError(
                "bars around a matrix can be read in two ways", span, mend="write abs(x) or norm(x)"
            )
        if opener.kind == "||":
            return self.build(matrices.norm, (inner,), span)
        return self.build(lambda x: functions.apply("abs", x), (inner,), span)

    def nabla(self) -> Syntax:
        """`∇_W1 C`, which is dC/dW1."""
        sign = self.advance()
        under = self.named_in_braces()
        over = self.named_in_braces()
        span = (sign.start, self.tokens[self.position - 1].end)
        if not self.scope.derivatives:
            words = self.source[slice(*span)]
            raise ParseError(f"`{words}` is a derivative; here only values are defined", span)
        return self.build(lambda: self.scope.derivative(over, under), (), span)

    def named_in_braces(self) -> str:
        """The quantity that `W1`, `_W1` or `_{W1}` names."""
        braced = self.token.text == "_" and self.ahead().kind == "{"
        if braced:
            self.advance()
            self.advance()
        token = self.token
        if token.kind != "name":
            raise self.unexpected("a name", "a gradient is written ∇_W1 C, or dC/dW1")
        self.advance()
        word = token.text.removeprefix("_")
        name = self.scope.quantity(word)
        if name is None:
            raise self.unknown(token, word)
        if braced:
            self.expect("}")
        return name

    def begins_operand(self) -> bool:
        kind = self.token.kind
        if kind == "[":
            return not self.entry_comes()
        return kind in ("name", "(", "{") or (kind in _BARS and kind not in self.bars)

    def entry_comes(self) -> bool:
        """Whether `[j` or `[j,k]` follows, and not a bracket around an expression."""
        inside, after = self.ahead(1).kind, self.ahead(2).kind
        return inside in ("name", "number") and after in (",", "]", "end")

    def sum(self, left: Syntax) -> Syntax:
        joined = left.expression.operation is arithmetic.ADD and not left.bracketed
        terms = list(left.parts) if joined else [left]
        while self.token.kind in ("+", "-"):
            sign = self.advance()
            term = self.expression(SUM + 1)
            if sign.kind == "-":
                term = self.build(arithmetic.negate, (term,), (sign.start, term.end))
            terms.append(term)
        return self.build(arithmetic.add, tuple(terms), (left.start, terms[-1].end))

    def product(self, left: Syntax) -> Syntax:
        """A run of products and quotients; neighbours with the same sign make one chain."""
        run, factors, shape = "", [left], _likely_shape(left.expression)

        def close() -> Syntax:
            if len(factors) == 1:
                return factors[0]
            make = {"*": arithmetic.multiply, "@": matrices.matmul, "/": arithmetic.divide}[run]
            return self.build(make, tuple(factors), (factors[0].start, factors[-1].end))

        while True:
            token, place = self.token, self.position
            if _BINDING.get(token.kind) == PRODUCT:
                self.advance()
                sign = token.kind
            elif self.begins_operand():
                self.check_juxtaposition(run, factors)
                sign = "nothing"
            else:
                return close()
            right = self.expression(PRODUCT + 1)
            if sign == "/" and self.begins_operand():
                self.divisions.append(place)
                if place in self.ways.divides_last:
                    right = self.side_by_side(right)
                    self.divisors.append(right.span)
            elif sign in ("*", "dot") and self.ways.tight:
                right = self.side_by_side(right)
            other = _likely_shape(right.expression)
            if sign == "dot" and self.ways.inner and shape == other and is_vector(shape):
                pair = (close(), right)
                factors = [self.build(_inner, pair, (pair[0].start, right.end))]
                run, shape = "", SCALAR
                continue
            if sign == "nothing" and _square(shape) and shape == other:
                raise ParseError(
                    "two square matrices side by side can be read in two ways",
                    (factors[-1].start, right.end),
                    expected="`@` or `*`",
                    mend="write a @ b for the matrix product, a * b for entry by entry",
                )
            if sign in ("dot", "nothing"):
                sign = _meaning_of_dot(shape, other)
            if sign != run or sign == "/":
                factors = [close()]
                run = sign
            factors.append(right)
            # Where they do not fit, `close` says so.
            joined = (shape[0], other[1]) if sign == "@" else broadcast(shape, other)
            shape = joined or other

    def side_by_side(self, left: Syntax) -> Syntax:
        """The product of what stands side by side."""
        while self.begins_operand():
            right = self.expression(PRODUCT + 1)
            sign = _meaning_of_dot(left.expression.shape, right.expression.shape)
            make = arithmetic.multiply if sign == "*" else matrices.matmul
            left = self.build(make, (left, right), (left.start, right.end))
        return left

    def check_juxtaposition(self, run: str, factors: list[Syntax]) -> None:
        token = self.token
        before, last = factors[-1], self.tokens[self.position - 1]
        if (
            before.expression.operation is matrices.TRANSPOSE
            and before.expression.args[0].operation is NUMBER
        ):
            raise ParseError(
                "a number is not transposed",
                (before.start, before.end),
                mend="write ones(1, n) for a row of ones",
            )
        if self.single_bars > 2 and "|" in (token.kind, last.kind):
            raise ParseError(
                "bars side by side can be read in two ways",
                (before.start, token.end),
                mend="write abs(x) * abs(y), and norm(x)",
            )
        if token.spaced:
            return
        if token.text.startswith("_") and last.kind in (*_CLOSING.values(), *_BARS):
            raise ParseError(
                f"`{token.text}` after a bracket is neither a factor nor an entry",
                (token.start, token.end),
                mend="write (…)[j] for an entry",
            )
        words = f"{last.text}{token.text}"
        if run == "/":
            under = self.source[before.start : before.end]
            bracket = token.kind in _CLOSING
            rest, more = ("(…)", "(…)") if bracket else (token.text, f"{token.text}…")
            raise ParseError(
                f"`{under}{token.text}` after a division can be read in two ways",
                (before.start, token.end),
                found=f"`{under}{token.text}`",
                expected="brackets or `*`",
                mend=f"write /({under}{more}) or /{under} * {rest}",
            )
        tower = before.expression
        if (
            tower.operation is arithmetic.POWER_OF
            and not before.bracketed
            and (
                tower.args[0].operation in (NUMBER, CONSTANT)
                or tower.args[1].operation in (DIMENSION, SYMBOL)
            )
            and not before.parts[1].bracketed
        ):
            raise ParseError(
                f"`{words}` in an exponent can be read in two ways",
                (before.start, token.end),
                found=f"`{words}`",
                expected="brackets or `*`",
                mend=f"write ^({words}…) or a `*` before `{token.text}`",
            )

    def power(self, base: Syntax) -> Syntax:
        self.advance()
        braced = self.token.kind == "{" and self.ahead(2).kind == "}"
        letter = self.ahead() if braced else self.token
        scalar = self.scope.shapes.get("T") == SCALAR
        if letter.kind == "name" and letter.text == "T" and not scalar:
            end = [self.advance().end for _ in range(3 if braced else 1)][-1]
            return self.build(matrices.transpose, (base,), (base.start, end))
        exponent = self.expression(POWER)
        return self.build(arithmetic.power, (base, exponent), (base.start, exponent.end))

    def postfix(self, left: Syntax) -> Syntax:
        opener = self.advance()
        if opener.kind == ".T":
            return self.build(matrices.transpose, (left,), (left.start, opener.end))
        letters = [self.letter()]
        while self.token.kind == ",":
            self.advance()
            letters.append(self.letter())
        closer = self.expect("]", opener)
        return self.build(lambda x: indexing.entry(x, *letters), (left,), (left.start, closer.end))

    def letter(self) -> str:
        token = self.token
        if token.kind != "name":
            raise self.unexpected("an index letter", "entries are written W[j,k], with letters")
        if token.text in self.scope.shapes or token.text in self.scope.dimensions:
            raise self.unexpected(
                "an index letter", f"`{token.text}` is declared; choose another letter"
            )
        return self.advance().text

    def comparison(self, left: Syntax) -> Syntax:
        sign = self.advance().kind
        right = self.expression(COMPARISON + 1)
        return self.build(
            lambda a, b: comparisons.compare(a, sign, b), (left, right), (left.start, right.end)
        )

    # Names and calls.

    def name(self) -> Syntax:
        token = self.advance()
        if token.text.endswith("_") and self.token.kind == "{":
            raise self.unexpected("an operator or the end", "write z1, or an entry a[j]")
        known = self.scope.resolve(token.text)
        if known is not None and not (token.text in ALIASES and self.token.kind == "("):
            if self.token.kind == "'" and self.scope.variable is not None:
                return self.primed(token)
            self.check_application(token)
            return Syntax(known, token.start, token.end)
        quotient = self.derivative(token)
        if quotient is not None:
            return quotient
        if token.text.startswith("sum_"):
            return self.sum_over(token, token.text[4:])
        if token.text == "sum" and self.token.kind == "[":  # Σₖ
            self.advance()
            letter = self.letter()
            self.expect("]")
            return self.sum_over(token, letter)
        if token.text in _CALLABLE:
            return self.call(token)
        raise self.unknown(token)

    def primed(self, token: Token) -> Syntax:
        """`u'`, where all there is depends on one variable x: du/dx. `f'(u)` is df/du."""
        over, under = self.scope.quantity(token.text), self.scope.variable
        if over is None or under is None or over not in self.scope.inputs:
            raise self.unexpected("an operator or the end", f"`{token.text}` is no function")
        end = self.advance().end
        if self.token.kind == "'":
            raise self.unexpected("one prime", "second derivatives have no name here")
        inner = self.in_brackets()
        if inner is not None and inner in self.scope.inputs[over]:
            under = inner
            self.advance()
            self.advance()
            end = self.advance().end
        made = self.scope.derivative(over, under)
        return Syntax(made, token.start, end)

    def in_brackets(self) -> str | None:
        """The quantity that stands next, directly and alone in brackets: `x` of `f(x)`."""
        kinds = [self.token.kind, self.ahead(1).kind, self.ahead(2).kind]
        if kinds != ["(", "name", ")"] or self.token.spaced:
            return None
        return self.scope.quantity(self.ahead(1).text)

    def check_application(self, token: Token) -> None:
        """`f(x)` may be f, written with what it depends on, or f times x."""
        name, inner = self.scope.quantity(token.text), self.in_brackets()
        if name is not None and inner in self.scope.inputs.get(name, ()):
            raise ParseError(
                f"`{name}({inner})` can be read in two ways",
                (token.start, self.ahead(2).end),
                found=f"`{name}({inner})`",
                expected=f"`{name}` or a product",
                mend=f"write {name} for the quantity, {name} * {inner} for the product",
            )

    def derivative(self, token: Token) -> Syntax | None:
        """`dC/dW1` as one name, if that is what follows."""
        under = self.ahead()
        if not (
            token.text.startswith("d")
            and self.token.kind == "/"
            and under.kind == "name"
            and under.text.startswith("d")
            and self.scope.resolve(under.text) is None
        ):
            return None
        if not self.scope.derivatives:
            raise ParseError(
                f"`{token.text}/{under.text}` is a derivative; here only values are defined",
                (token.start, under.end),
            )
        if token.text == "d":
            raise ParseError(
                f"`d/{under.text}` of an expression is not read",
                (token.start, under.end),
                mend=f"give the expression's derivative, or name it: df/{under.text}",
            )
        over_name = self.scope.quantity(token.text[1:])
        under_name = self.scope.quantity(under.text[1:])
        for name, part in ((over_name, token), (under_name, under)):
            if name is None:
                raise self.unknown(part, part.text[1:])
        self.advance()
        self.advance()
        return self.build(
            lambda: self.scope.derivative(over_name or "", under_name or ""),
            (),
            (token.start, under.end),
        )

    def unknown(self, token: Token, name: str | None = None) -> ParseError:
        name = token.text if name is None else name
        mend = _FOREIGN.get(name)
        if mend is None and self.token.kind == "(":
            close = [f for f in sorted(FUNCTION_NAMES) if f.lower().startswith(name.lower()[:3])]
            mend = f"did you mean {quoted(close[:3])}?" if close and len(name) > 1 else None
        if mend is None:
            mend = self.split(name)
        if mend is None:
            close = self.scope.close_to(name)
            mend = f"did you mean {quoted(close)}?" if close else None
        return ParseError(
            f"unknown name `{name[:60]}`",
            (token.start, token.end),
            found=f"`{name[:60]}`",
            expected="a declared name",
            mend=mend,
        )

    def split(self, name: str) -> str | None:
        """`xy` is never split into x*y; but it may be what was meant."""
        for cut in range(1, min(len(name), 40)):
            left, right = name[:cut], name[cut:]
            if self.scope.resolve(left) is None:
                if left in functions.FUNCTIONS.keys() | ALIASES.keys() and right.isdigit():
                    return f"write {left}({right})"
                continue
            if self.scope.resolve(right) is not None:
                return f"did you mean {left}*{right} or {left} @ {right}?"
            if right in _CALLABLE and self.token.kind == "(":
                return f"did you mean {left}*{right}(…)?"
            if right[0] == "_" and right[1:].isalpha() and len(right) < 4:
                return f"entries are written {left}[{','.join(right[1:])}]"
        return None

    def call(self, token: Token) -> Syntax:
        name = ALIASES.get(token.text, token.text)
        primes = 0
        while self.token.kind == "'":
            self.advance()
            primes += 1
        if primes and name not in functions.FUNCTIONS:
            raise ParseError(
                f"`{name}` has no prime; it is not a function of one number",
                (token.start, self.tokens[self.position - 1].end),
                mend="its Jacobian is diag(a) - a @ a.T" if name == "softmax" else None,
            )
        if primes > arithmetic.MAX_ORDER:
            raise ParseError(
                f"more than {arithmetic.MAX_ORDER} primes", (token.start, self.token.start)
            )
        exponent: Token | None = None
        following = [self.ahead(i).kind for i in range(3)]
        powered = following[:2] == ["**", "number"] and following[2] in ("(", "name")
        if powered and name in functions.FUNCTIONS:
            self.advance()
            exponent = self.advance()  # sin^2(x)
        wide = self.ways.wide_sums and name == "sum" and self.source[token.start] in "Σ∑"
        if self.token.kind == "(" and not wide:
            made = self.arguments(name, primes, token, self.advance())
            self.check_raised(token)
        elif name == "sum" and self.source[token.start] in "Σ∑":
            body, end = self.added_up(token)
            made = self.build(reductions.sum_of, (body,), (token.start, end))
        elif name in functions.FUNCTIONS:
            made = self.bare_argument(name, primes, token)
        else:
            raise self.unexpected(f"`(` after `{token.text}`", f"write {token.text}(…)")
        if exponent is None:
            return made
        inner, raised = made.expression, decimal(exponent.value)
        # Its parts stand in no place of their own: the function is on both sides of its power.
        return self.build(lambda: arithmetic.power(inner, raised), (), made.span)

    def bare_argument(self, name: str, primes: int, token: Token) -> Syntax:
        """`ln x` and `√k`: one name or number without brackets, where it can only be read so."""
        part = self.token
        known = self.scope.resolve(part.text) if part.kind == "name" else None
        if part.kind != "number" and known is None:
            raise self.unexpected(f"`(` after `{token.text}`", f"write {token.text}(…)")
        self.advance()
        if not self.bare_argument_ends(root=self.source[token.start] == "√"):
            words = self.source[token.start : part.end]
            raise ParseError(
                f"`{words}…` can be read in two ways",
                (token.start, part.end),
                found=f"`{self.token.text}`",
                expected="brackets",
                mend=f"write {token.text}({part.text}) or {token.text}({part.text}…)",
            )
        inner = Syntax(known or decimal(part.value), part.start, part.end)
        span = (token.start, part.end)
        return self.build(lambda x: functions.apply(name, x, primes), (inner,), span)

    def bare_argument_ends(self, root: bool) -> bool:
        """Whether nothing follows that could belong to an argument without brackets."""
        kind, word = self.token.kind, self.token.text
        if kind in ("end", "=", ",", "+", "-", *_CLOSING.values(), *self.bars):
            return True
        if root:
            return kind in ("*", "/", "dot") or (self.token.spaced and self.begins_operand())
        return kind == "name" and word in _CALLABLE and self.scope.resolve(word) is None

    def arguments(self, name: str, primes: int, token: Token, opener: Token) -> Syntax:
        if name in ("ones", "eye"):
            return self.filled_matrix(name, token, opener)
        if name == "J":
            return self.jacobian(token, opener)
        if name in ("vector", "matrix") or (name == "sum" and self.index_comes()):
            return self.indexed(name, token, opener)
        args = [self.expression(0)]
        axis: int | None = None
        slope = functions.DEFAULT_SLOPE
        while self.token.kind == ",":
            self.advance()
            if self.token.kind == "name" and self.ahead().kind == "=":
                axis = self.keyword(name, axis)
            elif name in REDUCTIONS or name == "softmax":
                axis = self.axis()
            elif name == "leaky_relu" and len(args) == 1:
                slope = self.slope()
            else:
                args.append(self.expression(0))
        closer = self.expect(")", opener)
        span = (token.start, closer.end)
        wanted = 2 if name in BINARY else 1
        if len(args) != wanted:
            raise ParseError(
                f"{name} takes {wanted} argument{'s' if wanted > 1 else ''}, not {len(args)}", span
            )
        parts = tuple(args)
        if name in functions.FUNCTIONS:
            return self.build(lambda x: functions.apply(name, x, primes, slope), parts, span)
        if name in REDUCTIONS:
            return self.build(lambda x: REDUCTIONS[name](x, axis), parts, span)
        if name == "softmax":
            return self.build(lambda x: reductions.softmax(x, axis or 0), parts, span)
        return self.build(BINARY[name] if name in BINARY else UNARY[name], parts, span)

    def keyword(self, name: str, axis: int | None) -> int | None:
        key = self.advance()
        self.expect("=")
        if key.text == "axis" and (name in REDUCTIONS or name == "softmax"):
            return self.axis()
        if key.text == "keepdims" and name in REDUCTIONS:
            if self.token.text != "True":
                raise self.unexpected("True", "sums always keep their dimension here")
            self.advance()
            return axis
        raise ParseError(
            f"{name} has no setting `{key.text[:40]}`",
            (key.start, key.end),
            found=f"`{key.text[:40]}`",
            expected="axis=0 or axis=1",
        )

    def axis(self) -> int:
        start = self.position
        sign = -1 if self.token.kind == "-" else 1
        if sign < 0:
            self.advance()
        token = self.token
        if token.kind == "number" and sign * token.value in (0, 1, -1, -2):
            self.advance()
            return int(sign * token.value) % 2
        self.position = start
        raise self.unexpected("axis 0 or 1", "0 runs down the columns, 1 along the rows")

    def slope(self) -> Fraction:
        if self.token.kind != "number":
            raise self.unexpected("a number for the slope")
        return self.advance().value

    def filled_matrix(self, name: str, token: Token, opener: Token) -> Syntax:
        double = self.advance() if self.token.kind == "(" else None
        sizes = [self.size()]
        while self.token.kind == ",":
            self.advance()
            sizes.append(self.size())
        if double is not None:
            self.expect(")", double)
        span = (token.start, self.expect(")", opener).end)
        if len(sizes) > (1 if name == "eye" else 2):
            raise ParseError(f"{name} takes at most {1 if name == 'eye' else 2} sizes", span)
        if name == "eye":
            return self.build(lambda: eye(sizes[0]), (), span)
        shape = (sizes[0], sizes[1] if len(sizes) == 2 else 1)
        return self.build(lambda: ones(shape), (), span)

    def size(self) -> Dimension:
        token = self.token
        if token.kind == "number" and token.value.denominator == 1 and 1 <= token.value <= 10**6:
            self.advance()
            return int(token.value)
        if token.kind == "name" and token.text in self.scope.dimensions:
            return self.advance().text
        known = ", ".join(sorted(self.scope.dimensions)[:8])
        raise self.unexpected("a size", f"sizes here are {known}" if known else None)

    def jacobian(self, token: Token, opener: Token) -> Syntax:
        names: list[str] = []
        for closing in (",", ")"):
            part = self.token
            if part.kind != "name":
                raise self.unexpected("a name", "a Jacobian is written J(a2, z2)")
            self.advance()
            name = self.scope.quantity(part.text)
            if name is None:
                raise self.unknown(part)
            names.append(name)
            closer = self.expect(closing, opener)
        span = (token.start, closer.end)
        return self.build(lambda: self.scope.derivative(*names), (), span)

    # Sums over index letters.

    def index_comes(self) -> bool:
        """Whether `k,` follows, with k a letter that is not declared."""
        return (
            self.token.kind == "name"
            and self.ahead().kind == ","
            and self.scope.resolve(self.token.text) is None
        )

    def sum_over(self, token: Token, letter: str) -> Syntax:
        """sum_k(…), or `Σ_k` in front of a product."""
        if letter and (self.scope.quantity(letter) or letter in self.scope.dimensions):
            raise ParseError(
                f"`{letter}` is declared, so it is no index",
                (token.start, token.end),
                found=f"`{letter}`",
                expected="an index letter",
                mend="choose another letter",
            )
        if not letter:
            raise self.unknown(token)
        self.summed.setdefault(letter, token)
        body, end = self.added_up(token)
        return self.bind("sum", [letter], body, (token.start, end))

    def added_up(self, token: Token) -> tuple[Syntax, int]:
        """What stands after Σ, in brackets or up to the next + or -, and where it ends."""
        if self.token.kind in _CLOSING and not self.ways.wide_sums:
            body = self.bracket()
            if self.token.kind == "[" and self.entry_comes():
                body = self.postfix(body)
            self.check_raised(token)
            return body, body.end
        body = self.expression(PRODUCT)
        divides = self.tokens[self.tokens.index(token) - 1].kind == "/"
        if divides and body.expression.operation in _PRODUCTS and not body.bracketed:
            raise ParseError(
                "a sum after a division can be read in two ways",
                (token.start, body.end),
                expected="brackets",
                mend=f"write {token.text}(…)",
            )
        return body, body.end

    def check_raised(self, token: Token) -> None:
        """`Σ(x)²` may be the sum of the squares or the square of the sum."""
        if self.source[token.start] in "Σ∑" and self.token.kind == "**":
            raise ParseError(
                "a power after a sum can be read in two ways",
                (token.start, self.tokens[self.position - 1].end),
                expected="brackets",
                mend="write sum(x**2) or (sum(x))**2",
            )

    def indexed(self, name: str, token: Token, opener: Token) -> Syntax:
        letters: list[str] = []
        for _ in range(2 if name == "matrix" else 1):
            letters.append(self.letter())
            self.expect(",", opener)
        body = self.expression(0)
        closer = self.expect(")", opener)
        return self.bind(name, letters, body, (token.start, closer.end))

    def bind(self, name: str, letters: list[str], body: Syntax, span: Span) -> Syntax:
        inner = body.expression
        if name == "sum" and len(letters[0]) > 1 and letters[0] not in dict(inner.indices):
            raise ParseError(
                f"`{letters[0]}` is no index here",
                span,
                expected="one index letter for each sum",
                mend="write Σ_j Σ_k …",
            )
        if name == "sum" and inner.shape != SCALAR and letters[0] in dict(inner.indices):
            raise ParseError(
                "a sum over an index adds up entries; this adds up matrices",
                (body.start, body.end),
                mend="put the sum inside: matrix(j, k, sum(i, …))",
            )

        def make(inner: Expression) -> Expression:
            if name == "sum":
                return indexing.sum_over(letters[0], inner)
            sizes = dict(inner.indices)
            for letter in letters:
                if letter not in sizes:
                    raise ShapeError(f"index `{letter}` does not occur in the entries")
            found = [(letter, sizes[letter]) for letter in letters]
            if name == "vector":
                return indexing.vector(found[0], inner)
            return indexing.matrix(found[0], found[1], inner)

        return self.build(make, (body,), span)


_PRODUCTS = (arithmetic.MULTIPLY, arithmetic.DIVIDE, matrices.MATMUL)


def _parted(token: Token, text: str, scope: Scope) -> list[Token]:
    """`λW` as two names, if it is not one itself and both are names of the scope."""
    if token.kind != "name" or scope.resolve(token.text) is not None:
        return [token]
    parts = pieces(token, text)
    known = all(scope.resolve(part.text) is not None for part in parts)
    # A bare δ in front of a name may be its derivative, and a d too.
    bare = any(part.text in ("delta", "Delta", "d") for part in parts)
    return parts if known and not bare else [token]


def _inner(left: Expression, right: Expression) -> Expression:
    """The sum of the products of two columns, or two rows."""
    return reductions.sum_of(arithmetic.multiply(left, right))


def _square(shape: Shape) -> bool:
    return shape not in (SCALAR, UNKNOWN) and shape[0] == shape[1]


def _meaning_of_dot(left: Shape, right: Shape) -> str:
    """`·` or nothing: the matrix product where neither side is a scalar, unless only `*` fits.

    Where neither fits, it is the matrix product that was meant, but for two columns or two rows.
    """
    if SCALAR in (left, right):
        return "*"
    if product(left, right) is not None:
        return "@"
    alike = left[0] == right[0] == 1 or left[1] == right[1] == 1
    return "*" if alike or broadcast(left, right) is not None else "@"


def _likely_shape(x: Expression) -> Shape:
    """The shape, or what it would be if the sizes inside did fit."""
    if x.shape != UNKNOWN or not x.args:
        return x.shape
    shapes = [_likely_shape(arg) for arg in x.args]
    if x.operation is matrices.MATMUL:
        return (shapes[0][0], shapes[-1][1])
    if x.operation is matrices.TRANSPOSE:
        return flip(shapes[0])
    return next((shape for shape in reversed(shapes) if shape != SCALAR), SCALAR)
