"""Words as they are compared: small letters, one spelling, without their endings."""

from __future__ import annotations

import functools
import re

LETTERS = str.maketrans(
    {
        "’": "'", "‘": "'", "“": '"', "”": '"', "−": "-", "–": "-", "—": "-", "×": "*", "·": "*",
        "⊙": "*", "∘": "*", "⋅": "*", "∂": "d", "δ": "delta", "Δ": "delta", "σ": "sigma",
        "η": "eta", "μ": "mu", "λ": "lambda", "α": "alpha", "ε": "epsilon", "∇": "nabla",
        "∑": "sum", "Σ": "sum", "²": "^2", "³": "^3", "ᵀ": ".T", "½": "1/2",
        "¹": "1", "₀": "0", "₁": "1", "₂": "2", "₃": "3",
    }
)  # fmt: skip
"""What is typed in more than one way, in the way in which it is compared."""

FILLERS = frozenset(
    {
        "a",
        "an",
        "the",
        "its",
        "their",
        "his",
        "her",
        "your",
        "our",
        "my",
        "this",
        "that",
        "these",
        "those",
        "very",
        "really",
        "just",
        "exactly",
        "simply",
        "also",
        "actually",
        "basically",
        "quite",
        "such",
        "certain",
        "own",
    }
)
"""Words that may stand between the others and change nothing."""

SPELLINGS = (
    (re.compile(r"iz(e|es|ed|er|ing|ation|ations)$"), r"is\1"),
    (re.compile(r"^center"), "centr"),
    (re.compile(r"^centre"), "centr"),
    (re.compile(r"^behavior"), "behaviour"),
    (re.compile(r"^neighbor"), "neighbour"),
)

CONTRACTED = re.compile(r"^(\w+?)n'?t$")
HELPING = frozenset(
    {
        "do",
        "does",
        "did",
        "is",
        "are",
        "was",
        "were",
        "has",
        "have",
        "had",
        "would",
        "could",
        "should",
        "must",
        "need",
        "wo",
        "ca",
        "ai",
        "might",
    }
)
NO_DENIAL = frozenset({"note", "notes", "noted", "noting"})
"""Words whose stem would be `not`."""

NOUNS_IN_S = re.compile(r"(ss|us|is|^bias)$")


def is_contraction(word: str) -> str | None:
    """`doesn't`, `doesnt`, `cannot`: the verb before the `not`; None for another word."""
    if word == "cannot":
        return "can"
    match = CONTRACTED.match(word)
    if match is None or match[1] not in HELPING:
        return None
    return {"wo": "will", "ca": "can"}.get(match[1], match[1])


@functools.cache
def stem(word: str) -> str:
    """The word without its ending: `multiplies` and `multiplied` are one, so are `-ise`, `-ize`."""
    for pattern, instead in SPELLINGS:
        word = pattern.sub(instead, word)
    word = re.sub(r"'s?$", "", word)
    if len(word) <= 3 or not word.isalpha():
        return word
    if word in NO_DENIAL:
        return "note"
    if word == "times":
        return word
    if word.endswith(("ies", "ied")):
        return word[:-3] + "i"
    if word.endswith("s") and not NOUNS_IN_S.search(word):
        word = word[:-2] if re.search(r"(x|ch|sh|ss|zz)es$", word) else word[:-1]
    for ending in ("ing", "ed"):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= 3 and re.search(r"[aeiouy]", rest):
            word = rest
            if len(word) > 3 and re.search(r"([bdgkmnprt])\1$", word):
                word = word[:-1]
            break
    if word.endswith("ll") and len(word) > 3:
        word = word[:-1]
    if word.endswith("e") and len(word) > 3:
        word = word[:-1]
    return word[:-1] + "i" if word.endswith("y") and len(word) > 3 else word


def near(one: str, other: str) -> bool:
    """Whether two words differ by one slip of the finger: a letter more, less, other, or two
    neighbours exchanged."""
    if one == other:
        return True
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    a, b = one[start:], other[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])
