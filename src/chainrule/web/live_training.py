"""Training that is watched: one run, or two with the same seed and another learning rate.

A thread takes the records of `runs` and notes what happens; whoever watches asks what is new.
"""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from chainrule import runs
from chainrule.ground.faults import Fault
from chainrule.network import Epoch, Network, Pace, Progress

FRAMES = 30
"""Frames a second, at most, while training goes at full speed."""
NEURONS = 30
"""So many neurons of the first layer are shown as images."""

SPEEDS = ("step", "tenth", "epoch", "full")
"""One mini-batch a frame, a tenth of an epoch, a whole epoch, or as fast as it goes."""


@dataclass
class Lane:
    """One run of the race, and how far it is."""

    run: runs.TrainingRun
    records: Iterator[Epoch | Progress]
    pace: Pace
    frame: dict[str, Any] = field(default_factory=dict)
    ended: bool = False


class Race:
    """Runs from the same seed, one for each learning rate, watched side by side.

    `events` grow: a dict each, with its number. The frame of a lane is only the latest one.
    `finished` is given the report of each run that comes to its end.
    """

    def __init__(
        self,
        source: str,
        data_dir: str | None,
        choices: list[runs.Choices],
        folder: Path,
        until: int = 0,
        finished: Callable[[runs.RunReport], None] | None = None,
    ) -> None:
        self.choices, self.source, self.data_dir, self.folder = choices, source, data_dir, folder
        self.events: list[dict[str, Any]] = []
        self.speed, self.paused, self.steps, self.closed = "full", False, 0, False
        self.until, self.finished = until, finished
        self.frames = 0
        self._changed = threading.Condition()
        self.lanes = [self._lane(choice, number) for number, choice in enumerate(choices)]
        self.note("start", lanes=[self._about(lane) for lane in self.lanes])
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _lane(self, choice: runs.Choices, number: int) -> Lane:
        out = self.folder / f"page-{time.time_ns()}-{number}.safetensors"
        run = runs.start(self.source, choice, data_dir=self.data_dir, out=out)
        pace = Pace(1 / FRAMES)
        return Lane(run, run.records(pace), pace)

    def _about(self, lane: Lane) -> dict[str, Any]:
        settings = lane.run.settings
        return {
            "learning_rate": settings.learning_rate,
            "epochs": settings.epochs,
            "network": str(lane.run.run.network.architecture),
            "examples": lane.run.training.examples,
        }

    # --- what whoever watches asks and says ----------------------------------------------------

    def since(self, number: int) -> list[dict[str, Any]]:
        """The events from this number on."""
        return self.events[number:]

    def command(self, name: str, value: str = "") -> None:
        """`pause`, `go`, `step`, or `speed` with one of SPEEDS; Fault for anything else."""
        with self._changed:
            if name == "pause":
                self.paused = True
            elif name == "go":
                self.paused, self.until = False, 0
            elif name == "step":
                self.paused, self.steps = True, self.steps + 1
            elif name == "speed" and value in SPEEDS:
                self.speed = value
            else:
                raise Fault(f"{name[:20]} {value[:20]} is no command of a training")
            self._set_pace()
            self._changed.notify_all()

    def close(self) -> None:
        """End the thread; what is trained stays in the files of the runs."""
        with self._changed:
            self.closed = True
            self._changed.notify_all()
        self._thread.join(10)

    def network(self, lane: int) -> Network:
        """A copy of the network of a lane as it is now."""
        if not 0 <= lane < len(self.lanes):
            raise Fault(f"there is no lane {lane}")
        return self.lanes[lane].run.run.network.copy()

    # --- the thread ----------------------------------------------------------------------------

    def note(self, kind: str, **values: Any) -> None:
        self.events.append({"id": len(self.events), "kind": kind, **values})

    def _set_pace(self) -> None:
        stepping = self.paused or self.speed == "step"
        for lane in self.lanes:
            training = lane.run.training
            lane.pace.every = 1 / FRAMES if self.speed == "full" else float("inf")
            size = training.recipe.batch_size if stepping else training.examples // 10
            lane.pace.examples = size if stepping or self.speed == "tenth" else None

    def _run(self) -> None:
        while self._wait():
            began = time.perf_counter()
            for number, lane in enumerate(self.lanes):
                if not lane.ended:
                    self._advance(number, lane)
            self.frames += 1
            if self.until and min(len(lane.run.run.history) for lane in self.lanes) >= self.until:
                self.paused, self.until = True, 0
                self._set_pace()
            elif self.speed != "full" and not self.paused:
                time.sleep(max(0.0, 1 / FRAMES - (time.perf_counter() - began)))

    def _wait(self) -> bool:
        """Wait while it is paused; False when there is nothing more to do."""
        with self._changed:
            while not self.closed and not all(lane.ended for lane in self.lanes):
                if not self.paused:
                    return True
                if self.steps:
                    self.steps -= 1
                    return True
                self._changed.wait()
        return False

    def _advance(self, number: int, lane: Lane) -> None:
        try:
            record = next(lane.records, None)
        except Fault as fault:
            lane.ended = True
            change = getattr(fault, "change", {})
            self.note("fault", lane=number, message=str(fault), change=change)
            return
        if record is None:
            lane.ended = True
            self.note("ended", lane=number, epochs=len(lane.run.run.history))
            self._hand_over(number, lane)
            return
        if isinstance(record, Epoch):
            self.note("epoch", lane=number, **record.to_dict())
        lane.frame = {
            "lane": number,
            "epoch": len(lane.run.run.history),
            "examples": record.examples if isinstance(record, Progress) else 0,
            "total": lane.run.training.examples,
            "weights": weights_as_text(lane.run.run.network),
        }

    def _hand_over(self, number: int, lane: Lane) -> None:
        """Measure a run that has ended, once, for whoever is told of it."""
        if self.finished is None:
            return
        try:
            self.finished(runs.report_on(lane.run))
        except Fault as fault:
            message = f"done, and not in your record: {fault}"
            self.note("fault", lane=number, message=message, change={})


def weights_as_text(network: Network) -> str:
    """The weights of the first neurons as signed bytes, each neuron's largest being 127."""
    weights = network.parameters["W1"][:NEURONS]
    largest = np.abs(weights).max(axis=1, keepdims=True)
    scaled = np.rint(weights / np.where(largest > 0, largest, 1) * 127)
    return base64.b64encode(scaled.astype(np.int8).tobytes()).decode("ascii")
