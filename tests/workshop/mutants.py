"""The classic mistakes, seeded into the references one at a time, and what grading makes of them.

`python -m tests.workshop.mutants` prints the table.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from chainrule.workshop import Guard, Verdict, grade, references, stage

PATH = Path("network.py").absolute()


@dataclass(frozen=True)
class Mutant:
    """A change in the text of one reference, and the name that the mistake has.

    `names` has a second name where the change is two mistakes at once by right.
    """

    stage: str
    old: str
    new: str
    name: str | None

    @property
    def source(self) -> bytes:
        reference = stage(self.stage).reference
        if reference.count(self.old) != 1:
            raise LookupError(
                f"{self.stage}: {self.old!r} stands {reference.count(self.old)} times"
            )
        whole = references()
        return whole.replace(reference, reference.replace(self.old, self.new)).encode()


def of(name: str, *changes: tuple[str, str, str | None]) -> list[Mutant]:
    return [Mutant(name, old, new, mistake) for old, new, mistake in changes]


RISE = "(f(x + h) - f(x - h)) / (2 * h)\n"[:-1]
SIGMA = "return np.where(np.asarray(z) >= 0, 1 / (1 + e), e / (1 + e))"
SLOPE = "return sigmoid(z) * (1 - sigmoid(z))"
BP1 = "return (a - y) * sigmoid_prime(z)"
BP2 = "return (W_next.T @ delta_next) * sigmoid_prime(z)"
TO_DELTA = "delta = output_error(zs[-1], activations[-1], y)"
BACK = "delta = hidden_error(delta, weights[layer + 1], zs[layer])"
OUT = "Delta = (As[-1] - Y) * sigmoid_prime(Zs[-1])"
HID = "Delta = (Delta @ weights[layer + 1]) * sigmoid_prime(Zs[layer])"
LAST = "dW, db = [Delta.T @ As[-2] / m], [Delta.sum(axis=0) / m]"
DWL = "dW.insert(0, Delta.T @ As[layer] / m)"
DBL = "db.insert(0, Delta.sum(axis=0) / m)"
COST = "return float(np.sum((a - y) ** 2) / (2 * len(a)))"
LOOP = """            dW, db = backprop_batch(X_part, Y_part, weights, biases)
            weights = update(weights, dW, learning_rate)
            biases = update(biases, db, learning_rate)"""


def inlined(**changes: str) -> str:
    """Training with backpropagation written out, and one line of it changed."""
    lines = {
        "start": "Zs, As = [], [X_part]",
        "forward": "for W, b in zip(weights, biases):\n"
        "                Zs.append(As[-1] @ W.T + b)\n"
        "                As.append(sigmoid(Zs[-1]))",
        "output": "Delta = (As[-1] - Y_part) * sigmoid_prime(Zs[-1])",
        "copy": "old = list(weights)",
        "layers": "for layer in range(len(weights) - 1, -1, -1):",
        "gradients": "    dW, db = Delta.T @ As[layer], Delta.sum(axis=0)",
        "back": "    below = Delta @ old[layer] * sigmoid_prime(Zs[layer - 1]) if layer else None",
        "step": "    weights = list(weights); biases = list(biases)\n"
        "                weights[layer] = weights[layer] - learning_rate * dW / len(X_part)\n"
        "                biases[layer] = biases[layer] - learning_rate * db / len(X_part)",
        "on": "    Delta = below",
        **changes,
    }
    return "\n".join(" " * 12 + line for line in lines.values() if line)


MUTANTS = [
    *of(
        "numerical_derivative",
        ("return (f(x + h) - f(x - h)) / (2 * h)", "return (f(x + h) - f(x)) / h",
         "one-sided difference"),
        ("return (f(x + h) - f(x - h)) / (2 * h)", "return (f(x) - f(x - h)) / h",
         "one-sided difference to the left"),
        ("return (f(x + h) - f(x - h)) / (2 * h)", "return (f(x + h) - f(x - h)) / h",
         "run of h for 2 h"),
        ("return (f(x + h) - f(x - h)) / (2 * h)", "return (f(x + h) - f(x - h)) / 2 * h",
         "/ 2 * h for / (2 * h)"),
        ("return (f(x + h) - f(x - h)) / (2 * h)", "return (f(x - h) - f(x + h)) / (2 * h)",
         "sign"),
        ("return (f(x + h) - f(x - h)) / (2 * h)", "return f(x + h) - f(x - h)",
         "not divided by the run"),
    ),
    *of(
        "sigmoid",
        (SIGMA, "return 1 / (1 + np.exp(z))", "sign of z"),
        (SIGMA, "return 1 / 1 + np.exp(-z)", "parentheses of the denominator"),
        (SIGMA, "return 1 / (1 - np.exp(-z))", "1 - for 1 +"),
        (SIGMA, "return np.tanh(z)", "tanh"),
        (SIGMA, "return 1 / (1 + np.exp(-z)) * (1 - 1 / (1 + np.exp(-z)))", "the derivative"),
    ),
    *of(
        "sigmoid_prime",
        (SLOPE, "return 1 - sigmoid(z)", "sigma' = 1 - sigma"),
        (SLOPE, "return sigmoid(z)", "sigma' = sigma"),
        (SLOPE, "return z * (1 - z)", "sigma' = z (1 - z)"),
        (SLOPE, "return sigmoid(z) * (1 - z)", "sigma' = sigma (1 - z)"),
        (SLOPE, "s = sigmoid(sigmoid(z))\n    return s * (1 - s)", "sigma taken twice"),
        (SLOPE, "return -np.exp(-z) / (1 + np.exp(-z)) ** 2", "sign of the inner derivative"),
        (SLOPE, "return -1 / (1 + np.exp(-z)) ** 2", "inner derivative forgotten"),
        (SLOPE, "return 1 / (1 + np.exp(-z)) ** 2", "denominator for the derivative"),
        (SLOPE, "return np.exp(-z) / (1 + np.exp(-z))", "sigma' = 1 - sigma"),
        (SLOPE, "return -np.exp(-z) / (1 + np.exp(-z))", "denominator not squared"),
        (SLOPE, "return sigmoid(z) * (1 + sigmoid(z))", "sigma (1 + sigma)"),
        (SLOPE, "return 1 - sigmoid(z) ** 2", "that of tanh"),
    ),
    *of(
        "relu",
        ("np.maximum(z, 0)\n"[:-1], "np.minimum(z, 0)", "minimum for maximum"),
        ("np.maximum(z, 0)", "np.abs(z)", "absolute value"),
        ("np.maximum(z, 0)", "np.where(np.asarray(z) > 0, 1, 0)", "step"),
        ("np.maximum(z, 0)", "np.maximum(z, 0.01 * np.asarray(z))", "leaky"),
        ("np.maximum(z, 0)", "np.maximum(np.max(z), 0)", "max of everything"),
    ),
    *of(
        "relu_prime",
        ("np.where(np.asarray(z) > 0, 1.0, 0.0)", "np.maximum(z, 0)", "relu' = relu"),
        ("np.where(np.asarray(z) > 0, 1.0, 0.0)", "np.ones_like(z)", "relu' = 1"),
        ("np.where(np.asarray(z) > 0, 1.0, 0.0)", "np.where(np.asarray(z) >= 0, 1.0, 0.0)",
         "1 at z = 0"),
        ("np.where(np.asarray(z) > 0, 1.0, 0.0)", "np.sign(z)", "sign of z"),
    ),
    *of(
        "tanh_prime",
        ("1 - np.tanh(z) ** 2", "1 - np.asarray(z) ** 2", "tanh' = 1 - z**2"),
        ("1 - np.tanh(z) ** 2", "1 + np.tanh(z) ** 2", "tanh' = 1 + tanh**2"),
        ("1 - np.tanh(z) ** 2", "1 - np.tanh(z)", "square left out"),
        ("1 - np.tanh(z) ** 2", "np.tanh(z) * (1 - np.tanh(z))", "that of sigma"),
        ("1 - np.tanh(z) ** 2", "1 / np.cosh(z)", "denominator not squared"),
        ("1 - np.tanh(z) ** 2", "(np.sinh(z) ** 2 - np.cosh(z) ** 2) / np.cosh(z) ** 2",
         "sign swapped in the quotient rule"),
    ),
    *of(
        "neuron",
        ("w @ x + b", "w @ x", "bias left out"),
        ("w @ x + b", "w @ x - b", "bias subtracted"),
        ("float(sigmoid(w @ x + b))", "w @ x + b", "sigma left out"),
        ("float(sigmoid(w @ x + b))", "sigmoid(w @ x) + b", "bias outside sigma"),
        ("w @ x + b", "np.sum(w * x + b)", "bias for every input"),
        ("float(sigmoid(w @ x + b))", "sigmoid(w * x + b)", "products not added"),
    ),
    *of(
        "forward",
        ("W @ activations[-1] + b", "W @ activations[-1]", "bias left out"),
        ("W @ activations[-1] + b", "W.T @ activations[-1] + b", "W transposed"),
        ("activations.append(sigmoid(z))", "activations.append(z)", "sigma left out"),
        ("activations.append(sigmoid(z))",
         "activations.append(sigmoid(z) if len(zs) < len(weights) else z)",
         "sigma left out in the last layer"),
        ("activations.append(sigmoid(z))",
         "activations.append(sigmoid(z) if len(zs) == len(weights) else z)",
         "sigma left out in the hidden layers"),
        ("W @ activations[-1] + b", "W @ (zs[-1] if zs else x) + b", "z passed on for a"),
        ("return zs, activations", "return activations[1:], zs", "z and a swapped"),
    ),
    *of(
        "cost",
        (COST, "return float(np.sum((a - y) ** 2) / 2)", "sum for mean"),
        (COST, "return float(np.sum((a - y) ** 2) / len(a))", "1/2 left out"),
        (COST, "return float(np.mean((a - y) ** 2))", "mean over everything"),
        (COST, "return float(np.mean((a - y) ** 2) / 2)", "half the mean over everything"),
        (COST, "return float(np.sum((a - y) ** 2) / (2 * len(a)) / len(a))", "mean taken twice"),
        (COST, "return float(np.sum(a - y) / (2 * len(a)))", "square left out"),
        (COST, "return np.sum((a - y) ** 2, axis=1) / 2", "one cost for each example"),
        (COST, "return float(np.sum((a - y) ** 2) / 2 * len(a))", "/ 2 * m for / (2 * m)"),
    ),
    *of(
        "update",
        ("p - learning_rate * g", "p + learning_rate * g", "step uphill"),
        ("p - learning_rate * g", "p - g", "learning rate left out"),
        ("p - learning_rate * g", "-learning_rate * g", "only the step"),
        ("return [p - learning_rate * g for p, g in zip(parameters, gradients, strict=True)]",
         "for p, g in zip(parameters, gradients):\n        p = p - learning_rate * g\n"
         "    return parameters", "nothing changed"),
    ),
    *of(
        "minibatches",
        ("for start in range(0, len(X), batch_size):",
         "for start in range(0, len(X) - batch_size + 1, batch_size):", "last batch dropped"),
        ("order = rng.permutation(len(X))", "order = rng.integers(0, len(X), len(X))",
         "drawn with replacement"),
        ("yield X[some], y[some]", "yield X[some], y[start : start + batch_size]",
         "only X shuffled"),
        ("order = rng.permutation(len(X))",
         "order, other = rng.permutation(len(X)), rng.permutation(len(X))\n    y = y[other]",
         "X and y shuffled apart"),
        ("order = rng.permutation(len(X))", "order = np.arange(len(X))", "not shuffled"),
        ("order = rng.permutation(len(X))",
         "order = np.random.default_rng(0).permutation(len(X))", "rng not used"),
    ),
    *of(
        "output_error",
        (BP1, "return (y - a) * sigmoid_prime(z)", "sign"),
        (BP1, "return a - y", "sigma' left out"),
        (BP1, "return (a - y) * sigmoid_prime(a)", "sigma'(a) for sigma'(z)"),
        (BP1, "return (a - y) * a", "a for sigma'"),
        (BP1, "return (a - y) * (1 - a)", "1 - a for sigma'"),
        (BP1, "return (a - y) * z * (1 - z)", "z (1 - z) for sigma'"),
        (BP1, "return (z - y) * sigmoid_prime(z)", "z for a"),
        (BP1, "return 2 * (a - y) * sigmoid_prime(z)", "factor 2"),
        (BP1, "return sigmoid_prime(z)", "a - y left out"),
        (BP1, "return np.sum((a - y) * sigmoid_prime(z))", "added up"),
    ),
    *of(
        "hidden_error",
        (BP2, "return (W_next @ delta_next) * sigmoid_prime(z)", "W not transposed"),
        (BP2, "return W_next.T @ delta_next", "sigma' left out"),
        (BP2, "a = sigmoid(z)\n    return (W_next.T @ delta_next) * sigmoid_prime(a)",
         "sigma'(a) for sigma'(z)"),
        (BP2, "return (W_next.T @ delta_next) * sigmoid(z)", "a for sigma'"),
        (BP2, "return W_next.sum(axis=0) * sigmoid_prime(z)", "upstream ignored"),
        (BP2, "for k in range(len(delta_next)):\n        s = W_next[k] * delta_next[k]\n"
         "    return s * sigmoid_prime(z)", "= for += where paths meet"),
        (BP2, "return -(W_next.T @ delta_next) * sigmoid_prime(z)", "sign"),
        (BP2, "return W_next * delta_next[:, None] * sigmoid_prime(z)", "paths not added"),
    ),
    *of(
        "backprop",
        (TO_DELTA, "delta = -output_error(zs[-1], activations[-1], y)", "sign"),
        (TO_DELTA, "delta = 2 * output_error(zs[-1], activations[-1], y)", "factor 2"),
        (TO_DELTA, "delta = activations[-1] - y", "sigma' left out at the output"),
        (TO_DELTA, "delta = (activations[-1] - y) * sigmoid_prime(activations[-1])",
         "sigma'(a) for sigma'(z) at the output"),
        (TO_DELTA, "delta = (activations[-1] - y) * activations[-1]",
         "a for sigma' at the output"),
        (BACK, "delta = weights[layer + 1].T @ delta", "sigma' left out in the hidden layers"),
        (BACK, "delta = (weights[layer + 1].T @ delta) * sigmoid_prime(activations[layer + 1])",
         "sigma'(a) for sigma'(z) in the hidden layers"),
        (BACK, "delta = (weights[layer + 1].T @ delta) * activations[layer + 1]",
         "a for sigma' in the hidden layers"),
        (BACK, "delta = (weights[layer + 1] @ delta) * sigmoid_prime(zs[layer])",
         "W not transposed"),
        (BACK, "delta = weights[layer + 1].sum(axis=0) * sigmoid_prime(zs[layer])",
         "upstream ignored"),
        (BACK, "for k in range(len(delta)):\n            s = weights[layer + 1][k] * delta[k]\n"
         "        delta = s * sigmoid_prime(zs[layer])", "= for += where paths meet"),
        ("        dW.insert(0, np.outer(delta, activations[layer]))",
         "        dW.insert(0, np.outer(delta, zs[layer - 1] if layer else x))", None),
        ("dW.insert(0, np.outer(delta, activations[layer]))",
         "dW.insert(0, np.outer(activations[layer], delta))", None),
        ("return dW, db", "return [w.T for w in dW], db", "dW transposed"),
        ("return dW, db", "return db, dW", "dW and db swapped"),
        ("return dW, db", "return dW[::-1], db[::-1]", "last layer first"),
        ("zs, activations = forward(x, weights, biases)",
         "zs, activations = forward(x, weights, biases)\n"
         "    below = [x, *zs[:-1]]\n    delta = output_error(zs[-1], activations[-1], y)\n"
         "    dW, db = [np.outer(delta, below[-1])], [delta]\n"
         "    for layer in range(len(weights) - 2, -1, -1):\n"
         "        delta = hidden_error(delta, weights[layer + 1], zs[layer])\n"
         "        dW.insert(0, np.outer(delta, below[layer]))\n"
         "        db.insert(0, delta)\n    return dW, db", "z for a in dW"),
    ),
    *of(
        "backprop_batch",
        (OUT, "Delta = (Y - As[-1]) * sigmoid_prime(Zs[-1])", "sign"),
        (OUT, "Delta = 2 * (As[-1] - Y) * sigmoid_prime(Zs[-1])", "factor 2"),
        (OUT, "Delta = As[-1] - Y", "sigma' left out at the output"),
        (OUT, "Delta = (As[-1] - Y) * sigmoid_prime(As[-1])",
         "sigma'(a) for sigma'(z) at the output"),
        (OUT, "Delta = (As[-1] - Y) * As[-1]", "a for sigma' at the output"),
        (HID, "Delta = Delta @ weights[layer + 1]", "sigma' left out in the hidden layers"),
        (HID, "Delta = (Delta @ weights[layer + 1]) * sigmoid_prime(As[layer + 1])",
         "sigma'(a) for sigma'(z) in the hidden layers"),
        (HID, "Delta = (Delta @ weights[layer + 1]) * As[layer + 1]",
         "a for sigma' in the hidden layers"),
        (HID, "Delta = (Delta @ weights[layer + 1]) * (1 - As[layer + 1])",
         "1 - a for sigma' in the hidden layers"),
        (HID, "Delta = (Delta @ weights[layer + 1].T) * sigmoid_prime(Zs[layer])",
         "W not transposed"),
        (HID, "Delta = weights[layer + 1].sum(axis=0) * sigmoid_prime(Zs[layer])",
         "upstream ignored"),
        ("    m = len(X)", "    m = 1", "sum for mean"),
        ("    m = len(X)", "    m = len(X) ** 2", "mean taken twice"),
        ("return dW, db", "return dW, [b / m for b in db]", "bias gradient averaged twice"),
        ("return dW, db", "return [m * w for w in dW], db", "sum for mean in the weights"),
        ("return dW, db", "return dW, [m * b for b in db]", "sum for mean in the biases"),
        ("return dW, db", "return [w.T for w in dW], db", "dW transposed"),
        (OUT, OUT + "\n    m = len(X)\n    below = [X, *Zs]\n"
         "    dW, db = [Delta.T @ below[-2] / m], [Delta.sum(axis=0) / m]\n"
         "    for i in range(len(weights) - 2, -1, -1):\n"
         "        Delta = (Delta @ weights[i + 1]) * sigmoid_prime(Zs[i])\n"
         "        dW.insert(0, Delta.T @ below[i] / m)\n"
         "        db.insert(0, Delta.sum(axis=0) / m)\n    return dW, db", "z for a in dW"),
    ),
    *[
        Mutant("backprop_batch", LAST + "\n    for layer in range(len(weights) - 2, -1, -1):\n"
               f"        {HID}\n        {DWL}\n        {DBL}",
               f"dW, db = [{dw} / m], [{b} / m]\n"
               f"    for layer in range(len(weights) - 2, -1, -1):\n        {HID}\n"
               f"        dW.insert(0, {dw.replace('As[-2]', 'As[layer]')} / m)\n"
               f"        db.insert(0, {b} / m)", name)
        for dw, b, name in (
            ("Delta.T @ As[-2]", "Delta.sum()", "bias gradient summed over everything"),
            ("Delta.T @ As[-2]", "Delta.sum(axis=1)", "bias gradient along the wrong axis"),
            ("Delta.T @ As[-2]", "Delta", "broadcast bias not summed"),
            ("Delta.T @ As[-2]", "Delta.mean(axis=0)", "bias gradient averaged twice"),
            ("np.outer(Delta[-1], As[-2][-1])", "Delta[-1]", "= for += over the examples"),
            ("As[-2].T @ Delta", "Delta.sum(axis=0)", "dW transposed"),
            ("np.ones_like(Delta).T @ As[-2]", "Delta.sum(axis=0)", "delta left out of dW"),
        )
    ],
    *of(
        "backprop_batch",
        (f"{LAST}\n    for layer in range(len(weights) - 2, -1, -1):\n        {HID}",
         f"{LAST}\n    carried = Delta\n    for layer in range(len(weights) - 2, -1, -1):\n"
         "        carried = carried @ weights[layer + 1]\n"
         "        Delta = carried * sigmoid_prime(Zs[layer])", "a layer skipped"),
    ),
    *of(
        "gradient_check",
        ("np.linalg.norm(g - measured) / size", "np.linalg.norm(g - measured)", "absolute error"),
        ("max(np.linalg.norm(g), np.linalg.norm(measured))",
         "np.linalg.norm(g) + np.linalg.norm(measured)", "sum of the norms"),
        ("            p[place] = start\n", "", "element not restored"),
        ("/ (2 * h)\n        size", "/ h\n        size", "run of h for 2 h"),
        ("p[place] = start - h", "p[place] = start", None),
        ("worst = max(worst, float(np.linalg.norm(g - measured) / size))",
         "worst = float(np.linalg.norm(g - measured) / size)", "only the last array"),
    ),
    *of(
        "train",
        (LOOP, inlined(output="Delta = (Y_part - As[-1]) * sigmoid_prime(Zs[-1])"), "step uphill"),
        (LOOP, LOOP.replace("learning_rate", "-learning_rate"), "step uphill"),
        (LOOP, inlined(copy="old = weights = list(weights)",
                       step="    weights[layer] = weights[layer] - learning_rate * dW / "
                       "len(X_part)\n                biases = list(biases)\n                "
                       "biases[layer] = biases[layer] - learning_rate * db / len(X_part)",
                       back="", on="    if layer: Delta = Delta @ old[layer] * "
                       "sigmoid_prime(Zs[layer - 1])"), "updated W used"),
        (LOOP, LOOP.replace("dW, db = backprop_batch(X_part, Y_part, weights, biases)",
                            "new = backprop_batch(X_part, Y_part, weights, biases)\n"
                            "            total = new if total is None else "
                            "[[a + b for a, b in zip(s, t)] for s, t in zip(total, new)]\n"
                            "            dW, db = total")
         .replace("            new =", "            if 'total' not in locals(): total = None\n"
                  "            new =", 1), "gradients not reset"),
        (LOOP, inlined(gradients="    dW, db = len(X_part) * Delta.T @ As[layer], "
                       "len(X_part) * Delta.sum(axis=0)"), "sum for mean"),
        (LOOP, inlined(gradients="    dW, db = Delta.T @ As[layer], Delta.mean(axis=0)"),
         "bias gradient averaged twice"),
        (LOOP, inlined(back="    below = Delta @ old[layer] if layer else None"),
         "sigma' left out in the hidden layers"),
        (LOOP, inlined(step="    weights = list(weights); biases = list(biases)\n"
                       "                weights[layer] = weights[layer] - learning_rate * dW / "
                       "batch_size\n                biases[layer] = biases[layer] - "
                       "learning_rate * db / batch_size"), "last batch by batch_size"),
        (LOOP, LOOP + "\n        break", "one epoch only"),
        (LOOP, LOOP + "\n            break", "one step an epoch"),
        (LOOP, LOOP.replace("weights = update", "update"), "weights not trained"),
        ("        for X_part", "        for X_part", None),
    ),
    *of(
        "cross_entropy",
        ("np.sum(terms) / len(z)", "np.sum(terms)", "sum for mean"),
        ("np.sum(terms) / len(z)", "np.mean(terms)", "mean over everything"),
        ("np.sum(terms) / len(z)", "-np.sum(terms) / len(z)", "sign"),
        ("terms = np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z)))",
         "terms = -y * np.log(sigmoid(z))", "second term left out"),
        ("terms = np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z)))",
         "terms = np.maximum(z, 0) - (1 - y) * z + np.log1p(np.exp(-np.abs(z)))",
         "y and 1 - y swapped"),
    ),
    *of(
        "cross_entropy_error",
        ("return a - y", "return y - a", "sign"),
        ("return a - y", "return (a - y) * a * (1 - a)", "extra a(1-a)"),
        ("return a - y", "return (a - y) * sigmoid_prime(z)", "extra sigma'(z)"),
        ("return a - y", "return (a - y) / (a * (1 - a))", "dC/da for dC/dz"),
        ("return a - y", "return 2 * (a - y)", "factor 2"),
    ),
    *of(
        "softmax",
        ("np.sum(e, axis=-1, keepdims=True)", "np.sum(e)", "sum over everything"),
        ("e = np.exp(z - np.max(z, axis=-1, keepdims=True))\n"
         "    return e / np.sum(e, axis=-1, keepdims=True)",
         "e = np.exp(z)\n    return e / np.sum(e, axis=0)", "wrong axis"),
        ("e / np.sum(e, axis=-1, keepdims=True)", "e", "not divided"),
        ("e = np.exp(z - np.max(z, axis=-1, keepdims=True))", "e = z", "no exponential"),
    ),
    *of(
        "softmax_backward",
        ("return a * (dC_da - a @ dC_da)", "return dC_da * a * (1 - a)", "diagonal only"),
        ("return a * (dC_da - a @ dC_da)", "return a * (1 - a)", "upstream ignored"),
        ("return a * (dC_da - a @ dC_da)", "return a * (dC_da + a @ dC_da)", "plus for minus"),
        ("return a * (dC_da - a @ dC_da)", "return a * (dC_da - dC_da.sum())", "sum not weighed"),
        ("return a * (dC_da - a @ dC_da)", "return a * (a @ dC_da - dC_da)", "sign"),
    ),
    *of(
        "init",
        (" / np.sqrt(n_in)", "", "not scaled"),
        ("/ np.sqrt(n_in)", "/ n_in", "divided by n_in"),
        ("/ np.sqrt(n_in)", "/ np.sqrt(n_out)", "n_out for n_in"),
        ("rng.standard_normal((n_out, n_in)) / np.sqrt(n_in)", "np.zeros((n_out, n_in))",
         "all the same"),
        ("rng.standard_normal((n_out, n_in)) / np.sqrt(n_in)",
         "rng.random((n_out, n_in)) / np.sqrt(n_in)", "not centred"),
        ("(n_out, n_in)", "(n_in, n_out)", "W transposed"),
    ),
    *of(
        "l2",
        ("g + lam / n * W for", "g + lam * W for", "n left out"),
        ("g + lam / n * W for", "g + 2 * lam / n * W for", "factor 2"),
        ("g + lam / n * W for", "g + lam / (2 * n) * W for", "factor 1/2"),
        ("g + lam / n * W for", "g - lam / n * W for", "sign"),
        ("g + lam / n * W for", "lam / n * W for", "upstream ignored"),
        ("g + lam / n * W for", "g + lam / n * W**2 for", "whole square"),
    ),
    *of(
        "momentum",
        ("mu * v - learning_rate * g for", "mu * v + learning_rate * g for", "step uphill"),
        ("mu * v - learning_rate * g for", "v - learning_rate * g for", "mu left out"),
        ("[p + v for", "[p - v for", "velocity subtracted"),
        ("zip(parameters, new_velocities, strict=True)", "zip(parameters, velocities)",
         "old velocity used"),
        ("mu * v - learning_rate * g for", "mu * v - (1 - mu) * learning_rate * g for",
         "running mean"),
    ),
]  # fmt: skip
"""`name` is None where no single entry of the catalogue is the mistake: then none may be named."""

MUTANTS = [m for m in MUTANTS if m.old != m.new]


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    mutant: Mutant
    verdict: Verdict

    @property
    def how(self) -> str:
        """Named rightly, not named, named wrongly, or let through."""
        if self.verdict.passed:
            return "LET THROUGH"
        if self.verdict.mistake is None:
            return "not named"
        return "named" if self.verdict.mistake == self.mutant.name else "NAMED WRONGLY"


def rows() -> Iterator[Row]:
    with Guard() as guard:
        for mutant in MUTANTS:
            yield Row(mutant, grade(mutant.stage, mutant.source, PATH, guard))


def main() -> None:
    found = []
    for row in rows():
        found.append(row)
        print(
            f"{row.how:14}{row.mutant.stage:22}{row.verdict.outcome:9}"
            f"{row.verdict.mistake or '-':50}{row.mutant.name or '-'}"
        )
    counts = {
        how: sum(row.how == how for row in found) for how in dict.fromkeys(row.how for row in found)
    }
    print(len(found), "mutants:", ", ".join(f"{n} {how}" for how, n in counts.items()))


if __name__ == "__main__":
    main()
