"""Names on the left of a sheet's lines as people write them, and sizes that are called so too."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from chainrule.algebra.language.sheet_text import Line
from chainrule.algebra.language.tokens import canonical

_LOWERED = re.compile(r"(?P<base>\s*[^\W\d_]\w*?)_\{\s*(?P<low>[A-Za-z][A-Za-z0-9]*)\s*\}\s*")
_BEFORE = re.compile(r"(?P<base>\s*[^\W\d_]\w*?)_\{\s*[A-Za-z]\s*-\s*1\s*\}\s*")
_DECLARED = re.compile(r"\s*(?P<name>[^\W\d]\w*)\s*:\s*(?P<shape>\([^()]*(?:\([^()]*\)[^()]*)*\))?")
_SCALAR = re.compile(r"\s*(?P<name>[^\W\d]\w*)\s*:\s*(?:scalar|1|R|ℝ)(?!\S)")
_WORD = re.compile(r"[A-Za-z_]\w*")
_MATLAB = re.compile(r"\.[*/^]|[\w)\]]'(?=\s*(?:[-+*/.);,]|$|\s\w))(?!\s*\()")


def plain_left(left: str) -> str:
    """`W_{xh}` as W_xh and `h_{t-1}` as h_prev, where they are names."""
    if (before := _BEFORE.fullmatch(left)) is not None:
        return f"{before['base']}_prev"
    lowered = _LOWERED.fullmatch(left)
    return f"{lowered['base']}_{lowered['low']}" if lowered is not None else left


def is_index(letter: str, right: str, known: Collection[str]) -> bool:
    """Whether a letter is lowered on the right, and not as a part of a name that is known."""
    right = re.sub(r"_\{\s*\w\s*-\s*1\s*\}", " ", right)
    joined = re.sub(r"[^\W\d][\w\u0302-\u0305]*", lambda word: canonical(word.group()),
                    re.sub(r"_\{(\w+)\}", r"_\1", right))  # fmt: skip
    for name in known:
        if "_" in name:
            joined = re.sub(rf"\b{re.escape(name)}\b", " ", joined)
    return bool(re.search(rf"(?:_\{{?[a-z]?|\[|,\s*){letter}[a-z]?(?![A-Za-z0-9])|[ᵢⱼₖ]", joined))


def is_matlab(lines: Collection[Line]) -> bool:
    """Whether a definition has a sign that only MATLAB has: `.*`, or `'` for a transpose."""
    rights = (line.words.partition("=")[2] for line in lines if ":" not in line.words)
    return any(_MATLAB.search(right) for right in rights)


def sizes_apart(lines: list[Line]) -> tuple[list[Line], list[str]]:
    """The lines where no size has the name of a quantity, and what to say of it.

    `n: scalar` beside x: (n,1) is the size itself. A size h beside a matrix h is called n_h, unless
    it may be meant as a number somewhere.
    """
    sizes: set[str] = set()
    lefts: dict[str, Line] = {}
    for line in lines:
        declared = _DECLARED.match(line.words)
        if declared is not None and declared["shape"]:
            sizes.update(_WORD.findall(declared["shape"]))
        name = re.match(r"\s*([^\W\d]\w*)\s*[:=]", line.words)
        if name is not None:
            lefts.setdefault(name.group(1), line)
    notes: list[str] = []
    for name in sorted(sizes & lefts.keys()):
        own = lefts[name]
        if _SCALAR.match(own.words):
            lines = [line for line in lines if line is not own]
            notes.append(f"`{name}` is the size that the shapes name, so it needs no line")
            continue
        apart = f"n_{name}"
        as_number = re.compile(rf"(?:/|sqrt\(|√)\s*\(?{name}\b|\b{name}\s*/")
        if apart in sizes or apart in lefts or any(as_number.search(k.words) for k in lines):
            continue
        right = "" if ":" in own.words else own.words.partition("=")[2]
        if ":" not in own.words and (".shape" in right or not _WORD.search(right)):
            continue
        lines = [_renamed(line, name, apart) for line in lines]
        notes.append(f"the size `{name}` is called {apart}, because {name} is a quantity")
    return lines, notes


def _renamed(line: Line, name: str, other: str) -> Line:
    declared = _DECLARED.match(line.words)
    if declared is None or not declared["shape"]:
        return line
    start, end = declared.span("shape")
    shape = re.sub(rf"\b{name}\b", other, line.words[start:end])
    return replace(line, words=line.words[:start] + shape + line.words[end:])
