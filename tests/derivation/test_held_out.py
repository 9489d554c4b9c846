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


HELD_OUT = (_beside("held_out"), _beside("held_out_paper"))


def cases(name: str) -> list[tuple[ModuleType, *tuple[object, ...]]]:
    """The lines of a list, each with the module that has its sheet."""
    return [(module, *line) for module in HELD_OUT for line in getattr(module, name)]


RIGHT_LINES = [
    (module, name, wrt, line)
    for module in HELD_OUT
    for (name, wrt), lines in module.RIGHT.items()
    for line in lines
]


def sheet_of(held: ModuleType, name: str) -> Sheet:
    return parse_sheet(held.SHEETS[name]) if name in held.SHEETS else load_sheet(name)


@pytest.mark.parametrize(("held", "name", "wrt", "line"), RIGHT_LINES)
def test_a_right_line_is_right(held: ModuleType, name: str, wrt: str, line: str) -> None:
    told = check(sheet_of(held, name), wrt, line)
    assert told.verdict in ("right", "right-other-form"), told.message


@pytest.mark.parametrize(("held", "name", "wrt", "lines"), cases("RIGHT_CHAINS"))
def test_a_right_chain_is_right(
    held: ModuleType, name: str, wrt: str, lines: tuple[str, ...]
) -> None:
    told = check_chain(sheet_of(held, name), wrt, lines)
    assert told.verdict in ("right", "right-other-form"), told.message


@pytest.mark.parametrize(("held", "name", "wrt", "line"), cases("NOT_READ"))
def test_what_is_not_read_is_not_called_wrong(
    held: ModuleType, name: str, wrt: str, line: str
) -> None:
    assert check(sheet_of(held, name), wrt, line).verdict == "unreadable"


@pytest.mark.parametrize(("held", "name", "wrt", "lines"), cases("NOT_READ_CHAINS"))
def test_a_chain_that_is_not_read_is_not_called_wrong(
    held: ModuleType, name: str, wrt: str, lines: tuple[str, ...]
) -> None:
    assert check_chain(sheet_of(held, name), wrt, lines).verdict == "unreadable"


@pytest.mark.parametrize(("held", "name", "wrt", "line", "kinds"), cases("WRONG"))
def test_a_wrong_line_is_wrong_and_its_mistake_has_a_fair_name(
    held: ModuleType, name: str, wrt: str, line: str, kinds: str
) -> None:
    sheet = sheet_of(held, name)
    told = check(sheet, wrt, line)
    assert told.verdict == "wrong"
    kind = "unnamed" if told.mistake is None else told.mistake.kind
    assert kind in kinds.split(), told.message
    repaired = None if told.mistake is None else told.mistake.repaired
    assert repaired is None or check(sheet, wrt, repaired, name_mistakes=False).right, repaired


@pytest.mark.parametrize(("held", "name", "wrt", "lines", "breaks", "kinds"), cases("WRONG_CHAINS"))
def test_a_wrong_chain_breaks_where_it_does(
    held: ModuleType, name: str, wrt: str, lines: tuple[str, ...], breaks: int, kinds: str
) -> None:
    told = check_chain(sheet_of(held, name), wrt, lines)
    assert (told.verdict, told.breaks) == ("wrong", breaks)
    assert told.mistake is not None
    assert told.mistake.kind in kinds.split(), told.message
