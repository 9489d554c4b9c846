"""A text on its way to the usual spelling: the tokens as typed, and those written so far."""

from __future__ import annotations

from dataclasses import dataclass, field

from chainrule.algebra.language.scope import Scope
from chainrule.algebra.language.tokens import Token

CLOSING = {"(": ")", "[": "]", "{": "}"}


@dataclass(slots=True)
class Spelling:
    """position: of the next token. out: the tokens in the usual spelling, so far.

    layer: what the letter l stands for in `z^l`. slopes: whether the prime of `a1'` is a
    derivative. matlab: whether something that only MATLAB writes was met.
    """

    text: str
    tokens: list[Token]
    scope: Scope
    layer: int | None
    slopes: bool
    out: list[Token] = field(default_factory=list[Token])
    position: int = 0
    matlab: bool = False

    def keep(self) -> None:
        self.out.append(self.tokens[self.position])
        self.position += 1

    def in_index(self) -> bool:
        """Whether it is a letter between the brackets of an entry: `W[j,k]`."""
        before, after = self.tokens[self.position - 1], self.tokens[self.position + 1]
        if self.position == 0:
            return False
        return (
            before.kind in ("[", ",")
            and after.kind in ("]", ",")
            and len(self.tokens[self.position].text) == 1
        )

    def closing(self, opener: int) -> int | None:
        """The place of the bracket that closes the one at a place."""
        depth = 0
        for at in range(opener, len(self.tokens)):
            kind = self.tokens[at].kind
            depth += (kind in CLOSING) - (kind in CLOSING.values())
            if depth == 0:
                return at
        return None

    def words(self, opener: int) -> tuple[str, int] | None:
        """What stands in a bracket, or the one token there is, and the place after it."""
        token = self.tokens[opener]
        if token.kind in CLOSING:
            close = self.closing(opener)
            if close is None or close - opener > 8:
                return None
            inner = self.tokens[opener + 1 : close]
            if inner and inner[0].kind in CLOSING and self.closing(opener + 1) == close - 1:
                return self.words(opener + 1) and (
                    "".join(t.text for t in self.tokens[opener + 2 : close - 1]),
                    close + 1,
                )
            return "".join(t.text for t in inner), close + 1
        if token.kind in ("name", "number", ".T", "'"):
            return token.kind if token.kind == "'" else token.text, opener + 1
        return None

    def over_comes(self, at: int) -> bool:
        """Whether `/` and a name with a d come, as in `dz2/dz1` and `dz2[k]/dz1[j]`."""
        if self.tokens[at].kind == "[":
            at = (self.closing(at) or at) + 1
        pair = self.tokens[at : at + 2]
        return [token.kind for token in pair] == ["/", "name"] and pair[1].text[:1] == "d"

    def is_under(self) -> bool:
        """Whether `dz2/` or `dz2[k]/` is before."""
        at = len(self.out) - 2
        if at < 0 or self.out[-1].kind != "/":
            return False
        if self.out[at].kind == "]":
            while at > 0 and self.out[at].kind != "[":
                at -= 1
            at -= 1
        return at >= 0 and self.out[at].kind == "name" and self.out[at].text[:1] == "d"

    def is_index(self, word: str) -> bool:
        """Whether a letter stands among the letters of an entry or of a sum somewhere."""
        return any(
            token.text == word
            and (self.tokens[at - 1].kind in ("[", ",") or self.tokens[at + 1].kind in ("]", ","))
            for at, token in enumerate(self.tokens[:-1])
        )
