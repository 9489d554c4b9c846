"""The view *Build*: how the functions of the learner's own file stand, while they edit it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from chainrule import roadmap
from chainrule.ground.faults import Fault
from chainrule.web.address import Address
from chainrule.web.own_training import OwnTraining
from chainrule.web.rendering import address_of, asked, render, see
from chainrule.web.studio import NotThere, Studio
from chainrule.web.view import View
from chainrule.workshop import (
    DEFAULT_FOLDER,
    Derivation,
    Folder,
    Guard,
    Session,
    Verdict,
    WorkshopError,
    find_folder,
    reset_function,
    stage,
    stage_names,
    start_folder,
    taken_course,
)
from chainrule.workshop import hint as next_hint

HOW = "To derive first: the page Derive, the sheet {sheet}, {quantity}"
"""What a docstring says of an equation that is not derived yet."""

README = """\
The page Build grades your functions each time you save, gives hints, and trains your network beside
ours.

"""


def own_folder() -> Folder:
    """The learner's folder; the log of the road gets its events, too. WorkshopError without one."""
    return replace(find_folder(), also=roadmap.record, derived=derived)


def derived() -> set[Derivation]:
    log = roadmap.Log()
    try:
        return roadmap.derivations(log.events())
    except Fault:
        return set()
    finally:
        log.close()


def page(request: Request) -> Response:
    """It only reads the file: to grade is to run the learner's code, and needs the token."""
    return shown(request, ())


def shown(request: Request, verdicts: Sequence[Verdict], graded_at: str | None = None) -> Response:
    """The page; `graded_at` is the stamp of the file whose verdicts these are.

    The page carries the stamp from before the file was read: one that has changed since is graded
    again. A verdict on what is not on the disk any more is not shown.
    """
    try:
        folder = own_folder()
        at = folder.stamp()
    except WorkshopError as fault:
        return render(
            request, "build.html", view=VIEW, standing=None, stamp="", message=str(fault),
            place=Path(DEFAULT_FOLDER).absolute(),
        )  # fmt: skip
    standing = folder.standing()
    if graded_at not in (None, at):
        verdicts = [v for v in verdicts if not v.of_file and standing.functions[v.stage].judged]
    name = asked_for(request) or standing.current or stage_names()[0]
    one = stage(name).shown(folder.formulas())
    history = folder.progress.history()
    known = name in history.ever_right or name in history.shown
    rungs = one.hints.hints[: None if known else history.hints[name]]
    all_given = len(rungs) == len(one.hints.hints)
    course = taken_course()
    studio: Studio = request.app.state.studio
    return render(
        request,
        "build.html",
        view=VIEW,
        folder=folder,
        stamp=at if graded_at is None else graded_at,
        standing=standing.to_dict(),
        verdicts=[one for one in verdicts if one.outcome != "right" and one.culprit is None],
        passed=[one.stage for one in verdicts if one.outcome == "right"],
        checked=len(verdicts),
        words=WORDS,
        titles={name: stage(name).title for name in stage_names()},
        stage=one,
        to_derive=one.derive[0] if one.derive and name not in folder.formulas() else None,
        rungs=rungs if course.hints else (),
        reference=one.hints.answer.text if known and course.references else "",
        course=course,
        may_ask=course.hints and (course.references or not all_given),
        state=standing.functions[name],
        training=studio.own_training,
        source=studio.source,
    )


def asked_for(request: Request) -> str:
    """The function that an address or a form names; empty where it names none."""
    query = asked(request).query if request.method == "POST" else address_of(request).query
    name = query.get("name", "")
    if name and name not in stage_names():
        raise NotThere(f"no function of the workshop is called {name[:40]!r}")
    return name


def state(request: Request) -> Response:
    """Whether the file has changed, and how far a training is: for a page that follows them."""
    try:
        changed = own_folder().stamp()
    except WorkshopError:
        changed = ""
    training = request.app.state.studio.own_training
    done = len(training.epochs) if training is not None else 0
    return JSONResponse(
        {"stamp": changed, "epochs": done, "going": training is not None and training.going}
    )


def check(request: Request) -> Response:
    """Grade what has changed since it was last checked, in the guarded process."""
    folder = own_folder()
    asked_for(request)
    at = folder.stamp()
    with Guard() as guard:
        session = Session(folder, guard)
        session.refresh()
        changed = session.changed()
        if not changed and session.outline is None:
            changed = [stage_names()[0]]  # any function: the verdict then is of the file
        verdicts = tuple(session.check(changed))
    return shown(request, verdicts, at)


def start(request: Request) -> Response:
    """Make the learner's folder where the page was started; what is there is never touched."""
    start_folder(Path(DEFAULT_FOLDER), README, how=HOW, derived=derived())
    return see(Address("/build"))


def named(request: Request) -> tuple[Folder, str]:
    """The learner's folder, and the function of its course that is named."""
    folder = own_folder()
    name = asked_for(request)
    if not name:
        raise NotThere("say which function")
    return folder, name


def hint(request: Request) -> Response:
    """One hint more; the record says so."""
    folder, name = named(request)
    next_hint(stage(name), folder.progress)
    return see(Address("/build", {"name": name}))


def reset(request: Request) -> Response:
    """Make a function empty again; the file as it was goes to the archive."""
    folder, name = named(request)
    reset_function(folder, stage(name), HOW)
    return see(Address("/build", {"name": name}))


def train(request: Request) -> Response:
    """Train the learner's network beside ours, in the guarded process, on the page's data."""
    studio: Studio = request.app.state.studio
    if studio.own_training is None or not studio.own_training.going:
        studio.own_training = OwnTraining(own_folder(), studio.source, studio.data_dir)
    return see(Address("/build"))


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

VIEW = View(
    "Build",
    "Your own network, function by function, in your own editor. This page follows the file and "
    "grades it each time you save.",
    gets=(("/build", page), ("/build/state", state)),
    posts=(
        ("/build", check),
        ("/build/start", start),
        ("/build/hint", hint),
        ("/build/reset", reset),
        ("/build/train", train),
    ),
    of_the_road=True,
)
