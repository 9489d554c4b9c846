"""`chainrule doctor`: what the network runs on here, and whether anything slows it down."""

from __future__ import annotations

import os
import platform
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chainrule.cli.plot import has_matplotlib
from chainrule.ground.words import counted

if TYPE_CHECKING:
    from chainrule.machine import Report


def doctor(
    json: Annotated[bool, typer.Option("--json", help="The report as one JSON object.")] = False,
) -> None:
    """Say what the network runs on here."""
    from chainrule import machine
    from chainrule.cli.terminal import print_json, print_wrapped

    found = machine.report()
    if json:
        print_json(
            {
                "python": platform.python_version(),
                "processor": {**found.to_dict(), "kernels_of_the_shell": machine.FROM_THE_SHELL},
                "data": data_sets(),
                "cache": cache(),
                "terminal": terminal(),
                "matplotlib": has_matplotlib(),
            }
        )
        return
    for name, lines in (
        ("Python", [f"{platform.python_version()}, {sys.executable}"]),
        ("NumPy", [found.numpy]),
        ("Products of matrices", products(found)),
        ("Data", data_lines()),
        ("Cache", [cache()]),
        ("Terminal", [terminal_line(terminal())]),
        ("Plots", [plots_line()]),
    ):
        print(name)
        for line in lines:
            print_wrapped(f"  {line}", "    ")


def products(found: Report) -> list[str]:
    """BLAS, its kernels and its threads, and what to do about them."""
    from chainrule.machine import FROM_THE_SHELL, KEEP, KERNELS, WIDE

    lines = [f"by {found.blas} {found.version}, kernels for {found.kernels}"]
    asked = found.kernels_asked_for
    if asked is not None and asked == FROM_THE_SHELL:
        lines.append(f"{KERNELS}={asked}, which names the kernels to take")
    elif asked is not None:
        shell = "does not set it" if FROM_THE_SHELL is None else f"has {FROM_THE_SHELL}"
        lines.append(
            f"{KERNELS}={asked}: the command chainrule set it, for kernels as wide as this "
            f"processor allows; your shell {shell}. {KEEP}=keep leaves it as it is"
        )
    if found.wide_kernels_missed:
        lines.append(
            f"This processor has AVX-512, with registers twice as wide as these kernels use. "
            f"Unset {KEEP}, and chainrule takes the wide kernels by itself"
        )
    if found.avx512 and found.processor == "AuthenticAMD" and found.blas == "openblas":
        lines.append(
            "This processor has AVX-512; not every OpenBLAS takes its wide kernels on AMD. The "
            f"command chainrule asks for them, unless {KEEP}=keep. In your own Python, ask before "
            f"NumPy is imported: {KERNELS}={WIDE} python your_program.py"
        )
    elif found.avx512:
        lines.append("this processor has AVX-512")
    else:
        lines.append("this processor has no AVX-512, or does not tell")
    lines.append(
        f"{counted(found.threads, 'thread')}, for products and updates that are large "
        "enough; smaller networks are trained on one, because splitting their work costs more "
        "than it gains"
    )
    return lines


def data_sets() -> dict[str, str | None]:
    """Where each data set known by name is, None if it is not here."""
    from chainrule.data import describe, names

    found = {name: describe(name).where for name in names()}
    return {name: None if where is None else str(where) for name, where in found.items()}


def data_lines() -> list[str]:
    from chainrule.data import DataError

    try:
        sets = data_sets()
    except DataError as fault:
        return [str(fault)]
    return [
        f"{name}: {where}" if where else f"{name}: not here; chainrule data fetch {name}"
        for name, where in sets.items()
    ]


def cache() -> str:
    import platformdirs

    return platformdirs.user_cache_dir("chainrule")


def terminal() -> dict[str, Any]:
    from chainrule.cli.terminal import console, shows

    screen = console()
    return {
        "is_terminal": screen.is_terminal,
        "columns": screen.width,
        "colours": screen.color_system if not screen.no_color else None,
        "no_color": "NO_COLOR" in os.environ,
        "encoding": sys.stdout.encoding,
        "block_characters": shows("▀█"),
    }


def terminal_line(found: dict[str, Any]) -> str:
    kind = "a terminal" if found["is_terminal"] else "no terminal: a file or a pipe"
    colours = f"colours {found['colours']}" if found["colours"] else "no colours"
    blocks = "block characters" if found["block_characters"] else "no block characters"
    return f"{kind}, {found['columns']} columns, {colours}, {found['encoding']}, {blocks}"


def plots_line() -> str:
    return "matplotlib is here" if has_matplotlib() else "plots need it: pip install matplotlib"
