"""How a run is trained: from the options of the command line, and as it is kept in its file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from chainrule.cli.failure import Refused
from chainrule.data import Dataset, describe, names
from chainrule.network import (
    OPTIMIZERS,
    Architecture,
    EarlyStopping,
    Network,
    NetworkError,
    Optimizer,
    Run,
    Schedule,
    optimizer,
    schedule,
)
from chainrule.network.optimizers import settings_of

HIDDEN_LAYERS = (30,)
EPOCHS = 30
BATCH_SIZE = 10
SLOPES_LIKE_RELU = ("relu", "leaky-relu")
COST_OF = {"sigmoid": "cross-entropy", "softmax": "log-likelihood"}
"""The cost that belongs to an output activation; any other goes with the quadratic cost."""


@dataclass(frozen=True)
class Options:
    """The options of `chainrule train` that settle a run; None where not given."""

    layers: str | None = None
    hidden: str | None = None
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
    dropout: str | None = None
    schedule: str | None = None
    patience: int | None = None
    seed: int | None = None


OF_AN_OPTIMIZER = ("momentum", "rho", "beta1", "beta2", "epsilon")
OF_ANY_RECIPE = ("layers", "epochs", "patience", "seed")
"""Options that say nothing about how the network learns."""

LARGE = Options(l2=5.0, schedule="cosine")
RECIPES = {"mnist": LARGE, "fashion-mnist": LARGE}
"""What does well on a data set, where no option says how to train."""


@dataclass(frozen=True)
class Settings:
    """What a run is trained with, beside its network and its data."""

    init: str
    seed: int
    optimizer: str
    optimizer_settings: dict[str, float]
    batch_size: int
    epochs: int
    l1: float
    l2: float
    dropout: tuple[float, ...]
    schedule: str
    patience: int | None

    def to_dict(self) -> dict[str, Any]:
        return {**asdict(self), "dropout": list(self.dropout)}

    @classmethod
    def from_dict(cls, found: Mapping[str, Any]) -> Settings:
        """From the header of a run's file; Refused if it is not what `to_dict` gives."""
        try:
            patience = found["patience"]
            return cls(
                init=str(found["init"]),
                seed=int(found["seed"]),
                optimizer=str(found["optimizer"]),
                optimizer_settings={
                    str(name): float(value) for name, value in found["optimizer_settings"].items()
                },
                batch_size=int(found["batch_size"]),
                epochs=int(found["epochs"]),
                l1=float(found["l1"]),
                l2=float(found["l2"]),
                dropout=tuple(float(rate) for rate in found["dropout"]),
                schedule=str(found["schedule"]),
                patience=None if patience is None else int(patience),
            )
        except KeyError as fault:
            raise Refused(
                f"its settings lack {fault}; expected a run of chainrule train"
            ) from fault
        except (TypeError, ValueError, AttributeError) as fault:
            raise Refused(
                f"its settings cannot be read ({fault}); expected a run of chainrule train"
            ) from fault

    def make_optimizer(self) -> Optimizer:
        return optimizer(self.optimizer, **self.optimizer_settings)

    def make_schedule(self) -> Schedule:
        return schedule(self.schedule)

    def make_stopping(self) -> EarlyStopping | None:
        return None if self.patience is None else EarlyStopping(self.patience)


# --- from the options ------------------------------------------------------------------------


def make(options: Options, data: Dataset) -> tuple[Network, Settings]:
    """A new network for this data, and how to train it; what is not given is well chosen."""
    options = with_recipe(options, data.name)
    architecture = make_architecture(options, data)
    init = options.init or default_init(architecture)
    seed = 0 if options.seed is None else options.seed
    network = Network.of(architecture, init=init, seed=seed)
    chosen = make_optimizer(options, architecture)
    settings = Settings(
        init=init,
        seed=seed,
        optimizer=chosen.name,
        optimizer_settings=settings_of(chosen),
        batch_size=BATCH_SIZE if options.batch_size is None else options.batch_size,
        epochs=EPOCHS if options.epochs is None else options.epochs,
        l1=options.l1 or 0.0,
        l2=options.l2 or 0.0,
        dropout=tuple(network.dropout_rates(dropout_of(options.dropout))),
        schedule=read_schedule(options.schedule or "constant").text(),
        patience=options.patience,
    )
    settings.make_stopping()
    return network, settings


def with_recipe(options: Options, data: str) -> Options:
    """The options, with the recipe of the data set if none of them says how to train."""
    open_ones = [f.name for f in fields(options) if f.name not in OF_ANY_RECIPE]
    recipe = RECIPES.get(data)
    if recipe is None or any(getattr(options, name) is not None for name in open_ones):
        return options
    return replace(recipe, **{name: getattr(options, name) for name in OF_ANY_RECIPE})


def make_architecture(options: Options, data: Dataset) -> Architecture:
    """The sizes of inputs and outputs come from the data."""
    layers = hidden_sizes(options.layers)
    for name in ("hidden", "dropout"):
        given = getattr(options, name)
        if not layers and given is not None:
            raise Refused(f"{flag(name)} {given} and --layers none: there is no hidden layer")
    sizes = (data.train.values.shape[1], *layers, len(data.classes))
    hidden = ("sigmoid" if options.hidden is None else options.hidden).split(",")
    cost = options.cost or COST_OF.get(options.output or "sigmoid", "quadratic")
    return Architecture.of(sizes, hidden[0] if len(hidden) == 1 else hidden, options.output, cost)


def hidden_sizes(text: str | None) -> tuple[int, ...]:
    """The sizes of the hidden layers: `30`, `100,50`, or `none`."""
    if text is None:
        return HIDDEN_LAYERS
    if text.strip().lower() == "none":
        return ()
    sizes = text.split(",")
    if not all(re.fullmatch(r"\s*[0-9]{1,18}\s*", size) for size in sizes):
        raise Refused(
            f"--layers {text!r}: expected the sizes of the hidden layers, as in 30 or 100,50, or "
            "none; inputs and outputs come from the data"
        )
    return tuple(int(size) for size in sizes)


def dropout_of(text: str | None) -> float | list[float]:
    """One rate for all hidden layers, or one for each: `0.5`, `0.2,0.5`."""
    try:
        rates = [float(rate) for rate in (text or "0").split(",")]
    except ValueError:
        raise Refused(
            f"--dropout {text!r}: expected a number from 0 to less than 1, or one per hidden "
            "layer, as in 0.2,0.5"
        ) from None
    return rates[0] if len(rates) == 1 else rates


def read_schedule(text: str) -> Schedule:
    """The schedule of an option."""
    try:
        return schedule(text)
    except NetworkError as fault:
        raise Refused(f"--schedule {text}: {fault}") from fault


def default_init(architecture: Architecture) -> str:
    """He's rule where half of a layer's slopes are 0, else N(0, 1/n_in)."""
    return "he" if architecture.activations[0] in SLOPES_LIKE_RELU else "scaled"


def make_optimizer(options: Options, architecture: Architecture) -> Optimizer:
    name = (options.optimizer or "sgd").lower()
    given = {
        setting: value
        for setting in OF_AN_OPTIMIZER
        if (value := getattr(options, setting)) is not None
    }
    if name in OPTIMIZERS:
        for setting in given:
            check_setting(name, setting)
    rate = options.learning_rate
    if rate is None:
        rate = default_learning_rate(name, architecture)
    return optimizer(name, learning_rate=rate, **given)


def check_setting(name: str, setting: str) -> None:
    """Refuse a setting that the optimiser has not."""
    having = [
        known for known, kind in OPTIMIZERS.items() if setting in {f.name for f in fields(kind)}
    ]
    if name not in having:
        raise Refused(
            f"--{setting} is no setting of {name}; it belongs to --optimizer {' or '.join(having)}"
        )


def default_learning_rate(name: str, architecture: Architecture) -> float:
    """A learning rate that does well on handwritten digits in mini-batches of 10."""
    if name in ("rmsprop", "adam"):
        return 0.001
    *hidden, output = architecture.activations
    gentle = all(kind == "sigmoid" for kind in hidden)  # its slope is at most 1/4
    if architecture.matched:
        rate = 0.5 if gentle else 0.1
    elif output in ("sigmoid", "softmax"):
        rate = 3.0 if gentle else 0.5
    else:
        rate = 0.05
    return rate / 20 if name in ("momentum", "nesterov") else rate


def flag(name: str) -> str:
    """`learning_rate` as it is on the command line."""
    return f"--{name.replace('_', '-')}"


def check_data_dir(source: object, data_dir: str | None) -> None:
    """Refuse a folder for data that are not looked for in it."""
    looked_for = [name for name in names() if name != "digits"]
    if data_dir is not None and source not in looked_for:
        raise Refused(
            f"--data-dir {data_dir} is for {' and '.join(looked_for)}, not for {source}; leave "
            "the option out"
        )


# --- a run that goes on ----------------------------------------------------------------------


def check_no_contradiction(options: Options, settings: Settings, network: Network) -> None:
    """Refuse an option that says otherwise than the run that is to go on."""
    architecture = network.architecture
    kept: dict[str, object] = {
        **settings.optimizer_settings,
        **settings.to_dict(),
        "layers": architecture.sizes[1:-1],
        "hidden": architecture.activations[:-1],
        "output": architecture.activations[-1],
        "cost": architecture.cost,
    }
    for field in fields(options):
        given = getattr(options, field.name)
        if given is None or field.name == "epochs":
            continue
        stored = kept.get(field.name)
        if not same(field.name, given, stored):
            raise Refused(
                f"{flag(field.name)} {given} contradicts the run to resume, which has "
                f"{shown(stored)}; a run keeps its settings: leave the option out, or start a new "
                "run"
            )


def check_other_data(source: str | None, run: Run) -> None:
    """Refuse a data set that cannot be the run's, before it is read or downloaded."""
    kept = run.data.get("source")
    if source is None or source not in names() or source == kept:
        return
    if kept in names() or describe(source).examples != run.data.get("examples"):
        raise Refused(
            f"--data {source} contradicts the run to resume, which was trained on {kept}; a run "
            "keeps its data: leave the option out, or start a new run"
        )


def same(name: str, given: Any, stored: Any) -> bool:
    """Whether an option as given says what the run has."""
    if name == "layers":
        return hidden_sizes(given) == stored
    if name == "dropout":
        rates = dropout_of(given)
        return (rates if isinstance(rates, list) else [rates] * len(stored)) == stored
    if name == "hidden":
        names = [as_name(part) for part in given.split(",")]
        return names == list(stored) or (len(names) == 1 and set(names) == set(stored))
    if name == "schedule":
        return read_schedule(given).text() == stored
    return as_name(given) == stored if isinstance(given, str) else given == stored


def as_name(text: str) -> str:
    return text.strip().lower().replace("_", "-")


def shown(stored: Any) -> str:
    """A setting as one writes it on the command line."""
    if stored is None:
        return "none"
    if isinstance(stored, (list, tuple)):
        return ",".join(f"{part:g}" if isinstance(part, float) else str(part) for part in stored)
    return f"{stored:g}" if isinstance(stored, float) else str(stored)
