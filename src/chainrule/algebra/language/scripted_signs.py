"""Signs with what is lowered or raised at them: `∇_a C`, `Wᵀ`, `Σ_{k=1}^{n}`, `(…)_j`, `‖x‖_2`."""

from __future__ import annotations

from fractions import Fraction

from chainrule.algebra.language import names
from chainrule.algebra.language.choices import SELDOM, Option
from chainrule.algebra.language.likely_names import layers, split
from chainrule.algebra.language.subscripts_and_superscripts import TRANSPOSES
from chainrule.algebra.language.token_rewriter import CLOSING, Spelling
from chainrule.algebra.language.tokens import Token


def gradient_sign(s: Spelling) -> None:
    """`∇_a C`: by the last a, where there is no a but a1, a2, ..."""
    s.keep()
    token = s.tokens[s.position]
    word = token.text.removeprefix("_")
    if token.kind == "name" and word and s.scope.quantity(word) is None:
        last = f"{word}{max(layers(s.scope), default='')}"
        if s.scope.quantity(last) is not None:
            s.out.append(token._replace(text=f"_{last}"))
            s.position += 1
            return
    if token.kind == "name":
        s.keep()


def raised_transpose(s: Spelling) -> bool:
    """`x^t`, `x^⊤`, `x^{T}`, `x^{-T}` and `x^′`, unless there is such a name."""
    found = s.words(s.position + 1)
    if found is not None and found[0][:1] in ("-", "−"):
        unsigned = found[0][1:]
        if unsigned in TRANSPOSES and s.scope.resolve(unsigned) is None:
            return inverse_transpose(s, found[1])
    after = s.tokens[s.position + 1]
    if after.kind == "*" and not after.spaced:  # A^*, of real numbers
        s.put(".T", s.position + 2)
        return True
    if after.kind == "name" and after.text[:1] == "T" and glued(s, after):
        return True
    if found is None or found[0] not in TRANSPOSES:
        return False
    if s.scope.resolve(found[0]) is not None:
        return False
    token = s.tokens[s.position]
    end = s.tokens[found[1] - 1].end
    s.out.append(token._replace(kind=".T", text=".T", end=end))
    s.position = found[1]
    return True


def glued(s: Spelling, token: Token) -> bool:
    """`A^TA`: a transpose, and a name without a space before it."""
    rest = token.text[1:]
    if s.scope.resolve(token.text) is not None or not rest:
        return False
    if s.scope.quantity(rest) is None and split(rest, s.scope) is None:
        return False
    s.out.append(s.tokens[s.position]._replace(kind=".T", text=".T"))
    s.position += 1
    place = token.start + 1
    s.tokens = [*s.tokens]
    s.tokens[s.position] = token._replace(text=rest, start=place, spaced=True)
    return True


def inverse_transpose(s: Spelling, end: int) -> bool:
    """`A^{-T}` and `A^{-⊤}`: the inverse of the transpose."""
    sign = s.tokens[s.position]
    after = s.tokens[end - 1]
    s.out.append(after._replace(kind=".T", text=".T"))
    signs = [("**", "^"), ("(", "("), ("-", "-"), ("number", "1"), (")", ")")]
    s.out += [sign._replace(kind=k, text=words, value=Fraction(1)) for k, words in signs]
    s.position = end
    return True


def sum_sign(s: Spelling, token: Token) -> bool:
    """`Σ_{k}`, `Σ_{k=1}^{n}` and `Σ_k^n`: the letter, without where it begins and ends."""
    at = s.position + 1
    letter = token.text[4:]
    if not letter:
        if s.tokens[at].kind != "{" or s.tokens[at + 1].kind != "name":
            return False
        letter = s.tokens[at + 1].text
        close = s.closing(at)
        if close is None:
            return False
        inside = s.tokens[at + 2 : close]
        if len(inside) == 2 and inside[0].kind == "!=" and s.is_letter(inside[1]):
            all_but_one(s, letter, inside[1].text, close + 1)
            return True
        if inside and inside[0].kind not in ("=",):
            return False
        at = close + 1
    elif s.tokens[at].kind != "**":
        return False
    if s.tokens[at].kind == "**":
        after = s.tokens[at + 1]
        close = s.closing(at + 1) if after.kind in CLOSING else at + 1
        if close is None:
            return False
        at = close + 1
    end = s.tokens[at - 1].end
    s.out.append(token._replace(text=f"sum_{letter}", end=end))
    s.position = at
    return True


def all_but_one(s: Spelling, letter: str, other: str, end: int) -> None:
    """`Σ_{k≠i}`: the sum over k of what follows where k is not i."""
    options = [
        Option(f"sum_{letter} 1 * (1 - eye({size})[{letter},{other}]) *") for size in s.sizes()
    ]
    s.put_one_of(f"but {letter} {other}", options, end, "the size that the index runs over")
    s.out[-1] = s.out[-1]._replace(spaced=False)


def along_axis(s: Spelling, token: Token) -> bool:
    """`sum_{axis 1}(x)`, as it is printed, is sum(x, axis=1)."""
    function, found = token.text.rstrip("_"), s.words(s.position + 1)
    if found is None or found[0] not in ("axis0", "axis1") or not names.is_callable(function):
        return False
    close = s.closing(found[1]) if s.tokens[found[1]].kind == "(" else None
    if close is None:
        return False
    end = s.tokens[close]._replace(end=s.tokens[close].start)
    number = end._replace(kind="number", text=found[0][-1], value=Fraction(found[0][-1]))
    setting = [end._replace(kind=",", text=","), end._replace(kind="name", text="axis")]
    setting += [end._replace(kind="=", text="="), number]
    s.tokens = [*s.tokens[:close], *setting, *s.tokens[close:]]
    s.out.append(token._replace(text=function))
    s.position = found[1]
    return True


OF_ENTRIES = "letters after a bracket are those of an entry, or of all that it is made of"
_ENTRIES = [Option("entry"), Option("made", SELDOM)]


def _opening(tokens: list[Token]) -> int | None:
    """The place of the bracket that the last token closes."""
    depth = 0
    for at in range(len(tokens) - 1, -1, -1):
        kind = tokens[at].kind
        depth += (kind in CLOSING.values()) - (kind in CLOSING)
        if depth == 0:
            return at
    return None


def after_bracket(s: Spelling, token: Token) -> bool:
    """`(Wᵀ δ)_j`, an entry of what is in brackets, and `‖x‖_2`."""
    before = s.out[-1] if s.out else None
    if before is None or token.kind != "name":
        return False
    low, end = token.text[1:], s.position + 1
    if not low and s.tokens[end].kind == "{":
        low, end = s.words(end) or ("", end)
    if before.kind == "||" and low in ("2", "F", "f"):
        s.position = end
        return True
    letters = [letter for letter in low if letter != ","]
    wanted = 0 < len(letters) < 3 and all(s.is_letter(token._replace(text=k)) for k in letters)
    if before.kind not in (")", "]", ".T") or not wanted:
        return False
    opener = _opening(s.out) if before.kind == "]" else None
    if opener is not None and s.choices.choose(f"entries {low}", _ENTRIES, OF_ENTRIES) == "made":
        made = s.tokens_of(
            f"{'vector' if len(letters) == 1 else 'matrix'}({','.join(letters)},",
            s.out[opener],
            s.out[opener],
        )
        s.out[opener : opener + 1] = made
        s.out[-1] = before._replace(kind=")", text=")")
        s.position = end
        return True
    s.put(f"[{','.join(letters)}]", end)
    return True
