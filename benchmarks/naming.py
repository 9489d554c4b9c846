"""How well mistakes are named: verdicts, kinds and repairs of whole tables of lines.

    python -m benchmarks.naming [TABLE.json ...] [--all] [--only WORD]

Without a table, the tables of the tests: lines that students wrote, lines that no rule was made
for, and lines with two slips. A table is a JSON list of {"sheet", "wrt", "expression", "truth":
"right" or "wrong", "expected_kind": a kind, kinds or null}; rows without "wrt" are left out.

Prints for each table how many verdicts are the truth, how many kinds are those expected, how many
repairs are right when they are judged again, and how many are longer than the line plus one factor
or term; then the rows that fail. --all prints every row, --only those whose text or table holds the
word. The time is processor time, of a line whose sheet is known.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from chainrule.algebra import AlgebraError, Sheet, load_sheet, parse_sheet
from chainrule.derivation import Check, check
from tests.support import at_most_one_more

TABLES = Path(__file__).parent.parent / "tests" / "derivation"
OWN = ("held_out", "held_out_paper", "learners_mistakes", "named_mistakes")
UNNAMED = "unnamed"


@dataclass(frozen=True, slots=True)
class Row:
    """A line, what it is, and the kinds that name it; none: any name will do."""

    sheet: str
    wrt: str
    line: str
    right: bool
    kinds: tuple[str, ...] = ()
    name: str = ""


@dataclass(slots=True)
class Counts:
    """What came of a table."""

    rows: int = 0
    verdicts: int = 0
    wrong: int = 0
    named: int = 0
    repairs: int = 0
    mended: int = 0
    short: int = 0
    seconds: list[float] = field(default_factory=list[float])


@cache
def sheet_of(source: str) -> Sheet:
    return parse_sheet(source) if "\n" in source else load_sheet(source)


def read_json(path: Path) -> Iterator[Row]:
    for row in json.loads(path.read_text(encoding="utf-8")):
        if row.get("wrt"):
            expected: Any = row.get("expected_kind") or ()
            kinds = (expected,) if isinstance(expected, str) else tuple(expected)
            right = row["truth"] == "right"
            yield Row(row["sheet"], row["wrt"], row["expression"], right, kinds, row.get("id", ""))


def read_toml(path: Path) -> Iterator[Row]:
    """The rows of every table of a file of the tests that has lines in it."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    sheets = content.get("sheets", {})
    for one in content.get("right", ()):
        for line in one["lines"]:
            yield Row(sheets.get(one["sheet"], one["sheet"]), one["wrt"], line, True)
    for one in content.get("wrong", ()):
        source = sheets.get(one["sheet"], one["sheet"])
        yield Row(source, one["wrt"], one["line"], False, tuple(one["kinds"]))
    for one in content.get("named", ()):
        source = sheets.get(one["sheet"], one["sheet"])
        yield Row(source, one["wrt"], one["line"], False, (one["kind"],))
    for one in content.get("backpropagation", ()):
        for sheet, wrt, line in one["cases"]:
            yield Row(sheet, wrt, line, False, tuple(one["kinds"]))
    for one in content.get("calculus", ()):
        positive = " positive" if "ln(x)" in one["function"] or "sqrt" in one["function"] else ""
        source = f"x: scalar{positive}\ny = {one['function']}"
        yield Row(source, "x", one["line"], False, tuple(one["kinds"]))


def tables(paths: Iterable[str]) -> Iterator[tuple[str, list[Row]]]:
    named = [Path(path) for path in paths]
    for path in named or [TABLES / f"{name}.toml" for name in OWN]:
        rows = list(read_json(path) if path.suffix == ".json" else read_toml(path))
        if rows:
            yield path.stem, rows


def judged(row: Row, counts: Counts) -> tuple[Check | None, list[str]]:
    """The check of a row, counted, and what is wrong with it."""
    try:
        sheet = sheet_of(row.sheet)
        check(sheet, row.wrt, row.line, name_mistakes=False)
    except AlgebraError as error:
        return None, [f"not asked: {error.message}"]
    start = time.process_time()
    told = check(sheet, row.wrt, row.line)
    if not row.right:
        counts.seconds.append(time.process_time() - start)
    faults: list[str] = []
    counts.rows += 1
    right = _is_right(told)
    verdict = right if row.right else told.verdict == "wrong"
    counts.verdicts += verdict
    if not verdict:
        faults.append(f"{told.verdict}, and it is {'right' if row.right else 'wrong'}")
    elif not row.right:
        counts.wrong += 1
        kind = UNNAMED if told.mistake is None else told.mistake.kind
        good = kind in row.kinds or (not row.kinds and kind != UNNAMED)
        counts.named += good
        if not good:
            faults.append(f"{kind}, not {' or '.join(row.kinds) or 'named'}")
    for repaired in dict.fromkeys(m.repaired for m in told.mistakes if m.repaired is not None):
        counts.repairs += 1
        again = check(sheet, row.wrt, repaired, name_mistakes=False)
        mended = _is_right(again)
        counts.mended += mended
        short = at_most_one_more(row.line, repaired)
        counts.short += short
        if not mended:
            faults.append(f"`{repaired}` is {again.verdict}: {again.message}")
        if not short:
            faults.append(f"`{repaired}` is longer by more than a factor or term")
    return told, faults


def _is_right(told: Check) -> bool:
    """Right, or the slopes that stand for the diagonal of a Jacobian."""
    diagonal = told.condition is not None and "diagonal of the Jacobian" in told.condition
    return told.verdict in ("right", "right-other-form") or diagonal


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tables", nargs="*")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--only", default="")
    chosen = parser.parse_args()
    for name, rows in tables(chosen.tables):
        counts = Counts()
        for row in rows:
            if chosen.only not in f"{row.name} {row.sheet} {row.line} {name}":
                continue
            told, faults = judged(row, counts)
            if faults or chosen.all:
                print(f"\n{row.name or name} | {row.sheet.strip().splitlines()[-1]} | {row.wrt}")
                print(f"   {row.line}   [{' | '.join(row.kinds)}]")
                for mistake in told.mistakes if told else ():
                    print(f"   {mistake.kind}: {mistake.message}\n      -> {mistake.repaired}")
                if told is not None and not told.mistakes:
                    print(f"   {told.verdict}: {told.message}")
                print(*(f"   ! {fault}\n" for fault in faults), sep="", end="")
        median = 1e3 * statistics.median(counts.seconds) if counts.seconds else 0.0
        print(
            f"\n{name}: {counts.rows} rows, verdicts true {counts.verdicts}; wrong lines "
            f"{counts.wrong}, well named {counts.named}; repairs {counts.repairs}, right "
            f"{counts.mended}, short enough {counts.short}; median {median:.1f} ms"
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
