"""A network that somebody already has, held against measured slopes and the known mistakes.

The file, or a small one beside it, gives three things: `forward(X)`, rows of examples in and rows
of outputs out; `gradients(X, Y)`, the gradients for rows of targets; `parameters`, the list of the
arrays that `forward` uses, in the order of the gradients.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from chainrule.workshop import failures, slips
from chainrule.workshop.errors import WorkshopError
from chainrule.workshop.guarded.codec import Foreign
from chainrule.workshop.guarded.foreign import EXAMPLES
from chainrule.workshop.guarded.running import MEMORY, Guard, Ran
from chainrule.workshop.returns import came
from chainrule.workshop.slips import SLIPS, Equations, Kinds
from chainrule.workshop.source import outline
from chainrule.workshop.verdict import OwnLine

SECONDS = 20.0
TOLERANCE = {8: 1e-5, 4: 2e-2}
"""The largest relative error that passes, by the bytes of the parameters' numbers."""
SAME = 1e-6
SUFFIXES = (".py", ".pyw")
"""A file of this name that cannot be read as Python has a mistake; any other is none."""

ADAPTER = """\
def forward(X): return net.forward(X)               # (m, n0) rows in, (m, nL) rows out
def gradients(X, Y): return net.backward(X, Y)      # Y (m, nL), a 1 for the class in each row
parameters = [net.W1, net.b1, net.W2, net.b2]       # in the gradients' order; no copies"""

Array = NDArray[Any]
Reduction = Literal["mean", "sum"]


@dataclass(frozen=True)
class Loss:
    """A cost of outputs `a` (m, n) and targets `y`, one number an example."""

    name: str
    words: str
    each: Callable[[Array, Array], Array]


def log(a: Array) -> Array:
    """The logarithm, with no warning where an output is no probability: there it is NaN."""
    return np.log(np.where(a > 0, a, np.nan))


LOSSES = (
    Loss(
        "quadratic",
        "quadratic cost, sum((a - y)**2) / 2",
        lambda a, y: np.sum((a - y) ** 2, axis=-1) / 2,
    ),
    Loss(
        "cross-entropy",
        "cross-entropy, -sum(y ln(a) + (1 - y) ln(1 - a))",
        lambda a, y: -np.sum(y * log(a) + (1 - y) * log(1 - a), axis=-1),
    ),
    Loss("log-likelihood", "log-likelihood, -ln of the output for the class",
         lambda a, y: -np.sum(np.where(y > 0, y * log(a), 0.0), axis=-1)),
    Loss("squared", "squared distance, sum((a - y)**2), without the 1/2",
         lambda a, y: np.sum((a - y) ** 2, axis=-1)),
    Loss("mean-squared", "mean squared error, mean((a - y)**2)",
         lambda a, y: np.mean((a - y) ** 2, axis=-1)),
)  # fmt: skip


FEWEST = 4
"""Elements from which the form of a penalty can be told."""
PENALTIES: tuple[tuple[str, Callable[[Array], Array]], ...] = (
    ("the parameter, as of an L2 penalty", lambda p: p),
    ("the sign of the parameter, as of an L1 penalty", np.sign),
)


@dataclass(frozen=True)
class ArrayCheck:
    """One array of parameters: the relative error of its gradient on the elements measured.

    `factor` is the number that the gradient is too large by, where one number is all that is wrong.
    """

    index: int
    shape: tuple[int, ...]
    error: float
    passed: bool
    factor: float | None


@dataclass(frozen=True)
class ForeignReport:
    """What came of it. `cost` and `reduction` are those of which the gradients are, or nearest."""

    passed: bool
    message: str
    cost: str | None = None
    reduction: Reduction | None = None
    arrays: tuple[ArrayCheck, ...] = ()
    network: str | None = None
    mistake: str | None = None
    explanation: str = ""
    lines: tuple[OwnLine, ...] = ()
    notes: tuple[str, ...] = field(default=())

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


class NoAdapter(WorkshopError):
    """The three lines are not there."""


def grade_file(
    source: bytes,
    path: Path,
    guard: Guard,
    *,
    cost: str | None = None,
    seconds: float = SECONDS,
    seed: int = 0,
) -> ForeignReport:
    """Check the gradients of the network in a file, and name what is wrong with them.

    `cost` is what they should be the gradients of; without it every known cost is tried.
    """
    losses = [loss for loss in LOSSES if cost in (None, loss.name)]
    if not losses:
        known = ", ".join(loss.name for loss in LOSSES)
        raise WorkshopError(f"no cost {cost!r}; there are {known}")
    if b"\0" in source or (path.suffix not in SUFFIXES and outline(source) is None):
        raise WorkshopError(f"{path} is not a Python file: expected one with your network")
    job = {
        "task": "foreign",
        "source": source,
        "path": str(path),
        "put_in": [],
        "put_in_source": "",
        "seconds": seconds,
        "memory": MEMORY,
        "seed": seed,
    }
    ran = guard.run(job)
    fault = not_run(ran, path.name, seconds) or not_usable(ran)
    if fault is not None:
        return fault
    return Judging(ran, losses, asked=cost is not None).report()


def not_run(ran: Ran, name: str, seconds: float) -> ForeignReport | None:
    """What stopped the file's code."""
    raised = ran.of("raised")
    if raised:
        lines = failures.own_lines(raised[-1])
        at = f", line {lines[-1].line}" if lines else ""
        return ForeignReport(False, f"{name}{at}: {failures.of_exception(raised[-1])}", lines=lines)
    if ran.ending == "time":
        what = "while it was loaded; put training under `if __name__ == '__main__':`"
        said = what if not ran.of("loaded") else "in `forward` or `gradients`"
        return ForeignReport(
            False, f"{name} took longer than {failures.amount(seconds, 'second')} {said}"
        )
    if ran.ending != "done":
        return ForeignReport(False, f"{name} ended the process it ran in")
    lacking = ran.of("lacking")
    if lacking:
        raise NoAdapter(f"{name} has no {failures.in_words(lacking[0]['names'], 'or')}")
    return None


def not_usable(ran: Ran) -> ForeignReport | None:
    """What is wrong with the form of parameters, outputs or gradients."""

    def no(said: str) -> ForeignReport:
        return ForeignReport(False, said)

    kinds = ran.of("parameters")[0]["kinds"]
    if not kinds:
        return no("`parameters` is empty: expected the arrays of weights and biases")
    odd = [i for i, kind in enumerate(kinds) if kind != "float"]
    if odd:
        return no(
            f"parameters[{odd[0]}] is {kinds[odd[0]]}: expected a NumPy array of floats, float32 "
            "or float64, that `forward` uses"
        )
    if ran.of("no-inputs"):
        return no("`forward` takes none of the widths that the first weights suggest")
    outputs = ran.of("outputs")[0]["outputs"]
    if isinstance(outputs, Foreign) or outputs.ndim != 2 or len(outputs) != EXAMPLES:
        return no(
            f"`forward` gave {came(outputs)} for {EXAMPLES} rows: expected a row of outputs for "
            f"each. {of_form(outputs)}"
        )
    if not ran.of("outputs")[0]["steady"]:
        return no(
            "`forward` gives other outputs for the same X when it is called again: while the "
            "gradients are checked, turn off what is random, as dropout"
        )
    if not np.isfinite(outputs).all():
        return no("`forward` gave NaN or infinity")
    told = ran.of("gradients")[0]
    claimed, parameters = told["claimed"], told["parameters"]
    if told["changed"]:
        return no(f"`gradients` changes parameters[{told['changed'][0]}]: it should only read them")
    if claimed == [None]:
        return no("`gradients` gives nothing back (None): is a `return` missing?")
    if len(claimed) != len(parameters):
        return no(
            f"`gradients` gave {len(claimed)} arrays for {len(parameters)} parameters: expected "
            "one for each, in their order"
        )
    for i, g in enumerate(claimed):
        if not isinstance(g, (np.ndarray, np.generic, float, int)):
            return no(f"gradients[{i}] is {came(g)}: expected an array of numbers")
    return None


def of_form(outputs: Any) -> str:
    """How outputs of another form become rows."""
    if np.shape(outputs) == (EXAMPLES,):
        return (
            f"Where there is one output, its form is ({EXAMPLES}, 1), and Y comes in the same: "
            "`def forward(X): return net.forward(X)[:, None]`, and `Y[:, 0]` in `gradients`"
        )
    return "Where your examples are columns: `def forward(X): return net.forward(X.T).T`"


class Judging:
    """All that the file's code told, and what follows from it."""

    def __init__(self, ran: Ran, losses: Sequence[Loss], *, asked: bool) -> None:
        told = ran.of("gradients")[0]
        self.losses, self.asked = losses, asked
        self.X: Array = ran.of("outputs")[0]["X"]
        self.outputs: Array = ran.of("outputs")[0]["outputs"]
        self.Y: Array = told["Y"]
        self.parameters: list[Array] = told["parameters"]
        self.claimed = [
            as_subtracted(np.asarray(g, np.float64), p)
            for g, p in zip(told["claimed"], self.parameters, strict=True)
        ]
        self.differences = ran.of("differences")
        self.tolerance = max(TOLERANCE.get(p.dtype.itemsize, 1e-5) for p in self.parameters)
        self.notes = failures_notes(ran)

    def report(self) -> ForeignReport:
        unused = self.unused()
        if unused is not None:
            return unused
        network = self.network()
        words = network.words if network is not None else None
        wrong_shape = self.wrong_shape()
        best: tuple[int, Loss, Reduction, tuple[ArrayCheck, ...]] | None = None
        if wrong_shape is None:
            for loss in self.losses:
                for reduction in ("mean", "sum"):
                    checks = self.checks(loss, reduction)
                    good = sum(c.passed for c in checks)
                    if best is None or good > best[0]:
                        best = good, loss, reduction, checks
            assert best is not None
            if best[0] == len(self.claimed):
                return self.right(best[1], best[2], best[3], words)
            penalised = self.penalised(words)
            if penalised is not None:
                return penalised
        names = self.named(network)
        name, says, loss_name = names[0] if len({n for n, _, _ in names}) == 1 else (None, "", None)
        if wrong_shape is not None:
            return ForeignReport(
                False, wrong_shape, network=words, mistake=name, explanation=says, notes=self.notes
            )
        assert best is not None
        loss, reduction, checks = best[1], best[2], best[3]
        if loss_name is not None:
            loss = next(each for each in self.losses if each.name == loss_name)
        if name is not None or best[0] == 0:
            reduction = "mean"
            checks = self.checks(loss, reduction)
        wrong = [f"parameters[{c.index}] {c.shape}" for c in checks if not c.passed]
        said = f"the gradients are not those of the {loss.words}: wrong for {', '.join(wrong)}"
        if name is None:
            says = factors(checks)
        return ForeignReport(
            False, said, loss.name, reduction, checks, words, name, says, notes=self.notes
        )

    def right(
        self, loss: Loss, reduction: Reduction, checks: tuple[ArrayCheck, ...], words: str | None
    ) -> ForeignReport:
        said = f"the gradients are right: those of the {loss.words}, the {reduction} over the "
        said += "examples"
        says = ""
        if reduction == "sum":
            says = (
                "They are sums: a step on a mini-batch of m examples divides by m, once, or the "
                "learning rate depends on m."
            )
        elif not self.asked:
            says = "If your cost is another one, name it with --cost."
        return ForeignReport(
            True, said, loss.name, reduction, checks, words, None, says, notes=self.notes
        )

    def penalised(self, words: str | None) -> ForeignReport | None:
        """The report where all that the gradients have too much is that of a penalty."""
        for loss in self.losses:
            for reduction in ("mean", "sum"):
                checks = self.checks(loss, reduction)
                wrong = [c.index for c in checks if not c.passed]
                for name, form in PENALTIES:
                    parts = [self.part(i, loss, reduction, form) for i in wrong]
                    lam = parts[0]
                    if lam is None or not all(p and abs(p / lam - 1) < 1e-2 for p in parts):
                        continue
                    penalties = {i: lam * form(self.parameters[i]) for i in wrong}
                    checks = self.checks(loss, reduction, penalties)
                    if not all(c.passed for c in checks):
                        continue
                    found = self.right(loss, reduction, checks, words)
                    arrays = ", ".join(f"parameters[{i}]" for i in wrong)
                    said = f"Those of {arrays} have {lam:.4g} times {name}, beside it."
                    return replace(found, explanation=f"{said} {found.explanation}")
        return None

    def part(
        self, index: int, loss: Loss, reduction: Reduction, form: Callable[[Array], Array]
    ) -> float | None:
        """How many times a form of the parameter the gradient has too much; None if not that."""
        told = next(each for each in self.differences if each["array"] == index)
        places = told["places"]
        gap = self.claimed[index].reshape(-1)[places] - self.slopes(told, loss, reduction)
        shape = form(self.parameters[index].reshape(-1)[places].astype(np.float64))
        square = float(shape @ shape)
        if len(shape) < FEWEST or square == 0 or not np.isfinite(gap).all():
            return None
        part = float(gap @ shape) / square
        rest = float(np.linalg.norm(gap - part * shape))
        near = min(10 * self.tolerance, 0.02) * float(np.linalg.norm(gap))
        return part if rest <= near and part > 0 else None

    def unused(self) -> ForeignReport | None:
        """A parameter that does not move the outputs at all."""
        for told in self.differences:
            pairs = told["pairs"]
            if np.array_equal(pairs[:, 0], pairs[:, 1]) and not self.dead(told["array"]):
                i = told["array"]
                return ForeignReport(
                    False,
                    f"`forward` does not use parameters[{i}] {self.parameters[i].shape}: moving it "
                    "moves no output. Is it a copy? Give the arrays themselves",
                )
        return None

    def dead(self, index: int) -> bool:
        """Whether other arrays move nothing either, as behind neurons that never fire."""
        return self.claimed[index].size > 0 and not self.claimed[index].any()

    def wrong_shape(self) -> str | None:
        for i, (g, p) in enumerate(zip(self.claimed, self.parameters, strict=True)):
            if g.shape != p.shape:
                turned = ""
                if g.ndim == 2 and g.shape == p.shape[::-1]:
                    turned = " It is transposed"
                elif (*g.shape, 1) == p.shape:
                    turned = " A sum with `keepdims=True` keeps the second axis"
                return (
                    f"gradients[{i}] has shape {g.shape}: expected {p.shape}, that of "
                    f"parameters[{i}].{turned}".rstrip(".")
                )
        return None

    def checks(
        self, loss: Loss, reduction: Reduction, penalties: Mapping[int, Array] | None = None
    ) -> tuple[ArrayCheck, ...]:
        """Every array's claimed gradient, without its penalty's, beside the measured slopes."""
        found = []
        for told in self.differences:
            i = told["array"]
            slopes = self.slopes(told, loss, reduction)
            claimed = self.claimed[i] - (penalties or {}).get(i, 0.0)
            claimed = claimed.reshape(-1)[told["places"]]
            found.append(self.check(i, claimed, slopes))
        return tuple(found)

    def slopes(self, told: dict[str, Any], loss: Loss, reduction: Reduction) -> Array:
        """The measured slopes of this cost at the places of one array."""
        costs = loss.each(told["pairs"], self.Y)
        total = costs.sum(axis=-1) if reduction == "sum" else costs.mean(axis=-1)
        return (total[:, 0] - total[:, 1]) / told["steps"]

    def check(self, index: int, claimed: Array, slopes: Array) -> ArrayCheck:
        size = max(float(np.linalg.norm(claimed)), float(np.linalg.norm(slopes)))
        gap = float(np.linalg.norm(claimed - slopes))
        error = 0.0 if size < 1e-9 else gap / size
        passed = bool(error <= self.tolerance)
        factor = None
        square = float(slopes @ slopes)
        if not passed and np.isfinite(square) and square > 0:
            fitted = float(claimed @ slopes) / square
            rest = float(np.linalg.norm(claimed - fitted * slopes))
            if rest <= 10 * self.tolerance * size and abs(fitted) > 1e-6:
                factor = fitted
        return ArrayCheck(index, self.parameters[index].shape, error, passed, factor)

    # --- which mistake ---------------------------------------------------------------------------

    def network(self) -> Recognised | None:
        """The architecture, if the outputs show it to be one of the usual ones."""
        for candidate in candidates(self.parameters, self.X.shape[1]):
            for hidden, f, f_prime in HIDDEN:
                for output, g, g_prime in OUTPUT:
                    kinds = Kinds(f, f_prime, g, g_prime)
                    _, activations = slips.forward(
                        self.X, candidate.weights, candidate.biases, kinds
                    )
                    found = activations[-1]
                    near = max(SAME, 1e-2 * self.tolerance)
                    if found.shape == self.outputs.shape and np.allclose(
                        found, self.outputs, rtol=near, atol=near
                    ):
                        return Recognised(candidate, hidden, output, kinds)
        return None

    def named(self, network: Recognised | None) -> list[tuple[str, str, str]]:
        """The known mistakes that give these very gradients: name, words, cost."""
        if network is None:
            return []
        found = []
        for loss in self.losses:
            for name, says, equations, kinds in catalogue(network, loss.name):
                try:
                    dW, db = slips.gradients(
                        equations,
                        self.X,
                        self.Y,
                        network.layers.weights,
                        network.layers.biases,
                        kinds,
                    )
                except ValueError:  # shapes that do not fit: such a mistake does not run here
                    continue
                predicted = network.layers.in_order(dW, db)
                summed = [len(self.X) * np.asarray(g) for g in predicted]
                if self.are_claimed(predicted) or self.are_claimed(summed):
                    found.append((name, says, loss.name))
        return found

    def are_claimed(self, predicted: Sequence[Array]) -> bool:
        for mine, theirs in zip(predicted, self.claimed, strict=True):
            one, other = np.asarray(mine), theirs
            if one.size != other.size:
                return False
            if one.squeeze().shape != other.squeeze().shape:
                return False
            scale = float(np.abs(one).max())
            near = max(SAME, self.tolerance * 1e-2)
            if not np.allclose(one.squeeze(), other.squeeze(), rtol=near, atol=near * scale):
                return False
        return True


def as_subtracted(gradient: Array, parameter: Array) -> Array:
    """A gradient (n,) of a row (1, n) as the row: `p -= eta * gradient` takes it so."""
    if gradient.size != parameter.size:
        return gradient
    try:
        fits = np.broadcast_shapes(gradient.shape, parameter.shape) == parameter.shape
    except ValueError:
        return gradient
    return gradient.reshape(parameter.shape) if fits else gradient


def failures_notes(ran: Ran) -> tuple[str, ...]:
    touched = [f"It {event['what']} {event['path']}" for event in ran.of("touched")]
    return tuple(dict.fromkeys(touched))


def factors(checks: Sequence[ArrayCheck]) -> str:
    """What one factor says, where it is the same for every array or one array has it."""
    wrong = [c for c in checks if not c.passed]
    said = []
    for check in wrong:
        if check.factor is not None:
            said.append(
                f"the gradient of parameters[{check.index}] is {check.factor:.4g} times what it "
                "should be"
            )
    text = "; ".join(said[:4])
    return f"{text[0].upper()}{text[1:]}." if text else ""


def unchanged(z: Array) -> Array:
    return z


def flat_slope(z: Array) -> Array:
    return np.ones_like(z)


HIDDEN = (
    ("sigmoid", slips.sigmoid, slips.sigmoid_prime),
    ("tanh", np.tanh, slips.tanh_prime),
    ("relu", slips.relu, slips.relu_prime),
)
OUTPUT = (
    ("sigmoid", slips.sigmoid, slips.sigmoid_prime),
    ("softmax", slips.softmax, None),
    ("identity", unchanged, flat_slope),
    ("tanh", np.tanh, slips.tanh_prime),
    ("relu", slips.relu, slips.relu_prime),
)


@dataclass(frozen=True)
class Layers:
    """Parameters read as layers: weights (n_out, n_in), biases (n_out,), and where each stood."""

    weights: list[Array]
    biases: list[Array]
    places: tuple[tuple[int, int], ...]
    """For each layer the indices of its weights and biases among the parameters."""
    turned: bool
    """Whether the weights were (n_in, n_out)."""

    def in_order(self, dW: Sequence[Array], db: Sequence[Array]) -> list[Array]:
        """Gradients in the order and form of the parameters."""
        found: list[Array] = [np.zeros(0)] * (2 * len(self.places))
        for (w, b), one, other in zip(self.places, dW, db, strict=True):
            found[w] = np.asarray(one).T if self.turned else np.asarray(one)
            found[b] = np.asarray(other)
        return found


@dataclass(frozen=True)
class Recognised:
    """A network of the usual kind."""

    layers: Layers
    hidden: str
    output: str
    kinds: Kinds

    @property
    def words(self) -> str:
        sizes = [self.layers.weights[0].shape[1], *(len(w) for w in self.layers.weights)]
        names = f"{self.hidden}, {self.output}" if len(sizes) > 2 else self.output
        return f"{'-'.join(str(n) for n in sizes)} {names}"


def candidates(parameters: Sequence[Array], width: int) -> Iterator[Layers]:
    """Ways to read arrays as layers: W, b, W, b, or all W and all b; turned or not."""
    number = len(parameters)
    if number % 2:
        return
    half = number // 2
    for places in (
        tuple((2 * i, 2 * i + 1) for i in range(half)),
        tuple((i, half + i) for i in range(half)),
        tuple((half + i, i) for i in range(half)),
    ):
        for turned in (False, True):
            weights, biases, inputs = [], [], width
            for w, b in places:
                weight = np.asarray(parameters[w], np.float64)
                bias = np.asarray(parameters[b], np.float64).reshape(-1)
                weight = weight.T if turned else weight
                if weight.ndim != 2 or weight.shape != (bias.size, inputs):
                    break
                weights.append(weight)
                biases.append(bias)
                inputs = bias.size
            else:
                yield Layers(weights, biases, places, turned)


def catalogue(network: Recognised, loss: str) -> Iterator[tuple[str, str, Equations, Kinds]]:
    """The mistakes of backpropagation for this network and cost."""
    kinds = network.kinds
    matched = (network.output, loss) in (
        ("sigmoid", "cross-entropy"),
        ("softmax", "log-likelihood"),
    )
    if matched:
        kinds = Kinds(kinds.hidden, kinds.hidden_prime, kinds.output, None)
        yield (
            "extra a(1-a)",
            "The error of the output layer is multiplied by a * (1 - a): with this cost that "
            "factor cancels, delta = a - y.",
            replace(slips.RIGHT, output_slope=lambda z, a, k: a * (1 - a)),
            kinds,
        )
    elif loss != "quadratic" or kinds.output_prime is None:
        return
    for slip in SLIPS:
        if matched and slip.equations.output_slope is not slips.RIGHT.output_slope:
            continue  # there is no slope at the output to go wrong
        yield slip.name, slip.says, slip.equations, kinds
