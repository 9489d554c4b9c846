"""Parameters that a reading leaves out: they take part in the outputs, and nothing is checked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from chainrule.workshop.guarded.recognition import adapter_costs, fit, roles
from chainrule.workshop.guarded.recognition.adapter import Adapted
from chainrule.workshop.guarded.recognition.forwards import FAULTS, same
from chainrule.workshop.guarded.recognition.movable import SMALL, is_constant
from chainrule.workshop.guarded.recognition.reachable import is_floats, walk
from chainrule.workshop.guarded.recognition.state import Kept
from chainrule.workshop.guarded.recognition.time_limit import within

SECONDS = 3.0
EXAMPLES = 5
WORD = re.compile(r"(w|b|bias|biases|weights?|theta|syn|gamma|beta|kernel)\d*[hio]*", re.I)


def like_parameter(name: str) -> bool:
    """Whether a name has the word for a weight or a bias in it: `b1`, `bias_hidden`, `Wo`."""
    return any(WORD.fullmatch(word) for word in (*roles.words(name), name.replace("_", "")))


def left_out(network: Adapted) -> list[str]:
    """The expressions of arrays that look like parameters, move the outputs and are not read."""
    rng = np.random.default_rng(17)
    if network.inputs is None:
        return []
    X = rng.normal(0, 1, (EXAMPLES, network.inputs))
    kept = Kept(network.module.__dict__, network.names)
    found: list[str] = []
    try:
        others = list(parameter_like(network))
        fit.wake([*network.arrays, *(array for _, array in others)], rng)
        awake = Kept(network.module.__dict__, network.names)
        with within(SECONDS), np.errstate(all="ignore"):
            before = network.forward(X)
            for path, array in others:
                awake.put_back()
                array += SMALL * rng.standard_normal(array.shape).astype(array.dtype)
                if not same(before, network.forward(X)):
                    found.append(path)
    except FAULTS:
        return found
    finally:
        kept.put_back()
    return found


def parameter_like(network: Adapted) -> Iterator[tuple[str, Any]]:
    """Matrices, and rows called or shaped like biases, that the network does not have."""
    sizes = {size for array in network.arrays if array.ndim == 2 for size in array.shape}
    apart = adapter_costs.VOCABULARY
    inner = {name: value for name, value in network.names.items() if name not in apart}
    seen = list(network.arrays)
    for top in (inner, network.module.__dict__):
        for path, value in walk(top):
            if not is_floats(value) or value.size >= fit.LARGEST:
                continue
            if any(np.shares_memory(value, other) for other in seen):
                continue
            matrix = value.ndim == 2 and min(value.shape) > 1
            row = value.size in sizes and not matrix and not is_constant(path, value)
            if matrix or row or like_parameter(re.findall(r"[A-Za-z_]\w*", path)[-1]):
                seen.append(value)
                yield path, value
