"""What a sentence denies, doubts or only asks.

A word like "not" or "without" denies what follows it in the same clause. "Only if" takes back what
it is joined to. "It is wrong that", "people think that" take back the whole of what follows, up to
a "but". A phrasing that asks for the denying word itself is not touched.
"""

from __future__ import annotations

from collections.abc import Sequence

REACH = {"not": 6, "never": 6, "without": 5, "no": 3, "nor": 5, "neither": 6, "hardly": 5,
         "instead": 5, "rather": 4, "nobody": 6, "nothing": 4, "none": 5, "unlike": 4,
         "forget": 4, "forgets": 4, "forgot": 4, "forgetting": 4}  # fmt: skip
"""Words that deny, and how many words they reach."""

ENDS_CLAUSE = frozenset(
    {
        ",",
        ";",
        ":",
        "(",
        ")",
        "but",
        "because",
        "since",
        "so",
        "and",
        "while",
        "whereas",
        "although",
        "though",
        "when",
        "if",
        "unless",
        "then",
        "which",
        "who",
        "where",
        "until",
        "hence",
        "therefore",
    }
)
NO_DENIAL = {
    "not": ("only", "just", "merely", "least", "until", "surprising", "surprisingly", "forget",
            "hard", "difficult", "that"),
    "no": ("matter", "wonder", "doubt"),
    "nothing": ("but", "else", "more", "other"),
    "never": ("forget",),
    "rather": ("small", "large", "big", "slow", "slowly"),
}  # fmt: skip
"""What follows a denying word where it denies nothing: "not only", "no matter"."""

TAKES_ONLY = {"instead": "of", "rather": "than"}
"""Words that deny only with this word after them."""

HEDGES = (
    ("only", "if"), ("only", "when"), ("true", "only", "for"), ("holds", "only", "for"),
    ("works", "only", "for"), ("only", "works", "for"), ("only", "works", "if"),
    ("only", "true", "for"), ("only", "true", "if"), ("unless",),
    ("except", "when"), ("except", "if"),
)  # fmt: skip
"""What makes a sentence true in some cases only."""

NO_USE = (
    *(
        (helps, "not", verb)
        for helps in ("is", "are", "do", "does", "was", "be")
        for verb in ("needed", "used", "necessary", "required", "matter", "involved", "play",
                     "count", "enter", "important")
    ),
    ("plays", "no", "role"), ("play", "no", "role"), ("has", "no", "role"), ("is", "irrelevant"),
    ("are", "irrelevant"), ("is", "superfluous"), ("is", "unnecessary"),
)  # fmt: skip
"""What denies the words before it in its clause: "the slope is not needed"."""

DOUBTS = (
    ("is", "false"), ("is", "not", "true"), ("is", "not", "right"), ("is", "not", "correct"),
    ("is", "not", "case"), ("not", "true"), ("wrong", "to", "say"), ("wrong", "to", "think"),
    ("wrong", "to", "believe"), ("would", "be", "wrong"), ("false", "to"), ("people", "think"),
    ("people", "believe"), ("many", "think"), ("many", "believe"), ("you", "might", "think"),
    ("one", "might", "think"), ("you", "could", "think"), ("one", "could", "think"),
    ("you", "may", "think"), ("one", "may", "think"), ("used", "to", "think"), ("i", "thought"),
    ("myth",), ("is", "mistake", "to"), ("common", "mistake"), ("mistake", "is", "to"),
    ("i", "do", "not", "know"), ("i", "do", "not", "understand"), ("i", "do", "not", "get"),
    ("no", "idea"), ("not", "sure"), ("i", "am", "unsure"),
)  # fmt: skip
ANSWER = 3
"""The most words, a label and signs, between a question and the `no` that answers it."""

DOUBTED = 25
"""The most words that a doubt takes back."""

TURNS = frozenset(("but", ";", "however", "instead", "actually", "fact", "namely", "now"))
"""Words after which a sentence says what is so."""


def deniers_of(words: Sequence[str]) -> tuple[frozenset[int], ...]:
    """For each word of a sentence, fillers left out, the places of the words that deny it."""
    deniers: list[set[int]] = [set() for _ in words]
    for place, word in enumerate(words):
        reached: Sequence[int] = ()
        if word in REACH and denies(words, place):
            reached = reach(words, place, REACH[word])
        elif begins(words, place, NO_USE):
            reached = range(clause_start(words, place), place)
        elif begins(words, place, HEDGES):
            reached = range(clause_start(words, place), len(words))
        elif begins(words, place, DOUBTS):
            reached = doubted(words, place)
        if word in REACH and "?" in words[max(place - ANSWER, 0) : place]:
            reached = (*range(place), *reached)
        for each in reached:
            deniers[each].add(place)
    return tuple(map(frozenset, deniers))


def doubts_of(words: Sequence[str]) -> frozenset[int]:
    """The places at which a doubt begins: "people think", "a common mistake"."""
    return frozenset(place for place in range(len(words)) if begins(words, place, DOUBTS))


def denies(words: Sequence[str], place: int) -> bool:
    after = words[place + 1] if place + 1 < len(words) else ""
    word = words[place]
    if word == "not" and place > 0 and words[place - 1] == "why":
        return False
    return after not in NO_DENIAL.get(word, ()) and (
        word not in TAKES_ONLY or after == TAKES_ONLY[word]
    )


def reach(words: Sequence[str], place: int, most: int) -> range:
    """The words that are denied; "not too small" says of too small that it is bad."""
    end = place + 1
    while end < len(words) and end - place <= most and words[end] not in (*ENDS_CLAUSE, "too"):
        end += 1
    return range(place + 1, end)


def clause_start(words: Sequence[str], place: int) -> int:
    """Where the clause before a hedge begins."""
    start = place
    if start > 0 and words[start - 1] == ",":
        start -= 1
    while start > 0 and words[start - 1] not in (",", ";", ":", "?", "but", ")"):
        start -= 1
    return start


def doubted(words: Sequence[str], place: int) -> range:
    """The words of a sentence that are taken back."""
    before = [i for i in range(place) if words[i] in TURNS]
    after = [i for i in range(place + 1, len(words)) if words[i] in TURNS]
    end = min(after[0] if after else len(words), place + DOUBTED)
    return range(before[-1] if before else 0, end)


def begins(words: Sequence[str], place: int, phrases: Sequence[tuple[str, ...]]) -> bool:
    return any(tuple(words[place : place + len(each)]) == each for each in phrases)
