"""The answer to every question with numbers, worked out by NumPy and SymPy from its text alone.

`NUMBERS` reads what a person reads: the question. It shares no line with the topics.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import sympy

x, y, h, u = sympy.symbols("x y h u", real=True)
read: Any = sympy.sympify
NUMBER = r"-?\d+(?:\.\d+)?(?:e-?\d+)?"
VALUE = rf"\((?:{NUMBER})(?:, {NUMBER})*\)|\[[^\]]*\]|{NUMBER}"
SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


class Asked:
    """What stands in a question: `asked["w"]` is the value after `w =`."""

    def __init__(self, ask: str) -> None:
        self.ask = ask.replace("−", "-")

    def __getitem__(self, name: str) -> Any:
        found = re.search(rf"(?<![\w/∂]){re.escape(name)} = ({VALUE})", self.ask)
        assert found is not None, (name, self.ask)
        return value(found[1])

    def numbers(self, pattern: str) -> list[Any]:
        """The values in a pattern, where `#` stands for a value."""
        found = re.search(pattern.replace("#", f"({VALUE})"), self.ask)
        assert found is not None, (pattern, self.ask)
        return [value(group) for group in found.groups()]

    def formula(self, left: str) -> Any:
        """The formula after `f(x) =`, up to the sentence's end."""
        found = re.search(
            rf"{re.escape(left)} = (.*?)(?:\.(?=\s)| always| and v|, where|; y|, the)", self.ask
        )
        assert found is not None, (left, self.ask)
        return formula(found[1])


def value(written: str) -> Any:
    if written.startswith("["):
        return np.array([[float(e) for e in row.split()] for row in written[1:-1].split(";")])
    if written.startswith("("):
        return np.array([float(e) for e in written[1:-1].split(",")])
    return float(written)


def formula(written: str) -> Any:
    """Printed mathematics as SymPy's."""
    text = re.sub(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda s: f"**{s[0].translate(SUPERSCRIPTS)}", written)
    text = text.replace("·", "*").replace("abs", "Abs").replace("^", "**")
    for low, plain in zip("₁₂₃", "123", strict=True):
        text = text.replace(low, plain)
    text = re.sub(r"(\d|\))\s*(?=[a-zA-Z(])", r"\1*", text)
    text = re.sub(r"([a-z])(\d)\*", r"\1\2*", text)
    return read(text, locals={"x": x, "y": y, "h": h, "u": u})


def sigma(z: Any) -> Any:
    return 1 / (1 + np.exp(-np.asarray(z, float)))


def softmax(z: Any) -> Any:
    e = np.exp(z - np.max(z))
    return e / e.sum()


def slope(f: Any, at: float, sides: str = "-+") -> float:
    """The slope of the secant to places 1e-16 away, on these sides, in exact fractions."""
    a, near = sympy.Rational(str(at)), sympy.Rational(1, 10**16)
    left, right = (a - near if "-" in sides else a), (a + near if "+" in sides else a)
    return float((f.subs(x, right) - f.subs(x, left)) / (right - left))


def gradient_at(a: Asked, point: tuple[float, float]) -> Any:
    f = a.formula("f(x, y)")
    return np.array([float(f.diff(n).subs({x: point[0], y: point[1]})) for n in (x, y)])


def options(a: Asked) -> dict[str, str]:
    """The words of each letter."""
    return dict(re.findall(r"(\w)\) (.*?)(?=  \w\) |$| or \w\)|\?)", a.ask))


def secant(a: Asked) -> float:
    f = a.formula("f(x)")
    p, q = a.numbers(r"at x = # and x = #\?")
    return float(
        (f.subs(x, sympy.Rational(str(q))) - f.subs(x, sympy.Rational(str(p))))
        / sympy.Rational(str(round(q - p, 6)))
    )


def from_points(a: Asked) -> float:
    points = re.findall(rf"f\(({NUMBER})\) = ({NUMBER})", a.ask)
    (p, low), _, (q, high) = [(float(s), float(t)) for s, t in points]
    return (high - low) / (q - p)


def one_sided(a: Asked) -> dict[str, float]:
    f = a.formula("f(x)")
    (at,) = a.numbers(r"of f at x = #,")
    return {"left": slope(f, at, "-"), "right": slope(f, at, "+")}


def missing(a: Asked) -> str:
    at, line = re.search(rf"for x < ({NUMBER}), and f\(x\) = (.*?) for", a.ask).groups()  # type: ignore[union-attr]
    right = formula(line)
    at = float(at)
    if float(right.subs(x, at)) != at * at:
        return "no, it jumps"
    return "yes" if float(right.diff(x)) == 2 * at else "no, it has a kink"


def error(a: Asked) -> float:
    much, times = a.numbers(r"about # millionths .* with h/#\?")
    return much / times ** (2 if "centred" in a.ask else 1)


def implicit(a: Asked) -> float:
    (point,) = a.numbers(r"point # lies")
    left = formula(re.search(r"the curve (.*?) = ", a.ask)[1])  # type: ignore[index]
    assert float(left.subs({x: point[0], y: point[1]})) == a.numbers(r" = #\. What")[0]
    place = {x: point[0], y: point[1]}
    return float(-left.diff(x).subs(place) / left.diff(y).subs(place))


def inverse(a: Asked) -> float:
    f = a.formula("f(x)")
    b = a.numbers(r"\(f⁻¹\)′\(#\)")[0]
    (root,) = [r for r in sympy.Poly(f - b, x).nroots() if abs(sympy.im(r)) < 1e-9]
    return float(1 / f.diff(x).subs(x, root))


def product_shape(a: Asked) -> list[int] | None:
    r, s, t, c = (int(n) for n in a.numbers(r"A is # by # and B is # by #\."))
    left, right = np.ones((r, s)), np.ones((t, c))
    first, second = re.search(r"shape of (A(?:\.T)?) @ (B(?:\.T)?)\?", a.ask).groups()  # type: ignore[union-attr]
    left = left.T if first.endswith("T") else left
    right = right.T if second.endswith("T") else right
    return list((left @ right).shape) if left.shape[1] == right.shape[0] else None


def hadamard(a: Asked) -> Any:
    names = re.search(r"What is (.*?)\?", a.ask)[1].split(" ⊙ ")  # type: ignore[index]
    return np.prod([a[name] for name in names], axis=0)


def transpose(a: Asked) -> Any:
    return (a["A"] @ a["B"]).T if "B =" in a.ask else a["A"].T


def jacobian_linear(a: Asked) -> Any:
    lines = re.findall(r"y[₁₂₃] = (.*?)(?:;|\. What)", a.ask)
    size = max(int(n) for n in re.findall(r"x(\d)", a.ask.translate(str.maketrans("₁₂₃", "123"))))
    names = sympy.symbols(f"x1:{size + 1}")
    return np.array([[float(formula(line).diff(n)) for n in names] for line in lines])


def elementwise(a: Asked) -> Any:
    f = formula(re.search(r"f\(u\) = (.*?), at", a.ask)[1])  # type: ignore[index]
    (at,) = a.numbers(r"at x = #\.")
    return np.diag([float(f.diff(u).subs(u, e)) for e in at])


def jacobian(a: Asked) -> Any:
    first, second = re.search(r"u = (.*?) and v = (.*?)\. What", a.ask).groups()  # type: ignore[union-attr]
    (at,) = a.numbers(r"at #\?")
    place = {x: at[0], y: at[1]}
    return np.array(
        [[float(formula(f).diff(n).subs(place)) for n in (x, y)] for f in (first, second)]
    )


def directional(a: Asked) -> float:
    at, way = a.numbers(r"at # in the direction of #\?")
    return float(gradient_at(a, at) @ way / np.linalg.norm(way))


def critical(a: Asked) -> Any:
    f = a.formula("f(x, y)")
    (found,) = sympy.solve([f.diff(x), f.diff(y)], [x, y], dict=True)
    return np.array([float(found[x]), float(found[y])])


def gate(a: Asked) -> str:
    table: Any = tuple(
        int(a["w"] @ np.array(i) + a["b"] > 0) for i in ((0, 0), (0, 1), (1, 0), (1, 1))
    )
    return {(0, 0, 0, 1): "AND", (0, 1, 1, 1): "OR", (1, 1, 1, 0): "NAND", (1, 0, 0, 0): "NOR"}[
        table
    ]


def z_of(a: Asked) -> float:
    return float(a["w"] @ a["x"] + a["b"])


def forward_relu(a: Asked) -> float:
    a1 = np.maximum(a["W1"] @ a["x"] + a["b1"], 0)
    return float((a["W2"] @ a1 + a["b2"])[0])


def forward_sigmoid(a: Asked) -> float:
    (at,) = a.numbers(r"input is x = #\.")
    return float(sigma(a["W2"] @ sigma(a["W1"] @ at + a["b1"]) + a["b2"])[0])


def parameters(a: Asked) -> int:
    sizes = [int(n) for n in re.search(r"([\d-]+) network", a.ask)[1].split("-")]  # type: ignore[index]
    return sum(np.ones((n, m)).size + np.ones(n).size for m, n in itertools.pairwise(sizes))


def mean_cost(a: Asked) -> float:
    return float(np.mean([float(n) for n in re.findall(r"0\.\d+", a.ask)]))


def step(a: Asked) -> Any:
    g, rate = a.numbers(r"∂C/∂w = #, the learning rate is #")
    return a["w"] - rate * g


def two_steps(a: Asked) -> Any:
    gradients = re.search(r"the gradients (.*?), each taken", a.ask)[1]  # type: ignore[index]
    rate = a.numbers(r"learning rate is #\.")[0]
    return a["w"] - rate * np.sum([value(each) for each in gradients.split("; ")], axis=0)


def both_weights(a: Asked) -> dict[str, float]:
    """By differences: the second neuron is linear in w2 · a1, with the slope delta2."""
    z1 = float(np.log(a["a1"] / (1 - a["a1"])))
    rate, step = a.numbers(r"learning rate is #\.")[0], 1e-5

    def cost(w1: float, w2: float) -> float:
        return float(a["delta2"] * w2 * sigma(z1 + (w1 - a["w1"]) * a["x"]))

    by2 = (cost(a["w1"], a["w2"] + step) - cost(a["w1"], a["w2"] - step)) / (2 * step)
    by1 = (cost(a["w1"] + step, a["w2"]) - cost(a["w1"] - step, a["w2"])) / (2 * step)
    return {"w2": a["w2"] - rate * by2, "w1": a["w1"] - rate * by1}


def parabola(a: Asked) -> float:
    f = a.formula("C(x)")
    at, rate = a.numbers(r"starts at x = # with the learning rate #")
    steps = a.numbers(r"after # steps")[0] if "steps?" in a.ask else 1
    for _ in range(int(steps)):
        at -= rate * float(f.diff(x).subs(x, at))
    return at


def rate(a: Asked) -> str:
    f = a.formula("C(x)")
    at, eta = a.numbers(r"start is x = #, the learning rate is #")
    places = [at]
    for _ in range(40):
        places.append(places[-1] - eta * float(f.diff(x).subs(x, places[-1])))
    if abs(places[-1]) < 0.9 * abs(at):
        return "it comes to the minimum"
    return (
        "it runs away" if abs(places[-1]) > 2 * abs(at) else "it jumps from side to side for ever"
    )


def best_rate(a: Asked) -> float:
    return float(1 / a.formula("C(x)").diff(x, 2))


def updates(a: Asked) -> int:
    examples, batch = (int(n) for n in a.numbers(r"are # examples, in mini-batches of #"))
    epochs = int(a.numbers(r"do # epochs")[0]) if "epochs" in a.ask else 1
    return len(range(0, examples, batch)) * epochs


def path_factor(a: Asked) -> str:
    w2, a1, b2, z2, a2, t = sympy.symbols("w2 a1 b2 z2 a2 y")
    s = sympy.Function("s")
    equations = {"z2": w2 * a1 + b2, "a2": s(z2), "C": (a2 - t) ** 2 / 2}
    over, under = re.search(r"∂(\w+)/∂(\w+)\?", a.ask).groups()  # type: ignore[union-attr]
    found = sympy.diff(equations[over], sympy.Symbol(under))
    return str(found).replace("Derivative(s(z2), z2)", "σ′(z2)").replace("-", "−")


def chain(a: Asked, by: str) -> float:
    """By central differences in many digits."""
    import mpmath

    mpmath.mp.dps = 30
    names = [n for n in ("x", "w1", "b1", "w2", "b2") if f"{n} = " in a.ask.split(". ", 1)[0]]
    values = {n: mpmath.mpf(str(a[n])) for n in names} | {
        "y": mpmath.mpf(a.numbers(r", y = #\.")[0])
    }

    def cost(change: Any) -> Any:
        v = {**values, by: values.get(by, 0) + change}
        act = lambda z: 1 / (1 + mpmath.exp(-z))  # noqa: E731
        out = act(v["w1"] * v["x"] + v["b1"])
        if "w2" in names:
            out = act(v["w2"] * (out + (change if by == "a1" else 0)) + v["b2"])
        return (out - v["y"]) ** 2 / 2

    return float(mpmath.diff(cost, 0))


def asked_by(a: Asked) -> str:
    return re.search(r"What is ∂C/∂(\w+)\?", a.ask)[1]  # type: ignore[index]


def delta(a: Asked) -> Any:
    z = np.log(a["a"] / (1 - a["a"]))
    slopes = (sigma(z + 1e-5) - sigma(z - 1e-5)) / 2e-5
    return (a["a"] - a["y"]) * slopes


def hidden(a: Asked) -> Any:
    return a["W2"].T @ a["delta2"] * (a["a1"] * (1 - a["a1"]))


def shape_of(a: Asked) -> list[int]:
    n0, n1, n2 = (int(n) for n in re.search(r"An? (\d+)-(\d+)-(\d+) network", a.ask).groups())  # type: ignore[union-attr]
    arrays = {"∂C/∂W1": np.ones((n1, n0)), "∂C/∂W2": np.ones((n2, n1)), "∂C/∂b1": np.ones((n1, 1)),
              "delta2": np.ones((n2, 1)), "W2.T @ delta2": np.ones((n2, n1)).T @ np.ones((n2, 1)),
              "a1.T": np.ones((n1, 1)).T}  # fmt: skip
    return list(arrays[re.search(r"shape of (.*?)\?", a.ask)[1]].shape)  # type: ignore[index]


def batch_shape(a: Asked) -> list[int]:
    m, n0, n1 = (
        int(a.numbers(p)[0]) for p in (r"batch of # ex", r"X is \(\d+, #\)", r"W1 is \(#,")
    )
    X, W1, D = np.ones((m, n0)), np.ones((n1, n0)), np.ones((m, n1))
    arrays = {"Z1 = X @ W1.T + b1": X @ W1.T, "Delta1.T @ X": D.T @ X, "Delta1 @ W1": D @ W1,
              "sum(Delta1, axis=0), kept a row": D.sum(axis=0)[None], "X.T": X.T}  # fmt: skip
    return list(arrays[re.search(r"shape of (.*?)\?", a.ask)[1]].shape)  # type: ignore[index]


def batch_bias(a: Asked) -> Any:
    said = re.search(r"errors (.*?), each", a.ask)[1]  # type: ignore[index]
    return np.mean([value(each) for each in said.split("; ")], axis=0)


def batch_weights(a: Asked) -> Any:
    X, deltas = a.numbers(r"X = #, and their errors #")
    return deltas.T @ X / len(X)


def relative(a: Asked) -> float:
    p, q = a.numbers(r"gives #, the centred difference #\.")
    return abs(p - q) / max(abs(p), abs(q))


def passes(a: Asked) -> str:
    if "relative error is" in a.ask:
        (found,) = a.numbers(r"relative error is #\.")
    else:
        size, gap = re.search(
            r"gradient is ([\d.e-]+), and the two differ by ([\d.e+-]+)\.", a.ask
        ).groups()  # type: ignore[union-attr]
        found = float(gap) / float(size)
    assert not 1e-7 < found < 1e-2
    return "it passes" if found < 1e-7 else "it fails"


def cross_entropy(a: Asked) -> float:
    out, (target,) = a["a"], a.numbers(r"target y = #\.")
    return float(-(target * np.log(out) + (1 - target) * np.log(1 - out)))


def shift(a: Asked) -> str:
    z = a["z"]
    (c,) = a.numbers(r"multiplied by #" if "multiplied" in a.ask else r"and # is")
    after = z + c if "added" in a.ask else z - c if "subtracted" in a.ask else z * c
    if np.allclose(softmax(z), softmax(after)):
        return "they stay as they are"
    assert softmax(after).max() > softmax(z).max()
    return "the largest one grows"


def softmax_jacobian(a: Asked) -> Any:
    z, step = np.log(a["a"]), 1e-6
    return np.array([
        (softmax(z + step * e) - softmax(z - step * e)) / (2 * step) for e in np.eye(len(z))
    ]).T  # fmt: skip


def softmax_delta(a: Asked) -> Any:
    cost = lambda z: -np.sum(a["y"] * np.log(softmax(z)))  # noqa: E731
    return np.array(
        [(cost(a["z"] + 1e-6 * e) - cost(a["z"] - 1e-6 * e)) / 2e-6 for e in np.eye(len(a["z"]))]
    )


def likelihood(a: Asked) -> float:
    return float(-np.log(a["a"][int(a.numbers(r"class is number #\.")[0]) - 1]))


def spread(a: Asked) -> float:
    (inputs,) = a.numbers(r"with # inputs")
    ones = a.numbers(r", # of them 1")[0] if "of them" in a.ask else inputs
    (w,) = a.numbers(r"and standard deviation #")
    b = a.numbers(r"bias the standard deviation #\.")[0] if "the bias the" in a.ask else 0
    return float(np.sqrt(ones * w**2 + b**2))


def decay(a: Asked) -> float:
    (eta,), (n,) = a.numbers(r"learning rate is #"), a.numbers(r", # training")
    (g,) = a.numbers(r"has the slope #\.")
    penalty = sympy.Rational(str(a["λ"])) / (2 * int(n)) * x**2
    return a["w"] - eta * (float(penalty.diff(x).subs(x, a["w"])) + g)


def momentum(a: Asked) -> dict[str, float]:
    w, v = a["w"], a["v"]
    for g in re.search(r"∂C/∂w is (.*?)\. What", a.ask)[1].split(" and then "):  # type: ignore[index]
        v = a["μ"] * v - a["η"] * float(g)
        w += v
    return {"v": v, "w": w}


def final_velocity(a: Asked) -> float:
    (mu, eta), (g,), v = (
        a.numbers(r"μ = # and the learning rate #,"),
        a.numbers(r"stays # for"),
        0.0,
    )
    for _ in range(2000):
        v = mu * v - eta * g
    return v


def first_rule(a: Asked) -> str:
    """The class of the outermost operation, by Python's own parser."""
    import ast

    written = re.search(r"f\(x\) = (.*?)\. Which", a.ask)[1]  # type: ignore[index]
    text = re.sub(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda s: f"**{s[0].translate(SUPERSCRIPTS)}", written)
    text = re.sub(r"(\d)(?=[a-z(])", r"\1*", text.replace("·", "*"))
    root = ast.parse(text, mode="eval").body
    if isinstance(root, ast.Call):
        return "the chain rule"
    assert isinstance(root, ast.BinOp)
    kinds = {
        ast.Add: "sum",
        ast.Sub: "sum",
        ast.Mult: "product",
        ast.Div: "quotient",
        ast.Pow: "chain",
    }
    return f"the {kinds[type(root.op)]} rule"


NUMBERS: dict[str, Callable[[Asked], Any]] = {
    "difference-quotient": secant,
    "slope-from-points": from_points,
    "derivative-from-definition": lambda a: slope(a.formula("f(x)"), a.numbers(r"f′\(#\)\?")[0]),
    "one-sided": one_sided,
    "missing-derivative": missing,
    "secant-error": error,
    "slope-at": lambda a: slope(a.formula("f(x)"), a.numbers(r"f at x = #\?")[0]),
    "which-rule": first_rule,
    "implicit": implicit,
    "inverse-function": inverse,
    "gradient-at": lambda a: gradient_at(a, a.numbers(r"\(x, y\) = #\?")[0]),
    "directional": directional,
    "critical-point": critical,
    "steepest-descent": lambda a: -gradient_at(a, a.numbers(r"at #\?")[0]),
    "product-shape": product_shape,
    "matrix-vector": lambda a: a["W"] @ a["x"],
    "matrix-product": lambda a: a["A"] @ a["B"],
    "transpose": transpose,
    "hadamard": hadamard,
    "outer-product": lambda a: np.outer(a["δ"], a["x"]),
    "jacobian-linear": jacobian_linear,
    "jacobian-elementwise": elementwise,
    "jacobian": jacobian,
    "weighted-sum": z_of,
    "perceptron": lambda a: "1" if z_of(a) > 0 else "0",
    "sigmoid-neuron": lambda a: float(sigma(z_of(a))),
    "logic-gate": gate,
    "layer": lambda a: a["W"] @ a["x"] + a["b"],
    "forward-relu": forward_relu,
    "forward-sigmoid": forward_sigmoid,
    "parameter-count": parameters,
    "quadratic-cost": lambda a: float(np.sum((a["a"] - a.numbers(r"target y = #")[0]) ** 2) / 2),
    "mean-cost": mean_cost,
    "cost-slope": lambda a: a["a"] - a["y"],
    "descent-step": step,
    "two-steps": two_steps,
    "descent-parabola": parabola,
    "learning-rate": rate,
    "best-rate": best_rate,
    "updates-per-epoch": updates,
    "path-factor": path_factor,
    "path-gradient": lambda a: chain(a, asked_by(a)),
    "path-two": lambda a: chain(a, asked_by(a)),
    "output-error": delta,
    "hidden-error": hidden,
    "weight-gradient": lambda a: np.outer(a["delta2"], a["a1"]),
    "gradient-shape": shape_of,
    "both-weights": both_weights,
    "batch-shape": batch_shape,
    "batch-bias": batch_bias,
    "batch-weights": batch_weights,
    "relative-error": relative,
    "gradient-check": passes,
    "cross-entropy-cost": cross_entropy,
    "cross-entropy-delta": lambda a: sigma(a["z"]) - a.numbers(r"target y = #")[0],
    "softmax": lambda a: softmax(a["z"]),
    "softmax-shift": shift,
    "softmax-jacobian": softmax_jacobian,
    "softmax-delta": softmax_delta,
    "log-likelihood": likelihood,
    "variance-of-sum": spread,
    "weight-decay": decay,
    "momentum-step": momentum,
    "effective-rate": final_velocity,
}
"""An oracle for every topic whose answer is no expression of names."""
