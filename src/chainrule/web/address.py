"""The state of a page is its address: what is shown, and the number that is asked about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from chainrule.ground.faults import Fault


class NotThere(Fault):
    """Something that the address of a page names and that is not there."""


@dataclass(frozen=True)
class Address:
    """A path and its query. `with_` gives the address of a neighbouring state."""

    path: str
    query: Mapping[str, str] = field(default_factory=dict)

    def with_(self, **changes: str | int | None) -> Address:
        """The same page with these parts changed; None takes one out."""
        query = dict(self.query)
        for name, value in changes.items():
            if value is None:
                query.pop(name, None)
            else:
                query[name] = str(value)
        return Address(self.path, query)

    def to(self, path: str) -> Address:
        """Another page about the same example."""
        kept = ("example", "input", "label", "numbers")
        return Address(path, {name: self.query[name] for name in kept if name in self.query})

    def __str__(self) -> str:
        return f"{self.path}?{urlencode(self.query)}" if self.query else self.path
