"""A note of the road, set in so many columns: its prose, its formulas, its pictures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from rich.text import Text

if TYPE_CHECKING:
    from markdown_it.token import Token

    from chainrule.roadmap import Concept

INDENT = "  "
BOLD, EMPHASIS, CODE, FAINT = "bold", "italic", "cyan", "dim"

Word = list[tuple[str, str]]
"""What stands between two places where a line may break: pieces of text, each with its style."""


def note_lines(concept: Concept, width: int, ascii_only: bool) -> Iterator[Text]:
    """The lines of a note, with a blank one between its pieces."""
    from chainrule.roadmap import draw

    for kind, inside in concept.note.pieces():
        if kind is None:
            yield from prose_lines(inside, width)
        elif kind == "picture":
            lines = draw(inside, concept.note.example, width - len(INDENT), ascii_only)
            yield from (Text(INDENT + line, FAINT) for line in lines)
            yield Text()
        else:
            yield from formula_lines(inside, width)
            yield Text()


def formula_lines(block: str, width: int) -> Iterator[Text]:
    """Formulas as they are typed; a line that is too long goes on below, set in further."""
    from chainrule.cli.terminal import fold

    for line in block.splitlines():
        for piece in fold(INDENT + line, width):
            yield Text(piece, CODE)


def prose_lines(markdown: str, width: int) -> Iterator[Text]:
    """Paragraphs and lists, each folded at words; what is code is not broken."""
    from markdown_it import MarkdownIt

    lead: str | None = None
    number = 0
    for token in MarkdownIt("commonmark").parse(markdown):
        if token.type == "ordered_list_open":
            number = 0
        elif token.type == "list_item_open":
            number += 1
            lead = f"{number}. " if token.markup in ".)" else "- "
        elif token.type == "inline":
            before = INDENT + lead if lead else ""
            yield from filled(words(token.children or []), width, before)
            inside = lead is not None
            lead = "" if inside else None
            if not inside:
                yield Text()
        elif token.type == "list_item_close":
            lead = None
        elif token.type.endswith("list_close"):
            yield Text()


def words(tokens: Iterable[Token]) -> list[Word]:
    """The words of a paragraph. A blank inside code is no place to break a line."""
    found: list[Word] = [[]]
    styles: list[str] = []
    for token in tokens:
        if token.type in ("strong_open", "em_open"):
            styles.append(BOLD if token.type == "strong_open" else EMPHASIS)
        elif token.type in ("strong_close", "em_close"):
            styles.pop()
        elif token.type == "code_inline":
            found[-1].append((token.content, CODE))
        else:
            text = token.content if token.type == "text" else " "
            for i, piece in enumerate(re.split(r"\s+", text)):
                if i:
                    found.append([])
                if piece:
                    found[-1].append((piece, " ".join(styles)))
    return [word for word in found if word]


def filled(paragraph: list[Word], width: int, before: str = "") -> Iterator[Text]:
    """The words in lines of at most so many columns; the first line begins with `before`."""
    line, used = Text(before), len(before)
    empty = True
    for word in breakable(paragraph, width - len(before)):
        length = sum(len(text) for text, _ in word)
        if not empty and used + 1 + length > width:
            yield line
            line, used, empty = Text(" " * len(before)), len(before), True
        if not empty:
            line.append(" ")
            used += 1
        for text, style in word:
            line.append(text, style or None)
        used += length
        empty = False
    if not empty:
        yield line


def breakable(paragraph: list[Word], room: int) -> Iterator[Word]:
    """The words, those that are longer than a line broken at the blanks of their code."""
    for word in paragraph:
        if sum(len(text) for text, _ in word) <= room:
            yield word
            continue
        part: Word = []
        for text, style in word:
            for i, piece in enumerate(text.split(" ")):
                if i:
                    yield part
                    part = []
                part.append((piece, style))
        yield part
