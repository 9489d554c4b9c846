"""An untyped tree and a scope to an expression: names get their meaning, products their kind.

`·` and nothing at all are the matrix product where the inner sizes agree, and entry by entry where
those sizes do. What can be read in two ways is not read but reported, with both ways; what people
may mean beside the usual reading is `Ways`, another reading of the same tree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from chainrule.algebra.errors import Span
from chainrule.algebra.language import (
    arguments,
    bare_calls,
    calls,
    chain_rule,
    function_aliases,
    layout_calls,
    places,
    side_by_side,
)
from chainrule.algebra.language.building import Builder
from chainrule.algebra.language.cursor import Cursor
from chainrule.algebra.language.declared_names import Scope
from chainrule.algebra.language.nodes import (
    CLOSING,
    COMPARISONS,
    Bare,
    Bars,
    Broken,
    Call,
    Comparison,
    Entry,
    Factor,
    Group,
    Keyword,
    Listing,
    Method,
    Nabla,
    Name,
    Node,
    Number,
    Places,
    Primed,
    Quoted,
    Quotient,
    Raised,
    Run,
    Signed,
    Stacked,
    Summation,
    Total,
)
from chainrule.algebra.language.text_places import Parsed, Syntax
from chainrule.algebra.language.tokens import ParseError, Token
from chainrule.algebra.language.typed_text import Typed
from chainrule.algebra.language.ways_to_read import USUAL, Ways
from chainrule.algebra.tree import arithmetic, comparisons, indexing, matrices, powers
from chainrule.algebra.tree.function_registry import apply
from chainrule.algebra.tree.leaves import decimal
from chainrule.algebra.tree.shapes import SCALAR, Shape, broadcast, is_vector


class Reader:
    """One reading of a line, which is one of the scope already."""

    def __init__(
        self, line: Typed, scope: Scope, misfits: bool = False, ways: Ways = USUAL
    ) -> None:
        self.line = line
        self.ways = ways
        self.b = Builder(line.text, line.tokens, scope, misfits)
        self.tokens = line.tokens
        self.begin()

    @property
    def wide_sums(self) -> bool:
        return self.ways.wide_sums

    def begin(self) -> None:
        """Go back to where nothing is read."""
        self.run_now = Cursor()
        self.bars: list[str] = []  # that are open
        self.summed: dict[str, Token] = {}  # the letters of sums, with their signs
        self.divisions: list[int] = []  # the `/` signs whose divisor may go on side by side
        self.divisors: list[Span] = []  # those that were read so
        self.reducing = False  # whether all that is read is added up

    def whole(self) -> Parsed:
        """All of the line as one expression."""
        syntax = self.expression(self.line.sides[0])
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
        return Parsed(self.line.text, syntax)

    def expect_end(self) -> None:
        position = self.line.sides[-1].last
        token = self.tokens[position]
        if token.kind == "end":
            return
        if token.kind in CLOSING.values():
            raise ParseError(
                f"`{token.text}` closes nothing",
                (token.start, token.end),
                found=f"`{token.text}`",
                expected="an operator or the end",
                mend="remove it, or open a bracket before it",
            )
        raise self.b.unexpected(position, "an operator or the end")

    def expression(self, node: Node) -> Syntax:
        """An expression of its own, such as all that is in a bracket."""
        around, self.run_now = self.run_now, Cursor()
        syntax = self.read(node)
        self.run_now = around
        return syntax

    def reduced(self, node: Node) -> Syntax:
        """What a sum, a mean or a maximum is taken of."""
        around, self.reducing = self.reducing, True
        syntax = self.expression(node)
        self.reducing = around
        return syntax

    def read(self, node: Node) -> Syntax:
        return _READ[type(node)](self, node)

    # Operators.

    def comparison(self, node: Comparison) -> Syntax:
        left, right = self.expression(node.left), self.expression(node.right)
        sign = self.tokens[node.right.first - 1].kind
        if sign in ("==", "!=") and node in self.line.sides:
            raise self.b.unexpected(node.right.first - 1, "an operator or the end")
        made = self.b.build(
            lambda a, b: comparisons.compare(a, sign, b), (left, right), (left.start, right.end)
        )
        if self.tokens[node.last].kind in COMPARISONS:
            mend = "write (a > b) * (b > c)"
            raise self.b.unexpected(node.last, "the end of the comparison", mend)
        return made

    def total(self, node: Total) -> Syntax:
        terms = [self.expression(node.parts[0])]
        for part in node.parts[1:]:
            term, sign = self.expression(part), self.tokens[part.first - 1]
            if sign.kind == "-":
                term = self.b.build(arithmetic.negate, (term,), (sign.start, term.end))
            terms.append(term)
        return self.b.build(arithmetic.add, tuple(terms), (terms[0].start, terms[-1].end))

    def run(self, node: Run) -> Syntax:
        """A run of products and quotients; neighbours with the same sign make one chain."""
        around, self.run_now = self.run_now, Cursor(node)
        syntax = self.product(self.run_now)
        self.run_now = around
        return syntax

    def product(self, now: Cursor) -> Syntax:
        last = chain_rule.link_of(self.b, now.parts[0])
        row: tuple[Syntax, ...] = ()
        left = self.operand(now)
        chain, factors, shape = "", [left], side_by_side.likely_shape(left.expression)

        def close() -> Syntax:
            if len(factors) == 1:
                return factors[0]
            span = (factors[0].start, factors[-1].end)
            return self.b.build(_PRODUCTS[chain], tuple(factors), span)

        while now.position < len(now.parts):
            sign = now.signs[now.position - 1]
            part = now.parts[now.position]
            if not sign:
                side_by_side.check(self.b, chain, factors[-1], part.first, self.ways.lenient)
            link = chain_rule.link_of(self.b, part)
            if link is not None and self.goes_on(sign, shape, link):
                now.advance()
                made, row = chain_rule.joined(self.b, self.read, close(), row, part, link)
                chain, factors, shape = "", [made], made.expression.shape
                continue
            if link is not None and last is not None and last.under == link.over:
                sign = sign if sign == "/" or self.ways.apart else "@"  # a product of Jacobians
            last = link
            right = self.operand(now)
            row = ()
            if sign == "/" and now.beside():
                self.divisions.append(part.first - 1)
                if part.first - 1 in self.ways.divides_last:
                    right = self.beside(right)
                    self.divisors.append(right.span)
            elif sign in ("*", "dot") and self.ways.tight:
                right = self.beside(right)
            other = side_by_side.likely_shape(right.expression)
            if sign == "@" and self.ways.flat and side_by_side.is_flat(shape, other):
                made = close()
                factors = [self.b.build(matrices.transpose, (made,), made.span)]
                chain, shape = "", (shape[1], shape[0])
            if sign == "dot" and self.ways.inner and shape == other and is_vector(shape):
                pair = (close(), right)
                span = (pair[0].start, right.end)
                factors = [self.b.build(side_by_side.inner_product, pair, span)]
                chain, shape = "", SCALAR
                continue
            if not sign and self.ways.squares and shape == other and shape[0] == shape[1] != 1:
                sign = self.ways.squares
            elif not sign:
                side_by_side.check_squares(factors[-1], shape, right, other)
            if sign in ("dot", ""):
                sign = side_by_side.meaning_of_dot(shape, other)
            if sign != chain or sign in ("/", "outer"):
                factors = [close()]
                chain = sign
            factors.append(right)
            # Where they do not fit, `close` says so.
            matrix = sign in ("@", "outer")
            joined = (shape[0], other[1]) if matrix else broadcast(shape, other)
            shape = joined or other
        return close()

    def operand(self, now: Cursor) -> Syntax:
        """The next part; without `(x)` after it, where `f(x)` is f."""
        part = now.advance()
        base = part.base if isinstance(part, Factor) else part
        if self.ways.bare in ("product", "all") and isinstance(base, Bare):
            suffixes = part.suffixes if isinstance(part, Factor) else ()
            return bare_calls.bare_of(self, base, suffixes, self.close_by(now))
        read = self.read(part)
        if self.ways.towers and side_by_side.is_tower(read):
            return side_by_side.tower(self.b, read, self.close_by(now))
        if (
            self.ways.applied == "quantity"
            and isinstance(part, Name)
            and now.beside()
            and side_by_side.is_applied(self.b, self.tokens[part.first], part.last)
        ):
            now.pass_over()
        return read

    def close_by(self, now: Cursor) -> list[Syntax]:
        """The parts that follow side by side: without a space, or all of them."""
        parts, spaced = list[Syntax](), self.ways.bare == "all"
        while now.beside() and (spaced or not self.tokens[now.parts[now.position].first].spaced):
            parts.append(self.read(now.advance()))
        return parts

    def goes_on(self, sign: str, shape: Shape, link: chain_rule.Link) -> bool:
        """Whether a derivative carries back what stands before it, as in the chain rule.

        In `sum(dC/da * da/dz, axis=0)` what is added up is the product entry by entry.
        """
        if self.ways.apart or (sign == "*" and self.reducing):
            return False
        if sign == "@" and shape[0] == 1:
            return False
        return sign != "/" and shape == self.b.scope.shapes[link.over]

    def beside(self, left: Syntax) -> Syntax:
        """The product of what stands side by side from here on."""
        while self.run_now.beside():
            right = self.read(self.run_now.advance())
            sign = side_by_side.meaning_of_dot(left.expression.shape, right.expression.shape)
            span = (left.start, right.end)
            left = self.b.build(_PRODUCTS[sign], (left, right), span)
        return left

    def signed(self, node: Signed) -> Syntax:
        sign, operand = self.tokens[node.first], self.read(node.operand)
        if sign.kind == "+":
            return operand
        return self.b.build(arithmetic.negate, (operand,), (sign.start, operand.end))

    def factor(self, node: Factor) -> Syntax:
        if self.ways.wide_sums and calls.is_sum(self.b, node.base):
            return calls.wide_sum(self, node.base, node.suffixes)
        suffixes = node.suffixes
        if self.ways.bare and isinstance(node.base, Bare):
            return bare_calls.bare_of(self, node.base, suffixes, [])
        if isinstance(node.base, Bare) and isinstance(suffixes[0], Entry | Places):
            left, suffixes = bare_calls.bare_of_entry(self, node.base, suffixes[0]), suffixes[1:]
        else:
            left = self.read(node.base)
        for suffix in suffixes:
            if isinstance(suffix, Raised):
                exponent = self.read(suffix.exponent)
                raised = places.raised(self.b, suffix, left.expression)
                left = self.b.build(raised, (left, exponent), (left.start, exponent.end))
            elif isinstance(suffix, Entry):
                left = self.entry(left, suffix)
            elif isinstance(suffix, Places):
                left = places.entry_or_part(self, left, suffix)
            elif isinstance(suffix, Method):
                left = calls.method(self, left, suffix)
            else:
                span = (left.start, self.tokens[suffix.last - 1].end)
                left = self.b.build(matrices.transpose, (left,), span)
        return left

    def entry(self, left: Syntax, node: Entry) -> Syntax:
        letters, end = arguments.letters(self.b, node.first)
        return self.b.build(lambda x: indexing.entry(x, *letters), (left,), (left.start, end))

    # Operands.

    def number(self, node: Number) -> Syntax:
        token = self.tokens[node.first]
        return Syntax(decimal(token.value), token.start, token.end)

    def group(self, node: Group) -> Syntax:
        opener = self.tokens[node.first]
        inner = self.expression(node.inner)
        if self.tokens[node.inner.last].kind == ",":
            raise self.b.unexpected(node.inner.last, "`)`", "a point separates decimals: 0.5")
        end = self.b.expect(node.inner.last, CLOSING[opener.kind], opener).end
        return Syntax(inner.expression, opener.start, end, inner.parts, bracketed=True)

    def between_bars(self, node: Bars) -> Syntax:
        """`|s|` of a number, `||x||`."""
        opener = self.tokens[node.first]
        self.bars.append(opener.kind)
        inner = self.expression(node.inner)
        self.bars.pop()
        span = (opener.start, self.b.expect(node.inner.last, opener.kind, opener).end)
        if opener.kind == "||":
            return self.b.build(matrices.norm, (inner,), span)
        if inner.expression.shape != SCALAR and not (self.reducing or self.ways.magnitudes):
            words = "bars around a matrix can be read in two ways"
            raise ParseError(words, span, mend="write abs(x) or norm(x)")
        return self.b.build(lambda x: apply("abs", x), (inner,), span)

    def name(self, node: Name) -> Syntax:
        token = self.tokens[node.first]
        known = self.b.scope.resolve(token.text)
        if known is None:
            raise self.b.unknown(token, node.last)
        if not self.ways.applied:
            side_by_side.check_application(self.b, token, node.last)
        return Syntax(known, token.start, token.end)

    def keyword(self, node: Keyword) -> Syntax:
        """`axis=0` where an expression should be."""
        self.name(Name(node.first, node.first + 1))
        raise self.b.unexpected(node.first + 1, "`)`")

    def broken(self, node: Broken) -> Syntax:
        raise node.problem.error()


_PRODUCTS = {
    "*": arithmetic.multiply,
    "@": matrices.matmul,
    "/": powers.divide,
    "outer": function_aliases.outer,
}

_READ: dict[type[Node], Callable[..., Syntax]] = {
    Comparison: Reader.comparison,
    Total: Reader.total,
    Run: Reader.run,
    Signed: Reader.signed,
    Factor: Reader.factor,
    Number: Reader.number,
    Group: Reader.group,
    Bars: Reader.between_bars,
    Name: Reader.name,
    Keyword: Reader.keyword,
    Broken: Reader.broken,
    Stacked: layout_calls.stacked,
    Listing: lambda reader, node: places.refuse(reader, node, "one expression"),
    Quoted: lambda reader, node: places.refuse(reader, node, "an expression"),
    Primed: lambda reader, node: arguments.primed(reader.b, node.first, node.applied),
    Quotient: lambda reader, node: arguments.quotient(reader.b, node.first),
    Nabla: lambda reader, node: arguments.nabla(reader.b, node.first),
    Call: calls.call,
    Bare: bare_calls.bare,
    Summation: calls.summation,
}
"""How each part of what was typed is read."""
