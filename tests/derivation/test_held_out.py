"""Lines that no rule was made for: none that is right may be called wrong, and none that is wrong
right; and the name of a mistake is one that a teacher would accept."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from chainrule.algebra import Sheet, load_sheet, parse_sheet
from chainrule.derivation import check, check_chain


def _beside(name: str) -> ModuleType:
    """A module of this folder, which is no package."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


held_out = _beside("held_out")
RIGHT_LINES = [(name, wrt, x) for (name, wrt), lines in held_out.RIGHT.items() for x in lines]


def sheet_of(name: str) -> Sheet:
    return parse_sheet(held_out.SHEETS[name]) if name in held_out.SHEETS else load_sheet(name)


@pytest.mark.parametrize(("name", "wrt", "line"), RIGHT_LINES)
def test_a_right_line_is_right(name: str, wrt: str, line: str) -> None:
    told = check(sheet_of(name), wrt, line)
    assert told.verdict in ("right", "right-other-form"), told.message


@pytest.mark.parametrize(("name", "wrt", "lines"), held_out.RIGHT_CHAINS)
def test_a_right_chain_is_right(name: str, wrt: str, lines: tuple[str, ...]) -> None:
    told = check_chain(sheet_of(name), wrt, lines)
    assert told.verdict in ("right", "right-other-form"), told.message


@pytest.mark.parametrize(("name", "wrt", "line"), held_out.NOT_READ)
def test_what_is_not_read_is_not_called_wrong(name: str, wrt: str, line: str) -> None:
    assert check(sheet_of(name), wrt, line).verdict == "unreadable"


@pytest.mark.parametrize(("name", "wrt", "lines"), held_out.NOT_READ_CHAINS)
def test_a_chain_that_is_not_read_is_not_called_wrong(
    name: str, wrt: str, lines: tuple[str, ...]
) -> None:
    assert check_chain(sheet_of(name), wrt, lines).verdict == "unreadable"


@pytest.mark.parametrize(("name", "wrt", "line", "kinds"), held_out.WRONG)
def test_a_wrong_line_is_wrong_and_its_mistake_has_a_fair_name(
    name: str, wrt: str, line: str, kinds: str
) -> None:
    told = check(sheet_of(name), wrt, line)
    assert told.verdict == "wrong"
    kind = "unnamed" if told.mistake is None else told.mistake.kind
    assert kind in kinds.split(), told.message


@pytest.mark.parametrize(("name", "wrt", "lines", "breaks", "kinds"), held_out.WRONG_CHAINS)
def test_a_wrong_chain_breaks_where_it_does(
    name: str, wrt: str, lines: tuple[str, ...], breaks: int, kinds: str
) -> None:
    told = check_chain(sheet_of(name), wrt, lines)
    assert (told.verdict, told.breaks) == ("wrong", breaks)
    assert told.mistake is not None
    assert told.mistake.kind in kinds.split(), told.message
