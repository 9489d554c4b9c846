"""Functions without brackets: `ln x`, `√k`, `cos 2x`, `log p[k]`."""

from __future__ import annotations

from chainrule.algebra.errors import Span
from chainrule.algebra.language import names
from chainrule.algebra.language.building import Builder
from chainrule.algebra.language.calls import Reading, checked, raised
from chainrule.algebra.language.nodes import BARS, CLOSING, Bare, Factor, Name, Node, Number
from chainrule.algebra.language.text_places import Syntax
from chainrule.algebra.language.tokens import ParseError
from chainrule.algebra.tree import arithmetic, function_registry
from chainrule.algebra.tree.leaves import decimal


def bare(r: Reading, node: Bare) -> Syntax:
    """`ln x` and `√k`: one name or number without brackets, where it can only be read so."""
    token, name = checked(r.b, node)
    part = r.b.tokens[node.argument]
    known = r.b.scope.resolve(part.text) if node.given and part.kind == "name" else None
    if not node.given or (part.kind == "name" and known is None):
        mend = f"write {token.text}(…)"
        raise r.b.unexpected(node.argument, f"`(` after `{token.text}`", mend)
    span = (token.start, part.end)
    _check_end(r, node, span, node.last)
    inner = Syntax(known or decimal(part.value), part.start, part.end)
    return _of_one(r.b, node, name, inner, span)


def _check_end(r: Reading, node: Bare, span: Span, position: int) -> None:
    """Whether the argument of a function without brackets ends at a place."""
    token, part = r.b.tokens[node.first], r.b.tokens[node.argument]
    if not r.ways.lenient and not _bare_argument_ends(r, position, root=token.mark == "√"):
        raise ParseError(
            f"`{r.b.text[slice(*span)]}…` can be read in two ways",
            span,
            found=f"`{r.b.tokens[position].text}`",
            expected="brackets",
            mend=f"write {token.text}({part.text}) or {token.text}({part.text}…)",
        )


def bare_of_entry(r: Reading, node: Bare, entry: Node) -> Syntax:
    """`log p[k]` and `\\log p_k`: of the entry, where nothing else can be meant."""
    if not node.given or r.b.tokens[node.argument].kind != "name":
        return bare(r, node)
    made = bare_of(r, node, (entry,), [])
    _check_end(r, node, made.span, entry.last)
    return made


def _of_one(b: Builder, node: Bare, name: str, inner: Syntax, span: Span) -> Syntax:
    if name in names.ENTRYWISE:
        return raised(b, node, b.build(names.PLAIN[name], (inner,), span))
    made = b.build(lambda x: function_registry.apply(name, x, node.primes), (inner,), span)
    return raised(b, node, made)


def bare_of(r: Reading, node: Bare, suffixes: tuple[Node, ...], more: list[Syntax]) -> Syntax:
    """`cos x³` and `cos 2x`, of all that stands beside the function. more: the factors there."""
    token, name = checked(r.b, node)
    if not node.given:
        return bare(r, node)
    part = r.b.tokens[node.argument]
    first: Node = (Number if part.kind == "number" else Name)(node.argument, node.argument + 1)
    last = suffixes[-1].last if suffixes else first.last
    inner = r.read(Factor(first.first, last, first, suffixes) if suffixes else first)
    if more:
        inner = r.b.build(arithmetic.multiply, (inner, *more), (inner.start, more[-1].end))
    return _of_one(r.b, node, name, inner, (token.start, inner.end))


def _bare_argument_ends(r: Reading, position: int, root: bool) -> bool:
    """Whether nothing follows that could belong to an argument without brackets."""
    token = r.b.tokens[position]
    kind = token.kind
    if kind in ("end", "=", ",", "+", "-", *CLOSING.values(), *r.bars):
        return True
    if root:
        return kind in ("*", "/", "dot") or (token.spaced and _begins_operand(r, position))
    return (
        kind == "name" and names.is_callable(token.text) and (r.b.scope.resolve(token.text) is None)
    )


def _begins_operand(r: Reading, position: int) -> bool:
    kind, tokens = r.b.tokens[position].kind, r.b.tokens
    if kind == "[":
        entry = tokens[position + 1].kind in ("name", "number")
        after = tokens[min(position + 2, len(tokens) - 1)].kind
        return not (entry and after in (",", "]", "end"))
    return kind in ("name", "(", "{") or (kind in BARS and kind not in r.bars)
