"""`chainrule plot RUN`: the curves of a run, or its first weights as images."""

from __future__ import annotations

import importlib.util
import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from chainrule.network import Run

POSITIVE, NEGATIVE, ZERO = "#1f5fbf", "#c2410c", "#ffffff"
FORMATS = (".png", ".svg")
MOST_DRAWN = 100
"""Neurons whose weights are drawn; a picture of more cannot be read."""


def plot(
    run: Annotated[str, typer.Argument(metavar="RUN", help="The file of a run.")],
    out: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="A .png or .svg file. [named after the run]"),
    ] = None,
    what: Annotated[
        str, typer.Option(metavar="WHAT", help="curves (cost and accuracy) or weights.")
    ] = "curves",
    json: Annotated[bool, typer.Option("--json", help="The result as one JSON object.")] = False,
) -> None:
    """Draw a run's curves or weights."""
    from chainrule.cli.failure import Refused
    from chainrule.cli.terminal import print_json
    from chainrule.data import user_path
    from chainrule.runs import open_run

    drawings = {"curves": draw_curves, "weights": draw_weights}
    if what not in drawings:
        raise Refused(f"--what {what}: expected curves or weights")
    opened = open_run(run)
    path = user_path(out or f"{Path(run).stem}-{what}.png")
    if path.suffix.lower() not in FORMATS:
        raise Refused(f"--out {path}: expected a name that ends in .png or .svg")
    if path.is_dir() or not path.parent.is_dir():
        raise Refused(f"--out {path}: expected a file in a folder that exists")
    if not has_matplotlib():
        raise Refused("plots need matplotlib: pip install matplotlib")
    import matplotlib

    matplotlib.use("agg")
    save(drawings[what](run, opened), path)
    if json:
        print_json({"run": run, "what": what, "out": str(path)})
    else:
        print(f"{what} drawn in {path}")


def has_matplotlib() -> bool:
    """Whether matplotlib can be found; it is not imported for that."""
    try:
        return importlib.util.find_spec("matplotlib") is not None
    except ValueError:  # it is kept from being imported
        return False


def save(figure: Figure, path: Path) -> None:
    """Write the figure whole, or leave what was there."""
    import io

    from chainrule.ground import writing

    content = io.BytesIO()
    figure.savefig(content, format=path.suffix[1:].lower(), dpi=150)
    writing.replace(path, content.getvalue())


def draw_curves(name: str, run: Run) -> Figure:
    """Cost and accuracy by epoch; training and validation differ in dash, mark and colour."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import FixedLocator, MaxNLocator

    from chainrule.cli.failure import Refused
    from chainrule.runs import penalised

    if not run.history:
        raise Refused(f"{name} has no epochs yet: there are no curves to draw")
    epochs = [epoch.number for epoch in run.history]
    costs = [
        ("training", [epoch.cost for epoch in run.history]),
        ("validation", [epoch.validation_cost for epoch in run.history]),
    ]
    accuracies = [
        ("training", [scaled(epoch.accuracy) for epoch in run.history]),
        ("validation", [scaled(epoch.validation_accuracy) for epoch in run.history]),
    ]
    few = len(epochs) <= 60
    of_training = training_label(run)
    panels = [("cost, with the penalty" if penalised(run) else "cost", costs)]
    if any(value is not None for _, values in accuracies for value in values):
        panels.append(("accuracy, %", accuracies))
    figure = Figure(figsize=(4.5 * len(panels), 4), layout="constrained")
    every = figure.subplots(1, len(panels), squeeze=False)[0]
    for axes, (title, series) in zip(every, panels, strict=True):
        for label, values in series:
            if all(value is None for value in values):
                continue
            training = label == "training"
            axes.plot(
                epochs,
                [math.nan if value is None else value for value in values],
                label=of_training if training else label,
                color=POSITIVE if training else NEGATIVE,
                linestyle="-" if training else "--",
                marker=("o" if training else "s") if few else None,
                markersize=3.5,
                markerfacecolor=POSITIVE if training else ZERO,
            )
        if run.best is not None:
            axes.axvline(run.best[0], color="0.45", linestyle=":", label=f"best, {run.best[0]}")
        axes.set_xlabel("epoch")
        axes.set_title(title)
        ticks = FixedLocator(epochs) if len(epochs) == 1 else MaxNLocator(integer=True)
        axes.xaxis.set_major_locator(ticks)
        axes.grid(color="0.9")
        axes.legend()
    figure.suptitle(
        f"{run.data.get('name', Path(name).stem)}: {run.network.architecture}", parse_math=False
    )
    return figure


def training_label(run: Run) -> str:
    """`training`; where not all of the examples are measured after an epoch, how many are."""
    from chainrule.runs import measured_on

    parts = run.data.get("examples")
    examples = parts.get("train") if isinstance(parts, dict) else None
    if not isinstance(examples, int) or (measured := measured_on(examples)) == examples:
        return "training"
    return f"training, the first {measured:,} of {examples:,}"


def scaled(share: float | None) -> float | None:
    return None if share is None else 100 * share


def draw_weights(name: str, run: Run) -> Figure:
    """W1, one image a neuron, all on one scale: blue positive, orange negative, white zero."""
    import numpy as np
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.figure import Figure

    from chainrule.runs import image_shape

    shape = image_shape(run, name)
    weights = run.chosen.parameters["W1"]
    shown = weights[:MOST_DRAWN]
    largest = float(np.abs(shown).max()) or 1.0
    colours = LinearSegmentedColormap.from_list("signed", [NEGATIVE, ZERO, POSITIVE])
    columns = min(10, math.ceil(math.sqrt(len(shown))))
    rows = math.ceil(len(shown) / columns)
    figure = Figure(figsize=(1.05 * columns + 1.2, 1.2 * rows + 0.8), layout="constrained")
    grid: Any = figure.subplots(rows, columns, squeeze=False)
    image = None
    for number, axes in enumerate(grid.flat):
        axes.set_axis_off()
        if number < len(shown):
            image = axes.imshow(
                shown[number].reshape(shape), cmap=colours, vmin=-largest, vmax=largest
            )
            axes.set_title(str(number), fontsize=7, pad=2)
    if image is not None:
        figure.colorbar(image, ax=grid, shrink=0.6, label="weight")
    some = f"the first {len(shown)} of {len(weights)}" if len(shown) < len(weights) else "all"
    figure.suptitle(f"W1: the weights of {some} neurons of layer 1", fontsize=10)
    return figure
