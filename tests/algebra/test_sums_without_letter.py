"""`Σ w_i x_i`, a sum of entries that names no index, is the sum over the one that is meant."""

from __future__ import annotations

import pytest

from chainrule.algebra import ParseError, parse, parse_sheet, text

SHEET = parse_sheet("w: (n,1)\nx: (n,1)\nb: scalar\nA: (m,n)\nv: (m,1)\nz = w.T @ x + b")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Σ w_i x_i + b", "sum(i, w[i] * x[i]) + b"),
        ("b + Σ w_i x_i", "b + sum(i, w[i] * x[i])"),
        ("sum(w[i]*x[i])", "sum(i, w[i] * x[i])"),
        ("1/2 Σ (w_j - x_j)^2", "1/2 * sum(j, (w[j] - x[j])**2)"),
        ("Σ x_k", "sum(k, x[k])"),
        ("Σ A_jk x_k", "sum(k, A[j,k] * x[k])"),
        ("sum(w * x)", "sum(w * x)"),
        ("sum(w * x[j])", "sum(w * x[j])"),
    ],
)
def test_the_index_that_is_meant(typed: str, read: str):
    assert text(parse(typed, SHEET.scope).expression) == read


def test_of_two_that_may_be_meant_none_is_guessed():
    with pytest.raises(ParseError, match="over which index is this sum"):
        parse("Σ v_j A_jk x_k", SHEET.scope)
