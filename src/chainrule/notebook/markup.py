"""Pieces of HTML that a notebook shows: each stands alone, with its own few styles."""

from __future__ import annotations

from html import escape

STYLE = """<style>
.cr { line-height: 1.5; } .cr table { border-collapse: collapse; }
.cr td, .cr th { text-align: left; padding: .1rem .8rem .1rem 0; }
.cr .right { color: #1f7a3d; } .cr .wrong { color: #c2410c; }
.cr mark { background: #fff3c4; color: inherit; border-bottom: 2px solid #c2410c; }
</style>"""


def block(*parts: str) -> str:
    """Parts as one piece of HTML."""
    return f'{STYLE}<div class="cr">{"".join(parts)}</div>'


def paragraph(text: str, kind: str = "") -> str:
    return f"<p{_class(kind)}>{escape(text)}</p>"


def code(text: str) -> str:
    return f"<code>{escape(text)}</code>"


def marked(text: str, span: tuple[int, int] | None) -> str:
    """A line as it was typed, the piece at fault marked."""
    if span is None:
        return code(text)
    start, stop = span
    stop = max(stop, start + 1)
    return (
        f"<code>{escape(text[:start])}<mark>{escape(text[start:stop])}</mark>"
        f"{escape(text[stop:])}</code>"
    )


def table(header: list[str], rows: list[list[str]]) -> str:
    """Cells are HTML, the header is text."""
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in header)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _class(kind: str) -> str:
    return f' class="{kind}"' if kind else ""
