"""What a person chose about a run, and what is chosen for them: well for the data at hand."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

from chainrule.data import Dataset
from chainrule.network import (
    OPTIMIZERS,
    Architecture,
    Network,
    NetworkError,
    Optimizer,
    Recipe,
    Schedule,
    cost_of,
    optimizer,
    schedule,
    usual_learning_rate,
)
from chainrule.runs.errors import RunError
from chainrule.runs.settings import Settings

T = TypeVar("T")

HIDDEN_LAYERS = (30,)
EPOCHS = 30
BATCH_SIZE = 10
MOST_EPOCHS = 10_000
"""The file of a run keeps a record of every epoch and is written after each."""


@dataclass(frozen=True)
class Choices:
    """What is chosen about a run; None is left to be chosen well.

    `layers` are the sizes of the hidden layers; `hidden` and `dropout` hold for all of them, or
    are one for each.
    """

    layers: tuple[int, ...] | None = None
    hidden: str | tuple[str, ...] | None = None
    output: str | None = None
    cost: str | None = None
    init: str | None = None
    optimizer: str | None = None
    learning_rate: float | None = None
    momentum: float | None = None
    rho: float | None = None
    beta1: float | None = None
    beta2: float | None = None
    epsilon: float | None = None
    batch_size: int | None = None
    epochs: int | None = None
    l1: float | None = None
    l2: float | None = None
    dropout: float | tuple[float, ...] | None = None
    schedule: str | None = None
    patience: int | None = None
    seed: int | None = None

    @classmethod
    def read(
        cls,
        *,
        layers: str | None = None,
        hidden: str | None = None,
        dropout: str | None = None,
        **others: Any,
    ) -> Choices:
        """Choices as a person writes them: layers `100,50` or `none`, dropout `0.2,0.5`."""
        return cls(
            layers=None if layers is None else read_layers(layers),
            hidden=None if hidden is None else one_or_all(hidden.split(",")),
            dropout=None if dropout is None else read_dropout(dropout),
            **others,
        )


OF_AN_OPTIMIZER = ("momentum", "rho", "beta1", "beta2", "epsilon")
OF_ANY_TRAINING = ("layers", "epochs", "patience", "seed")
"""Choices that say nothing about how the network learns."""

LARGE = Choices(l2=5.0, schedule="cosine")
WELL_CHOSEN = {"mnist": LARGE, "fashion-mnist": LARGE}
"""What does well on a data set, where nothing is chosen about how to learn."""


# --- as a person writes them -----------------------------------------------------------------


def read_layers(text: str) -> tuple[int, ...]:
    """The sizes of the hidden layers: `30`, `100,50`, or `none`."""
    if text.strip().lower() == "none":
        return ()
    sizes = text.split(",")
    if not all(re.fullmatch(r"\s*[0-9]{1,18}\s*", size) for size in sizes):
        raise RunError(
            "expected the sizes of the hidden layers, as in 30 or 100,50, or none; inputs and "
            "outputs come from the data",
            setting="layers",
            value=repr(text),
        )
    return tuple(int(size) for size in sizes)


def read_dropout(text: str) -> float | tuple[float, ...]:
    """One rate for all hidden layers, or one for each: `0.5`, `0.2,0.5`."""
    try:
        return one_or_all([float(rate) for rate in text.split(",")])
    except ValueError:
        raise RunError(
            "expected a number from 0 to less than 1, or one per hidden layer, as in 0.2,0.5",
            setting="dropout",
            value=repr(text),
        ) from None


def one_or_all(values: list[T]) -> T | tuple[T, ...]:
    return values[0] if len(values) == 1 else tuple(values)


def written(value: Any) -> str:
    """A value as a person writes it."""
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


def read_schedule(text: str) -> Schedule:
    """The schedule that was chosen."""
    try:
        return schedule(text)
    except NetworkError as fault:
        raise RunError(str(fault), setting="schedule", value=text) from fault


# --- what they come to -----------------------------------------------------------------------


def make(choices: Choices, data: Dataset) -> tuple[Network, Settings]:
    """A new network for this data, and how to train it; what is not chosen is chosen well."""
    choices = for_data_set(choices, data.name)
    architecture = make_architecture(choices, data)
    init = choices.init or architecture.init
    seed = 0 if choices.seed is None else choices.seed
    network = Network.of(architecture, init=init, seed=seed)
    recipe = Recipe(
        optimizer=make_optimizer(choices, architecture),
        batch_size=BATCH_SIZE if choices.batch_size is None else choices.batch_size,
        epochs=EPOCHS if choices.epochs is None else choices.epochs,
        l1=choices.l1 or 0.0,
        l2=choices.l2 or 0.0,
        dropout=choices.dropout or 0.0,
        schedule=read_schedule(choices.schedule or "constant"),
        seed=seed,
    )
    rates = tuple(recipe.rates(architecture.layers - 1))
    settings = Settings(init, replace(recipe, dropout=rates), choices.patience)
    settings.make_stopping()
    return network, settings


def for_data_set(choices: Choices, data: str) -> Choices:
    """The choices, with what does well on the data set if none of them says how to learn."""
    decisive = [f.name for f in fields(choices) if f.name not in OF_ANY_TRAINING]
    known = WELL_CHOSEN.get(data)
    if known is None or any(getattr(choices, name) is not None for name in decisive):
        return choices
    return replace(known, **{name: getattr(choices, name) for name in OF_ANY_TRAINING})


def make_architecture(choices: Choices, data: Dataset) -> Architecture:
    """The sizes of inputs and outputs come from the data."""
    layers = HIDDEN_LAYERS if choices.layers is None else choices.layers
    of_hidden = [name for name in ("hidden", "dropout") if getattr(choices, name) is not None]
    if not layers and of_hidden:
        value = written(getattr(choices, of_hidden[0]))
        raise RunError(
            lambda name: f"{value} and {name('layers')} none: there is no hidden layer",
            setting=of_hidden[0],
        )
    if data.target is not None:
        check_numbers(choices, data.target.name)
        choices = replace(choices, output="identity", cost="quadratic")
    sizes = (data.train.values.shape[1], *layers, len(data.classes) or 1)
    hidden = "sigmoid" if choices.hidden is None else choices.hidden
    cost = choices.cost or cost_of(choices.output or "sigmoid").name
    return Architecture.of(sizes, hidden, choices.output, cost)


def check_numbers(choices: Choices, target: str) -> None:
    """Refuse an output or a cost that is for classes, where numbers are to be come near to."""
    for setting, value, right in (
        ("output", choices.output, "identity"),
        ("cost", choices.cost, "quadratic"),
    ):
        if value is not None and as_name(value) != right:
            raise RunError(
                f"{target} are numbers to come near to, which takes {right}; leave it out",
                setting=setting,
                value=value,
            )


def make_optimizer(choices: Choices, architecture: Architecture) -> Optimizer:
    name = (choices.optimizer or "sgd").lower()
    given = {
        setting: value
        for setting in OF_AN_OPTIMIZER
        if (value := getattr(choices, setting)) is not None
    }
    if name in OPTIMIZERS:
        for setting in given:
            check_setting(name, setting)
    rate = choices.learning_rate
    if rate is None:
        rate = usual_learning_rate(name, architecture)
    return optimizer(name, learning_rate=rate, **given)


def check_setting(optimizer: str, setting: str) -> None:
    """Refuse a setting that the optimiser has not."""
    having = [
        known for known, kind in OPTIMIZERS.items() if setting in {f.name for f in fields(kind)}
    ]
    if optimizer not in having:
        raise RunError(
            lambda name: (
                f"is no setting of {optimizer}; it belongs to {name('optimizer')} "
                f"{' or '.join(having)}"
            ),
            setting=setting,
        )


# --- for a run that goes on ------------------------------------------------------------------


def check_no_contradiction(choices: Choices, settings: Settings, network: Network) -> None:
    """Refuse a choice other than that of the run that is to go on."""
    architecture = network.architecture
    kept: dict[str, object] = {
        **settings.recipe.numbers(),
        **settings.to_dict(),
        "layers": architecture.sizes[1:-1],
        "hidden": architecture.activations[:-1],
        "output": architecture.activations[-1],
        "cost": architecture.cost,
    }
    for field in fields(choices):
        value, stored = getattr(choices, field.name), kept.get(field.name)
        if value is None or field.name == "epochs" or same(field.name, value, stored):
            continue
        raise RunError(
            f"{written(value)} contradicts the run to resume, which has {shown(stored)}; a run "
            "keeps its settings: leave it out, or start a new run",
            setting=field.name,
        )


def same(setting: str, value: Any, stored: Any) -> bool:
    """Whether the value that was chosen is that of the run."""
    if setting == "dropout":
        return (list(value) if isinstance(value, tuple) else [value] * len(stored)) == stored
    if setting == "hidden":
        names = [as_name(part) for part in ([value] if isinstance(value, str) else value)]
        return names == list(stored) or (len(names) == 1 and set(names) == set(stored))
    if setting == "schedule":
        return read_schedule(value).text() == stored
    return as_name(value) == stored if isinstance(value, str) else value == stored


def as_name(text: str) -> str:
    return text.strip().lower().replace("_", "-")


def shown(stored: Any) -> str:
    """A setting of a run as a person writes it."""
    if stored is None:
        return "none"
    if isinstance(stored, (list, tuple)):
        return ",".join(f"{part:g}" if isinstance(part, float) else str(part) for part in stored)
    return f"{stored:g}" if isinstance(stored, float) else str(stored)
