"""`chainrule open [VIEW]`: the page, served to this machine's browser until Ctrl-C."""

from __future__ import annotations

from typing import Annotated

import typer


def open_page(
    view: Annotated[
        str | None,
        typer.Argument(metavar="[VIEW]", help="A view, such as backprop. [the first page]"),
    ] = None,
    run: Annotated[
        str | None,
        typer.Option(metavar="RUN", help="A run's file. [a network trained on the digits]"),
    ] = None,
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
    from chainrule.cli.failure import Refused, did_you_mean

    if view is not None and view not in web.view_names():
        hint = did_you_mean(view, web.view_names(), f"there are {', '.join(web.view_names())}")
        raise Refused(f"no view is called {view!r}; {hint}")
    studio = web.Studio.of_digits() if run is None else web.Studio.of_run(runs.open_run(run), run)

    def started(address: str) -> None:
        print(address, flush=True)
        print("Ctrl-C ends it.", flush=True)
        if browser:
            webbrowser.open(address)

    web.serve(studio, port=port, path=f"/{view or ''}", started=started)
