r"""Names of several tokens that are one, and one word that is two: `W_{hh}`, `λI`, `σ²`."""

from __future__ import annotations

from chainrule.algebra.language.token_rewriter import Spelling

BEFORE = ("t-1", "n-1", "k-1", "i-1", "l-1", "L-1")
"""What is lowered on a quantity of the step or layer before."""


def joined(s: Spelling, at: int) -> None:
    r"""`W_{hh}`, `\mathbf{u}_o` and `h_{t-1}` as one name that is declared: W_hh, u_o, h_prev."""
    if at + 1 >= len(s.tokens):
        return
    token, following = s.tokens[at : at + 2]
    words, end = "", at + 2
    if token.text.endswith("_") and following.kind == "{":
        lowered = s.words(at + 1)
        if lowered is not None:
            words, end = f"{token.text}{lowered[0]}", lowered[1]
            if lowered[0].replace("−", "-") in BEFORE:
                words = f"{token.text}prev"
    elif following.kind == "name" and following.text[:1] == "_" and not following.spaced:
        words = f"{token.text}{following.text}"
    known = words.isidentifier() and (
        words in s.scope.shapes or (words[:1] == "d" and words[1:] in s.scope.shapes)
    )
    if known:
        whole = token._replace(text=words, end=s.tokens[end - 1].end)
        s.tokens = [*s.tokens[:at], whole, *s.tokens[end:]]


def greek_identity(s: Spelling) -> None:
    """`λI` as the two tokens it is."""
    token = s.tokens[s.position]
    written = s.text[token.start : token.end]
    if written.isascii() or not written.endswith("I") or s.scope.resolve(token.text) is not None:
        return
    if s.scope.resolve(token.text[:-1]) is not None and s.scope.resolve("I") is None:
        parts = [
            token._replace(text=token.text[:-1], end=token.end - 1),
            token._replace(text="I", start=token.end - 1, spaced=False),
        ]
        s.tokens = [*s.tokens[: s.position], *parts, *s.tokens[s.position + 1 :]]


def variance(s: Spelling) -> bool:
    """`σ²` of a sheet with a variance, or with a standard deviation."""
    squared = s.words(s.position + 2)
    after = s.tokens[squared[1]] if squared is not None else None
    if squared is None or after is None or squared[0] != "2" or after.kind in ("(", "name"):
        return False
    for words, written in (("var", "var"), ("std", "std**2")):
        if words in s.scope.shapes:
            s.put(written, squared[1])
            return True
    return False


def capital_sigma(s: Spelling) -> bool:
    """`Σw` and `Σ⁻¹` of a sheet with a matrix Σ, where no letter says what is added up."""
    token, following = s.tokens[s.position : s.position + 2]
    rest = token.text.removeprefix("sum")
    lowered = following.kind in ("[", "{") or following.text[:1] == "_"
    if "Sigma" not in s.scope.shapes or rest[:1] == "_" or (not rest and lowered):
        return False
    end = token.start + 1
    s.out.append(token._replace(text="Sigma", end=end, mark=""))
    if rest:
        other = token._replace(text=rest, start=end, spaced=False, mark="")
        s.tokens = [*s.tokens[: s.position], other, *s.tokens[s.position + 1 :]]
    else:
        s.position += 1
    return True
