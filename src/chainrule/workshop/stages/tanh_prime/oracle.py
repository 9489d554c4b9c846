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
        Mistake("square of the difference", lambda z: (1 - np.tanh(z)) ** 2),
        Mistake("square inside", lambda z: 1 - np.tanh(np.asarray(z) ** 2)),
        Mistake("tanh' = 1 - z**2", lambda z: 1 - z**2.0),
        Mistake("tanh' = 1 + tanh**2", lambda z: 1 + np.tanh(z) ** 2),
        Mistake("square left out", lambda z: 1 - np.tanh(z)),
        Mistake("that of sigma", lambda z: np.tanh(z) * (1 - np.tanh(z))),
        Mistake("tanh itself", lambda z: np.tanh(z)),
        Mistake("denominator not squared", lambda z: 1 / np.cosh(z)),
        Mistake("sign swapped in the quotient rule", lambda z: np.tanh(z) ** 2 - 1),
        Mistake("numerators multiplied", lambda z: 1 / np.tanh(z)),
        Mistake("tanh taken twice", lambda z: 1 - np.tanh(np.tanh(z)) ** 2),
        Mistake("2 tanh", lambda z: -2 * np.tanh(z)),
        Mistake("multiplied by tanh", lambda z: np.tanh(z) * (1 - np.tanh(z) ** 2)),
        Mistake("1 / (1 - z**2)", lambda z: 1 / (1 - z**2.0)),
    ),
)
