"""Where in a text a phrasing stands: in one sentence or in neighbours, asserted, not denied."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from chainrule.explain.negation import REACH
from chainrule.explain.phrasings import Element, Group, Phrase, Phrasing
from chainrule.explain.sentences import Sentence, Token
from chainrule.explain.words import near

MOST_GAP = 3
"""The most words that `...` in a phrase stands for."""

WIDEST = {1: 22, 2: 19, 3: 12}
"""The most words from the first to the last that a phrasing rests on, by how many sentences."""

BETWEEN = frozenset(("them", "it", "all", "everything", "each", "both", "him"))
"""What may stand between the words of a phrase: "pile them all up", "take it away"."""

ANSWER = re.compile(
    r"\W*(?:A|Answer)?\W*(?:yes|yep|of course|no|nope|never|not|because|so)\b", re.IGNORECASE
)
"""How the answer to a question begins that says whether it is so, or takes it to be so."""

LONG = 7
"""Letters of a word from which on one slip of the finger is let pass."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a phrase stands: from word to word; the places of the words that deny it."""

    start: int
    end: int
    deniers: frozenset[int]

    def moved(self, by: int) -> Hit:
        return Hit(self.start + by, self.end + by, frozenset(i + by for i in self.deniers))


@dataclass
class Matcher:
    """The sentences of a text, searched for phrasings. What was looked up once is kept."""

    sentences: Sequence[Sentence]
    _words: dict[str, list[Token]] = field(default_factory=dict[str, list[Token]], init=False)
    _fitting: dict[Element, frozenset[Token]] = field(
        default_factory=dict[Element, frozenset[Token]], init=False
    )
    _hits: dict[tuple[Group, int], list[Hit]] = field(
        default_factory=dict[tuple[Group, int], list[Hit]], init=False
    )

    def __post_init__(self) -> None:
        self.sentences = tuple(answered(self.sentences))
        for word in {word for one in self.sentences for word in one.spoken}:
            self._words.setdefault(word.word[0], []).append(word)

    def first(self, wanted: Sequence[Phrasing], unless: Sequence[Phrasing] = ()) -> int | None:
        """The place of the first sentence with which one of the phrasings begins.

        Sentences in which one of `unless` stands are about something else, and do not count.
        """
        able = [one for one in wanted if self.possible(one)]
        apart = set(self.every(unless))
        for places in self.windows():
            if not apart.isdisjoint(places):
                continue
            for one in able:
                if self.wide_enough(one, places) and self.stands(one, places):
                    return places[0]
        return None

    def scattered(self, wanted: Sequence[Phrasing], within: int) -> int | None:
        """The first place from which on so many sentences have a word for every group."""
        able = [one for one in wanted if self.possible(one)]
        for place in range(len(self.sentences)):
            places = range(place, min(place + within, len(self.sentences)))
            if any(all(self.states(group, places) for group in one.groups) for one in able):
                return place
        return None

    def states(self, group: Group, places: Sequence[int]) -> bool:
        """Whether one of the sentences says a phrase of the group and does not deny it."""
        return any(
            not hit.deniers
            for place in places
            for hit in self.hits(group, place)
            if not self.asked(place, hit.start)
        )

    def asked(self, place: int, word: int) -> bool:
        """Whether a word of a sentence stands in a question."""
        asks_from = self.sentences[place].asks_from
        return asks_from is not None and word >= asks_from

    def every(self, wanted: Sequence[Phrasing]) -> Iterator[int]:
        """The places of all single sentences in which one of the phrasings stands."""
        able = [one for one in wanted if self.possible(one)]
        for place in range(len(self.sentences)):
            if any(self.stands(one, (place,)) for one in able):
                yield place

    def windows(self) -> Iterator[tuple[int, ...]]:
        """Every sentence, then every two neighbours, then three of them that are short."""
        lengths = [len(one.spoken) for one in self.sentences]
        for size in WIDEST:
            for place in range(len(self.sentences) - size + 1):
                inner = sum(lengths[place + 1 : place + size - 1])
                if inner <= WIDEST[size]:
                    yield tuple(range(place, place + size))

    def wide_enough(self, wanted: Phrasing, places: tuple[int, ...]) -> bool:
        """Whether the phrasing may be spread over so many sentences."""
        if len(places) == 1:
            return True
        goes_on = self.sentences[places[1]].goes_on
        return len(wanted.groups) >= 3 or (len(places) == len(wanted.groups) == 2 and goes_on)

    def possible(self, wanted: Phrasing) -> bool:
        """Whether the text has the words for every group somewhere."""
        return all(any(map(self.has_words, group.phrases)) for group in wanted.groups)

    def has_words(self, phrase: Phrase) -> bool:
        return all(element is None or self.fitting(element) for element in phrase)

    def fitting(self, element: Element) -> frozenset[Token]:
        """The words of the text that an element stands for."""
        if element not in self._fitting:
            letters = {element.text[0], *(each[0] for each in element.alike)}
            likely = (word for letter in letters for word in self._words.get(letter, ()))
            self._fitting[element] = frozenset(word for word in likely if fits(element, word))
        return self._fitting[element]

    def stands(self, wanted: Phrasing, places: tuple[int, ...]) -> bool:
        """Whether the groups stand in these sentences, in their order, asserted, not denied."""
        begins = [0]
        for place in places[:-1]:
            begins.append(begins[-1] + len(self.sentences[place].spoken))
        found: list[list[Hit]] = []
        for group in wanted.groups:
            hits = list(self.hits(group, places[0]))
            for place, begin in zip(places[1:], begins[1:], strict=True):
                hits += [hit.moved(begin) for hit in self.hits(group, place)]
            if not hits:
                return False
            found.append(hits)
        covered = {i for group in found for hit in group for i in range(hit.start, hit.end)}
        covered |= self.refuted(covered, places)
        stated = [[hit for hit in group if hit.deniers <= covered] for group in found]
        if not all(stated):
            return False
        for chosen in choices(wanted, stated):
            within = [bisect_right(begins, hit.start) - 1 for hit in chosen]
            everywhere = min(within) == 0 and max(within) == len(places) - 1
            if len(places) > 1 and (not everywhere or span(chosen) > WIDEST[len(places)]):
                continue
            if not all(
                self.asked(places[number], hit.start - begins[number])
                for hit, number in zip(chosen, within, strict=True)
            ):
                return True
        return False

    def refuted(self, covered: set[int], places: tuple[int, ...]) -> frozenset[int]:
        """The doubts ("you might think") in sentences, if a phrasing asks for a denying word."""
        doubts, denies, first = set[int](), False, 0
        for place in places:
            one = self.sentences[place]
            doubts |= {first + i for i in one.doubts}
            denies |= any(w.word in REACH for i, w in enumerate(one.spoken) if first + i in covered)
            first += len(one.spoken)
        return frozenset(doubts) if denies else frozenset()

    def hits(self, group: Group, place: int) -> list[Hit]:
        """Every place in a sentence at which a phrase of the group stands."""
        key = (group, place)
        if key not in self._hits:
            one = self.sentences[place]
            found: list[Hit] = []
            for phrase in group.phrases:
                if not self.has_words(phrase):
                    continue
                for start in range(len(one.spoken)):
                    for end in self.ends(phrase, one.spoken, start):
                        denying = frozenset[int]().union(*one.deniers[start:end])
                        found.append(Hit(start, end, denying - set(range(start, end))))
            self._hits[key] = found
        return self._hits[key]

    def ends(self, phrase: Phrase, words: Sequence[Token], start: int) -> Iterator[int]:
        """Where the phrase ends if it begins at `start`."""
        if not phrase:
            yield start
            return
        first, rest = phrase[0], phrase[1:]
        if first is None:
            for skipped in range(MOST_GAP + 1):
                if start + skipped <= len(words):
                    yield from self.ends(rest, words, start + skipped)
        elif start < len(words) and words[start] in self.fitting(first):
            after = start + 1
            yield from self.ends(rest, words, after)
            while rest and after < len(words) and words[after].word in BETWEEN:
                after += 1
                yield from self.ends(rest, words, after)


def answered(sentences: Sequence[Sentence]) -> Iterator[Sentence]:
    """The sentences, a question and the `yes` or `no` after it as one."""
    question: Sentence | None = None
    for one in sentences:
        if question is not None and ANSWER.match(one.text):
            one = question.followed_by(one)
        elif question is not None:
            yield question
        question = one if one.asks_from is not None else None
        if question is None:
            yield one
    if question is not None:
        yield question


def fits(element: Element, token: Token) -> bool:
    """Whether a word is the one that is looked for, means the same, or is a slip of the finger."""
    if token.stem in element.alike:
        return True
    if element.prefix:
        return token.word.startswith(element.text)
    if element.text in (token.stem, token.word):
        return True
    return min(len(element.text), len(token.stem)) >= LONG and near(element.text, token.stem)


def choices(wanted: Phrasing, stated: Sequence[Sequence[Hit]]) -> Iterator[tuple[Hit, ...]]:
    """One hit a group, none over another, in the order that is wanted, all near enough."""

    def further(number: int, chosen: tuple[Hit, ...]) -> Iterator[tuple[Hit, ...]]:
        if number == len(stated):
            yield chosen
            return
        for hit in stated[number]:
            if any(hit.start < other.end and other.start < hit.end for other in chosen):
                continue
            if wanted.groups[number].after and hit.start < chosen[-1].end:
                continue
            if chosen and span((*chosen, hit)) > WIDEST[1]:
                continue
            yield from further(number + 1, (*chosen, hit))

    yield from further(0, ())


def span(chosen: Sequence[Hit]) -> int:
    return max(hit.end for hit in chosen) - min(hit.start for hit in chosen)
