"""`chainrule sheets`: the sheets that come with the package."""

from __future__ import annotations

from itertools import groupby
from typing import Annotated

import typer

GROUPS = {"calculus": "Functions, to practise calculus on", "network": "Networks, with their cost"}


def sheets(
    json: Annotated[bool, typer.Option("--json", help="One JSON array.")] = False,
) -> None:
    """List the sheets: functions and networks to derive."""
    import json as writer

    from chainrule.algebra import sheet_names, shipped
    from chainrule.cli.closing_line import onward
    from chainrule.cli.terminal import beside, width

    found = sorted(map(shipped, sheet_names()), key=lambda sheet: (sheet.group, sheet.name))
    if json:
        print(writer.dumps([sheet.to_dict() for sheet in found], ensure_ascii=False))
        return
    longest = max(len(sheet.name) for sheet in found)
    for group, members in groupby(found, key=lambda sheet: sheet.group):
        print(GROUPS[group])
        for sheet in members:
            print("\n".join(beside(f"  {sheet.name}", sheet.description, longest + 4, width())))
        print()
    print(f"{onward()}: chainrule derive power-rule, chainrule check softmax")
