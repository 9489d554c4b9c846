"""Understand neural networks by re-creating them.

>>> import chainrule as cr
>>> data = cr.load("digits")
>>> network = cr.Network([64, 30, 10], cost="cross-entropy", init="scaled")
>>> for epoch in cr.train(network, data, epochs=3, optimizer=cr.SGD(0.5)):
...     assert epoch.validation_accuracy is not None

The names are looked up when they are first used, so that `import chainrule` is instant.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from chainrule import machine

if TYPE_CHECKING:
    from chainrule.data import DataError, Dataset, Split, load
    from chainrule.network import (
        SGD,
        Adam,
        Architecture,
        Diverged,
        EarlyStopping,
        Epoch,
        FileError,
        Momentum,
        Nesterov,
        Network,
        NetworkError,
        Recipe,
        RMSProp,
        Training,
        check_gradients,
        evaluate,
        load_run,
        optimizer,
        save_run,
        schedule,
        train,
    )

machine.prefer_wide_kernels()  # before NumPy is there: the bits are the same by every door

__version__ = "0.1.0"

ROOMS = {
    "chainrule.data": ("DataError", "Dataset", "Split", "load"),
    "chainrule.network": (
        "Adam",
        "Architecture",
        "Diverged",
        "EarlyStopping",
        "Epoch",
        "FileError",
        "Momentum",
        "Nesterov",
        "Network",
        "NetworkError",
        "RMSProp",
        "Recipe",
        "SGD",
        "Training",
        "check_gradients",
        "evaluate",
        "load_run",
        "optimizer",
        "save_run",
        "schedule",
        "train",
    ),
}
WHERE = {name: room for room, names in ROOMS.items() for name in names}

__all__ = [
    "SGD", "Adam", "Architecture", "DataError", "Dataset", "Diverged", "EarlyStopping", "Epoch",
    "FileError", "Momentum", "Nesterov", "Network", "NetworkError", "RMSProp", "Recipe", "Split",
    "Training", "check_gradients", "evaluate", "load", "load_run", "optimizer", "save_run",
    "schedule", "train",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in WHERE:
        raise AttributeError(f"module 'chainrule' has no attribute {name!r}")
    value = getattr(importlib.import_module(WHERE[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
