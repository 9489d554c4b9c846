"""What the course of the folder one stands in has switched off, for commands beside `build`."""

from __future__ import annotations

from pathlib import Path

HINTS = "The course of this folder has switched hints off."
FORMULAS = "the course of this folder has switched worked formulas off"


def no_hints() -> bool:
    """Whether the learner's folder, this one or `my-network` in it, is of a course without hints.

    A course that cannot be read counts for one that has hints: the commands of `build` say so.
    """
    here = Path.cwd()
    if not any((place / "course.toml").exists() for place in (here, here / "my-network")):
        return False
    from chainrule.workshop import WorkshopError, find_folder

    try:
        return not find_folder().course().hints
    except WorkshopError:
        return False
