"""The programs of a network: for so many examples, the equations and the buffers they work on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from chainrule.network import equations
from chainrule.network.architecture import Architecture
from chainrule.network.arguments import Array
from chainrule.network.engine.buffers import (
    aligned,
    batch_buffers,
    block_names,
    gradient_buffers,
    parameter_buffers,
    penalty_buffers,
    update_buffers,
)
from chainrule.network.engine.program import Program
from chainrule.network.penalty import Penalty
from chainrule.network.recipe import Recipe


def forward_program(architecture: Architecture, parameters: Array, m: int) -> Program:
    """Forward for `m` examples, without dropout."""
    none = [0.0] * architecture.layers
    buffers = batch_buffers(architecture, m, parameters.dtype, none)
    buffers |= parameter_buffers(architecture, parameters)
    forward = tuple(equations.forward(architecture, none))
    return Program(f"{architecture}, forward, {m} examples", forward, buffers)


def cost_program(
    architecture: Architecture, parameters: Array, m: int, dropout: Sequence[float] = ()
) -> Program:
    """Forward and the cost, without the penalty, for `m` examples; masks are given, not drawn."""
    rates = dropout or [0.0] * architecture.layers
    buffers = batch_buffers(architecture, m, parameters.dtype, rates)
    buffers |= parameter_buffers(architecture, parameters)
    whole = (
        *equations.forward(architecture, rates, draw_masks=False),
        equations.cost_value(architecture),
    )
    return Program(f"{architecture}, forward and cost, {m} examples", whole, buffers)


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
    whole = (
        *equations.forward(architecture, dropout, draw_masks=False),
        equations.cost_value(architecture),
        *equations.backward(architecture, dropout, penalty),
        *equations.penalties(penalty),
    )
    return Program(f"{architecture}, forward and backward, {m} examples", whole, buffers)


def training_program(
    architecture: Architecture, m: int, recipe: Recipe, n: int, shared: Mapping[str, Array]
) -> Program:
    """Forward, backward and update for mini-batches of `m` of the `n` training examples.

    `shared` are the `shared_buffers` of the run, so that the program of a short last mini-batch
    works on the same ones.
    """
    parameters, optimizer, penalty = shared["parameters"], recipe.optimizer, recipe.penalty(n)
    dtype, dropout = parameters.dtype, recipe.rates(architecture.layers - 1)
    times_eta = equations.eta_on_delta(optimizer, penalty)
    buffers = {**batch_buffers(architecture, m, dtype, dropout), **shared}
    if times_eta:
        buffers |= {
            f"eta*delta{layer}": aligned((size, m), dtype)
            for layer, size in enumerate(architecture.sizes[1:], 1)
        }
    whole = (
        *equations.forward(architecture, dropout),
        *equations.backward(architecture, dropout, penalty, times_eta=times_eta),
        *equations.update(architecture, optimizer, penalty, block_names(parameters.size)),
    )
    title = f"{architecture}: one step on a mini-batch of {m}, {optimizer.name}, {dtype}"
    return Program(title, whole, buffers)


def shared_buffers(
    architecture: Architecture, parameters: Array, recipe: Recipe, n: int
) -> dict[str, Array]:
    """What every training program of one run works on: parameters, gradients, the optimiser's."""
    gradients = aligned((parameters.size,), parameters.dtype)
    optimizer, penalty = recipe.optimizer, recipe.penalty(n)
    times = "eta*" if equations.eta_on_delta(optimizer, penalty) else ""
    state = {name: np.zeros_like(parameters) for name in optimizer.state}
    return {
        **parameter_buffers(architecture, parameters),
        **gradient_buffers(architecture, gradients, times),
        **update_buffers(architecture, optimizer, penalty, parameters, gradients, state),
    }
