"""The kinds of mistakes, as `mistakes.toml` lists them: what each is called and what it means."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of mistake. means: one sentence for a learner. concept: a slug of the curriculum."""

    name: str
    title: str
    means: str
    concept: str


def _read() -> dict[str, Kind]:
    table = files("chainrule.ground").joinpath("mistakes.toml").read_text("utf-8")
    return {name: Kind(name, **row) for name, row in tomllib.loads(table).items()}


KINDS: dict[str, Kind] = _read()
"""Every kind by its name, in the order of the file."""
