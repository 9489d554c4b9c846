"""Sheets in people's own notation: what a line may leave open is read in the one way that fits."""

from __future__ import annotations

import pytest

from chainrule.algebra import SheetError, parse_sheet
from chainrule.derivation import check


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("x ∈ ℝ^n\nC = x^T x", "x: (n,1)\nC = x.T @ x"),
        ("W ∈ R^{m×n}\nx: ℝⁿ\nC = sum(W x)", "W: (m,n)\nx: (n,1)\nC = sum(W @ x)"),
        ("A, B ∈ ℝ^{m\\times n}\nC = sum(A + B)", "A: (m,n)\nB: (m,n)\nC = sum(A + B)"),
        (
            "W_{xh}: (m,n)\nx_t: (n,1)\nC = sum(W_{xh} x_t)",
            "W_xh: (m,n)\nx_t: (n,1)\nC = sum(W_xh @ x_t)",
        ),
        (
            "h_{t-1}: (m,1)\na_t = 2 h_{t-1}\nC = sum(a_t)",
            "h_prev: (m,1)\na_t = 2*h_prev\nC = sum(a_t)",
        ),
        (
            "X: (m,n)\nθ: (n,1)\nh = σ(X*θ)\nJ = h'*h",
            "X: (m,n)\ntheta: (n,1)\nh = sigma(X @ theta)\nJ = h.T @ h",
        ),
        ("n: scalar\nx: (n,1)\nC = sum(x)/n", "x: (n,1)\nC = sum(x)/n"),
        ("X: (m,n)\nn = X.shape[1]\nC = sum(X)/n", "X: (m,n)\nC = sum(X)/n"),
        (
            "W: (h,n)\nx: (n,1)\nh = W @ x\nC = sum(h)",
            "W: (n_h,n)\nx: (n,1)\nh = W @ x\nC = sum(h)",
        ),
        ("Σ: (n,n)\nw: (n,1)\nf = w.T Σ w", "Sigma: (n,n)\nw: (n,1)\nf = w.T @ Sigma @ w"),
        ("z: (n,1)\nℓ = -Σ_k z_k log z_k", "z: (n,1)\nl = -sum(k, z[k]*log(z[k]))"),
        ("lambda: scalar\nx: (n,1)\nC = λ sum(x)", "lambda: scalar\nx: (n,1)\nC = lambda*sum(x)"),
    ],
)
def test_a_sheet_is_read_as_the_plain_one(typed: str, plain: str) -> None:
    assert parse_sheet(typed) == parse_sheet(plain)


@pytest.mark.parametrize(
    ("typed", "plain", "note"),
    [
        (
            "X: (m,n)\nW: (n,k)\nb: (k,)\nC = sum((X @ W + b)**2)",
            "X: (m,n)\nW: (n,k)\nb: (1,k)\nC = sum((X @ W + b)**2)",
            "`b` has one axis; it is read as a row, (1,k)",
        ),
        (
            "W: (k,n)\nx: (n,)\nC = sum(W @ x)",
            "W: (k,n)\nx: (n,1)\nC = sum(W @ x)",
            "`x` has one axis; it is read as a column, (n,1)",
        ),
        (
            "w: (n,)\nx: (n,)\nC = (w @ x)**2",
            "w: (1,n)\nx: (n,1)\nC = (w @ x)**2",
            "`w` has one axis; it is read as a row, (1,n)",
        ),
        (
            "h: (m,1)\nx: (n,1)\nW: (k,p)\nC = sum(W @ [h; x])",
            "h: (m,1)\nx: (n,1)\nW: (k,m+n)\nC = sum(W @ concat(h, x))",
            "`p` is m+n here",
        ),
        (
            "x: (n,1)\nw: (k,1)\ng: (m,1)\nC = sum(g * conv(x, w))",
            "x: (n,1)\nw: (k,1)\ng: (n-k+1,1)\nC = sum(g * conv(x, w))",
            "`m` is n-k+1 here",
        ),
    ],
)
def test_a_shape_is_read_so_that_it_fits_and_that_is_said(
    typed: str, plain: str, note: str
) -> None:
    sheet = parse_sheet(typed)
    assert sheet == parse_sheet(plain)
    assert note in sheet.notes
    assert parse_sheet(plain).notes == ()


def test_sizes_that_only_differ_are_no_open_question() -> None:
    with pytest.raises(SheetError, match="inner sizes b and a differ"):
        parse_sheet("W: (a,b)\nx: (a,)\nC = sum(W @ x)")


def test_the_gradient_of_what_has_one_axis_may_lie_either_way() -> None:
    sheet = parse_sheet("X: (m,n)\nW: (n,k)\nb: (k,)\nC = sum((X @ W + b)**2)/2")
    for line in ("sum(X @ W + b, axis=0)", "sum(X @ W + b, axis=0).T"):
        assert check(sheet, "b", line).passes
    row = parse_sheet("X: (m,n)\nW: (n,k)\nb: (1,k)\nC = sum((X @ W + b)**2)/2")
    assert not check(row, "b", "sum(X @ W + b, axis=0).T").passes
    assert not check(sheet, "b", "sum(X @ W + b, axis=1)").passes
