"""What every reading needs: the tokens, the names, and nodes built with their place in the text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from chainrule.algebra.errors import AlgebraError, LimitError, ShapeError, Span
from chainrule.algebra.language import names
from chainrule.algebra.language.declared_names import Scope
from chainrule.algebra.language.foreign_words import foreign_mend
from chainrule.algebra.language.nodes import CLOSING, Node, not_closed, unexpected
from chainrule.algebra.language.text_places import Syntax
from chainrule.algebra.language.tokens import ParseError, Token
from chainrule.algebra.tree.expression import Expression, misfit
from chainrule.algebra.tree.function_registry import FUNCTIONS
from chainrule.ground.words import nearest, quoted

MAX_TYPED_DEPTH = 250
"""How deep the tree of a typed text may be."""


@dataclass(frozen=True, slots=True)
class Builder:
    """A text, its tokens and the names in it.

    misfits: whether a node whose sizes do not fit is built all the same; see `expression.misfit`.
    """

    text: str
    tokens: list[Token]
    scope: Scope
    misfits: bool

    def span(self, node: Node) -> Span:
        return (self.tokens[node.first].start, self.tokens[node.last - 1].end)

    def build(
        self, make: Callable[..., Expression], parts: tuple[Syntax, ...], span: Span
    ) -> Syntax:
        """The node that `make` gives for the parts; errors get the place."""
        try:
            made = make(*[part.expression for part in parts])
        except ShapeError as error:
            if self.misfits and error.attempt is not None:
                return Syntax(misfit(*error.attempt), *span, parts)
            if error.span is None:
                error.span = span
                if error.operand is not None and error.operand < len(parts):
                    error.span = (parts[0].start, parts[error.operand].end)
            raise
        except AlgebraError as error:
            if error.span is None:
                error.span = span
            raise
        if made.depth > MAX_TYPED_DEPTH:
            raise LimitError(f"the expression is nested more than {MAX_TYPED_DEPTH} deep", span)
        return Syntax(made, *span, parts)

    # What is wrong.

    def unexpected(self, position: int, expected: str, mend: str | None = None) -> ParseError:
        return unexpected(self.tokens, position, expected, mend).error()

    def expect(self, position: int, kind: str, opener: Token | None = None) -> Token:
        """The token at a place, which has to be of a kind."""
        token = self.tokens[position]
        if token.kind == kind:
            return token
        if opener is None:
            raise self.unexpected(position, f"`{kind}`")
        raise not_closed(self.tokens, position, kind, opener).error()

    def unknown(self, token: Token, position: int, name: str | None = None) -> ParseError:
        """A name that means nothing here; position: of what follows it."""
        name = token.text if name is None else name
        called = self.tokens[position].kind == "("
        mend = foreign_mend(name, self.scope, self._arguments(position) if called else ())
        if mend is None and called:
            alike = [f for f in names.suggested() if f.lower().startswith(name.lower()[:3])]
            close = nearest(name, alike, 3) or alike[:3]
            mend = f"did you mean {quoted(close)}?" if close and len(name) > 1 else None
        if mend is None and name != name.lower() and names.is_callable(name.lower()):
            mend = f"did you mean `{name.lower()}`?"
        if mend is None and name[:1] == "d" and self.scope.cost is not None:
            close = [k for k in self.scope.close_to(name[1:]) if k in self.scope.shapes]
            derivatives = [f"d{self.scope.cost}/d{k}" for k in close]
            mend = f"did you mean {quoted(derivatives)}?" if close and len(name) > 2 else None
        if mend is None:
            mend = self._split(name, called)
        if mend is None:
            close = self.scope.close_to(name)
            mend = f"did you mean {quoted(close)}?" if close else None
        shown = f"`{name[:60]}`"
        return ParseError(
            f"unknown name {shown}", (token.start, token.end), shown, "a declared name", mend
        )

    def _arguments(self, opener: int) -> tuple[str, ...]:
        """What stands between commas in the bracket at a place, as typed."""
        depth, starts, ends = 0, [self.tokens[opener].end], list[int]()
        for token in self.tokens[opener:]:
            depth += (token.kind in CLOSING) - (token.kind in CLOSING.values())
            if depth == 1 and token.kind == ",":
                ends.append(token.start)
                starts.append(token.end)
            if depth == 0:
                ends.append(token.start)
                break
        return tuple(self.text[a:b].strip() for a, b in zip(starts, ends, strict=False))

    def _split(self, name: str, called: bool) -> str | None:
        """`xy` is never split into x*y; but it may be what was meant."""
        for cut in range(1, min(len(name), 40)):
            left, right = name[:cut], name[cut:]
            if self.scope.resolve(left) is None:
                if (left in FUNCTIONS or names.is_alias(left)) and right.isdigit():
                    return f"write {left}({right})"
                continue
            if self.scope.resolve(right) is not None:
                return f"did you mean {left}*{right} or {left} @ {right}?"
            if names.is_callable(right) and called:
                return f"did you mean {left}*{right}(…)?"
            if right[0] == "_" and right[1:].isalpha() and len(right) < 4:
                return f"entries are written {left}[{','.join(right[1:])}]"
        return None
