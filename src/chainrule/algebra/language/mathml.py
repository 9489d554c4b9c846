"""MathML to LaTeX: what a page or a word processor gives when a formula is copied from it.

Every character of the LaTeX knows its place in the text, so that whatever is said of it points at
what was pasted. Only elements are read: a document type, which could declare entities, is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.parsers import expat

from chainrule.algebra.errors import Span
from chainrule.algebra.language.latex import WORDS, LatexError, Written

MATHML = re.compile(r"\s*<(?:\w+:)?(?:math|mrow|mi|mfrac|msub|msup|mstyle)\b")
"""What MathML begins with."""

MAX_LENGTH = 60_000
"""The longest MathML that is read, in characters."""

MAX_DEPTH = 150
"""How many elements may stand inside one another."""

INVISIBLE = {"\u2061": "", "\u2062": " ", "\u2063": ",", "\u2064": "+", "\u200b": "", "\ufeff": ""}
"""Signs that are not seen: an application, a product, a comma."""

ACCENT_SIGNS = {"^": "hat", "ˆ": "hat", "\u0302": "hat", "¯": "bar", "‾": "bar", "\u0304": "bar",
                "~": "tilde", "˜": "tilde"}  # fmt: skip
"""What may stand over a letter."""

IGNORED = frozenset({"annotation", "annotation-xml", "mspace", "mphantom", "none", "mprescripts"})


def is_mathml(text: str) -> bool:
    """Whether a text is MathML."""
    return "<" in text and MATHML.match(text) is not None


def as_latex(text: str) -> tuple[str, list[int]]:
    """The formula as LaTeX, and the place of each of its characters. Raises LatexError."""
    if len(text) > MAX_LENGTH:
        raise LatexError(
            f"the MathML has {len(text)} characters; at most {MAX_LENGTH} are read",
            (MAX_LENGTH, len(text)),
        )
    written = _Elements(text).formula()
    return "".join(sign for sign, _ in written), [place for _, place in written]


class _Elements:
    """One pass over the elements. open: those not closed yet, each with its parts so far."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.open: list[tuple[str, int, list[Written], Written]] = [("", 0, [], [])]
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.letters
        self.parser.StartDoctypeDeclHandler = self.refuse
        self.bytes = [0]
        for letter in text:
            self.bytes.append(self.bytes[-1] + len(letter.encode("utf-8", "surrogatepass")))

    def formula(self) -> Written:
        try:
            self.parser.Parse(self.text.encode("utf-8", "replace"), True)
        except expat.ExpatError as error:
            place = self.place()
            words = expat.errors.messages[error.code]
            span = (min(place, len(self.text) - 1), min(place + 1, len(self.text)))
            raise LatexError(f"this MathML is not well formed: {words}", span) from error
        return _joined(self.open[0][2])

    def place(self) -> int:
        """The character that the parser is at."""
        at = max(self.parser.CurrentByteIndex, 0)
        low, high = 0, len(self.bytes) - 1
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if self.bytes[middle] < at else (low, middle)
        return low

    def refuse(self, *declared: object) -> None:
        raise LatexError("a document type is not part of a formula", self.span())

    def span(self) -> Span:
        return (self.place(), min(self.place() + 1, len(self.text)))

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self.open) > MAX_DEPTH:
            raise LatexError("too many elements inside one another", self.span())
        self.open.append((tag.rpartition(":")[2], self.place(), [], []))

    def letters(self, words: str) -> None:
        place = self.place()
        self.open[-1][3].extend((letter, place + n) for n, letter in enumerate(words))

    def end(self, tag: str) -> None:
        name, place, parts, letters = self.open.pop()
        if name in IGNORED:
            return
        make = _ELEMENTS.get(name)
        if make is None:
            raise LatexError(f"`<{name}>` is not read", (place, place + 1))
        leaf = [part for part in letters if not part[0].isspace()]
        self.open[-1][2].append(make(parts, leaf, place))


def _put(words: str, place: int) -> Written:
    return [(letter, place) for letter in words]


def _joined(parts: list[Written]) -> Written:
    return [letter for part in parts for letter in part]


def _group(part: Written, place: int) -> Written:
    return [("{", place), *part, ("}", place)]


def _name(parts: list[Written], letters: Written, place: int) -> Written:
    """A name or a word: of one letter as it is, else upright."""
    words = "".join(letter for letter, _ in letters)
    if words in WORDS:
        return [("\\", place), *letters, (" ", place)]
    if words in ("∂", "∇", "d") or not words:
        return letters
    if len(words) == 1 or words.endswith("′"):
        return _group(letters, place)
    written = [
        part
        for letter in letters
        for part in (("\\", letter[1]) if letter[0] == "_" else (), letter)
        if part
    ]
    return [*_put("\\operatorname", place), *_group(written, place)]


def _number(parts: list[Written], letters: Written, place: int) -> Written:
    return letters


def _sign(parts: list[Written], letters: Written, place: int) -> Written:
    words = "".join(letter for letter, _ in letters)
    if words in INVISIBLE:
        return _put(INVISIBLE[words], place)
    if words in ("∑", "Σ"):
        return _put("\\sum", place)
    if words in ("{", "}"):
        return _put("\\" + words, place)
    return [*letters, (" ", place)] if words.isalpha() else letters


def _row(parts: list[Written], letters: Written, place: int) -> Written:
    return _joined(parts)


def _fenced(parts: list[Written], letters: Written, place: int) -> Written:
    commas = [part for n, inner in enumerate(parts) for part in (_put(",", place) * (n > 0), inner)]
    return [("(", place), *_joined(commas), (")", place)]


def _fraction(parts: list[Written], letters: Written, place: int) -> Written:
    over, under = _some(parts, 2, place)
    return [*_put("\\frac", place), *_group(over, place), *_group(under, place)]


def _root(parts: list[Written], letters: Written, place: int) -> Written:
    return [*_put("\\sqrt", place), *_group(_joined(parts), place)]


def _nth_root(parts: list[Written], letters: Written, place: int) -> Written:
    inner, degree = _some(parts, 2, place)
    return [*_put("\\sqrt[", place), *degree, ("]", place), *_group(inner, place)]


def _lowered(parts: list[Written], letters: Written, place: int) -> Written:
    base, low = _some(parts, 2, place)
    return [*base, ("_", place), *_group(low, place)]


def _raised(parts: list[Written], letters: Written, place: int) -> Written:
    base, high = _some(parts, 2, place)
    return [*base, *_power(high, place)]


def _both(parts: list[Written], letters: Written, place: int) -> Written:
    base, low, high = _some(parts, 3, place)
    return [*base, ("_", place), *_group(low, place), *_power(high, place)]


def _power(high: Written, place: int) -> Written:
    primes = "".join(letter for letter, _ in high)
    if primes and set(primes) <= set("′'"):
        return _put("'" * len(primes), place)
    return [("^", place), *_group(high, place)]


def _over(parts: list[Written], letters: Written, place: int) -> Written:
    base, over = _some(parts, 2, place)
    accent = ACCENT_SIGNS.get("".join(letter for letter, _ in over).strip())
    if accent is None:
        return [*base, *_power(over, place)]
    inner = [part for part in base if part[0] not in "{}"]
    return [*_put(f"\\{accent}", place), *_group(inner, place)]


def _some(parts: list[Written], count: int, place: int) -> list[Written]:
    if len(parts) != count:
        words = f"an element with {len(parts)} parts where there should be {count}"
        raise LatexError(words, (place, place + 1))
    return parts


_Element = Callable[[list[Written], Written, int], Written]

_ELEMENTS: dict[str, _Element] = {
    "mi": _name,
    "mtext": _name,
    "ms": _name,
    "mn": _number,
    "mo": _sign,
    **dict.fromkeys(("math", "mrow", "mstyle", "mpadded", "semantics", "menclose", "mtd"), _row),
    "mfenced": _fenced,
    "mfrac": _fraction,
    "msqrt": _root,
    "mroot": _nth_root,
    **dict.fromkeys(("msub", "munder"), _lowered),
    "msup": _raised,
    **dict.fromkeys(("msubsup", "munderover"), _both),
    "mover": _over,
}
"""What each element is in LaTeX, made of its parts, or of its letters."""
