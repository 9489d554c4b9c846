"""What a prime says: a transpose in MATLAB, the slope `a1'`, or `σ'` without what it is of."""

from __future__ import annotations

from chainrule.algebra.language.likely_names import arguments_of
from chainrule.algebra.language.token_rewriter import Spelling
from chainrule.algebra.tree.function_registry import FUNCTIONS, named
from chainrule.algebra.tree.leaves import SYMBOL


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
