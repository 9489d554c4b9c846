"""Edits put back into the learner's own text: the piece they concern, and the text mended.

What an edit leaves alone keeps its spelling, spaces and brackets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chainrule.algebra import (
    ADD,
    ATOM,
    FUNCTIONS,
    MATMUL,
    MULTIPLY,
    NEGATE,
    NEGATION,
    ONE,
    RAISED,
    AlgebraError,
    Expression,
    Parsed,
    Part,
    Scope,
    Span,
    Syntax,
    at,
    parse,
    postorder,
)
from chainrule.derivation.mistakes.change import Edit, applied


@dataclass(frozen=True, slots=True)
class Repair:
    """One edit in words. was, now: the piece before and after. dropped: the piece that goes."""

    edit: Edit
    was: str
    now: str
    span: Span
    before: Expression
    after: Expression
    dropped: str | None = None


def pieces(parsed: Parsed, edits: Sequence[Edit]) -> list[Repair]:
    """What each edit concerns, in the order of the edits."""
    found: list[Repair] = []
    for edit in edits:
        syntax, typed = _typed(parsed.syntax, edit.path)
        depth = len(edit.path)
        inside = [e for e in edits if len(e.path) > depth and e.path[:depth] == edit.path]
        before = at(applied(parsed.expression, inside), typed)
        after = applied(before, [Edit(edit.path[len(typed) :], edit.change)])
        span = syntax.span
        was = parsed.text[slice(*span)]
        now = printed(after, known_words(parsed, syntax)).text
        gone = _dropped(syntax, before, after)
        dropped = None
        if gone is not None:
            span = gone.span
            dropped = parsed.text[slice(*span)]
        found.append(Repair(edit, was, now, span, before, after, dropped))
    return found


def mended(parsed: Parsed, edits: Sequence[Edit], scope: Scope) -> tuple[str, Expression] | None:
    """The whole text after the edits, and what it now says; None if it cannot be written down."""
    target = applied(parsed.expression, edits)
    for brackets in (False, True):
        words = _spliced(parsed, parsed.syntax, (), list(edits), brackets, outermost=True)
        words = _without_double_brackets(words)
        try:
            now = parse(words, scope).expression
        except AlgebraError:
            continue
        if now is target:
            return words, now
    words = printed(target, {}).text
    try:
        return words, parse(words, scope).expression
    except AlgebraError:
        return None


def _without_double_brackets(words: str) -> str:
    """`(a)` for `((a))`."""
    opened: list[int] = []
    closes: dict[int, int] = {}
    for i, letter in enumerate(words):
        if letter == "(":
            opened.append(i)
        elif letter == ")" and opened:
            closes[opened.pop()] = i
    twice = {i for i, end in closes.items() if closes.get(i + 1) == end - 1}
    gone = twice | {closes[i] for i in twice}
    return "".join(letter for i, letter in enumerate(words) if i not in gone)


def _typed(syntax: Syntax, path: tuple[int, ...]) -> tuple[Syntax, tuple[int, ...]]:
    """The part at `path` or the nearest one around it, and the path to that."""
    for depth, i in enumerate(path):
        if i >= len(syntax.parts):
            return syntax, path[:depth]
        syntax = syntax.parts[i]
    return syntax, path


def known_words(parsed: Parsed, syntax: Syntax) -> dict[Expression, Part]:
    """The learner's own spelling of a part and of everything in it.

    What can stand nowhere else has none.
    """
    words: dict[Expression, Part] = {}
    stack = [syntax]
    while stack:
        part = stack.pop()
        if _can_stand_elsewhere(parsed, part):
            words.setdefault(part.expression, _own_words(parsed, part))
        stack.extend(reversed(part.parts))
    return words


def _can_stand_elsewhere(parsed: Parsed, syntax: Syntax) -> bool:
    """Whether the words of a part mean the same in another place: what is raised does not, and a
    function without brackets."""
    words = parsed.text[syntax.start : syntax.end]
    bare = syntax.expression.operation in FUNCTIONS.values() and not words.endswith((")", "|"))
    return words[:1] not in RAISED and not bare


def _own_words(parsed: Parsed, syntax: Syntax) -> Part:
    node = syntax.expression
    words = parsed.text[syntax.start : syntax.end]
    if syntax.bracketed:
        return Part(words, ATOM, node)
    if node.operation is NEGATE:  # the text of a sum counts on the sign standing first
        return Part("-" + words[1:].lstrip(), NEGATION, node)
    return Part(words, node.operation.binding, node)


def printed(root: Expression, known: dict[Expression, Part]) -> Part:
    """The text of a tree, with the learner's own words for the parts that have some."""
    parts: dict[Expression, Part] = {}
    for node in postorder(root):
        own = known.get(node)
        if own is not None:
            parts[node] = own
            continue
        words = node.operation.text(node, [_plain(parts[arg]) for arg in node.args])
        parts[node] = Part(words, node.operation.binding, node)
    return parts[root]


def _plain(part: Part) -> Part:
    """A bracketed part as the printers want it: an atom that is not mistaken for what it holds."""
    if part.binding == ATOM and part.text.startswith("(") and part.node.args:
        return (
            Part(part.text, ATOM, ONE) if part.node.operation in (ADD, NEGATE, *_CHAINS) else part
        )
    return part


_CHAINS = (MULTIPLY, MATMUL)
_MINUS = ("-", "−", "–", "—")


def _dropped(syntax: Syntax, before: Expression, after: Expression) -> Syntax | None:
    """The argument that an edit takes away, if that is all it does."""
    if before.operation not in (ADD, MULTIPLY, MATMUL) or len(syntax.parts) != len(before.args):
        return None
    kept = after.args if after.operation is before.operation else (after,)
    if len(kept) != len(before.args) - 1:
        return None
    for i in range(len(before.args)):
        if (*before.args[:i], *before.args[i + 1 :]) == kept:
            return syntax.parts[i]
    return None


def _spliced(
    parsed: Parsed,
    syntax: Syntax,
    path: tuple[int, ...],
    edits: list[Edit],
    brackets: bool,
    outermost: bool = False,
) -> str:
    """The text of a part after the edits in it."""
    here = [edit for edit in edits if edit.path == path]
    below = [edit for edit in edits if len(edit.path) > len(path)]
    words = _with_children(parsed, syntax, path, below, brackets)
    if not here:
        return words
    node = syntax.expression
    known = known_words(parsed, syntax)
    args: list[Expression] = []
    for i, arg in enumerate(node.args):
        inside = [edit for edit in below if edit.path[: len(path) + 1] == (*path, i)]
        new = arg
        if inside:
            relative = [Edit(edit.path[len(path) + 1 :], edit.change) for edit in inside]
            new = applied(arg, relative)
        if inside and i < len(syntax.parts):
            text = _spliced(parsed, syntax.parts[i], (*path, i), inside, brackets)
            known[new] = Part(text, new.operation.binding, new)
        args.append(new)
    known.pop(node, None)
    if any(arg is not old for arg, old in zip(args, node.args, strict=True)):
        known = {e: p for e, p in known.items() if e is not node}
    elif _can_stand_elsewhere(parsed, syntax):
        known[node] = _own_words(parsed, syntax)
    made = here[0].change.make(tuple(args))
    if made is node:
        return words
    part = printed(made, known)
    if outermost:
        return part.text
    if parsed.text[syntax.start : syntax.start + 1] in RAISED:
        return f"**{part.text}" if part.binding == ATOM else f"**({part.text})"
    if syntax.bracketed or brackets:
        whole = part.text.startswith("(") and part.binding == ATOM
        return part.text if whole else f"({part.text})"
    return part.text


def _with_children(
    parsed: Parsed, syntax: Syntax, path: tuple[int, ...], edits: list[Edit], brackets: bool
) -> str:
    if edits and not syntax.parts:  # of what was not typed apart, all is written anew
        relative = [Edit(edit.path[len(path) :], edit.change) for edit in edits]
        return printed(applied(syntax.expression, relative), {}).text
    words: list[str] = []
    position = syntax.start
    for i, part in sorted(enumerate(syntax.parts), key=lambda pair: pair[1].start):
        inside = [edit for edit in edits if edit.path[: len(path) + 1] == (*path, i)]
        if inside:
            words.append(parsed.text[position : part.start])
            text = _spliced(parsed, part, (*path, i), inside, brackets)
            words.append(_signed(parsed, part, text))
            position = part.end
    words.append(parsed.text[position : syntax.end])
    return "".join(words)


def _signed(parsed: Parsed, part: Syntax, text: str) -> str:
    """A term of a sum keeps the sign that joins it: `- b` becomes `+ b`, `b` becomes `- b`."""
    before = parsed.text[: part.start].rstrip()
    source = parsed.text[part.start : part.end]
    joined = part.expression.operation is NEGATE and source.startswith(_MINUS)
    if joined and before and before[-1] not in "(+-*/@,=[":
        space = " " if source[1:2].isspace() else ""
        return f"-{space}{text[1:].lstrip()}" if text.startswith(_MINUS) else f"+{space}{text}"
    if text.startswith(_MINUS) and before.endswith("+"):
        return f"({text})"
    return text
