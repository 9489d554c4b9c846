"""Functions of calculus as Python source: read as they are printed, evaluated, rewritten.

Nothing of the algebra is used. Source is a Python expression of names, numbers, `+ - * / **`,
comparisons and the functions of FUNCTIONS; `sigma'` is written `sigma_slope`.
"""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from functools import lru_cache
from types import CodeType
from typing import Any

import mpmath

mpmath.mp.dps = 30

SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
Values = Mapping[str, Any]


def sigma(u: Any) -> Any:
    return 1 / (1 + mpmath.exp(-u))


FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "exp": mpmath.exp,
    "log": mpmath.log,
    "sin": mpmath.sin,
    "cos": mpmath.cos,
    "tan": mpmath.tan,
    "sqrt": mpmath.sqrt,
    "tanh": mpmath.tanh,
    "arctan": mpmath.atan,
    "arcsin": mpmath.asin,
    "sigma": sigma,
    "softplus": lambda u: mpmath.log(1 + mpmath.exp(u)),
    "relu": lambda u: u if u > 0 else mpmath.mpf(0),
    "abs": abs,
    "ln": mpmath.log,
    "relu_slope": lambda u: mpmath.mpf(u > 0),
    "sigma_slope": lambda u: sigma(u) * (1 - sigma(u)),
    "tanh_slope": lambda u: 1 - mpmath.tanh(u) ** 2,
}
NAMES = {"__builtins__": {}, "number": mpmath.mpf, "e": mpmath.e, **FUNCTIONS}
_WORDS = "|".join(sorted(FUNCTIONS, key=len, reverse=True))


def source(written: str) -> str:
    """Printed mathematics, `3x² · sin(2x)`, or typed, `3 * x**2`, as source."""
    text = re.sub(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda s: f"**{s[0].translate(SUPERSCRIPTS)}", written)
    for before, after in (("−", "-"), ("·", "*"), ("^", "**"), ("σ", "sigma"), ("√", "sqrt")):
        text = text.replace(before, after)
    text = re.sub(rf"(?<![a-z])({_WORDS})['′]", r"\1_slope", text)
    text = re.sub(r"sqrt(?=[a-z\d])(\w+)", r"sqrt(\1)", text)
    text = re.sub(r"(?<![\w.])(\d+)(?=[a-z(])", r"\1*", text)
    return re.sub(r"\)\s*(?=[a-z(])", ")*", text)


class _Exact(ast.NodeTransformer):
    """Numbers of many digits instead of floats."""

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        number = ast.Constant(str(node.value))
        return ast.copy_location(ast.Call(ast.Name("number", ast.Load()), [number], []), node)

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        return ast.copy_location(ast.Call(ast.Name("number", ast.Load()), [node], []), node)


@lru_cache(maxsize=4096)
def _code(text: str) -> CodeType:
    tree = _Exact().visit(ast.parse(text.strip(), mode="eval"))
    return compile(ast.fix_missing_locations(tree), "source", "eval")


def value(text: str, values: Values) -> Any:
    """The value of source at a place, in 30 digits."""
    return eval(_code(text), NAMES, dict(values))


def slope(text: str, by: str, values: Values) -> Any:
    """Its derivative at a place, by differences in many digits."""
    return mpmath.diff(lambda moved: value(text, {**values, by: moved}), values[by])


def rewritten(text: str, rng: random.Random, times: int) -> str:
    """Source of the same value, changed in so many places."""
    tree = ast.parse(text, mode="eval")
    for _ in range(times):
        tree = _Changed(rng).of(tree)
    return ast.unparse(tree)


def _parsed(pattern: str, **parts: ast.expr) -> ast.expr:
    """A tree from a pattern in which capital letters stand for trees."""

    class Put(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.AST:
            return deepcopy(parts[node.id]) if node.id in parts else node

    return Put().visit(ast.parse(pattern, mode="eval").body)


def _forms(node: ast.expr) -> list[ast.expr]:
    """The same value in other forms."""
    forms = [_parsed("-(-A)", A=node), _parsed("2 * A / 2", A=node), _parsed("A + 3 - 3", A=node),
             _parsed("A / 2 + A / 2", A=node), _parsed("(3 * A - A) / 2", A=node)]  # fmt: skip
    match node:
        case ast.BinOp(a, ast.Add(), b):
            forms += [_parsed("B + A", A=a, B=b), _parsed("A - (-B)", A=a, B=b)] * 3
        case ast.BinOp(a, ast.Sub(), b):
            forms += [_parsed("A + (-B)", A=a, B=b), _parsed("-(B - A)", A=a, B=b),
                      _parsed("-B + A", A=a, B=b)] * 2  # fmt: skip
        case ast.BinOp(a, ast.Mult(), ast.BinOp(b, ast.Add(), c)):
            forms += [_parsed("A * B + A * C", A=a, B=b, C=c)] * 6
        case ast.BinOp(ast.BinOp(b, ast.Sub(), c), ast.Mult(), a):
            forms += [_parsed("B * A - C * A", A=a, B=b, C=c)] * 6
        case ast.BinOp(a, ast.Mult(), b):
            forms += [_parsed("B * A", A=a, B=b), _parsed("(-A) * (-B)", A=a, B=b)] * 3
        case ast.BinOp(a, ast.Div(), b):
            forms += [_parsed("A * (1 / B)", A=a, B=b), _parsed("A * B**(-1)", A=a, B=b),
                      _parsed("-A / (-B)", A=a, B=b)] * 2  # fmt: skip
        case ast.BinOp(a, ast.Pow(), ast.Constant(int(n))) if n > 1:
            forms += [_parsed(f"A * A**{n - 1}", A=a), _parsed(f"1 / A**(-{n})", A=a)] * 3
        case ast.Constant(int(n)) if n > 3:
            forms += [_parsed(f"({n - 2} + 2)"), _parsed(f"2 * {n} / 2"), _parsed(f"{n}.0")]
        case ast.Call(ast.Name(name), [u]):
            forms += [_parsed(form, U=u) for form in IDENTITIES.get(name, ())] * 3
        case _:
            pass
    return forms


IDENTITIES = {
    "exp": ("e**(U)", "1 / exp(-U)", "exp(U / 2)**2"),
    "sqrt": ("(U)**(1 / 2)", "(U)**0.5"),
    "tan": ("sin(U) / cos(U)",),
    "sin": ("-sin(-U)", "2 * sin(U / 2) * cos(U / 2)"),
    "cos": ("cos(-U)", "1 - 2 * sin(U / 2)**2"),
    "log": ("ln(U)", "2 * log(sqrt(U))", "-log(1 / (U))"),
    "sigma": ("1 / (1 + exp(-U))", "1 - sigma(-U)", "exp(U) / (1 + exp(U))"),
    "tanh": ("(exp(U) - exp(-U)) / (exp(U) + exp(-U))", "2 * sigma(2 * (U)) - 1"),
    "sigma_slope": ("sigma(U) * (1 - sigma(U))", "exp(-U) / (1 + exp(-U))**2"),
    "tanh_slope": ("1 - tanh(U)**2",),
    "relu_slope": ("((U) > 0)", "(0 < (U))"),
    "relu": ("(U) * ((U) > 0)",),
}


class _Changed(ast.NodeTransformer):
    """One node, drawn at random, in another form."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def of(self, tree: ast.Expression) -> ast.Expression:
        nodes = [node for node in ast.walk(tree) if isinstance(node, self.kinds)]
        inside = {id(n) for node in nodes if isinstance(node, ast.Call) for n in [node.func]}
        exponents = {
            id(n)
            for node in nodes
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow)
            for n in ast.walk(node.right)
        }
        nodes = [n for n in nodes if id(n) not in inside | exponents]
        self.chosen = self.rng.choice(nodes)
        return ast.fix_missing_locations(self.visit(tree))

    kinds = (ast.BinOp, ast.Call, ast.Constant, ast.Name, ast.UnaryOp)

    def visit(self, node: ast.AST) -> Any:
        if node is self.chosen:
            assert isinstance(node, ast.expr)
            return self.rng.choice(_forms(node))
        return self.generic_visit(node)
