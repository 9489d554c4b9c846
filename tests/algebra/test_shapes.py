"""Broadcasting is NumPy's, and a shape error says what to do."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from chainrule.algebra import AlgebraError, Scope, ShapeError, broadcast, parse, unify

SHAPES = {"W1": ("n1", "n0"), "W2": ("n2", "n1"), "z1": ("n1", 1), "x": ("n0", 1)}
SHAPES |= {"a2": ("n2", 1), "r": (1, "n1"), "S": ("n1", "n1"), "C": (1, 1), "X": ("m", "n0")}
SCOPE = Scope(SHAPES, frozenset({"m", "n0", "n1", "n2"}), "C")
SIZES = {"n0": 2, "n1": 3, "n2": 4, "m": 5}


@pytest.mark.parametrize(("a", "b"), list(itertools.product([1, 2, 3], repeat=2)))
@pytest.mark.parametrize(("c", "d"), list(itertools.product([1, 2, 3], repeat=2)))
def test_broadcasting_is_numpys(a: int, b: int, c: int, d: int) -> None:
    try:
        expected = np.broadcast_shapes((a, b), (c, d))
    except ValueError:
        expected = None
    assert broadcast((a, b), (c, d)) == expected


@pytest.mark.parametrize(
    ("words", "message", "mend", "span"),
    [
        (
            "W1 @ z1",
            "`W1` (n1,n0) @ `z1` (n1,1): inner sizes n0 and n1 differ; `W1.T` is (n0,n1)",
            "W1.T",
            (0, 7),
        ),
        (
            "2 + W2.T @ x",
            "`W2.T` (n1,n2) @ `x` (n0,1): inner sizes n2 and n0 differ",
            None,
            (4, 12),
        ),
        (
            "W1 * x",
            "`W1` (n1,n0) * `x` (n0,1): rows n1 and n0 differ; `W1 @ x` is (n1,1)",
            "W1 @ x",
            (0, 6),
        ),
        ("z1 - x", "`z1` (n1,1) - `x` (n0,1): rows n1 and n0 differ", None, (0, 6)),
        (
            "S + W2",
            "`S` (n1,n1) + `W2` (n2,n1): rows n1 and n2 differ",
            None,
            (0, 6),
        ),
        (
            "W2 + W2.T",
            "`W2` (n2,n1) + `W2.T` (n1,n2): rows n2 and n1 differ; `W2` is (n2,n1)",
            "W2",
            (0, 9),
        ),
        (
            "z1 @ W2",
            "`z1` (n1,1) @ `W2` (n2,n1): inner sizes 1 and n2 differ; `W2 @ z1` is (n2,1)",
            "W2 @ z1",
            (0, 7),
        ),
        (
            "z1 @ z1",
            "`z1` (n1,1) @ `z1` (n1,1): inner sizes 1 and n1 differ; `z1.T` is (1,n1)",
            "z1.T",
            (0, 7),
        ),
        ("1 + (a2 > z1)", "`a2` (n2,1) and `z1` (n1,1): rows n2 and n1 differ", None, (5, 12)),
        ("trace(W1)", "trace(`W1`) needs a square matrix; it is (n1,n0)", None, (0, 9)),
        ("W1[j]", "`W1` (n1,n0) takes two indices, but 1 is given", None, (0, 5)),
        (
            "sum(k, W1[k,k])",
            "index `k` runs over n1 and n0 at once",
            None,
            (7, 14),
        ),
        (
            "W1[j,k] * a2[j]",
            "index `j` runs over n1 in one place and n2 in another",
            None,
            (0, 15),
        ),
    ],
)  # fmt: skip
def test_a_shape_error_names_operands_shapes_place_and_mend(
    words: str, message: str, mend: str | None, span: tuple[int, int]
) -> None:
    with pytest.raises(ShapeError) as caught:
        parse(words, SCOPE)
    error = caught.value
    assert (error.message, error.mend, error.span) == (message, mend, span)
    if mend is not None:
        parse(mend, SCOPE)


def test_the_derivative_of_a_matrix_has_no_name() -> None:
    """It is no mistake to speak of it: a line that does so cannot be read, and is not wrong."""
    with pytest.raises(AlgebraError) as caught:
        parse("J(W1, x)", SCOPE)
    error = caught.value
    assert not isinstance(error, ShapeError)
    assert error.message == "dW1/dx: `W1` (n1,n0) is a matrix; a Jacobian is between vectors"
    assert error.span == (0, 8)


def test_the_first_operand_that_does_not_fit_ends_the_span() -> None:
    with pytest.raises(ShapeError) as caught:
        parse("z1 + z1 + x + z1 + z1", SCOPE)
    assert caught.value.span == (0, 11)


@pytest.mark.parametrize(
    ("words", "shape"),
    [
        ("W1 @ x", ("n1", 1)),
        ("z1 * r", ("n1", "n1")),
        ("S * z1", ("n1", "n1")),
        ("r + 1", (1, "n1")),
        ("a2 @ r", ("n2", "n1")),
        ("X @ W1.T", ("m", "n1")),
        ("sum(X)", (1, 1)),
        ("sum(X, axis=0)", (1, "n0")),
        ("mean(X, axis=1)", ("m", 1)),
        ("max(X, axis=-1)", ("m", 1)),
        ("diag(z1)", ("n1", "n1")),
        ("diag(S)", ("n1", 1)),
        ("ones(m)", ("m", 1)),
        ("ones((m, n0))", ("m", "n0")),
        ("eye(n2)", ("n2", "n2")),
        ("dC/dW1", ("n1", "n0")),
        ("delta1", ("n1", 1)),
        ("J(a2, z1)", ("n2", "n1")),
        ("da2/dx", ("n2", "n0")),
        ("da2/dr", ("n2", "n1")),
        ("matrix(j, k, a2[j] * z1[k])", ("n2", "n1")),
        ("r[j]", (1, 1)),
    ],
)
def test_shapes(words: str, shape: tuple[object, object]) -> None:
    assert parse(words, SCOPE).expression.shape == shape


def test_unify_finds_the_names() -> None:
    assert unify(("m", "n"), ("n1", 3)) == {"m": "n1", "n": 3}
    assert unify(("n", "n"), ("n1", "n0")) is None
    assert unify((1, "n"), ("n1", "n0")) is None
