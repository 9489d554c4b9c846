"""A tree as presentation MathML, of the elements that browsers draw (MathML Core).

Every symbol carries its name, so that a page can say what it is: `<msub data-ref="W1">`. Products
and applications that are not seen are written as the invisible signs a screen reader needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Literal

from chainrule.algebra.tree.expression import Expression
from chainrule.algebra.writing.layout import typeset
from chainrule.algebra.writing.setting import Notation

NAMESPACE = "http://www.w3.org/1998/Math/MathML"
APPLY = "\u2061"


def mathml(*sides: Expression, display: Literal["inline", "block"] = "inline") -> str:
    """The tree as a `math` element; several are joined by `=`. LimitError if one is too large."""
    row = mathml_row(*sides)
    return f'<math xmlns="{NAMESPACE}" display="{display}">{row}</math>'


def mathml_row(*sides: Expression) -> str:
    """What stands inside the `math` element: one element."""
    words = [typeset(sides[0], MATHML)]
    for side in sides[1:]:
        words += [_sign("="), typeset(side, MATHML)]
    return words[0] if len(words) == 1 else _row(words)


def _element(tag: str, *parts: str) -> str:
    return f"<{tag}>{''.join(parts)}</{tag}>"


def _sign(sign: str) -> str:
    return _element("mo", escape(sign))


def _row(parts: Sequence[str]) -> str:
    return _element("mrow", *parts)


def _refer(name: str, words: str) -> str:
    opening, rest = words.split(">", 1)
    return f'{opening} data-ref="{escape(name)}">{rest}'


def _fenced(opening: str, words: str, closing: str) -> str:
    left = f'<mo fence="true" form="prefix">{opening}</mo>'
    right = f'<mo fence="true" form="postfix">{closing}</mo>'
    return _row([left, words, right])


def _listed(parts: Sequence[str]) -> str:
    words = [parts[0]]
    for part in parts[1:]:
        words += ['<mo separator="true">,</mo>', part]
    return words[0] if len(words) == 1 else _row(words)


def _raised(base: str, script: str) -> str:
    if base.startswith("<msub"):  # both scripts stand one above the other
        return f"<msubsup{base[len('<msub') : -len('</msub>')]}{script}</msubsup>"
    return _element("msup", base, script)


MATHML = Notation(
    name=lambda letters: _element("mi", escape(letters)),
    refer=_refer,
    word=lambda letters: _element("mi", escape(letters)),
    numeral=lambda digits: _element("mn", digits),
    sign=_sign,
    row=_row,
    listed=_listed,
    prefixed=lambda sign, words: _row([_sign(sign), words]),
    fraction=lambda over, under: _element("mfrac", over, under),
    raised=_raised,
    lowered=lambda base, script: _element("msub", base, script),
    root=lambda words: _element("msqrt", words),
    fenced=_fenced,
    under=lambda sign, script: _element("munder", _sign(sign), script),
    applied=lambda function, words: _row([function, _sign(APPLY), _fenced("(", words, ")")]),
    primed=lambda words, count: _element("msup", words, _sign("′" * count)) if count else words,
)
