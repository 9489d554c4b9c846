"""The data of a run: what its file keeps of them, and the same data found and prepared again."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from chainrule.data import (
    AS_FOUND,
    PUBLISHED,
    Dataset,
    Reading,
    Standard,
    Target,
    are_fitted,
    describe,
    load,
    load_to_measure,
    names,
    user_path,
)
from chainrule.ground.faults import Naming
from chainrule.ground.words import counted, visible
from chainrule.network import Network, Run
from chainrule.runs.errors import RunError

FEW = 500  # images tell how all are
PUBLISHED_SOURCES = {published.source for published in PUBLISHED.values()}


def check_data_dir(source: object, data_dir: str | None) -> None:
    """Refuse a folder for data that are not looked for in it."""
    looked_for = [name for name in names() if name != "digits"]
    if data_dir is not None and source not in looked_for:
        raise RunError(
            f"{data_dir} is for {' and '.join(looked_for)}, not for {source}; leave it out",
            setting="data_dir",
        )


def check_other_data(source: str | None, run: Run) -> None:
    """Refuse a data set that cannot be the run's, before it is read or downloaded."""
    kept = run.data.get("source")
    if source is None or source not in names() or source == kept:
        return
    if kept in names() or describe(source).examples != run.data.get("examples"):
        raise RunError(
            f"{source} contradicts the run to resume, which was trained on {kept}; a run keeps "
            "its data: leave it out, or start a new run",
            setting="data",
        )


def describe_data(
    data: Dataset, source: str, data_dir: str | None, reading: Reading = AS_FOUND
) -> dict[str, Any]:
    """What a run keeps of its data: where it came from, and a fingerprint to know it again."""
    known = source in names()
    settings = reading.settings()
    if reading.test is not None:
        settings["test"] = str(user_path(reading.test).resolve())
    return {
        "name": data.name,
        "source": source if known else str(user_path(source).resolve()),
        "data_dir": None if data_dir is None else str(user_path(data_dir).resolve()),
        "read_with": settings,
        "label": data.label.to_dict() if data.label else None,
        "classes": list(data.classes),
        "target": data.target.to_dict() if data.target else None,
        "columns": None if data.columns is None else list(data.columns),
        "image_shape": list(data.image_shape) if data.image_shape else None,
        "inverted": data.inverted,
        "fitted": fitted(data),
        "scale": data.train.scale,
        "standard": data.standard.to_dict() if data.standard else None,
        "inputs": data.train.values.shape[1],
        "examples": {name: len(split) for name, split in data.splits().items()},
        "fingerprint": fingerprint(data),
    }


def fitted(data: Dataset) -> bool | None:
    """Whether the images trained on were fitted as `fit_image` does; None where there are none."""
    if data.image_shape is None:
        return None
    return are_fitted(data.train.X[:FEW].reshape(-1, *data.image_shape))


def fingerprint(data: Dataset) -> str:
    """SHA-256 of all examples and labels, in their order."""
    digest = hashlib.sha256()
    for split in data.splits().values():
        for array in (split.values, split.y):
            digest.update(repr((array.shape, array.dtype.str)).encode())
            digest.update(array.tobytes())
    return digest.hexdigest()


def kept_reading(run: Run) -> Reading:
    """How the files of a run were read; what its file does not tell is found out."""
    kept = run.data.get("read_with")
    if not isinstance(kept, dict):
        return AS_FOUND
    label, task, test = (
        value if isinstance(value := kept.get(name), str) and value else None
        for name in ("label", "task", "test")
    )
    return Reading(label, task, test, kept.get("train_on_all") is True)


def check_reading(reading: Reading, run: Run) -> None:
    """Refuse to read the data of a run in another way than it was started with."""
    kept = kept_reading(run).settings()
    for setting, value in reading.settings().items():
        if setting == "test" and value is not None:
            value = str(user_path(value).resolve())
        if value and value != kept[setting]:
            shown = kept[setting] or "none"
            raise RunError(
                f"contradicts the run to resume, which has {shown}; a run keeps how its data are "
                "read: leave it out, or start a new run",
                setting=setting,
                value=str(value),
            )


def kept_label(run: Run) -> str | None:
    """The label column of a run, as it is asked for."""
    kept = run.data.get("label")
    asked_as = kept.get("asked_as") if isinstance(kept, dict) else None
    return asked_as if isinstance(asked_as, str) and asked_as else None


def load_data(run: Run, source: str | None = None, data_dir: str | None = None) -> Dataset:
    """The data of a run, read as they were and split as they were, perhaps from another place."""
    kept = run.data.get("source")
    if source is None and not isinstance(kept, str):
        raise RunError(
            lambda name: (
                f"its file does not say what it was trained on; name the data with {name('data')}"
            )
        )
    source = source if source is not None else str(kept)
    settings = {} if source in names() else kept_reading(run).settings()
    data = load(source, data_dir=data_dir or kept_folder(run), **settings)
    return as_prepared_for(run, data)


def load_other_data(
    run: Run, source: str, data_dir: str | None = None, label: str | None = None
) -> Dataset:
    """Other data than the run's, prepared as the run's were: all of them, none held back."""
    target = kept_target(run)
    data = load_to_measure(
        source,
        data_dir=data_dir or kept_folder(run),
        label=label,
        likely=kept_label(run),
        task="classes" if target is None else "numbers",
    )
    if target is not None and data.target is None:
        raise RunError(
            f"{data.name} has classes; this network gives numbers, {visible(target.name)}"
        )
    return as_prepared_for(run, data if target is None else data.with_target(target))


def kept_target(run: Run) -> Target | None:
    """What the numbers are that a run was trained to come near to; None where it has classes."""
    kept: Any = run.data.get("target")
    if kept is None:
        return None
    try:
        target = Target(str(kept["name"]), float(kept["mean"]), float(kept["spread"]))
    except (TypeError, ValueError, LookupError, OverflowError) as fault:
        raise RunError(f"its file does not say what its numbers are ({fault})") from fault
    if not (math.isfinite(target.mean) and math.isfinite(target.spread) and target.spread > 0):
        raise RunError("its file does not say what its numbers are: their mean and spread are none")
    return target


def kept_folder(run: Run) -> str | None:
    """The folder that the data were looked for in, if it is there still."""
    kept = run.data.get("data_dir")
    return kept if isinstance(kept, str) and Path(kept).is_dir() else None


def as_prepared_for(run: Run, data: Dataset) -> Dataset:
    """The data with inputs and labels such as the run was trained on, where its file tells."""
    data = with_columns_of(run, with_labels_of(run, data))
    if "standard" not in run.data or data.train.values.shape[1] != run.data.get("inputs"):
        return data
    return data.prepared_as(*kept_preparation(run))


def with_columns_of(run: Run, data: Dataset) -> Dataset:
    """The data with their inputs in the order of the run's, where both have names for them."""
    kept = run.data.get("columns")
    if data.columns is None or not isinstance(kept, list) or list(data.columns) == kept:
        return data
    if set(data.columns) <= set(kept) and all(map(partial(of_word, data.columns), kept)):
        return data.with_columns(kept)
    strange = next((name for name in data.columns if name not in kept), None)
    if strange is not None and "=" in strange and of_word(kept, strange):
        column, _, word = strange.partition("=")
        raise RunError(
            f"{data.name} has {visible(repr(word))} in column {visible(column)}, which this "
            f"network was not trained on"
        )
    missing = [visible(str(name)) for name in kept if name not in data.columns]
    if data.standard is not None and missing:
        raise RunError(
            f"{data.name} has no column {missing[0]}, which this network was trained on; expected "
            f"{listed(list(map(visible, kept)))}"
        )
    return data


def of_word(columns: Sequence[str], name: str) -> bool:
    """Whether an input is there, or one for another word of the same column."""
    begin = name.partition("=")[0]
    others = any(one.startswith(f"{begin}=") for one in columns)
    return name in columns or ("=" in name and others)


def with_labels_of(run: Run, data: Dataset) -> Dataset:
    """The data with the labels of the run for classes of the same names; others are refused.

    Of the data sets known by name, the number of a class is as good as its name.
    """
    kept = class_names(run)
    if data.classes == kept or data.target is not None:
        return data
    if set(data.classes) <= set(kept):
        return data.labelled_as(kept)
    numbers = tuple(map(str, range(len(kept))))
    if run.data.get("source") in names() and set(data.classes) <= set(numbers):
        return replace(data.labelled_as(numbers), classes=kept)
    if kept == numbers and data.source in PUBLISHED_SOURCES and len(data.classes) <= len(kept):
        return replace(data, classes=kept)
    raise RunError(
        f"{data.name} has the classes {listed(list(data.classes))}; this network tells "
        f"{listed(list(kept))} apart"
    )


def kept_preparation(run: Run) -> tuple[float, Standard | None]:
    """What was done to the inputs: what pixels were multiplied by, and how features were moved."""
    standard: Any = run.data.get("standard")
    try:
        scale = float(run.data["scale"])
        if standard is None:
            return scale, None
        mean, spread = (tuple(map(float, standard[key])) for key in ("mean", "spread"))
        if not len(mean) == len(spread) == run.data["inputs"]:
            raise ValueError("not a mean and a spread for each")
        if not all(map(math.isfinite, (*mean, *spread))):
            raise ValueError("not finite")
    except (TypeError, ValueError, LookupError, OverflowError) as fault:
        raise RunError(
            f"its file does not say what was done to its inputs ({fault}); expected a run that "
            "was trained here"
        ) from fault
    return scale, Standard(mean, spread)


def is_own_data(run: Run, source: str | None) -> bool:
    """Whether these are the data that the run was trained on, by their name or path."""
    if source is None or source in names():
        return source is None or source == run.data.get("source")
    return str(user_path(source).resolve()) == run.data.get("source")


def check_same_data(
    run: Run,
    data: Dataset,
    what_then: Callable[[Naming], str] = lambda name: "a run can go on only with the same data",
) -> None:
    """Refuse other data than the run has been trained on."""
    now = describe_data(data, "digits", None)
    for key, what in (
        ("inputs", "inputs"),
        ("classes", "classes"),
        ("examples", "examples"),
        ("fingerprint", "contents"),
    ):
        if run.data.get(key) != now[key]:
            seen = (
                ""
                if key == "fingerprint"
                else f" ({listed(run.data.get(key))}, now {listed(now[key])})"
            )
            raise RunError(
                lambda name, other=f"{what}{seen}": (
                    f"the data have changed since the run was started: other {other}; "
                    f"{what_then(name)}"
                )
            )


def listed(value: Any) -> str:
    """Values from a run's file or of data, in a line."""
    if isinstance(value, dict):
        return " / ".join(str(part) for part in value.values())
    if isinstance(value, list) and len(value) > 12:
        return f"{len(value)} of them"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def check_fits(network: Network, data: Dataset) -> None:
    """Refuse data whose examples or classes are not those of the network."""
    sizes = network.architecture.sizes
    inputs, classes = data.train.values.shape[1], len(data.classes)
    if inputs != sizes[0]:
        raise RunError(
            f"{data.name} has {counted(inputs, 'input')} an example; this network takes {sizes[0]} "
            f"({network.architecture})"
        )
    if data.target is not None and sizes[-1] == 1:
        return
    if classes != sizes[-1]:
        raise RunError(
            f"{data.name} has {counted(classes, 'class', 'classes')}; this network tells "
            f"{sizes[-1]} apart ({network.architecture})"
        )


def penalised(run: Run) -> bool:
    """Whether the cost that it was trained by has a penalty in it."""
    return any(run.settings.get(name) for name in ("l1", "l2"))


def class_names(run: Run) -> tuple[str, ...]:
    """The names of the classes; where the file does not tell, their numbers."""
    outputs = run.network.architecture.sizes[-1]
    kept = run.data.get("classes")
    if isinstance(kept, list) and len(kept) == outputs:
        return tuple(visible(str(name)) for name in kept)
    return tuple(map(str, range(max(outputs, 2))))
