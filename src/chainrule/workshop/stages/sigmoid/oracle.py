"""How `sigmoid` is judged: against (1 + tanh(z / 2)) / 2."""

import numpy as np

from chainrule.workshop.backprop_equations import sigmoid
from chainrule.workshop.elementwise import elementwise_cases, shaped_like
from chainrule.workshop.oracle import Mistake, Oracle

ORACLE = Oracle(
    cases=lambda: elementwise_cases(21),
    right=sigmoid,
    returns=shaped_like("sigmoid(z)"),
    says_extreme="exp overflows where z is large: 1 / (1 + exp(-z)) and exp(z) / (1 + exp(z)) are "
    "the same number; take the one whose exp stays small",
    mistakes=(
        Mistake(
            "sign of z",
            "This falls where it should rise: exp(z) stands where exp(-z) should.",
            lambda z: sigmoid(-z),
        ),
        Mistake(
            "1 - for 1 +",
            "The denominator is 1 - exp(-z): it should be 1 + exp(-z).",
            lambda z: 1 / (1 - np.exp(-z)),
        ),
        Mistake(
            "parentheses of the denominator",
            "`1 / 1 + exp(-z)` divides 1 by 1 and then adds. The denominator is (1 + exp(-z)).",
            lambda z: 1 + np.exp(-z),
        ),
        Mistake(
            "tanh",
            "This is tanh(z), which runs from -1 to 1. Sigma runs from 0 to 1.",
            lambda z: np.tanh(z),
        ),
        Mistake(
            "the derivative",
            "This is sigma'(z), the derivative. The function itself was asked for.",
            lambda z: sigmoid(z) * sigmoid(-z),
        ),
        Mistake(
            "step",
            "This is the perceptron's step, 0 or 1. Sigma is the smooth version of it.",
            lambda z: np.where(z > 0, 1.0, 0.0),
        ),
        Mistake(
            "only the exponential",
            "This is exp(-z): 1 / (1 + ...) around it is missing.",
            lambda z: np.exp(-z),
        ),
        Mistake(
            "no exponential",
            "This is 1 / (1 - z): exp(-z) was taken for -z.",
            lambda z: 1 / (1.0 - z),
        ),
        Mistake(
            "1 - for 1 +",
            "The denominator is 1 - exp(z): exp(z) / (1 + exp(z)) has a plus.",
            lambda z: np.exp(z) / (1 - np.exp(z)),
        ),
        Mistake(
            "from -1 to 1",
            "This runs from -1 to 1, as 2 * sigma(z) - 1: sigma runs from 0 to 1.",
            lambda z: np.tanh(z / 2),
        ),
        Mistake(
            "softmax",
            "All numbers together add up to 1, as those of softmax: sigma takes each by itself.",
            lambda z: np.exp(z) / np.sum(np.exp(z)),
        ),
        Mistake(
            "exp of the whole denominator",
            "This is 1 / exp(1 - z): the 1 stands outside the exp, 1 / (1 + exp(-z)).",
            lambda z: np.exp(z - 1.0),
        ),
    ),
)
