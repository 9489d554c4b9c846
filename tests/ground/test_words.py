"""Names and numbers in a line for a person."""

from __future__ import annotations

import unicodedata

import pytest

from chainrule.ground.words import counted, visible, with_article


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", r"\x1b[31mred"),
        ("two\nlines\r", r"two\nlines\r"),
        ("\x00\x07\x7f\x9b", r"\x00\x07\x7f\x9b"),
        ("line\u2028paragraph\u2029", r"line\u2028paragraph\u2029"),
        ("\u202eright to left", r"\u202eright to left"),
    ],
)
def test_what_would_steer_a_terminal_is_shown(text: str, shown: str):
    assert visible(text) == shown


@pytest.mark.parametrize(
    "text",
    ["", "a name", "Zahlen für Mäuse", "手書き　数字", "écrits\u00a0à la main", "أرقام", "∂C/∂W₂"],
)
def test_letters_and_spaces_of_every_script_stay(text: str):
    assert visible(text) == text


def test_every_space_of_unicode_stays():
    spaces = [chr(n) for n in range(0x3001) if unicodedata.category(chr(n)) == "Zs"]
    assert len(spaces) > 10
    assert visible("".join(spaces)) == "".join(spaces)


@pytest.mark.parametrize(
    ("number", "words", "said"),
    [
        (0, ("example",), "0 examples"),
        (1, ("example",), "1 example"),
        (1200, ("example",), "1,200 examples"),
        (1, ("class", "classes"), "1 class"),
        (2, ("class", "classes"), "2 classes"),
    ],
)
def test_things_are_counted(number: int, words: tuple[str, ...], said: str):
    assert counted(number, *words) == said


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("8-7-4 network", "an 8-7-4 network"), ("784-30-10", "a 784-30-10"), ("80-2", "an 80-2"),
        ("11-2", "an 11-2"), ("18-3", "an 18-3"), ("110-3", "a 110-3"), ("1,800", "a 1,800"),
        ("8,000", "an 8,000"), ("11000-2", "an 11000-2"), ("ankle boot", "an ankle boot"),
        ("shirt", "a shirt"),
    ],
)  # fmt: skip
def test_an_article_goes_by_the_sound(words: str, expected: str) -> None:
    assert with_article(words) == expected
