"""A text as it was typed: its tokens and its tree, made once for all readings and scopes."""

from __future__ import annotations

from dataclasses import dataclass, field

from chainrule.algebra.language.choices import Choices
from chainrule.algebra.language.declared_names import Scope
from chainrule.algebra.language.grammar import COMPARISON, PRIME, RAISED_T, SIZE, WORD, Grammar
from chainrule.algebra.language.nodes import Node
from chainrule.algebra.language.paper_names import respelled
from chainrule.algebra.language.time_steps import put_in
from chainrule.algebra.language.tokens import Token, pieces, tokenize
from chainrule.algebra.tree.shapes import SCALAR


@dataclass(frozen=True, slots=True)
class Typed:
    """A text and its tree; of a chain `a = b = c`, the tree of each side.

    guesses: what tokens were taken for. refuted: the tokens that a scope has as something else.
    """

    text: str
    tokens: list[Token] = field(repr=False)
    sides: tuple[Node, ...]
    guesses: tuple[tuple[int, int], ...]
    refuted: frozenset[int]
    chain: bool
    layer: int | None = None
    """What the letter l stands for in `z^l`."""
    slopes: bool = False
    """Whether the prime of `a1'` is a derivative, and not MATLAB's transpose."""

    def within(self, scope: Scope) -> Typed:
        """The tree where names mean what a scope says: usually the same."""
        return self._within(scope, Choices())

    def ways(self, scope: Scope, wide: bool = False) -> list[Way]:
        """The tree in every way to spell it where names mean what a scope says, likeliest first.

        wide: also in those that are meant only where they are right.
        """
        choices = Choices(wide=wide)
        first = self._within(scope, choices)
        if not choices.offered:
            return [Way(first)]
        reason = "; ".join(choices.reasons)
        return [
            Way(self._within(scope, Choices(picks, wide)), rank, reason)
            for rank, picks in choices.ways()
        ]

    def _within(self, scope: Scope, choices: Choices) -> Typed:
        found = self
        tokens = self.tokens
        if scope.ranges:
            tokens = put_in(tokens, scope.ranges, scope.steps, scope.shapes)
        spelled = respelled(self.text, tokens, scope, self.layer, self.slopes, choices)
        if spelled is not self.tokens:
            found = _read(self.text, spelled, frozenset(), self.chain)
        parted = _parted(self.text, spelled, scope)
        if parted is not None:
            found = _read(self.text, parted, frozenset(), self.chain)
        while True:
            wrong = [p for guess, p in found.guesses if not _holds(guess, p, found.tokens, scope)]
            if not wrong:
                return found
            refuted = found.refuted.union(wrong)
            found = _read(found.text, found.tokens, refuted, found.chain)


@dataclass(frozen=True, slots=True)
class Way:
    """One way to spell a line. rank: how likely it is. reason: what to say of a choice."""

    line: Typed
    rank: int = 0
    reason: str = ""


def typed(text: str) -> Typed:
    """The tree of one expression. Raises ParseError only if there is something like `$` in it."""
    return _read(text, tokenize(text), frozenset(), chain=False)


def typed_chain(text: str) -> Typed:
    """The trees of `a = b = c`, in order. A leading `=` is allowed."""
    return _read(text, tokenize(text), frozenset(), chain=True)


def _read(text: str, tokens: list[Token], refuted: frozenset[int], chain: bool) -> Typed:
    grammar = Grammar(text, tokens, refuted)
    sides: list[Node] = []
    if chain and tokens[0].kind == "=":
        grammar.position = 1
    while True:
        sides.append(grammar.expression(COMPARISON))
        if not chain or grammar.token.kind != "=":
            break
        grammar.position += 1
    return Typed(text, tokens, tuple(sides), tuple(grammar.guesses), refuted, chain)


def _parted(text: str, tokens: list[Token], scope: Scope) -> list[Token] | None:
    """The tokens with `λW` as two names, where it is not one itself and both are in the scope."""
    if text.isascii():
        return None
    found: list[Token] = []
    for token in tokens:
        parts = [token]
        if token.kind == "name" and scope.resolve(token.text) is None:
            parts = pieces(token, text)
            known = all(scope.resolve(part.text) is not None for part in parts)
            # A bare δ in front of a name may be its derivative, and a d too.
            bare = any(part.text in ("delta", "Delta", "d") for part in parts)
            parts = parts if known and not bare else [token]
        found += parts
    return found if len(found) > len(tokens) else None


def _holds(guess: int, position: int, tokens: list[Token], scope: Scope) -> bool:
    """Whether a token is, in a scope, what the grammar took it for."""
    word = tokens[position].text
    if guess == WORD:
        return scope.resolve(word) is None
    if guess == RAISED_T:
        return scope.shapes.get("T") != SCALAR
    if guess == SIZE:
        end = next(at for at in range(position, len(tokens)) if tokens[at].kind == "]")
        inside = [token.text for token in tokens[position:end] if token.kind == "name"]
        letters = all(len(word) == 1 and scope.resolve(word) is None for word in inside)
        return letters or all(word in scope.dimensions for word in inside)
    if guess == PRIME:
        return scope.variable is not None
    over, inner = scope.quantity(tokens[position - 2].text), tokens[position + 1].text
    return over is not None and scope.quantity(inner) in scope.inputs.get(over, ())
