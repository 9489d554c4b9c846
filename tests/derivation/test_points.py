"""Lines that are right at some values only, lines that rounding hides, sheets that overflow."""

from __future__ import annotations

import pytest

from chainrule.algebra import Sheet, load_sheet, parse_sheet
from chainrule.derivation import check, derive_all, hint

SCALAR = "x: scalar\nf = x**2/2\n"
NETWORK = """
X: (m,n0)
W1: (n0,n)
W2: (n,k)
b2: (1,k)
Z1 = X @ W1
A1 = relu(Z1)
Z2 = A1 @ W2 + b2
C = sum(log(sum(exp(Z2), axis=1)))/m
"""


def sheet_of(words: str) -> Sheet:
    return parse_sheet(words) if "\n" in words else load_sheet(words)


RIGHT_SOMEWHERE = [
    ("t: scalar nonzero\nf = t**2/2\n", "t", "sqrt(t**2)"),
    ("q: (n,1) nonzero\nf = sum(q**2)/2\n", "q", "sqrt(q**2)"),
    ("u: scalar positive\nf = u**2/2\n", "u", "minimum(u, 2)"),
    ("u: (n,m) positive\nf = sum(u**2)/2\n", "u", "minimum(u, 2)"),
    ("u: scalar positive\nf = u**2/2\n", "u", "maximum(u, 0.01)"),
    (SCALAR, "x", "x + sigma(20*(x - 3))"),
    (SCALAR, "x", "x*sigma(20*(x + 3))"),
    (SCALAR, "x", "relu(x + 500) - 500"),
    (SCALAR, "x", "x + relu(x - 12345)"),
    (SCALAR, "x", "x*(1 - (x > 2)*(x < 2.2))"),
    ("x: (n,1)\nf = sum(x**2)/2\n", "x", "x*(n > 1)"),
    ("x: (n,m)\nf = sum(x**2)/2\n", "x", "x*(m > 1)"),
    ("x: (n,1)\nf = sum(x**2)/2\n", "x", "minimum(x, 1e4)"),
    ("z: scalar\nf = z\n", "z", "sqrt((z - 2)**2)/(z - 2)"),
    ("z: (n,1)\nf = sum(z)\n", "z", "sqrt((z + 9)**2)/(z + 9)"),
    ("x: scalar\nf = 1000*x\n", "x", "1000 + 1e-6*x"),
    ("x: scalar\nf = 1000*x + 1e-6*x**2\n", "x", "1000"),
    ("x: (n,1)\nf = sum(1000*x) + 1e-6*sum(x**2)\n", "x", "1000*ones(n, 1)"),
    ("x: scalar\nf = abs(x**3)\n", "x", "3*x**2*((x > 0) - (x + 0.01 <= 0))"),
    ("x: (n,1)\nf = sum(relu(x))\n", "x", "(x + 1e-5 > 0)"),
    ("x: (n,1)\nf = sum(relu(x - 300))\n", "x", "(x > 300.001)"),
    ("rows-softmax", "Z2", "(A2 - Y)/m*(m > 1)"),
    ("softmax", "z2", "(a2 - y)*(n1 > 1)"),
    ("y: (n,1) sign\nx: (n,1)\nC = sum(relu(1 - y*x))\n", "x", "-y*(1 - y*(y > -1)*x > 0)"),
    ("x: scalar unit\nc: scalar\nf = relu((1e-6*x)**3)\n", "x", "3e-18*x**2 + relu(c - 1)"),
    ("quadratic", "W2", "minimum(delta2, 5) @ a1.T"),
    ("quadratic", "z1", "(W2.T @ delta2) * sigma'(z1) * (z1 < 20)"),
    ("w: scalar\nu = relu(w + 0.5)**(2/3)\nf = u**1.5\n", "w", "1"),
]

RIGHT = [
    (NETWORK, "X", "Delta1 @ W1.T"),
    (NETWORK, "Z2", "exp(Z2)/sum(exp(Z2), axis=1)/m"),
    (NETWORK, "W2", "A1.T @ softmax(Z2, axis=1)/m"),
    ("w: scalar\nu = relu(w + 0.5)**(2/3)\nf = u**1.5\n", "u", "1.5*u**0.5"),
    ("w: scalar\nu = relu(w + 0.5)**(2/3)\nf = u**1.5\n", "w", "(w > -0.5)"),
    ("w: scalar\nf = sigma(20*(w - 3))\n", "w", "20*f*(1 - f)"),
    ("quadratic", "z1", "(W2.T @ delta2) * sigma'(z1) + 1e9 - 1e9"),
    ("X: (m,n)\nf = max(X)\n", "X", "(max(X) <= 3*((X + 0*X)/3))"),
    ("t: scalar\nf = exp(t)\n", "t", "1e-12*exp(t)/log(exp(1e-12))"),
    ("t: scalar\nf = exp(t)\n", "t", "exp(1000*t)/exp(999*t)"),
    ("t: scalar\nf = exp(t)\n", "t", "exp(t - 2000)*exp(2000)"),
    ("x: scalar\nf = sin(1000*x)\n", "x", "1000*(cos(999*x)*cos(x) - sin(999*x)*sin(x))"),
    (
        "x: scalar\nf = (x - 1)**6\n",
        "x",
        "6*x**5 - 30*x**4 + 60*x**3 - 60*x**2 + 30*x - 6",
    ),
    ("t: scalar nonzero\nf = t**2/2\n", "t", "abs(t)*t/sqrt(t**2)"),
    ("x: scalar\nf = abs(1e-6 * x)\n", "x", "1e-6*((x > 0) - (x <= 0))"),
    ("x: scalar\nf = relu(1e-8 * x)\n", "x", "(x > 0)/1e8"),
    ("c: scalar\nx: scalar\nf = x*c\n", "x", "c*exp(40*c)/exp(40*c)"),
    ("x: (n,1) unit\nc: scalar\nC = sum(c*x/(1e-6*x))\n", "x", "0*x"),
    ("z: scalar\nf = softplus(z)\n", "z", "1 - 1/(1 + exp(z))"),
]


@pytest.mark.parametrize(("words", "wrt", "line"), RIGHT_SOMEWHERE)
def test_a_line_that_is_right_somewhere_is_wrong(words: str, wrt: str, line: str) -> None:
    answer = check(sheet_of(words), wrt, line)
    assert answer.verdict == "wrong"
    assert answer.witness is not None
    assert answer.witness.yours != answer.witness.expected


@pytest.mark.parametrize(("words", "wrt", "line"), RIGHT)
def test_a_line_that_rounding_or_range_hides_is_right(words: str, wrt: str, line: str) -> None:
    assert check(sheet_of(words), wrt, line).verdict in ("right", "right-other-form")


@pytest.mark.parametrize("words", sorted({words for words, _, _ in RIGHT + RIGHT_SOMEWHERE}))
def test_every_sheet_is_derived_and_hinted(words: str) -> None:
    sheet = sheet_of(words)
    for derivation in derive_all(sheet).derivations:
        assert derivation.lines
        hint(sheet, derivation.wrt, [])


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("1000.0000001", "at x = {x}: yours 1000.0000001, expected 1000"),
        ("999", "at x = {x}: yours 999, expected 1000"),
    ],
)
def test_the_witness_takes_as_many_digits_as_it_needs(line: str, words: str) -> None:
    shown = check(parse_sheet("x: scalar\nf = 1000*x\n"), "x", line).witness
    assert shown is not None
    assert shown.words == words.format(x=shown.given["x"][0][0])


def test_an_entry_that_the_answer_does_not_have() -> None:
    shown = check(load_sheet("quadratic"), "W2", "delta2").witness
    assert shown is not None
    row, column = shown.entry
    assert shown.words.startswith(f"your matrix has no entry {row},{column}; expected ")
