"""Many points at once: the values of each point, and how far rounding moves them."""

from __future__ import annotations

import numpy as np
import pytest

from chainrule.algebra import (
    AlgebraError,
    Many,
    Sheet,
    concrete,
    draw_sizes,
    load_sheet,
    parse,
    parse_sheet,
    sample_many,
    sheet_names,
)


def drawn(sheet: Sheet, count: int = 12, seed: int = 0) -> Many:
    rng = np.random.default_rng(seed)
    return sample_many(sheet, rng, count, draw_sizes(sheet, rng))


@pytest.mark.parametrize("name", sorted(sheet_names()))
def test_the_values_are_those_of_each_point(name: str) -> None:
    sheet = load_sheet(name)
    many = drawn(sheet)
    assert many.count > 2
    for quantity in sheet.shapes:
        leaf = sheet.scope.adjoint(quantity)
        value = many.value(leaf)
        size = concrete(leaf.shape, many.sizes)
        numbers = np.broadcast_to(value.numbers, (1, many.count, *size))[0]
        for i in range(many.count):
            point = many.point(i)
            assert point is not None
            if value.dead is not None and value.dead[i]:
                with pytest.raises(AlgebraError):
                    point.value(leaf)
            else:
                np.testing.assert_allclose(numbers[i], point.value(leaf), rtol=1e-12)


def test_a_point_without_a_value_is_dropped_alone() -> None:
    sheet = parse_sheet("x: scalar\nf = x\n")
    given = {"x": np.array([4.0, -1.0, 0.0, 9.0]).reshape(4, 1, 1)}
    value = Many(sheet, given, {}).value(parse("1/sqrt(x)", sheet.scope).expression)
    assert value.dead is not None
    assert value.dead.tolist() == [False, True, True, False]
    assert value.numbers[0, [0, 3], 0, 0].tolist() == [0.5, 1 / 3]


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ("x + 1e9 - 1e9", 1e-7),
        ("log(exp(1e-12))", 1e-15),
        ("sin(1e6 * x)", 1e-10),
        ("x * x", 3e-15),
    ],
)
def test_rounding_is_found_by_trial(words: str, error: float) -> None:
    """The spread of the copies is that of the rounding, to a factor of 100."""
    sheet = parse_sheet("x: scalar\nf = x\n")
    given = {"x": np.linspace(0.5, 1.5, 20).reshape(20, 1, 1)}
    value = Many(sheet, given, {}, shaken=True).value(parse(words, sheet.scope).expression)
    spread = float(np.ptp(value.numbers, axis=0).max())
    assert error / 100 < spread < error * 100


def test_what_is_declared_holds_near_and_far() -> None:
    sheet = parse_sheet(
        "a: (n,m) positive\nb: (n,1) nonzero\nc: (n,m) prob\nd: (n,m) onehot axis=1\n"
        "e: (n,1) unit\ng: (n,1) sign\nh: (n,1) binary\ns: (n,n) symmetric\nf = sum(b)\n"
    )
    many = drawn(sheet, 60)
    given = many.given
    assert (given["a"] > 0).all()
    assert given["a"].max() > 30
    assert given["a"].min() < 0.01
    assert (given["b"] != 0).all()
    assert (given["b"] < 0).any()
    assert (given["b"] > 10).any()
    np.testing.assert_allclose(given["c"].sum(axis=1), 1)
    np.testing.assert_allclose(given["d"].sum(axis=2), 1)
    assert (given["e"] > 0).all()
    assert (given["e"] < 1).all()
    assert set(given["g"].ravel()) == {-1.0, 1.0}
    assert set(given["h"].ravel()) == {0.0, 1.0}
    np.testing.assert_array_equal(given["s"], np.swapaxes(given["s"], 1, 2))
