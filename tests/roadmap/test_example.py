"""A worked example is computed again, and what is wrong in one is found."""

from __future__ import annotations

import re

import numpy as np
import pytest

from chainrule.roadmap import RoadmapError, concepts, draw, read_example

GIVEN = ["W = [[1, 2],\n     [3, 4]]\nx = [0.5, -1]\n"]


@pytest.mark.parametrize(
    "line",
    [
        "W @ x = [-1.5, -2.5]",
        "z = W @ x\n  = [-1.5,\n     -2.5]",
        "W[2,1] * x[2] = 3 * (-1) = -3",
        "sigma(0.5) ≈ 0.622",
        "dC/dW = W * 2 = [[2, 4], [6, 8]]",
        "sum(W, axis=0) = [[4, 6]]",
    ],
)
def test_what_is_right_is_found_right(line: str) -> None:
    assert read_example(GIVEN, [line]).mistakes() == []


@pytest.mark.parametrize(
    "line",
    [
        "W @ x = [-1.5, -2.4]",
        "W.T @ x = [[-2.5, -3]]",
        "sigma(0.5) ≈ 0.623",
        "sigma(0.5) = 0.622",
        "sigma(0.5) ≈ 0.6",
        "z = W @ x = [-2.5, -1.5]",
    ],
)
def test_what_is_wrong_is_found_wrong(line: str) -> None:
    mistakes = read_example(GIVEN, [line]).mistakes()
    assert len(mistakes) == (line != "sigma(0.5) ≈ 0.6")


@pytest.mark.parametrize("line", ["q + 1 = 2", "W @ x", "W @ W = [[1, 2"])
def test_what_cannot_be_read_is_an_error(line: str) -> None:
    with pytest.raises(RoadmapError):
        read_example(GIVEN, [line])


def test_a_name_keeps_its_exact_value() -> None:
    example = read_example([], ["a = sigma(1) ≈ 0.73", "b = 2 * a ≈ 1.46"])
    assert example.number("b") == pytest.approx(2 / (1 + np.exp(-1)), rel=1e-15)


def test_pictures_follow_the_numbers() -> None:
    example = read_example(["a = 4\nb = -2\n"], [])
    lines = draw('kind = "bars"\nrows = [["a", "a"], ["b", "b"]]', example, 30)
    assert lines[0].count("█") == 2 * lines[1].count("█")
    assert lines[0].index("█") > lines[0].index("│")
    assert lines[1].index("█") < lines[1].index("│")


def test_an_unknown_picture_is_an_error() -> None:
    with pytest.raises(RoadmapError, match="bars, curve"):
        draw('kind = "poem"', read_example([], []), 40)


def test_nearly_every_figure_of_the_notes_matters() -> None:
    """One more in the last digit of a number is noticed, here for one number in three.

    What is not are factors of 0, powers of 1, and digits that the rounding swallows.
    """
    seen, changed, noticed = 0, 0, 0
    for one in concepts():
        given, work = one.note.blocks("given"), one.note.blocks("work")
        for blocks in (given, work):
            for i, block in enumerate(blocks):
                for figure in re.finditer(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.(])", block):
                    seen += 1
                    if seen % 3:
                        continue
                    places = len(figure[0].partition(".")[2])
                    other = f"{float(figure[0]) + 10**-places:.{places}f}"
                    blocks[i] = block[: figure.start()] + other + block[figure.end() :]
                    changed += 1
                    try:
                        noticed += bool(read_example(given, work).mistakes())
                    except RoadmapError:
                        noticed += 1
                blocks[i] = block
    assert changed > 150
    assert noticed / changed > 0.95
