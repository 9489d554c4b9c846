"""How `tanh_prime` is judged: against 4 sigma'(2 z)."""

import numpy as np

from chainrule.workshop.backprop_equations import sigmoid_prime
from chainrule.workshop.elementwise import elementwise_cases, shaped_like
from chainrule.workshop.oracle import Mistake, Oracle

ORACLE = Oracle(
    cases=lambda: elementwise_cases(26),
    right=lambda z: 4 * sigmoid_prime(2 * np.asarray(z)),
    returns=shaped_like("tanh_prime(z)"),
    says_extreme="cosh or exp overflows where z is large; 1 - tanh(z)**2 stays finite",
    mistakes=(
        Mistake(
            "square of the difference",
            "This is (1 - tanh(z))**2: only tanh(z) is squared, 1 - tanh(z)**2.",
            lambda z: (1 - np.tanh(z)) ** 2,
        ),
        Mistake(
            "square inside",
            "This is 1 - tanh(z**2): the square is that of tanh(z), not of z.",
            lambda z: 1 - np.tanh(np.asarray(z) ** 2),
        ),
        Mistake(
            "tanh' = 1 - z**2",
            "This is 1 - z**2: the square is that of tanh(z).",
            lambda z: 1 - z**2.0,
        ),
        Mistake(
            "tanh' = 1 + tanh**2",
            "The sign is turned: 1 - tanh(z)**2. 1 + tan(z)**2 is the derivative of tan.",
            lambda z: 1 + np.tanh(z) ** 2,
        ),
        Mistake(
            "square left out", "The square is missing: 1 - tanh(z)**2.", lambda z: 1 - np.tanh(z)
        ),
        Mistake(
            "that of sigma",
            "This is tanh(z) * (1 - tanh(z)): the rule of sigma. For tanh it is 1 - tanh(z)**2.",
            lambda z: np.tanh(z) * (1 - np.tanh(z)),
        ),
        Mistake("tanh itself", "This is tanh(z), not its slope.", lambda z: np.tanh(z)),
        Mistake(
            "denominator not squared",
            "This is 1 / cosh(z): the quotient rule squares the denominator.",
            lambda z: 1 / np.cosh(z),
        ),
        Mistake(
            "sign swapped in the quotient rule",
            "The sign is turned: the quotient rule is f' * g - f * g', in this order.",
            lambda z: np.tanh(z) ** 2 - 1,
        ),
        Mistake(
            "numerators multiplied",
            "This is f'/g' of sinh / cosh. A quotient has a rule of its own.",
            lambda z: 1 / np.tanh(z),
        ),
        Mistake(
            "tanh taken twice",
            "Tanh is taken of tanh: z is the weighted input, not the activation.",
            lambda z: 1 - np.tanh(np.tanh(z)) ** 2,
        ),
        Mistake(
            "2 tanh",
            "This is -2 * tanh(z): the derivative of -t**2 by t.",
            lambda z: -2 * np.tanh(z),
        ),
        Mistake(
            "multiplied by tanh",
            "This is tanh(z) * (1 - tanh(z)**2): the factor tanh(z) is too much.",
            lambda z: np.tanh(z) * (1 - np.tanh(z) ** 2),
        ),
        Mistake(
            "1 / (1 - z**2)",
            "This is 1 / (1 - z**2), the derivative of the inverse function, artanh.",
            lambda z: 1 / (1 - z**2.0),
        ),
    ),
)
