"""Who trains: Chainrule and its peers, each a module that makes a `Learner`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from benchmarks.examples import Examples
from benchmarks.workloads import Parameters, Workload


class Unable(Exception):
    """This peer cannot express the workload."""


class Learner(Protocol):
    """One workload in one peer's hands, its data in memory in the form that suits it best."""

    def follow(self, seed: int) -> None:
        """Train one pass over the examples in the order default_rng(seed).permutation(n)."""
        ...

    def timed(self) -> tuple[float, int]:
        """Train on mini-batches of a fresh permutation: seconds taken, and how many examples."""
        ...

    def parameters(self) -> Parameters: ...


class Maker(Protocol):
    """What a peer's module has: `learner`, and `about`, which says what it runs on."""

    def learner(self, workload: Workload, examples: Examples, **options: Any) -> Learner: ...

    def about(self) -> str: ...


@dataclass(frozen=True)
class Peer:
    """A peer, in a process of its own with these environment variables."""

    name: str
    title: str
    module: str
    options: Mapping[str, Any] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    requires: str = "numpy"
    wide: bool = False
    """Whether it runs on the kernels that `chainrule train` asks for."""


PEERS: dict[str, Peer] = {
    peer.name: peer
    for peer in (
        Peer("chainrule", "Chainrule", "straight_line", wide=True),
        Peer("numpy32", "NumPy, float32", "plain_numpy", {"dtype": "float32"}),
        Peer(
            "numpy32-tuned",
            "NumPy, wide kernels, 1 thread",
            "plain_numpy",
            {"dtype": "float32", "tuned": True},
            wide=True,
        ),
        Peer("numpy64", "NumPy, float64", "plain_numpy", {"dtype": "float64"}),
        Peer(
            "torch1", "PyTorch, 1 thread", "pytorch", {"threads": 1},
            {"OMP_NUM_THREADS": "1"}, "torch",
        ),
        Peer(
            "torch2", "PyTorch, 2 threads", "pytorch", {"threads": 2},
            {"OMP_NUM_THREADS": "2"}, "torch",
        ),
        Peer("jax", "JAX, an epoch in one scan", "jax_scan", requires="jax"),
        Peer("sklearn", "scikit-learn, float32", "scikit_learn", requires="sklearn"),
        Peer("loops", "loops over examples", "loops"),
    )
}  # fmt: skip
