"""What people call the quantities and functions of a sheet that it calls otherwise."""

from __future__ import annotations

import re

from chainrule.algebra.language.declared_names import Scope
from chainrule.algebra.language.tokens import Token
from chainrule.algebra.tree.expression import Expression, postorder
from chainrule.algebra.tree.function_registry import FUNCTIONS, named
from chainrule.algebra.tree.leaves import DIMENSION, SYMBOL
from chainrule.algebra.tree.matrices import MATMUL
from chainrule.algebra.tree.powers import DIVIDE
from chainrule.algebra.tree.reductions import MEAN
from chainrule.algebra.tree.shapes import SCALAR, is_vector

COSTS = ("L", "J", "E", "C", "loss", "cost", "Loss", "Cost", "l")
"""What the cost may be called, where the sheet has no quantity of that name."""

OUTPUT = ("yhat", "haty", "Yhat", "ypred", "yPred", "Ypred", "pred", "preds", "prediction",
          "output", "outputs")  # fmt: skip
"""What the output may be called, where the sheet has no quantity of that name: ŷ, y_hat, yhat."""

TARGETS = ("ytrue", "Ytrue", "target", "targets", "label", "labels", "groundtruth")
"""What the targets may be called, where the sheet has no quantity of that name."""

PROBABILITIES = ("p", "probs", "P")
"""What an output that lies between 0 and 1 may be called."""

GENERIC = ("f", "g", "h", "s", "phi", "psi", "act", "activation")
"""What the activation of a layer may be called, whichever it is."""

PLAIN_CALCULUS = ("log", "exp", "sqrt", "abs")

SYNONYMS = {"epsilon": "eps", "eps": "epsilon", "lambda": "lam", "lmbda": "lam"}

GRADIENT = ("grad_", "grad")

MAX_PIECES = 6

_NUMBER = re.compile(r"[0-9]{1,3}$")


def layers(scope: Scope) -> list[int]:
    """The numbers at the ends of the names there are, in order."""
    found = {match.group() for name in scope.shapes if (match := _NUMBER.search(name)) is not None}
    return sorted(int(number) for number in found)


def output(scope: Scope) -> str | None:
    """The one quantity that the cost compares with what is given: the network's output."""
    if scope.cost is None or scope.cost not in scope.definitions:
        return None
    used = scope.used_in(scope.cost)
    defined = [name for name in used if name in scope.definitions]
    return defined[0] if len(defined) == 1 else None


def targets(scope: Scope) -> list[str]:
    """What is given and the cost compares with the output: of the output's shape."""
    name = output(scope)
    if name is None or scope.cost is None:
        return []
    used = [part for part in scope.used_in(scope.cost) if part not in scope.definitions]
    return [part for part in used if scope.shapes[part] == scope.shapes[name]]


def batch_size(scope: Scope) -> str | None:
    """The size by which the cost is divided, where it is a mean over examples: m."""
    made = scope.definitions.get(scope.cost or "")
    if made is None:
        return None
    for node in postorder(made):
        under = node.args[1] if node.operation is DIVIDE else None
        sizes = [part for part in postorder(under) if part.operation is DIMENSION] if under else []
        if len(sizes) == 1:
            return sizes[0].params[0]
        if node.operation is MEAN and is_vector(node.args[0].shape):
            size = next((size for size in node.args[0].shape if size != 1), None)
            return size if isinstance(size, str) else None
    return None


def linear_model(scope: Scope) -> Expression | None:
    """The product of the inputs and what is trained that the cost works out there and then."""
    given = inputs(scope)
    made = scope.definitions.get(scope.cost or "")
    for node in postorder(made) if made is not None and given else ():
        leaves = [part.params[0] for part in node.args if part.operation is SYMBOL]
        if node.operation is MATMUL and given[0] in leaves:
            return node
    return None


def inputs(scope: Scope) -> list[str]:
    """What is given and called as inputs are."""
    return [name for name in ("x", "X") if name in scope.shapes and name not in scope.definitions]


def activations(scope: Scope) -> list[str]:
    """The quantities that are a function of another one, as a layer's outputs are."""
    return [
        name
        for name, made in scope.definitions.items()
        if made.operation.name in (*FUNCTIONS, "softmax") and made.args[0].operation is SYMBOL
    ]


def weighted_inputs(scope: Scope) -> list[str]:
    """What the activations are functions of."""
    of = (scope.definitions[name].args[0].params[0] for name in activations(scope))
    return list(dict.fromkeys(of))


def is_probability(scope: Scope) -> bool:
    """Whether the output is a softmax or a sigmoid."""
    name = output(scope)
    return name is not None and scope.definitions[name].operation.name in ("softmax", "sigma")


def applied_to(scope: Scope, quantity: str | None) -> list[str]:
    """The functions of one variable that the sheet applies to a quantity; of all, if None."""
    found: dict[str, None] = {}
    for expression in scope.definitions.values():
        for node in postorder(expression):
            if node.operation.name in FUNCTIONS and node.operation.name not in PLAIN_CALCULUS:
                inner = node.args[0]
                if quantity is None or (inner.operation is SYMBOL and inner.params[0] == quantity):
                    found[node.operation.name] = None
    return list(found)


def arguments_of(scope: Scope, function: str) -> list[str]:
    """The quantities that the sheet applies a function to."""
    found: dict[str, None] = {}
    for expression in scope.definitions.values():
        for node in postorder(expression):
            if node.operation.name == function and node.args[0].operation is SYMBOL:
                found[node.args[0].params[0]] = None
    return list(found)


def split(word: str, scope: Scope, following: str = "") -> list[str] | None:
    """The declared names that a word is made of, if there is exactly one way.

    following: the sign after the word; before a bracket its end may be a function, `xcos(x)`, and
    before a power it may be e, `xe^x`.
    """
    ways: list[list[str]] = []

    def search(rest: str, before: list[str]) -> None:
        if len(ways) > 1 or len(before) > MAX_PIECES:
            return
        if not rest:
            ways.append(before)
            return
        if rest[0] == "T" and before and before[-1] != ".T" and scope.resolve("T") is None:
            shape = scope.shapes.get(scope.quantity(before[-1]) or "", SCALAR)
            if shape != SCALAR:
                search(rest[1:], [*before, ".T"])
        for end in range(1, len(rest) + 1):
            name = scope.quantity(rest[:end])
            if name is not None and rest[:end].isalnum() and not rest[end : end + 1].isdigit():
                search(rest[end:], [*before, name])
        if before and _may_end(rest, following):
            search("", [*before, rest])

    if word.isascii() and 1 < len(word) <= 12:
        search(word, [])
    return ways[0] if len(ways) == 1 and len(ways[0]) > 1 else None


def _may_end(word: str, following: str) -> bool:
    """Whether a word that is no quantity may be the last part of one."""
    if following == "(":
        return len(word) > 1 and named(word) is not None
    return word == "e" and following == "**"


def parted(token: Token, parts: list[str]) -> list[Token]:
    """The tokens of the names that a word is made of, each with its own place."""
    start, found = token.start, list[Token]()
    for part in parts:
        end = start + len(part.removeprefix("."))
        kind = ".T" if part == ".T" else "name"
        spaced = token.spaced and not found
        found.append(Token(kind, part, start, min(end, token.end), spaced))
        start = end
    return found
