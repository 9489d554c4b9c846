"""Each layer of a file called, and its output measured with every input and parameter moved."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.workshop.guarded.answers import LayerFailed, LayerMeasured
from chainrule.workshop.guarded.layers import making
from chainrule.workshop.guarded.layers.called import (
    Array,
    Layer,
    NoLayer,
    call_of,
    instances,
    is_cost,
    moving,
    others,
    unknown_arguments,
)
from chainrule.workshop.guarded.layers.claimed import claims
from chainrule.workshop.guarded.layers.units import Unit, is_inherited_from, objects_of, units
from chainrule.workshop.guarded.loading import own_lines
from chainrule.workshop.guarded.protocol import (
    CheckLayers,
    Job,
    Loaded,
)
from chainrule.workshop.guarded.recognition import statements
from chainrule.workshop.guarded.recognition.reachable import is_floats, walk
from chainrule.workshop.guarded.recognition.state import Kept
from chainrule.workshop.guarded.recognition.time_limit import TooLong, within

if TYPE_CHECKING:
    from chainrule.workshop.guarded.child import Tell, Warnings

MOST_LAYERS = 40
A_LAYER, A_CALL = 8.0, 1.0
"""Seconds."""
MOST_PLACES, MOST_OF_COST, DIRECTIONS = 16, 100, 2
STEP, COARSE_STEP = 1e-6, 3e-3
NEAR = 1e-4
RIGHT_SHAPES, RAN = 2, 1


def task(_: ModuleType, job: Job, tell: Tell, heard: Warnings) -> None:
    """Run the file as far as it goes, and measure its layers one by one."""
    asked = job.task
    assert isinstance(asked, CheckLayers)
    module, tree, _left = statements.load(job.source, job.path)
    tell(Loaded())
    for number, unit in enumerate(units(module, tree)):
        if number == MOST_LAYERS:
            break
        for answer in answers(unit, module, job, [asked.seed, number]):
            tell(answer)


def answers(
    unit: Unit, module: ModuleType, job: Job, seeds: list[int]
) -> Iterator[LayerFailed | LayerMeasured]:
    """The measurement of a layer, or why there is none; of what others are made from, nothing.

    Where it is not known how to make one, the objects that the file itself made are measured.
    """
    rng = np.random.default_rng(seeds)
    try:
        with within(A_LAYER):
            layer = best(unit, module, rng)
            found = [] if layer.empty else [measured(layer, rng)]
        yield from found
    except TooLong:
        yield LayerFailed(unit.name, f"it took longer than {A_LAYER:g} s", unit.line, False)
    except NoLayer as fault:
        made = [] if unit.kind is None or unit.instance is not None else objects_of(unit, module)
        measurements = [answer for each in made for answer in answers(each, module, job, seeds)]
        yield from measurements
        if not measurements and not is_inherited_from(unit, module):
            yield LayerFailed(unit.name, str(fault), unit.line, False)
    except NotImplementedError:
        return  # what others are made from
    except Exception as fault:
        lines = own_lines(fault, job.source, job.path)
        words = f"{type(fault).__name__}: {text(fault)}"
        line = lines[-1].line if lines else unit.line
        yield LayerFailed(unit.name, words, line, bool(lines))


def best(unit: Unit, module: ModuleType, rng: np.random.Generator) -> Layer:
    """The first way to call a layer in which all gradients have the right shape; else one that ran.

    Raises what its own code raised where it does not run at all.
    """
    ran: Layer | None = None
    fault: Exception | None = None
    abstract, why = False, ""
    for instance in instances(unit):
        widths = widths_of(instance)
        for X in making.inputs(making.place_of(unit.plain_name), widths, rng):
            call = call_of(unit.forward, instance)
            if is_cost(unit, instance) and X.ndim == 2:  # of probabilities, one row an example
                X = np.exp(X) / np.exp(X).sum(1, keepdims=True)
            for more in others(call, unit, X):
                try:
                    with within(A_CALL):
                        layer = bound(unit, module, instance, X, more)
                except NotImplementedError:
                    abstract = True
                    continue
                except Exception as caught:  # an input of another shape than it takes
                    why = why or refusal(unit, X, caught)
                    continue
                try:
                    with within(A_CALL):
                        claimed = claims(layer)[0]
                except NotImplementedError:
                    abstract = True
                    continue
                except Exception as caught:
                    fault = fault or caught
                    continue
                values = {"x": X, **layer.parameters}
                if all(
                    claimed.get(name) is not None and same(claimed[name], value)
                    for name, value in values.items()
                ):
                    return layer
                if ran is None or lacking(claimed) < lacking(claims(ran)[0]):
                    ran = layer
    if ran is not None:
        return ran
    if fault is not None:
        raise fault
    if abstract:
        raise NotImplementedError
    raise NoLayer(why)


def refusal(unit: Unit, X: Array, fault: Exception) -> str:
    """Why a layer gave nothing for an input."""
    if isinstance(fault, NoLayer):
        return str(fault)
    ours = isinstance(fault, (TypeError, ValueError, IndexError, AttributeError))
    if unit.kind is not None and unit.instance is None and ours and required(unit.kind):
        return unknown_arguments(unit.kind)  # they are ours
    return (
        "it takes none of the inputs that were tried: rows, columns, images, sequences; with an "
        f"input of shape {X.shape} it raises {type(fault).__name__}: {text(fault)}"
    )


def required(kind: type) -> bool:
    """Whether a class is not made without arguments."""
    parameters = inspect.signature(kind).parameters.values()
    plain = [p for p in parameters if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    return any(p.default is p.empty for p in plain)


def text(fault: Exception) -> str:
    """Its message, of which reading may raise."""
    try:
        return str(fault)[:150]
    except Exception as second:
        return f"(its message raises {type(second).__name__})"


def lacking(claimed: dict[str, Any]) -> int:
    return sum(each is None for each in claimed.values())


def same(gradient: Any, value: Array) -> bool:
    """Whether a gradient has the shape of what it belongs to, but for axes of length 1."""
    one = tuple(n for n in np.shape(gradient) if n != 1)
    return one == tuple(n for n in value.shape if n != 1)


def widths_of(instance: Any) -> list[int]:
    """The sizes of the arrays that an object holds."""
    tables = [a for _, a in walk({"self": instance}) if is_floats(a)]
    return [n for a in tables for n in reversed(a.shape) if 1 < n < 100]


def bound(unit: Unit, module: ModuleType, instance: Any, X: Array, more: dict[str, Any]) -> Layer:
    """The layer with this input, once it has been through: what it holds then is kept."""
    own = {
        name: value
        for name, value in more.items()
        if instance is None and isinstance(value, np.ndarray) and value.dtype.kind == "f"
    }
    targets = {"y", "t"} if instance is None else set()
    parameters = {name: value for name, value in own.items() if name not in targets}
    settings = {name: value for name, value in more.items() if name not in parameters}
    layer = Layer(unit, module, instance, X, settings, parameters=parameters)
    output, _ = layer.forward()
    layer.kept = Kept(module.__dict__, {"self": instance})
    if instance is not None:
        healthy(instance, layer)
        layer.parameters, layer.paths = moving(layer)
        output = layer.again()
    if layer.cost:
        layer.upstream = np.full(output.shape, 1 / max(output.size, 1))
    elif output.ndim:
        layer.upstream = np.random.default_rng(3).normal(0, 1, output.shape)
    return layer


def healthy(instance: Any, layer: Layer) -> None:
    """Put other numbers in arrays that are all 0, or all alike: a wrong gradient can hide there."""
    rng = np.random.default_rng(13)
    for _, array in walk({"self": instance}):
        if is_floats(array) and array.size > 1 and np.ptp(array) < 1e-2:
            array += 0.3 * rng.standard_normal(array.shape).astype(array.dtype)
    layer.kept = Kept(layer.module.__dict__, {"self": instance})


def measured(layer: Layer, rng: np.random.Generator) -> LayerMeasured:
    """Its claimed gradients, and its outputs with its input and its parameters moved."""
    output = layer.again().astype(np.float64)
    steady = np.array_equal(output, layer.again())
    coarse = layer.again().dtype.itemsize < 8 or any(
        array.dtype.itemsize < 8 for array in layer.live()
    )
    readings = claims(layer)
    like_cost = not layer.parameters and output.size in (1, len(layer.X))
    values = {"x": layer.X, **layer.parameters}
    places, steps, pairs, ways = [], [], [], []
    for value in values.values():
        start = value.copy()
        most = MOST_OF_COST if like_cost else MOST_PLACES
        some = np.sort(rng.choice(value.size, min(most, value.size), replace=False))
        along = rng.standard_normal((DIRECTIONS, value.size))
        moves = [np.eye(1, value.size, int(place))[0] for place in some]
        step = COARSE_STEP if coarse else STEP
        outs = []
        for move in [*moves, *along]:
            both = []
            for sign in (1, -1):
                assert layer.kept is not None
                layer.kept.put_back()
                value[...] = start + sign * step * move.reshape(value.shape)
                both.append(layer.forward()[0].astype(np.float64).ravel())
                value[...] = start
            outs.append(both)
        places.append(some)
        steps.append(np.full(len(outs), 2 * step))
        pairs.append(np.array(outs))
        ways.append(along)
    line = layer.unit.line
    upstream = layer.upstream
    lists = [[each.get(name) for name in values] for each in readings]
    claimed = min(lists, key=lambda each: distance(each, upstream, steps, pairs, ways))
    if gives_probabilities(output) and distance(claimed, upstream, steps, pairs, ways) > NEAR:
        one = one_entry(output)
        layer.upstream = one
        alone = [claims(layer)[0].get(name) for name in values]
        if distance(alone, one, steps, pairs, ways) <= NEAR:
            claimed, upstream = alone, one
    return LayerMeasured(
        layer.unit.name, line, output, upstream, list(values),
        [value.astype(np.float64) for value in values.values()],
        claimed, places, steps, pairs, ways, bool(steady), coarse,
    )  # fmt: skip


def gives_probabilities(output: Array) -> bool:
    """Whether an output is that of a softmax for one example."""
    return output.size > 1 and bool((output > 0).all()) and abs(float(output.sum()) - 1) < NEAR


def one_entry(output: Array) -> Array:
    """An error from above as -log(a) has it, of one class."""
    error = np.zeros(output.size)
    error[1] = -1 / float(output.ravel()[1])
    return error.reshape(output.shape)


def distance(
    claimed: list[Any], upstream: Array, steps: list[Array], pairs: list[Array], ways: list[Array]
) -> float:
    """How far the gradients of a reading are from the slopes along the last moves."""
    total = 0.0
    for array, step, both, along in zip(claimed, steps, pairs, ways, strict=True):
        measured = ((both[:, 0] - both[:, 1]) @ upstream.ravel() / step)[-len(along) :]
        if array is None or np.size(array) != along.shape[1]:
            return np.inf
        total += float(np.abs(along @ np.ravel(array) - measured).sum())
    return total if np.isfinite(total) else np.inf
