"""Tables of cases, as TOML files beside the tests that read them.

    class Wrong(NamedTuple):
        sheet: str
        line: str
        kinds: tuple[str, ...]
        breaks: int = 1

    @pytest.mark.parametrize(Wrong._fields, cases(HERE / "mistakes.toml", "wrong", Wrong))
    def test_...(sheet: str, line: str, kinds: tuple[str, ...], breaks: int) -> None: ...

reads every `[[wrong]]` of the file: `sheet = "softmax"`, `line = "y - a2"`, `kinds = ["sign"]`.
"""

from __future__ import annotations

import tomllib
import types
from pathlib import Path
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

Row = TypeVar("Row", bound=tuple)
"""A NamedTuple of one's own."""


def read(path: Path) -> dict[str, Any]:
    """The whole file, its arrays as tuples."""
    return {key: frozen(value) for key, value in tomllib.loads(path.read_text("utf-8")).items()}


def cases(path: Path, table: str, row: type[Row]) -> list[Row]:
    """The rows of one table, each a `row` with the fields and types that it declares.

    A field that is missing, unknown or of another type is an error that names the row; so is a
    table without rows.
    """
    hints = get_type_hints(row)
    defaults = getattr(row, "_field_defaults", {})
    rows = []
    for number, given in enumerate(read(path).get(table, ()), start=1):
        where = f"{path.name}, [[{table}]] number {number}"
        if not isinstance(given, dict):
            raise TypeError(f"{where}: {given!r} is no table")
        if unknown := given.keys() - hints.keys():
            raise TypeError(f"{where}: unknown fields {sorted(unknown)}")
        if missing := hints.keys() - given.keys() - defaults.keys():
            raise TypeError(f"{where}: fields {sorted(missing)} are missing")
        for field, value in given.items():
            if not fits(value, hints[field]):
                raise TypeError(f"{where}: {field} is {value!r}, not {hints[field]}")
        rows.append(row(**given))
    if not rows:
        raise LookupError(f"{path.name} has no [[{table}]]")
    return rows


def frozen(value: Any) -> Any:
    """The value with every array as a tuple."""
    if isinstance(value, list):
        return tuple(frozen(item) for item in value)
    if isinstance(value, dict):
        return {key: frozen(item) for key, item in value.items()}
    return value


def fits(value: Any, hint: Any) -> bool:
    """Whether a value read from TOML has this type."""
    if hint is Any:
        return True
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return any(fits(value, option) for option in inner)
    if origin is tuple:
        if not isinstance(value, tuple):
            return False
        if inner[1:] == (...,):
            return all(fits(item, inner[0]) for item in value)
        return len(value) == len(inner) and all(map(fits, value, inner))
    if origin is dict:
        return isinstance(value, dict) and all(fits(item, inner[1]) for item in value.values())
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return type(value) is hint
