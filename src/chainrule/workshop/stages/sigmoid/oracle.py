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
        Mistake("sign of z", lambda z: sigmoid(-z)),
        Mistake("1 - for 1 +", lambda z: 1 / (1 - np.exp(-z))),
        Mistake("parentheses of the denominator", lambda z: 1 + np.exp(-z)),
        Mistake("tanh", lambda z: np.tanh(z)),
        Mistake("the derivative", lambda z: sigmoid(z) * sigmoid(-z)),
        Mistake("step", lambda z: np.where(z > 0, 1.0, 0.0)),
        Mistake("only the exponential", lambda z: np.exp(-z)),
        Mistake("no exponential", lambda z: 1 / (1.0 - z)),
        Mistake("1 - for 1 +", lambda z: np.exp(z) / (1 - np.exp(z))),
        Mistake("from -1 to 1", lambda z: np.tanh(z / 2)),
        Mistake("softmax", lambda z: np.exp(z) / np.sum(np.exp(z))),
        Mistake("exp of the whole denominator", lambda z: np.exp(z - 1.0)),
    ),
)
