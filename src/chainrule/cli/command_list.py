"""The list of commands in a help: each with its whole first sentence, however narrow."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup

WIDEST = 80
"""Columns beyond which lines do not grow."""

LONGEST = 1_000
"""Characters of a command's first sentence: more than any has."""


class CommandList(TyperGroup):
    """A group of commands in whose help no sentence is cut off, and no line is too wide."""

    def make_context(self, info_name: Any, args: Any, parent: Any = None, **extra: Any) -> Any:
        """The context of a call, and of every command under it, with the terminal's width."""
        from chainrule.cli.terminal import width

        extra.setdefault("terminal_width", min(width(), WIDEST))
        return super().make_context(info_name, args, parent, **extra)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        rows = [
            (name, command.get_short_help_str(LONGEST))
            for name in self.list_commands(ctx)
            if (command := self.get_command(ctx, name)) is not None and not command.hidden
        ]
        with formatter.section("Commands"):
            formatter.write_dl(rows)
