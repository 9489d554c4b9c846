"""What to write instead of words that the language does not have: loops, losses, calls."""

from __future__ import annotations

from chainrule.algebra.language.declared_names import Scope

_FORMULA = "write the derivative as a formula of the sheet's names"
_LOOP = "write sum(k, …) for a sum over k"

CONTROL = {
    "for": _LOOP, "zip": _LOOP, "range": _LOOP, "if": "write where(a > 0, b, c)",
    "else": "write where(a > 0, b, c)", "lambda": "write the expression alone",
    "return": "write the expression alone", "print": "write the expression alone",
    "def": "write the expression alone", "lim": "limits are not part of the language",
}  # fmt: skip
"""Words of a program, or of prose, with which nothing else in the line is read."""

_WORDS = {
    **CONTROL,
    "log2": "write log(x)/log(2)", "log10": "write log(x)/log(10)",
    "int": "integrals are not part of the language",
    "arctan": "write tan, sin and cos only",
    "transposed": "write x.T for the transpose",
    "gradients": _FORMULA, "gradient": _FORMULA, "grad": _FORMULA, "autograd": _FORMULA,
    "value_and_grad": _FORMULA, "jacrev": _FORMULA, "vjp": _FORMULA, "backward": _FORMULA,
    "im2col": "write conv(x, w) for a convolution, and slices such as x[1:] for its parts",
    "kron": "write the product of entries, matrix(i, j, a[i]*b[j])",
}  # fmt: skip

_ENTROPY = "-sum({b} * log({a}))"
_BINARY = "-({b}*log({a}) + (1 - {b})*log(1 - {a}))"
_SQUARES = "({a} - {b})**2"

_LOSSES = {
    "bce": f"write sum({_BINARY}), or mean({_BINARY})",
    "BCE": f"write sum({_BINARY}), or mean({_BINARY})",
    "binary_crossentropy": f"write mean({_BINARY})",
    "binary_cross_entropy": f"write mean({_BINARY})",
    "bce_loss": f"write mean({_BINARY})",
    "crossentropy": f"write {_ENTROPY} of probabilities",
    "cross_entropy": "write -sum({b} * log_softmax({a})) of logits, " + _ENTROPY
    + " of probabilities",
    "CE": f"write {_ENTROPY} of probabilities",
    "nll": f"write {_ENTROPY} of probabilities",
    "mse": f"write mean({_SQUARES}), or sum({_SQUARES})/2",
    "MSE": f"write mean({_SQUARES}), or sum({_SQUARES})/2",
    "mse_loss": f"write mean({_SQUARES})",
    "l1_loss": "write mean(abs({a} - {b}))",
    "hinge": "write sum(maximum(0, 1 - {b}*{a}))",
}  # fmt: skip
"""Losses by name, of which it is not said whether they are a sum or a mean, or what they are of."""

_EXAMPLES = ("m", "M", "N", "B", "batch_size", "num_examples", "n_samples")


def foreign_mend(name: str, scope: Scope, arguments: tuple[str, ...] = ()) -> str | None:
    """What to write instead of a word; None of one that is only misspelled.

    arguments: what stands in brackets after it.
    """
    if name in _WORDS:
        return _WORDS[name]
    if name in _LOSSES and arguments:
        a, b = arguments if len(arguments) == 2 else ("p", "y")
        return _LOSSES[name].format(a=a, b=b)
    steps = [known for known in scope.shapes if known.rstrip("0123456789") == name != known]
    if scope.ranges and steps:
        letter = next(iter(scope.ranges))
        return (
            f"it has steps: write sum({letter}, …) with {name}[{letter}], or one step, {steps[0]}"
        )
    if name in _EXAMPLES and scope.cost is not None:
        return "the sheet has no such size, so nothing is divided by it"
    return None
