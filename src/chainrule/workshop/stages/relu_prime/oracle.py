"""How `relu_prime` is judged: against the step at 0."""

import numpy as np

from chainrule.workshop.elementwise import elementwise_cases, shaped_like
from chainrule.workshop.oracle import Case, Mistake, Oracle


def cases() -> list[Case]:
    at_zero = Case({"z": np.array([-1.5, 0.0, 2.5])}, "small", "z = 0 among them")
    return [at_zero, *elementwise_cases(24)]


ORACLE = Oracle(
    cases=cases,
    right=lambda z: np.heaviside(z, 0.0),
    returns=shaped_like("relu_prime(z)"),
    mistakes=(
        Mistake("relu' = relu", lambda z: np.maximum(z, 0)),
        Mistake("relu' = 1", lambda z: np.ones_like(z, dtype=float)),
        Mistake("1 at z = 0", lambda z: np.where(z >= 0, 1.0, 0.0)),
        Mistake("1/2 at z = 0", lambda z: np.heaviside(z, 0.5)),
        Mistake("sides swapped", lambda z: np.where(z > 0, 0.0, 1.0)),
        Mistake("sides swapped", lambda z: np.where(z < 0, 1.0, 0.0)),
        Mistake("sign of z", lambda z: np.sign(z)),
        Mistake("relu' = z", lambda z: z + 0.0),
        Mistake("relu' = 0", lambda z: np.zeros_like(z, dtype=float)),
        Mistake("leaky", lambda z: np.where(z > 0, 1.0, 0.01)),
        Mistake("sign of z", lambda z: np.where(z >= 0, 1.0, -1.0)),
        Mistake("1 for 0", lambda z: np.where(z > 1, 1.0, 0.0)),
    ),
)
