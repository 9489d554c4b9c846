r"""LaTeX to the notation of the language: `\frac{\partial C}{\partial z_2}` is `∂C/∂z_2`.

Every character of the new text knows its place in the old one, so that whatever is said of it
points at what was typed. A command is a row of a table: a sign, a word, an argument passed on.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from chainrule.algebra.errors import Span

Written = list[tuple[str, int]]
"""Characters with their places in the text as typed."""

LATEX = re.compile(r"\\[A-Za-z|\[\](){},;:!\\]|\$[^$]*\$")
"""What only stands in LaTeX."""

MAX_GROUPS = 200
"""How many groups may stand inside one another."""

GREEK = (
    "alpha beta gamma delta zeta eta theta iota kappa mu nu xi rho sigma tau chi psi omega "
    "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
)
_SMALL = {
    word: unicodedata.lookup(
        f"GREEK {'CAPITAL' if word[0].isupper() else 'SMALL'} LETTER "
        f"{'LAMDA' if word == 'Lambda' else word.upper()}"
    )
    for word in GREEK.split()
}

SYMBOLS = {
    **_SMALL,
    "Sigma": "Sigma", "lambda": "λ", "pi": "π", "epsilon": "ε", "varepsilon": "ε", "phi": "φ",
    "varphi": "φ", "vartheta": "θ", "varrho": "ρ", "varsigma": "σ", "ell": "l",
    "odot": "⊙", "circ": "∘", "cdot": "·", "times": "×", "ast": "*", "star": "*", "bullet": "·",
    "otimes": "⊗", "oslash": "⊘", "div": "÷", "bigodot": "⊙",
    "partial": "∂", "nabla": "∇", "top": "⊤", "intercal": "⊤", "prime": "′", "dagger": "⊤",
    "sum": "Σ", "geq": "≥", "ge": "≥", "leq": "≤", "le": "≤", "gt": ">", "lt": "<", "neq": "≠",
    "ne": "≠", "to": "→", "in": "∈", "pm": "±",
    "mid": "|", "vert": "|", "lvert": "|", "rvert": "|", "Vert": "‖", "lVert": "‖",
    "rVert": "‖", "|": "‖", "{": "(", "}": ")", "lbrace": "(", "rbrace": ")", "langle": "⟨",
    "rangle": "⟩", "_": "_", "lbrack": "[", "rbrack": "]",
}  # fmt: skip
"""Commands that are one sign."""

_WORDS = "log ln exp sin cos tan tanh cosh sinh max min det softmax sigmoid relu arctan"
WORDS = frozenset(_WORDS.split())
"""Commands that are a word of the language."""

_NOTHING = (
    "left right big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr middle "
    "displaystyle textstyle scriptstyle limits nolimits nonumber rm bf it cal boldmath hfill "
    "notag"
)
NOTHING = frozenset(_NOTHING.split()) | {"!", "[", "]", "(", ")"}
"""Commands that say how it looks."""

SPACES = frozenset({"quad", "qquad", ",", ";", ":", " ", "\\", "enspace", "thinspace"})

_PASSED_ON = (
    "mathbf mathrm mathit mathsf mathcal mathbb mathtt mathfrak mathnormal boldsymbol bm text "
    "textbf textit textrm textsf texttt operatorname vec underline overrightarrow mbox hbox "
    "pmb underbrace overbrace boxed mathbbm mathds mathbbold textnormal"
)
PASSED_ON = frozenset(_PASSED_ON.split())
"""Commands whose argument is what they mean."""

BOLD = ("mathbf", "mathbb", "mathbbm", "mathds", "boldsymbol", "bm", "vec", "mathbbold")
"""Commands by which a 1 is a column of ones, or an indicator."""

ACCENTS = {
    "hat": "\N{COMBINING CIRCUMFLEX ACCENT}", "widehat": "\N{COMBINING CIRCUMFLEX ACCENT}",
    "bar": "\N{COMBINING MACRON}", "overline": "\N{COMBINING MACRON}",
    "tilde": "\N{COMBINING TILDE}", "widetilde": "\N{COMBINING TILDE}",
}  # fmt: skip
"""Commands that put a sign on their argument."""

IGNORED_ARGUMENT = frozenset({"end", "label", "tag", "hspace", "vspace", "phantom"})
FRACTIONS = frozenset({"frac", "dfrac", "tfrac", "cfrac", "nicefrac", "sfrac"})


class LatexError(Exception):
    """A command that is not read."""

    def __init__(self, message: str, span: Span, mend: str | None = None) -> None:
        super().__init__(message)
        self.message = message.encode("utf-8", "backslashreplace").decode()  # it quotes any text
        self.span, self.mend = span, mend


def is_latex(text: str) -> bool:
    """Whether a text has something that only LaTeX has."""
    return ("\\" in text or "$" in text) and LATEX.search(text) is not None


def respelled(text: str) -> tuple[str, list[int]]:
    """The text in the notation of the language, and the place of each of its characters.

    Raises LatexError for a command that is not read.
    """
    written = _Latex(text).until_end()
    return "".join(sign for sign, _ in written), [place for _, place in written]


def without_latex(text: str) -> str:
    r"""`\frac{\partial C}{\partial z_2}` as `∂C/∂z_2`; as typed where a command is not read."""
    try:
        return respelled(text)[0] if is_latex(text) else text
    except LatexError:
        return text


class _Latex:
    """One pass over a text. position: of the next character."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.groups = 0

    def until_end(self) -> Written:
        out: Written = []
        while self.position < len(self.text):
            self.add(out)
        return out

    def group(self) -> Written:
        """What stands between braces, from the opening one on."""
        self.groups += 1
        if self.groups > MAX_GROUPS:
            raise LatexError("too many groups inside one another", (self.position, len(self.text)))
        start = self.position
        self.position += 1
        out: Written = []
        while self.position < len(self.text) and self.text[self.position] != "}":
            self.add(out)
        if self.position >= len(self.text):
            raise LatexError("`{` is never closed", (start, start + 1), "add `}`")
        self.position += 1
        self.groups -= 1
        return out

    def argument(self) -> Written:
        """A group without its braces, a command, or one character."""
        self.skip_spaces()
        if self.position >= len(self.text):
            end = len(self.text)
            raise LatexError("something is missing at the end", (max(end - 1, 0), end))
        if self.text[self.position] == "{":
            return self.group()
        out: Written = []
        if self.text[self.position] == "\\":
            self.command(out)
        else:
            out.append((self.text[self.position], self.position))
            self.position += 1
        return out

    def skip_spaces(self) -> None:
        while self.position < len(self.text) and self.text[self.position].isspace():
            self.position += 1

    def add(self, out: Written) -> None:
        """The next character, command or group."""
        sign, place = self.text[self.position], self.position
        if sign == "\\":
            self.command(out)
        elif sign in "_^":
            self.position += 1
            self.script(out, sign, place)
        elif sign == "{":
            inner = self.group()
            end = self.position - 1
            if _is_compound(inner):
                out.extend([("{", place), *inner, ("}", end)])
                return
            _part_from(out, place)
            out.extend(inner)
            if self.text[self.position : self.position + 1].isalnum():
                out.append((" ", self.position))
        else:
            self.position += 1
            out.append((" " if sign in "$&~\n" else sign, place))

    def script(self, out: Written, sign: str, place: int) -> None:
        """What is lowered or raised: one character, or a group in braces."""
        inner = self.argument()
        if sign == "_":
            inner = [part for part in inner if not part[0].isspace()]
        while inner and inner[0][0].isspace():
            inner = inner[1:]
        while inner and inner[-1][0].isspace():
            inner = inner[:-1]
        plain = "".join(part[0] for part in inner)
        if sign == "^" and plain and set(plain) == {"′"}:
            out.extend(inner)
            return
        if plain.startswith("∘"):
            raise LatexError("degrees are not part of the language", (place, self.position))
        end = self.position
        if len(inner) == 1 and plain in "TL⊤*" and sign == "^":
            out.extend([(sign, place), ("⊤" if plain in "T⊤" else plain, inner[0][1])])
        elif len(inner) == 1 and plain.isalnum() and self.text[end : end + 1] not in ("_", "^"):
            out.extend([(sign, place), *inner])
        else:
            out.extend([(sign, place), ("{", place), *inner, ("}", end - 1)])
        if self.text[end : end + 1].isalnum():
            out.append((" ", end))

    def command(self, out: Written) -> None:
        place = self.position
        match = re.compile(r"\\([A-Za-z]+\*?|.)", re.DOTALL).match(self.text, place)
        if match is None:
            raise LatexError("`\\` means nothing here", (place, place + 1))
        self.position = match.end()
        name = match.group(1).removesuffix("*")
        handler = _HANDLERS.get(name)
        if handler is None:
            raise LatexError(
                f"`{match.group()}` is not read",
                (place, match.end()),
                "write it in the notation of the language",
            )
        handler(self, out, name, place)

    # What the commands do.

    def symbol(self, out: Written, name: str, place: int) -> None:
        sign = SYMBOLS[name]
        if sign[0].isalpha():
            _part_from(out, place)
        out.extend((letter, place) for letter in sign)
        self.skip_after_word(out, sign)

    def word(self, out: Written, name: str, place: int) -> None:
        _part_from(out, place)
        out.extend((letter, place) for letter in name)
        self.skip_after_word(out, name)

    def skip_after_word(self, out: Written, sign: str) -> None:
        """A letter that follows a letter is another name; `\\partial C` is one."""
        start = self.position
        if sign == "∂":
            self.skip_spaces()
            return
        if sign == "Σ":
            limits = re.compile(r"\s*(\\(no)?limits)?\s*(?=[_^])").match(self.text, start)
            if limits is None:
                out.append((" ", start))
            else:
                self.position = limits.end()
            return
        following = self.text[start : start + 1]
        if sign[-1].isalpha() and (following.isspace() or following.isalnum()):
            self.skip_spaces()
            if self.text[self.position : self.position + 1] not in ("(", "_", "^", "'"):
                out.append((" ", start))

    def nothing(self, out: Written, name: str, place: int) -> None:
        """How it looks. After `\\left` and `\\right` a point is an invisible bracket."""
        if name in ("left", "right") and self.text[self.position : self.position + 1] == ".":
            self.position += 1

    def space(self, out: Written, name: str, place: int) -> None:
        out.append((" ", place))

    def ignored(self, out: Written, name: str, place: int) -> None:
        self.argument()

    def begin(self, out: Written, name: str, place: int) -> None:
        inner = "".join(sign for sign, _ in self.argument())
        if inner.endswith("matrix") or inner in ("array", "cases"):
            mend = "name it in the sheet, or write vector(j, …) or matrix(i, j, …) of its entries"
            if inner == "cases":
                mend = "write where(a > 0, b, c)"
            words = f"`\\begin{{{inner}}}` is not read"
            raise LatexError(words, (place, self.position), mend)

    def passed_on(self, out: Written, name: str, place: int) -> None:
        inner = self.argument()
        if name in BOLD and "".join(sign for sign, _ in inner).strip() == "1":
            inner = [("𝟏", place)]
        if inner and inner[0][0].isalpha():
            _part_from(out, place)
        compound = _is_compound(inner)
        end = self.position - 1
        out.extend([("{", place), *inner, ("}", end)] if compound else inner)
        if not compound and self.text[self.position : self.position + 1].isalnum():
            out.append((" ", self.position))

    def accent(self, out: Written, name: str, place: int) -> None:
        inner = self.argument()
        if len(inner) != 1:
            words = self.text[place : self.position]
            raise LatexError(f"`{words}` is not read", (place, self.position), "write one letter")
        _part_from(out, place)
        out.extend([inner[0], (ACCENTS[name], inner[0][1])])
        if self.text[self.position : self.position + 1].isalnum():
            out.append((" ", self.position))

    def fraction(self, out: Written, name: str, place: int) -> None:
        over, under = self.argument(), self.argument()
        end = self.position - 1
        pair = [_derivative(part) for part in (over, under)]
        if "".join(sign for sign, _ in over).strip() in ("d", "∂"):
            pair[0] = over
        if all(part is not None for part in pair):
            _part_from(out, place)
            out.extend([*(pair[0] or []), ("/", place), *(pair[1] or [])])
            out.append((" ", end))
            return
        out.extend([("(", place), ("(", place), *over, (")", place), ("/", place)])
        out.extend([("(", place), *under, (")", end), (")", end)])

    def root(self, out: Written, name: str, place: int) -> None:
        degree: Written = []
        if self.text[self.position : self.position + 1] == "[":
            while self.position < len(self.text) and self.text[self.position] != "]":
                self.position += 1
                self.add(degree)
            self.position += 1
            degree = [part for part in degree if part[0] != "]"]
        inner = self.argument()
        end = self.position - 1
        _part_from(out, place)
        start = [(letter, place) for letter in ("((" if degree else "sqrt(")]
        power = [("^", end), ("(", end), ("1", end), ("/", end), *degree, (")", end), (")", end)]
        out.extend([*start, *inner, (")", end), *(power if degree else [])])


def _part_from(out: Written, place: int) -> None:
    """A space, where a name would go on with what comes."""
    if out and (out[-1][0].isalnum() or out[-1][0] in "}_") and out[-1][0] != "∂":
        out.append((" ", place))


def _is_compound(inner: Written) -> bool:
    """Whether a group is more than one name or number."""
    words = "".join(sign for sign, _ in inner).strip()
    return re.fullmatch(r"\w+|\w[\u0300-\u0304]|[⊙∘·×*+=-]", words) is None


def _derivative(inner: Written) -> Written | None:
    """`∂C`, `d C`, `∂z_2` without its spaces; None of anything else."""
    words = [(sign, place) for sign, place in inner if not sign.isspace()]
    plain = "".join(sign for sign, _ in words)
    return words if _DERIVED.fullmatch(plain) else None


_DERIVED = re.compile(
    r"[∂d][^\W\d_][\w\u0300-\u0304]*([_^](\w|\{[^{}+*/]*\}|\([^()]*\)))*(\([^()]*\))?"
)
"""`∂z_2`, `dW^{(1)}` and `dσ(z)`, as they stand over and under a bar."""


Handler = Callable[[_Latex, Written, str, int], None]

_HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(SYMBOLS, _Latex.symbol),
    **dict.fromkeys(WORDS, _Latex.word),
    **dict.fromkeys(NOTHING, _Latex.nothing),
    **dict.fromkeys(SPACES, _Latex.space),
    **dict.fromkeys(IGNORED_ARGUMENT, _Latex.ignored),
    **dict.fromkeys(PASSED_ON, _Latex.passed_on),
    **dict.fromkeys(ACCENTS, _Latex.accent),
    **dict.fromkeys(FRACTIONS, _Latex.fraction),
    "begin": _Latex.begin,
    "sqrt": _Latex.root,
}
