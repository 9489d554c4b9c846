"""Names as they are written on paper, once it is known what names there are.

`a^{(2)}`, `W^{[2]T}`, `δ⁴`, `z^L` are layers; `w_{kj}`, `p_i`, `W2_{kj}` are entries; `dW2` and
`∂C/∂W^{(2)}` are gradients; `XW` is X times W where it can be nothing else. Tokens become those of
the usual spelling, each with the place of what was typed. A name that is known stays as it is.
"""

from __future__ import annotations

from fractions import Fraction

from chainrule.algebra.language import names
from chainrule.algebra.language.likely_names import (
    COSTS,
    GENERIC,
    GRADIENT,
    OUTPUT,
    PROBABILITIES,
    SYNONYMS,
    applied_to,
    arguments_of,
    is_probability,
    layers,
    output,
    parted,
    split,
)
from chainrule.algebra.language.scope import Scope
from chainrule.algebra.language.scripts import (
    TRANSPOSES,
    Scripts,
    gradient,
    jacobian_entries,
    layered,
    scripts_here,
)
from chainrule.algebra.language.spelling import CLOSING, Spelling
from chainrule.algebra.language.tokens import DOTTED, Token
from chainrule.algebra.tree.function import FUNCTIONS, named
from chainrule.algebra.tree.leaves import SYMBOL

SETTINGS = ("axis", "dim", "keepdims", "keepdim")


def respelled(
    text: str, tokens: list[Token], scope: Scope, layer: int | None, slopes: bool = False
) -> list[Token]:
    """The tokens in the usual spelling; the same list where nothing is to be changed.

    layer: what the letter l stands for in `z^l`. slopes: whether the prime of `a1'` is a derivative
    and not MATLAB's transpose.
    """
    if all(_is_plain(tokens, at, scope) for at in range(len(tokens))):
        return tokens
    return _spelled(Spelling(text, tokens, scope, layer, slopes))


def _is_plain(tokens: list[Token], at: int, scope: Scope) -> bool:
    """Whether a token means the same to everybody."""
    token = tokens[at]
    if token.kind == "name":
        word = token.text
        if word.startswith("_") or word.endswith("_"):
            return False
        return scope.resolve(word) is not None or names.is_callable(word)
    if token.kind == "**":
        return token.text != ".^" and tokens[at + 1].kind in ("name", "number", "(", "-")
    return token.kind != "'" and token.text not in (".*", "./", ".'")


def _spelled(s: Spelling) -> list[Token]:
    while s.position < len(s.tokens):
        spell_next(s)
    if s.matlab and s.scope.variable is None:
        s.out = [
            token._replace(kind="dot") if token.kind == "*" and token.text == "*" else token
            for token in s.out
        ]
    return jacobian_entries(s.out, s.scope)


def spell_next(s: Spelling) -> None:
    token = s.tokens[s.position]
    if token.kind == "name" and not s.in_index():
        if token.text.startswith("sum_") and sum_sign(s, token):
            return
        spell_name(s)
        return
    if token.kind == "**" and raised_transpose(s):
        return
    if token.kind == "∇":
        gradient_sign(s)
        return
    if token.kind == "'" and s.slopes and slope(s):
        return
    if token.kind == "'" and is_transpose(s):
        s.matlab = True
        token = token._replace(kind=".T")
    elif token.text in DOTTED:
        s.matlab = True
    s.out.append(token)
    s.position += 1


def is_transpose(s: Spelling) -> bool:
    """Whether a prime follows a quantity or a bracket, and is no derivative."""
    before = s.out[-1] if s.out else None
    if before is None or s.scope.variable is not None:
        return False
    following = s.tokens[s.position + 1]
    if following.kind == "'" or (following.kind == "(" and not following.spaced):
        return False
    if before.kind == "name":
        return s.scope.resolve(before.text) is not None
    return before.kind in (")", "]", ".T")


def slope(s: Spelling) -> bool:
    """`a1'` of a1 = sigma(z1): sigma'(z1)."""
    before = s.out[-1] if s.out else None
    name = None if before is None else s.scope.quantity(before.text)
    made = s.scope.definitions.get(name or "")
    if before is None or made is None or made.operation.name not in FUNCTIONS:
        return False
    inner = made.args[0]
    if inner.operation is not SYMBOL:
        return False
    here = s.tokens[s.position]
    s.out[-1] = before._replace(text=made.operation.name, end=here.end)
    s.out += [
        here,
        here._replace(kind="(", text="("),
        here._replace(kind="name", text=inner.params[0]),
        here._replace(kind=")", text=")"),
    ]
    s.position += 1
    return True


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
    """`x^t`, `x^⊤`, `x^{T}` and `x^′`, unless there is such a name."""
    found = s.words(s.position + 1)
    if found is not None and found[0][:1] in "-−" and found[0][1:] in TRANSPOSES:
        return inverse_transpose(s, found[1])
    if found is None or found[0] not in TRANSPOSES:
        return False
    if s.scope.resolve(found[0]) is not None:
        return False
    token = s.tokens[s.position]
    end = s.tokens[found[1] - 1].end
    s.out.append(token._replace(kind=".T", text=".T", end=end))
    s.position = found[1]
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


def spell_name(s: Spelling) -> None:
    token = s.tokens[s.position]
    word = token.text
    known = s.scope.resolve(word) is not None
    follows = s.tokens[s.position + 1]
    scripted = word.endswith("_") or (follows.kind == "name" and follows.text.startswith("_"))
    if known and not scripted:
        s.keep()
        return
    primed = names.primed(word)
    if primed is not None:
        prime = token._replace(kind="'", text="'", spaced=False)
        s.out += [token._replace(text=primed), prime]
        s.position += 1
        return
    if follows.kind == "=" and word in SETTINGS:
        s.keep()
        return
    if word.endswith("_") and along_axis(s, token):
        return
    scripts = scripts_here(s)
    spelled = generic(s, token, scripts) or layered(s, token, scripts) or alias(s, token)
    if spelled is not None:
        s.out.extend(spelled)
        return
    if not known and names.is_callable(word):
        s.keep()
        slope_alone(s, word)
        return
    parts = split(word, s.scope) if may_besplit(s, token) else None
    if parts is not None:
        s.out += parted(token, parts)
        s.position += 1
        return
    s.keep()


def may_besplit(s: Spelling, token: Token) -> bool:
    """Whether a word is no part of a derivative and no letter with a name of its own."""
    before, after = s.out[-2:], s.tokens[s.position + 1 : s.position + 3]
    if token.text[0] == "d":
        for pair, other in ((after, after[-1]), (before[::-1], before[0] if before else token)):
            kinds = [t.kind for t in pair]
            if kinds == ["/", "name"] and other.text[0] == "d":
                return False
    return token.mark == "" and s.text[token.start : token.end].isascii()


def slope_alone(s: Spelling, word: str) -> None:
    """`σ'` without what it is of: of the one quantity that the sheet applies σ to."""
    name = named(word)
    primes = s.position
    while s.tokens[primes].kind == "'":
        primes += 1
    following = s.tokens[primes].kind
    if name is None or primes == s.position or following in ("(", "name", "number", "**"):
        return
    of = arguments_of(s.scope, name)
    if len(of) == 1:
        s.out += s.tokens[s.position : primes]
        here = s.tokens[primes - 1]
        inner = [("(", "("), ("name", of[0]), (")", ")")]
        s.out += [here._replace(kind=kind, text=words) for kind, words in inner]
        s.position = primes


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


def generic(s: Spelling, token: Token, scripts: Scripts) -> list[Token] | None:
    """`f'(z1)`, `g^{[1]'}(z1)`, `φ'(z1)`: the function that the sheet applies there."""
    if scripts.base not in GENERIC or s.scope.resolve(scripts.base) is not None:
        return None
    primes = sum(words.count("'") for words in scripts.raised)
    at = scripts.end
    while s.tokens[at].kind == "'":
        primes, at = primes + 1, at + 1
    if not primes or s.tokens[at].kind != "(":
        return None
    close = s.closing(at)
    inner = s.tokens[at + 1 : close]
    spelled = respelled(s.text, [*inner, s.tokens[-1]], s.scope, s.layer)[:-1]
    of = s.scope.quantity(spelled[0].text) if len(spelled) == 1 else None
    applied = applied_to(s.scope, of)
    if len(applied) != 1:
        return None
    s.position = at
    prime = token._replace(kind="'", text="'", spaced=False)
    return [token._replace(text=applied[0]), *[prime] * primes]


def alias(s: Spelling, token: Token) -> list[Token] | None:
    """Another name of a gradient, of the cost or of the output."""
    word, scope = token.text, s.scope
    plain = word.replace("_", "")
    if word in SYNONYMS and scope.resolve(SYNONYMS[word]) is not None:
        s.position += 1
        return [token._replace(text=SYNONYMS[word])]
    probable = word in PROBABILITIES and is_probability(scope) and not s.is_index(word)
    likely = plain in OUTPUT or probable
    if likely and (found := output(scope)) is not None:
        s.position += 1
        return [token._replace(text=found)]
    if not scope.derivatives or scope.cost is None:
        return None
    over_comes = s.over_comes(s.position + 1)
    if word[:1] == "d" and word[1:] in COSTS and scope.quantity(word[1:]) is None:
        if over_comes:
            s.position += 1
            return [token._replace(text=f"d{scope.cost}")]
        return None
    if over_comes or (s.out and s.out[-1].kind == "/"):
        return None
    starts = ("d", *GRADIENT, f"{scope.cost}_", f"d{scope.cost}_d", f"d{scope.cost}d")
    for start in starts:
        under = word.removeprefix(start)
        name = scope.quantity(under) if word.startswith(start) else None
        if name is None and word.startswith(start) and start != word:
            name = scope.quantity(under[:1].swapcase() + under[1:])  # dZ2 for z2
        if name is not None and name != scope.cost:
            spelled = gradient(s, token, name)
            s.position += 1
            return spelled
    return None
