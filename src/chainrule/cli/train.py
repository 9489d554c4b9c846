"""`chainrule train`: trains a network, shows it learning, saves every epoch, tests it once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from chainrule.cli.data_options import LabelOption, TaskOption
from chainrule.cli.numbers import real, whole

if TYPE_CHECKING:
    from chainrule.runs import TrainingRun


READ_WITH = ("label", "task", "test", "train_on_all")
NO_SETTINGS = ("data", "data_dir", "out", "resume", "json", *READ_WITH)
"""Options that say where things lie, how they are read and shown; every other is a choice."""


def number_of_epochs(text: str | int) -> int:
    """Reads how many epochs a run is to have."""
    from chainrule.runs import MOST_EPOCHS

    return whole(1, MOST_EPOCHS)(text)


def train(
    data: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|PATH",
            help="digits, mnist, fashion-mnist, or a file or folder of your own. [digits]",
        ),
    ] = None,
    data_dir: Annotated[
        str | None, typer.Option(metavar="FOLDER", help="Where mnist or fashion-mnist lies.")
    ] = None,
    label: LabelOption = None,
    task: TaskOption = None,
    test: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="A file or folder with the examples to test."),
    ] = None,
    train_on_all: Annotated[
        bool,
        typer.Option("--train-on-all", "--all", help="Train on every example; none is held back."),
    ] = False,
    layers: Annotated[
        str | None,
        typer.Option(
            metavar="SIZES", help="Sizes of the hidden layers: 30, or 100,50, or none. [30]"
        ),
    ] = None,
    hidden: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Activation of the hidden layers, or one for each: {activations}. [sigmoid]",
        ),
    ] = None,
    output: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Activation of the output layer. [that of the cost]"),
    ] = None,
    cost: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="{costs}. [cross-entropy]"),
    ] = None,
    init: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Starting weights: {initialisations}. [scaled; he for relu]",
        ),
    ] = None,
    optimizer: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="{optimizers}. [sgd]"),
    ] = None,
    learning_rate: Annotated[
        float | None,
        typer.Option(parser=real, metavar="ETA", help="[by optimizer, cost and activation]"),
    ] = None,
    momentum: Annotated[
        float | None,
        typer.Option(parser=real, metavar="MU", help="Of momentum and nesterov. [0.9]"),
    ] = None,
    rho: Annotated[
        float | None, typer.Option(parser=real, metavar="RHO", help="Of rmsprop. [0.9]")
    ] = None,
    beta1: Annotated[
        float | None, typer.Option(parser=real, metavar="BETA", help="Of adam. [0.9]")
    ] = None,
    beta2: Annotated[
        float | None, typer.Option(parser=real, metavar="BETA", help="Of adam. [0.999]")
    ] = None,
    epsilon: Annotated[
        float | None,
        typer.Option(parser=real, metavar="EPS", help="[1e-7 for rmsprop, 1e-8 for adam]"),
    ] = None,
    batch_size: Annotated[
        int | None,
        typer.Option(parser=whole(1), metavar="M", help="Examples in a mini-batch. [10]"),
    ] = None,
    epochs: Annotated[
        int | None,
        typer.Option(
            parser=number_of_epochs, metavar="N", help="Passes over the training data. [30]"
        ),
    ] = None,
    l1: Annotated[
        float | None,
        typer.Option(parser=real, metavar="LAMBDA", help="L1 penalty of the weights. [0]"),
    ] = None,
    l2: Annotated[
        float | None,
        typer.Option(
            parser=real, metavar="LAMBDA", help="L2 penalty of the weights. [0; for mnist 5]"
        ),
    ] = None,
    dropout: Annotated[
        str | None,
        typer.Option(
            metavar="P",
            help="Share of hidden neurons left out, or one share per hidden layer. [0]",
        ),
    ] = None,
    schedule: Annotated[
        str | None,
        typer.Option(
            metavar="FORM",
            help="The learning rate from epoch to epoch: {schedules}. [constant; for mnist cosine]",
        ),
    ] = None,
    patience: Annotated[
        int | None,
        typer.Option(
            parser=whole(1),
            metavar="N",
            help="Stop after so many epochs without a better validation accuracy, and keep "
            "the best epoch. [off]",
        ),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(
            parser=whole(0), metavar="N", help="Of the starting weights and the order. [0]"
        ),
    ] = None,
    out: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Where the run is saved. [named after data and layers, in this folder]",
        ),
    ] = None,
    resume: Annotated[
        str | None,
        typer.Option(metavar="RUN", help="Go on with a run; more --epochs may be given."),
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="One JSON object a line: the epochs, then the result.")
    ] = False,
) -> None:
    """Train a network, by default on digits.

    What is not given is chosen to do well; the first lines say what was chosen. MNIST and
    Fashion-MNIST take L2 5 and the cosine schedule, as long as no option says how to learn. Every
    epoch is saved, so that a run may be stopped at any moment and go on with --resume.
    """
    settings = {name: value for name, value in locals().items() if name not in NO_SETTINGS}
    from chainrule import runs
    from chainrule.data import Reading

    choices = runs.Choices.read(**settings)
    reading = Reading(label, task, test, train_on_all)
    if resume is None:
        source = "digits" if data is None else data
        going = runs.start(source, choices, data_dir=data_dir, out=out, reading=reading)
    else:
        going = runs.resume(resume, choices, data=data, data_dir=data_dir, out=out, reading=reading)
    show(going, json)


def show(going: TrainingRun, json: bool) -> None:
    """Train, and show it; Ctrl-C ends it with how to go on."""
    from chainrule.cli.ending import Ending, ended_as_by_ctrl_c
    from chainrule.cli.failure import say
    from chainrule.cli.live import REDRAWN, shown_here
    from chainrule.cli.recording import record
    from chainrule.cli.training_report import print_report, print_start, resume_command
    from chainrule.runs import report_on

    shown = shown_here(json, len(going.data.train), going.run.history)
    ending = Ending()
    try:
        with ended_as_by_ctrl_c(ending):
            print_start(going, json)
            for each in going.records(REDRAWN):
                shown.record(each)
            shown.finish()
            came_to = report_on(going)
            record(came_to.event())
            print_report(going, came_to, json)
    except KeyboardInterrupt:
        shown.finish()
        say(
            f"stopped; {going.saved_epochs()} of {going.settings.epochs} epochs are saved in "
            f"{going.path}. Go on with: {resume_command(going.path)}"
        )
        raise typer.Exit(ending.status) from None
