"""The reading of a file that fits best, as the text of an adapter."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.workshop.guarded.recognition import (
    adapter_lines,
    conventions,
    cost_readings,
    differentiated,
    engines,
    fit,
    list_owners,
    loop_readings,
    pairing,
    rates,
    roles,
)
from chainrule.workshop.guarded.recognition import backwards as back
from chainrule.workshop.guarded.recognition.adapter import Adapted
from chainrule.workshop.guarded.recognition.adapter_text import at, called, renamed
from chainrule.workshop.guarded.recognition.examples_given import averaged, follow_examples
from chainrule.workshop.guarded.recognition.forwards import FAULTS, Forward, forwards
from chainrule.workshop.guarded.recognition.holders import Holder, holders
from chainrule.workshop.guarded.recognition.state import Kept
from chainrule.workshop.guarded.recognition.steps import ONE_CALL, Step, examples, one_call, run
from chainrule.workshop.guarded.recognition.time_limit import within
from chainrule.workshop.guarded.recognition.written_calls import Written

Array = NDArray[Any]
PERFECT = 0.999
OURS = 0.5
ENOUGH = 0.5
"""The share of right gradients from which a function is taken to be the one for them."""
MOST_FORWARDS = 6
BUSY = 2.5
"""By how much more time than that of the processor may pass."""


@dataclass
class Search:
    """The candidates so far: the best text, and how well it fits."""

    module: ModuleType
    written: Written
    helpers: Mapping[str, Any]
    until: float
    latest: float
    """When the search ends on a machine that is busy with other work."""
    best: str | None = None
    score: float = -1.0
    size: int = 0
    """How many arrays the best reading has: part of a network is no reading of it."""
    forward: Forward | None = None
    """The largest forward pass, even where no gradients go with it."""
    fault: tuple[str, BaseException] | None = None
    """The likeliest call for its gradients, and what it raises."""
    tried: set[str] = field(default_factory=set)
    together: set[str] = field(default_factory=set)
    """The calls with which gradients of several examples go, some of them at least."""
    found: bool = False
    """Whether the search has ended, however well the best reading fits."""
    later: list[Forward] = field(default_factory=list)
    """Those of layers alone, it seems."""
    networks: list[Forward] = field(default_factory=list)
    """The way forward of each object."""
    read: list[Holder] = field(default_factory=list)
    """The holders that have a call for gradients, some of them right at least."""
    in_batches: bool = False
    """Whether an engine takes examples together."""
    changes: dict[str, list[fit.Change]] = field(default_factory=dict)
    """How the outputs of each way to them change: many ways to gradients go with one."""

    @property
    def over(self) -> bool:
        late = time.process_time() > self.until or time.monotonic() > self.latest
        return self.found or self.perfect or late

    @property
    def perfect(self) -> bool:
        largest = 0 if self.forward is None else self.forward.size
        return self.score >= PERFECT and self.size >= largest

    def offer(self, text: str, size: int, score: float) -> None:
        """Take a reading that is better: of more arrays, or of as many that fit better.

        One by a cost of ours comes after those by what the file has itself, and after one that
        fits but for the sign: the error that ours begins with may be right where the file's is not.
        """
        if text.startswith("cost = "):
            if math.isclose(self.score, fit.FLIPPED) and self.size >= size:
                return
            score *= 1.0 if score >= PERFECT else OURS
        if score >= 0 and (size, score) > (self.size, self.score):
            self.best, self.size, self.score = text, size, score

    def everywhere(self) -> None:
        """Look in every holder; the larger networks first."""
        wraps = engines.wraps(self.module)
        for holder in holders(self.module, self.written, self.helpers):
            if self.over:
                return
            here = sorted(forwards(holder, self.written, wraps), key=lambda f: f.rank)
            if here and self.is_anothers(holder, here[0]):
                continue
            if here and holder.owner and "layers" not in holder.extra:
                self.networks.append(here[0])
            for forward in here[:MOST_FORWARDS]:
                if self.forward is None or forward.size > self.forward.size:
                    self.forward = forward
            if here and not list_owners.is_network(here[0]):
                self.later.append(here[0])
            elif here and here[0].size >= self.size:
                largest = here[0].size
                for forward in [f for f in here if f.size == largest][:MOST_FORWARDS]:
                    self.with_gradients(forward)
                    if self.over:
                        return
                if self.size < largest:
                    self.without_constants(here[0])

    def is_anothers(self, holder: Holder, layers: Forward) -> bool:
        """Whether layers are those of a network that runs them otherwise, or back by itself."""
        net = list_owners.owner_of(holder, self.networks)
        return net is not None and (
            net.holder in self.read or not list_owners.runs_alike(layers, net)
        )

    def without_constants(self, forward: Forward) -> None:
        """Take what examples are scaled by for what it is, where no gradients go with it."""
        varying = tuple(p for p in forward.parameters if not self.scales(p, forward))
        if not varying or len(varying) == forward.size:
            return
        fewer = replace(forward, parameters=varying, size=len(varying))
        largest, self.forward = self.forward, fewer
        self.with_gradients(fewer)
        if not self.perfect:
            self.forward = largest

    def scales(self, path: str, forward: Forward) -> bool:
        """Whether an array has one number for each input, and no name of a bias or a weight."""
        shape = np.shape(at(path, forward.holder.space))
        row = shape in ((forward.inputs,), (1, forward.inputs), (forward.inputs, 1))
        return row and not roles.is_parameter(pairing.last_name(path) or path)

    def of_costs(self) -> None:
        """Take a function that gives its own cost and gradients, where no outputs fit any."""
        reading = cost_readings.best(self.module, self.written, self.helpers, self.until)
        if reading is not None:
            self.best, self.size, self.score = reading.text, reading.size, 1.0
            self.forward = None

    def in_loops(self) -> None:
        """Look in the loops of a script."""
        self.changes.clear()
        taken: loop_readings.Reading | None = None
        for reading in loop_readings.readings(self.module, self.written.tree):
            if self.over:
                return
            hidden = taken is not None and self.score >= OURS and taken.comes_before(reading)
            if hidden or reading.size < self.size:
                continue  # a mistake in the one loop is none that the other hides
            self.offer(reading.text, reading.size, self.judged(reading.text, reading))
            taken = reading if self.best == reading.text else taken

    def with_gradients(self, forward: Forward) -> None:
        """Every way to gradients beside one forward pass."""
        self.changes.clear()
        self.with_engine(forward)
        for backward in differentiated.backwards(forward):
            if self.over:
                return
            self.candidate(forward, backward, by_name=False)
        readings = back.backwards(forward, self.written, {})
        for function, group in groupby(readings, key=lambda each: called(each.value)):
            of_batches = self.of_batches(forward, function)
            alone = forward.examples not in conventions.TOGETHER
            if alone and of_batches and forward.call in self.together:
                continue  # a mean where a sum belongs is the same of a single example
            for backward in group:
                if self.over:
                    return
                self.candidate(forward, backward, by_name=of_batches)
            if self.settled(forward, function, of_batches):
                return

    def with_engine(self, forward: Forward) -> None:
        """The gradients that an engine works out: of examples together, where it takes them so."""
        if self.in_batches and forward.examples not in conventions.TOGETHER:
            return
        found: dict[str, tuple[fit.Fitted, str]] = {}
        in_one_graph = False
        for read, parameters, lines, cost, loss in engines.readings(forward):
            if self.over or (in_one_graph and read is forward):
                break  # a graph of all examples shows more than one of each
            text = adapter_lines.by_engine(read, parameters, lines, cost)
            fitted = self.fitted(text, read)
            if fitted is None:
                continue
            in_one_graph |= read is not forward
            self.in_batches |= fitted.shaped and forward.examples in conventions.TOGETHER
            if loss not in found or fitted.score > found[loss][0].score:
                found[loss] = fitted, text
        if found:
            fitted, text = engines.most_off(found)
            self.offer(text, forward.size, fitted.score)

    def of_batches(self, forward: Forward, function: str) -> bool:
        """Whether a function for the gradients takes sums or means of several examples."""
        name = forward.holder.extra.get("back", function)
        return self.written.of_batches(name)

    def settled(self, forward: Forward, function: str, of_batches: bool) -> bool:
        """Whether a function of its name gives the gradients, though not all of them are right.

        Another one that fits better would hide what is wrong.
        """
        alone = forward.examples not in conventions.TOGETHER
        likely = back.rank(function) < back.STEPS or "back" in forward.holder.extra
        if likely and (of_batches or alone) and self.size >= forward.size and self.score >= ENOUGH:
            self.found = True
        return self.found

    def candidate(self, forward: Forward, backward: back.Backward, *, by_name: bool) -> None:
        """Offer what a call gives; `by_name`: gradients of a wrong shape, too, by their names."""
        for text in self.texts(forward, backward, by_name=by_name):
            if text in self.tried:
                continue
            self.tried.add(text)
            fitted = self.fitted(text, forward)
            if fitted is not None and backward.takes_mean and averaged(fitted, forward):
                continue  # the file's layers take the mean: ours is then that of the sum
            score = -1.0 if fitted is None else fitted.score
            if backward.guess and score <= 0:
                continue  # what fits nothing shows that the guess was wrong, not the file
            if score > 0 and forward.examples in conventions.TOGETHER:
                self.together.add(forward.call)
            if score > 0:
                self.read.append(forward.holder)
            self.offer(text, forward.size, score)

    def texts(
        self, forward: Forward, backward: back.Backward, *, by_name: bool = False
    ) -> Iterator[str]:
        """The adapters for what the call gives, stores or moves."""
        space = forward.holder.space
        x, y = one_call(forward, backward, *examples(forward, np.random.default_rng(11)))
        kept = Kept(space, self.module.__dict__)
        try:
            parameters = [(path, at(path, space)) for path in forward.parameters]
            old = [np.array(value, np.float64) for _, value in parameters]
            before = {path: (id(v), v.copy()) for path, v in back.stored(space, set())}
            space["x"], space["y"] = x, y
            value = run(backward, space)
            now = [np.array(at(path, space), np.float64) for path in forward.parameters]
            moved = any(
                a.shape == b.shape and not np.array_equal(a, b)
                for a, b in zip(old, now, strict=True)
            )
            if moved and Step(forward, backward, kept, now).is_one():
                yield adapter_lines.step(forward, backward, self.rate(forward, backward))
            named = [(path, o) for path, o in zip(forward.parameters, old, strict=True)]
            given = list(back.arrays_in(value, "g"))
            names = next(
                (
                    n
                    for n in self.written.returned(called(backward.value))
                    if isinstance(value, tuple) and len(n) == len(value) > 1
                ),
                (),
            )
            if names:
                given = [(renamed(path, names), array) for path, array in given]
            function = called(backward.value)
            if back.rank(function) >= back.STEPS and not moved:
                yield from adapter_lines.rebinding(
                    forward, backward, value, names, self.rate(forward, backward)
                )
                if pairing.stays(forward.parameters, given):
                    return
            by_name = by_name and forward.examples in conventions.TOGETHER
            way = pairing.pair(named, given, pairing.filled, by_name=by_name)
            if way is not None:
                yield adapter_lines.returned(forward, backward, way, names, [p for p, _ in given])
            mine = {id(at(path, space)) for path in forward.parameters}
            new = [
                (path, v.copy())
                for path, v in back.stored(space, mine)
                if path not in before
                or before[path][0] != id(v)
                or not np.array_equal(before[path][1], v, equal_nan=True)
            ]
            if not moved:
                way = pairing.pair(named, new, pairing.filled, by_name=by_name)
                if way is not None:
                    yield adapter_lines.stores(forward, backward, way)
        except AttributeError as fault:
            lacking = forward.holder.owner and rates.lacking(fault)
            if lacking and lacking not in str(forward.holder.setup):
                kept.put_back()
                line = f"{forward.holder.owner}.{lacking} = {back.RATE}"
                holder = replace(forward.holder, setup=(*forward.holder.setup, line))
                exec(line, space)
                yield from self.texts(
                    replace(forward, holder=holder), replace(backward, rate=back.RATE)
                )
        except FAULTS as fault:
            self.record(fault, forward, backward)
            return
        finally:
            kept.put_back()
            for name in ("x", "y"):
                space.pop(name, None)

    def record(self, fault: BaseException, forward: Forward, backward: back.Backward) -> None:
        """Keep what the likeliest call for the gradients of the largest network raises."""
        largest = self.forward is not None and forward.size >= self.forward.size
        if not largest or self.fault is not None or back.rank(called(backward.value)) >= back.STEPS:
            return
        self.fault = (backward.value.replace("own.", ""), fault)

    def rate(self, forward: Forward, backward: back.Backward) -> str:
        """The learning rate of a step, as it is written; 1 where none is known."""
        known = backward.rate or rates.of_holder(forward.holder)
        return known or rates.written(self.written.tree) or conventions.NO_RATE

    def judged(self, text: str, forward: Forward | loop_readings.Reading) -> float:
        """The share of arrays whose gradients are slopes; -1 where the text does not run."""
        fitted = self.fitted(text, forward)
        return -1.0 if fitted is None else fitted.score

    def fitted(self, text: str, forward: Forward | loop_readings.Reading) -> fit.Fitted | None:
        """How well the gradients fit; None where the text does not run."""
        rng = np.random.default_rng(5)
        kept = Kept(self.module.__dict__)
        try:
            with within(4 * ONE_CALL), np.errstate(all="ignore"):
                network = Adapted(self.module, text, dict(self.helpers))
                fit.healthy(network.arrays, rng)
                X, Y = examples(forward, rng)
                outputs = network.forward(X)
                gradients = network.gradients(X, Y)
                if len(gradients) != len(network.arrays) or not np.isfinite(outputs).all():
                    return None
                way = adapter_lines.of_outputs(text)
                if way not in self.changes:
                    self.changes[way] = fit.slopes(network.forward, X, network.arrays, rng)
                found = fit.fitted(outputs, Y, gradients, network.arrays, self.changes[way])
                likely = found.score > 0 or found.zero
                return found if likely or follow_examples(network, gradients, X, Y) else None
        except FAULTS:
            return None
        finally:
            kept.put_back()


def recognised(
    module: ModuleType, written: Written, helpers: Mapping[str, Any], seconds: float
) -> Search:
    """Search for the best reading for so many seconds."""
    fit.mend(module)
    until, latest = time.process_time() + seconds, time.monotonic() + BUSY * seconds
    search = Search(module, written, helpers, until, latest)
    search.everywhere()
    if search.score <= 0:
        search.of_costs()
    if not search.perfect:
        search.in_loops()
    for forward in search.later:
        alone = search.forward is None or search.forward.size <= forward.size
        if search.best is None and alone and not search.over:
            search.with_gradients(forward)
    return search
