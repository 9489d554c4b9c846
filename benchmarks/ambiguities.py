"""Lines that can be read in two ways: no reading is guessed, and any that is right counts.

    python -m benchmarks.ambiguities [COUNT] [SEED]

A line is made from a table of what people write and mean in two ways. Each meaning is a NumPy
expression, which Python evaluates: nothing of the reader is used to say what a line is worth. The
sheet asks for one of the two, or for neither:

- what is asked for is one of the meanings: the line passes, as that one, or asks back; it is never
  wrong;
- it is neither: the line does not pass;
- a line that asks back types out readings that are the two meanings.

Prints the counts by kind and verdict, and every line that breaks one of these.
"""

from __future__ import annotations

import random
import re
import sys
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np

from chainrule.algebra import AlgebraError, Sheet, evaluate, parse, parse_sheet
from chainrule.derivation import Check, check

Array = np.ndarray[Any, Any]

GIVEN = """
s: scalar positive
t: scalar positive
u: scalar positive
v: (n,1)
w: (n,1)
V1: (n,1)
V2: (n,1)
A: (n,n)
B: (n,n)
X: (n,n)
M: (k,n)
f = s * t
"""
"""What every sheet declares."""

SIZES = {"n": 3, "k": 2}

SPACE: dict[str, Any] = {
    "sin": np.sin,
    "cos": np.cos,
    "log": np.log,
    "exp": np.exp,
    "e": np.e,
    "abs": np.abs,
    "tanh": np.tanh,
    "sum": lambda x: np.sum(x, keepdims=True),
    "maximum": np.maximum,
    "largest": lambda x: np.max(x, axis=1, keepdims=True),
    "norm": lambda x: np.sqrt(np.sum(x**2, keepdims=True)),
    "ones": np.ones((3, 1)),
}
"""What the meanings are written with."""


@dataclass(frozen=True)
class Kind:
    """What people write, and its two meanings. {a} {b} {c} are names of numbers."""

    name: str
    typed: str
    meanings: tuple[str, str]
    wrt: str = "p"


KINDS = (
    Kind("division side by side", "{a} / {b} {c}", ("({a}/{b})*{c}", "{a}/({b}*{c})")),
    Kind("division, unspaced", "1/2{a}", ("(1/2)*{a}", "1/(2*{a})")),
    Kind(
        "division, bracket",
        "{a}/(2{b})({c} + 1)",
        ("{a}/(2*{b})*({c} + 1)", "{a}/(2*{b}*({c} + 1))"),
    ),
    Kind("bare function, power", "cos {a}²", ("cos({a})**2", "cos({a}**2)")),
    Kind("bare function, product", "sin {a} {b}", ("sin({a})*{b}", "sin({a}*{b})")),
    Kind("bare function, number", "cos 2{a}", ("cos(2)*{a}", "cos(2*{a})")),
    Kind("bare logarithm", "ln {a}({b} + 1)", ("log({a})*({b} + 1)", "log({a}*({b} + 1))")),
    Kind("exponent", "e^2{a}", ("e**2*{a}", "e**(2*{a})")),
    Kind("exponent, bracket", "e^{a}({b} + 1)", ("e**{a}*({b} + 1)", "e**({a}*({b} + 1))")),
    Kind("sum with a power", "Σ(v)²", ("sum(v)**2", "sum(v**2)")),
    Kind("sum that goes on", "Σ(v) {a}", ("sum(v)*{a}", "sum(v*{a})")),
    Kind("sum and a bracket", "Σ(v)({a} + v)", ("sum(v)*({a} + v)", "sum(v*({a} + v))")),
    Kind("square matrices", "A B", ("A @ B", "A * B")),
    Kind("square matrices, turned", "Aᵀ B", ("A.T @ B", "A.T * B")),
    Kind("dot of columns", "v · w", ("v * w", "sum(v * w)")),
    Kind("entry by entry, then @", "v ⊙ A w", ("(v * A) @ w", "v * (A @ w)")),
    Kind("a quantity and what it depends on", "f({s})", ("f", "f*{s}")),
    Kind("a name without its layer", "V_j", ("V1", "V2"), "p[j]"),
    Kind("bars", "|v|", ("abs(v)", "norm(v)")),
    Kind("an axis or a number", "max(M, 1)", ("maximum(M, 1)", "largest(M)")),
    Kind("one", "A 1", ("A * 1", "A @ ones")),
    Kind("rows or columns", "Σ_i x_i v_i", ("X.T @ v", "X @ v")),
)

AROUND = ("{}", "2*({})", "({}) + {a}", "-({})", "{a}*({})", "({})/{b}", "{a} - ({})")
"""What stands around it."""


@dataclass(frozen=True)
class Line:
    """kind: its name. typed: the text. meanings: NumPy expressions. asked: what the sheet asks."""

    kind: str
    typed: str
    meanings: tuple[str, str]
    asked: str
    wrt: str


def line(rng: random.Random) -> Line:
    kind = rng.choice(KINDS)
    letters = rng.sample(["s", "t", "u"], 3)
    names = dict(zip("abc", letters, strict=True)) | {"s": rng.choice(["s", "t"])}
    around = rng.choice(AROUND)
    first, second = rng.sample(["s", "t", "u"], 2)

    def whole(words: str) -> str:
        return (
            around.replace("{a}", first).replace("{b}", second).replace("{}", words.format(**names))
        )

    meanings = (whole(kind.meanings[0]), whole(kind.meanings[1]))
    asked = rng.choice(
        [*meanings, *meanings, f"({rng.choice(meanings)})*3 + 1", f"-({meanings[0]})"]
    )
    return Line(kind.name, whole(kind.typed), meanings, asked, kind.wrt)


def plain(words: str) -> str:
    """A meaning in the plain notation of a sheet."""
    words = re.sub(r"largest\(([^()]*)\)", r"max(\1, axis=1)", words)
    return words.replace("@ ones", "@ ones(n)")


def value(words: str, values: dict[str, Array]) -> Array:
    return np.asarray(eval(words, {"__builtins__": {}}, SPACE | values))


def shape_of(array: Array) -> str:
    names = {size: name for name, size in SIZES.items()}
    rows, columns = array.shape if array.ndim == 2 else (1, 1)
    return f"({names.get(rows, rows)},{names.get(columns, columns)})"


@dataclass(frozen=True)
class Case:
    line: Line
    sheet: Sheet
    values: dict[str, Array]

    def same(self, one: Array, other: Array) -> bool:
        if one.shape != other.shape and 1 not in (one.size, other.size):
            return False
        return one.size == other.size and np.allclose(one, other, rtol=1e-9, atol=1e-12)


def case(one: Line, seed: int) -> Case | None:
    """The line with its sheet and a point; None where the meanings have the same value there."""
    bare = parse_sheet(f"{GIVEN}\nC = s")
    rng = np.random.default_rng(seed)
    drawn = {
        name: rng.normal(size=(SIZES.get(r, 1), SIZES.get(c, 1))) for name, (r, c) in shapes(bare)
    }
    values = {name: np.abs(x) + 0.3 if name in "stu" else x for name, x in drawn.items()}
    values["f"] = values["s"] * values["t"]
    asked = value(one.asked, values)
    sheet = parse_sheet(f"p: {shape_of(asked)}\n{GIVEN}\nC = sum(p * ({plain(one.asked)}))")
    made = Case(one, sheet, values)
    first, second = (value(words, values) for words in one.meanings)
    return None if made.same(first, second) else made


def shapes(sheet: Sheet) -> list[tuple[str, tuple[Any, Any]]]:
    return [(part.name, part.shape) for part in sheet.declarations]


def read_value(words: str, made: Case) -> Array | None:
    """What a reading that the checker typed out is worth, by our evaluation of plain notation."""
    try:
        tree = parse(words, made.sheet.scope).expression
    except AlgebraError:
        return None
    return None if tree.indices else evaluate(tree, made.values, SIZES)


def broken(made: Case, result: Check) -> str:
    """What is wrong about a verdict; nothing where all is well."""
    asked = value(made.line.asked, made.values)
    both = [value(m, made.values) for m in made.line.meanings]
    is_meant = any(made.same(asked, one) for one in both)
    if is_meant and result.verdict == "wrong":
        return "right in a reading, and called wrong"
    if not is_meant and result.passes:
        return "right in no reading, and passes"
    if result.passes and result.understood is not None:
        mine = read_value(result.understood, made)
        if mine is not None and not made.same(mine, asked):
            return "passes, and is shown as another reading"
    if result.verdict == "unreadable":
        shown = [read_value(words, made) for words in re.findall(r"`([^`]*)`", result.message)[-2:]]
        known = [one for one in shown if one is not None]
        if len(known) == 2 and not all(any(made.same(x, y) for y in both) for x in known):
            return "asks back with something else"
    return ""


def main(count: int, seed: int) -> int:
    rng = random.Random(seed)
    counts: Counter[tuple[str, str, str]] = Counter()
    faults, number = 0, 0
    while number < count:
        one = line(rng)
        made = case(one, seed + number)
        if made is None:
            continue
        number += 1
        result = check(made.sheet, one.wrt, one.typed, name_mistakes=False)
        meant = "a reading" if one.asked in one.meanings else "neither"
        counts[one.kind, meant, result.verdict] += 1
        fault = broken(made, result)
        if fault:
            faults += 1
            print(
                f"{fault}: {one.typed!r}, asked {one.asked!r}: {result.verdict}, {result.message}"
            )
    width = max(len(kind.name) for kind in KINDS)
    for (kind, meant, verdict), times in sorted(counts.items()):
        print(f"{kind:{width}}  {meant:10}  {verdict:18}{times:6}")
    print(f"{count} lines with two readings, {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]]
    sys.exit(main(*[*numbers, *(5000, 1)[len(numbers) :]]))
