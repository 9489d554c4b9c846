"""The learner's folder, as `--folder` names it, and what can be typed about it."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from chainrule.workshop import Derivation, Folder

FolderOption = Annotated[
    str | None,
    typer.Option("--folder", metavar="FOLDER", help="Your folder. [this one, or my-network]"),
]

COMMANDS = """\
    chainrule build watch         grades your functions each time you save
    chainrule build check         grades once everything that has changed
    chainrule build check NAME    grades one function
    chainrule build list          shows how far you are
    chainrule build record        shows what was graded when, and of which source
    chainrule build hint          gives the idea, then the rule, the first line, the reference
    chainrule build reset NAME    empties a function again; the old file goes to `archive/`
    chainrule build train         trains your network, beside ours, and keeps it
    chainrule build predict FILE  lets your trained network read a picture

"""
"""What its README says can be typed."""


def named_folder(named: str | None) -> Folder:
    """The learner's folder; where there is none, Refused says what to type."""
    from chainrule.cli.failure import Refused
    from chainrule.cli.recording import record
    from chainrule.workshop import NoNetwork, find_folder

    try:
        return replace(find_folder(named), also=record, derived=derived)
    except NoNetwork as fault:
        if fault.below is not None:
            option = f"`--folder {shlex.quote(str(fault.below))}`"
            raise Refused(f"{fault}: add {option} to the command") from None
        raise Refused(
            f"{fault}: `chainrule build start` makes a folder with one; `--folder` names it"
        ) from None


HOW = "To derive first: chainrule check {sheet} --wrt {quantity}"
"""What a docstring says of an equation that is not derived yet."""


def derived() -> set[Derivation]:
    """What the learner has derived, by their record; nothing where that cannot be read."""
    from chainrule.cli.recording import log
    from chainrule.ground.faults import Fault
    from chainrule.roadmap import derivations

    try:
        return derivations(log().events())
    except Fault:
        return set()


def to_derive(name: str, folder: Folder) -> str:
    """Where the equation of a function is derived; nothing where its formula is shown already."""
    from chainrule.workshop import stage, taken_course

    one = stage(name)
    if not one.derive or name in folder.formulas():
        return ""
    first = one.derive[0]
    where = (
        f"Its equation is yours to derive: `chainrule check {first.sheet} --wrt {first.quantity}`."
    )
    return f"{where} Once it is right there, it stands here." if taken_course().hints else where


def option(folder: Folder) -> str:
    """` --folder mine`, which names this folder in a command; nothing where none is needed."""
    from chainrule.workshop import DEFAULT_FOLDER

    here = Path.cwd()
    places = [place for place in (here, here / DEFAULT_FOLDER) if (place / "network.py").exists()]
    if places and places[0] == folder.path:
        return ""
    below = folder.path.is_relative_to(here)
    return f" --folder {shlex.quote(str(folder.path.relative_to(here) if below else folder.path))}"


def how_to_train(folder: Folder) -> str:
    """What trains the network of a folder; nothing where its course does not come to one."""
    from chainrule.workshop import stage_names

    if not {"forward", "train"} <= set(stage_names()):
        return ""
    return f" `chainrule build train{option(folder)}` trains your network."
