"""What the source says about its own functions: how they are called, what they return."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator

COUNTS = {
    *("m", "M", "N", "m_train", "num_examples", "n_samples", "num_samples", "n_examples"),
    *("batch_size", "BATCH_SIZE", "n_train", "train_size", "data_size", "samples", "m_examples"),
}
"""Names of the number of examples, where they stand at the top of a file."""

REDUCTIONS = {"sum", "mean", "average"}


def read(node: ast.AST) -> bool:
    return isinstance(getattr(node, "ctx", None), ast.Load)


class Written:
    """The source as a tree, asked about names."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.functions: dict[str, list[ast.FunctionDef]] = {}
        self.targets: dict[str, list[tuple[str, ...]]] = {}
        self.calls: dict[str, list[ast.Call]] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                self.functions.setdefault(node.name, []).append(node)
            elif isinstance(node, ast.Call):
                self.calls.setdefault(called(node), []).append(node)
            elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                names = target_names(node.targets[0])
                if names:
                    self.targets.setdefault(called(node.value), []).append(names)

    @functools.cached_property
    def counts(self) -> list[str]:
        """Names at the top of the file that its functions use for the number of examples."""
        found: dict[str, None] = {}
        for functions in self.functions.values():
            for function in functions:
                loaded = {n.id for n in ast.walk(function) if read(n) and isinstance(n, ast.Name)}
                own = {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and not read(n)}
                own |= {a.arg for a in ast.walk(function) if isinstance(a, ast.arg)}
                found |= dict.fromkeys(sorted((loaded & COUNTS) - own))
        return list(found)

    def of_batches(self, name: str) -> bool:
        """Whether a function, or one that it calls, takes sums or means of several examples."""
        seen: set[str] = set()
        names = [name]
        while names:
            name = names.pop()
            if name in seen:
                continue
            seen.add(name)
            for function in self.functions.get(name, ()):
                for node in ast.walk(function):
                    if isinstance(node, ast.Call):
                        if called(node) in REDUCTIONS and any(
                            k.arg == "axis" for k in node.keywords
                        ):
                            return True
                        names.append(called(node))
                    elif divides_by_count(node):
                        return True
        return False

    @functools.cached_property
    def argument_names(self) -> set[str]:
        """The names of all arguments of functions of the file."""
        return {a.arg for each in self.functions.values() for f in each for a in ast.walk(f.args)
                if isinstance(a, ast.arg)}  # fmt: skip

    def returned(self, name: str) -> list[tuple[str, ...]]:
        """The names of what a function gives back, by its own `return` and by its calls.

        First come those that tell the parts apart, and that other functions take by name.
        """
        found: list[tuple[str, ...]] = []
        for function in self.functions.get(name, ()):
            for node in ast.walk(function):
                if isinstance(node, ast.Return) and node.value is not None:
                    names = target_names(node.value)
                    if names:
                        found.append(names)
        found += self.targets.get(name, ())
        return sorted(found, key=self.order)

    def order(self, names: tuple[str, ...]) -> tuple[bool, int]:
        """The better names of the parts of a value are the smaller: none thrown away, or alike."""
        thrown = len(set(names)) < len(names) or any(not each.strip("_") for each in names)
        return thrown, -len(set(names) & self.argument_names)

    def constructed(self, name: str) -> Iterator[str]:
        """The arguments of the calls of a class, where they are numbers and words alone."""
        for call in self.calls.get(name, ()):
            try:
                for part in [*call.args, *(k.value for k in call.keywords)]:
                    ast.literal_eval(part)
            except (ValueError, TypeError):
                continue
            yield ast.unparse(call)[len(ast.unparse(call.func)) + 1 : -1]


def divides_by_count(node: ast.AST) -> bool:
    """Whether something is divided by a number of examples: `m`, `len(X)`, `X.shape[0]`."""
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Div):
        return False
    by = ast.unparse(node.right)
    return by in COUNTS or by.startswith("len(") or ".shape[" in by


def called(node: ast.Call) -> str:
    """The last name of what is called."""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def target_names(node: ast.expr) -> tuple[str, ...]:
    """`Z1, A1` as names; none where it is anything else."""
    if isinstance(node, ast.Name):
        return (node.id,)
    if isinstance(node, (ast.Tuple, ast.List)) and all(isinstance(e, ast.Name) for e in node.elts):
        return tuple(e.id for e in node.elts if isinstance(e, ast.Name))
    return ()
