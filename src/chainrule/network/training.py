"""Training: mini-batch after mini-batch, epoch after epoch, each epoch handed over as a record.

Training is an iterator. Whoever runs it, a progress bar, a page, a file of checkpoints, early
stopping, takes the records and may stop at any time; nothing is called back.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chainrule import machine
from chainrule.network.arguments import Array, brief, generator, wrong
from chainrule.network.compiling import shared_buffers
from chainrule.network.divergence import Diverged, divergence
from chainrule.network.engine.replay import Replay
from chainrule.network.engine.running import small_products_in_place
from chainrule.network.engine.unused_inputs import Narrowed
from chainrule.network.errors import NetworkError, OutOfRange
from chainrule.network.evaluation import evaluate, measure
from chainrule.network.examples import Dataset, Inputs, Split, as_targets, is_split
from chainrule.network.network import Network
from chainrule.network.optimizers import SGD, usual_learning_rate
from chainrule.network.recipe import Recipe, dropout_rates
from chainrule.network.schedules import Constant, Schedule
from chainrule.network.update import Optimizer

SAMPLE = 10_000
"""At most so many training examples, the first ones, are evaluated after an epoch."""

Data = Dataset | Split | tuple[ArrayLike, ArrayLike]


@dataclass(frozen=True)
class Epoch:
    """What one epoch came to.

    `cost` is C and `accuracy` the share of right answers, on the first 10,000 training examples
    after the epoch; the same of the validation examples. Both costs include the penalty, so that
    they can be compared. `seconds` is the training alone, without these evaluations.
    """

    number: int
    epochs: int
    learning_rate: float
    cost: float
    accuracy: float | None
    validation_cost: float | None
    validation_accuracy: float | None
    seconds: float
    examples_per_second: float

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Progress:
    """Where training stands inside an epoch: `examples` of `total` done in `seconds`."""

    epoch: int
    epochs: int
    examples: int
    total: int
    seconds: float

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass
class Pace:
    """How often a `Progress` comes within an epoch: after so many seconds, or examples.

    The examples are whole mini-batches, one at least.
    """

    every: float = float("inf")
    examples: int | None = None


@dataclass(frozen=True)
class TrainingState:
    """All that training needs, beside the network, to go on to the same bits.

    `arrays` are the optimiser's running buffers, as long as the parameters; `counters` its
    counts; `rng` the state of the Generator.
    """

    epoch: int
    rng: dict[str, Any]
    arrays: dict[str, Array]
    counters: dict[str, float]


def train(
    network: Network,
    data: Data,
    *,
    epochs: int = 30,
    batch_size: int = 10,
    optimizer: Optimizer | None = None,
    l1: float = 0.0,
    l2: float = 0.0,
    dropout: float | Sequence[float] = 0.0,
    schedule: Schedule | None = None,
    seed: int | None = 0,
    resume: TrainingState | None = None,
) -> Training:
    """Train the network in place: `for epoch in train(network, data): ...`.

    `data` is a data set with `train` and `validation`, or one part of it, or `(X, y)` with X
    (m, n0) and y (m,) or (m, nL). A last mini-batch that is short is used, and weighed by its own
    length. `dropout` is one probability for all hidden layers or one for each. The same seed, on
    the same machine, gives the same weights to the bit. `resume` goes on from the `state()` of an
    earlier run. It runs on all the threads that are allowed; their number changes no bit.
    """
    recipe = Recipe(
        optimizer=SGD() if optimizer is None else optimizer,
        batch_size=batch_size,
        epochs=epochs,
        l1=l1,
        l2=l2,
        dropout=dropout_rates(dropout),
        schedule=Constant() if schedule is None else schedule,
        seed=seed,
    )
    return Training(network, data, recipe, resume=resume)


def parts(data: Data) -> tuple[Split | ArrayLike, ArrayLike, Split | None]:
    """The training inputs, their targets, and the validation part where there is one."""
    if isinstance(data, Dataset):
        return data.train, data.train.y, data.validation if len(data.validation.y) else None
    if is_split(data):
        return data, data.y, None
    if isinstance(data, tuple) and len(data) == 2:
        return data[0], data[1], None
    raise NetworkError(f"data is {brief(data)}: expected a data set from load(), or a pair (X, y)")


def check_precision(settings: Mapping[str, Any], dtype: np.dtype[Any]) -> None:
    """Every setting is a number in this precision too, and what is not 0 stays so."""
    least, most = float(np.finfo(dtype).tiny), float(np.finfo(dtype).max)
    for name, value in settings.items():
        if value and not least <= value <= most:
            raise wrong(
                name,
                value,
                f"in {dtype} that is {'0 or too small' if value < 1 else 'infinite'}; "
                f"it has to be from {least:.0e} to {most:.0e}",
            )


class Training(Iterator[Epoch]):
    """One run of training by a recipe: an iterator of `Epoch`. `epoch` counts the epochs done.

    `resume` goes on from the `state()` of an earlier run.
    """

    def __init__(
        self,
        network: Network,
        data: Data,
        recipe: Recipe,
        *,
        resume: TrainingState | None = None,
    ) -> None:
        for what, given, kind in (("network", network, Network), ("recipe", recipe, Recipe)):
            if not isinstance(given, kind):
                raise NetworkError(f"{what} is {brief(given)}: expected a {kind.__name__}")
        network.check_parameters()
        self.network, self.recipe = network, recipe
        self.epochs, self.epoch, self.optimizer = recipe.epochs, 0, recipe.optimizer
        X, answers, self.validation = parts(data)
        sizes, dtype = network.architecture.sizes, network.dtype
        inputs = Inputs(X, sizes[0], dtype)
        targets = as_targets(answers, len(inputs), network.architecture, dtype)
        self.examples = len(inputs)
        self.penalty = recipe.penalty(self.examples)
        check_precision(recipe.numbers(), network.dtype)
        self._sample = inputs.first(SAMPLE), targets.first(SAMPLE)
        self._rng = generator(recipe.seed)
        if resume is not None:
            self._check_state(resume)
        resumed = {} if resume is None else resume.arrays
        self._narrowed = Narrowed(network, inputs, recipe, resumed)
        self._shared = shared_buffers(
            self._narrowed.architecture, self._narrowed.flat, recipe, self.examples
        )
        self._state = {name: self._shared[name] for name in recipe.optimizer.state}
        if resume is not None:
            self._resume(resume)
        with small_products_in_place(machine.small_in_place()):
            self._replay = Replay(
                self._narrowed.architecture,
                recipe,
                self._shared,
                self._narrowed.inputs,
                targets,
                self._rng,
            )
        self._inside = False
        self._fault: Diverged | None = None
        self._records: Iterator[Epoch | Progress] = self.records()

    def __next__(self) -> Epoch:
        for record in self._records:
            if isinstance(record, Epoch):
                return record
        if self._inside:
            raise self._inside_an_epoch("it was broken off there")
        raise StopIteration

    def __repr__(self) -> str:
        after = "; 'for epoch in ...' runs them" if self.epoch < self.epochs else ""
        return f"Training(epochs done: {self.epoch} of {self.epochs}{after})"

    def records(self, every: float | Pace = float("inf")) -> Iterator[Epoch | Progress]:
        """`Epoch` after each epoch, and `Progress` about every so many seconds in between.

        A `Pace` may be changed while it runs.
        """
        pace = every if isinstance(every, Pace) else Pace(every)
        while self.epoch < self.epochs:
            if self._inside:
                raise self._inside_an_epoch("go on with the records() that began it")
            number = self.epoch + 1
            factor = self.recipe.schedule.factor(number, self.epochs)
            rate = float(self.optimizer.learning_rate * factor)
            self._shared["eta"][...] = rate
            decay = self._set_decay(rate)
            self._inside = True
            order = self._rng.permutation(self.examples)
            done, seconds = 0, 0.0
            while done < self.examples:
                done, spent = self._stretch(order, done, pace)
                seconds += spent
                if done < self.examples:
                    yield Progress(number, self.epochs, done, self.examples, seconds)
            self._narrowed.shrink_left_out(self._replay.steps, decay)
            record = self._record(number, rate, seconds)
            self.epoch, self._inside = number, False
            yield record

    def _stretch(self, order: NDArray[np.intp], done: int, pace: Pace) -> tuple[int, float]:
        """Train on the examples from `done` on, to the end or as far as the pace goes."""
        began, rows, stop = time.perf_counter(), self._replay.rows, self.examples
        if pace.examples is not None:
            stop = min(stop, done + max(1, pace.examples // self._replay.m) * self._replay.m)
        spent = 0.0
        self._narrowed.take_in()
        with machine.allowed():
            while True:
                try:
                    self._replay.chunk(order[done : min(done + rows, stop)])
                except FloatingPointError as fault:
                    raise self._diverged() from fault
                done += rows
                spent = time.perf_counter() - began
                if done >= stop or spent >= pace.every:
                    break
        self._narrowed.give_back()
        return min(done, stop), time.perf_counter() - began

    def _set_decay(self, rate: float) -> float:
        """The factor by which a step of plain gradient descent shrinks each weight under L2."""
        decay = float(np.array(1 - rate * self.penalty.l2 / self.examples, self.network.dtype))
        self._shared["1-eta*lam/n"][...] = decay
        return decay

    def state(self) -> TrainingState:
        """Where training stands after the last epoch: with the network, enough to go on."""
        if self._inside:
            raise self._inside_an_epoch("its state can be taken between epochs")
        return TrainingState(
            epoch=self.epoch,
            rng=dict(self._rng.bit_generator.state),
            arrays={name: self._narrowed.widened(a) for name, a in self._state.items()},
            counters={name: float(self._shared[name]) for name in self.optimizer.counters},
        )

    def _check_state(self, state: TrainingState) -> None:
        """It is one of this optimiser on a network of this size."""
        if not isinstance(state, TrainingState):
            raise NetworkError(f"resume is {brief(state)}: expected the state() of a training")
        if (
            set(state.arrays) != set(self.optimizer.state)
            or set(state.counters) != set(self.optimizer.counters)
            or any(array.shape != self.network.flat.shape for array in state.arrays.values())
        ):
            raise NetworkError(
                f"the state to resume from is not one of {self.optimizer.name} on this network"
            )

    def _resume(self, state: TrainingState) -> None:
        self.epoch = state.epoch
        self._rng.bit_generator.state = state.rng
        for name, array in self._state.items():
            array[:] = self._narrowed.narrowed(state.arrays[name])
        for name in self.optimizer.counters:
            self._shared[name][...] = state.counters[name]

    def _record(self, number: int, rate: float, seconds: float) -> Epoch:
        validation = None
        try:
            self.network.check_parameters()
            with machine.allowed():
                found = measure(self.network, *self._sample)
                if self.validation is not None:
                    validation = evaluate(self.network, self.validation)
        except OutOfRange as fault:
            raise self._diverged() from fault
        penalty = self.penalty.value(self.network.parameters)
        return Epoch(
            number=number,
            epochs=self.epochs,
            learning_rate=rate,
            cost=found.cost + penalty,
            accuracy=found.accuracy,
            validation_cost=None if validation is None else validation.cost + penalty,
            validation_accuracy=None if validation is None else validation.accuracy,
            seconds=seconds,
            examples_per_second=self.examples / seconds,
        )

    def _inside_an_epoch(self, what_then: str) -> NetworkError:
        if self._fault is not None:
            return NetworkError(f"training cannot go on: {self._fault}")
        return NetworkError(f"training is inside epoch {self.epoch + 1}: {what_then}")

    def _diverged(self) -> Diverged:
        self._fault = divergence(
            self.optimizer,
            epoch=self.epoch + 1,
            rate=float(self._shared["eta"]),
            l2=self.penalty.l2,
            examples=self.examples,
            usual=usual_learning_rate(self.optimizer.name, self.network.architecture),
        )
        return self._fault
