"""What programs write: `for k in range(n)`, `W[k][j]`, `len(y)`, `X.shape[0]`; and `⟨w, x⟩`."""

from __future__ import annotations

from itertools import pairwise

from chainrule.algebra.language.token_rewriter import CLOSING, Spelling
from chainrule.algebra.language.tokens import Token
from chainrule.algebra.tree.function_registry import named
from chainrule.algebra.tree.leaves import SYMBOL
from chainrule.algebra.tree.shapes import is_vector

CASTS = ("float", "int")
"""What only says of which type a number is."""


def in_one_line(tokens: list[Token]) -> list[Token]:
    """The tokens with `W[k,j]` for `W[k][j]` and `sum(k, …)` for `sum(… for k in range(n))`."""
    kinds = [token.kind for token in tokens]
    if ("]", "[") in pairwise(kinds):
        tokens = _one_bracket(tokens)
    if "⟨" in kinds:
        tokens = _inner_products(tokens)
    if any(token.text == "full" for token in tokens):
        tokens = _without_full(tokens)
    while any(token.text == "for" and token.kind == "name" for token in tokens):
        looped = _array_of_loops(tokens) or _sum_of_loop(tokens)
        if looped is None:
            break
        tokens = looped
    return tokens


def _one_bracket(tokens: list[Token]) -> list[Token]:
    out, at = list[Token](), 0
    while at < len(tokens):
        part = [token.kind for token in tokens[at : at + 4]]
        if part == ["]", "[", "name", "]"] and [t.kind for t in out[-2:]] == ["[", "name"]:
            out.append(tokens[at]._replace(kind=",", text=","))
            at += 2
        else:
            out.append(tokens[at])
            at += 1
    return out


def _without_full(tokens: list[Token]) -> list[Token]:
    """`full((1, 1), x)` is x, which is stretched where it has to be."""
    out, at = list[Token](), 0
    while at < len(tokens):
        part = [token.kind for token in tokens[at : at + 7]]
        if tokens[at].text == "full" and part[1:] == ["(", "(", "number", ",", "number", ")"]:
            end, depth = at + 8, 1
            while end < len(tokens) - 1 and depth:
                kind = tokens[end].kind
                depth += (kind in CLOSING) - (kind in CLOSING.values())
                if not depth or (depth == 1 and kind == ","):
                    break
                end += 1
            close = _closing(tokens, at + 1)
            if close is not None:
                out += [tokens[at + 1], *tokens[at + 8 : end], tokens[close]]
                at = close + 1
                continue
        out.append(tokens[at])
        at += 1
    return out


def _inner_products(tokens: list[Token]) -> list[Token]:
    """`⟨w, x⟩` as dot(w, x)."""
    out = list[Token]()
    for token in tokens:
        if token.kind == "⟨":
            out.append(token._replace(kind="name", text="dot"))
            out.append(token._replace(kind="(", text="(", spaced=False))
        else:
            out.append(token._replace(kind=")", text=")") if token.kind == "⟩" else token)
    return out


def _closing(tokens: list[Token], opener: int) -> int | None:
    """The place of the bracket that closes the one at a place."""
    depth = 0
    for place in range(opener, len(tokens)):
        kind = tokens[place].kind
        depth += (kind in CLOSING) - (kind in CLOSING.values())
        if depth == 0:
            return place
    return None


def _loop_in(body: list[Token]) -> int:
    """The place of the first `for` that stands in no brackets; after the end if there is none."""
    places = (n for n, token in enumerate(body) if token.text == "for")
    return next((n for n in places if _opener(body, n) is None), len(body))


def _array_of_loops(tokens: list[Token]) -> list[Token] | None:
    """`array([[… for k in …] for j in …])` as matrix(j, k, …), the first one there is."""
    for at, token in enumerate(tokens):
        if token.text != "array" or [t.kind for t in tokens[at + 1 : at + 4]] != ["(", "[", "["]:
            continue
        close, rows, row = (_closing(tokens, at + n) for n in (1, 2, 3))
        if close is None or rows is None or row is None or tokens[row + 1].text != "for":
            continue
        inner = tokens[at + 4 : row]
        loop = _loop_in(inner)
        letters = [tokens[row + 2], *inner[loop + 1 : loop + 2]]
        comma = token._replace(kind=",", text=",")
        head = token._replace(text="matrix" if len(letters) == 2 else "vector")
        listed = [part for letter in letters for part in (letter, comma)]
        made = [head, tokens[at + 1], *listed, *inner[:loop], tokens[close]]
        return [*tokens[:at], *made, *tokens[close + 1 :]]
    return None


def _sum_of_loop(tokens: list[Token]) -> list[Token] | None:
    """The last loop of the text as a sum over its letter; None where it is none."""
    at = max(n for n, t in enumerate(tokens) if t.text == "for" and t.kind == "name")
    letter, opener = tokens[at + 1], _opener(tokens, at)
    if letter.kind != "name" or opener is None:
        return None
    end, depth = at + 2, 0
    while end < len(tokens) - 1:
        kind = tokens[end].kind
        depth += (kind in CLOSING) - (kind in CLOSING.values())
        if depth < 0:
            break
        end += 1
    body = tokens[opener + 1 : at]
    if tokens[opener].kind == "[":
        if tokens[opener - 1].kind != "(" or tokens[end + 1].kind != ")":
            return None
        opener, end = opener - 1, end + 1
    if opener == 0 or tokens[opener - 1].text != "sum":
        return None
    inner = _loop_in(body)
    comma = letter._replace(kind=",", text=",")
    made = [tokens[opener], letter, comma, *body[:inner]]
    if inner < len(body):  # sum(e for i … for j …): the first loop is the outer one
        outer = body[inner:]
        head = tokens[opener - 1]
        made = [tokens[opener], head, *made, tokens[end], *outer]
    return [*tokens[:opener], *made, *tokens[end:]]


def _opener(tokens: list[Token], at: int) -> int | None:
    """The place of the bracket that is open at a place."""
    depth = 0
    for place in range(at - 1, -1, -1):
        kind = tokens[place].kind
        depth += (kind in CLOSING.values()) - (kind in CLOSING)
        if depth < 0:
            return place
    return None


def length(s: Spelling) -> bool:
    """`len(y)` and `X.shape[0]`: the size. `x[k, 0]` of a column: x[k]."""
    if _entry_of_vector(s):
        return True
    if s.tokens[s.position].text in CASTS and s.tokens[s.position + 1].kind == "(":
        s.position += 1
        return True
    here, kinds = s.tokens[s.position], [t.kind for t in s.tokens[s.position : s.position + 4]]
    if here.text == "len" and kinds == ["name", "(", "name", ")"]:
        name, axis, end = s.scope.quantity(s.tokens[s.position + 2].text), 0, s.position + 4
    elif kinds[:2] == ["name", "shape"]:
        after = s.tokens[s.position + 1]
        name, axis, end = s.scope.quantity(here.text), int(after.text or 2), s.position + 2
    else:
        return False
    if name is None:
        return False
    sizes = s.scope.shapes[name]
    words = f"({sizes[0]} * {sizes[1]})" if axis == 2 else str(sizes[axis])
    if axis == 2 and is_vector(sizes):
        words = str(sizes[0] if sizes[1] == 1 else sizes[1])
    s.put(words, end)
    return True


def _entry_of_vector(s: Spelling) -> bool:
    """`x[k, 0]` of a column and `r[0, k]` of a row."""
    part = s.tokens[s.position : s.position + 6]
    known = s.scope.resolve(part[0].text) if part[0].kind == "name" else None
    kinds = [token.kind for token in part]
    column, row = (
        ["name", "[", "name", ",", "number", "]"],
        ["name", "[", "number", ",", "name", "]"],
    )
    if known is None or kinds not in (column, row) or not is_vector(known.shape):
        return False
    letter, zero = (part[2], part[4]) if kinds == column else (part[4], part[2])
    if zero.text != "0" or not s.is_letter(letter):
        return False
    s.put(f"{part[0].text}[{letter.text}]", s.position + 6)
    return True


def derivative_of_function(s: Spelling) -> bool:
    """`dσ(z1)/dz1`, `dσ/dz1`, `(dσ/dz)(z1)` and `d/dz1 σ(z1)`: σ'(z1). `Σ'(z)`: diag(σ'(z))."""
    token = s.tokens[s.position]
    if token.kind == "(" and s.tokens[s.position + 1].text[:1] == "d":
        return _in_brackets(s)
    if token.kind != "name" or s.scope.resolve(token.text) is not None:
        return False
    if token.mark == "Σ" or token.text == "Sigma":
        return _diagonal(s)
    if token.text == "d":
        return _operator(s)
    function = named(token.text[1:]) if token.text[0] == "d" else None
    if function is None and token.text[1:] != "softmax":
        return False
    after = s.tokens[s.position + 1]
    if after.kind == "(":
        close = s.closing(s.position + 1)
        if close is None or s.tokens[close + 1].kind != "/":
            return False
        inner = s.tokens[s.position + 2 : close]
        end = _under(s, close + 2, "".join(part.text for part in inner))
        if end is None:
            return False
        if function is None:
            return _jacobian(s, token.text[1:], inner, end)
        s.put_around(f"{function}'(", inner, ")", end)
        return True
    if after.kind == "/" and function is not None:
        under = s.tokens[s.position + 2]
        name = under.text[1:] if under.kind == "name" and under.text[:1] == "d" else ""
        applied = s.tokens[s.position + 3].kind == "("
        if applied:
            s.put(f"{function}'", s.position + 3)
            return True
        if s.scope.quantity(name) is not None:
            s.put(f"{function}'({s.scope.quantity(name)})", s.position + 3)
            return True
    return False


def _in_brackets(s: Spelling) -> bool:
    """`(dσ/dz)(z1)`."""
    part = s.tokens[s.position + 1 : s.position + 6]
    if [token.kind for token in part] != ["name", "/", "name", ")", "("]:
        return False
    function = named(part[0].text[1:])
    if function is None or part[2].text[:1] != "d":
        return False
    s.put(f"{function}'", s.position + 5)
    return True


def _under(s: Spelling, at: int, words: str) -> int | None:
    """The place after the `dz1` that stands at a place, if it is that of these words."""
    token = s.tokens[at]
    if token.kind != "name" or token.text[:1] != "d":
        return None
    end, read = at + 1, token.text[1:]
    while read != words and words.startswith(read) and end < len(s.tokens) - 1:
        read += s.tokens[end].text
        end += 1
    return end if read == words and read else None


def _operator(s: Spelling) -> bool:
    """`d/dz1 σ(z1)`."""
    part = s.tokens[s.position : s.position + 5]
    kinds = [token.kind for token in part]
    if kinds[:5] != ["name", "/", "name", "name", "("] or part[2].text[:1] != "d":
        return False
    function, close = named(part[3].text), s.closing(s.position + 4)
    if function is None or close is None:
        return False
    inner = s.tokens[s.position + 5 : close]
    if "".join(token.text for token in inner) != part[2].text[1:]:
        return False
    s.put_around(f"{function}'(", inner, ")", close + 1)
    return True


def _jacobian(s: Spelling, function: str, inner: list[Token], end: int) -> bool:
    """`∂softmax(z2)/∂z2`: the Jacobian of the quantity that softmax(z2) is."""
    of = s.scope.quantity(inner[0].text) if len(inner) == 1 else None
    for name, expression in s.scope.definitions.items():
        if expression.operation.name != function or expression.args[0].operation is not SYMBOL:
            continue
        if expression.args[0].params[0] == of:
            s.put(f"d{name}/d{of}", end)
            return True
    return False


def _diagonal(s: Spelling) -> bool:
    """`Σ'(z)`: the diagonal matrix of σ'(z)."""
    if [t.kind for t in s.tokens[s.position + 1 : s.position + 3]] != ["'", "("]:
        return False
    close = s.closing(s.position + 2)
    if close is None:
        return False
    inner = s.tokens[s.position + 3 : close]
    s.put_around("diag(sigma'(", inner, "))", close + 1)
    return True
