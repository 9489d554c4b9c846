"""What `chainrule train` says before and after training."""

from __future__ import annotations

import shlex
from typing import Any

from chainrule import evaluate
from chainrule.cli import report, stuck
from chainrule.cli.live import JsonLines, LiveLine, PlainLines, Shown, measured_on
from chainrule.cli.plot import has_matplotlib
from chainrule.cli.terminal import console, print_json, print_wrapped, width
from chainrule.cli.train import MOST_EPOCHS
from chainrule.cli.training_run import TrainingRun
from chainrule.ground.words import counted
from chainrule.network import share_of_commonest


def show(json: bool, examples: int) -> Shown:
    """How the epochs of so many training examples are shown here."""
    if json:
        return JsonLines(examples)
    screen = console()
    return LiveLine(screen) if screen.is_terminal else PlainLines()


def print_start(going: TrainingRun, json: bool) -> None:
    """What is trained on what, and how."""
    if json:
        return
    data, settings, network = going.data, going.settings, going.run.network
    print_wrapped(
        f"{data.name}: {len(data.train):,} examples to train on, {len(data.validation):,} to "
        f"choose with, {len(data.test):,} to test",
        "  ",
    )
    print_wrapped(f"inputs are {data.preparation}", "  ")
    for warning in data.warnings:
        print_wrapped(warning, "  ")
    print_wrapped(
        f"{network.architecture}: {network.architecture.parameters:,} weights and biases", "  "
    )
    print_wrapped(", ".join(how(going)), "  ")
    if (measured := measured_on(len(data.train))) < len(data.train):
        print_wrapped(
            f"cost and training accuracy are those of the first {measured:,} training examples",
            "  ",
        )
    left = settings.epochs - going.resumed_at
    over = not left or going.stopped_by_patience()
    if going.resumed_at:
        more = "no epoch is left" if over else f"going on for {left} more"
        done = "1 epoch is" if going.resumed_at == 1 else f"{going.resumed_at} epochs are"
        print_wrapped(f"{done} done; {more}", "  ")
    if rates := going.stretched():
        print_wrapped(
            f"The schedule {settings.schedule} now runs over {settings.epochs} epochs instead of "
            f"{going.planned}: the learning rate was {rates[0]:.3g} and goes on at {rates[1]:.3g}, "
            f"and the weights will not be those of one run of {settings.epochs} epochs",
            "  ",
        )
    if not over:  # the epochs follow
        print(flush=True)


def how(going: TrainingRun) -> list[str]:
    """The settings, those that are off left out."""
    settings = going.settings
    numbers = dict(settings.optimizer_settings)
    found = [settings.optimizer, f"learning rate {numbers.pop('learning_rate'):g}"]
    found += [f"{name} {value:g}" for name, value in numbers.items() if name != "epsilon"]
    examples = len(going.data.train)
    found.append(
        f"mini-batches of {settings.batch_size:,}"
        if settings.batch_size < examples
        else f"all {counted(examples, 'example')} in one mini-batch (one step an epoch)"
    )
    found.append(f"weights {settings.init}")
    found += [
        f"{name} {value:g}" for name, value in (("L1", settings.l1), ("L2", settings.l2)) if value
    ]
    if any(settings.dropout):
        found.append("dropout " + ",".join(f"{rate:g}" for rate in settings.dropout))
    if settings.schedule != "constant":
        found.append(settings.schedule)
    if settings.patience is not None:
        found.append(f"patience {settings.patience}")
    return [*found, f"seed {settings.seed}"]


def print_report(going: TrainingRun, json: bool) -> None:
    """The one use of the test set, and what may come next."""
    network, data = going.run.chosen, going.data
    found = evaluate(network, data.test)
    wrong = report.mistakes(network, data, data.test, found)
    at_chance = (found.accuracy or 0.0) <= share_of_commonest(data.test)
    advice = stuck.advice(network, going.settings, data.train, at_chance)
    if json:
        print_json(result(going, found.to_dict(), report.confused(data, found), wrong, advice))
        return
    print()
    best = going.run.best
    if best is not None:
        stopped = going.stopped_by_patience()
        print_wrapped(
            ("Stopped early: " if stopped else "")
            + f"epoch {best[0]} was the best on the validation examples; its weights are the result"
        )
        print()
    print(report.accuracy_line("test", found))
    if advice:
        print()
        poor = "That is no better than always answering the commonest class. " if at_chance else ""
        print_wrapped(poor + advice)
    for lines in (
        [] if at_chance else report.confused_lines(data, found),
        [] if at_chance else report.mistake_lines(data, data.test, wrong, width()),
    ):
        if lines:
            print()
            print("\n".join(lines))
    print()
    print(f"Saved in {going.path}")
    print()
    print("\n".join(next_lines(going, not at_chance)))


def result(
    going: TrainingRun,
    test: dict[str, Any],
    confused: list[dict[str, Any]],
    wrong: list[report.Mistake],
    advice: str | None,
) -> dict[str, Any]:
    """The last JSON object."""
    best = going.run.best
    return {
        "type": "result",
        "run": str(going.path),
        "network": str(going.run.network.architecture),
        "data": going.run.data,
        "settings": going.settings.to_dict(),
        "epochs": len(going.run.history),
        "training_examples_measured": measured_on(len(going.data.train)),
        "best_epoch": None if best is None else best[0],
        "test": test,
        "most_confused": confused,
        "mistakes": [mistake.to_dict() for mistake in wrong[: report.DRAWN]],
        "advice": advice,
    }


def next_lines(going: TrainingRun, learned: bool) -> list[str]:
    """What to type next."""
    name = shlex.quote(str(going.path))
    epochs = going.settings.epochs
    more = min(epochs, MOST_EPOCHS - epochs)
    lines = [(f"plot {name}", "the curves of cost and accuracy")] if has_matplotlib() else []
    if learned and going.data.image_shape is not None:
        lines.insert(0, (f"predict {name} IMAGE", "a picture of your own"))
    lines.append((f'listing "{going.run.network.architecture}"', "every call of a training step"))
    if learned and more > 0 and not going.stopped_by_patience():
        going_on = f"train --resume {name} --epochs {epochs + more}"
        lines.append((going_on, f"{counted(more, 'epoch')} more"))
    return ["Next", *(f"  chainrule {command}\n      {what}" for command, what in lines)]
