"""How `relu` is judged: against (z + |z|) / 2."""

import numpy as np

from chainrule.workshop.elementwise import elementwise_cases, shaped_like
from chainrule.workshop.oracle import Mistake, Oracle

ORACLE = Oracle(
    cases=lambda: elementwise_cases(23),
    right=lambda z: (z + np.abs(z)) / 2,
    returns=shaped_like("relu(z)"),
    mistakes=(
        Mistake(
            "minimum for maximum",
            "This lets the negative numbers pass: maximum(z, 0), not minimum.",
            lambda z: np.minimum(z, 0),
        ),
        Mistake(
            "absolute value", "This is |z|: negative numbers should become 0.", lambda z: np.abs(z)
        ),
        Mistake(
            "step",
            "This is 0 or 1, the derivative. Positive numbers should pass as they are.",
            lambda z: np.where(z > 0, 1.0, 0.0),
        ),
        Mistake(
            "identity", "Negative numbers pass unchanged: they should become 0.", lambda z: z + 0.0
        ),
        Mistake(
            "leaky",
            "This is leaky ReLU, with a slope of 0.01 left of 0. The slope of relu is 0 there.",
            lambda z: np.where(z > 0, z, 0.01 * z),
        ),
        Mistake(
            "at least 1",
            "This is maximum(z, 1): compare with 0.",
            lambda z: np.maximum(z, 1),
        ),
        Mistake(
            "max of everything",
            "This is one number, the largest of all (`max`): `maximum` goes element by element.",
            lambda z: np.maximum(np.max(z), 0),
        ),
        Mistake(
            "sign of z",
            "This is relu(-z): positive numbers should pass.",
            lambda z: np.maximum(-z, 0),
        ),
    ),
)
