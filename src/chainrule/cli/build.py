"""`chainrule build`: the learner's own network.py, function by function."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chainrule.cli.build_folder import (
    COMMANDS,
    HOW,
    FolderOption,
    derived,
    named_folder,
    option,
)
from chainrule.cli.closing_line import onward
from chainrule.cli.command_list import CommandList
from chainrule.cli.numbers import LARGEST, between, real, whole

if TYPE_CHECKING:
    from chainrule.workshop import Session

app = typer.Typer(
    name="build",
    cls=CommandList,
    help="Write your own network, function by function.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

MOST_MINUTES = 7 * 24 * 60

JsonOption = Annotated[bool, typer.Option("--json", help="JSON, one object a line.")]


@app.command()
def start(
    folder: Annotated[
        str, typer.Argument(metavar="[FOLDER]", help="A new folder. [my-network]")
    ] = "my-network",
    with_formulas: Annotated[
        bool,
        typer.Option(
            "--with-formulas", help="Write the formulas, too. [once you have derived them]"
        ),
    ] = False,
    stages: Annotated[
        str | None,
        typer.Option(metavar="FILE.toml", help="A course: which functions. [all of ours]"),
    ] = None,
    no_hints: Annotated[
        bool, typer.Option("--no-hints", help="No hints in this folder, and no formulas.")
    ] = False,
    no_references: Annotated[
        bool, typer.Option("--no-references", help="No references in this folder.")
    ] = False,
) -> None:
    """Make a folder with an empty network.py. A folder that is there is never changed.

    It says what goes in, what comes out, and what it means. The formula of a function stands there
    once you have derived it with `chainrule check`.
    """
    from chainrule.cli.terminal import print_wrapped
    from chainrule.workshop import WHOLE_COURSE, Folder, read_course, start_folder

    course = WHOLE_COURSE
    if stages is not None:
        course = read_course(Path(stages).expanduser().absolute())
    hints, references = course.hints and not no_hints, course.references and not no_references
    commands = "".join(
        line for line in COMMANDS.splitlines(True) if hints or "build hint" not in line
    )
    made = start_folder(
        Path(folder).expanduser(),
        commands,
        how=HOW,
        with_formulas=with_formulas,
        derived=derived(),
        course=replace(course, hints=hints, references=references),
    )
    name = option(Folder(made.path.absolute()))
    print_wrapped(f"Made {made.path}: network.py, to be written by you, and README.md")
    print()
    print(onward())
    print(f"  chainrule build watch{name}")
    print_wrapped("      open network.py in an editor: this grades it each time you save", "      ")


@app.command()
def check(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="One function. [what has changed]")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All that are written.")] = False,
    folder: FolderOption = None,
    json: JsonOption = False,
    junit: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="All functions as JUnit XML; - is standard output."),
    ] = None,
) -> int:
    """Grade what has changed since the last check, or one function.

    Exit status: 0 all of it passes, 1 something does not, 2 it could not be graded.
    """
    from chainrule.cli.build_check import graded_as_json, graded_as_junit, graded_in_words
    from chainrule.workshop import Guard, Session

    with Guard() as guard:
        session = Session(named_folder(folder), guard)
        session.refresh()
        if junit is not None:
            return graded_as_junit(session, name, every, junit, json=json)
        names = chosen(session, name, every)
        if json:
            return graded_as_json(session, names)
        return graded_in_words(session, names, alone=name is not None)


def chosen(session: Session, name: str | None, every: bool) -> list[str]:
    """Which functions to grade."""
    from chainrule.workshop import stage, stage_names

    if name is not None:
        return [stage(name).name]
    found = session.written_or_changed() if every else session.changed()
    current = session.standing.current
    if current is None and session.outline is None:
        current = stage_names()[0]  # any function: what is said then is of the file
    return found or ([current] if current is not None else [])


@app.command()
def watch(folder: FolderOption = None) -> None:
    """Grade on every save. Keys: h hint, n next, l list, c check all, space more, q quit."""
    from chainrule.cli.build_watch import watch_folder

    watch_folder(named_folder(folder))


@app.command(name="list")
def list_functions(folder: FolderOption = None, json: JsonOption = False) -> None:
    """All functions, and how each one does."""
    from chainrule.cli.terminal import console, plain_width, print_json
    from chainrule.cli.verdict_text import list_lines

    standing = named_folder(folder).standing()
    if json:
        print_json(standing.to_dict())
        return
    screen = console()
    for line, style in list_lines(standing, plain_width()):
        screen.print(line, style=style or None, soft_wrap=True)


@app.command()
def record(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="One function. [all]")
    ] = None,
    folder: FolderOption = None,
    json: JsonOption = False,
) -> None:
    """What was graded when, and of which source: the state of a function has a short hash."""
    from chainrule.cli.build_record import graded_events, record_lines
    from chainrule.cli.terminal import print_json
    from chainrule.workshop import stage

    found = named_folder(folder)
    events = graded_events(found, stage(name).name if name is not None else None)
    if json:
        for event in events:
            print_json(event.to_dict())
        return
    print("\n".join(record_lines(found, events)))


@app.command()
def hint(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[NAME]", help="A function. [the first that does not pass]"),
    ] = None,
    folder: FolderOption = None,
    json: JsonOption = False,
) -> None:
    """The next hint.

    The idea, the rule, the shape and first line; then, when it is asked for twice, the reference.
    All of it at once, where the function was right.
    """
    from chainrule.cli.hint_text import hint_lines
    from chainrule.cli.terminal import print_json
    from chainrule.workshop import hint as next_hint
    from chainrule.workshop import stage, stage_names

    found = named_folder(folder)
    one = stage(name or found.standing().current or stage_names()[-1])
    given = next_hint(one, found.progress)
    if json:
        print_json(given.to_dict())
        return
    width = shutil.get_terminal_size().columns
    print("\n".join(hint_lines(one, given, width)))


@app.command()
def reset(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A function.")],
    folder: FolderOption = None,
) -> None:
    """Make one function empty again. The file as it was goes to the archive."""
    from chainrule.workshop import reset_function, stage

    found = named_folder(folder)
    one = stage(name)
    place = reset_function(found, one, HOW)
    print(f"`{one.name}` is empty again; the file as it was is {place}")


@app.command()
def train(
    data: Annotated[
        str | None, typer.Option(metavar="NAME|PATH", help="digits, mnist, or your own. [digits]")
    ] = None,
    data_dir: Annotated[
        str | None, typer.Option(metavar="FOLDER", help="Where mnist lies.")
    ] = None,
    hidden: Annotated[
        str | None,
        typer.Option(metavar="SIZES", help="Neurons of the hidden layers: 30, or 100,50. [30]"),
    ] = None,
    activation: Annotated[
        str | None, typer.Option(metavar="NAME", help="sigmoid, tanh or relu. [sigmoid]")
    ] = None,
    cost: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="quadratic, cross-entropy, or log-likelihood. [quadratic]"
        ),
    ] = None,
    optimizer: Annotated[
        str | None, typer.Option(metavar="NAME", help="sgd or momentum. [sgd]")
    ] = None,
    momentum: Annotated[
        float | None,
        typer.Option(parser=real, metavar="MU", help="Share of the velocity kept. [0.9]"),
    ] = None,
    l2: Annotated[
        float | None, typer.Option(parser=real, metavar="LAMBDA", help="L2 penalty. [0]")
    ] = None,
    epochs: Annotated[
        int | None,
        typer.Option(parser=whole(1, LARGEST), metavar="N", help="Passes over the data. [30]"),
    ] = None,
    batch_size: Annotated[
        int | None,
        typer.Option(parser=whole(1, LARGEST), metavar="M", help="Examples in a mini-batch. [10]"),
    ] = None,
    learning_rate: Annotated[
        float | None,
        typer.Option(parser=real, metavar="ETA", help="Of each step. [what does well]"),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(parser=whole(0, LARGEST), metavar="N", help="Of weights and order. [0]"),
    ] = None,
    minutes: Annotated[
        float,
        typer.Option(
            parser=between(0.01, MOST_MINUTES),
            metavar="N",
            help="Your network is stopped after so long.",
        ),
    ] = 30.0,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the last one, perhaps to more --epochs.")
    ] = False,
    folder: FolderOption = None,
    json: JsonOption = False,
) -> int:
    """Train your own network, beside ours.

    With the defaults your `train` and `forward` do all of it. With others your functions are put
    together: your activation, error, mini-batches, penalty and step. It is kept in your folder
    after every epoch; Ctrl-C stops it, --resume goes on.
    """
    from chainrule.cli.build_train import new_run, resumed_run, shown_training

    found = named_folder(folder)
    chosen = {
        "hidden": hidden,
        "activation": activation,
        "cost": cost,
        "optimizer": optimizer,
        "momentum": momentum,
        "l2": l2,
        "batch_size": batch_size,
        "learning_rate": learning_rate,
        "seed": seed,
    }
    given = {name: value for name, value in chosen.items() if value is not None}
    if resume:
        run, loaded = resumed_run(found, {**given, "data": data, "data_dir": data_dir}, epochs)
    else:
        if epochs is not None:
            given["epochs"] = epochs
        run, loaded = new_run(found, data or "digits", data_dir, given)
    return 1 if shown_training(found, loaded, run, minutes, json) is None else 0


@app.command()
def predict(
    images: Annotated[
        list[str], typer.Argument(metavar="IMAGE...", help="Pictures: PNG, JPEG and the like.")
    ],
    run: Annotated[
        str | None, typer.Option(metavar="FILE", help="What was trained. [the last one]")
    ] = None,
    invert: Annotated[
        bool | None,
        typer.Option("--invert/--no-invert", help="Whether the ink is darker. [found out]"),
    ] = None,
    folder: FolderOption = None,
    json: JsonOption = False,
) -> int:
    """Let your own trained network read pictures."""
    from chainrule.cli.build_predict import shown_answers

    return shown_answers(named_folder(folder), images, run, invert, json)
