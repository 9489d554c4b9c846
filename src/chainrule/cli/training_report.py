"""What `chainrule train` says before and after training."""

from __future__ import annotations

import shlex
from pathlib import Path

from chainrule.cli import report
from chainrule.cli.closing_line import onward
from chainrule.cli.data_options import label_line, target_line
from chainrule.cli.failure import options
from chainrule.cli.plot import has_matplotlib
from chainrule.cli.terminal import print_json, print_wrapped, width
from chainrule.data import Dataset, Split
from chainrule.ground.words import counted
from chainrule.network import Constant, Evaluation, settings_of, share_of_commonest
from chainrule.runs import RunReport, TrainingRun, measured_on


def print_start(going: TrainingRun, json: bool) -> None:
    """What is trained on what, and how."""
    if json:
        return
    data, settings, network = going.data, going.settings, going.run.network
    print_wrapped(
        f"{data.name}: {counted(len(data.train), 'example')} to train on, {held_back(data)}", "  "
    )
    for line in (*label_line(data.label), *target_line(data.target)):
        print_wrapped(line, "  ")
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
    if jump := going.stretched():
        print_wrapped(
            f"The schedule {jump.schedule} now runs over {jump.epochs} epochs instead of "
            f"{jump.planned}: the learning rate was {jump.was:.3g} and goes on at {jump.now:.3g}, "
            f"and the weights will not be those of one run of {jump.epochs} epochs",
            "  ",
        )
    if not over:  # the epochs follow
        print(flush=True)


def held_back(data: Dataset) -> str:
    """What is kept to choose with and to test."""
    if not len(data.validation) and not len(data.test):
        return "none held back"
    test = f"{len(data.test):,} to test" if len(data.test) else "none to test"
    return f"{len(data.validation):,} to choose with, {test}" if len(data.validation) else test


def how(going: TrainingRun) -> list[str]:
    """The settings, those that are off left out."""
    recipe = going.settings.recipe
    numbers = settings_of(recipe.optimizer)
    parts = [recipe.optimizer.name, f"learning rate {numbers.pop('learning_rate'):g}"]
    parts += [f"{name} {value:g}" for name, value in numbers.items() if name != "epsilon"]
    examples = len(going.data.train)
    parts.append(
        f"mini-batches of {recipe.batch_size:,}"
        if recipe.batch_size < examples
        else f"all {counted(examples, 'example')} in one mini-batch (one step an epoch)"
    )
    parts.append(f"weights {going.settings.init}")
    parts += [
        f"{name} {value:g}" for name, value in (("L1", recipe.l1), ("L2", recipe.l2)) if value
    ]
    if any(rates := recipe.rates(going.run.network.architecture.layers - 1)):
        parts.append("dropout " + ",".join(f"{rate:g}" for rate in rates))
    if recipe.schedule != Constant():
        parts.append(recipe.schedule.text())
    if going.settings.patience is not None:
        parts.append(f"patience {going.settings.patience}")
    return [*parts, f"seed {recipe.seed}"]


def print_report(going: TrainingRun, came_to: RunReport, json: bool) -> None:
    """The one use of the test set, and what may come next."""
    advice = ". ".join(one.text(options) for one in came_to.advice)
    if json:
        print_json({"type": "result", **came_to.to_dict(), "advice": advice or None})
        return
    print()
    if came_to.best_epoch is not None:
        print_wrapped(
            ("Stopped early: " if came_to.stopped_early else "")
            + f"epoch {came_to.best_epoch} was the best on the validation examples; its weights "
            "are the result"
        )
        print()
    if came_to.closeness is not None:
        print("\n".join(report.closeness_lines("test", came_to.closeness)))
    elif came_to.test is not None:
        print(report.accuracy_line("test", came_to.test))
    else:
        print_wrapped(
            "Every example was trained on, so there is none to test by: measure it on others with "
            "chainrule evaluate"
        )
    if advice:
        print()
        at_most = came_to.test is None or not above_commonest(came_to.test, going.data.test)
        always = "the mean" if going.data.target is not None else "the commonest class"
        poor = f"That is {'no' if at_most else 'hardly'} better than always answering {always}. "
        print_wrapped((poor if came_to.at_chance else "") + advice)
    if not came_to.at_chance:
        for lines in (
            report.confused_lines(came_to.confused),
            report.mistake_lines(going.data, came_to.mistakes, width()),
        ):
            if lines:
                print()
                print("\n".join(lines))
    print()
    print(f"Saved in {came_to.path}")
    print()
    print("\n".join(next_lines(came_to, going.data)))


def above_commonest(found: Evaluation, test: Split) -> bool:
    """Whether more answers are right than if all were the commonest class."""
    return found.accuracy is not None and found.accuracy > share_of_commonest(test)


def next_lines(came_to: RunReport, data: Dataset) -> list[str]:
    """What to type next."""
    name, more = shlex.quote(str(came_to.path)), came_to.more_epochs
    curves = "the curve of the cost" if data.target else "the curves of cost and accuracy"
    lines = [(f"plot {name}", curves)] if has_matplotlib() else []
    if data.label is not None and not came_to.at_chance:
        lines.insert(0, (f"predict {name} TABLE --out FILE", "an answer for each row of a table"))
    elif data.image_shape is not None and not came_to.at_chance:
        lines.insert(0, (f"predict {name} IMAGE", "a picture of your own"))
    lines.append((f'listing "{came_to.architecture}"', "every call of a training step"))
    if more > 0:
        epochs = came_to.settings.epochs + more
        lines.append((f"train --resume {name} --epochs {epochs}", f"{counted(more, 'epoch')} more"))
    return [onward(), *(f"  chainrule {command}\n      {what}" for command, what in lines)]


def resume_command(path: Path) -> str:
    return f"chainrule train --resume {shlex.quote(str(path))}"
