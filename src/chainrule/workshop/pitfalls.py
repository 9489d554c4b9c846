"""What NumPy does silently with columns and with `.T`, where a function stumbles over it."""

from __future__ import annotations

import ast

from chainrule.workshop.source import Outline
from chainrule.workshop.verdict import Verdict

COLUMNS = (
    "A column (n, 1) plus b, which is (n,), is a matrix (n, n): NumPy lays b along the rows. Here "
    "vectors have one axis, (n,). With columns inside, add `b[:, None]`, and give back "
    "`z[:, 0]`"
)
TURNED = (
    "`.T` of an array with one axis does nothing: (n,) stays (n,). A column times a row, "
    "`delta @ a.T` on paper, is `np.outer(delta, a)` here"
)


def pitfalls(top: Outline, verdict: Verdict) -> tuple[str, ...]:
    """What may be behind shapes that do not fit, by what the function is written with."""
    if verdict.outcome not in ("raises", "shape") or verdict.mistake is not None:
        return ()
    if verdict.outcome == "raises" and "fit" not in verdict.message:
        return ()
    nodes = [
        node
        for name in (verdict.stage, *top.uses(verdict.stage))
        for statement in top.statements.get(name, [])
        for node in ast.walk(statement)
    ]
    found = []
    if any(map(makes_column, nodes)) and not any(map(widens_bias, nodes)):
        found.append(COLUMNS)
    if any(map(turns_second, nodes)):
        found.append(TURNED)
    return tuple(f"{text}." for text in found)


def makes_column(node: ast.AST) -> bool:
    """`x.reshape(-1, 1)`, `x[:, None]`, `x[:, np.newaxis]`."""
    if isinstance(node, ast.Call) and called(node) == "reshape":
        sizes = node.args[-1] if node.args else None
        last = sizes.elts[-1] if isinstance(sizes, ast.Tuple) and sizes.elts else sizes
        return isinstance(last, ast.Constant) and last.value == 1
    return isinstance(node, ast.Subscript) and adds_axis(node)


def adds_axis(node: ast.Subscript) -> bool:
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else []
    return bool(parts) and (
        (isinstance(parts[-1], ast.Constant) and parts[-1].value is None)
        or (isinstance(parts[-1], ast.Attribute) and parts[-1].attr == "newaxis")
    )


def widens_bias(node: ast.AST) -> bool:
    """Whether a column is added: `+ b[:, None]`, `+ b.reshape(-1, 1)`."""
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and makes_column(node.right)


def turns_second(node: ast.AST) -> bool:
    """`d @ a.T`, `np.dot(d, a.T)`, where `a` is no weight."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        second = node.right
    elif isinstance(node, ast.Call) and called(node) in ("dot", "matmul") and node.args:
        second = node.args[-1]
    else:
        return False
    if isinstance(second, ast.Call) and called(second) == "transpose":
        return True
    if not isinstance(second, ast.Attribute) or second.attr != "T":
        return False
    return not ast.unparse(second.value).lower().startswith("w")


def called(node: ast.Call) -> str:
    """The last name of what is called: `reshape` of `x.reshape`."""
    return getattr(node.func, "attr", getattr(node.func, "id", ""))
