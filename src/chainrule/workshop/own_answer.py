"""What the learner's own trained network says to an example, by their own code."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from chainrule.workshop import failures
from chainrule.workshop.folder import Folder
from chainrule.workshop.guarded.answers import NetworkSays
from chainrule.workshop.guarded.guard import MEMORY, Guard
from chainrule.workshop.guarded.protocol import AskNetwork, Job, Raised
from chainrule.workshop.own_run import OwnRun
from chainrule.workshop.own_training import OwnCodeFailed, check_written, parts_of

SECONDS = 20.0


def answer_of(folder: Folder, guard: Guard, run: OwnRun, x: NDArray[Any]) -> NDArray[Any]:
    """The outputs (n,) for one example `x` (n0,), by the learner's own functions."""
    source = folder.source()
    check_written(source, run.settings)
    weights, biases = run.parameters
    task = AskNetwork(x, weights, biases, parts_of(run.settings, []))
    ran = guard.run(Job(source, str(folder.network), task, SECONDS, MEMORY))
    raised = ran.of(Raised)
    if raised:
        message = f"your network stopped: {failures.of_exception(raised[-1])}"
        raise OwnCodeFailed(message, raised[-1].lines)
    if not ran.of(NetworkSays):
        why = f"took longer than {SECONDS:g} seconds" if ran.ending == "time" else "gave no answer"
        raise OwnCodeFailed(f"your network {why}")
    return ran.of(NetworkSays)[0].outputs
