"""The learner's own network in training, beside ours, while the page shows how far it is."""

from __future__ import annotations

import itertools
import threading
from dataclasses import dataclass, field

from chainrule import roadmap
from chainrule.data import load
from chainrule.ground.events import RunFinished
from chainrule.ground.faults import Fault
from chainrule.runs import describe_data
from chainrule.workshop import Folder, Guard, OwnEpoch, OwnRun, Settings, Trained, train_own

SECONDS = 5.0
"""The longest that whoever closes it waits; it is a thread that ends with the process, too."""


@dataclass
class OwnTraining:
    """One training in a thread: its epochs so far, and what it came to or why it stopped."""

    folder: Folder
    source: str
    data_dir: str | None
    epochs: list[OwnEpoch] = field(default_factory=list[OwnEpoch])
    result: Trained | None = None
    fault: str = ""

    def __post_init__(self) -> None:
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End it after the epoch under way; what is trained stays in its file."""
        self._closed.set()
        self._thread.join(SECONDS)

    def _take(self, epoch: OwnEpoch) -> None:
        self.epochs.append(epoch)
        if self._closed.is_set():
            raise Fault(f"ended with the page, after epoch {epoch.number} of {epoch.epochs}")

    @property
    def going(self) -> bool:
        return self._thread.is_alive()

    def _run(self) -> None:
        try:
            data = load(self.source, data_dir=self.data_dir)
            names = (f"trained{'' if n == 1 else f'-{n}'}.safetensors" for n in itertools.count(1))
            path = next(p for p in map(self.folder.path.joinpath, names) if not p.exists())
            run = OwnRun(path, Settings(), describe_data(data, self.source, self.data_dir))
            with Guard() as guard:
                result = train_own(self.folder, guard, data, run.settings, self._take, keep=run)
            roadmap.record(
                RunFinished(
                    data=result.data,
                    network="-".join(map(str, result.sizes)),
                    epochs=result.epochs,
                    accuracy=result.yours,
                    own=True,
                )
            )
        except Fault as fault:
            self.fault = str(fault)
        else:
            self.result = result
