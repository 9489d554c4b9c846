"""The view *Build*: how the functions of the learner's own file stand, while they edit it."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from chainrule.web.rendering import render
from chainrule.web.view import View
from chainrule.workshop import (
    Folder,
    Guard,
    Session,
    Verdict,
    WorkshopError,
    find_folder,
    stage,
    stage_names,
)


def page(request: Request) -> Response:
    """It only reads the file: to grade is to run the learner's code, and needs the token."""
    return shown(request, ())


def check(request: Request) -> Response:
    """Grade what has changed since it was last checked, in the guarded process."""
    folder, _ = own_folder()
    if folder is None:
        return shown(request, ())
    with Guard() as guard:
        session = Session(folder, guard)
        session.refresh()
        verdicts = tuple(session.check(session.changed()))
    return shown(request, verdicts)


def shown(request: Request, verdicts: Sequence[Verdict]) -> Response:
    folder, message = own_folder()
    standing = None if folder is None else folder.standing().to_dict()
    return render(
        request,
        "build.html",
        view=VIEW,
        folder=folder,
        message=message,
        standing=standing,
        verdicts=[one for one in verdicts if one.outcome != "right" and one.culprit is None],
        checked=len(verdicts),
        words=WORDS,
        titles={name: stage(name).title for name in stage_names()},
    )


WORDS = {
    "missing": "not written",
    "unchecked": "not checked",
    "changed": "changed since it was checked",
    "held-up": "right by itself; what it uses is not",
    "slow": "right, but slow",
    "fragile": "right, but fragile",
    "numbers": "wrong numbers",
    "shape": "wrong type or shape",
    "raises": "does not run",
}
"""The states in words; any other is a word already."""


def own_folder() -> tuple[Folder | None, str]:
    try:
        return find_folder(), ""
    except WorkshopError as fault:
        return None, str(fault)


VIEW = View(
    "Build",
    "Your own network, function by function, in your own editor. This list follows the file as you "
    "save it.",
    gets=(("/build", page),),
    posts=(("/build", check),),
)
