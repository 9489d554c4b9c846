"""What is shown while the learner's own network trains, and beside ours after it."""

from __future__ import annotations

import shutil
import sys

from chainrule.cli.failure import Refused, say
from chainrule.cli.recording import record
from chainrule.cli.terminal import console, percent, print_json
from chainrule.cli.verdict_text import example_lines, own_lines, sentence, wrapped
from chainrule.data import Dataset
from chainrule.ground.events import RunFinished
from chainrule.ground.words import counted
from chainrule.workshop import (
    Folder,
    Guard,
    NotReady,
    OwnCodeFailed,
    OwnEpoch,
    Settings,
    Trained,
    train_own,
)


def shown_training(
    folder: Folder, data: Dataset, settings: Settings, minutes: float, json: bool
) -> Trained | None:
    """Train with a progress bar, or a JSON object an epoch; None where their code fails."""
    if not json:
        print(
            f"{data.name}: {counted(len(data.train), 'example')} to train on; "
            f"{counted(settings.hidden, 'hidden neuron')}, {counted(settings.epochs, 'epoch')}, "
            f"mini-batches of {settings.batch_size:,}, learning rate {settings.learning_rate:g}"
        )
    try:
        with Guard() as guard:
            result = with_bar(folder, guard, data, settings, minutes, json)
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
    return result


def with_bar(
    folder: Folder, guard: Guard, data: Dataset, settings: Settings, minutes: float, json: bool
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

        return train_own(folder, guard, data, settings, line, minutes=minutes)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=screen) as progress:
        task = progress.add_task("your network", total=settings.epochs)

        def moved(epoch: OwnEpoch) -> None:
            text = f"your network  validation {percent(epoch.accuracy)}"
            if epoch.number == epoch.epochs:
                text = "ours, from the same weights"
            progress.update(task, completed=epoch.number, description=text)

        result = train_own(folder, guard, data, settings, moved, minutes=minutes)
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
        print(f"  {word:<8}{percent(accuracy):>15}{two_digits(seconds):>10}")
    print()
    width = shutil.get_terminal_size().columns
    weights = "your own `init`" if result.own_init else "weights of ours"
    if result.difference is None:
        text = (
            f"Both start from {weights}. On the first step, forward, gradients and update agree in "
            "every number; after that only the random order of the examples differs."
        )
        print("\n".join(wrapped(text, width, "")))
        return
    first = result.difference
    text = f"The two first differ in `{first.seen_in}`"
    if first.seen_in != first.function:
        text += f", and your `{first.function}`, which it uses, is to blame"
    text += f": {first.message}"
    print("\n".join(wrapped(sentence(text), width, "")))
    if first.example is not None:
        print("\n".join(example_lines(first.example, width)))
