"""Sums over the number in a name: `Σ_t δ_t h_{t-1}ᵀ` of a sheet with h0, h1, h2, z1 and z2.

Where t is the number of a step or a layer and no index of an entry, the sum is written out:
delta1 @ h0.T + delta2 @ h1.T.
"""

from __future__ import annotations

import re

from chainrule.algebra.language.likely_names import layers
from chainrule.algebra.language.token_rewriter import CLOSING, Spelling
from chainrule.algebra.language.tokens import Token

STEPS = ("t", "l")
"""Letters that number steps or layers; all others are indices of entries."""

MOST = 20
"""So many terms are written out."""


def numbered_sum(s: Spelling) -> bool:
    """Write out the sum that stands at the end of what is written, `Σ_t`, if it is one."""
    sign = s.out[-1]
    letter = sign.text.removeprefix("sum_")
    if not sign.text.startswith("sum_") or letter not in STEPS:
        return False
    end = _end(s)
    body = s.tokens[s.position : end]
    terms = [term for number in layers(s.scope)[:MOST] if (term := _term(s, body, letter, number))]
    if not terms:
        return False
    opener, closer, plus = (
        sign._replace(kind=kind, text=kind, mark="", spaced=False) for kind in "()+"
    )
    made = [opener, *terms[0]]
    for term in terms[1:]:
        made += [plus, *term]
    s.out[-1:] = []
    s.tokens = [*s.tokens[: s.position], *made, closer, *s.tokens[end:]]
    return True


def _end(s: Spelling) -> int:
    """The place after the product that stands here."""
    depth = 0
    for at in range(s.position, len(s.tokens)):
        kind = s.tokens[at].kind
        depth += (kind in CLOSING) - (kind in CLOSING.values())
        plain = at > s.position and depth == 0 and kind in ("+", "-", ",", "=")
        if depth < 0 or plain or kind == "end":
            return at
    return len(s.tokens) - 1


def _term(s: Spelling, body: list[Token], letter: str, number: int) -> list[Token] | None:
    """The product for one number, with its names; None where there are no such names."""
    out, at, used = list[Token](), 0, False
    while at < len(body):
        token, end = body[at], at + 1
        base, _, low = token.text.partition("_")
        raised = token.kind == "name" and at + 1 < len(body) and body[at + 1].kind == "**"
        if token.kind == "name" and token.text.endswith("_") and body[at + 1 :]:
            close = next((n for n in range(at, len(body)) if body[n].kind == "}"), None)
            low = "" if close is None else "".join(t.text for t in body[at + 2 : close])
            end = end if close is None else close + 1
        elif raised and not low and body[at + 2 :]:
            close = next((n for n in range(at, len(body)) if body[n].kind in ("}", ")")), None)
            inner = "" if close is None else "".join(t.text for t in body[at + 3 : close])
            if _step(inner.strip("()<>"), letter) is not None and close is not None:
                low, end = inner.strip("()<>"), close + 1
                end += end < len(body) and body[end].kind == "}"
        step = _step(low, letter) if token.kind == "name" else None
        if step is None:
            if token.text == letter:
                return None
            out.append(token)
            at += 1
            continue
        name = f"{base}{number + step}"
        derived = name[:1] == "d" and s.scope.quantity(name[1:]) is not None
        if s.scope.resolve(name) is None and not derived:
            return None
        out.append(token._replace(text=name))
        used, at = True, end
    return out if used else None


def _step(words: str, letter: str) -> int | None:
    """0 for t, -1 for t-1, 1 for t+1."""
    match = re.fullmatch(rf"{letter}(?:([+-])(\d))?", words)
    if match is None:
        return None
    return int(f"{match[1]}{match[2]}") if match[1] else 0
