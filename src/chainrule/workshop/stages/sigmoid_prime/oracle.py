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
        Mistake(
            "sigma' = 1 - sigma",
            "This is 1 - sigma(z): the factor sigma(z) is missing.",
            lambda z: sigmoid(-z),
        ),
        Mistake(
            "sigma' = sigma",
            "This is sigma(z) itself: the factor 1 - sigma(z) is missing.",
            lambda z: sigmoid(z),
        ),
        Mistake(
            "sigma' = z (1 - z)",
            "This is z * (1 - z): the rule is sigma(z) * (1 - sigma(z)). "
            "a * (1 - a) is right only for a = sigma(z).",
            lambda z: z * (1.0 - z),
        ),
        Mistake(
            "sigma' = sigma (1 - z)",
            "The second factor is 1 - z: it should be 1 - sigma(z).",
            lambda z: sigmoid(z) * (1 - z),
        ),
        Mistake(
            "sigma taken twice",
            "Sigma is taken of sigma: this is s * (1 - s) with s = sigma(sigma(z)).",
            lambda z: sigmoid_prime(sigmoid(z)),
        ),
        Mistake(
            "sign of the inner derivative",
            "The sign is turned. The chain rule brings the derivative of -z, which is -1, and the "
            "power rule another -1: together +1.",
            lambda z: -sigmoid_prime(z),
        ),
        Mistake(
            "inner derivative forgotten",
            "This is -1 / (1 + exp(-z))**2: the derivative of what stands inside, -exp(-z), is "
            "missing as a factor.",
            lambda z: -(sigmoid(z) ** 2),
        ),
        Mistake(
            "denominator for the derivative",
            "This is 1 / (1 + exp(-z))**2: the factor exp(-z) of the chain rule is missing.",
            lambda z: sigmoid(z) ** 2,
        ),
        Mistake(
            "denominator not squared",
            "This is exp(-z) / (1 + exp(-z)) with a turned sign: in the quotient rule the "
            "denominator is squared.",
            lambda z: -sigmoid(-z),
        ),
        Mistake(
            "sigma (1 + sigma)",
            "The sign in the second factor is turned: it should be 1 - sigma(z).",
            lambda z: sigmoid(z) * (1 + sigmoid(z)),
        ),
        Mistake(
            "parentheses of the second factor",
            "This is 0 everywhere: `sigma(z) * 1 - sigma(z)` multiplies first. The second factor "
            "is (1 - sigma(z)).",
            lambda z: 0.0 * sigmoid(z),
        ),
        Mistake(
            "that of tanh",
            "This is 1 - sigma(z)**2: the rule of tanh. For sigma it is sigma(z) * (1 - sigma(z)).",
            lambda z: 1 - sigmoid(z) ** 2,
        ),
        Mistake(
            "the exponential only",
            "This is exp(-z): the derivative of one part, not of 1 / (1 + exp(-z)).",
            lambda z: np.exp(-z),
        ),
        Mistake(
            "exp(z) for exp(-z)",
            "exp(z) stands above the fraction line: it is exp(-z) / (1 + exp(-z))**2.",
            lambda z: np.exp(z) * sigmoid(z) ** 2,
        ),
        Mistake(
            "a factor twice",
            "The factor sigma(z) is there twice: sigma(z) * (1 - sigma(z)).",
            lambda z: sigmoid(z) ** 2 * sigmoid(-z),
        ),
        Mistake(
            "1 - for 1 +",
            "The denominator is (1 - exp(-z))**2: it should be (1 + exp(-z))**2.",
            lambda z: np.exp(-z) / (1 - np.exp(-z)) ** 2,
        ),
        Mistake(
            "upside down",
            "This is 1 / (sigma(z) * (1 - sigma(z))): the fraction is upside down.",
            lambda z: 1 / sigmoid_prime(z),
        ),
        Mistake(
            "multiplied by z",
            "This is multiplied by z: the derivative is by z, and no z is left outside sigma.",
            lambda z: z * sigmoid_prime(z),
        ),
        Mistake(
            "square inside",
            "The denominator is 1 + exp(-z)**2: the whole of it is squared, (1 + exp(-z))**2.",
            lambda z: np.exp(-z) / (1 + np.exp(-z) ** 2),
        ),
    ),
)
