"""Tokens to an untyped tree: a grammar that knows the words of the language and no scope.

Precedence is NumPy's: `**` and `^` bind tightest and group to the right, then `*`, `@` and `/`
alike from left to right, then `+` and `-`, then comparisons. A minus sign in front of a product
covers all of it. What is written side by side (`2x`, `3(x+1)`, `W.T delta`) is a product.

A text that cannot be read on has a tree too, which ends in a `Broken` node: whoever reads it meets
first what is wrong before that place. Where a word's meaning depends on the names there are, the
grammar takes the usual one and keeps note of it in `guesses`.
"""

from __future__ import annotations

from chainrule.algebra.language import lookahead, names
from chainrule.algebra.language.nodes import (
    BARS,
    CLOSING,
    COMPARISONS,
    PRODUCTS,
    Bare,
    Bars,
    Broken,
    Call,
    Comparison,
    Factor,
    Group,
    Keyword,
    Method,
    Nabla,
    Name,
    Node,
    Number,
    Primed,
    Problem,
    Quoted,
    Quotient,
    Raised,
    Run,
    Signed,
    Stacked,
    Summation,
    Total,
    Transposed,
    lowered_problem,
    unexpected,
)
from chainrule.algebra.language.place_grammar import argument, entry, passed_over, stacked
from chainrule.algebra.language.tokens import SUMS, Token
from chainrule.algebra.tree.function_registry import FUNCTIONS

MAX_NESTING = 60
"""How many brackets, powers and signs may stand inside one another."""

COMPARISON, SUM, TERM, FACTOR = range(4)
"""What is looked for: an expression, a sum, a product, or one factor."""

OPERAND = "a number, a name or `(`"

WORD, RAISED_T, PRIME, APPLIED, SIZE = range(5)
"""What the grammar may take a token for until a scope says otherwise."""


class Grammar:
    """One pass over the tokens. refuted: those that are not what one would take them for."""

    def __init__(self, text: str, tokens: list[Token], refuted: frozenset[int]) -> None:
        self.text = text
        self.tokens = tokens
        self.kinds = [*(token.kind for token in tokens), "end", "end"]
        self.refuted = refuted
        self.position = 0
        self.nesting = 0
        self.bars: list[str] = []  # that are open
        self.guesses: list[tuple[int, int]] = []

    @property
    def token(self) -> Token:
        return self.tokens[self.position]

    @property
    def kind(self) -> str:
        return self.kinds[self.position]

    def ahead(self, count: int) -> str:
        """The kind of a token further on."""
        return self.kinds[self.position + count]

    def give_up(self) -> None:
        """Read no further; whoever reads the tree finds out why."""
        self.position = len(self.tokens) - 1

    def broken(self, first: int, problem: Problem) -> Broken:
        self.give_up()
        return Broken(first, self.position, problem)

    def guess(self, guess: int, position: int) -> bool:
        """Take a token for something, unless a scope has refuted that."""
        if position in self.refuted:
            return False
        self.guesses.append((guess, position))
        return True

    # Operators.

    def expression(self, level: int) -> Node:
        """What is looked for, from here on."""
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            words = f"more than {MAX_NESTING} brackets, signs and powers inside one another"
            return self.broken(self.position, Problem(words, (self.token.start, self.token.end)))
        node = self.factor(level)
        if level < FACTOR:
            node = self.run(node)
        if level < TERM:
            node = self.total(node)
        if level < SUM:
            node = self.comparison(node)
        self.nesting -= 1
        return node

    def comparison(self, left: Node) -> Node:
        if self.kind not in COMPARISONS:
            return left
        self.position += 1
        right = self.expression(SUM)
        return Comparison(left.first, self.position, left, right)

    def total(self, first: Node) -> Node:
        if self.kind not in ("+", "-"):
            return first
        parts = [first]
        while self.kind in ("+", "-"):
            self.position += 1
            parts.append(self.expression(TERM))
        return Total(first.first, self.position, tuple(parts))

    def run(self, first: Node) -> Node:
        parts, signs = [first], list[str]()
        while True:
            kind = self.kind
            if kind in PRODUCTS:
                self.position += 1
                signs.append(kind)
            elif self.operand_comes():
                signs.append("")
            else:
                break
            parts.append(self.expression(FACTOR))
        if not signs:
            return first
        return Run(first.first, self.position, tuple(parts), tuple(signs))

    def operand_comes(self) -> bool:
        """Whether what follows can stand side by side with what is before."""
        kind = self.kind
        if kind == "[":
            return not lookahead.entry_comes(self.kinds, self.position)
        if kind == "number":
            return lookahead.number_comes(self.tokens, self.position)
        return kind in ("name", "(", "{", "∇") or (kind in BARS and kind not in self.bars)

    def factor(self, level: int) -> Node:
        base = self.operand(level)
        suffixes: list[Node] = []
        while (suffix := self.suffix()) is not None:
            suffixes.append(suffix)
        return Factor(base.first, self.position, base, tuple(suffixes)) if suffixes else base

    def suffix(self) -> Node | None:
        first, kind = self.position, self.kind
        if kind == ".T":
            self.position += 1
            return Transposed(first, self.position)
        if kind == "[" and self.place_comes():
            return entry(self)
        if kind == "method":
            return self.method()
        if kind != "**":
            return None
        self.position += 1
        braced = self.kind == "{" and self.ahead(2) == "}"
        letter = self.tokens[self.position + braced]
        is_t = letter.kind == "name" and letter.text == "T"
        if is_t and self.guess(RAISED_T, self.position + braced):
            self.position += 3 if braced else 1
            return Transposed(first, self.position)
        exponent = self.expression(FACTOR)
        return Raised(first, self.position, exponent)

    def place_comes(self) -> bool:
        """Whether `[j]`, `[1:]` or, of sizes, `[n-1]` is here."""
        if lookahead.entry_comes(self.kinds, self.position):
            return True
        comes = lookahead.size_comes(self.tokens, self.position)
        return comes and self.guess(SIZE, self.position)

    def method(self) -> Method:
        """`.dot(x)`, `.sum(axis=0)`, `.t()`: its first argument stands before it."""
        first, name = self.position, names.method(self.token.text)
        self.position += 1
        if self.ahead(1) == ")":
            self.position += 2
            closed, items = True, ()
        else:
            closed, items = self.arguments(name)
        return Method(first, self.position, Call(first, self.position, 0, False, items, closed))

    # Operands.

    def operand(self, level: int) -> Node:
        first, kind = self.position, self.kind
        if kind == "name":
            return self.name()
        if kind == "number":
            self.position += 1
            return Number(first, self.position)
        if kind in ("-", "+"):
            self.position += 1
            operand = self.expression(max(level, TERM))
            return Signed(first, self.position, operand)
        if kind in CLOSING:
            return self.group()
        if kind in BARS:
            return self.between_bars()
        if kind == "∇":
            return self.nabla()
        signs = (*PRODUCTS, "**", *COMPARISONS)
        mend = "something is missing before it" if kind in signs else None
        return self.broken(first, unexpected(self.tokens, first, OPERAND, mend))

    def group(self) -> Group | Stacked:
        first = self.position
        self.position += 1
        inner = self.expression(COMPARISON)
        if self.tokens[first].kind == "[" and self.kind in (",", ";"):
            return stacked(self, first, inner)
        closed = self.closed(CLOSING[self.tokens[first].kind])
        return Group(first, self.position, inner, closed)

    def closed(self, kind: str) -> bool:
        """Whether the bracket is closed here; go past it, or give up."""
        if self.kind == kind:
            self.position += 1
            return True
        self.give_up()
        return False

    def between_bars(self) -> Node:
        first, opener = self.position, self.token
        if opener.kind == "||" and "|" in self.bars:
            words, mend = "bars inside bars can be read in two ways", "abs(x) and norm(x)"
            span = (opener.start, opener.end)
            return self.broken(first, Problem(words, span, mend=f"write |a| |b|, or {mend}"))
        self.position += 1
        self.bars.append(opener.kind)
        inner = self.expression(COMPARISON)
        self.bars.pop()
        closed = self.closed(opener.kind)
        return Bars(first, self.position, inner, closed)

    def nabla(self) -> Nabla:
        """`∇_W1 C` or `∇_{W1} C`; whether it is so, is seen when it is read."""
        first = self.position
        self.position += 1
        for _ in range(2):
            braced = self.token.text == "_" and self.ahead(1) == "{"
            self.position += 2 if braced else 0
            if self.kind != "name" or (braced and self.ahead(1) != "}"):
                self.give_up()
                break
            self.position += 2 if braced else 1
        return Nabla(first, self.position)

    # Names and calls.

    def name(self) -> Node:
        first, token = self.position, self.token
        self.position += 1
        word, kind = token.text, self.kind
        if word.endswith("_") and kind == "{":
            return self.broken(first, lowered_problem(self.tokens, first))
        if first not in self.refuted:
            if (
                word.startswith("d")
                and kind == "/"
                and lookahead.quotient_comes(self.tokens, self.position, self.refuted)
            ):
                self.guesses += [(WORD, first), (WORD, first + 2)]
                self.position += 2
                return Quotient(first, self.position)
            if word.startswith("sum_") or (word == "sum" and kind == "["):
                self.guess(WORD, first)
                return self.summation(first, lowered=word == "sum")
            if names.is_callable(word):
                if not (names.is_alias(word) and kind == "("):
                    self.guess(WORD, first)
                return self.call(first, names.plain(word))
        if kind == "'" and self.guess(PRIME, first + 1):
            return self.primed(first)
        return Name(first, self.position)

    def primed(self, first: int) -> Primed:
        self.position += 1
        kinds = [self.kind, self.ahead(1), self.ahead(2)]
        direct = kinds == ["(", "name", ")"] and not self.token.spaced
        applied = direct and self.guess(APPLIED, self.position)
        self.position += 3 if applied else 0
        return Primed(first, self.position, applied)

    def summation(self, first: int, lowered: bool) -> Node:
        """Σ with what it adds up: what is in brackets, or all up to the next + or -.

        lowered: whether its letter follows, as in `Σₖ`.
        """
        if lowered:
            if [self.ahead(1), self.ahead(2)] != ["name", "]"]:
                self.give_up()
                return Summation(first, self.position, Name(first, first + 1), bracketed=False)
            self.position += 3
        if self.kind not in CLOSING or lookahead.raised_bracket_comes(self.tokens, self.position):
            body = self.expression(TERM)
            return Summation(first, self.position, body, bracketed=False)
        body = self.group()
        if self.kind == "[" and lookahead.entry_comes(self.kinds, self.position):
            place = entry(self)
            body = Factor(body.first, self.position, body, (place,))
        return Summation(first, self.position, body, bracketed=True)

    def call(self, first: int, name: str) -> Node:
        """A function with its primes, its power (`sin^2(x)`) and its arguments."""
        primes = 0
        while self.kind == "'":
            self.position += 1
            primes += 1
        of_one = name in FUNCTIONS or name in names.ENTRYWISE
        if primes and name not in FUNCTIONS:
            self.give_up()
            return Call(first, self.position, primes, False, (), False)
        power = self.kind == "**" and self.ahead(1) == "number"
        raised = of_one and power and self.ahead(2) in ("(", "name")
        self.position += 2 if raised else 0
        sign = name == "sum" and self.tokens[first].mark in SUMS
        if self.kind == "(" and not (
            sign and lookahead.raised_bracket_comes(self.tokens, self.position)
        ):
            closed, items = self.arguments(name)
            return Call(first, self.position, primes, raised, items, closed)
        if sign:
            return self.summation(first, lowered=False)
        given = of_one and self.kind in ("name", "number")
        if given:
            self.position += 1
        else:
            self.give_up()
        return Bare(first, self.position, primes, raised, given)

    def arguments(self, name: str) -> tuple[bool, tuple[Node, ...]]:
        """Whether the bracket is closed, and what stands in it."""
        if name in ("ones", "eye", "zeros", "J"):
            return passed_over(self, "-", "+", "*"), ()
        if name == "einsum":
            if [self.ahead(1), self.ahead(2)] != ["spec", ","]:
                self.give_up()
                return False, ()
            self.position += 2
        lists = name in names.TAKE_LISTS
        if lists and self.ahead(1) == ")":  # x.flatten()
            self.position += 2
            return True, ()
        letters = {"sum": 1, "vector": 1, "matrix": 2}.get(name, 0)
        items: list[Node] = []
        while True:
            self.position += 1
            first, kind, following = self.position, self.kind, self.ahead(1)
            if kind == "name" and following == "=" and name not in ("vector", "matrix"):
                self.position += 2
                if self.kind == "string":
                    self.position += 1
                else:
                    self.expression(COMPARISON)
                items.append(Keyword(first, self.position))
            elif kind == "string":
                self.position += 1
                items.append(Quoted(first, self.position))
            elif len(items) < letters and kind == "name" and following == ",":
                self.position += 1
                items.append(Name(first, self.position))
            else:
                items.append(argument(self) if lists else self.expression(COMPARISON))
            if self.kind != ",":
                return self.closed(")"), tuple(items)
