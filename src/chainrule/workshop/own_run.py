"""The learner's trained network in its file: kept after every epoch, gone on with, asked."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from chainrule.data import Dataset
from chainrule.network import (
    Epoch,
    Network,
    NetworkError,
    Run,
    TrainingState,
    evaluate,
    load_run,
    save_run,
)
from chainrule.workshop.errors import WorkshopError
from chainrule.workshop.guarded.answers import EpochTrained
from chainrule.workshop.guarded.protocol import Going
from chainrule.workshop.own_parts import Settings

if TYPE_CHECKING:
    from chainrule.workshop.own_training import OwnEpoch

Arrays = list[NDArray[Any]]
MEASURED = 2_000
"""Training and validation examples on which the cost is measured after each epoch."""
OWN = "own"
"""Marks the settings of a run as those of a learner's own network."""


@dataclass
class OwnRun:
    """A run of the learner's own network, and the file that it is kept in.

    `data` says what it is trained on, as plain values.
    """

    path: Path
    settings: Settings
    data: dict[str, Any]
    run: Run | None = None
    resumed: bool = False
    history: list[Epoch] = field(default_factory=list)

    @staticmethod
    def open(path: Path) -> OwnRun:
        """The run of a file; WorkshopError if it is none of a learner's own network."""
        try:
            run = load_run(path)
            if run.settings.get("kind") != OWN:
                raise LookupError("it is a run of ours")
            settings = Settings.from_dict(run.settings)
        except (NetworkError, LookupError, TypeError, ValueError) as fault:
            message = f"no network of your own can be read from it: {fault}"
            raise WorkshopError(message, file=path) from None
        return OwnRun(path, settings, run.data, run, True, list(run.history))

    @property
    def epochs(self) -> int:
        """The epochs that are done."""
        return self.run.state.epoch if self.run is not None and self.run.state is not None else 0

    @property
    def parameters(self) -> tuple[Arrays, Arrays]:
        """Weights (n_out, n_in) and biases (n_out,), layer by layer."""
        assert self.run is not None
        return layers(self.run.network)

    @property
    def velocities(self) -> Arrays:
        """Those of all weights, then of all biases; none where there are none."""
        state = self.run.state if self.run is not None else None
        if self.run is None or state is None or "v" not in state.arrays:
            return []
        architecture, dtype = self.run.network.architecture, self.run.network.dtype
        weights, biases = layers(Network.with_parameters(architecture, state.arrays["v"], dtype))
        return [*weights, *biases]

    @property
    def going(self) -> tuple[Going, ...]:
        """Where it goes on, if it has begun."""
        if self.run is None or self.run.state is None:
            return ()
        weights, biases = self.parameters
        return (Going(self.epochs, weights, biases, json.dumps(self.run.state.rng)),)

    def add(self, trained: EpochTrained, epoch: OwnEpoch, data: Dataset) -> None:
        """Keep what an epoch came to, on the disk when this returns."""
        network = self.network(trained.weights, trained.biases)
        training = evaluate(network, data.train.values[:MEASURED] * data.train.scale,
                            data.train.y[:MEASURED])  # fmt: skip
        watched = evaluate(network, data.validation.values[:MEASURED] * data.validation.scale,
                           data.validation.y[:MEASURED])  # fmt: skip
        self.history.append(
            Epoch(
                number=epoch.number,
                epochs=epoch.epochs,
                learning_rate=self.settings.rate,
                cost=training.cost,
                accuracy=training.accuracy,
                validation_cost=watched.cost,
                validation_accuracy=epoch.accuracy,
                seconds=epoch.seconds,
                examples_per_second=len(data.train) / max(epoch.seconds, 1e-9),
            )
        )
        arrays = {}
        if trained.velocities:
            half = len(trained.weights)
            velocities = trained.velocities[:half], trained.velocities[half:]
            arrays["v"] = self.network(*velocities).flat.copy()
        state = TrainingState(epoch.number, json.loads(trained.rng), arrays, {})
        settings = {"kind": OWN, **self.settings.to_dict()}
        self.run = Run(network, state, settings, self.data, tuple(self.history))
        save_run(self.run, self.path)

    def network(self, weights: Arrays, biases: Arrays) -> Network:
        """A network of ours with these weights and biases."""
        sizes = [weights[0].shape[1], *(len(w) for w in weights)]
        chosen = self.settings
        made = Network(
            sizes, hidden=chosen.activation, output=chosen.output, cost=chosen.cost, dtype="float64"
        )
        for layer, (w, b) in enumerate(zip(weights, biases, strict=True), 1):
            made.parameters[f"W{layer}"][:] = w
            made.parameters[f"b{layer}"][:] = b
        return made


def layers(network: Network) -> tuple[Arrays, Arrays]:
    """The weights and biases of a network, as arrays of their own."""
    numbers = range(1, len(network.architecture.sizes))
    return (
        [np.array(network.parameters[f"W{i}"]) for i in numbers],
        [np.array(network.parameters[f"b{i}"]) for i in numbers],
    )
