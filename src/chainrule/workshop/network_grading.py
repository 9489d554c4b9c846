"""A network that somebody already has, held against measured slopes and the known mistakes.

The file, or a small one beside it, gives three things: `forward(X)`, rows of examples in and rows
of outputs out; `gradients(X, Y)`, the gradients for rows of targets; `parameters`, the list of the
arrays that `forward` uses, in the order of the gradients.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np

from chainrule.ground.words import did_you_mean, quoted
from chainrule.workshop import cost_alone, engine_slips, failures
from chainrule.workshop.errors import WorkshopError
from chainrule.workshop.given_files import NOTEBOOK, place
from chainrule.workshop.guarded.codec import Foreign
from chainrule.workshop.guarded.guard import Guard, Ran, memory_for
from chainrule.workshop.guarded.protocol import (
    Claimed,
    CostAlone,
    Job,
    Lacking,
    Loaded,
    MeasureSlopes,
    NoInputs,
    NotRecognised,
    Outputs,
    OwnLine,
    ParametersSeen,
    Raised,
    Recognised,
    RecogniseNetwork,
)
from chainrule.workshop.guarded.recognition.conventions import NO_RATE
from chainrule.workshop.missing_engines import ENGINES, engine_missing
from chainrule.workshop.network_costs import ALIASES, LOSSES, NETWORK_COSTS, Loss, cost_called
from chainrule.workshop.network_judging import Judging, NetworkReport
from chainrule.workshop.other_python import other_python
from chainrule.workshop.returns import came
from chainrule.workshop.source import outline, read_source

SECONDS = 60.0
SEARCHING = 12.0
"""Seconds of the processor for the search of a network; the rest is for measuring."""
SUFFIXES = (".py", ".pyw", ".ipynb")
"""A file of this name that cannot be read as Python has a mistake; any other is none."""

ADAPTER = """\
def forward(X): return net.forward(X)               # (m, n0) rows in, (m, nL) rows out
def gradients(X, Y): return net.backward(X, Y)      # Y (m, nL), a 1 for the class in each row
parameters = [net.W1, net.b1, net.W2, net.b2]       # in the gradients' order; no copies"""


class NoAdapter(WorkshopError):
    """No network was recognised. `adapter` is its beginning, as far as one was.

    `helped`: whether lines that say how the file is read would make it known.
    """

    adapter: str = ""
    helped: bool = True


def grade_file(
    source: bytes,
    path: Path,
    guard: Guard,
    *,
    cost: str | None = None,
    adapter: str = "",
    own_start: bool = False,
    seconds: float = SECONDS,
    seed: int = 0,
) -> NetworkReport:
    """Check the gradients of the network in a file, and name what is wrong with them.

    `cost` is what they should be the gradients of; without it, the cost that a function of the file
    computes; without one, every known cost is tried. `adapter` says how the file is read; without
    it, its network is looked for. `own_start` checks at the parameters that the file starts from.
    """
    function = own_function(cost)
    losses = list(LOSSES)
    if cost is not None and function is None:
        found = cost_called(cost)
        if found is None:
            text = did_you_mean(
                cost, [*NETWORK_COSTS, *ALIASES], f"there are {', '.join(NETWORK_COSTS)}"
            )
            raise WorkshopError(f"no cost {cost!r}: {text}; or name a function, `FILE.py:function`")
        losses = [found]
    if b"\0" in source or (path.suffix not in SUFFIXES and outline(source) is None):
        raise WorkshopError(f"{path} is not a Python file: expected one with your network")
    if (lacking := of_another_python(source, path) or engine_missing(source)) is not None:
        refusal = NoAdapter(f"{path.name} {lacking}")
        refusal.helped = False
        raise refusal
    asked = cost is not None and function is None

    def graded(seed: int, adapter: str) -> NetworkReport:
        task: MeasureSlopes | RecogniseNetwork = MeasureSlopes(seed)
        if adapter or own_start or function is not None or not says_itself(source):
            search = min(SEARCHING, seconds / 2)
            task = RecogniseNetwork(seed, adapter, own_start, search, *(function or NONE))
        ran = guard.run(Job(source, str(path), task, seconds, memory_for(source)))
        report = not_run(ran, path, seconds, source)
        used = ran.of(Recognised)[0].adapter if ran.of(Recognised) else ""
        unusable = not_usable_cost if ran.of(CostAlone) else not_usable
        if report is None and (message := unusable(ran)) is not None:
            report = NetworkReport(False, message)
        if report is not None:
            return replace(report, adapter=used)
        if ran.of(CostAlone):
            alone = cost_alone.judged(ran, losses, asked=asked)
            named = called(alone, ran.of(ParametersSeen)[0].names)
            return replace(named, notes=failures.touched(ran), adapter=used)
        stated = ran.of(Recognised)[0].cost if ran.of(Recognised) and not asked else ""
        meant = [loss for loss in losses if stated in ("", loss.name)] or losses
        own = cost if function is not None else None

        def judged_as(losses: Sequence[Loss], *, asked: bool) -> NetworkReport:
            known = NO_RATE not in used
            return Judging(ran, losses, asked=asked, only=own, rate_known=known).report()

        judged = judged_as(meant, asked=asked or meant != losses)
        began_by_us = meant != losses and "seed = " in used
        if began_by_us and not judged.passed:  # a last layer may pass on what is a - y already
            free = judged_as(losses, asked=False)
            judged = free if free.passed or free.rival else judged
        names = ran.of(ParametersSeen)[0].names
        notes = failures.touched(ran)
        if ran.of(Outputs)[0].drawn:
            notes = (DRAWN if judged.passed else DRAWN_AND_WRONG, *notes)
        if began_by_us:
            notes = (BEGUN, *notes)
        judged = replace(called(judged, names), notes=notes, adapter=used)
        judged = engine_slips.named(judged, source, path)
        unread = ran.of(Recognised)[0].unread if ran.of(Recognised) else []
        return without(judged, tuple(unread)) if unread else judged

    first = graded(seed, adapter)
    known = first.mistake is not None or first.rival is not None or first.left_out
    if first.passed or not first.arrays or known:
        return first
    # A step across the kink of a relu looks wrong; with other examples and values it is gone.
    others = [graded(seed + 1, first.adapter)]
    if others[0].passed:
        others.append(graded(seed + 2, first.adapter))
    return others[-1] if all(other.passed for other in others) else first


NONE = (b"", "", "")
DRAWN = "`forward` draws random numbers: each call began with the same ones"
BEGUN = (
    "No derivative of a cost was found in the file: the way back began with ours, and it alone is "
    "checked"
)
DRAWN_AND_WRONG = (
    f"{DRAWN}. Where the gradients are meant for a pass that draws none, as without dropout, turn "
    "it off while they are checked"
)


def own_function(cost: str | None) -> tuple[bytes, str, str] | None:
    """The source, the path and the name of a cost function, `FILE.py:function`; else None."""
    if cost is None or ":" not in cost:
        return None
    file, _, name = cost.rpartition(":")
    path = Path(file).expanduser().absolute()
    source = read_source(path)
    top = outline(source)
    if top is None or name not in top.statements:
        raise WorkshopError(f"{path} has no function `{name}` at its top: {cost!r} names one")
    return source, str(path), name


def of_another_python(source: bytes, path: Path) -> str | None:
    """What to say of a file that this Python cannot read and another can."""
    found = other_python(source.decode("utf-8", "replace"))
    if found is None:
        return None
    which, line, what = found
    cell, number = place(source, line) if path.suffix == NOTEBOOK else (0, line)
    where = f"cell {cell}, line {number}" if cell else f"line {line}"
    return f"cannot be read: {which}; {where} {what}"


OURS = ({"forward", "backprop_batch"}, {"forward", "backward", "example"})
"""Functions of a file that this package wrote (`guarded.our_files`)."""


def says_itself(source: bytes) -> bool:
    """Whether a file has the three lines, or is one of ours, as far as its text shows."""
    top = outline(source)
    names = set() if top is None else set(top.statements)
    return names >= {"forward", "gradients", "parameters"} or any(names >= ours for ours in OURS)


def called(report: NetworkReport, names: Sequence[str]) -> NetworkReport:
    """The report with each array called what it is called in the file."""
    message, explanation = report.message, report.explanation
    for number, name in enumerate(names):
        place = f"parameters[{number}]"
        message, explanation = message.replace(place, name), explanation.replace(place, name)
    arrays = tuple(replace(each, name=names[each.index]) for each in report.arrays)
    return replace(report, message=message, explanation=explanation, arrays=arrays)


def without(report: NetworkReport, unread: tuple[str, ...]) -> NetworkReport:
    """No pass of a part: the gradients of some parameters were not found."""
    report = replace(report, left_out=unread)
    more, right = quoted(unread, "and"), quoted((check.name for check in report.arrays), "and")
    if not report.passed:
        message = (
            f"{report.message}. No gradients were found for {more}, which the outputs depend on too"
        )
        return replace(report, message=message)
    message = (
        f"the gradients of {right} are right, but none were found for {more}, on which outputs of "
        "the file also depend"
    )
    return replace(report, passed=False, message=message)


def not_run(ran: Ran, path: Path, seconds: float, source: bytes) -> NetworkReport | None:
    """What stopped the file's code."""
    raised, name = ran.of(Raised), path.name
    if raised:
        lines = raised[-1].lines
        at = f", line {lines[-1].line}" if lines else ""
        if path.suffix == NOTEBOOK and lines:
            lines = tuple(in_cell(each, source) for each in lines)
            at = f", cell {place(source, raised[-1].lines[-1].line)[0]}, line {lines[-1].line}"
        message = f"{name}{at}: {failures.of_exception(raised[-1])}"
        turned = COLUMNS if ran.of(ParametersSeen) and "not fit" in message else ""
        return NetworkReport(False, message, lines=lines, explanation=turned)
    if ran.ending == "time":
        where = "while it was loaded; put training under `if __name__ == '__main__':`"
        where = where if not ran.of(Loaded) else "in `forward` or `gradients`"
        limit = failures.amount(seconds, "second")
        return NetworkReport(False, f"{name} took longer than {limit} {where}")
    if ran.ending != "done":
        return NetworkReport(False, f"{name} ended the process it ran in")
    lacking = ran.of(Lacking)
    if lacking:
        raise NoAdapter(f"{name} has no {quoted(lacking[0].names)}")
    unknown = ran.of(NotRecognised)
    if unknown:
        raise not_recognised(unknown[0], name, engine_missing(source, ENGINES))
    return None


TURNED = (
    "Where yours are columns: `def forward(X): return net.forward(X.T).T`, and `X.T`, `Y.T` in "
    "`gradients`"
)
COLUMNS = f"Examples come in as rows, (m, n0). {TURNED}."


def in_cell(line: OwnLine, source: bytes) -> OwnLine:
    """A line of a notebook by its cell."""
    cell, number = place(source, line.line)
    where = f"{line.function}, cell {cell}" if line.function else f"cell {cell}"
    return replace(line, line=number, function=where)


def not_recognised(unknown: NotRecognised, name: str, engine: str | None) -> NoAdapter:
    """What was found of a network, and the first statement that could not be run."""
    names = quoted(["forward", "gradients", "parameters"])
    message = f"no network was recognised in {name}, and it has no {names}"
    if unknown.forward:
        call = unknown.forward.replace("own.", "")
        message = f"{name}: `{call}` gives outputs, and no gradients were found that go with them"
        for raised in unknown.raised:
            at = f", line {raised.lines[-1].line}," if raised.lines else ""
            message += f"; `{unknown.backward}`{at} raises {failures.of_exception(raised)}"
    elif engine is not None:
        message = f"no network was recognised: {name} {engine}"
    elif unknown.faults:
        message += f"; line {unknown.lines[0]} was left out: {unknown.faults[0]}"
    if unknown.missing:
        there = "is" if len(unknown.missing) == 1 else "are"
        message = f"{quoted(unknown.missing)} {there} not installed, nor beside {name}; {message}"
    fault = NoAdapter(message)
    fault.adapter = unknown.adapter
    return fault


def not_usable(ran: Ran) -> str | None:
    """What is wrong with the form of parameters, outputs or gradients."""
    kinds = ran.of(ParametersSeen)[0].kinds
    if not kinds:
        return "`parameters` is empty: expected the arrays of weights and biases"
    odd = [i for i, kind in enumerate(kinds) if kind != "float"]
    if odd:
        return (
            f"parameters[{odd[0]}] is {kinds[odd[0]]}: expected a NumPy array of floats, float32 "
            f"or float64, that `forward` uses{as_array(kinds[odd[0]])}"
        )
    if ran.of(NoInputs):
        return "`forward` takes none of the widths that the first weights suggest"
    outputs, examples = ran.of(Outputs)[0].outputs, len(ran.of(Outputs)[0].X)
    if isinstance(outputs, Foreign) or outputs.ndim != 2 or len(outputs) != examples:
        return (
            f"`forward` gave {came(outputs)} for {examples} rows: expected a row of outputs for "
            f"each. {of_form(outputs, examples)}"
        )
    if not ran.of(Outputs)[0].steady:
        return (
            "`forward` gives other outputs for the same X when it is called again: while the "
            "gradients are checked, turn off what changes, or, where a generator is made in each "
            "call, as by `np.random.default_rng()`, give it a seed, `default_rng(0)`"
        )
    if not np.isfinite(outputs).all():
        return "`forward` gave NaN or infinity"
    claimed = ran.of(Claimed)[0]
    gradients, parameters = claimed.gradients, claimed.parameters
    if claimed.changed:
        return f"`gradients` changes parameters[{claimed.changed[0]}]: it should only read them"
    if len(gradients) == 1 and gradients[0] is None:
        return "`gradients` gives nothing back (None): is a `return` missing?"
    if len(gradients) != len(parameters):
        return (
            f"`gradients` gave {len(gradients)} arrays for {len(parameters)} parameters: expected "
            f"one for each, in their order{with_cost(gradients, len(parameters))}"
        )
    for i, g in enumerate(gradients):
        if not isinstance(g, (np.ndarray, np.generic, float, int)):
            return f"gradients[{i}] is {came(g)}: expected an array of numbers"
    return None


def not_usable_cost(ran: Ran) -> str | None:
    """What is wrong with the form of a cost of the file's own, or of its gradients."""
    for cost, claimed in zip_longest(ran.of(CostAlone), ran.of(Claimed)):
        if not cost.steady:
            return "`cost` gives another number for the same examples when it is called again"
        if not np.isfinite(cost.value):
            return "`cost` gave NaN or infinity"
        given, wanted = len(claimed.gradients), len(claimed.parameters)
        if given != wanted:
            return f"`gradients` gave {given} arrays for {wanted} parameters: expected one for each"
    return None


def with_cost(gradients: Sequence[Any], expected: int) -> str:
    """What to do where the cost comes with the gradients."""
    if len(gradients) != expected + 1:
        return ""
    ends = [number for number in (0, -1) if np.ndim(gradients[number]) == 0]
    if not ends:
        return ""
    which = "first" if ends[0] == 0 else "last"
    return f". The {which} is one number, as a cost is: give back the gradients alone"


def as_array(kind: str) -> str:
    """How parameters of another library are given as arrays."""
    tensor = kind.endswith(("Tensor", "Parameter"))
    return ". Of a tensor, that is `tensor.detach().numpy()`, the same numbers" if tensor else ""


def of_form(outputs: Any, examples: int) -> str:
    """How outputs of another form become rows."""
    if np.shape(outputs) == (examples,):
        return (
            f"Where there is one output, its form is ({examples}, 1), and Y comes in the same: "
            "`def forward(X): return net.forward(X)[:, None]`, and `Y[:, 0]` in `gradients`"
        )
    return TURNED
