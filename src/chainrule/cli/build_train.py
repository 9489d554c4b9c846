"""What is shown while the learner's own network trains, and beside ours after it."""

from __future__ import annotations

import itertools
import shlex
import shutil
import sys
from dataclasses import replace
from typing import Any

import typer

from chainrule.cli.build_folder import option
from chainrule.cli.failure import STOPPED, Refused, say
from chainrule.cli.numbers import LARGEST, whole
from chainrule.cli.recording import record
from chainrule.cli.terminal import console, percent, print_json, print_wrapped
from chainrule.cli.verdict_text import example_lines, own_lines, sentence, wrapped
from chainrule.data import Dataset, load
from chainrule.ground.events import RunFinished
from chainrule.ground.words import counted
from chainrule.runs import describe_data
from chainrule.workshop import (
    Folder,
    Guard,
    NotReady,
    OwnCodeFailed,
    OwnEpoch,
    OwnRun,
    Settings,
    Trained,
    train_own,
)

STEM = "trained"
"""What the file of a trained network is called, in the learner's folder."""


def new_run(
    folder: Folder, data: str, data_dir: str | None, given: dict[str, Any]
) -> tuple[OwnRun, Dataset]:
    """A run that has not begun, in a place that is free, and what it is trained on."""
    if "hidden" in given:
        given["hidden"] = sizes(given["hidden"])
    settings = Settings(**given)
    loaded = load(data, data_dir=data_dir)
    if loaded.target is not None:
        raise Refused(
            f"{loaded.name} has numbers to come near to, {loaded.target.name}; your network tells "
            "classes apart, so give it data with classes"
        )
    names = (f"{STEM}{'' if n == 1 else f'-{n}'}.safetensors" for n in itertools.count(1))
    path = next(p for p in (folder.path / name for name in names) if not p.exists())
    return OwnRun(path, settings, describe_data(loaded, data, data_dir)), loaded


def sizes(text: str) -> tuple[int, ...]:
    """The sizes of hidden layers as they are typed: `30`, `100,50`."""
    try:
        return tuple(whole(1, LARGEST)(part.strip()) for part in text.split(","))
    except typer.BadParameter as fault:
        raise Refused(f"--hidden: {fault.message}") from None


def last_run(folder: Folder) -> OwnRun:
    """The run that was kept last."""
    found = sorted(folder.path.glob(f"{STEM}*.safetensors"), key=lambda path: path.stat().st_mtime)
    if not found:
        raise Refused(
            f"no network of yours is trained in {folder.path} yet: `chainrule build "
            f"train{option(folder)}` does it"
        )
    return OwnRun.open(found[-1])


def resumed_run(
    folder: Folder, given: dict[str, Any], epochs: int | None
) -> tuple[OwnRun, Dataset]:
    """The last run, to go on as it was started, perhaps to more epochs."""
    run = last_run(folder)
    named = next((name for name, value in given.items() if value is not None), None)
    if named is not None:
        raise Refused(f"--{named.replace('_', '-')}: {run.path} goes on as it was started")
    run.settings = replace(run.settings, epochs=epochs or run.settings.epochs)
    if run.epochs >= run.settings.epochs:
        raise Refused(
            f"{run.path} has its {counted(run.epochs, 'epoch')}: --epochs takes more of them"
        )
    return run, load(run.data["source"], data_dir=run.data.get("data_dir"))


def shown_training(
    folder: Folder, data: Dataset, run: OwnRun, minutes: float, json: bool
) -> Trained | None:
    """Train with a progress bar, or a JSON object an epoch; None where their code fails."""
    settings = run.settings
    if not json:
        neurons = "-".join(map(str, settings.hidden))
        word = "neuron" if settings.hidden == (1,) else "neurons"
        parts = [f"{neurons} hidden {word}", counted(settings.epochs, "epoch")]
        if not settings.plain:
            parts += [settings.activation, settings.cost, settings.optimizer]
            parts += [f"L2 {settings.l2:g}"] if settings.l2 else []
        print_wrapped(
            f"{data.name}: {counted(len(data.train), 'example')} to train on; {', '.join(parts)}, "
            f"mini-batches of {settings.batch_size:,}, learning rate {settings.rate:g}"
        )
    try:
        with Guard() as guard:
            result = with_bar(folder, guard, data, run, minutes, json)
    except KeyboardInterrupt:
        done = run.epochs
        kept = f"; {done} of {settings.epochs} epochs are kept in {run.path}" if done else ""
        more = f". Go on with: chainrule build train --resume{option(folder)}" if done else ""
        say(f"stopped{kept}{more}")
        raise typer.Exit(STOPPED) from None
    except OwnCodeFailed as fault:
        say(str(fault))
        for line in own_lines(fault.lines):
            print(line, file=sys.stderr)
        return None
    except NotReady as fault:
        what = "list` says what comes first" if fault.function else "check` says where"
        raise Refused(f"{fault}; `chainrule build {what}") from None
    sizes = "-".join(map(str, result.sizes))
    record(
        RunFinished(
            data=result.data, network=sizes, epochs=result.epochs, accuracy=result.yours, own=True
        )
    )
    if json:
        print_json({"type": "result", **result.to_dict()})
    else:
        print_result(result)
        print()
        print(f"Kept in {run.path}")
        print(f"  chainrule build predict IMAGE{option(folder)}")
        print("      your network reads a picture of yours")
        print(f"  chainrule plot {shlex.quote(str(run.path))}")
    return result


def with_bar(
    folder: Folder, guard: Guard, data: Dataset, run: OwnRun, minutes: float, json: bool
) -> Trained:
    """Training, and each epoch shown as it is done."""
    from rich.progress import (
        BarColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    screen = console()
    if json or not screen.is_terminal:

        def line(epoch: OwnEpoch) -> None:
            if json:
                print_json({"type": "epoch", **epoch.to_dict()})
            else:
                print(
                    f"epoch {epoch.number:>{len(str(epoch.epochs))}}/{epoch.epochs}  "
                    f"validation {percent(epoch.accuracy)}  {two_digits(epoch.seconds)} s",
                    flush=True,
                )

        return train_own(folder, guard, data, run.settings, line, minutes=minutes, keep=run)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=screen) as progress:
        task = progress.add_task("your network", total=run.settings.epochs, completed=run.epochs)

        def moved(epoch: OwnEpoch) -> None:
            text = f"your network  validation {percent(epoch.accuracy)}"
            if epoch.number == epoch.epochs:
                text = "ours, from the same weights"
            progress.update(task, completed=epoch.number, description=text)

        result = train_own(folder, guard, data, run.settings, moved, minutes=minutes, keep=run)
        progress.update(task, description="both trained")
    return result


def two_digits(seconds: float) -> str:
    """Seconds with two digits that count, and all that stand before the point."""
    if seconds < 0.001:
        return "<0.001"
    return f"{seconds:#.2g}" if seconds < 9.95 else f"{seconds:.0f}"


def print_result(result: Trained) -> None:
    """Accuracy and seconds of both, and where they first differ."""
    print()
    print(f"  {'':<8}{'test accuracy':>15}{'seconds':>10}")
    for word, accuracy, seconds in (
        ("yours", result.yours, result.your_seconds),
        ("ours", result.ours, result.our_seconds),
    ):
        if accuracy is None or seconds is None:
            continue
        print(f"  {word:<8}{percent(accuracy):>15}{two_digits(seconds):>10}")
    print()
    width = shutil.get_terminal_size().columns
    weights = "your own `init`" if result.own_init else "weights of ours"
    if result.difference is None and result.ours is None:
        return
    if result.difference is None and not result.plain:
        text = (
            f"Both start from {weights}. Your functions are put together by the same equations: "
            "each of them is right, and only the random order of the examples differs."
        )
        print("\n".join(wrapped(text, width, "")))
        return
    if result.difference is None:
        text = (
            f"Both start from {weights}. On the first step, forward, gradients and update agree in "
            "every number; after that only the random order of the examples differs."
        )
        print("\n".join(wrapped(text, width, "")))
        return
    first = result.difference
    if not result.plain:
        print("\n".join(wrapped(sentence(first.message), width, "")))
        return
    text = f"The two first differ in `{first.seen_in}`"
    if first.seen_in != first.function:
        text += f", and your `{first.function}`, which it uses, is to blame"
    text += f": {first.message}"
    print("\n".join(wrapped(sentence(text), width, "")))
    if first.example is not None:
        print("\n".join(example_lines(first.example, width)))
