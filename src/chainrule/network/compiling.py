"""The network's equations as straight-line programs: forward, backward, update.

This file is where each equation of the network stands, once. In memory an example is a column:
`x` (n0, m), `z1`, `a1`, `delta1` (n1, m), so that the calls read as the equations on paper do.
BP1 to BP4 are the four equations of backpropagation: Nielsen, chapter 2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from chainrule.network.activations import LEAK
from chainrule.network.architecture import Architecture
from chainrule.network.calls import MOST_PARTS
from chainrule.network.costs import cost, error
from chainrule.network.optimizers import SGD, Optimizer
from chainrule.network.parameters import blocks, row_length, views, weights_only
from chainrule.network.penalty import Penalty
from chainrule.network.program import Array, Program, Step, aligned

BLOCK = 131_072
"""Parameters in one block of an update: 512 KiB in float32. A shorter block stays in a core's own
cache from one call to the next, but there are more calls."""


# --- forward ---------------------------------------------------------------------------------


def layer_input(layer: int, dropout: Sequence[float]) -> str:
    """What layer `layer` multiplies by its weights."""
    if layer == 1:
        return "x"
    below = layer - 1
    return f"dropped{below}" if dropout[below - 1] else f"a{below}"


def with_ones(name: str) -> str:
    """The buffer that has a row of ones under it."""
    return f"[{name}; 1]"


def with_a_row(name: str) -> str:
    """The buffer that has a row under it which is not used."""
    return f"[{name}; _]"


def forward_steps(
    architecture: Architecture, dropout: Sequence[float], *, draw_masks: bool = True
) -> Iterator[Step]:
    """z = W a + b and a = f(z), layer after layer. Nielsen, chapter 2, eq. (25)."""
    for layer in range(1, architecture.layers + 1):
        below, z = layer_input(layer, dropout), f"z{layer}"
        w, b = f"W{layer}", f"b{layer}"
        yield Step("dot", (f"[{w} {b}]", with_ones(below)), z, f"{z} = {w} @ {below} + {b}")
        yield from architecture.activation(layer).forward(layer)
        if layer < architecture.layers and dropout[layer - 1]:
            yield from dropout_steps(layer, draw_masks)


def dropout_steps(layer: int, draw_masks: bool) -> Iterator[Step]:
    """Inverted dropout: a neuron is left out with probability p, the others grow by 1/(1-p).

    Srivastava and others, 2014, section 10.
    """
    mask, keep = f"mask{layer}", f"1-p{layer}"
    if draw_masks:
        yield Step("random", (), mask, f"{mask} = 1/(1-p) with probability 1-p, else 0")
        yield Step("add", (mask, keep), mask)
        yield Step("floor", (mask,), mask)
        yield Step("divide", (mask, keep), mask)
    dropped, a = f"dropped{layer}", f"a{layer}"
    yield Step("multiply", (a, mask), dropped, f"{dropped} = {mask} * {a}")


def cost_steps(architecture: Architecture) -> Iterator[Step]:
    """C, the mean over the examples, without the penalty."""
    yield from cost(architecture.cost).value(architecture.layers)
    yield Step("multiply", ("C", "1/m"), "C")


# --- backward --------------------------------------------------------------------------------


def backward_steps(
    architecture: Architecture,
    dropout: Sequence[float],
    penalty: Penalty,
    *,
    times_eta: bool = False,
) -> Iterator[Step]:
    """BP1 and BP2 from the last layer to the first, then BP3 and BP4 for every layer.

    [a1; 1] is a1 with a row of ones under it, and [W2 b2] is W2 with b2 as its last column: one
    product gives BP3 and BP4.

    With a penalty the gradient of the weights is that of C0, the cost without it, so far. BP2
    multiplies by [W b] rather than by W: the part of a block is copied before a product, a whole
    block is not. The derivative by the row of ones comes out under delta and is not used.

    `times_eta` gives eta * dC/dW = (eta * delta) @ a.T, which is what gradient descent subtracts:
    eta is put on delta (n, m), a far smaller matrix than dC/dW (n, n_in).
    """
    last = architecture.layers
    c = "C0" if penalty else "C"
    for layer in range(last, 0, -1):
        delta = f"delta{layer}"
        if layer == last:
            yield from tagged("BP1", error(layer, cost(architecture.cost).partner))
            if architecture.matched:
                continue
        else:
            above = layer + 1
            masked = dropout[layer - 1] > 0
            fed = layer_input(above, dropout)
            upstream = f"BP2: dC/d{fed} = W{above}.T @ delta{above}"
            block = f"[W{above} b{above}].T"
            yield Step("dot", (block, f"delta{above}"), with_a_row(delta), upstream)
            if masked:
                mask = f"mask{layer}"
                chained = f"dC/da{layer} = dC/ddropped{layer} * {mask}"
                yield Step("multiply", (delta, mask), delta, chained)
        yield from architecture.activation(layer).backward(layer)
    for layer in range(last, 0, -1):
        delta, below = f"delta{layer}", layer_input(layer, dropout)
        block, ones = f"[W{layer} b{layer}]", f"{with_ones(below)}.T"
        if times_eta:
            scaled = f"eta*{delta}"
            both = f"BP3, BP4: eta*d{c}/d{block} = {scaled} @ {ones}"
            yield Step("multiply", (delta, "eta"), scaled, f"{scaled} = eta * {delta}")
            yield Step("dot", (scaled, ones), f"eta*dC/d{block}", both)
        else:
            bp3 = f"BP3: d{c}/db{layer} = {delta} @ ones"
            bp4 = f"BP4: d{c}/dW{layer} = {delta} @ {below}.T"
            yield Step("dot", (delta, ones), f"dC/d{block}", f"{bp3}; {bp4}")


def tagged(tag: str, steps: Sequence[Step]) -> Iterator[Step]:
    """The steps, the first equation marked with the name it has in the book."""
    for number, step in enumerate(steps):
        yield replace(step, equation=f"{tag}: {step.equation}") if number == 0 else step


def penalty_steps(penalty: Penalty, block: Callable[[str], str]) -> Iterator[Step]:
    """The penalty's part of the gradient: dC/dW = dC0/dW + (lam/n) W + (l1/n) sign(W).

    lam/n and l1/n are 0 for the biases.
    """
    w, gradient, part = block("parameters"), block("gradients"), block("penalty")
    if penalty.l2:
        yield Step("multiply", (w, block("lam/n")), part, "dC/dW = dC0/dW + lam/n * W, for every W")
        yield Step("add", (gradient, part), gradient)
    if penalty.l1:
        before = "dC" if penalty.l2 else "dC0"
        said = f"dC/dW = {before}/dW + l1/n * sign(W), for every W"
        yield Step("sign", (w,), part, said)
        yield Step("multiply", (part, block("l1/n")), part)
        yield Step("add", (gradient, part), gradient)


# --- update ----------------------------------------------------------------------------------


def decays(optimizer: Optimizer, penalty: Penalty) -> bool:
    """Whether L2 takes its other form, which saves a pass over the weights.

    w = (1 - eta * lam/n) w - eta dC0/dw: Nielsen, chapter 3, eq. (93).
    """
    return isinstance(optimizer, SGD) and penalty.l2 > 0 and not penalty.l1


def eta_on_delta(optimizer: Optimizer, penalty: Penalty) -> bool:
    """Whether the step needs eta * dC/dW and nothing is added to dC/dW before."""
    return optimizer.descends and (not penalty or decays(optimizer, penalty))


def decay_steps(architecture: Architecture) -> Iterator[Step]:
    """Every weight shrinks, no bias does.

    One number times everything is a stretch of memory read once; the few biases are kept aside.
    """
    biases = [f"b{layer}" for layer in range(1, architecture.layers + 1)]
    for bias in biases:
        yield Step("copy", (bias,), f"kept {bias}", f"kept {bias} = {bias}")
    shrink = "w = (1 - eta*lam/n) * w, for every W"
    yield Step("multiply", ("parameters", "1-eta*lam/n"), "parameters", shrink)
    for bias in biases:
        yield Step("copy", (f"kept {bias}",), bias, f"{bias} = kept {bias}")


def update_steps(
    architecture: Architecture,
    optimizer: Optimizer,
    penalty: Penalty,
    names: Sequence[Callable[[str], str]],
) -> Iterator[Step]:
    """The optimiser's steps, block by block; a penalty joins the gradient just before."""
    yield from optimizer.each_step()
    if decays(optimizer, penalty):
        yield from decay_steps(architecture)
    for number, block in enumerate(names):
        for step in block_steps(optimizer, penalty, block):
            yield replace(step, block=number)


def block_steps(
    optimizer: Optimizer, penalty: Penalty, block: Callable[[str], str]
) -> Iterator[Step]:
    """The update of one block of the parameters."""
    update = optimizer.update(block)
    if decays(optimizer, penalty):
        update = [replace(step, equation=step.equation.replace("dC", "dC0")) for step in update]
    else:
        yield from penalty_steps(penalty, block)
        if optimizer.descends and penalty:
            step = block("step")
            yield Step("multiply", (block("gradients"), "eta"), step, "step = eta * dC/dw")
    yield from update


# --- buffers ---------------------------------------------------------------------------------


def constant(value: float, dtype: np.dtype[Any]) -> Array:
    """A number as a 0-d array."""
    return np.array(value, dtype)


def batch_buffers(
    architecture: Architecture, m: int, dtype: np.dtype[Any], dropout: Sequence[float]
) -> dict[str, Array]:
    """The buffers of a mini-batch of `m` examples: rows `X` (m, n0), columns for the rest."""
    sizes, last = architecture.sizes, architecture.layers
    buffers = {
        **input_buffers(architecture, aligned((m, row_length(architecture, 1)), dtype)),
        "y": aligned((sizes[-1], m), dtype),
        "c": aligned((sizes[-1], m), dtype),
        "c2": aligned((sizes[-1], m), dtype),
        "C": np.zeros((), np.float64),
        "0": constant(0.0, dtype),
        "1": constant(1.0, dtype),
        "1/2": constant(0.5, dtype),
        "1/m": constant(1 / m, dtype),
        "z_max": constant(float(np.floor(np.log(np.finfo(dtype).max))), dtype),
        str(LEAK): constant(LEAK, dtype),
    }
    for layer, size in enumerate(sizes[1:], 1):
        kind = architecture.activation(layer)
        names = [f"z{layer}", f"{kind.symbol}'(z{layer})"]
        names += [name.format(l=layer) for name in kind.scratch]
        buffers |= {name: aligned((size, m), dtype) for name in names}
        columns = (*kind.column_scratch, *cost(architecture.cost).column_scratch)
        buffers |= {name.format(l=layer): aligned((m,), dtype) for name in columns}
        buffers[f"ones{layer}"] = np.ones(size, dtype)
        buffers[f"zeros{layer}"] = aligned((size, m), dtype)
        stacked = aligned((size + 1, m), dtype)
        delta = f"delta{layer}"
        buffers |= {delta: stacked[:size], with_a_row(delta): stacked}
        outputs = [f"a{layer}"]
        if layer < last and dropout[layer - 1]:
            outputs.append(f"dropped{layer}")
            buffers[f"mask{layer}"] = aligned((size, m), dtype)
            buffers[f"1-p{layer}"] = constant(1 - dropout[layer - 1], dtype)
        for name in outputs:
            stacked = aligned((size + 1, m), dtype)
            stacked[size] = 1
            buffers |= {name: stacked[:size], with_ones(name): stacked}
    return buffers


def input_buffers(architecture: Architecture, rows: Array) -> dict[str, Array]:
    """The inputs `X` (m, n0), rows in the memory of `rows` with ones after them, and columns."""
    n0 = architecture.sizes[0]
    rows[:, n0] = 1
    return {"X": rows[:, :n0], "x": rows[:, :n0].T, with_ones("x"): rows.T}


def parameter_buffers(architecture: Architecture, parameters: Array) -> dict[str, Array]:
    """`[W1 b1]`, `W1`, `b1`, `[W2 b2]`, ..."""
    return {**blocks(parameters, architecture), **views(parameters, architecture)}


def gradient_buffers(
    architecture: Architecture, gradients: Array, times: str = ""
) -> dict[str, Array]:
    """`dC/d[W1 b1]`, `dC/dW1`, `dC/db1`, `dC/d[W2 b2]`, ..., with `times` before each name."""
    named = parameter_buffers(architecture, gradients)
    return {f"{times}dC/d{name}": part for name, part in named.items()}


def penalty_buffers(architecture: Architecture, penalty: Penalty, dtype: Any) -> dict[str, Array]:
    """`lam/n` and `l1/n`, one number a parameter, where there is such a penalty."""
    rates = {"lam/n": penalty.l2 / penalty.n, "l1/n": penalty.l1 / penalty.n}
    return {
        name: weights_only(architecture, rate).astype(dtype) for name, rate in rates.items() if rate
    }


def update_buffers(
    architecture: Architecture,
    optimizer: Optimizer,
    penalty: Penalty,
    parameters: Array,
    gradients: Array,
    state: Mapping[str, Array],
) -> tuple[dict[str, Array], list[Callable[[str], str]]]:
    """The buffers of an update, in blocks, and for each block the map from name to its part.

    A block is short enough to stay in the processor's cache while every step of an update
    passes over it.
    """
    dtype = parameters.dtype
    buffers = {name: constant(value, dtype) for name, value in optimizer.scalars().items()}
    for name, value in optimizer.doubles().items():
        buffers[name] = constant(value, np.dtype(np.float64))
    buffers["1"] = constant(1.0, dtype)
    buffers["eta"] = constant(optimizer.learning_rate, dtype)
    whole = {
        "parameters": parameters,
        "gradients": gradients,
        "step": gradients,
        **{name: state[name] for name in optimizer.state},
        **penalty_buffers(architecture, penalty, dtype),
    }
    if decays(optimizer, penalty):
        buffers["1-eta*lam/n"] = constant(1.0, dtype)
        for layer, size in enumerate(architecture.sizes[1:], 1):
            buffers[f"kept b{layer}"] = aligned((size,), dtype)
    length = min(BLOCK, parameters.size)
    starts = range(0, parameters.size, length)
    reused = [
        {name: aligned((length,), dtype) for name in ("scratch", "penalty")}
        for _ in starts[:MOST_PARTS]
    ]
    names: list[Callable[[str], str]] = []
    for number, start in enumerate(starts):
        suffix = f"[{number}]" if len(starts) > 1 else ""
        stop = min(start + length, parameters.size)
        buffers |= {name + suffix: array[start:stop] for name, array in whole.items()}
        for name, array in reused[number % MOST_PARTS].items():
            buffers[name + suffix] = array[: stop - start]
        names.append(lambda name, suffix=suffix: name + suffix)
    return {**whole, **buffers}, names


# --- programs --------------------------------------------------------------------------------


def forward_program(architecture: Architecture, parameters: Array, m: int) -> Program:
    """Forward for `m` examples, without dropout."""
    no_dropout = [0.0] * architecture.layers
    buffers = batch_buffers(architecture, m, parameters.dtype, no_dropout)
    buffers |= parameter_buffers(architecture, parameters)
    steps = tuple(forward_steps(architecture, no_dropout))
    return Program(f"{architecture}, forward, {m} examples", steps, buffers)


def cost_program(
    architecture: Architecture, parameters: Array, m: int, dropout: Sequence[float] = ()
) -> Program:
    """Forward and the cost, without the penalty, for `m` examples; masks are given, not drawn."""
    rates = dropout or [0.0] * architecture.layers
    buffers = batch_buffers(architecture, m, parameters.dtype, rates)
    buffers |= parameter_buffers(architecture, parameters)
    steps = (
        *forward_steps(architecture, rates, draw_masks=False),
        *cost_steps(architecture),
    )
    return Program(f"{architecture}, forward and cost, {m} examples", steps, buffers)


def gradient_program(
    architecture: Architecture,
    parameters: Array,
    m: int,
    penalty: Penalty,
    dropout: Sequence[float],
) -> Program:
    """Forward, the cost and every gradient, for `m` examples; masks are given, not drawn."""
    dtype = parameters.dtype
    gradients = aligned((parameters.size,), dtype)
    buffers = {
        **batch_buffers(architecture, m, dtype, dropout),
        **parameter_buffers(architecture, parameters),
        **gradient_buffers(architecture, gradients),
        **penalty_buffers(architecture, penalty, dtype),
        "parameters": parameters,
        "gradients": gradients,
        "penalty": np.empty_like(parameters),
    }
    steps = (
        *forward_steps(architecture, dropout, draw_masks=False),
        *cost_steps(architecture),
        *backward_steps(architecture, dropout, penalty),
        *penalty_steps(penalty, lambda name: name),
    )
    return Program(f"{architecture}, forward and backward, {m} examples", steps, buffers)


def training_program(
    architecture: Architecture,
    m: int,
    dropout: Sequence[float],
    optimizer: Optimizer,
    penalty: Penalty,
    shared: Mapping[str, Array],
    names: Sequence[Callable[[str], str]],
) -> Program:
    """Forward, backward and update for mini-batches of `m`.

    `shared` holds the parameters, the gradients and the optimiser's buffers, so that the program
    of a short last mini-batch works on the same ones.
    """
    dtype = shared["1"].dtype
    times_eta = eta_on_delta(optimizer, penalty)
    buffers = {**batch_buffers(architecture, m, dtype, dropout), **shared}
    if times_eta:
        buffers |= {
            f"eta*delta{layer}": aligned((size, m), dtype)
            for layer, size in enumerate(architecture.sizes[1:], 1)
        }
    steps = (
        *forward_steps(architecture, dropout),
        *backward_steps(architecture, dropout, penalty, times_eta=times_eta),
        *update_steps(architecture, optimizer, penalty, names),
    )
    title = f"{architecture}: one step on a mini-batch of {m}, {optimizer.name}, {dtype}"
    return Program(title, steps, buffers)


def shared_buffers(
    architecture: Architecture,
    parameters: Array,
    optimizer: Optimizer,
    penalty: Penalty,
    state: Mapping[str, Array],
) -> tuple[dict[str, Array], list[Callable[[str], str]]]:
    """What every training program of one run works on together, and the names of its blocks."""
    gradients = aligned((parameters.size,), parameters.dtype)
    times = "eta*" if eta_on_delta(optimizer, penalty) else ""
    updates, names = update_buffers(architecture, optimizer, penalty, parameters, gradients, state)
    shared = {
        **parameter_buffers(architecture, parameters),
        **gradient_buffers(architecture, gradients, times),
        **updates,
    }
    return shared, names
