"""Text to tokens: what is typed, in ASCII or as on paper, becomes one alphabet.

`σ ⊙ · × − ᵀ ² ₁ ½ ∂ δ Σ ′` and the like are mapped here, so that the parser only knows `sigma * dot
* - .T ** 1 0.5 d delta sum '`. What is raised is an exponent, `eˣ` and `x⁻²`; a lowered letter is
an index, `aⱼ`. Every token keeps its place in the text as typed.
"""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction
from typing import NamedTuple

from chainrule.algebra.errors import AlgebraError, Span
from chainrule.algebra.language.latex import LatexError, is_latex, respelled
from chainrule.algebra.language.mathml import as_latex, is_mathml

MAX_LENGTH = 4_000
"""The longest expression that is read, in characters."""

MAX_TOKENS = 2_000
"""The most tokens in an expression."""

MAX_DIGITS = 40
"""The most digits of a number."""

MAX_EXPONENT = 300
"""The largest power of ten in a number such as 1e-3, either way."""


class ParseError(AlgebraError):
    """A text cannot be read. `span` is where, `found` and `expected` what, `mend` a likely fix."""

    span: Span

    def __init__(
        self,
        message: str,
        span: Span,
        found: str = "",
        expected: str = "",
        mend: str | None = None,
    ) -> None:
        super().__init__(message if mend is None else f"{message}; {mend}", span)
        self.found = found
        self.expected = expected
        self.mend = mend

    @property
    def is_ambiguous(self) -> bool:
        """Whether the text has a reading, and more than one."""
        return "two ways" in self.message or "does not say what it is" in self.message

    def to_dict(self) -> dict[str, object]:
        extra = {"found": self.found, "expected": self.expected, "mend": self.mend}
        return {**super().to_dict(), **extra}


class Token(NamedTuple):
    """kind: number, name, one of the signs, or end. value: of a number."""

    kind: str
    text: str
    start: int
    end: int
    spaced: bool = False
    """Whether white space stands before it."""
    value: Fraction = Fraction(0)
    mark: str = ""
    """Σ or √, where a name is written so; `np` of a function that is written as NumPy's."""


GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ϵ": "epsilon",
    "ζ": "zeta", "η": "eta", "θ": "theta", "κ": "kappa", "λ": "lam", "μ": "mu", "µ": "mu",
    "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau", "φ": "phi",
    "ϕ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega", "Δ": "Delta", "Σ": "sum", "∑": "sum",
    "ϑ": "theta", "ς": "sigma", "ι": "iota", "υ": "upsilon", "Γ": "Gamma", "Θ": "Theta",
    "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega",
    "∂": "d", "√": "sqrt",
}  # fmt: skip

SIGNS = {
    "−": "-", "–": "-", "—": "-", "×": "*", "⊙": "*", "∘": "*", "∗": "*", "·": "dot",
    "⋅": "dot", "•": "dot", "÷": "/", "∕": "/", "⁄": "/", "⊘": "/", "≥": ">=", "≤": "<=",
    "′": "'", "’": "'", "ʹ": "'", "ᵀ": ".T", "⊤": ".T", "^": "**", "‖": "||", "∥": "||", "∇": "∇",
    "≠": "!=", "~=": "!=", "◦": "*", "⨀": "*", "∙": "dot", "⊗": "outer", "†": ".T",
    "⟨": "⟨", "⟩": "⟩", "%*%": "@", "%o%": "outer",
}  # fmt: skip

SUMS = ("Σ", "∑")
"""What a sum may be written with."""

SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))
SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789", strict=True))
LOWERED_LETTERS = dict(zip("ᵢⱼₖₗₘₙₚₛₜ", "ijklmnpst", strict=True))
RAISED_LETTERS = dict(zip("ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ", "abcdefghijklmnoprstuvwxyz", strict=True))
RAISED = {**SUPERSCRIPTS, **RAISED_LETTERS, "⁺": "+", "⁻": "-", "⁽": "(", "⁾": ")"}
FRACTIONS = "½¼¾⅕⅖⅗⅘⅛⅜⅝⅞"

ACCENTS = {
    "\N{COMBINING CIRCUMFLEX ACCENT}": "_hat", "\N{COMBINING MACRON}": "_bar",
    "\N{COMBINING OVERLINE}": "_bar", "\N{COMBINING TILDE}": "_tilde",
}  # fmt: skip
"""What a name with a sign on its letter is called: ŷ is y_hat."""

DOTTED = {".*": "*", "./": "/", ".^": "**", ".'": ".T"}
"""MATLAB's signs for what is done entry by entry."""

_LETTERS = "".join(GREEK).replace("√", "")
_QUANTITIES = "".join(letter for letter in _LETTERS if letter not in "∂Σ∑")
_LOWERED = "".join(SUBSCRIPTS)
_ACCENTED = "".join(
    unicodedata.normalize("NFC", letter + accent)
    for letter in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    for accent in ACCENTS
    if len(unicodedata.normalize("NFC", letter + accent)) == 1
)
_DRESSED = re.compile("[\u2100-\u214f\U0001d400-\U0001d7ff]")
_NAME = rf"{_LETTERS}{_ACCENTED}"
_PIECE = re.compile(rf"[{_QUANTITIES}][0-9{_LOWERED}]*|[A-Za-z][A-Za-z0-9]*[{_LOWERED}]*")
_PATTERN = re.compile(
    r"(?P<space>[ \t\r\n\u00a0\u2002-\u200a\u202f]+)"
    r"|(?P<number>(?:[0-9]+(?:\.[0-9]+|\.(?![\w.*/^']))?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<module>(?:(?:np|numpy|jnp|torch|jax|math|tf|nn|functional|scipy|special|linalg)\.)+"
    r"(?=[A-Za-z])(?!T\b)|F\.(?=(?:softmax|relu|sigmoid|tanh|log_softmax|softplus|gelu|silu|"
    r"conv[12]d|conv_transpose[12]d|pad|max_pool[12]d|avg_pool[12]d|elu|leaky_relu|logsigmoid|"
    r"mse_loss|l1_loss|cross_entropy|binary_cross_entropy|binary_cross_entropy_with_logits)\())"
    r"|(?P<root>√)"
    r"|(?P<ones>[𝟏𝟙])"
    rf"|(?P<name>[A-Za-z_{_NAME}][A-Za-z0-9_{_NAME}{_LOWERED}{''.join(ACCENTS)}]*)"
    r"|(?P<inverse>⁻[ᵀ⊤])"
    rf"|(?P<raised>[{''.join(RAISED)}]+)"
    rf"|(?P<lowered>[{''.join(LOWERED_LETTERS)}]+)"
    rf"|(?P<fraction>[{FRACTIONS}])"
    r"|(?P<transpose>\.m?[TH](?![A-Za-z0-9_])|\.(?:(?:transpose|swapaxes|swapdims)\( *(?:0 *, *1|"
    r"1 *, *0|-1 *, *-2|-2 *, *-1) *\)|permute\( *1 *, *0 *\)))"
    r"|(?P<cast>\.(?:astype|float|double|int|long|bool|type|type_as|to|detach|numpy|copy|clone|"
    r"contiguous|cpu|cuda|item|squeeze)\([^()]*\))"
    r"|(?P<shape>\.shape *\[ *(?P<axis>-?[012]) *\]|\.size(?![A-Za-z0-9_(]))"
    r"|(?P<method>\.[A-Za-z_]\w*(?=\())"
    r"|(?P<dotted>\.[*/^'])"
    r"|(?P<spec>'[A-Za-z, ]+->[A-Za-z ]*'|\"[A-Za-z, ]+->[A-Za-z ]*\")"
    r"|(?P<column>\[ *: *, *(?:None|np\.newaxis) *\])"
    r"|(?P<row>\[ *(?:None|np\.newaxis) *, *: *\])"
    r"|(?P<comment>\#.*)"
    r"|(?P<string>'(?:valid|same|full|constant)'|\"(?:valid|same|full|constant)\")"
    r"|(?P<sign>%\*%|%o%|\*\*|>=|<=|==|!=|~=|\|\||[-+*/@(),=<>'\[\]{}|^:;])"
    rf"|(?P<paper>[{''.join(sign for sign in SIGNS if len(sign) == 1 and sign != '^')}])"
    r"|(?P<primes>[″‴])"
)


def show(character: str) -> str:
    """A character for a message; what cannot be seen is named by its code."""
    if character.isprintable() and not character.isspace():
        return f"`{character}`"
    return f"the character U+{ord(character):04X}"


def tokenize(text: str) -> list[Token]:
    """The tokens of `text`, ending with one of kind `end`. Raises ParseError."""
    if is_mathml(text):
        return _mathml_tokens(text)
    if len(text) > MAX_LENGTH:
        raise ParseError(
            f"the text has {len(text)} characters; at most {MAX_LENGTH} are read",
            (MAX_LENGTH, len(text)),
        )
    if is_latex(text):
        return _latex_tokens(text)
    if not text.isascii():
        # A letter in mathematical dress, such as 𝑥. A raised or lowered one is no such letter.
        text = undressed(text)
    tokens: list[Token] = []
    position, spaced, mark = 0, False, ""
    while position < len(text):
        match = _PATTERN.match(text, position)
        if match is None:
            raise _unreadable(text, position)
        position = match.end()
        if match.lastgroup == "space":
            spaced = True
            continue
        if match.lastgroup == "module":  # np.exp is exp
            mark = "np"
            continue
        if match.lastgroup in ("column", "comment", "cast"):
            continue
        tokens.extend(_read(str(match.lastgroup), match, spaced))
        if mark:
            tokens[-1] = tokens[-1]._replace(mark=mark)
        spaced, mark = False, ""
        if len(tokens) > MAX_TOKENS:
            raise ParseError(
                f"the text has more than {MAX_TOKENS} symbols", (match.start(), len(text))
            )
    tokens.append(Token("end", "", len(text), len(text), spaced))
    return tokens


def undressed(text: str) -> str:
    """The text with plain letters for those in mathematical dress: 𝑥, ℓ."""
    return _DRESSED.sub(lambda found: _undressed(found.group()), text)


def _undressed(sign: str) -> str:
    letter = sign if sign in "𝟏𝟙" else unicodedata.normalize("NFKC", sign)
    return letter if len(letter) == 1 else sign


def _latex_tokens(text: str) -> list[Token]:
    """The tokens of LaTeX, each with its place in it."""
    try:
        plain, places = respelled(text)
    except LatexError as error:
        raise ParseError(error.message, error.span, mend=error.mend) from error
    places.append(len(text))
    try:
        tokens = tokenize(plain)
    except ParseError as error:
        start, end = error.span
        error.span = (places[start], max(places[start], places[end - 1] + 1 if end else 0))
        raise
    return [t._replace(start=places[t.start], end=_end(t, places)) for t in tokens]


def _mathml_tokens(text: str) -> list[Token]:
    """The tokens of MathML, each with its place in it."""
    try:
        plain, places = as_latex(text)
    except LatexError as error:
        raise ParseError(error.message, error.span, mend=error.mend) from error
    places.append(len(text))
    try:
        tokens = _latex_tokens(plain)
    except ParseError as error:
        start, end = error.span
        error.span = (places[start], max(places[start], places[end - 1] + 1 if end else 0))
        raise
    return [t._replace(start=places[t.start], end=_end(t, places)) for t in tokens]


def _end(token: Token, places: list[int]) -> int:
    """The place after a token: after its last character."""
    return places[token.end - 1] + 1 if token.end > token.start else places[token.start]


def _read(group: str, match: re.Match[str], spaced: bool) -> list[Token]:
    words, start, end = match.group(), match.start(), match.end()
    if group == "number":
        return [Token("number", words, start, end, spaced, _number(words, start, end))]
    if group in ("name", "root"):
        mark = words[0] if words[0] in "Σ∑√" else ""
        return [Token("name", canonical(words), start, end, spaced, mark=mark)]
    if group == "ones":
        return [Token("name", "𝟏", start, end, spaced)]
    if group in ("shape", "axis"):
        axis = match["axis"]
        return [Token("shape", "" if axis is None else str(int(axis) % 2), start, end, spaced)]
    if group == "method":
        return [Token("method", words[1:], start, end, spaced)]
    if group == "dotted":
        return [Token(DOTTED[words], words, start, end, spaced)]
    if group == "row":
        return [Token(".T", words, start, end, spaced)]
    if group == "spec":
        return [Token("spec", words[1:-1].replace(" ", ""), start, end, spaced)]
    if group == "string":
        return [Token("string", words[1:-1], start, end, spaced)]
    if group == "inverse":  # B⁻ᵀ
        return [t._replace(start=start, end=end) for t in tokenize("^{-T}")[:-1]]
    if group == "raised":
        return _raised(words, start, end, spaced)
    if group == "lowered":
        return _lowered(words, start, end)
    if group == "fraction":
        over, under = unicodedata.normalize("NFKC", words).split("\N{FRACTION SLASH}")
        return [Token("number", words, start, end, spaced, Fraction(int(over), int(under)))]
    if group == "primes":
        count = 2 if words == "″" else 3
        return [Token("'", "'", start, end, spaced) for _ in range(count)]
    kind = ".T" if group == "transpose" else SIGNS.get(words, words)
    return [Token(kind, words, start, end, spaced)]


def _raised(words: str, start: int, end: int, spaced: bool) -> list[Token]:
    """The exponent that is written raised: a number, or an expression in brackets."""
    sign = Token("**", "^", start, start, spaced)
    plain = "".join(RAISED[c] for c in words)
    inner = [
        Token(t.kind, t.text, start + t.start, start + t.end, t.spaced, t.value)
        for t in tokenize(plain)[:-1]
    ]
    if plain.lstrip("-").isdigit():
        return [sign, *inner]
    return [sign, Token("(", "(", start, start), *inner, Token(")", ")", end, end)]


def _lowered(words: str, start: int, end: int) -> list[Token]:
    """The entry that lowered letters mean: `aⱼ` is a[j], `Wⱼₖ` is W[j,k]."""
    tokens = [Token("[", words, start, start)]
    for i, letter in enumerate(words, start):
        if i > start:
            tokens.append(Token(",", ",", i, i))
        tokens.append(Token("name", LOWERED_LETTERS[letter], i, i + 1))
    return [*tokens, Token("]", words, end, end)]


def canonical(name: str) -> str:
    """A name in plain letters and digits: `δ₁` is `delta1`."""
    if name.isascii():
        return name
    if not _PLAIN.fullmatch(name):
        name = unicodedata.normalize("NFD", name)
    return "".join(_SPELLED.get(c, c) for c in name)


_SPELLED = {**GREEK, **SUBSCRIPTS, **ACCENTS}
_PLAIN = re.compile(rf"[A-Za-z0-9_{_LETTERS}{_LOWERED}]*")


def pieces(token: Token, text: str) -> list[Token]:
    """The names that a name may be on paper, where `λW` is λ times W and `δ₁x` is δ₁ times x.

    A Greek letter with its digits ends a name, and so does a lowered digit. One that cannot be
    parted so is all there is.
    """
    words = text[token.start : token.end]
    found = list(_PIECE.finditer(words))
    if words.isascii() or "".join(piece.group() for piece in found) != words:
        return [token]
    return [
        Token("name", canonical(piece.group()), token.start + piece.start(),
              token.start + piece.end(), token.spaced and piece.start() == 0)
        for piece in found
    ]  # fmt: skip


def _number(words: str, start: int, end: int) -> Fraction:
    mantissa, _, exponent = words.lower().partition("e")
    if len(mantissa) > MAX_DIGITS or len(exponent) > 5 or abs(int(exponent or 0)) > MAX_EXPONENT:
        raise ParseError(
            f"the number is too long; at most {MAX_DIGITS} digits and powers of ten up to "
            f"{MAX_EXPONENT} are read",
            (start, end),
            found=words[:MAX_DIGITS],
            expected="a shorter number",
        )
    return Fraction(words)


_MENDS = {
    "!": "factorials are not part of the language",
    "\\": "a command of LaTeX is a `\\` and letters",
    ".": "write x.T for the transpose, sum(x, axis=0) for a method, 0.5 for a half",
    '"': "write sigma'' with two primes",
    "±": "write one sign, + or -",
    "∫": "integrals are not part of the language",
    "&": "write `*` for a product, and one equation a line",
    ";": "write one equation a line",
    "$": "LaTeX stands between two `$`",
    "%": "percentages are not part of the language",
    "⋆": "write conv(x, w) for a convolution, `*` for a product entry by entry",
    "★": "write conv(x, w) for a convolution, `*` for a product entry by entry",
    "?": "write the formula alone",
    "…": "write all of it, without dots",
    "⅓": "write (1/3)",
    "⅔": "write (2/3)",
}


def _unreadable(text: str, position: int) -> ParseError:
    character = text[position]
    found = show(character)
    mend = _MENDS.get(character)
    before = re.search(r"[A-Za-z]\w*$", text[:position])
    if character == "." and before is not None:
        mend = re.sub(r"\bx\b", before.group(), str(mend))
        if text.startswith((".t", ".transpose"), position):
            mend = f"write {before.group()}.T for the transpose"
        elif text.startswith(".grad", position):
            mend = f"write dC/d{before.group()} for a gradient"
    return ParseError(
        f"{found} means nothing here",
        (position, position + 1),
        found=found,
        expected="a number, a name or a sign such as + - * @ / ^ ( )",
        mend=mend,
    )
