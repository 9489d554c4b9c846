r"""A tree as LaTeX, for text between dollar signs: `(W_2^\top \delta_2) \odot \sigma'(z_1)`.

Only `amsmath` is asked for (`\operatorname`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from chainrule.algebra.tree.expression import Expression
from chainrule.algebra.writing.layout import typeset
from chainrule.algebra.writing.setting import GREEK_LETTERS, TIMES, Notation

_COMMANDS = {letter: f"\\{word}" for word, letter in GREEK_LETTERS.items()} | {
    "λ": r"\lambda", "−": "-", "·": r"\cdot", "⊙": r"\odot", "×": r"\times", "⊤": r"\top",
    "∂": r"\partial", "∑": r"\sum", "≥": r"\geq", "≤": r"\leq", TIMES: "", "𝟏": r"\mathbf{1}",
}  # fmt: skip
_KNOWN = ("exp", "log", "sin", "cos", "tan", "tanh", "max", "min")
_FENCES = {"‖": r"\|"}
_TALL = re.compile(r"\\(frac|sum|sqrt|left)")


def latex(*sides: Expression) -> str:
    """The tree as LaTeX; several are joined by ` = `. LimitError if one is too large."""
    return " = ".join(typeset(side, LATEX) for side in sides)


def _name(letters: str) -> str:
    if letters in _COMMANDS:
        return _COMMANDS[letters]
    return letters if len(letters) == 1 else f"\\mathit{{{letters.replace('_', chr(92) + '_')}}}"


def _word(letters: str) -> str:
    if letters in _KNOWN:
        return f"\\{letters}"
    return f"\\operatorname{{{letters.replace('_', chr(92) + '_')}}}"


def _script(words: str) -> str:
    single = len(words) == 1 or re.fullmatch(r"\\[a-zA-Z]+", words)
    return words if single else f"{{{words}}}"


def _row(parts: Sequence[str]) -> str:
    return " ".join(part for part in parts if part)


def _prefixed(sign: str, words: str) -> str:
    command = _COMMANDS[sign]
    return f"{command} {words}" if command[0] == "\\" else f"{command}{words}"


def _fenced(opening: str, words: str, closing: str) -> str:
    left, right = _FENCES.get(opening, opening), _FENCES.get(closing, closing)
    if _TALL.search(words) or left == right:
        return f"\\left{left} {words} \\right{right}"
    return f"{left}{words}{right}"


LATEX = Notation(
    name=_name,
    refer=lambda name, words: words,
    word=_word,
    numeral=lambda digits: _COMMANDS.get(digits, digits),
    sign=lambda sign: _COMMANDS.get(sign, sign),
    row=_row,
    listed=lambda parts: ", ".join(parts),
    prefixed=_prefixed,
    fraction=lambda over, under: f"\\frac{{{over}}}{{{under}}}",
    raised=lambda base, script: f"{base}^{_script(script)}",
    lowered=lambda base, script: f"{base}_{_script(script)}",
    root=lambda words: f"\\sqrt{{{words}}}",
    fenced=_fenced,
    under=lambda sign, script: f"{_COMMANDS[sign]}_{_script(script)}",
    applied=lambda function, words: f"{function}{_fenced('(', words, ')')}",
    primed=lambda words, count: words + "'" * count,
)
