"""A function of one variable is one value: one that is registered from outside is known everywhere.

The function is softsign(x) = x / (1 + |x|), with its derivative 1 / (1 + |x|)**2.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest

from chainrule.algebra import (
    FUNCTIONS,
    ZERO,
    AlgebraError,
    Array,
    Expression,
    Function,
    ParseError,
    Sheet,
    facts_of,
    forget,
    gradient,
    latex,
    mathml,
    normal_form,
    numpy_functions,
    numpy_source,
    parse,
    parse_sheet,
    register,
    sample,
    simplify,
    text,
    unicode,
)

SOURCE = '''def softsign(z):
    """z / (1 + |z|)."""
    return z / (1.0 + np.abs(z))
'''
SLOPE_SOURCE = '''def softsign_prime(z):
    """The derivative of softsign."""
    return 1.0 / (1.0 + np.abs(z)) ** 2
'''


def value(x: Array, order: int) -> Array:
    sign = np.where(x.real < 0, -1.0, 1.0)
    if order == 0:
        return x / (1.0 + sign * x)
    factor = (-sign) ** (order - 1) * math.factorial(order)
    return factor / (1.0 + sign * x) ** (order + 1)


SOFTSIGN = Function(
    name="softsign",
    value=value,
    source=lambda x, order: f"softsign{('', '_prime')[order]}({x})",
    definitions={"softsign": SOURCE, "softsign_prime": SLOPE_SOURCE},
    aliases=("ssign",),
    known={ZERO: ZERO},
    parity=-1,
    kink=True,
)


@pytest.fixture
def sheet() -> Iterator[Sheet]:
    register(SOFTSIGN)
    try:
        yield parse_sheet(
            "x: (n0,1)\ny: (n1,1)\nW1: (n1,n0)\nz1 = W1 @ x\na1 = softsign(z1)\n"
            "C = 1/2*sum((a1 - y)**2)"
        )
    finally:
        forget("softsign")


def tree(words: str, sheet: Sheet) -> Expression:
    return parse(words, sheet.scope).expression


def test_it_is_read(sheet: Sheet) -> None:
    plain = tree("softsign(z1)", sheet)
    assert plain is tree("ssign( z_1 )", sheet)
    assert tree("softsign z1", sheet) is plain
    assert tree("softsign^2(z1)", sheet) is tree("softsign(z1)**2", sheet)
    with pytest.raises(ParseError, match="did you mean `softsign`"):
        tree("softsgn(z1)", sheet)
    with pytest.raises(AlgebraError, match="is part of the language"):
        parse_sheet("ssign: (n,1)")


def test_it_has_a_value_and_a_derivative(sheet: Sheet) -> None:
    point = sample(sheet, np.random.default_rng(0))
    z = point.value(tree("z1", sheet))
    np.testing.assert_allclose(point.value(tree("a1", sheet)), z / (1 + abs(z)))
    slope = point.value(tree("softsign'(z1)", sheet))
    np.testing.assert_allclose(slope, 1 / (1 + abs(z)) ** 2)
    found = gradient(sheet, "W1")
    assert "softsign'(z1)" in text(simplify(found, facts_of(sheet)).result)
    by_steps = point.complex_step("C", "W1")[..., 0, 0]
    np.testing.assert_allclose(point.value(found), by_steps, rtol=1e-12)


def test_it_is_written(sheet: Sheet) -> None:
    for words in ("softsign(z1)", "softsign''(z1)", "2 * softsign'(W1 @ x)"):
        assert text(tree(words, sheet)) == words
        assert tree(unicode(tree(words, sheet)), sheet) is tree(words, sheet)
    primed = tree("softsign'(z1)", sheet)
    assert unicode(primed) == "softsign′(z₁)"
    assert latex(primed) == r"\operatorname{softsign}'(z_1)"
    assert "<mi>softsign</mi><mo>′</mo>" in mathml(primed)


def test_its_numpy_source_runs(sheet: Sheet) -> None:
    root = tree("softsign(z1) * softsign'(z1)", sheet)
    point = sample(sheet, np.random.default_rng(1))
    space: dict[str, object] = {"np": np, "z1": point.value(tree("z1", sheet))}
    exec(numpy_functions(root), space)
    np.testing.assert_allclose(eval(numpy_source(root), space), point.value(root))


def test_it_is_rewritten(sheet: Sheet) -> None:
    for words, simple in (
        ("softsign(0)", "0"),
        ("softsign(-z1)", "-softsign(z1)"),
        ("softsign(z1.T).T", "softsign(z1)"),
        ("matrix(j, k, softsign(W1[j,k]))", "softsign(W1)"),
    ):
        assert text(normal_form(tree(words, sheet))) == simple


def test_it_is_gone_when_it_is_forgotten() -> None:
    assert "softsign" not in FUNCTIONS
    with pytest.raises(ParseError, match="unknown name `ssign`"):
        parse("ssign(1)", parse_sheet("x: scalar\nC = x").scope)
