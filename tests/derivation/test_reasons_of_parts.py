"""The reasons for parts, layouts, running sums, convolutions and inverses, held against numbers.

Each sheet adds up g times one operation. What its reason says comes back is worked out once more in
NumPy, from the sentence alone, and compared with the derivative and with differences of the cost.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from chainrule.algebra import Array, parse_sheet, sample
from chainrule.derivation import derive_all

Claim = Callable[[Array, dict[str, Array]], Array]


def full(g: Array, w: Array) -> Array:
    """`w[j-i]` times g[i], added up over i."""
    found = np.zeros((len(g) + len(w) - 1, 1))
    for i in range(len(g)):
        for k in range(len(w)):
            found[i + k] += g[i] * w[k]
    return found


def laid_on(g: Array, x: Array) -> Array:
    """`x[i+k]` times g[i], added up over i."""
    count = len(x) - len(g) + 1
    return np.array([[sum(g[i, 0] * x[i + k, 0] for i in range(len(g)))] for k in range(count)])


def of_largest(g: Array, v: dict[str, Array]) -> Array:
    """1 at the largest of every block of 2 by 2."""
    back = np.zeros_like(v["x"])
    for r in range(g.shape[0]):
        for c in range(g.shape[1]):
            block = v["x"][2 * r : 2 * r + 2, 2 * c : 2 * c + 2]
            place = np.unravel_index(np.argmax(block), block.shape)
            back[2 * r + place[0], 2 * c + place[1]] = g[r, c]
    return back


def cofactors(a: Array) -> Array:
    """The cofactor of every entry."""
    found = np.empty_like(a)
    for r, c in np.ndindex(a.shape):
        minor = np.delete(np.delete(a, r, 0), c, 1)
        found[r, c] = (-1) ** (r + c) * np.linalg.det(minor)
    return found


def padded(g: Array, before: int, after: int) -> Array:
    return np.pad(g, ((before, after), (0, 0)))


CASES: list[tuple[str, str, str, str, Claim]] = [
    (
        "x: (n,1)\ng: (n-1,1)",
        "x[1:]",
        "x",
        "each with slope 1. They get",
        lambda g, v: padded(g, 1, 0),
    ),
    ("x: (n,1)\ng: (n+3,1)", "pad(x, (1, 2))", "x", "zeros around", lambda g, v: g[1:-2]),
    (
        "y: (m,1)\nx: (n,1)\ng: (m+n,1)",
        "concat(y, x)",
        "x",
        "where `x` lies",
        lambda g, v: g[-len(v["x"]) :],
    ),
    ("x: (n,1)\ng: (n,1)", "flip(x)", "x", "opposite order", lambda g, v: g[::-1]),
    (
        "x: (n,m)\ng: (n*m,1)",
        "x.flatten()",
        "x",
        "another shape",
        lambda g, v: g.reshape(v["x"].shape),
    ),
    (
        "x: (n,1)\ng: (2*n,1)",
        "repeat(x, 2)",
        "x",
        "several times",
        lambda g, v: g.reshape(-1, 2).sum(axis=1, keepdims=True),
    ),
    (
        "x: (n,1)\ng: (n,1)",
        "cumsum(x)",
        "x",
        "from its place to the end",
        lambda g, v: np.array([[g[i:].sum()] for i in range(len(g))]),
    ),
    (
        "x: (n,1)\ng: scalar",
        "prod(x)",
        "x",
        "all the other factors",
        lambda g, v: g * np.array([[np.prod(np.delete(v["x"], i))] for i in range(len(v["x"]))]),
    ),
    (
        "x: (n,1)\nw: (k,1)\ng: (n-k+1,1)",
        "conv(x, w)",
        "x",
        "`x[j]` has the slope `w[j-i]`",
        lambda g, v: full(g, v["w"]),
    ),
    (
        "x: (n,1)\nw: (k,1)\ng: (n-k+1,1)",
        "conv(x, w)",
        "w",
        "`w[k]` has the slope `x[i+k]`",
        lambda g, v: laid_on(g, v["x"]),
    ),
    (
        "x: (n,1)\nw: (k,1)\ng: (n+k-1,1)",
        "conv_full(x, w)",
        "x",
        "wherever it fits whole",
        lambda g, v: laid_on(v["w"], g),
    ),
    (
        "x: (n,n)\ng: (n,n)",
        "inv(x)",
        "x",
        "`inv(x) @ x = eye(n)`",
        lambda g, v: -np.linalg.inv(v["x"]).T @ g @ np.linalg.inv(v["x"]).T,
    ),
    ("x: (n,n)\ng: scalar", "det(x)", "x", "is its cofactor", lambda g, v: g * cofactors(v["x"])),
    (
        "x: (2*h,2*w)\ng: (h,w)",
        "max_pool(x, 2)",
        "x",
        "In every block only the largest",
        of_largest,
    ),
    (
        "x: (2*h,2*w)\ng: (h,w)",
        "avg_pool(x, 2)",
        "x",
        "how many entries a block has",
        lambda g, v: np.kron(g, np.ones((2, 2))) / 4,
    ),
    (
        "x: (n,1)\ng: scalar",
        "max(x)",
        "x",
        "Only the largest entry",
        lambda g, v: g * (v["x"] == v["x"].max()),
    ),
    (
        "x: (n,1)\ny: (n,1)\ng: (n,1)",
        "maximum(x, y)",
        "x",
        "is the larger of the two",
        lambda g, v: g * (v["x"] > v["y"]),
    ),
    (
        "x: (n,n)\ng: scalar",
        "trace(x)",
        "x",
        "That is the identity matrix",
        lambda g, v: g * np.eye(len(v["x"])),
    ),
    (
        "x: (n,1)\ng: (n,n)",
        "diag(x)",
        "x",
        "the diagonal of the derivative",
        lambda g, v: np.diag(g)[:, None],
    ),
    (
        "x: (n,1)\ng: scalar",
        "norm(x)",
        "x",
        "divided by `norm(x)`",
        lambda g, v: g * v["x"] / np.linalg.norm(v["x"]),
    ),
]


@pytest.mark.parametrize(
    ("given", "operation", "wrt", "words", "claim"),
    CASES,
    ids=[f"{case[1]} by {case[2]}" for case in CASES],
)
def test_the_reason_says_what_comes_back(
    given: str, operation: str, wrt: str, words: str, claim: Claim
) -> None:
    sheet = parse_sheet(f"{given}\nC = sum(g * {operation})")
    derivation = next(d for d in derive_all(sheet).derivations if d.wrt == wrt)
    reasons = [step for step in derivation.telling if words in step.why]
    assert reasons, [step.why for step in derivation.telling]
    point = sample(sheet, np.random.default_rng(5))
    claimed = claim(point.values["g"], point.values)
    np.testing.assert_allclose(claimed, point.value(derivation.result), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(claimed, point.gradient(wrt), rtol=1e-7, atol=1e-10)
    for piece in reasons[0].reason:
        if isinstance(piece, tuple):
            first, *others = (point.value(side) for side in piece)
            assert all(np.allclose(other, first, atol=1e-9) for other in others)
