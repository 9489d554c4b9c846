"""A text taken apart: its sentences with their lines, its formulas, the words of each sentence.

A formula stands between `$`, backticks, `\\(` and `\\)`, or three backticks on lines of their own;
a line that is nothing but an equation is one too. A sentence keeps the words that are in its
formulas: "the error `delta1`".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from chainrule.explain.negation import deniers_of, doubts_of
from chainrule.explain.unmarked import unmarked_equations
from chainrule.explain.words import FILLERS, LETTERS, is_contraction, stem

BREAK = r"\n(?![ \t]*\n)"
"""The end of a line within a paragraph."""

FENCED = r"```[^\n]*\n(?P<fenced>.*?)\n?[ \t]*```"
INLINE = (
    r"\$\$(?P<display>.+?)\$\$",
    r"\\\[(?P<square>.+?)\\\]",
    r"\\\((?P<round>.+?)\\\)",
    rf"(?<!\\)\$(?P<dollar>(?:[^$\n]|{BREAK}){{1,400}}?)(?<!\\)\$",
    r"``(?P<double>[^\n]{1,400}?)``",
    rf"`(?P<code>(?:[^`\n]|{BREAK}){{1,400}})`",
)
MARKED = re.compile("|".join((FENCED, *INLINE)), re.DOTALL)
HOLE = "\ue000"
"""Stands for a formula in the prose."""

ALONE = re.compile(r"[A-Za-zα-ωΔ∂][\w'′^∂/.\[\],()α-ω]{0,24}\s*=[^=].*")
"""A line of its own that begins like an equation."""

PROSE_WORD = re.compile(r"(?<![\w\\])[a-z]{3,}(?![\w(])")
NOT_PROSE = frozenset(
    {
        "sum",
        "mean",
        "exp",
        "log",
        "sin",
        "cos",
        "tan",
        "max",
        "min",
        "sigma",
        "tanh",
        "relu",
        "softmax",
        "diag",
        "eta",
    }
)

ENDS = re.compile(
    r"(?<!\be\.g)(?<!\bi\.e)(?<!\betc)(?<!\bvs)(?<!\beq)(?<!\bcf)[.!?]+[\"')\]]*(?=\s|$)"
)
ITEM = re.compile(r"^\s*(?:[-*+•]|\d{1,2}[.)]|#{1,6})\s+")
WORD = re.compile(
    r"[A-Za-z]+(?:'[A-Za-z]+)?[\d.]*\d(?:\.T)?|[A-Za-z]+(?:'[A-Za-z]+)*|\d+(?:\.\d+)?|->"
    r"|[→=<>≈*@+/^,;:()\-?]"
)
HYPHEN = re.compile(r"(?<=[A-Za-z]{2})-(?=[A-Za-z]{2})")
"""The hyphen of "log-likelihood", which is no minus."""

SHORTENED = {"ve": "have", "re": "are", "ll": "will"}
NO_DENIAL = re.compile(
    r"\bno (?=(?:problem|problems|doubt|wonder|big deal|worries|trouble)\b)", re.IGNORECASE
)
"""A `no` that denies nothing."""

PRONOUNS = frozenset(
    {
        "it",
        "this",
        "that",
        "they",
        "these",
        "those",
        "he",
        "she",
        "which",
        "here",
        "there",
        "so",
    }
)


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula of the text as typed, and its line."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Token:
    """A word: as it stands in small letters, and its stem."""

    word: str
    stem: str


@dataclass(frozen=True)
class Sentence:
    """A sentence: as it stands, the line on which it begins, its paragraph, its formulas."""

    text: str
    line: int
    paragraph: int
    formulas: tuple[Formula, ...] = ()

    @cached_property
    def spoken(self) -> tuple[Token, ...]:
        """All words and signs in order, those of short formulas too, without the fillers."""
        if is_equation(self.text):
            return ()
        text = self.text
        for each in self.equations[len(self.formulas) :]:
            if len(each.text) > SHORT:
                text = text.replace(each.text, " . ")
        return tuple(tokens(NO_DENIAL.sub("", HOLES_SHOWN.sub(as_words, text))))

    @cached_property
    def deniers(self) -> tuple[frozenset[int], ...]:
        """For each word, the places of the words that deny it."""
        return deniers_of([token.word for token in self.spoken])

    @cached_property
    def doubts(self) -> frozenset[int]:
        """The places of the words that begin a doubt."""
        return doubts_of([token.word for token in self.spoken])

    @cached_property
    def asks_from(self) -> int | None:
        """The word from which on the sentence is a question: after its last `;` or `:`."""
        if not self.text.rstrip(" \"')*_").endswith("?"):
            return None
        words = [token.word for token in self.spoken]
        return max((i + 1 for i, word in enumerate(words) if word in (";", ":")), default=0)

    @cached_property
    def equations(self) -> tuple[Formula, ...]:
        """Its formulas, and the equations that stand in it unmarked."""
        if is_equation(self.text):
            return self.formulas
        plain = (Formula(each, self.line) for each in unmarked_equations(self.text))
        return (*self.formulas, *plain)

    def followed_by(self, other: Sentence) -> Sentence:
        """Both as one sentence."""
        formulas = (*self.formulas, *other.formulas)
        return Sentence(f"{self.text} {other.text}", self.line, self.paragraph, formulas)

    @property
    def goes_on(self) -> bool:
        """Whether it begins with a word that points at the sentence before."""
        first = re.match(r"\W*(\w+)", self.text)
        return first is not None and first[1].lower() in PRONOUNS


@dataclass(frozen=True)
class Text:
    """A text as it was typed, its sentences and its formulas in order."""

    source: str
    sentences: tuple[Sentence, ...]
    formulas: tuple[Formula, ...]

    @cached_property
    def prose(self) -> str:
        """The words alone, each formula read as one short word."""
        return "\n\n".join(
            ITEM.sub("", MARKED.sub(" it ", sentence.text))
            for sentence in self.sentences
            if not is_equation(sentence.text)
        )

    @cached_property
    def equations(self) -> tuple[Formula, ...]:
        """Its formulas, then the equations that nothing marks."""
        unmarked = (one.equations[len(one.formulas) :] for one in self.sentences)
        return self.formulas + tuple(each for some in unmarked for each in some)

    @cached_property
    def stems(self) -> frozenset[str]:
        return frozenset(token.stem for one in self.sentences for token in one.spoken)


def tokens(text: str) -> Iterator[Token]:
    """The words and signs of a text; `doesn't` is two, and fillers are left out."""
    for match in WORD.finditer(HYPHEN.sub(" ", text.translate(LETTERS))):
        word = match[0].lower().replace("->", "→")
        for each in parts_of(word):
            if each not in FILLERS:
                yield Token(each, stem(each))


def parts_of(word: str) -> tuple[str, ...]:
    """`doesn't` and `should've` in two words."""
    verb = is_contraction(word)
    if verb is not None:
        return verb, "not"
    before, mark, ending = word.partition("'")
    return (before, SHORTENED[ending]) if mark and ending in SHORTENED else (word,)


def is_equation(line: str) -> bool:
    """Whether a line is nothing but an equation."""
    line = line.strip()
    if not ALONE.fullmatch(line):
        return False
    words = [word for word in PROSE_WORD.findall(line) if word not in NOT_PROSE]
    return not words


def read_text(source: str) -> Text:
    """The text, taken apart."""
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    formulas: list[Formula] = []

    def hide(match: re.Match[str]) -> str:
        inside = next(group for group in match.groups() if group is not None)
        first = source.count("\n", 0, match.start()) + 1
        if match["fenced"] is not None:
            kept = []
            for number, line in joined(inside.split("\n"), first + 1):
                formulas.append(Formula(line, number))
                kept.append(hole(len(formulas) - 1))
            lost = match[0].count("\n")
            return "\n" + "\n".join(kept) + "\n" * max(lost - len(kept), 0)
        formulas.append(Formula(" ".join(inside.split()), first))
        return hole(len(formulas) - 1) + "\n" * match[0].count("\n")

    hidden = MARKED.sub(hide, source)
    sentences: list[Sentence] = []
    for paragraph, (first, block) in enumerate(blocks(hidden)):
        for text, line in sentences_of(block, first):
            inside = [formulas[int(number)] for number in HOLES.findall(text)]
            shown = HOLES.sub(lambda m: f"`{formulas[int(m[1])].text}`", text)
            if not inside and is_equation(shown):
                inside = [Formula(shown.strip(), line)]
                formulas.append(inside[0])
            sentences.append(Sentence(shown, line, paragraph, tuple(inside)))
    return Text(source, tuple(sentences), tuple(sorted(formulas, key=lambda one: one.line)))


SHORT = 12
"""Signs of a formula that is read as words, like `h` or `a2 - y`; a longer one is judged alone."""


def as_words(formula: re.Match[str]) -> str:
    text = formula[0].strip("`")
    return f" {text} " if len(text) <= SHORT and "=" not in text else " . "


def joined(lines: list[str], first: int) -> Iterator[tuple[int, str]]:
    """The formulas of a block, with their lines: what begins with `=`, or is set in, goes on."""
    number, whole, margin = first, "", 0
    for at, line in enumerate(lines, start=first):
        words = line.strip()
        indent = len(line) - len(line.lstrip())
        goes_on = words[:1] in ("=", "≈") or whole.endswith(("=", "+", "*", "(", ":"))
        if whole and words and (goes_on or indent > margin):
            whole += f" {words}"
            continue
        if whole:
            yield number, whole
        number, whole, margin = at, words, indent
    if whole:
        yield number, whole


HOLES = re.compile(f"{HOLE}(\\d+){HOLE}")
HOLES_SHOWN = re.compile("`[^`]*`")


def hole(number: int) -> str:
    return f"{HOLE}{number}{HOLE}"


def blocks(text: str) -> Iterator[tuple[int, list[str]]]:
    """Paragraphs and items of lists, each with the number of its first line."""
    first, kept = 1, list[str]()
    for number, line in enumerate(text.split("\n"), start=1):
        alone = is_equation(line) or line.lstrip().startswith("#")
        if kept and (not line.strip() or ITEM.match(line) or alone):
            yield first, kept
            kept = []
        if line.strip():
            first = first if kept else number
            kept.append(line)
            if alone:
                yield first, kept
                kept = []
    if kept:
        yield first, kept


def sentences_of(lines: list[str], first: int) -> Iterator[tuple[str, int]]:
    """The sentences of a paragraph, each with the line on which it begins."""
    whole = "\n".join(lines)
    opening = ITEM.match(whole)
    begin = opening.end() if opening else 0
    ends = [match.end() for match in ENDS.finditer(whole, begin)] if not is_equation(whole) else []
    for end in [*ends, len(whole)]:
        piece = whole[begin:end]
        words = " ".join(piece.split())
        if re.search(rf"\w|{HOLE}", words):
            line = first + whole.count("\n", 0, begin + len(piece) - len(piece.lstrip()))
            yield words, line
        begin = end
