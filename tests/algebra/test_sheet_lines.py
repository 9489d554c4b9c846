"""Definitions by entries, and steps in time, in every notation that people have for them."""

from __future__ import annotations

import pytest

from chainrule.algebra import SheetError, parse, parse_sheet, text

GIVEN = "x: (n,1)\ny: (m,1)\nW: (m,n)\nb: (m,1)\n"
END = "C = sum((z - y)**2)\n"


@pytest.mark.parametrize(
    "line",
    [
        "z[j] = sum(k, W[j,k]*x[k]) + b[j]",
        "z[i] = sum(j, W[i,j]*x[j]) + b[i]",
        "z_j = Σ_k W_{jk} x_k + b_j",
        "z_{j} = \\sum_{k} W_{jk} x_k + b_j",
        "zⱼ = Σₖ Wⱼₖ xₖ + bⱼ",
        "z_i = sum_k W_{ik} x_k + b_i",
    ],
)
def test_entries_on_the_left_define_the_whole(line: str) -> None:
    sheet = parse_sheet(f"{GIVEN}{line}\n{END}")
    whole = parse_sheet(f"{GIVEN}z = W @ x + b\n{END}")
    assert sheet.shapes == whole.shapes
    assert list(sheet.expressions) == ["z", "C"]
    assert parse_sheet(sheet.text()) == sheet


def test_a_matrix_has_two_letters_in_their_order() -> None:
    sheet = parse_sheet("A: (m,n)\nZ[i,j] = A[j,i]\nC = sum(Z)\n")
    assert sheet.shapes["Z"] == ("n", "m")


def test_a_name_with_a_letter_stays_a_name_where_no_entries_stand_on_the_right() -> None:
    sheet = parse_sheet("x_i: (n,1)\nz_j = 2*x_i\nC = sum(z_j)\n")
    assert list(sheet.shapes) == ["x_i", "z_j", "C"]


STEPS = """
x1: (n,1)
x2: (n,1)
x3: (n,1)
h0: (m,1)
W: (m,m)
U: (m,n)
h1 = tanh(W @ h0 + U @ x1)
h2 = tanh(W @ h1 + U @ x2)
h3 = tanh(W @ h2 + U @ x3)
C = (sum(h1) + sum(h2) + sum(h3)) / 3
"""


@pytest.mark.parametrize(
    "source",
    [
        "x[t]: (n,1)\nh[0]: (m,1)\nW: (m,m)\nU: (m,n)\nt = 1..3\n"
        "h[t] = tanh(W @ h[t-1] + U @ x[t])\nC = sum(t, sum(h[t])) / 3",
        "x[t]: (n,1)\nh[0]: (m,1)\nW: (m,m)\nU: (m,n)\n"
        "h[t] = tanh(W @ h[t-1] + U @ x[t]), t = 1..3\nC = sum(t, sum(h[t])) / 3",
        "x_t: (n,1)\nh_0: (m,1)\nW: (m,m)\nU: (m,n)\n"
        "h_t = tanh(W h_{t-1} + U x_t)   (t = 1, ..., 3)\nC = (Σ_t sum(h_t)) / 3",
        "x^{(t)}: (n,1)\nh^{(0)}: (m,1)\nW: (m,m)\nU: (m,n)\nfor t in 1..3:\n"
        "h^{(t)} = tanh(W h^{(t-1)} + U x^{(t)})\nC = (Σ_{t=1}^{3} sum(h^{(t)})) / 3",
        "x^{<t>}: (n,1)\nh^{<0>}: (m,1)\nW: (m,m)\nU: (m,n)\nT = 3\nfor t = 1 to T\n"
        "h^{<t>} = tanh(W @ h^{<t-1>} + U @ x^{<t>})\nC = sum(t, sum(h^{<t>})) / T",
        "x[t]: (n,1)\nh[0]: (m,1)\nW: (m,m)\nU: (m,n)\nk = 0..2\nt = 1..3\n"
        "h[k+1] = tanh(W @ h[k] + U @ x[k+1])\nC = sum(t, sum(h[t])) / 3",
    ],
)
def test_steps_are_written_out_in_every_notation(source: str) -> None:
    assert parse_sheet(source) == parse_sheet(STEPS)


def test_lines_of_one_step_come_before_those_of_the_next() -> None:
    sheet = parse_sheet(
        "x[t]: scalar\nh[0]: scalar\nw: scalar\nt = 1..2\n"
        "z[t] = w*h[t-1] + x[t]\nh[t] = tanh(z[t])\nC = h[2]**2\n"
    )
    assert list(sheet.expressions) == ["z1", "h1", "z2", "h2", "C"]


def test_the_letter_of_a_step_is_its_number() -> None:
    sheet = parse_sheet("x[t]: scalar\ng: scalar\nt = 1..3\nC = sum(t, g**t * x[t] / t)\n")
    assert text(sheet.expressions["C"]) == "g**1 * x1 / 1 + g**2 * x2 / 2 + g**3 * x3 / 3"


def test_a_layer_with_a_number_keeps_it_beside_the_step() -> None:
    sheet = parse_sheet(
        "x[t]: scalar\nh1[0]: scalar\nw: scalar\nh1[t] = tanh(w*h1[t-1] + x[t]), t = 1..2\n"
        "C = h1_2\n"
    )
    assert list(sheet.expressions) == ["h1_1", "h1_2", "C"]


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("sum(t, delta[t] @ h[t-1].T)", "delta1 @ h0.T + delta2 @ h1.T + delta3 @ h2.T"),
        ("Σ_t δ_t h_{t-1}^T", "delta1 @ h0.T + delta2 @ h1.T + delta3 @ h2.T"),
        ("Σ_{t=1}^{3} δ_t h_{t-1}ᵀ", "delta1 @ h0.T + delta2 @ h1.T + delta3 @ h2.T"),
        ("(W.T @ delta[3]) * tanh'(z[2])", "(W.T @ delta3) * tanh'(z2)"),
        ("dC/dh[2] * tanh'(z_2)", "dC/dh2 * tanh'(z2)"),
        ("sum(t, ∂C/∂h[t])", "dC/dh1 + dC/dh2 + dC/dh3"),
    ],
)
def test_an_answer_may_be_written_with_steps(typed: str, plain: str) -> None:
    sheet = parse_sheet(
        "x[t]: (n,1)\nh[0]: (m,1)\nW: (m,m)\nU: (m,n)\nt = 1..3\nz[t] = W @ h[t-1] + U @ x[t]\n"
        "h[t] = tanh(z[t])\nC = sum(h[3]**2)\n"
    )
    assert parse(typed, sheet.scope).expression is parse(plain, sheet.scope).expression


MESSAGES = {
    "h[t] = tanh(h[t-1]), t = 1..T\nC = sum(h[2])": "how many steps there are has to be a number, "
    "not `T`: write t = 1..3; three steps show what happens at each",
    "h[t] = tanh(h[t-1]), t = 3..1\nC = sum(h[2])": "steps go from one number up to a larger one, "
    "at most 50 of them",
    "h[t] = tanh(h[t-1]), t = 1..2\ng[t] = h[t], t = 1..3\nC = sum(h[2])": "`t` runs from 1 to 2 "
    "above, and from 1 to 3 here",
    "h[t] = tanh(h[t-1] + A[:, t]), t = 1..2\nC = sum(h[2])": "`t` counts steps, and no places of "
    "a matrix; declare A[t] for each step",
}


@pytest.mark.parametrize("source", MESSAGES)
def test_steps_that_cannot_be_written_out_say_why(source: str) -> None:
    with pytest.raises(SheetError) as caught:
        parse_sheet(f"h[0]: (m,1)\nA: (m,5)\n{source}\n")
    assert caught.value.reason == MESSAGES[source]
