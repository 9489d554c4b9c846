"""Names as they are written on paper, once it is known what names there are.

`a^{(2)}`, `W^{[2]T}`, `δ⁴`, `z^L` are layers; `w_{kj}`, `p_i`, `W2_{kj}` are entries; `dW2` and
`∂C/∂W^{(2)}` are gradients; `XW` is X times W where it can be nothing else. Tokens become those of
the usual spelling, each with the place of what was typed. A name that is known stays as it is.
"""

from __future__ import annotations

from chainrule.algebra.language import names
from chainrule.algebra.language.choices import Choices, Option
from chainrule.algebra.language.declared_names import Scope
from chainrule.algebra.language.entry_derivatives import derivative_of_entry
from chainrule.algebra.language.indicators import indicator
from chainrule.algebra.language.joined_names import (
    capital_sigma,
    greek_identity,
    joined,
    variance,
)
from chainrule.algebra.language.lettered import (
    as_function,
    hypothesis,
    lettered,
    of_activation,
    short_entry,
    target_of_example,
    unnumbered_layer,
)
from chainrule.algebra.language.likely_names import (
    COSTS,
    GENERIC,
    GRADIENT,
    OUTPUT,
    PROBABILITIES,
    SYNONYMS,
    TARGETS,
    applied_to,
    is_probability,
    output,
    parted,
    split,
    targets,
)
from chainrule.algebra.language.numbered_sums import numbered_sum
from chainrule.algebra.language.ones import one_or_identity
from chainrule.algebra.language.primes import is_transpose, slope, slope_alone
from chainrule.algebra.language.program_forms import (
    derivative_of_function,
    in_one_line,
    length,
)
from chainrule.algebra.language.scripted_signs import (
    after_bracket,
    along_axis,
    gradient_sign,
    raised_transpose,
    sum_sign,
)
from chainrule.algebra.language.subscripts_and_superscripts import (
    Scripts,
    example_comes,
    gradient,
    jacobian_entries,
    layered,
    scripts_here,
)
from chainrule.algebra.language.token_rewriter import CLOSING, Spelling
from chainrule.algebra.language.tokens import DOTTED, SUMS, Token
from chainrule.algebra.tree.function_registry import named
from chainrule.algebra.tree.shapes import SCALAR

LN = {f"ln{number}": f"log({number})" for number in (2, 3, 5, 10)}
"""`ln2`, which needs no bracket to be read; `log2` is another function."""

ORDERS = {"second": "''", "third": "'''", "fourth": "''''"}
"""Of derivatives, as in `sigma_second(z)`."""

STEPS = ("H", "Heaviside")
"""Names of the step function: 1 where its argument is positive."""

SETTINGS = ("axis", "dim", "keepdims", "keepdim")


def respelled(
    text: str,
    tokens: list[Token],
    scope: Scope,
    layer: int | None,
    slopes: bool = False,
    choices: Choices | None = None,
) -> list[Token]:
    """The tokens in the usual spelling; the same list where nothing is to be changed.

    layer: what the letter l stands for in `z^l`. slopes: whether the prime of `a1'` is a derivative
    and not MATLAB's transpose. choices: what is picked where there are several spellings.
    """
    choices = Choices() if choices is None else choices
    plain = not choices.wide and not scope.matlab
    if plain and all(_is_plain(tokens, at, scope) for at in range(len(tokens))):
        return tokens
    spelling = Spelling(text, in_one_line(tokens), scope, layer, slopes, choices)
    spelling.matlab = scope.matlab
    return _spelled(spelling)


def _is_plain(tokens: list[Token], at: int, scope: Scope) -> bool:
    """Whether a token means the same to everybody."""
    token = tokens[at]
    if token.kind == "name":
        word = token.text
        if token.mark in SUMS and "Sigma" in scope.shapes:
            return False
        if word.startswith("_") or word.endswith("_") or word in ("delta", "I"):
            return False
        if scope.resolve(word) is not None:
            return True
        return names.is_callable(word) and (word == "sum" or tokens[at + 1].kind not in "[{")
    if token.kind == "number" and token.text == "1":
        beside = (tokens[at - 1].kind, tokens[at + 1].kind)
        return not {"@", ".T", "**", "[", "{", "("}.intersection(beside)
    if token.kind in ("]", "||", ")"):
        return tokens[at + 1].kind != "[" and tokens[at + 1].text[:1] != "_"
    if token.kind in ("shape", "⟨"):
        return False
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
    if token.text[:1] == "_" and not token.spaced and after_bracket(s, token):
        return
    opens = token.kind in CLOSING
    if (opens or token.kind in ("name", "number")) and (
        indicator(s) or one_or_identity(s) or derivative_of_function(s) or length(s)
    ):
        return
    if token.kind == "name" and not s.in_index():
        if token.mark in SUMS and capital_sigma(s):
            return
        if token.text.startswith("sum_") and (along_axis(s, token) or sum_sign(s, token)):
            numbered_sum(s)
            return
        if token.text.startswith("sum_") and s.scope.resolve(token.text) is None:
            s.keep()
            numbered_sum(s)
            return
        following = s.tokens[s.position + 1].kind
        if token.text[:1] == "d" and following == "**" and unnumbered_layer(s):
            return
        if token.text[:1] == "d" and derivative_of_entry(s):
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


def spell_name(s: Spelling) -> None:
    joined(s, s.position)
    greek_identity(s)
    token = s.tokens[s.position]
    word = token.text
    known = s.scope.resolve(word) is not None
    follows = s.tokens[s.position + 1]
    scripted = word.endswith("_") or (follows.kind == "name" and follows.text.startswith("_"))
    scripted = scripted or (follows.kind == "**" and example_comes(s, s.position + 1))
    if known and known_otherwise(s, token, follows):
        return
    whole = word[:1] == "d" and "_" in word and word[1:] in s.scope.shapes
    if (known and not scripted) or (whole and (s.is_under() or s.over_comes(s.position + 1))):
        s.keep()
        return
    if word == "sigma" and not known and follows.kind == "**" and variance(s):
        return
    primed = names.primed(word)
    if primed is not None:
        prime = token._replace(kind="'", text="'", spaced=False)
        s.out += [token._replace(text=primed), prime]
        s.position += 1
        return
    base, _, order = word.rpartition("_")
    if order in ORDERS and named(base) is not None:
        s.put(f"{base}{ORDERS[order]}", s.position + 1)
        return
    if follows.kind == "=" and word in SETTINGS:
        s.keep()
        return
    if word.endswith("_") and along_axis(s, token):
        return
    scripts = scripts_here(s)
    if hypothesis(s, scripts):
        return
    of_sums = scripts.base == "delta" and scripts.lowered and of_activation(s)
    spelled = None if of_sums else generic(s, token, scripts) or layered(s, token, scripts)
    if spelled is None and lettered(s, scripts):
        return
    spelled = spelled or alias(s, token)
    if spelled is not None:
        s.out.extend(spelled)
        return
    if not known and word in LN:
        s.put(LN[word], s.position + 1)
        return
    if not known and token.mark == "np" and f"torch_{word}" in names.BINARY:
        s.put(f"torch_{word}", s.position + 1)
        return
    if not known and word == "t" and follows.kind == "(" and not follows.spaced:  # R's t(X)
        s.put("transpose", s.position + 1)
        return
    if not known and word in STEPS and follows.kind in ("(", "["):
        s.tokens = [
            *s.tokens[: s.position],
            token._replace(text="step"),
            *s.tokens[s.position + 1 :],
        ]
        word, known = "step", False
    if not known and names.is_callable(word):
        round_brackets(s, word)
        s.keep()
        slope_alone(s, word)
        return
    parts = split(word, s.scope, follows.kind) if may_besplit(s, token) else None
    if parts is not None:
        s.out += parted(token, parts)
        s.position += 1
        return
    s.keep()


def known_otherwise(s: Spelling, token: Token, follows: Token) -> bool:
    """A name that there is, and that stands for something else here: `h(x^{(i)})`, `a^{(L)}`."""
    if follows.kind == "(" and not follows.spaced:
        return hypothesis(s, scripts_here(s)) or as_function(s)
    if follows.kind == "**":
        return unnumbered_layer(s)
    return short_entry(s) if "_" in token.text else s.choices.wide and target_of_example(s)


def may_besplit(s: Spelling, token: Token) -> bool:
    """Whether a word is no part of a derivative and no letter with a name of its own."""
    before, after = s.out[-2:], s.tokens[s.position + 1 : s.position + 3]
    if token.text[0] == "d":
        for pair, other in ((after, after[-1]), (before[::-1], before[0] if before else token)):
            kinds = [t.kind for t in pair]
            if kinds == ["/", "name"] and other.text[0] == "d":
                return False
    written = s.text[token.start : token.end]
    dressed = all(letter.isascii() or "\U0001d400" <= letter <= "\U0001d7ff" for letter in written)
    return token.mark == "" and dressed


def round_brackets(s: Spelling, word: str) -> None:
    """`exp[…]` as exp(…)."""
    at = s.position + 1
    opener = s.tokens[at]
    close = s.closing(at) if opener.kind in ("[", "{") and named(word) is not None else None
    if close is not None:
        s.tokens = [*s.tokens]
        s.tokens[at] = opener._replace(kind="(", text="(")
        s.tokens[close] = s.tokens[close]._replace(kind=")", text=")")


def generic(s: Spelling, token: Token, scripts: Scripts) -> list[Token] | None:
    """`f'(z1)`, `g^{[1]'}(z1)`, `φ'(z1)`: the function that the sheet applies there."""
    if scripts.base not in GENERIC or s.scope.resolve(scripts.base) is not None:
        return None
    primes = sum(words.count("'") + words.count("′") for words in scripts.raised)
    at = scripts.end
    while s.tokens[at].kind == "'":
        primes, at = primes + 1, at + 1
    if s.tokens[at].kind != "(" or (not primes and at != s.position + 1):
        return None
    if not primes:
        return activation(s, token)
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


def activation(s: Spelling, token: Token) -> list[Token] | None:
    """`g(z1)` and `f(Wx)`: the function that the sheet applies; sigma where it applies none.

    The f of f(x + h), of a function of one number, is no activation.
    """
    if token.text == "h" or token.text not in GENERIC or s.tokens[s.position + 1].spaced:
        return None
    options = [Option(name) for name in applied_to(s.scope, None)]
    if not options:
        if s.scope.variable is not None:
            return None
        options = [Option("sigma")]
    s.position += 1
    reason = f"`{token.text}` is no function of the sheet"
    return s.tokens_of(s.choices.choose("activation", options, reason), token, token)


def alias(s: Spelling, token: Token) -> list[Token] | None:
    """Another name of a gradient, of the cost or of the output."""
    word, scope = token.text, s.scope
    plain = word.replace("_", "")
    if word in SYNONYMS and scope.resolve(SYNONYMS[word]) is not None:
        s.position += 1
        return [token._replace(text=SYNONYMS[word])]
    if word.endswith("_bar") and (known := scope.resolve(word.removesuffix("_bar"))) is not None:
        if known.shape == SCALAR:
            return None
        s.position += 1
        return s.tokens_of(f"mean({word.removesuffix('_bar')})", token, token)
    probable = word in PROBABILITIES and is_probability(scope) and not s.is_index(word)
    likely = plain in OUTPUT or probable
    if likely and (found := output(scope)) is not None:
        s.position += 1
        return [token._replace(text=found)]
    if plain in TARGETS and len(given := targets(scope)) == 1:
        s.position += 1
        return [token._replace(text=given[0])]
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
    for cut in range(2, len(word) - 1) if word[:1] == "d" else ():
        over, under = word[1:cut].rstrip("_"), word[cut + 1 :]
        if word[cut] == "d" and scope.quantity(over) and scope.quantity(under):  # dfdx, df_dx
            s.position += 1
            return s.tokens_of(f"d{scope.quantity(over)}/d{scope.quantity(under)}", token, token)
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
