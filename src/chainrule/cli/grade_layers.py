"""`chainrule grade` on a file of layers: each one by itself."""

from __future__ import annotations

import ast
import shutil
from collections.abc import Sequence
from dataclasses import replace
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
        report = report and without_those_of_others(report, own, files)
        if report is None:
            continue
        if asked or all(layer.passed or layer.words for layer in report.layers):
            found.append(report)
    return found


def without_those_of_others(
    report: LayersReport, own: OwnFile, files: Sequence[OwnFile]
) -> LayersReport | None:
    """The layers of a file in a folder; None where none is left.

    Without those that it imports from another file, and those that could not be checked and that
    classes of another file are made from.
    """
    here, _ = defined(own.source)
    others = [defined(each.source) for each in files if each != own]
    elsewhere = set[str]().union(*(names for names, _ in others))
    inherited = set[str]().union(*(bases for _, bases in others))
    layers = tuple(
        layer
        for layer in report.layers
        if ((name := layer.name.partition("(")[0]) in here or name not in elsewhere)
        and not (name in inherited and layer.undecided)
    )
    return replace(report, layers=layers) if layers else None


def defined(source: bytes) -> tuple[set[str], set[str]]:
    """The classes and functions at the top of a file, and what the classes are made from."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set(), set()
    classes = [node for node in body if isinstance(node, ast.ClassDef)]
    names = {node.name for node in body if isinstance(node, (ast.ClassDef, ast.FunctionDef))}
    bases = {base for node in classes for base in node.bases}
    return names, {base.id for base in bases if isinstance(base, ast.Name)}


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
    names = [each.name for layer in report.layers if not layer.passed for each in layer.arrays]
    long = max(15, *map(len, names)) + 1 if names else 16
    for layer in report.layers:
        state = "right" if layer.passed else "unchecked" if layer.undecided else "wrong"
        sign, style = mark(state)
        kind = f"  ({layer.words})" if layer.words else ""
        message = f"{layer.name}{kind}" if layer.passed else f"{sentence(layer.message)}{kind}"
        first, *rest = wrapped(f"{sign} {message}", width, "")
        screen.print(first, style=style, soft_wrap=True)
        for line in rest:
            screen.print(line, soft_wrap=True)
        if layer.mistake is not None:
            print(f"  {layer.mistake}")
        if layer.explanation:
            print("\n".join(wrapped(layer.explanation, width)))
        for each in () if layer.passed or layer.undecided else layer.arrays:
            wrong = "" if each.passed else "  wrong"
            shown = "" if each.error is None else f"{each.error:>10.1e}"
            print(f"    {each.name:<{long}}{each.shape!s:<16}{shown}{wrong}")
    print(f"{report.file}: {summary(report)}")
