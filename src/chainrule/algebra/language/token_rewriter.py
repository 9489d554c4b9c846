"""A text on its way to the usual spelling: the tokens as typed, and those written so far."""

from __future__ import annotations

from dataclasses import dataclass, field

from chainrule.algebra.language.choices import Choices, Option
from chainrule.algebra.language.declared_names import Scope
from chainrule.algebra.language.tokens import Token, tokenize
from chainrule.algebra.tree.shapes import Dimension

SPARE = "qpruvsthoabcfgijklmn"
"""Index letters for what is written without its own, the seldom used ones first."""

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
    choices: Choices = field(default_factory=Choices)
    out: list[Token] = field(default_factory=list[Token])
    position: int = 0
    matlab: bool = False

    def keep(self) -> None:
        self.out.append(self.tokens[self.position])
        self.position += 1

    def put(self, words: str, end: int) -> None:
        """Write `words` in place of the tokens from here up to `end`."""
        self.out += self.tokens_of(words, self.tokens[self.position], self.tokens[end - 1])
        self.position = end

    def tokens_of(self, words: str, first: Token, last: Token) -> list[Token]:
        """The tokens of words that stand for what was typed from one token to another."""
        made = [token._replace(start=first.start, end=last.end) for token in tokenize(words)[:-1]]
        return [made[0]._replace(spaced=first.spaced), *made[1:]]

    def put_around(self, before: str, inner: list[Token], after: str, end: int) -> None:
        """Write `before`, then what is inside, which is spelled next, and `after` behind it."""
        first, last = self.tokens[self.position], self.tokens[end - 1]
        start, close = (
            [token._replace(start=place, end=place) for token in tokenize(words)[:-1]]
            for words, place in ((before, first.start), (after, last.end))
        )
        self.out += [start[0]._replace(end=first.end, spaced=first.spaced), *start[1:]]
        close[-1] = close[-1]._replace(start=last.start)
        self.tokens = [*self.tokens[: self.position], *inner, *close, *self.tokens[end:]]

    def put_one_of(self, key: str, options: list[Option], end: int, reason: str) -> None:
        """Write the one of the options that is chosen."""
        self.put(self.choices.choose(key, options, reason), end)

    def sizes(self) -> list[Dimension]:
        """The sizes of the sheet but 1, in order."""
        return list(
            dict.fromkeys(d for shape in self.scope.shapes.values() for d in shape if d != 1)
        )

    def is_letter(self, token: Token) -> bool:
        """Whether a token may be an index letter: one letter that names no quantity."""
        word = token.text
        if token.kind != "name" or len(word) != 1 or not word.isalpha():
            return False
        return word in self.scope.dimensions or self.scope.resolve(word) is None

    def fresh_letter(self) -> str:
        """An index letter that the text does not have."""
        taken = {token.text for token in self.tokens}
        free = (k for k in SPARE if k not in taken and self.scope.resolve(k) is None)
        return next(free, SPARE[0])

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

    def is_index(self, word: str, first: int = 0, last: int = 0) -> bool:
        """Whether a letter is one of an entry or of a sum somewhere.

        first, last: the places of tokens that are not looked at.
        """
        for at, token in enumerate(self.tokens[:-1]):
            if first <= at < last or token.kind != "name":
                continue
            base, _, lowered = token.text.partition("_")
            if base and word in lowered:
                return True
            beside = (
                self.tokens[at - 1].kind in ("[", ","),
                self.tokens[at + 1].kind in ("]", ","),
            )
            if token.text == word and any(beside):
                return True
            open_ended = token.text.endswith("_") and self.tokens[at + 1].kind == "{"
            words = self.words(at + 1) if open_ended else None
            if words is not None and word in words[0]:
                return True
        return False
