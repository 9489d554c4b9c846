"""Formulas as people write them in a text, brought into the language of the sheets.

The labels before them (`BP1:`), the signs of an assignment, simple LaTeX, and the letters that
books use for layers: `delta^L`, `w^{l+1}`, `a^{(l-1)}`.
"""

from __future__ import annotations

import re

from chainrule.algebra import without_latex
from chainrule.explain.words import LETTERS

LABEL = re.compile(
    r"^\s*(?:\(?BP[1-4]\)?|[A-Za-z][\w ]{2,30}|\(?\d{1,2}[.)])\s*:(?!=)\s*|^\s*\(?BP[1-4]\)?\s+"
)
NUMBERED = re.compile(r"\s*\((?:\d{1,2}|BP[1-4])\)\s*$|\\tag\{[^}]*\}|\\label\{[^}]*\}")
LIMIT = re.compile(
    r"\\?lim(?:it)?(?:_?\{[^}]*\}|_?\([^)]*\)|_\w+|\s*\w+\s*(?:->|→|\\to)\s*\w+)?\s*"
)

LETTER_LAYERS = re.compile(
    r"(?<![A-Za-z])(\\?(?:delta|Delta|δ|sigma|[WwbBzZaA]))"
    r"(?:\^|_)(?:\{\s*\(?\s*(L|l)\s*(?:([+-])\s*1)?\s*\)?\s*\}|\(\s*(L|l)\s*(?:([+-])\s*1)?\s*\)|(L|l)(?!\w))"
)
NUMBERED_LAYERS = re.compile(
    r"(?<![A-Za-z])(\\?(?:delta|Delta|δ|[WwbBzZaA]))(?:\^\{?\s*[\[(]\s*(\d)\s*[\])]\s*\}?|_\{(\d)\}|_(\d))"
)
INPUT = "x"
ALMOST = re.compile(r"\\(?:approx|simeq|doteq)(?![a-z])")
RAISED_T = re.compile(r"\^\{?\s*[T⊤]\s*\}?(?!\w)")
ASSIGNED = re.compile(r"\s*(?::=|←|<-|⟵|\\(?:leftarrow|gets)(?![a-z]))\s*")
STEP = re.compile(r"^(\S+)\s*([+-])=\s*(.+)$")
"""`w -= eta*g`."""
RAISED_LAYERS = re.compile(r"(?:δ|delta|[zZWw])[¹²³]")
RAISED = re.compile(r"(δ|delta|[azZWwbA])([¹²³])")
SUM_OF_SQUARES = re.compile(
    r"(?:∑|Σ|\\sum|\bsum)(?:_\{?\w+\}?)?\s*(?=\s|\()(?<!sum)(\((?:[^()]|\([^()]*\))*\)\s*(?:\^\s*\{?2\}?|\*\*\s*2|²))"
)
"""`Σ (a - y)^2` is the sum of the squares, whatever a program would take first."""


INDICES = re.compile(r"(delta|[wbazxy])(?:\[[a-z],?[a-z]?\]|[ijkl]{1,2})(?![a-z(]{2})")


def layer_number(letter: str, sign: str | None) -> int:
    """`L` and `l+1` are the second of two layers, `l` and `L-1` the first, `l-1` what goes in."""
    return (2 if letter == "L" else 1) + {"+": 1, "-": -1}.get(sign or "", 0)


def without_layers(text: str) -> str:
    """`delta^{l+1}` as `delta2`, `a^{l-1}` as the input; for a network of two layers."""

    def named(match: re.Match[str]) -> str:
        letter = match[2] or match[4] or match[6]
        number = layer_number(letter, match[3] or match[5])
        name = match[1].replace("δ", "delta").lstrip("\\")
        if name in ("a", "A") and number == 0:
            return INPUT
        return f"{'W' if name == 'w' else name}{number}"

    if RAISED_LAYERS.search(text):
        text = RAISED.sub(lambda m: m[1].replace("δ", "delta") + str("¹²³".index(m[2]) + 1), text)
    text = LETTER_LAYERS.sub(named, text)
    return NUMBERED_LAYERS.sub(
        lambda m: f"{m[1].replace('δ', 'delta').lstrip(chr(92))}{m[2] or m[3] or m[4]}", text
    )


def plain(text: str) -> str:
    """The formula without labels, LaTeX and signs of assignment."""
    text = NUMBERED.sub("", text).strip().rstrip(".,;").strip()
    text = LABEL.sub("", text)
    text = SUM_OF_SQUARES.sub(r"sum(\1)", without_layers(without_latex(ALMOST.sub("≈", text))))
    text = RAISED_T.sub(".T", text)
    text = ASSIGNED.sub(" = ", text)
    step = STEP.match(text)
    if step:
        text = f"{step[1]} = {step[1]} {step[2]} ({step[3]})"
    return " ".join(text.split())


def compact(text: str) -> str:
    """The formula as it is compared by its signs: no spaces, one way to write a power."""
    text = plain(text).translate(LETTERS).lower()
    text = re.sub(r"\^\((\w+)\)", r"^\1", text.replace("**", "^"))
    text = re.sub(r"(?<=[(/*+=-])\((\w+)\)|^\((\w+)\)(?=[/*])", r"\1\2", text.replace(" ", ""))
    return re.sub(r"[\s{}\\_]", "", text).replace("′", "'")


def without_indices(signs: str) -> str:
    """A compact formula without the letters that count neurons: `dc/dwjk=deltajak` as
    `dc/dw=deltaa`."""
    return INDICES.sub(r"\1", signs)


def has_limit(text: str) -> bool:
    return LIMIT.search(text) is not None and "lim" in text
