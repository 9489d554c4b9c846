"""JAX: a whole epoch is one compiled function, its steps a lax.scan."""

from __future__ import annotations

import importlib
import time
from typing import Any

import numpy as np

from benchmarks.examples import Examples
from benchmarks.workloads import Parameters, Workload

jax: Any = importlib.import_module("jax")
jnp: Any = importlib.import_module("jax.numpy")


class JaxScan:
    """Gradients by jax.grad; the mini-batches are gathered inside the scan."""

    def __init__(self, workload: Workload, examples: Examples) -> None:
        self.workload, self.n = workload, len(examples)
        self.X, self.Y = jnp.asarray(examples.X()), jnp.asarray(examples.one_hot())
        start = workload.start()
        parameters = [(jnp.asarray(w, jnp.float32), jnp.asarray(b, jnp.float32)) for w, b in start]
        zeros = jax.tree.map(jnp.zeros_like, parameters)
        self.state = parameters, zeros, jax.tree.map(jnp.copy, zeros), jnp.zeros((), jnp.int32)
        self.rng = np.random.default_rng(1)
        self.epoch = jax.jit(self.scan, donate_argnums=0)
        self.most = round(workload.share * self.n)
        began = time.perf_counter()
        self.compiled = self.epoch.lower(
            self.state, self.X, self.Y, jax.ShapeDtypeStruct((self.most,), jnp.int32)
        ).compile()
        self.compile_seconds = time.perf_counter() - began

    def cost(self, parameters: Any, x: Any, y: Any) -> Any:
        a, z = x, x
        for w, b in parameters:
            z = a @ w.T + b
            a = jax.nn.relu(z) if self.workload.hidden == "relu" else jax.nn.sigmoid(z)
        m = x.shape[0]
        match self.workload.cost:
            case "quadratic":
                return jnp.sum((a - y) ** 2) / (2 * m)
            case "cross-entropy":
                return jnp.sum(jnp.logaddexp(0, z) - y * z) / m
            case "log-likelihood":
                return -jnp.sum(y * jax.nn.log_softmax(z)) / m

    def step(self, state: Any, x: Any, y: Any) -> Any:
        parameters, first, second, t = state
        gradients = jax.grad(self.cost)(parameters, x, y)
        eta, mu = self.workload.learning_rate, self.workload.momentum
        if self.workload.l2:
            decay = 1 - eta * self.workload.l2 / self.n
            parameters = [(w * decay, b) for w, b in parameters]
        match self.workload.optimizer:
            case "sgd":
                parameters = jax.tree.map(lambda p, g: p - eta * g, parameters, gradients)
            case "momentum":
                first = jax.tree.map(lambda v, g: mu * v - eta * g, first, gradients)
                parameters = jax.tree.map(jnp.add, parameters, first)
            case "adam":
                t = t + 1
                first = jax.tree.map(lambda v, g: 0.9 * v + 0.1 * g, first, gradients)
                second = jax.tree.map(lambda s, g: 0.999 * s + 0.001 * g * g, second, gradients)
                v_scale, s_scale = 1 - 0.9**t, 1 - 0.999**t
                parameters = jax.tree.map(
                    lambda p, v, s: p - eta * (v / v_scale) / (jnp.sqrt(s / s_scale) + 1e-8),
                    parameters, first, second,
                )  # fmt: skip
        return parameters, first, second, t

    def scan(self, state: Any, X: Any, Y: Any, order: Any) -> Any:
        m = self.workload.batch_size
        whole = len(order) // m * m

        def body(state: Any, rows: Any) -> Any:
            return self.step(state, X[rows], Y[rows]), None

        state, _ = jax.lax.scan(body, state, order[:whole].reshape(-1, m))
        if whole < len(order):
            state, _ = body(state, order[whole:])
        return state

    def follow(self, seed: int) -> None:
        order = np.random.default_rng(seed).permutation(self.n).astype(np.int32)
        self.state = self.epoch(self.state, self.X, self.Y, order)

    def timed(self) -> tuple[float, int]:
        began = time.perf_counter()
        order = self.rng.permutation(self.n)[: self.most].astype(np.int32)
        self.state = jax.block_until_ready(self.compiled(self.state, self.X, self.Y, order))
        return time.perf_counter() - began, self.most

    def parameters(self) -> Parameters:
        return [(np.asarray(w, np.float64), np.asarray(b, np.float64)) for w, b in self.state[0]]


def learner(workload: Workload, examples: Examples) -> JaxScan:
    return JaxScan(workload, examples)


def about() -> str:
    return f"JAX {jax.__version__}"
