"""The sheet a command is given: a name, a file, an expression, or a network's own equations."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from chainrule.cli.failure import Refused

if TYPE_CHECKING:
    from chainrule.algebra import Sheet
    from chainrule.network import Architecture

BATCHES = ("rows", "columns")

SheetArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="SHEET",
        help='A name that `chainrule sheets` lists, a file, a function such as "x**2 * sin(x)", '
        "or - for standard input.",
    ),
]
NetworkOption = Annotated[
    str | None,
    typer.Option(metavar="LINE", help='Instead of a sheet: "784-30-10 sigmoid quadratic".'),
]
BatchOption = Annotated[
    str | None, typer.Option(metavar="FORM", help="The network's mini-batch, in rows or columns.")
]
L2Option = Annotated[bool, typer.Option("--l2", help="With the network's L2 penalty.")]

PATH = re.compile(r"(?:[^\W⁰¹²³⁴⁵⁶⁷⁸⁹]|[./\\~:-])+")
"""What may be a file's name or a sheet's."""
SHORT = re.compile(r"(?:[^\W\d]\d*|\d+)(?:[-/](?:[^\W\d]\d*|\d+))+")
"""What is a quotient or a difference though a file might be called so: `1/x`."""
DECLARES = re.compile(r"\s*[^\W\d]\w*\s*:")
"""The first line of a sheet: `x: scalar`."""
ANSWERS = re.compile(r"\s*(?:(?:d|∂)\s*\w+\s*(?:/\s*(?:d|∂)?\s*\w+)?|\w+\s*[′']|∇\S*|[δΔ]\w*|"
                     r"[dD]elta\w*)\s*(?:\[[^]]*\])?\s*=")  # fmt: skip
"""A line of a learner's, which names what it is about: `dC/dW2 = ...`, `delta2 = ...`."""


@dataclass(frozen=True)
class Chosen:
    """A sheet and what it is, in one sentence.

    words: what it is called in a command that asks for it again. variable: what a function that
    was typed is derived by. network: the architecture that the sheet is of, if it is one's.
    """

    sheet: Sheet
    title: str
    words: str = ""
    variable: str | None = None
    network: Architecture | None = None

    @property
    def name(self) -> str:
        """What it is called in the learner's record: a shipped sheet's name, or its text."""
        from chainrule.algebra import sheet_names

        return self.words if self.words in sheet_names() else self.sheet.text()


def chosen(source: str | None, network: str | None, batch: str | None, l2: bool) -> Chosen:
    """The sheet of the command line. Raises a Fault if there is none, or two."""
    if network is not None:
        if source is not None:
            raise Refused(f"a sheet, {source!r}, and --network: give one of them")
        return of_network(network, batch, l2)
    if batch is not None or l2:
        raise Refused("--batch and --l2 belong to --network; a sheet says itself what it is")
    if source is None:
        raise Refused("name a sheet, such as softmax; chainrule sheets lists them all")
    return read_sheet(source)


def read_sheet(words: str) -> Chosen:
    """A shipped sheet by its name, a file, `-`, the text of a sheet, or a function.

    Raises a Fault that says which of them was looked for.
    """
    from chainrule.algebra import (
        UnknownSheet,
        load_sheet,
        parse_sheet,
        sheet_names,
        shipped,
        typed_function,
    )
    from chainrule.ground.words import did_you_mean

    if words == "-":
        return Chosen(parse_sheet(standard_input()), "")
    if words in sheet_names():
        return Chosen(load_sheet(words), shipped(words).description, words)
    if ANSWERS.match(words):
        raise Refused(
            f"which sheet is this about? Name it first: chainrule check softmax {as_word(words)}; "
            "chainrule sheets lists them"
        )
    if is_function(words):
        function = typed_function(words)
        return Chosen(function.sheet, "", words, function.variable)
    try:
        return Chosen(load_sheet(words), "", words)
    except UnknownSheet as fault:
        close = did_you_mean(words, fault.known, otherwise="")
        raise Refused(
            f"no sheet is called {words[:60]!r} and there is no such file; "
            + " ".join(filter(None, (close, "chainrule sheets lists them")))
        ) from fault


def is_function(words: str) -> bool:
    """Whether the words are a function, and neither a file, nor a sheet's name or text."""
    from pathlib import Path

    if "\n" in words.strip() or DECLARES.match(words) or len(words) > 1000:
        return False
    if PATH.fullmatch(words) and not SHORT.fullmatch(words):
        return False
    return not Path(words).exists()


def standard_input() -> str:
    try:
        return sys.stdin.buffer.read().decode("utf-8")
    except UnicodeDecodeError as fault:
        raise Refused("standard input is not text in UTF-8") from fault


def as_word(words: str) -> str:
    """The words as one word of a command line, in double quotes where those do."""
    import shlex

    if not re.search(r"""[\s()*<>|&;'^\[\]{}]""", words):
        return shlex.quote(words)
    return f'"{words}"' if not set(words) & set('"$`\\!') else shlex.quote(words)


def of_network(words: str, batch: str | None, l2: bool) -> Chosen:
    """The equations of a network that is described in one line."""
    from chainrule.algebra import parse_sheet
    from chainrule.network import Architecture, sheet_of

    if batch is not None and batch not in BATCHES:
        raise Refused(f"--batch is {batch!r}: it is rows or columns")
    form = "rows" if batch == "rows" else "columns" if batch == "columns" else "one"
    architecture = Architecture.parse(words)
    sheet = parse_sheet(sheet_of(architecture, form, l2=l2))
    options = [f"--network {as_word(words)}"]
    options += [f"--batch {batch}"] if batch is not None else []
    options += ["--l2"] if l2 else []
    return Chosen(sheet, f"{architecture}.", " ".join(options), network=architecture)
