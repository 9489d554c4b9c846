"""How `tanh` is judged: against 2 sigma(2 z) - 1."""

import numpy as np

from chainrule.workshop.backprop_equations import sigmoid
from chainrule.workshop.elementwise import elementwise_cases, shaped_like
from chainrule.workshop.oracle import Mistake, Oracle

ORACLE = Oracle(
    cases=lambda: elementwise_cases(25),
    right=lambda z: np.tanh(z),
    returns=shaped_like("tanh(z)"),
    says_extreme="exp overflows where z is large; `np.tanh` does not, nor does "
    "2 * sigma(2 * z) - 1 with a sigma that does not",
    mistakes=(
        Mistake("upside down", lambda z: 1 / np.tanh(z)),
        Mistake("inverse", lambda z: np.arctanh(z)),
        Mistake("sigma", lambda z: sigmoid(z)),
        Mistake("2 sigma(z) - 1", lambda z: np.tanh(np.asarray(z) / 2)),
        Mistake("sign", lambda z: -np.tanh(z)),
        Mistake("tan", lambda z: np.tan(z)),
        Mistake("upside down", lambda z: 1 / np.tanh(np.where(np.asarray(z) == 0, np.nan, z))),
        Mistake("sinh", lambda z: np.sinh(z)),
        Mistake("2 sigma(2 z)", lambda z: np.tanh(z) + 1),
        Mistake(
            "parentheses of the denominator",
            lambda z: (np.exp(z) - np.exp(-z)) / np.exp(z) + np.exp(-z),
        ),
        Mistake(
            "parentheses of the numerator",
            lambda z: np.exp(z) - np.exp(-z) / (np.exp(z) + np.exp(-z)),
        ),
    ),
)
