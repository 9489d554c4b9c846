"""Help that lists the names a table has: read when it is shown, so that no room loads before."""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand


class WithNames(TyperCommand):
    """A command in whose help `{activations}`, `{costs}` and the like stand for their names."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        parameters: list[Any] = [p for p in self.params if "{" in (getattr(p, "help", "") or "")]
        texts = [parameter.help for parameter in parameters]
        known = names() if parameters else {}
        try:
            for parameter in parameters:
                parameter.help = parameter.help.format(**known)
            super().format_help(ctx, formatter)
        finally:
            for parameter, text in zip(parameters, texts, strict=True):
                parameter.help = text


def names() -> dict[str, str]:
    """The names in each table of the network, as they stand in a line."""
    from chainrule.ground.words import listed
    from chainrule.network import ACTIVATIONS, COSTS, INITIALISATIONS, OPTIMIZERS, SCHEDULES

    return {
        "activations": ", ".join(name for name, f in ACTIVATIONS.items() if not f.competes),
        "costs": listed(COSTS),
        "initialisations": listed(INITIALISATIONS),
        "optimizers": listed(OPTIMIZERS),
        "schedules": ", ".join(kind().text() for kind in SCHEDULES.values()),
    }
