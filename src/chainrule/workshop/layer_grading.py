"""Layers of somebody's own, each by itself: its gradients held against measured slopes."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from chainrule.ground.words import quoted
from chainrule.workshop import failures
from chainrule.workshop.guarded.answers import LayerFailed, LayerMeasured
from chainrule.workshop.guarded.guard import Guard, memory_for
from chainrule.workshop.guarded.protocol import CheckLayers, Job, Raised
from chainrule.workshop.layer_kinds import Array, Seen
from chainrule.workshop.layer_pairs import judged_together
from chainrule.workshop.layer_report import LayerArray, LayerReport, LayersReport, merged
from chainrule.workshop.layer_slips import by_factor, named_slip, recognised
from chainrule.workshop.returns import came

SECONDS = 60.0
TOLERANCE, COARSE = 1e-5, 2e-2
"""Relative, in float64 and in float32."""
NOTHING = 1e-7
"""An array this small beside the largest is rounding."""
WHOLE_NETWORKS = {"fit", "train", "train_step", "sgd", "evaluate", "train_batch", "train_on_batch"}
"""Functions and methods of a file whose layers are part of a network."""
TARGET_NAMES = {"y", "target", "targets", "labels", "y_true"}


def grade_layers(
    source: bytes, path: Path, guard: Guard, *, seconds: float = SECONDS, seed: int = 0
) -> LayersReport | None:
    """Check every layer of a file by itself; None where it has none.

    A layer is a class with a way forward and one back, as `forward` and `backward`, or two
    functions, as `affine_forward` and `affine_backward`. What it is called with is found by trying.
    """
    first = graded(source, path, guard, seconds, seed)
    if first is None:
        return None
    layers = first.layers
    if not all(layer.passed or layer.mistake or layer.undecided for layer in layers):
        # A step across the kink of a relu looks wrong; with other numbers it is gone.
        again = graded(source, path, guard, seconds, seed + 1)
        better = {each.name: each for each in (again.layers if again else ()) if each.passed}
        layers = tuple(better.get(each.name, each) for each in layers)
    return replace(first, layers=merged(layers))


def graded(
    source: bytes, path: Path, guard: Guard, seconds: float, seed: int
) -> LayersReport | None:
    ran = guard.run(Job(source, str(path), CheckLayers(seed), seconds, memory_for(source)))
    answers = [each for each in ran.answers if isinstance(each, (LayerFailed, LayerMeasured))]
    layers = judged_together(
        [failed(each) if isinstance(each, LayerFailed) else judged(each) for each in answers],
        [each if isinstance(each, LayerMeasured) else None for each in answers],
    )
    raised = ran.of(Raised)
    if raised:
        lines = raised[-1].lines
        message = failures.of_exception(raised[-1])
        line = lines[-1].line if lines else 0
        layers.append(LayerReport(path.name, line, False, f"{path.name}: {message}"))
    elif ran.ending != "done":
        limit = failures.amount(seconds, "second")
        what = f"took longer than {limit}" if ran.ending == "time" else "ended its process"
        layers.append(LayerReport(path.name, 0, False, f"{path.name} {what}"))
    return LayersReport(path.name, tuple(layers)) if layers else None


def failed(each: LayerFailed) -> LayerReport:
    """A layer without a measurement: no pass."""
    how = "does not run" if each.called else "was not checked"
    message = f"`{each.name}` {how}: {each.why}"
    return LayerReport(each.name, each.line, False, message, undecided=not each.called)


def judged(seen: LayerMeasured) -> LayerReport:
    """The verdict on a layer that was measured."""
    name, line = seen.name, seen.line
    if not well_formed(seen):
        return LayerReport(name, line, False, f"`{name}`: its process gave answers of no use")
    if not all(map(whole, (seen.output, seen.upstream, *seen.values, *seen.pairs))):
        return LayerReport(name, line, False, f"`{name}` gives no finite numbers")
    if not seen.steady:
        return LayerReport(
            name,
            line,
            False,
            f"`{name}` gives other outputs for the same input when it is called again: draw from a "
            "generator with a seed, which the check can set back",
        )
    kind = known_kind(seen)
    words = kind if kind else ""
    nothing = [n for n, each in zip(seen.names, seen.claimed, strict=True) if each is None]
    if "x" in nothing:
        return without_its_input(seen, words)
    for each, value, claimed in zip(seen.names, seen.values, seen.claimed, strict=True):
        if claimed is None:
            continue
        fault = wrong_form(claimed, value)
        if fault:
            return LayerReport(
                name, line, False, f"`{name}`: the gradient of `{each}` {fault}", words
            )
    checks = all_checks(seen)
    wrong = [check.name for check in checks if not check.passed]
    if wrong:
        report = LayerReport(name, line, False, message_of(name, checks, wrong), words)
        return replace(with_mistake(report, seen, checks), arrays=checks)
    if nothing:
        message = f"`{name}` is right as far as it goes; it gives no gradient of {quoted(nothing)}"
        return LayerReport(name, line, False, message, words, arrays=checks)
    message = f"`{name}` is right"
    explanation = ""
    if seen.upstream.size > 1 and np.count_nonzero(seen.upstream) == 1:
        explanation = "Right for an error with one entry that is not 0, as that of -log(a)."
    return LayerReport(name, line, True, message, words, explanation=explanation, arrays=checks)


def without_its_input(seen: LayerMeasured, words: str) -> LayerReport:
    """The verdict on a layer that gives no gradient of its input: the first one needs none."""
    name = seen.name
    message = f"`{name}` gives no gradient of its input back"
    message += ": is a `return` missing?"
    others = zip(seen.values[1:], seen.claimed[1:], strict=True)
    whole_ones = all(each is not None and not wrong_form(each, value) for value, each in others)
    checks = all_checks(seen) if whole_ones and len(seen.names) > 1 else ()
    enough = bool(checks) and all(check.passed for check in checks)
    if enough:
        message += " The others are right: enough for the first layer alone"
    return LayerReport(name, seen.line, False, message, words, arrays=checks, undecided=enough)


def well_formed(seen: LayerMeasured) -> bool:
    """Whether the answers go together: code that forges them is free in what it sends."""
    fields = (seen.values, seen.claimed, seen.places, seen.steps, seen.pairs, seen.ways)
    lists = (seen.names, *fields)
    if not all(isinstance(each, list) and len(each) == len(seen.names) for each in lists):
        return False
    if not seen.names or seen.names[0] != "x" or len(set(seen.names)) < len(seen.names):
        return False
    arrays = (seen.output, seen.upstream, *seen.values, *seen.steps, *seen.pairs, *seen.ways)
    if not all(isinstance(each, np.ndarray) and each.dtype.kind == "f" for each in arrays):
        return False
    if seen.upstream.shape != seen.output.shape:
        return False
    rows = zip(seen.values, seen.places, seen.steps, seen.pairs, seen.ways, strict=True)
    for value, places, steps, pairs, ways in rows:
        if not isinstance(places, np.ndarray) or places.dtype.kind not in "iu" or places.ndim != 1:
            return False
        number = len(places) + len(ways)
        if ways.shape != (len(ways), value.size) or steps.shape != (number,):
            return False
        if pairs.shape != (number, 2, seen.output.size) or not (steps > 0).all():
            return False
        if not len(places) or places.min() < 0 or places.max() >= value.size:
            return False
    return True


def whole(values: Any) -> bool:
    return isinstance(values, np.ndarray) and bool(np.isfinite(values).all())


def wrong_form(claimed: Any, value: Array) -> str:
    """What is wrong with the form of a gradient."""
    if not isinstance(claimed, np.ndarray) or claimed.dtype.kind not in "fiub":
        return f"is {came(claimed)}: expected an array of numbers"
    if not np.isfinite(claimed).all():
        return "has NaN or infinity in it"
    if bare(claimed.shape) == bare(value.shape):
        return ""
    turned = ". It is transposed" if claimed.shape == value.shape[::-1] else ""
    return f"has shape {claimed.shape}: expected {value.shape}{turned}"


def bare(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(n for n in shape if n != 1)


def all_checks(seen: LayerMeasured) -> tuple[LayerArray, ...]:
    """Each gradient beside its slopes: at single places, and along directions of the whole."""
    tolerance = COARSE if seen.coarse else TOLERANCE
    G = seen.upstream.ravel()
    slopes = [
        ((pairs[:, 0] - pairs[:, 1]) @ G) / steps
        for pairs, steps in zip(seen.pairs, seen.steps, strict=True)
    ]
    sizes = [
        float(np.sqrt(np.mean(s[: len(p)] ** 2))) for s, p in zip(slopes, seen.places, strict=True)
    ]
    floor = max(NOTHING * max(sizes, default=0.0), 1e-9)
    checks = []
    rows = zip(seen.names, seen.values, seen.claimed, seen.places, slopes, seen.ways, strict=True)
    for name, value, claimed, places, measured, ways in rows:
        if claimed is None:
            continue
        flat = np.asarray(claimed, np.float64).ravel()
        mine = np.concatenate([flat[places], ways @ flat])
        gaps = np.abs(mine - measured)
        at, along = slice(0, len(places)), slice(len(places), None)
        size = max(float(np.linalg.norm(mine[at])), float(np.linalg.norm(measured[at])),
                   floor * np.sqrt(len(places)))  # fmt: skip
        length = max(float(np.linalg.norm(flat)), floor * np.sqrt(flat.size))
        error = max(
            float(np.linalg.norm(gaps[at])) / size,
            float(gaps[along].max(initial=0.0)) / (10 * length),
        )
        passed = error <= tolerance
        square = float(measured @ measured)
        factor = None
        if not passed and square > 0:
            fitted = float(mine @ measured) / square
            rest = float(np.linalg.norm(mine - fitted * measured))
            if rest <= 0.01 * float(np.linalg.norm(mine)) and abs(fitted - 1) > 3 * tolerance:
                factor = fitted
        checks.append(LayerArray(name, value.shape, error, passed, factor))
    return tuple(checks)


def message_of(name: str, checks: Sequence[LayerArray], wrong: Sequence[str]) -> str:
    """Which gradients are wrong, and what of one that is right but for a factor."""
    right = [check.name for check in checks if check.passed]
    verb = "is" if len(wrong) == 1 else "are"
    noun = "gradient" if len(wrong) == 1 else "gradients"
    message = f"`{name}`: the {noun} of {quoted(wrong, 'and')} {verb} wrong"
    factors = [check.factor for check in checks if not check.passed]
    if all(factor is not None and abs(factor - (factors[0] or 0)) < 1e-3 for factor in factors):
        message += f", {factors[0]:.4g} times what {'it' if len(wrong) == 1 else 'they'} should be"
    return message + (
        f"; right {'is' if len(right) == 1 else 'are'} {quoted(right, 'and')}" if right else ""
    )


def seen_of(each: LayerMeasured) -> Seen:
    parameters = dict(zip(each.names[1:], each.values[1:], strict=True))
    return Seen(each.values[0], each.output, each.upstream, parameters)


def known_kind(each: LayerMeasured) -> str | None:
    known = recognised(seen_of(each))
    return None if known is None else known.words


def with_mistake(
    report: LayerReport, each: LayerMeasured, checks: Sequence[LayerArray]
) -> LayerReport:
    """The report with the name of the mistake, where one leads to these very gradients."""
    claimed = {
        name: np.asarray(g, np.float64)
        for name, g in zip(each.names, each.claimed, strict=True)
        if g is not None
    }
    slip = named_slip(seen_of(each), claimed, COARSE if each.coarse else 1e-6)
    if slip is None:
        return by_one_factor(report, each, checks)
    return replace(report, mistake=slip.name, explanation=slip.says)


def by_one_factor(
    report: LayerReport, each: LayerMeasured, checks: Sequence[LayerArray]
) -> LayerReport:
    """The report with the name of a factor in the one gradient that is wrong."""
    wrong = [check for check in checks if not check.passed]
    if len(wrong) != 1 or not wrong[0].factor:
        return report
    named = by_factor(wrong[0].factor, each.values[0])
    if named is None:
        return report
    name = named[0] if len(checks) == 1 else f"{named[0]} in d{wrong[0].name}"
    return replace(report, mistake=name, explanation=named[1])


# --- whether a file is of layers alone ----------------------------------------------------------


def layers_alone(source: bytes) -> bool:
    """Whether a file's text shows layers, and nothing that trains a network of them."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    names = {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}
    back = {name for name in names if "backward" in name or "bprop" in name}
    held = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in ("layers", "layer")
    }
    parts = [tree, *(node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))]
    takes_targets = any(only_back_takes_targets(part.body, back) for part in parts)
    together = names & WHOLE_NETWORKS or held or takes_targets or called_beside(tree, back)
    return bool(back) and not together


def called_beside(tree: ast.Module, back: set[str]) -> bool:
    """Whether a way back is called as a method, or outside of another: layers are put together."""
    inside = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef) and function.name in back
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Attribute) and node.func.attr in back:
            return True
        if isinstance(node.func, ast.Name) and node.func.id in back and id(node) not in inside:
            return True
    return False


def only_back_takes_targets(body: Sequence[ast.stmt], back: set[str]) -> bool:
    """Whether a way back takes targets and no way forward does: a cost takes them on both."""
    functions = [node for node in body if isinstance(node, ast.FunctionDef)]
    taking = {
        node.name for node in functions if {a.arg.lower() for a in node.args.args} & TARGET_NAMES
    }
    return bool(taking & back) and not any("forward" in name for name in taking)
