"""How `relu` is judged: against (z + |z|) / 2."""

import numpy as np

from chainrule.workshop.elementwise import elementwise_cases, shaped_like
from chainrule.workshop.oracle import Mistake, Oracle

ORACLE = Oracle(
    cases=lambda: elementwise_cases(23),
    right=lambda z: (z + np.abs(z)) / 2,
    returns=shaped_like("relu(z)"),
    mistakes=(
        Mistake("minimum for maximum", lambda z: np.minimum(z, 0)),
        Mistake("absolute value", lambda z: np.abs(z)),
        Mistake("step", lambda z: np.where(z > 0, 1.0, 0.0)),
        Mistake("identity", lambda z: z + 0.0),
        Mistake("leaky", lambda z: np.where(z > 0, z, 0.01 * z)),
        Mistake("at least 1", lambda z: np.maximum(z, 1)),
        Mistake("max of everything", lambda z: np.maximum(np.max(z), 0)),
        Mistake("sign of z", lambda z: np.maximum(-z, 0)),
    ),
)
