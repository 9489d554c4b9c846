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
        Mistake(
            "upside down",
            "The fraction is upside down: exp(z) - exp(-z) stands above.",
            lambda z: 1 / np.tanh(z),
        ),
        Mistake(
            "inverse",
            "This is arctanh(z), the inverse function of tanh.",
            lambda z: np.arctanh(z),
        ),
        Mistake("sigma", "This is sigma(z), from 0 to 1.", lambda z: sigmoid(z)),
        Mistake(
            "2 sigma(z) - 1",
            "This is tanh(z / 2): tanh(z) = 2 * sigma(2 * z) - 1.",
            lambda z: np.tanh(np.asarray(z) / 2),
        ),
        Mistake("sign", "The sign is turned.", lambda z: -np.tanh(z)),
        Mistake("tan", "This is tan(z), not tanh(z).", lambda z: np.tan(z)),
        Mistake(
            "upside down",
            "The fraction stands upside down: exp(z) - exp(-z) is above.",
            lambda z: 1 / np.tanh(np.where(np.asarray(z) == 0, np.nan, z)),
        ),
        Mistake("sinh", "This is sinh(z): divide by cosh(z).", lambda z: np.sinh(z)),
        Mistake("2 sigma(2 z)", "1 too large: 2 * sigma(2 * z) - 1.", lambda z: np.tanh(z) + 1),
        Mistake(
            "parentheses of the denominator",
            "Only exp(z) divides: the denominator is (exp(z) + exp(-z)).",
            lambda z: (np.exp(z) - np.exp(-z)) / np.exp(z) + np.exp(-z),
        ),
        Mistake(
            "parentheses of the numerator",
            "Only exp(-z) is divided: the numerator is (exp(z) - exp(-z)).",
            lambda z: np.exp(z) - np.exp(-z) / (np.exp(z) + np.exp(-z)),
        ),
    ),
)
