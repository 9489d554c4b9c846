"""What is said of a line that cannot be read: what to write instead, in the learner's own names."""

from __future__ import annotations

import pytest

from chainrule.algebra import SheetError, load_sheet, parse_sheet
from chainrule.derivation import check

SHEETS = {
    "softmax": load_sheet("softmax"),
    "steps": parse_sheet(
        "x[t]: (n,1)\nh[0]: (m,1)\nW: (m,m)\nU: (m,n)\nt = 1..3\n"
        "z[t] = W @ h[t-1] + U @ x[t]\nh[t] = tanh(z[t])\nC = sum(h3**2)"
    ),
    "conv": parse_sheet("x: (n,1)\nw: (k,1)\nd: (n-k+1,1)\ny = conv(x, w)\nL = sum(d * y)"),
}


@pytest.mark.parametrize(
    ("sheet", "wrt", "line", "message"),
    [
        ("softmax", "W2", "delta2 @ a1.t", "write a1.T for the transpose"),
        ("softmax", "W2", "W2.grad", "write dC/dW2 for a gradient"),
        ("softmax", "W2", "delta2 @ A1.T", "unknown name `A1`; did you mean `a1`?"),
        ("softmax", "W2", "the error times a1 transpose", "this is in words; write a formula"),
        ("softmax", "W2", "error @ a1.T", "the sheet has x, y, W1, b1, W2, b2, z1, a1, z2, a2, C"),
        ("softmax", "W2", "W2 -= eta * delta2 @ a1.T", "an update is no derivative"),
        ("softmax", "W2", r"W2 := W2 - \eta \delta_2 a_1^T", "an update is no derivative"),
        ("softmax", "W2", "delta2 @ a1.T / m", "the sheet has no such size"),
        ("softmax", "W2", "delta2 @ a1.T if a1 else 0", "write where(a > 0, b, c)"),
        ("softmax", "W2", "[d * a for d, a in zip(delta2, a1)]", "write sum(k, …) for a sum"),
        ("softmax", "W2", "tf.gradients(C, W2)", "write the derivative as a formula"),
        ("softmax", "W2", r"\begin{bmatrix} a_1 \\ b_1 \end{bmatrix}", "write vector(j, …)"),
        ("softmax", "W2", "delta2 @ a1ᵀ…", "write all of it, without dots"),
        ("softmax", "z2", "softmax'(z2) * dC/da2", "the Jacobian is diag(a2) - a2 @ a2.T"),
        ("softmax", "W2", r"\delta^{(3)} a_1^T", "did you mean `delta1` or `delta2`?"),
        ("softmax", "a2", "mse(a2, y)", "write mean((a2 - y)**2)"),
        ("steps", "W", "sum(t, delta[t] @ h[t-2].T)", "h goes from 0 to 3"),
        ("steps", "W", "sum(t, h[t] * x[t+1])", "`x[t+1]` is step 4 at t = 3; x goes from 1 to 3"),
        ("steps", "W", "delta[t] @ h[t-1].T", "it has steps: write sum(t, …) with h[t]"),
        ("conv", "w", "sum(i, d[i] * x[i+j])", "shifted parts are x[1:] and x[:-1]"),
        ("conv", "w", r"\sum_i d_i x_{i+j}", "shifted parts are x[1:] and x[:-1]"),
        ("conv", "w", "x ⋆ d", "write conv(x, w) for a convolution"),
    ],
)
def test_a_line_that_is_not_read_is_told_what_to_write(
    sheet: str, wrt: str, line: str, message: str
) -> None:
    result = check(SHEETS[sheet], wrt, line, name_mistakes=False)
    assert result.verdict == "unreadable"
    assert message in result.message


@pytest.mark.parametrize(
    ("sheet", "message"),
    [
        ("x: (n,1)\ny: (n,1)\nC = (x - y)**2", "write C = sum((x - y)**2)"),
        ("for t in range(3):\n  h = tanh(h)", "a sheet has no loops and no conditions"),
        ("z: (n,1)\ny: (n,1)\nC = bce(σ(z), y)", "write sum(-(y*log(σ(z)) + (1 - y)"),
        ("h: (k,1)\nx: (h,1)\nC = sum(x)/h", "the size `h` has the name of a quantity"),
        ("x: (n,m)\nC = sum(reshape(x))", "write reshape(X, n, m), or vec(X)"),
    ],
)  # fmt: skip
def test_a_sheet_that_is_not_read_is_told_what_to_write(sheet: str, message: str) -> None:
    with pytest.raises(SheetError) as caught:
        parse_sheet(sheet)
    assert message in caught.value.message


@pytest.mark.parametrize("of", ["z2", "W2"])
def test_a_softmax_has_a_jacobian_and_no_slopes(of: str) -> None:
    line = {"z2": "dC/da2 * sigma'(z2)", "W2": "(dC/da2 * tanh'(z2)) @ a1.T"}[of]
    result = check(SHEETS["softmax"], of, line)
    assert [mistake.kind for mistake in result.mistakes] == ["function"]
    assert "the Jacobian diag(a2) - a2 @ a2.T" in result.message


@pytest.mark.parametrize(
    ("function", "line", "used"),
    [
        (
            "sin(x**2) * exp(3*x)",
            "-2*x*cos(x**2)*exp(3*x) + sin(x**2)*exp(3*x)",
            ("a minus sign was put before cos", "the derivative of the inner function is missing"),
        ),
        (
            "sin(x**2)/x",
            "(x*cos(x**2) + sin(x**2))/x**2",
            ("the two terms above the bar were added", "of the inner function is missing"),
        ),
        (
            "cos(x) + x**4",
            "sin(x) + x**3",
            ("the minus sign of cos' is missing", "did not come in front"),
        ),
    ],
)
def test_two_wrong_rules_in_one_line_are_both_named(
    function: str, line: str, used: tuple[str, str]
) -> None:
    result = check(parse_sheet(f"x: scalar positive\nf = {function}"), "x", line)
    assert len(result.mistakes) == 2
    assert all(words in result.message for words in used)


@pytest.mark.parametrize(
    ("line", "passes"),
    [("y_pred - y_true", True), ("y_true - y_pred", False), ("dZ2 += a2 - label", True)],
)
def test_outputs_and_targets_go_by_the_names_of_programs(line: str, passes: bool) -> None:
    assert check(SHEETS["softmax"], "z2", line, name_mistakes=False).passes is passes
