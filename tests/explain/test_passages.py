"""A text taken apart into sentences and formulas with their lines."""

from __future__ import annotations

import pytest

from chainrule.explain import read_text, sentence_on

TEXT = """# A title

First sentence. Second one goes
over two lines, e.g. like this! Third?

- an item
- another with `a = b`

    c = d

```
e = f
  + g
h = i
```

Last: $x = y$ and \\(u = v\\) and 3.5 is a number.
"""


def test_sentences_have_their_lines() -> None:
    found = {one.text.split()[0]: one.line for one in read_text(TEXT).sentences}
    assert found["A"] == 1
    assert found["First"] == 3
    assert found["Second"] == 3
    assert found["Third?"] == 4
    assert found["an"] == 6
    assert found["another"] == 7
    assert found["Last:"] == 17


def test_formulas_are_found_with_their_lines() -> None:
    assert [(one.text, one.line) for one in read_text(TEXT).formulas] == [
        ("a = b", 7), ("c = d", 9), ("e = f + g", 12), ("h = i", 14), ("x = y", 17),
        ("u = v", 17),
    ]  # fmt: skip


@pytest.mark.parametrize("line", ["so a = b is what we get", "The cost = how wrong it is"])
def test_prose_with_an_equals_sign_is_prose(line: str) -> None:
    assert read_text(line).formulas == ()


def test_line_ends_of_windows_change_nothing() -> None:
    assert read_text(TEXT.replace("\n", "\r\n")).sentences == read_text(TEXT).sentences


def test_a_sentence_by_its_line() -> None:
    assert sentence_on(TEXT, 3) == "First sentence."
    assert sentence_on(TEXT, 4) == "Third?"
    assert sentence_on(TEXT, 2) is None
    assert sentence_on(TEXT, 99) is None
    assert sentence_on("<!-- one\ntwo -->\nThree words here.", 3) == "Three words here."
