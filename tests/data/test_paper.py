"""Characters on plain, ruled and squared paper, in shadow and at the edge of a table.

What is read from a picture is held against what is read from its clean mask.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from chainrule.data import are_fitted, cut_in_two, fit_characters, fit_image, load, read_idx
from tests.support import paper
from tests.support.paper import PAPERS, Sheet
from tests.support.pictures import picture


def alike(a: np.ndarray, b: np.ndarray) -> float:
    """The correlation of two images (h, w), one of them moved by up to a pixel.

    A centre of mass that lies halfway between two pixels is put on either.
    """
    moves = [(down, across) for down in (-1, 0, 1) for across in (-1, 0, 1)]
    return max(
        float(np.corrcoef(np.roll(a, move, axis=(0, 1)).ravel(), b.ravel())[0, 1]) for move in moves
    )


def likeness(sheet: Sheet) -> float:
    """How alike what is fitted from the picture and from the mask are."""
    return alike(fit_image(sheet.picture, (28, 28)), fit_image(sheet.mask, (28, 28)))


@pytest.mark.parametrize("kind", PAPERS)
def test_print_on_paper_is_its_mask(kind: str):
    likes = [likeness(sheet) for sheet in paper.printed("2345678", cycle([kind]), 3)]
    assert np.median(likes) > 0.95
    assert sorted(likes)[1] > 0.8


def mnist_sheets(folder: Path, count: int, seed: int) -> Iterator[Sheet]:
    images = read_idx(next(folder.glob("t10k-images*")))
    labels = read_idx(next(folder.glob("t10k-labels*")))
    some = np.random.default_rng(seed).permutation(len(images))[:count]
    return paper.handwriting(images[some], labels[some], cycle(PAPERS), seed)


def test_handwriting_on_paper_is_its_mask(mnist_folder: Path):
    likes = [likeness(sheet) for sheet in mnist_sheets(mnist_folder, 40, 11)]
    assert np.mean(np.array(likes) > 0.9) >= 0.9


def digits_in_a_row(text: str, gap: int, ground: int = 255, ink: int = 20) -> np.ndarray:
    page = Image.new("L", (120 + len(text) * (90 + gap), 240), ground)
    font = ImageFont.load_default(140)
    for place, digit in enumerate(text):
        ImageDraw.Draw(page).text((60 + place * (90 + gap), 30), digit, fill=ink, font=font)
    return np.asarray(page)


@pytest.mark.parametrize("gap", [10, 60])
@pytest.mark.parametrize(("ground", "ink"), [(255, 20), (10, 240)])
def test_each_character_is_read_by_itself_from_left_to_right(gap: int, ground: int, ink: int):
    read = fit_characters(digits_in_a_row("4571", gap, ground, ink), (28, 28))
    assert len(read) == 4
    lefts = [character.box[1] for character in read if character.box]
    assert lefts == sorted(lefts)
    for character, digit in zip(read, "4571", strict=True):
        alone = fit_image(digits_in_a_row(digit, gap, ground, ink), (28, 28))
        assert alike(character.inputs, alone) > 0.98


def test_lines_of_characters_are_read_from_the_top():
    above, below = digits_in_a_row("25", 30), digits_in_a_row("473", 30)
    page = np.full((480, below.shape[1]), 255, np.uint8)
    page[:240, : above.shape[1]], page[240:] = above, below
    read = fit_characters(page, (28, 28))
    assert len(read) == 5
    for character, digit in zip(read, "25473", strict=True):
        alone = fit_image(digits_in_a_row(digit, 30), (28, 28))
        assert alike(character.inputs, alone) > 0.98


def test_a_broken_stroke_is_one_character():
    page = Image.new("L", (300, 300), 255)
    draw = ImageDraw.Draw(page)
    draw.line((150, 40, 146, 130), fill=0, width=14)
    draw.line((144, 165, 140, 250), fill=0, width=14)
    assert len(fit_characters(np.asarray(page), (28, 28))) == 1


def test_a_thin_character_beside_a_thick_one_is_read():
    page = Image.new("L", (500, 240), 255)
    draw = ImageDraw.Draw(page)
    draw.line((60, 40, 60, 200), fill=0, width=4)
    draw.ellipse((350, 40, 470, 200), outline=0, width=35)
    assert len(fit_characters(np.asarray(page), (28, 28))) == 2


@pytest.mark.parametrize("bar", [0, 30])
@pytest.mark.parametrize("inset", [0, 12])
def test_the_frame_of_a_window_is_no_ink(bar: int, inset: int):
    glyph = digits_in_a_row("5", 0)
    page = Image.fromarray(np.full((480, 480), 255, np.uint8))
    page.paste(Image.fromarray(glyph), (130, 120))
    alone = fit_image(np.asarray(page), (28, 28))
    draw = ImageDraw.Draw(page)
    draw.rectangle((inset, inset, 479 - inset, 479 - inset), outline=60, width=3)
    draw.rectangle((inset, inset, 479 - inset, inset + bar), fill=60)
    assert alike(fit_image(np.asarray(page), (28, 28)), alone) > 0.95


def test_a_small_character_under_a_lamp_is_found():
    page = np.full((1600, 1600), 1.0)
    page *= np.linspace(0.4, 0.9, 1600) ** 1.5
    small = np.asarray(Image.fromarray(digits_in_a_row("5", 0)).resize((54, 60)), float) / 255
    page[1400:1460, 1200:1254] *= small
    (character,) = fit_characters(page, (28, 28))
    assert alike(character.inputs, fit_image(digits_in_a_row("5", 0), (28, 28))) > 0.9


def test_two_that_touch_can_be_cut_apart():
    other = digits_in_a_row("7", 0)
    wide = np.minimum(np.pad(digits_in_a_row("4", 0), ((0, 0), (0, 64)), constant_values=255),
                      np.pad(other, ((0, 0), (64, 0)), constant_values=255))  # fmt: skip
    wide = wide.copy()
    wide[100:110, 60:180] = 20  # a stroke joins them
    (together,) = fit_characters(wide, (28, 28))
    best = max(
        min(alike(half.inputs, fit_image(digits_in_a_row(digit, 0), (28, 28)))
            for half, digit in zip(halves, "47", strict=True))
        for halves in cut_in_two(together, (28, 28))
    )  # fmt: skip
    assert best > 0.6


def test_a_stroke_above_another_is_of_the_same_character():
    page = Image.new("L", (200, 200), 255)
    draw = ImageDraw.Draw(page)
    draw.ellipse((90, 20, 106, 36), fill=0)  # the dot
    draw.line((98, 60, 98, 180), fill=0, width=12)  # of an i
    (character,) = fit_characters(np.asarray(page), (28, 28))
    assert character.box is not None
    assert character.box[0] <= 21
    assert character.box[2] >= 179


def test_a_small_character_on_a_large_page_is_read_as_large_as_it_is():
    glyph = digits_in_a_row("5", 0)
    page = np.full((2000, 2000), 255, np.uint8)
    small = np.asarray(Image.fromarray(glyph).resize((54, 60)))
    page[200:260, 1500:1554] = small
    assert alike(fit_image(page, (28, 28)), fit_image(glyph, (28, 28))) > 0.95


def test_a_deep_picture_that_uses_its_lowest_bits(tmp_path: Path):
    glyph = digits_in_a_row("5", 0)
    Image.fromarray(glyph.astype(np.uint16) * 16).save(tmp_path / "deep.png")
    read = fit_image(tmp_path / "deep.png", (28, 28))
    assert np.abs(read - fit_image(glyph, (28, 28))).max() < 0.02


def test_data_sets_that_were_fitted_are_known(mnist_folder: Path):
    digits = load("digits").train
    images = read_idx(next(mnist_folder.glob("t10k-images*")))[:300] / 255
    rng = np.random.default_rng(0)
    assert are_fitted(digits.X[:300].reshape(-1, 8, 8))
    assert are_fitted(images)
    assert not are_fitted(np.roll(images, 4, axis=2))
    assert not are_fitted(rng.random((50, 28, 28)))
    assert not are_fitted(rng.random((50, 8, 8)))


def test_faint_strokes_on_plain_paper_are_of_one_character(tmp_path: Path) -> None:
    """The bundled digits drawn large: greys from pixel to pixel, on paper without grain."""
    counts = [len(fit_characters(picture(tmp_path, n)[0], (8, 8))) for n in range(40)]
    assert counts.count(1) >= 38
