"""Mini-batches gathered a few hundred examples at a time, and the step replayed on each.

The program is bound once for every place in the chunk, so that its mini-batch is a view of the
chunk and no step copies inputs. All of it is one flat list of calls.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from chainrule.network.architecture import Architecture
from chainrule.network.arguments import Array
from chainrule.network.compiling import training_program
from chainrule.network.engine.buffers import aligned, input_buffers
from chainrule.network.engine.program import Program
from chainrule.network.engine.running import Bound, run
from chainrule.network.examples import Inputs, Targets
from chainrule.network.recipe import Recipe

CHUNK_ROWS = 320
"""Examples in a chunk, about: as bytes and as floats they fit in a core's own cache."""


class Batches:
    """`count` mini-batches of `m` examples, gathered together and run one after the other."""

    def __init__(
        self,
        architecture: Architecture,
        program: Program,
        m: int,
        count: int,
        inputs: Inputs,
        targets: Targets,
        rng: np.random.Generator,
    ) -> None:
        self.m, self.inputs, self.targets = m, inputs, targets
        dtype, outputs = program.buffers["y"].dtype, targets.table.shape[1]
        rows = count * m
        self._stored = inputs.chunk_buffer(rows)
        self._rows = aligned((rows, program.buffers["[x; 1]"].shape[0]), dtype)
        self._index = np.empty(rows, np.intp)
        self._y_rows = np.empty((rows, outputs), dtype)
        self._y = aligned((count, outputs, m), dtype)
        self._calls: list[Bound] = []
        for place in range(count):
            batch = input_buffers(architecture, self._rows[place * m : (place + 1) * m])
            self._calls += program.bind({**batch, "y": self._y[place]}, rng)
        self._length = len(self._calls) // count

    def run(self, rows: NDArray[np.intp]) -> None:
        """Train on the examples `rows`, a whole number of mini-batches."""
        size, count = len(rows), len(rows) // self.m
        self.inputs.read(rows, self._stored[:size], self._rows[:size])
        self.targets.index.take(rows, 0, self._index[:size], "clip")
        self.targets.table.take(self._index[:size], 0, self._y_rows[:size], "clip")
        columns = self._y_rows[:size].reshape(count, self.m, -1).transpose(0, 2, 1)
        np.copyto(self._y[:count], columns)
        whole = count * self._length == len(self._calls)
        with np.errstate(over="raise", divide="raise", invalid="raise"):
            run(self._calls if whole else self._calls[: count * self._length])


class Replay:
    """One epoch's mini-batches, the last of which may be short."""

    def __init__(
        self,
        architecture: Architecture,
        recipe: Recipe,
        shared: Mapping[str, Array],
        inputs: Inputs,
        targets: Targets,
        rng: np.random.Generator,
    ) -> None:
        m = min(recipe.batch_size, len(inputs))
        whole, short = divmod(len(inputs), m)
        count = min(max(1, CHUNK_ROWS // m), whole)

        def batches(size: int, places: int) -> Batches:
            program = training_program(architecture, size, recipe, len(inputs), shared)
            return Batches(architecture, program, size, places, inputs, targets, rng)

        self.m, self.rows = m, count * m
        self.steps = whole + bool(short)
        self._batches = batches(m, count)
        self._short = batches(short, 1) if short else None

    def chunk(self, rows: NDArray[np.intp]) -> None:
        """Train on up to `self.rows` examples; what is over a whole mini-batch is a short one."""
        over = len(rows) % self.m
        whole = len(rows) - over
        if whole:
            self._batches.run(rows[:whole])
        if over and self._short is not None:
            self._short.run(rows[whole:])
