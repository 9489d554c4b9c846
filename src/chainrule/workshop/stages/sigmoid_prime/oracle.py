"""How `sigmoid_prime` is judged: against sigma(z) * sigma(-z)."""

import numpy as np

from chainrule.workshop.backprop_equations import sigmoid, sigmoid_prime
from chainrule.workshop.elementwise import elementwise_cases, shaped_like
from chainrule.workshop.oracle import Mistake, Oracle

ORACLE = Oracle(
    cases=lambda: elementwise_cases(22),
    right=sigmoid_prime,
    returns=shaped_like("sigmoid_prime(z)"),
    says_extreme="exp overflows where z is large; sigma(z) * (1 - sigma(z)) with a sigma that does "
    "not overflow stays finite",
    mistakes=(
        Mistake("sigma' = 1 - sigma", lambda z: sigmoid(-z)),
        Mistake("sigma' = sigma", lambda z: sigmoid(z)),
        Mistake("sigma' = z (1 - z)", lambda z: z * (1.0 - z)),
        Mistake("sigma' = sigma (1 - z)", lambda z: sigmoid(z) * (1 - z)),
        Mistake("sigma taken twice", lambda z: sigmoid_prime(sigmoid(z))),
        Mistake("sign of the inner derivative", lambda z: -sigmoid_prime(z)),
        Mistake("inner derivative forgotten", lambda z: -(sigmoid(z) ** 2)),
        Mistake("denominator for the derivative", lambda z: sigmoid(z) ** 2),
        Mistake("denominator not squared", lambda z: -sigmoid(-z)),
        Mistake("sigma (1 + sigma)", lambda z: sigmoid(z) * (1 + sigmoid(z))),
        Mistake("parentheses of the second factor", lambda z: 0.0 * sigmoid(z)),
        Mistake("that of tanh", lambda z: 1 - sigmoid(z) ** 2),
        Mistake("the exponential only", lambda z: np.exp(-z)),
        Mistake("exp(z) for exp(-z)", lambda z: np.exp(z) * sigmoid(z) ** 2),
        Mistake("a factor twice", lambda z: sigmoid(z) ** 2 * sigmoid(-z)),
        Mistake("1 - for 1 +", lambda z: np.exp(-z) / (1 - np.exp(-z)) ** 2),
        Mistake("upside down", lambda z: 1 / sigmoid_prime(z)),
        Mistake("multiplied by z", lambda z: z * sigmoid_prime(z)),
        Mistake("square inside", lambda z: np.exp(-z) / (1 + np.exp(-z) ** 2)),
    ),
)
