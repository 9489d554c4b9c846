"""How easily a text reads: Flesch's reading ease, its long sentences and its rare words."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from chainrule.explain.sentences import HOLES_SHOWN, Text
from chainrule.explain.words import stem

LONG_SENTENCE = 30
"""Words beyond which a sentence is long."""

MANY_SYLLABLES = 4
"""Syllables from which on a word is rare, unless the notes or the terms have it."""

WORDS = re.compile(r"[A-Za-z]+(?:'[a-z]+)?")


@dataclass(frozen=True, slots=True)
class Readability:
    """ease: Flesch's, 60 to 70 is plain English, a newspaper has 50 to 60; None without words.

    long: the lines of long sentences, each with its words. rare: rare words, in order.
    """

    words: int
    sentences: int
    ease: float | None
    long: tuple[tuple[int, int], ...]
    rare: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        return {
            "words": self.words,
            "sentences": self.sentences,
            "ease": None if self.ease is None else round(self.ease, 1),
            "long_sentences": [{"line": line, "words": words} for line, words in self.long],
            "rare_words": list(self.rare),
        }


def reading_ease(text: str) -> float:
    """Flesch (1948): 206.835 - 1.015 words a sentence - 84.6 syllables a word."""
    sentences = [s for s in re.split(r"[.?]\s|\n\n", text) if re.search(r"[A-Za-z]", s)]
    words = WORDS.findall(text)
    count = sum(map(syllables, words))
    return 206.835 - 1.015 * len(words) / len(sentences) - 84.6 * count / len(words)


def syllables(word: str) -> int:
    """Groups of vowels, without a silent e at the end."""
    groups = len(re.findall(r"[aeiouy]+", word.lower()))
    silent = re.search(r"[^aeiouyl]e$|[^aeiouytd]ed$|[^aeiouysxzc]es$", word.lower()) is not None
    return max(groups - silent, 1)


def readability(text: Text, familiar: Collection[str]) -> Readability:
    """How a text reads. familiar: stems that count as known however long they are."""
    prose = text.prose
    words = WORDS.findall(prose)
    long: list[tuple[int, int]] = []
    for one in text.sentences:
        count = len(WORDS.findall(HOLES_SHOWN.sub(" it ", one.text)))
        if count > LONG_SENTENCE:
            long.append((one.line, count))
    rare = [w for w in words if syllables(w) >= MANY_SYLLABLES and stem(w.lower()) not in familiar]
    return Readability(
        words=len(words),
        sentences=len(text.sentences),
        ease=reading_ease(prose) if words else None,
        long=tuple(long),
        rare=tuple(dict.fromkeys(word.lower() for word in rare)),
    )
