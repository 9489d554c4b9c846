"""Equations in the middle of a sentence that nothing marks: "Hence (uv)' = u'v + uv', as promised".

Only what is sure to be a whole equation is taken: signs, numbers, short names and known functions
on both sides of a `=`, up to a sign of punctuation or a plain word. Where the next word may go on
with the formula ("= w - eta times the slope"), nothing is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

TOKEN = re.compile(
    r"(?P<name>[A-Za-zα-ωΑ-Ω∂∇][A-Za-zα-ωΑ-Ω]*(?:_\{?\w+\}?)?\d*(?:\.T\b)?['′]*(?![\w-]))"
    r"|(?P<number>\d+(?:\.\d+)?)"
    r"|(?P<equals>(?<![=<>!:≠])=(?!=))"
    r"|(?P<operator>\*\*|[-−+*/^@·⊙∘×√²³ᵀ⁴⁵½'′])"
    r"|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<comma>,(?=\s?\w+\s?[)\]]))"
)
FUNCTIONS = frozenset(
    {"sin", "cos", "tan", "exp", "log", "sigma", "sigmoid", "tanh", "relu", "softmax", "sqrt",
     "sum", "mean", "max", "min", "abs", "eta", "delta", "lambda", "lam", "alpha", "beta", "mu",
     "epsilon"}
)  # fmt: skip
"""Long names that belong to formulas."""

WORDS = frozenset(
    {"is", "it", "in", "of", "to", "at", "as", "so", "we", "by", "or", "on", "if", "an", "be", "do",
     "he", "my", "no", "up", "us", "am", "go", "me", "i", "ok", "eg", "ie", "vs"}
)  # fmt: skip
"""Words of one or two letters that are no names."""

GOES_ON = frozenset(
    {"times", "over", "plus", "minus", "of", "by", "per", "squared", "cubed", "divided", "to",
     "multiplied", "added", "root", "transposed", "transpose", "percent", "something", "derivative",
     "slope", "one", "two", "half", "gradient"}
)  # fmt: skip
"""Words with which a formula may go on in words, or before which it began in words."""

UNSURE = tuple("%…~<>→≠≈\ue001")
"""Signs beside an equation that may belong to it."""

WORTH = re.compile(r"[-−+*/^@·⊙∘×²³ᵀ(]")
"""What an equation has that is worth judging: more than two names or numbers."""


def unmarked_equations(sentence: str) -> list[str]:
    """The equations of a sentence that stand in it without backticks or dollars, as typed."""
    text = re.sub(r"`[^`]*`|\$[^$]*\$", lambda m: "\ue001" * len(m[0]), sentence)
    if "=" not in text or "\\" in text:
        return []
    return [one for run in runs(text) if (one := whole(text, run)) is not None]


def runs(text: str) -> Iterator[list[re.Match[str]]]:
    """Stretches of signs and names that lie next to each other, each with a `=` in it."""
    run: list[re.Match[str]] = []
    for match in TOKEN.finditer(text):
        between = text[run[-1].end() : match.start()] if run else ""
        if run and (between.strip() or not in_formula(match)):
            yield run
            run = []
        if in_formula(match):
            run.append(match)
    yield run


def in_formula(match: re.Match[str]) -> bool:
    """Whether a token may belong to a formula."""
    name = match["name"]
    if name is None:
        return True
    bare = re.sub(r"[_{}'′\d]|\.T", "", name)
    if name.lower() in WORDS:
        return False
    return len(bare) <= 2 or name.lower().rstrip("'′") in FUNCTIONS or name != bare


def whole(text: str, run: Sequence[re.Match[str]]) -> str | None:
    """The equation that a stretch is, if it is sure to be all of it."""
    kept = list(run)
    while kept and (kept[-1]["comma"] or kept[-1]["open"] or is_article(kept)):
        kept.pop()
    if not any(one["equals"] for one in kept):
        return None
    start, end = kept[0].start(), kept[-1].end()
    before = re.search(r"([A-Za-z]+|\S)\s*$", text[:start])
    after = re.match(r"\s*([A-Za-z]+|\S)", text[end:])
    around = [side[1].lower() for side in (before, after) if side is not None]
    if any(each in GOES_ON or each in UNSURE for each in around):
        return None
    found = text[start:end].strip()
    while found.startswith("(") and found.count("(") > found.count(")"):
        found = found[1:].strip()
    while found.endswith(")") and found.count(")") > found.count("("):
        found = found[:-1].strip()
    sides = [side.strip() for side in re.split(r"(?<=[\w )][-+])=|=", found)]
    sides[0] = sides[0].rstrip("+-− ")
    if found.count("(") != found.count(")") or not all(sides):
        return None
    if any(re.search(r"[-−+*/^@·×(]$|^[+*/^@·×)]", side) for side in sides):
        return None
    if not re.search("[A-Za-zα-ω]", found) or not any(map(WORTH.search, sides)):
        return None
    return found


def is_article(run: Sequence[re.Match[str]]) -> bool:
    """Whether the last token is the `a` of "= 2x a lot"."""
    before = run[-2] if len(run) > 1 else None
    joins = before is None or before["operator"] or before["equals"] or before[0] in FUNCTIONS
    return run[-1][0] == "a" and not joins
