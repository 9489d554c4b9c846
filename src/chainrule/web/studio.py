"""What the page shows: a data set, a network trained on it, and steps of it number by number."""

from __future__ import annotations

import base64
import binascii
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from tempfile import TemporaryDirectory

import numpy as np

from chainrule import data, runs
from chainrule.data import Dataset
from chainrule.ground.words import with_article
from chainrule.network import Inspection, Network, Run
from chainrule.web.address import NotThere
from chainrule.web.cost_surface import Planes
from chainrule.web.live_training import Race
from chainrule.web.own_numbers import OwnNumbers
from chainrule.web.own_training import OwnTraining

KEPT_INSPECTIONS = 32
LONGEST_INPUT = 20_000


@dataclass(frozen=True)
class Example:
    """One example: its inputs (n0,), its label where it has one, and how an address names it."""

    inputs: np.ndarray
    label: int
    query: dict[str, str]
    title: str


class Studio:
    """A trained network and its data. Several requests may ask at a time."""

    def __init__(
        self,
        dataset: Dataset,
        network: Network,
        name: str,
        source: str,
        data_dir: str | None = None,
    ) -> None:
        self.dataset, self.network, self.name = dataset, network, name
        self.source, self.data_dir = source, data_dir
        self.race: Race | None = None
        self.own, self.planes = OwnNumbers(), Planes()
        self.own_training: OwnTraining | None = None
        self.folder: TemporaryDirectory[str] | None = None
        self._lock = threading.Lock()
        self._inspections: OrderedDict[bytes, Inspection] = OrderedDict()

    @classmethod
    def of_run(cls, run: Run, name: str) -> Studio:
        """The network of a run, with the data it was trained on."""
        if run.data.get("target") is not None:
            raise runs.RunError(
                "gives numbers; the page shows networks that tell classes apart, open another",
                file=name,
            )
        source, folder = str(run.data.get("source")), run.data.get("data_dir")
        data_dir = folder if isinstance(folder, str) else None
        return cls(runs.load_data(run), run.chosen, name, source, data_dir)

    @classmethod
    def of_digits(cls) -> Studio:
        """The three-layer network, trained on the bundled digits: about a second."""
        from chainrule.network import train

        dataset = data.load("digits")
        network, settings = runs.make(runs.Choices(), dataset)
        for _ in train(network, dataset, epochs=10, batch_size=settings.recipe.batch_size,
                       optimizer=settings.recipe.optimizer):  # fmt: skip
            pass
        return cls(dataset, network, "the bundled digits", "digits")

    def close(self) -> None:
        """End what is being trained, and the learner's functions; its files go with the page."""
        self.own.close()
        if self.race is not None:
            self.race.close()
        if self.own_training is not None:
            self.own_training.close()
        if self.folder is not None:
            self.folder.cleanup()

    @property
    def image_shape(self) -> tuple[int, int]:
        """(height, width) of an input as an image; a row of numbers is one row."""
        return self.dataset.image_shape or (1, self.network.architecture.sizes[0])

    # --- examples ------------------------------------------------------------------------------

    def example(self, query: Mapping[str, str]) -> Example:
        """The example that an address names: `example=17` of the test set, or `input=...`.

        The inputs of `input` are bytes in URL-safe base64, 255 being 1, with `label` beside them.
        """
        if "input" in query:
            return self._drawn(query["input"], query.get("label", ""))
        number = query.get("example", "0")
        test = self.dataset.test
        if not number.isdecimal() or len(number) > 9 or int(number) >= len(test):
            raise NotThere(
                f"example {number[:20]!r} is not there; expected 0 to {len(test) - 1}, an example "
                "of the test set"
            )
        place = int(number)
        inputs = test.values[place] * np.float32(test.scale)
        label = int(test.y[place])
        title = f"example {place} of the test set, {with_article(self.dataset.classes[label])}"
        return Example(inputs, label, {"example": str(place)}, title)

    def _drawn(self, text: str, label: str) -> Example:
        n_in, classes = self.network.architecture.sizes[0], len(self.dataset.classes)
        try:
            raw = base64.urlsafe_b64decode(
                text.encode("ascii") if len(text) < LONGEST_INPUT else ""
            )
        except (binascii.Error, ValueError):
            raw = b""
        if len(raw) != n_in:
            raise NotThere(f"the input in the address does not have {n_in} pixels")
        inputs = np.frombuffer(raw, np.uint8) / np.float32(255)
        answer = int(self.network.predict(inputs[None])[0])
        chosen = int(label) if label.isdecimal() and int(label) < classes else answer
        title = f"the drawn digit, with the target {self.dataset.classes[chosen]}"
        return Example(inputs, chosen, {"input": text, "label": str(chosen)}, title)

    def inspected(self, query: Mapping[str, str]) -> Inspection:
        """The step on the example that an address names."""
        return self.inspection(self.example(query))

    def inspection(self, example: Example) -> Inspection:
        """The step on this example."""
        return self.step(self.network, example.inputs[None], np.array([example.label]))

    def step(self, network: Network, X: np.ndarray, y: np.ndarray) -> Inspection:
        """The step of a network on examples X (m, n0), y (m,), kept for the next number of it."""
        state = hashlib.sha256(repr(network.architecture).encode())
        for array in (network.flat, X, y):
            state.update(f"{array.dtype} {array.shape}".encode())
            state.update(np.ascontiguousarray(array).tobytes())
        key = state.digest()
        with self._lock:
            if key in self._inspections:
                self._inspections.move_to_end(key)
                return self._inspections[key]
        made = Inspection(network, X, y)
        with self._lock:
            self._inspections[key] = made
            while len(self._inspections) > KEPT_INSPECTIONS:
                self._inspections.popitem(last=False)
        return made


def as_text(inputs: np.ndarray) -> str:
    """Inputs (n0,) in [0, 1] as an address holds them."""
    as_bytes = np.clip(np.rint(np.asarray(inputs) * 255), 0, 255).astype(np.uint8)
    return base64.urlsafe_b64encode(as_bytes.tobytes()).decode("ascii")
