"""The mistakes of backpropagation and of calculus that learners make, each as they write it.

Each entry: what is done wrong, the kinds that name it, and (sheet, by what, text) three times or
more. The names of the sheets are those that ship.
"""

from __future__ import annotations

Case = tuple[str, str, str]
Entry = tuple[str, tuple[str, ...], tuple[Case, ...]]

BACKPROPAGATION: tuple[Entry, ...] = (
    ("sum for mean", ("sum-mean",), (
        ("rows", "Z2", "(A2 - Y) * sigma'(Z2)"),
        ("rows-softmax", "Z2", "A2 - Y"),
        ("columns", "Z2", "(A2 - Y) * sigma'(Z2)"),
        ("rows", "W2", "((A2 - Y) * sigma'(Z2)).T @ A1"),
        ("rows-softmax", "b2", "sum(A2 - Y, axis=0)"),
    )),
    ("sign: y - a", ("sign",), (
        ("quadratic", "z2", "(y - a2) * sigma'(z2)"),
        ("softmax", "z2", "y - a2"),
        ("rows", "Z2", "(Y - A2) * sigma'(Z2) / m"),
        ("rows-softmax", "Z2", "(Y - A2)/m"),
        ("quadratic", "a2", "y - a2"),
        ("deep", "W3", "((y - a3) * sigma'(z3)) @ a2.T"),
    )),
    ("extra a(1-a) after softmax with cross-entropy", ("extra-factor",), (
        ("softmax", "z2", "(a2 - y) * a2 * (1 - a2)"),
        ("rows-softmax", "Z2", "(A2 - Y) * A2 * (1 - A2) / m"),
        ("relu", "z2", "(a2 - y) * a2 * (1 - a2)"),
        ("softmax", "W2", "((a2 - y) * a2 * (1 - a2)) @ a1.T"),
        ("l2", "z2", "(a2 - y) ⊙ a2 ⊙ (1 - a2)"),
    )),
    ("sigma' left out", ("missing-factor", "other-cost"), (
        ("quadratic", "z1", "W2.T @ delta2"),
        ("deep", "z1", "W2.T @ delta2"),
        ("deep", "z2", "W3ᵀ · δ3"),
        ("rows", "Z1", "Delta2 @ W2"),
        ("tanh", "z1", "W2.T @ delta2"),
        ("quadratic", "z2", "a2 - y"),
        ("relu", "z1", "W2.T @ delta2"),
    )),
    ("sigma'(a) for sigma'(z)", ("symbol",), (
        ("quadratic", "z1", "(W2.T @ delta2) * sigma'(a1)"),
        ("deep", "z2", "(W3.T @ delta3) * sigma'(a2)"),
        ("rows", "Z1", "(Delta2 @ W2) * sigma'(A1)"),
        ("quadratic", "z2", "(a2 - y) * sigma'(a2)"),
        ("tanh", "z1", "(W2.T @ delta2) * tanh'(a1)"),
    )),
    ("W not transposed", ("transpose",), (
        ("quadratic", "z1", "(W2 @ delta2) * sigma'(z1)"),
        ("deep", "z1", "(W2 @ delta2) * sigma'(z1)"),
        ("rows", "Z1", "(Delta2 @ W2.T) * sigma'(Z1)"),
        ("softmax", "a1", "W2 @ delta2"),
        ("columns", "Z1", "(W2 @ Delta2) ⊙ σ'(Z1)"),
        ("recurrent", "h1", "W @ delta2"),
    )),
    ("bias gradient averaged twice", ("sum-mean",), (
        ("rows", "b1", "mean(Delta1, axis=0)"),
        ("rows", "b2", "sum(Delta2, axis=0) / m"),
        ("rows-softmax", "b1", "1/m * sum(Delta1, axis=0)"),
        ("columns", "b1", "mean(Delta1, axis=1)"),
    )),
    ("bias gradient summed over everything", ("axis",), (
        ("rows", "b1", "sum(Delta1)"),
        ("rows-softmax", "b2", "sum(Delta2)"),
        ("columns", "b1", "sum(Delta1)"),
    )),
    ("bias gradient summed along the wrong axis", ("axis",), (
        ("rows", "b1", "sum(Delta1, axis=1)"),
        ("rows-softmax", "b2", "sum(Delta2, axis=1)"),
        ("columns", "b2", "sum(Delta2, axis=0)"),
    )),
    ("dW transposed", ("transpose", "order"), (
        ("quadratic", "W2", "a1 @ delta2.T"),
        ("deep", "W3", "a2 @ delta3.T"),
        ("rows", "W1", "X.T @ Delta1"),
        ("softmax", "W1", "x @ delta1.T"),
        ("rows-softmax", "W2", "A1.T @ Delta2"),
    )),
    ("z for a", ("symbol",), (
        ("quadratic", "W2", "delta2 @ z1.T"),
        ("deep", "W3", "delta3 @ z2.T"),
        ("rows", "W2", "Delta2.T @ Z1"),
        ("softmax", "z2", "z2 - y"),
        ("one-path", "w2", "delta2 * z1"),
    )),
    ("the already updated W used", ("extra-term",), (
        ("quadratic", "z1", "((W2 - 0.1*dC/dW2).T @ delta2) * sigma'(z1)"),
        ("deep", "z2", "((W3 - 0.5 * dC/dW3).T @ delta3) * sigma'(z2)"),
        ("rows", "Z1", "(Delta2 @ (W2 - 0.1*dC/dW2)) * sigma'(Z1)"),
        ("softmax", "a1", "(W2 - delta2 @ a1.T).T @ delta2"),
    )),
    ("mean taken twice", ("sum-mean",), (
        ("rows", "W2", "Delta2.T @ A1 / m"),
        ("rows-softmax", "W1", "1/m * Delta1.T @ X"),
        ("columns", "W2", "Delta2 @ A1.T / m"),
    )),
    ("delta multiplied by a instead of sigma'", ("function",), (
        ("quadratic", "z1", "(W2.T @ delta2) * a1"),
        ("deep", "z2", "(W3.T @ delta3) * a2"),
        ("rows", "Z1", "(Delta2 @ W2) * A1"),
        ("tanh", "z1", "(W2.T @ delta2) * a1"),
    )),
    ("a layer skipped", ("symbol", "shape", "missing-factor"), (
        ("deep", "z1", "(W3.T @ delta3) * sigma'(z1)"),
        ("deep", "W1", "delta2 @ x.T"),
        ("one-path", "z1", "delta3 * w3 * sigma'(z1)"),
        ("quadratic", "W1", "delta2 @ x.T"),
    )),
    ("factor 2", ("factor",), (
        ("quadratic", "a2", "2*(a2 - y)"),
        ("quadratic", "z2", "2 * (a2 - y) * sigma'(z2)"),
        ("rows", "Z2", "2/m * (A2 - Y) * sigma'(Z2)"),
        ("deep", "W3", "2*delta3 @ a2.T"),
        ("tanh", "z2", "(a2 - y)/2 * tanh'(z2)"),
    )),
    ("the upstream gradient ignored", ("missing-factor",), (
        ("quadratic", "z1", "sigma'(z1)"),
        ("deep", "z2", "sigma'(z2)"),
        ("tanh", "z1", "tanh'(z1)"),
        ("one-path", "w2", "a1"),
    )),
    ("`=` for `+=` where paths meet", ("missing-term",), (
        ("recurrent", "W", "delta2 @ h1.T"),
        ("recurrent", "U", "delta2 @ x2.T"),
        ("skip", "x", "W1.T @ delta1"),
        ("recurrent", "b", "delta2"),
    )),
    ("softmax Jacobian's diagonal only", ("missing-term",), (
        ("softmax", "z2", "dC/da2 * a2 * (1 - a2)"),
        ("relu", "z2", "a2 * (1 - a2) * dC/da2"),
        ("l2", "z2", "-y/a2 * a2*(1 - a2)"),
        ("softmax", "da2/dz2", "diag(a2 * (1 - a2))"),
    )),
    ("broadcast bias not summed", ("axis",), (
        ("rows", "b1", "Delta1"),
        ("rows-softmax", "b2", "Delta2"),
        ("columns", "b1", "Delta1"),
        ("rows-softmax", "b2", "(A2 - Y)/m"),
    )),
    ("another layer's gradient", ("other-quantity",), (
        ("deep", "W2", "delta1 @ x.T"),
        ("quadratic", "a2", "delta2"),
        ("rows", "W2", "Delta1.T @ X"),
        ("softmax", "W2", "dC/dW1"),
    )),
    ("another cost's error", ("other-cost",), (
        ("cross-entropy", "z2", "(a2 - y) * sigma'(z2)"),
        ("quadratic", "z2", "a2 - y"),
        ("deep", "z3", "a3 - y"),
    )),
    ("the wrong operator", ("operator",), (
        ("quadratic", "z1", "(W2.T @ delta2) @ sigma'(z1)"),
        ("deep", "W2", "(W3.T @ delta3 + sigma'(z2)) @ a1.T"),
        ("tanh", "z1", "(W2.T @ delta2) + tanh'(z1)"),
    )),
)  # fmt: skip
"""Which kind is right for a mistake is what a person would call it."""

CALCULUS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("x^5", "5x^5", "power kept", ("power",)),
    ("x^5", "x^4", "factor forgotten", ("factor", "missing-factor")),
    ("x^5", "x^6/6", "integrated", ("other-quantity",)),
    ("e^x", "x*e^(x-1)", "power rule on an exponential", ("power",)),
    ("2^x", "2^x", "ln 2 forgotten", ("missing-factor",)),
    ("2^x", "x*2^(x-1)", "power rule on an exponential", ("power",)),
    ("1/x", "1/x^2", "sign", ("sign",)),
    ("1/x", "ln(x)", "integrated", ("other-quantity",)),
    ("x^2 * sin(x)", "2x * cos(x)", "f'g'", ("missing-term",)),
    ("x^2 * sin(x)", "2x * sin(x)", "f'g only", ("missing-term",)),
    ("x^2 * sin(x)", "x^2 * cos(x)", "fg' only", ("missing-term",)),
    ("x^2 * sin(x)", "2x*sin(x) - x^2*cos(x)", "sign", ("sign",)),
    ("sin(x)/x^2", "cos(x)/(2x)", "f'/g'", ("missing-term",)),
    ("sin(x)/x^2", "(sin(x)*2x - cos(x)*x^2)/x^4", "order of the quotient rule", ("sign",)),
    ("sin(x)/(1+x^2)", "(cos(x)*(1+x^2) - sin(x)*2x)/(1+x^2)", "not squared", ("power",)),
    ("sin(x)/(1+x^2)", "(cos(x)*(1+x^2) + sin(x)*2x)/(1+x^2)^2", "sign", ("sign",)),
    ("sin(x^2)", "cos(x^2)", "inner derivative forgotten", ("missing-factor",)),
    ("sin(x^2)", "cos(2x)", "f'(g')", ("grouping",)),
    ("e^(x^2)", "e^(2x)", "f(g')", ("grouping",)),
    ("e^(x^2)", "e^(x^2)", "inner derivative forgotten", ("missing-factor",)),
    ("(3x+1)^4", "4(3x+1)^3", "inner derivative forgotten", ("missing-factor", "factor")),
    ("relu(x)", "relu(x)", "relu for its slope", ("function",)),
    ("ln(1+x^2)", "1/(2x)", "f'(g')", ("grouping",)),
    ("ln(1+x^2)", "1/(1+x^2)", "inner derivative forgotten", ("missing-factor",)),
    ("cos(x)", "sin(x)", "sign", ("sign",)),
    ("sigma(x)", "1 - sigma(x)", "a factor forgotten", ("missing-factor",)),
    ("sigma(x)", "x*(1-x)", "z for a", ("function", "symbol")),
    ("tanh(x)", "1 - x^2", "z for a", ("function", "symbol")),
    ("tanh(x)", "1 + tanh(x)^2", "sign", ("sign",)),
    ("sqrt(x)", "1/sqrt(x)", "factor", ("factor",)),
    ("ln(x)", "x", "upside down", ("operator", "power", "order")),
    ("x^3 + 2x", "3x^2 + 2x", "linear term kept", ("extra-factor", "power")),
    ("x^3 + 7", "3x^2 + 7", "constant kept", ("extra-term",)),
)
