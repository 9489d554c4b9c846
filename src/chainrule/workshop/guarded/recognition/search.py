"""The reading of a file that fits best, as the text of an adapter."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.workshop.guarded.recognition import backwards as back
from chainrule.workshop.guarded.recognition import (
    conventions,
    cost_readings,
    differentiated,
    engines,
    fit,
    loop_readings,
    pairing,
    rates,
    roles,
)
from chainrule.workshop.guarded.recognition.adapter import Adapted
from chainrule.workshop.guarded.recognition.adapter_text import at, called, gathered, renamed
from chainrule.workshop.guarded.recognition.forwards import FAULTS, Forward, forwards
from chainrule.workshop.guarded.recognition.holders import holders, likeness
from chainrule.workshop.guarded.recognition.reachable import is_floats, walk
from chainrule.workshop.guarded.recognition.state import Kept
from chainrule.workshop.guarded.recognition.time_limit import within
from chainrule.workshop.guarded.recognition.written_calls import Written
from chainrule.workshop.guarded.slopes import targets

Array = NDArray[Any]
PERFECT = 0.999
OURS = 0.5
LARGEST = 1e6
MOST_FORWARDS = 6
ONE_CALL = 1.5
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
    later: list[Forward] = field(default_factory=list)
    """Those of layers alone, it seems."""

    @property
    def over(self) -> bool:
        late = time.process_time() > self.until or time.monotonic() > self.latest
        return self.perfect or late

    @property
    def perfect(self) -> bool:
        largest = 0 if self.forward is None else self.forward.size
        return self.score >= PERFECT and self.size >= largest

    def offer(self, text: str, size: int, score: float) -> None:
        """Take a reading that is better: of more arrays, or of as many that fit better.

        One by a cost of ours comes after those by what the file has itself.
        """
        if text.startswith("cost = ") and score < PERFECT:
            score *= OURS
        if score >= 0 and (size, score) > (self.size, self.score):
            self.best, self.size, self.score = text, size, score

    def everywhere(self) -> None:
        """Look in every holder; the larger networks first."""
        wraps = engines.wraps(self.module)
        for holder in holders(self.module, self.written, self.helpers):
            if self.over:
                return
            here = sorted(forwards(holder, self.written, wraps), key=lambda f: f.rank)
            for forward in here[:MOST_FORWARDS]:
                if self.forward is None or forward.size > self.forward.size:
                    self.forward = forward
            if here and not self.is_network(here[0]):
                self.later.append(here[0])
            elif here:
                largest = here[0].size
                for forward in [f for f in here if f.size == largest][:MOST_FORWARDS]:
                    self.with_gradients(forward)
                    if self.over:
                        return
                if self.size < largest:
                    self.without_constants(here[0])

    def is_network(self, forward: Forward) -> bool:
        """Whether it has more than one array of weights, or is what its class is called."""
        space = forward.holder.space
        shapes = [np.shape(at(path, space)) for path in forward.parameters]
        if sum(len(shape) == 2 and min(shape) > 1 for shape in shapes) > 1 or forward.size > 2:
            return True
        owner = forward.holder.owner
        kind = type(at(owner, space)) if owner else None
        return kind is None or likeness(kind.__name__, kind) >= 4

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
        taken: loop_readings.Reading | None = None
        for reading in loop_readings.readings(self.module, self.written.tree):
            if self.over:
                return
            if taken is not None and self.score >= OURS and taken.comes_before(reading):
                continue  # a mistake in the one loop is none that the other hides
            self.offer(reading.text, reading.size, self.judged(reading.text, reading))
            taken = reading if self.best == reading.text else taken

    def with_gradients(self, forward: Forward) -> None:
        """Every way to gradients beside one forward pass."""
        for read, parameters, lines, cost in engines.readings(forward):
            if self.over:
                return
            text = self.by_engine(read, parameters, lines, cost)
            score = self.judged(text, read)
            self.offer(text, forward.size, score)
            if score >= 0 and read is not forward:
                return  # a graph of all examples, which shows more than one of each
        for backward in differentiated.backwards(forward):
            if self.over:
                return
            self.candidate(forward, backward)
        for backward in back.backwards(forward, self.written, {}):
            if self.over:
                return
            if not self.goes_together(forward, backward):
                self.candidate(forward, backward)

    def goes_together(self, forward: Forward, backward: back.Backward) -> bool:
        """Whether examples are taken together, though not all gradients are right then.

        One at a time they may be: a mean where a sum belongs is the same of a single example.
        """
        alone = forward.examples not in conventions.TOGETHER
        return (
            alone
            and forward.call in self.together
            and self.written.of_batches(called(backward.value))
        )

    def candidate(self, forward: Forward, backward: back.Backward) -> None:
        for text in self.texts(forward, backward):
            if text in self.tried:
                continue
            self.tried.add(text)
            score = self.judged(text, forward)
            if score > 0 and forward.examples in conventions.TOGETHER:
                self.together.add(forward.call)
            self.offer(text, forward.size, score)

    def texts(self, forward: Forward, backward: back.Backward) -> Iterator[str]:
        """The adapters for what the call gives, stores or moves."""
        space = forward.holder.space
        rng = np.random.default_rng(11)
        m = 7 if forward.inputs != 7 else 11
        X, Y = examples(forward, m, rng)
        x = next(conventions.batches(forward.examples, X))
        y = next(conventions.targets(forward.examples, backward.targets, Y))
        kept = Kept(space, self.module.__dict__)
        try:
            parameters = [(path, at(path, space)) for path in forward.parameters]
            old = [np.array(value, np.float64) for _, value in parameters]
            before = {path: (id(v), v.copy()) for path, v in back.stored(space, set())}
            space["x"], space["y"] = x, y
            with within(ONE_CALL), np.errstate(all="ignore"):
                back.lines_of("\n".join(backward.lines), space)
                value = eval(compile(backward.value, "<adapter>", "eval"), space)
            now = [np.array(at(path, space), np.float64) for path in forward.parameters]
            moved = any(
                a.shape == b.shape and not np.array_equal(a, b)
                for a, b in zip(old, now, strict=True)
            )
            if moved and self.sees_targets(forward, backward, kept, now):
                yield self.step(forward, backward)
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
                yield from self.rebinding(forward, backward, value, names)
                if stays(forward.parameters, given):
                    return
            way = pairing.pair(named, given, lambda g: self.quick(forward, X, Y, named, g))
            if way is not None:
                yield self.returned(forward, backward, way, names, [p for p, _ in given])
            mine = {id(at(path, space)) for path in forward.parameters}
            new = [
                (path, v.copy())
                for path, v in back.stored(space, mine)
                if path not in before
                or before[path][0] != id(v)
                or not np.array_equal(before[path][1], v, equal_nan=True)
            ]
            if not moved:
                way = pairing.pair(named, new, lambda g: self.quick(forward, X, Y, named, g))
                if way is not None:
                    yield self.stores(forward, backward, way)
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

    def sees_targets(
        self, forward: Forward, backward: back.Backward, kept: Kept, now: list[Array]
    ) -> bool:
        """Whether a step with other targets is another: what they do not move is no step."""
        space = forward.holder.space
        _, Y = examples(forward, 7 if forward.inputs != 7 else 11, np.random.default_rng(11))
        other = np.roll(Y, 1, axis=1) if Y.shape[1] > 1 else 1 - Y
        x = space["x"]
        kept.put_back()
        space["x"] = x
        space["y"] = next(conventions.targets(forward.examples, backward.targets, other))
        with within(ONE_CALL), np.errstate(all="ignore"):
            back.lines_of("\n".join(backward.lines), space)
            eval(compile(backward.value, "<adapter>", "eval"), space)
        then = [np.array(at(path, space), np.float64) for path in forward.parameters]
        return not all(map(np.array_equal, now, then))

    def record(self, fault: BaseException, forward: Forward, backward: back.Backward) -> None:
        """Keep what the likeliest call for the gradients of the largest network raises."""
        largest = self.forward is not None and forward.size >= self.forward.size
        if not largest or self.fault is not None or back.rank(called(backward.value)) >= back.STEPS:
            return
        self.fault = (backward.value.replace("own.", ""), fault)

    def rebinding(
        self, forward: Forward, backward: back.Backward, value: Any, names: tuple[str, ...]
    ) -> Iterator[str]:
        """The adapter for a step that gives new parameters back."""
        tops = list(dict.fromkeys(re.split(r"[.\[]", p)[0] for p in forward.parameters))
        if "own" in tops or "net" in tops:
            return
        if not names and len(tops) == 1 and not isinstance(value, (int, float, type(None))):
            names = tuple(tops)
        if not set(tops) <= set(names):
            return
        lines = self.head(forward, backward.targets, backward.cost) + self.forward_lines(forward)
        lines.append(f"rate = {self.rate(forward, backward)}")
        changed = replace(backward, lines=(f"global {', '.join(tops)}", *backward.lines))
        last = f"{', '.join(names)} = {backward.value}"
        yield "\n".join(lines + self.function("step", changed, last))

    def quick(
        self, forward: Forward, X: Array, Y: Array, named: Any, gradients: list[Any]
    ) -> float:
        """A rough guess of how well gradients fit, from their sizes alone."""
        del forward, X, Y, named
        return float(sum(np.any(g) for g in gradients))

    # --- the texts ------------------------------------------------------------------------------

    def head(self, forward: Forward, targets: str, cost: str = "") -> list[str]:
        lines = [f'cost = "{cost}"'] if cost else []
        lines += [f'examples = "{forward.examples}"', f'targets = "{targets}"']
        lines.append(f"inputs = {forward.inputs}")
        if "torch." in forward.call:
            lines.append("import torch")
        lines += forward.holder.setup
        lines.append(f"parameters = lambda: {gathered(forward)}")
        return lines

    def forward_lines(self, forward: Forward) -> list[str]:
        if forward.output == "out":
            return [f"def forward(x): return {forward.call}"]
        if forward.output.startswith("out"):
            return [f"def forward(x): return {forward.call}{forward.output[3:]}"]
        return ["def forward(x):", f"    {forward.call}", f"    return {forward.output}"]

    def function(self, name: str, backward: back.Backward, last: str) -> list[str]:
        return [f"def {name}(x, y):", *(f"    {line}" for line in backward.lines), f"    {last}"]

    def beginning(self, forward: Forward) -> str:
        """The adapter of a forward pass alone, with the place for the gradients."""
        lines = self.head(forward, "one-hot") + self.forward_lines(forward)
        return "\n".join([*lines, "def gradients(x, y): ...  # in the order of the parameters"])

    def by_engine(
        self, forward: Forward, parameters: str, lines: tuple[str, ...], cost: str
    ) -> str:
        """The adapter of a network whose gradients an engine works out."""
        head = [f'cost = "{cost}"', *self.head(forward, "one-hot")[:-1]]
        head.append(f"parameters = lambda: {parameters}")
        body = ["def gradients(x, y):", *(f"    {line}" for line in lines)]
        return "\n".join([*head, *self.forward_lines(forward), *body])

    def rate(self, forward: Forward, backward: back.Backward) -> str:
        """The learning rate of a step, as it is written; 1 where none is known."""
        known = backward.rate or rates.of_holder(forward.holder)
        return known or rates.written(self.written.tree) or "1.0"

    def step(self, forward: Forward, backward: back.Backward) -> str:
        lines = self.head(forward, backward.targets, backward.cost) + self.forward_lines(forward)
        lines.append(f"rate = {self.rate(forward, backward)}")
        last = "" if backward.value == "None" else backward.value
        return "\n".join(lines + self.function("step", backward, last)).rstrip()

    def returned(
        self,
        forward: Forward,
        backward: back.Backward,
        way: list[str],
        names: tuple[str, ...],
        given: list[str],
    ) -> str:
        lines = self.head(forward, backward.targets, backward.cost) + self.forward_lines(forward)
        if way == given:
            body = self.function("gradients", backward, f"return {backward.value}")
        else:
            first = f"{', '.join(names)} = {backward.value}" if names else f"g = {backward.value}"
            changed = replace(backward, lines=(*backward.lines, first))
            body = self.function("gradients", changed, f"return [{', '.join(way)}]")
        return "\n".join(lines + body)

    def stores(self, forward: Forward, backward: back.Backward, way: list[str]) -> str:
        lines = self.head(forward, backward.targets, backward.cost) + self.forward_lines(forward)
        last = () if backward.value == "None" else (backward.value,)
        changed = replace(backward, lines=(*backward.lines, *last))
        return "\n".join(lines + self.function("gradients", changed, f"return [{', '.join(way)}]"))

    # --- how well a text fits -------------------------------------------------------------------

    def judged(self, text: str, forward: Forward | loop_readings.Reading) -> float:
        """The share of arrays whose gradients are slopes; -1 where the text does not run."""
        rng = np.random.default_rng(5)
        m = 7 if forward.inputs != 7 else 11
        kept = Kept(self.module.__dict__)
        try:
            with within(4 * ONE_CALL), np.errstate(all="ignore"):
                network = Adapted(self.module, text, dict(self.helpers))
                fit.healthy(network.arrays, rng)
                X, Y = examples(forward, m, rng)
                outputs = network.forward(X)
                gradients = network.gradients(X, Y)
                if len(gradients) != len(network.arrays) or not np.isfinite(outputs).all():
                    return -1.0
                changes = fit.slopes(network.forward, X, network.arrays, rng)
                return fit.fit(outputs, Y, gradients, changes)
        except FAULTS:
            return -1.0
        finally:
            kept.put_back()


def stays(parameters: Sequence[str], given: Sequence[tuple[str, Array]]) -> bool:
    """Whether what a step gives is called as the parameters are: it is no gradient."""
    called = {pairing.last_name(path) for path in parameters}
    return bool(given) and {pairing.last_name(path) or path for path, _ in given} >= called


def examples(
    forward: Forward | loop_readings.Reading, m: int, rng: np.random.Generator
) -> tuple[Array, Array]:
    X = rng.normal(0, 1, (m, forward.inputs))
    n = forward.outputs
    return X, targets(n, m, rng)


def mend(module: ModuleType) -> None:
    """Put numbers where a training with a mistake has left NaN, or numbers beyond use."""
    rng = np.random.default_rng(7)
    for _, array in walk(module.__dict__):
        if is_floats(array) and array.size < 10**6:
            with np.errstate(all="ignore"):
                usable = bool(np.isfinite(array).all() and np.abs(array).max() < LARGEST)
            if not usable:
                fit.healthy([array], rng)


def recognised(
    module: ModuleType, written: Written, helpers: Mapping[str, Any], seconds: float
) -> Search:
    """Search for the best reading for so many seconds."""
    mend(module)
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
