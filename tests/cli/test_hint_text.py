"""What a stage says to read is shown by its title and its address, and never by a key alone."""

from __future__ import annotations

import re

import pytest

from chainrule.cli.hint_text import reading
from chainrule.roadmap import resources
from chainrule.workshop import stage, stage_names

PLACES = [(name, words) for name in stage_names() for words in stage(name).read]


@pytest.mark.parametrize(("name", "words"), PLACES)
def test_a_place_to_read_has_a_title_and_an_address(name: str, words: str) -> None:
    title, address = reading(words)
    key = words.partition(",")[0]
    resource = resources()[key]
    assert not re.search(r"\b[KNBW]\d\b", title)
    assert title.startswith(resource.author)
    assert address is not None
    assert address.startswith(resource.address)
    if "section" in words:
        section = address.partition("#")[2]
        assert resource.sections[section] in words
    for equation in re.findall(r"\(\w+\)", words):
        assert equation in title


def test_a_place_that_is_no_resource_stays_as_it_is() -> None:
    assert reading("Glorot, 2011, section 3") == ("Glorot, 2011, section 3", None)
