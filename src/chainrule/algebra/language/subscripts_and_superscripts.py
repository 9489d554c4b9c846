"""What is lowered and raised after a name: `a^{(2)}` is a2, `w_{kj}` an entry, `W^{[2]T}` W2.T."""

from __future__ import annotations

import re
from dataclasses import dataclass

from chainrule.algebra.language.choices import MEANT, Option
from chainrule.algebra.language.declared_names import Scope
from chainrule.algebra.language.likely_names import batch_size, layers
from chainrule.algebra.language.token_rewriter import CLOSING, Spelling
from chainrule.algebra.language.tokens import Token
from chainrule.algebra.tree.leaves import CONSTANT
from chainrule.algebra.tree.shapes import SCALAR, is_vector

LAST_LAYER = "L"
TRANSPOSES = ("T", "⊤", ".T", "ᵀ", "t", "'", "′")


@dataclass(frozen=True, slots=True)
class Scripts:
    """What is lowered and raised after a name. end: the place of the token after all of it."""

    base: str
    lowered: tuple[str, ...]
    raised: tuple[str, ...]
    end: int


def layer_letters(tokens: list[Token]) -> bool:
    """Whether a letter l may stand for a layer."""
    return any(
        token.kind == "**" and any(t.text in ("l", "l-1") for t in tokens[i + 1 : i + 3])
        for i, token in enumerate(tokens)
    )


def scripts_here(s: Spelling) -> Scripts:
    """The name here with all that is lowered or raised after it."""
    token, at = s.tokens[s.position], s.position + 1
    base, *rest = token.text.split("_") if not token.text.startswith("_") else [token.text]
    if rest and rest[0] in ("hat", "bar", "tilde"):
        base, rest = f"{base}_{rest[0]}", rest[1:]
    lowered = [part for part in rest if part]
    raised: list[str] = []
    open_ended = token.text.endswith("_") and not token.text.startswith("_")
    while True:
        here = s.tokens[at]
        if open_ended and here.kind == "{":
            found = s.words(at)
            if found is None:
                break
            lowered.append(found[0])
            at, open_ended = found[1], False
        elif here.kind == "name" and here.text.startswith("_") and not here.spaced:
            word = here.text.strip("_")
            if word:
                lowered.append(word)
            open_ended = here.text.endswith("_")
            at += 1
        elif here.kind == "**":
            found = s.words(at + 1)
            glued = s.tokens[at + 1]
            if glued.kind == "name" and "_" in glued.text.strip("_"):  # δ^L_j
                upper, _, low = glued.text.partition("_")
                if not is_script(s, upper):
                    break
                raised.append(upper)
                lowered.append(low)
                at += 2
                continue
            if found is not None and example_comes(s, at):
                raised.append(found[0])
                at = found[1]
                continue
            if found is None or not is_script(s, found[0]):
                break
            numbered = any(layer_number(s, words) is not None for words in (*raised, *lowered))
            plain_power = numbered or s.scope.resolve(base) is not None
            if plain_power and not turned(found[0].strip("()[]"))[1]:
                break
            raised.append(found[0])
            at = found[1]
        elif here.kind == "[" and not here.spaced and letters_come(s, at, base):
            close = s.closing(at) or at
            lowered.append("".join(token.text for token in s.tokens[at + 1 : close]))
            at = close + 1
        elif not (raised or lowered) and is_numbered(s, at):
            raised.append(s.tokens[at + 1].text)
            at += 3
        else:
            break
    return Scripts(base, tuple(lowered), tuple(raised), at)


def letters_come(s: Spelling, at: int, base: str) -> bool:
    """Whether `[j]` or `[j,k]` follows a name that is not known as it is."""
    close = s.closing(at)
    if close is None or s.scope.resolve(base) is not None:
        return False
    inner = s.tokens[at + 1 : close]
    return 0 < len(inner) < 4 and all(s.is_letter(t) or t.kind == "," for t in inner)


def is_numbered(s: Spelling, at: int) -> bool:
    """`[2]` or `(2)` directly after a name."""
    here = s.tokens[at]
    if here.kind not in ("[", "(") or here.spaced:
        return False
    kinds = [token.kind for token in s.tokens[at + 1 : at + 3]]
    return kinds == ["number", CLOSING[here.kind]]


def example_comes(s: Spelling, at: int) -> bool:
    """Whether the number of an example is raised at a place: `y^{(i)}`, `a^{[1](i)}`."""
    words = s.words(at + 1)
    if words is None:
        return False
    match = _EXAMPLE.fullmatch(words[0])
    letter = s.tokens[at + 1]._replace(kind="name", text=match.group(1) if match else "")
    if match is None or not s.is_letter(letter) or letter.text in s.scope.dimensions:
        return False
    return letter.text not in (LAST_LAYER, "T", "l") or "(" in words[0]


_EXAMPLE = re.compile(r"(?:\[\d+\])?\(?([A-Za-z])\)?,?(?:T|⊤|\.T)?")
"""The letter of an example, behind the number of a layer and before a transpose."""


def is_script(s: Spelling, words: str) -> bool:
    plain = words.strip("()[]")
    if s.scope.resolve(plain) is not None:
        return False
    return layer_number(s, plain) is not None or turned(plain)[1]


def layer_number(s: Spelling, words: str) -> int | None:
    """The number of a layer: 2, L, L-1, l, l+1, or 2T without its T."""
    words = turned(words.strip("()[]"))[0].strip("()[]")
    if words.isdigit() and len(words) < 4:
        return int(words)
    letter, sign, step = words[:1], words[1:2], words[2:]
    bases = {LAST_LAYER: max(layers(s.scope), default=None), "l": s.layer}
    base = bases.get(letter)
    if base is None or s.scope.resolve(letter) is not None:
        return None
    if not sign:
        return base
    if sign in "+-" and step.isdigit():
        return base + int(step) * (1 if sign == "+" else -1)
    return None


def layered(s: Spelling, token: Token, scripts: Scripts) -> list[Token] | None:
    """The usual spelling of a name with its layer, its entry and its transpose."""
    layer: int | None = None
    letters: list[str] = []
    transposed = False
    for words in scripts.raised:
        number = layer_number(s, words)
        if number is not None:
            if layer is not None:
                return None
            layer = number
        transposed = transposed or turned(words.strip("()[]"))[1]
    for words in scripts.lowered:
        for piece in words.split(","):
            number = layer_number(s, piece) if piece not in "l" else None
            if number is not None and layer is None and not letters:
                layer = number
            elif piece.isalpha():
                letters += [piece] if s.scope.resolve(piece) is not None else list(piece)
            else:
                return None
    if layer is None and not letters and not transposed:
        return None
    if not all(s.is_letter(token._replace(text=k)) for k in letters):
        return None
    whole = known_name(s, scripts.base, layer)
    if whole is None or len(letters) > 2 or (letters and not takes(s, whole, letters)):
        return None
    end = s.tokens[scripts.end - 1].end
    spelled = [part._replace(end=end) for part in leaf(s, token, whole, scripts.end)]
    s.position = scripts.end
    here = token._replace(spaced=False, end=end, mark="")
    if letters:
        spelled.append(here._replace(kind="[", text="["))
        for i, letter in enumerate(letters):
            comma = [here._replace(kind=",", text=",")] if i else []
            spelled += [*comma, here._replace(text=letter)]
        spelled.append(here._replace(kind="]", text="]"))
    if transposed:
        spelled.append(here._replace(kind=".T", text=".T"))
    return spelled


def takes(s: Spelling, name: str, letters: list[str]) -> bool:
    """Whether a name may bear these letters: `e_{ij}` is no power of e, `x_i` of X a whole row."""
    known = s.scope.resolve(name)
    if known is None:
        return True
    plain_matrix = len(letters) == 1 and known.shape != SCALAR and not is_vector(known.shape)
    return known.operation is not CONSTANT and not plain_matrix


def known_name(s: Spelling, base: str, layer: int | None) -> str | None:
    """The name that a base and a layer spell, `d` in front of it or not."""
    spelling = base if layer is None else f"{base}{layer}"
    if s.scope.resolve(spelling) is not None:
        return spelling
    if base[:1] == "d" and s.scope.quantity(spelling[1:]) is not None:
        return spelling
    return None


def leaf(s: Spelling, token: Token, word: str, end: int) -> list[Token]:
    """The tokens of a name; of `dW2`, where it stands for itself, those of dC/dW2.

    end: the place after all that is lowered and raised.
    """
    known = s.scope.resolve(word) is not None or not s.scope.derivatives
    if known or s.is_under() or s.over_comes(end):
        return [token._replace(text=word)]
    return gradient(s, token, word[1:])


def jacobian_entries(tokens: list[Token], scope: Scope) -> list[Token]:
    """The tokens with `dz2[k]/dz1[j]` as (dz2/dz1)[k,j], an entry of a Jacobian."""
    kinds = [token.kind for token in tokens]
    pattern = ["name", "[", "name", "]", "/", "name", "[", "name", "]"]
    out, at = list[Token](), 0
    while at < len(tokens):
        part = tokens[at : at + len(pattern)]
        if kinds[at : at + len(pattern)] == pattern and all(
            name.text[:1] == "d" and scope.quantity(name.text[1:]) is not None
            for name in (part[0], part[5])
        ):
            comma = part[7]._replace(kind=",", text=",", end=part[7].start)
            out += [part[0], part[4], part[5], part[6], part[2], comma, part[7], part[8]]
            at += len(pattern)
        else:
            out.append(tokens[at])
            at += 1
    return out


def gradient(s: Spelling, token: Token, name: str) -> list[Token]:
    """`dW2` as dC/dW2; where it is right so, of the cost without its 1/m, as courses have it."""
    cost = s.scope.cost or "C"
    options = [Option(f"d{cost}/d{name}")]
    count = batch_size(s.scope) if s.choices.wide else None
    if count is None:
        return s.tokens_of(options[0].words, token, token)
    options.append(Option(f"({count} * d{cost}/d{name})", MEANT))
    reason = (
        f"`{token.text}` is {count} * d{cost}/d{name} here, as courses have it that write the "
        f"1/{count} of the cost in dW and db only"
    )
    return s.tokens_of(s.choices.choose("short gradients", options, reason), token, token)


def turned(words: str) -> tuple[str, bool]:
    """What is raised without the T of a transpose, and whether there was one."""
    for sign in TRANSPOSES:
        if words.endswith(sign):
            return words.removesuffix(sign).strip(",^"), True
    return words, False
