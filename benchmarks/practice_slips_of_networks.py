"""The mistakes of backpropagation that are worth naming, made on the numbers of a question.

Each is NumPy on what the question says; nothing of the topics is used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.practice.oracles import NUMBERS, Asked, sigma, softmax, value, x

Make = Callable[[Asked], Any]


@dataclass(frozen=True)
class NetworkSlip:
    """A mistake. named: the rules that name it. topics: what it gives for a question of each."""

    title: str
    named: frozenset[str]
    topics: Mapping[str, Make]


def of(title: str, named: str, **topics: Make) -> NetworkSlip:
    """A slip; a topic `hidden-error` is written `hidden_error`."""
    made = {name.replace("_", "-"): make for name, make in topics.items()}
    return NetworkSlip(title, frozenset(named.split()), made)


def right(topic: str) -> Make:
    return NUMBERS[topic]


def slope(a: Any) -> Any:
    """The slope of sigma from its value."""
    return a * (1 - a)


def costs(a: Asked) -> Any:
    return np.array([float(n) for n in re.findall(r"0\.\d+", a.ask)])


def errors(a: Asked) -> Any:
    """The errors of a mini-batch, one example a row."""
    if "X =" in a.ask:
        return a.numbers(r"X = #, and their errors #")[1]
    said = re.search(r"errors (.*?), each", a.ask)
    assert said is not None
    return np.array([value(each) for each in said[1].split("; ")])


def batch(a: Asked) -> tuple[Any, Any]:
    X, deltas = a.numbers(r"X = #, and their errors #")
    return X, deltas


def target(a: Asked) -> Any:
    return a.numbers(r", y = #\.")[0]


@dataclass(frozen=True)
class Path:
    """One or two neurons in a row, forward, with the slope along them from factors."""

    x: float
    w: tuple[float, ...]
    z: tuple[float, ...]
    a: tuple[float, ...]
    y: float
    by: str

    @staticmethod
    def of(a: Asked) -> Path:
        x, z, out, w = a["x"], [], [], []
        before = x
        for number in (1, 2):
            if f"w{number} = " not in a.ask.split(". ", 1)[0]:
                break
            w.append(a[f"w{number}"])
            z.append(w[-1] * before + a[f"b{number}"])
            before = float(sigma(z[-1]))
            out.append(before)
        by = re.search(r"What is ∂C/∂(\w+)\?", a.ask)
        assert by is not None
        return Path(x, tuple(w), tuple(z), tuple(out), target(a), by[1])

    def slope(
        self,
        error: float | None = None,
        last: float | None = None,
        first: float | None = None,
        weight: float | None = None,
    ) -> float:
        """∂C/∂ by the product of its factors, those given put for the right ones.

        error: ∂C/∂a at the end; last, first: the slopes of the last and of the first neuron;
        weight: ∂z2/∂a1.
        """
        found = self.a[-1] - self.y if error is None else error
        found *= slope(self.a[-1]) if last is None else last
        if len(self.w) == 2:
            found *= self.w[1] if weight is None else weight
            if self.by == "a1":
                return found
            found *= slope(self.a[0]) if first is None else first
        return found * (self.x if self.by.startswith("w") else 1.0)

    @property
    def deep(self) -> bool:
        """Whether the hidden neuron is passed through."""
        return len(self.w) == 2 and self.by != "a1"


def along(make: Callable[[Path], float | None]) -> dict[str, Make]:
    return {name: lambda a: make(Path.of(a)) for name in ("path_gradient", "path_two")}


def square(a: Asked) -> bool:
    return a["W2"].shape[0] == a["W2"].shape[1]


def back(a: Asked) -> Any:
    return a["W2"].T @ a["delta2"]


def delta(a: Asked) -> Any:
    return a["a"] - a["y"]


def cross_delta(a: Asked) -> Any:
    return right("cross-entropy-delta")(a)


def soft(a: Asked) -> tuple[Any, Any]:
    return softmax(a["z"]), a["y"]


def steps(a: Asked) -> tuple[Any, list[Any], float]:
    """The weights, the gradients one after another, the learning rate."""
    said = re.search(r"gradients? (.*?), each taken", a.ask)
    assert said is not None
    rate = a.numbers(r"learning rate is #")[0]
    return a["w"], [value(each) for each in said[1].split("; ")], rate


def both(a: Asked, **changed: Any) -> dict[str, float]:
    """w1 and w2 after one step, with changes to what the step is made of."""
    x, a1, w1, w2 = a["x"], a["a1"], a["w1"], a["w2"]
    d2, rate = a["delta2"], a.numbers(r"learning rate is #")[0]
    new2 = w2 - rate * d2 * a1
    used = new2 if changed.get("updated") else w2
    hidden = used * d2 * changed.get("slope", slope(a1))
    return {"w2": new2, "w1": w1 - rate * hidden * x}


def uphill(a: Asked) -> Any:
    at, rate = a.numbers(r"starts at x = # with the learning rate #")
    f = a.formula("C(x)")
    count = int(a.numbers(r"after # steps")[0]) if "steps?" in a.ask else 1
    for _ in range(count):
        at += rate * float(f.diff(x).subs(x, at))
    return at


SLIPS_OF_NETWORKS = (
    of("sum for mean", "sum-for-mean",
       mean_cost=lambda a: costs(a).sum(),
       batch_bias=lambda a: errors(a).sum(axis=0),
       batch_weights=lambda a: batch(a)[1].T @ batch(a)[0]),
    of("sign: y − a", "target-minus-output",
       cost_slope=lambda a: -right("cost-slope")(a),
       output_error=lambda a: -right("output-error")(a),
       cross_entropy_delta=lambda a: -cross_delta(a),
       softmax_delta=lambda a: soft(a)[1] - soft(a)[0],
       **along(lambda p: -p.slope())),
    of("extra a(1 − a) with cross-entropy", "extra-slope",
       cross_entropy_delta=lambda a: cross_delta(a) * slope(sigma(a["z"])),
       softmax_delta=lambda a: (soft(a)[0] - soft(a)[1]) * slope(soft(a)[0])),
    of("sigma' left out", "sigma-slope-left-out hidden-slope-left-out",
       output_error=delta,
       hidden_error=back,
       both_weights=lambda a: both(a, slope=1.0),
       **along(lambda p: p.slope(last=1.0))),
    of("sigma'(a) for sigma'(z)", "slope-at-activation",
       output_error=lambda a: delta(a) * slope(sigma(a["a"])),
       hidden_error=lambda a: back(a) * slope(sigma(a["a1"])),
       **along(lambda p: p.slope(last=slope(sigma(p.a[-1])),
                                 first=slope(sigma(p.a[0]))))),
    of("W not transposed", "weights-not-transposed",
       hidden_error=lambda a: a["W2"] @ a["delta2"] * slope(a["a1"]) if square(a) else None),
    of("bias gradient averaged twice", "mean-twice",
       batch_bias=lambda a: errors(a).mean(axis=0) / len(errors(a))),
    of("bias gradient summed over everything", "summed-over-everything",
       batch_bias=lambda a: np.full(errors(a).shape[1], errors(a).sum() / len(errors(a)))),
    of("bias gradient along the wrong axis", "wrong-axis",
       batch_bias=lambda a: errors(a).mean(axis=1)
       if errors(a).shape[0] == errors(a).shape[1] else None),
    of("dW transposed", "gradient-transposed",
       weight_gradient=lambda a: right("weight-gradient")(a).T
       if len(a["delta2"]) == len(a["a1"]) else None,
       batch_weights=lambda a: right("batch-weights")(a).T
       if batch(a)[0].shape[1] == batch(a)[1].shape[1] else None),
    of("z for a", "z-for-activation",
       cross_entropy_delta=lambda a: a["z"] - a.numbers(r"target y = #")[0],
       **along(lambda p: p.slope(error=p.z[-1] - p.y))),
    of("the updated W used", "updated-weight-used",
       both_weights=lambda a: both(a, updated=True)),
    of("mean taken twice", "mean-twice",
       mean_cost=lambda a: costs(a).mean() / len(costs(a)),
       batch_weights=lambda a: right("batch-weights")(a) / len(batch(a)[0])),
    of("delta multiplied by a instead of sigma'", "activation-for-slope",
       output_error=lambda a: delta(a) * a["a"],
       hidden_error=lambda a: back(a) * a["a1"],
       both_weights=lambda a: both(a, slope=a["a1"]),
       **along(lambda p: p.slope(last=p.a[-1]))),
    of("a layer skipped", "layer-skipped",
       path_two=lambda a: Path.of(a).slope(first=1.0) if Path.of(a).deep else None),
    of("factor 2", "factor-two",
       cost_slope=lambda a: 2 * right("cost-slope")(a),
       output_error=lambda a: 2 * right("output-error")(a),
       **along(lambda p: 2 * p.slope())),
    of("the upstream gradient ignored", "upstream-ignored",
       hidden_error=lambda a: slope(a["a1"]),
       weight_gradient=lambda a: np.outer(np.ones(len(a["delta2"])), a["a1"]),
       **along(lambda p: p.slope(error=1.0))),
    of("= for += where paths meet", "last-path-only last-example-only",
       hidden_error=lambda a: a["W2"][-1] * a["delta2"][-1] * slope(a["a1"]),
       batch_bias=lambda a: errors(a)[-1],
       batch_weights=lambda a: np.outer(batch(a)[1][-1], batch(a)[0][-1])),
    of("softmax: the Jacobian's diagonal only", "softmax-diagonal-only",
       softmax_jacobian=lambda a: np.diag(slope(a["a"])),
       softmax_delta=lambda a: -soft(a)[1] * (1 - soft(a)[0])),
    of("broadcast bias not summed", "bias-not-summed",
       batch_shape=lambda a: [int(n) for n in a.numbers(r"Delta1 is \(#, #\)")]
       if "sum(Delta1" in a.ask or "∂C/∂b1" in a.ask else None),
    of("gradients not reset", "gradients-not-reset",
       two_steps=lambda a: steps(a)[0] - steps(a)[2] * np.sum(np.cumsum(steps(a)[1], axis=0),
                                                              axis=0)),
    of("step uphill", "step-uphill",
       descent_step=lambda a: 2 * a["w"] - right("descent-step")(a),
       descent_parabola=uphill,
       two_steps=lambda a: steps(a)[0] + steps(a)[2] * np.sum(steps(a)[1], axis=0),
       steepest_descent=lambda a: -right("steepest-descent")(a)),
)  # fmt: skip
"""The last lines of the curriculum's mistakes, in their order."""
