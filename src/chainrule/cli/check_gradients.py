"""`chainrule check-gradients`: backpropagation held against slopes measured by differences."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chainrule.cli.numbers import real, whole
from chainrule.ground.words import counted

if TYPE_CHECKING:
    from chainrule.network import GradientReport, Network, TensorCheck


def check_gradients(
    what: Annotated[
        str,
        typer.Argument(
            metavar="[RUN|ARCHITECTURE]",
            help='A run, checked on its data, or an architecture such as "784-30-10 sigmoid '
            'quadratic", checked on random examples.',
        ),
    ] = "64-30-10 sigmoid cross-entropy",
    examples: Annotated[
        int, typer.Option(parser=whole(1), metavar="M", help="Examples to check on.")
    ] = 10,
    l1: Annotated[float, typer.Option(parser=real, metavar="LAMBDA", help="L1 penalty.")] = 0.0,
    l2: Annotated[float, typer.Option(parser=real, metavar="LAMBDA", help="L2 penalty.")] = 0.0,
    dropout: Annotated[
        float, typer.Option(parser=real, metavar="P", help="Dropout, its masks frozen.")
    ] = 0.0,
    seed: Annotated[
        int, typer.Option(parser=whole(0), metavar="N", help="Of all that is random.")
    ] = 0,
    data_dir: Annotated[
        str | None, typer.Option(metavar="FOLDER", help="Where mnist or fashion-mnist lies.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="The report as one JSON object.")] = False,
) -> None:
    """Check backpropagation by differences."""
    from chainrule.cli.terminal import print_json, print_wrapped, width
    from chainrule.network import check_gradients as check

    network, X, y, on = subject(what, examples, seed, data_dir)
    report = check(network, X, y, l1=l1, l2=l2, dropout=dropout, seed=seed)
    if json:
        print_json({"network": str(network.architecture), "on": on, **report.to_dict()})
    else:
        given = (("L1", l1), ("L2", l2), ("dropout", dropout))
        put_on = " and ".join(f"{name} {value:g}" for name, value in given if value)
        added = f", with {put_on}" if put_on else ""
        print_wrapped(f"{network.architecture}, on {on}{added}, in float64", "  ")
        print()
        print("\n".join(table(report, width())))
        print()
        print_wrapped(verdict(report))
    if not report.passed:
        raise typer.Exit(1)


def subject(
    what: str, examples: int, seed: int, data_dir: str | None
) -> tuple[Network, Any, Any, str]:
    """The network to check, and X, y to check it on."""
    from chainrule.data import user_path
    from chainrule.network import Network
    from chainrule.runs import check_data_dir, check_fits, load_data, open_run

    if re.match(r"\s*\d+-\d+", what) and not user_path(what).exists():
        check_data_dir("random examples", data_dir)
        return on_random_examples(Network.of(what, init="scaled", seed=seed), examples, seed)
    opened = open_run(what)
    if not opened.data:  # the network alone was saved
        check_data_dir("random examples", data_dir)
        return on_random_examples(opened.chosen, examples, seed)
    check_data_dir(opened.data.get("source"), data_dir)
    network, data = opened.chosen, load_data(opened, None, data_dir)
    check_fits(network, data)
    some = min(examples, len(data.train))
    first = "training example" if some == 1 else f"{some:,} training examples"
    on = f"the first {first} of {data.name}"
    return network, data.train.X[:some], data.train.y[:some], on


def on_random_examples(network: Network, examples: int, seed: int) -> tuple[Network, Any, Any, str]:
    import numpy as np

    sizes = network.architecture.sizes
    rng = np.random.default_rng(seed)
    X = rng.random((examples, sizes[0]))
    y = rng.integers(0, max(sizes[-1], 2), examples)
    return network, X, y, counted(examples, "random example")


def table(report: GradientReport, across: int) -> list[str]:
    """One line an array, two where it is narrow; one more where backpropagation differs."""
    heads = ("array", "relative error", "checked", "verdict")
    rows = [
        (
            f"dC/d{tensor.name}",
            f"{tensor.error:.1e}",
            f"{tensor.checked:,} of {tensor.of:,}",
            "PASS" if tensor.passed else "FAIL",
        )
        for tensor in report.tensors
    ]
    widths = [max(len(row[i]) for row in (heads, *rows)) for i in range(len(heads))]
    fits = sum(widths) + 2 * (len(widths) - 1) <= across
    lines = [in_columns(heads, widths)] if fits else []
    for row, tensor in zip(rows, report.tensors, strict=True):
        name, error, checked, told = row
        if fits:
            lines.append(in_columns(row, widths))
        else:
            lines += [f"{name}: {told}", f"  error {error}, {checked}"]
        lines += [] if tensor.passed else where_it_differs(tensor)
    return lines


def in_columns(cells: tuple[str, ...], widths: list[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def where_it_differs(tensor: TensorCheck) -> list[str]:
    """The element with the largest gap, and its two values."""
    if not tensor.checked:
        return ["  every element that was looked at lies at a kink"]
    place = ", ".join(map(str, tensor.worst))
    return [
        f"  most at {tensor.name}[{place}]:",
        f"    backpropagation {tensor.backpropagation:.6g}",
        f"    difference      {tensor.difference:.6g}",
    ]


def verdict(report: GradientReport) -> str:
    from chainrule.network import TOLERANCE

    skipped = sum(tensor.skipped for tensor in report.tensors)
    kinks = f" {skipped} elements at a kink were left out." if skipped else ""
    if report.passed:
        return (
            f"PASS: backpropagation and (C(w + h) - C(w - h)) / 2h agree; the largest relative "
            f"error is {report.error:.1e}, and up to {TOLERANCE:.0e} passes.{kinks}"
        )
    failed = [f"dC/d{tensor.name}" for tensor in report.tensors if not tensor.passed]
    return (
        f"FAIL: {', '.join(failed)} differ from (C(w + h) - C(w - h)) / 2h by more than a "
        f"relative error of {TOLERANCE:.0e}.{kinks}"
    )
