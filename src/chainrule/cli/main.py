"""The command `chainrule`: its commands registered, its errors said in one line."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Sequence
from contextvars import copy_context
from typing import Annotated

import typer

from chainrule import __version__
from chainrule.cli import build, data, failure, progress
from chainrule.cli.check import check
from chainrule.cli.check_gradients import check_gradients
from chainrule.cli.closing_line import end_command
from chainrule.cli.command_list import CommandList
from chainrule.cli.derive import derive
from chainrule.cli.doctor import doctor
from chainrule.cli.evaluate import evaluate
from chainrule.cli.explain import explain
from chainrule.cli.export import export
from chainrule.cli.grade import grade
from chainrule.cli.learn import learn
from chainrule.cli.listing import listing
from chainrule.cli.names_in_help import WithNames
from chainrule.cli.open import open_page
from chainrule.cli.plot import plot
from chainrule.cli.practice import practice
from chainrule.cli.predict import predict
from chainrule.cli.recording import recorded
from chainrule.cli.review import review
from chainrule.cli.sheet_list import sheets
from chainrule.cli.train import train

app = typer.Typer(
    name="chainrule",
    cls=CommandList,
    help="Understand neural networks by re-creating them.",
    epilog="Start with: chainrule",
    invoke_without_command=True,
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (train, evaluate, predict, check_gradients, listing):
    app.command(cls=WithNames)(command)
for command in (learn, practice, explain, review, sheets, derive, check, export):
    app.command(cls=WithNames)(command)
app.command("open")(open_page)
app.add_typer(build.app, name="build")
app.command()(grade)
app.add_typer(data.app, name="data")
app.add_typer(progress.app, name="progress")
for command in (plot, doctor):
    app.command(cls=WithNames)(command)


LINE_OF_A_LEARNER = re.compile(r"-(?!-|h$|$)")
"""What begins with a minus after `chainrule check` and is no option: `-y/a2`."""


def show_version(wanted: bool) -> None:
    if wanted:
        print(f"chainrule {__version__}")
        raise typer.Exit


@app.callback()
def chainrule(
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option("--version", callback=show_version, is_eager=True, help="The version."),
    ] = False,
    data_home: Annotated[
        str | None,
        typer.Option(metavar="FOLDER", help="Where your record lies, instead of the usual place."),
    ] = None,
) -> None:
    """Understand neural networks by re-creating them."""
    if data_home is not None:
        from chainrule.roadmap import HOME

        os.environ[HOME] = data_home
    if context.invoked_subcommand is None:
        from chainrule.cli.road import show_road

        show_road()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line (by default the process's own); returns the exit status."""
    replace_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # what a terminal cannot show becomes `?`
    try:
        status = copy_context().run(run, arguments)  # the course of a folder is of this command
        sys.stdout.flush()
        return status
    except BrokenPipeError:  # whoever read our output has gone, as `head` does
        abandon_output()
        return 0
    except OSError as fault:
        abandon_output()
        failure.say(f"standard output cannot be written: {failure.of_system(fault)}")
        return failure.COULD_NOT


def replace_closed_streams() -> None:
    """A stream that the caller has closed (`>&-`) gives nothing and swallows everything."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, os.fdopen(nowhere, mode, encoding="utf-8", closefd=False))


def abandon_output() -> None:
    """Send to nowhere what is still held back, so that the flush at exit does not fail again."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def with_minus_kept(arguments: Sequence[str]) -> list[str]:
    """The words, with a space before an equation that begins with a minus: it is no option."""
    words = list(arguments)
    if words[:1] != ["check"]:
        return words
    return [f" {word}" if LINE_OF_A_LEARNER.match(word) else word for word in words]


def run(arguments: Sequence[str] | None) -> int:
    """Run a command line; every error becomes one line."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    recorded.clear()
    try:
        status = app(with_minus_kept(words), prog_name="chainrule", standalone_mode=False)
        status = status if isinstance(status, int) else 0
        if status not in (failure.COULD_NOT, failure.STOPPED):
            end_command(words)
        return status
    except typer.TyperException as fault:
        if type(fault).__name__ == "NoArgsIsHelpError":
            print(fault)
            return failure.COULD_NOT
        failure.say(failure.of_usage(fault))
    except (KeyboardInterrupt, typer.Abort):
        return failure.STOPPED
    except SystemExit as fault:
        if isinstance(fault.__context__, BrokenPipeError):
            raise fault.__context__ from None  # which typer makes an exit with 1
        raise
    except Exception as fault:
        if isinstance(fault, OSError) and fault.filename is None:
            raise  # over standard output
        if failure.debugging():
            raise
        failure.say(failure.explain(fault) or failure.unexpected(fault))
    return failure.COULD_NOT
