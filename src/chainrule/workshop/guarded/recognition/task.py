"""The network in a file found, or read by an adapter, and measured."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.workshop.guarded import cost_slopes
from chainrule.workshop.guarded.loading import described, load
from chainrule.workshop.guarded.our_files import adapted
from chainrule.workshop.guarded.own_costs import OwnCost, number, own_costs
from chainrule.workshop.guarded.protocol import (
    Job,
    Loaded,
    NotRecognised,
    Recognised,
    RecogniseNetwork,
)
from chainrule.workshop.guarded.recognition import (
    adapter_costs,
    adapter_lines,
    differentiated,
    left_out,
    loops,
    numbers,
    search,
    stand_ins,
    statements,
)
from chainrule.workshop.guarded.recognition.adapter import Adapted
from chainrule.workshop.guarded.recognition.cost_adapter import OfCost, of_cost
from chainrule.workshop.guarded.recognition.parameter_names import names
from chainrule.workshop.guarded.recognition.written_calls import Written
from chainrule.workshop.guarded.slopes import NAMES, Measured, measure, of_three_lines

if TYPE_CHECKING:
    from chainrule.workshop.guarded.child import Tell, Warnings


def task(_: ModuleType, job: Job, tell: Tell, heard: Warnings) -> None:
    """Run the file as far as it goes, find the network in it, and measure its slopes."""
    asked = job.task
    assert isinstance(asked, RecogniseNetwork)
    module, tree, left = statements.load(job.source, job.path)
    differentiated.at_the_top(module)
    tell(Loaded())
    rng = np.random.default_rng(asked.seed)
    text = asked.adapter
    if not text:
        network: Any = module
        if not all(hasattr(module, name) for name in NAMES):
            network = adapted(module, rng)
        if network is not None:
            costs = named_cost(asked) or own_costs
            measured = of_three_lines(network, module)
            measure(replace(measured, own_start=asked.own_start, costs=costs), tell, rng)
            return
    written = Written(tree)
    helpers = {"loop": loops.helper(module, tree)}
    unread: list[str] = []
    if not text:
        until = time.process_time() + asked.search_seconds
        found = search.recognised(module, written, helpers, asked.search_seconds)
        larger = found.forward
        if not found.perfect and statements.main_block(tree):
            statements.run_main(module, tree, job.path, left)
            rest = max(2.0, until - time.process_time())
            again = search.recognised(module, written, helpers, rest)
            if again.forward is not None and (larger is None or again.forward.size > larger.size):
                larger = again.forward
            if (again.size, again.score) > (found.size, found.score):
                found = again
        if found.best is None:
            forward = "" if found.forward is None else found.forward.call
            beginning = "" if found.forward is None else adapter_lines.beginning(found.forward)
            call, fault = found.fault or ("", None)
            raised = () if fault is None else (described(fault, job, None),)
            missing = list(stand_ins.Missing.lacking)
            tell(NotRecognised(forward, beginning, left.lines, left.faults, missing, call, raised))
            return
        text = found.best
        if larger is not None and larger.size > found.size:
            unread = list(larger.parameters)
    if of_cost(text):
        costed = OfCost(module, text, helpers)
        tell(Recognised(text, "", left.lines, left.faults, []))
        cost_slopes.measure(costed, names(costed), asked.own_start, tell, rng)
        return
    network = Adapted(module, text, helpers)
    if not asked.adapter:
        unread = left_out.left_out(network, numbers.updated(tree)) or unread
    unread = [path.removeprefix("own.") for path in unread]
    cost = str(network.names.get("cost", ""))
    tell(Recognised(text, cost, left.lines, left.faults, unread))
    measure(
        Measured(
            network.forward,
            network.gradients,
            network.arrays,
            names(network),
            network,
            network.draws,
            network.inputs,
            asked.own_start,
            named_cost(asked) or adapter_costs.own_costs_of(written),
        ),
        tell,
        rng,
    )


def named_cost(asked: RecogniseNetwork) -> Callable[..., list[OwnCost]] | None:
    """The one cost function that was named, of rows of outputs and of targets."""
    if not asked.cost_name:
        return None
    function = getattr(load(asked.cost_source, asked.cost_path), asked.cost_name)
    cost = OwnCost(asked.cost_name, False, lambda X, a, y: function(a, y))

    def named(_: Any, X: Any, outputs: Any, Y: Any, arrays: Any) -> list[OwnCost]:
        del arrays
        return [cost] if np.isfinite(number(cost, X, outputs, Y)) else []

    return named
