"""What a learner is sent to: books, videos and exercises, with their addresses and sections."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from chainrule.roadmap.errors import RoadmapError


@dataclass(frozen=True, slots=True)
class Resource:
    """One page outside. `short` is its title where a section follows; `sections` maps the anchor
    of a section in the page's address to the section's title."""

    key: str
    author: str
    title: str
    address: str
    short: str = ""
    sections: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Place:
    """Where to read: a resource, a section of it, and words that narrow it down."""

    resource: Resource
    section: str | None = None
    part: str | None = None

    @property
    def title(self) -> str:
        """The place for a person, whole: author, title, section, part."""
        one = self.resource
        words = [one.author, (one.short or one.title) if self.section else one.title]
        if self.section is not None:
            words.append(f"“{one.sections[self.section]}”")
        return ", ".join([*words, *([self.part] if self.part else [])])

    @property
    def address(self) -> str:
        """The address, of the section where there is one."""
        anchor = "" if self.section is None else f"#{self.section}"
        return self.resource.address + anchor

    def to_dict(self) -> dict[str, Any]:
        return {
            "resource": self.resource.key,
            "section": self.section,
            "part": self.part,
            "title": self.title,
            "address": self.address,
        }


@functools.cache
def resources() -> Mapping[str, Resource]:
    """Every resource by its key."""
    source = (files("chainrule.roadmap") / "resources.toml").read_text("utf-8")
    return {key: Resource(key, **fields) for key, fields in tomllib.loads(source).items()}


def place(of: str, section: str | None = None, part: str | None = None) -> Place:
    """The place in the resource of this key. Raises RoadmapError if there is no such place."""
    resource = resources().get(of)
    if resource is None:
        raise RoadmapError(f"no resource is called {of!r}; there are {', '.join(resources())}")
    if section is not None and section not in resource.sections:
        raise RoadmapError(f"{of} has no section {section!r}")
    return Place(resource, section, part)
