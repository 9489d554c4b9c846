"""What the course of the folder one stands in has switched off, for commands beside `build`."""

from __future__ import annotations

from pathlib import Path

HINTS = "the course of this folder has switched hints off"
HINTS_SENTENCE = f"{HINTS.capitalize()}."
FORMULAS = "the course of this folder has switched worked formulas off"


def no_hints() -> bool:
    """Whether the learner's folder, this one or `my-network` in it, is of a course without hints.

    Without a course in either, the workshop need not be loaded to know.
    """
    here = Path.cwd()
    if not any((place / "course.toml").exists() for place in (here, here / "my-network")):
        return False
    from chainrule.workshop import hints_shown

    return not hints_shown()
