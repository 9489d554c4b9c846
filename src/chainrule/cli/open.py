"""`chainrule open`: the page, served to this machine's browser until Ctrl-C."""

from __future__ import annotations

from typing import Annotated

import typer


def open_page(
    run: Annotated[
        str | None,
        typer.Argument(metavar="[RUN]", help="A run's file. [one trained on the digits]"),
    ] = None,
    view: Annotated[str, typer.Option("--view", metavar="VIEW", help="The view to open.")] = "",
    port: Annotated[
        int | None, typer.Option("--port", metavar="N", min=1, max=65535, help="[the next free]")
    ] = None,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Whether to open the browser.")
    ] = True,
) -> None:
    """See every number of the network in a browser."""
    import webbrowser

    from chainrule import runs, web

    studio = web.Studio.of_digits() if run is None else web.Studio.of_run(runs.open_run(run), run)

    def started(address: str) -> None:
        print(address, flush=True)
        print("Ctrl-C ends it.", flush=True)
        if browser:
            webbrowser.open(address)

    web.serve(studio, port=port, path=f"/{view.strip('/')}", started=started)
