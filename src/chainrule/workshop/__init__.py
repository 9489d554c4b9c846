"""The learner's own network.py, built function by function, graded: the door of this room.

`stages/` holds one folder a function: what to write, hints, a reference, and an oracle. `guarded/`
runs the learner's code in a process of its own. `grading` brings the two together.

The names are looked up when they are first used: the guarded process starts from this package and
should be quick.
"""
# ruff: noqa: F401  (the names are for whoever checks types; `HOMES` has them too)

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chainrule.workshop.backprop_equations import RIGHT, Equations, gradients
    from chainrule.workshop.backprop_mistakes import SLIPS, Slip
    from chainrule.workshop.calls import Call
    from chainrule.workshop.compared_answers import Read, known_mistake
    from chainrule.workshop.course import (
        DERIVE,
        STAGES,
        WHOLE_COURSE,
        Course,
        Derivation,
        Stage,
        all_stages,
        empty_file,
        formulas,
        references,
        stage,
        stage_in,
        stage_names,
        taken_course,
        taking,
    )
    from chainrule.workshop.course_file import read_course
    from chainrule.workshop.elementwise import elementwise_cases, shaped_like
    from chainrule.workshop.errors import WorkshopError
    from chainrule.workshop.folder import (
        DEFAULT_FOLDER,
        Folder,
        NoNetwork,
        find_folder,
        hints_shown,
        reset_function,
        start_folder,
    )
    from chainrule.workshop.function_grading import grade, grade_all
    from chainrule.workshop.given_files import OwnFile, not_graded, own_files
    from chainrule.workshop.guarded.codec import (
        MOST_ITEMS,
        Foreign,
        Given,
        Unreadable,
        pack,
        unpack,
    )
    from chainrule.workshop.guarded.given import GIVEN_FUNCTIONS, made
    from chainrule.workshop.guarded.guard import MEMORY, Guard, Ran
    from chainrule.workshop.guarded.messages import MESSAGES, decode, encode
    from chainrule.workshop.guarded.protocol import (
        CallCase,
        CallFunction,
        Job,
        OwnLine,
    )
    from chainrule.workshop.guarded.slopes import flat
    from chainrule.workshop.hints import NO_HINTS, NO_REFERENCES, Hint, hint
    from chainrule.workshop.layer_grading import grade_layers, layers_alone
    from chainrule.workshop.layer_report import LayerReport, LayersReport, summary
    from chainrule.workshop.near_misses import NAMED_FUNCTIONS, Pair, looks
    from chainrule.workshop.network_costs import NETWORK_COSTS
    from chainrule.workshop.network_grading import ADAPTER, NoAdapter, grade_file
    from chainrule.workshop.network_judging import NetworkReport
    from chainrule.workshop.oracle import Case, Finding, Mistake, Oracle
    from chainrule.workshop.own_answer import answer_of
    from chainrule.workshop.own_numbers import OwnQuantity, OwnStep, own_step
    from chainrule.workshop.own_parts import ACTIVATIONS, COSTS, OPTIMIZERS, Settings
    from chainrule.workshop.own_run import OwnRun
    from chainrule.workshop.own_training import (
        NotReady,
        OwnCodeFailed,
        OwnEpoch,
        Trained,
        train_own,
    )
    from chainrule.workshop.progress import FunctionStanding, History, Progress, Standing
    from chainrule.workshop.repeats import with_repeats
    from chainrule.workshop.returns import Group, Lists, One
    from chainrule.workshop.session import Session
    from chainrule.workshop.source import outline, read_source, written
    from chainrule.workshop.verdict import Example, Verdict

HOMES = {
    "compared_answers": "Read known_mistake",
    "backprop_equations": "RIGHT Equations gradients",
    "backprop_mistakes": "SLIPS Slip",
    "calls": "Call",
    "course": (
        "DERIVE STAGES WHOLE_COURSE Course Derivation Stage all_stages empty_file formulas "
        "references stage stage_in stage_names taken_course taking"
    ),
    "course_file": "read_course",
    "elementwise": "elementwise_cases shaped_like",
    "errors": "WorkshopError",
    "folder": (
        "DEFAULT_FOLDER Folder NoNetwork find_folder hints_shown reset_function start_folder"
    ),
    "function_grading": "grade grade_all",
    "guarded.codec": "MOST_ITEMS Foreign Given Unreadable pack unpack",
    "guarded.given": "GIVEN_FUNCTIONS made",
    "guarded.messages": "MESSAGES decode encode",
    "guarded.protocol": "CallCase CallFunction Job OwnLine",
    "guarded.guard": "MEMORY Guard Ran",
    "guarded.slopes": "flat",
    "hints": "NO_HINTS NO_REFERENCES Hint hint",
    "layer_grading": "grade_layers layers_alone",
    "layer_report": "LayerReport LayersReport summary",
    "near_misses": "NAMED_FUNCTIONS Pair looks",
    "network_costs": "NETWORK_COSTS",
    "network_grading": "ADAPTER NoAdapter grade_file",
    "network_judging": "NetworkReport",
    "oracle": "Case Finding Mistake Oracle",
    "own_answer": "answer_of",
    "given_files": "OwnFile not_graded own_files",
    "own_parts": "ACTIVATIONS COSTS OPTIMIZERS Settings",
    "own_run": "OwnRun",
    "own_numbers": "OwnQuantity OwnStep own_step",
    "own_training": "NotReady OwnCodeFailed OwnEpoch Trained train_own",
    "progress": "FunctionStanding History Progress Standing",
    "repeats": "with_repeats",
    "returns": "Group Lists One",
    "session": "Session",
    "source": "outline read_source written",
    "verdict": "Example Verdict",
}
WHERE = {name: home for home, names in HOMES.items() for name in names.split()}

__all__ = list(WHERE)  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    if name not in WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{WHERE[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *WHERE])
