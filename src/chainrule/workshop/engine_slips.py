"""What an engine of somebody's own does wrong with gradients, as its source shows it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from chainrule.workshop.given_files import OwnFile, imported, tree_of
from chainrule.workshop.guarded.recognition.tensors import GRAD
from chainrule.workshop.network_judging import NetworkReport

OVERWRITTEN = "gradient set, not added"
BY_ENGINE = "loss.backward()"
"""The line of an adapter by which an engine works out the gradients."""


def named(report: NetworkReport, source: bytes, path: Path) -> NetworkReport:
    """The report with the name of the engine's mistake, where gradients are wrong without one."""
    if report.passed or report.mistake or BY_ENGINE not in report.adapter or not report.arrays:
        return report
    here = OwnFile(source, path)
    beside = [path.parent / f"{name}.py" for name in sorted(imported(here))]
    files = [here, *(OwnFile(p.read_bytes(), p) for p in beside if p.is_file())]
    lines = [
        f"{file.path.name}, line {node.lineno}, `{ast.unparse(node)}`"
        for file in files
        for node in overwriting(file)
    ]
    if not lines:
        return report
    says = (
        f"A gradient is set where it should be added to: {'; '.join(lines[:3])}. A value that is "
        "used more than once gets a part from each use: `+=`."
    )
    return replace(report, mistake=OVERWRITTEN, explanation=says)


def overwriting(file: OwnFile) -> Iterator[ast.Assign]:
    """The assignments, in a function inside an operation, of one gradient made of another.

    The operation is a method or a function; what it gives back calls the function later.
    """
    tree = tree_of(file) or ast.Module([], [])
    outer = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    inner = {id(n): n for f in outer for n in ast.walk(f) if isinstance(n, ast.FunctionDef)
             and n is not f}  # fmt: skip
    for function in inner.values():
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and len(node.targets) == 1:
                target = node.targets[0]
                read = {ast.unparse(n) for n in ast.walk(node.value) if is_gradient(n)}
                if is_gradient(target) and read and ast.unparse(target) not in read:
                    yield node


def is_gradient(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in GRAD
