"""The mistakes of calculus that are worth naming, made on a function's source.

A slip is a wrong rule for one kind of node. `slope_with` differentiates source by the right rules,
but by the slip wherever it applies, or at one place of those. Nothing of the algebra is used.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass

Node = ast.expr
Rule = Callable[[Node, "Slopes"], str | None]

OUTER = {
    "exp": "exp({u})",
    "log": "1/({u})",
    "sin": "cos({u})",
    "cos": "-sin({u})",
    "tan": "1/cos({u})**2",
    "sqrt": "1/(2*sqrt({u}))",
    "tanh": "(1 - tanh({u})**2)",
    "sigma": "sigma({u})*(1 - sigma({u}))",
    "softplus": "sigma({u})",
    "relu": "relu_slope({u})",
}


@dataclass(frozen=True)
class Slip:
    """A mistake. named: the rules that name it. rule: the slope that it takes a node for."""

    title: str
    named: frozenset[str]
    rule: Rule


@dataclass
class Slopes:
    """Derivatives of source by a name, with a slip. only: at which of its places, if at one."""

    by: str
    slip: Slip | None
    only: int | None = None
    places: int = 0

    def moves(self, node: Node) -> bool:
        return any(isinstance(n, ast.Name) and n.id == self.by for n in ast.walk(node))

    def of(self, node: Node) -> str:
        """The derivative of a node."""
        if self.slip is not None:
            wrong = self.slip.rule(node, self)
            if wrong is not None:
                self.places += 1
                if self.only is None or self.only == self.places - 1:
                    return f"({wrong})"
        return f"({self.right(node)})"

    def right(self, node: Node) -> str:
        """The derivative of a node by the right rule, of its parts by `of`."""
        if not self.moves(node):
            return "0"
        match node:
            case ast.Name():
                return "1"
            case ast.UnaryOp(ast.USub(), a):
                return f"-{self.of(a)}"
            case ast.BinOp(a, ast.Add() | ast.Sub() as sign, b):
                terms = [self.of(part) if self.moves(part) else "" for part in (a, b)]
                join = " + " if isinstance(sign, ast.Add) else " - "
                if not terms[1]:
                    return terms[0]
                return f"{terms[0]}{join}{terms[1]}" if terms[0] else f"{join.strip()}{terms[1]}"
            case ast.BinOp(a, ast.Mult(), b):
                if not self.moves(a):
                    return f"{s(a)}*{self.of(b)}"
                if not self.moves(b):
                    return f"{self.of(a)}*{s(b)}"
                return f"{self.of(a)}*{s(b)} + {s(a)}*{self.of(b)}"
            case ast.BinOp(a, ast.Div(), b):
                if not self.moves(b):
                    return f"{self.of(a)}/{s(b)}"
                if not self.moves(a):
                    return f"-{s(a)}*{self.of(b)}/{s(b)}**2"
                return f"({self.of(a)}*{s(b)} - {s(a)}*{self.of(b)})/{s(b)}**2"
            case ast.BinOp(u, ast.Pow(), n) if not self.moves(n):
                return f"{s(n)}*{s(u)}**({s(n)} - 1){self.inner(u)}"
            case ast.BinOp(b, ast.Pow(), u) if not self.moves(b):
                return f"log({s(b)})*{s(node)}{self.inner(u)}"
            case ast.BinOp(a, ast.Pow(), b):
                return f"{s(node)}*({self.of(b)}*log({s(a)}) + {s(b)}*{self.of(a)}/{s(a)})"
            case ast.Call(ast.Name(f), [u]):
                return f"{OUTER[f].format(u=ast.unparse(u))}{self.inner(u)}"
            case _:
                raise ValueError(ast.unparse(node))

    def inner(self, u: Node) -> str:
        """`*(u')`, and nothing for the variable itself."""
        return "" if isinstance(u, ast.Name) else f"*{self.of(u)}"


def s(node: Node) -> str:
    """Source of a part, in brackets where it needs them."""
    text = ast.unparse(node)
    return text if isinstance(node, ast.Name | ast.Constant | ast.Call) else f"({text})"


def slope_with(slip: Slip, function: str, by: str, only: int | None = None) -> tuple[str, int]:
    """The derivative with a slip, and at how many places the slip applies."""
    slopes = Slopes(by, slip, only)
    text = slopes.of(ast.parse(function, mode="eval").body)
    return ast.unparse(ast.parse(text, mode="eval")), slopes.places


# The parts of rules.


def of_power(make: Callable[[Node, Node, Slopes], str | None]) -> Rule:
    """A rule for u**n with a number n."""

    def rule(node: Node, d: Slopes) -> str | None:
        match node:
            case ast.BinOp(u, ast.Pow(), n) if d.moves(u) and not d.moves(n):
                return make(u, n, d)
        return None

    return rule


def of_exponential(make: Callable[[str, Node, Slopes], str | None]) -> Rule:
    """A rule for e**u, `exp(u)`, and a**u, from the base, e or a number, and the exponent."""

    def rule(node: Node, d: Slopes) -> str | None:
        match node:
            case ast.Call(ast.Name("exp"), [u]) if d.moves(u):
                return make("e", u, d)
            case ast.BinOp(b, ast.Pow(), u) if d.moves(u) and not d.moves(b):
                return make(s(b), u, d)
        return None

    return rule


def of_pair(
    kind: type[ast.operator], make: Callable[[str, str, str, str], str], both: bool = True
) -> Rule:
    """A rule for f*g or f/g from f, g and their slopes. both: both of them move, or g alone."""

    def rule(node: Node, d: Slopes) -> str | None:
        match node:
            case ast.BinOp(f, op, g) if isinstance(op, kind) and d.moves(g) and d.moves(f) is both:
                return make(s(f), s(g), d.of(f) if both else "0", d.of(g))
        return None

    return rule


def of_function(name: str, make: Callable[[str, str], str]) -> Rule:
    """A rule for f(u) from u and its slope, `*u'` or nothing."""

    def rule(node: Node, d: Slopes) -> str | None:
        match node:
            case ast.Call(ast.Name(f), [u]) if f == name and d.moves(u):
                return make(ast.unparse(u), d.inner(u))
        return None

    return rule


def nested(make: Callable[[str, Node, Slopes], str]) -> Rule:
    """A rule for f(u) and u**n where u is more than the variable; from f', with {u} in it."""

    def rule(node: Node, d: Slopes) -> str | None:
        match node:
            case ast.Call(ast.Name(f), [u]) if d.moves(u) and not isinstance(u, ast.Name):
                return make(OUTER[f], u, d)
            case ast.BinOp(u, ast.Pow(), n) if (
                d.moves(u) and not d.moves(n) and not isinstance(u, ast.Name)
            ):
                return make(f"{s(n)}*({{u}})**({s(n)} - 1)", u, d)
            case ast.BinOp(b, ast.Pow(), u) if (
                d.moves(u) and not d.moves(b) and not isinstance(u, ast.Name)
            ):
                return make(f"log({s(b)})*{s(b)}**({{u}})", u, d)
        return None

    return rule


def _slip(title: str, named: str, rule: Rule) -> Slip:
    return Slip(title, frozenset(named.split()), rule)


def _bare(u: Node) -> bool:
    return isinstance(u, ast.Name)


SLIPS = (
    _slip("(x⁵)' → 5x⁵", "power-not-lowered",
          of_power(lambda u, n, d: f"{s(n)}*{s(u)}**{s(n)}{d.inner(u)}")),
    _slip("(x⁵)' → x⁴", "power-not-multiplied",
          of_power(lambda u, n, d: f"{s(u)}**({s(n)} - 1){d.inner(u)}")),
    _slip("(x⁵)' → x⁶/6", "power-integrated",
          of_power(lambda u, n, d: f"{s(u)}**({s(n)} + 1)/({s(n)} + 1)" if _bare(u) else None)),
    _slip("(eˣ)' → x·eˣ⁻¹", "exponential-as-power",
          of_exponential(lambda b, u, d: f"{s(u)}*{b}**({ast.unparse(u)} - 1)")),
    _slip("(2ˣ)' → 2ˣ", "base-log-missing",
          of_exponential(lambda b, u, d:
                         f"{b}**({ast.unparse(u)}){d.inner(u)}" if b != "e" else None)),
    _slip("(1/x)' → 1/x²", "reciprocal-sign",
          of_pair(ast.Div, lambda f, g, df, dg: f"{f}*{dg}/{g}**2", both=False)),
    _slip("(1/x)' → ln x", "reciprocal-as-log",
          of_pair(ast.Div, lambda f, g, df, dg: f"{f}*log({g})", both=False)),
    _slip("f'·g'", "derivatives-multiplied",
          of_pair(ast.Mult, lambda f, g, df, dg: f"{df}*{dg}")),
    _slip("f·g' only", "second-factor-only",
          of_pair(ast.Mult, lambda f, g, df, dg: f"{f}*{dg}")),
    _slip("f'/g'", "derivatives-divided", of_pair(ast.Div, lambda f, g, df, dg: f"{df}/{dg}")),
    _slip("quotient: sign swapped", "quotient-sign",
          of_pair(ast.Div, lambda f, g, df, dg: f"({f}*{dg} - {df}*{g})/{g}**2")),
    _slip("quotient: denominator not squared", "denominator-not-squared",
          of_pair(ast.Div, lambda f, g, df, dg: f"({df}*{g} - {f}*{dg})/{g}")),
    _slip("chain: inner derivative forgotten",
          "inner-forgotten inner-number-forgotten inner-sign-forgotten",
          nested(lambda outer, u, d: outer.format(u=ast.unparse(u)))),
    _slip("chain: f'(g')", "at-inner-derivative",
          nested(lambda outer, u, d: outer.format(u=d.of(u)))),
    _slip("e^(x²) → e^(2x)", "at-inner-derivative inner-replaced",
          of_exponential(lambda b, u, d: f"{b}**{d.of(u)}" if not _bare(u) else None)),
    _slip("relu' → relu", "relu-kept", of_function("relu", lambda u, du: f"relu({u}){du}")),
    _slip("relu' → 1", "relu-one", of_function("relu", lambda u, du: du.lstrip("*") or "1")),
    _slip("(ln(1 + x²))' → 1/(2x)", "at-inner-derivative",
          lambda node, d: f"1/{d.of(node.args[0])}" if isinstance(node, ast.Call)
          and ast.unparse(node.func) == "log" and not _bare(node.args[0])
          and d.moves(node.args[0]) else None),
    _slip("cos' → sin", "cos-sign", of_function("cos", lambda u, du: f"sin({u}){du}")),
    _slip("sigma' → 1 − sigma", "sigma-one-minus",
          of_function("sigma", lambda u, du: f"(1 - sigma({u})){du}")),
    _slip("sigma' → z(1 − z)", "sigma-of-z",
          of_function("sigma", lambda u, du: f"({u})*(1 - ({u})){du}")),
    _slip("tanh' → 1 − z²", "tanh-of-z",
          of_function("tanh", lambda u, du: f"(1 - ({u})**2){du}")),
    _slip("tanh' → 1 + t²", "tanh-sign",
          of_function("tanh", lambda u, du: f"(1 + tanh({u})**2){du}")),
)  # fmt: skip
"""The first three lines of the curriculum's mistakes, in their order."""
