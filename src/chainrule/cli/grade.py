"""`chainrule grade FILE.py`: a network of somebody's own, and what is wrong with its gradients."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chainrule.cli.numbers import LARGEST, between, whole

if TYPE_CHECKING:
    from chainrule.workshop import NetworkReport, NoAdapter, OwnFile

MOST_SECONDS = 24 * 60 * 60


def grade(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="Your network: a .py, an .ipynb, or a folder.")
    ],
    cost: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="quadratic, squared, mean-squared, cross-entropy, log-likelihood, "
            "-of-scores, bce, hinge, huber, or FILE.py:function. [the file's own function]",
        ),
    ] = None,
    seconds: Annotated[
        float,
        typer.Option(
            parser=between(0.1, MOST_SECONDS), metavar="N", help="It is stopped after so long."
        ),
    ] = 60.0,
    seed: Annotated[
        int, typer.Option(parser=whole(0, LARGEST), metavar="N", help="Of the examples.")
    ] = 0,
    adapter: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="How your file is read, as --write-adapter wrote it."),
    ] = None,
    write_adapter: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Write down how your file is read, to correct it."),
    ] = None,
    layers: Annotated[
        bool,
        typer.Option("--layers", help="Each layer by itself. [where the file has no network]"),
    ] = False,
    own_start: Annotated[
        bool, typer.Option("--own-start", help="Check at your own starting weights.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> int:
    """Check the gradients of your own network, or of your layers; name the mistake.

    How the file is used is found by itself, and shown as a few lines that you can correct.
    The cost is the one that you name, or that a function `cost` or `loss` of the file computes.
    Exit status: 0 right, 1 wrong, or right for one cost and wrong for another.
    """
    from chainrule.cli.grade_layers import graded_layers, layers_of
    from chainrule.cli.terminal import print_json
    from chainrule.workshop import Guard, NoAdapter, grade_file, not_graded, own_files, read_source

    path = Path(file).expanduser().absolute()
    text = "" if adapter is None else read_source(Path(adapter).expanduser().absolute()).decode()
    report, unknown = None, None
    with Guard() as guard:
        files = own_files(path)
        if layers or (adapter is None and not own_start and cost is None):
            found = layers_of(files, guard, seconds, seed, asked=layers)
            if found or layers:
                status = graded_layers(found, path, json=json)
                say_if_changed(files, path, json=json)
                return status
        graded = files[0]
        for own in files:
            graded = own
            try:
                report = grade_file(
                    own.source,
                    own.path,
                    guard,
                    cost=cost,
                    adapter=text,
                    own_start=own_start,
                    seconds=seconds,
                    seed=seed,
                )
            except NoAdapter as lacking:
                unknown = unknown or lacking
                continue
            break
        if report is None and adapter is None:
            found = layers_of(files, guard, seconds, seed, asked=True)
            if any(layer.arrays for each in found for layer in each.layers):
                graded_layers(found, path, json=json)
                say_unrecognised(unknown, path, json=json)
                return 1
    if report is None:
        raise refused(unknown, path, write_adapter, json=json)
    if write_adapter is not None and report.adapter:
        write_lines(Path(write_adapter), report.adapter)
    if json:
        print_json(report.to_dict())
    else:
        print_report(report)
        if others := not_graded(files, graded):
            print(f"  Not graded: {', '.join(others)}. Give a file by itself to grade it.")
    say_if_changed(files, path, json=json)
    return 0 if report.passed else 1


def say_unrecognised(unknown: NoAdapter | None, path: Path, *, json: bool) -> None:
    """Say why layers without a network are no pass, and what would make the network known."""
    from chainrule.cli.verdict_text import wrapped

    where = sys.stderr if json else sys.stdout
    why = refused(unknown, path, None, json=json)
    words = (
        f"No network was recognised in it: {str(why).rstrip('.')}. Right layers may be put "
        "together wrongly, so that this is no pass; with --layers it is one where all are right."
    )
    print("\n".join(wrapped(words, shutil.get_terminal_size().columns, "")), file=where)


def say_if_changed(files: Sequence[OwnFile], path: Path, *, json: bool) -> None:
    """Say that what was graded is not what is on the disk now, where it is not."""
    from chainrule.workshop import WorkshopError, own_files

    try:
        now = own_files(path)
    except WorkshopError:
        now = []
    if now != files:
        where = sys.stderr if json else sys.stdout
        print(f"{path.name} has changed since: this was the file before.", file=where)


def refused(
    unknown: NoAdapter | None, path: Path, write_adapter: str | None, *, json: bool
) -> Exception:
    """Why there is no verdict, after the lines that would make the network known."""
    from chainrule.cli.failure import Refused
    from chainrule.workshop import ADAPTER

    where = sys.stderr if json else sys.stdout
    if unknown is not None and unknown.adapter:
        print("This much of it was recognised:\n", file=where)
        print(textwrap.indent(unknown.adapter, "    "), file=where)
        print(
            "\nWrite it to a file, say how the gradients come, and give it by --adapter.\n",
            file=where,
        )
        if write_adapter is not None:
            write_lines(Path(write_adapter), unknown.adapter)
    elif unknown is None or unknown.helped:
        print(
            "Three lines at the end of the file, or in a file beside it, make it known:\n"
            f"\n{textwrap.indent(ADAPTER, '    ')}\n",
            file=where,
        )
    words = f"{path} has no file with a network" if unknown is None else str(unknown)
    return Refused(words)


def write_lines(path: Path, adapter: str) -> None:
    """Write an adapter, with a line that says what it is."""
    from chainrule.ground.writing import replace

    head = "# How your file is read; `own` is your file. Correct a line, then give it by --adapter."
    replace(path.expanduser().absolute(), f"{head}\n{adapter}\n".encode())


def function_untold(report: NetworkReport) -> bool:
    """Whether a function of the file computes the cost, and the explanation does not name it."""
    name = report.cost_function
    return name is not None and f"`{name}`" not in report.explanation


def print_report(report: NetworkReport) -> None:
    """The message, the arrays one by one, the file's own lines last."""
    from chainrule.cli.terminal import console
    from chainrule.cli.verdict_text import mark, own_lines, sentence, wrapped

    width = shutil.get_terminal_size().columns
    open_still = report.rival is not None
    sign, style = mark("right" if report.passed else "changed" if open_still else "wrong")
    screen = console()
    first, *rest = wrapped(f"{sign} {sentence(report.message)}", width, "")
    screen.print(first, style=style, soft_wrap=True)
    for line in rest:
        screen.print(line, soft_wrap=True)
    if report.mistake is not None:
        print(f"  {report.mistake}")
    explanation = [report.explanation] if report.explanation else []
    if report.cost_found:
        explanation.append("If your cost is another one, name it with --cost.")
    if report.left_out and report.adapter:
        explanation.append("If nothing else is learnt, say so: give the adapter with --adapter.")
    if report.rival is not None:
        which = f"Say which it is, `--cost {report.cost}` or `--cost {report.rival}`"
        other = "; or let the file have the function that computes it, `def cost(A, Y)`"
        explanation.append(f"{which}{'' if report.cost_function else other}.")
    elif report.cost is not None and function_untold(report):
        explanation.append(f"That is the cost which your `{report.cost_function}` computes.")
    if explanation:
        print("\n".join(wrapped(" ".join(explanation), width)))
    if report.network is not None:
        print(f"  recognised as {report.network}")
    if report.arrays:
        print()
        long = max(15, *(len(each.name) for each in report.arrays)) + 1
        print(f"  {'array':<{long}}{'shape':<14}{'relative error':>16}")
        for each in report.arrays:
            wrong = "" if each.passed else "  wrong"
            print(f"  {each.name:<{long}}{each.shape!s:<14}{each.error:>16.1e}{wrong}")
    if report.adapter:
        print("\n  read as follows; --write-adapter FILE writes it, --adapter FILE takes it back")
        print(textwrap.indent(report.adapter, "    "))
    for line in own_lines(report.lines):
        print(line)
    for note in report.notes:
        print("\n".join(wrapped(sentence(note), width)))
