"""`chainrule grade FILE.py`: a network of somebody's own, and what is wrong with its gradients."""

from __future__ import annotations

import shutil
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chainrule.cli.numbers import LARGEST, between, whole

if TYPE_CHECKING:
    from chainrule.workshop import NetworkReport

MOST_SECONDS = 24 * 60 * 60


def grade(
    file: Annotated[str, typer.Argument(metavar="FILE.py", help="Your network, any module.")],
    cost: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="quadratic, cross-entropy, log-likelihood, squared or mean-squared. "
            "[that of the file's own function]",
        ),
    ] = None,
    seconds: Annotated[
        float,
        typer.Option(
            parser=between(0.1, MOST_SECONDS), metavar="N", help="It is stopped after so long."
        ),
    ] = 20.0,
    seed: Annotated[
        int, typer.Option(parser=whole(0, LARGEST), metavar="N", help="Of the examples.")
    ] = 0,
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> int:
    """Check your own network's gradients; name the mistake.

    The file gives, or three lines at its end give, `forward`, `gradients` and `parameters`.
    The cost is the one that you name, or that a function `cost` or `loss` of the file computes.
    Exit status: 0 right, 1 wrong, or right for one cost and wrong for another.
    """
    from chainrule.cli.failure import Refused
    from chainrule.cli.terminal import print_json
    from chainrule.workshop import ADAPTER, Guard, NoAdapter, grade_file, read_source

    path = Path(file).expanduser().absolute()
    source = read_source(path)
    try:
        with Guard() as guard:
            report = grade_file(source, path, guard, cost=cost, seconds=seconds, seed=seed)
    except NoAdapter as lacking:
        where = sys.stderr if json else sys.stdout
        print(
            "Three lines at the end of the file, or in a file beside it, make it known:\n"
            f"\n{textwrap.indent(ADAPTER, '    ')}\n",
            file=where,
        )
        raise Refused(str(lacking)) from None
    if json:
        print_json(report.to_dict())
    else:
        print_report(report)
    return 0 if report.passed else 1


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
    if report.rival is not None:
        explanation.append(
            f"Say which it is, `--cost {report.cost}` or `--cost {report.rival}`; or let the file "
            "have the function that computes it, `def cost(A, Y)`."
        )
    elif report.cost_function is not None and report.cost is not None:
        explanation.append(f"That is the cost which your `{report.cost_function}` computes.")
    if explanation:
        print("\n".join(wrapped(" ".join(explanation), width)))
    if report.network is not None:
        print(f"  recognised as {report.network}")
    if report.arrays:
        print()
        print(f"  {'array':<16}{'shape':<14}{'relative error':>16}")
        for each in report.arrays:
            wrong = "" if each.passed else "  wrong"
            print(f"  {each.name:<16}{each.shape!s:<14}{each.error:>16.1e}{wrong}")
    for line in own_lines(report.lines):
        print(line)
    for note in report.notes:
        print("\n".join(wrapped(sentence(note), width)))
