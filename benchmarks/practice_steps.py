"""The steps of worked solutions, as they are printed: true, accepted by the checker, and no noise.

A derivative's line `(part)′ = slope` or `= form` is read as a learner reads it and held against
differences in 30 digits; then the checker judges it. A line is noise if it differs from the one
before only in the order of terms and factors, or by a factor of 1. Of the other topics, every
equation between numbers is worked out, and the last line holds the answer.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import mpmath

from benchmarks.practice_functions import slope, source, value
from benchmarks.practice_truth import Expected, expected, places_of
from chainrule.algebra import parse_sheet
from chainrule.derivation import check
from chainrule.practice import Problem
from chainrule.practice.answers.expression import ExpressionAnswer

LINE = re.compile(r"(?:\((?P<part>.*)\)′|(?P<whole>f[′″]|∂f/∂\w)|\s+) = (?P<right>.*)")
NUMERIC = r"(?:^|(?<=[=:,;a-z] ))[-−\d.(√][-−\d.\s()·/+²³½√]*"
EQUATION = re.compile(rf"(?P<left>{NUMERIC}) = (?P<right>−?\d+(?:\.\d+)?)(?![\d.]*[\w/·(])")
Fault = Callable[..., None]


def faults_of_steps(one: Problem, fault: Fault) -> Counter[str]:
    """The number of steps and equations; each one that is false or noise is a fault."""
    counts = Counter[str]()
    lines = one.task.worked()
    counts["steps"] += len(lines)
    if len(set(lines)) < len(lines):
        fault("a step twice", one, *lines)
    if one.task.function is not None:
        _derivative(one, lines, fault, counts)
    else:
        for line in lines:
            _equations(one, line, fault, counts)
    return counts


def _derivative(one: Problem, lines: tuple[str, ...], fault: Fault, counts: Counter[str]) -> None:
    whole, by = expected(one), str(one.task.variable)
    answer = one.task.answer
    assert isinstance(answer, ExpressionAnswer)
    sheet = answer.asked.sheet
    declared = "\n".join(line for line in sheet.text().splitlines() if ":" in line)
    before: str | None = None
    for line in lines:
        words, _, reason = line.rstrip().rpartition("   ")
        read = LINE.fullmatch(words or line)
        if read is None:
            fault("a step that is no equation", one, line)
            continue
        if not re.search(r"\w: \S.*\.$", reason) and len(lines) > 1:
            fault("a step without a reason", one, line)
        counts["steps judged"] += 1
        right, part = read["right"], read["part"]
        if part is not None:
            true = _is_slope(source(right), source(part), by, places_of(one.ask))
            accepted = check(parse_sheet(f"{declared}\nf = {typed(part)}"), by, right)
            noise = _sorted(right) == _sorted(part) and "exp" not in part
        else:
            true, accepted = whole.is_right(source(right)), check(sheet, by, right)
            noise = before is not None and _sorted(right) == before
            before = _sorted(right)
        if not true:
            fault("a false step", one, line)
        if not accepted.right:
            fault("a step that is not accepted", one, line, accepted.verdict)
        if noise:
            fault("a step that is noise", one, line)


def typed(part: str) -> str:
    """A printed function as source that the language reads: NumPy's."""
    return re.sub(r"(\w+)_slope\(", r"\1'(", source(part))


def _is_slope(right: str, part: str, by: str, places: tuple[Any, ...]) -> bool:
    values = tuple(slope(part, by, place) for place in places)
    return Expected(places, values).is_right(right)


@lru_cache(maxsize=512)
def _sorted(written: str) -> str:
    """A form with its terms and factors in order, and without factors of 1."""
    return _key(ast.parse(source(written), mode="eval").body)


def _key(node: ast.expr) -> str:
    match node:
        case ast.BinOp(_, ast.Add() | ast.Sub(), _):
            return f"({' + '.join(sorted(_terms(node, 1)))})"
        case ast.BinOp(_, ast.Mult() | ast.Div(), _) | ast.UnaryOp(ast.USub(), _):
            sign, above, below = _factors(node)
            over, under = sorted(above) or ["1"], sorted(below)
            return f"{'-' * (sign < 0)}({' * '.join(over)})/({' * '.join(under)})"
        case ast.BinOp(a, ast.Pow(), b):
            return f"({_key(a)})**({_key(b)})"
        case ast.Call(f, arguments):
            return f"{ast.unparse(f)}({', '.join(map(_key, arguments))})"
        case _:
            return ast.unparse(node)


def _terms(node: ast.expr, sign: int) -> Iterator[str]:
    match node:
        case ast.BinOp(a, ast.Add(), b):
            yield from (*_terms(a, sign), *_terms(b, sign))
        case ast.BinOp(a, ast.Sub(), b):
            yield from _terms(a, sign)
            yield from [f"{'-' * (sign > 0)}({_key(b)})"] if _is_sum(b) else _terms(b, -sign)
        case ast.UnaryOp(ast.USub(), a):
            yield from [f"{'-' * (sign > 0)}({_key(a)})"] if _is_sum(a) else _terms(a, -sign)
        case _:
            inner, above, below = _factors(node)
            over = " * ".join(sorted(above) or ["1"])
            yield f"{'-' * (sign * inner < 0)}({over})/({' * '.join(sorted(below))})"


def _is_sum(node: ast.expr) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub)


def _factors(node: ast.expr) -> tuple[int, list[str], list[str]]:
    match node:
        case ast.BinOp(a, ast.Mult(), b):
            (s, above, below), (t, over, under) = _factors(a), _factors(b)
            return s * t, above + over, below + under
        case ast.BinOp(a, ast.Div(), b):
            (s, above, below), (t, over, under) = _factors(a), _factors(b)
            return s * t, above + under, below + over
        case ast.UnaryOp(ast.USub(), a):
            sign, above, below = _factors(a)
            return -sign, above, below
        case ast.Constant(1):
            return 1, [], []
        case _:
            return 1, [_key(node)], []


def _equations(one: Problem, line: str, fault: Fault, counts: Counter[str]) -> None:
    """Every `2 · 3 + 1 = 7` of a line."""
    for found in EQUATION.finditer(line):
        left, right = found["left"].strip(), found["right"]
        if left.count("(") != left.count(")") or not re.search(r"\d\s*[-−+·/]|[²³½√]", left):
            continue
        try:
            a = value(source(left.replace("½", "0.5")), {})
        except (SyntaxError, TypeError, ValueError, ZeroDivisionError):
            continue
        counts["equations"] += 1
        b = mpmath.mpf(right.replace("−", "-"))
        unit = 10.0 ** -len(right.partition(".")[2])
        if abs(a - b) > unit * ("." in right) + 2e-3 * abs(b) + 1e-20:
            fault("a false equation", one, line)
        if left == right:
            fault("a step that is noise", one, line)
