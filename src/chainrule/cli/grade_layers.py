"""`chainrule grade` on a file of layers: each one by itself."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chainrule.workshop import Guard, LayersReport, OwnFile


def layers_of(
    files: Sequence[OwnFile], guard: Guard, seconds: float, seed: int, *, asked: bool
) -> list[LayersReport]:
    """The verdicts on the layers of these files; unless they are asked for, on layers alone.

    A network may look like a layer: one that fails, and is of no known kind, is not taken for one.
    """
    from chainrule.workshop import grade_layers, layers_alone

    if not asked and not all(layers_alone(own.source) for own in files):
        return []
    found = []
    for own in files:
        report = grade_layers(own.source, own.path, guard, seconds=seconds, seed=seed)
        if report is None:
            continue
        if asked or all(layer.passed or layer.words for layer in report.layers):
            found.append(report)
    return found


def graded_layers(reports: Sequence[LayersReport], path: Path, *, json: bool) -> int:
    """Print the verdicts; the exit status."""
    from chainrule.cli.failure import Refused
    from chainrule.cli.terminal import print_json

    if not reports:
        raise Refused(
            f"{path} has no layers: expected classes with `forward` and `backward`, or functions "
            "as `affine_forward` and `affine_backward`"
        )
    for report in reports:
        if json:
            print_json(report.to_dict())
        else:
            print_layers(report)
    return 0 if all(report.passed for report in reports) else 1


def print_layers(report: LayersReport) -> None:
    """The layers in the order of the file, and how many are right."""
    from chainrule.cli.terminal import console
    from chainrule.cli.verdict_text import mark, sentence, wrapped
    from chainrule.workshop import summary

    width = shutil.get_terminal_size().columns
    screen = console()
    for layer in report.layers:
        sign, style = mark("right" if layer.passed else "wrong")
        kind = f"  ({layer.words})" if layer.words else ""
        message = f"{layer.name}{kind}" if layer.passed else f"{sentence(layer.message)}{kind}"
        first, *rest = wrapped(f"{sign} {message}", width, "")
        screen.print(first, style=style, soft_wrap=True)
        for line in rest:
            screen.print(line, soft_wrap=True)
        if layer.passed:
            continue
        if layer.mistake is not None:
            print(f"  {layer.mistake}")
            print("\n".join(wrapped(layer.explanation, width)))
        for each in layer.arrays:
            wrong = "" if each.passed else "  wrong"
            shown = "" if each.error is None else f"{each.error:>10.1e}"
            print(f"    {each.name:<16}{each.shape!s:<16}{shown}{wrong}")
    print(f"{report.file}: {summary(report)}")
