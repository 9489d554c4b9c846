"""Indicators: `1{i=k}`, `δ_ik` and `[i == k]` of two index letters, `1{z > 0}` of quantities.

`1{i=k}` is the entry of an identity matrix. Where y is declared onehot and k stands for nothing
else, it is the entry y[i]: k is the number of the right class.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from chainrule.algebra.language.choices import Option
from chainrule.algebra.language.token_rewriter import CLOSING, Spelling
from chainrule.algebra.language.tokens import Token
from chainrule.algebra.tree.shapes import is_vector

INDICATORS = ("1", "𝟏", "I", "ind", "indicator", "int", "float", "bool")
"""What may stand before a condition in brackets."""

DELTAS = ("delta", "kronecker", "kron", "I", "eye")
"""What may bear the two letters of a Kronecker delta."""

EQUAL = ("=", "==", "!=")
CONDITIONS = (*EQUAL, ">", "<", ">=", "<=")

REASON = "what is 1 where two letters are equal can be read in more ways than one"

_TWO_LETTERS = re.compile(r"_?\{?([a-z]),?([a-z]|[Yy])\}?")


@dataclass(frozen=True, slots=True)
class Condition:
    """The tokens on both sides of a comparison. end: the place after the bracket around it."""

    left: list[Token]
    sign: str
    right: list[Token]
    end: int


def indicator(s: Spelling) -> bool:
    """Spell the indicator or the Kronecker delta that stands here."""
    token = s.tokens[s.position]
    if token.kind in CLOSING:
        if s.position and _names(s.tokens[s.position - 1]) and not token.spaced:
            return False
        condition = condition_in(s, s.position)
        return condition is not None and _of_letters(s, condition)
    if token.kind not in ("name", "number"):
        return False
    if token.text in INDICATORS and (token.kind == "number" or not _is_known(s, token)):
        condition = condition_in(s, _script_or_bracket(s, s.position + 1))
        if condition is not None:
            return _of_letters(s, condition) or _of_quantities(s, condition)
    return token.kind == "name" and kronecker(s)


def _names(token: Token) -> bool:
    return token.kind == "name"


def _is_known(s: Spelling, token: Token) -> bool:
    return s.scope.quantity(token.text) is not None


def _script_or_bracket(s: Spelling, at: int) -> int:
    """The place of a bracket that follows, lowered or not."""
    return at + 1 if s.tokens[at].text == "_" else at


def condition_in(s: Spelling, at: int) -> Condition | None:
    """The comparison in the brackets that open at a place, if there is one and nothing else."""
    if at >= len(s.tokens) or s.tokens[at].kind not in CLOSING:
        return None
    end = s.closing(at)
    if end is None:
        return None
    first, last = at + 1, end
    while s.tokens[first].kind in CLOSING and s.closing(first) == last - 1:
        first, last = first + 1, last - 1
    depth, places = 0, list[int]()
    for place in range(first, last):
        kind = s.tokens[place].kind
        depth += (kind in CLOSING) - (kind in CLOSING.values())
        if kind == "," and depth == 0:
            return None
        if kind in CONDITIONS and depth == 0:
            places.append(place)
    if len(places) != 1 or places[0] in (first, last - 1):
        return None
    sign = s.tokens[places[0]]
    left, right = s.tokens[first : places[0]], s.tokens[places[0] + 1 : last]
    return Condition(left, "==" if sign.kind == "=" else sign.kind, right, end + 1)


def _of_letters(s: Spelling, condition: Condition) -> bool:
    """`1{i=k}`, `1{i=y}` and `1{y_i=k}`."""
    if condition.sign not in EQUAL:
        return False
    words = [_label(s, side) for side in (condition.left, condition.right)]
    for one, other in (words, words[::-1]):
        if one is None or other is None or len(one) != 1:
            continue
        if len(other) == 1 or other in s.scope.onehot:
            _put(s, one, other, condition.sign == "!=", condition.end)
            return True
        base, letter = other[:-2], other[-1]
        name = next((n for n in s.scope.onehot if n.lower() == base.lower()), None)
        if other[-2:-1] == "_" and name is not None and is_vector(s.scope.shapes[name]):
            s.put(_negated(f"{name}[{one}]", condition.sign == "!="), condition.end)
            return True
        if other[-2:-1] == "_" and name is not None:
            pair = [Option(f"{name}[{letter},{one}]"), Option(f"{name}[{one},{letter}]")]
            words_of = [_negated(words, condition.sign == "!=") for words, _ in pair]
            options = [Option(words) for words in words_of]
            s.put_one_of(f"label {other} {one}", options, condition.end, REASON)
            return True
    return False


def _label(s: Spelling, side: list[Token]) -> str | None:
    """An index letter, the name of onehot targets, or `y_i` for the class of example i."""
    if len(side) == 1:
        word = side[0].text
        base, _, letter = word.partition("_")
        if s.is_letter(side[0]) or word in s.scope.onehot:
            return word
        return word if len(letter) == 1 and base else None
    kinds = [token.kind for token in side]
    if kinds[:2] == ["name", "**"] and side[-1].kind in CLOSING.values():
        inner = [token for token in side[2:] if token.kind == "name"]
        return f"{side[0].text}_{inner[0].text}" if len(inner) == 1 else None
    if kinds == ["name", "[", "name", "]"]:
        return f"{side[0].text}_{side[2].text}"
    return None


def _of_quantities(s: Spelling, condition: Condition) -> bool:
    """`1{z > 0}`: the comparison, whose sides are spelled next."""
    here = s.tokens[s.position]
    opener = here._replace(kind="(", text="(", mark="")
    sign = here._replace(kind=condition.sign, text=condition.sign)
    closer = s.tokens[condition.end - 1]._replace(kind=")", text=")")
    inner = [*condition.left, sign, *condition.right, closer]
    s.out.append(opener)
    s.tokens = [*s.tokens[: s.position + 1], *inner, *s.tokens[condition.end :]]
    s.position += 1
    return True


def kronecker(s: Spelling) -> bool:
    """`δ_ik`, `δ_{ik}`, `δ[i,k]`, `δ(i,k)` and `I_{ik}`, unless that is an entry of a matrix."""
    token = s.tokens[s.position]
    base, _, low = token.text.partition("_")
    if base not in DELTAS:
        return False
    known = s.scope.resolve(base) if base != "eye" else None
    if known is not None and not is_vector(known.shape):
        return False
    after = s.tokens[s.position + 1]
    end, inner = s.position + 1, low
    if not low and (after.kind in ("[", "(", "{") or token.text.endswith("_")):
        words = s.words(s.position + 1)
        if words is None or after.spaced:
            return False
        inner, end = words
    elif after.kind == "**":
        words = s.words(s.position + 2)
        if words is None:
            return False
        upper, _, rest = words[0].partition("_")
        inner, end = f"{upper}{rest or low}", words[1]
    match = _TWO_LETTERS.fullmatch(inner)
    if match is None:
        return False
    one, other = match.groups()
    letters = [k for k in (one, other) if s.is_letter(token._replace(text=k))]
    targets = [k for k in (one, other) if k in s.scope.onehot]
    if len(letters) + len(targets) < 2 or not letters:
        return False
    _put(s, letters[0], (letters[1:] or targets)[0], False, end)
    return True


def _put(s: Spelling, one: str, other: str, negated: bool, end: int) -> None:
    """1 where two letters are equal, or where a letter is the number of the right class."""
    options = [Option(f"eye({d})[{one},{other}]") for d in s.sizes() if other not in s.scope.onehot]
    for name in s.scope.onehot:
        if not is_vector(s.scope.shapes[name]):
            continue
        if other == name or not s.is_index(other, s.position, end):
            options.append(Option(f"{name}[{one}]"))
        elif not s.is_index(one, s.position, end):
            options.append(Option(f"{name}[{other}]"))
    options = [Option(_negated(words, negated), rank) for words, rank in options]
    if not options:
        options = [Option(f"eye(1)[{one},{other}]")]
    s.put_one_of(f"equal {one} {other}", options, end, REASON)


def _negated(words: str, negated: bool) -> str:
    return f"(1 - {words})" if negated else words
