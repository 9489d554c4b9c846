"""Libraries that only some formats take: `pip install 'chainrule[formats]'` brings all of them."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from chainrule.data.errors import DataError

EXTRA = "chainrule[formats]"


def library(module: str, source: object, kind: str) -> ModuleType:
    """The library that reads a format; DataError says how to get it where it is not here."""
    try:
        return import_module(module)
    except ImportError as error:
        name = module.partition(".")[0]
        raise DataError(
            f"{source}: {kind} is read by {name}, which is not here; get it with "
            f"pip install '{EXTRA}'"
        ) from error
